"""A report's numbers for other programs: one Biểu as CSV, everything as JSON."""

from json import dumps

import exports
import vi
from report.wordml import clean, lines


def csv(file, contents, table):
    """Write one Biểu, "1" to "6", as CSV to `file` (binary), as `exports.write_csv` does; returns the number of rows.

    Whole numbers are digits alone, percents have one decimal after a comma, days are as in 2026-11-14.
    Raises KeyError for a table that the report does not have.
    """
    found = contents["tables"][table]
    headers = [exports.Column(clean(column["label"]), None, "") for column in found["columns"]]
    kinds = [column["kind"] for column in found["columns"]]
    cells = ([_cell(value, kind) for value, kind in zip(row["cells"], kinds, strict=True)] for row in found["rows"])
    return exports.write_csv(file, headers, cells)


def _cell(value, kind):
    """A cell: nothing where a number is not known, a text on its lines, a percent rounded as on paper."""
    if isinstance(value, str):
        return "\n".join(lines(value))
    return vi.number(value, 1) if kind == "percent" and value is not None else value


def json(file, contents):
    """Write the contents as JSON to `file` (binary), so that equal contents give equal bytes."""
    file.write(dumps(contents, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n")

"""The files of a report, listed once: what each is called, what it is, and what writes it.

A writer takes (file, contents, texts, header, table), of which it uses what it needs: a binary file, what
`report.contents.of` gave, what was written for the parts, the letterhead of `report.headers.of`, the key of one Biểu.
"""

from collections.abc import Callable
from typing import NamedTuple

import vi
from report import document, plain, workbook
from terms import N_


class Format(NamedTuple):
    """A kind of file: what it is called on screen, its type, what its name ends with, and its writer.

    of_table: it holds one Biểu, which has to be named.
    """

    name: str
    mimetype: str
    extension: str
    write: Callable
    of_table: bool = False


OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS = {
    "docx": Format(
        N_("Báo cáo (Word)"),
        OFFICE + "wordprocessingml.document",
        "docx",
        lambda file, contents, texts, header, table: document.write(file, contents, texts, header),
    ),
    "xlsx": Format(
        N_("Các biểu (Excel)"),
        OFFICE + "spreadsheetml.sheet",
        "xlsx",
        lambda file, contents, texts, header, table: workbook.write(file, contents),
    ),
    "csv": Format(
        N_("Một biểu (CSV)"),
        "text/csv; charset=utf-8",
        "csv",
        lambda file, contents, texts, header, table: plain.csv(file, contents, table),
        of_table=True,
    ),
    "json": Format(
        N_("Toàn bộ số liệu (JSON)"),
        "application/json",
        "json",
        lambda file, contents, texts, header, table: plain.json(file, contents),
    ),
}


def name(contents, format, table=None):
    """What a file is called, as "bao-cao-hoalac-2026-11-lan-1-bieu-3.csv"; an open period's says "ban-nhap", that of a
    unit, which nobody closes, the unit's name.
    """
    closed, unit = contents["closed"], contents["unit"]
    state = [f"lan-{closed['revision']}" if closed else "ban-nhap"] if not unit else []
    whose = [contents["area"]["code"].lower(), *([vi.fold(unit["name"]).replace(" ", "-")] if unit else [])]
    parts = ["bao-cao", *whose, contents["period"]["key"], *state]
    parts += [f"bieu-{table}"] if FORMATS[format].of_table else []
    return "-".join(parts) + "." + FORMATS[format].extension

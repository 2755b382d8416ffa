"""Takes back what a spreadsheet made of the cells of a list, once it is known what its columns mean. Pure."""

import re
from datetime import date

import vi
from roster.problems import problem
from roster.spreadsheet import cell

NOT_READ = {"", "never", "note", "part"}
# Where a list has one value beside many merged rows; a number over merged rows already means the household above.
REPEATED = {"village", "former", "lane"}
NUMBERS = {"code", "ordinal", "number", "member", "area_code"}
# Columns whose texts Excel takes for dates: "12/3" is a house or a lane.
NO_DATES = {*NUMBERS, "lane", "village", "former"}
WHOLE = re.compile(r"(\d+)[.,]0")
MONTHS = dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True))
SHORT_DATE = re.compile(rf"(?i)(\d\d?)[-/ ](?:({'|'.join(MONTHS)})|th(?:g|áng)? ?(\d\d?))(?:[-/ ]\d\d(?:\d\d)?)?")
LONG_DATE = re.compile(r"(20\d\d)-(\d\d)-(\d\d)(?:[ T]\d\d:\d\d(?::\d\d)?)?|(\d\d?)/(\d\d?)/20\d\d")


def repair(sheet, header):
    """(the Sheet with its cells as they were typed, problems): dates that were lanes or numbers, merged cells, errors.

    A cell that shows an error stays empty and is named; rows that a filter hides are kept and counted.
    """
    rows, problems = list(sheet.rows), []
    columns = [(column, meaning) for column, meaning in header.meanings.items() if meaning in NO_DATES | {"phone"}]
    for index in range(header.last, len(rows)):
        for column, meaning in columns:
            value = rows[index][column] if column < len(rows[index]) else None
            typed = _as_typed(value, meaning)
            if typed is None:
                continue
            rows[index] = _with_cell(rows[index], column, typed)
            if meaning in NO_DATES and before_date(value):
                spot = cell(index + 1, column)
                problems.append(problem("was_date", sheet.name, index + 1, spot, meaning=meaning, text=typed))
    _repeat_merged(rows, sheet.merged, [column for column, meaning in columns if meaning in REPEATED])
    hidden = sum(row > header.last for row in sheet.filtered)
    if hidden:
        problems.append(problem("rows_hidden", sheet.name, count=hidden))
    return sheet._replace(rows=rows), [*problems, *_cell_errors(sheet, header)]


def before_date(value):
    """ "12/3" of what a spreadsheet made a date of: a date, or a text like "12-Mar", "12-Thg3", "2026-03-12"; or None.

    Which of the two was typed first cannot be known, so whoever uploads is asked.
    """
    if isinstance(value, date):
        return f"{value.day}/{value.month}"
    text = vi.clean(value) if type(value) is str else ""
    short, long = SHORT_DATE.fullmatch(text), LONG_DATE.fullmatch(text)
    if short:
        return f"{int(short[1])}/{MONTHS[short[2].casefold()] if short[2] else int(short[3])}"
    if long:
        return f"{int(long[3] or long[4])}/{int(long[2] or long[5])}"
    return None


def _as_typed(value, meaning):
    """The text that a cell held before a spreadsheet changed it, or None when it is as it was typed."""
    if value is None or type(value) is int:
        return None
    if meaning in NO_DATES and (typed := before_date(value)):
        return typed
    whole = WHOLE.fullmatch(value) if type(value) is str and meaning not in REPEATED else None
    return whole[1] if whole else None


def _with_cell(row, column, value):
    cells = [*row, *[None] * (column + 1 - len(row))]
    cells[column] = value
    return tuple(cells)


def _repeat_merged(rows, merged, columns):
    """Write the value of cells merged over several rows into each of those rows that holds anything."""
    for (top, left), (bottom, right) in merged:
        if left != right or left not in columns or top > len(rows) or left >= len(rows[top - 1]):
            continue
        value = rows[top - 1][left]
        for index in range(top, min(bottom, len(rows)) if value is not None else top):
            if rows[index] and (left >= len(rows[index]) or rows[index][left] is None):
                rows[index] = _with_cell(rows[index], left, value)


def _cell_errors(sheet, header):
    """A problem for each cell that shows an error, in the columns that are read."""
    for (row, column), text in sorted(sheet.errors.items()):
        meaning = header.meanings.get(column, "")
        if row > header.last and meaning not in NOT_READ:
            yield problem("cell_error", sheet.name, row, cell(row, column), meaning=meaning, error=text)

"""Every sheet of a file as rows of plain texts, for a table whose columns only the app's own words can name."""

from datetime import date, datetime

import vi
from roster.problems import Unreadable
from roster.spreadsheet import Formula, open_sheets

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 40, 300


def read_texts(path):
    """[(sheet's name, rows of texts)] of an .xlsx or CSV file; "" for a blank cell. Raises Unreadable."""
    sheets = []
    for sheet in open_sheets(path):
        if len(sheet.rows) > MOST_ROWS:
            raise Unreadable("too_many_rows", sheet.name, most=MOST_ROWS)
        rows = [[_text(value) for value in row[:MOST_COLUMNS]] for row in sheet.rows]
        if any(any(row) for row in rows):
            sheets.append((sheet.name, rows))
    return sheets


def _text(value):
    if type(value) is Formula:
        value = value.value
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return vi.date_vn(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return vi.clean(str(value))[:LONGEST_CELL]

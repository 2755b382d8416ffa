"""Understands a list of households as offices keep it: a file in, households and problems out. Pure, saves nothing.

People under 16 at the plan year's end become counts and dates become years while reading (design.md 4.1), and notes,
identity numbers and whatever else a list carries are never kept.
"""

from roster.doubles import join_copies
from roster.exported import as_written
from roster.headers import SEARCHED_ROWS
from roster.layouts import tables_of
from roster.problems import Unreadable, problem
from roster.reading import Reading
from roster.spreadsheet import open_sheets, refuse_legacy
from roster.taking import TableReader

FEWEST_CHILDREN = 20  # of the 30,704 people of the commune's own list one in eight is under 16


def read(path, filename="", *, ends, resident_age=16, reading=None):
    """The Reading of an .xlsx or CSV list. `ends` is the last day of the plan year; nothing is saved.
    `reading`: an empty one to fill, for who wants to see it grow.

    Raises Unreadable, with the sentence's code, when the file as a whole cannot be used.
    """
    reading, sheets = reading or Reading(filename=filename), as_written(open_sheets(path))
    for tables in _listed_sheets(sheets, reading):
        reader = None
        for table in tables:
            reader = TableReader(reading, table, ends, resident_age, reader)
            reader.read()
    if not reading.rows:
        raise _nobody(reading.problems)
    join_copies(reading)
    _unsay_children(reading)
    order = {sheet.name: index for index, sheet in enumerate(sheets)}
    reading.problems.sort(key=lambda found: (order[found.sheet], found.row))
    return reading


def _unsay_children(reading):
    """Leave the number of children unsaid where a list of adults lists none: it says nothing of them.

    A list with fewer than one child among FEWEST_CHILDREN people is one of adults that has a child by mistake.
    """
    counted = sum((home.children_0_5 or 0) + (home.children_6_15 or 0) for home in reading.households)
    for home in reading.households if counted * FEWEST_CHILDREN < reading.rows else ():
        if not (home.children_0_5 or home.children_6_15):
            home.children_0_5 = home.children_6_15 = None


def _nobody(problems):
    """Why a list has no people: what made the first row be left out, if anything did."""
    found = next((found for found in problems if found.level == "error"), None)
    return Unreadable(found.code, *found[2:5], **found.detail) if found else Unreadable("no_people")


def _listed_sheets(sheets, reading):
    """The tables of every sheet that holds a list; the others get a note, and none at all is Unreadable."""
    listed, refusal = [], Unreadable("no_header", most=SEARCHED_ROWS)
    for sheet in sheets:
        if sheet.hidden:
            reading.add(problem("hidden_sheet", sheet.name))
            continue
        refuse_legacy(sheet)
        try:
            tables, problems = tables_of(sheet)
        except Unreadable as error:
            if error.code != "no_name_column":
                raise
            tables, refusal = [], error  # beside a list it is a summary: "Thôn | Số hộ | Nam | Nữ"
        if tables:
            listed.append(tables)
            for found in problems:
                reading.add(found)
        elif any(sheet.rows):
            reading.add(problem("sheet_not_read", sheet.name))
    if not listed:
        raise refusal
    return listed

"""A spreadsheet of a target's figures: the one to fill in, and what one that comes back says, row by row.

A row is known by the name of its unit (and grade) or of its village, without regard to marks, case and spaces.
"""

import io
from collections import defaultdict
from typing import NamedTuple

import xlsxwriter

import vi
from fields import N_
from office import board
from office.grid import DOCUMENT, name_of
from roster.problems import Unreadable
from roster.villages import plain, village_named

SEARCHED_ROWS = 20
UNIT, GRADE = "Đơn vị", "Khối"
VILLAGE, DECISION = "Thôn", "Số quyết định"
NAMES = {"don vi", "ten don vi", "co quan", "truong", "ten truong", "doanh nghiep", "thon", "ten thon"}
NAMES |= {"unit", "village"}
GRADES = {"khoi", "khoi lop", "lop", "grade"}
DECISIONS = {"so quyet dinh", "quyet dinh", "decision number"}
SUMS = {"tong", "cong", "tong cong", "tong so", "toan xa", "total", "sum"}  # "Công an xã" and "Công ty" are none


class Sheet(NamedTuple):
    """What a file says of a grid. texts: {field: text}. problems: Sentences about what is left out."""

    texts: dict
    problems: list


def blank(grid):
    """An open XLSX file with a row for each of the grid's, to be filled in."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(grid.target.code)
        for column, text in enumerate(_headers(grid)):
            sheet.write_string(0, column, text, heading)
        for number, row in enumerate(grid.rows, 1):
            sheet.write_string(number, 0, _title(row))
            if _by_grade(grid):
                sheet.write_string(number, 1, row.part)
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 8, 18)
        sheet.freeze_panes(1, 1)
    file.seek(0)
    return file


def read(grid, sheets):
    """The Sheet of a file's texts, [[sheet's name, rows]]. Raises Unreadable without a header that fits."""
    for _, rows in sheets:
        for number, row in enumerate(rows[:SEARCHED_ROWS], 1):
            columns = _columns(grid, row)
            if columns:
                return _read(grid, columns, rows, number)
    raise Unreadable("no_figure_column", first=VILLAGE if _of_villages(grid) else UNIT)


def _read(grid, columns, rows, header):
    known, first, texts, problems, unit = _known(grid), {}, {}, [], ""
    for number, cells in enumerate(rows[header:], header + 1):
        told = {meaning: cells[column] if column < len(cells) else "" for meaning, column in columns.items()}
        unit = told["name"] or unit  # a merged cell names the rows below it
        filled = {key: text for key, text in told.items() if key not in ("name", "grade") and text}
        if not filled or vi.fold(told["name"]) in SUMS:
            continue
        found = known.get(_key(grid, unit, told.get("grade", "")), [])
        title = " ".join(filter(None, (unit, told.get("grade"))))
        if len(found) != 1:
            several = N_("Dòng %(row)s: có nhiều nơi tên “%(name)s”, nên bỏ qua.", row=number, name=title)
            none = N_("Dòng %(row)s: không có “%(name)s” trong bảng, nên bỏ qua.", row=number, name=title)
            problems.append(several if found else none)
        elif found[0] in first:
            told_before = first[found[0]]
            problems.append(
                N_("Dòng %(row)s: “%(name)s” đã có ở dòng %(other)s.", row=number, name=title, other=told_before)
            )
        else:
            first[found[0]] = number
            texts |= {name_of(grid.rows[found[0]], key): text for key, text in filled.items()}
    return Sheet(texts, problems)


def _columns(grid, row):
    """{"name", "grade", a figure's key or DOCUMENT: column} of a header, or None for any other row."""
    meanings = {text: "name" for text in NAMES} | {text: DOCUMENT for text in DECISIONS if grid.documented}
    meanings |= {text: "grade" for text in GRADES if _by_grade(grid)}
    for figure in grid.figures:
        meanings |= {vi.fold(text): figure.key for text in (figure.key, *figure.text, *figure.short)}
    columns = {}
    for column, text in enumerate(row):
        if meaning := meanings.get(vi.fold(text)):
            columns.setdefault(meaning, column)
    return columns if "name" in columns and columns.keys() & {figure.key for figure in grid.figures} else None


def _known(grid):
    """{what a row is known by: [its number in the grid]}"""
    known = defaultdict(list)
    for number, row in enumerate(grid.rows):
        if _of_villages(grid):
            for former in {plain(row.area.former), ""}:
                known[plain(row.area.name), former].append(number)
        else:
            known[plain(row.unit.name), row.part].append(number)
    return known


def _key(grid, name, grade):
    if _of_villages(grid):
        return tuple(plain(part) for part in village_named(name))
    return plain(name), " ".join(word for word in vi.fold(grade).split() if word not in ("khoi", "lop"))


def _headers(grid):
    first = [VILLAGE] if _of_villages(grid) else [UNIT, GRADE] if _by_grade(grid) else [UNIT]
    return [*first, *(figure.text.vi for figure in grid.figures), *([DECISION] if grid.documented else [])]


def _title(row):
    return row.unit.name if row.area == row.unit.area else row.area.label


def _of_villages(grid):
    return board.of_villages(grid.target)


def _by_grade(grid):
    return grid.figures[0].per == "grade"

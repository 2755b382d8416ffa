"""Finds the tables of a sheet: one, several side by side, or several one under the other. Pure."""

import re
from typing import NamedTuple

from roster.columns import refuse_members_beside, understand_cells
from roster.headers import find_header, meaning_of, other_header, refuse_other_header
from roster.problems import Unreadable
from roster.repair import repair
from roster.spreadsheet import Sheet

ALIKE = 0.6
FEWEST_OF_A_TABLE = 3  # columns


class Table(NamedTuple):
    """One header and the rows below it. body: [(row number, row)] without repeated headers, blank rows included.

    titles: the rows above the header. follows: whether a household of the table before may go on here, as in two
    columns of a page. continues: whether the next table follows this one.
    """

    sheet: Sheet
    header: object
    body: list
    titles: list
    follows: bool = False
    continues: bool = False


def tables_of(sheet):
    """([Table], problems) of a sheet, [] when no row looks like a header. Raises Unreadable.

    Whatever cannot be read whole is refused: a header lower down that disagrees right below the rows of another.
    """
    header, problems = find_header(sheet)
    if not header:
        return [], []
    sheet, repaired = repair(sheet, header)
    problems = [*problems, *repaired]
    spans = _spans(header.meanings | header.repeated)
    if len(spans) == 1:
        spans = _spans_of_headers(sheet, header)
    if len(spans) > 1:
        return _side_by_side(sheet, spans), repaired
    return _one_under_another(sheet, header, problems)


# One under the other


def _one_under_another(sheet, header, problems):
    tables, titles, start = [], sheet.rows[: header.first - 1], header.last
    while True:
        body, again = _rows_until_header(sheet, header, start)
        below = None
        if again is not None:
            title = _title_rows(body)
            above = len(sheet.rows[: again - 1])
            below, more = find_header(_from_row(sheet, again))
            below = _shifted(below, above)
            problems = [*problems, *more]
        tables.append((header, body[: len(body) - len(title)] if below else body, titles))
        if not below:
            break
        titles, header, start = [row for _, row in title], below, below.last
    unfolded = [(*_unfold_heads(head, body), above) for head, body, above in tables]
    problems = [found for found in problems if not any(_explained(found, head) for head, _, _ in unfolded)]
    for head, body, _ in unfolded:
        refuse_members_beside(sheet.name, head, [row for _, row in body])
    return [Table(sheet, understand_cells(head, body), body, above) for head, body, above in unfolded], problems


def _unfold_heads(header, body):
    """(header, body) with a row for each head, when head and member stand in one row with a year each."""
    name, head = header.columns.get("name"), header.columns.get("head")
    again = {column: meaning for column, meaning in header.repeated.items() if name is not None and column > name}
    if head is None or not again or head > name or any(header.columns[meaning] > name for meaning in again.values()):
        return header, body
    firsts = {header.columns[meaning]: column for column, meaning in again.items()}
    rows = []
    for number, row in body:
        cells = dict(enumerate(row))
        if cells.get(head) is not None:
            own = {column: value for column, value in cells.items() if column < name}
            own |= {name: cells[head]} | {column: cells.get(first) for first, column in firsts.items()}
            if "relation" in header.columns:
                own[header.columns["relation"]] = "Chủ hộ"
            rows.append((number, _row_of(own)))
            cells = {column: value for column, value in cells.items() if column >= name}
        if any(cells.get(column) is not None for column in [name, *again]) or not row:
            rows.append((number, _row_of(cells)))
    return header.with_meanings(dict.fromkeys(firsts, "head_detail") | again), rows


def _row_of(cells):
    width = max((column + 1 for column, value in cells.items() if value is not None), default=0)
    return tuple(cells.get(column) for column in range(width))


def _explained(found, header):
    """Whether two columns of one meaning were understood after all: one is the head's, one the members'."""
    return found.code == "two_columns" and "head_detail" in header.columns


def _rows_until_header(sheet, header, start):
    """([(number, row)] down to another header or the end, the number of that header's row or None)."""
    body = []
    for number, row in enumerate(sheet.rows[start:], start + 1):
        if not row:
            body.append((number, row))
            continue
        if header.repeats(row) or _numbers_columns(row, header):
            continue
        if _all_words(row, header) and (meanings := other_header(row)):
            if all(header.meanings.get(column) == meaning for column, meaning in meanings.items()):
                continue
            if not _apart(body):
                refuse_other_header(sheet, number, row, header)
                continue
            if _is_whole(sheet, number):
                return body, number
        body.append((number, row))
    return body, None


def _all_words(row, header):
    """Whether a row could be a header: words without digits, and its name column no person's name."""
    if any(value is not None and type(value) is not str for value in row):
        return False
    if any(char.isdigit() for value in row if value for char in value):
        return False
    names = [row[column] for column in header.name_columns if column < len(row) and row[column]]
    return not names or any(meaning_of(name) for name in names)


def _apart(body):
    """Whether the last rows are no people: a blank row or a title stands above a table of its own."""
    return not body or sum(value is not None for value in body[-1][1]) <= 2


def _is_whole(sheet, number):
    try:
        return find_header(_from_row(sheet, number))[0] is not None
    except Unreadable as error:
        if error.code == "headers_disagree":
            raise
        return False


def _from_row(sheet, number):
    return Sheet(sheet.name, sheet.rows[number - 1 : number + 3])


def _shifted(header, rows):
    return header._replace(first=header.first + rows, last=header.last + rows)


def _title_rows(body):
    """The rows right above a header that hold a title each."""
    count = 0
    while count < min(4, len(body)) and sum(value is not None for value in body[-1 - count][1]) == 1:
        count += 1
    return body[len(body) - count :] if count else []


def _numbers_columns(row, header):
    """Whether a row numbers the columns "(1) (2) (3)" or "A B 1 2"."""
    filled = [value for value in row if value is not None]
    if len(filled) < 3 or not all(re.fullmatch(r"\(?([A-Za-z]|\d\d?)\)?", str(value)) for value in filled):
        return False
    return any(column < len(row) and row[column] is not None for column in header.name_columns)


# Side by side


def _spans(meanings):
    """[(first, last) column] of tables that stand side by side: the same meanings come again from left to right."""
    known = [(column, meaning) for column, meaning in sorted(meanings.items()) if meaning]
    primary = next((m for m in ("name", "given", "head") if any(meaning == m for _, meaning in known)), None)
    places = [place for place, (_, meaning) in enumerate(known) if meaning == primary]
    if len(places) < 2:
        return [(0, None)]
    starts, opening = [0], known[0][1]
    for before, place in zip(places, places[1:], strict=False):
        again = [at for at in range(before + 1, place + 1) if known[at][1] == opening]
        starts.append(again[-1] if again else place)
    groups = [{m for _, m in known[a:b]} for a, b in zip(starts, [*starts[1:], None], strict=True)]
    if any(len(groups[0] & group) < max(2, ALIKE * max(len(groups[0]), len(group))) for group in groups[1:]):
        return [(0, None)]
    edges = [0, *(known[start][0] for start in starts[1:]), None]
    return list(zip(edges, edges[1:], strict=False))


def _spans_of_headers(sheet, header):
    """[(first, last) column] of tables side by side whose headers stand on different rows."""
    known = [column for column, meaning in header.meanings.items() if meaning]
    low, high = min(known), max(known) + 1
    spans = [(0, None)]
    if low > 1 and _is_table(sheet, 0, low):
        spans = [(0, low), (low, None)]
    if _is_table(sheet, high, None):
        spans = [*spans[:-1], (spans[-1][0], high), (high, None)]
    return spans


def _is_table(sheet, first, last):
    """Whether these columns have a header of their own."""
    part = sheet._replace(rows=[_cut(row, first, last) for row in sheet.rows])
    try:
        header, _ = find_header(part)
    except Unreadable:
        return False
    return header is not None and len(header.columns) >= FEWEST_OF_A_TABLE


def _side_by_side(sheet, spans):
    """The tables of every page: the left one, then the right one, then those of the next page."""
    parts = []
    for first, last in spans:
        part = sheet._replace(rows=[_cut(row, first, last) for row in sheet.rows])
        header, _ = find_header(part)
        if header is None:
            raise Unreadable("tables_differ", sheet.name)
        parts.append((part, header))
    tables = []
    for place, (part, header) in enumerate(parts):
        below, _ = _one_under_another(part, header, [])
        for page, (number, rows) in enumerate(_pages(part, header, below[0].body)):
            own = [row for row in part.rows[: header.first - 1] if row]
            titles = own or sheet.rows[: header.first - 1]
            tables.append((page, place, number, Table(part, below[0].header, rows, titles, place > 0 or page > 0)))
        if len(below) > 1:
            raise Unreadable("tables_differ", sheet.name, below[1].header.first)
    ordered = [table for _, _, _, table in sorted(tables, key=lambda item: item[:3])]
    return [table._replace(continues=place + 1 < len(ordered)) for place, table in enumerate(ordered)]


def _pages(sheet, header, body):
    """[(first row, rows)] between the places where the header is printed again."""
    again = [n for n, row in enumerate(sheet.rows, 1) if n > header.last and row and header.repeats(row)]
    edges = [header.last, *again, len(sheet.rows) + 1]
    pages = [(a, [(n, row) for n, row in body if a < n < b]) for a, b in zip(edges, edges[1:], strict=False)]
    return [page for page in pages if page[1]]


def _cut(row, first, last):
    """A row with only the cells of one table, in their own columns."""
    kept = (None,) * first + row[first:last]
    while kept and kept[-1] is None:
        kept = kept[:-1]
    return kept

"""Splits the text of a CSV file into cells, and saves the lines of one whose quotes are broken."""

import csv
import io
import re
from collections import Counter

from roster.problems import Unreadable

# A quote that was never closed swallows the lines below it until the next quote: whole rows would vanish in a cell.
FEWEST_CELLS_OF_A_ROW = 4
MOST_LINES_OF_A_CELL = 10


def split_lines(text):
    """Rows of cells (str, or None for a blank one), one for each record; a "sep=;" line is an empty row.

    Raises Unreadable with the line number where broken quotes leave no whole row.
    """
    separator = re.match(r"sep=(.)\r?\n", text)
    delimiter = separator[1] if separator else _delimiter(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        records = None
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)
    width = _usual_width(lines, delimiter)
    if records is None or any(_holds_rows(record, delimiter, width) for record in records):
        records = list(_line_by_line(lines, delimiter, width))
    records = [_unwrapped(record, delimiter, width) for record in records]
    rows = [[value.strip(" \t") or None for value in record] for record in records]
    return [[], *rows[1:]] if separator else rows


def _delimiter(text):
    """The separator that splits most of the first lines, and into most cells."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    return max(";,\t", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)))


def _usual_width(lines, delimiter):
    """How many cells most lines have, 0 without any. A line with broken quotes counts as if it had none."""
    records = (_record([line], delimiter) or line.split(delimiter) for line in lines if line.strip())
    widths = Counter(len(record) if len(record) > 1 else record[0].count(delimiter) + 1 for record in records)
    return widths.most_common(1)[0][0] if widths else 0


def _holds_rows(record, delimiter, width):
    """Whether a cell swallowed rows: several of its lines would by themselves be as wide as most lines are, or one
    would where the record is not."""
    if width < FEWEST_CELLS_OF_A_ROW or not any("\n" in value for value in record):
        return False
    counts = [line.count(delimiter) + 1 for line in delimiter.join(record).splitlines()]
    return counts.count(width) > 1 or (len(record) != width and max(counts) >= width)


def _unwrapped(record, delimiter, width):
    """The cells of a record whose whole line stands in quotes, as Excel saves a CSV that it opened as one column."""
    if len(record) != 1 or width < 2 or record[0].count(delimiter) < width - 1:
        return record
    inner = _record([record[0]], delimiter) or []
    return inner if len(inner) == width else _without_quotes(record[0], delimiter, width) or record


def _line_by_line(lines, delimiter, width):
    """Yield the records of a text with broken quotes. Raises Unreadable with the first line that cannot be told."""
    done = 0
    while done < len(lines):
        record, used = _record([lines[done]], delimiter), 1
        if record is None:
            record, used = _joined(lines[done : done + MOST_LINES_OF_A_CELL], delimiter, width)
        if record is None:
            record, used = _without_quotes(lines[done], delimiter, width), 1
        if record is None:
            raise Unreadable("csv_quotes", "", done + 1)
        yield record
        done += used


def _record(lines, delimiter, strict=True):
    """The one record that lines write, or None where their quotes are broken."""
    try:
        records = list(csv.reader(lines, delimiter=delimiter, strict=strict))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _joined(lines, delimiter, width):
    """(record, how many lines) of a cell that rightly goes on in the lines below, or (None, 0)."""
    for used in range(2, len(lines) + 1):
        record = _record(lines[:used], delimiter)
        if record and len(record) == width and not _holds_rows(record, delimiter, width):
            return record, used
    return None, 0


def _without_quotes(line, delimiter, width):
    """The cells of a line that is whole when its quotes are taken as they stand, or None."""
    if not line.strip(' "\r\n'):
        return []
    cells = [cell.strip(' "') for cell in line.rstrip("\r\n").split(delimiter)]
    if len(cells) != width:
        cells = _record([line], delimiter, strict=False)
    return cells if cells and len(cells) == width else None

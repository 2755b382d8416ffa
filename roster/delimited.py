"""Splits the text of a CSV file into cells."""

import csv
import io
import re

from roster.problems import Unreadable


def split_lines(text):
    """Rows of cells (str, or None for a blank one), one for each record; a "sep=;" line is an empty row.

    Raises Unreadable.
    """
    separator = re.match(r"sep=(.)\r?\n", text)
    delimiter = separator[1] if separator else _delimiter(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Unreadable("not_spreadsheet") from None
    rows = [[value.strip(" \t") or None for value in record] for record in records]
    return [[], *rows[1:]] if separator else rows


def _delimiter(text):
    """The separator that splits most of the first lines, and into most cells."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    return max(";,\t", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)))

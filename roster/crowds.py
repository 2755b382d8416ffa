"""Parts rows in which the people of a household stand together in one cell. Pure."""

import re

import vi
from roster.names import name_parts

CROWDED = re.compile(r"[\n\r;,/&+]|\d\s*[.)]|\s[-–]\s|\svà\s|(?:\w+\s+){5}\w")


def parted(header, body):
    """((number, row), how many people could not be parted) of every row, each person in a row of their own.

    What stands once, a number or an address, stays with the first; what has a line for each is shared out.
    """
    for number, row in body:
        people = _people(header, row)
        if len(people) < 2:
            yield (number, row), 0
            continue
        column = header.name_columns[0]
        cells = [people if at == column else _lines(value, len(people)) for at, value in enumerate(row)]
        if any(lines is None for lines in cells):
            yield (number, ()), len(people)
            continue
        for place in range(len(people)):
            yield (number, tuple(lines[place] for lines in cells)), 0


def _people(header, row):
    """The names crowded into the name cell of a row."""
    if len(header.name_columns) != 1 or header.name_columns[0] >= len(row):
        return []
    value = row[header.name_columns[0]]
    return name_parts(value) if type(value) is str and CROWDED.search(value) else []


def _lines(value, number):
    """What each of some people has of a cell; None when it has lines, but not one for each."""
    lines = re.split(r"[\n\r]+", value.strip()) if type(value) is str else [value]
    if len(lines) == 1:
        return [value] + [None] * (number - 1)
    return [vi.clean(line) or None for line in lines] if len(lines) == number else None

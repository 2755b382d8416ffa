"""Reporting periods: a month's figures run from the day after one cut-off to the next, usually the 15th to the 14th.

Nghị định 09/2019/NĐ-CP, Điều 12: the month from the 15th of the one before to the 14th, the quarter, half-year and
year likewise. The plan's `cutoff_day` is that day; 31 means the last day of the month.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # how many a period of each kind has
WORKING_DAYS, FRIDAY = 2, 5
LETTERS = {"quarter": "q", "half": "h"}


@dataclass(frozen=True)
class Period:
    """A reporting period. number: of the month, quarter or half in its year; 1 for a year. starts, ends: both in it."""

    kind: str
    year: int
    number: int
    starts: date
    ends: date

    @property
    def key(self):
        """`2026-11`, `2026-q4`, `2026-h2` or `2026`: how addresses and rows name it."""
        if self.kind == "year":
            return str(self.year)
        letter = LETTERS.get(self.kind)
        return f"{self.year}-{letter}{self.number}" if letter else f"{self.year}-{self.number:02d}"

    def __contains__(self, day):
        return self.starts <= day <= self.ends


def of(kind, year, number, cutoff_day):
    """The period of this kind and number in a year. ValueError for a number that the year does not have."""
    months = MONTHS[kind]
    if not 1 <= number <= 12 // months:
        raise ValueError(f"a year has {12 // months} of kind {kind}, got number {number}")
    last = number * months
    before = (year, last - months) if last > months else (year - 1, 12)
    return Period(kind, year, number, _cutoff(*before, cutoff_day) + timedelta(1), _cutoff(year, last, cutoff_day))


def of_day(day, cutoff_day, kind="month"):
    """The period of this kind that holds a day."""
    year, month = day.year, day.month
    if day > _cutoff(year, month, cutoff_day):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return of(kind, year, (month - 1) // MONTHS[kind] + 1, cutoff_day)


def read(key, cutoff_day):
    """The period that a key names, or None when it names none."""
    found = re.fullmatch(r"(20\d\d)(?:-(?:(\d\d)|q(\d)|h(\d)))?", key)
    if not found:
        return None
    year, *numbers = found.groups()
    kind, number = next(
        ((kind, n) for kind, n in zip(("month", "quarter", "half"), numbers, strict=True) if n), ("year", 1)
    )
    try:
        return of(kind, int(year), int(number), cutoff_day)
    except ValueError:
        return None


def next_to(period, step, cutoff_day):
    """The period `step` after this one of the same kind; -1 is the one before."""
    in_year = 12 // MONTHS[period.kind]
    year, number = divmod(period.year * in_year + period.number - 1 + step, in_year)
    return of(period.kind, year, number + 1, cutoff_day)


def months_of(period, cutoff_day):
    """The months of a period, in order; of a month itself."""
    count = MONTHS[period.kind]
    last = period.number * count
    return [of("month", period.year, number, cutoff_day) for number in range(last - count + 1, last + 1)]


def due(period):
    """The last day on which a period's figures are in time: two working days after it (domain.md 5.4)."""
    day, left = period.ends, WORKING_DAYS
    while left:
        day += timedelta(1)
        left -= day.isoweekday() <= FRIDAY
    return day


def _cutoff(year, month, cutoff_day):
    return date(year, month, min(cutoff_day, calendar.monthrange(year, month)[1]))

"""The tallies day by day: what the changes of each day add up to, by the day on which they happened."""

from datetime import date
from itertools import pairwise

from peewee import (
    EXCLUDED,
    SQL,
    BooleanField,
    Case,
    CharField,
    DateField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    fn,
)

import plan
import vi
from prepared import Prepared
from tables.areas import Area
from tables.table import Table, db, now


class DayTally(Table):
    """What one day changed of a village's Tally: `listed`, `asked`, `yes`. The sum over all days is the Tally.

    A change is kept on the day on which it happened, so a late paper counts for the day of its visit. estimated: worked
    out afterwards from the households, for days before the tallies were kept by day.
    """

    village = ForeignKeyField(Area, backref="day_tallies")
    year = SmallIntegerField()
    day = DateField()
    code = CharField(max_length=12)
    listed = IntegerField(default=0)
    asked = IntegerField(default=0)
    yes = IntegerField(default=0)
    estimated = BooleanField(default=False)

    class Meta:
        indexes = ((("village", "year", "day", "code"), True),)

    @Prepared
    def ADD(village, year, day, code, listed, asked, yes, estimated):
        row = DayTally.insert(
            village=village, year=year, day=day, code=code, listed=listed, asked=asked, yes=yes, estimated=estimated
        )
        counts = DayTally.listed, DayTally.asked, DayTally.yes
        added = {count: count + getattr(EXCLUDED, count.name) for count in counts}
        key = [DayTally.village, DayTally.year, DayTally.day, DayTally.code]
        return row.on_conflict(conflict_target=key, update=added)

    @classmethod
    def add(cls, village_id, changes, year=None, day=None, estimated=False):
        """Add `{code: [Δlisted, Δasked, Δyes]}` to a day, today unless told. Called by `Tally.add` alone.

        A day to come counts as today, and one before the plan begins as its first day.
        """
        year = year or plan.active.year
        of = {"village": village_id, "year": year, "day": cls.within(day, year), "estimated": estimated}
        cls.ADD.run_many(
            [
                {**of, "code": code, "listed": listed, "asked": asked, "yes": yes}
                for code, (listed, asked, yes) in sorted(changes.items())
            ]
        )

    @staticmethod
    def within(day, year):
        """The day on which a change of this day is kept; None is today."""
        today = vi.local(now()).date()
        first = plan.active.starts if year == plan.active.year else date(year, 1, 1)
        return max(first, min(day or today, today))

    @classmethod
    def sums(cls, area, until):
        """`{(village's id, code): (listed, asked, yes)}` of the active year below the area, at the end of a day.

        What left on paper before it came counts as nothing, so that no count is negative or more than its whole.
        """
        query = cls._added_up(cls._below(area), cls.day <= until)
        return {(village, code): as_counts(*counts) for village, code, *counts in query.tuples()}

    @classmethod
    def between(cls, area, days, codes):
        """`{(village's id, code): {n: (asked, yes)}}`: what changed after `days[n]` until `days[n + 1]`."""
        span = Case(None, [(cls.day <= ends, number) for number, (_, ends) in enumerate(pairwise(days))]).alias("span")
        query = cls.select(cls.village, cls.code, span, fn.SUM(cls.asked), fn.SUM(cls.yes)).where(cls._below(area))
        query = query.where(cls.year == plan.active.year, cls.day > days[0], cls.day <= days[-1], cls.code.in_(codes))
        query = query.group_by(cls.village, cls.code, SQL("span"))
        found = {}
        for village, code, number, *counts in db.execute(query).fetchall():
            found.setdefault((village, code), {})[number] = counts
        return found

    @classmethod
    def _below(cls, area):
        """Of the area's villages; for a query. A join would have SQLite read the days of all villages."""
        return cls.village.in_(Area.select(Area.id).where(Area.within(area)))

    @classmethod
    def _added_up(cls, *which):
        counts = (fn.SUM(count) for count in (cls.listed, cls.asked, cls.yes))
        query = cls.select(cls.village, cls.code, *counts).group_by(cls.village, cls.code)
        return query.where(cls.year == plan.active.year, *which)

    @classmethod
    def of_village(cls, village):
        """Every row of a village, of all years: [[year, day as text, estimated, {code: [counts]}]], by day."""
        found = {}
        rows = cls.select(cls.year, cls.day, cls.estimated, cls.code, cls.listed, cls.asked, cls.yes)
        for year, day, estimated, code, *counts in rows.where(cls.village == village).order_by(cls.id).tuples():
            if any(counts):
                found.setdefault((year, str(day), estimated), {})[code] = counts
        return [[*key, changes] for key, changes in sorted(found.items(), key=lambda pair: pair[0])]

    @classmethod
    def is_kept(cls):
        """Whether anything of the active year is kept by day."""
        return cls.select().where(cls.year == plan.active.year).exists()

    @classmethod
    def all_sums(cls):
        """`{(village's id, code): (listed, asked, yes)}` of the active year over all days, everywhere."""
        return {(village, code): tuple(counts) for village, code, *counts in cls._added_up().tuples()}

    @classmethod
    def estimated_until(cls, area):
        """The last day below an area that was worked out afterwards, or None."""
        query = cls.select(fn.MAX(cls.day).converter(cls.day.python_value)).where(cls._below(area))
        return query.where(cls.year == plan.active.year, cls.estimated == True).scalar()


def as_counts(listed, asked, yes):
    """The sums as counts that can be: none negative, and no part more than its whole."""
    asked = max(asked, 0)
    return max(listed, asked), asked, min(max(yes, 0), asked)

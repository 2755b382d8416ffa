"""What the households of each village add up to, kept by the difference that each change makes."""

from peewee import EXCLUDED, JOIN, CharField, ForeignKeyField, IntegerField, SmallIntegerField, fn

import indicators
import plan
from prepared import Prepared
from tables.areas import Area
from tables.day_tallies import DayTally
from tables.table import Table


class Tally(Table):
    """What a village's households add up to for one target of one year: `listed`, `asked`, `yes`."""

    village = ForeignKeyField(Area, backref="tallies")
    year = SmallIntegerField()
    code = CharField(max_length=12)
    listed = IntegerField(default=0)
    asked = IntegerField(default=0)
    yes = IntegerField(default=0)

    class Meta:
        indexes = ((("village", "year", "code"), True),)

    @Prepared
    def ADD(village, year, code, listed, asked, yes):
        row = Tally.insert(village=village, year=year, code=code, listed=listed, asked=asked, yes=yes)
        added = {count: count + getattr(EXCLUDED, count.name) for count in (Tally.listed, Tally.asked, Tally.yes)}
        return row.on_conflict(conflict_target=[Tally.village, Tally.year, Tally.code], update=added)

    @classmethod
    def add(cls, village_id, changes, year=None, day=None, estimated=False):
        """Add `{code: [Δlisted, Δasked, Δyes]}` to the active year or another, and to the day on which it happened.

        day: today unless told; see DayTally. Codes go in sorted order, so that two writers never wait in a ring.
        """
        cls.add_undated(village_id, changes, year)
        DayTally.add(village_id, changes, year, day, estimated)

    @classmethod
    def add_undated(cls, village_id, changes, year=None):
        """The same without a day, for a recount: see `follow_days`."""
        of = {"village": village_id, "year": year or plan.active.year}
        cls.ADD.run_many(
            [
                {**of, "code": code, "listed": listed, "asked": asked, "yes": yes}
                for code, (listed, asked, yes) in sorted(changes.items())
            ]
        )

    @classmethod
    def follow_days(cls):
        """Let the days add up to the tallies of the active year again: what a recount changed happened today."""
        rows = cls.select(cls.village, cls.code, cls.listed, cls.asked, cls.yes).where(cls.year == plan.active.year)
        counted = {(village, code): tuple(counts) for village, code, *counts in rows.tuples()}
        kept = DayTally.all_sums()
        for village, code in sorted({*kept, *counted}):
            pair = counted.get((village, code), (0, 0, 0)), kept.get((village, code), (0, 0, 0))
            lacking = [new - old for new, old in zip(*pair, strict=True)]
            if any(lacking):
                DayTally.add(village, {code: lacking})

    @classmethod
    def of_villages(cls, area):
        """`{(village's id, code): (listed, asked, yes)}` of the active year below the area."""
        query = cls.select(cls.village, cls.code, cls.listed, cls.asked, cls.yes).join(Area)
        query = query.where(cls.year == plan.active.year, Area.within(area))
        return {(village, code): tuple(counts) for village, code, *counts in query.tuples()}

    @classmethod
    def of_visits(cls, area):
        """The villages below `area`, each with `.listed` and `.visited` households of the active year."""
        visits = (cls.village == Area.id) & (cls.year == plan.active.year) & (cls.code == indicators.VISITS)
        counts = (fn.COALESCE(cls.listed, 0).alias("listed"), fn.COALESCE(cls.asked, 0).alias("visited"))
        query = Area.select(Area, *counts).join(cls, JOIN.LEFT_OUTER, on=visits)
        return query.where(Area.within(area), Area.kind == "village").order_by(Area.label_key).objects()

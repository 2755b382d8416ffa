"""What the public may see, kept apart from what stands now: each state in which a figure was published."""

from collections import defaultdict
from typing import NamedTuple

from peewee import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    SmallIntegerField,
    fn,
)

import plan
from tables.areas import Area
from tables.table import Table, now

REPORTED = "reported:"  # begins the code of what units, or the police for a village, say of a target


class State(NamedTuple):
    """A figure as it is published: its three counts, and who stands behind them.

    homes: {household's id: [count, …]}. Of what units report, `listed` is how many said it, and period the last one.
    """

    listed: int = 0
    asked: int = 0
    yes: int = 0
    homes: dict = {}
    period: str = ""

    @property
    def counts(self):
        return self.listed, self.asked, self.yes


class Publication(Table):
    """A figure of an area and year in a state that the public may see; the newest one stands, older ones are history.

    code: of a target, a series or the doors, as in `Tally`; or `REPORTED` and a target, with `asked` for all people and
    `yes` for those who can. The rest is as in `State`; those that are history hold no homes.
    """

    area = ForeignKeyField(Area, backref="publications")
    year = SmallIntegerField()
    code = CharField(max_length=24)
    listed = IntegerField(default=0)
    asked = IntegerField(default=0)
    yes = IntegerField(default=0)
    homes = JSONField(default=dict)
    period = CharField(default="", max_length=10)
    newest = BooleanField(default=True)
    published_at = DateTimeField(default=now)

    class Meta:
        indexes = (
            (("newest", "year", "area"), False),
            (("area", "year", "code", "published_at"), False),
        )

    @property
    def state(self):
        return State(self.listed, self.asked, self.yes, self.homes, self.period)

    @classmethod
    def put(cls, area, states, year=None, at=None):
        """Publish figures of an area anew, `{code: State}`; what stood before becomes history. Inside a transaction."""
        year, at = year or plan.active.year, at or now()
        past = cls.update(newest=False, homes={}).where(cls.area == area, cls.year == year, cls.code.in_([*states]))
        past.where(cls.newest == True).execute()
        about = {"area": area, "year": year, "published_at": at}
        cls.insert_all([cls(code=code, **about, **state._asdict()) for code, state in states.items()])

    @classmethod
    def standing(cls, area):
        """`{(area's id, code): State}` of what is published below the area this year, without homes, in one query."""
        rows = cls._newest(area, cls.area, cls.code, cls.listed, cls.asked, cls.yes, cls.period).tuples()
        return {(area_id, code): State(*counts, period=period) for area_id, code, *counts, period in rows}

    @classmethod
    def last_reported(cls, area):
        """`{(area's id, code): State}` of what units reported, published last this year or the one before."""
        columns = cls.area, cls.code, cls.listed, cls.asked, cls.yes, cls.period
        years = plan.active.year - 1, plan.active.year
        rows = cls.select(*columns).where(cls.newest == True, cls.year.in_(years), cls._lies_in(area))
        rows = rows.where(cls.code.startswith(REPORTED)).order_by(cls.year).tuples()
        return {(area_id, code): State(*counts, period=period) for area_id, code, *counts, period in rows}

    @classmethod
    def of_homes(cls, village):
        """`{code: (year, {household's id: its counts})}` of what is published of one village this year or, of a figure
        of which nothing is yet, in the year before."""
        years = plan.active.year - 1, plan.active.year
        rows = cls.select().where(cls.newest == True, cls.year.in_(years), cls.area == village).order_by(cls.year)
        return {row.code: (row.year, row.homes) for row in rows}

    @classmethod
    def history(cls, village):
        """`{code: [(listed, asked, yes)]}` of every state in which this year's figures of one area were published."""
        found = defaultdict(list)
        rows = cls.select(cls.code, cls.listed, cls.asked, cls.yes).order_by(cls.published_at, cls.id)
        for code, *counts in rows.where(cls.year == plan.active.year, cls.area == village).tuples():
            found[code].append(tuple(counts))
        return found

    @classmethod
    def over_time(cls, area):
        """Every state of this year below an area, oldest first: [(moment, area's id, code, State)], without homes."""
        columns = cls.published_at, cls.area, cls.code, cls.listed, cls.asked, cls.yes, cls.period
        rows = cls.select(*columns).where(cls.year == plan.active.year, cls._lies_in(area))
        rows = rows.order_by(cls.published_at, cls.id).tuples()
        return [(at, area_id, code, State(*counts, period=period)) for at, area_id, code, *counts, period in rows]

    @classmethod
    def times(cls, area, until=None):
        """`{(area's id, code): when it was published last}` below the area this year, if told so before a moment."""
        rows = cls.select(cls.area, cls.code, fn.MAX(cls.published_at))
        rows = rows.where(cls.year == plan.active.year, cls._lies_in(area))
        rows = rows.where(cls.published_at < until) if until else rows.where(cls.newest == True)
        return {(area_id, code): at for area_id, code, at in rows.group_by(cls.area, cls.code).tuples()}

    @classmethod
    def last_at(cls, area):
        """When anything below the area was published last, or None."""
        return cls._newest(area, fn.MAX(cls.published_at)).scalar()

    @classmethod
    def _newest(cls, area, *columns):
        rows = cls.select(*columns)
        return rows.where(cls.newest == True, cls.year == plan.active.year, cls._lies_in(area))

    @classmethod
    def _lies_in(cls, area):
        """For a query; it is no join, with which SQLite would read the history of every area of a city."""
        return cls.area.in_(area.below().select(Area.id))

    @classmethod
    def of_both(cls, gone, kept):
        """Let a village's published figures be those of two that become one; returns what `apart` undoes it with.

        Sums of what both had published, now and at every time before, so that no reader learns anything new. Of what
        the police said of both it is what they said of the one that stays. Inside a transaction.
        """
        rows = list(cls.select().where(cls.area.in_([gone, kept])).order_by(cls.published_at, cls.id))
        past = defaultdict(list)
        for row in rows:
            past[row.year, row.code].append(row)
        for (year, code), states in past.items():
            if code.startswith(REPORTED):
                cls.delete().where(cls.area == gone, cls.year == year, cls.code == code).execute()
            else:
                cls._add_up(gone, kept, year, code, states)
        return [[row.area_id == gone.id, row.year, row.code, *row.state] for row in rows if row.newest]

    @classmethod
    def _add_up(cls, gone, kept, year, code, states):
        cls.delete().where(cls.area.in_([gone, kept]), cls.year == year, cls.code == code).execute()
        newest = {}
        for row in states:
            newest[row.area_id] = row
            counts = map(sum, zip(*(each.state.counts for each in newest.values()), strict=True))
            homes = {home: cells for each in newest.values() for home, cells in each.homes.items()}
            cls.put(kept, {code: State(*counts, homes)}, year, row.published_at)

    @classmethod
    def apart(cls, area, kept, before):
        """Undo `of_both`: both villages stand as each was published before. Inside a transaction.

        To publish each one's part of what was published of both since would tell of small differences.
        """
        for was_gone, year, code, *state in before:
            cls.put(area if was_gone else kept, {code: State(*state)}, year)
        known = {(year, code) for was_gone, year, code, *_ in before if not was_gone}
        for row in list(cls.select().where(cls.area == kept, cls.newest == True)):
            if (row.year, row.code) not in known and not row.code.startswith(REPORTED):  # all of it was the other's
                cls.put(kept, {row.code: State()}, row.year)

    @classmethod
    def forget(cls, area):
        """Remove all that was published of an area that is removed itself. Inside a transaction."""
        cls.delete().where(cls.area == area).execute()

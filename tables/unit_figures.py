"""Figures that units send each period, kept as they were told: a newer one corrects, nothing is overwritten."""

import uuid
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, fn

from database import lock_row
from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class Told(NamedTuple):
    """What a unit says of one cell: the number (None takes the earlier one back), its day, and what it rests on."""

    value: int | None
    as_of: date
    source: str = ""
    document: str = ""


class Crossed(Exception):
    """Somebody else wrote other numbers since the form was opened; `.rows` are theirs, `{cell: UnitFigure or None}`."""

    def __init__(self, rows):
        super().__init__(f"{len(rows)} figures were written meanwhile")
        self.rows = rows


class UnitFigure(Table):
    """One number that a unit sent for a period, of the kind `key` of the plan's figures.

    area: the commune, or the village that it is of. part: the grade, or "". period: such as 2026-11. value: None takes
    the earlier one back. as_of: the day it was counted. document: the decision it rests on. The newest row stands.
    """

    uid = CharField(unique=True, default=new_uid)
    unit = ForeignKeyField(Unit, backref="figures", on_delete="CASCADE")
    area = ForeignKeyField(Area)
    key = CharField(max_length=40)
    part = CharField(default="", max_length=10)
    period = CharField(max_length=10)
    value = IntegerField(null=True)
    as_of = DateField()
    source = CharField(default="")
    document = CharField(default="")
    user = ForeignKeyField(User, null=True)
    made_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("period", "key", "unit", "area", "part"), False),)

    @property
    def cell(self):
        """What it is a number of."""
        return (self.unit_id, self.area_id, self.key, self.part)

    @classmethod
    def standing(cls, period):
        """`{(unit id, area id, key, part): UnitFigure}` of a period, the newest of each, those taken back left out."""
        newest = {row.cell: row for row in cls.select().where(cls.period == period).order_by(cls.id)}
        return {cell: row for cell, row in newest.items() if row.value is not None}

    @classmethod
    def told_before(cls, period, since, units=None):
        """The same of the periods from `since` to the one before `period`: of each cell what was told last.

        units: only of these.
        """
        rows = cls.select().where(cls.period >= since, cls.period < period).order_by(cls.period, cls.id)
        rows = rows if units is None else rows.where(cls.unit.in_(units))
        newest = {(row.period, row.cell): row for row in rows}
        return {cell: row for (_, cell), row in newest.items() if row.value is not None}

    @classmethod
    def of_units(cls, units):
        """All that was ever told of some units, oldest first, with who told it."""
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER).where(cls.unit.in_(units))
        return rows.order_by(cls.id)

    @classmethod
    def newest(cls, area, first, last):
        """`{(unit id, area id, key, part): (period, value)}`: what open units below an area said last in some periods.

        first, last: the keys of months. A number that was taken back counts as never said.
        """
        cell = (cls.unit, cls.area, cls.key, cls.part)
        there = (Area.within(area), Unit.is_open(), cls.period.between(first, last))
        standing = cls.select(fn.MAX(cls.id)).join(Unit).switch(cls).join(Area, on=cls.area == Area.id).where(*there)
        standing = standing.group_by(cls.period, *cell)
        age = fn.ROW_NUMBER().over(partition_by=cell, order_by=[cls.period.desc()])
        rows = cls.select(*cell, cls.period, cls.value, age.alias("age"))
        rows = rows.where(cls.id.in_(standing), cls.value.is_null(False)).alias("said")
        columns = ("unit_id", "area_id", "key", "part", "period", "value")
        newest = rows.select_from(*(getattr(rows.c, column) for column in columns)).where(rows.c.age == 1)
        return {tuple(cell): (period, value) for *cell, period, value in newest.tuples()}

    @classmethod
    def newest_until(cls, area, first, periods):
        """`{period: newest(area, first, period)}` of some periods, in one query."""
        cell = (cls.unit, cls.area, cls.key, cls.part)
        there = (Area.within(area), Unit.is_open(), cls.period.between(first, max(periods)))
        standing = cls.select(fn.MAX(cls.id)).join(Unit).switch(cls).join(Area, on=cls.area == Area.id).where(*there)
        rows = cls.select(*cell, cls.period, cls.value).where(cls.id.in_(standing.group_by(cls.period, *cell)))
        found = {period: {} for period in periods}
        for *of, period, value in db.execute(rows.where(cls.value.is_null(False)).order_by(cls.period)).fetchall():
            for until, newest in found.items():
                if period <= until:
                    newest[tuple(of)] = period, value
        return found

    @classmethod
    def by_period(cls, area):
        """`{(unit id, key, part): {period: UnitFigure}}` of what stands of an area, those taken back left out."""
        newest = {(row.period, row.cell): row for row in cls.select().where(cls.area == area).order_by(cls.id)}
        found = defaultdict(dict)
        for row in newest.values():
            if row.value is not None:
                found[row.unit_id, row.key, row.part][row.period] = row
        return dict(found)

    @classmethod
    def history(cls, unit, area, key, part):
        """Everything that was told of one number, the newest first, each row with who did it."""
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER)
        rows = rows.where(cls.unit == unit, cls.area == area, cls.key == key, cls.part == part)
        return list(rows.order_by(cls.period.desc(), cls.id.desc()))

    @classmethod
    def tell(cls, period, told, by, uid, seen, again=False):
        """Keep what units say for a period, `{(unit id, area id, key, part): Told}`; returns the rows that it wrote.

        seen: `{cell: value}` that the form showed. A cell told as it was seen is left alone, so that it does not
        overwrite what another account wrote meanwhile; with `again` it is told anew, for another day or document.
        uid: of the form; sent twice, it is written once. Raises Crossed, and writes nothing, where somebody else wrote
        another number than the form showed and than it tells.
        """
        with db.atomic():
            units = list(lock_row(Unit.select().where(Unit.id.in_({cell[0] for cell in told})).order_by(Unit.id)))
            standing = cls.standing(period)
            meant = {cell: new for cell, new in told.items() if again or new.value != seen.get(cell)}
            rows = [
                cls._row(period, cell, new, by, uid)
                for cell, new in meant.items()
                if not _stands(standing.get(cell), new)
            ]
            sent = {row.uid for row in cls.select(cls.uid).where(cls.uid.in_([row.uid for row in rows]))}
            rows = [row for row in rows if row.uid not in sent]
            theirs = {row.cell: standing.get(row.cell) for row in rows}
            known = {row.cell: (seen.get(row.cell), row.value) for row in rows}
            if crossed := {cell: row for cell, row in theirs.items() if (row and row.value) not in known[cell]}:
                raise Crossed(crossed)
            cls.insert_all(rows)
            for unit in units:
                if keys := sorted({row.key for row in rows if row.unit_id == unit.id}):
                    Event.log("unit.told", unit, by, period=period, keys=keys)
        return rows

    @classmethod
    def _row(cls, period, cell, new, by, uid):
        """An unsaved row, whose uid is the same when the same form tells the same."""
        unit, area, key, part = cell
        uid = str(uuid.uuid5(uuid.UUID(uid), repr((period, cell, new))))
        return cls(uid=uid, unit=unit, area=area, key=key, part=part, period=period, user=by, **new._asdict())


def _stands(row, new):
    """Whether what a unit says is what stands already."""
    if row is None:
        return new.value is None
    return new == Told(row.value, row.as_of, row.source, row.document)

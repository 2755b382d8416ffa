"""Figures that units send each period, kept as they were told: a newer one corrects, nothing is overwritten."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, fn

from tables.areas import Area
from tables.table import Table, new_uid, now
from tables.units import Unit
from tables.users import User


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

    @classmethod
    def standing(cls, period):
        """`{(unit id, area id, key, part): UnitFigure}` of a period, the newest of each, those taken back left out."""
        rows = cls.select().where(cls.period == period).order_by(cls.id)
        newest = {(row.unit_id, row.area_id, row.key, row.part): row for row in rows}
        return {about: row for about, row in newest.items() if row.value is not None}

    @classmethod
    def newest(cls, area, first, last):
        """`{(unit id, area id, key, part): (period, value)}`: what open units below an area said last in some periods.

        first, last: the keys of months. A number that was taken back counts as never said.
        """
        about = (cls.unit, cls.area, cls.key, cls.part)
        there = (Area.within(area), Unit.is_open(), cls.period.between(first, last))
        standing = cls.select(fn.MAX(cls.id)).join(Unit).switch(cls).join(Area, on=cls.area == Area.id).where(*there)
        standing = standing.group_by(cls.period, *about)
        age = fn.ROW_NUMBER().over(partition_by=about, order_by=[cls.period.desc()])
        rows = cls.select(*about, cls.period, cls.value, age.alias("age"))
        rows = rows.where(cls.id.in_(standing), cls.value.is_null(False)).alias("said")
        columns = ("unit_id", "area_id", "key", "part", "period", "value")
        newest = rows.select_from(*(getattr(rows.c, column) for column in columns)).where(rows.c.age == 1)
        return {tuple(about): (period, value) for *about, period, value in newest.tuples()}

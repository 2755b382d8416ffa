"""Figures that units send each period, kept as they were told: a newer one corrects, nothing is overwritten."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

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

"""Units: the agencies, schools, enterprises and co-operatives that the plan asks for figures and tasks."""

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, JSONField

from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now


class Unit(Table):
    """A unit of a commune. Those of the plan follow its file; staff add others.

    key: its name in the plan, or one made when it was added; tasks, classes and figures name it so. reports: the codes
    of the targets whose figures it sends. grades: those that a school teaches. contact, phone: whom to ask for them.
    planned: whether the plan's file names it. merged_into: the unit that it became part of, which closed it.
    """

    uid = CharField(unique=True, default=new_uid)
    key = CharField(unique=True, max_length=40)
    area = ForeignKeyField(Area, backref="units")
    name = CharField()
    kind = CharField(max_length=20)
    reports = JSONField(default=list)
    grades = JSONField(default=list)
    contact = CharField(default="")
    phone = CharField(null=True, max_length=12)
    planned = BooleanField(default=False)
    closed_at = DateTimeField(null=True)
    merged_into = ForeignKeyField("self", null=True)
    created_at = DateTimeField(default=now)

    @classmethod
    def visible_to(cls, user):
        """The units of the user's area; an account of one unit that is no reader of all sees its own alone."""
        query = cls.select(cls, Area).join(Area).where(Area.within(user.area))
        return query if user.reads_office else query.where(cls.id == user.unit_id)

    @classmethod
    def is_open(cls):
        """Whether a unit has not been closed; for a query."""
        return cls.closed_at.is_null()

    @classmethod
    def open_below(cls, area):
        """The units below an area that were not closed, those of the plan in its order, then the others."""
        rows = cls.select(cls, Area).join(Area).where(Area.within(area), cls.is_open())
        return list(rows.order_by(cls.planned.desc(), cls.id))

    @classmethod
    def follow(cls, plan, commune):
        """Bring the commune's units up to date with the plan's file; returns the keys that changed.

        A unit that the file no longer names stays, with its history, as one that staff may change or close.
        Phrases of the plan such as "Các cơ quan, đơn vị" (kind group) are no units.
        """
        with db.atomic():
            known, changed = {unit.key: unit for unit in cls.select()}, []
            for planned in plan.units:
                if planned.kind == "group":
                    continue
                told = {"name": planned.name.vi, "kind": planned.kind, "reports": list(planned.reports)}
                unit = known.pop(planned.key, None) or cls(key=planned.key, area=commune)
                if unit.set_changed(**told, planned=True):
                    unit.store_changes() if unit.id else unit.store_new()
                    changed.append(unit.key)
            for unit in known.values():
                if unit.set_changed(planned=False):
                    unit.store_changes()
                    changed.append(unit.key)
            if changed:
                Event.log("units.followed", commune, None, units=changed)
        return changed

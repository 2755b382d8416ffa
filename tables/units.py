"""Units: the agencies, schools, enterprises and co-operatives that the plan asks for figures and tasks."""

from peewee import JOIN, BooleanField, CharField, DateTimeField, ForeignKeyField, JSONField

import vi
from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from terms import FIRMS

ADDED = "u-"  # begins the key of a unit that staff added, and no key of a plan


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
    def to_choose(cls, user, chosen=None):
        """The open units of the user's commune, for a class or a place, and the one that it has; by name."""
        area = user.area.commune_or_self()
        rows = cls.select(cls, Area).join(Area).where(Area.within(area), cls.is_open() | (cls.id == chosen))
        return sorted(rows, key=lambda unit: vi.sort_key(unit.name))

    @classmethod
    def is_open(cls):
        """Whether a unit has not been closed; for a query."""
        return cls.closed_at.is_null()

    @classmethod
    def keyed(cls, key):
        """The unit that a class names by its key, closed or not; None for a key that no unit has."""
        return cls.get_or_none(cls.key == key)

    @classmethod
    def names(cls):
        """`{key: name}` in Vietnamese of all units, for what names them by their keys."""
        return dict(cls.select(cls.key, cls.name).tuples())

    @property
    def left_plan(self):
        """Whether the plan's file named it once and no longer does."""
        return not self.planned and not self.key.startswith(ADDED)

    def counts_for(self, target):
        """Whether figures of a target are about this unit: the workers are those of enterprises and co-operatives."""
        return target.code in self.reports and (target.population != "workers" or self.kind in FIRMS)

    def types_for_firms(self, target):
        """Whether it sends a target's figures for the enterprises and co-operatives, as the Economic Division does."""
        return target.code in self.reports and not self.counts_for(target)

    @classmethod
    def add(cls, area, uid, by, **told):
        """A unit beside the plan's, with its name, kind, reports, grades, contact and phone; the same uid adds it once.

        Returns the unit.
        """
        with db.atomic():
            unit = cls(uid=uid, key=ADDED + uid, area=area, **told)
            if not unit.store_once():
                return cls.get(cls.uid == uid)
            Event.log("unit.added", unit, by)
        return unit

    def change(self, by, **told):
        """Change what is known of it; returns the names of what changed. The plan's file says the rest of its units."""
        with db.atomic():
            changed = self.set_changed(**told)
            if changed:
                self.store_changes()
                Event.log("unit.changed", self, by, fields=sorted(changed))
        return changed

    def close(self, by):
        """Ask it for nothing any more; what it sent stays."""
        with db.atomic():
            if self.set_changed(closed_at=self.closed_at or now()):
                self.store_changes()
                Event.log("unit.closed", self, by)

    def reopen(self, by):
        """Ask it again. A unit that became part of another one does not open by itself."""
        with db.atomic():
            if not self.merged_into_id and self.set_changed(closed_at=None):
                self.store_changes()
                Event.log("unit.opened", self, by)

    def history(self, most=50):
        """The newest events of this unit, with who did them."""
        who = Event.user.rel_model
        events = Event.select(Event, who).join(who, JOIN.LEFT_OUTER).where(Event.subject == self.uid)
        return list(events.where(Event.kind == "unit").order_by(Event.id.desc()).limit(most))

    @classmethod
    def open_below(cls, area):
        """The units below an area that were not closed, those of the plan in its order, then the others."""
        rows = cls.select(cls, Area).join(Area).where(Area.within(area), cls.is_open())
        return list(rows.order_by(cls.planned.desc(), cls.id))

    @classmethod
    def closed_below(cls, area):
        """The units below an area that were closed, in the order in which they were added."""
        return list(cls.select(cls, Area).join(Area).where(Area.within(area), ~cls.is_open()).order_by(cls.id))

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
                changed += unit._follow(**told, planned=True)
            for unit in known.values():
                changed += unit._follow(planned=False)
        return changed

    def _follow(self, **told):
        fields = self.set_changed(**told)
        if fields:
            self.store_changes() if self.id else self.store_new()
            Event.log("unit.followed", self, None, fields=sorted(fields))
        return [self.key] if fields else []

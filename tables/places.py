"""Places (địa điểm) where classes are held, with what they have: plan V.6."""

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, SmallIntegerField

import vi
from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit


class Place(Table):
    """A school, library, cultural house or learning corner. seats: None when nobody counted.

    unit: whose place it is, if a unit's. network, screen: whether a class finds them there.
    """

    uid = CharField(unique=True, default=new_uid)
    name = CharField()
    kind = CharField(max_length=16)
    area = ForeignKeyField(Area, backref="places")
    unit = ForeignKeyField(Unit, null=True, backref="places")
    seats = SmallIntegerField(null=True)
    network = BooleanField(default=False)
    screen = BooleanField(default=False)
    closed_at = DateTimeField(null=True)
    created_at = DateTimeField(default=now)

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Area).join(Area).where(Area.within(user.area))

    @classmethod
    def to_choose(cls, user, chosen=None):
        """The open places of the user's area for a class, and the one that it has; by area, then by name."""
        area = user.area.commune_or_self()
        rows = cls.select(cls, Area).join(Area).where(Area.within(area), cls.closed_at.is_null() | (cls.id == chosen))
        return sorted(rows, key=lambda place: (place.area.label_key, vi.sort_key(place.name)))

    @classmethod
    def add(cls, by, uid=None, **told):
        """A new place, once for a `uid` however often it is sent; returns it. Conflict for other content."""
        with db.atomic():
            place = cls(uid=uid or new_uid(), **told)
            if place.store_or_meet("name", "kind", "area"):
                Event.log("place.added", place, by, kind=place.kind)
        return cls.get(cls.uid == place.uid)

    def change(self, by, **told):
        """Correct what is known of it."""
        with db.atomic():
            if changed := self.set_changed(**told):
                self.store_changes()
                Event.log("place.changed", self, by, fields=sorted(changed))

    def turn(self, is_open, by):
        """Close it to new classes, or open it again; classes that were held here keep it."""
        with db.atomic():
            if bool(self.closed_at) == is_open:
                self.set_changed(closed_at=None if is_open else now())
                self.store_changes()
                Event.log("place.opened" if is_open else "place.closed", self, by)

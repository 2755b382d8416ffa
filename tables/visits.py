"""Knocks on doors, kept as they were told."""

import json
from hashlib import sha256

from peewee import CharField, DateTimeField, ForeignKeyField, JSONField, SmallIntegerField

from tables.areas import Area
from tables.households import Household
from tables.table import Event, Table, db, now
from tables.users import User

ENOUGH_TO_COMPARE = 3  # fewer questions than this answered alike say nothing


class Visit(Table):
    """One knock on a door, kept as it was told. `happened_at` at the door, `received_at` when the server learned it."""

    uid = CharField(unique=True)
    household = ForeignKeyField(Household, backref="visits", on_delete="CASCADE")
    user = ForeignKeyField(User, backref="visits", null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    outcome = CharField(max_length=10)
    content = JSONField(default=dict)
    note = CharField(default="", max_length=120)
    entered_by = ForeignKeyField(User, null=True)
    body_hash = CharField(default="", max_length=64)
    asked = SmallIntegerField(default=0)
    pattern = CharField(default="", max_length=16)
    disputed_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Household, Area).join(Household).join(Area).where(Area.within(user.area))

    @classmethod
    def villages_visited(cls, area, since, until):
        """The ids of the villages below an area with a knock from one moment on and before another."""
        query = Household.select(Household.village).join(Area).switch(Household).join(cls).where(Area.within(area))
        return {id for (id,) in query.where(cls.happened_at >= since, cls.happened_at < until).distinct().tuples()}

    def look(self):
        """Set what a second look needs: how many people were asked and, where all answered the same, the `pattern`."""
        told = [person["answers"] for person in self.content["people"] if person["answers"]]
        same = told and len(told[0]) >= ENOUGH_TO_COMPARE and all(answers == told[0] for answers in told)
        text = json.dumps(told[0], sort_keys=True) if same else ""
        self.asked, self.pattern = len(told), sha256(text.encode()).hexdigest()[:16] if same else ""

    def dispute(self, by):
        """Note that this visit's id arrived once more with other content, which is kept on the phone that sent it.

        An id of another village's visit, which a phone of this one never had, notes nothing there.
        """
        if not Visit.visible_to(by).where(Visit.id == self.id).exists():
            return
        with db.atomic():
            self.disputed_at = now()
            self.save(only=[Visit.disputed_at])
            Event.log("visit.disputed", self.household, by, visit=self.uid)

    @classmethod
    def of(cls, household, visit, by, body_hash, entered_by):
        """A visit not yet saved. That a phone was told is kept, the number is not: it must be possible to forget it."""
        people = [{**person, "phone": True} if "phone" in person else person for person in visit["people"]]
        record = cls(
            uid=visit["uid"],
            household=household,
            user=by,
            happened_at=visit["happened_at"],
            outcome=visit["outcome"],
            content={"answers": visit["answers"], "people": people},
            note=visit.get("note", ""),
            entered_by=entered_by,
            body_hash=body_hash,
        )
        record.look()
        return record

    @classmethod
    def next_door(cls, user, village):
        """The door to begin with: the one after the last that this account knocked on in the village, or the first."""
        visited = Household.select().join(cls).where(Household.village == village, cls.user == user)
        last = visited.order_by(cls.happened_at.desc(), cls.id.desc()).first()
        return (last or Household(village=village, code_key="", lane_key="")).next_door()

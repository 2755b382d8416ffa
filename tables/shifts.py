"""Shifts: who is on duty as a Digital Ambassador at the public-service point, half a working day each."""

import uuid
from typing import NamedTuple

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, fn

import vi
from database import lock_row
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class Ambassador(NamedTuple):
    """Who is on duty: an account, or a name that somebody typed; `unit` is the one that sends them, if any."""

    user: User | None
    name: str
    unit: Unit | None = None

    @property
    def key(self):
        """What tells one person from another: the account's uid, or the name as typed but for its capitals."""
        return self.user.uid if self.user else vi.clean(self.name).casefold()

    @property
    def who(self):
        """The person's name."""
        return self.user.name if self.user else self.name


class Twice(Exception):
    """Somebody would be on duty twice in one half-day; `.shift` is the second."""

    def __init__(self, shift):
        super().__init__(f"on duty twice: {shift.day} {shift.half}")
        self.shift = shift


class Shift(Table):
    """A half-day ("am" or "pm") of one person, who stands in it once (unique in the database).

    A swap takes the rows of both out and puts in new ones, so that what was agreed before stays readable.
    """

    uid = CharField(unique=True, default=new_uid)
    day = DateField(index=True)
    half = CharField(max_length=2)
    person = CharField(max_length=120)
    user = ForeignKeyField(User, null=True, backref="shifts")
    name = CharField(default="")
    unit = ForeignKeyField(Unit, null=True, backref="shifts")
    made_by = ForeignKeyField(User, null=True, backref="+")
    made_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    @property
    def ambassador(self):
        return Ambassador(self.user, self.name, self.unit)

    @property
    def who(self):
        """The name of the person on duty."""
        return self.ambassador.who

    @property
    def slot(self):
        return self.day, self.half

    @classmethod
    def standing(cls):
        """What was put in and not taken out, each with its account and unit, in order."""
        query = cls.select(cls, User, Unit).join(User, JOIN.LEFT_OUTER, on=cls.user).switch(cls)
        return query.join(Unit, JOIN.LEFT_OUTER).where(cls.stands()).order_by(cls.day, cls.half, cls.id)

    @classmethod
    def between(cls, starts, ends):
        """The standing shifts from one day to another, both included."""
        return cls.standing().where(cls.day.between(starts, ends))

    @classmethod
    def of(cls, user, starts, ends):
        """The same of one account."""
        return cls.between(starts, ends).where(cls.user == user)

    @classmethod
    def with_uid(cls, uid):
        """The shift with this id, taken out or not; for a query."""
        query = cls.select(cls, User, Unit).join(User, JOIN.LEFT_OUTER, on=cls.user).switch(cls)
        return query.join(Unit, JOIN.LEFT_OUTER).where(cls.uid == uid)

    @classmethod
    def ambassadors(cls):
        """`{key: Ambassador}` of those who have ever been on duty, sorted by given name."""
        newest = cls.select(fn.MAX(cls.id)).where(cls.stands()).group_by(cls.person)
        rows = sorted(cls.standing().where(cls.id.in_(newest)), key=lambda row: vi.name_key(row.who))
        return {row.person: row.ambassador for row in rows}

    @classmethod
    def put_in(cls, ambassador, slots, by, op):
        """Put somebody on duty in these half-days, [(day, half)].

        Returns those in which they are by this form, `op`, however often it is sent, and those in which they were
        already.
        """
        with db.atomic():
            rows = [cls._new(slot, ambassador, by, f"{op} {slot}") for slot in slots]
            new = [row for row in rows if row.store_once()]
            if new:
                Event.log("shift.put_in", new[0], by, half_days=len(new), first=str(new[0].day), last=str(new[-1].day))
            stored = {uid for (uid,) in cls.select(cls.uid).where(cls.uid.in_([row.uid for row in rows])).tuples()}
        return [row.slot for row in rows if row.uid in stored], [row.slot for row in rows if row.uid not in stored]

    @classmethod
    def swap(cls, one, other, by, op):
        """Each of two people takes the other's half-day, once for an `op`. Twice when one of them is there already."""
        return cls._change_hands([(one, other.ambassador), (other, one.ambassador)], by, op, "shift.swapped")

    def hand_over(self, ambassador, by, op):
        """Somebody else takes the half-day, once for an `op`. Twice when they are there already."""
        return self._change_hands([(self, ambassador)], by, op, "shift.handed_over")

    def undo(self, by):
        """Take it out. Twice is once."""
        with db.atomic():
            if Shift.update(undone_at=now()).where(Shift.id == self.id, Shift.stands()).execute():
                Event.log("shift.undone", self, by)

    @classmethod
    def _change_hands(cls, pairs, by, op, verb):
        """Put each person of the pairs (shift, Ambassador) into its half-day; nothing where one was taken out since."""
        with db.atomic():
            ids = [shift.id for shift, _ in pairs]
            before = list(lock_row(cls.select().where(cls.id.in_(ids), cls.stands()).order_by(cls.id)))
            if len(before) < len(pairs):
                return
            cls.update(undone_at=now()).where(cls.id.in_(ids)).execute()
            rows = [cls._new(shift.slot, person, by, f"{op} {shift.uid}") for shift, person in pairs]
            for row in rows:
                if not row.store_once():
                    raise Twice(row)
            Event.log(verb, rows[0], by, was=[shift.uid for shift in before])

    @classmethod
    def _new(cls, slot, ambassador, by, told):
        """An unsaved shift, whose uid follows from the form that told of it."""
        day, half = slot
        name = "" if ambassador.user else ambassador.name
        return cls(
            uid=str(uuid.uuid5(uuid.NAMESPACE_OID, told)), day=day, half=half, person=ambassador.key,
            user=ambassador.user, name=name, unit=ambassador.unit, made_by=by,
        )  # fmt: skip

"""Second looks at what the door told: what a lead has looked at, and short repeats of a visit."""

from peewee import CharField, DateTimeField, ForeignKeyField, JSONField

from tables.households import Household, Resident
from tables.table import Event, Table, db, new_uid, now
from tables.users import User
from tables.visits import Visit


class Review(Table):
    """A lead has looked at one kind of finding of a household; what happens there later is a finding again."""

    household = ForeignKeyField(Household, backref="reviews", on_delete="CASCADE")
    kind = CharField(max_length=10)
    at = DateTimeField(default=now)
    user = ForeignKeyField(User)

    class Meta:
        indexes = ((("household", "kind"), True),)

    @classmethod
    def put(cls, household, kind, by):
        """Look at it: it leaves the list."""
        with db.atomic():
            row = cls.insert(household=household, kind=kind, user=by, at=now())
            row.on_conflict(conflict_target=[cls.household, cls.kind], preserve=[cls.at, cls.user]).execute()
            Event.log("finding.reviewed", household, by, kind=kind)

    @classmethod
    def take_back(cls, household, kind, by):
        """Not looked at after all: it comes back."""
        with db.atomic():
            if cls.delete().where(cls.household == household, cls.kind == kind).execute():
                Event.log("finding.reopened", household, by, kind=kind)


class Repeat(Table):
    """What one person of a visit said when somebody else asked some of it again, beside what the visit told.

    It is a record of its own: nobody's answers change by it.
    """

    follows_resident = True

    uid = CharField(unique=True, default=new_uid)
    visit = ForeignKeyField(Visit, backref="repeats", on_delete="CASCADE")
    resident = ForeignKeyField(Resident, on_delete="CASCADE")
    first = JSONField(default=dict)
    answers = JSONField(default=dict)
    at = DateTimeField(default=now)
    user = ForeignKeyField(User)

    class Meta:
        indexes = ((("visit", "resident"), True),)

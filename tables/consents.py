"""What households agreed to, and took back."""

from peewee import JOIN, BooleanField, CharField, DateTimeField, ForeignKeyField

import plan
import vi
from prepared import Prepared
from tables.households import Household
from tables.table import Event, Table, db, new_uid, now
from tables.users import User
from terms import PURPOSES


class Consent(Table):
    """Who agreed to what, when, told by whom, on which text. Rows are only ever added; the newest counts."""

    uid = CharField(unique=True, default=new_uid)
    household = ForeignKeyField(Household, backref="consents", on_delete="CASCADE")
    purpose = CharField(max_length=20)
    given = BooleanField()
    text_version = CharField(max_length=40)
    given_at = DateTimeField()
    recorded_at = DateTimeField(default=now)
    user = ForeignKeyField(User, null=True)
    how = CharField(default="door", max_length=8)

    @Prepared
    def NEWEST(household, purpose):
        rows = Consent.select().where(Consent.household == household, Consent.purpose == purpose)
        return rows.order_by(Consent.given_at.desc(), Consent.id.desc())

    @classmethod
    def newest(cls, household, purpose):
        """The newest word of a household on a purpose, or None."""
        return cls.NEWEST.first(household=household, purpose=purpose)

    @classmethod
    def history(cls, household):
        """Everything a household said, newest first, each with its user."""
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER).where(cls.household == household)
        return rows.order_by(cls.given_at.desc(), cls.id.desc())

    @classmethod
    def record(cls, household, purpose, given, at, by, how, version=None):
        """Keep what a household said of a purpose on a text (`version`). In a transaction that stores the household.

        The newest word counts; an older one that arrives late is only history.
        """
        column, version = PURPOSES[purpose], version or plan.active.notice_version
        held = getattr(household, column)
        last = None if held is None else cls.newest(household, purpose)
        late = last is not None and last.given_at > at
        if not late and last is not None and (last.given, last.text_version) == (given, version):
            return
        said = {"purpose": purpose, "given": given, "text_version": version, "given_at": at, "how": how}
        cls(household=household, user=by, **said).store_new()
        if not late:
            household.set_changed(**{column: given})

    @classmethod
    def withdraw(cls, household, purpose, by, at=None):
        """Take a consent back at the office, or note a refusal: use stops at once, the history stays.

        A survey withdrawn counts in no target and stands in no file with names; without reminders no phone is kept.
        at: when they said so, now unless told; what they said before stays earlier.
        """
        with db.atomic():
            household = household.locked()
            if getattr(household, PURPOSES[purpose]) is False:
                return
            last = cls.newest(household, purpose)
            at = max(at or now(), last.given_at) if last else at or now()
            cls.record(household, purpose, False, at, by, "office")
            if purpose == "survey":
                household.state = "refused"
            else:
                household.forget_phones()
            household.refresh(vi.local(at).date())
            Event.log("consent.withdrawn", household, by, purpose=purpose)

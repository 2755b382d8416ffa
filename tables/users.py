"""Accounts: who they are, what they may do, and their passwords."""

from peewee import JOIN, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, fn
from werkzeug.security import check_password_hash, generate_password_hash

import qr
import vi
from prepared import Prepared
from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit
from terms import FIELD, HOSTS, LEADS, OFFICE, READING_KINDS, ROLES, TEAM

CARD_CODE = 13  # characters


def new_card():
    """A fresh random code for a volunteer's card."""
    return qr.new_code(CARD_CODE)


class SignedOut(Table):
    """Sessions that were signed out before their time was over, so that a copied cookie is worth nothing."""

    session = CharField(unique=True, max_length=40)
    ends_at = DateTimeField()

    @classmethod
    def add(cls, session, ends_at, user):
        """Remember a session of `user` until it would have ended by itself; those that have are forgotten."""
        with db.atomic():
            cls.delete().where(cls.ends_at < now()).execute()
            cls.insert(session=session, ends_at=ends_at).on_conflict_ignore().execute()
            Event.log("user.signed_out", user, user)


class User(Table):
    """A named account with one role in one area; it sees that area and everything below it.

    unit: the one that an account of role `unit` belongs to, and sees nothing but.
    """

    uid = CharField(unique=True, default=new_uid)
    username = CharField(unique=True)
    name = CharField()
    password_hash = CharField(default="!")
    role = CharField(max_length=12)
    area = ForeignKeyField(Area, backref="users")
    unit = ForeignKeyField(Unit, null=True, backref="users")
    active = BooleanField(default=True)
    card = CharField(unique=True, max_length=CARD_CODE, default=new_card)
    epoch = IntegerField(default=0)
    phone = CharField(null=True, max_length=12)
    created_at = DateTimeField(default=now)

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self):
        return self.active

    def get_id(self):
        """What the session carries: raising `epoch` ends every session of this account."""
        return f"{self.uid}.{self.epoch}"

    @Prepared
    def OPEN_IN(uid, session):
        ended = SignedOut.select().where(SignedOut.session == session)
        query = User.select(User, Area).join(Area).where(User.uid == uid, User.active == True)
        return query.where(~fn.EXISTS(ended))

    @classmethod
    def from_session(cls, session_id, session):
        """The account that `get_id` named, unless it was closed or this session of its was ended; else None."""
        uid, _, epoch = session_id.partition(".")
        user = cls.OPEN_IN.first(uid=uid, session=session)
        return user if user and str(user.epoch) == epoch else None

    @classmethod
    def visible_to(cls, user):
        query = cls.select(cls, Area, Unit).join(Area).switch(cls).join(Unit, JOIN.LEFT_OUTER)
        return query.where(Area.within(user.area)).order_by(cls.username)

    @classmethod
    def of_unit(cls, unit):
        """The accounts of a unit, those that are open first."""
        return cls.select().where(cls.unit == unit).order_by(cls.active.desc(), cls.name, cls.id)

    @classmethod
    def who_cover(cls, area, by):
        """The open accounts visible to `by` who may help with a class of the area: theirs is it or holds it."""
        query = cls.visible_to(by).where(cls.area.in_(area.around()), cls.active == True, cls.role != "unit")
        return sorted(query, key=lambda user: vi.name_key(user.name))

    @classmethod
    def named(cls, username):
        return cls.select(cls, Area).join(Area).where(cls.username == plain_username(username)).first()

    @classmethod
    def with_card(cls, code):
        """Whose card carries this code, active or not; None for a code that is nobody's or was revoked."""
        return cls.select(cls, Area).join(Area).where(cls.card == qr.read_code(code)).first()

    @classmethod
    def members(cls, area):
        """Active accounts of `area` and below that go from door to door or hold classes, village by village."""
        rows = cls.select(cls, Area).join(Area).where(cls.active == True, cls.role != "unit")
        return rows.where(Area.within(area)).order_by(Area.label_key, cls.name, cls.id)

    @classmethod
    def with_ids(cls, ids):
        """The accounts with these database keys, open or closed, each with its area and unit."""
        query = cls.select(cls, Area, Unit).join(Area).switch(cls).join(Unit, JOIN.LEFT_OUTER)
        return list(query.where(cls.id.in_(list(ids))))

    @classmethod
    def team(cls, village, by):
        """Who may have asked at a door of the village: its team, and `by`, who comes first."""
        rows = cls.select().where(cls.area == village, cls.active == True, cls.role.in_(TEAM))
        return [by, *(user for user in rows.order_by(cls.name, cls.id) if user != by)]

    @classmethod
    def add(cls, username, name, role, area, password=None, by=None, unit=None):
        """A new account. ValueError as in `place`, IntegrityError for a taken username."""
        _check_place(role, unit)
        with db.atomic():
            user = cls.create(
                username=plain_username(username), name=vi.clean(name), role=role, area=area, unit=unit
            )
            if password:
                user.password_hash = password_hash(password)
                user.save(only=[cls.password_hash])
            Event.log("user.added", user, by, role=role)
        return user

    def set_password(self, password, by):
        """Change the password and end every session of this account."""
        with db.atomic():
            self.password_hash = password_hash(password)
            self.epoch += 1
            self.save(only=[User.password_hash, User.epoch])
            Event.log("user.password", self, by)

    def introduce(self, name, phone):
        """Correct one's own name and the number (from `vi.phone`, or None) at which others may ask."""
        with db.atomic():
            changed = self.set_changed(name=name, phone=phone)
            if changed:
                self.save(only=changed)
                Event.log("user.introduced", self, self, fields=sorted(changed))

    def place(self, role, area, by, unit=None):
        """Give the account another role, area or unit from its next request on; another role asks to sign in again.

        A volunteer's session lasts for months, an office's for a day. ValueError for an unknown role, and for a unit
        that is missing or that no role but `unit` has.
        """
        _check_place(role, unit)
        with db.atomic():
            changed = self.set_changed(role=role, area=area, unit=unit, epoch=self.epoch + (role != self.role))
            if changed:
                self.save(only=changed)
                Event.log("user.placed", self, by, fields=sorted({*changed} - {"epoch"}), role=role)

    @classmethod
    def to_ask(cls):
        """The administrators who gave a number at which to ask for a new password, by name."""
        rows = cls.select(cls.name, cls.phone).where(cls.active == True, cls.role == "admin")
        return list(rows.where(cls.phone.is_null(False)).order_by(cls.name, cls.id))

    def set_active(self, active, by):
        """Open or close the account; closing ends its sessions."""
        with db.atomic():
            self.active = active
            self.epoch += 1
            self.save(only=[User.active, User.epoch])
            Event.log("user.opened" if active else "user.closed", self, by)

    @classmethod
    def turn(cls, users, active, by):
        """Open or close several accounts; returns those that changed, never the one of `by`."""
        with db.atomic():
            turned = [user for user in users if user.active != active and user != by]
            for user in turned:
                user.set_active(active, by)
        return turned

    def renew_card(self, by):
        """Revoke the printed card: from now on its code is nobody's."""
        with db.atomic():
            self.card = new_card()
            self.save(only=[User.card])
            Event.log("user.card_renewed", self, by)

    def has_password(self, password):
        return check_password_hash(self.password_hash, vi.nfc(password))

    @property
    def acts_as(self):
        """The roles that open a view: the account's own, and "reader" for one of the commune's Office or leaders."""
        reads = self.role == "unit" and self.unit is not None and self.unit.kind in READING_KINDS
        return (self.role, "reader") if reads else (self.role,)

    @property
    def reads_office(self):
        """Whether it sees every unit, figure and task of its area, to change them or only to read."""
        return self.role in OFFICE or "reader" in self.acts_as

    def sees_counts_of(self, area):
        """Whether it sees an area's small numbers, too, which others do not: a unit has no part in who lives where."""
        return area.path.startswith(self.area.path) and (self.role != "unit" or self.reads_office)

    @property
    def surveys(self):
        return self.role in FIELD

    @property
    def leads(self):
        return self.role in LEADS

    @property
    def hosts(self):
        return self.role in HOSTS

    @property
    def runs_office(self):
        return self.role in ("staff", "admin")

    @property
    def administers(self):
        return self.role == "admin"


def _check_place(role, unit):
    if role not in ROLES:
        raise ValueError(f"role must be one of {', '.join(ROLES)}, got {role!r}")
    if (role == "unit") != (unit is not None):
        raise ValueError(f"an account has a unit if its role is unit, and only then; got {role!r} of {unit}")


def plain_username(text):
    """A username as it is stored and compared: small letters without diacritics, digits, and . _ - between them."""
    return "".join(char if char in "._-" else vi.fold(char) for char in vi.nfc(text))


def password_hash(password):
    """scrypt of the NFC form: the same password typed on an iPhone and on Windows must match."""
    return generate_password_hash(vi.nfc(password), method="scrypt")

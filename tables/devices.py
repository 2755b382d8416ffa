"""The phones that send records from their queues, and which of each one's numbered saves have arrived."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField

from database import lock_row
from prepared import Prepared
from tables.areas import Area
from tables.table import Event, Table, db, now
from tables.users import User

FURTHEST_JUMP = 2000  # more saves than a phone makes between two contacts: a number beyond is not believed
MOST_PHONES = 40  # of one account: whoever invents phones fills no table


class Device(Table):
    """One phone's storage, under the id it gave itself: a phone whose storage was wiped comes back as another.

    Every save gets the phone's next number. `made` is the highest number known, `missing` those up to it that have
    not arrived, `waiting` those of them that the phone said it holds, `explained` those that the lead has accounted
    for. `refused` is `{record id: number}` of what arrived, was refused and needs a look on the phone.
    """

    uid = CharField(unique=True, max_length=36)
    user = ForeignKeyField(User, backref="devices")
    last_user = ForeignKeyField(User)
    first_seen_at = DateTimeField(default=now)
    seen_at = DateTimeField(default=now)
    version = CharField(default="", max_length=20)
    made = IntegerField(default=0)
    missing = JSONField(default=list)
    waiting = JSONField(default=list)
    explained = JSONField(default=list)
    refused = JSONField(default=dict)
    revoked_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        """The phones of the accounts in the user's area: a phone belongs to the account that used it first."""
        other = User.alias()
        query = cls.select(cls, User, Area, other).join(User).join(Area)
        query = query.join(other, on=cls.last_user == other.id, src=cls, attr="last_user")
        return query.where(Area.within(user.area))

    @classmethod
    def holding(cls, area):
        """The phones of an area that were not revoked and hold records, or lack some, each with its account."""
        query = cls.select(cls, User).join(User, on=cls.user == User.id).join(Area).where(Area.within(area))
        phones = query.where(cls.revoked_at.is_null()).order_by(User.name, cls.id)
        return [phone for phone in phones if phone.waiting or phone.gaps]

    @classmethod
    def listed_for(cls, user):
        """Those phones, ones with a gap first, then by village and owner; `.number` says the owner's first, second…"""
        devices, owned = list(cls.visible_to(user).order_by(Area.label_key, User.username, cls.id)), {}
        for device in devices:
            device.number = owned[device.user_id] = owned.get(device.user_id, 0) + 1
        return sorted(devices, key=lambda device: not device.gaps)

    REVOKED = Prepared(lambda uid: Device.select(Device.id).where(Device.uid == uid, Device.revoked_at.is_null(False)))
    LOCKED = Prepared(lambda uid: lock_row(Device.select().where(Device.uid == uid)))

    @classmethod
    def is_revoked(cls, uid):
        return bool(uid) and cls.REVOKED.first(uid=uid) is not None

    @classmethod
    def heard(cls, phone, by, taken):
        """Note a record that arrived, once however often it does. Inside the transaction that takes the record.

        phone: `device`, `number`, `made`, `waiting` (numbers), `version`, `record` (its id). taken: False when the
        record was refused and stays on the phone.
        """
        with db.atomic():
            device = cls.LOCKED.first(uid=phone.device)
            if device is None:
                if cls.select().where(cls.user == by).count() >= MOST_PHONES:
                    return
                new = cls(uid=phone.device, user=by, last_user=by)
                if new.store_once():
                    Event.log("device.added", new, by)
                device = cls.LOCKED.first(uid=phone.device)
            device.set_changed(last_user=by, seen_at=now(), version=phone.version or device.version)
            device._take(phone, taken)
            device.store_changes()

    def _take(self, phone, taken):
        most = self.received + FURTHEST_JUMP
        told = [number for number in (phone.number, phone.made, *phone.waiting) if number <= most]
        highest = max([self.made, *told])
        missing = {*self.missing, *range(self.made + 1, highest + 1)} - {phone.number}
        refused = {id: n for id, n in self.refused.items() if id != phone.record and n != phone.number}
        if not taken:
            refused[phone.record] = phone.number
        self.set_changed(
            made=highest,
            missing=sorted(missing),
            waiting=sorted(missing.intersection(phone.waiting)),
            explained=sorted(missing.intersection(self.explained)),
            refused=refused,
        )

    @property
    def received(self):
        """How many of the saves this phone made have arrived, those that were refused among them."""
        return self.made - len(self.missing)

    @property
    def state(self):
        """The first of these that is so: revoked, gaps, refused, waiting; else complete."""
        held = {"revoked": self.revoked_at, "gaps": self.gaps, "refused": self.refused, "waiting": self.waiting}
        return next((state for state, is_so in held.items() if is_so), "complete")

    @property
    def gaps(self):
        """The numbers that neither arrived nor wait, and that nobody has accounted for."""
        return [number for number in self.missing if number not in {*self.waiting, *self.explained}]

    def explain(self, numbers, by):
        """The lead knows why these numbers never came; they are gaps no longer, and come late if they do."""
        with db.atomic():
            device = lock_row(Device.select().where(Device.id == self.id)).get()
            known = sorted({*device.explained, *set(numbers).intersection(device.gaps)})
            if device.set_changed(explained=known):
                device.store_changes()
                Event.log("device.explained", device, by, numbers=known)

    def doubt(self, by):
        """Take `explain` back for every number of this phone."""
        with db.atomic():
            if self.set_changed(explained=[]):
                self.store_changes()
                Event.log("device.doubted", self, by)

    def revoke(self, by):
        """End this phone's sessions and refuse what it sends; at its next contact it forgets what it stored."""
        if not self.revoked_at:
            with db.atomic():
                self.set_changed(revoked_at=now())
                self.store_changes()
                Event.log("device.revoked", self, by)

    def restore(self, by):
        """Take `revoke` back: the phone's session goes on, and what waited on it is sent."""
        if self.revoked_at:
            with db.atomic():
                self.set_changed(revoked_at=None)
                self.store_changes()
                Event.log("device.restored", self, by)

"""Uploaded lists: read, looked at, saved, and taken back."""

import json
import zlib
from datetime import timedelta

from peewee import BlobField, CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField

from database import lock_row
from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.users import User

AT_WORK = ("reading", "queued", "saving")


class Roster(Table):
    """An uploaded list; its reading is kept until it is saved, its file is not.

    state: "reading" the file, "unread" when it cannot be used, "waiting" for somebody to look, "queued" behind another
    import, "saving", "failed" to save, "saved", "undone". `done` of `total` villages are compared while it is saving;
    while it is read `done` counts rows. `before` is what takes it back, for a while.
    """

    uid = CharField(unique=True, default=new_uid)
    user = ForeignKeyField(User)
    filename = CharField()
    reading = BlobField()
    choices = JSONField(default=dict)
    created_at = DateTimeField(default=now)
    saved_at = DateTimeField(null=True)
    result = JSONField(null=True)
    state = CharField(default="waiting", max_length=10)
    done = IntegerField(default=0)
    total = IntegerField(default=0)
    alive_at = DateTimeField(null=True)
    problem = JSONField(null=True)
    before = BlobField(null=True)
    undone_at = DateTimeField(null=True)
    undone_by = ForeignKeyField(User, null=True, backref="+")

    KEPT = timedelta(hours=24)
    UNDOABLE = timedelta(days=30)
    SILENT = timedelta(seconds=30)  # without a sign of life the work was interrupted

    @classmethod
    def visible_to(cls, user):
        """All imports of the user's area, whoever made them."""
        return cls.select(cls, User, Area).join(User).join(Area).where(Area.within(user.area))

    @classmethod
    def own(cls, user):
        """The user's own, which nobody else may save."""
        return cls.visible_to(user).where(cls.user == user)

    @classmethod
    def page_for(cls, user, before=None, most=20):
        """(rows, whether there are older ones): imports of the user's area without what was read, newest first.

        before: the row after which to go on.
        """
        light = [cls._meta.fields[name] for name in cls._meta.sorted_field_names if name not in ("reading", "before")]
        query = cls.visible_to(user).select(*light, User, Area)
        query = query.where(cls.id < before.id) if before else query
        rows = list(query.order_by(cls.id.desc()).limit(most + 1))
        return rows[:most], len(rows) > most

    @classmethod
    def begin(cls, user, filename):
        """A row for a file that is about to be read; those nobody saved within a day are dropped."""
        with db.atomic():
            old = cls.delete().where(cls.saved_at.is_null(), cls.created_at < now() - cls.KEPT).execute()
            forgotten = cls.forget()
            told = {"filename": filename[:255], "reading": b"", "state": "reading", "alive_at": now()}
            row = cls.create(user=user, **told)
            Event.log("roster.uploaded", row, user, dropped=old, forgotten=forgotten)
        return row

    @classmethod
    def forget(cls):
        """Drop what would take a list back once its time is over; returns of how many lists."""
        over = cls.saved_at < now() - cls.UNDOABLE
        return cls.update(before=None).where(cls.before.is_null(False), over).execute()

    @classmethod
    def keep(cls, user, filename, text):
        """Keep what was read of a file for its uploader to look at."""
        row = cls.begin(user, filename)
        row.take(text)
        return row

    def take(self, text):
        """The file is read: keep what it says until somebody has looked."""
        self._now("waiting", reading=zlib.compress(text.encode()))

    def refuse(self, problem):
        """The file cannot be used; `problem` says why."""
        self._now("unread", problem=list(problem))

    def drop(self):
        """Forget an upload that cannot be used and whose uploader was told so at once."""
        with db.atomic():
            self.delete_instance()
            Event.log("roster.dropped", self, self.user_id)

    def fail(self, why):
        """Saving failed and changed nothing; the list can be saved again. why: "crossed", "unanswered" or "fault"."""
        self._now("failed", problem=[why])

    def queue(self):
        """Somebody asked to save the list: it waits for its turn."""
        self._now("queued", problem=None, done=0, total=0)

    def _now(self, state, **cells):
        with db.atomic():
            self.set_changed(state=state, alive_at=now(), **cells)
            self.store_changes()
            Event.log(f"roster.{state}", self, self.user_id)

    def turn(self):
        """Begin to save unless another list of the same area is being saved; returns whether it is this one's turn."""
        with db.atomic():
            at_work = Roster.select(Roster.id).where(Roster.state.in_(("queued", "saving")))
            list(lock_row(at_work.order_by(Roster.id)))  # two whose turn it might be take turns to look
            if self.in_the_way() is None:
                self._now("saving")
                return True
        self.lives()
        return False

    def in_the_way(self):
        """The list of an overlapping area that is being saved at this moment, or None."""
        mine, fresh = self.user.area.path, Roster.alive_at > now() - Roster.SILENT
        saving = Roster.select(Roster.id, Roster.filename, Roster.user, User, Area).join(User).join(Area)
        saving = saving.where(Roster.state == "saving", Roster.id != self.id, fresh)
        overlap = (row for row in saving if mine.startswith(row.user.area.path) or row.user.area.path.startswith(mine))
        return next(overlap, None)

    def lives(self, done=None, total=None):
        """Note a sign of life and how far the work has come. It changes no list, so it is not logged."""
        cells = {"alive_at": now()} | ({} if done is None else {"done": done}) | ({"total": total} if total else {})
        Roster.update(**cells).where(Roster.id == self.id, Roster.state.in_(AT_WORK)).execute()

    @property
    def at_work(self):
        """Whether the server is busy with this list."""
        return self.state in AT_WORK and not self.interrupted

    @property
    def may_save(self):
        """Whether what was read can be saved now, for the first time or again after that failed."""
        return self.state in ("waiting", "failed") or self.interrupted and bool(self.reading)

    @property
    def interrupted(self):
        """Whether the work on this list ended without a word, as when the server was stopped."""
        return self.state in AT_WORK and self.alive_at < now() - self.SILENT

    @classmethod
    def saved_before(cls, row, most=5):
        """The last lists that were saved from a file of the same name by accounts of the same area, newest first."""
        query = cls.select(cls, User).join(User).where(User.area == row.user.area_id, cls.filename == row.filename)
        return list(query.where(cls.saved_at.is_null(False)).order_by(cls.id.desc()).limit(most))

    def text(self):
        """What `take` was given."""
        return zlib.decompress(bytes(self.reading)).decode()

    def choose(self, choices):
        """Remember which village is which, and who is who, while the list waits."""
        with db.atomic():
            self.choices = choices
            self.save(only=[Roster.choices])
            Event.log("roster.chosen", self, self.user_id, answers=len(choices))

    def finish(self, result, before):
        """The list is saved: keep what happened and, for a while, what takes it back. Inside the saving's transaction.

        before: what `roster.undoing` reads.
        """
        packed = zlib.compress(json.dumps(before, ensure_ascii=False).encode())
        self.set_changed(state="saved", saved_at=now(), result=result, reading=b"", before=packed, problem=None)
        self.store_changes()

    def what_was(self):
        """What `finish` was given as `before`."""
        return json.loads(zlib.decompress(bytes(self.before)))

    def may_undo(self, user):
        """Whether the user may take this list back: who saved it or an administrator, for some weeks."""
        return self.undoable and (self.user == user or user.administers)

    @property
    def undoable(self):
        """Whether this list can still be taken back by somebody."""
        kept = self.before is not None and self.saved_at > now() - self.UNDOABLE
        return self.state == "saved" and kept

    @property
    def undoable_until(self):
        return self.saved_at + self.UNDOABLE

    def undone(self, by, told):
        """The list is taken back: forget what was needed for it. Inside the undoing's transaction.

        told: what is added to the result, without names.
        """
        result = self.result | {"undone": told}
        self.set_changed(state="undone", undone_at=now(), undone_by=by, before=None, result=result)
        self.store_changes()
        Event.log("roster.undone", self, by, **{key: value for key, value in told.items() if isinstance(value, int)})

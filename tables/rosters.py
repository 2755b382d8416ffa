"""Uploaded lists that wait for somebody to look at them."""

import zlib
from datetime import timedelta

from peewee import BlobField, CharField, DateTimeField, ForeignKeyField, JSONField

from tables.table import Event, Table, db, new_uid, now
from tables.users import User


class Roster(Table):
    """An uploaded list waiting for somebody to look at it; its reading is kept until then, its file is not."""

    uid = CharField(unique=True, default=new_uid)
    user = ForeignKeyField(User)
    filename = CharField()
    reading = BlobField()
    choices = JSONField(default=dict)
    created_at = DateTimeField(default=now)
    saved_at = DateTimeField(null=True)
    result = JSONField(null=True)

    KEPT = timedelta(hours=24)

    @classmethod
    def visible_to(cls, user):
        return cls.select().where(cls.user == user)

    @classmethod
    def latest_of(cls, user, most=5):
        """The user's own last uploads, without what was read."""
        query = cls.select(cls.uid, cls.filename, cls.created_at, cls.saved_at).where(cls.user == user)
        return list(query.order_by(cls.id.desc()).limit(most))

    @classmethod
    def keep(cls, user, filename, text):
        """Keep what was read of a file for its uploader to look at; those nobody saved within a day are dropped."""
        with db.atomic():
            old = cls.delete().where(cls.saved_at.is_null(), cls.created_at < now() - cls.KEPT).execute()
            row = cls.create(user=user, filename=filename[:255], reading=zlib.compress(text.encode()))
            Event.log("roster.uploaded", row, user, dropped=old)
        return row

    @classmethod
    def saved_before(cls, row, most=5):
        """The last lists that were saved from a file of the same name by accounts of the same area, newest first."""
        query = cls.select(cls, User).join(User).where(User.area == row.user.area_id, cls.filename == row.filename)
        return list(query.where(cls.saved_at.is_null(False)).order_by(cls.id.desc()).limit(most))

    def text(self):
        """What `keep` was given."""
        return zlib.decompress(bytes(self.reading)).decode()

    def choose(self, choices):
        """Remember which village is which while the list waits."""
        with db.atomic():
            self.choices = choices
            self.save(only=[Roster.choices])
            Event.log("roster.chosen", self, self.user_id, villages=len(choices))

    def finish(self, result, before):
        """The list is saved: keep only what happened."""
        self.saved_at, self.result, self.reading = now(), result, b""
        self.save(only=[Roster.saved_at, Roster.result, Roster.reading])

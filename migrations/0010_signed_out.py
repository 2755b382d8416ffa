"""Sessions that were signed out before their time."""

from peewee import *


def up(migrator, db):
    class SignedOut(Model):
        session = CharField(unique=True, max_length=40)
        ends_at = DateTimeField()

        class Meta:
            database = db
            table_name = "signed_out"

    db.create_tables([SignedOut])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("signed_out"))

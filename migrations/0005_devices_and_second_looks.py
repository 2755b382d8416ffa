"""Phones and their numbered saves; what a visit shows at a glance, what a lead looked at, and short repeats."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Household(Model):
        class Meta:
            database = db
            table_name = "household"

    class Resident(Model):
        class Meta:
            database = db
            table_name = "resident"

    class Visit(Model):
        class Meta:
            database = db
            table_name = "visit"

    class Device(Model):
        uid = CharField(unique=True, max_length=36)
        user = ForeignKeyField(User)
        last_user = ForeignKeyField(User)
        first_seen_at = DateTimeField()
        seen_at = DateTimeField()
        version = CharField(default="", max_length=20)
        made = IntegerField(default=0)
        missing = JSONField(default=list)
        waiting = JSONField(default=list)
        explained = JSONField(default=list)
        refused = JSONField(default=dict)
        revoked_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "device"

    class Review(Model):
        household = ForeignKeyField(Household, on_delete="CASCADE")
        kind = CharField(max_length=10)
        at = DateTimeField()
        user = ForeignKeyField(User)

        class Meta:
            database = db
            table_name = "review"
            indexes = ((("household", "kind"), True),)

    class Repeat(Model):
        uid = CharField(unique=True)
        visit = ForeignKeyField(Visit, on_delete="CASCADE")
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        first = JSONField(default=dict)
        answers = JSONField(default=dict)
        at = DateTimeField()
        user = ForeignKeyField(User)

        class Meta:
            database = db
            table_name = "repeat"
            indexes = ((("visit", "resident"), True),)

    db.create_tables([Device, Review, Repeat])
    migrator.migrate(
        migrator.add_column("visit", "asked", SmallIntegerField(default=0)),
        migrator.add_column("visit", "pattern", CharField(default="", max_length=16)),
        migrator.add_column("visit", "disputed_at", DateTimeField(null=True)),
    )


def down(migrator, db):
    for column in ("asked", "pattern", "disputed_at"):
        migrator.migrate(migrator.drop_column("visit", column))
    for table in ("repeat", "review", "device"):
        migrator.migrate(migrator.drop_table(table))

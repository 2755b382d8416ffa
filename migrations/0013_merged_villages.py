"""Codes that villages had before, and villages that became part of another."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class OldCode(Model):
        code = CharField(unique=True, max_length=20)
        area = ForeignKeyField(Area, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "old_code"

    class Merger(Model):
        uid = CharField(unique=True)
        kept = ForeignKeyField(Area, on_delete="CASCADE")
        code = CharField(max_length=20)
        label = CharField()
        user = ForeignKeyField(User, null=True)
        made_at = DateTimeField()
        changes = JSONField(default=dict)
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "merger"

    db.create_tables([OldCode, Merger])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("merger"))
    migrator.migrate(migrator.drop_table("old_code"))

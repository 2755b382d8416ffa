"""Codes that areas had before."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class OldCode(Model):
        code = CharField(unique=True, max_length=20)
        area = ForeignKeyField(Area, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "old_code"

    db.create_tables([OldCode])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("old_code"))

"""Shifts of the Digital Ambassadors at the public-service point."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Shift(Model):
        uid = CharField(unique=True)
        day = DateField(index=True)
        half = CharField(max_length=2)
        person = CharField(max_length=120)
        user = ForeignKeyField(User, null=True)
        name = CharField()
        unit = ForeignKeyField(Unit, null=True)
        made_by = ForeignKeyField(User, null=True, backref="+")
        made_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "shift"

    db.create_tables([Shift])
    db.execute_sql(
        "CREATE UNIQUE INDEX shift_one_person_once ON shift (day, half, person) WHERE undone_at IS NULL"
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_table("shift"))

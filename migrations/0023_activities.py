"""Activities of publicity."""

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

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Activity(Model):
        uid = CharField(unique=True)
        form = CharField(max_length=40)
        on = DateField(index=True)
        unit = ForeignKeyField(Unit, null=True)
        area = ForeignKeyField(Area)
        count = SmallIntegerField()
        minutes = IntegerField(null=True)
        reached = IntegerField(null=True)
        campaign = CharField(max_length=40)
        note = CharField(max_length=120)
        link = CharField(max_length=300)
        user = ForeignKeyField(User, null=True)
        made_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "activity"

    db.create_tables([Activity])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("activity"))

"""News of the plan's tasks."""

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

    class TaskUpdate(Model):
        uid = CharField(unique=True)
        task = CharField(max_length=40, index=True)
        unit = ForeignKeyField(Unit, null=True)
        on = DateField()
        text = CharField()
        document = CharField()
        link = CharField(max_length=500)
        done = BooleanField()
        user = ForeignKeyField(User, null=True)
        made_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "task_update"

    db.create_tables([TaskUpdate])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("task_update"))

"""Whom a class is for, how many it holds, who helps its host; why a session is called off, and editions of both."""

from peewee import *

COLUMNS = {
    "course": {
        "audience": CharField(max_length=12, constraints=[SQL("DEFAULT 'residents'")]),
        "unit": CharField(max_length=40, constraints=[SQL("DEFAULT ''")]),
        "capacity": SmallIntegerField(null=True),
        "edition": IntegerField(constraints=[SQL("DEFAULT 0")]),
        "changed_at": DateTimeField(null=True),
    },
    "meeting": {
        "cancel_reason": CharField(max_length=120, constraints=[SQL("DEFAULT ''")]),
        "edition": IntegerField(constraints=[SQL("DEFAULT 0")]),
        "changed_at": DateTimeField(null=True),
    },
}


def up(migrator, db):
    for table, columns in COLUMNS.items():
        for name, field in columns.items():
            migrator.migrate(migrator.add_column(table, name, field, allow_not_null=True))

    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Course(Model):
        class Meta:
            database = db
            table_name = "course"

    class CoHost(Model):
        course = ForeignKeyField(Course, on_delete="CASCADE")
        user = ForeignKeyField(User)

        class Meta:
            database = db
            table_name = "co_host"
            indexes = ((("course", "user"), True),)

    db.create_tables([CoHost])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("co_host"))
    for table, columns in COLUMNS.items():
        for name in columns:
            migrator.migrate(migrator.drop_column(table, name))

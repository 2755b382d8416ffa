"""Help that a person got, and slips that invite to a class."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Resident(Model):
        class Meta:
            database = db
            table_name = "resident"

    class Course(Model):
        class Meta:
            database = db
            table_name = "course"

    class Support(Model):
        uid = CharField(unique=True)
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        topic = CharField(max_length=40)
        minutes = SmallIntegerField(null=True)
        place = CharField(max_length=10)
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "support"

    class Invitation(Model):
        uid = CharField(unique=True)
        code = CharField(unique=True, max_length=13)
        number = IntegerField()
        course = ForeignKeyField(Course, on_delete="CASCADE")
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        need = CharField(default="", max_length=40)
        user = ForeignKeyField(User, null=True)
        invited_at = DateTimeField()
        handed_at = DateTimeField(null=True)
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "invitation"
            indexes = ((("course", "resident"), True), (("course", "number"), True))

    db.create_tables([Support, Invitation])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("invitation"))
    migrator.migrate(migrator.drop_table("support"))

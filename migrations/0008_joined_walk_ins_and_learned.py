"""Walk-ins joined to residents, a word on the blackboard, and what people can do after a class."""

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

    class Attendance(Model):
        class Meta:
            database = db
            table_name = "attendance"

    class Learned(Model):
        uid = CharField(unique=True)
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        course = ForeignKeyField(Course, on_delete="CASCADE")
        question = CharField(max_length=40)
        answer = JSONField()
        before = JSONField(default=dict)
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "learned"
            indexes = ((("resident", "course", "question"), True),)

    db.create_tables([Learned])
    joined_to = ForeignKeyField(Attendance, field=Attendance.id, null=True, on_delete="SET NULL")
    migrator.migrate(
        migrator.add_column("meeting", "word", CharField(default="", max_length=40)),
        migrator.add_column("attendance", "joined_to_id", joined_to),
        migrator.add_column("attendance", "only_joined", BooleanField(default=False)),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column("attendance", "only_joined"),
        migrator.drop_column("attendance", "joined_to_id"),
        migrator.drop_column("meeting", "word"),
        migrator.drop_table("learned"),
    )

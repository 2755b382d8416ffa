"""What officers write in a report, every wording of it."""

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

    class ReportText(Model):
        uid = CharField(unique=True)
        area = ForeignKeyField(Area)
        period = CharField(max_length=10)
        part = CharField(max_length=10)
        revision = IntegerField()
        text = TextField()
        changed_by = ForeignKeyField(User, null=True)
        changed_at = DateTimeField()

        class Meta:
            database = db
            table_name = "report_text"
            indexes = ((("area", "period", "part", "revision"), True),)

    db.create_tables([ReportText])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("report_text"))

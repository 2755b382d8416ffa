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

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class ReportText(Model):
        uid = CharField(unique=True)
        area = ForeignKeyField(Area)
        unit = ForeignKeyField(Unit, null=True)
        period = CharField(max_length=10)
        part = CharField(max_length=10)
        revision = IntegerField()
        text = TextField()
        changed_by = ForeignKeyField(User, null=True)
        changed_at = DateTimeField()

        class Meta:
            database = db
            table_name = "report_text"

    db.create_tables([ReportText])
    db.execute_sql(
        "CREATE UNIQUE INDEX report_text_one_revision "
        "ON report_text (area_id, period, part, revision, COALESCE(unit_id, 0))"
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_table("report_text"))

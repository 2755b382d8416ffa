"""The tallies day by day."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class DayTally(Model):
        village = ForeignKeyField(Area)
        year = SmallIntegerField()
        day = DateField()
        code = CharField(max_length=12)
        listed = IntegerField()
        asked = IntegerField()
        yes = IntegerField()
        estimated = BooleanField()

        class Meta:
            database = db
            table_name = "day_tally"
            indexes = ((("village", "year", "day", "code"), True),)

    db.create_tables([DayTally])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("day_tally"))

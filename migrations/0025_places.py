"""Places where classes are held, which of them a class is at, and the unit that leads it."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Place(Model):
        uid = CharField(unique=True)
        name = CharField()
        kind = CharField(max_length=16)
        area = ForeignKeyField(Area)
        unit = ForeignKeyField(Unit, null=True)
        seats = SmallIntegerField(null=True)
        network = BooleanField()
        screen = BooleanField()
        closed_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "place"

    db.create_tables([Place])
    migrator.migrate(
        migrator.add_column("course", "held_at_id", ForeignKeyField(Place, null=True, field=Place.id)),
        migrator.add_column("course", "led_by_id", ForeignKeyField(Unit, null=True, field=Unit.id)),
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_column("course", "led_by_id"), migrator.drop_column("course", "held_at_id"))
    migrator.migrate(migrator.drop_table("place"))

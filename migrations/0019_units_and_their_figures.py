"""Units beside the plan's file, the figures they send each period, and the unit that an account belongs to."""

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
        uid = CharField(unique=True)
        key = CharField(unique=True, max_length=40)
        area = ForeignKeyField(Area)
        name = CharField()
        kind = CharField(max_length=20)
        reports = JSONField(default=list)
        grades = JSONField(default=list)
        contact = CharField()
        phone = CharField(null=True, max_length=12)
        planned = BooleanField()
        closed_at = DateTimeField(null=True)
        merged_into = ForeignKeyField("self", null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "unit"

    class UnitFigure(Model):
        uid = CharField(unique=True)
        unit = ForeignKeyField(Unit, on_delete="CASCADE")
        area = ForeignKeyField(Area)
        key = CharField(max_length=40)
        part = CharField(max_length=10)
        period = CharField(max_length=10)
        value = IntegerField(null=True)
        as_of = DateField()
        source = CharField()
        document = CharField()
        user = ForeignKeyField(User, null=True)
        made_at = DateTimeField()

        class Meta:
            database = db
            table_name = "unit_figure"
            indexes = ((("period", "key", "unit", "area", "part"), False),)

    db.create_tables([Unit, UnitFigure])
    migrator.migrate(migrator.add_column("user", "unit_id", ForeignKeyField(Unit, null=True, field=Unit.id)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("user", "unit_id"))
    migrator.migrate(migrator.drop_table("unit_figure"))
    migrator.migrate(migrator.drop_table("unit"))

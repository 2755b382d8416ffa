"""What happened to people and households: moves with what undoes them, and records that were merged into others."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Household(Model):
        class Meta:
            database = db
            table_name = "household"

    class Resident(Model):
        class Meta:
            database = db
            table_name = "resident"

    merged = {"null": True, "index": True, "on_delete": "SET NULL", "backref": "+"}
    migrator.migrate(
        migrator.add_column("household", "merged_into_id", ForeignKeyField(Household, field=Household.id, **merged)),
        migrator.add_column("resident", "merged_into_id", ForeignKeyField(Resident, field=Resident.id, **merged)),
    )

    class Move(Model):
        uid = CharField(unique=True)
        kind = CharField(max_length=20)
        household = ForeignKeyField(Household, on_delete="CASCADE")
        to = ForeignKeyField(Household, null=True, on_delete="CASCADE")
        resident = ForeignKeyField(Resident, null=True, on_delete="CASCADE")
        double = ForeignKeyField(Resident, null=True, on_delete="CASCADE")
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        changes = JSONField(default=list)
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "move"

    db.create_tables([Move])

    class Moved(Model):
        move = ForeignKeyField(Move, on_delete="CASCADE")
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        household = ForeignKeyField(Household, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "moved"
            indexes = ((("move", "resident"), True),)

    db.create_tables([Moved])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("moved"))
    migrator.migrate(migrator.drop_table("move"))
    migrator.migrate(
        migrator.drop_column("resident", "merged_into_id"), migrator.drop_column("household", "merged_into_id")
    )

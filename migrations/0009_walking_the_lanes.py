"""Households in the order one walks them, when to call again, and how often nobody was at home."""

from peewee import *

import vi


def up(migrator, db):
    class Household(Model):
        lane = CharField(default="")
        lane_key = CharField(default="")

        class Meta:
            database = db
            table_name = "household"

    migrator.migrate(
        migrator.add_column("household", "lane_key", CharField(default="")),
        migrator.add_column("household", "call_back_on", DateField(null=True)),
        migrator.add_column("household", "call_back_part", CharField(default="", max_length=10)),
        migrator.add_column("household", "attempts", SmallIntegerField(default=0)),
    )
    if not isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE household ALTER COLUMN lane_key TYPE varchar(255) COLLATE "C"')
    lanes = [lane for (lane,) in Household.select(Household.lane).where(Household.lane != "").distinct().tuples()]
    for lane in lanes:
        Household.update(lane_key=vi.sort_key(lane)).where(Household.lane == lane).execute()
    db.execute_sql(
        "UPDATE household SET attempts = (SELECT COUNT(*) FROM visit "
        "WHERE visit.household_id = household.id AND outcome IN ('not_home', 'call_back'))"
    )
    migrator.migrate(
        migrator.add_index("household", ("village_id", "lane_key", "code_key")),
        migrator.drop_index("household", "household_village_id_code_key"),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.add_index("household", ("village_id", "code_key")),
        migrator.drop_index("household", "household_village_id_lane_key_code_key"),
        migrator.drop_column("household", "lane_key"),
        migrator.drop_column("household", "call_back_on"),
        migrator.drop_column("household", "call_back_part"),
        migrator.drop_column("household", "attempts"),
    )

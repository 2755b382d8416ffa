"""Reminders as a second purpose of consent, notes, who typed a paper form, help without a name, volunteers' cards."""

import re

from peewee import *
from playhouse.migrate import migrate

import qr


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class Resident(Model):
        class Meta:
            database = db
            table_name = "resident"

    migrate(
        migrator.add_column("household", "reminders", BooleanField(null=True)),
        migrator.add_column("household", "note", CharField(default="", max_length=120)),
        migrator.add_column("visit", "note", CharField(default="", max_length=120)),
        migrator.add_column("visit", "entered_by_id", ForeignKeyField(User, User.id, null=True)),
        migrator.add_column("consent", "how", CharField(default="door", max_length=8)),
        migrator.add_column("user", "card", CharField(null=True, max_length=13)),
    )
    user = Table("user", ("id", "card")).bind(db)
    for row in list(user.select(user.id)):
        user.update(card=qr.new_code(13)).where(user.id == row["id"]).execute()
    migrate(migrator.add_not_null("user", "card"), migrator.add_index("user", ("card",), unique=True))

    homes = Table("household", ("id", "search")).bind(db)
    for row in list(homes.select(homes.id, homes.search)):
        shorter = re.sub(r"(?<= )\d{6,7}(?=\d{4} )", "", row["search"])  # only the last digits of a phone are searched
        if shorter != row["search"]:
            homes.update(search=shorter).where(homes.id == row["id"]).execute()

    class Support(Model):
        uid = CharField(unique=True)
        resident = ForeignKeyField(Resident, null=True, on_delete="SET NULL")
        area = ForeignKeyField(Area)
        topic = CharField(max_length=40)
        minutes = SmallIntegerField()
        place = CharField(max_length=10)
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "support"

    migrate(migrator.drop_table("support"))  # nothing has ever written to it
    db.create_tables([Support])


def down(migrator, db):
    migrate(
        migrator.drop_index("user", "user_card"),
        migrator.drop_column("user", "card"),
        migrator.drop_column("consent", "how"),
        migrator.drop_column("visit", "entered_by_id"),
        migrator.drop_column("visit", "note"),
        migrator.drop_column("household", "note"),
        migrator.drop_column("household", "reminders"),
    )

"""Under which names and years of birth somebody stood in lists before they were corrected."""

from peewee import *


def up(migrator, db):
    migrator.migrate(migrator.add_column("resident", "listed_as", JSONField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("resident", "listed_as"))

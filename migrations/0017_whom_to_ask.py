"""The number at which an administrator can be asked for a new password."""

from peewee import *


def up(migrator, db):
    migrator.migrate(migrator.add_column("user", "phone", CharField(max_length=12, null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("user", "phone"))

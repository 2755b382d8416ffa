"""Sessions that were called off count as no lesson: the tallies are counted anew by the command that migrates."""

from peewee import *


def up(migrator, db):
    class Setting(Model):
        key = CharField(unique=True)

        class Meta:
            database = db
            table_name = "setting"

    Setting.delete().where(Setting.key == "plan").execute()


def down(migrator, db):
    pass

"""How far an import has come, what went wrong with it, and what takes it back."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    undone_by = ForeignKeyField(User, field=User.id, null=True, backref="+")
    migrator.migrate(
        migrator.add_column("roster", "state", CharField(default="waiting", max_length=10)),
        migrator.add_column("roster", "done", IntegerField(default=0)),
        migrator.add_column("roster", "total", IntegerField(default=0)),
        migrator.add_column("roster", "alive_at", DateTimeField(null=True)),
        migrator.add_column("roster", "problem", JSONField(null=True)),
        migrator.add_column("roster", "before", BlobField(null=True)),
        migrator.add_column("roster", "undone_at", DateTimeField(null=True)),
        migrator.add_column("roster", "undone_by_id", undone_by),
    )
    db.execute_sql("UPDATE roster SET state = 'saved' WHERE saved_at IS NOT NULL")


def down(migrator, db):
    names = ("state", "done", "total", "alive_at", "problem", "before", "undone_at")
    migrator.migrate(
        migrator.drop_index("roster", "roster_undone_by_id"),
        migrator.drop_column("roster", "undone_by_id"),
        *(migrator.drop_column("roster", name) for name in names),
    )

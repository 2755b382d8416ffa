"""Cutoffs, the frozen figures of closed periods, which no statement through the database can change or delete."""

from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class Cutoff(Model):
        uid = CharField(unique=True)
        area = ForeignKeyField(Area)
        period = CharField(max_length=10)
        revision = IntegerField()
        starts = DateField()
        ends = DateField()
        contents = TextField()
        digest = CharField(max_length=64)
        why = TextField()
        closed_by = ForeignKeyField(User, null=True)
        closed_at = DateTimeField()

        class Meta:
            database = db
            table_name = "cutoff"
            indexes = ((("area", "period", "revision"), True),)

    db.create_tables([Cutoff])
    if isinstance(db, SqliteDatabase):
        for change in ("UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER cutoff_no_{change.lower()} BEFORE {change} ON cutoff "
                "BEGIN SELECT RAISE(ABORT, 'a closed period cannot be changed'); END"
            )
    else:
        db.execute_sql(
            "CREATE FUNCTION cutoff_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a closed period cannot be changed'; END $$"
        )
        db.execute_sql(
            "CREATE TRIGGER cutoff_append_only BEFORE UPDATE OR DELETE ON cutoff "
            "FOR EACH ROW EXECUTE FUNCTION cutoff_is_append_only()"
        )


def down(migrator, db):
    migrator.migrate(migrator.drop_table("cutoff"))
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION cutoff_is_append_only()")

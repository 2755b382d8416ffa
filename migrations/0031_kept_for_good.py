"""Cutoffs and the log are not replaced or emptied either, which fires no trigger of an update or a delete."""

from peewee import SqliteDatabase

REFUSALS = {"event": "the log cannot be changed", "cutoff": "a closed period cannot be changed"}
# By what a row of each can be replaced: its unique columns.
SAME = {
    "event": "id = NEW.id",
    "cutoff": "id = NEW.id OR uid = NEW.uid "
    "OR (area_id = NEW.area_id AND period = NEW.period AND revision = NEW.revision)",
}


def up(migrator, db):
    for table, says in REFUSALS.items():
        if isinstance(db, SqliteDatabase):  # REPLACE INTO deletes what stands in its way without a trigger
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {SAME[table]}) BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        else:
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
            )


def down(migrator, db):
    for table in REFUSALS:
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER {table}_no_replace")
        else:
            db.execute_sql(f"DROP TRIGGER {table}_no_truncate ON {table}")

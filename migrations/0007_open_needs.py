"""What each resident said they need, one row a need, kept by the database itself; one class for one need."""

from peewee import *

LONG_AGO = "2000-01-01 00:00:00"  # for an answer that came without its time


def up(migrator, db):
    class Resident(Model):
        class Meta:
            database = db
            table_name = "resident"

    class Need(Model):
        resident = ForeignKeyField(Resident, on_delete="CASCADE")
        need = CharField(max_length=40)
        since = DateTimeField()

        class Meta:
            database = db
            table_name = "need"
            indexes = ((("resident", "need"), True), (("need",), False))

    db.create_tables([Need])
    if isinstance(db, SqliteDatabase):
        follow_answers_on_sqlite(db)
    else:
        follow_answers_on_postgresql(db)
    db.execute_sql("UPDATE resident SET answers = answers")  # fills the table for those who were asked already
    db.execute_sql(
        "CREATE UNIQUE INDEX invitation_one_class_for_a_need ON invitation (resident_id, need) "
        "WHERE undone_at IS NULL AND need <> ''"
    )


def down(migrator, db):
    db.execute_sql("DROP INDEX invitation_one_class_for_a_need")
    if isinstance(db, SqliteDatabase):
        for name in ("need_of_a_new_resident", "need_of_a_changed_answer"):
            db.execute_sql(f"DROP TRIGGER {name}")
    else:
        db.execute_sql("DROP TRIGGER need_follows_answers ON resident")
        db.execute_sql("DROP FUNCTION need_follows_answers")
    migrator.migrate(migrator.drop_table("need"))


def follow_answers_on_sqlite(db):
    insert = f"""
        INSERT OR IGNORE INTO need (resident_id, need, since)
        SELECT NEW.id, chosen.value,
               coalesce(replace(substr(json_extract(NEW.answered_at, '$.needs'), 1, 19), 'T', ' '), '{LONG_AGO}')
        FROM json_each(NEW.answers, '$.needs') AS chosen
        WHERE json_type(NEW.answers, '$.needs') = 'array';"""
    db.execute_sql(f"CREATE TRIGGER need_of_a_new_resident AFTER INSERT ON resident BEGIN {insert} END")
    db.execute_sql(
        "CREATE TRIGGER need_of_a_changed_answer AFTER UPDATE OF answers, answered_at ON resident "
        f"BEGIN DELETE FROM need WHERE resident_id = NEW.id; {insert} END"
    )


def follow_answers_on_postgresql(db):
    db.execute_sql(f"""
        CREATE FUNCTION need_follows_answers() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE chosen jsonb := NEW.answers::jsonb -> 'needs';
        BEGIN
            IF TG_OP = 'UPDATE' THEN DELETE FROM need WHERE resident_id = NEW.id; END IF;
            IF jsonb_typeof(chosen) = 'array' THEN
                INSERT INTO need (resident_id, need, since)
                SELECT DISTINCT NEW.id, option,
                       coalesce((NEW.answered_at::jsonb ->> 'needs')::timestamp, '{LONG_AGO}')
                FROM jsonb_array_elements_text(chosen) AS option;
            END IF;
            RETURN NULL;
        END $$""")
    db.execute_sql(
        "CREATE TRIGGER need_follows_answers AFTER INSERT OR UPDATE OF answers, answered_at ON resident "
        "FOR EACH ROW EXECUTE FUNCTION need_follows_answers()"
    )

"""The promises of database.py: nothing committed is lost, nobody waits for ever, migrations run once."""

import logging
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import peewee
import pytest

import database as module
from database import backup, connect_to, db, lock_row, migrate

ROOT = Path(module.__file__).parent


class Row(peewee.Model):
    number = peewee.IntegerField()

    class Meta:
        database = db
        table_name = "test_row"


@pytest.fixture(autouse=True)
def _pointing_nowhere_afterwards():
    yield
    if db.obj:
        db.close_all()
    db.initialize(None)


@pytest.fixture
def rows(database):
    """An empty table of numbers on the database of the test."""
    Row.create_table()
    return Row


def python(code, *arguments):
    """A Python process at the root of the project that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def numbers():
    return [row.number for row in Row.select().order_by(Row.number)]


def write_migrations(folder, **bodies):
    folder.mkdir(exist_ok=True)
    for name, body in bodies.items():
        (folder / f"{name}.py").write_text(f"def up(migrator, db):\n    {body}\n")
    return folder


def test_processes_that_start_at_once_migrate_once(database, tmp_path):
    folder = write_migrations(
        tmp_path / "migrations",
        **{"0901_table": "db.execute_sql('CREATE TABLE counter (n INTEGER)')",
           "0902_row": "db.execute_sql('INSERT INTO counter SELECT count(*) FROM counter')"})
    starters = [
        python("""
            import sys
            from database import connect_to, migrate
            connect_to(sys.argv[1])
            print("ready", flush=True)
            sys.stdin.readline()
            print(*migrate(sys.argv[2]))
            """, database, folder)
        for _ in range(3)]
    assert [starter.stdout.readline() for starter in starters] == ["ready\n"] * 3
    for starter in starters:
        starter.stdin.write("go\n")
        starter.stdin.flush()
    said = sorted(starter.communicate(timeout=60)[0].strip() for starter in starters)
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert said == ["", "", "0901_table 0902_row"]
    assert db.execute_sql("SELECT n FROM counter").fetchall() == [(0,)]


def test_a_failing_migration_leaves_no_trace_and_lets_the_next_one_in(database, tmp_path):
    folder = write_migrations(
        tmp_path / "migrations",
        **{"0901_bad": "db.execute_sql('CREATE TABLE half (n INTEGER)'); db.execute_sql('nonsense')"})
    with pytest.raises(peewee.DatabaseError):
        migrate(folder)
    assert not db.table_exists("half")
    write_migrations(folder, **{"0901_bad": "db.execute_sql('CREATE TABLE half (n INTEGER)')"})
    assert migrate(folder) == ["0901_bad"]
    assert migrate(folder) == []


def test_migrating_leaves_the_connection_as_it_was(database, tmp_path):
    folder = write_migrations(tmp_path / "migrations")
    migrate(folder)
    assert not db.is_closed()
    db.close()
    migrate(folder)
    assert db.is_closed()
    db.connect()


def test_rebuilding_a_parent_table_keeps_its_children(database, tmp_path):
    db.execute_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(9))")
    db.execute_sql("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
    db.execute_sql("INSERT INTO parent VALUES (1, 'a')")
    db.execute_sql("INSERT INTO child VALUES (1)")
    migrate(write_migrations(
        tmp_path / "migrations",
        **{"0901_name": "migrator.migrate(migrator.add_not_null('parent', 'name'))"}))
    assert db.execute_sql("SELECT parent_id FROM child").fetchall() == [(1,)]


def test_a_writer_killed_in_mid_transaction_loses_nothing_it_committed(database, rows):
    writer = python("""
        import sys
        from database import connect_to, db
        connect_to(sys.argv[1])
        db.connect()
        for number in range(1_000_000):
            with db.atomic():
                db.execute_sql(f"INSERT INTO test_row (number) VALUES ({2 * number})")
                db.execute_sql(f"INSERT INTO test_row (number) VALUES ({2 * number + 1})")
            print(number, flush=True)
        """, database)
    with writer:
        acknowledged = [writer.stdout.readline() for _ in range(20)]
        writer.kill()
        acknowledged += [line for line in writer.stdout if line.endswith("\n")]
    kept = numbers()
    assert kept == list(range(len(kept)))
    assert len(kept) in (2 * len(acknowledged), 2 * len(acknowledged) + 2)
    if module.is_sqlite():
        assert db.pragma("integrity_check") == "ok"


def test_threads_that_read_then_write_wait_instead_of_failing(database, rows):
    rows.create(number=0)
    failures = []

    def count():
        with db.connection_context():
            try:
                for _ in range(25):
                    with db.atomic():
                        row = lock_row(Row.select()).get()
                        Row.update(number=row.number + 1).execute()
            except peewee.PeeweeException as error:
                failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert numbers() == [100]


def test_sqlite_is_durable_and_patient(sqlite_url):
    connect_to(sqlite_url)
    db.connect()
    assert db.pragma("journal_mode") == "wal"
    assert db.pragma("synchronous") == 2  # full
    assert db.pragma("foreign_keys") == 1
    assert db.pragma("busy_timeout") == 10_000


def test_only_the_owner_may_read_the_files(tmp_path):
    connect_to(tmp_path / "new.sqlite3")
    with db.connection_context():
        db.execute_sql("CREATE TABLE t (n INTEGER)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("new.sqlite3*")}
    assert modes == {"new.sqlite3": 0o600, "new.sqlite3-wal": 0o600, "new.sqlite3-shm": 0o600}


def test_a_backup_opens_and_holds_the_rows(sqlite, tmp_path):
    Row.create_table()
    Row.create(number=7)
    copy = tmp_path / "copy.sqlite3"
    backup(copy)
    Row.create(number=8)
    opened = peewee.SqliteDatabase(str(copy))
    with opened.connection_context():
        assert opened.pragma("integrity_check") == "ok"
        assert opened.execute_sql("SELECT number FROM test_row").fetchall() == [(7,)]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_overwrites(sqlite, tmp_path):
    kept = tmp_path / "kept.sqlite3"
    kept.write_text("older")
    with pytest.raises(FileExistsError):
        backup(kept)
    assert kept.read_text() == "older"


def test_a_failed_backup_leaves_no_file(sqlite, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with db.atomic(), pytest.raises(peewee.OperationalError, match="within a transaction"):
        backup(folder / "copy.sqlite3")
    assert list(folder.iterdir()) == []


def test_postgresql_is_backed_up_with_its_own_tool(postgresql_url, tmp_path):
    connect_to(postgresql_url)
    with pytest.raises(RuntimeError, match="pg_dump"):
        backup(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("url", "sentence"), [
    (None, "sqlite needs a file, as in sqlite:///instance/app.sqlite3"),
    ("", "sqlite needs a file, as in sqlite:///instance/app.sqlite3"),
    ("sqlite:///", "sqlite needs a file, as in sqlite:///instance/app.sqlite3"),
    ("sqlite:///:memory:", "sqlite needs a file, as in sqlite:///instance/app.sqlite3"),
    ("sqlite://app.sqlite3", "sqlite takes three slashes, as in sqlite:///instance/app.sqlite3"),
    ("/no/such/app.sqlite3", "the folder /no/such does not exist"),
    ("sqlite:////", "/ is a folder, expected a file"),
    ("mysql://u:secret@h/n", "expected a path, sqlite:///… or postgresql://…, got 'mysql'"),
    ("postgresql://u:secret@h/", "the address names no database, as in postgresql://host/name"),
    ("postgresql://u:sec%zzret@h/n",
     "not an address that PostgreSQL understands; expected postgresql://user:password@host/name "
     "with special characters percent-encoded"),
])
def test_an_unusable_address_is_refused_with_a_sentence(url, sentence):
    with pytest.raises(ValueError) as refusal:
        connect_to(url)
    assert str(refusal.value) == f"DATABASE_URL: {sentence}"


def test_a_postgresql_address_is_percent_decoded():
    connect_to("postgresql://u%40x:p%2Fw%3F@h:5433/n?sslmode=require")
    assert (db.database, db.connect_params) == ("n", {
        "user": "u@x", "password": "p/w?", "host": "h", "port": "5433", "sslmode": "require",
        "connect_timeout": 10})


@pytest.mark.parametrize(("version", "safe"), [
    ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
    ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)])
def test_an_sqlite_that_loses_commits_is_told_apart_and_warned_about(
        monkeypatch, caplog, tmp_path, version, safe):
    monkeypatch.setattr(peewee.sqlite3, "sqlite_version_info", version)
    connect_to(tmp_path / "new.sqlite3")
    assert module.sqlite_is_safe() is safe
    warnings = [record.levelno for record in caplog.records if record.name == "database"]
    assert warnings == ([] if safe else [logging.WARNING])

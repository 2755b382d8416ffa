"""The database: where it is, how it is opened, migrated, locked and backed up. SQLite file or PostgreSQL."""

import contextlib
import logging
import os
import tempfile
import threading
from pathlib import Path

import peewee
import psycopg
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase
from psycopg.conninfo import conninfo_to_dict

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
WRITE_WAIT = 10  # seconds
ADVISORY_LOCK = 7_160_426  # any number, as long as every process takes the same one

# `timeout`: how many seconds a thread waits for a connection, not for a lock.
POOL = {"max_connections": 16, "timeout": 5, "autoconnect": False}

log = logging.getLogger(__name__)
db = peewee.DatabaseProxy()


def connect_to(url):
    """Point `db` at a database; nothing is opened until `db.connect()`.

    `url` is a path, `sqlite:///relative/path`, `sqlite:////absolute/path` or
    `postgresql://user:password@host/name`, percent-encoded, with any option of libpq after a question mark.
    Raises ValueError with a sentence that never holds the password.
    """
    url = str(url or "").strip()
    scheme, separator, rest = url.partition("://")
    if not separator:
        db.initialize(_sqlite(url))
    elif scheme == "sqlite":
        if not rest.startswith("/"):
            raise ValueError("DATABASE_URL: sqlite takes three slashes, as in sqlite:///instance/app.sqlite3")
        db.initialize(_sqlite(rest[1:]))
    elif scheme in ("postgresql", "postgres"):
        db.initialize(_postgresql(url))
    else:
        raise ValueError(f"DATABASE_URL: expected a path, sqlite:///… or postgresql://…, got {scheme!r}")


def _sqlite(path):
    if not path or path == ":memory:":
        raise ValueError("DATABASE_URL: sqlite needs a file, as in sqlite:///instance/app.sqlite3")
    path = Path(path).absolute()
    if path.is_dir():
        raise ValueError(f"DATABASE_URL: {path} is a folder, expected a file")
    if not path.parent.is_dir():
        raise ValueError(f"DATABASE_URL: the folder {path.parent} does not exist")
    if not sqlite_is_safe():
        log.warning(
            "SQLite %s can lose committed rows (sqlite.org/wal.html#walresetbug); 3.51.3 or newer does not",
            peewee.sqlite3.sqlite_version)
    if not path.exists():
        path.touch(mode=0o600)  # SQLite gives its other files the mode of this one
    # IMMEDIATE: a transaction that reads first and writes later would fail with "database is locked".
    # synchronous=full: a receipt makes the phone delete its copy, so a commit must survive a power cut.
    # Kept connections: closing the last one folds the write-ahead log away, which triples the cost of a save.
    return QueueingSqliteDatabase(
        str(path), lock_type="IMMEDIATE", check_same_thread=False, **POOL,
        pragmas={"busy_timeout": 10_000, "journal_mode": "wal", "synchronous": "full", "foreign_keys": 1,
                 "cache_size": -16_000, "journal_size_limit": 64 * 1024 * 1024})


def _postgresql(url):
    try:
        options = {"connect_timeout": 10, **conninfo_to_dict(url)}
    except psycopg.ProgrammingError:  # its message may repeat the password
        raise ValueError(
            "DATABASE_URL: not an address that PostgreSQL understands; expected "
            "postgresql://user:password@host/name with special characters percent-encoded") from None
    name = options.pop("dbname", "")
    if not name:
        raise ValueError("DATABASE_URL: the address names no database, as in postgresql://host/name")
    return PooledPostgresqlDatabase(name, stale_timeout=300, prefer_psycopg3=True, **POOL, **options)


def is_sqlite():
    """Whether `db` points at a SQLite file."""
    return isinstance(db.obj, peewee.SqliteDatabase)


def sqlite_is_safe():
    """Whether the SQLite in use has the fix for sqlite.org/wal.html#walresetbug (3.51.3, 3.50.7, 3.44.6)."""
    version = peewee.sqlite3.sqlite_version_info
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


class QueueingSqliteDatabase(PooledSqliteDatabase):
    """SQLite whose writing threads queue: its own waiting sleeps, up to a tenth of a second at a time.

    At eight clients the 95th percentile of a save fell to a quarter (`make bench`).
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._turn = threading.Lock()

    def begin(self, lock_type=None):
        if not self._turn.acquire(timeout=WRITE_WAIT):
            raise peewee.OperationalError("database is locked")
        try:
            super().begin(lock_type)
        except BaseException:
            self._turn.release()
            raise

    def commit(self):
        super().commit()  # when it fails, peewee rolls back
        self._turn.release()

    def rollback(self):
        try:
            super().rollback()
        finally:
            self._turn.release()


def lock_row(query):
    """The same select, holding its rows until the transaction ends.

    On SQLite nothing is added: `db.atomic()` already holds the one write lock.
    """
    return query.for_update() if db.for_update else query


@contextlib.contextmanager
def snapshot():
    """A transaction in which every query sees the same state, whatever others commit meanwhile.

    SQLite's always do. Inside another transaction it is a part of that one.
    """
    alone = not is_sqlite() and not db.in_transaction()
    with db.atomic(isolation_level="REPEATABLE READ") if alone else db.atomic():
        yield


def was_deadlock(error):
    """Whether PostgreSQL ended a transaction because it and another waited for each other; SQLite's never do."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) == "40P01"


def migrate(directory=MIGRATIONS):
    """Apply the pending migrations in order and return their names.

    Safe when several processes start at once: one applies, the others wait and find nothing to do.
    A migration that fails is rolled back and its error raised.
    """
    with _migration_lock():
        return Runner(db.obj, str(directory)).up()


@contextlib.contextmanager
def _migration_lock():
    with contextlib.ExitStack() as stack:
        if is_sqlite():
            stack.enter_context(_file_lock(Path(f"{db.database}.lock")))
        if db.connect(reuse_if_open=True):
            stack.callback(db.close)
        if not is_sqlite():
            db.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
            stack.callback(db.execute_sql, "SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
        yield


@contextlib.contextmanager
def _file_lock(path):
    with path.open("a") as file:
        if os.name == "nt":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds
                    break
                except OSError:
                    log.info("waiting for another process to finish migrating")
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file lets go of the lock


def backup(path):
    """Write a consistent copy of the SQLite database to `path`, while others read and write.

    The copy appears under its name only when it is whole and on disk, readable by its owner alone.
    Raises FileExistsError rather than overwrite, and RuntimeError on PostgreSQL, which has pg_dump.
    """
    if not is_sqlite():
        raise RuntimeError("This database is PostgreSQL: back it up with pg_dump --format=custom.")
    path = Path(path).absolute()
    if path.exists():
        raise FileExistsError(f"{path} exists already: name a new file")
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        db.execute_sql("VACUUM INTO ?", (partial,))
        with open(partial, "r+b") as file:
            os.fsync(file.fileno())
        os.rename(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise

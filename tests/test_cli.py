"""Commands: the first administrator, migrations, recounts, backups, and a demo that refuses an office's database."""

import importlib
import shutil
import sqlite3

import pytest

import database
from app import create_app
from models import Area, DayTally, Household, Setting, Tally, User, db
from tests.conftest import PLAN


@pytest.fixture
def run(sqlite_url):
    """`run("user", "ada")` runs a command of an app on an empty, migrated database; `input` is what is typed."""

    def command(*arguments, input=None, **settings):
        app = create_app({"DATABASE_URL": sqlite_url, "SECRET_KEY": "s" * 40, "PLAN": str(PLAN)} | settings)
        try:
            return app.test_cli_runner().invoke(args=arguments, input=input)
        finally:
            db.close_all()

    return command


@pytest.fixture
def on_the_demo(demo_file, sqlite_url):
    """The test's database holds the demo commune."""
    shutil.copy(demo_file, sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def rows(sqlite_url):
    """`with rows():` has the database open to look at."""
    from contextlib import contextmanager

    @contextmanager
    def opened():
        database.connect_to(sqlite_url)
        with db.connection_context():
            yield
        db.close_all()

    return opened


def test_the_first_administrator_and_the_commune_are_made_together(run, rows):
    answer = run("user", "Ada", "--name", "Đào Thị Á", "--commune", "Xã Hòa Lạc", "--password", "bốn cây tre")
    assert (answer.exit_code, answer.output) == (0, "admin Ada may sign in\n")
    with rows():
        ada = User.named("ada")
        assert (ada.role, ada.area.name, ada.has_password("bốn cây tre")) == ("admin", "Xã Hòa Lạc", True)


@pytest.mark.parametrize(("password", "says"), [("short", "at least 10 characters")])
def test_a_short_password_makes_no_account(run, rows, password, says):
    answer = run("user", "ada", "--name", "Á", "--commune", "Xã", "--password", password)
    assert (answer.exit_code, says in answer.output) == (1, True)
    with rows():
        assert (User.select().count(), Area.select().count()) == (0, 0)


def test_a_taken_name_makes_no_second_account(run, rows):
    for _ in range(2):
        answer = run("user", "ada", "--name", "Á", "--commune", "Xã", "--password", "bốn cây tre")
    assert (answer.exit_code, "already" in answer.output) == (1, True)
    with rows():
        assert User.select().count() == 1


def test_another_commune_than_the_one_here_is_refused(run, rows):
    for name, commune in (("ada", "Xã Hòa Lạc"), ("sara", "xã hoà lạc"), ("otto", "Xã Khác")):
        answer = run("user", name, "--name", "Á", "--commune", commune, "--password", "bốn cây tre")
    assert (answer.exit_code, "Xã Hòa Lạc" in answer.output) == (1, True)
    with rows():
        assert (User.select().count(), Area.select().count()) == (2, 1)


def test_migrating_to_what_counts_now_recounts_once(run, rows):
    run("migrate")
    with rows():
        importlib.import_module("migrations.0016_called_off_counts_no_more").up(None, db.obj)
        commune = Area.add("commune", "Xã Hòa Lạc", "HL")
        Household.add(Area.add("village", "Thôn 4", "TH04", commune), None, people=[{"name": "Lê Lan"}])
    assert [run("migrate").output for _ in range(2)] == ["recounted 1 households\n", ""]


def test_migrate_recounts_when_the_plan_has_changed(on_the_demo, run, rows):
    with rows():
        Setting.write("plan", "another plan")
        Tally.update(yes=0).where(Tally.code == "CT4a").execute()
        listed = Household.select().count()
    assert f"recounted {listed} households" in run("migrate").output
    with rows():
        assert sum(row.yes for row in Tally.select().where(Tally.code == "CT4a")) > 1000
    assert run("migrate").output == ""


def test_migrating_works_out_the_days_of_tallies_that_had_none_once(run, rows):
    run("migrate")
    with rows():
        commune = Area.add("commune", "Xã Hòa Lạc", "HL")
        Household.add(Area.add("village", "Thôn 4", "TH04", commune), None, people=[{"name": "Lê Lan"}])
        DayTally.delete().execute()
    assert [run("migrate").output for _ in range(2)] == ["worked out the tallies of earlier days\n", ""]


def test_rebuild_says_how_many(run):
    assert run("rebuild").output == "recounted 0 households\n"


def test_a_backup_opens_and_holds_the_rows(run, tmp_path):
    run("user", "ada", "--name", "Á", "--commune", "Xã", "--password", "bốn cây tre")
    copy = tmp_path / "copy.sqlite3"
    assert run("backup", str(copy)).exit_code == 0
    connection = sqlite3.connect(copy)
    assert connection.execute("select username from user").fetchall() == [("ada",)]
    connection.close()
    again = run("backup", str(copy))
    assert (again.exit_code, "exists already" in again.output) == (1, True)


def test_the_demo_never_serves_an_offices_database(run):
    run("user", "ada", "--name", "Á", "--commune", "Xã", "--password", "bốn cây tre")
    answer = run("serve", DEMO="1")
    assert (answer.exit_code, "only on a database that `flask demo` filled itself" in answer.output) == (1, True)


def test_the_demo_is_not_served_to_the_network(on_the_demo, run):
    answer = run("serve", "--host", "0.0.0.0", DEMO="1")
    assert (answer.exit_code, "runs only on 127.0.0.1" in answer.output) == (1, True)


def test_the_demo_does_not_fill_an_offices_database(run):
    run("user", "ada", "--name", "Á", "--commune", "Xã", "--password", "bốn cây tre")
    assert run("demo").exit_code == 1


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("volunteer", "/households?fresh=1"),
        ("lead", "/households?fresh=1"),
        ("host", "/courses?fresh=1"),
        ("unit", "/unit"),
        ("staff", "/office"),
        ("admin", "/office"),
    ],
)
def test_one_tap_signs_in_as_each_role_of_the_demo(demo_app, role, home):
    browser = demo_app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert browser.post("/demo", data={"role": role}).location == home
    with browser.get(home) as page:
        assert page.status_code == 200


def test_the_demo_has_no_other_roles(demo_app):
    browser = demo_app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert browser.post("/demo", data={"role": "king"}).status_code == 404


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory):
    """A database that `flask demo` filled, made once: it takes some seconds."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    app = create_app({"DATABASE_URL": str(path), "SECRET_KEY": "s" * 40, "PLAN": str(PLAN)})
    database.migrate()
    app.test_cli_runner().invoke(args=["demo"])
    db.close_all()
    return path


@pytest.fixture(scope="module")
def demo_app(demo_file, tmp_path_factory):
    """The app in demo mode on a demo commune of its own."""
    path = shutil.copy(demo_file, tmp_path_factory.mktemp("served") / "demo.sqlite3")
    app = create_app({"DATABASE_URL": str(path), "SECRET_KEY": "s" * 40, "PLAN": str(PLAN), "DEMO": "1"})
    yield app
    db.close_all()

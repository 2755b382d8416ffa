"""Who gets in: every view closed unless it names its roles, other sites kept out, sessions that end."""

import pytest
from flask import url_for

import settings
from access import PUBLIC
from app import create_app
from models import Event, Household, Setting, User
from tests.conftest import PLAN


def test_a_view_without_a_mark_is_shut(app, as_):
    app.view_functions["pages.healthz"] = lambda: "secret"
    assert as_("ada").get("/healthz").status_code == 404


def test_every_view_names_its_roles(app):
    unmarked = [name for name, view in app.view_functions.items() if not getattr(view, "roles", None)]
    assert unmarked == []


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_our_own_pages_act_in_a_signed_in_persons_name(as_, world, headers, passes):
    household, vera = world.household(), as_("vera")
    vera.environ_base.pop("HTTP_SEC_FETCH_SITE")
    sent = {"visit": "11111111-1111-4111-8111-111111111111", "outcome": "not_home"}
    status = vera.post(f"/households/{household.uid}", data=sent, headers=headers).status_code
    assert status == (303 if passes else 403)
    assert Household.get_by_id(household.id).state == ("not_home" if passes else "todo")


def test_an_old_webview_without_either_header_may_still_use_a_public_form(as_):
    resident = as_(None)
    resident.environ_base.pop("HTTP_SEC_FETCH_SITE")
    assert resident.post("/code", data={"number": "000000"}).status_code == 422


def sign_in(browser, password, username="vera", **fields):
    return browser.post("/sign-in", data={"username": username, "password": password} | fields)


def test_signing_in_takes_each_role_to_its_work(world, as_):
    for username, home in {"vera": "/households?fresh=1", "hana": "/courses?fresh=1", "sara": "/office"}.items():
        world.users[username].set_password("mật khẩu dài", None)
        assert sign_in(as_(None), "mật khẩu dài", username).location == home


def test_a_password_typed_in_another_unicode_form_is_the_same(world, as_):
    world.users["vera"].set_password("mật khẩu", None)
    assert sign_in(as_(None), "mâ\u0323t khâ\u0309u").status_code == 303


@pytest.mark.parametrize("username", ["vera", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(world, as_, username):
    world.users["vera"].set_password("mật khẩu dài", None)
    answer = sign_in(as_(None), "guess", username)
    assert (answer.status_code, "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text) == (422, True)
    assert f'value="{username}"' in answer.text


def test_guessing_is_limited_per_account_and_never_locks_another(world, as_):
    for username in ("vera", "leo"):
        world.users[username].set_password("mật khẩu dài", None)
    browser = as_(None)
    assert [sign_in(browser, "guess").status_code for _ in range(11)] == [422] * 10 + [429]
    assert sign_in(browser, "mật khẩu dài").status_code == 429
    assert sign_in(browser, "mật khẩu dài", "leo").status_code == 303


@pytest.mark.parametrize("evil", ["//evil.com", "/\\evil.com", "https://evil.com", "///evil.com", "/a\\b", "/a\n"])
def test_signing_in_never_leads_to_another_site(world, as_, evil):
    world.users["vera"].set_password("mật khẩu dài", None)
    assert sign_in(as_(None), "mật khẩu dài", next=evil).location == "/households?fresh=1"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(world, as_):
    world.users["vera"].set_password("mật khẩu dài", None)
    assert sign_in(as_(None), "mật khẩu dài", next="/progress/TH04").location == "/progress/TH04"


def test_a_form_sent_after_the_sign_in_expired_is_offered_again_with_everything_in_it(world, as_):
    household, browser = world.household(), as_(None)
    world.users["vera"].set_password("mật khẩu dài", None)
    sent = {"visit": "11111111-1111-4111-8111-111111111111", "outcome": "refused", "lane": "Ngõ 2"}
    asked = browser.post(f"/households/{household.uid}", data=sent)
    assert asked.status_code == 401
    carried = asked.text.split('name="carried" value="')[1].split('"')[0].replace("&#34;", '"')
    again = sign_in(browser, "mật khẩu dài", carried=carried)
    assert f'action="/households/{household.uid}"' in again.text
    for name, value in sent.items():
        assert f'name="{name}" value="{value}"' in again.text
    assert Household.get_by_id(household.id).state == "todo"


def test_an_expired_session_is_told_to_htmx_and_to_the_queue_in_their_own_way(as_):
    htmx = as_(None).get("/households", headers={"HX-Request": "true", "HX-Target": "div#rows"})
    assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (401, "/sign-in?next=/households")
    queue = as_(None).post("/households/x", headers={"Accept": "application/json"})
    assert (queue.status_code, queue.json) == (401, {"state": "sign-in"})


def test_closing_an_account_ends_its_sessions(world, as_):
    vera = as_("vera")
    assert vera.get("/households").status_code == 200
    world.users["vera"].set_active(False, world.users["ada"])
    assert vera.get("/households").status_code == 303


def test_a_new_password_ends_the_old_sessions(world, as_):
    vera = as_("vera")
    world.users["vera"].set_password("another one", world.users["ada"])
    assert vera.get("/households").status_code == 303


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, as_):
    sara, thief = as_("sara"), app.test_client()
    cookie = sara.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    thief.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    assert thief.get("/exports").status_code == 200
    sara.post("/sign-out")
    assert thief.get("/exports").status_code == 303
    assert Event.select().order_by(Event.id.desc()).get().verb == "user.signed_out"
    assert as_("sara").get("/exports").status_code == 200


def test_signing_out_takes_a_post(as_):
    vera = as_("vera")
    assert vera.get("/sign-out").status_code == 405
    vera.post("/sign-out")
    assert vera.get("/households").status_code == 303


def test_every_answer_carries_the_strict_headers(as_):
    for page in ("/", "/sign-in", "/nothing-here"):
        headers = as_(None).get(page).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert ("unsafe" in policy, headers["X-Content-Type-Options"], headers["Cache-Control"]) == (
            False,
            "nosniff",
            "no-store",
        )


def test_the_demo_sign_in_is_not_there_in_an_office(as_):
    assert as_(None).post("/demo", data={"role": "admin"}).status_code == 404


def test_error_pages_give_nothing_away(app, as_):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["pages.healthz"] = failing
    answer = as_(None).get("/healthz")
    assert (answer.status_code, "Máy chủ gặp lỗi" in answer.text, "secret" in answer.text) == (500, True, False)
    assert "Không chắc việc vừa làm đã được ghi hay chưa." in answer.text


@pytest.mark.parametrize("path", ["/", "/households", "/nothing"])
def test_another_host_name_is_refused_with_the_right_address(app, as_, path):
    """Behind a proxy that passes any Host on, nobody's links may be made to lead elsewhere."""
    answer = as_("vera").get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, f'href="{app.config["BASE_URL"]}{path}"' in answer.text) == (400, True)
    assert ("evil" in answer.text, "<title>" in answer.text, "Nguyễn Thị Vẻ" in answer.text) == (False, True, False)


def test_what_was_printed_for_a_former_host_still_leads_here(app, as_):
    app.config["FORMER_HOSTS"] = ["old.example.vn"]
    base = app.config["BASE_URL"]
    for host in ("old.example.vn", "OLD.example.vn:8443"):
        for path in (
            "/c/7K3QM9X0TB",
            "/coming/TH04.ics?a=1&b=%C3%A1",
            "/v/7K3QM9X0TB000",
            "//evil.example/",
            "/%0d%0aX:1",
        ):
            answer = as_(None).get(path, headers={"Host": host})
            assert (answer.status_code, answer.location.startswith(f"{base}/")) == (302, True)
    answer = as_(None).get("/coming/TH04.ics?a=1&b=%C3%A1", headers={"Host": "old.example.vn"})
    assert answer.location == f"{base}/coming/TH04.ics?a=1&b=%C3%A1"
    assert as_(None).get("/", headers={"Host": "xold.example.vn"}).status_code == 400


def test_former_hosts_are_names_with_commas_or_spaces_between():
    environment = {"BASE_URL": "https://moi.example.vn", "SECRET_KEY": "s" * 40}
    assert settings.read(environment)["FORMER_HOSTS"] == []
    read = settings.read(environment | {"FORMER_HOSTS": "cu.example.vn, Cu-hon.example.vn"})
    assert read["FORMER_HOSTS"] == ["cu.example.vn", "cu-hon.example.vn"]


def test_a_character_that_a_database_cannot_hold_is_a_mistake_of_the_sender(database, world, as_, caplog):
    sent = {"username": "vera\0", "password": "Lan 1958\0"}
    assert as_(None).post("/sign-in", data=sent).status_code in (400, 422)
    assert as_("sara").get("/households?village=TH04%00").status_code in (400, 404)
    assert as_("vera").get("/households?village=TH04").status_code == 200
    assert "1958" not in caplog.text


def failing():
    raise RuntimeError("secret detail")


failing.roles = PUBLIC


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"BASE_URL": "http://goc.example.vn"}, "BASE_URL must begin with https://"),
        ({"BASE_URL": "goc.example.vn"}, "BASE_URL must be an address"),
        ({"BASE_URL": "https://goc.example.vn/app"}, "BASE_URL must be an address"),
        ({"BASE_URL": "https://ada:secret@goc.example.vn"}, "BASE_URL must be an address"),
        ({"BASE_URL": "https://goc.example.vn", "DEMO": "1"}, "DEMO=1 signs anybody in"),
        ({"FORMER_HOSTS": "https://old.example.vn"}, "FORMER_HOSTS must be other host names"),
        ({"BASE_URL": "https://goc.example.vn", "FORMER_HOSTS": "goc.example.vn"}, "FORMER_HOSTS must be other host"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32 characters"),
    ],
)
def test_unsafe_settings_stop_the_start_and_say_which(environment, says):
    with pytest.raises(SystemExit, match=says):
        settings.read(environment)


def test_a_mistake_in_the_plan_stops_the_start_with_the_key(sqlite_url, tmp_path):
    wrong = tmp_path / "plan.toml"
    wrong.write_text(PLAN.read_text(encoding="utf-8").replace("goal = 85", "goal = 850"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"targets\[3\].goal: expected a number from 0 to 100, got 850"):
        create_app({"DATABASE_URL": sqlite_url, "SECRET_KEY": "s" * 40, "PLAN": str(wrong)})


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://x", "/no/such/folder/app.sqlite3", "postgresql://host"])
def test_a_mistake_in_the_databases_address_stops_the_start_with_what_was_expected(url):
    with pytest.raises(SystemExit, match="DATABASE_URL: "):
        create_app({"DATABASE_URL": url, "SECRET_KEY": "s" * 40, "PLAN": str(PLAN)})


def test_safe_cookies_behind_https():
    safe = settings.read({"BASE_URL": "https://goc.example.vn", "SECRET_KEY": "s" * 40})
    assert (safe["SESSION_COOKIE_NAME"], safe["SESSION_COOKIE_SECURE"]) == ("__Host-session", True)


def test_the_language_is_one_tap_away_and_stays(as_):
    browser = as_(None)
    assert '<html lang="vi">' in browser.get("/", headers={"Accept-Language": "en"}).text
    answer = browser.post("/language", data={"lang": "en", "next": "/notice"})
    assert answer.location == "/notice"
    assert '<html lang="en">' in browser.get("/").text


@pytest.mark.parametrize("change", ["UPDATE event SET verb = 'x'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_log(world, database, change):
    from models import db

    before = Event.select().count()
    with pytest.raises(Exception, match="the log cannot be changed"), db.atomic():
        db.execute_sql(change)
    assert (Event.select().count(), Event.select().where(Event.verb == "x").count()) == (before, 0)


def test_the_database_itself_refuses_to_replace_or_empty_the_log(world, database):
    """Neither fires the triggers of an update or a deletion."""
    from database import is_sqlite
    from models import db

    before = list(Event.select().order_by(Event.id).tuples())
    replace = "REPLACE INTO event (id, at, verb, kind, subject, data) SELECT id, at, 'x', '', '', '{}' FROM event"
    with pytest.raises(Exception, match="the log cannot be changed"), db.atomic():
        db.execute_sql(replace if is_sqlite() else "TRUNCATE event")
    assert list(Event.select().order_by(Event.id).tuples()) == before


def test_ada_adds_an_account_that_can_sign_in(world, as_):
    who = {"username": "Lan.Thôn4", "name": "Lê Thị Lan"}
    new = who | {"role": "volunteer", "area": "TH04", "password": "bốn cây tre"}
    assert as_("ada").post("/people", data=new).status_code == 303
    assert User.named("lan.thon4").area.code == "TH04"
    assert sign_in(as_(None), "bốn cây tre", "lan.thon4").status_code == 303


def test_two_taps_at_once_add_one_account(world, database, as_, monkeypatch):
    new = {"username": "moi", "name": "Người Mới", "role": "volunteer", "area": "TH04", "password": "bốn cây tre"}
    ada = as_("ada")
    monkeypatch.setattr(User, "named", lambda username: None)  # as each of the two sees it
    assert [ada.post("/people", data=new).status_code for _ in range(2)] == [303, 422]
    assert User.select().where(User.username == "moi").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "vera"), ("username", ""), ("name", ""), ("role", "king"), ("area", "XX"), ("password", "short")],
)
def test_a_wrong_account_is_refused_beside_the_field(world, as_, field, value):
    new = {"username": "moi", "name": "Người Mới", "role": "volunteer", "area": "TH04", "password": "bốn cây tre"}
    answer = as_("ada").post("/people", data=new | {field: value})
    assert (answer.status_code, 'class="error"' in answer.text) == (422, True)
    assert User.select().count() == len(world.users)


def test_what_was_done_to_an_account_is_said_and_a_new_one_leads_to_its_card(world, as_):
    ada, vera = as_("ada"), world.users["vera"]
    new = {"username": "moi", "name": "Người Mới", "role": "volunteer", "area": "TH04", "password": "bốn cây tre"}
    page = ada.post("/people", data=new, follow_redirects=True).text
    card = f"/cards/sheet?user={User.named('moi').uid}"
    assert ("Đã thêm tài khoản của Người Mới" in page, f'href="{card}"' in page) == (True, True)
    assert "Người Mới" in ada.get(card).text
    page = ada.post(f"/people/{vera.uid}/password", data={"password": "tre cây bốn"}, follow_redirects=True).text
    assert f"Đã đặt lại mật khẩu của {vera.name}" in page
    for active, said in (("no", "Đã đóng tài khoản của"), ("yes", "Đã mở lại tài khoản của")):
        page = ada.post(f"/people/{vera.uid}/active", data={"active": active}, follow_redirects=True).text
        assert f"{said} {vera.name}" in page


def test_nobody_closes_their_own_account(world, as_):
    ada = world.users["ada"]
    assert as_("ada").post(f"/people/{ada.uid}/active", data={"active": "no"}).status_code == 403
    assert User.get_by_id(ada.id).active is True


def test_settings_are_remembered_and_replaced(world, database):
    Setting.write("demo", "yes")
    Setting.write("demo", "no")
    assert (Setting.read("demo"), Setting.select().count()) == ("no", 1)


def test_addresses_are_made_by_name(app):
    with app.test_request_context():
        assert url_for("progress.show", code="TH04") == "/progress/TH04"

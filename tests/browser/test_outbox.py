"""The door with no signal: nothing is lost, nothing is counted twice, and the phone says which is which."""

import re

import pytest
from playwright.sync_api import expect

from models import Household, Visit
from tests.browser.conftest import PASSWORD

CHILDREN = [("Quách Văn Bình", 1981, "m", "child"), ("Quách Thu", 2009, "f", "child")]
ALL_FIELDS = """
[...document.querySelectorAll('form[data-door] :is(input,section,h2,fieldset,summary)')].map(e =>
  [e.tagName, e.type, e.name, e.type === 'hidden' ? '' : e.value, e.checked, e.tagName === 'H2' && e.innerText])
"""
NOTHING_KEPT = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'QuotaExceededError') }"
COUNT_RECORDS = """
new Promise(done => { const open = indexedDB.open('gocua'); open.onsuccess = () =>
  open.result.transaction('records').objectStore('records').count().onsuccess = event => done(event.target.result) })
"""


@pytest.fixture
def doors(world):
    """Three households of Thôn 4, in code order."""
    heads = ["Nguyễn Thị Lan", "Bùi Văn Sơn", "Đỗ Thị Hoa"]
    return [world.household(people=[(head, 1958, "f", "head"), *CHILDREN], lane="Xóm Đình") for head in heads]


@pytest.fixture
def phone(people, doors):
    """Vera's phone, on which her village is stored and ready for no signal."""
    page = people("vera")
    page.locator("#ready").wait_for()
    return page


def no_signal(page, off=True):
    page.context.set_offline(off)


def survey(page, household, outcome="Đồng ý"):
    """Open a household and answer one question; returns the page."""
    page.goto(f"/households/{household.uid}")
    page.get_by_role("radio", name=outcome).click()
    page.get_by_role("radio", name="Máy riêng").first.click()
    return page


def save(page):
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.locator("#kept").wait_for()


def state(page):
    return page.locator("#outbox-state").inner_text()


def wait_until_sent(page):
    page.locator("#outbox-state", has_text="đã gửi").wait_for(timeout=20_000)


def test_a_household_is_surveyed_and_saved_with_no_signal_and_sent_once_later(phone, doors):
    no_signal(phone)
    survey(phone, doors[0])
    assert phone.get_by_role("heading", level=1).inner_text() == "Nguyễn Thị Lan"
    save(phone)
    assert "Đã lưu trên máy, chờ gửi: Nguyễn Thị Lan" in phone.locator("#kept").inner_text()
    assert phone.get_by_role("heading", level=1).inner_text() == "Bùi Văn Sơn"
    assert state(phone) == "◌ 1 chờ gửi"
    assert Visit.select().count() == 0
    no_signal(phone, off=False)
    wait_until_sent(phone)
    assert [visit.household.uid for visit in Visit.select()] == [doors[0].uid]
    assert Household.get_by_id(doors[0].id).living().first().answers == {"phone": "own"}


def test_the_list_opens_and_searches_with_no_signal(phone, doors):
    no_signal(phone)
    phone.goto("/households?village=TH04")
    phone.get_by_role("searchbox").fill("do hoa")
    assert phone.locator("#rows [data-uid]:visible b").all_inner_texts() == ["Đỗ Thị Hoa"]


def test_what_was_saved_with_no_signal_is_marked_in_the_list_and_there_when_it_is_opened_again(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.goto("/households?village=TH04")
    row = phone.locator(f"[data-uid='{doors[0].uid}']")
    expect(row).to_contain_text("chờ gửi")
    row.get_by_role("link").click()
    assert phone.get_by_role("radio", name="Máy riêng").first.is_checked()


def test_the_form_filled_on_the_phone_is_the_one_the_server_writes(phone, doors):
    """One template makes both; only ids that are new each time differ."""

    def fields(address):
        phone.goto(address)
        phone.locator("form[data-door]").wait_for()
        html = phone.evaluate(ALL_FIELDS)
        known = {person.uid for person in doors[0].living()}
        return re.sub(r"[0-9a-f-]{36}", lambda uid: uid[0] if uid[0] in known else "new", str(html))

    here = f"/households/{doors[0].uid}"
    assert fields(here) == fields(f"{here}?fresh=1")


def test_what_is_tapped_survives_closing_the_tab(phone, doors):
    no_signal(phone)
    survey(phone, doors[1])
    phone.wait_for_timeout(600)
    other = phone.context.new_page()
    phone.close()
    other.goto(f"/households/{doors[1].uid}")
    other.locator("#draft").wait_for()
    assert other.get_by_role("radio", name="Đồng ý").is_checked()
    assert other.get_by_role("radio", name="Máy riêng").first.is_checked()


def test_an_answer_lost_after_the_server_committed_is_sent_again_and_stored_once(phone, doors):
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route)
        route.abort()

    def once(route):
        lose(route) if posted(route) and not lost else route.continue_()

    phone.context.route("**/households/*", once)
    survey(phone, doors[0])
    save(phone)
    wait_until_sent(phone)
    assert (len(lost), Visit.select().count()) == (1, 1)


def posted(route):
    return route.request.method == "POST"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "content_type": "text/html", "body": "<h1>Chào mừng đến Wi-Fi miễn phí</h1>"},
        {"status": 502, "content_type": "text/html", "body": "Bad gateway"},
        {"status": 500, "content_type": "application/json", "body": "{}"},
        {"status": 200, "content_type": "application/json", "body": '{"id": "x", "hash": "y", "state": "received"}'},
    ],
)
def test_only_a_receipt_that_names_the_record_lets_it_go(phone, doors, answer):
    def fulfil(route):
        route.fulfill(**answer) if posted(route) else route.continue_()

    phone.context.route("**/households/*", fulfil)
    save(survey(phone, doors[0]))
    assert state(phone) == "◌ 1 chờ gửi"
    phone.context.unroute("**/households/*", fulfil)
    phone.reload()
    wait_until_sent(phone)
    assert Visit.select().count() == 1


def test_a_refused_record_is_kept_and_does_not_hold_up_the_others(phone, doors, world):
    from models import Area

    no_signal(phone)
    save(survey(phone, doors[0]))
    save(survey(phone, doors[1]))
    Household.update(village=Area.get(Area.code == "TX01")).where(Household.id == doors[0].id).execute()
    no_signal(phone, off=False)
    phone.locator("#outbox-state", has_text="cần xem lại").wait_for(timeout=20_000)
    assert state(phone) == "▲ 1 cần xem lại"
    assert [visit.household.uid for visit in Visit.select()] == [doors[1].uid]


def test_an_expired_sign_in_loses_nothing_and_sends_after_signing_in(phone, doors, world):
    survey(phone, doors[0])
    world.users["vera"].set_password(PASSWORD, None)
    save(phone)
    assert state(phone) == "◌ 1 chờ đăng nhập để gửi"
    assert Visit.select().count() == 0
    phone.goto("/sign-in")
    phone.get_by_label("Tên đăng nhập").fill("vera")
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập").click()
    wait_until_sent(phone)
    assert Visit.select().count() == 1


def test_signing_out_is_refused_while_records_wait_and_wipes_the_phone_after(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.goto("/households?village=TH04")
    phone.get_by_role("button", name="Đăng xuất").click()
    phone.get_by_text("Chưa đăng xuất được").wait_for()
    no_signal(phone, off=False)
    phone.reload()
    wait_until_sent(phone)
    phone.get_by_role("button", name="Đăng xuất").click()
    phone.get_by_role("link", name="Đăng nhập").wait_for()
    left = phone.evaluate("caches.keys().then(names => names.filter(name => name.startsWith('pages-')))")
    assert left == []


def test_another_account_on_the_phone_does_not_send_what_is_not_its_own(phone, doors, world):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.context.clear_cookies()
    no_signal(phone, off=False)
    phone.goto("/sign-in")
    phone.get_by_label("Tên đăng nhập").fill("leo")
    phone.get_by_label("Mật khẩu").fill(PASSWORD)
    phone.get_by_role("button", name="Đăng nhập").click()
    phone.locator("#ready").wait_for()
    assert state(phone) == "✓ đã gửi"
    assert Visit.select().count() == 0
    waiting = phone.evaluate(COUNT_RECORDS)
    assert waiting == 1


def test_two_tabs_send_each_record_once(phone, doors):
    no_signal(phone)
    for household in doors[:2]:
        save(survey(phone, household))
    other = phone.context.new_page()
    other.goto("/households?village=TH04")
    no_signal(phone, off=False)
    wait_until_sent(phone)
    assert sorted(visit.household_id for visit in Visit.select()) == [doors[0].id, doors[1].id]


def test_a_phone_that_keeps_nothing_sends_at_once(people, doors):
    page = people("vera", service_workers="block")
    page.context.add_init_script(NOTHING_KEPT)
    survey(page, doors[0])
    assert page.locator("#storage").is_visible()
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.get_by_text("Đã lưu hộ Nguyễn Thị Lan.").wait_for()
    assert Visit.select().count() == 1


def test_a_residents_page_has_no_worker(people, live):
    page = people(None)
    page.goto("/code")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0

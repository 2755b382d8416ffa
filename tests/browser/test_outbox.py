"""The door with no signal: nothing is lost, nothing is counted twice, and the phone says which is which."""

import json
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import expect

import visits
from models import Household, Support, Visit, new_uid, now
from tests.browser.conftest import PASSWORD

CHILDREN = [("Quách Văn Bình", 1981, "m", "child"), ("Quách Thu", 2009, "f", "child")]
ALL_FIELDS = """
[...document.querySelectorAll('form[data-door] :is(input,section,h2,fieldset,summary)')].map(e =>
  [e.tagName, e.type, e.name, e.type === 'hidden' ? '' : e.value, e.checked, e.tagName === 'H2' && e.innerText])
"""
NOTHING_KEPT = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'QuotaExceededError') }"
NO_ROOM = "IDBObjectStore.prototype.put = function () { try { this.transaction.abort() } catch {} return {} }"
YESTERDAY = """
const told = Date.prototype.toISOString;
Date.prototype.toISOString = function () { return told.call(new Date(this.getTime() - 86400000)) };
"""
EVERYTHING_KEPT = """
new Promise(done => { const open = indexedDB.open('gocua'); open.onsuccess = async () => {
  const keys = name => new Promise(told => {
    open.result.transaction(name).objectStore(name).getAllKeys().onsuccess = event => told(event.target.result) });
  const names = [...open.result.objectStoreNames];
  done(Object.fromEntries(await Promise.all(names.map(async name => [name, await keys(name)]))));
} })
"""
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
    """Open a household and say what came of it, and one answer where they agreed; returns the page."""
    page.goto(f"/households/{household.uid}")
    page.get_by_role("radio", name=outcome).click()
    if outcome == "Đồng ý":
        page.get_by_role("radio", name="Máy riêng").first.click()
    return page


def save(page):
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.locator("#kept").wait_for()


def state(page):
    return page.locator("#outbox-state").inner_text()


def wait_until_sent(page):
    page.locator("#outbox-state", has_text="✓ 0 chờ gửi").wait_for(timeout=20_000)


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
    phone.locator("summary", has_text="Tìm, lọc").click()
    phone.get_by_role("searchbox").fill("do hoa")
    expect(phone.locator("#rows [data-uid]:visible b")).to_have_text(["Đỗ Thị Hoa"])


def test_what_was_saved_with_no_signal_is_marked_in_the_list_and_there_when_it_is_opened_again(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.goto("/households?village=TH04")
    row = phone.locator(f"[data-uid='{doors[0].uid}']")
    expect(row).to_contain_text("chờ gửi")
    row.get_by_role("link").click()
    expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()


def test_the_counts_above_the_list_hold_what_was_saved_with_no_signal(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.goto("/households?village=TH04")
    phone.locator("#ready").wait_for()
    expect(phone.locator("#visited")).to_have_text("1")
    phone.locator("summary", has_text="Tìm, lọc").click()
    counts = [re.compile(r"○ Chưa đến\s+2"), re.compile(r"● Xong\s+1")]
    expect(phone.locator(".filters a[data-state]:visible")).to_have_text(counts)
    phone.goto(f"/households/{doors[1].uid}")
    phone.get_by_role("radio", name="Không người ở").click()
    save(phone)
    phone.goto("/households?village=TH04")
    expect(phone.locator("#total")).to_have_text("2")
    expect(phone.locator("#visited")).to_have_text("1")


def test_a_form_opens_folded_and_unfolds_only_what_was_filled_in_and_not_saved(phone, doors):
    def open_folds():
        return phone.locator("form details[open]:not(section > details)").count()

    phone.goto(f"/households/{doors[0].uid}")
    phone.locator("form[data-door]").wait_for()
    assert open_folds() == 0
    newcomer = phone.locator("details[data-newcomer]").first
    newcomer.locator("summary").first.click()
    newcomer.get_by_label("Họ và tên").fill("Quách Mai")
    phone.wait_for_timeout(600)
    phone.reload()
    expect(newcomer.get_by_label("Họ và tên")).to_have_value("Quách Mai")
    assert open_folds() == 1 and newcomer.get_attribute("open") is not None


def test_the_phone_number_is_asked_for_where_the_family_agreed_to_reminders(phone, doors):
    survey(phone, doors[0])
    number = phone.get_by_label("Số điện thoại để nhắc lịch học").first
    expect(number).not_to_be_visible()
    phone.get_by_role("radio", name="Được", exact=True).click()
    number.fill("0912 345 678")
    save(phone)
    wait_until_sent(phone)
    assert Household.get_by_id(doors[0].id).living().first().phone == "0912345678"


def test_sending_with_no_signal_says_so_and_a_form_is_dropped_only_by_a_second_tap(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    phone.goto("/households/outbox")
    phone.get_by_role("button", name="Gửi tất cả ngay").click()
    expect(phone.locator("#no-signal")).to_be_visible()
    phone.evaluate("""async () => {
        const [made] = await outbox.mine();
        await store.write('records', {...made, state: 'look', status: 422});
    }""")
    phone.reload()
    phone.get_by_text("Cách khác").click()
    expect(phone.get_by_role("button", name="Gửi tất cả ngay")).not_to_be_visible()
    phone.get_by_role("button", name="Xóa phiếu này khỏi máy (mất hẳn)").click()
    assert phone.evaluate(COUNT_RECORDS) == 1
    phone.get_by_role("button", name="Chạm lần nữa").click()
    expect(phone.locator("#empty")).to_be_visible()


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
    expect(other.get_by_role("radio", name="Đồng ý")).to_be_checked()
    expect(other.get_by_role("radio", name="Máy riêng").first).to_be_checked()


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
    expect(phone.locator("#outbox-state")).to_have_text("◌ 1 chờ đăng nhập để gửi")
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
    assert phone.evaluate(EVERYTHING_KEPT) == {"records": [], "drafts": [], "households": [], "facts": ["device"]}


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
    assert state(phone) == "✓ 0 chờ gửi"
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


def test_what_was_sent_is_there_when_the_household_is_opened_again(phone, doors):
    save(survey(phone, doors[0]))
    wait_until_sent(phone)
    no_signal(phone)
    phone.goto(f"/households/{doors[0].uid}")
    phone.locator("form[data-door]").wait_for()
    expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()


def test_a_closed_tab_sends_in_the_background_when_the_signal_is_back(phone, doors, live):
    """The browser decides when to tell the worker; here it is told at once, as DevTools can."""
    no_signal(phone)
    save(survey(phone, doors[0]))
    other, registered = phone.context.new_page(), []
    devtools = phone.context.new_cdp_session(other)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    phone.close()
    no_signal(other, off=False)
    other.goto("/notice")
    number = next(one["registrationId"] for one in registered if one["scopeURL"] == f"{live}/")
    told = {"origin": live, "registrationId": number, "tag": "outbox", "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", told)
    for _ in range(100):
        if Visit.select().count():
            break
        other.wait_for_timeout(200)
    assert [visit.household.uid for visit in Visit.select()] == [doors[0].uid]


def test_a_household_met_on_the_way_is_added_with_no_signal_each_time_another(phone, doors):
    no_signal(phone)
    for name in ("Trần Văn Tú", "Lê Thị Mơ"):
        phone.goto("/households/new?village=TH04")
        phone.get_by_role("radio", name="Đồng ý").click()
        phone.get_by_label("Họ và tên").first.fill(name)
        phone.get_by_label("Năm sinh", exact=True).first.fill("1970")
        save(phone)
    no_signal(phone, off=False)
    wait_until_sent(phone)
    added = Household.select().where(Household.head_name.in_(["Trần Văn Tú", "Lê Thị Mơ"]))
    assert sorted(household.code for household in added) == ["004", "005"]


def test_somebody_new_without_a_year_is_asked_for_it_at_the_door(phone, doors):
    no_signal(phone)
    survey(phone, doors[0])
    phone.get_by_text("Thêm người từ 16 tuổi").first.click()
    stranger = phone.locator("details[data-newcomer]").first
    stranger.get_by_label("Họ và tên").fill("Trần Thị Na")
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    sentence = "Trần Thị Na, Năm sinh: Ghi năm sinh; không nhớ thì ghi năm ước chừng."
    assert stranger.get_by_role("alert").inner_text() == sentence
    stranger.locator("[name$='.birth_year']").fill("1990")
    expect(stranger.get_by_role("alert")).to_have_count(0)
    save(phone)
    assert phone.evaluate(COUNT_RECORDS) == 1


def test_a_refused_record_is_opened_corrected_and_sent(phone, doors):
    no_signal(phone)
    survey(phone, doors[0])
    phone.get_by_text("Thêm người từ 16 tuổi").first.click()
    stranger = phone.locator("details[data-newcomer]").first
    stranger.get_by_label("Họ và tên").fill("Bé Na")
    stranger.get_by_label("Năm sinh", exact=True).fill("2020")
    phone.evaluate("rules.check = () => null")  # as an older version, which did not look at the door
    save(phone)
    no_signal(phone, off=False)
    phone.locator("#outbox-state", has_text="cần xem lại").wait_for(timeout=20_000)
    phone.goto("/outbox")
    assert phone.locator("[data-why]").inner_text().startswith("Bé Na, Năm sinh: Người sinh sau năm 2010 chưa đủ 16")
    phone.get_by_role("link", name="Mở phiếu để sửa").click()
    phone.locator("#refused").wait_for()
    expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()
    assert phone.locator(".field .error").inner_text().endswith("chỉ đếm vào số trẻ em.")
    phone.locator("details[data-newcomer] [name$='.birth_year']").first.fill("2000")
    save(phone)
    wait_until_sent(phone)
    assert [person.name for person in doors[0].living()][-1] == "Bé Na"
    assert (Visit.select().count(), phone.evaluate(COUNT_RECORDS)) == (1, 0)


def test_the_same_id_with_other_content_waits_for_a_look_at_both(phone, doors, world):
    no_signal(phone)
    save(survey(phone, doors[0]))
    record = phone.evaluate("store.readAll('records')")[0]
    first = {"uid": record["id"], "outcome": "done", "happened_at": now(), "answers": {}}
    people = [{"uid": doors[0].living().first().uid, "answers": {"phone": "keypad"}}]
    visits.receive(doors[0], {**first, "people": people}, world.users["vera"], "another phone's")
    no_signal(phone, off=False)
    phone.locator("#outbox-state", has_text="cần xem lại").wait_for(timeout=20_000)
    phone.goto("/households?village=TH04&fresh=1")
    phone.locator("#ready").wait_for()
    phone.goto("/outbox")
    assert "đã gửi trước đó với nội dung khác" in phone.locator("[data-why]").inner_text()
    phone.get_by_role("link", name="Mở phiếu để sửa").click()
    phone.locator("#refused").wait_for()
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    both = ["Vừa ghi nơi khác: Phím bấm", "Trên phiếu này: Máy riêng"]
    expect(phone.locator(".both .btn")).to_have_text(both)
    phone.get_by_role("button", name="Trên phiếu này").click()
    save(phone)
    wait_until_sent(phone)
    assert doors[0].living().first().answers["phone"] == "own"
    assert Visit.select().count() == 2


def test_a_record_of_an_erased_household_is_explained_kept_and_saved_to_a_file(phone, doors):
    no_signal(phone)
    save(survey(phone, doors[0]))
    Household.delete().where(Household.id == doors[0].id).execute()
    no_signal(phone, off=False)
    phone.locator("#outbox-state", has_text="cần xem lại").wait_for(timeout=20_000)
    phone.goto("/outbox")
    assert "không còn trong danh sách" in phone.locator("[data-why]").inner_text()
    assert phone.get_by_role("link", name="Mở phiếu để sửa").is_hidden()
    phone.get_by_text("Cách khác").click()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Lưu phiếu ra tệp").click()
    told = json.loads(Path(download.value.path()).read_text())
    assert (told[0]["household"], told[0]["fields"]["outcome"]) == (doors[0].uid, ["done"])
    assert phone.evaluate(COUNT_RECORDS) == 1


def test_records_of_a_closed_account_wait_until_it_is_opened_again(phone, doors, world):
    no_signal(phone)
    save(survey(phone, doors[0]))
    world.users["vera"].set_active(False, None)
    no_signal(phone, off=False)
    phone.locator("#outbox-state", has_text="chờ đăng nhập").wait_for(timeout=20_000)
    assert (Visit.select().count(), phone.evaluate(COUNT_RECORDS)) == (0, 1)
    world.users["vera"].set_active(True, None)
    sign_in(phone, "vera")
    wait_until_sent(phone)
    assert Visit.select().count() == 1


def sign_in(page, username):
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_phone_whose_clock_is_a_day_behind_tells_the_right_time(people, doors):
    page = people("vera", service_workers="block")
    page.context.add_init_script(YESTERDAY)
    save(survey(page, doors[0]))
    wait_until_sent(page)
    assert abs(Visit.get().happened_at - now()) < timedelta(minutes=2)


def test_a_full_phone_with_no_signal_keeps_the_form_on_screen_until_it_can_send(phone, doors):
    phone.context.add_init_script(NO_ROOM)
    no_signal(phone)
    survey(phone, doors[0])
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    phone.locator("#unsaved").wait_for()
    expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()
    no_signal(phone, off=False)
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    phone.get_by_role("heading", level=1, name="Bùi Văn Sơn").wait_for()
    assert Household.get_by_id(doors[0].id).living().first().answers == {"phone": "own"}
    assert Visit.select().count() == 1


def test_a_record_that_an_older_version_made_is_sent_and_stored(phone, doors, world):
    """As the first version wrote it: the number inside the form, nothing of what the list shows."""
    person = doors[0].living().first().uid
    body = f"visit={new_uid()}&shown=%7B%7D&person={person}&{person}.phone=own&outcome=done&then=next"
    old = {"id": body[6:42], "url": f"/households/{doors[0].uid}", "body": body + "&device=x&number=1"}
    old |= {"hash": sha256(old["body"].encode()).hexdigest(), "user": world.users["vera"].uid, "made": 1, "number": 1}
    phone.evaluate("record => store.write('records', record)", {**old, "state": "waiting", "head": "Bà Lan"})
    phone.reload()
    wait_until_sent(phone)
    assert Household.get_by_id(doors[0].id).living().first().answers == {"phone": "own"}


def test_the_pages_stored_for_one_account_are_not_shown_to_the_next(phone, doors, world, people):
    elsewhere = world.household("TX01", people=[("Đinh Công Ba", 1970, "m", "head")])
    phone.context.clear_cookies()
    sign_in(phone, "otto")
    phone.locator("#ready").wait_for()
    expect(phone.locator("#rows b")).to_have_text(["Đinh Công Ba"])
    no_signal(phone)
    phone.goto("/households")
    expect(phone.locator("#rows b")).to_have_text([elsewhere.head_name])


def test_saving_for_later_with_no_outcome_keeps_it_on_the_phone_and_marks_the_row(phone, doors):
    phone.goto(f"/households/{doors[1].uid}")
    phone.get_by_role("radio", name="Phím bấm").first.click()
    phone.get_by_role("button", name="Để sau").click()
    row = phone.locator(f"[data-uid='{doors[1].uid}']")
    expect(row).to_contain_text("◐ đang làm dở")
    row.get_by_role("link").click()
    expect(phone.get_by_role("radio", name="Phím bấm").first).to_be_checked()
    assert Visit.select().count() == 0


def test_the_list_narrows_by_state_lane_and_letter_with_no_signal(phone, doors, world):
    world.household(people=[("Phùng Văn Đạt", 1980, "m", "head")], lane="Ngõ 2")
    phone.reload()
    phone.locator("#ready").wait_for()
    no_signal(phone)
    save(survey(phone, doors[0], outcome="Vắng nhà"))
    phone.goto("/households?village=TH04")

    def seen():
        return phone.locator("#rows [data-uid]:visible b").all_inner_texts()

    assert seen() == ["Phùng Văn Đạt", "Nguyễn Thị Lan", "Bùi Văn Sơn", "Đỗ Thị Hoa"]
    phone.locator("summary", has_text="Tìm, lọc").click()
    phone.locator("[data-state=todo]").first.click()
    assert seen() == ["Phùng Văn Đạt", "Bùi Văn Sơn", "Đỗ Thị Hoa"]
    phone.get_by_text("Theo xóm, theo chữ cái").click()
    phone.get_by_role("link", name="Xóm Đình").click()
    assert seen() == ["Bùi Văn Sơn", "Đỗ Thị Hoa"]
    phone.get_by_role("link", name="Xóm Đình").click()
    phone.get_by_role("link", name="Đ", exact=True).click()
    assert seen() == ["Phùng Văn Đạt"]


def test_four_people_of_an_imported_list_take_at_most_16_taps_and_no_key(phone, world, capsys):
    """Opening, agreeing, three questions for each of four people, saving."""
    family = [("Nguyễn Thị Lan", 1958, "f", "head"), *CHILDREN, ("Quách Mai", 1990, "f", "child")]
    household = world.household(people=family)
    phone.reload()
    phone.locator("#ready").wait_for()
    taps = [phone.locator(f"[data-uid='{household.uid}'] a"), phone.get_by_role("radio", name="Đồng ý")]
    for number in range(4):
        person = phone.locator("section[data-person]").nth(number)
        taps += [person.get_by_role("radio", name="Máy riêng"), person.get_by_role("checkbox", name="Ngân hàng")]
        taps += [person.get_by_role("radio", name="Vào được", exact=True)]
    taps += [phone.get_by_role("button", name="Lưu · nhà tiếp")]
    for target in taps:
        target.click()
    phone.locator("#kept").wait_for()
    wait_until_sent(phone)
    with capsys.disabled():
        print(f"\n{len(taps)} taps, 0 keystrokes for a household of four")  # noqa: T201
    asked = {"phone": "own", "account": ["bank"], "vneid": "can_sign_in"}
    assert [person.answers for person in household.living()] == [asked] * 4
    assert (len(taps) <= 16, Household.get_by_id(household.id).state) == (True, "done")


def test_the_notice_is_read_a_note_left_and_help_recorded_with_no_signal(phone, doors):
    no_signal(phone)
    survey(phone, doors[0])
    phone.get_by_text("Đọc cho gia đình nghe").click()
    phone.get_by_text("Quý vị tự nguyện tham gia").wait_for()
    phone.locator("section.person summary", has_text="Đã hướng dẫn").first.click()
    phone.get_by_role("group", name="Đã hướng dẫn việc gì?").get_by_role("checkbox", name="Dịch vụ công").first.click()
    phone.get_by_role("radio", name="Được", exact=True).click()
    phone.locator("summary", has_text="Ghi chú").click()
    phone.get_by_label("Cho lần đến sau").fill("Gọi cổng sau")
    save(phone)
    no_signal(phone, off=False)
    wait_until_sent(phone)
    kept = Household.get_by_id(doors[0].id)
    assert (kept.note, kept.reminders, kept.agreed) == ("Gọi cổng sau", True, True)
    support = Support.get()
    assert (support.resident.household, support.topic, support.minutes) == (kept, "services", 15)

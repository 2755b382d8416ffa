"""The queue and the draft: one bad answer holds up nothing, a draft undoes nothing, and no page stays white."""

import pytest
from playwright.sync_api import expect

import visits
from models import Household, Visit, new_uid, now
from tests.browser.conftest import PASSWORD
from tests.browser.test_outbox import (
    COUNT_RECORDS,
    NOTHING_KEPT,
    doors,  # noqa: F401
    no_signal,
    phone,  # noqa: F401
    posted,
    save,
    state,
    survey,
    wait_until_sent,
)

PORTAL = {"status": 502, "content_type": "text/html", "body": "<title>Bad gateway</title><p>Try later"}
WITHOUT_NEWER_FUNCTIONS = """
delete crypto.randomUUID; delete Crypto.prototype.randomUUID; delete AbortSignal.timeout;
delete SubmitEvent.prototype.submitter; delete Element.prototype.replaceChildren; delete Object.hasOwn;
for (const kind of [Document, Element, DocumentFragment]) delete kind.prototype.replaceChildren;
for (const name of ["at", "findLast", "toSorted", "toReversed"]) delete Array.prototype[name];
for (const name of ["at", "replaceAll"]) delete String.prototype[name];
delete globalThis.structuredClone; delete globalThis.navigation; delete globalThis.scheduler;
for (const kind of [Document, Element]) for (const name of ["querySelector", "querySelectorAll"]) {
  const found = kind.prototype[name];
  kind.prototype[name] = function (selector) {
    if (/:(is|has|where)\\(|:not\\([^)]*,/.test(selector)) throw new DOMException(selector, "SyntaxError");
    return found.call(this, selector);
  };
}
"""
STORE_THAT_NEVER_ANSWERS = "IDBFactory.prototype.open = () => ({})"
TABLE_THAT_NEVER_ANSWERS = """
const put = IDBObjectStore.prototype.get;
Object.defineProperty(IDBTransaction.prototype, 'oncomplete', { set() {} });
"""
CACHE_THAT_NEVER_ANSWERS = "CacheStorage.prototype.keys = () => new Promise(() => {})"
THIRTY_SECONDS_PASS_AT_ONCE = """
const later = self.setTimeout;
self.setTimeout = (work, ms, ...rest) => later(work, ms === 30000 ? 300 : ms, ...rest);
"""
TEN_DAYS_AHEAD = "const real = Date.now; Date.now = () => real() + 10 * 86400000;"


def answer_for(page, household, **answer):
    """Something else answers what is posted for one household; with no answer given, nothing ever does."""

    def route(route):
        if not posted(route):
            route.continue_()
        elif answer:
            route.fulfill(**answer)

    page.context.route(f"**/households/{household.uid}", route)
    return route


def on_another_phone(world, household, **answers):
    """Somebody else records answers of the first person of a household, and this phone hears of it."""
    uid = household.living().first().uid
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}}
    visits.receive(household, {**visit, "people": [{"uid": uid, "answers": answers}]}, world.users["leo"], "theirs")


def hear_of_it(page):
    page.goto("/households?village=TH04&fresh=1")
    page.locator("#ready").wait_for()


def answers_of(household):
    return Household.get_by_id(household.id).living().first().answers


# -- The queue


@pytest.mark.parametrize("answer", [PORTAL, {"status": 500, "content_type": "application/json", "body": "{}"}])
def test_a_record_that_gets_no_receipt_holds_up_no_other(phone, doors, answer):  # noqa: F811
    answer_for(phone, doors[0], **answer)
    no_signal(phone)
    for household in doors:
        save(survey(phone, household))
    no_signal(phone, off=False)
    expect(phone.locator("#outbox-state")).to_have_text("◌ 1 chờ gửi", timeout=20_000)
    assert sorted(visit.household.uid for visit in Visit.select()) == sorted([doors[1].uid, doors[2].uid])


def test_a_record_that_nothing_answers_holds_up_no_other(people, doors):  # noqa: F811
    page = people("vera", service_workers="block")
    page.context.add_init_script(THIRTY_SECONDS_PASS_AT_ONCE)
    answer_for(page, doors[0])
    save(survey(page, doors[0]))
    save(survey(page, doors[1]))
    expect(page.locator("#outbox-state")).to_have_text("◌ 1 chờ gửi", timeout=20_000)
    assert [visit.household.uid for visit in Visit.select()] == [doors[1].uid]


def test_what_failed_waits_longer_each_time_and_is_not_tried_with_every_page(phone, doors):  # noqa: F811
    route = answer_for(phone, doors[0], **PORTAL)
    save(survey(phone, doors[0]))
    phone.wait_for_function("outbox.flush(true).then(() => outbox.mine()).then(([made]) => made.tries >= 3)")
    [held] = phone.evaluate("outbox.mine()")
    assert held["wait"] == 5_000 * 2 ** (held["tries"] - 1)
    phone.evaluate("outbox.flush()")
    assert phone.evaluate("outbox.mine()")[0]["tries"] == held["tries"]
    phone.context.unroute(f"**/households/{doors[0].uid}", route)


def test_what_something_else_answers_for_a_day_also_stands_in_need_of_a_look(phone, doors):  # noqa: F811
    route = answer_for(phone, doors[0], **PORTAL)
    save(survey(phone, doors[0]))
    phone.goto("/outbox")
    expect(phone.locator("[data-why]")).to_have_text(
        "Chưa tới được máy chủ; một nơi khác trả lời thay: 502 “Bad gateway”"
    )
    assert state(phone) == "◌ 1 chờ gửi"
    phone.evaluate("""async () => {
        const [made] = await outbox.mine();
        await store.write('records', {...made, made: made.made - 90000000});
    }""")
    phone.reload()
    expect(phone.locator("#outbox-state")).to_have_text("▲ 1 cần xem lại")
    phone.context.unroute(f"**/households/{doors[0].uid}", route)
    phone.get_by_role("button", name="Gửi tất cả ngay").click()
    expect(phone.locator("#empty")).to_be_visible()
    assert Visit.select().count() == 1


def test_a_failure_is_never_said_with_a_tick_or_in_green(phone, doors, world):  # noqa: F811
    survey(phone, doors[0])
    assert state(phone) == "✓ 0 chờ gửi"  # of the queue; the form says nothing yet
    Household.delete().where(Household.id == doors[0].id).execute()
    save(phone)
    kept = phone.locator("#kept")
    expect(kept).to_contain_text("▲ Máy chủ chưa nhận, cần xem lại: Nguyễn Thị Lan")
    assert "✓" not in kept.inner_text()
    assert "good" not in kept.get_attribute("class")


# -- The draft


def test_a_draft_undoes_no_answer_that_was_given_elsewhere_meanwhile(phone, doors, world):  # noqa: F811
    on_another_phone(world, doors[0], phone="keypad")
    hear_of_it(phone)
    phone.goto(f"/households/{doors[0].uid}")
    phone.get_by_label("Xóm, ngõ").fill("Ngõ 7")
    phone.wait_for_timeout(600)
    on_another_phone(world, doors[0], phone="own")
    hear_of_it(phone)
    phone.goto(f"/households/{doors[0].uid}")
    expect(phone.get_by_label("Xóm, ngõ")).to_have_value("Ngõ 7")
    expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()
    phone.get_by_role("radio", name="Đồng ý").click()
    save(phone)
    wait_until_sent(phone)
    assert (answers_of(doors[0])["phone"], Household.get_by_id(doors[0].id).lane) == ("own", "Ngõ 7")


@pytest.mark.parametrize(("choice", "kept"), [("Trên phiếu này: Dùng chung", "shared"), ("Vừa ghi nơi khác", "own")])
def test_where_a_draft_and_another_phone_answered_the_same_the_person_chooses(phone, doors, world, choice, kept):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    phone.get_by_role("radio", name="Dùng chung").first.click()
    phone.get_by_role("radio", name="Đồng ý").click()
    phone.wait_for_timeout(600)
    on_another_phone(world, doors[0], phone="own")
    hear_of_it(phone)
    phone.goto(f"/households/{doors[0].uid}")
    phone.locator(".both").wait_for()
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    assert phone.evaluate(COUNT_RECORDS) == 0
    phone.get_by_role("button", name=choice).click()
    save(phone)
    wait_until_sent(phone)
    assert answers_of(doors[0])["phone"] == kept


def test_what_waits_and_what_was_received_undoes_no_answer_given_elsewhere(phone, doors, world):  # noqa: F811
    """Only what was meant is laid over what is known, when a record waits and when it is opened to be changed."""
    on_another_phone(world, doors[0], phone="keypad")
    hear_of_it(phone)
    no_signal(phone)
    phone.goto(f"/households/{doors[0].uid}")
    phone.get_by_role("radio", name="Vào được", exact=True).first.click()
    phone.get_by_role("radio", name="Đồng ý").click()
    save(phone)
    phone.goto("/households/outbox")
    address = phone.get_by_role("link", name="Mở phiếu để sửa").get_attribute("href")
    on_another_phone(world, doors[0], phone="own")
    route = answer_for(phone, doors[0], **PORTAL)
    no_signal(phone, off=False)
    hear_of_it(phone)
    for opened in (f"/households/{doors[0].uid}", address):
        phone.goto(opened)
        phone.get_by_role("radio", name="Đồng ý").wait_for()
        expect(phone.get_by_role("radio", name="Máy riêng").first).to_be_checked()
        expect(phone.get_by_role("radio", name="Vào được", exact=True).first).to_be_checked()
    phone.context.unroute(f"**/households/{doors[0].uid}", route)
    save(phone)
    wait_until_sent(phone)
    assert answers_of(doors[0]) == {"phone": "own", "vneid": "can_sign_in"}


# -- White pages


def test_the_whole_door_works_without_the_functions_that_the_oldest_browser_lacks(people, doors):  # noqa: F811
    page = people("vera")
    page.context.add_init_script(WITHOUT_NEWER_FUNCTIONS)
    page.goto("/households?village=TH04")
    page.locator("#ready").wait_for()
    no_signal(page)
    save(survey(page, doors[0]))
    page.goto(f"/households/{doors[1].uid}")
    page.get_by_role("radio", name="Phím bấm").first.click()
    page.get_by_role("button", name="Để sau").click()
    expect(page.locator(f"[data-uid='{doors[1].uid}']")).to_contain_text("đang làm dở")
    page.goto("/households/outbox")
    expect(page.locator("[data-head]")).to_have_text("Nguyễn Thị Lan")
    no_signal(page, off=False)
    expect(page.locator("#empty")).to_be_visible(timeout=20_000)
    assert answers_of(doors[0]) == {"phone": "own"}


@pytest.mark.parametrize(
    "broken", [STORE_THAT_NEVER_ANSWERS, TABLE_THAT_NEVER_ANSWERS, CACHE_THAT_NEVER_ANSWERS, NOTHING_KEPT]
)
def test_where_the_phones_store_fails_or_says_nothing_the_servers_form_is_used(phone, doors, broken):  # noqa: F811
    phone.context.add_init_script(broken)
    phone.goto(f"/households/{doors[0].uid}")
    expect(phone.locator("#storage")).to_contain_text("Máy này không giữ được phiếu")
    expect(phone.locator("form[data-door]")).to_be_visible()
    assert phone.locator("#outbox-state").is_hidden()
    phone.get_by_role("radio", name="Đồng ý").click()
    phone.get_by_role("radio", name="Máy riêng").first.click()
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    phone.get_by_text("Đã lưu hộ Nguyễn Thị Lan.").wait_for()
    assert answers_of(doors[0]) == {"phone": "own"}


def test_a_browser_whose_script_does_not_run_is_told_that_it_keeps_nothing(people, doors, live):  # noqa: F811
    page = people(None, java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("vera")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"/households/{doors[0].uid}")
    expect(page.locator("#storage")).to_contain_text("từ năm 2020")
    page.wait_for_timeout(3_200)
    assert page.locator("#storage").bounding_box()["height"] > 40


def test_a_phone_that_keeps_forms_does_not_say_that_it_keeps_none(phone, doors):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    phone.wait_for_timeout(3_200)
    expect(phone.locator("#storage")).to_be_hidden()


# -- The clock


def test_a_clock_days_ahead_wipes_nothing_and_the_form_opens_with_no_signal(phone, doors):  # noqa: F811
    no_signal(phone)
    phone.context.add_init_script(TEN_DAYS_AHEAD)
    phone.goto("/households?village=TH04")
    phone.goto(f"/households/{doors[0].uid}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Lan")
    assert phone.evaluate("store.readAll('households').then(all => all.length)") == 3


def test_a_week_without_contact_by_the_servers_clock_wipes_once_it_asks_for_a_sign_in(phone, doors):  # noqa: F811
    def held():
        return phone.evaluate("store.readAll('households').then(all => all.length)")

    def tell(days):
        phone.evaluate("""async (ms) => {
            const stored = await store.read('facts', 'stored');
            await store.write('facts', {...stored, said: stored.said - ms, made: 0});
        }""", days * 86_400_000)  # fmt: skip

    phone.context.clear_cookies()
    tell(days=6)
    phone.goto(f"/households/{doors[0].uid}")
    phone.locator("form[data-door]").wait_for()
    phone.wait_for_timeout(1000)
    assert held() == 3
    tell(days=2)
    phone.reload()
    phone.wait_for_function("store.readAll('households').then(all => all.length === 0)")


# -- A household met on the way


def add_adults(page, count):
    for number in range(count):
        row = page.locator("details[data-newcomer]").nth(number)
        if row.get_attribute("open") is None:
            row.locator("summary").first.click()
        row.get_by_label("Họ và tên").fill(f"Trần Văn {number}")
        row.get_by_label("Năm sinh", exact=True).fill(str(1960 + number))


def test_a_new_household_holds_as_many_as_there_are_and_is_changed_while_it_waits(phone, doors):  # noqa: F811
    no_signal(phone)
    phone.goto("/households/new?village=TH04")
    phone.get_by_role("radio", name="Đồng ý").click()
    add_adults(phone, 5)
    save(phone)
    phone.locator("#kept").get_by_role("link", name="Mở lại").click()
    names = phone.locator("details[data-newcomer] [name$='.name']")
    expect(names.nth(4)).to_have_value("Trần Văn 4")
    names.nth(4).fill("Trần Văn Út")
    save(phone)
    phone.goto("/households/outbox")
    expect(phone.locator("[data-head]")).to_have_text("Trần Văn 0")
    no_signal(phone, off=False)
    wait_until_sent(phone)
    home = Household.get(Household.head_name == "Trần Văn 0")
    assert [person.name for person in home.living()] == [f"Trần Văn {n}" for n in range(4)] + ["Trần Văn Út"]
    assert Visit.select().count() == 1


def test_what_was_received_though_its_receipt_was_lost_becomes_no_second_household(phone, doors):  # noqa: F811
    received = []

    def lose(route):
        if not posted(route):
            return route.continue_()
        received.append(route.fetch())
        return route.abort()

    phone.goto("/households/new?village=TH04")
    phone.context.route("**/households/new", lose)
    phone.get_by_role("radio", name="Đồng ý").click()
    add_adults(phone, 1)
    phone.get_by_role("radio", name="Máy riêng").first.click()
    save(phone)
    phone.locator("#kept").get_by_role("link", name="Mở lại").click()
    phone.get_by_role("radio", name="Máy riêng").first.click()  # a second tap takes it back
    phone.get_by_role("radio", name="Vào được", exact=True).first.click()
    phone.context.unroute("**/households/new", lose)
    save(phone)
    wait_until_sent(phone)
    assert received
    home = Household.get(Household.head_name == "Trần Văn 0")
    answers = {key: answer for key, answer in home.living().first().answers.items() if answer}
    assert (Household.select().count(), home.living().count(), answers) == (4, 1, {"vneid": "can_sign_in"})


# -- Enter, and a tap by mistake


@pytest.mark.parametrize("script", [True, False])
def test_enter_saves_nothing(people, doors, script):  # noqa: F811
    page = people(None, java_script_enabled=script)
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("vera")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"/households/{doors[0].uid}?fresh=1")
    page.get_by_role("radio", name="Đồng ý").check(force=True)
    page.get_by_label("Xóm, ngõ").fill("Ngõ 7")
    page.get_by_label("Xóm, ngõ").press("Enter")
    page.wait_for_timeout(500)
    assert page.url.endswith("?fresh=1")
    assert Visit.select().count() == 0


def test_enter_goes_to_the_next_field(phone):  # noqa: F811
    phone.goto("/households/new?village=TH04")
    name = phone.get_by_label("Họ và tên").first
    name.fill("Trần Văn Tú")
    name.press("Enter")
    assert phone.evaluate("document.activeElement.name.endsWith('.birth_year')")


def test_a_second_tap_takes_an_answer_back_to_not_asked(phone, doors, world):  # noqa: F811
    on_another_phone(world, doors[0], phone="own", vneid="none")
    hear_of_it(phone)
    survey(phone, doors[0])  # which taps the phone that was told
    assert phone.locator("[name$='.phone']:checked").count() == 0
    phone.get_by_role("radio", name="Vào được", exact=True).nth(1).click()
    phone.get_by_role("radio", name="Vào được", exact=True).nth(1).click()
    save(phone)
    wait_until_sent(phone)
    assert answers_of(doors[0]) == {"phone": None, "vneid": "none"}
    [person] = Visit.select().order_by(Visit.id.desc()).first().content["people"]
    assert person["answers"] == {"phone": None}

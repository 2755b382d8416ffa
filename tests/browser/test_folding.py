"""A calm form: who is finished is one line, children are steps of one tap, and another tab's save is told."""

import pytest
from playwright.sync_api import expect

import visits
from models import Household, Visit, now
from tests.browser.test_outbox import (
    doors,  # noqa: F401
    no_signal,
    phone,  # noqa: F401
    save,
    wait_until_sent,
)

FOUR = [
    ("Nguyễn Thị Lan", 1958, "f", "head"),
    ("Quách Văn Bình", 1981, "m", "child"),
    ("Quách Thị Mai", 1990, "f", "child"),
    ("Quách Thu", 2009, "f", "grandchild"),
]
ANSWERS = {"phone": "own", "account": ["bank", "wallet"], "vneid": "can_sign_in", "needs": ["none"]}
LINE = "Máy riêng · Ngân hàng, Ví điện tử · Vào được · Không cần"


@pytest.fixture
def family(world, phone):  # noqa: F811
    """A household of four on Vera's phone, nobody asked yet."""
    household = world.household(people=FOUR)
    phone.reload()
    phone.locator("#ready").wait_for()
    return household


def person(page, number):
    return page.locator("section[data-person]").nth(number)


def fold(page, number):
    return person(page, number).locator("> details")


def answer(page, number):
    """Everything that is asked of one person, in four taps."""
    for value in ("own", "bank", "can_sign_in", "none"):
        key = {"own": "phone", "bank": "account", "can_sign_in": "vneid", "none": "needs"}[value]
        person(page, number).locator(f"> details > .q input[name$='.{key}'][value={value}]").click()


def open_form(page, household):
    page.goto(f"/households/{household.uid}")
    expect(person(page, 3)).to_be_visible()


def height(page):
    return page.evaluate("document.documentElement.scrollHeight")


def top(locator):
    return locator.evaluate("one => one.getBoundingClientRect().top")


def visit(household, user, answers):
    told = [{"uid": each.uid, "answers": answers} for each in household.living()]
    when = {"uid": household.uid, "outcome": "done", "happened_at": now(), "answers": {}, "people": told}
    visits.receive(household, when, user)


def test_who_was_answered_before_is_one_line_at_opening_and_a_tap_opens_it(phone, world, family, capsys):  # noqa: F811
    open_form(phone, family)
    before = height(phone)
    visit(family, world.users["vera"], ANSWERS)
    phone.goto("/households?village=TH04")
    phone.locator("#ready").wait_for()
    open_form(phone, family)
    expect(fold(phone, 3)).not_to_have_attribute("open", "")
    lines = [person(phone, number).locator("summary").first for number in range(4)]
    expect(lines[0]).to_have_text(f"Nguyễn Thị Lan nữ · 1958 · chủ hộ {LINE}", use_inner_text=False)
    assert lines[0].inner_text().split() == f"Nguyễn Thị Lan {LINE} +".replace(" +", "").split()
    with capsys.disabled():
        print(f"\nfour people: {before} px, finished {height(phone)} px")  # noqa: T201
    assert height(phone) <= before - 1100
    assert max(line.evaluate("one => one.offsetHeight") for line in lines) <= 72
    lines[2].press("Enter")
    expect(person(phone, 2).get_by_role("radio", name="Máy riêng")).to_be_checked()
    expect(person(phone, 2).get_by_role("radio", name="Máy riêng")).to_be_in_viewport()


def test_who_is_finished_folds_once_the_next_person_is_touched_and_nothing_moves_under_the_thumb(
    phone,  # noqa: F811
    family,
):
    open_form(phone, family)
    for number in range(3):
        answer(phone, number)
        expect(fold(phone, number)).to_have_attribute("open", "")
        expect(person(phone, number)).to_have_class("person finished")
        tapped = person(phone, number + 1).get_by_role("radio", name="Phím bấm")
        tapped.evaluate("one => one.closest('.q').scrollIntoView({ block: 'center' })")
        at = top(tapped)
        tapped.click()
        expect(fold(phone, number)).not_to_have_attribute("open", "")
        assert abs(top(tapped) - at) <= 1
    person(phone, 0).locator("summary").first.click()
    expect(person(phone, 0).get_by_role("radio", name="Máy riêng")).to_be_visible()


def test_who_cannot_fold_without_moving_what_was_tapped_stays_open(phone, family):  # noqa: F811
    phone.set_viewport_size({"width": 360, "height": 2400})
    open_form(phone, family)
    answer(phone, 0)
    tapped = person(phone, 1).get_by_role("radio", name="Phím bấm")
    at = top(tapped)
    tapped.click()
    assert abs(top(tapped) - at) <= 1
    expect(fold(phone, 0)).to_have_attribute("open", "")


def test_what_was_left_half_done_opens_as_it_was_left(phone, family):  # noqa: F811
    no_signal(phone)
    open_form(phone, family)
    for number in range(3):
        answer(phone, number)
    expect(fold(phone, 1)).not_to_have_attribute("open", "")
    phone.wait_for_function("key => store.read('drafts', key).then(kept => kept && kept.last)", arg=family.uid)
    phone.wait_for_timeout(400)
    at = top(person(phone, 2))
    phone.reload()
    phone.locator("#draft").wait_for()
    expect(fold(phone, 0)).not_to_have_attribute("open", "")
    expect(fold(phone, 2)).to_have_attribute("open", "")
    assert abs(top(person(phone, 2)) - at) <= 160  # the line that says it was left half done is above


def test_somebody_with_an_error_is_open_and_without_a_tick(phone, family):  # noqa: F811
    open_form(phone, family)
    phone.get_by_role("radio", name="Đồng ý").click()
    phone.get_by_role("radio", name="Được", exact=True).click()
    answer(phone, 0)
    person(phone, 0).get_by_label("Số điện thoại để nhắc lịch học").fill("123")
    answer(phone, 1)
    expect(fold(phone, 0)).not_to_have_attribute("open", "")
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    expect(person(phone, 0).locator(".error")).to_be_visible()
    expect(person(phone, 0)).to_have_class("person")


def test_without_a_script_everybody_is_open(people, world):
    household = world.household(people=FOUR)
    visit(household, world.users["vera"], ANSWERS)
    page = people("vera", java_script_enabled=False)
    page.goto(f"/households/{household.uid}")
    expect(page.get_by_role("radio", name="Vào được", exact=True).nth(3)).to_be_visible()
    page.get_by_role("radio", name="Đồng ý").check()
    page.get_by_label("Có mấy cháu từ 0 đến 5 tuổi đang sống ở đây?").fill("2")
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.get_by_text("Đã lưu hộ Nguyễn Thị Lan.").wait_for()
    assert Household.get_by_id(household.id).answers == {"children_0_5": 2}


def test_children_are_counted_by_steps_of_one_tap(phone, family):  # noqa: F811
    open_form(phone, family)
    phone.get_by_role("radio", name="Đồng ý").click()
    small = phone.get_by_label("Có mấy cháu từ 0 đến 5 tuổi đang sống ở đây?")
    less, more = (phone.get_by_role("button", name=f"{what}: Trẻ 0-5 tuổi") for what in ("Bớt một", "Thêm một"))
    for button, then in [(less, "0"), (less, ""), (more, "1"), (more, "2"), (less, "1"), (less, "0"), (less, "")]:
        button.click()
        expect(small).to_have_value(then)
    assert min(less.bounding_box().values()) >= 0 and less.bounding_box()["height"] >= 48
    small.fill("12")
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    sentence = phone.get_by_role("alert").filter(has_text="Trẻ 0-5 tuổi: Ghi một số từ 0 đến 9.")
    expect(sentence).to_be_visible()
    small.fill("3")
    expect(sentence).to_have_count(0)
    phone.get_by_role("button", name="Bớt một: Trẻ 6-15 tuổi").click()
    save(phone)
    wait_until_sent(phone)
    assert Household.get_by_id(family.id).answers == {"children_0_5": 3, "children_6_15": 0}


def test_a_number_of_children_that_is_wiped_out_counts_as_not_asked(phone, family):  # noqa: F811
    Household.update(answers={"children_0_5": 1}).where(Household.id == family.id).execute()
    phone.goto("/households?village=TH04")
    phone.locator("#ready").wait_for()
    open_form(phone, family)
    phone.get_by_role("radio", name="Đồng ý").click()
    for _ in range(2):
        phone.get_by_role("button", name="Bớt một: Trẻ 0-5 tuổi").click()
    save(phone)
    wait_until_sent(phone)
    assert Household.get_by_id(family.id).answers == {"children_0_5": None}


@pytest.mark.parametrize("signal", [True, False])
def test_a_tab_is_told_that_another_saved_the_household_and_saves_only_on_purpose(
    phone,  # noqa: F811
    family,
    signal,
):
    no_signal(phone, off=not signal)
    other = phone.context.new_page()
    for page in (phone, other):
        open_form(page, family)
    phone.get_by_role("radio", name="Đồng ý").click()
    answer(phone, 1)
    other.get_by_role("radio", name="Đồng ý").click()
    person(other, 0).get_by_role("radio", name="Dùng chung").click()
    save(other)
    phone.bring_to_front()
    phone.get_by_role("button", name="Lưu · nhà tiếp").click()
    told = phone.get_by_role("alert").filter(has_text="Hộ này đã ghi ở thẻ khác lúc")
    expect(told).to_be_visible()
    expect(phone.get_by_role("button", name="Lưu · nhà tiếp")).to_be_hidden()
    expect(person(phone, 1).get_by_role("radio", name="Máy riêng")).to_be_checked()
    with phone.context.expect_page() as opened:
        told.get_by_role("link", name="Mở bản đã ghi").click()
    expect(person(opened.value, 0).get_by_role("radio", name="Dùng chung")).to_be_checked()
    phone.get_by_role("button", name="Vẫn lưu thêm một lần đến").click()
    phone.locator("#kept").wait_for()
    no_signal(phone, off=False)
    wait_until_sent(phone)
    assert Visit.select().where(Visit.household == family).count() == 2
    given = [each.answers.get("phone") for each in family.living()]
    assert given == ["shared", "own", None, None]


def test_a_tab_is_told_when_it_is_looked_at_again(phone, family):  # noqa: F811
    open_form(phone, family)
    saved = "household => store.write('facts', { key: 'last', household, saved: { [household]: Date.now() } })"
    for _ in range(100):  # once the form is open, which nothing on it says
        phone.evaluate(saved, family.uid)
        phone.evaluate("dispatchEvent(new Event('focus'))")
        phone.wait_for_timeout(100)
        if phone.locator("#elsewhere").is_visible():
            break
    expect(phone.locator("#elsewhere")).to_be_visible()

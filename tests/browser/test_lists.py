"""Lists on a phone: the first row stands high, nothing is cut at the edge, and the doors begin with the next one."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

import visits
from models import Course, Device, Invitation, Roster, new_uid, now
from tests.browser.conftest import PC
from tests.browser.test_outbox import no_signal

UPPER_THIRD = 267  # of 800 px
GREETED = "localStorage.setItem('greeted', 'yes')"
TWICE_THE_TEXT = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '34px' })"
FIRST_ROW = """() => {
  const rows = document.querySelectorAll('main :is(.rows > li:not(.lane), .rows > div, tbody > tr)');
  const first = [...rows].find((row) => row.checkVisibility());
  return first && scrollY === 0 ? Math.round(first.getBoundingClientRect().top) : null;
}"""
CUT = """() => [...document.querySelectorAll('main nav, main .filters, main .tools, .top nav')]
  .filter((row) => row.scrollWidth > row.clientWidth + 1).map((row) => row.outerHTML.slice(0, 80))"""

LISTS = {  # what each of the cast opens; the ids of what `lists` made stand in braces
    "vera": ["/households?village=TH04", "/invitations", "/courses"],
    "leo": ["/quality", "/devices", "/courses"],
    "hana": ["/courses", "/needs", "/needs/TH04/vneid", "/courses/{course}/invitations"],
    "sara": [
        "/households",
        "/households?village=TH04",
        "/households?q=nguyen",
        "/residents/{resident}/household?q=nguyen",
        "/residents/{resident}/double",
        "/moves/{household}",
        "/invitations",
        "/courses",
        "/quality",
        "/quality?village=TH04",
        "/devices",
        "/office",
        "/needs",
        "/exports",
        "/exports?area=TH04",
        "/areas",
        "/roster",
        "/cards",
        "/contributions",
        "/contributions/people",
    ],
    "ada": ["/people"],
    None: ["/coming/TH04"],
}
CHOICES = ["/courses/{course}/invite", "/courses/{course}/poster", "/households/list?village=TH04", "/help/staff"]
CHOICES += ["/office/message", "/screen"]


def received(household, user, minutes, seconds=0, **answers):
    people = [{"uid": person.uid, "answers": answers} for person in household.living()] if answers else []
    visit = {"uid": new_uid(), "outcome": "done", "answers": {}, "people": people}
    visits.receive(household, visit | {"happened_at": now() - timedelta(minutes=minutes, seconds=seconds)}, user)


@pytest.fixture
def lists(world):
    """Something for every list to show, with long names; `lists(address)` fills its braces."""
    homes = [world.household(lane="Xóm Đình", people=[(f"Nguyễn Thị Lan {n}", 1958, "f", "head")]) for n in "ABCDEF"]
    twin = world.household(lane="Ngõ 2", people=[("Nguyễn Thị Lan A", 1958, "f", "head")])
    for home in homes[:2]:
        received(home, world.users["vera"], 10, needs=["vneid", "other"], phone="own")
    times = [(now() + timedelta(hours=n), now() + timedelta(hours=n + 1)) for n in (2, 30)]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "", "Nhà văn hóa Thôn 4", times)
    Invitation.invite(course, list(homes[0].living()), "vneid", world.users["hana"])
    Roster.create(user=world.users["sara"], filename="danh-sach.xlsx", reading=b"", state="saved", saved_at=now())
    Device.create(uid=new_uid(), user=world.users["vera"], last_user=world.users["vera"])
    filled = {"course": course.uid, "household": homes[0].uid, "resident": twin.living().first().uid}
    return lambda address: address.format(**filled)


def open_list(page, address):
    page.goto(address)
    if "/households?village" in address:
        page.locator("#ready").wait_for()
    page.wait_for_function(FIRST_ROW)


@pytest.mark.parametrize("who", LISTS)
def test_the_first_row_of_every_list_stands_in_the_upper_third_of_a_phone(people, lists, who):
    page, tops = people(who), {}
    page.context.add_init_script(GREETED)
    for address in map(lists, LISTS[who]):
        open_list(page, address)
        tops[address] = page.evaluate(FIRST_ROW)
    assert {address: top for address, top in tops.items() if top > UPPER_THIRD} == {}


@pytest.mark.parametrize(("width", "script"), [(320, GREETED), (360, TWICE_THE_TEXT)], ids=["narrow", "large text"])
def test_what_narrows_a_list_is_never_cut_at_the_edge(people, lists, width, script):
    page, cut = people("sara", viewport={"width": width, "height": 800}), {}
    page.context.add_init_script(script)
    for address in map(lists, LISTS["sara"] + CHOICES):
        page.goto(address)
        page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
        cut[address] = page.evaluate(CUT)
    assert {address: rows for address, rows in cut.items() if rows} == {}


@pytest.mark.parametrize("who", ["leo", "sara", "ada"])
def test_the_english_menu_takes_one_line_of_a_phone(people, lists, who):
    page = people(who)
    page.context.add_cookies([{"name": "lang", "value": "en", "url": page.url}])
    for address in ("/", "/households", "/courses", "/quality"):
        page.goto(address)
        expect(page.locator(".top nav a").first).to_have_text("Progress")
        assert page.locator(".top nav").bounding_box()["height"] < 60, address


# -- The doors begin where the person is

NAMES = "Anh Bình Chi Dũng Giang Hải Khoa Lan Mai Nga Oanh Phúc Quân Sơn".split()


@pytest.fixture
def walked(world):
    """Fourteen doors in two lanes, of which Vera knocked on the first eight."""
    lanes = ["Ngõ 1"] * 6 + ["Ngõ 2"] * 8
    people = [[(f"Trần {name}", 1950, "m", "head")] for name in NAMES]
    homes = [world.household(lane=lane, people=head) for head, lane in zip(people, lanes, strict=True)]
    for minutes, home in enumerate(homes[:8]):
        received(home, world.users["vera"], 60 - minutes, phone="own")
    return homes


@pytest.fixture
def vera(people, walked):
    page = people("vera")
    page.context.add_init_script(GREETED)
    page.goto("/households?village=TH04")
    page.locator("#ready").wait_for()
    return page


def heads(page):
    return expect(page.locator("#rows [data-uid]:visible b"))


def first_head(page):
    return expect(page.locator("#rows [data-uid]:visible b").first)


def knock(page, home):
    page.goto(f"/households/{home.uid}")
    page.get_by_role("radio", name="Vắng nhà").click()
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.locator("#kept").wait_for()


def test_the_list_of_doors_begins_with_the_next_one_under_its_lane(vera):
    heads(vera).to_have_text([f"Trần {name}" for name in NAMES[8:]])
    expect(vera.locator("#rows .lane:visible")).to_have_text(["Ngõ 2"])
    vera.get_by_role("link", name="8 hộ ở trên").click()
    first_head(vera).to_have_text("Trần Anh")
    heads(vera).to_have_count(14)
    expect(vera.locator("#earlier")).to_be_hidden()


def test_with_no_signal_it_begins_after_the_door_that_was_saved_last(vera, walked):
    no_signal(vera)
    knock(vera, walked[10])
    vera.goto("/households?village=TH04")
    first_head(vera).to_have_text("Trần Phúc")
    expect(vera.locator("#earlier")).to_have_text("↑ 11 hộ ở trên")


def test_a_search_looks_at_every_door_and_a_filter_begins_with_the_next_one_that_fits(vera):
    vera.locator("summary", has_text="Tìm, lọc").click()
    vera.get_by_role("searchbox").fill("dung")
    heads(vera).to_have_text(["Trần Dũng"])
    vera.get_by_role("searchbox").fill("")
    first_head(vera).to_have_text("Trần Mai")
    vera.locator(".filters a", has_text="Xong").click()
    heads(vera).to_have_text([f"Trần {name}" for name in NAMES[:8]])
    vera.locator(".filters a", has_text="Chưa đến").click()
    heads(vera).to_have_text([f"Trần {name}" for name in NAMES[8:]])
    expect(vera.locator("#earlier")).to_be_hidden()


def test_a_list_that_somebody_reads_does_not_jump(vera, walked):
    no_signal(vera)
    knock(vera, walked[10])
    vera.context.add_init_script("addEventListener('DOMContentLoaded', () => dispatchEvent(new Event('scroll')))")
    vera.goto("/households?village=TH04")
    expect(vera.locator("#next-door")).to_contain_text("Trần Phúc")
    first_head(vera).to_have_text("Trần Mai")


def test_on_a_pc_the_search_stands_open(people, walked):
    page = people("sara", viewport=PC)
    page.goto("/households?village=TH04")
    expect(page.get_by_role("searchbox")).to_be_visible()

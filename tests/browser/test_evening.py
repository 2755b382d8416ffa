"""An evening in Thôn 4 with no signal, a box on the way that answers for the server, and clocks that are wrong."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models import Attendance, Household, Invitation, Visit, now
from tests.browser.test_no_signal import (
    PORTAL,
    TEN_DAYS_AHEAD,
    TEN_DAYS_BEHIND,
    add_walk_ins,
    cold,
    course,  # noqa: F401
    meeting,  # noqa: F401
    open_roll_call,
    outbox,
    signal,
    slips,  # noqa: F401
    until,
    until_kept,
)
from tests.browser.test_outbox import posted, save, survey


def home_of(name):
    return Household.get(Household.head_name == name)


def add_adult(page, name, year):
    row = page.locator("details[data-newcomer]").first
    if row.get_attribute("open") is None:
        row.locator("summary").first.click()
    row.get_by_label("Họ và tên").fill(name)
    row.get_by_label("Năm sinh", exact=True).fill(str(year))


def at_the_doors(vera):
    """Vera hands two slips over and takes one back, surveys one door, misses one, finds one new; looks at Tiến độ."""
    vera.goto("/invitations")
    vera.get_by_role("button", name="Đã đưa Bùi Văn Sơn").click()
    vera.get_by_role("button", name="Đã đưa Nguyễn Thị Lan").click()
    vera.locator("form", has_text="Nguyễn Thị Lan").get_by_role("button", name="Bấm nhầm, chưa đưa").click()
    outbox(vera, "◌ 1 chờ gửi")
    save(survey(vera, home_of("Nguyễn Thị Lan")))
    save(survey(vera, home_of("Bùi Văn Sơn"), outcome="Vắng nhà"))
    vera.goto("/households/new?village=TH04")
    vera.get_by_role("radio", name="Đồng ý").click()
    add_adult(vera, "Tạ Thị Bảy", 1961)
    save(vera)
    vera.goto("/progress/TH04")
    expect(vera.get_by_role("heading", level=1)).to_have_text("Trang này cần mạng")
    vera.locator("#here").get_by_role("link", name="Hộ dân").click()
    outbox(vera, "◌ 4 chờ gửi")


def at_the_class(hana, meeting):  # noqa: F811
    """Hana records one of the list and two walk-ins, and takes one of these off again."""
    hana.goto(f"/meetings/{meeting.uid}")
    hana.get_by_label("Tìm người").fill("do hoa")
    hana.locator("#found button").click()
    add_walk_ins(hana, "Ông Năm", "Ông Sáu")
    hana.locator("#waiting li", has_text="Ông Năm").get_by_role("button", name="Bỏ").click()
    outbox(hana, "◌ 2 chờ gửi")


def through_a_box(page, waiting):
    """The signal is back, but a box on the way answers whatever is sent; then it is gone."""

    def box(route):
        route.fulfill(**PORTAL) if posted(route) else route.continue_()

    page.context.route("**/*", box)
    signal(page)
    page.evaluate("outbox.flush(true)")
    until(page, f"outbox.mine().then(all => all.length === {waiting} && all.every(made => made.answered))")
    outbox(page, f"◌ {waiting} chờ gửi")
    page.context.unroute("**/*", box)
    page.evaluate("outbox.flush(true)")
    outbox(page, "✓ 0 chờ gửi")


@pytest.mark.parametrize("clock", [TEN_DAYS_AHEAD, TEN_DAYS_BEHIND], ids=["ahead", "behind"])
def test_nothing_of_an_evening_without_signal_is_lost_doubled_or_dated_wrong(people, meeting, slips, clock):  # noqa: F811
    vera, hana = people("vera"), people("hana")
    vera.locator("#ready").wait_for()
    until_kept(vera, "/invitations")
    until_kept(hana, "/no-signal")
    open_roll_call(hana, meeting)
    for page in (vera, hana):
        page.context.add_init_script(clock)
    began, vera, hana = now(), cold(vera), cold(hana)
    at_the_doors(vera)
    at_the_class(hana, meeting)
    assert (Visit.select().count(), Attendance.select().count()) == (0, 0)
    through_a_box(vera, 4)
    through_a_box(hana, 2)
    visits = {visit.household.head_name: visit for visit in Visit.select()}
    assert {name: visit.outcome for name, visit in visits.items()} == {
        "Nguyễn Thị Lan": "done",
        "Bùi Văn Sơn": "not_home",
        "Tạ Thị Bảy": "done",
    }
    assert home_of("Nguyễn Thị Lan").living().first().answers == {"phone": "own"}
    assert [slip.resident.name for slip in Invitation.select() if slip.handed_at] == ["Bùi Văn Sơn"]
    assert sorted(row.name for row in Attendance.present(meeting)) == ["Ông Sáu", "Đỗ Thị Hoa"]
    happened = [row.happened_at for row in (*visits.values(), *Attendance.present(meeting))]
    assert all(began - timedelta(minutes=11) <= at <= now() for at in happened), happened

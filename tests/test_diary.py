"""What one account did today and this week, for that person alone."""

from datetime import datetime, timedelta

import pytest

import diary
import vi
import visits
from models import Attendance, Course, Invitation, Support, new_uid, now

# Wednesday 25/11/2026, 20:00 in Viet Nam; the week began on Monday 23/11.
MOMENT = vi.utc(datetime(2026, 11, 25, 20, 0))
HOUR = timedelta(hours=1)


def knock(world, household, at, by="vera", answered=2):
    people = [{"uid": person.uid, "answers": {"phone": "own"}} for person in list(household.living())[:answered]]
    visit = {"uid": new_uid(), "outcome": "partial", "happened_at": at, "answers": {}, "people": people}
    visits.receive(household, visit, world.users[by])


@pytest.fixture
def busy(world):
    """Vera's week: two doors today, one of them twice; one on Monday morning; one last Sunday; Leo's beside hers."""
    first, second, third = (
        world.household(people=[("Hà A", 1960, "f", "head"), ("Hà B", 1985, "m", "child")]) for _ in range(3)
    )
    knock(world, first, MOMENT - 3 * HOUR)
    knock(world, first, MOMENT - HOUR, answered=1)
    knock(world, second, MOMENT - 2 * HOUR)
    knock(world, third, vi.utc(datetime(2026, 11, 23, 0, 30)))
    knock(world, third, vi.utc(datetime(2026, 11, 22, 23, 30)))
    knock(world, second, MOMENT - HOUR, by="leo")
    for undone in (None, MOMENT):
        Support.create(area=world.areas["TH04"], topic="vneid", minutes=5, place="home", user=world.users["vera"],
                       happened_at=MOMENT - HOUR, undone_at=undone)  # fmt: skip
    return first


def test_doors_are_counted_once_a_day_and_people_each_time_they_were_asked(world, busy, database):
    today = diary.today(world.users["vera"], MOMENT)
    assert (today.doors, today.asked, today.helps) == (2, 5, 1)
    week = diary.this_week(world.users["vera"], MOMENT)
    assert (week.doors, week.asked, week.helps) == (3, 7, 1)
    assert diary.today(world.users["otto"], MOMENT).nothing


def test_slips_and_check_ins_that_were_taken_back_do_not_count(world, busy):
    course = Course.open(world.users["leo"], world.areas["TH04"], "vneid", "Lớp", "Đình", [(now(), now() + HOUR)])
    slips = Invitation.invite(course, list(busy.living()), "vneid", world.users["leo"])
    Invitation.hand(slips, True, world.users["vera"])
    Invitation.hand(slips[:1], False, world.users["vera"])
    meeting = course.meetings.get()
    for name in ("Bà Tư", "Ông Năm"):
        row, _ = Attendance.check_in(meeting, new_uid(), "host", name, by=world.users["vera"])
    row.undo(world.users["vera"])
    done = diary.today(world.users["vera"], now() + timedelta(seconds=1))
    assert (done.slips, done.recorded) == (1, 1)


def test_the_page_is_ones_own_and_its_words_name_nobody(world, as_):
    household = world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head")])
    knock(world, household, now() - timedelta(seconds=5), answered=1)
    page = as_("vera").get("/mine").text
    shared = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "đã đến 1 hộ, hỏi 1 lượt người" in shared and "Lan" not in shared
    assert "Chưa ghi việc nào." in as_("leo").get("/mine").text
    assert as_("uma").get("/mine").status_code == 404

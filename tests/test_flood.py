"""A flood of made-up names: found, told to the host, taken back in two taps and brought back."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

import quality
from models import Attendance, Course, Event, new_uid, now

EVENING = datetime(2026, 11, 24, 11, 20)


def came(*seconds, how="self", resident=None):
    """Attendances so many seconds after twenty past six."""
    return [SimpleNamespace(happened_at=EVENING + timedelta(seconds=s), how=how, resident_id=resident) for s in seconds]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], None),
        (came(*range(19)), None),
        (came(*range(60)), (0, 0, 60)),
        (came(*range(0, 40 * 15, 15)), None),
        (came(*[n / 30 for n in range(60)]), (0, 0, 60)),
        (came(*range(30, 150, 2)), (0, 2, 60)),
        (came(*range(60), how="host") + came(*range(60), resident=7), None),
        (came(*range(20)) + came(*range(3000, 3019)), (0, 0, 20)),
        (came(*range(15)) + came(*range(25), how="family"), (0, 0, 40)),
    ],
)
def test_many_unknown_names_within_two_minutes_are_a_flood(rows, found):
    flooded = quality.find_flood(rows)
    minutes = flooded and tuple((at - EVENING) // timedelta(minutes=1) for at in flooded[:2])
    assert (flooded and (*minutes, flooded.number)) == found


@pytest.fixture
def meeting(world):
    """A session of Hana's class to which sixty made-up names, Lan and Bà Tư came, she half an hour before."""
    begins = (now() - timedelta(minutes=40)).replace(second=0)
    times = [(begins, begins + timedelta(hours=2))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Đình", times)
    meeting = course.schedule()[0]
    lan = world.household().living().first()
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư", happened_at=begins)
    at = begins + timedelta(minutes=30)
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan, happened_at=at)
    for n in range(60):
        Attendance.check_in(meeting, new_uid(), "self", f"Ma {n}", 1990, happened_at=at + timedelta(seconds=n + 1))
    return meeting


def test_sixty_made_up_names_are_all_taken_and_the_host_is_told(world, meeting, as_):
    assert Attendance.came(meeting) == 62
    page = as_("hana").get(f"/meetings/{meeting.uid}").text
    assert "60 tên chưa rõ hộ nào được ghi cùng lúc" in page
    live = as_("hana").get(f"/meetings/{meeting.uid}", headers={"HX-Request": "true", "HX-Target": "div#count"})
    assert "60 tên chưa rõ hộ nào" in live.text


def test_the_host_takes_them_back_in_two_taps_and_brings_them_back(database, world, meeting, as_):
    hana = as_("hana")
    page = hana.get(f"/meetings/{meeting.uid}/flood").text
    assert ("Bỏ 60 tên này" in page, 'name="word"' in page, "Ma 59" in page, "Bà Tư" in page) == (True,) * 3 + (False,)
    sent = dict(re.findall(r'name="(first|last)" value="([^"]+)"', page))
    assert hana.post(f"/meetings/{meeting.uid}/flood", data=sent).status_code == 303
    assert sorted(row.name for row in Attendance.present(meeting)) == ["Bà Tư", "Nguyễn Thị Lan"]
    page = hana.get(f"/meetings/{meeting.uid}").text
    assert ("Đã bỏ 60 tên ghi lúc" in page, "chưa rõ hộ nào được ghi cùng lúc" in page) == (True, False)
    Attendance.check_in(meeting, new_uid(), "self", "Ma 7", 1990)
    for _ in range(2):
        assert hana.post(f"/meetings/{meeting.uid}/flood/undo").status_code == 303
    assert (Attendance.came(meeting), "Đã bỏ 60 tên" in hana.get(f"/meetings/{meeting.uid}").text) == (62, False)
    log = Event.select().where(Event.verb.startswith("attendance.many")).order_by(Event.id)
    assert [(event.verb, event.data["people"]) for event in log] == [
        ("attendance.many_undone", 60),
        ("attendance.many_restored", 59),
    ]


def test_whoever_was_joined_meanwhile_stays(world, meeting, as_):
    hana = as_("hana")
    sent = dict(re.findall(r'name="(first|last)" value="([^"]+)"', hana.get(f"/meetings/{meeting.uid}/flood").text))
    son = world.household(people=[("Bùi Văn Sơn", 1955, "m", "head")]).living().first()
    Attendance.get(Attendance.name == "Ma 3").join(son, world.users["hana"])
    hana.post(f"/meetings/{meeting.uid}/flood", data=sent)
    assert sorted(row.name for row in Attendance.present(meeting)) == ["Bà Tư", "Bùi Văn Sơn", "Nguyễn Thị Lan"]


def test_wrong_minutes_and_other_areas_take_nobody_back(world, meeting, as_):
    for first, last in (
        ("", ""),
        ("x", "y"),
        ("9999-12-31T23:59:59", "9999-12-31T23:59:59"),
        ("2026-01-01T00:00+07:00",) * 2,
    ):
        answer = as_("hana").post(f"/meetings/{meeting.uid}/flood", data={"first": first, "last": last})
        assert answer.status_code in (303, 400)
    for who in ("otto", "uma"):
        assert as_(who).post(f"/meetings/{meeting.uid}/flood").status_code in (403, 404)
        assert as_(who).get(f"/meetings/{meeting.uid}/flood").status_code in (403, 404)
    assert Attendance.came(meeting) == 62

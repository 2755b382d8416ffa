"""Totals to take away: by village, classes by month, help by month and topic."""

from datetime import datetime, timedelta

import pytest

import summaries
import vi
from models import Attendance, Course, Event, Support, new_uid, now


def at(year, month, day, hour=8):
    return vi.utc(datetime(year, month, day, hour))


def held(world, *days):
    """A class of Thôn 4 with a session on each day of the plan's year."""
    times = [(start, start + timedelta(hours=2)) for start in days]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)


def test_classes_by_month_by_hand(world, database):
    """Three sessions: 31/1, 1/2 and 2/2 (called off).

    On 31/1 came bà Lan (f, 1958: 68) and ông Nam (m, 1990), and on 1/2 bà Lan again, and a walk-in who said 1950; the
    host of 1/2 counted 9 heads. So 01/2026 has one session, one class, 2 lượt, 2 người, 1 woman, 1 from 60; 02/2026 one
    session, 2 lượt, 2 người, 1 woman, 2 from 60, 9 counted. Thôn Trại Mới has none.
    """
    people = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Nguyễn Văn Nam", 1990, "m", "child")]
    lan, nam = world.agreed(people=people).living().order_by("id")
    first, second, off = held(world, at(2026, 1, 31), at(2026, 2, 1), at(2026, 2, 2)).schedule()
    for meeting, person in ((first, lan), (first, nam), (second, lan)):
        Attendance.check_in(meeting, new_uid(), "host", person.name, resident=person)
    Attendance.check_in(second, new_uid(), "self", "Khách", 1950)
    second.count_heads(9, world.users["hana"])
    off.cancelled_at = now()
    off.save()
    _, rows = summaries.classes(world.commune)
    assert rows == [["01/2026", 1, 1, 2, 2, 1, 1, 0], ["02/2026", 1, 1, 2, 2, 1, 2, 9]]
    assert summaries.classes(world.areas["TX01"])[1] == []


def test_help_by_month_and_topic_counts_times_and_people(world, database):
    lan = world.household().living().get()
    for topic, resident, day in (("vneid", lan, 5), ("vneid", lan, 6), ("vneid", None, 7), ("payment", lan, 8)):
        row = Support.give(world.users["vera"], topic, 5, "home", resident)
        Support.update(happened_at=at(2026, 3, day)).where(Support.uid == row.uid).execute()
    Support.get(Support.topic == "payment").undo(world.users["vera"])
    rows = [row[:1] + row[2:] for row in summaries.supports(world.commune)[1]]
    assert rows == [["03/2026", 3, 1]]


def test_villages_have_a_row_each_and_one_for_all(world, use_plan):
    world.household()
    headers, rows = summaries.villages(world.commune)
    assert [row[0] for row in rows] == ["Thôn 4 (Bình Yên cũ)", "Thôn 4 (Thạch Hòa cũ)", "Thôn Trại Mới", "Xã Hòa Lạc"]
    assert [row[2] for row in rows] == [0, 1, 0, 1]
    assert {len(row) for row in rows} == {len(headers)}


@pytest.mark.parametrize("summary", ["villages", "classes", "supports"])
@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_officer_takes_it_away_and_the_log_knows(as_, world, summary, format):
    with as_("sara").post(f"/exports/{summary}.{format}", data={"area": "HL"}) as answer:
        assert answer.status_code == 200
        assert answer.get_data()[:2] == (b"PK" if format == "xlsx" else b"\xef\xbb")
    assert Event.select().where(Event.verb == "export.made").get().data["table"] == summary


@pytest.mark.parametrize("who, status", [("leo", 404), ("hana", 404), ("uma", 404)])
def test_nobody_else_does(as_, who, status):
    assert as_(who).post("/exports/villages.csv", data={"area": "HL"}).status_code == status

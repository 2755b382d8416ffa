"""What everybody may see of the classes to come: the public list and the calendar to subscribe to."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from classes import feed, sessions
from models import Area, Attendance, Course, Event, Meeting, now

TITLE = "Lớp “An toàn”; mật khẩu, OTP\\n và những điều bà con nên biết khi dùng điện thoại thông minh hằng ngày"


@pytest.fixture
def meeting(world):
    starts = now() + timedelta(days=3)
    long_ago = now() - timedelta(days=70)
    times = [(starts, starts + timedelta(minutes=90)), (long_ago, long_ago + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "safety", TITLE, "Nhà văn hóa, tầng 2", times)
    return course.schedule()[1]


def parsed(body):
    """[{name: value}] of the events of a calendar file, as strict as RFC 5545 is."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1], lines[1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "VERSION:2.0")
    events, event = [], None
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            assert event is None
            event = {}
        elif line == "END:VEVENT":
            events.append(event)
            event = None
        elif event is not None:
            assert name not in event
            event[name] = value
    assert event is None
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(event)
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            datetime.strptime(event[name], "%Y%m%dT%H%M%SZ")
    return events


def unescaped(value):
    out, chars = "", iter(value)
    for char in chars:
        assert char not in ";,"
        out += {"n": "\n"}.get(escape := next(chars), escape) if char == "\\" else char
    return out


def test_the_calendar_holds_every_session_to_come(database, world, meeting, as_):
    answer = as_(None).get("/coming/TH04.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    [event] = parsed(answer.data)
    assert event["UID"] == meeting.uid
    assert event["DTSTART"] == f"{meeting.starts_at:%Y%m%dT%H%M%SZ}"
    assert unescaped(event["SUMMARY"]) == TITLE
    assert unescaped(event["LOCATION"]) == "Nhà văn hóa, tầng 2, Thôn 4 (Thạch Hòa cũ)"
    assert (event["SEQUENCE"], event["STATUS"]) == ("0", "CONFIRMED")
    assert parsed(as_(None).get("/coming/HL.ics").data) == [event]
    assert parsed(as_(None).get("/coming/TX01.ics").data) == []


def test_sessions_of_the_last_weeks_stay_in_the_calendar_and_leave_the_list(world, meeting, as_):
    for days in (55, 57):
        starts = now() - timedelta(days=days)
        Meeting.create(course=meeting.course, starts_at=starts, ends_at=starts + timedelta(minutes=45))
    starts = [event["DTSTART"] for event in parsed(as_(None).get("/coming/TH04.ics").data)]
    kept = now() - timedelta(days=55)
    assert (len(starts), starts[0][:8]) == (2, f"{kept:%Y%m%d}")
    assert as_(None).get("/coming").text.count("Nhà văn hóa, tầng 2") == 1


def test_every_change_raises_the_sequence_and_keeps_the_id(world, meeting, as_):
    numbers = []
    for change in (
        lambda: sessions.move(
            meeting, meeting.starts_at + timedelta(hours=1), meeting.ends_at + timedelta(hours=1), None
        ),
        lambda: meeting.course.change(None, place="Đình"),
        lambda: sessions.cancel(meeting, None, "Mất điện"),
        lambda: sessions.restore(meeting, None),
    ):
        change()
        [event] = parsed(as_(None).get("/coming/TH04.ics").data)
        numbers.append((event["UID"] == meeting.uid, event["SEQUENCE"], event["STATUS"], event["SUMMARY"][:6]))
    assert [number for _, number, *_ in numbers] == ["1", "2", "3", "4"]
    assert numbers[2] == (True, "3", "CANCELLED", "(Nghỉ)")
    assert numbers[3][2] == "CONFIRMED"


def test_a_renamed_village_or_class_changes_its_entries(world, meeting, as_):
    Course.update(created_at=now() - timedelta(days=1)).execute()
    before = [parsed(as_(None).get("/coming/TH04.ics").data)[0]]
    area = world.areas["TH04"]
    for change in (
        lambda: area.rename("Thôn Đình", "Thạch Hòa", None),
        lambda: meeting.course.change(None, title="Tên mới"),
        lambda: Area.add("village", "Thôn Đình", "TD2", world.commune, "Tiến Xuân"),
    ):
        change()
        before.append(parsed(as_(None).get("/coming/TH04.ics").data)[0])
    numbers = [int(event["SEQUENCE"]) for event in before]
    assert [after - at for at, after in pairwise(numbers)] == [1, 1, 1]
    places = [unescaped(event["LOCATION"]).partition("tầng 2, ")[2] for event in before]
    assert places[1:] == ["Thôn Đình", "Thôn Đình", "Thôn Đình (Thạch Hòa cũ)"]
    later = now() + timedelta(minutes=5)
    Event.create(at=later, verb="area.renamed", kind="area", subject="TH04")
    [event] = parsed(as_(None).get("/coming/TH04.ics").data)
    assert event["LAST-MODIFIED"] == event["DTSTAMP"] == f"{later:%Y%m%dT%H%M%SZ}"


@pytest.mark.parametrize("text", ["", "a" * 75, "a" * 76, "ệ" * 200, "X:" + "😀" * 60])
def test_long_lines_are_folded_between_characters(text):
    folded = feed.folded(text)
    assert folded.endswith(b"\r\n")
    parts = folded[:-2].split(b"\r\n ")
    assert "".join(part.decode() for part in parts) == text
    assert max(len(line) for line in folded.split(b"\r\n")) <= 75


def test_nothing_typed_ends_a_line():
    assert feed.escaped("a\r\nEND:VEVENT;b,c\\") == "a\\nEND:VEVENT\\;b\\,c\\\\"


def test_the_list_needs_no_sign_in_and_names_nobody(world, meeting, as_):
    Attendance.check_in(meeting, "op", "self", "Bà Tư Nhà Ngói")
    page = as_(None).get("/coming").text
    assert "Nhà văn hóa, tầng 2" in page
    assert "Hà Thị Na" not in page and "Bà Tư" not in page
    assert "Nhà văn hóa, tầng 2" not in as_(None).get("/coming/TX01").text
    assert 'href="/coming/HL"' in as_(None).get("/").text


def test_an_unknown_place_is_not_there(world, as_):
    assert [as_(None).get(f"/coming/{path}").status_code for path in ("XX", "XX.ics")] == [404, 404]
    assert as_(None).get("/coming/th04").status_code == 200


def test_sessions_cost_no_queries(world, meeting, as_, count_queries):
    def queries(path):
        with count_queries() as counted:
            assert as_(None).get(path).status_code == 200
        return len(counted)

    before = [queries(path) for path in ("/coming", "/coming/HL.ics")]
    for days in range(4, 24):
        starts = now() + timedelta(days=days)
        Meeting.create(course=meeting.course, starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert [queries(path) for path in ("/coming", "/coming/HL.ics")] == before


def test_a_class_for_pupils_is_told_in_plain_words(world, meeting, as_):
    Course.update(audience="pupils").execute()
    page, calendar = (as_(None).get(address).text for address in ("/coming", "/coming/HL.ics"))
    assert "dành cho: Học sinh" in page and "Dành cho: Học sinh" in calendar and "chỉ đếm" not in page + calendar


def test_the_calendar_is_offered_as_an_address_to_subscribe_to(app, world, meeting, as_):
    page = as_(None).get("/coming/TH04").text
    base = app.config["BASE_URL"]
    webcal, address = (f"{scheme}//{base.partition('//')[2]}/coming/TH04.ics" for scheme in ("webcal:", "http:"))
    assert (f'href="{webcal}"' in page, f">{address}<" in page) == (True, True)
    assert "tệp không đổi theo" in page
    assert as_(None).get(address.removeprefix(base)).mimetype == "text/calendar"

"""When a class meets: repetition and its exceptions, and what may happen to a session later."""

from datetime import date, datetime, timedelta

import pytest

import plan
import vi
from classes import sessions, timetable
from models import Attendance, Course, Event, Meeting, User, new_uid, now


def table(**fields):
    """(days that are held, errors) of a filled in form."""
    filled = {"date": "2026-12-01", "starts": "19:30", "ends": "21:00", "weeks": "4"} | fields
    errors = {}
    read = timetable.read({k: v if isinstance(v, list) else [v] for k, v in filled.items()}, plan.active, errors)
    return read and [f"{day:%d/%m}" for day in read.held], errors


def test_tuesday_and_thursday_for_four_weeks(use_plan):
    days, errors = table(on=["1", "3"])
    assert days == ["01/12", "03/12", "08/12", "10/12", "15/12", "17/12", "22/12", "24/12"]
    assert errors == {}


def test_a_first_day_between_begins_with_the_next_chosen_weekday(use_plan):
    assert table(on=["1"], date="2026-12-02", weeks="2")[0] == ["08/12", "15/12"]


def test_without_a_weekday_the_first_day_says_it(use_plan):
    assert table(weeks="2")[0] == ["01/12", "08/12"]


def test_a_day_is_left_out_and_another_added_once(use_plan):
    days, _ = table(on=["1", "3"], weeks="2", skip=["2026-12-03"], extra=["2026-12-12", "2026-12-08", ""])
    assert days == ["01/12", "08/12", "10/12", "12/12"]


@pytest.mark.parametrize("typed", ["1/12/2026", "01-12-2026", "1.12.26", "2026-12-01"])
def test_days_are_typed_in_any_usual_way(use_plan, typed):
    fields = {"date": [typed], "starts": ["19:30"], "ends": ["21:00"], "weeks": ["1"], "extra": ["12.12.26"]}
    assert [str(day) for day in timetable.read(fields, plan.active, {}).held] == ["2026-12-01", "2026-12-12"]
    assert timetable.pattern(fields) == "2026-12-01|19:30|21:00|1|"


def test_the_hours_are_those_of_viet_nam(use_plan):
    fields = {"date": ["2026-12-01"], "starts": ["06:30"], "ends": ["08:00"], "weeks": ["1"]}
    assert timetable.read(fields, plan.active, {}).times() == [
        (datetime(2026, 11, 30, 23, 30), datetime(2026, 12, 1, 1))
    ]


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("date", "31/12", "date"),
        ("date", "0001-01-01", "date"),
        ("date", "9999-12-31", "date"),
        ("date", "2025-12-31", "date"),
        ("weeks", "0", "weeks"),
        ("weeks", "200", "weeks"),
        ("on", ["7"], "weeks"),
        ("on", list("0123456"), None),
        ("starts", "25:00", "starts"),
        ("starts", "19:30+07:00", "starts"),
        ("ends", "21:00+07:00", "starts"),
        ("ends", "19:30", "starts"),
        ("ends", "07:00", "starts"),
        ("extra", ["24/12"], "extra"),
        ("extra", ["2030-01-01"], "extra"),
        ("skip", ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"], "weeks"),
        ("skip", ["<script>"], None),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(use_plan, field, value, where):
    _, errors = table(**{field: value})
    assert list(errors) == ([where] if where else [])


@pytest.mark.parametrize(
    ("starts", "ends", "good"), [("22:30", "00:30", True), ("18:00", "00:00", True), ("18:00", "00:01", False)]
)
def test_a_session_may_run_over_midnight_for_six_hours(use_plan, starts, ends, good):
    assert (table(starts=starts, ends=ends)[1] == {}) is good


def test_a_session_over_midnight_ends_on_the_next_day(world, as_):
    day = vi.local(now()).date() + timedelta(days=1)
    sent = {
        "date": f"{day}",
        "starts": "22:30",
        "ends": "00:30",
        "weeks": "1",
        "uid": new_uid(),
        "audience": "residents",
    }
    sent |= {"topic": "vneid", "area": "TH04", "place": "Đình"}
    assert "22:30 – 00:30 hôm sau" in as_("hana").get("/courses/new", query_string=sent).text
    assert as_("hana").post("/courses", data=sent).status_code == 303
    meeting = Meeting.get()
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=2)
    assert vi.local(meeting.starts_at).date() == day
    assert "22:30 – 00:30 hôm sau" in as_(None).get("/coming").text
    late = meeting.ends_at - timedelta(minutes=10)
    assert meeting.happened_at(late, late + timedelta(days=1)) == late
    assert meeting.happened_at(late + timedelta(hours=9), late + timedelta(days=1)) == meeting.starts_at


def test_a_class_has_at_most_sixty_sessions(use_plan):
    assert "weeks" in table(on=list("0123456"), weeks="12")[1]
    assert len(table(on=list("01234"), weeks="12")[0]) == 60


def test_sessions_are_told_week_by_week_and_day_by_day():
    held = [Meeting(starts_at=vi.utc(datetime(2026, 11, day, 1))) for day in (22, 23, 23, 29)]  # before seven in Hanoi
    weeks = [(monday, [(day, len(rows)) for day, rows in days]) for monday, days in timetable.by_week(held)]
    assert weeks == [
        (date(2026, 11, 16), [(date(2026, 11, 22), 1)]),
        (date(2026, 11, 23), [(date(2026, 11, 23), 2), (date(2026, 11, 29), 1)]),
    ]


@pytest.fixture
def meeting(world):
    """Tomorrow's session of Hana's class in Thôn 4; there is another a week later."""
    starts = vi.utc(datetime.combine(vi.local(now()).date() + timedelta(days=1), datetime.min.time())) + timedelta(
        hours=12
    )
    times = [(starts + timedelta(days=days), starts + timedelta(days=days, hours=1)) for days in (0, 7)]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Đình", times).schedule()[0]


def fields(meeting, **changed):
    starts, ends = vi.local(meeting.starts_at), vi.local(meeting.ends_at)
    held = {"date": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    return held | {"edition": str(meeting.edition)} | changed


def test_a_session_moves_and_keeps_who_came(meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    answer = as_("hana").post(f"/meetings/{meeting.uid}/time", data=fields(meeting, starts="20:15", ends="21:45"))
    assert answer.status_code == 303
    held = Meeting.get_by_id(meeting.id)
    assert (f"{vi.local(held.starts_at):%H:%M}", len(Attendance.present(held))) == ("20:15", 1)


def test_a_session_somebody_came_to_keeps_its_day(meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    later = vi.date_vn(meeting.starts_at + timedelta(days=1))
    answer = as_("hana").post(f"/meetings/{meeting.uid}/time", data=fields(meeting, date=later))
    assert (answer.status_code, "chỉ sửa được giờ" in answer.text, f'value="{later}"' in answer.text) == (
        422,
        True,
        True,
    )
    assert Meeting.get_by_id(meeting.id).starts_at == meeting.starts_at


def test_a_session_moved_or_added_to_a_day_that_is_over_is_asked_about_once(meeting, as_):
    hana, past = as_("hana"), fields(meeting, date="6/1/2026")
    for path in (f"/meetings/{meeting.uid}/time", f"/courses/{meeting.course.uid}/meetings"):
        answer = hana.post(path, data=past | {"weeks": "1"})
        assert (answer.status_code, "Đã qua: 06/01/2026." in answer.text, 'name="past"' in answer.text) == (
            422, True, True,
        )  # fmt: skip
    assert Meeting.get_by_id(meeting.id).starts_at == meeting.starts_at
    assert hana.post(f"/meetings/{meeting.uid}/time", data=past | {"past": "yes"}).status_code == 303
    held = Meeting.get_by_id(meeting.id)
    assert vi.date_vn(held.starts_at) == "06/01/2026"
    later = fields(held, starts="08:00", ends="23:00")
    assert hana.post(f"/meetings/{meeting.uid}/time", data=later).status_code == 303


def test_two_sessions_of_a_class_are_not_held_at_once(meeting, as_):
    later = f"{vi.local(meeting.starts_at) + timedelta(days=7):%Y-%m-%d}"
    answer = as_("hana").post(f"/meetings/{meeting.uid}/time", data=fields(meeting, date=later))
    assert (answer.status_code, "Lớp này đã có một buổi vào giờ đó" in answer.text) == (422, True)


@pytest.mark.parametrize(("path", "more"), [("time", {"starts": "11:30"}), ("cancel", {"reason": "Mất điện"})])
def test_a_stale_form_of_a_session_shows_what_it_is_now(meeting, as_, path, more):
    old = fields(meeting, **more)
    sessions.move(meeting, meeting.starts_at + timedelta(minutes=5), meeting.ends_at, None)
    answer = as_("hana").post(f"/meetings/{meeting.uid}/{path}", data=old)
    assert (answer.status_code, "đã được người khác đổi" in answer.text) == (409, True)
    assert (next(iter(more.values())) in answer.text, 'name="edition" value="1"' in answer.text) == (True, True)
    held = Meeting.get_by_id(meeting.id)
    assert (held.edition, held.cancelled_at) == (1, None)
    assert as_("hana").post(f"/meetings/{meeting.uid}/{path}", data=old | {"edition": "1"}).status_code == 303


@pytest.mark.parametrize("reason", ["", "x" * 121, "Gọi bác Tư 001 058 012 345"])
def test_calling_off_needs_a_reason_fit_to_be_read_by_all(meeting, as_, reason):
    answer = as_("hana").post(f"/meetings/{meeting.uid}/cancel", data=fields(meeting, reason=reason))
    assert (answer.status_code, 'id="reason-error"' in answer.text) == (422, True)
    assert Meeting.get_by_id(meeting.id).cancelled_at is None


def test_a_session_is_called_off_and_held_after_all(meeting, as_):
    hana = as_("hana")
    hana.post(f"/meetings/{meeting.uid}/cancel", data=fields(meeting, reason="Mưa \u202ebão\u202c"))
    assert "✕ Nghỉ: Mưa bão" in hana.get(f"/courses/{meeting.course.uid}").text
    assert "✕ Nghỉ: Mưa bão" in as_(None).get("/coming/TH04").text
    hana.post(f"/meetings/{meeting.uid}/restore")
    assert "Mưa bão" not in hana.get(f"/courses/{meeting.course.uid}").text


def test_sessions_are_added_once_after_a_look(meeting, as_):
    hana, course = as_("hana"), meeting.course
    more = {"date": "2027-01-05", "starts": "19:30", "ends": "21:00", "weeks": "2"}
    look = hana.get(f"/courses/{course.uid}/meetings/new", query_string=more)
    assert (look.status_code, "thứ Ba 12/01/2027" in look.text, course.meetings.count()) == (200, True, 2)
    changed = more | {"seen": "2027-01-05|19:30|21:00|4|"}
    assert hana.post(f"/courses/{course.uid}/meetings", data=changed).status_code == 422
    for _ in range(2):
        assert hana.post(f"/courses/{course.uid}/meetings", data=more).status_code == 303
    assert course.meetings.count() == 4
    assert Event.select().where(Event.verb == "meeting.added").count() == 1


def test_added_sessions_never_overlap_those_that_are_held(database, meeting, as_):
    hana, course = as_("hana"), meeting.course
    half_an_hour = timedelta(minutes=30)
    starts = vi.local(meeting.starts_at + half_an_hour)
    sent = {"date": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}", "ends": "22:30", "weeks": "1"}
    answer = hana.post(f"/courses/{course.uid}/meetings", data=sent)
    said = f"{vi.time_vn(meeting.starts_at)} {vi.date_vn(meeting.starts_at)}"
    assert (answer.status_code, said in answer.text, 'value="22:30"' in answer.text) == (422, True, True)
    longer = sent | {"starts": f"{vi.local(meeting.starts_at):%H:%M}"}
    assert hana.post(f"/courses/{course.uid}/meetings", data=longer).status_code == 422
    assert course.meetings.count() == 2
    sessions.cancel(meeting, None, "Mất điện")
    assert hana.post(f"/courses/{course.uid}/meetings", data=sent).status_code == 303
    answer = hana.post(f"/meetings/{meeting.uid}/restore")
    assert (answer.status_code, 'id="restore-error"' in answer.text) == (422, True)
    assert Meeting.get_by_id(meeting.id).cancelled_at is not None


def test_adding_a_session_at_the_time_of_one_called_off_holds_that_one_after_all(database, meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    sessions.cancel(meeting, None, "Mất điện")
    course, sent = meeting.course, {"weeks": "1"} | fields(meeting, ends="22:00")
    assert as_("hana").post(f"/courses/{course.uid}/meetings", data=sent).status_code == 303
    held = Meeting.get_by_id(meeting.id)
    assert (held.cancelled_at, held.cancel_reason, Attendance.came(held), vi.time_vn(held.ends_at)) == (
        None,
        "",
        1,
        "22:00",
    )
    assert (course.meetings.count(), held.edition) == (2, 2)


@pytest.mark.parametrize("path", ["edit", "time", "cancel", "restore"])
def test_a_session_of_another_area_does_not_exist(world, meeting, as_, path):
    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    for who in ("otto-host", "vera", "uma"):
        browser = as_(who)
        ask = browser.get if path == "edit" else browser.post
        assert ask(f"/meetings/{meeting.uid}/{path}").status_code == 404
        assert browser.get(f"/courses/{meeting.course.uid}/meetings/new").status_code == 404
        assert browser.post(f"/courses/{meeting.course.uid}/meetings").status_code == 404

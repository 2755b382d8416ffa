"""A resident checks in: no account, no script, once, and never a dead end."""

import threading
from datetime import timedelta

import pytest

from models import Attendance, Course, Limit, Meeting, db, new_uid, now


@pytest.fixture
def course(world):
    """Hana's class, open now, with another session next week."""
    begins = now() - timedelta(minutes=10)
    times = [
        (begins, begins + timedelta(minutes=90)),
        (begins + timedelta(days=7), begins + timedelta(days=7, hours=1)),
    ]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Nhà văn hóa", times)


def typed(**fields):
    return {"op": new_uid(), "name": "Nguyễn Thị Lan", "birth_year": "1958", "village": "TH04"} | fields


def test_scanning_shows_the_class_and_records_nothing(course, as_):
    page = as_(None).get(f"/c/{course.code}")
    assert ("Dùng VNeID" in page.text, "<script" in page.text) == (True, False)
    assert (Attendance.select().count(), page.headers.get("Set-Cookie")) == (0, None)


def test_the_code_is_read_in_any_case_with_look_alikes(course, as_):
    Course.update(code="01ABCDEFGH").execute()
    assert as_(None).get("/c/oi-abcd efgh").status_code == 200


def test_one_tap_records_the_resident_who_was_surveyed(world, course, as_):
    lan = world.household().living().first()
    answer = as_(None).post(f"/c/{course.code}", data=typed(name="nguyen thi lan"))
    row = Attendance.get()
    assert (answer.status_code, row.resident, row.how, row.name) == (200, lan, "self", "Nguyễn Thị Lan")
    assert "Đã ghi có mặt lúc" in answer.text


def test_the_answer_is_the_same_whether_the_person_is_known_or_not(world, course, as_):
    world.household()
    known, unknown = typed(), typed(name="Nguyễn Thị Lài")
    answers = [as_(None).post(f"/c/{course.code}", data=sent).text for sent in (known, unknown)]
    assert answers[0].replace(known["name"], "X") == answers[1].replace(unknown["name"], "X")
    assert [row.resident is not None for row in Attendance.select().order_by(Attendance.id)] == [True, False]


def test_a_double_tap_and_a_form_sent_again_are_one_check_in_shown_as_success(course, as_):
    sent = typed()
    answers = [as_(None).post(f"/c/{course.code}", data=sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert "đã được ghi từ trước" in answers[2].text
    assert Attendance.select().count() == 1


def test_the_same_person_from_another_form_is_recorded_once(course, as_):
    for _ in range(2):
        as_(None).post(f"/c/{course.code}", data=typed())
    assert Attendance.select().count() == 1


def test_two_people_of_one_name_in_different_years_are_two(course, as_):
    as_(None).post(f"/c/{course.code}", data=typed())
    as_(None).post(f"/c/{course.code}", data=typed(birth_year="1988"))
    assert Attendance.select().count() == 2


def test_a_family_checks_in_from_one_phone(course, as_):
    page = as_(None).get(f"/c/{course.code}?family=1").text
    assert 'name="family" value="1"' in page
    as_(None).post(f"/c/{course.code}", data=typed(name="Quách Văn Bình", birth_year="1955", family="1"))
    assert Attendance.get().how == "family"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("birth_year", ""),
        ("birth_year", "58"),
        ("birth_year", "2031"),
        ("birth_year", "2015"),
        ("village", ""),
        ("village", "XX99"),
    ],
)
def test_a_wrong_field_is_said_beside_it_and_the_rest_stays(course, as_, field, value):
    answer = as_(None).post(f"/c/{course.code}", data=typed(**{field: value}))
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert field == "name" or 'value="Nguyễn Thị Lan"' in answer.text
    assert Attendance.select().count() == 0


def test_a_form_without_its_operation_id_is_refused_not_recorded(course, as_):
    sent = typed(op="")
    assert as_(None).post(f"/c/{course.code}", data=sent).status_code == 404
    assert Attendance.select().count() == 0


@pytest.mark.parametrize(
    ("begins", "ends", "open_now"),
    [(29, 90, True), (31, 90, False), (-90, -29, True), (-90, -31, False)],
)
def test_the_door_opens_30_minutes_before_and_closes_30_after(course, as_, begins, ends, open_now):
    moment = now()
    first = course.schedule()[0]
    Meeting.update(starts_at=moment + timedelta(minutes=begins), ends_at=moment + timedelta(minutes=ends)).where(
        Meeting.id == first.id
    ).execute()
    as_(None).post(f"/c/{course.code}", data=typed())
    assert Attendance.select().count() == int(open_now)


def test_outside_the_window_the_page_says_when_and_what_to_do(course, as_):
    course.schedule()[0].cancel(None)
    page = as_(None).get(f"/c/{course.code}").text
    assert "Buổi tới" in page
    assert "nhờ người phụ trách lớp ghi giúp" in page


def test_an_unknown_code_is_not_there(world, as_):
    assert as_(None).get("/c/ZZZZZZZZZZ").status_code == 404


def test_the_six_digits_lead_to_the_same_page(course, as_):
    answer = as_(None).post("/code", data={"number": f"{course.number[:3]} {course.number[3:]}"})
    assert (answer.status_code, answer.location) == (303, f"/c/{course.code}")


def test_guessing_numbers_is_limited_and_the_poster_still_works(course, as_):
    wrong = "000000" if course.number != "000000" else "000001"
    for _ in range(300):
        Limit.fail("code", 3600)
    browser = as_(None)
    assert browser.post("/code", data={"number": wrong}).status_code == 429
    assert browser.post("/code", data={"number": course.number}).status_code == 429
    assert browser.get(f"/c/{course.code}").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["Tư", "NGUYEN THI LAN", "nguyễn thị lan", "<script>alert(1)</script>", "=1+1", "\u202eLan Thị", "Y Ê Ban K'Nuôl"],
)
def test_any_name_passes_and_is_shown_as_plain_text(course, as_, name):
    answer = as_(None).post(f"/c/{course.code}", data=typed(name=name))
    assert answer.status_code == 200
    assert ("<script>alert" in answer.text, "\u202e" in answer.text) == (False, False)
    assert Attendance.select().count() == 1


def test_forty_phones_at_once_are_forty_people(world, database):
    begins = now()
    times = [(begins, begins + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)
    meeting = course.meetings.get()

    def come(number):
        with db.connection_context():
            for _ in range(2):
                meeting.check_in(f"op-{number}", "self", f"Người {number}", 1960, world.areas["TH04"])

    threads = [threading.Thread(target=come, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Attendance.select().count() == 12


def test_an_undone_check_in_does_not_stand_again_by_reloading_the_old_page(world, database):
    begins = now()
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", [(begins, begins)])
    meeting = course.meetings.get()
    row, _ = meeting.check_in("op-1", "self", "Bà Tư", 1950, world.areas["TH04"])
    row.undo(world.users["hana"])
    _, added = meeting.check_in("op-1", "self", "Bà Tư", 1950, world.areas["TH04"])
    assert (added, len(meeting.present())) == (False, 0)

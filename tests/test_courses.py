"""Classes: opening one, its poster, who came, and the host's own additions."""

from datetime import datetime, timedelta

import pytest

import vi
from models import Conflict, Course, Event, Meeting, new_uid, now


@pytest.fixture
def meeting(world):
    """A meeting of Hana's class in Thôn 4 that began ten minutes ago."""
    begins = now() - timedelta(minutes=10)
    times = [
        (begins, begins + timedelta(minutes=90)),
        (begins + timedelta(days=7), begins + timedelta(days=7, hours=1)),
    ]
    area = world.areas["TH04"]
    return Course.open(world.users["hana"], area, "vneid", "Dùng VNeID", "Nhà văn hóa Thôn 4", times).schedule()[0]


def new_course(**fields):
    filled = {
        "uid": new_uid(), "topic": "vneid", "area": "TH04", "place": "Nhà văn hóa", "title": "",
        "date": "2026-12-01", "starts": "19:30", "ends": "21:00", "weeks": "3",
    }  # fmt: skip
    return filled | fields


def test_a_class_opens_with_its_weekly_sessions_in_local_time(world, as_):
    sent = new_course()
    assert as_("hana").post("/courses", data=sent).location == f"/courses/{sent['uid']}"
    course = Course.get(Course.uid == sent["uid"])
    starts = [f"{vi.local(meeting.starts_at):%d/%m %H:%M}" for meeting in course.schedule()]
    assert starts == ["01/12 19:30", "08/12 19:30", "15/12 19:30"]
    assert (course.host.username, course.title) == ("hana", "Cài đặt, đăng nhập và sử dụng VNeID")
    assert (len(course.code), len(course.number)) == (10, 6)


def test_the_same_form_twice_opens_one_class(world, as_):
    sent, hana = new_course(), as_("hana")
    assert [hana.post("/courses", data=sent).status_code for _ in range(2)] == [303, 303]
    assert (Course.select().count(), Meeting.select().count()) == (1, 3)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("topic", "cooking", "Chọn nội dung của lớp."),
        ("area", "TX01", "Chọn thôn mở lớp."),
        ("place", "", "Ghi địa điểm"),
        ("date", "31/12", "Chọn ngày của buổi đầu."),
        ("date", "1999-01-01", "Ngày phải nằm trong năm kế hoạch"),
        ("weeks", "500", "Ngày phải nằm trong năm kế hoạch"),
        ("starts", "late", "Ghi giờ bắt đầu"),
        ("ends", "19:00", "Giờ kết thúc phải sau giờ bắt đầu."),
        ("title", "x" * 121, "Dài quá 120 ký tự"),
    ],
)
def test_a_wrong_class_is_refused_with_what_was_typed_still_there(world, as_, field, value, says):
    answer = as_("hana").post("/courses", data=new_course(place="Nhà bà Tư") | {field: value})
    assert answer.status_code == 422
    assert says in answer.text
    assert field == "place" or "Nhà bà Tư" in answer.text
    assert Course.select().count() == 0


def test_the_list_tells_coming_classes_from_past_ones(world, meeting, as_):
    long_ago = datetime(2026, 3, 1, 12)
    times = [(long_ago, long_ago + timedelta(hours=1))]
    Course.open(world.users["hana"], world.areas["TH04"], "safety", "Lớp cũ", "Đình", times)
    page = as_("hana").get("/courses").text
    assert page.index("Dùng VNeID") < page.index("Đã xong") < page.index("Lớp cũ")


@pytest.mark.parametrize("path", ["/courses/{course}", "/courses/{course}/poster", "/meetings/{meeting}"])
def test_another_areas_class_does_not_exist(world, meeting, as_, path):
    from models import User

    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    address = path.format(course=meeting.course.uid, meeting=meeting.uid)
    assert as_("otto-host").get(address).status_code == 404
    assert as_("hana").get(address).status_code == 200


def test_the_poster_says_what_people_need(meeting, as_):
    course = meeting.course
    page = as_("hana").get(f"/courses/{course.uid}/poster").text
    assert f'aria-label="http://127.0.0.1:8000/c/{course.code}"' in page
    assert f"{course.number[:3]} {course.number[3:]}" in page
    assert "Không hỏi tiền, mã OTP, mật khẩu, số căn cước." in page


def test_a_new_code_makes_the_old_poster_useless(meeting, as_):
    course = meeting.course
    as_("hana").post(f"/courses/{course.uid}/code")
    assert as_(None).get(f"/c/{course.code}").status_code == 404
    renewed = Course.get_by_id(course.id)
    assert as_(None).get(f"/c/{renewed.code}").status_code == 200


def test_a_change_is_kept_only_by_the_form_that_showed_the_class_as_it_is(world, database, meeting):
    course, leo = meeting.course, world.users["leo"]
    course.change(leo, edition=0, place="Đình làng", capacity=30, cohosts=[world.users["vera"], course.host])
    with pytest.raises(Conflict):
        course.change(leo, edition=0, place="Sân kho")
    course.change(leo, edition=1, place="Đình làng")
    held = Course.get_by_id(course.id)
    assert (held.place, held.capacity, held.edition, held.helped_by()) == ("Đình làng", 30, 1, [world.users["vera"]])
    changes = [event.data["fields"] for event in Event.select().where(Event.verb == "course.changed")]
    assert changes == [["place", "capacity", "cohosts"]]


def test_a_co_host_runs_the_roll_call_of_that_class_only(world, meeting):
    vera, otto = world.users["vera"], world.users["otto"]
    meeting.course.change(None, cohosts=[vera, otto])
    times = [(meeting.starts_at, meeting.ends_at)]
    Course.open(world.users["leo"], world.areas["TH04"], "safety", "Lớp khác", "Đình", times)
    assert {row.course_id for row in Meeting.run_by(vera)} == {meeting.course_id}
    assert list(Meeting.run_by(otto)) == []  # it is not held in his village
    assert Meeting.run_by(world.users["hana"]).count() == 3
    assert [meeting.course.run_by(world.users[name]) for name in ("vera", "leo", "uma")] == [True, True, False]


def test_moving_and_calling_off_a_session_loses_nobody(world, database, meeting):
    meeting.check_in(new_uid(), "self", "Bà Tư")
    hana, later = world.users["hana"], meeting.starts_at + timedelta(minutes=20)
    meeting.move(later, later + timedelta(hours=1), hana, edition=0)
    with pytest.raises(Conflict):
        meeting.move(later, later + timedelta(hours=2), hana, edition=0)
    meeting.cancel(hana, "Mất điện")
    meeting.cancel(hana, "Mất điện")
    held = Meeting.get_by_id(meeting.id)
    assert (held.starts_at, held.edition, held.cancel_reason, len(held.present())) == (later, 2, "Mất điện", 1)
    meeting.restore(hana)
    held = Meeting.get_by_id(meeting.id)
    assert (held.cancelled_at, held.cancel_reason, held.edition, len(held.present())) == (None, "", 3, 1)
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("meeting.")).order_by(Event.id)]
    assert verbs == ["meeting.moved", "meeting.cancelled", "meeting.restored"]


def test_a_full_class_still_takes_whoever_comes(world, meeting):
    meeting.course.change(None, capacity=1)
    assert not meeting.is_full()
    meeting.check_in(new_uid(), "self", "Bà Tư")
    assert meeting.is_full()
    assert meeting.check_in(new_uid(), "self", "Ông Ba")[1]
    assert meeting.came() == 2


def test_a_village_is_told_of_its_own_sessions_and_of_the_whole_communes(world, database):
    starts = now() + timedelta(days=1)
    for code, title in (("TH04", "Ở đây"), ("TX01", "Ở xa")):
        times = [(starts, starts + timedelta(hours=1))]
        Course.open(world.users["leo"], world.areas[code], "vneid", title, "Đình", times)
    Course.open(
        world.users["sara"], world.commune, "vneid", "Cả xã", "Hội trường", [(starts, starts + timedelta(hours=1))]
    )
    told = {code: {row.course.title for row in Meeting.announced(world.areas[code])} for code in ("TH04", "HL")}
    assert told == {"TH04": {"Ở đây", "Cả xã"}, "HL": {"Ở đây", "Ở xa", "Cả xã"}}

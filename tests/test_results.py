"""What a class changed, and the confirmation of those who came."""

import re
from datetime import timedelta

import pytest

import needs
import plan
import visits
from classes import results, sessions
from models import Attendance, Course, Invitation, Learned, Meeting, Resident, User, new_uid, now


@pytest.fixture
def course(world):
    """Hana's class of three sessions that are over, the second called off; Lan and Hoa need it, Bình came uninvited."""
    household = world.household(
        people=[
            ("Nguyễn Thị Lan", 1958, "f", "head"),
            ("Trần Thị Hoa", 1961, "f", "other"),
            ("Đỗ Văn Bình", 1970, "m", "other"),
        ]
    )
    told = [{"uid": person.uid, "answers": {"needs": ["vneid"]}} for person in list(household.living())[:2]]
    told_at = now() - timedelta(days=60)
    visit = {"uid": new_uid(), "outcome": "partial", "happened_at": told_at, "answers": {}, "people": told}
    visits.receive(household, visit, world.users["vera"])
    starts = [now() - timedelta(days=days) for days in (21, 14, 7)]
    times = [(start, start + timedelta(minutes=90)) for start in starts]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Đình", times)
    for number, person in enumerate(people()[:2], 1):
        Invitation.create(code=f"CODE{number}", number=number, course=course, resident=person, need="vneid")
    sessions.cancel(course.schedule()[1], None, "Mất điện")
    return course


def people():
    """Lan, Hoa and Bình."""
    return list(Resident.select().order_by(Resident.position))


def came(course, *names):
    """Check in at the sessions by number: Lan twice by herself, Bình once by the host, a walk-in from paper."""
    lan, _, binh = people()
    first, _, third = course.schedule()
    Attendance.check_in(first, new_uid(), "self", "", resident=lan)
    Attendance.check_in(third, new_uid(), "self", "", resident=lan)
    Attendance.check_in(third, new_uid(), "host", "", resident=binh)
    row, _ = Attendance.check_in(third, new_uid(), "paper", "Bà Tư")
    undone, _ = Attendance.check_in(third, new_uid(), "self", "Ông Nhầm")
    undone.undo(None)
    third.count_heads(5, None)
    return row


def test_people_and_attendances_are_counted_apart(world, database, course):
    came(course)
    found = results.of(course, Attendance.meetings_of(course))
    assert (found.invited, found.invited_came) == (2, 1)
    assert (found.people, found.attendances, found.learners) == (3, 4, 2)
    assert found.by_how == {"self": 2, "host": 1, "paper": 1}
    assert (found.counted, found.recorded_where_counted) == (5, 3)


def test_who_still_needs_it_falls_when_the_host_marks_what_they_can_do(world, database, course):
    came(course)
    lan, hoa, _ = people()
    assert results.of(course, []).still == [hoa, lan]
    for outcome in plan.active.topic("vneid").outcomes:
        Learned.mark(course, lan, outcome, now(), None)
    found = results.of(course, Attendance.meetings_of(course))
    assert [number for _, number in found.able] == [1, 1]
    assert found.still == [hoa]


def test_results_cost_the_same_however_many_came(world, course, count_queries):
    def queries():
        meetings = Attendance.meetings_of(course)
        with count_queries() as counted:
            results.of(course, meetings)
            results.confirmed(course)
        return len(counted)

    came(course)
    before = queries()
    for year in range(1940, 1960):
        Attendance.check_in(course.schedule()[0], new_uid(), "self", f"Lê Thị {year}", year, world.areas["TH04"])
    assert queries() == before


def test_the_page_of_a_class_says_what_it_changed(world, course, as_):
    came(course)
    page = " ".join(as_("hana").get(f"/courses/{course.uid}").text.split())
    facts = re.findall(r"<dd><b>(.*?)</b></dd><dt[^>]*>(.*?)</dt>", page)
    told = ["người được mời", "người được mời đã đến", "người đã học", "lượt người"]
    assert facts == list(zip("2134", told, strict=True))
    assert "tự quét 2 · cán bộ ghi 1 · từ giấy 1" in page
    assert "Đếm được 5, điểm danh 3" in page
    assert "Đăng nhập được VNeID</span> <b>0/2</b>" in page
    assert "Trần Thị Hoa" in page


def test_pupils_are_counted_and_never_asked_for_names(world, course, as_):
    course.change(None, audience="pupils")
    course.schedule()[0].count_heads(32, None)
    page = as_("hana").get(f"/courses/{course.uid}").text
    assert "đếm được 32" in page
    assert "confirmations" not in page and "/poster" not in page


def test_the_confirmation_counts_the_sessions_held_and_their_hours(world, database, course):
    came(course)
    ahead = now() + timedelta(days=1)
    Attendance.check_in(
        Meeting.create(course=course, starts_at=ahead, ends_at=ahead + timedelta(hours=8)), "op", "self", "Bà Tư"
    )
    told = [(one.name, one.sessions, one.minutes) for one in results.confirmed(course)]
    assert told == [("Đỗ Văn Bình", 1, 90), ("Nguyễn Thị Lan", 2, 180), ("Bà Tư", 1, 90)]


def test_a_confirmation_is_a_list_or_a_sheet_each_that_nobody_has_signed(world, course, as_):
    address, hana = f"/courses/{course.uid}/confirmations", as_("hana")
    assert "Chưa có ai dự buổi nào" in hana.get(address).text
    came(course)
    course.change(None, audience="staff", unit="culture")
    page, each = hana.get(address).text, hana.get(f"{address}?each=1").text
    assert (page.count('<article class="document"'), each.count('<article class="document"')) == (1, 3)
    assert "2/2" in page and "3 giờ" in page and "1 giờ 30 phút" in page
    for text in (page, each):
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text and "Phòng Văn hóa - Xã hội" in text
        assert "Số: ………" in text and "Nguyễn Quang Sơn" not in text


def test_a_long_name_and_markup_are_only_text(world, course, as_):
    Attendance.check_in(course.schedule()[0], new_uid(), "host", "<b>NGUYỄN</b> " + "X" * 100)
    page = as_("hana").get(f"/courses/{course.uid}/confirmations").text
    assert "&lt;b&gt;NGUYỄN&lt;/b&gt;" in page and "<b>NGUYỄN" not in page


def test_another_areas_confirmations_do_not_exist(world, course, as_):
    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    for who in ("otto-host", "vera", "uma"):
        assert as_(who).get(f"/courses/{course.uid}/confirmations").status_code == 404


def test_a_session_called_off_after_people_came_is_no_lesson(world, database, course, as_):
    came(course)
    first, _, third = course.schedule()
    page = as_("hana").get(f"/courses/{course.uid}").text
    assert "đã ghi" not in page
    sessions.cancel(third, None, "Mất điện")
    found = results.of(course, Attendance.meetings_of(course))
    assert (found.people, found.attendances, found.learners, found.counted) == (1, 1, 1, None)
    assert [(learner.name, learner.sessions) for learner in results.confirmed(course)] == [("Nguyễn Thị Lan", 1)]
    assert Attendance.present(third).count() == 3
    page = as_("hana").get(f"/courses/{course.uid}").text
    assert "đã ghi 3 người, không tính" in page
    sessions.cancel(first, None, "Mưa")
    assert [row.resident for row in Invitation.with_people(course=course) if row.came] == []
    assert results.confirmed(course) == []
    sessions.restore(third, None)
    found = results.of(course, Attendance.meetings_of(course))
    assert (found.people, found.attendances, found.counted) == (3, 3, 5)


def test_a_need_stays_open_when_the_session_that_answered_it_was_called_off(world, database, course):
    came(course)
    Invitation.update(undone_at=now()).execute()
    names = lambda: [person.name for person in needs.people(world.areas["TH04"], "vneid")]  # noqa: E731
    assert names() == ["Trần Thị Hoa"]
    for meeting in course.schedule():
        sessions.cancel(meeting, None, "Mất điện")
    assert names() == ["Nguyễn Thị Lan", "Trần Thị Hoa"]

"""Classes: opening one, its poster, who came, and the host's own additions."""

from datetime import datetime, timedelta

import pytest

import vi
from classes import sessions
from models import Area, Attendance, Conflict, Course, Event, Meeting, new_uid, now


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
        "date": "2026-12-01", "starts": "19:30", "ends": "21:00", "weeks": "3", "past": "yes",
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


def test_a_class_on_days_that_are_over_is_asked_about_and_then_entered(world, as_):
    hana, sent = as_("hana"), new_course(date="6/1/2026", weeks="2", past="")
    look = hana.get("/courses/new", query_string=sent).text
    assert ("Có buổi ở ngày đã qua." in look, 'id="past-error"' in look) == (True, False)
    assert look.count("đã qua</span>") == 2
    answer = hana.post("/courses", data=sent)
    assert (answer.status_code, "Đã qua: 06/01/2026, 13/01/2026." in answer.text) == (422, True)
    assert Course.select().count() == 0
    assert hana.post("/courses", data=sent | {"past": "yes"}).status_code == 303
    [first, _] = Course.get().schedule()
    assert vi.date_vn(first.starts_at) == "06/01/2026"
    assert f"nhập ngày {vi.date_vn(now())}" in hana.get(f"/courses/{sent['uid']}").text
    assert hana.post("/courses", data=new_course(date="31/12/2025")).status_code == 422


def test_a_class_to_come_is_not_asked_about(world, as_):
    tomorrow = vi.date_vn(now() + timedelta(days=1))
    sent = new_course(date=tomorrow, past="")
    assert "đã qua" not in as_("hana").get("/courses/new", query_string=sent).text
    assert as_("hana").post("/courses", data=sent).status_code == 303
    assert "nhập ngày" not in as_("hana").get(f"/courses/{sent['uid']}").text


def test_the_same_form_twice_opens_one_class(world, as_):
    sent, hana = new_course(), as_("hana")
    assert [hana.post("/courses", data=sent).status_code for _ in range(2)] == [303, 303]
    assert (Course.select().count(), Meeting.select().count()) == (1, 3)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("topic", "cooking", "Chọn nội dung của lớp."),
        ("area", "TX01", "Chọn thôn mở lớp."),
        ("place", "Nhà ông Tư, 001058012345", "Không ghi số giấy tờ"),
        ("title", "Lớp 012 345 678", "Không ghi số giấy tờ"),
        ("place", "", "Ghi địa điểm"),
        ("date", "31/12", "Ghi ngày/tháng/năm, ví dụ 24/12/2026."),
        ("date", "1999-01-01", "Ngày phải nằm trong năm kế hoạch"),
        ("weeks", "500", "Chọn lại thứ trong tuần và số tuần."),
        ("starts", "late", "Ghi giờ bắt đầu"),
        ("ends", "19:00", "Giờ kết thúc phải sau giờ bắt đầu"),
        ("title", "x" * 121, "Dài quá 120 ký tự"),
    ],
)
def test_a_wrong_class_is_refused_with_what_was_typed_still_there(world, as_, field, value, says):
    answer = as_("hana").post("/courses", data=new_course(place="Nhà bà Tư") | {field: value})
    assert answer.status_code == 422
    assert says in answer.text
    assert field == "place" or "Nhà bà Tư" in answer.text
    assert Course.select().count() == 0


def test_days_are_shown_as_dd_mm_yyyy_and_a_wrong_one_stays_beside_its_sentence(world, as_):
    hana = as_("hana")
    look = hana.get("/courses/new", query_string=new_course(date="1-12-26", extra="24/12")).text
    assert 'name="date" value="01/12/2026"' in look
    field, sentence = (look.index(text) for text in ('name="extra" value="24/12"', "Ghi ngày/tháng/năm, ví dụ"))
    assert 0 < sentence - field < 300
    part = {"HX-Request": "true", "HX-Target": "div#rest"}
    wrong = hana.get("/courses/new", query_string=new_course(date="31/2/2026"), headers=part).text
    assert "Ghi ngày/tháng/năm, ví dụ" in wrong


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
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    hana, later = world.users["hana"], meeting.starts_at + timedelta(minutes=20)
    sessions.move(meeting, later, later + timedelta(hours=1), hana, edition=0)
    with pytest.raises(Conflict):
        sessions.move(meeting, later, later + timedelta(hours=2), hana, edition=0)
    sessions.cancel(meeting, hana, "Mất điện")
    sessions.cancel(meeting, hana, "Mất điện")
    held = Meeting.get_by_id(meeting.id)
    assert (held.starts_at, held.edition, held.cancel_reason, len(Attendance.present(held))) == (
        later,
        2,
        "Mất điện",
        1,
    )
    sessions.restore(meeting, hana)
    held = Meeting.get_by_id(meeting.id)
    assert (held.cancelled_at, held.cancel_reason, held.edition, len(Attendance.present(held))) == (None, "", 3, 1)
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("meeting.")).order_by(Event.id)]
    assert verbs == ["meeting.moved", "meeting.cancelled", "meeting.restored"]


def test_a_full_class_still_takes_whoever_comes(world, meeting):
    meeting.course.change(None, capacity=1)
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    assert not Attendance.is_crowded(meeting)
    assert Attendance.check_in(meeting, new_uid(), "self", "Ông Ba")[1]
    assert Attendance.is_crowded(meeting)
    assert Attendance.came(meeting) == 2


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


def test_a_look_at_the_days_saves_nothing(world, as_):
    look = as_("hana").get("/courses/new", query_string=new_course(on=["1", "3"], weeks="2", skip="2026-12-03"))
    assert (look.status_code, "3 buổi" in look.text, "thứ Năm 10/12/2026" in look.text) == (200, True, True)
    assert 'value="2026-12-03" checked' in look.text
    assert Course.select().count() == 0


def test_a_repetition_changed_after_the_look_is_looked_at_again(world, as_):
    sent = new_course(seen="2026-12-01|19:30|21:00|2|")
    answer = as_("hana").post("/courses", data=sent)
    assert (answer.status_code, "xem lại các buổi" in answer.text, Course.select().count()) == (422, True, 0)
    assert as_("hana").post("/courses", data=sent | {"seen": "2026-12-01|19:30|21:00|3|"}).status_code == 303


def test_a_class_is_opened_for_a_unit_with_a_capacity_and_a_co_host(world, as_):
    hana, vera = world.users["hana"], world.users["vera"]
    more = {"audience": "staff", "unit": "culture", "capacity": "25", "host": hana.uid, "cohost": [vera.uid, hana.uid]}
    sent = new_course(**more)
    assert as_("hana").post("/courses", data=sent).status_code == 303
    course = Course.get(Course.uid == sent["uid"])
    assert (course.audience, course.unit, course.capacity, course.helped_by()) == ("staff", "culture", 25, [vera])
    page = as_("hana").get(f"/courses/{course.uid}").text
    assert "Phòng Văn hóa - Xã hội" in page and "cùng phụ trách: Nguyễn Thị Vẻ" in page
    assert "Mỗi công dân - Một danh tính số" in page  # the model that the topic serves


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("capacity", "hai mươi", "capacity"),
        ("capacity", "0", "capacity"),
        ("capacity", "501", "capacity"),
        ("capacity", "-5", "capacity"),
        ("audience", "everybody", "audience"),
        ("unit", "nasa", "audience"),
        ("cohost", "otto", "people"),
        ("host", "vera's", "people"),
        ("weeks", "0", "weeks"),
    ],
)
def test_what_does_not_fit_a_class_is_refused_beside_its_field(world, as_, field, value, error):
    value = world.users[value].uid if value in world.users else value
    answer = as_("hana").post("/courses", data=new_course(audience="staff") | {field: value})
    assert (answer.status_code, f'id="{error}-error"' in answer.text, Course.select().count()) == (422, True, 0)


def test_a_class_is_changed_by_the_form_that_opened_it(world, meeting, as_):
    course = meeting.course
    leo = as_("leo")
    assert 'value="Nhà văn hóa Thôn 4"' in leo.get(f"/courses/{course.uid}/edit").text
    sent = {"topic": "safety", "area": "TH04", "title": "NGUYỄN \u202eVĂN\u202c A", "place": "Sân kho", "edition": "0"}
    assert leo.post(f"/courses/{course.uid}", data=sent).status_code == 303
    held = Course.get_by_id(course.id)
    assert (held.topic, held.title, held.place, held.host) == ("safety", "NGUYỄN VĂN A", "Sân kho", world.users["hana"])


def test_a_stale_form_of_a_class_shows_what_it_is_now_and_keeps_what_was_typed(world, meeting, as_):
    course, hana = meeting.course, as_("hana")
    course.change(world.users["leo"], place="Đình làng")
    sent = {"topic": "vneid", "area": "TH04", "title": "Dùng VNeID", "place": "Sân kho", "edition": "0"}
    answer = hana.post(f"/courses/{course.uid}", data=sent)
    assert (answer.status_code, "Đình làng" in answer.text, 'value="Sân kho"' in answer.text) == (409, True, True)
    assert Course.get_by_id(course.id).place == "Đình làng"
    assert hana.post(f"/courses/{course.uid}", data=sent | {"edition": "1"}).status_code == 303
    assert Course.get_by_id(course.id).place == "Sân kho"


def test_a_volunteer_sees_the_villages_calendar_and_enters_only_where_asked(world, meeting, as_):
    address = f"/meetings/{meeting.uid}"
    page = as_("vera").get("/courses").text
    assert "Dùng VNeID" in page and address not in page
    meeting.course.change(None, cohosts=[world.users["vera"]])
    assert address in as_("vera").get("/courses").text
    assert as_("otto").get("/courses").text.count("Dùng VNeID") == 0


def test_the_calendar_shows_one_month_and_one_village(world, meeting, as_):
    month = f"{vi.local(meeting.starts_at):%Y-%m}"
    assert "Dùng VNeID" in as_("sara").get(f"/courses?month={month}&area=TH04").text
    assert "Dùng VNeID" not in as_("sara").get(f"/courses?month={month}&area=TX01").text
    assert "Dùng VNeID" not in as_("sara").get("/courses?month=2020-01").text
    assert [as_("sara").get(f"/courses?month={text}").status_code for text in ("0001-01", "x", "9999-12")] == [200] * 3
    assert as_("hana").get("/courses?area=TX01").status_code == 404


def test_the_calendar_costs_no_queries_a_session(world, meeting, as_, count_queries):
    def queries():
        with count_queries() as counted:
            assert as_("hana").get("/courses").status_code == 200
        return len(counted)

    before = queries()
    for days in range(1, 20):
        starts = now() + timedelta(days=days)
        Meeting.create(course=meeting.course, starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert queries() == before


def test_a_form_with_the_id_of_another_villages_class_opens_none_and_shows_none(world, database, as_):
    area, times = world.areas["TX01"], [(now(), now() + timedelta(hours=1))]
    theirs = Course.open(world.users["sara"], area, "vneid", "Lớp", "Đình", times)
    day = (now() + timedelta(days=2)).date().isoformat()
    sent = {"uid": theirs.uid, "topic": "vneid", "area": "TH04", "place": "Đình", "date": day, "weeks": "1"}
    answer = as_("hana").post("/courses", data={**sent, "starts": "08:00", "ends": "09:00"}, follow_redirects=True)
    assert (answer.status_code, Course.select().count()) == (404, 1)


@pytest.mark.parametrize("path", ["/courses/{0.course.uid}", "/meetings/{0.uid}/cancel", "/meetings/{0.uid}/heads"])
def test_a_number_of_thousands_of_digits_is_a_mistake_of_the_sender(world, as_, path):
    times = [(now(), now() + timedelta(hours=1))]
    meeting = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times).meetings.get()
    fields = {"topic": "vneid", "area": "TH04", "place": "Đình", "reason": "Mưa to"}
    numbers = dict.fromkeys(("edition", "head_count"), "9" * 5000)
    assert as_("hana").post(path.format(meeting), data={**fields, **numbers}).status_code in (409, 422)


def test_many_villages_are_a_list_and_few_are_chips(world, as_):
    few = as_("sara").get("/courses/new").text
    assert ('type="radio" name="area"' in few, '<select class="text" name="area"' in few) == (True, False)
    for number in range(10):
        Area.add("village", f"Thôn {number + 20}", parent=world.commune)
    many = as_("sara").get("/courses/new?area=TH04").text
    assert ('type="radio" name="area"' in many, '<select class="text" name="area"' in many) == (False, True)
    assert '<option value="TH04" selected>' in many
    page = as_("sara").get("/areas/TH04").text
    assert '<select class="text" name="into"' in page

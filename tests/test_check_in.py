"""A resident checks in: no account, no script, once, and never a dead end."""

import html
import re
import threading
from datetime import timedelta

import pytest

import vi
from classes import sessions
from models import Attendance, Course, Invitation, Limit, Meeting, db, new_uid, now


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
    answers = [re.sub(r'name="op" value="[^"]+"', "", answer) for answer in answers]
    assert answers[0].replace(known["name"], "X") == answers[1].replace(unknown["name"], "X")
    assert [row.resident is not None for row in Attendance.select().order_by(Attendance.id)] == [True, False]


def test_a_double_tap_and_a_form_sent_again_are_one_check_in_shown_as_success(course, as_):
    sent = typed()
    answers = [as_(None).post(f"/c/{course.code}", data=sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert "đã được ghi từ trước" in answers[2].text
    assert Attendance.select().count() == 1


def test_a_check_in_takes_at_most_fourteen_statements(world, course, as_, count_queries):
    lan, browser = world.household().living().first(), as_(None)
    with count_queries() as queries:
        browser.post(f"/c/{course.code}", data=typed())
    assert Attendance.get().resident == lan
    assert len(queries) <= 14


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
        ("name", "001058012345"),
        ("name", "Lan 001 058 012 345"),
        ("name", "12.3456.789 Lan"),
        ("name", "0912345678"),
        ("name", "…"),
        ("birth_year", ""),
        ("birth_year", "158"),
        ("birth_year", "12 tuổi"),
        ("birth_year", "99/99/99"),
        ("birth_year", "32.1.1958"),
        ("birth_year", "13/13/1958"),
        ("birth_year", "99991958"),
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
    assert field != "name" or f'value="{value}"' in answer.text
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
    sessions.cancel(course.schedule()[0], None)
    page = as_(None).get(f"/c/{course.code}").text
    assert "Buổi tới" in page and 'href="/coming/TH04"' in page
    assert "nhờ người phụ trách lớp (Hà Thị Na) ghi giúp" in page


def test_an_unknown_or_revoked_code_says_how_to_go_on(world, course, as_):
    old = course.code
    course.renew_code(None)
    for code in ("ZZZZZZZZZZ", old):
        for answer in (as_(None).get(f"/c/{code}"), as_(None).post(f"/c/{code}", data=typed())):
            assert (answer.status_code, 'href="/code"' in answer.text) == (404, True)
            assert "Báo người phụ trách lớp: họ ghi giúp ngay" in answer.text
    assert Attendance.select().count() == 0


@pytest.mark.parametrize("around", ["{}/", "{}.", "{},", "{})", "{}).", "{}/.", "{}%22", "{}%E2%80%9D", "{}%20"])
@pytest.mark.parametrize("kind", ["c", "i", "v", "code", "coming"])
def test_an_address_opens_with_what_messengers_and_people_put_behind_it(world, course, as_, around, kind):
    resident = world.agreed().living().first()
    user = world.users["vera"]
    slip = Invitation.invite(course, [resident], "vneid", user)[0]
    user.renew_card(world.users["sara"])
    path = {
        "c": f"/c/{course.code}",
        "i": f"/i/{slip.code}",
        "v": f"/v/{user.card}",
        "code": "/code",
        "coming": "/coming/TH04",
    }[kind]
    right = as_(None).get(path)
    for written in (around.format(path), around.format(path.replace(f"/{kind}", f"/{kind.upper()}", 1))):
        answer = as_(None).get(written, follow_redirects=True)
        assert (answer.status_code, re.findall("<h1.*", answer.text)) == (200, re.findall("<h1.*", right.text))
    assert Attendance.select().count() == 0


def test_what_is_no_address_is_not_led_anywhere(world, course, as_):
    for path in ("/nothing/.", "/.", "/%2F%2Fevil.example.", "/C/", f"/c/{course.code}/more/", "/STATIC/nothing.js"):
        answer = as_(None).get(path)
        assert (answer.status_code, answer.location) in [(404, None), (302, "/")]
    answer = as_(None).get(f"/C/{course.code}?fbclid=1")
    assert (answer.status_code, answer.location) == (302, f"/c/{course.code}?fbclid=1")


def test_a_wrong_code_is_not_called_revoked(course, as_):
    page = as_(None).get("/c/ZZZZZZZZZZ").text
    assert ("Không có lớp nào mang mã này" in page, "còn dùng được" in page) == (True, False)


def test_the_six_digits_lead_to_the_same_page(course, as_):
    answer = as_(None).post("/code", data={"number": f"{course.number[:3]} {course.number[3:]}"})
    assert (answer.status_code, answer.location) == (303, f"/c/{course.code}")


def test_guessing_numbers_is_limited_and_the_poster_still_works(course, as_):
    wrong = "000000" if course.number != "000000" else "000001"
    for _ in range(300):
        Limit.fail("code")
    browser = as_(None)
    assert browser.post("/code", data={"number": wrong}).status_code == 429
    assert browser.post("/code", data={"number": course.number}).status_code == 429
    assert Limit.get(Limit.key == "code").number == 301
    assert browser.get(f"/c/{course.code}").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "Tư",
        "NGUYEN THI LAN",
        "nguyễn thị lan",
        "<script>alert(1)</script>",
        "=1+1 Lan",
        "\u202eLan Thị",
        "Y Ê Ban K'Nuôl",
        "Nguyễn " * 17 + "L",
    ],
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
                Attendance.check_in(meeting, f"op-{number}", "self", f"Người {number}", 1960, world.areas["TH04"])

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
    row, _ = Attendance.check_in(meeting, "op-1", "self", "Bà Tư", 1950, world.areas["TH04"])
    row.undo(world.users["hana"])
    _, added = Attendance.check_in(meeting, "op-1", "self", "Bà Tư", 1950, world.areas["TH04"])
    assert (added, len(Attendance.present(meeting))) == (False, 0)


def post(course, as_, **fields):
    return as_(None).post(f"/c/{course.code}", data=typed(**fields))


def test_a_family_is_recorded_one_after_the_other_with_nothing_asked_twice(world, course, as_):
    first = post(course, as_, village="BY02").text
    assert re.search(r'value="BY02" checked', first)
    assert 'name="family" value="1"' in first
    op = re.search(r'name="op" value="([^"]+)"', first)[1]
    second = post(course, as_, op=op, name="Bùi Văn Sơn", birth_year="1955", family="1", names=["Nguyễn Thị Lan"]).text
    assert re.findall(r"✓ ([^<]+)</li>", second) == ["Nguyễn Thị Lan", "Bùi Văn Sơn"]
    assert [row.how for row in Attendance.select().order_by(Attendance.id)] == ["self", "family"]
    assert as_(None).get(f"/c/{course.code}").text.count("checked") == 1


def test_going_back_and_typing_another_name_loses_nobody(course, as_):
    sent = typed()
    names = ["Nguyễn Thị Lan", "Bùi Văn Sơn"]
    answers = [as_(None).post(f"/c/{course.code}", data=sent | {"name": name}).text for name in names]
    assert ["cảm ơn bác" in answer for answer in answers] == [True, True]
    assert Attendance.select().count() == 2


def test_the_way_back_shows_what_was_there_and_no_proxy_keeps_it(course, as_):
    for path, sent in ((f"/c/{course.code}", typed()), (f"/c/{course.code}", typed(name="")), ("/code", {})):
        assert as_(None).post(path, data=sent).headers["Cache-Control"] == "private, no-cache"
    assert as_(None).get(f"/c/{course.code}").headers["Cache-Control"] == "no-store"


def test_the_thanks_say_where_to_learn_more_at_home(course, as_):
    page = as_(None).post(f"/c/{course.code}", data=typed()).text
    assert 'href="https://binhdanhocvuso.gov.vn"' in page
    assert "Tìm “iHanoi” trong CH Play hoặc App Store." in page


def test_the_thanks_can_be_reloaded_after_the_door_has_closed(course, as_):
    sent = typed()
    as_(None).post(f"/c/{course.code}", data=sent)
    Meeting.update(starts_at=now() - timedelta(hours=9), ends_at=now() - timedelta(hours=8)).execute()
    assert "Đã ghi có mặt lúc" in as_(None).post(f"/c/{course.code}", data=sent).text
    assert "Đã ghi có mặt lúc" not in as_(None).post(f"/c/{course.code}", data=typed()).text


def test_a_page_reloaded_after_the_host_took_the_name_out_says_so_and_leads_back(course, as_):
    sent = typed()
    as_(None).post(f"/c/{course.code}", data=sent)
    Attendance.get().undo(None)
    answer = as_(None).post(f"/c/{course.code}", data=sent).text
    assert ("Người phụ trách đã bỏ tên này" in answer, f'href="/c/{course.code}"' in answer) == (True, True)
    assert Attendance.present(course.schedule()[0]).count() == 0


def test_somebody_from_outside_the_commune_is_recorded_without_a_village(course, as_):
    post(course, as_, village="elsewhere")
    assert Attendance.get().village is None


@pytest.mark.parametrize("audience", ["staff", "workers"])
def test_people_of_a_unit_are_not_asked_for_a_village(course, as_, audience):
    Course.update(audience=audience).execute()
    assert 'name="village"' not in as_(None).get(f"/c/{course.code}").text
    assert post(course, as_, village="").status_code == 200
    assert Attendance.select().count() == 1


def test_pupils_are_counted_and_never_named(course, as_):
    Course.update(audience="pupils").execute()
    for page in (as_(None).get(f"/c/{course.code}").text, post(course, as_).text):
        assert "không ghi tên ai" in page
    assert Attendance.select().count() == 0


def test_a_full_class_records_everybody_and_says_so_kindly(course, as_):
    Course.update(capacity=1).execute()
    pages = [post(course, as_, name=name).text for name in ("Bà Tư", "Bà Năm")]
    assert ["đông hơn số chỗ" in page for page in pages] == [False, True]
    assert Attendance.select().count() == 2


def test_a_session_called_off_says_why_and_when_the_next_one_is(course, as_):
    sessions.cancel(course.schedule()[0], None, "Mưa to, đường ngập.")
    page = as_(None).get(f"/c/{course.code}").text
    assert ("đã hủy. Mưa to, đường ngập." in page, "Buổi tới" in page) == (True, True)
    post(course, as_)
    assert Attendance.select().count() == 0


def test_a_session_moved_while_people_check_in_records_who_is_there_and_nobody_else(course, as_):
    meeting = course.schedule()[0]
    sessions.move(meeting, now() + timedelta(minutes=5), now() + timedelta(minutes=95), None)
    assert post(course, as_, meeting=meeting.uid).status_code == 200
    sessions.move(meeting, now() + timedelta(days=1), now() + timedelta(days=1, hours=1), None)
    assert "Buổi tới" in post(course, as_, meeting=meeting.uid, name="Bà Năm").text
    assert [row.name for row in Attendance.select()] == ["Nguyễn Thị Lan"]


@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_form_sent_too_late_is_said_to_be_not_recorded_and_keeps_the_name(course, as_, change):
    meeting, sent = course.schedule()[0], typed(name="Bà <b>Năm</b>")
    if change == "cancel":
        sessions.cancel(meeting, None, "Mưa to")
    else:
        sessions.move(meeting, now() + timedelta(hours=3), now() + timedelta(hours=4), None)
    answer = as_(None).post(f"/c/{course.code}", data=sent)
    assert (answer.status_code, "<b>Năm" in answer.text) == (409, False)
    assert answer.text.index("Chưa ghi được: Bà &lt;b&gt;Năm") < answer.text.index("Buổi tới")
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert [html.unescape(kept[name]) for name in sent] == list(sent.values())
    assert Attendance.select().count() == 0
    if change == "cancel":
        sessions.restore(meeting, None)
        assert as_(None).post(f"/c/{course.code}", data=sent).status_code == 200
        assert [row.name for row in Attendance.select()] == ["Bà <b>Năm</b>"]
    assert "Chưa ghi được" not in as_(None).get(f"/c/{course.code}").text


def test_a_slip_sent_too_late_is_said_to_be_not_recorded(world, course, as_):
    slip = Invitation.invite(course, [world.agreed().living().first()], "vneid", None)[0]
    sessions.cancel(course.schedule()[0], None, "Mưa to")
    answer = as_(None).post(f"/i/{slip.code}", data={"op": new_uid()})
    assert (answer.status_code, "▲ Chưa ghi được." in answer.text, "Lan" in answer.text) == (409, True, False)
    assert (f'action="/i/{slip.code}"' in answer.text, Attendance.select().count()) == (True, 0)


def test_two_sessions_open_at_once_are_a_choice_with_the_likelier_one_chosen(world, as_):
    moment = now()
    ended, begins = moment - timedelta(minutes=10), moment + timedelta(minutes=15)
    times = [(ended - timedelta(hours=1), ended), (begins, begins + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)
    first, second = course.schedule()
    page = as_(None).get(f"/c/{course.code}").text
    assert re.search(rf'value="{second.uid}" checked', page)
    post(course, as_, meeting=first.uid)
    assert Attendance.get().meeting == first
    answer = post(course, as_, name="Bà Năm", meeting=new_uid())
    assert (answer.status_code, 'id="meeting-error"' in answer.text, Attendance.select().count()) == (422, True, 1)


@pytest.fixture
def word(course):
    course.schedule()[0].set_word("Hoa Gạo", None)
    return course


@pytest.mark.parametrize("said", ["Hoa Gạo", "hoa gao", " HOA  GẠO ", "hoa gạo."])
def test_the_word_on_the_blackboard_is_read_in_any_spelling(word, as_, said):
    assert 'name="word"' in as_(None).get(f"/c/{word.code}").text
    assert post(word, as_, word=said).status_code == 200
    assert Attendance.select().count() == 1


@pytest.mark.parametrize("said", ["", "hoa đào", "gạo"])
def test_a_wrong_word_is_said_beside_it_and_the_rest_stays(word, as_, said):
    answer = post(word, as_, word=said)
    assert (answer.status_code, 'id="word-error"' in answer.text) == (422, True)
    assert 'value="Nguyễn Thị Lan"' in answer.text
    assert Attendance.select().count() == 0


def test_guessing_the_word_is_limited_by_failures_until_the_host_writes_another(word, as_):
    post(word, as_, word="hoa gạo")
    key = f"word:{word.schedule()[0].uid}:hoa gao"
    assert not Limit.reached(key, 1)
    for _ in range(200):
        Limit.fail(key)
    assert "Nhờ người phụ trách lớp ghi giúp." in post(word, as_, word="hoa gạo", name="Bà Năm").text
    word.schedule()[0].set_word("Lúa", None)
    assert post(word, as_, word="lúa", name="Bà Năm").status_code == 200


def test_a_phone_without_cookies_or_modern_headers_checks_in(course, as_):
    old = as_(None)
    old.environ_base.pop("HTTP_SEC_FETCH_SITE")
    answer = old.post(f"/c/{course.code}", data=typed())
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert Attendance.select().count() == 1


def test_a_second_person_of_the_same_name_says_so_and_is_recorded_apart(world, course, as_):
    world.household()
    post(course, as_)
    first = Attendance.get()
    Attendance.update(happened_at=first.happened_at - timedelta(minutes=7)).execute()
    sent = typed()
    page = as_(None).post(f"/c/{course.code}", data=sent)
    at = (vi.local(first.happened_at) - timedelta(minutes=7)).strftime("%H:%M")
    assert ("Tên này đã có trong danh sách" in page.text, at in page.text) == (True, False)
    assert Attendance.select().count() == 1
    other = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text.partition("<details")[0]))
    assert (other["another"], other["name"], other["op"] != sent["op"]) == ("yes", "Nguyễn Thị Lan", True)
    for _ in range(2):
        assert "Đã ghi có mặt lúc" in as_(None).post(f"/c/{course.code}", data=other).text
    rows = list(Attendance.select().order_by(Attendance.id))
    assert [(row.resident is None, row.is_namesake) for row in rows] == [(False, False), (True, True)]
    page = as_("hana").get(f"/meetings/{course.schedule()[0].uid}").text
    assert page.count("trùng tên, nói là người khác") == 1


def test_a_namesake_is_told_the_same_whether_the_first_was_known_or_not(world, course, as_):
    world.household()
    pages = []
    for name in ("Nguyễn Thị Lan", "Nguyễn Thị Lài"):
        post(course, as_, name=name)
        pages.append(re.sub(r'name="op" value="[^"]+"', "", post(course, as_, name=name).text).replace(name, "X"))
    assert pages[0] == pages[1]


def test_whoever_only_types_a_name_is_not_told_when_it_was_recorded(world, course, as_):
    lan = world.household().living().first()
    Attendance.check_in(course.schedule()[0], new_uid(), "host", "", resident=lan)
    assert "có mặt lúc" not in post(course, as_).text
    sent = typed(name="Bà Tư")
    assert ["có mặt lúc" in as_(None).post(f"/c/{course.code}", data=sent).text for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("told", "year"),
    [
        ("1958", 1958),
        ("58", 1958),
        ("05", 2005),
        ("68 tuổi", 1958),
        ("68 tuoi", 1958),
        ("68t", 1958),
        ("15/3/1958", 1958),
        ("15-3-58", 1958),
        ("15031958", 1958),
        ("00/00/58", 1958),
        ("năm 1958", 1958),
        ("khoảng 1958", 1958),
    ],
)
def test_a_year_is_understood_as_people_tell_it_and_shown_back(course, as_, told, year):
    page = post(course, as_, birth_year=told).text
    assert (Attendance.get().birth_year, f"Nguyễn Thị Lan, sinh năm {year}" in page) == (year, True)
    assert ("báo người phụ trách lớp sửa" in page) == (told != "1958")


@pytest.mark.parametrize(
    ("name", "joined"),
    [
        ("Lan Nguyễn Thị", True),
        ("lan nguyen", True),
        ("Bà Nguyễn Thị Lan", True),
        ("Bác Nguyễn Lan", True),
        ("Nguyễn Thị Lài", False),
        ("Thị Lan", False),
        ("Bà Lan", False),
        ("Lan", False),
        ("Nguyễn Thị", False),
    ],
)
def test_a_name_in_another_order_or_without_its_middle_is_the_same_person(world, course, as_, name, joined):
    lan = world.household().living().first()
    post(course, as_, name=name)
    assert Attendance.get().resident == (lan if joined else None)


def test_a_name_that_fits_two_of_a_year_is_joined_to_nobody_and_suggested(world, course, as_):
    for middle in ("Thị", "Ngọc"):
        world.household(people=[(f"Nguyễn {middle} Lan", 1958, "f", "head")])
    post(course, as_, name="Lan Nguyễn")
    post(course, as_, name="Bà Nguyễn Thị Lan", birth_year="1959")
    rows = list(Attendance.select().order_by(Attendance.id))
    assert [row.resident for row in rows] == [None, None]
    names = [[person.name for person in row.suggestions(world.areas["TH04"])] for row in rows]
    assert sorted(names[0]) == ["Nguyễn Ngọc Lan", "Nguyễn Thị Lan"]
    assert names[1][0] == "Nguyễn Thị Lan"

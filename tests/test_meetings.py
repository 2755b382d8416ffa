"""The host's roll call: who came, those without a phone, the head-count, and taking it back."""

import re
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

import pytest

import vi
import visits
from classes import sessions
from models import Attendance, Course, Event, Household, Invitation, Meeting, Resident, new_uid, now


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


def test_the_host_finds_somebody_by_two_syllables_and_records_them(world, meeting, as_):
    lan = world.household().living().first()
    hana = as_("hana")
    assert lan.uid in hana.get(f"/meetings/{meeting.uid}?q=thi+lan").text
    assert lan.uid not in hana.get(f"/meetings/{meeting.uid}?q=lan").text
    sent = {"op": new_uid(), "resident": lan.uid}
    for _ in range(2):
        assert hana.post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 303
    row = Attendance.get()
    assert (row.resident, row.how, row.user.username, Attendance.select().count()) == (lan, "host", "hana", 1)


def test_the_host_sees_nobody_from_beside_the_area_but_a_typed_neighbour_is_still_matched(world, meeting, as_):
    neighbour = world.household("TX01").living().first()
    hana = as_("hana")
    assert neighbour.uid not in hana.get(f"/meetings/{meeting.uid}?q=thi+lan").text
    sent = {"op": new_uid(), "resident": neighbour.uid}
    assert hana.post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 404
    typed = {"op": new_uid(), "name": "nguyen thi lan", "birth_year": "1958", "village": "TX01"}
    hana.post(f"/meetings/{meeting.uid}/attendance", data=typed)
    assert Attendance.get().resident == neighbour


def test_the_search_shows_at_most_five(world, meeting, as_):
    for year in range(1950, 1960):
        world.household(people=[("Nguyễn Thị Lan", year, "f", "head")])
    walk_in, _ = Attendance.check_in(meeting, new_uid(), "self", "Bà Lan")
    parts = {f"/meetings/{meeting.uid}": "found", f"/attendance/{walk_in.uid}": "choices"}

    def found(path):
        headers = {"HX-Request": "true", "HX-Target": f"div#{parts[path]}"}
        part = as_("hana").get(f"{path}?q=nguyen+lan", headers=headers).text
        return part.count('name="resident"'), "Còn người khác" in part

    assert [found(path) for path in parts] == [(5, True), (5, True)]
    Resident.update(name="Lê Hoa", folded="le hoa").where(Resident.birth_year > 1954).execute()
    assert [found(path) for path in parts] == [(5, False), (5, False)]


def test_a_walk_in_needs_only_a_name(meeting, as_):
    sent = {"op": new_uid(), "name": "BÀ TƯ", "birth_year": "", "village": ""}
    assert as_("hana").post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 303
    row = Attendance.get()
    assert (row.name, row.birth_year, row.resident, row.how) == ("BÀ TƯ", None, None, "host")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("name", "001058012345"), ("name", "12"), ("birth_year", "1826")],
)
def test_a_wrong_walk_in_is_refused_beside_the_field(meeting, as_, field, value):
    sent = {"op": new_uid(), "name": "Bà Tư", "birth_year": "1950", "village": "TH04"} | {field: value}
    answer = as_("hana").post(f"/meetings/{meeting.uid}/attendance", data=sent)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert Attendance.select().count() == 0


def test_a_resident_of_another_commune_cannot_be_recorded(world, meeting, as_):
    from models import Area

    elsewhere = Area.add("commune", "Xã Khác", "XK")
    village = Area.add("village", "Thôn Xa", "XA", elsewhere)
    far = Household.add(village, None, people=[{"name": "Lê Xa", "birth_year": 1970}]).living().first()
    sent = {"op": new_uid(), "resident": far.uid}
    assert as_("hana").post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 404


def test_undo_takes_the_person_out_and_a_new_check_in_brings_them_back(world, meeting, as_):
    lan = world.household().living().first()
    row, _ = Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    hana = as_("hana")
    for _ in range(2):
        assert hana.post(f"/attendance/{row.uid}/undo").status_code in (303, 404)
    assert list(Attendance.present(meeting)) == []
    again, added = Attendance.check_in(meeting, new_uid(), "host", "", resident=lan)
    assert (again.id, added, [r.how for r in Attendance.present(meeting)]) == (row.id, True, ["host"])
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("attendance")).order_by(Event.id)]
    assert verbs == ["attendance.recorded", "attendance.undone", "attendance.recorded"]


def test_undoing_somebody_elses_attendance_is_not_possible(world, meeting, as_):
    from models import User

    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    row, _ = Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    assert as_("otto-host").post(f"/attendance/{row.uid}/undo").status_code == 404
    assert len(Attendance.present(meeting)) == 1


def test_the_head_count_stands_beside_the_check_ins(meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    hana = as_("hana")
    assert hana.post(f"/meetings/{meeting.uid}/heads", data={"head_count": "3"}).status_code == 303
    page = hana.get(f"/meetings/{meeting.uid}").text
    assert ("Đếm được 3, điểm danh 1" in page, "còn 2 người chưa ghi" in page) == (True, True)
    assert hana.post(f"/meetings/{meeting.uid}/heads", data={"head_count": "many"}).status_code == 422
    assert Meeting.get_by_id(meeting.id).head_count == 3


def test_coming_to_class_counts_as_learning_at_once(world, meeting, this_year):
    household = world.household()
    lan = household.living().first()
    skills = {f"k{n}": "alone" for n in range(1, 8)}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}}
    visits.receive(household, visit | {"people": [{"uid": lan.uid, "answers": skills}]}, None)
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 0, 0]
    row, _ = Attendance.check_in(meeting, new_uid(), "self", "", resident=Resident.get_by_id(lan.id))
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 1, 1]
    row.undo(None)
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 0, 0]


def attend(browser, meeting, **fields):
    return browser.post(f"/meetings/{meeting.uid}/attendance", data={"op": new_uid()} | fields)


def send_numbers(browser, meeting, numbers, **headers):
    sent = {"op": new_uid(), "numbers": numbers}
    return browser.post(f"/meetings/{meeting.uid}/numbers", data=sent, headers=headers)


@pytest.fixture
def paper(world, meeting):
    """Four residents on the course's paper list, rows 1 to 4; returns them."""
    people = [(f"Nguyễn Thị {name}", 1950, "f", "other") for name in ("An", "Bình", "Cúc", "Dung")]
    residents = list(world.household(people=people).living())
    for number, resident in enumerate(residents, 1):
        Invitation.create(code=f"CODE{number}", number=number, course=meeting.course, resident=resident)
    return residents


@pytest.mark.parametrize("typed", ["1 3-4", "1,3,4", "1; 3 – 4", "4 3 1 1", "1. 3. 4."])
def test_row_numbers_from_the_paper_list_record_as_people_write_them(paper, meeting, as_, typed):
    hana = as_("hana")
    assert [send_numbers(hana, meeting, typed).status_code for _ in range(2)] == [303, 303]
    assert [(row.resident, row.how) for row in Attendance.present(meeting)] == [(paper[n], "paper") for n in (0, 2, 3)]


def test_unknown_numbers_are_named_beside_the_field_and_the_known_ones_are_kept(paper, meeting, as_):
    answer = send_numbers(as_("hana"), meeting, "2 9 11-12 ba")
    assert answer.status_code == 422
    assert "Không có số ba, 9, 11, 12 trên danh sách giấy. Các số khác đã ghi." in answer.text
    assert 'name="numbers" value="ba 9 11 12"' in answer.text
    assert [row.resident for row in Attendance.present(meeting)] == [paper[1]]


@pytest.mark.parametrize("typed", ["", "   ", "9-1", "0-99999"])
def test_no_number_at_all_is_refused(paper, meeting, as_, typed):
    assert send_numbers(as_("hana"), meeting, typed).status_code == 422
    assert Attendance.select().count() == 0


def test_another_courses_list_is_not_read(world, paper, meeting, as_):
    other = Course.open(world.users["hana"], world.areas["TH04"], "safety", "Khác", "Đình", [(now(), now())])
    assert send_numbers(as_("hana"), other.schedule()[0], "1").status_code == 422


def test_entries_made_days_later_count_for_the_day_of_the_session_and_as_paper(world, paper, meeting, as_):
    sessions.move(meeting, now() - timedelta(days=3), now() - timedelta(days=3) + timedelta(hours=1), None)
    hana = as_("hana")
    send_numbers(hana, meeting, "1")
    attend(hana, meeting, name="Bà Tư")
    rows = list(Attendance.present(meeting))
    assert {(row.how, row.happened_at) for row in rows} == {("paper", meeting.starts_at)}
    page = as_("hana").get(f"/meetings/{meeting.uid}").text
    assert page.count(f"nhập ngày {vi.date_vn(now())}") == len(rows)
    assert {row.received_at > meeting.starts_at + timedelta(days=2) for row in rows} == {True}


def test_what_a_phone_kept_with_no_signal_is_dated_when_it_was_told(meeting, as_):
    told = now() - timedelta(minutes=5)
    for said in (f"{told.isoformat()}.123Z", "2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "yesterday"):
        attend(as_("hana"), meeting, name=f"Bà {said[:4]}", happened_at=said)
    happened = {row.name: (row.how, row.happened_at) for row in Attendance.present(meeting)}
    assert happened[f"Bà {told.year}"] == ("host", told)
    assert all(at <= now() for _, at in happened.values())
    assert {how for how, _ in happened.values()} == {"host"}


def test_what_a_phone_with_a_wrong_clock_kept_is_dated_by_ours(meeting, as_):
    wrong, told = timedelta(days=400), now() - timedelta(minutes=6)
    sent = {"op": new_uid(), "name": "Bà Tư", "happened_at": f"{(told - wrong).isoformat()}Z"}
    headers = {"X-Outbox-Clock": f"{(now() - wrong).isoformat()}Z"}
    as_("hana").post(f"/meetings/{meeting.uid}/attendance", data=sent, headers=headers)
    row = Attendance.present(meeting).get()
    assert (row.how, abs(row.happened_at - told) <= timedelta(seconds=3)) == ("host", True)


def test_the_phones_queue_gets_a_receipt_or_the_reason(paper, meeting, as_):
    hana = as_("hana")
    for path, fields in (("attendance", {"name": "Bà Tư"}), ("numbers", {"numbers": "1"})):
        body = urlencode({"op": new_uid(), **fields})
        answer = hana.post(
            f"/meetings/{meeting.uid}/{path}",
            data=body,
            headers={"Accept": "application/json"},
            content_type="application/x-www-form-urlencoded;charset=UTF-8",
        )
        op = body[3:39]
        assert answer.json == {"id": op, "hash": sha256(body.encode()).hexdigest(), "state": "received"}
    refused = send_numbers(hana, meeting, "9", Accept="application/json")
    assert (refused.status_code, refused.json["state"], list(refused.json["errors"])) == (422, "refused", ["numbers"])


def test_two_hosts_at_once_record_everybody_once(world, paper, meeting, as_):
    for _ in range(2):
        for who in ("hana", "leo"):
            send_numbers(as_(who), meeting, "1-4")
            attend(as_(who), meeting, resident=paper[0].uid)
            attend(as_(who), meeting, name="Bà Tư", birth_year="1950", village="TH04")
    assert Attendance.present(meeting).count() == 5


def test_the_live_parts_are_sent_only_when_something_changed(meeting, as_):
    hana, here = as_("hana"), f"/meetings/{meeting.uid}"

    def part(name, seen=""):
        headers = {"HX-Request": "true", "HX-Target": f"div#{name}"}
        return hana.get(f"{here}?seen={seen}", headers=headers)

    first = part("count")
    assert ("0 người có mặt" in first.text, "<html" in first.text) == (True, False)
    seen = re.search(r"seen=(\w+)", first.text)[1]
    assert [part(name, seen).status_code for name in ("count", "present")] == [204, 204]
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    assert ["1 người có mặt" in part("count", seen).text, "Bà Tư" in part("present", seen).text] == [True, True]
    assert hana.get(f"{here}?seen={seen}").status_code == 200


def test_the_page_asks_again_only_while_the_door_is_open(meeting, as_):
    page = f"/meetings/{meeting.uid}"
    assert as_("hana").get(page).text.count("every 5s") == 2
    sessions.move(meeting, now() - timedelta(days=3), now() - timedelta(days=3) + timedelta(hours=1), None)
    assert as_("hana").get(page).text.count("every 5s") == 0


def test_the_list_costs_the_same_queries_however_many_came(meeting, as_, count_queries):
    hana, numbers = as_("hana"), []
    for size in (2, 8):
        for n in range(size):
            Attendance.check_in(meeting, new_uid(), "self", f"Bà {size} {n}", 1950, meeting.course.area)
        with count_queries() as queries:
            hana.get(f"/meetings/{meeting.uid}")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_what_is_found_shows_the_decade_and_the_year_only_to_tell_two_apart(world, meeting, as_):
    for year in (1958, 1953, 1971):
        world.household(people=[("Nguyễn Thị Lan", year, "f", "head")], lane="Xóm Đình")
    found = as_("hana").get(f"/meetings/{meeting.uid}?q=thi+lan").text
    told = re.findall(r'num">(\S+) · Xóm Đình', found)
    assert sorted(told) == ["1953", "1958", "197•"]


def test_before_the_door_opens_nobody_is_recorded(world, paper, meeting, as_):
    sessions.move(meeting, now() + timedelta(hours=2), now() + timedelta(hours=3), None)
    hana = as_("hana")
    assert '<div id="recording" hidden>' in hana.get(f"/meetings/{meeting.uid}").text
    assert [attend(hana, meeting, name="Bà Tư").status_code, send_numbers(hana, meeting, "1").status_code] == [422, 422]
    assert Attendance.select().count() == 0


def test_a_pupils_class_is_a_head_count_and_no_names(meeting, as_):
    Course.update(audience="pupils").execute()
    hana = as_("hana")
    hana.post(f"/meetings/{meeting.uid}/heads", data={"head_count": "31"})
    page = hana.get(f"/meetings/{meeting.uid}").text
    assert ("Đếm được 31 em" in page, 'name="name"' in page) == (True, False)
    assert attend(hana, meeting, name="Em Bé").status_code == 422
    assert Attendance.select().count() == 0


def test_a_volunteer_runs_the_roll_call_only_where_a_host_asked_them(world, meeting, as_):
    vera = as_("vera")
    paths = ("", "/screen", "/learned")
    assert {vera.get(f"/meetings/{meeting.uid}{path}").status_code for path in paths} == {404}
    meeting.course.change(None, cohosts=[world.users["vera"]])
    assert {vera.get(f"/meetings/{meeting.uid}{path}").status_code for path in paths} == {200}
    assert attend(vera, meeting, name="Bà Tư").status_code == 303


def test_the_word_is_switched_on_and_off(meeting, as_):
    hana, here = as_("hana"), f"/meetings/{meeting.uid}"
    assert hana.post(f"{here}/word", data={"word": "  Hoa   Gạo "}).status_code == 303
    assert (Meeting.get_by_id(meeting.id).word, "đang hỏi “Hoa Gạo”" in hana.get(here).text) == ("Hoa Gạo", True)
    for wrong in ("!!!", "x" * 41):
        assert hana.post(f"{here}/word", data={"word": wrong}).status_code == 422
    hana.post(f"{here}/word", data={"word": ""})
    assert Meeting.get_by_id(meeting.id).word == ""


def test_the_screen_shows_the_number_and_the_way_in_and_no_name(meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    page, course = as_("hana").get(f"/meetings/{meeting.uid}/screen").text, meeting.course
    assert "<b>1</b>" in page
    assert f"/c/{course.code}" in page
    assert f"{course.number[:3]} {course.number[3:]}" in page
    assert ("Bà Tư" in page, "http-equiv" in page, 'hx-trigger="every 5s"' in page) == (False, False, True)
    live = as_("hana").get(f"/meetings/{meeting.uid}/screen", headers={"HX-Request": "true", "HX-Target": "div#live"})
    assert ("<b>1</b>" in live.text, "<html" in live.text, "Bà Tư" in live.text) == (True, False, False)


def test_an_operation_used_at_another_session_records_nobody(world, database, paper, meeting, as_):
    hana, sent = as_("hana"), {"op": new_uid(), "name": "Bà Tư"}
    other = Meeting.get(Meeting.course == meeting.course, Meeting.id != meeting.id)
    Meeting.update(starts_at=meeting.starts_at).where(Meeting.id == other.id).execute()
    assert hana.post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 303
    assert hana.post(f"/meetings/{other.uid}/attendance", data=sent).status_code == 409
    assert (Attendance.came(meeting), Attendance.came(other)) == (1, 0)


def test_a_session_called_off_counts_as_learning_no_more_and_again_when_held(world, database, meeting, this_year):
    household = world.household()
    lan = household.living().first()
    skills = {f"k{n}": "alone" for n in range(1, 8)}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}}
    visits.receive(household, visit | {"people": [{"uid": lan.uid, "answers": skills}]}, None)
    Attendance.check_in(meeting, new_uid(), "self", "", resident=Resident.get_by_id(lan.id))

    def counted():
        kept = Household.get_by_id(household.id).contribution["CT7"]
        Household.rebuild_tallies()
        assert Household.get_by_id(household.id).contribution["CT7"] == kept
        return kept

    found = [counted()]
    for change in (lambda: sessions.cancel(meeting, None, "Mất điện"), lambda: sessions.restore(meeting, None)):
        change()
        found.append(counted())
    assert found == [[1, 1, 1], [1, 0, 0], [1, 1, 1]]


def test_nobody_is_recorded_at_a_session_called_off_and_the_host_is_told_why(world, meeting, as_):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    lan = world.household().living().first()
    sessions.cancel(meeting, None, "Mất điện")
    hana, here = as_("hana"), f"/meetings/{meeting.uid}"
    page = hana.get(here).text
    assert ("Bà Tư" in page, "không tính là một buổi học" in page, f'action="{here}/restore"' in page) == (True,) * 3
    assert (f'action="{here}/attendance"' in page, f'action="{here}/heads"' in page) == (False, False)
    for path, sent in (
        ("attendance", {"resident": lan.uid}),
        ("attendance", {"name": "Bà Năm"}),
        ("numbers", {"numbers": "1"}),
        ("heads", {"head_count": "9"}),
    ):
        answer = hana.post(f"{here}/{path}", data={"op": new_uid()} | sent)
        assert (answer.status_code, "Nếu vẫn học" in answer.text) == (422, True)
    assert hana.post(f"{here}/learned", data={"can": f"{lan.uid}.vneid"}).location == here
    assert (Attendance.select().count(), Meeting.get_by_id(meeting.id).head_count) == (1, None)


def test_the_phone_keeps_the_people_of_one_village_for_a_class_and_no_more_of_them_than_it_needs(world, meeting, as_):
    lan = world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head")], lane="Xóm Đình").living().first()
    world.household("TX01", people=[("Đinh Công Ba", 1970, "m", "head")])
    told = as_("hana").get(f"/meetings/{meeting.uid}/people").json
    assert told["people"] == [[lan.uid, "Nguyễn Thị Lan", 1958, "Xóm Đình"]]
    assert told["village"] == "TH04"
    assert as_("hana").get(f"/meetings/{meeting.uid}/people?have={told['tag']}").status_code == 204
    assert as_("otto").get(f"/meetings/{meeting.uid}/people").status_code == 404


def test_undoing_from_a_phone_is_answered_by_a_receipt_and_undoes_nothing_that_was_recorded_since(meeting, as_):
    hana, op = as_("hana"), new_uid()
    attend(hana, meeting, name="Bà Tư", op=op)
    row = Attendance.get()
    sent = {"op": new_uid(), "recorded": op}
    undo = {"path": f"/attendance/{row.uid}/undo", "data": sent, "headers": {"Accept": "application/json"}}
    receipts = [hana.post(**undo).json for _ in range(2)]
    assert [(told["id"], told["state"]) for told in receipts] == [(sent["op"], "received")] * 2
    assert Attendance.present(meeting).count() == 0
    attend(hana, meeting, name="Bà Tư")
    hana.post(**undo)
    hana.post(f"/meetings/{meeting.uid}/attendance/undo", data=sent)
    assert Attendance.present(meeting).count() == 1


def test_what_one_operation_recorded_is_undone_together_by_its_id(paper, meeting, as_):
    hana, op = as_("hana"), new_uid()
    attend(hana, meeting, name="Bà Tư")
    hana.post(f"/meetings/{meeting.uid}/numbers", data={"op": op, "numbers": "1-3"})
    assert Attendance.present(meeting).count() == 4
    undo = {"op": new_uid(), "recorded": op}
    told = hana.post(f"/meetings/{meeting.uid}/attendance/undo", data=undo, headers={"Accept": "application/json"})
    assert (told.json["id"], told.json["state"]) == (undo["op"], "received")
    assert [row.name for row in Attendance.present(meeting)] == ["Bà Tư"]

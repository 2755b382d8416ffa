"""The host's roll call: who came, those without a phone, the head-count, and taking it back."""

from datetime import timedelta

import pytest

from models import Attendance, Course, Event, Household, Meeting, Resident, new_uid, now


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
    assert as_("hana").get(f"/meetings/{meeting.uid}?q=nguyen+lan").text.count('name="resident"') == 5


def test_a_walk_in_needs_only_a_name(meeting, as_):
    sent = {"op": new_uid(), "name": "BÀ TƯ", "birth_year": "", "village": ""}
    assert as_("hana").post(f"/meetings/{meeting.uid}/attendance", data=sent).status_code == 303
    row = Attendance.get()
    assert (row.name, row.birth_year, row.resident, row.how) == ("BÀ TƯ", None, None, "host")


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "x" * 121), ("birth_year", "1826")])
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
    row, _ = meeting.check_in(new_uid(), "self", "", resident=lan)
    hana = as_("hana")
    for _ in range(2):
        assert hana.post(f"/attendance/{row.uid}/undo").status_code in (303, 404)
    assert list(meeting.present()) == []
    again, added = meeting.check_in(new_uid(), "host", "", resident=lan)
    assert (again.id, added, [r.how for r in meeting.present()]) == (row.id, True, ["host"])
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("attendance")).order_by(Event.id)]
    assert verbs == ["attendance.recorded", "attendance.undone", "attendance.recorded"]


def test_undoing_somebody_elses_attendance_is_not_possible(world, meeting, as_):
    from models import User

    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    row, _ = meeting.check_in(new_uid(), "self", "Bà Tư")
    assert as_("otto-host").post(f"/attendance/{row.uid}/undo").status_code == 404
    assert len(meeting.present()) == 1


def test_the_head_count_stands_beside_the_check_ins(meeting, as_):
    meeting.check_in(new_uid(), "self", "Bà Tư")
    hana = as_("hana")
    assert hana.post(f"/meetings/{meeting.uid}/heads", data={"head_count": "3"}).status_code == 303
    assert "Đếm được 3, điểm danh 1." in hana.get(f"/meetings/{meeting.uid}").text
    assert hana.post(f"/meetings/{meeting.uid}/heads", data={"head_count": "many"}).status_code == 422
    assert Meeting.get_by_id(meeting.id).head_count == 3


def test_coming_to_class_counts_as_learning_at_once(world, meeting):
    household = world.household()
    lan = household.living().first()
    skills = {f"k{n}": "alone" for n in range(1, 8)}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}}
    household.receive(visit | {"people": [{"uid": lan.uid, "answers": skills}]}, None)
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 0, 0]
    row, _ = meeting.check_in(new_uid(), "self", "", resident=Resident.get_by_id(lan.id))
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 1, 1]
    row.undo(None)
    assert Household.get_by_id(household.id).contribution["CT7"] == [1, 0, 0]

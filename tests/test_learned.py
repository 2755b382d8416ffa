"""What a class taught becomes an answer: with its source, newest first, and the earlier one comes back."""

from datetime import timedelta

import pytest

import plan
import vi
import visits
from classes import results
from models import Attendance, Course, Event, Household, Learned, Resident, new_uid, now

DAY = timedelta(days=1)
LONG_AGO = now() - 5 * DAY


@pytest.fixture
def course(world):
    times = [(now() - 2 * DAY, now() - 2 * DAY + timedelta(hours=1))]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Nhà văn hóa", times)


@pytest.fixture
def lan(world):
    return world.household().living().first()


def outcome(number, topic="vneid"):
    return plan.active.topic(topic).outcomes[number]


def tell(resident, at, **answers):
    """A visit at which the resident answers."""
    visit = {"uid": new_uid(), "outcome": "partial", "happened_at": at, "answers": {}}
    visits.receive(resident.household, visit | {"people": [{"uid": resident.uid, "answers": answers}]}, None)


def mark(course, resident, number=0, at=None):
    Learned.mark(course, resident, outcome(number, course.topic), at or now() - DAY, course.host)
    return Learned.get(Learned.course == course, Learned.question == outcome(number, course.topic).question)


def answers(resident):
    return Resident.get_by_id(resident.id).answers


def test_it_becomes_the_answer_and_taking_it_back_restores_the_earlier_one(database, course, lan):
    tell(lan, LONG_AGO, vneid="cannot_sign_in")
    row = mark(course, lan)
    assert (answers(lan)["vneid"], row.user.username) == ("can_sign_in", "hana")
    row.take_back(None)
    row.take_back(None)
    lan = Resident.get_by_id(lan.id)
    assert (lan.answers, lan.answered_at["vneid"]) == ({"vneid": "cannot_sign_in"}, LONG_AGO.isoformat())
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("learned")).order_by(Event.id)]
    assert verbs == ["learned.marked", "learned.taken_back"]


def test_nothing_told_before_is_nothing_again(course, lan):
    mark(course, lan).take_back(None)
    assert (answers(lan), Learned.of(course)) == ({}, {})


def test_marked_twice_is_once_and_can_be_marked_again_after_taking_back(course, lan):
    assert [Learned.mark(course, lan, outcome(0), now(), None) for _ in range(2)] == [True, False]
    Learned.get().take_back(None)
    assert (Learned.mark(course, lan, outcome(0), now(), None), answers(lan)) == (True, {"vneid": "can_sign_in"})


def test_a_newer_answer_at_the_door_is_not_overwritten_by_a_mark_made_late(course, lan):
    tell(lan, now(), vneid="cannot_sign_in")
    row = mark(course, lan, at=now() - DAY)
    assert answers(lan)["vneid"] == "cannot_sign_in"
    row.take_back(None)
    assert answers(lan)["vneid"] == "cannot_sign_in"


def test_an_older_visit_that_arrives_late_neither_overwrites_the_mark_nor_is_lost(course, lan):
    tell(lan, LONG_AGO, vneid="none")
    row = mark(course, lan)
    tell(lan, now() - 3 * DAY, vneid="cannot_sign_in")
    assert answers(lan)["vneid"] == "can_sign_in"
    row.take_back(None)
    assert answers(lan)["vneid"] == "cannot_sign_in"


def test_two_classes_that_taught_the_same_are_taken_back_in_any_order(world, lan):
    times = [(now() - DAY, now())]
    hana, area = world.users["hana"], world.areas["TH04"]
    courses = [Course.open(hana, area, topic, "Lớp", "Đình", times) for topic in ("payment", "market")]
    for order in ((0, 1), (1, 0)):
        tell(lan, LONG_AGO, k6="no")
        rows = [mark(course, lan, at=now() - timedelta(hours=9 - n)) for n, course in enumerate(courses)]
        rows[order[0]].take_back(None)
        assert answers(lan)["k6"] == "alone"
        rows[order[1]].take_back(None)
        assert answers(lan)["k6"] == "no"


def test_the_need_is_met_when_all_that_is_taught_can_be_done_and_open_again_when_not(course, lan):
    tell(lan, LONG_AGO, needs=["vneid", "safety"])
    mark(course, lan, 0)
    assert answers(lan)["needs"] == ["vneid", "safety"]
    row = mark(course, lan, 1)
    assert answers(lan)["needs"] == ["safety"]
    row.take_back(None)
    assert answers(lan)["needs"] == ["vneid", "safety"]


def test_the_last_need_met_leaves_none(course, lan):
    tell(lan, LONG_AGO, needs=["vneid"], vneid="can_sign_in")
    mark(course, lan, 1)
    assert answers(lan)["needs"] == ["none"]


def test_it_moves_the_targets_at_once_and_agrees_with_a_recount(world, database, lan, this_year):
    course = Course.open(
        world.users["hana"], world.areas["TH04"], "safety", "Lớp", "Đình", [(now() - DAY, now() - DAY / 2)]
    )
    Attendance.check_in(course.schedule()[0], new_uid(), "self", "", resident=lan)
    tell(lan, LONG_AGO, **{f"k{n}": "alone" for n in range(1, 7)}, k7="no")
    moved = []
    row = mark(course, lan)
    moved.append([Household.get().contribution[code] for code in ("CT3", "CT7")])
    row.take_back(None)
    moved.append([Household.get().contribution[code] for code in ("CT3", "CT7")])
    assert moved == [[[1, 1, 1], [1, 1, 1]], [[1, 1, 0], [1, 1, 0]]]
    before = Household.get().contribution
    Household.rebuild_tallies()
    assert Household.get().contribution == before


def test_the_host_marks_everybody_on_one_page_and_only_what_was_changed_is_meant(world, course, lan, as_):
    meeting = course.schedule()[0]
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    hana, here = as_("hana"), f"/meetings/{meeting.uid}/learned"
    page = hana.get(here).text
    marks = len(plan.active.topic(course.topic).outcomes + plan.active.marks)
    assert (page.count('name="can"'), "1 người chưa khớp danh sách hộ" in page) == (marks, True)
    signs_in, opens = f"{lan.uid}.vneid", f"{lan.uid}.k4"
    assert hana.post(here, data={"can": [signs_in]}).status_code == 303
    assert (answers(lan), Resident.get_by_id(lan.id).answered_at["vneid"]) == (
        {"vneid": "can_sign_in"}, meeting.ends_at.isoformat(),
    )  # fmt: skip
    as_("leo").post(here, data={"can": [opens]})  # whose page was opened before Hana saved
    assert answers(lan) == {"vneid": "can_sign_in", "k4": "alone"}
    assert hana.get(here).text.count("checked") == 2
    hana.post(here, data={"shown": [signs_in, opens], "can": [opens]})
    assert answers(lan) == {"k4": "alone"}


def test_who_was_confirmed_is_marked_after_any_class_and_neither_meets_nor_opens_a_need(world, database, course, lan):
    """One of the two things taught is marked with the need met by a visit; the confirmation comes and goes alone."""
    tell(lan, LONG_AGO, needs=["vneid"], vneid="can_sign_in")
    mark(course, lan, 1)
    [confirmed] = plan.active.marks
    Learned.mark(course, lan, confirmed, now() - DAY, course.host)
    home = Household.get()
    assert (answers(lan)["confirmed"], home.contribution["QD757"], home.contribution["CT3"]) == (
        "yes", [1, 1, 1], [1, 0, 0],
    )  # fmt: skip
    Learned.get(Learned.question == "confirmed").take_back(None)
    assert ("confirmed" in answers(lan), answers(lan)["needs"]) == (False, ["none"])
    assert Household.get().contribution["QD757"] == [1, 0, 0]


def test_a_confirmation_alone_meets_no_need(course, lan):
    tell(lan, LONG_AGO, needs=["vneid"], vneid="can_sign_in", k4="alone")
    Learned.mark(course, lan, plan.active.marks[0], now(), course.host)
    assert answers(lan)["needs"] == ["vneid"]


def test_results_count_the_confirmed_apart_from_what_was_taught(course, lan):
    Attendance.check_in(course.schedule()[0], new_uid(), "self", "", resident=lan)
    Learned.mark(course, lan, plan.active.marks[0], now(), course.host)
    found = results.of(course, Attendance.meetings_of(course))
    assert ([people for _, people in found.able], [people for _, people in found.marked]) == ([0, 0], [1])


def test_a_mark_made_on_a_later_day_says_so_beside_the_day_it_counts_from(course, lan, as_):
    meeting = course.schedule()[0]
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    as_("hana").post(f"/meetings/{meeting.uid}/learned", data={"can": [f"{lan.uid}.vneid"]})
    page = " ".join(as_("hana").get(f"/meetings/{meeting.uid}/learned").text.split())
    assert f"Tính từ ngày {vi.date_vn(meeting.ends_at)} · nhập ngày {vi.date_vn(now())}" in page


def test_nobody_who_was_not_there_is_marked(world, course, lan, as_):
    here = f"/meetings/{course.schedule()[0].uid}/learned"
    as_("hana").post(here, data={"can": [f"{lan.uid}.vneid", "x.y", ""]})
    assert (answers(lan), Learned.select().count()) == ({}, 0)


def test_nothing_is_kept_of_a_household_that_refused(course, lan, as_):
    meeting = course.schedule()[0]
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    visit = {"uid": new_uid(), "outcome": "refused", "happened_at": LONG_AGO, "answers": {}, "people": []}
    visits.receive(lan.household, visit, None)
    here = f"/meetings/{meeting.uid}/learned"
    assert 'name="can"' not in as_("hana").get(here).text
    as_("hana").post(here, data={"can": [f"{lan.uid}.vneid"]})
    assert (answers(lan), Learned.select().count()) == ({}, 0)


def test_the_page_costs_the_same_queries_however_many_came(world, course, as_, count_queries):
    hana, meeting, numbers = as_("hana"), course.schedule()[0], []
    for size in (1, 6):
        for _ in range(size):
            Attendance.check_in(meeting, new_uid(), "self", "", resident=world.household().living().first())
        with count_queries() as queries:
            hana.get(f"/meetings/{meeting.uid}/learned")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]

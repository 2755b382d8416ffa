"""Open needs: who said so, and dropped out by coming, being helped or being invited; to a list and to invitations."""

import threading
from datetime import timedelta

import pytest

import needs
import visits
from classes import results
from models import Attendance, Course, Event, Household, Invitation, Need, Resident, Support, db, new_uid, now

LONG_BEFORE = timedelta(days=30)


def told(world, *wanted, village="TH04", at=None, **details):
    """A resident who told a volunteer what they need, in a household that agreed."""
    household = world.household(village, **details)
    person = household.living().first()
    people = [{"uid": person.uid, "answers": {"needs": list(wanted)}}]
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": at or now(), "answers": {}, "people": people}
    visits.receive(household, visit, world.users["vera"])
    return Resident.visible_to(world.users["ada"]).where(Resident.id == person.id).get()


@pytest.fixture
def open_class(world):
    def opened(topic="vneid", village="TH04", by="hana", begins=timedelta(days=1)):
        begins = now() + begins
        times = [(begins, begins + timedelta(minutes=90))]
        return Course.open(world.users[by], world.areas[village], topic, "Dùng VNeID", "Nhà văn hóa", times)

    return opened


def counted(world, village="TH04"):
    """`{need: people}` of a village."""
    return {need: number for (_, need), number in needs.count(world.areas[village]).items()}


def test_needs_are_counted_by_village(world, database):
    told(world, "vneid", "payment")
    told(world, "vneid")
    told(world, "vneid", village="TX01")
    told(world, "none")
    told(world, "other")
    assert counted(world) == {"vneid": 2, "payment": 1}
    assert counted(world, "TX01") == {"vneid": 1}
    assert sorted(needs.count(world.commune).values()) == [1, 1, 2]


def test_the_table_of_needs_follows_every_change_of_the_answers(world, database):
    lan = told(world, "vneid", "payment")
    lan.answers = lan.answers | {"needs": "refused"}
    lan.store_changes()
    assert Need.select().count() == 0
    lan.answers = lan.answers | {"needs": ["safety"]}
    lan.store_changes()
    Resident.insert_all([Resident(**(lan.__data__ | {"id": None, "uid": new_uid()}))])
    asked_at = Resident.get_by_id(lan.id).answered_at["needs"]
    rows = [(row.need, row.since.isoformat()) for row in Need.select()]
    assert rows == [("safety", asked_at), ("safety", asked_at)]
    Household.delete().execute()
    assert Need.select().count() == 0


def test_who_moved_away_or_refused_is_not_counted(world, database):
    left, refused, empty = (told(world, "vneid") for _ in range(3))
    Resident.update(left="moved").where(Resident.id == left.id).execute()
    Household.update(agreed=False).where(Household.id == refused.household_id).execute()
    Household.update(state="vacant").where(Household.id == empty.household_id).execute()
    assert counted(world) == {}


def test_coming_to_a_class_that_answers_it_closes_a_need_and_undoing_opens_it(world, database, open_class):
    lan = told(world, "vneid", "payment", at=now() - LONG_BEFORE)
    meeting = open_class("market").meetings.get()
    row, _ = Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    assert counted(world) == {"vneid": 1}
    row.undo(None)
    assert counted(world) == {"vneid": 1, "payment": 1}


def test_a_class_before_the_need_was_told_does_not_close_it(world, database, open_class):
    meeting = open_class().meetings.get()
    lan = told(world, "vneid")
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan, happened_at=now() - LONG_BEFORE)
    assert counted(world) == {"vneid": 1}


@pytest.mark.parametrize(("topic", "left"), [("vneid", {}), ("payment", {"vneid": 1})])
def test_help_with_the_same_thing_closes_a_need(world, database, topic, left):
    lan = told(world, "vneid", at=now() - LONG_BEFORE)
    Support.give(world.users["vera"], topic, 10, "home", lan)
    assert counted(world) == left


def test_nobody_is_invited_to_two_classes_for_one_need(world, database, open_class):
    lan, first, second = told(world, "vneid", "payment"), open_class(), open_class()
    assert [row.number for row in Invitation.invite(first, [lan], "vneid", world.users["hana"])] == [1]
    assert Invitation.invite(second, [lan], "vneid", world.users["hana"]) == []
    assert Invitation.invite(first, [lan], "vneid", world.users["hana"]) == []
    assert counted(world) == {"payment": 1}
    [row] = Invitation.invite(open_class("payment"), [lan], "payment", world.users["hana"])
    assert row.number == 1
    assert Invitation.select().count() == 2


def test_two_hosts_at_once_invite_a_person_once(world, database, open_class):
    everybody = [told(world, "vneid") for _ in range(4)]
    courses, hana = [open_class(), open_class()], world.users["hana"]

    def invite(course):
        with db.connection_context():
            Invitation.invite(course, everybody, "vneid", hana)

    threads = [threading.Thread(target=invite, args=(course,)) for course in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Invitation.select().count() == 4


def test_an_invitation_taken_back_opens_the_need_and_stands_again_with_its_number(world, database, open_class):
    lan, hoa = told(world, "vneid"), told(world, "vneid", people=[("Lê Hoa", 1960, "f", "head")])
    course, hana = open_class(), world.users["hana"]
    row = Invitation.invite(course, [lan, hoa], "vneid", hana)[0]
    row.undo(hana)
    assert counted(world) == {"vneid": 1}
    assert Invitation.invite(course, [lan], "vneid", hana) == [row]
    assert (Invitation.get_by_id(row.id).undone_at, counted(world)) == (None, {})
    verbs = [(e.verb, e.data) for e in Event.select().where(Event.verb.in_(["course.invited", "invitation.undone"]))]
    invited = "course.invited"
    assert verbs == [
        (invited, {"people": 2, "need": "vneid"}),
        ("invitation.undone", {}),
        (invited, {"people": 1, "need": "vneid"}),
    ]


def test_numbers_follow_the_given_names_and_never_change(world, database, open_class):
    course, hana = open_class(), world.users["hana"]
    names = ["Nguyễn Thị Lan", "Trần Văn An", "Lê Thị Hoa"]
    everybody = [told(world, "vneid", people=[(name, 1960, "f", "head")]) for name in names]
    Invitation.invite(course, everybody, "vneid", hana)
    late = told(world, "vneid", people=[("Bùi Văn Ân", 1950, "m", "head")])
    Invitation.invite(course, [late], "vneid", hana)
    numbers = {row.resident.name: row.number for row in Invitation.with_people(course=course)}
    assert numbers == {"Trần Văn An": 1, "Lê Thị Hoa": 2, "Nguyễn Thị Lan": 3, "Bùi Văn Ân": 4}


def test_counting_costs_one_query_however_many_people(world, count_queries):
    for _ in range(3):
        told(world, "vneid")
    with count_queries() as few:
        needs.count(world.commune)
        needs.people(world.commune, "vneid")
    told(world, "vneid", village="TX01")
    with count_queries() as more:
        needs.count(world.commune)
        needs.people(world.commune, "vneid")
    assert len(few) == len(more) == 2


@pytest.mark.parametrize("told_since", [{"agreed": None}, {"agreed": False}, {"state": "moved"}])
def test_only_who_said_yes_and_lives_here_is_invited_printed_and_still_counted(told_since, world, database, open_class):
    lan, course, hana = told(world, "vneid"), open_class(), world.users["hana"]
    Invitation.invite(course, [lan], "vneid", hana)
    assert (len(Invitation.to_print(course)), results.of(course, []).still) == (1, [lan])
    Household.update(**told_since).where(Household.id == lan.household_id).execute()
    assert (Invitation.to_print(course), results.of(course, []).still) == ([], [])
    Invitation.delete().execute()
    assert needs.people(world.areas["TH04"], "vneid") == Invitation.invite(course, [lan], "vneid", hana) == []

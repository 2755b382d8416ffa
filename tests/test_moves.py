"""People change: who leaves, comes, splits off or was written twice; tallies follow and every move can be undone."""

import contextlib
import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import exports
import moves
import visits
from models import (
    Area,
    Attendance,
    Consent,
    Course,
    DayTally,
    Event,
    Household,
    Invitation,
    Learned,
    Meeting,
    Move,
    Moved,
    Need,
    Resident,
    Support,
    Tally,
    Visit,
    db,
    new_uid,
    now,
)
from moves import Refused
from terms import LEFT

FAMILY = [
    ("Nguyễn Thị Lan", 1958, "f", "head"),
    ("Quách Văn Bình", 1956, "m", "spouse"),
    ("Quách Văn Dũng", 1985, "m", "child"),
]
NOVEMBER = datetime(2026, 11, 1)


@pytest.fixture
def family(world):
    return world.household(people=FAMILY, code="014")


@pytest.fixture
def by(world):
    return world.users["vera"]


def person(name):
    return Resident.get(Resident.name == name)


def told(household, answers, at=NOVEMBER, outcome="done", uid=None):
    """Record a visit; `answers` is {name: {question: answer}}."""
    people = [{"uid": person(name).uid, "answers": given} for name, given in answers.items()]
    visit = {"uid": uid or new_uid(), "outcome": outcome, "happened_at": at, "answers": {}, "people": people}
    visits.receive(household, visit, None, "hash")
    return Household.get_by_id(household.id)


def living(household):
    return [each.name for each in household.living()]


def state_of_everything():
    """Every row that a move may touch, without what only remembers moves and without empty tallies."""
    tables = (Resident, Household, Attendance, Support, Invitation, Consent, Need, Learned)
    rows = {table.__name__: sorted(table.select().tuples()) for table in tables}
    tallies = Tally.select(Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples()
    return rows | {"Tally": sorted(row for row in tallies if any(row[2:]))}


def recounted():
    kept = state_of_everything()["Tally"]
    Household.rebuild_tallies()
    return state_of_everything()["Tally"] == kept


def meeting(world):
    times = [(now(), now() + timedelta(hours=1))]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times).meetings.get()


def record(why, resident, by, **told):
    """Somebody left, or was no person at all."""
    return moves.discard(resident, by, **told) if why == "mistake" else moves.leave(resident, why, by, **told)


@pytest.mark.parametrize("why", [*LEFT, "mistake"])
def test_who_leaves_is_no_longer_listed_counted_or_matched(family, by, database, why):
    told(family, {name: {"phone": "own"} for name, *_ in FAMILY})
    record(why, person("Quách Văn Dũng"), by)
    assert living(family) == ["Nguyễn Thị Lan", "Quách Văn Bình"]
    assert "dung" not in Household.get_by_id(family.id).search
    assert Tally.get(Tally.code == "CT4a").yes == 2
    assert Resident.same_person(family.village, "Quách Văn Dũng", 1985) is None
    assert Resident.found_by(family.village, "quach dung") == []
    assert recounted()


def test_the_husband_or_wife_heads_the_household_when_its_head_dies(family, by, database):
    move = moves.leave(person("Nguyễn Thị Lan"), "died", by)
    assert (person("Quách Văn Bình").relation, Household.get_by_id(family.id).head_name) == ("head", "Quách Văn Bình")
    moves.undo(move, by)
    assert (person("Quách Văn Bình").relation, Household.get_by_id(family.id).head_name) == ("spouse", "Nguyễn Thị Lan")


def test_the_family_may_choose_another_head(family, by):
    moves.leave(person("Nguyễn Thị Lan"), "died", by, head=person("Quách Văn Dũng"))
    assert Household.get_by_id(family.id).head_name == "Quách Văn Dũng"
    moves.make_head(person("Quách Văn Bình"), by)
    assert [each.relation for each in family.living()] == ["head", "other"]


def test_a_mistake_is_offered_neither_to_a_newcomer_nor_as_a_double_and_keeps_no_seat(family, world, by, database):
    dung, course = person("Quách Văn Dũng"), meeting(world).course
    twin = world.household(people=[("Quách Văn Dũng", 1985, "m", "head")]).living().get()
    course.change(None, capacity=1)
    Household.update(agreed=True).execute()
    Invitation.invite(course, [dung], "vneid", by)
    assert (Invitation.room(course), twin.look_alikes(world.commune)) == (0, [dung])
    move = moves.discard(dung, by)
    assert (Invitation.room(course), list(Invitation.with_people(course=course))) == (1, [])
    assert twin.look_alikes(world.commune) == []
    assert Resident.alike(family.village, [("Quách Văn Dũng", 1985)]) == [twin]
    assert [each.name for each in exports_of(world)] == ["Nguyễn Thị Lan", "Quách Văn Bình", "Quách Văn Dũng"]
    moves.undo(move, by)
    assert (Invitation.room(course), twin.look_alikes(world.commune)) == (0, [dung])
    assert len(exports_of(world)) == 4


def exports_of(world):
    """The people of the residents file without names, in the order they were listed."""
    return list(exports.TABLES["residents"].query([world.areas["TH04"].id], False).order_by(Resident.id))


def test_the_only_record_of_a_household_was_nobody(world, by, database):
    home = world.household(people=[("Cộng Đội 1", None, None, "head")])
    move = moves.discard(home.living().get(), by)
    assert (Household.get_by_id(home.id).state, Tally.get(Tally.code == "visits").listed) == ("vacant", 0)
    assert Event.select().where(Event.verb == "move.mistake").count() == 1
    moves.undo(move, by)
    assert (living(home), Tally.get(Tally.code == "visits").listed) == (["Cộng Đội 1"], 1)
    assert recounted()


def test_a_household_that_everybody_left_counts_no_more_and_comes_back_with_them(world, by, database):
    home = world.household()
    move = moves.leave(home.living().first(), "moved", by)
    assert Household.get_by_id(home.id).state == "vacant"
    assert Tally.get(Tally.code == "visits").listed == 0
    moves.come_back(person("Nguyễn Thị Lan"), by)
    assert (Household.get_by_id(home.id).state, Tally.get(Tally.code == "visits").listed) == ("todo", 1)
    with pytest.raises(Refused):
        moves.undo(move, by)


def test_who_moves_to_another_household_takes_their_answers_along(family, world, by, database):
    told(family, {name: {"phone": "own"} for name, *_ in FAMILY})
    other = world.household("TX01", [("Bùi Thị Sen", 1990, "f", "head")])
    moves.to_household(person("Quách Văn Dũng"), other, by)
    dung = person("Quách Văn Dũng")
    assert (dung.household_id, dung.answers, dung.relation, dung.position) == (other.id, {"phone": "own"}, "other", 1)
    yes = {row.village.code: row.yes for row in Tally.select().where(Tally.code == "CT4a")}
    assert yes == {"TH04": 2, "TX01": 1}
    assert recounted()


def test_a_finished_household_is_unfinished_when_somebody_not_asked_moves_in(family, world, by):
    home = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    told(home, {"Bùi Thị Sen": {"phone": "own"}})
    moves.to_household(person("Quách Văn Dũng"), home, by)
    assert Household.get_by_id(home.id).state == "partial"


def test_a_split_makes_a_household_with_the_next_number_and_its_own_head(family, by, database):
    told(family, {name: {"phone": "own"} for name, *_ in FAMILY})
    new = moves.split(family, [person("Quách Văn Dũng")], person("Quách Văn Dũng"), by).to
    new = Household.get_by_id(new.id)
    assert (new.code, new.head_name, new.state, new.agreed) == ("015", "Quách Văn Dũng", "done", True)
    assert [row.given for row in new.consents] == [True]
    assert living(family) == ["Nguyễn Thị Lan", "Quách Văn Bình"]
    assert Tally.get(Tally.code == "visits").listed == 2
    assert recounted()


def test_a_split_leaves_somebody_behind_and_has_a_head(family, world, by):
    everybody, stranger = list(family.living()), world.household().living().first()
    for people, head in ((everybody, everybody[0]), ([], None), (everybody[2:], everybody[0]), ([stranger], stranger)):
        with pytest.raises(Refused):
            moves.split(family, people, head, by)
    assert (Household.select().count(), Move.select().count()) == (2, 0)


def test_a_split_taken_back_sends_late_forms_to_the_old_household(family, by, database):
    move = moves.split(family, [person("Quách Văn Dũng")], person("Quách Văn Dũng"), by)
    moves.undo(move, by)
    assert [row.code for row in Household.below(family.village)] == ["014"]
    told(Household.get_by_id(move.to_id), {"Quách Văn Dũng": {"phone": "keypad"}})
    assert (person("Quách Văn Dũng").answers, living(family)[-1]) == ({"phone": "keypad"}, "Quách Văn Dũng")


def test_a_split_is_not_taken_back_from_somebody_who_joined_it(family, by):
    move = moves.split(family, [person("Quách Văn Dũng")], person("Quách Văn Dũng"), by)
    new = {"uid": new_uid(), "name": "Bùi Thị Sen", "birth_year": 1990, "answers": {}}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": NOVEMBER, "answers": {}, "people": [new]}
    visits.receive(move.to, visit, None)
    with pytest.raises(Refused):
        moves.undo(move, by)
    assert living(move.to) == ["Quách Văn Dũng", "Bùi Thị Sen"]


def test_merged_households_count_and_show_up_as_one(family, world, by, database):
    other = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")], code="015")
    moves.merge_households(family, other, by)
    assert living(family) == [name for name, *_ in FAMILY] + ["Bùi Thị Sen"]
    assert [row.code for row in Household.below(family.village)] == ["014"]
    assert "sen" in Household.get_by_id(family.id).search
    assert (Tally.get(Tally.code == "visits").listed, person("Bùi Thị Sen").relation) == (1, "other")
    assert family.next_door() is None
    assert Household.free_code(family.village) == "016"
    assert recounted()


def test_one_familys_yes_is_not_the_others(family, world, by):
    other = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    told(family, {name: {"phone": "own"} for name, *_ in FAMILY})
    told(other, {}, outcome="refused")
    moves.merge_households(family, other, by)
    merged = Household.get_by_id(family.id)
    assert (merged.agreed, merged.state) == (None, "partial")


def test_merging_brings_nobody_back_who_had_left(family, world, by):
    other = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    moves.leave(person("Bùi Thị Sen"), "died", by)
    moves.merge_households(family, other, by)
    assert (person("Bùi Thị Sen").left, person("Bùi Thị Sen").household_id) == ("died", family.id)


def test_only_households_of_one_village_merge(family, world, by):
    with pytest.raises(Refused):
        moves.merge_households(family, world.household("TX01"), by)
    with pytest.raises(Refused):
        moves.merge_households(family, family, by)


@pytest.fixture
def twice(family, world):
    """Mr Dũng written twice: at home, and in a household of his own with newer and other answers."""
    double = world.household(people=[("Quach Van Dung", 1985, "m", "head")], code="020")
    told(family, {"Quách Văn Dũng": {"phone": "keypad", "vneid": "none"}}, NOVEMBER)
    told(double, {"Quach Van Dung": {"phone": "own", "account": ["bank"]}}, NOVEMBER + timedelta(days=1))
    told(family, {"Quách Văn Dũng": {"learned": "no"}}, NOVEMBER + timedelta(days=2))
    return person("Quách Văn Dũng"), person("Quach Van Dung")


def test_of_two_records_the_newest_answer_to_each_question_stands(twice, by, database):
    kept, double = twice
    moves.merge_residents(kept, double, by)
    answers = {"phone": "own", "account": ["bank"], "vneid": "none", "learned": "no"}
    assert Resident.get_by_id(kept.id).answers == answers
    gone = Resident.get_by_id(double.id)
    assert (gone.left, gone.current()) == ("merged", kept)
    assert Household.get_by_id(double.household_id).state == "vacant"
    assert recounted()


def test_the_kept_record_remembers_under_what_both_were_listed(family, world, by, database):
    kept = person("Quách Văn Dũng")
    kept.set_identity({"birth_year": 1984})
    kept.store_changes()
    double = world.household(people=[("Quách Văn Dương", 1983, "m", "head")], code="020").living()[0]
    double.set_identity({"name": "Quách Văn Đông"})
    double.store_changes()
    before = state_of_everything()["Resident"]
    move = moves.merge_residents(kept, double, by)
    stood = [["quach van dung", 1985], ["quach van dong", 1983], ["quach van duong", 1983]]
    assert Resident.get_by_id(kept.id).listed_as == stood
    moves.undo(move, by)
    assert state_of_everything()["Resident"] == before


def test_everything_of_the_double_follows_and_one_attendance_a_meeting_remains(twice, world, by, database):
    kept, double = twice
    first, second = meeting(world), meeting(world)
    Attendance.check_in(first, new_uid(), "self", "", resident=double)
    for each in (kept, double):
        Attendance.check_in(second, new_uid(), "self", "", resident=each)
        Invitation.create(code=new_uid()[:13], number=each.id, course=first.course, resident=each)
    Support.give(by, "vneid", 5, "home", double)
    before = state_of_everything()
    move = moves.merge_residents(kept, double, by)
    assert [row.resident for row in (*Attendance.present(first), *Attendance.present(second))] == [kept, kept]
    assert [row.resident for row in Invitation.select().where(Invitation.undone_at.is_null())] == [kept]
    assert Support.get().resident == kept
    assert Attendance.check_in(first, new_uid(), "host", "", resident=Resident.get_by_id(double.id))[1] is False
    assert recounted()
    moves.undo(move, by)
    assert state_of_everything() == before


def test_of_an_undone_and_a_standing_attendance_one_stands(twice, world, by):
    kept, double = twice
    here = meeting(world)
    Attendance.check_in(here, new_uid(), "self", "", resident=kept)[0].undo(by)
    Attendance.check_in(here, new_uid(), "self", "", resident=double)
    moves.merge_residents(kept, double, by)
    assert [row.resident for row in Attendance.present(here)] == [kept]


def test_a_double_invited_for_the_same_need_keeps_only_a_number_on_the_other_roster(twice, world, by, database):
    kept, double = twice
    for number, who in enumerate(twice):
        Invitation.create(code=new_uid()[:13], number=number, course=meeting(world).course, resident=who, need="vneid")
    before = state_of_everything()
    move = moves.merge_residents(kept, double, by)
    standing = Invitation.select().where(Invitation.undone_at.is_null()).order_by(Invitation.number)
    assert [(row.resident, row.need) for row in standing] == [(kept, "vneid"), (kept, "")]
    moves.undo(move, by)
    assert state_of_everything() == before


def test_a_walk_in_joined_to_the_double_is_the_kept_persons(twice, world, by, database):
    kept, double = twice
    here = meeting(world)
    Attendance.check_in(here, new_uid(), "self", "", resident=kept)
    walk_in, _ = Attendance.check_in(here, new_uid(), "self", "Anh Dũng")
    walk_in.join(double, by)
    before = state_of_everything()
    moves.undo(moves.merge_residents(kept, double, by), by)
    assert state_of_everything() == before
    moves.merge_residents(kept, double, by)
    assert [row.resident for row in Attendance.present(here)] == [kept]
    Attendance.get_by_id(walk_in.id).unjoin(by)
    assert {row.resident for row in Attendance.present(here)} == {kept, None}


def test_an_answer_given_after_a_merge_survives_its_undoing(twice, by, database):
    kept, double = twice
    move = moves.merge_residents(kept, double, by)
    told(kept.household, {"Quách Văn Dũng": {"phone": "shared"}}, NOVEMBER + timedelta(days=9))
    moves.undo(move, by)
    assert person("Quách Văn Dũng").answers == {"phone": "shared", "vneid": "none", "learned": "no"}
    assert person("Quach Van Dung").answers == {"phone": "own", "account": ["bank"]}
    assert recounted()


def test_every_move_undone_leaves_everything_as_it_was(family, world, by, database):
    told(family, {name: {"phone": "own"} for name, *_ in FAMILY})
    other = world.household("TH04", [("Quách Văn Dũng", 1985, "m", "head"), ("Bùi Thị Sen", 1990, "f", "spouse")])
    told(other, {"Bùi Thị Sen": {"phone": "keypad"}})
    lan, binh, dung = family.living()
    twin, sen = other.living()
    before = state_of_everything()
    for verb in (
        lambda: moves.leave(lan, "died", by),
        lambda: moves.leave(dung, "away", by),
        lambda: moves.discard(lan, by),
        lambda: moves.to_household(lan, other, by),
        lambda: moves.make_head(binh, by),
        lambda: moves.merge_households(family, other, by),
        lambda: moves.merge_households(other, family, by),
        lambda: moves.merge_residents(dung, twin, by),
        lambda: moves.merge_residents(twin, dung, by),
    ):
        move = verb()
        assert state_of_everything() != before
        moves.undo(move, by)
        assert state_of_everything() == before, move.kind


def test_a_move_that_others_build_on_is_undone_after_them(family, world, by):
    other = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    first = moves.to_household(person("Quách Văn Dũng"), other, by)
    second = moves.leave(person("Quách Văn Dũng"), "away", by)
    with pytest.raises(Refused):
        moves.undo(first, by)
    moves.undo(second, by)
    moves.undo(first, by)
    assert living(family) == [name for name, *_ in FAMILY]


def test_who_heads_a_household_meanwhile_still_does_after_an_undo(family, world, by):
    home = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    gone = moves.leave(person("Bùi Thị Sen"), "away", by)
    moves.to_household(person("Quách Văn Dũng"), home, by)
    moves.undo(gone, by)
    assert {each.name: each.relation for each in home.living()} == {"Bùi Thị Sen": "other", "Quách Văn Dũng": "head"}


def test_a_move_sent_twice_is_made_and_undone_once(family, by, database):
    uid = new_uid()
    first, again = (moves.leave(person("Quách Văn Dũng"), "away", by, uid=uid) for _ in range(2))
    assert (first, Move.select().count()) == (again, 1)
    for _ in range(2):
        moves.undo(first, by)
    assert [e.verb for e in Event.select().where(Event.verb.startswith("move."))] == ["move.away", "move.undone"]
    split = new_uid()
    for _ in range(2):
        moves.split(family, [person("Quách Văn Dũng")], person("Quách Văn Dũng"), by, uid=split)
    assert Household.select().count() == 2


def test_the_log_of_moves_holds_no_personal_data(twice, by):
    moves.merge_residents(*twice, by)
    event = Event.get(Event.verb == "move.double")
    assert event.data.keys() == {"move", "people"}


# -- What a phone sends late


def test_a_late_form_follows_who_moved_to_their_new_household(family, world, by, database):
    other = world.household("TX01", [("Bùi Thị Sen", 1990, "f", "head")])
    moves.to_household(person("Quách Văn Dũng"), other, by)
    told(family, {"Quách Văn Dũng": {"phone": "own"}})
    dung = person("Quách Văn Dũng")
    assert (dung.household_id, dung.answers) == (other.id, {"phone": "own"})
    assert recounted()


def test_a_late_form_changes_neither_the_name_nor_the_phone_of_who_moved(family, world, by, database):
    other = world.household("TX01", [("Bùi Thị Sen", 1990, "f", "head")])
    dung = person("Quách Văn Dũng")
    Household.update(reminders=True).where(Household.id == family.id).execute()
    Household.update(reminders=False).where(Household.id == other.id).execute()
    moves.to_household(dung, other, by)
    late = {"uid": dung.uid, "answers": {}, "name": "Ai Đó", "birth_year": 1950, "phone": "0912345678"}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": NOVEMBER, "answers": {}, "people": [late]}
    visits.receive(Household.get_by_id(family.id), visit, by)
    held = Resident.get_by_id(dung.id)
    assert (held.name, held.birth_year, held.phone) == ("Quách Văn Dũng", dung.birth_year, None)


@pytest.mark.parametrize("why", [*LEFT, "mistake"])
def test_a_late_form_about_who_left_keeps_the_answers_and_brings_nobody_back(family, by, database, why):
    record(why, person("Quách Văn Dũng"), by)
    told(family, {"Quách Văn Dũng": {"phone": "own"}})
    assert (person("Quách Văn Dũng").left, person("Quách Văn Dũng").answers) == (why, {"phone": "own"})
    assert recounted()


def test_a_late_form_about_a_double_goes_to_the_kept_record(twice, by, database):
    kept, double = twice
    moves.merge_residents(kept, double, by)
    told(double.household, {"Quach Van Dung": {"phone": "shared"}}, NOVEMBER + timedelta(days=5))
    assert Resident.get_by_id(kept.id).answers["phone"] == "shared"
    assert Resident.get_by_id(double.id).answers["phone"] == "own"
    assert recounted()


def test_a_late_form_to_a_merged_household_goes_to_the_kept_one(family, world, by, database):
    other = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    moves.merge_households(family, other, by)
    uid = new_uid()
    told(other, {"Bùi Thị Sen": {"phone": "own"}}, uid=uid)
    assert (person("Bùi Thị Sen").answers, Household.get_by_id(family.id).visited_at) == ({"phone": "own"}, NOVEMBER)
    told(Household.get_by_id(other.id), {"Bùi Thị Sen": {"phone": "own"}}, uid=uid)
    assert Visit.select().count() == 1
    assert recounted()


def test_a_visit_whose_receipt_was_lost_is_the_same_after_a_merge(family, world, by):
    other, uid = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")]), new_uid()
    told(other, {"Bùi Thị Sen": {"phone": "own"}}, uid=uid)
    moves.merge_households(family, other, by)
    told(family, {"Bùi Thị Sen": {"phone": "own"}}, uid=uid)
    assert Visit.select().count() == 1


def test_somebody_who_never_lived_here_is_not_reached(family, world, by):
    stranger = world.household("TX01", [("Bùi Thị Sen", 1990, "f", "head")])
    moves.leave(person("Bùi Thị Sen"), "moved", by)
    with pytest.raises(LookupError):
        told(family, {"Bùi Thị Sen": {"phone": "own"}})
    assert (stranger.living().count(), person("Bùi Thị Sen").answers) == (0, {})


class Moving(RuleBasedStateMachine):
    """Random visits, check-ins, moves and undos; after each, every tally equals a recount from scratch."""

    world = None

    @initialize()
    def empty(self):
        for table in (Moved, Move, Attendance, Meeting, Course, Household, Tally, DayTally):
            if table is Household:
                Resident.delete().execute()
            table.delete().execute()
        self.by, self.meeting = self.world.users["vera"], meeting(self.world)
        for village in ("TH04", "TH04", "TX01"):
            self.world.household(village, FAMILY[:2])

    def pick(self, table, number):
        rows = list(table.select().order_by(table.id))
        return rows[number % len(rows)] if rows else None

    def attempt(self, verb, *args, **options):
        try:
            verb(*args, self.by, **options)
        except Refused:
            pass

    picks = st.integers(0, 30)

    @rule(n=picks, phone=st.sampled_from(["own", "keypad", "unknown"]), hours=st.integers(-9, 9))
    def visit(self, n, phone, hours):
        home = self.pick(Household, n)
        people = [{"uid": each.uid, "answers": {"phone": phone}} for each in home.residents]
        people.append({"uid": new_uid(), "birth_year": 1990, "sex": "f", "answers": {"account": ["bank"]}})
        at = NOVEMBER + timedelta(hours=hours)
        visits.receive(
            home, {"uid": new_uid(), "outcome": "done", "happened_at": at, "answers": {}, "people": people}, None
        )

    @rule(n=picks)
    def check_in(self, n):
        Attendance.check_in(self.meeting, new_uid(), "host", "", resident=self.pick(Resident, n))

    @rule(n=picks, why=st.sampled_from(tuple(LEFT)))
    def leave(self, n, why):
        self.attempt(moves.leave, self.pick(Resident, n), why)

    @rule(n=picks)
    def discard(self, n):
        self.attempt(moves.discard, self.pick(Resident, n))

    @rule(n=picks)
    def come_back(self, n):
        self.attempt(moves.come_back, self.pick(Resident, n))

    @rule(n=picks, m=picks)
    def to_household(self, n, m):
        self.attempt(moves.to_household, self.pick(Resident, n), self.pick(Household, m))

    @rule(n=picks, m=picks)
    def split(self, n, m):
        people = list(self.pick(Household, n).living())[: 1 + m % 2]
        self.attempt(moves.split, self.pick(Household, n), people, people[0] if people else None)

    @rule(n=picks, m=picks)
    def merge_households(self, n, m):
        self.attempt(moves.merge_households, self.pick(Household, n), self.pick(Household, m))

    @rule(n=picks, m=picks)
    def merge_residents(self, n, m):
        self.attempt(moves.merge_residents, self.pick(Resident, n), self.pick(Resident, m))

    @rule(n=picks)
    def undo(self, n):
        if move := self.pick(Move, n):
            self.attempt(moves.undo, move)

    @rule()
    def a_move_and_its_undoing_change_nothing(self):
        before, who = state_of_everything(), self.pick(Resident, 5)
        try:
            moves.undo(moves.leave(who, "away", self.by), self.by)
        except Refused:
            pass
        assert state_of_everything() == before

    @invariant()
    def tallies_agree_and_nobody_is_lost(self):
        with db.atomic() as recount:
            assert recounted()
            recount.rollback()
        doubled = Resident.select().join(Household).where(Household.merged_into.is_null(False))
        assert not doubled.exists()
        for home in Household.select():
            assert sum(each.relation == "head" for each in home.living()) <= 1


def test_tallies_agree_after_any_moves_and_undos(world, database):
    machine = type("Moving", (Moving,), {"world": world})
    quick = settings(
        phases=[Phase.generate],
        max_examples=15,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(machine, settings=quick)
    assert Area.select().count() == 4


# -- A newcomer whom the village knows


def new_in(household, name="Quach Van Dung", year="1985", **more):
    """A form of the household that adds a newcomer; returns (fields, the newcomer's uid)."""
    uid = new_uid()
    sent = {"visit": new_uid(), "outcome": "done", "shown": "{}", "person": uid, f"{uid}.phone": "own"}
    sent |= {f"{uid}.name": name, f"{uid}.birth_year": year}
    return sent | {f"{uid}.{key}": value for key, value in more.items()}, uid


def test_a_newcomer_whom_the_village_knows_is_asked_about_before_saving(family, world, as_):
    home = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    sent, uid = new_in(home)
    answer = as_("vera").post(f"/households/{home.uid}", data=sent)
    assert answer.status_code == 422
    assert "Trùng với Quách Văn Dũng, 1985, hộ 014?" in answer.text
    assert f'name="{uid}.same" value="{person("Quách Văn Dũng").uid}"' in answer.text
    assert 'value="Quach Van Dung"' in answer.text
    assert (Visit.select().count(), Resident.select().count()) == (0, 4)
    queued = as_("vera").post(f"/households/{home.uid}", data=sent, headers={"Accept": "application/json"})
    assert (queued.status_code, list(queued.json["errors"])) == (422, [f"{uid}.same"])


@pytest.mark.parametrize("said", ["yes", "uid"])
def test_the_same_person_moves_here_once_however_often_it_is_sent(family, world, as_, said):
    home = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    dung = person("Quách Văn Dũng")
    sent, _ = new_in(home, same=dung.uid if said == "uid" else "yes")
    for _ in range(2):
        assert as_("vera").post(f"/households/{home.uid}", data=sent).status_code == 303
    assert (living(home), living(family)) == (["Bùi Thị Sen", "Quách Văn Dũng"], ["Nguyễn Thị Lan", "Quách Văn Bình"])
    assert (person("Quách Văn Dũng").answers, Move.select().count()) == ({"phone": "own"}, 1)
    moves.undo(Move.get(), world.users["vera"])
    assert as_("vera").post(f"/households/{home.uid}", data=sent).status_code == 303
    assert living(home) == ["Bùi Thị Sen"]


def test_another_person_of_the_same_name_and_year_is_added(family, as_):
    sent, uid = new_in(family, same="no")
    assert as_("vera").post(f"/households/{family.uid}", data=sent).status_code == 303
    assert Resident.get(Resident.uid == uid).household_id == family.id


def test_who_left_comes_back_when_met_again(family, by, as_):
    moves.leave(person("Quách Văn Dũng"), "away", by)
    sent, _ = new_in(family, same="yes")
    assert as_("vera").post(f"/households/{family.uid}", data=sent).status_code == 303
    assert "Quách Văn Dũng" in living(family)


def test_nobody_of_another_village_is_offered_or_taken(world, family, as_):
    other = world.household("TX01", [("Bùi Thị Sen", 1990, "f", "head")])
    sent, uid = new_in(other, same=person("Quách Văn Dũng").uid)
    assert as_("otto").post(f"/households/{other.uid}", data=sent).status_code == 303
    assert person("Quách Văn Dũng").household_id == family.id
    assert Resident.get(Resident.uid == uid).household_id == other.id


def test_a_late_form_of_a_merged_household_arrives_and_its_page_leads_on(family, world, by, as_):
    home = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    moves.merge_households(family, home, by)
    sen = person("Bùi Thị Sen").uid
    sent = {"visit": new_uid(), "outcome": "done", "shown": "{}", "person": sen, f"{sen}.phone": "own"}
    answer = as_("vera").post(f"/households/{home.uid}", data=sent, headers={"Accept": "application/json"})
    assert (answer.json["state"], person("Bùi Thị Sen").answers) == ("received", {"phone": "own"})
    assert as_("vera").get(f"/households/{home.uid}").location == f"/households/{family.uid}"
    assert as_("otto").get(f"/households/{home.uid}").status_code == 404


def test_a_late_form_about_somebody_who_died_is_received_and_they_stay_away(family, by, as_):
    dung = person("Quách Văn Dũng").uid
    sent = {"visit": new_uid(), "outcome": "done", "shown": "{}", "person": dung, f"{dung}.phone": "own"}
    moves.leave(person("Quách Văn Dũng"), "died", by)
    answer = as_("vera").post(f"/households/{family.uid}", data=sent, headers={"Accept": "application/json"})
    assert answer.json["state"] == "received"
    assert (person("Quách Văn Dũng").left, person("Quách Văn Dũng").answers) == ("died", {"phone": "own"})


# -- The pages


def of(resident, what=""):
    return f"/residents/{resident.uid}{what}"


def test_the_page_records_that_somebody_left_and_takes_it_back(family, as_):
    vera, dung = as_("vera"), person("Quách Văn Dũng")
    sent = {"move": new_uid(), "why": "away", "day": "2026-09-01"}
    for _ in range(2):
        assert vera.post(of(dung, "/leave"), data=sent).location == of(dung)
    move = Move.get()
    assert (move.happened_at, move.user.username, person("Quách Văn Dũng").left) == (
        datetime(2026, 9, 1, 5),
        "vera",
        "away",
    )
    page = vera.get(of(dung)).text
    assert ("Quách Văn Dũng đi làm ăn xa" in page, "Hoàn tác" in page, "01/09/2026" in page) == (True, True, True)
    assert vera.post(f"/moves/{move.uid}/undo").location == of(dung)
    assert living(family) == [name for name, *_ in FAMILY]


def test_the_page_records_a_mistake_and_takes_it_back(family, as_):
    vera, lan, binh = as_("vera"), person("Nguyễn Thị Lan"), person("Quách Văn Bình")
    assert f'action="{of(lan, "/mistake")}"' in vera.get(of(lan)).text
    sent = {"move": new_uid(), "head": person("Quách Văn Dũng").uid}
    for _ in range(2):
        assert vera.post(of(lan, "/mistake"), data=sent).location == of(lan)
    assert (Household.get_by_id(family.id).head_name, Move.get().kind) == ("Quách Văn Dũng", "mistake")
    page = vera.get(of(lan)).text
    assert ("✕ nhập nhầm" in page, "Nguyễn Thị Lan: không phải người, nhập nhầm" in page) == (True, True)
    assert [what for what in ("/household", "/double") if of(lan, what) in page] == []
    assert "✕ nhập nhầm" in vera.get(f"/moves/{family.uid}").text
    assert of(lan) not in vera.get(of(binh, "/double?q=nguyen lan")).text
    assert vera.post(f"/moves/{Move.get().uid}/undo").location == of(lan)
    assert living(family) == [name for name, *_ in FAMILY]
    vera.post(of(lan, "/mistake"), data={"move": new_uid()})
    vera.post(of(lan, "/back"), data={"move": new_uid()})
    assert sorted(living(family)) == sorted(name for name, *_ in FAMILY)


def test_the_page_says_who_would_head_the_household_and_takes_another_choice(family, as_):
    vera, lan, dung = as_("vera"), person("Nguyễn Thị Lan"), person("Quách Văn Dũng")
    assert f'value="{person("Quách Văn Bình").uid}" checked' in vera.get(of(lan)).text
    vera.post(of(lan, "/leave"), data={"move": new_uid(), "why": "died", "head": dung.uid})
    assert Household.get_by_id(family.id).head_name == "Quách Văn Dũng"


@pytest.mark.parametrize("typed", ["1/9/2026", "01-09-2026", "1.9.26"])
def test_the_day_somebody_left_is_typed_in_any_usual_way(family, as_, typed):
    dung = person("Quách Văn Dũng")
    as_("vera").post(of(dung, "/leave"), data={"move": new_uid(), "why": "away", "day": typed})
    assert Move.get().happened_at == datetime(2026, 9, 1, 5)


def test_a_day_that_is_none_is_said_beside_it_and_stays_as_it_was_typed(family, as_):
    sent = {"move": new_uid(), "why": "away", "day": "31/2/2026"}
    page = as_("vera").post(of(person("Quách Văn Dũng"), "/leave"), data=sent).text
    assert 'name="day" value="31/2/2026"' in page and "Ghi ngày/tháng/năm, ví dụ 24/12/2026." in page


@pytest.mark.parametrize("sent", [{"why": "moved", "day": "2099-01-01"}, {"why": "moved", "day": "x"}, {"why": "gone"}])
def test_a_day_to_come_and_an_unknown_reason_are_refused(family, as_, sent):
    dung = person("Quách Văn Dũng")
    assert as_("vera").post(of(dung, "/leave"), data=sent | {"move": new_uid()}).status_code == 422
    assert person("Quách Văn Dũng").left == ""


def test_somebody_moves_to_a_household_that_was_searched_for(family, world, as_):
    home, vera = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")]), as_("vera")
    dung = person("Quách Văn Dũng")
    assert home.uid in vera.get(of(dung, "/household?q=sen")).text
    vera.post(of(dung, "/household"), data={"move": new_uid(), "household": home.uid})
    assert living(home) == ["Bùi Thị Sen", "Quách Văn Dũng"]


def test_two_records_are_seen_side_by_side_and_one_is_kept(twice, as_):
    kept, double = twice
    vera = as_("vera")
    assert double.uid in vera.get(of(kept, "/double")).text
    page = vera.get(of(kept, f"/double/{double.uid}")).text
    assert ("<b>Máy riêng</b> ✓" in page, "hộ 014" in page, "hộ 020" in page) == (True, True, True)
    assert vera.post(of(kept, f"/double/{double.uid}"), data={"move": new_uid()}).location == of(kept)
    assert Resident.get_by_id(double.id).merged_into == kept
    assert vera.get(of(double)).location == of(kept)


def test_a_household_is_split_and_merged_again_on_its_pages(family, as_):
    vera, dung = as_("vera"), person("Quách Văn Dũng")
    sent = {"move": new_uid(), "person": dung.uid, "head": dung.uid}
    new = vera.post(f"/moves/{family.uid}/split", data=sent).location
    assert vera.post(f"/moves/{family.uid}/split", data=sent).location == new
    uid = new.rpartition("/")[2]
    assert "Tách hộ: từ hộ 014 ra hộ 015" in vera.get(new).text
    assert uid in vera.get(f"/moves/{family.uid}/merge?q=015").text
    both = vera.get(f"/moves/{uid}/merge?to={family.uid}").text
    assert "Quách Văn Dũng" in both and "Nguyễn Thị Lan" in both and both.count('name="household"') == 1
    assert as_("otto").get(f"/moves/{uid}/merge?to={family.uid}").status_code == 404
    vera.post(f"/moves/{uid}/merge", data={"move": new_uid(), "household": family.uid})
    assert living(family) == [name for name, *_ in FAMILY]
    assert vera.get(new).location == f"/moves/{family.uid}"


def test_a_split_without_a_head_keeps_what_was_ticked(family, as_):
    dung, lan = person("Quách Văn Dũng"), person("Nguyễn Thị Lan")
    answer = as_("vera").post(f"/moves/{family.uid}/split", data={"move": new_uid(), "person": [dung.uid, lan.uid]})
    assert (answer.status_code, f'value="{dung.uid}" checked' in answer.text) == (422, True)
    assert Household.select().count() == 1


def test_who_leaves_a_household_alone_is_the_head_of_the_new_one(family, as_):
    dung = person("Quách Văn Dũng")
    answer = as_("vera").post(f"/moves/{family.uid}/split", data={"move": new_uid(), "person": dung.uid})
    assert (answer.status_code, person("Quách Văn Dũng").relation) == (303, "head")


def test_an_undo_that_others_build_on_is_refused_kindly(family, world, as_, by):
    first = moves.leave(person("Nguyễn Thị Lan"), "died", by)
    moves.make_head(person("Quách Văn Dũng"), by)
    answer = as_("vera").post(f"/moves/{first.uid}/undo")
    assert (answer.status_code, "Hoàn tác lần sau trước" in answer.text) == (409, True)


@pytest.mark.parametrize("who", ["otto", "hana", "uma"])
def test_a_person_of_another_village_does_not_exist(family, world, as_, by, who):
    browser, lan, home = as_(who), person("Nguyễn Thị Lan"), world.household("TX01")
    move = moves.leave(person("Quách Văn Dũng"), "away", by)
    for address in (of(lan), of(lan, "/household"), of(lan, "/double"), f"/moves/{family.uid}"):
        assert browser.get(address).status_code == 404
    for what in ("/leave", "/mistake", "/back", "/head", f"/double/{lan.uid}"):
        address = of(lan, what)
        assert browser.post(address, data={"move": new_uid(), "why": "died"}).status_code == 404
    for address in (f"/moves/{move.uid}/undo", f"/moves/{family.uid}/split", f"/moves/{family.uid}/merge"):
        assert browser.post(address, data={"move": new_uid(), "household": home.uid}).status_code == 404
    assert (Move.standing().count(), person("Nguyễn Thị Lan").left) == (1, "")


def test_nobody_is_moved_into_or_compared_with_what_one_may_not_see(family, world, as_):
    home, dung = world.household("TX01"), person("Quách Văn Dũng")
    there = home.living().first()
    vera = as_("vera")
    assert vera.post(of(dung, "/household"), data={"move": new_uid(), "household": home.uid}).status_code == 404
    assert vera.get(of(dung, f"/double/{there.uid}")).status_code == 404
    assert vera.post(of(dung, f"/double/{there.uid}"), data={"move": new_uid()}).status_code == 404
    moves.to_household(dung, home, world.users["sara"])
    assert vera.post(f"/moves/{Move.get().uid}/undo").status_code == 404
    assert person("Quách Văn Dũng").household_id == home.id


def test_the_history_costs_the_same_queries_however_long(family, by, as_, count_queries):
    vera = as_("vera")
    moves.undo(moves.leave(person("Quách Văn Dũng"), "away", by), by)
    with count_queries() as few:
        vera.get(f"/moves/{family.uid}")
    for _ in range(5):
        moves.undo(moves.leave(person("Quách Văn Dũng"), "away", by), by)
    with count_queries() as many:
        vera.get(f"/moves/{family.uid}")
    assert len(many) == len(few)


def test_a_split_is_not_undone_once_its_households_merged_the_other_way(world, family, by):
    """Two households that each lead to the other would be looked for without end."""
    bình, lan, dũng = (person(name) for name in ("Quách Văn Bình", "Nguyễn Thị Lan", "Quách Văn Dũng"))
    split = moves.split(family, [dũng], dũng, by)
    moves.merge_households(split.to, Household.get_by_id(family.id), by)
    elsewhere = world.household(people=[("Đỗ Thị Sáu", 1950, "f", "head")])
    for who in (bình, lan):
        moves.to_household(Resident.get_by_id(who.id), elsewhere, by)
    with pytest.raises(Refused):
        moves.undo(split, by)
    assert Household.get_by_id(family.id).current() == split.to


def test_nobody_is_taken_back_into_a_household_that_was_merged_since(family, world, by):
    """It was empty when it was merged, so that its merger concerns nobody and is no later move of theirs."""
    former = world.household(people=[("Bùi Thị Sen", 1990, "f", "head")])
    moved = moves.to_household(person("Bùi Thị Sen"), family, by)
    merged = moves.merge_households(family, Household.get_by_id(former.id), by)
    with pytest.raises(Refused):
        moves.undo(moved, by)
    assert person("Bùi Thị Sen").household_id == family.id
    moves.undo(merged, by)
    moves.undo(moved, by)
    assert person("Bùi Thị Sen").household_id == former.id


def test_the_id_of_one_kind_of_change_makes_no_other_and_is_no_error(world, family, as_):
    uid, dũng = new_uid(), person("Quách Văn Dũng")
    vera = as_("vera")
    assert vera.post(f"/residents/{dũng.uid}/leave", data={"move": uid, "why": "moved"}).status_code == 303
    lan = person("Nguyễn Thị Lan").uid
    again = vera.post(f"/moves/{family.uid}/split", data={"move": uid, "person": lan, "head": lan})
    assert (again.status_code, Move.select().count(), Household.select().count()) == (422, 1, 1)


def test_two_late_forms_about_people_who_changed_places_are_both_taken(world, database, as_, monkeypatch):
    """Each holds its household and wants the other's, which PostgreSQL ends as a deadlock: one is played again."""
    one, other = (world.household(people=[(name, 1950, "f", "head")]) for name in ("Bùi Thị An", "Cao Thị Bé"))
    swapped = {one: other.living().get(), other: one.living().get()}
    for home, who in swapped.items():
        moves.to_household(who, home, None)
    both, hold, met = threading.Barrier(2), Household.hold, set()

    def meet_and_hold(ids):
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            with contextlib.suppress(threading.BrokenBarrierError):  # on SQLite the second waits for its turn
                both.wait(1)
        return hold(ids)

    monkeypatch.setattr(Household, "hold", meet_and_hold)
    answers = []

    def send(browser, home, who):
        sent = {"visit": new_uid(), "outcome": "done", "person": who.uid, f"{who.uid}.vneid": "none"}
        answers.append(browser.post(f"/households/{home.uid}", data=sent).status_code)

    told = (as_("vera"), one, swapped[other]), (as_("leo"), other, swapped[one])
    phones = [threading.Thread(target=send, args=each) for each in told]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert answers == [303, 303]
    assert [person.answers for person in Resident.select()] == [{"vneid": "none"}] * 2
    assert (Visit.select().count(), recounted()) == (2, True)

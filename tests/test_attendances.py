"""One person, one meeting, one attendance: whatever the ways in, repeats, undos, joins and unjoins, in any order."""

import re
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import visits
from models import Attendance, Course, Event, Household, Resident, Tally, User, db, new_uid, now

HOURS = timedelta(hours=1)
LISTED = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Bùi Văn Sơn", 1955, "m", "spouse")]
TYPED = [("Nguyễn Thị Lam", 1958), ("BUI VAN SAN", 1955), ("Bà Tư", None)]


@pytest.fixture
def course(world):
    """Hana's class in Thôn 4: one meeting now, one in a week."""
    begins = now() - timedelta(minutes=10)
    times = [(begins, begins + HOURS), (begins + timedelta(days=7), begins + timedelta(days=7) + HOURS)]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Nhà văn hóa", times)


@pytest.fixture
def meeting(course):
    return course.schedule()[0]


@pytest.fixture
def lan(world):
    return world.household(people=LISTED).living().first()


def walk_in(meeting, name="Nguyễn Thị Lam", year=1958, op=None):
    return Attendance.check_in(meeting, op or new_uid(), "self", name, year, meeting.course.area if year else None)[0]


def standing(meeting):
    return [(row.name, row.how) for row in Attendance.present(meeting)]


class Expected:
    """Who stands, told in the plainest way: a resident stands by themselves or through a walk-in joined to them."""

    def __init__(self):
        self.joined = {}  # walk-in: resident
        self.typed = set()  # walk-ins that stand by themselves
        self.own, self.lent = set(), set()  # residents recorded themselves; those here only through a walk-in

    def come(self, person):
        if person in self.joined:
            resident = self.joined[person]
            if resident not in self.own:
                self.lent.add(resident)
        elif person[0] == "w":
            self.typed.add(person)
        else:
            self.own.add(person)
            self.lent.discard(person)

    def undo(self, person):
        for here in (self.typed, self.own, self.lent):
            here.discard(person)

    def join(self, walk_in, resident):
        if walk_in in self.typed:
            self.typed.remove(walk_in)
            self.joined[walk_in] = resident
            if resident not in self.own:
                self.lent.add(resident)

    def unjoin(self, walk_in):
        resident = self.joined.pop(walk_in, None)
        if resident in self.own | self.lent:
            self.typed.add(walk_in)
            if resident not in self.joined.values():
                self.lent.discard(resident)

    def there(self):
        return self.typed | self.own | self.lent


PEOPLE = st.sampled_from([("r", 0), ("r", 1), ("w", 0), ("w", 1), ("w", 2)])
STEPS = st.one_of(
    st.tuples(st.sampled_from(["self", "family", "host", "paper", "again"]), PEOPLE),
    st.tuples(st.just("undo"), PEOPLE),
    st.tuples(st.just("join"), st.sampled_from([("w", 0), ("w", 1), ("w", 2)]), st.sampled_from([("r", 0), ("r", 1)])),
    st.tuples(st.just("unjoin"), st.sampled_from([("w", 0), ("w", 1), ("w", 2)])),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=16))
def test_any_interleaving_leaves_one_attendance_per_person_and_counts_equal_rows(world, database, steps):
    course = _fresh_course(world)
    meeting, area = course.schedule()[0], world.areas["TH04"]
    if not Resident.select().exists():
        world.household(people=LISTED)
    residents = list(Resident.select().order_by(Resident.id))
    expected, ops = Expected(), {}

    def send(how, person):
        op = ops.setdefault(person, new_uid()) if how == "again" else new_uid()
        kind, number = person
        if kind == "r" and how in ("host", "paper"):
            return Attendance.check_in(meeting, op, how, "", resident=residents[number])
        name, year = (residents[number].name, residents[number].birth_year) if kind == "r" else TYPED[number]
        return Attendance.check_in(meeting, op, "self" if how == "again" else how, name, year, area if year else None)

    def row_of(person):
        if person[0] == "r":
            return Attendance.get_or_none(meeting=meeting, resident=residents[person[1]])
        name = TYPED[person[1]][0]
        return Attendance.get_or_none(Attendance.meeting == meeting, Attendance.name == name)

    for verb, person, *to in steps:
        row = row_of(person)
        if verb == "undo":
            if row:
                row.undo(None)
            expected.undo(person)
        elif verb == "join":
            if row:
                row.join(residents[to[0][1]], None)
            expected.join(person, to[0])
        elif verb == "unjoin":
            if row:
                row.unjoin(None)
            expected.unjoin(person)
        else:
            first_time = verb != "again" or person not in ops
            send(verb, person)
            if first_time or person in expected.there():
                expected.come(person)
            else:  # a page sent again brings nobody back whom the host took out, and who did not come since
                ops.pop(person)
                found = {_person(row, residents) for row in Attendance.present(meeting)}
                (expected.come if _target(expected, person) in found else expected.undo)(person)
        found = [_person(row, residents) for row in Attendance.present(meeting)]
        assert sorted(found) == sorted(expected.there())
        assert Attendance.present(meeting).count() == len(found) == Attendance.meetings_of(course)[0].came
    before = set(Tally.select(Tally.code, Tally.listed, Tally.asked, Tally.yes).where(Tally.listed > 0).tuples())
    Household.rebuild_tallies()
    assert set(Tally.select(Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples()) == before


def _target(expected, person):
    return expected.joined.get(person, person)


def _person(row, residents):
    if row.resident_id:
        return "r", [resident.id for resident in residents].index(row.resident_id)
    return "w", [name for name, _ in TYPED].index(row.name)


def _fresh_course(world):
    Attendance.delete().execute()
    for household in Household.select():
        household.retally()
    times = [(now(), now() + HOURS)]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)


def test_a_walk_in_is_joined_to_a_resident_and_taken_apart_again(meeting, lan):
    row = walk_in(meeting)
    row.join(lan, None)
    assert standing(meeting) == [("Nguyễn Thị Lan", "self")]
    assert Attendance.get(Attendance.resident == lan).happened_at == row.happened_at
    Attendance.get_by_id(row.id).unjoin(None)
    assert standing(meeting) == [("Nguyễn Thị Lam", "self")]
    verbs = [event.verb for event in Event.select().where(Event.verb.startswith("attendance.")).order_by(Event.id)]
    assert verbs == ["attendance.recorded", "attendance.joined", "attendance.unjoined"]


def test_a_resident_recorded_already_and_the_walk_in_become_one_and_both_come_back(meeting, lan):
    Attendance.check_in(meeting, new_uid(), "host", "", resident=lan)
    row = walk_in(meeting)
    row.join(lan, None)
    assert standing(meeting) == [("Nguyễn Thị Lan", "host")]
    Attendance.get_by_id(row.id).unjoin(None)
    assert standing(meeting) == [("Nguyễn Thị Lam", "self"), ("Nguyễn Thị Lan", "host")]


def test_joining_holds_for_the_whole_course_and_for_the_meetings_to_come(course, lan):
    first, second = course.schedule()
    row = walk_in(first)
    row.join(lan, None)
    walk_in(second)
    assert standing(second) == [("Nguyễn Thị Lan", "self")]
    Attendance.get_by_id(row.id).unjoin(None)
    assert [standing(meeting) for meeting in (first, second)] == [[("Nguyễn Thị Lam", "self")]] * 2


def test_a_name_alone_is_joined_at_its_own_meeting_only(course, lan):
    first, second = course.schedule()
    walk_in(second, "Bà Tư", None)
    walk_in(first, "Bà Tư", None).join(lan, None)
    assert [standing(meeting) for meeting in (first, second)] == [[("Nguyễn Thị Lan", "self")], [("Bà Tư", "self")]]


def test_a_walk_in_whose_household_is_listed_later_is_one_when_they_come_again(world, meeting):
    walk_in(meeting, "Nguyễn Thị Lan", op="op-1")
    lan = world.household().living().first()
    Attendance.check_in(meeting, new_uid(), "host", "", resident=lan)
    walk_in(meeting, "nguyen thi lan", op="op-1")
    assert standing(meeting) == [("Nguyễn Thị Lan", "host")]


def test_the_form_sent_back_with_another_name_is_another_person(world, meeting):
    """Somebody goes back after the thanks and types their husband's name: he is not lost."""
    names = ["Nguyễn Thị Lam", "Bùi Văn San", "Nguyễn Thị Lam"]
    told = [Attendance.check_in(meeting, "op-1", "self", name, 1958, world.areas["TH04"])[1] for name in names]
    assert (told, len(Attendance.present(meeting))) == ([True, True, False], 2)


def test_joining_counts_as_learning_and_taking_apart_takes_it_back(meeting, lan, this_year):
    skills = {f"k{n}": "alone" for n in range(1, 8)}
    visit = {"uid": new_uid(), "outcome": "partial", "happened_at": now(), "answers": {}}
    visits.receive(lan.household, visit | {"people": [{"uid": lan.uid, "answers": skills}]}, None)
    row = walk_in(meeting)
    row.join(Resident.get_by_id(lan.id), None)
    assert Household.get_by_id(lan.household_id).contribution["CT7"][2] == 1
    Attendance.get_by_id(row.id).unjoin(None)
    assert Household.get_by_id(lan.household_id).contribution["CT7"][2] == 0


def test_two_threads_join_and_check_in_at_once_and_leave_one(world, database):
    course = _fresh_course(world)
    meeting, lan = course.schedule()[0], world.household().living().first()
    rows = [walk_in(meeting, f"Nguyễn Thị Lam {n}") for n in range(4)]

    def run(work):
        with db.connection_context():
            work()

    works = [lambda row=row: row.join(Resident.get_by_id(lan.id), None) for row in rows]
    works += [lambda: Attendance.check_in(meeting, new_uid(), "host", "", resident=Resident.get_by_id(lan.id))] * 4
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standing(meeting) == [("Nguyễn Thị Lan", "self")] or standing(meeting) == [("Nguyễn Thị Lan", "host")]
    assert Attendance.select().where(Attendance.joined_to.is_null(False)).count() == 4


def test_likely_residents_are_suggested_and_one_tap_joins(world, course, meeting, as_):
    names = [("Nguyễn Thị Lan", 1958), ("Nguyễn Thị Lan", 1930), ("Trần Văn Tú", 1958), ("Nguyễn Thị Lam", 1957)]
    lan, *_ = (world.household(people=[(name, year, "f", "head")]).living().first() for name, year in names)
    neighbour = world.household("TX01").living().first()
    row, hana = walk_in(meeting, "Nguyen Thi Lann"), as_("hana")
    page = hana.get(f"/attendance/{row.uid}").text
    suggested = re.findall(r"<b>([^<]+)</b><span[^>]*>(\d+•)", page)
    assert suggested == [("Nguyễn Thị Lan", "195•"), ("Nguyễn Thị Lam", "195•")]
    assert hana.post(f"/attendance/{row.uid}/join", data={"resident": neighbour.uid}).status_code == 404
    assert hana.post(f"/attendance/{row.uid}/join", data={"resident": lan.uid}).status_code == 303
    assert "ghép từ “Nguyen Thi Lann”" in hana.get(f"/meetings/{meeting.uid}").text
    assert "Gỡ ghép" in hana.get(f"/attendance/{row.uid}").text
    hana.post(f"/attendance/{row.uid}/unjoin")
    assert standing(meeting) == [("Nguyen Thi Lann", "self")]


def test_anybody_of_the_area_can_be_searched_for_when_nobody_is_suggested(world, meeting, lan, as_):
    row = walk_in(meeting, "Bà Tư", None)
    headers = {"HX-Request": "true", "HX-Target": "div#choices"}
    assert lan.uid in as_("hana").get(f"/attendance/{row.uid}?q=thi+lan", headers=headers).text


@pytest.mark.parametrize("path", ["", "/undo", "/join", "/unjoin"])
def test_another_areas_attendance_does_not_exist(world, meeting, lan, as_, path):
    User.add("otto-host", "Ơn Host", "host", world.areas["TX01"])
    row, otto = walk_in(meeting), as_("otto-host")
    address = f"/attendance/{row.uid}{path}"
    answer = otto.post(address, data={"resident": lan.uid}) if path else otto.get(address)
    assert (answer.status_code, standing(meeting)) == (404, [("Nguyễn Thị Lam", "self")])


def test_a_walk_in_is_taken_apart_from_somebody_who_was_erased_since(meeting, lan, as_):
    typed = walk_in(meeting)
    typed.join(lan, None)
    lan.delete_instance()
    assert as_("hana").post(f"/attendance/{typed.uid}/unjoin").status_code == 303
    assert Attendance.get_by_id(typed.id).undone_at is None


def test_a_form_sent_back_after_its_walk_in_was_joined_and_taken_out_records_nobody(meeting, lan):
    op = new_uid()
    joined = walk_in(meeting, op=op).join(lan, None)
    joined.undo(None)
    walk_in(meeting, op=op)
    assert standing(meeting) == []
    walk_in(meeting)
    assert standing(meeting) == [("Nguyễn Thị Lan", "self")]

"""A prepared query reads and writes what the ordinary query does, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from peewee import IntegrityError, Model

import app  # noqa: F401  whose imports bring every prepared query
import plan
from database import db, lock_row
from models import (
    Area,
    Attendance,
    Consent,
    Course,
    DayTally,
    Device,
    Event,
    Household,
    Invitation,
    Learned,
    Resident,
    Tally,
    fn,
)
from prepared import REGISTRY, Prepared, among

HOME = Prepared(lambda uid: Household.select(Household, Area).join(Area).where(Household.uid == uid))
LOCKED = Prepared(lambda id: lock_row(Household.select().where(Household.id == id)))
BELOW = Prepared(lambda prefix: Area.select(Area.code).where(Area.path.startswith(prefix)).order_by(Area.id).dicts())
LINE = Prepared(lambda at, user, data: Event.insert(at=at, verb="sample", user=user, data=data))
MOVE = Prepared(lambda uid, note, visited: Household.update(note=note, visited_at=visited).where(Household.uid == uid))
FORGET = Prepared(lambda homes: Resident.delete().where(among(Resident.household, homes)))


@Prepared
def NEIGHBOURS(household, village):
    query = Household.select(Household.uid, fn.COUNT(Resident.id)).join(Resident)
    query = query.where(Resident.household != household, Household.village == village)
    return query.group_by(Household.uid).order_by(Household.uid).tuples()


@Prepared
def PEOPLE(homes, born):
    among_them = among(Resident.household, homes), ~among(Resident.birth_year, born)
    return Resident.select().where(*among_them).order_by(Resident.name)


class Sample:
    """Two households that differ, a class, a phone, and a call's values for every prepared query by its name."""

    def __init__(self, world):
        self.one, self.other = world.household(), world.household(people=[("Bùi Văn Ba", 1990, "m", "head")])
        self.noon = datetime(2026, 11, 3, 12)
        self.area, self.staff = world.areas["TH04"], world.users["sara"]
        self.lan, self.ba = self.one.living().get(), self.other.living().get()
        times = [(self.noon, self.noon + timedelta(hours=2))]
        self.course = Course.open(self.staff, self.area, "vneid", "Dùng VNeID", "Nhà văn hóa", times)
        self.meeting = self.course.schedule()[0]
        self.came, _ = Attendance.check_in(self.meeting, "form", "self", "", resident=self.lan)
        self.phone = Device.create(uid="phone", user=self.staff, last_user=self.staff, revoked_at=self.noon)
        Consent.record(self.one, "survey", True, self.noon, self.staff, "door")
        Household.update(agreed=True).where(Household.id == self.one.id).execute()
        Invitation.invite(self.course, [self.lan], "vneid", self.staff)
        Learned.mark(self.course, self.lan, plan.active.topic("vneid").outcomes[0], self.noon, self.staff)
        Resident.update(answers={"needs": ["vneid"]}).where(Resident.id == self.lan.id).execute()

    def values(self, query):
        """A call's values; a query without any here is a query that nothing proves."""
        one, homes = self.one, [self.one.id, self.other.id]
        return {
            "test_prepared.HOME": {"uid": one.uid},
            "test_prepared.LOCKED": {"id": one.id},
            "test_prepared.NEIGHBOURS": {"household": one, "village": self.area},
            "test_prepared.PEOPLE": {"homes": homes, "born": [1958, 1800]},
            "test_prepared.BELOW": {"prefix": self.area.path},
            "test_prepared.LINE": {"at": self.noon, "user": self.staff, "data": {"tên": [1, None, "ơ"]}},
            "test_prepared.MOVE": {"uid": one.uid, "note": "cổng xanh", "visited": None},
            "test_prepared.FORGET": {"homes": homes},
            "User.OPEN_IN": {"uid": self.staff.uid, "session": "a session"},
            "Device.REVOKED": {"uid": self.phone.uid},
            "Device.LOCKED": {"uid": self.phone.uid},
            "Area.VILLAGES_IN": {"path": self.area.parent.path},
            "Household.LOCKED": {"id": one.id},
            "Household.IN_AREA": {"path": self.area.path, "uid": one.uid},
            "Household.TO_VISIT_AFTER": {"village": self.area.id, "uid": one.uid, "lane_key": "", "code_key": "0"},
            "Resident.OF_HOUSEHOLD": {"household": one},
            "Resident.NAMESAKES": {"village": self.area, "birth_year": 1958, "folded": self.lan.folded},
            "Resident.HOMES_OF": {"household": one, "uids": [self.ba.uid, "nobody's"]},
            "Resident.ANY_OF": {"uids": [self.lan.uid, "nobody's"]},
            "Consent.NEWEST": {"household": one, "purpose": "survey"},
            "Tally.ADD": {"village": self.area.id, "year": 2026, "code": "visits", "listed": -1, "asked": 2, "yes": 0},
            "DayTally.ADD": {"village": self.area.id, "year": 2026, "day": self.noon.date(), "code": "visits",
                             "listed": -1, "asked": 2, "yes": 0, "estimated": False},
            "Course.OF_POSTER": {"code": self.course.code},
            "Meeting.BY_ID": {"id": self.meeting.id},
            "Meeting.AROUND": {"course": self.course, "begun": self.noon, "not_over": self.noon},
            "Attendance.LOCKED": {"meeting": self.meeting, "person": self.came.person},
            "Attendance.OF_FORM": {"op_id": self.came.op_id},
            "classes.results.CAME": {"course": self.course},
            "classes.results.INVITED": {"course": self.course},
            "classes.results.MARKED": {"course": self.course},
            "classes.results.IN_NEED": {"residents": [self.lan.id, -1], "needs": ["vneid", "id_app"]},
        }[str(query)]


def plain(row):
    """A row as values that compare: a model's own, and those of the models joined to it."""
    if not isinstance(row, Model):
        return row
    return row.__data__ | {name: plain(other) for name, other in row.__rel__.items()}


@pytest.mark.parametrize("query", REGISTRY, ids=str)
def test_a_prepared_query_agrees_with_the_query_it_is_made_of(query, database, world):
    values = Sample(world).values(query)
    ordinary = query.build(**values)
    if hasattr(ordinary, "handle_result"):
        assert outcome(ordinary.model, lambda: query.run(**values)) == outcome(ordinary.model, ordinary.execute)
        return
    rows = [plain(row) for row in ordinary]
    assert [plain(row) for row in query.all(**values)] == rows != []
    assert plain(query.first(**values)) == plain(ordinary.first())


def outcome(model, write):
    """What a write leaves in its table and answers, unless it is a new id; then it is taken back."""
    with db.atomic() as transaction:
        answer, before = write(), model.select().count()
        columns = [field for field in model._meta.sorted_fields if field.name != "id"]
        rows = list(model.select(*columns).order_by(*columns[:2]).tuples())
        transaction.rollback()
    return (before, rows, None if model in (DayTally, Event, Tally) else answer)


def test_an_insert_answers_the_new_id(database, world):
    new = LINE.run(at=datetime(2026, 11, 3), user=world.users["sara"], data={"n": 1})
    assert Event.get_by_id(new).data == {"n": 1}


def test_many_rows_are_written_in_one_go(database, world):
    at, user = datetime(2026, 11, 3), world.users["sara"]
    LINE.run_many([{"at": at, "user": user, "data": {"n": n}} for n in range(3)])
    lines = Event.select().where(Event.verb == "sample").order_by(Event.id)
    assert [line.data["n"] for line in lines] == [0, 1, 2]
    with pytest.raises(IntegrityError):
        LINE.run_many([{"at": None, "user": user, "data": {}}])
    with pytest.raises(TypeError, match="unknown"):
        LINE.run_many([{"at": at, "user": user, "data": {}, "id": 1}])


def test_the_joined_row_costs_no_second_query(sqlite, world, count_queries):
    household = world.household()
    with count_queries() as queries:
        assert HOME.first(uid=household.uid).village.name == "Thôn 4"
    assert len(queries) == 1


def test_a_row_just_read_has_nothing_to_store(sqlite, world, count_queries):
    household = HOME.first(uid=world.household().uid)
    with count_queries() as queries:
        household.store_changes()
        household.village.store_changes()
    assert not queries


def test_the_text_is_written_once(database, world, monkeypatch):
    uid = world.household().uid
    HOME.first(uid=uid)
    monkeypatch.setattr(HOME, "build", None)
    assert HOME.first(uid=uid).uid == uid
    assert HOME.first(uid="nobody's") is None


def test_a_list_of_keys_is_one_parameter_of_any_length(database, world, count_queries):
    lan = Resident.get(Resident.household == world.household())
    with count_queries() as queries:
        assert PEOPLE.all(homes=[], born=[]) == []
        assert PEOPLE.all(homes=range(1, 40_000), born=[1]) == [lan]
    assert len({query.sql for query in queries}) == 1
    assert [len(query.params) for query in queries] == [2, 2]


def test_threads_ask_at_once(database, world):
    homes = [world.household() for _ in range(8)]
    fresh = Prepared(HOME.build)

    def ask(home):
        with db.connection_context():
            return [fresh.first(uid=home.uid).id for _ in range(10)]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, homes)) == [[home.id] * 10 for home in homes]


def test_a_missing_and_an_unknown_name_are_said(sqlite, world):
    with pytest.raises(TypeError, match=r"test_prepared.HOME: missing \['uid'\], unknown \['id'\]"):
        HOME.first(id=1)


def test_none_is_refused_where_a_query_would_find_nothing(sqlite, world):
    with pytest.raises(ValueError, match="uid is None"):
        HOME.first(uid=None)


def test_a_name_that_the_query_does_not_use_is_said(sqlite, world):
    with pytest.raises(TypeError, match=r"does not use \['village'\]"):
        Prepared(lambda village: Household.select()).all(village=1)


def test_an_insert_names_what_each_row_makes_anew(sqlite, world):
    with pytest.raises(TypeError, match=r"defaults of \['at', 'data'\]"):
        Prepared(lambda verb: Event.insert(verb=verb)).run(verb="x")


def test_a_query_of_a_class_has_its_name():
    class Door:
        OPEN = Prepared(lambda uid: Household.select().where(Household.uid == uid))

    assert str(Door.OPEN) == "Door.OPEN"

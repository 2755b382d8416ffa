"""Saving a list: everything once, the same again nothing, a correction exactly itself, and all or none."""

import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

import models
import moves
import vi
import visits
from database import db
from models import Area, Consent, Event, Household, Resident, Tally, Visit, new_uid, now
from roster import comparing, listing, saving
from roster.changes import COUNTS
from roster.saving import Unanswered
from tests.conftest import PLAN
from tests.roster.conftest import LIST

ENDS = date(2026, 12, 31)
NAMES = [row[1] for row in LIST if row[3] < 2011]
KEPT = (Area, Household, Resident, Visit, Consent, Tally)


def rows():
    """Every row of what a list may touch, in order of its id."""
    return {table.__name__: list(table.select().order_by(table.id).tuples()) for table in KEPT}


def counted(**numbers):
    return Counter(dict.fromkeys(COUNTS, 0) | numbers)


def people(village="TH04"):
    columns = Household.code, Resident.name, Resident.birth_year, Resident.phone
    query = Resident.select(*columns).join(Household).join(Area)
    return sorted(query.where(Area.code == village).tuples())


@pytest.fixture
def save(world, sheet):
    """Read a list as `LIST` is written and save it for Sara."""

    def save_rows(lines=LIST, choices=None, by="sara", **layout):
        said = {"doubt-age": "adults"} | (choices or {})
        return saving.save(listing.read(sheet(lines, **layout), ends=ENDS), said, world.users[by])

    return save_rows


@pytest.fixture
def events():
    """The verbs logged since the test asked for them, without the saving itself."""
    start = Event.select().count()
    return lambda: [e.verb for e in Event.select().order_by(Event.id).offset(start) if e.verb != "roster.saved"]


def test_a_list_becomes_households_residents_and_tallies_on_both_databases(database, world, save):
    changes = save()
    assert changes.counts == counted(households_new=4, people_new=6)
    home = Household.get(Household.code == "001")
    assert (home.village.code, home.head_name, home.lane, home.children_0_5, home.children_6_15) == (
        "TH04",
        "Trần Thị Lan",
        "Xóm Đình",
        1,
        0,
    )
    assert people() == [
        ("001", "Lê Văn Bình", 1955, None),
        ("001", "Trần Thị Lan", 1958, "0912345678"),
        ("002", "Hà Thị Em", 1962, None),
        ("002", "Vũ Văn Dũng", 1960, None),
        ("003", "Đỗ Quang Giáp", 1985, None),
        ("004", "Chu Thị Hiên", 1949, None),
    ]
    before = rows()
    Household.rebuild_tallies()
    after = rows()
    totals = [sorted(row[1:] for row in state.pop("Tally")) for state in (before, after)]
    assert totals[0] == totals[1]
    assert before == after


def test_bulk_makes_what_the_verb_makes(world, save):
    save([LIST[0], LIST[1]])
    one = Household.get()
    two = Household.add(
        world.areas["BY02"], world.users["sara"], "001", "Xóm Đình", children=(one.children_0_5, one.children_6_15),
        people=[
            {"name": "Trần Thị Lan", "birth_year": 1958, "sex": "f", "relation": "head", "phone": "0912345678"},
            {"name": "Lê Văn Bình", "birth_year": 1955, "sex": "m", "relation": "spouse"},
        ],
    )  # fmt: skip

    def plain(row):
        return {k: v for k, v in row.__data__.items() if k not in ("id", "uid", "village", "household", "created_at")}

    assert plain(one) == plain(Household.get_by_id(two.id))
    assert [plain(person) for person in one.living()] == [plain(person) for person in two.living()]
    logged = Event.select(Event.verb, Event.kind, Event.data, Event.user).where(Event.verb == "household.added")
    assert len(set(map(str, logged.tuples()))) == 1


def test_the_same_list_again_changes_nothing(database, save, events, world, sheet):
    save()
    before, seen = rows(), len(events())
    assert comparing.compare(listing.read(sheet(), ends=ENDS), {}, world.users["sara"]).nothing
    assert save().counts == counted(households_unchanged=4)
    assert rows() == before
    assert len(events()) == seen


@pytest.mark.parametrize("name", ["danh-sach-thon-4.xlsx", "danh-sach-thon-trai-moi.xlsx"])
def test_a_real_list_again_changes_nothing(world, events, name):
    reading = listing.read(f"tests/data/{name}", ends=ENDS)
    first = saving.save(reading, {}, world.users["sara"])
    before, seen = rows(), len(events())
    again = saving.save(reading, {}, world.users["sara"])
    homes = first.counts["households_new"]
    assert (homes, again.counts) == (len(reading.households), counted(households_unchanged=homes))
    assert (rows(), len(events())) == (before, seen)


def test_a_corrected_list_changes_exactly_what_was_corrected(database, save, corrected):
    save()
    stored = {home.uid: home.code for home in Household.select()}
    changes = save(corrected)
    assert changes.counts == counted(
        households_new=1, households_changed=2, households_unchanged=2, people_new=2, people_changed=2
    )
    said = [(line.code, detail) for line in changes.lines["changed"] for detail in line.details]
    assert said == [
        ("001", ("Lê Văn Bình", "name", "Lê Văn Bình", "Lê Văn Bính")),
        ("002", ("Vũ Văn Dũng", "phone", None, "0987654321")),
        ("002", ("Vũ Thị Kim", "added", None, None)),
    ]
    assert {home.uid: home.code for home in Household.select() if home.uid in stored} == stored
    assert people() == [
        ("001", "Lê Văn Bính", 1955, None),
        ("001", "Trần Thị Lan", 1958, "0912345678"),
        ("002", "Hà Thị Em", 1962, None),
        ("002", "Vũ Thị Kim", 1995, None),
        ("002", "Vũ Văn Dũng", 1960, "0987654321"),
        ("003", "Đỗ Quang Giáp", 1985, None),
        ("004", "Chu Thị Hiên", 1949, None),
        ("005", "Khuất Thị Nga", 1977, None),
    ]
    assert save(corrected).counts == counted(households_unchanged=5)
    before = sorted(Tally.select(Tally.village, Tally.code, Tally.listed).tuples())
    Household.rebuild_tallies()
    assert sorted(Tally.select(Tally.village, Tally.code, Tally.listed).tuples()) == before


def test_a_corrected_name_is_found_by_searching(save, corrected):
    save()
    save(corrected)
    home = Household.get(Household.code == "001")
    assert [list(Household.matching(Household.select(), words)) for words in ("binh", "kim 002")] == [
        [home],
        [Household.get(Household.code == "002")],
    ]
    assert Resident.get(Resident.name == "Vũ Thị Kim").position == 2


def test_who_is_not_in_the_list_is_told_and_stays(save):
    save()
    before = rows()
    changes = save([LIST[0], *LIST[3:5]])
    assert changes.counts == counted(households_unchanged=2, households_missing=2, people_missing=1)
    assert [(line.code, [detail.who for detail in line.details]) for line in changes.lines["missing"]] == [
        ("001", ["Lê Văn Bình"]),
        ("003", []),
        ("004", []),
    ]
    assert rows() == before


def test_blanks_overwrite_nothing(save):
    save()
    before = rows()
    bare = [[1, "Trần Thị Lan"], [2, "Vũ Văn Dũng"]]
    assert save(bare, {"doubt-age": "adults"}, header=["STT hộ", "Họ và tên"]).counts["people_changed"] == 0
    assert rows() == before


def test_nobody_of_unknown_age_is_saved_unasked(save):
    lines = [LIST[0], [None, "Lê Văn Bình", "Con", None, "Nam"]]
    with pytest.raises(Unanswered) as asked:
        save(lines, {"doubt-age": ""})
    assert ([(q.kind, q.people) for q in asked.value.changes.doubts], people()) == ([("age", 1)], [])
    assert save(lines, {"doubt-age": "out"}).counts["people_new"] == 1
    assert save(lines, {"doubt-age": "adults"}).counts["people_new"] == 1
    assert [(name, year) for _, name, year, _ in people()] == [("Lê Văn Bình", None), ("Trần Thị Lan", 1958)]


def test_a_year_worked_out_of_an_age_replaces_no_other(save):
    save()
    before = rows()
    header = ["STT hộ", "Họ và tên", "Quan hệ", "Tuổi", "Giới tính"]
    lines = [[1, "Trần Thị Lan", "Chủ hộ", 67, "Nữ"], [None, "Lê Văn Bình", "Chồng", 72, "Nam"]]
    assert save(lines, header=header).counts["people_changed"] == 0
    assert rows() == before


@pytest.mark.parametrize(
    "spell",
    [
        lambda name: vi.fold(name).title(),
        lambda name: vi.fold(name),
        lambda name: vi.fold(name).upper(),
        lambda name: name.replace("ị", "i"),
        lambda name: name.lower(),
        lambda name: name[:-1].upper() + name[-1],
    ],
    ids=["no marks", "folded", "folded capitals", "some marks", "small letters", "nearly capitals"],
)
def test_a_list_that_spells_worse_replaces_no_name_and_no_lane(save, spell):
    save()
    before = rows()
    worse = [[row[0], spell(row[1]), *row[2:5], *(vi.fold(lane) for lane in row[5:6]), *row[6:]] for row in LIST]
    changes = save(worse)
    assert (changes.nothing, changes.counts["names_kept"]) == (True, sum(spell(name) != name for name in NAMES))
    assert rows() == before


def test_a_list_that_spells_better_corrects_the_names_and_says_so(save):
    save([[row[0], vi.fold(row[1]).title(), *row[2:]] for row in LIST])
    assert people()[0][1] == "Le Van Binh"
    changes = save()
    assert changes.counts["people_changed"] == 6
    assert [detail for line in changes.lines["changed"] for detail in line.details][:2] == [
        ("Tran Thi Lan", "name", "Tran Thi Lan", "Trần Thị Lan"),
        ("Le Van Binh", "name", "Le Van Binh", "Lê Văn Bình"),
    ]
    assert people()[0][1] == "Lê Văn Bình"


def visit(home, user, people=(), answers=None):
    visits.receive(home, 
        {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": answers or {}, "people": list(people)},
        user,
    )


def test_answers_and_what_was_said_at_the_door_stay(save, world):
    save()
    home = Household.get(Household.code == "001")
    lan, binh = home.living()
    said = {"uid": lan.uid, "answers": {"phone": "own"}, "name": "Trần Thị Lan Hương"}
    visit(home, world.users["vera"], [said], {"children_0_5": 3})
    before = rows()
    lines = [[*LIST[0][:6], "0911111111"], LIST[1]]
    changes = save([*lines, *LIST[2:]])
    assert (changes.counts["kept"], changes.counts["people_changed"]) == (1, 1)
    after = Resident.get_by_id(lan.id)
    assert (after.name, after.phone, after.answers) == ("Trần Thị Lan Hương", "0911111111", {"phone": "own"})
    untouched = ("Visit", "Consent", "Tally")
    assert [rows()[table] for table in untouched] == [before[table] for table in untouched]
    home = Household.get_by_id(home.id)
    assert (home.state, home.answers, home.head_name) == ("partial", {"children_0_5": 3}, "Trần Thị Lan Hương")


CORRECTED = {"name": "Trần Thị Loan", "birth_year": 1960}


@pytest.mark.parametrize("fields", [CORRECTED, {"name": "Ngô Thị Lan"}, {"birth_year": 1985}, CORRECTED | {"sex": "m"}])
def test_the_same_list_makes_nobody_of_whoever_was_corrected_at_the_door(database, save, world, fields):
    save()
    lan = Household.get(Household.code == "001").living()[0]
    visit(lan.household, world.users["vera"], [{"uid": lan.uid, "answers": {"phone": "own"}, **fields}])
    before = rows()
    changes = save()
    assert (changes.nothing, changes.counts["people_missing"], changes.counts["kept"]) == (True, 0, len(fields))
    assert rows() == before


def test_whoever_was_corrected_by_a_list_is_known_when_the_old_one_comes_again(database, save):
    save()
    lines = [list(row) for row in LIST]
    lines[0][1] = "Ngô Thị Loan"
    save(lines)
    lines[0][3] = 1985
    save(lines)
    assert who("Ngô Thị Loan").listed_as == [["tran thi lan", 1958], ["ngo thi loan", 1958]]
    changes = save()
    assert (changes.counts["people_new"], changes.counts["people_missing"]) == (0, 0)
    assert (who("Trần Thị Lan").birth_year, who("Trần Thị Lan").listed_as[-1]) == (1958, ["ngo thi loan", 1985])


def test_a_blank_that_is_filled_or_marks_that_are_added_are_no_other_name(save):
    save([[1, "Tran Thi Lan", "Chủ hộ", None, "Nữ"]])
    save([[1, "Trần Thị Lan", "Chủ hộ", 1958, "Nữ"]])
    assert (who("Trần Thị Lan").birth_year, who("Trần Thị Lan").listed_as) == (1958, None)


def test_a_corrected_year_moves_the_tallies(database, save, world):
    save()
    home = Household.get(Household.code == "003")
    visit(home, world.users["vera"], [{"uid": home.living()[0].uid, "answers": {"phone": "own", "account": ["bank"]}}])
    lines = [list(row) for row in LIST]
    lines[5][3] = 2010
    assert save(lines).counts["people_changed"] == 1
    before = sorted(Tally.select(Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples())
    Household.rebuild_tallies()
    after = sorted(Tally.select(Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples())
    assert [row for row in before if any(row[2:])] == [row for row in after if any(row[2:])]


def test_who_moved_away_is_neither_added_again_nor_changed(save):
    save()
    Resident.update(left="moved").where(Resident.name == "Lê Văn Bình").execute()
    before = rows()
    assert save().counts == counted(households_unchanged=4)
    assert rows() == before


def who(name):
    return Resident.get(Resident.name == name)


@pytest.mark.parametrize("why", ["died", "moved", "away"])
def test_the_same_list_brings_nobody_back_who_left(database, save, world, why):
    save()
    moves.leave(who("Lê Văn Bình"), why, world.users["vera"])
    moves.leave(who("Chu Thị Hiên"), why, world.users["vera"])
    before = rows()
    assert save().counts == counted(households_unchanged=4)
    assert rows() == before


def test_the_same_list_leaves_people_where_they_moved_and_split_to(database, save, world):
    save()
    homes = {home.code: home for home in Household.select()}
    moves.to_household(who("Hà Thị Em"), homes["004"], world.users["vera"])
    moves.split(homes["001"], [who("Lê Văn Bình")], who("Lê Văn Bình"), world.users["vera"])
    before = rows()
    changes = save()
    assert (changes.nothing, changes.counts["people_new"], changes.counts["households_new"]) == (True, 0, 0)
    assert rows() == before


def test_the_same_list_brings_no_mistake_back_and_a_corrected_one_brings_the_right_person(database, save, world):
    save()
    moves.discard(who("Lê Văn Bình"), world.users["vera"])
    before = rows()
    assert save().counts == counted(households_unchanged=4)
    assert rows() == before
    lines = [[None, "Quách Công Mạnh", *row[2:]] if row[1] == "Lê Văn Bình" else row for row in LIST]
    assert save(lines).counts["people_new"] == 1
    assert (who("Lê Văn Bình").left, who("Quách Công Mạnh").left) == ("mistake", "")


@pytest.mark.parametrize(("kept", "gone"), [("001", "002"), ("002", "001"), ("003", "004")])
def test_the_same_list_leaves_merged_households_merged(database, save, world, kept, gone):
    save()
    homes = {home.code: home for home in Household.select()}
    moves.merge_households(homes[kept], homes[gone], world.users["vera"])
    before = rows()
    changes = save()
    assert (changes.nothing, changes.counts["people_missing"], changes.counts["households_missing"]) == (True, 0, 0)
    assert rows() == before


def test_the_same_list_leaves_a_double_merged(database, save, world):
    twice = [*LIST, [5, "Lê Văn Bình", "Chủ hộ", 1955, "Nam"]]
    save(twice)
    double, kept = Resident.select().where(Resident.name == "Lê Văn Bình").order_by(Resident.position)
    moves.merge_residents(kept, double, world.users["vera"])
    before = rows()
    assert save(twice).nothing
    assert rows() == before


def test_a_list_that_knows_of_a_move_changes_nobody_and_others_are_still_added(save, world):
    save()
    homes = {home.code: home for home in Household.select()}
    moves.to_household(who("Hà Thị Em"), homes["004"], world.users["vera"])
    lines = [row for row in LIST if row[1] != "Hà Thị Em"]
    lines += [[None, "Hà Thị Em", "Con", 1962, "Nữ"], [None, "Đỗ Văn Mới", "Con", 1999, "Nam"]]
    assert save(lines).counts["people_new"] == 1
    assert Resident.select().where(Resident.name == "Hà Thị Em").count() == 1


def test_a_household_code_that_belongs_to_others_is_left_out_and_told(save):
    header = ["Mã hộ", "Họ và tên", "Quan hệ", "Năm sinh"]
    save([["H01", "Trần Thị Lan", "Chủ hộ", 1958]], header=header)
    changes = save([["H01", "Vũ Văn Dũng", "Chủ hộ", 1990], ["H02", "Hà Thị Em", "Chủ hộ", 1962]], header=header)
    told = [(p.level, p.code, p.row, p.detail) for p in changes.skipped]
    assert told == [("error", "code_taken", 3, {"number": "H01"})]
    assert [person[:2] for person in people()] == [("H01", "Trần Thị Lan"), ("H02", "Hà Thị Em")]
    assert changes.counts == counted(households_new=1, people_new=1, households_skipped=1, households_missing=1)


def test_a_number_that_belongs_to_others_gives_way_to_the_next(save):
    save()
    save([[2, "Khuất Thị Nga", "Chủ hộ", 1977]])
    assert people()[-1] == ("005", "Khuất Thị Nga", 1977, None)


def test_an_unanswered_village_saves_nothing(world, save):
    before = rows()
    with pytest.raises(Unanswered) as caught:
        save(title="DANH SÁCH THÔN 4")
    assert [(asked.why, [area.code for area in asked.near]) for asked in caught.value.changes.open] == [
        ("several", ["BY02", "TH04"])
    ]
    assert rows() == before
    assert save(title="DANH SÁCH THÔN 4", choices={"0": "BY02"}).villages == [["BY02", "Thôn 4 (Bình Yên cũ)", 4]]
    assert (len(people("BY02")), len(people("TH04"))) == (6, 0)


def test_a_village_is_created_once_and_known_afterwards(save, events):
    choice = {"0": {"name": "Thôn Mới", "former": "Thạch Hòa"}}
    changes = save(title="DANH SÁCH THÔN MỚI", choices=choice)
    area = Area.get(Area.name == "Thôn Mới")
    assert (area.parent.code, area.former, changes.counts["villages_new"]) == ("HL", "Thạch Hòa", 1)
    assert save(title="DANH SÁCH THÔN MỚI", choices=choice).counts == counted(households_unchanged=4)
    assert [verb for verb in events() if verb == "area.added"] == ["area.added"]


def test_a_village_left_out_saves_nothing_of_it(save):
    assert save(title="DANH SÁCH THÔN 4", choices={"0": "skip"}).counts == counted()
    assert Household.select().count() == 0


def test_an_officer_of_a_village_neither_reaches_others_nor_creates_any(world, save):
    user = models.User.add("tam", "Tâm", "staff", world.areas["TX01"])
    world.users["tam"] = user
    before = rows()
    for choices in ({}, {"0": "TH04"}, {"0": {"name": "Thôn 4", "former": "Thạch Hòa"}}):
        with pytest.raises(Unanswered):
            save(by="tam", choices=choices)
    assert rows() == before
    assert save(by="tam", title="DANH SÁCH THÔN TRẠI MỚI").counts["households_new"] == 4


def test_a_failure_in_the_middle_leaves_nothing_half_saved(database, save, corrected, monkeypatch):
    save()
    before, logged = rows(), Event.select().count()

    def fail(*arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(Tally, "add", fail)
    with pytest.raises(OSError, match="disk is full"):
        save(corrected)
    assert (rows(), Event.select().count()) == (before, logged)


KILLED = """
import os, sys
from datetime import date
import plan
from database import connect_to, db
from models import Tally, User
from roster import listing, saving
connect_to(sys.argv[1])
plan.use(sys.argv[2])
Tally.add = lambda *arguments: os._exit(9)
with db.connection_context():
    saving.save(listing.read(sys.argv[3], ends=date(2026, 12, 31)), {}, User.named("sara"))
"""


def test_a_process_killed_while_it_writes_leaves_nothing(database, world, sheet):
    before, logged = rows(), Event.select().count()
    killed = subprocess.run([sys.executable, "-c", KILLED, database, PLAN, sheet()], cwd=PLAN.parents[1], check=False)
    assert (killed.returncode, rows(), Event.select().count()) == (9, before, logged)


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(act)` lets somebody act each time a list was compared and is not yet written; counts the times."""
    compared = []

    def let(act):
        prepare = saving._Prepared.prepare

        def prepare_slowly(work):
            prepare(work)
            compared.append(work)
            if not db.in_transaction():
                act()

        monkeypatch.setattr(saving._Prepared, "prepare", prepare_slowly)
        return compared

    return let


def test_what_changed_after_comparing_is_compared_again(database, save, world, meanwhile):
    names = iter(["Trần Thị Lan", None, None])

    def add():
        if name := next(names):
            people = [{"name": name, "birth_year": 1958, "relation": "head", "sex": "f"}]
            Household.add(world.areas["TH04"], world.users["vera"], people=people)

    compared = meanwhile(add)
    changes = save()
    assert (len(compared), changes.counts["households_new"], changes.counts["households_changed"]) == (2, 3, 1)
    assert [code for code, name, *_ in people() if name == "Trần Thị Lan"] == ["001"]


def test_a_name_told_while_a_list_is_compared_stays(database, save, corrected, world, meanwhile):
    save()
    lan, binh = Household.get(Household.code == "001").living()
    told = [{"uid": binh.uid, "answers": {"phone": "own"}, "name": "Lê Văn Bình"}]
    visits = iter([told])
    compared = meanwhile(lambda: [visit(lan.household, world.users["vera"], each) for each in visits])
    save(corrected)
    assert (len(compared), Resident.get_by_id(binh.id).name) == (2, "Lê Văn Bình")


def test_answers_that_come_in_while_a_list_is_compared_do_not_hold_it_up_and_count(database, save, world, meanwhile):
    save()
    home = Household.get(Household.code == "003")
    (person,) = home.living()
    answers = {"uid": person.uid, "answers": {"phone": "own", "account": ["bank"]}}
    visits = iter([[answers]])
    compared = meanwhile(lambda: [visit(home, world.users["vera"], each) for each in visits])
    lines = [list(row) for row in LIST]
    lines[5][3] = 1990
    save(lines)
    assert (len(compared), Resident.get_by_id(person.id).birth_year) == (1, 1990)
    assert Resident.get_by_id(person.id).answers == answers["answers"]
    assert tallies() == recounted()


def test_a_village_where_somebody_always_writes_is_saved_all_the_same(database, save, world, meanwhile):
    compared = meanwhile(lambda: Household.add(world.areas["TH04"], world.users["vera"], people=[]))
    save()
    assert len(compared) == saving.TRIES + 1
    assert Resident.select().count() == 6


def test_a_corrected_lane_is_walked_in_its_new_place(save):
    save()
    save([[*row[:5], "Ngõ 1", *row[6:]] if len(row) > 5 and row[0] == 4 else row for row in LIST])
    walked = Household.as_walked(Household.select().join(Area))
    assert [(home.code, home.lane) for home in walked][0] == ("004", "Ngõ 1")


def tallies():
    columns = Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes
    return {row for row in Tally.select(*columns).tuples() if any(row[2:])}


def recounted():
    Household.rebuild_tallies()
    return tallies()


def test_events_hold_no_names(save, corrected):
    save()
    save(corrected)
    told = [(e.verb, e.data) for e in Event.select().order_by(Event.id) if e.verb == "household.corrected"]
    assert told == [
        ("household.corrected", {"fields": ["name"], "people": 1, "people_added": 0}),
        ("household.corrected", {"fields": ["phone"], "people": 1, "people_added": 1}),
    ]
    saved = Event.select().where(Event.verb == "roster.saved").order_by(Event.id.desc()).get()
    assert (saved.data["households_changed"], saved.user.username) == (2, "sara")

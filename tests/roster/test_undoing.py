"""Taking a list back: all it did goes back where nobody touched it since, the rest stays and is told."""

from datetime import date, timedelta

import pytest

import moves
import visits
from models import (
    Area,
    Attendance,
    Consent,
    Course,
    Event,
    Figure,
    Household,
    Invitation,
    Resident,
    Roster,
    Support,
    Tally,
    new_uid,
    now,
)
from roster import listing, saving, undoing
from roster.saving import Basis
from tests.roster.conftest import LIST

ENDS = date(2026, 12, 31)


def stored():
    """What a list may touch, without the ids of rows."""
    homes = Household.select(
        *(Household.uid, Household.code, Household.lane, Household.lane_key, Household.dwelling, Household.head_name),
        *(Household.children_0_5, Household.children_6_15, Household.contribution, Household.search),
    )
    cells = ("uid", "name", "name_key", "folded", "birth_year", "sex", "relation", "phone", "position", "left")
    people = Resident.select(*(getattr(Resident, name) for name in cells), Household.uid).join(Household)
    areas = Area.select(Area.code, Area.name, Area.label)
    return [sorted(map(str, query.tuples())) for query in (homes, people, areas)], tallies()


def tallies():
    columns = Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes
    return {row for row in Tally.select(*columns).tuples() if any(row[2:])}


def recounted():
    Household.rebuild_tallies()
    return tallies()


@pytest.fixture
def save(world, sheet):
    """Read a list, keep it as an upload of Sara's and save it; its row."""

    def save_rows(lines=LIST, choices=None, **layout):
        text = listing.read(sheet(lines, **layout), ends=ENDS).to_json()
        return saving.confirm(Roster.keep(world.users["sara"], "list.xlsx", text), choices or {}, world.users["sara"])

    return save_rows


def visit(home, user, people=(), outcome="done"):
    seen = {"uid": new_uid(), "outcome": outcome, "happened_at": now(), "answers": {}, "people": list(people)}
    visits.receive(home, seen, user)


def who(name):
    return Resident.get(Resident.name == name)


def undone(upload, by):
    """Take back; what the result tells, and whether what was looked at before is what happened."""
    seen = undoing.look(upload)
    told = undoing.undo(upload, by).result["undone"]
    if not seen.moved:
        assert {name: told[name] for name in seen.counts} == seen.counts
        assert seen.staying() == told["stays"]
    return told


def why(told):
    return {code: reason for _, code, _, reason in told["stays"]}


def test_a_list_taken_back_leaves_what_was_there_before(database, world, save):
    before = stored()
    told = undone(save(), world.users["sara"])
    assert stored() == before
    numbers = {"households": 4, "people": 6, "details": 0, "villages": 0, "moves": 0, "moves_stay": 0, "stay": 0}
    assert told == numbers | {"stays": []}
    event = Event.select().order_by(Event.id.desc()).get()
    assert (event.verb, event.data, event.user) == ("roster.undone", numbers, world.users["sara"])


def test_a_correction_taken_back_gives_every_detail_back(database, world, save, corrected):
    save()
    before = stored()
    upload = save(corrected)
    assert stored() != before
    told = undone(upload, world.users["ada"])
    assert stored() == before
    assert (told["households"], told["people"], told["details"], told["stays"]) == (1, 2, 2, [])
    assert tallies() == recounted()


def test_a_year_taken_back_moves_the_tallies(database, world, save):
    save()
    before = stored()
    lines = [list(row) for row in LIST]
    lines[5][3] = 2010
    undone(save(lines), world.users["sara"])
    assert stored() == before
    assert tallies() == recounted()


def test_a_village_made_for_a_list_goes_when_it_is_empty_again(database, world, save):
    before = stored()
    choice = {"0": {"name": "Thôn 4", "former": "Cổ Đông"}}
    assert undone(save(title="DANH SÁCH THÔN 4", choices=choice), world.users["sara"])["villages"] == 1
    assert stored() == before
    upload = save(title="DANH SÁCH THÔN 4", choices=choice)
    Figure.put(Area.get(Area.former == "Cổ Đông"), "households", 10, date(2026, 10, 1), "Công an xã")
    assert undone(upload, world.users["sara"])["villages"] == 0
    assert Area.get(Area.former == "Cổ Đông").figures.count() == 1


def test_twice_is_once(world, save):
    upload = save()
    undone(upload, world.users["sara"])
    save()
    before = stored()
    undoing.undo(upload, world.users["sara"])
    assert (stored(), Event.select().where(Event.verb == "roster.undone").count()) == (before, 1)


def help_given(person, users):
    Support.give(users["vera"], "vneid", 10, "home", resident=person)


def checked_in(person, users):
    times = [(now(), now() + timedelta(hours=1))]
    meeting = Course.open(users["hana"], person.household.village, "vneid", "Lớp", "Đình", times).meetings.get()
    Attendance.check_in(meeting, new_uid(), "host", person.name, resident=person)


def invited(person, users):
    times = [(now(), now() + timedelta(hours=1))]
    course = Course.open(users["hana"], person.household.village, "vneid", "Lớp", "Đình", times)
    Household.update(agreed=True).where(Household.id == person.household_id).execute()
    Invitation.invite(course, [person], "vneid", users["hana"])


TOUCHES = {
    "visit": lambda person, users: visit(person.household, users["vera"], outcome="not_home"),
    "consent": lambda person, users: Consent.withdraw(person.household, "survey", users["sara"]),
    "move": lambda person, users: moves.leave(person, "away", users["vera"]),
    "person": checked_in,
}


@pytest.mark.parametrize("reason", TOUCHES)
def test_what_was_touched_stays_and_is_told(database, world, save, reason):
    upload = save()
    TOUCHES[reason](who("Đỗ Quang Giáp"), world.users)
    told = undone(upload, world.users["sara"])
    assert why(told) == {"003": reason}
    assert (told["households"], told["people"]) == (3, 5)
    assert [person.name for person in Resident.select()] == ["Đỗ Quang Giáp"]
    assert tallies() == recounted()


@pytest.mark.parametrize("touch", [help_given, invited])
def test_somebody_helped_or_invited_stays(world, save, touch):
    upload = save()
    touch(who("Hà Thị Em"), world.users)
    assert why(undone(upload, world.users["sara"])) == {"002": "person"}
    assert {person.name for person in Resident.select()} == {"Vũ Văn Dũng", "Hà Thị Em"}


def test_somebody_added_to_a_household_who_was_checked_in_stays(database, world, save, corrected):
    save()
    upload = save(corrected)
    checked_in(who("Vũ Thị Kim"), world.users)
    told = undone(upload, world.users["sara"])
    assert why(told) == {"002": "person"}
    assert {person.name for person in Household.get(Household.code == "002").living()} == {
        *("Vũ Văn Dũng", "Hà Thị Em", "Vũ Thị Kim")
    }
    assert who("Lê Văn Bình").birth_year == 1955


def test_what_another_list_corrected_since_stays(database, world, save, corrected):
    first = save()
    save(corrected)
    assert why(undone(first, world.users["sara"])) == {"001": "list", "002": "list"}
    assert sorted(home.code for home in Household.select()) == ["001", "002", "005"]
    assert tallies() == recounted()


def test_a_detail_that_is_no_longer_what_the_list_made_it_stays(world, save, corrected):
    save()
    upload = save(corrected)
    Resident.update(name="Lê Văn Binh").where(Resident.name == "Lê Văn Bính").execute()
    assert why(undone(upload, world.users["sara"])) == {"001": "changed"}
    assert Resident.select().where(Resident.name == "Lê Văn Binh").count() == 1
    assert who("Vũ Văn Dũng").phone is None


def test_a_move_that_a_list_brought_is_undone_unless_another_followed(database, world, save):
    save()
    upload = save([*LIST, [9, "Khuất Thị Nga", "Chủ hộ", 1977]])
    homes = {home.code: home for home in Household.select()}
    brought = [
        moves.to_household(who("Hà Thị Em"), homes["009"], world.users["sara"]),
        moves.to_household(who("Lê Văn Bình"), homes["004"], world.users["sara"]),
    ]
    upload.finish(upload.result, upload.what_was() | {"moves": [move.uid for move in brought]})
    Event.log("roster.saved", upload, world.users["sara"])
    moves.to_household(who("Hà Thị Em"), homes["003"], world.users["vera"])
    told = undone(Roster.get_by_id(upload.id), world.users["sara"])
    assert (told["moves"], told["moves_stay"]) == (1, 1)
    assert who("Lê Văn Bình").household_id == homes["001"].id
    assert who("Hà Thị Em").household_id == homes["003"].id
    assert tallies() == recounted()


def test_a_visit_that_comes_in_while_it_is_prepared_stays(database, world, save, monkeypatch):
    upload, look, times = save(), undoing.look, []

    def look_slowly(row):
        work = look(row)
        times.append(work)
        if len(times) == 1:
            visit(who("Đỗ Quang Giáp").household, world.users["vera"])
        return work

    monkeypatch.setattr(undoing, "look", look_slowly)
    assert why(undoing.undo(upload, world.users["sara"]).result["undone"]) == {"003": "visit"}
    assert (len(times), Household.select().count()) == (2, 1)


def test_a_failure_in_the_middle_takes_nothing_back(database, world, save, monkeypatch):
    upload = save()
    before = stored()

    def fail(*arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(Tally, "add", fail)
    with pytest.raises(OSError, match="disk is full"):
        undoing.undo(upload, world.users["sara"])
    assert (stored(), Roster.get().state) == (before, "saved")


def test_what_takes_a_list_back_is_forgotten_with_it_and_after_a_month(world, save):
    upload = save()
    assert ("Trần Thị Lan" in str(upload.result), upload.may_undo(world.users["sara"])) == (False, True)
    assert undoing.undo(upload, world.users["sara"]).before is None
    late = save()
    Roster.update(saved_at=now() - timedelta(days=31)).where(Roster.id == late.id).execute()
    assert Roster.get_by_id(late.id).may_undo(world.users["sara"]) is False
    Roster.begin(world.users["sara"], "next.xlsx")
    assert Roster.get_by_id(late.id).before is None


def test_basis_sees_every_kind_of_change(database, world, save):
    save()
    home, person = Household.get(Household.code == "001"), who("Vũ Văn Dũng")
    changes = [
        lambda: Area.add("village", "Thôn 9", parent=world.commune),
        lambda: Figure.put(world.areas["TX01"], "households", 148, date(2026, 10, 1), "Công an xã"),
        lambda: world.household(),
        lambda: Household.update(lane="Ngõ 7").where(Household.id == home.id).execute(),
        lambda: Resident.update(sex="f").where(Resident.id == person.id).execute(),
        lambda: moves.leave(person, "away", world.users["vera"]),
        lambda: moves.come_back(person, world.users["vera"]),
    ]
    for change in changes:
        basis = Basis(world.commune)
        assert basis.stands()
        change()
        assert not basis.stands()

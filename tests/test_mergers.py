"""A village becomes part of another with everything in it, and is taken apart again."""

from datetime import date, timedelta

import pytest

import moves
import plan
import progress
from models import (
    Area,
    Attendance,
    Course,
    DayTally,
    Event,
    Figure,
    Household,
    Merger,
    OldCode,
    Support,
    Table,
    Tally,
    UnitFigure,
    User,
    VillageRefused,
    db,
    new_uid,
    now,
    remove_village,
)
from tests.test_areas import look
from tests.test_progress import visited


def counted():
    return sorted(row[1:] for row in Tally.select().tuples() if any(row[-3:]))


def recounted():
    """What the tallies are after counting from scratch, which is taken back."""
    with db.atomic() as recount:
        Household.rebuild_tallies()
        fresh = counted()
        recount.rollback()
    return fresh


def rows():
    """Every row of every table but the log and the mergers, without what is derived, by uid or code where there is one:
    a village made again has another key."""
    found = {}
    codes = dict(Area.select(Area.id, Area.code).tuples())
    for table in Table.__subclasses__():
        if table in (Event, Merger):
            continue
        places = {field.name for field, model in Area._meta.backrefs.items() if model is table}
        found[table.__name__] = sorted(
            repr([(name, codes.get(value, value) if name in places else value) for name, value in row.items()
                  if not (table in (Area, DayTally, Figure, OldCode, Tally) and name in ("id", "path"))])
            for row in table.select().dicts()
            if table not in (DayTally, Tally) or any((row["listed"], row["asked"], row["yes"]))
        )  # fmt: skip
    return found


@pytest.fixture
def lived_in(world):
    """Trại Mới and Thôn 4 with households of the same codes, visits, a class, help, a check-in, figures of both."""
    for village in ("TX01", "TX01", "TH04", "TH04", "TH04"):
        visited(world.household(village), phone="own", account=["bank"])
    world.household("TX01", code="K9", lane="Xóm Đình")
    trai_moi, otto = world.areas["TX01"], world.users["otto"]
    for key, value in {"households": 291, "adults": 801, "over16": 846}.items():
        Figure.put(trai_moi, key, value, date(2026, 9, 1), "Tổ")
    resident = trai_moi.households.first().living().first()
    Support.give(otto, "vneid", 5, "home", resident)
    host = User.add("hong", "Hồng", "host", trai_moi)
    times = [(now() - timedelta(minutes=5), now() + timedelta(hours=1))]
    course = Course.open(host, trai_moi, "vneid", "Lớp", "Đình", times)
    Attendance.check_in(course.meetings.get(), new_uid(), "self", "Bà Tư", 1950, trai_moi)
    Attendance.check_in(course.meetings.get(), new_uid(), "host", "", resident=resident)
    Tally.add(trai_moi.id, {"CT4a": [7, 5, 3]}, 2025)
    return world


def merge(world, way="joined", gone="TX01", kept="TH04"):
    return Merger.merge(Area.get(Area.code == gone), Area.get(Area.code == kept), way, world.users["sara"])


def test_everything_of_a_village_is_the_others(database, lived_in):
    before = {table: table.select().count() for table in (Household, User, Support, Course, Attendance)}
    gone = lived_in.areas["TX01"]
    merge(lived_in)
    assert not Area.select().where(Area.code == "TX01").exists()
    for field, table in Area._meta.backrefs.items():
        assert not table.select().where(field == gone.id).exists(), table
    kept = Area.get(Area.code == "TH04")
    assert {table: table.select().count() for table in before} == before
    assert (kept.households.count(), kept.courses.count(), User.get(User.username == "otto").area) == (6, 1, kept)
    assert (Support.get().area, {row.village for row in Attendance.select()}) == (kept, {kept})


def test_households_whose_code_clashes_get_the_next_numbers(database, lived_in):
    homes = {home.id: home.code for home in lived_in.areas["TX01"].households}
    assert sorted(homes.values()) == ["001", "002", "K9"]
    merge(lived_in)
    now_called = {home.id: home for home in Household.select().where(Household.id.in_(list(homes)))}
    assert sorted(home.code for home in now_called.values()) == ["004", "005", "K9"]
    assert all(f" {home.code.lower()} " in home.search for home in now_called.values())
    codes = [home.code for home in Area.get(Area.code == "TH04").households]
    assert sorted(codes) == ["001", "002", "003", "004", "005", "K9"]


def test_tallies_agree_with_a_recount_after_merging_and_after_undoing(database, lived_in):
    total = progress.of(lived_in.commune, date(2026, 7, 2))[0].lines["CT4a"]
    merger = merge(lived_in)
    assert counted() == recounted()
    after = progress.of(lived_in.commune, date(2026, 7, 2))[0].lines["CT4a"]
    assert (after.listed, after.asked, after.yes) == (total.listed, total.asked, total.yes) == (6, 5, 5)
    visited(Household.get(Household.code == "K9"), phone="none")
    merger.undo(lived_in.users["sara"])
    assert counted() == recounted()
    parts = {part.area.code: part.lines["CT4a"] for part in progress.of(lived_in.commune, date(2026, 7, 2))[1]}
    assert [(parts[code].asked, parts[code].yes) for code in ("TX01", "TH04")] == [(3, 2), (3, 3)]


def test_undoing_gives_back_every_row_as_it_was(database, lived_in):
    before = rows()
    merger = merge(lived_in)
    assert rows() != before
    merger.undo(lived_in.users["sara"])
    assert rows() == before
    merger.undo(lived_in.users["sara"])
    assert rows() == before


def test_one_village_written_twice_keeps_the_figures_of_either(lived_in):
    merger = merge(lived_in, "same", gone="TH04", kept="BY02")
    kept = Area.get(Area.code == "BY02")
    assert [Figure.standing(kept, key).value for key in ("households", "adults", "over16")] == [400, 1000, 1050]
    merger.undo(lived_in.users["sara"])
    assert Figure.select().where(Figure.area == kept).count() == 0
    assert Figure.standing(Area.get(Area.code == "TH04"), "adults").value == 1000
    merge(lived_in, "same")
    assert Figure.standing(Area.get(Area.code == "TH04"), "adults").value == 1000


def test_two_villages_that_became_one_have_both_their_people(lived_in):
    merge(lived_in)
    kept = Area.get(Area.code == "TH04")
    assert [Figure.standing(kept, key).value for key in ("households", "adults", "over16")] == [691, 1801, 1896]
    standing = Figure.standing(kept, "adults")
    assert (standing.as_of, standing.source) == (date(2026, 10, 1), "Công an xã + Tổ")


def test_half_a_villages_count_is_not_the_whole_ones(lived_in):
    merger = merge(lived_in, gone="BY02", kept="TH04")
    kept = Area.get(Area.code == "TH04")
    assert Figure.standing(kept, "adults") is None
    merger.undo(lived_in.users["sara"])
    assert Figure.standing(kept, "adults").value == 1000


def test_a_figure_corrected_since_the_merger_stays_when_it_is_undone(lived_in):
    merger = merge(lived_in)
    kept = Area.get(Area.code == "TH04")
    Figure.correct(kept, "adults", 1795, date(2026, 10, 1), "Công an xã", None)
    merger.undo(lived_in.users["sara"])
    assert [Figure.standing(kept, key).value for key in ("adults", "over16")] == [1795, 1050]


def test_what_came_since_stays_and_goes_with_its_people(database, lived_in):
    merger = merge(lived_in)
    kept, leo = Area.get(Area.code == "TH04"), lived_in.users["leo"]
    newcomer = Household.add(kept, leo, people=[{"name": "Mới", "birth_year": 1990}])
    theirs = Household.get(Household.code == "K9").living().first()
    given = Support.give(leo, "vneid", 5, "home", theirs)
    village = merger.undo(lived_in.users["sara"])
    assert Household.get_by_id(newcomer.id).village == kept
    assert Support.get(Support.uid == given.uid).area == village
    assert counted() == recounted()


def test_a_chain_of_mergers_is_undone_from_its_end(database, lived_in):
    sara, before = lived_in.users["sara"], rows()
    first = merge(lived_in)
    second = merge(lived_in, gone="TH04", kept="BY02")
    assert Area.coded("TX01").get().code == Area.coded("th04").get().code == "BY02"
    with pytest.raises(VillageRefused, match="Hoàn tác lần sau trước"):
        Merger.get_by_id(first.id).undo(sara)
    Merger.get_by_id(second.id).undo(sara)
    assert Area.coded("TX01").get().code == "TH04"
    Merger.get_by_id(first.id).undo(sara)
    assert rows() == before


def test_a_merger_is_not_undone_between_merged_households(lived_in):
    merger = merge(lived_in)
    theirs = Household.get(Household.code == "K9")
    ours = Household.get(Household.code == "001")
    move = moves.merge_households(ours, theirs, lived_in.users["leo"])
    with pytest.raises(VillageRefused, match="hộ của hai thôn đã nhập với nhau"):
        merger.undo(lived_in.users["sara"])
    assert Household.get_by_id(theirs.id).village.code == "TH04"
    moves.undo(move, lived_in.users["leo"])
    merger.undo(lived_in.users["sara"])
    assert Household.get_by_id(theirs.id).village.code == "TX01"


def test_a_form_sent_twice_merges_once(lived_in):
    gone, kept, uid = lived_in.areas["TX01"], lived_in.areas["TH04"], new_uid()
    mergers = [Merger.merge(gone, kept, "same", lived_in.users["sara"], uid) for _ in range(2)]
    assert mergers[0] == mergers[1]
    assert Event.select().where(Event.verb == "area.merged").count() == 1


@pytest.mark.parametrize(("gone", "kept"), [("TX01", "TX01"), ("HL", "TX01"), ("TX01", "HL")])
def test_only_two_villages_of_a_commune_are_merged(world, gone, kept):
    before = rows()
    with pytest.raises(VillageRefused):
        Merger.merge(world.areas[gone], world.areas[kept], "same", None)
    assert rows() == before


def test_the_namesake_of_a_merged_village_needs_no_former_commune(world):
    merger = merge(world, gone="BY02", kept="TX01")
    assert Area.get(Area.code == "TH04").label == "Thôn 4"
    merger.undo(world.users["sara"])
    assert Area.get(Area.code == "TH04").label == "Thôn 4 (Thạch Hòa cũ)"


def test_the_log_names_fields_and_counts_only(lived_in):
    merge(lived_in)
    data = Event.get(Event.verb == "area.merged").data
    assert data == {
        "code": "TX01",
        "renumbered": 2,
        "rows": {"attendance.village": 2, "course.area": 1, "household.village": 3, "support.area": 1, "user.area": 2},
    }


# -- An empty village


def test_an_empty_village_is_removed_with_its_figures(database, world):
    village = Area.add("village", "Thôn Thừa", "TT01", world.commune)
    Figure.put(village, "adults", 10, date(2026, 10, 1), "")
    remove_village(village, world.users["sara"])
    assert not Area.select().where(Area.code == "TT01").exists()
    assert Figure.select().where(Figure.value == 10).count() == 0
    assert Event.get(Event.verb == "area.removed").subject == "TT01"


@pytest.mark.parametrize("code", ["TX01", "TH04", "BY02", "HL"])
def test_nothing_that_holds_anything_is_removed(world, code):
    world.household("BY02")
    before = rows()
    with pytest.raises(VillageRefused):
        remove_village(world.areas[code], world.users["sara"])
    assert rows() == before


# -- Links and phones that still know the old village


def visit_of(home, **fields):
    person = home.living().first()
    return {"visit": new_uid(), "outcome": "done", "person": person.uid, f"{person.uid}.phone": "own"} | fields


def test_a_phone_that_still_sends_for_the_old_village_is_heard(database, as_, lived_in):
    otto, home = as_("otto"), Household.get(Household.code == "K9")
    merge(lived_in)
    json = {"Accept": "application/json"}
    sent = otto.post(f"/households/{home.uid}", data=visit_of(home), headers=json)
    assert (sent.status_code, sent.json["state"]) == (200, "received")
    new, person = new_uid(), new_uid()
    fields = {"visit": new_uid(), "outcome": "done", "village": "TX01", "household": new, "person": person}
    fields |= {f"{person}.name": "Đỗ Văn Mới", f"{person}.birth_year": "1970", f"{person}.phone": "own"}
    sent = otto.post("/households/new", data=fields, headers=json)
    assert (sent.status_code, sent.json["state"]) == (200, "received")
    assert Household.get(Household.uid == new).village.code == "TH04"
    assert otto.get("/households?village=TX01").status_code == 200
    stored = otto.get("/households/stored?village=TX01&have=", headers=json)
    assert home.uid in stored.text


def test_links_to_the_old_village_lead_to_the_one_that_has_it(as_, lived_in):
    merger = merge(lived_in)
    assert as_(None).get("/progress/tx01").location == "/progress/TH04"
    assert as_("sara").get("/households?village=TX01").status_code == 200
    assert as_("sara").get("/needs/TX01/vneid").status_code == 200
    assert as_(None).get("/coming/TX01").status_code == 200
    merger.undo(lived_in.users["sara"])
    assert as_(None).get("/progress/tx01").status_code == 200


def test_the_list_that_still_has_the_old_village_is_asked_about(as_, lived_in):
    merge(lived_in)
    page = look(as_("sara"), "TX01,Thôn Trại Mới,Tiến Xuân,291,801,846,01/10/2026,")
    assert "Thôn có mã này đã nhập vào thôn khác" in page.text
    assert plan.active.year == 2026


def tell(world, period, accounts, village):
    UnitFigure.create(
        unit=world.units["police"], area=world.areas[village], key="accounts", period=period, value=accounts,
        as_of=date(2026, 9, 1),
    )  # fmt: skip


def told(village="TH04"):
    """`{period: number}` of accounts that stands of a village."""
    known = UnitFigure.by_period(Area.get(Area.code == village)).values()
    return {period: row.value for said in known for period, row in said.items()}


def test_the_polices_figures_of_joined_villages_are_added_up_and_given_back(database, lived_in):
    """September: 700 of Thôn 4 and 500 of Trại Mới. October: 720 of Thôn 4 alone, so Trại Mới still has its 500.
    August: Trại Mới alone, of which 480 is all that is known.
    """
    for period, accounts, village in (
        ("2026-08", 480, "TX01"),
        ("2026-09", 700, "TH04"),
        ("2026-09", 500, "TX01"),
        ("2026-10", 720, "TH04"),
    ):
        tell(lived_in, period, accounts, village)
    before = rows()
    merger = merge(lived_in)
    assert told() == {"2026-08": 480, "2026-09": 1200, "2026-10": 1220}
    merger.undo(lived_in.users["sara"])
    assert (told(), told("TX01")) == ({"2026-09": 700, "2026-10": 720}, {"2026-08": 480, "2026-09": 500})
    assert rows()["UnitFigure"] == before["UnitFigure"]


def test_of_a_village_that_was_written_twice_the_figures_of_the_one_that_stays_stand(database, lived_in):
    """The other's are heard where nothing was said of the one that stays: in August."""
    for period, accounts, village in (("2026-08", 480, "TX01"), ("2026-09", 700, "TH04"), ("2026-09", 690, "TX01")):
        tell(lived_in, period, accounts, village)
    merge(lived_in, "same")
    assert told() == {"2026-08": 480, "2026-09": 700}

"""The change of year, day by day from 14/12/2026 to 15/1/2027: which plan stands, what may be closed, what counts."""

import re
from datetime import date

import pytest

import cutoffs
import periods
import plan
import trend
import years
from models import Activity, Publication, Setting, Tally, UnitFigure, new_uid
from office import board
from tests.conftest import PLAN
from tests.report.test_contents import at, came, opened
from tests.test_progress import visited

DECEMBER, JANUARY = periods.of("month", 2026, 12, 14), periods.of("month", 2027, 1, 14)
QUARTER, YEAR = periods.of("quarter", 2026, 4, 14), periods.of("year", 2026, 1, 14)


@pytest.fixture
def plans(tmp_path, use_plan):
    """A folder with the plan of 2026 and one of 2027, which wants more smartphones: 95% where it was 85%."""
    text = PLAN.read_text(encoding="utf-8")
    later = re.sub(r"(year|starts|ends|deadline|day) = 2026", r"\1 = 2027", text).replace("goal = 85", "goal = 95")
    (tmp_path / "hoa-lac-2026.toml").write_text(text, encoding="utf-8")
    (tmp_path / "hoa-lac-2027.toml").write_text(later, encoding="utf-8")
    yield tmp_path
    plan.use(PLAN)


@pytest.fixture
def on(app, plans, clock, as_):
    """`on(date(2027, 1, 1))`: it is noon of that day, and somebody has opened a page since."""
    plan.use(plans, date(2026, 12, 14))
    years.follow()

    def come(day):
        clock(at(day, 12))
        assert as_(None).get("/").status_code == 200

    return come


def counts(world, code, year):
    """(listed, asked, yes) of Thôn 4 for a target in a year."""
    row = Tally.get_or_none(Tally.village == world.areas["TH04"], Tally.year == year, Tally.code == code)
    return (row.listed, row.asked, row.yes) if row else None


def may_be_closed(day):
    return [period.key for period in (DECEMBER, QUARTER, YEAR, JANUARY) if cutoffs.may_close(period, day)]


@pytest.mark.parametrize(
    ("day", "year", "present", "closable"),
    [
        (date(2026, 12, 14), 2026, "2026-12", []),
        (date(2026, 12, 15), 2026, "2026-12", ["2026-12", "2026-q4", "2026"]),
        (date(2026, 12, 31), 2026, "2026-12", ["2026-12", "2026-q4", "2026"]),
        (date(2027, 1, 1), 2027, "2027-01", ["2026-12", "2026-q4", "2026"]),
        (date(2027, 1, 14), 2027, "2027-01", ["2026-12", "2026-q4", "2026"]),
        (date(2027, 1, 15), 2027, "2027-02", ["2026-12", "2026-q4", "2026", "2027-01"]),
    ],
)
def test_each_day_has_its_plan_its_present_month_and_what_may_be_closed(on, day, year, present, closable):
    on(day)
    assert (plan.active.year, board.current_period(day).key, may_be_closed(day)) == (year, present, closable)


def test_households_go_on_and_yearly_answers_begin_anew(world, on, database):
    """Lan owned a phone and had learned by 20/12/2026. In 2027 she owns it still, and is asked again about learning."""
    skills = {question: "alone" for question in plan.active.skills.must + plan.active.skills.among}
    on(date(2026, 12, 20))
    lan = visited(world.agreed(), at=at(date(2026, 12, 20)), phone="own", learned="yes", **skills)
    assert (counts(world, "CT4a", 2026), counts(world, "CT7", 2026)) == ((1, 1, 1), (1, 1, 1))
    on(date(2027, 1, 1))
    assert (counts(world, "CT4a", 2026), counts(world, "CT7", 2026)) == ((1, 1, 1), (1, 1, 1))
    assert (counts(world, "CT4a", 2027), counts(world, "CT7", 2027)) == ((1, 1, 1), (1, 0, 0))
    person = lan.living().get()
    assert (person.answers["learned"], "learned" in person.standing_answers) == ("yes", False)
    on(date(2027, 1, 5))
    visited(lan, at=at(date(2027, 1, 5)), learned="yes", phone="none")
    assert (counts(world, "CT4a", 2026), counts(world, "CT7", 2026)) == ((1, 1, 1), (1, 1, 1))
    assert (counts(world, "CT4a", 2027), counts(world, "CT7", 2027)) == ((1, 1, 0), (1, 1, 1))


def test_a_paper_of_last_year_counts_for_last_year_too(world, on, database):
    """A paper of 12/12 typed on 20/12 counts for December; one of 30/12 typed on 5/1 for 2026 and for 2027.

    Of a home that was met in 2027 before its paper of 2026 arrives, 2026 stays as it was.
    """
    lan, mai, sau = (world.agreed(people=[(name, 1980, "f", "head")]) for name in ("Lan Thị", "Mai Thị", "Sáu Thị"))
    on(date(2026, 12, 20))
    visited(lan, at=at(date(2026, 12, 12)), phone="own")
    with plan.during(plan.of_year(2026)):
        assert trend.at(world.areas["TH04"], DECEMBER.ends)[0].lines["CT4a"].yes == 1
    on(date(2027, 1, 5))
    visited(mai, at=at(date(2026, 12, 30)), phone="own")
    assert (counts(world, "CT4a", 2026), counts(world, "CT4a", 2027)) == ((3, 2, 2), (3, 2, 2))
    visited(sau, at=at(date(2027, 1, 4)), phone="none")
    visited(sau, at=at(date(2026, 12, 29)), phone="own")
    assert (counts(world, "CT4a", 2026), counts(world, "CT4a", 2027)) == ((3, 2, 2), (3, 3, 2))
    with plan.during(plan.of_year(2026)):
        assert trend.at(world.areas["TH04"], DECEMBER.ends)[0].lines["CT4a"].yes == 1  # of 14/12, as before


def test_a_class_of_last_year_that_is_typed_late_counts_for_last_year(world, on, database):
    """Lan has the skills; that she came to a class on 20/12 is typed on 5/1 and taken back on 6/1."""
    skills = {question: "alone" for question in plan.active.skills.must + plan.active.skills.among}
    on(date(2026, 12, 20))
    lan = visited(world.agreed(), at=at(date(2026, 12, 20)), **skills)
    _, (meeting,) = opened(world, date(2026, 12, 20))
    on(date(2027, 1, 5))
    came(meeting, lan.living().get())
    assert (counts(world, "CT7", 2026), counts(world, "CT7", 2027)) == ((1, 1, 1), (1, 0, 0))
    on(date(2027, 1, 6))
    meeting.attendances.get().undo(world.users["hana"])
    assert (counts(world, "CT7", 2026), counts(world, "CT7", 2027)) == ((1, 0, 0), (1, 0, 0))


def test_a_home_found_on_a_late_paper_is_listed_in_both_years(world, on, database):
    on(date(2027, 1, 5))
    lan = world.agreed()
    visited(lan, at=at(date(2026, 12, 30)), phone="own")
    visited(lan, at=at(date(2026, 12, 31)), phone="none")
    assert (counts(world, "CT4a", 2026), counts(world, "CT4a", 2027)) == ((1, 1, 0), (1, 1, 0))


def test_the_page_shows_the_year_of_today_and_last_year_to_whoever_asks(world, on, as_):
    on(date(2026, 12, 20))
    visited(world.agreed(), at=at(date(2026, 12, 20)), phone="own")
    assert "Bình dân học vụ số 2026" in as_("sara").get("/").text
    assert as_("sara").get("/progress?year=2027").text.count("Bình dân học vụ số 2027") == 1
    on(date(2027, 1, 15))
    sara = as_("sara")
    pages = {year: sara.get(f"/progress/HL?year={year}").text for year in (2026, 2027)}
    said = {year: (f"Bình dân học vụ số {year}" in page, "95%" in page) for year, page in pages.items()}
    assert said == {2026: (True, False), 2027: (True, True)}
    assert ("năm đã qua" in pages[2026], "năm đã qua" in pages[2027]) == (True, False)
    assert "/progress/TH04?year=2026" in pages[2026] and "/progress/TH04?year" not in pages[2027]
    for year in ("2019", "nonsense", ""):
        assert "Bình dân học vụ số 2027" in sara.get(f"/progress?year={year}").text
    assert (plan.active.year, sara.get("/progress/TH04?year=2026").status_code) == (2027, 200)


def test_a_past_year_is_not_published_anew(world, on, as_):
    on(date(2027, 1, 5))
    before = Publication.select().where(Publication.year == 2026).count()
    Setting.delete().where(Setting.key.startswith("published:")).execute()
    assert as_(None).get("/progress/HL?year=2026").status_code == 200
    assert [row.key[:14] for row in Setting.select().where(Setting.key.startswith("published:"))] == []
    assert Publication.select().where(Publication.year == 2026).count() == before


def published_of(world, village, year):
    """(asked, yes) of smartphones in a village as the public may see them in a year; None where it sees nothing."""
    states = Publication.select().where(Publication.area == world.areas[village], Publication.year == year)
    row = states.where(Publication.code == "CT4a", Publication.newest == True).first()
    return row and (row.asked, row.yes)


def test_the_new_years_first_figures_tell_of_no_family_that_answered_since_the_old_ones(world, on, database):
    """Thôn 4 was published on 20/12 with twelve, one family more answered on the 21st: on 1/1 its figures would be
    that family's answer. They come when five have changed. Nothing changed in Trại Mới, which goes on.
    """
    day = at(date(2026, 12, 19))
    for village in ("TH04", "TX01"):
        for phone in ["own"] * 7 + ["none"] * 5:
            visited(world.household(village), at=day, phone=phone)
    on(date(2026, 12, 20))
    visited(world.household(), at=at(date(2026, 12, 20), 13), phone="own")
    on(date(2027, 1, 1))
    assert [published_of(world, village, 2026) for village in ("TH04", "TX01")] == [(12, 7), (12, 7)]
    assert [published_of(world, village, 2027) for village in ("TH04", "TX01")] == [None, (12, 7)]
    for phone in ["own"] * 5 + ["none"] * 5:
        visited(world.household(), at=at(date(2027, 1, 1), 13), phone=phone)
    on(date(2027, 1, 2))
    assert published_of(world, "TH04", 2027) == (23, 13)


def test_nobody_writes_into_a_past_year_by_its_address(world, on, as_):
    on(date(2027, 1, 5))
    home = world.agreed()
    before = counts(world, "CT4a", 2026)
    as_("sara").get(f"/households/{home.uid}?year=2026")
    as_("sara").post(f"/households/{home.uid}/consents/withdraw?year=2026&period=2026-12", data={"purpose": "survey"})
    assert counts(world, "CT4a", 2026) == before


def test_december_is_told_and_closed_by_its_own_plan_in_january(world, on, as_, database):
    """The school types its figures of December on 3/1; the commune closes December, the quarter and the year on 4/1, by
    the plan of 2026, which wanted 85%.
    """
    on(date(2027, 1, 3))
    school = world.units["thach_hoa_primary"]
    uma = as_("uma")
    assert re.findall(r'href="/unit\?period=([^"]+)"', uma.get("/unit").text) == ["2026-12", "2027-01"]
    assert "kỳ tháng 12/2026, từ" in uma.get("/unit?period=2026-12").text.lower()
    field = ".".join((school.uid, "HL", "staff", ""))
    told = {"uid": new_uid(), "shown": "{}", "as_of": "14/12/2026", field: "40"}
    assert uma.post("/unit?period=2026-12", data=told | {"period": "2026-12"}).status_code == 303
    assert [row.value for row in UnitFigure.standing("2026-12").values()] == [40]
    on(date(2027, 1, 4))
    for period in (DECEMBER, QUARTER, YEAR):
        cutoff = cutoffs.close(world.commune, period, world.users["sara"], new_uid(), "gửi muộn", at(date(2027, 1, 4)))
        assert (cutoff.report["plan"]["year"], cutoff.ends) == (2026, date(2026, 12, 14))
        goals = {row["key"]: row["cells"][3] for row in cutoff.report["tables"]["1"]["rows"]}
        assert goals["CT4a"] == "trên 85%"
    assert 'href="/unit?period=' not in uma.get("/unit").text  # closed, so that January stands alone
    january = cutoffs.draft(world.commune, JANUARY, at(date(2027, 1, 16)))
    assert (january["plan"]["year"], january["period"]["since"]) == (2027, "2026-12-15")


def test_what_happens_after_mid_december_is_in_januarys_report_once(world, on, database):
    """A class and broadcasts of 20/12/2026: in no report of 2026, in January 2027's and in what has added up since."""
    on(date(2026, 12, 20))
    _, (meeting,) = opened(world, date(2026, 12, 20))
    came(meeting, world.agreed().living().get())
    Activity.record(world.users["sara"], new_uid(), form="banner", on=date(2026, 12, 20), area=world.commune, count=3)
    on(date(2027, 1, 15))

    def said(period):
        tables = cutoffs.draft(world.commune, period, at(date(2027, 1, 15)))["tables"]
        banner = next(row["cells"] for row in tables["2"]["rows"] if row["key"] == "banner")
        return banner[3:5], [row["cells"][6] for row in tables["3"]["rows"] if row["kind"] == "row"]

    assert (said(DECEMBER), said(YEAR), said(JANUARY)) == (([0, 0], []), ([0, 0], []), ([3, 3], [1]))


def test_the_first_request_of_the_year_counts_once_and_units_follow(world, on, database):
    world.household()
    on(date(2027, 1, 1))
    assert Setting.read("plan") == plan.of_year(2027).digest
    assert (years.follow(), counts(world, "visits", 2027)) == ((None, False), (1, 0, 0))


def test_without_a_plan_for_the_next_year_the_last_one_stays(world, plans, clock):
    (plans / "hoa-lac-2027.toml").unlink()
    plan.use(plans, date(2026, 12, 31))
    plan.turn(date(2027, 2, 1))
    assert (plan.active.year, board.current_period(date(2027, 2, 1)).key) == (2026, "2026-12")

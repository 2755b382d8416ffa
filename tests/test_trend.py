"""How the targets stood on a day: what happened late counts for its day, and the days always add up to the tallies."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

import moves
import plan
import progress
import trend
import vi
from bench import large
from classes import sessions
from database import db
from models import (
    Area,
    Attendance,
    Consent,
    Course,
    DayTally,
    Figure,
    Household,
    Learned,
    Merger,
    Resident,
    Tally,
    UnitFigure,
    new_uid,
    now,
)
from tests.test_progress import visited

TODAY = vi.local(now()).date()
SKILLS = {"k7": "alone", "k4": "alone", "k5": "alone", "k6": "alone", "k1": "alone"}


def ago(days):
    return TODAY - timedelta(days)


def noon(day):
    """Noon of a day by the clock of Hà Nội, as it is stored."""
    return vi.utc(datetime.combine(day, time(12)))


def counted(area, day, code="CT4a"):
    """(asked, yes) of a target as it stood at the end of a day."""
    line = trend.at(area, day)[0].lines[code]
    return line.asked, line.yes


@pytest.fixture
def village(world):
    return world.areas["TH04"]


def test_a_late_paper_counts_for_the_day_of_its_visit(village, world, database):
    visited(world.household(), at=noon(ago(3)), phone="own")
    visited(world.household(), at=noon(ago(10)), phone="none")  # typed after the other
    assert [counted(village, ago(n)) for n in (11, 10, 4, 3, 0)] == [(0, 0), (1, 0), (1, 0), (2, 1), (2, 1)]


def test_the_day_is_that_of_ha_noi(village, world):
    one_in_the_morning = datetime.combine(ago(10), time(18))
    visited(world.household(), at=one_in_the_morning, phone="own")
    assert [counted(village, ago(n)) for n in (10, 9)] == [(0, 0), (1, 1)]


def test_a_clock_that_is_wrong_counts_for_no_day_to_come_and_none_before_the_plan(village, world, database):
    visited(world.household(), at=now() + timedelta(days=3), phone="own")
    visited(world.household(), at=datetime(2025, 6, 1), phone="own")
    assert counted(village, plan.active.starts) == (1, 1)
    assert {row.day for row in DayTally.select().where(DayTally.yes > 0)} == {TODAY, plan.active.starts}


def test_who_leaves_and_comes_back_does_so_on_the_day_it_is_said_to_have_been(village, world, database):
    home = visited(world.household(), at=noon(ago(20)), phone="own")
    moves.leave(home.living().first(), "moved", None, happened_at=noon(ago(5)))
    assert [counted(village, ago(n)) for n in (6, 5, 0)] == [(1, 1), (0, 0), (0, 0)]


def test_undoing_a_move_leaves_no_trace_on_any_day(village, world):
    home = visited(world.household(), at=noon(ago(20)), phone="own")
    moves.undo(moves.leave(home.living().first(), "moved", None, happened_at=noon(ago(5))), None)
    assert [counted(village, ago(n)) for n in (6, 5, 0)] == [(1, 1), (1, 1), (1, 1)]


def test_what_left_on_paper_before_it_came_is_never_less_than_nothing(village, world, database):
    home = visited(world.household(), at=noon(ago(5)), phone="own")
    moves.leave(home.living().first(), "moved", None, happened_at=noon(ago(9)))
    assert [counted(village, ago(n)) for n in (9, 6, 5, 0)] == [(0, 0)] * 4


def test_a_consent_taken_back_counts_no_more_from_the_day_it_was(village, world):
    home = visited(world.household(), at=noon(ago(20)), phone="own")
    Consent.withdraw(home, "survey", world.users["sara"], noon(ago(4)))
    assert [counted(village, ago(n)) for n in (5, 4)] == [(1, 1), (0, 0)]


@pytest.fixture
def came(world, village):
    """`came(days)` is somebody with all skills who came to a class that many days ago, and the class."""

    def come(days):
        home = visited(world.household(), at=noon(ago(40)), learned=None, **SKILLS)
        starts = noon(ago(days))
        times = [(starts, starts + timedelta(hours=1))]
        course = Course.open(world.users["hana"], village, "vneid", "Lớp", "Đình", times)
        Attendance.check_in(course.meetings.get(), new_uid(), "paper", "", resident=home.living().first())
        return home, course

    return come


def test_a_class_counts_on_the_day_of_its_session_however_late_the_roll_is_typed(village, came, database):
    came(12)
    assert [counted(village, ago(n), "CT7") for n in (13, 12, 0)] == [(0, 0), (1, 1), (1, 1)]


def test_a_session_called_off_and_an_attendance_taken_back_count_on_no_day(village, came):
    (_, course), _ = came(12), came(9)
    sessions.cancel(course.meetings.get(), None)
    Attendance.select().where(Attendance.meeting != course.meetings.get()).get().undo(None)
    assert [counted(village, ago(n), "CT7") for n in (13, 12, 9, 0)] == [(0, 0)] * 4


def test_what_a_class_taught_counts_from_the_day_it_is_marked(village, world):
    home = visited(world.household(), at=noon(ago(30)), vneid="none")
    Household.update(agreed=True).execute()
    course = Course.open(world.users["hana"], village, "vneid", "Lớp", "Đình", [(now(), now() + timedelta(hours=1))])
    outcome = next(each for each in plan.active.topic("vneid").outcomes if each.question == "vneid")
    Learned.mark(course, home.living().first(), outcome, noon(ago(6)), None)
    assert [counted(village, ago(n), "CT6") for n in (7, 6)] == [(1, 0), (1, 1)]
    Learned.get().take_back(None)
    assert [counted(village, ago(n), "CT6") for n in (7, 6)] == [(1, 0), (1, 0)]


def test_a_household_found_on_paper_is_listed_on_the_day_of_its_visit(village, world):
    Household.add_once(village, new_uid(), None, ago(8))
    assert [trend.at(village, ago(n))[0].listed for n in (9, 8)] == [0, 1]


def test_an_official_count_is_the_newest_of_the_day_else_the_oldest(world, village):
    Figure.put(village, "adults", 1100, date(2026, 11, 10), "")
    assert [trend.at(village, day)[0].lines["CT4a"].official for day in (
        date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 9), date(2026, 11, 10)
    )] == [1000, 1000, 1000, 1100]  # fmt: skip


def test_units_figures_are_those_of_the_periods_up_to_the_days(world):
    for month, value in ((9, 50), (10, 80), (11, 90)):
        for key, number in (("staff", 100), ("staff_trained", value)):
            UnitFigure.create(
                unit=world.units["culture"], area=world.commune, key=key, period=f"2026-{month:02d}", value=number,
                as_of=date(2026, month, 10),
            )  # fmt: skip
    days = date(2026, 9, 14), date(2026, 9, 15), date(2026, 10, 14), date(2026, 11, 14)
    assert [trend.at(world.commune, day)[0].reported["CT1"].yes for day in days] == [50, 80, 80, 90]


def test_today_is_what_stands(world, database):
    for village, phone in (("TH04", "own"), ("TH04", "none"), ("TX01", "own")):
        visited(world.household(village), at=noon(ago(4)), phone=phone, account=["bank"])
    assert trend.at(world.commune, TODAY) == progress.of(world.commune, TODAY)


def days():
    rows = DayTally.select(DayTally.village, DayTally.day, DayTally.code, DayTally.listed, DayTally.asked, DayTally.yes)
    return sorted(row for row in rows.tuples() if any(row[3:]))


def test_a_recount_keeps_the_days_and_gives_today_what_they_lack(village, world, database):
    visited(world.household(), at=noon(ago(9)), phone="own")
    before = days()
    Household.rebuild_tallies()
    assert days() == before
    home = Household.get()
    Resident.update(answers={"phone": "none"}).execute()  # behind the tallies' back
    Household.rebuild_tallies()
    assert [counted(village, day) for day in (ago(9), ago(1), TODAY)] == [(1, 1), (1, 1), (1, 0)]
    assert home.contribution != Household.get().contribution


def test_days_of_a_database_that_kept_none_are_worked_out_once_and_marked(village, world, database):
    visited(world.household(), at=noon(ago(9)), phone="own")
    world.household()
    Household.update(created_at=noon(ago(30))).execute()
    DayTally.delete().execute()
    assert (Household.work_out_days(), Household.work_out_days()) == (True, False)
    assert [counted(village, ago(n)) for n in (10, 9)] == [(0, 0), (1, 1)]
    assert [trend.at(village, ago(n))[0].listed for n in (31, 30)] == [0, 2]
    assert DayTally.estimated_until(village) == ago(9)
    visited(world.household(), at=noon(ago(2)), phone="own")
    assert DayTally.estimated_until(world.commune) == ago(9)
    assert DayTally.estimated_until(world.areas["TX01"]) is None


def test_an_empty_database_has_no_days_to_work_out(world):
    assert not Household.work_out_days()


def test_a_village_that_becomes_part_of_another_brings_its_days_and_takes_them_back(world, database):
    theirs = visited(world.household("TX01"), at=noon(ago(9)), phone="own")
    visited(world.household("TH04"), at=noon(ago(4)), phone="own")
    merger = Merger.merge(world.areas["TX01"], world.areas["TH04"], "joined", world.users["sara"])
    assert of_days("TH04") == [(0, 0), (1, 1), (2, 2)]
    visited(Household.get_by_id(theirs.id), at=noon(ago(2)), phone="none")
    merger.undo(world.users["sara"])
    assert of_days("TX01") == [(0, 0), (1, 1), (1, 1)]
    assert of_days("TH04") == [(0, 0), (0, 0), (1, 1)]
    assert [counted(Area.get(Area.code == code), TODAY) for code in ("TX01", "TH04")] == [(1, 0), (1, 1)]
    assert sums_agree()


def of_days(code):
    area = Area.get(Area.code == code)
    return [counted(area, ago(n)) for n in (10, 9, 4)]


def sums_agree():
    kept = {(row.village_id, row.code): (row.listed, row.asked, row.yes) for row in Tally.select()}
    sums = DayTally.all_sums()
    return all(sums.get(key, (0, 0, 0)) == counts for key, counts in kept.items())


def test_a_save_that_fails_leaves_no_day_behind(village, world, monkeypatch, database):
    home = world.household()
    before = days()
    monkeypatch.setattr(Household, "store_changes", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError), db.atomic():
        visited(home, at=noon(ago(3)), phone="own")
    assert days() == before


# -- Week by week


def test_the_weeks_are_what_stood_at_the_end_of_each(world, database):
    """Random visits, counts and figures of units, of three villages; every point as a whole page of its day has it."""
    rng = random.Random(11)
    for key, value, day in (("adults", 30, ago(50)), ("adults", 40, ago(20)), ("households", 12, ago(35))):
        Figure.put(world.areas["BY02"], key, value, day, "")
    for _ in range(25):
        home = world.household(rng.choice(["TH04", "BY02", "TX01"]))
        answers = {"phone": rng.choice(["own", "none", None]), "account": ["bank"], "learned": "yes", **SKILLS}
        visited(home, at=noon(ago(rng.randrange(70))), **answers)
    for month, value in ((10, 80), (11, 90)):
        for key, number in (("staff", 100), ("staff_trained", value)):
            UnitFigure.create(
                unit=world.units["culture"], area=world.commune, key=key, period=f"2026-{month:02d}", value=number,
                as_of=date(2026, month, 10),
            )  # fmt: skip
    for own in (None, 90):
        if own:
            Figure.put(world.commune, "adults", own, ago(10), "")
        weeks = trend.weeks(world.commune, TODAY)
        for number in range(8):
            whole, parts = trend.at(world.commune, ago(7 * (7 - number)))
            judged = {
                (part.area.id, target.code): part.judged(target.code)
                for part in (whole, *parts)
                for target in plan.active.targets
            }
            known = {key: line.rate_all for key, line in judged.items() if line and line.rate_all is not None}
            assert known == {key: rates[number] for key, rates in weeks.items() if rates[number] is not None}
    assert weeks[world.areas["TX01"].id, "CT4a"] == [None] * 8


def test_a_city_adds_up_as_its_page_does(world):
    city = Area.add("city", "Hà Nội", "HN")
    large.lift(world.commune, city)
    visited(world.household(), at=noon(ago(9)), phone="own")
    Figure.put(Area.get(Area.code == "HL"), "adults", 20, ago(30), "")
    city = Area.get(Area.code == "HN")
    whole = trend.at(city, ago(7))[0]
    assert trend.weeks(city, TODAY)[city.id, "CT4a"][-2] == whole.lines["CT4a"].rate_all == 5


def test_the_queries_do_not_grow_with_households_villages_or_weeks(world, count_queries):
    visited(world.household(), at=noon(ago(9)), phone="own")
    with count_queries() as few:
        trend.weeks(world.commune, TODAY, weeks=2)
    for number in range(6):
        Area.add("village", f"Thôn {number}", f"T{number}", world.commune)
        visited(world.household("TX01"), at=noon(ago(9 * number)), phone="own")
    with count_queries() as many:
        trend.lines(world.commune, trend.weeks_of_year(TODAY))
    assert len(many) == len(few) <= 7


def test_the_weeks_of_a_year_are_counted_back_from_today(use_plan):
    assert trend.weeks_of_year(date(2026, 1, 16)) == [date(2026, 1, 2), date(2026, 1, 9), date(2026, 1, 16)]
    assert trend.weeks_of_year(date(2026, 1, 1)) == [date(2026, 1, 1)]
    assert len(trend.weeks_of_year(date(2026, 12, 31))) == 53
    assert trend.weeks_of_year(date(2027, 1, 9)) == trend.weeks_of_year(date(2026, 12, 31))


def test_a_line_may_end_on_any_day_and_begins_with_the_plan(world, village):
    for days in (30, 9, 2):
        visited(world.household(), at=noon(ago(days)), phone="own")
    before = plan.active.starts - timedelta(1)
    points = trend.lines(village, [before, ago(40), ago(20), ago(5)], [plan.active.target("CT4a")])[village.id, "CT4a"]
    assert [(point.yes, point.whole) for point in points] == [(0, None), (0, 1000), (1, 1000), (2, 1000)]
    assert trend.from_the_first(points) == points[2:]
    assert trend.from_the_first(points[:2]) == points[1:2]


def test_the_months_of_a_year_are_those_that_are_over_and_today(use_plan):
    assert trend.months_of_year(date(2026, 3, 10)) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 10)]
    assert trend.months_of_year(date(2026, 2, 28)) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert trend.months_of_year(date(2027, 1, 9))[-2:] == [date(2026, 11, 30), date(2026, 12, 31)]


# -- The pace

JULY = date(2026, 7, 2)  # 182 days, which are 26 weeks, before 31/12


def line(yes, asked=900, whole=1000, code="CT4a", today=JULY, **more):
    target = plan.active.target(code)
    found = {"asked": asked, "yes": yes, "official": whole, "official_asked": asked, "official_yes": yes}
    return progress.Line(target=target, expected=progress.expected(target, today), **found, **more)


def pace(of, then, today=JULY):
    """The Pace of a line that stood at `then` percent four weeks ago."""
    return trend.pace(of, [None, None, None, then, None, None, None, of.rate_all], today)


def test_the_pace_by_hand(use_plan):
    """510 of 1,000 and 470 four weeks ago: 10 a week. Above 85 % is 851, so 341 lack: 34.1 weeks, which are 239 days.

    In the 26 weeks that are left it takes 341 / 26 = 13.1 a week, so 14; at this speed 51 + 26 = 77 % are reached.
    """
    found = pace(line(510), 47.0)
    assert (found.speed, found.reached, found.needed) == (pytest.approx(10), JULY + timedelta(239), 14)
    assert (found.at_deadline, found.in_time) == (pytest.approx(77), False)


def test_a_pace_that_is_fast_enough(use_plan):
    """700 and 600 four weeks ago: 25 a week; 151 lack, 6.04 weeks or 43 days. 70 + 26 × 2.5 is more than all."""
    found = pace(line(700), 60.0)
    assert (found.speed, found.reached) == (pytest.approx(25), JULY + timedelta(43))
    assert (found.needed, found.at_deadline, found.in_time) == (6, 100, True)


@pytest.mark.parametrize(("then", "speed"), [(51.0, 0), (52.0, -2.5), (50.99, 0.025)])
def test_who_stands_still_falls_or_creeps_never_arrives(use_plan, then, speed):
    found = pace(line(510), then)
    assert (found.speed, found.reached, found.in_time, found.needed) == (pytest.approx(speed), None, False, 14)


def test_a_goal_of_everybody_is_reached_by_everybody(use_plan):
    """CT7: 90 of 100 households and 80 four weeks ago: 2.5 a week; 10 lack: 28 days, and 10 / 26 is one a week."""
    found = pace(line(90, asked=95, whole=100, code="CT7"), 80.0)
    assert (found.reached, found.needed) == (JULY + timedelta(28), 1)


@pytest.mark.parametrize(("days_left", "needed"), [(14, 171), (8, 299), (7, 341), (1, 341), (0, None), (-3, None)])
def test_in_the_last_week_all_that_lack_are_needed_and_after_the_deadline_none(use_plan, days_left, needed):
    today = plan.active.target("CT4a").deadline - timedelta(days_left)
    assert pace(line(510, today=today), 47.0, today).needed == needed


def test_there_is_no_pace_where_nothing_may_be_said(use_plan, world):
    assert pace(line(400, asked=499), 30.0) is None  # 49.9 % were asked
    assert pace(line(400, asked=500), 30.0) is not None
    assert pace(line(860), 80.0) is None  # met
    assert pace(line(510), None) is None  # nothing is known of four weeks ago
    assert pace(line(510, missing=(world.areas["TX01"],)), 47.0) is None
    assert pace(line(0, asked=0, whole=None), None) is None
    assert trend.pace(line(510), [51.0, 51.0], JULY) is None  # the plan has just begun


def test_units_have_a_pace_once_all_have_said(use_plan):
    """80 of 100 and 60 four weeks ago: 5 a week, so the 20 that lack take four weeks."""
    target = plan.active.target("CT1")
    expected = progress.expected(target, JULY)
    said = progress.Reported(target, asked=2, said=2, all=100, yes=80, expected=expected)
    assert pace(said, 60.0).reached == JULY + timedelta(28)
    assert trend.pace(replace(said, said=1), [60.0] * 8, JULY) is None

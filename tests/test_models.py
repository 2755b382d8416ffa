"""Models of the plan: what came of each in a period and since January, by the day on which it happened."""

from datetime import date, datetime, time, timedelta

import pytest

import periods
import plan
import vi
from models import Activity, Ambassador, Attendance, Course, Figure, Shift, Support, UnitFigure, User, new_uid, now
from office import models
from office.models import Share
from tests.test_progress import visited

TODAY = date(2026, 11, 26)
NOVEMBER = periods.of_day(TODAY, 14)  # 15/11 to 14/12


def at(day, hour):
    """A moment by the clock of Hà Nội, as it is stored."""
    return vi.utc(datetime.combine(vi.parse_date(day), time(hour)))


@pytest.fixture
def of(world):
    """`of("MH5")` is (its state, `{key: (in the period, since January)}`) in the commune."""

    def results(code, period=NOVEMBER, today=TODAY):
        row = next(row for row in models.rows(world.commune, period, today) if row.model.code == code)
        return row.state, {result.key: (result.period, result.year) for result in row.results}

    return results


@pytest.fixture
def held(world):
    """`held("market", "16/11/2026", people)`: a class of one session that evening, to which these people came."""

    def hold(topic, day, came=(), **more):
        starts = at(day, 19)
        times = [(starts, starts + timedelta(hours=1))]
        course = Course.open(world.users["sara"], world.areas["TH04"], topic, "Lớp", "Đình", times, **more)
        for person in came:
            Attendance.check_in(
                course.meetings.get(), new_uid(), "host", person.name, resident=person, happened_at=starts
            )
        return course

    return hold


@pytest.fixture
def told(world):
    """`told("stalls", 11, 214)` as the unit tells it for the period of that month."""

    def tell(key, month, value, unit="economy", area=None):
        UnitFigure.create(
            unit=world.units[unit], area=area or world.commune, key=key, period=f"2026-{month:02d}", value=value,
            as_of=date(2026, month, 10),
        )  # fmt: skip

    return tell


def test_the_ambassadors_are_half_days_with_somebody_of_those_that_have_begun(world, of):
    """By hand, for 15/11 to 25/11: the working days 16 to 20 and 23 to 25 are 8, so 16 half-days.

    Two people on 16/11 in the morning are one half-day, 16/11 in the afternoon and 23/11 in the morning two more: 3.
    13/11 in the morning is of the period before: 4 since January.
    """
    slots = [(date(2026, 11, day), half) for day, half in ((16, "am"), (16, "pm"), (23, "am"), (13, "am"))]
    for user, on_duty in (("vera", slots), ("leo", slots[:1])):
        Shift.put_in(Ambassador(world.users[user], user), on_duty, world.users["sara"], new_uid())
    state, numbers = of("MH1", today=date(2026, 11, 25))
    assert (state, numbers["coverage"][0], numbers["coverage"][1].part) == ("gaps", Share(3, 16), 4)


def test_help_counts_in_the_period_in_which_it_was_given(world, of):
    """By hand: 14/11 is of the period before, 15/11 and 26/11 of this one, 31/12/2025 of no day of the plan.

    Help at home is none at the point, and help taken back is none. So 2 in the period and 3 since January.
    """
    for day, hour in (("31/12/2025", 23), ("14/11/2026", 23), ("15/11/2026", 0), ("26/11/2026", 9)):
        row = Support.give(world.users["sara"], "services", 15, "point")
        Support.update(happened_at=at(day, hour)).where(Support.uid == row.uid).execute()
    for place in ("home", "point"):
        row = Support.give(world.users["sara"], "services", 15, place)
        Support.update(happened_at=at("20/11/2026", 9)).where(Support.uid == row.uid).execute()
    Support.get(Support.uid == row.uid).undo(world.users["sara"])
    assert of("MH1")[1]["at_point"] == (2, 3)


def test_the_families_are_the_line_of_the_target_and_homes_that_learn(world, of, held, database):
    """Two of a home came on 16/11, one of another on 20/05: one home in the period, two since January."""
    people = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Quách Văn Bình", 1956, "m", "spouse")]
    home, other = world.household(people=people), world.household(people=[("Lê Hoa", 1960, "f", "head")])
    held("payment", "16/11/2026", home.living())
    held("payment", "20/05/2026", other.living())
    assert of("MH2") == (
        "none",
        {"families_asked": (None, Share(0, 0)), "families_all": (None, Share(0, 400)), "learning_homes": (1, 2)},
    )


def test_the_families_of_a_past_period_are_those_at_its_end(world, of, as_):
    """Two homes were asked on 10/11 and one on 20/11; by hand, for the period that ended on 14/11: two."""
    for day in (10, 10, 20):
        visited(world.household(), at=at(f"{day}/11/2026", 9), learned="no")
    october = periods.next_to(NOVEMBER, -1, 14)
    assert [of("MH2", period)[1]["families_asked"][1] for period in (october, NOVEMBER)] == [Share(0, 2), Share(0, 3)]
    told = [as_("sara").get(f"/models?period={key}").text.count("Đến cuối kỳ") for key in (october.key, NOVEMBER.key)]
    assert (told[0] > 0, told[1]) == (True, 0)


def test_the_market_counts_stalls_homes_that_trade_and_classes(world, of, held, told, database):
    """By hand, for the period from 15/11:

    stalls    told 58 of 206 for March, 139 of 214 for December's period, which 15/11 begins: that is this one
    homes     one with a QR code, two without, one that did not say: 1 of 3
    classes   "market" on 16/11 (2 people), a class of traders on another topic on 10/03 (1 of them again); "vneid" is
              none of this model
    """
    homes = [world.household(code=f"00{n}") for n in range(4)]
    for home, answer in zip(homes, ("with_qr", "without_qr", "without_qr", None), strict=True):
        home.answers = {"trading": answer} if answer else {}
        home.store_changes()
    first, second = (home.living().get() for home in homes[:2])
    held("market", "16/11/2026", [first, second], audience="traders")
    held("services", "10/03/2026", [first], audience="traders")
    held("vneid", "17/11/2026", [first])
    for month, stalls, with_qr in ((3, 206, 58), (12, 214, 139)):
        told("stalls", month, stalls)
        told("stalls_with_qr", month, with_qr)
    assert of("MH3") == (
        "running",
        {
            "stalls": (Share(139, 214), Share(139, 214)),
            "trading_homes": (None, Share(1, 3)),
            "classes": (1, 2),
            "attendances": (2, 3),
            "learners": (2, 2),
        },
    )
    may = periods.of("month", 2026, 5, 14)
    state, numbers = of("MH3", may)
    assert (state, numbers["stalls"], numbers["classes"]) == ("silent", (None, Share(58, 206)), (0, 1))


def test_an_identity_is_what_the_police_tell_and_beside_it_what_people_say(world, of, told):
    """Accounts in three villages of 1050, 700 and 250 people over 16 (2000):

    for the period to 14/11: 900, 500, 100 = 1500; for this one 940, 510 and nothing new from the third, so 50 more
    where there is a figure of both periods, and 940 + 510 + 100 = 1550 of 2000.
    """
    for code, over16 in (("TH04", 1050), ("BY02", 700), ("TX01", 250)):
        Figure.put(world.areas[code], "over16", over16, date(2026, 10, 1), "Công an xã")
    for month, counts in ((11, {"TH04": 900, "BY02": 500, "TX01": 100}), (12, {"TH04": 940, "BY02": 510})):
        for code, count in counts.items():
            told("accounts", month, count, "police", world.areas[code])
    state, numbers = of("MH4")
    assert (state, numbers["accounts"]) == ("late", (50, Share(1550, 2000)))
    assert numbers["identity_told"] == (None, Share(0, 0))


def test_the_youth_campaign_counts_its_classes_and_not_those_to_come_or_called_off(world, of, held, database):
    lan = world.household().living().get()
    held("vneid", "16/11/2026", [lan])
    held("vneid", "20/11/2026", [lan])
    held("vneid", "14/11/2026", [lan])
    held("vneid", "10/12/2027")
    off = held("vneid", "18/11/2026", [lan]).meetings.get()
    off.cancelled_at = at("18/11/2026", 9)
    off.save()
    pupils = held("vneid", "19/11/2026", audience="pupils").meetings.get()
    pupils.head_count = 30
    pupils.save()
    counted = {"classes": (3, 4), "attendances": (32, 33), "learners": (1, 1)}
    assert of("MH5") == ("running", {"outings": (0, 0), **counted})


def test_the_youth_campaign_counts_the_teams_that_went_out_in_it(world, of):
    """Two on 16/11 and one on 10/3 in the campaign; one on 17/11 of no campaign; a post is no team."""
    for form, on, count, campaign in (
        ("team_out", date(2026, 11, 16), 2, "youth"),
        ("team_out", date(2026, 3, 10), 1, "youth"),
        ("team_out", date(2026, 11, 17), 1, ""),
        ("post", date(2026, 11, 16), 5, "youth"),
    ):
        told = {"form": form, "on": on, "count": count, "campaign": campaign}
        Activity.record(world.users["sara"], new_uid(), area=world.commune, **told)
    state, results = of("MH5")
    assert (state, results["outings"]) == ("running", (2, 3))


def test_a_month_without_anything_says_so(of):
    assert {code: of(code)[0] for code in ("MH1", "MH2", "MH3", "MH4", "MH5")} == {
        "MH1": "gaps", "MH2": "none", "MH3": "silent", "MH4": "none", "MH5": "silent",
    }  # fmt: skip


def test_the_page_shows_a_row_for_each_model_in_the_period_asked_for(as_, world):
    page = as_("sara").get("/models").text
    assert [code for code in ("MH1", "MH2", "MH3", "MH4", "MH5") if f'<tbody id="{code}">' in page] == [
        model.code for model in plan.active.models
    ]
    assert "15/04/2026 – 14/05/2026" in as_("sara").get("/models?period=2026-05").text
    assert "01/01" not in as_("sara").get("/models?period=2027-12").text  # a period to come is none


def test_the_office_types_stalls_in_the_grid_that_the_market_leads_to(as_, world):
    """More stalls with a QR code than there are stalls is refused, and 139 of 214 is what the model says then."""
    sara, month = as_("sara"), periods.of_day(vi.local(now()).date(), 14).key
    assert f'href="/figures/{month}/MH3"' in sara.get("/models").text
    economy = world.units["economy"].uid

    def typed(stalls, with_qr):
        cells = {f"{economy}.HL..stalls": stalls, f"{economy}.HL..stalls_with_qr": with_qr}
        form = {"uid": new_uid(), "as_of": vi.date_vn(vi.local(now()).date()), "shown": "{}", "source": "Phòng Kinh tế"}
        return sara.post(f"/figures/{month}/MH3", data=form | cells)

    assert (typed("214", "215").status_code, UnitFigure.select().count()) == (422, 0)
    assert typed("214", "139").status_code == 303
    assert "139 / 214" in sara.get("/models").text


def test_the_communes_office_reads_the_models_and_a_school_does_not(as_, world):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    page = as_("rita").get("/models")
    assert page.status_code == 200 and "/courses" not in page.text
    assert as_("uma").get("/models").status_code == 404

"""The progress page with what units and the police report, beside what a survey found and never added to it."""

import re
from datetime import date

import pytest

import plan
import progress
from models import Area, Figure, Unit, UnitFigure
from tests.test_progress import visited

NOVEMBER = date(2026, 11, 14)


def say(unit, period="2026-11", area=None, part="", **values):
    """A unit's word for a period, as stored."""
    for key, value in values.items():
        UnitFigure.create(
            unit=unit, area=area or unit.area, key=key, part=part, period=period, value=value, as_of=NOVEMBER
        )


def reported(world, code, today=NOVEMBER, area=None):
    return progress.of(area or world.commune, today)[0].reported[code]


@pytest.fixture
def enterprises(world):
    """CT5 is reported by a brick works and a tea co-operative, and no longer by the Economic Division."""
    Unit.update(reports=["CT1"]).where(Unit.key == "economy").execute()
    made = {"kind": "enterprise", "reports": ["CT5"], "area": world.commune}
    return [Unit.create(key=key, name=name, **made) for key, name in (("brick", "Gạch"), ("tea", "Chè"))]


def test_rates_of_units_are_worked_out_by_hand(database, world, enterprises):
    """The brick works: 40 workers, 30 trained in September, 36 in October, nothing in November. The tea co-operative:
    10 workers, 9 trained, in November. What the works said last counts: (36 + 9) / (40 + 10) = 90%, both have said.
    """
    brick, tea = enterprises
    say(brick, "2026-09", workers=40, workers_trained=30)
    say(brick, "2026-10", workers_trained=36)
    assert (reported(world, "CT5").rate, reported(world, "CT5").complete) == (90, False)
    say(tea, workers=10, workers_trained=9)
    line = reported(world, "CT5")
    assert (line.yes, line.all, line.rate, line.said, line.asked, line.newest) == (45, 50, 90, 2, 2, "2026-11")


def test_a_later_periods_figures_are_not_of_today_and_a_number_taken_back_was_never_said(world, enterprises):
    brick, _ = enterprises
    say(brick, "2026-10", workers=40, workers_trained=30)
    say(brick, "2026-11", workers=41, workers_trained=35)
    say(brick, "2026-11", workers_trained=None)
    assert (reported(world, "CT5").yes, reported(world, "CT5").all) == (30, 41)
    assert reported(world, "CT5", date(2026, 10, 14)).all == 40


def test_met_needs_every_unit_asked(world, enterprises):
    brick, tea = enterprises
    say(brick, workers=40, workers_trained=40)
    assert (reported(world, "CT5").state, reported(world, "CT5").rate) == ("on", 100)
    say(tea, workers=5)
    assert reported(world, "CT5").state == "on"
    say(tea, workers_trained=5)
    assert reported(world, "CT5").state == "met"
    tea.closed_at = NOVEMBER
    tea.save()
    assert (reported(world, "CT5").asked, reported(world, "CT5").all) == (1, 40)


def test_no_pace_where_fewer_than_half_of_the_units_said(world):
    """Half of those asked for CT1 are enough; every one of them says that all can."""
    asked = [unit for unit in world.units.values() if unit.counts_for(plan.active.target("CT1"))]
    states = []
    for unit in asked:
        say(unit, "2026-11", staff=10, staff_trained=10)
        states.append(reported(world, "CT1").state)
    few = (len(asked) - 1) // 2
    assert states == ["few"] * few + ["on"] * (len(asked) - few - 1) + ["met"]
    assert reported(world, "CT1").lacking == 0


def test_more_who_can_than_there_are_is_to_be_checked(world, enterprises, as_):
    say(enterprises[0], "2026-01", workers=40, workers_trained=41)
    assert reported(world, "CT5").state == "check"
    assert "◇ Cần kiểm tra" in as_("sara").get("/").text


def test_the_polices_figures_are_of_the_official_population_and_stand_beside_the_survey(world):
    for code in ("BY02", "TX01"):
        Figure.put(world.areas[code], "over16", 100, date(2026, 10, 1), "")
    for code, accounts in {"TH04": 1000, "BY02": 90, "TX01": 100}.items():
        assert not reported(world, "CT6").complete
        say(world.units["police"], area=world.areas[code], accounts=accounts)
    visited(world.household(), vneid="none")
    whole, parts = progress.of(world.commune, NOVEMBER)
    line = whole.reported["CT6"]
    assert (line.yes, line.all, line.said, line.asked) == (1190, 1250, 3, 3)
    assert {part.area.code: part.reported["CT6"].rate for part in parts}["BY02"] == 90
    assert [*progress.of(world.areas["BY02"], NOVEMBER)[0].reported] == ["CT6"]
    assert (whole.lines["CT6"].yes, whole.lines["CT6"].asked) == (0, 1)


def test_the_communes_own_count_goes_before_the_sum_once_every_village_has_a_figure(world):
    Figure.put(world.commune, "over16", 1300, date(2026, 10, 1), "")
    for code in ("BY02", "TX01"):
        Figure.put(world.areas[code], "over16", 100, date(2026, 10, 1), "")
        say(world.units["police"], area=world.areas[code], accounts=90)
    assert reported(world, "CT6").all == 200
    say(world.units["police"], area=world.areas["TH04"], accounts=1000)
    assert reported(world, "CT6").all == 1300


def test_a_village_without_an_official_count_has_a_figure_and_no_rate(world):
    for code in ("TH04", "BY02", "TX01"):
        say(world.units["police"], area=world.areas[code], accounts=900)
    line = reported(world, "CT6")
    assert (line.said, line.uncounted, line.complete, line.all) == (3, 2, False, 1050)


def test_the_page_shows_what_was_reported_and_by_how_many(world, as_, enterprises):
    say(enterprises[0], "2026-01", workers=1200, workers_trained=900)
    say(world.units["police"], "2026-01", area=world.areas["TH04"], accounts=945)
    visited(world.household(), vneid="none")
    page, village = (text_of(as_("sara").get(address)) for address in ("/", "/progress/TH04"))
    assert "Lao động doanh nghiệp 75,0% ▼ Chậm chỉ tiêu 100% · 1/2 đơn vị báo" in page
    assert "Theo báo cáo 900 / 1.200 người = 75,0% Đơn vị đã có số 1 / 2 Mới nhất kỳ tháng 01/2026" in page
    assert "Danh tính số, từ 16 tuổi 90,0% ○ Chưa đủ để xét chỉ tiêu 100% · Công an: 1/3 thôn" in page
    assert "Theo báo cáo 945 / 1.050 người = 90,0% Thôn đã có số 1 / 3" in page
    assert "không cộng vào số của Công an xã: Trên toàn bộ 0 / 1.050 người = 0,0%" in page
    assert "Danh tính số, từ 16 tuổi 90,0% ▼ Chậm chỉ tiêu 100% · Công an đã báo" in village
    assert "900 / 1.200" not in village


def text_of(answer):
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_target_that_no_unit_is_asked_for_has_its_row_too(world, as_):
    Unit.update(reports=["CT1"]).where(Unit.reports.is_null(False)).execute()
    page = text_of(as_("sara").get("/"))
    assert "Lao động doanh nghiệp – ○ Chưa có số liệu chỉ tiêu 100% · chưa có đơn vị báo" in page
    assert "Lao động doanh nghiệp" not in text_of(as_("sara").get("/progress/TH04"))


def test_a_city_adds_up_the_units_of_its_communes(world):
    city = Area.add("city", "Hà Nội", "HN")
    for area in Area.select().where(Area.kind != "city").order_by(Area.id):
        parent = city.id if area.kind == "commune" else world.commune.id
        path = f"/{city.id}/{world.commune.id}/" + ("" if area.kind == "commune" else f"{area.id}/")
        Area.update(path=path, parent=parent).where(Area.id == area.id).execute()
    other = Area.add("commune", "Xã Yên Xuân", "YX", city)
    office = Unit.create(key="yx_office", name="Văn phòng", kind="office", reports=["CT1"], area=other)
    say(Unit.get(Unit.key == "office"), "2026-11", staff=20, staff_trained=10)
    say(office, "2026-11", staff=10, staff_trained=10)
    whole, parts = progress.of(Area.get_by_id(city.id), NOVEMBER)
    assert (whole.reported["CT1"].yes, whole.reported["CT1"].all, whole.reported["CT1"].asked) == (20, 30, 11)
    assert {part.area.code: part.reported["CT1"].all for part in parts} == {"HL": 20, "YX": 10}


def test_the_number_of_queries_does_not_grow_with_figures(world, as_, count_queries):
    with count_queries() as few:
        as_("sara").get("/")
    for month in range(1, 12):
        for unit in world.units.values():
            say(unit, f"2026-{month:02d}", staff=20, staff_trained=month)
    with count_queries() as many:
        as_("sara").get("/")
    assert len(many) == len(few)

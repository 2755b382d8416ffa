"""Contributions in a period, counted by hand: by village and unit for readers, by person for the office alone."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest

import periods
import vi
import visits
from models import (
    Activity,
    Ambassador,
    Area,
    Attendance,
    Course,
    Event,
    Shift,
    Support,
    Unit,
    UnitFigure,
    User,
    new_uid,
    now,
)
from office import contributions

TODAY = date(2026, 11, 20)
NOVEMBER = periods.read("2026-11", 14)  # 15/10 to 14/11
QUARTER = periods.read("2026-q4", 14)  # 15/9 to 14/12
NOTHING = dict.fromkeys(contributions.OF_VILLAGES, 0)


def at(month, day, hour=10):
    return vi.utc(datetime(2026, month, day, hour))


def knock(household, by, moment, outcome="done"):
    visit = {"uid": new_uid(), "outcome": outcome, "happened_at": moment, "answers": {}, "people": []}
    visits.receive(household, visit, by)


@pytest.fixture
def busy(world):
    """What was done in the period from 15/10 to 14/11, at its edges, and outside it.

    Vera: home A on 15/10 (nobody in) and 14/11 (finished), home B on 14/10 and 15/11, which are not in the period.
    Leo: home A on 20/10, not finished. Otto, of Thôn Trại Mới: home C finished. Vera helped three times, one of which
    was taken back, and once before. Hana held two sessions in Thôn 4 for the Culture Division, to which two people
    came, one of them to both, and a third that was called off; a class of pupils was held for the whole commune by
    Sara, who counted 30. The team recorded 2 loudspeaker broadcasts of the village, and Sara 3 of the division. Vera
    was on duty twice, Bùi Văn Quyền, whom the Youth Union sent, once.
    """
    vera, leo, otto, hana, sara = (world.users[name] for name in ("vera", "leo", "otto", "hana", "sara"))
    a, b, c = world.household(), world.household(), world.household("TX01")
    knock(a, vera, at(10, 15), "not_home")
    knock(a, leo, at(10, 20), "partial")
    knock(a, vera, at(11, 14, 23))
    knock(b, vera, at(10, 14))
    knock(b, vera, at(11, 15))
    knock(c, otto, at(11, 1))
    for day in (1, 2, 3):
        row = Support.give(vera, "vneid", 5, "home", a.living().get(), happened_at=at(11, day))
    Support.get(Support.uid == row.uid).undo(vera)
    Support.give(vera, "vneid", 5, "home", a.living().get(), happened_at=at(10, 14))
    culture, youth = world.units["culture"], world.units["youth_union"]
    course = hold(hana, world.areas["TH04"], [at(10, 20), at(10, 21), at(10, 22)], led_by=culture)
    first, second, off = course.schedule()
    for meeting, name in ((first, "Bà Tư"), (first, "Ông Năm"), (second, "Bà Tư")):
        Attendance.check_in(meeting, new_uid(), "host", name)
    off.cancelled_at = now()
    off.save()
    hold(sara, world.commune, [at(11, 2)], audience="pupils").meetings.get().count_heads(30, sara)
    here = {"form": "loudspeaker", "on": date(2026, 11, 3)}
    Activity.record(vera, new_uid(), area=world.areas["TH04"], unit=None, count=2, **here)
    Activity.record(sara, new_uid(), area=world.commune, unit=culture, count=3, **here)
    Activity.record(vera, new_uid(), area=world.areas["TH04"], unit=None, count=9, **here | {"on": date(2026, 11, 15)})
    days = [(date(2026, 10, 27), "am"), (date(2026, 10, 27), "pm"), (date(2026, 11, 17), "am")]
    Shift.put_in(Ambassador(vera, ""), days, sara, new_uid())
    Shift.put_in(Ambassador(None, "Bùi Văn Quyền", youth), [(date(2026, 10, 28), "am")], sara, new_uid())
    return world


def hold(host, area, starts, **more):
    times = [(start, start + timedelta(hours=1)) for start in starts]
    return Course.open(host, area, "vneid", "Lớp", "Đình", times, **more)


def by_name(rows):
    return {row.of and (row.of if isinstance(row.of, str) else row.of.name): row.counts for row in rows}


def test_villages_by_hand(busy, database):
    """Home A counts once however often, and finished once; the commune's own class stands in its own line."""
    rows = contributions.of_villages(busy.commune, NOVEMBER, TODAY)
    found = {row.of and row.of.code: row.counts for row in rows}
    assert list(found) == ["BY02", "TH04", "TX01", "HL", None]
    here = {"doors": 1, "finished": 1, "helps": 2, "sessions": 2, "attendances": 3, "activities": 2}
    assert found["TH04"] == here
    assert found["TX01"] == NOTHING | {"doors": 1, "finished": 1} and found["BY02"] == NOTHING
    assert found["HL"] == NOTHING | {"sessions": 1, "attendances": 30}
    assert found[None] == here | {"doors": 2, "finished": 2, "sessions": 3, "attendances": 33}


def test_units_by_hand(busy, database):
    found = by_name(contributions.of_units(busy.commune, NOVEMBER, TODAY))
    culture, youth = (found[busy.units[key].name] for key in ("culture", "youth_union"))
    assert [culture[key] for key in ("sessions", "attendances", "activities", "shifts")] == [2, 3, 3, 0]
    assert [youth[key] for key in ("sessions", "attendances", "activities", "shifts")] == [0, 0, 0, 1]
    nobody = {"sessions": 1, "attendances": 30, "shifts": 2}
    assert found["Chưa ghi đơn vị"] == dict.fromkeys(contributions.OF_UNITS, 0) | nobody, "no unit's class and shifts"
    assert (found[None]["sessions"], found[None]["attendances"]) == (3, 33), "as by village"


def test_people_by_hand_in_the_order_of_their_given_names(busy, database):
    rows = contributions.of_people(busy.commune, NOVEMBER, TODAY)
    names = ["Lê Văn Lễ", "Hà Thị Na", "Đỗ Văn Ơn", "Bùi Văn Quyền", "Sái Thị Ra", "Nguyễn Thị Vẻ"]
    assert [contributions.name_of(row) for row in rows] == names
    leo, hana, otto, ambassador, sara, vera = (list(row.counts.values()) for row in rows)
    assert vera == [1, 1, 2, 0, 0, 2, 2]
    assert leo == [1, 0, 0, 0, 0, 0, 0]
    assert otto == [1, 1, 0, 0, 0, 0, 0]
    assert hana == [0, 0, 0, 2, 3, 0, 0]
    assert sara == [0, 0, 0, 1, 30, 3, 0]
    assert ambassador == [0, 0, 0, 0, 0, 0, 1]


def test_the_quarter_counts_what_its_months_have(busy, database):
    """From 15/9 to today, 20/11: both homes of Thôn 4, help four times less the one taken back, 11 broadcasts."""
    [here] = [row for row in contributions.of_villages(busy.areas["TH04"], QUARTER, TODAY) if row.of]
    assert here.counts == {"doors": 2, "finished": 2, "helps": 3, "sessions": 2, "attendances": 3, "activities": 11}


def told(unit, area, moment, period="2026-11", **values):
    for key, value in values.items():
        row = {"unit": unit, "area": area, "period": period, "as_of": TODAY, "made_at": moment}
        UnitFigure.create(key=key, value=value, **row)


def owed(world, period, today=TODAY):
    return {
        row.of.key: (row.counts["due"], row.counts["in_time"])
        for row in contributions.of_units(world.commune, period, today)
        if row.of and row.counts["due"]
    }


def test_figures_in_time_are_all_there_two_working_days_after_the_month(world, database):
    """November ends on Saturday 14/11: Tuesday 17/11 is the last day.

    The Culture Division sends both its numbers on the 17th and corrects one on the 18th: in time. The Economic Division
    sends one of two by the 17th, the other on the 18th: not in time. The police send nothing.
    """
    Unit.update(created_at=at(10, 20)).execute()
    assert periods.due(NOVEMBER) == date(2026, 11, 17)
    culture, economy = world.units["culture"], world.units["economy"]
    told(culture, world.commune, at(11, 17, 23), staff=12, staff_trained=9)
    told(culture, world.commune, at(11, 18), staff_trained=8)
    told(economy, world.commune, at(11, 17), staff=5)
    told(economy, world.commune, at(11, 18), staff_trained=5)
    found = owed(world, NOVEMBER)
    assert [found[key] for key in ("culture", "economy", "police")] == [(1, 1), (1, 0), (1, 0)]
    assert owed(world, NOVEMBER, date(2026, 11, 17)) == {}  # its last day is not over


def test_a_unit_owes_nothing_before_it_was_there(world):
    """Units were added on 1/11; the police sent October's figures, on paper before that, on 16/10: two months owed."""
    Unit.update(created_at=at(11, 1)).execute()
    told(world.units["police"], world.areas["TH04"], at(10, 16), "2026-10", accounts=900)
    found = owed(world, QUARTER)
    assert found["culture"] == (1, 0)
    assert found["police"] == (2, 0)  # two villages of three are missing


def test_a_closed_unit_is_named_for_what_it_did(world):
    culture = world.units["culture"]
    hold(world.users["hana"], world.areas["TH04"], [at(10, 20)], led_by=culture)
    for unit in (culture, world.units["economy"]):
        Unit.update(closed_at=now(), planned=False).where(Unit.id == unit.id).execute()
    found = by_name(contributions.of_units(world.commune, NOVEMBER, TODAY))
    assert found[culture.name]["sessions"] == 1 and world.units["economy"].name not in found


# -- On screen and in files


@pytest.fixture
def rita(world):
    return User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])


@pytest.fixture
def on_the_20th(monkeypatch):
    monkeypatch.setattr("views.contributions.now", lambda: at(11, 20))


def cells(answer, name):
    """The numbers of the row with this name."""
    row = re.search(rf'<th scope="row">{name}.*?</tr>', answer.text, re.S)[0]
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]


def test_readers_see_villages_and_units_and_nobody_by_name(busy, as_, rita, on_the_20th):
    page = as_("rita").get("/contributions?period=2026-11")
    assert cells(page, "Thôn 4 \\(Thạch") == ["1", "1", "2", "2", "3", "2"]
    assert not [user.name for user in User.select() if user.name in page.text and user.name != "Rita"]
    assert "/contributions/people" not in page.text and "formaction" not in page.text
    assert as_("rita").get("/contributions/people").status_code == 404
    assert as_("rita").post("/contributions/units.csv", data={"period": "2026-11"}).status_code == 404


def test_the_office_sees_people_without_a_rank(busy, as_, on_the_20th):
    page = as_("sara").get("/contributions/people?period=2026-11")
    assert cells(page, "Nguyễn Thị Vẻ") == ["1", "1", "2", "", "", "2", "2"]
    assert 'class="sum"' not in page.text and "aria-sort" not in page.text


def test_it_begins_with_the_present_quarter_and_leads_to_every_kind(busy, as_, on_the_20th):
    page = as_("sara").get("/contributions").text
    assert 'Quý IV/2026<span class="on-wide">, 15/09/2026 – 14/12/2026</span>' in page
    assert set(re.findall(r'href="/contributions\?period=([\w-]+)"', page)) == {
        "2026-12", "2026-q3", "2026-q4", "2026-h2", "2026"
    }  # fmt: skip


@pytest.mark.parametrize("period", ["2026-13", "2026-q5", "x", "2027-01", "2025-11", "2026-11' OR 1=1"])
def test_a_period_that_is_none_or_not_begun_is_not_there(busy, as_, on_the_20th, period):
    for address in ("/contributions", "/contributions/people"):
        assert as_("sara").get(address, query_string={"period": period}).status_code == 404
    assert as_("sara").post("/contributions/units.csv", data={"period": period}).status_code == 404


def test_another_commune_is_not_there(busy, as_):
    city = Area.add("city", "Hà Nội", "HN")
    other = Area.add("commune", "Xã Khác", "XK", city)
    for address in ("/contributions", "/contributions/people"):
        assert as_("sara").get(f"{address}?area={other.code}").status_code == 404
        assert as_("sara").get(f"{address}?area=TH04").status_code == 200


@pytest.mark.parametrize("table", ["villages", "units", "people"])
def test_an_officer_takes_it_away_and_the_log_knows(busy, as_, on_the_20th, table):
    files = {}
    for format in ("xlsx", "csv"):
        with as_("sara").post(f"/contributions/{table}.{format}", data={"period": "2026-11"}) as answer:
            assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
            files[format] = answer.get_data()
        event = Event.select().where(Event.verb == "export.made").order_by(Event.id.desc()).get()
        assert (event.data["table"], event.data["named"]) == (f"contributions.{table}", table == "people")
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    assert rows == list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert len(rows) == 1 + len({
        "villages": contributions.of_villages,
        "units": contributions.of_units,
        "people": contributions.of_people,
    }[table](busy.commune, NOVEMBER, TODAY))  # fmt: skip


def test_a_name_that_excel_would_run_is_harmless_in_a_file(world, as_, on_the_20th):
    Shift.put_in(Ambassador(None, "=HYPERLINK(1)"), [(date(2026, 10, 27), "am")], world.users["sara"], new_uid())
    with as_("sara").post("/contributions/people.csv", data={"period": "2026-11"}) as answer:
        assert "'=HYPERLINK(1)" in answer.get_data(as_text=True)


def test_queries_do_not_grow_with_what_was_done(busy, count_queries):
    def asked():
        with count_queries() as queries:
            for count in (contributions.of_villages, contributions.of_units, contributions.of_people):
                count(busy.commune, QUARTER, TODAY)
        return len(queries)

    before = asked()
    for n in range(4):
        village = busy.areas[f"N{n}"] = Area.add("village", f"Thôn Mới {n}", f"N{n}", busy.commune)
        user = User.add(f"new{n}", f"Người Mới {n}", "volunteer", village)
        knock(busy.household(village.code), user, at(11, 3))
        Unit.add(busy.commune, new_uid(), None, name=f"HTX {n}", kind="cooperative", reports=["CT5"])
    assert asked() == before

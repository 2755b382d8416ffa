"""The one page of a unit: what is asked of it this period, typed by itself, and nothing else."""

import html
import json
import re
from dataclasses import replace
from datetime import date, datetime

import pytest

import periods
import plan
import vi
from models import Cutoff, Figure, Told, Unit, UnitFigure, User, new_uid
from office import asked
from tests.test_crawl import text_of
from views import unit as unit_page

TODAY = date(2026, 11, 26)  # in the period of December; that of November ended on the 14th


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(unit_page, "now", lambda: vi.utc(datetime(2026, 11, 26, 10)))


@pytest.fixture
def account(world, as_):
    """`account("police")`: a browser of somebody of that unit."""

    def of(key):
        User.add(f"of-{key}", "Khuất Duy Sơn", "unit", world.commune, unit=world.units[key])
        return as_(f"of-{key}")

    return of


def field(unit, key, part="", area="HL"):
    return ".".join((unit.uid, area, key, part))


def shown(page):
    return html.unescape(re.search(r'name="shown" value="([^"]*)"', page.text)[1])


def names(page):
    return re.findall(r'<input class="text num" name="([^"]+)"', page.text)


def send(browser, page, numbers, **more):
    """Post what the page showed, with these numbers typed."""
    fields = {"uid": new_uid(), "period": "2026-11", "shown": shown(page), "as_of": "14/11/2026", "document": ""}
    held = json.loads(shown(page))
    fields |= {name: held.get(name, "") for name in names(page)} | numbers | more
    return browser.post("/unit", data=fields)


def standing(period="2026-11"):
    return {(row.key, row.part): row.value for row in UnitFigure.standing(period).values()}


@pytest.fixture
def school(world):
    school = world.units["thach_hoa_primary"]
    school.change(world.users["sara"], grades=["1", "2"])
    return school


@pytest.fixture
def staff(world, school):
    """The names of the fields of a school's own staff."""
    return {key: field(school, key) for key in ("staff", "staff_trained", "staff_confirmed")}


def test_it_is_where_an_account_of_a_unit_lands_and_its_menu_has_nothing_else(as_):
    assert as_("uma").get("/sign-in").location == "/unit"
    page = as_("uma").get("/unit").text
    nav = re.search(r"<nav aria-label=\"Trang chính\">.*?</nav>", page, re.S)[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["/unit"]
    assert "<h1>Trường Tiểu học Thạch Hòa</h1>" in page


def test_a_school_is_asked_for_its_staff_and_four_numbers_of_each_grade(as_, school):
    page = as_("uma").get("/unit")
    assert len(names(page)) == 3 + 2 * 4
    assert 'inputmode="numeric"' in page.text


def test_the_period_that_ended_is_asked_for_first_until_it_is_complete(as_, school, world):
    uma = as_("uma")
    assert re.findall(r'href="/unit\?period=(2026-\d\d)"', uma.get("/unit").text) == ["2026-11", "2026-12"]
    asks = asked.asks_of(school)
    told = {cell: Told(5, TODAY) for cell in asked.cells_of(asks).values()}
    UnitFigure.tell("2026-11", told, world.users["uma"], new_uid(), {})
    page = uma.get("/unit").text
    assert 'href="/unit?period=2026-11"' not in page and "Kỳ tháng 12/2026, từ 15/11/2026 đến 14/12/2026" in page
    assert uma.get("/unit?period=2026-11").status_code == 200
    for period in ("2026-10", "2027-01", "2026", "x"):
        assert uma.get(f"/unit?period={period}").status_code == 404


def test_what_was_typed_is_saved_with_its_day_and_decision(database, as_, staff, world):
    uma = as_("uma")
    numbers = {staff["staff"]: "1.234", staff["staff_trained"]: "20"}
    answer = send(uma, uma.get("/unit"), numbers, as_of="12/11/2026", document="12/QĐ-UBND")
    assert answer.status_code == 303
    assert standing() == {("staff", ""): 1234, ("staff_trained", ""): 20}
    row = UnitFigure.get(UnitFigure.key == "staff")
    assert (row.as_of, row.document, row.source) == (date(2026, 11, 12), "12/QĐ-UBND", "Trường Tiểu học Thạch Hòa")
    page = uma.get(answer.location)
    assert "✓ Đã lưu. Kỳ này còn số chưa ghi." in text_of(page)
    assert 'value="12/QĐ-UBND"' in page.text and 'value="12/11/2026"' in page.text


def test_a_blank_is_not_said_and_a_number_wiped_out_is_taken_back(as_, staff):
    uma = as_("uma")
    send(uma, uma.get("/unit"), {staff["staff"]: "40", staff["staff_trained"]: "20"})
    send(uma, uma.get("/unit"), {staff["staff_trained"]: ""})
    assert standing() == {("staff", ""): 40}
    assert UnitFigure.select().count() == 3


def test_a_form_that_lacks_a_cell_takes_its_number_not_back(as_, staff):
    uma = as_("uma")
    send(uma, uma.get("/unit"), {staff["staff"]: "40", staff["staff_trained"]: "20"})
    page = uma.get("/unit")
    told = {"uid": new_uid(), "period": "2026-11", "shown": shown(page), "as_of": "14/11/2026", "document": ""}
    assert uma.post("/unit", data=told | {staff["staff"]: "41"}).status_code == 303
    assert standing() == {("staff", ""): 41, ("staff_trained", ""): 20}


def test_what_it_said_last_time_stands_beside_each_field(as_, staff, world, school):
    cell = (school.id, world.commune.id, "staff", "")
    UnitFigure.tell("2026-10", {cell: Told(38, date(2026, 10, 13))}, world.users["uma"], new_uid(), {})
    assert "Kỳ tháng 10/2026: 38" in text_of(as_("uma").get("/unit"))


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"staff": "ba mươi"}, "Ghi một số nguyên"),
        ({"staff": "12,5"}, "Ghi một số nguyên"),
        ({"staff": "20", "staff_trained": "21"}, "Nhiều hơn tổng số (20)."),
        ({"staff": "20", "as_of": "27/11/2026"}, "Ngày này chưa đến."),
        ({"staff": "20", "as_of": "31/12/2025"}, "Ngày này trước khi kế hoạch bắt đầu."),
        ({"staff": "20", "as_of": "hôm qua"}, "Ghi ngày/tháng/năm"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_kept(as_, staff, typed, error):
    uma = as_("uma")
    numbers = {staff.get(key, key): value for key, value in typed.items()} | {staff["staff_confirmed"]: "7"}
    answer = send(uma, uma.get("/unit"), numbers)
    assert answer.status_code == 422
    assert error in text_of(answer)
    assert f'name="{staff["staff_confirmed"]}" value="7"' in answer.text
    assert "Số đúng, vẫn lưu" not in answer.text
    assert standing() == {}


def test_a_fallen_total_is_questioned_and_saved_once_somebody_says_it_is_right(as_, staff, world, school):
    cell = (school.id, world.commune.id, "staff_trained", "")
    UnitFigure.tell("2026-10", {cell: Told(9, date(2026, 10, 13))}, world.users["uma"], new_uid(), {})
    uma, numbers = as_("uma"), {staff["staff"]: "20", staff["staff_trained"]: "8"}
    answer = send(uma, uma.get("/unit"), numbers)
    assert answer.status_code == 422 and "Ít hơn kỳ trước (9)" in answer.text
    sure = f"sure.{staff['staff_trained']}"
    assert f'name="{sure}"' in answer.text
    assert send(uma, answer, numbers, **{sure: "on"}).status_code == 303
    assert standing() == {("staff", ""): 20, ("staff_trained", ""): 8}


def test_two_of_one_unit_at_once_see_each_others_numbers(as_, staff, world, school):
    User.add("thu", "Lê Thị Thu", "unit", world.commune, unit=school)
    uma, thu = as_("uma"), as_("thu")
    page = uma.get("/unit")
    send(thu, page, {staff["staff"]: "45", staff["staff_confirmed"]: "3"})
    answer = send(uma, page, {staff["staff"]: "40", staff["staff_trained"]: "20"})
    assert answer.status_code == 409
    assert "Lê Thị Thu vừa ghi 45." in text_of(answer)
    assert f'name="{staff["staff"]}" value="40"' in answer.text
    assert f'name="{staff["staff_confirmed"]}" value="3"' in answer.text
    assert standing() == {("staff", ""): 45, ("staff_confirmed", ""): 3}
    assert send(uma, answer, {staff["staff"]: "40", staff["staff_trained"]: "20"}).status_code == 303
    assert standing() == {("staff", ""): 40, ("staff_trained", ""): 20, ("staff_confirmed", ""): 3}


def test_the_economic_division_types_each_open_firm(world, account, as_):
    sara, firms = world.users["sara"], {}
    for name, kind in (("HTX Chè", "cooperative"), ("Công ty May", "enterprise"), ("HTX cũ", "cooperative")):
        told = {"name": name, "kind": kind, "reports": ["CT5"]}
        firms[name] = Unit.add(world.commune, new_uid(), sara, **told)
    firms["HTX cũ"].close(sara)
    economy = account("economy")
    page = economy.get("/unit")
    typed = {field(firms["HTX Chè"], "workers"): "30"}
    assert len(names(page)) == 3 + 2 * 2 + 2  # its own staff, two open firms, the stalls of MH3
    assert send(economy, page, typed).status_code == 303
    row = UnitFigure.get()
    assert (row.unit, row.source, row.value) == (firms["HTX Chè"], "Phòng Kinh tế", 30)
    assert "Người lao động: 30" in text_of(economy.get("/unit"))


def test_the_police_type_each_village_and_more_accounts_than_people_are_questioned(world, account):
    """Thôn 4 has 1050 people of 16 and over by the official count."""
    police, name = account("police"), field(world.units["police"], "accounts", area="TH04")
    page = police.get("/unit")
    assert len(names(page)) == 3 + 3
    assert send(police, page, {name: "1.050"}).status_code == 303
    assert "Nhiều hơn số dân chính thức của thôn (1050)" in send(police, police.get("/unit"), {name: "1.051"}).text
    assert Figure.standing(world.areas["TH04"], "over16").value == 1050


def test_nobody_types_for_another_unit(as_, world, staff):
    uma, police = as_("uma"), world.units["police"]
    send(uma, uma.get("/unit"), {field(police, "staff"): "5"})
    assert standing() == {}


def test_a_unit_that_the_plan_asks_for_nothing_is_told_so_and_a_closed_one_too(world, account, as_):
    assert "không giao đơn vị này báo cáo" in account("women").get("/unit").text
    world.units["thach_hoa_primary"].close(world.users["sara"])
    assert "Đơn vị này đã đóng" in as_("uma").get("/unit").text


def test_a_plan_changed_in_mid_year_leaves_what_was_sent_readable(as_, staff, monkeypatch):
    uma = as_("uma")
    send(uma, uma.get("/unit"), {staff["staff"]: "40"})
    left = tuple(figure for figure in plan.active.figures if figure.key != "staff")
    monkeypatch.setattr(plan, "active", replace(plan.active, figures=left))
    assert "số của kế hoạch khác: 40" in text_of(uma.get("/unit"))


# -- A month that is closed


def test_a_unit_says_that_its_numbers_come_after_the_closing(world, database, as_, staff):
    uma = as_("uma")
    page = uma.get("/unit?period=2026-11")
    assert ("Đã chốt" in page.text, "sure.closed" in page.text) == (False, False)
    november = periods.of("month", 2026, 11, 14)
    Cutoff.keep(world.commune, november, 1, {}, None, new_uid(), "còn thiếu", datetime(2026, 11, 16, 1))
    numbers = {staff["staff"]: "40", staff["staff_trained"]: "12"}
    answer = send(uma, page, numbers)
    assert (answer.status_code, standing()) == (422, {})
    assert "Kỳ này đã chốt: đánh dấu ô trên nếu vẫn ghi." in text_of(answer)
    assert f'name="{staff["staff"]}" value="40"' in answer.text
    assert send(uma, answer, numbers, **{"sure.closed": "on"}).status_code == 303
    assert standing() == {("staff", ""): 40, ("staff_trained", ""): 12}
    assert "✓ Đã chốt ngày 16/11/2026, lần 1" in text_of(uma.get("/unit?period=2026-11"))
    assert "Đã chốt" not in uma.get("/unit?period=2026-12").text


def test_a_form_of_a_closed_month_that_changes_nothing_is_not_asked(world, as_, staff):
    november = periods.of("month", 2026, 11, 14)
    Cutoff.keep(world.commune, november, 1, {}, None, new_uid(), "còn thiếu", datetime(2026, 11, 16, 1))
    uma = as_("uma")
    page = uma.get("/unit?period=2026-11")
    answer = send(uma, page, {}, as_of=json.loads(shown(page))["as_of"])
    assert answer.location == "/unit?period=2026-11&told=0"

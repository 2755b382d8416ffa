"""The board of a period, the grid that the office types, and the history of one number."""

import html
import json
import re
from datetime import date, datetime

import pytest

import periods
from models import Area, Cutoff, Event, Figure, Unit, UnitFigure, User, new_uid
from office import board
from tests.test_reported import say
from views import figures as figure_pages

NOVEMBER = "2026-11"


@pytest.fixture(autouse=True)
def the_tenth_of_november(monkeypatch):
    """It is 10 November 2026: in the month that runs from 15 October to 14 November."""
    monkeypatch.setattr(figure_pages, "today", lambda: date(2026, 11, 10))


@pytest.fixture
def two_units(world):
    """CT1 is asked of the culture division and the police alone."""
    for unit in world.units.values():
        unit.reports = {"culture": ["CT1"], "police": ["CT1", "CT6"]}.get(unit.key, [])
        unit.save()
    return world.units["culture"], world.units["police"]


def form_of(browser, address):
    """{name: value} of what the grid at an address would send as it stands."""
    return fields_of(browser.get(address))


def fields_of(answer):
    """The same of a grid that was answered."""
    found = re.findall(r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', answer.text)
    return {name: html.unescape(value) for name, value in found if not name.startswith("sure-")}


def name(unit, key, area="HL", part=""):
    return ".".join((unit.uid, area, part, key))


def typed(browser, address, **changes):
    """The answer to a grid of which some fields were typed; `changes` by field name."""
    return browser.post(address, data=form_of(browser, address) | changes)


def standing(period=NOVEMBER):
    return {(row.unit.key, row.area.code, row.key, row.part): row.value
            for row in UnitFigure.standing(period).values()}  # fmt: skip


def words_of(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


# -- The board


def test_a_board_is_worked_out_by_hand(world, as_, two_units):
    """Culture said 20 people, 15 trained, 4 confirmed for November; the police said 30 people and nothing else, and in
    October 30 and 12. So the rate of November is 15 / 20 = 75% with 1 of 2 units; headcounts add up to 50; the police
    lack one number of two of CT1 and all three villages of CT6, and said something last in October.
    """
    culture, police = two_units
    police.contact, police.phone = "Đại úy Hùng", "0912345678"
    police.save()
    say(culture, staff=20, staff_trained=15, staff_confirmed=4)
    say(police, "2026-10", staff=30, staff_trained=12)
    say(police, staff=30)
    page = as_("sara").get("/figures?period=2026-11")
    said = words_of(page)
    assert "Tổng số người: 50 · Đã tập huấn: 15 · Đã xác nhận: 4 75,0% ◐ 1/2 đơn vị" in said
    lacks = "Công an xã ○ CT1 (còn thiếu 1 số), CT6 Đại úy Hùng · lần trước: kỳ tháng 10/2026 ☎ 0912 345 678"
    assert f"Chưa báo cáo: 1 đơn vị {lacks}" in said
    assert 'href="tel:0912345678"' in page.text
    reminder = "(15/10/2026 – 14/11/2026):\n- Công an xã: CT1 (còn thiếu 1 số), CT6\nĐơn vị có tài khoản nhập tại http"
    assert reminder in page.text


def test_figures_said_before_or_after_the_period_do_not_count_for_it(world, two_units):
    culture, _ = two_units
    say(culture, "2026-10", staff=20, staff_trained=15)
    say(culture, "2026-12", staff=20, staff_trained=15)
    november = board.period_named(NOVEMBER, date(2026, 12, 20))
    ct1 = board.sums(world.commune, board.told_for(world.commune, november))[0]
    assert (ct1.said, ct1.rate) == (0, None)


def test_a_number_taken_back_is_missing_again(world, two_units):
    culture, police = two_units
    say(police, staff=3, staff_trained=1)
    say(culture, staff=20, staff_trained=15)
    say(culture, staff_trained=None)
    told = board.told_for(world.commune, board.period_named(NOVEMBER, date(2026, 11, 10)))
    lacks = {each.unit.key: [lack.target.code for lack in each.lacks] for each in board.silent(world.commune, told, {})}
    assert lacks == {"culture": ["CT1"], "police": ["CT6"]}


def test_a_school_has_reported_once_every_grade_has(world):
    school = world.units["thach_hoa_primary"]
    school.grades = ["1", "2"]
    school.save()
    for number, grade in enumerate(school.grades, 1):
        say(school, part=grade, pupils=60, pupils_taught=30 * number)
        told = board.told_for(world.commune, board.current_period(date(2026, 11, 10)))
        total = next(total for total in board.sums(world.commune, told) if total.target.code == "CT2")
        assert (total.said, total.asked) == (number - 1, 3)
    assert (total.yes, total.all) == (90, 120)


def test_the_period_of_the_day_is_shown_and_no_other_than_those_reported(as_):
    browser = as_("sara")
    assert "kỳ tháng 11/2026 15/10/2026 – 14/11/2026" in words_of(browser.get("/figures"))
    page = browser.get("/figures?period=2026-01").text
    assert re.findall(r'href="/figures\?period=([\d-]+)"', page) == ["2026-02"]
    asked = ["2025-12", "2026-12", "2026-q4", "2026-13", "x"]
    assert [browser.get(f"/figures?period={key}").status_code for key in asked] == [404] * 5


def test_the_communes_office_reads_and_changes_nothing(world, as_, two_units):
    culture, _ = two_units
    world.users["uma"].unit = world.units["office"]
    world.users["uma"].save()
    say(culture, staff=20)
    reader = as_("uma")
    page = reader.get("/figures/2026-11/CT1")
    assert ("<b>20</b>" in page.text, "<input class" in page.text) == (True, False)
    assert reader.get("/figures").status_code == 200
    assert reader.post("/figures/2026-11/CT1", data={}).status_code == 404


def test_another_unit_sees_neither_the_board_nor_anothers_history(world, as_):
    uma, culture = as_("uma"), world.units["culture"]
    assert [uma.get(page).status_code for page in ("/figures", "/figures/2026-11/CT1")] == [404, 404]
    assert uma.get(f"/figures/history/{culture.uid}/staff").status_code == 404
    own = world.units["thach_hoa_primary"]
    assert "Chưa ai báo số này." in uma.get(f"/figures/history/{own.uid}/staff").text


def test_a_commune_without_units_for_a_target_says_so(as_, two_units):
    assert "Chưa có đơn vị nào báo cáo chỉ tiêu này." in as_("sara").get("/figures/2026-11/CT5").text


# -- The grid


def test_a_grid_is_saved_whole_with_its_day_and_source(world, as_, two_units):
    culture, police = two_units
    changes = {
        name(culture, "staff"): "1.020",
        name(culture, "staff_trained"): " 15 ",
        name(culture, "staff_confirmed"): "4",
        name(culture, "document"): "157/QĐ-UBND",
        name(police, "staff"): "0",
        "as_of": "9/11/2026",
        "source": "Công văn 12",
    }
    answer = typed(as_("sara"), "/figures/2026-11/CT1", **changes)
    assert (answer.status_code, answer.location) == (303, "/figures/2026-11/CT1?saved=4")
    assert standing() == {
        ("culture", "HL", "staff", ""): 1020,
        ("culture", "HL", "staff_trained", ""): 15,
        ("culture", "HL", "staff_confirmed", ""): 4,
        ("police", "HL", "staff", ""): 0,
    }
    row = UnitFigure.get(UnitFigure.key == "staff_confirmed")
    assert (row.as_of, row.source, row.document, row.user.username) == (
        date(2026, 11, 9), "Công văn 12", "157/QĐ-UBND", "sara"
    )  # fmt: skip
    assert UnitFigure.get(UnitFigure.key == "staff").document == ""
    assert "Đã lưu 4 số." in as_("sara").get(answer.location).text


def test_saving_again_without_a_change_writes_nothing_and_a_changed_decision_does(world, as_, two_units):
    culture, _ = two_units
    say(culture, staff=20, staff_confirmed=4)
    sara = as_("sara")
    assert typed(sara, "/figures/2026-11/CT1").location.endswith("saved=0")
    assert typed(sara, "/figures/2026-11/CT1", **{name(culture, "document"): "9/QĐ"}).location.endswith("saved=1")
    assert [row.document for row in UnitFigure.select().order_by(UnitFigure.id)] == ["", "", "9/QĐ"]


def test_a_removed_number_is_taken_back_and_its_history_stays(world, as_, two_units):
    culture, _ = two_units
    say(culture, staff=20)
    typed(as_("sara"), "/figures/2026-11/CT1", **{name(culture, "staff"): ""})
    assert standing() == {}
    history = words_of(as_("sara").get(f"/figures/history/{culture.uid}/staff"))
    assert re.search(r"Kỳ tháng 11/2026 .* – ✕ đã bỏ Kỳ tháng 11/2026 đếm ngày 14/11/2026 .* 20 đã thay", history)


def test_wrong_cells_are_marked_nothing_is_saved_and_nothing_typed_is_lost(world, as_, two_units):
    culture, police = two_units
    changes = {
        name(culture, "staff"): "20",
        name(culture, "staff_trained"): "21",
        name(police, "staff"): "ba mươi",
        name(police, "staff_trained"): "12,5",
        "source": "Điện thoại",
    }
    answer = typed(as_("sara"), "/figures/2026-11/CT1", **changes)
    assert (answer.status_code, UnitFigure.select().count()) == (422, 0)
    said = words_of(answer)
    assert "Chưa lưu gì: 3 chỗ cần xem, có dấu ▲." in said
    assert said.count("Ghi một số nguyên, ví dụ 1.234.") == 2
    assert "Nhiều hơn tổng số (20)." in said
    assert {field: fields_of(answer)[field] for field in changes} == changes


@pytest.mark.parametrize("day", ["11/11/2026", "31/12/2025", "hôm qua", ""])
def test_a_day_to_come_or_before_the_plan_is_refused_beside_its_field(world, as_, two_units, day):
    culture, _ = two_units
    answer = typed(as_("sara"), "/figures/2026-11/CT1", **{name(culture, "staff"): "20", "as_of": day})
    assert (answer.status_code, 'id="as_of-error"' in answer.text, UnitFigure.select().count()) == (422, True, 0)
    assert fields_of(answer)[name(culture, "staff")] == "20"


def test_a_running_total_that_falls_and_more_than_the_population_are_asked_about(world, as_, two_units):
    """Culture had 15 trained in October, so 14 in November needs a yes; as many as before, or none told, do not. The
    village has 1.050 people of 16 and over, so 1.051 accounts need one.
    """
    culture, police = two_units
    say(culture, "2026-10", staff=20, staff_trained=15)
    sara, field = as_("sara"), name(culture, "staff_trained")
    assert typed(sara, "/figures/2026-11/CT1", **{field: "15"}).status_code == 303
    answer = typed(sara, "/figures/2026-11/CT1", **{field: "14"})
    assert (answer.status_code, standing()["culture", "HL", "staff_trained", ""]) == (422, 15)
    assert "Ít hơn kỳ trước (15), mà số này cộng dồn từ đầu năm. Số này đúng" in words_of(answer)
    assert typed(sara, "/figures/2026-11/CT1", **{field: "14", f"sure-{field}": "yes"}).status_code == 303
    accounts = name(police, "accounts", "TH04")
    answer = typed(sara, "/figures/2026-11/CT6", **{accounts: "1051"})
    assert (answer.status_code, "số dân chính thức của thôn" in answer.text) == (422, True)
    assert typed(sara, "/figures/2026-11/CT6", **{accounts: "1051", f"sure-{accounts}": "yes"}).status_code == 303


def close_november(area):
    """Somebody closed the month on 16/11/2026."""
    november = periods.of("month", 2026, 11, 14)
    Cutoff.keep(area, november, 1, {"tables": {}}, None, new_uid(), "còn thiếu", datetime(2026, 11, 16, 1))


@pytest.fixture
def in_december(monkeypatch):
    """It is 10 December, so that there is a month after November."""
    monkeypatch.setattr(figure_pages, "today", lambda: date(2026, 12, 10))


def test_a_number_for_a_closed_month_is_written_once_somebody_says_that_it_comes_after(
    world, database, as_, two_units, in_december
):
    culture, _ = two_units
    sara, field = as_("sara"), name(culture, "staff")
    close_november(world.commune)
    frozen = Cutoff.get().contents
    answer = typed(sara, "/figures/2026-11/CT1", **{field: "21"})
    assert (answer.status_code, standing(), fields_of(answer)[field]) == (422, {}, "21")
    assert "Kỳ này đã chốt: đánh dấu ô trên nếu vẫn ghi." in words_of(answer)
    assert typed(sara, "/figures/2026-11/CT1", **{field: "21", "sure-closed": "yes"}).status_code == 303
    assert standing() == {("culture", "HL", "staff", ""): 21}
    assert Cutoff.get().contents == frozen
    assert typed(sara, "/figures/2026-12/CT1", **{field: "22"}).status_code == 303  # which is open


def test_nothing_is_asked_of_a_grid_of_a_closed_month_in_which_nothing_was_typed(world, as_, two_units):
    close_november(world.commune)
    assert typed(as_("sara"), "/figures/2026-11/CT1").location == "/figures/2026-11/CT1?saved=0"


@pytest.mark.parametrize("address", ["/figures?period=2026-11", "/figures/2026-11/CT1"])
def test_a_closed_month_is_said_to_be_closed(world, as_, two_units, address):
    sara = as_("sara")
    assert "Đã chốt" not in sara.get(address).text
    close_november(world.commune)
    assert "✓ Đã chốt ngày 16/11/2026, lần 1" in words_of(sara.get(address))
    assert "Đã chốt" not in sara.get(address.replace("2026-11", "2026-10")).text


def test_a_month_is_closed_with_its_quarter_and_with_the_city(world, database):
    city = Area.create(code="HN", kind="city", name="Hà Nội", label="Hà Nội", label_key="ha noi", path="/999/")
    november, quarter = periods.of("month", 2026, 11, 14), periods.of("quarter", 2026, 4, 14)
    assert Cutoff.over(world.commune, november) is None
    Cutoff.keep(city, quarter, 1, {}, None, new_uid(), "", datetime(2026, 12, 16))
    assert Cutoff.over(world.commune, november) is None
    closed = Cutoff.keep(world.commune, quarter, 1, {}, None, new_uid(), "", datetime(2026, 12, 16))
    assert Cutoff.over(world.commune, november) == Cutoff.over(world.areas["TH04"], november) == closed
    assert Cutoff.over(world.commune, periods.of("month", 2026, 9, 14)) is None


def test_two_who_type_at_once_do_not_overwrite_each_other(world, as_, two_units):
    culture, police = two_units
    sara, ada = as_("sara"), as_("ada")
    opened = form_of(sara, "/figures/2026-11/CT1")
    typed(ada, "/figures/2026-11/CT1", **{name(culture, "staff"): "21", name(police, "staff"): "30"})
    mine = opened | {name(culture, "staff"): "20", name(culture, "staff_trained"): "9"}
    answer = sara.post("/figures/2026-11/CT1", data=mine)
    assert answer.status_code == 409
    assert "Lúc bạn đang nhập, có người đã ghi 21. Lưu lần nữa nếu số của bạn đúng." in words_of(answer)
    assert standing()["culture", "HL", "staff", ""] == 21
    assert sara.post("/figures/2026-11/CT1", data=fields_of(answer)).status_code == 303
    assert standing() == {
        ("culture", "HL", "staff", ""): 20,
        ("culture", "HL", "staff_trained", ""): 9,
        ("police", "HL", "staff", ""): 30,
    }


def test_the_same_form_sent_twice_is_written_once(world, as_, two_units):
    culture, _ = two_units
    sara = as_("sara")
    form = form_of(sara, "/figures/2026-11/CT1") | {name(culture, "staff"): "20"}
    assert [sara.post("/figures/2026-11/CT1", data=form).status_code for _ in range(2)] == [303, 303]
    assert (UnitFigure.select().count(), Event.select().where(Event.verb == "unit.told").count()) == (1, 1)


@pytest.mark.parametrize("shown", ["", "[]", "{", json.dumps({"x": 1}), "[" * 9999])
def test_what_a_form_says_that_it_showed_may_be_anything(world, as_, two_units, shown):
    culture, _ = two_units
    data = {"uid": new_uid(), "as_of": "9/11/2026", "shown": shown, name(culture, "staff"): "20"}
    assert as_("sara").post("/figures/2026-11/CT1", data=data).status_code == 303


def test_a_grid_has_a_row_for_each_grade_and_each_village(world, as_):
    school = world.units["thach_hoa_primary"]
    school.grades = ["1", "2"]
    school.save()
    ct2, ct6 = (form_of(as_("sara"), f"/figures/2026-11/{code}") for code in ("CT2", "CT6"))
    assert {field.split(".")[2] for field in ct2 if field.startswith(school.uid)} == {"1", "2"}
    assert {field.split(".")[1] for field in ct6 if field.endswith(".accounts")} == {"TH04", "BY02", "TX01"}


def test_a_village_account_of_the_office_types_its_own_village_alone(world, as_):
    User.update(area=Area.get(Area.code == "TH04")).where(User.username == "sara").execute()
    form = form_of(as_("sara"), "/figures/2026-11/CT6")
    assert [field for field in form if field.endswith(".accounts")] == []


def test_the_number_of_queries_does_not_grow_with_units(world, as_, count_queries):
    pages = ("/figures", "/figures/2026-11/CT1")
    with count_queries() as few:
        for page in pages:
            as_("sara").get(page)
    for number in range(20):
        unit = Unit.create(key=f"x{number}", name="Đơn vị", kind="centre", reports=["CT1"], area=world.commune)
        say(unit, staff=number)
    with count_queries() as many:
        for page in pages:
            as_("sara").get(page)
    assert len(many) == len(few)


# -- History


def test_history_tells_when_it_was_counted_apart_from_when_it_was_entered(world, as_, two_units):
    culture, _ = two_units
    UnitFigure.create(
        unit=culture, area=world.commune, key="staff_confirmed", period="2026-10", value=3, as_of=date(2026, 10, 12),
        source="Công văn 9", document="140/QĐ", user=world.users["sara"],
    )  # fmt: skip
    say(culture, staff_confirmed=4)
    said = words_of(as_("sara").get(f"/figures/history/{culture.uid}/staff_confirmed"))
    entered = r"nhập lúc \d\d:\d\d, \d\d/\d\d/\d{4}"
    assert re.search(rf"Kỳ tháng 11/2026 đếm ngày 14/11/2026 – {entered} 4 ● đang dùng", said)
    counted = "Kỳ tháng 10/2026 đếm ngày 12/10/2026 · Công văn 9 · quyết định 140/QĐ Sái Thị Ra"
    assert re.search(rf"{counted} {entered} 3 ● đang dùng", said)


def test_history_of_a_figure_that_the_plan_dropped_stays_readable(world, as_, two_units):
    culture, _ = two_units
    say(culture, old_figure=7)
    sara = as_("sara")
    assert "old_figure" in sara.get(f"/figures/history/{culture.uid}/old_figure").text
    assert sara.get(f"/figures/history/{culture.uid}/never_there").status_code == 404
    assert Figure.select().exists()

"""Units: those of the plan and those that staff add, merge and close; what an account of one may see."""

import html
import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

import plan
from models import Course, Event, Told, Unit, UnitFigure, UnitRefused, User, merge_units, new_uid, now, part_units
from office import board

DAY = date(2026, 11, 10)


@pytest.fixture
def added(world):
    """`added("HTX Chè")`: a co-operative that Sara added, or another unit."""

    def add(name, kind="cooperative", reports=("CT5",), **told):
        told = {"name": name, "kind": kind, "reports": list(reports), **told}
        return Unit.add(world.commune, new_uid(), world.users["sara"], **told)

    return add


@pytest.fixture
def tell(world):
    """`tell(unit, 40, 12)`: its workers and how many of them are trained, of November or another period."""

    def telling(unit, workers, trained, period="2026-11"):
        numbers = {"workers": workers, "workers_trained": trained}
        told = {(unit.id, world.commune.id, key, ""): Told(value, DAY) for key, value in numbers.items()}
        seen = {cell: row.value for cell, row in UnitFigure.standing(period).items()}
        UnitFigure.tell(period, told, world.users["sara"], new_uid(), seen)

    return telling


def said_by(unit, period="2026-11"):
    return {row.key: row.value for row in UnitFigure.standing(period).values() if row.unit_id == unit.id}


def shown(page):
    return json.loads(html.unescape(re.search(r'name="shown" value="([^"]*)"', page.text)[1]))


def test_the_plans_units_are_there_and_its_phrases_are_none(world):
    assert len(world.units) == 14
    assert "agencies" not in world.units
    assert world.units["thach_hoa_primary"].reports == ["CT1", "CT2"]


def test_following_the_same_plan_again_changes_nothing(world):
    before = Event.select().count()
    assert Unit.follow(plan.active, world.commune) == []
    assert Event.select().count() == before


def test_a_plan_changed_in_mid_year_renames_a_unit_and_keeps_one_that_it_drops(world):
    renamed = replace(plan.active.unit("culture"), name=plan.Words("Phòng Văn hóa", "Culture"))
    others = tuple(unit for unit in plan.active.units if unit.key not in ("culture", "women"))
    without = replace(plan.active, units=(renamed, *others))
    assert sorted(Unit.follow(without, world.commune)) == ["culture", "women"]
    assert Unit.get(Unit.key == "culture").name == "Phòng Văn hóa"
    women = Unit.get(Unit.key == "women")
    assert (women.name, women.planned) == ("Hội Liên hiệp Phụ nữ xã", False)


def test_an_account_of_a_school_sees_its_own_unit_alone(world):
    assert [unit.key for unit in Unit.visible_to(world.users["uma"])] == ["thach_hoa_primary"]
    assert Unit.visible_to(world.users["sara"]).count() == 14


def test_an_account_of_the_communes_office_reads_all_units(world):
    reader = User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    assert reader.acts_as == ("unit", "reader")
    assert Unit.visible_to(reader).count() == 14


def test_a_unit_that_staff_added_is_there_once_however_often_the_form_came(database, world):
    uid, told = new_uid(), {"name": "HTX Chè", "kind": "cooperative", "reports": ["CT5"]}
    first = Unit.add(world.commune, uid, world.users["sara"], **told)
    assert Unit.add(world.commune, uid, world.users["sara"], **told) == first
    assert Unit.follow(plan.active, world.commune) == []
    assert (first.planned, first.left_plan) == (False, False)
    assert [event.verb for event in first.history()] == ["unit.added"]


def test_workers_are_of_firms_and_the_economic_division_types_them(world, added):
    tea, target = added("HTX Chè"), plan.active.target("CT5")
    assert [row.unit for row in board.rows(world.commune, target)] == [tea]
    economy = world.units["economy"]
    assert (economy.counts_for(target), economy.types_for_firms(target)) == (False, True)
    assert (tea.counts_for(target), tea.types_for_firms(target)) == (True, False)


def test_a_closed_unit_is_asked_for_nothing_until_it_opens_again(world, added):
    tea, sara = added("HTX Chè"), world.users["sara"]
    for turn, there in ((tea.close, False), (tea.close, False), (tea.reopen, True)):
        turn(sara)
        assert (tea in Unit.open_below(world.commune)) == there
    assert [event.verb for event in tea.history()] == ["unit.opened", "unit.closed", "unit.added"]


def test_of_two_units_that_became_one_the_numbers_are_added_up(database, world, added, tell):
    """40 + 25 workers, 12 + 5 trained in November; in October only the tea co-operative told 38 and 9, and the other's
    23 and 2 of September still count.
    """
    tea, farm, sara = added("HTX Chè"), added("HTX Nông nghiệp"), world.users["sara"]
    tell(tea, 40, 12)
    tell(tea, 38, 9, "2026-10")
    tell(farm, 25, 5)
    tell(farm, 23, 2, "2026-09")
    merge_units(tea, farm, "joined", sara)
    assert said_by(farm) == {"workers": 65, "workers_trained": 17}
    assert said_by(farm, "2026-10") == {"workers": 61, "workers_trained": 11}
    assert said_by(farm, "2026-09") == {"workers": 23, "workers_trained": 2}
    assert said_by(tea) == {"workers": 40, "workers_trained": 12}
    assert tea not in Unit.open_below(world.commune)
    tell(farm, 66, 17)
    part_units(Unit.get_by_id(tea.id), sara)
    assert said_by(farm) == {"workers": 66, "workers_trained": 5}
    assert said_by(farm, "2026-10") == {}
    assert tea in Unit.open_below(world.commune)


def test_of_a_unit_written_twice_the_other_ones_numbers_stand(world, added, tell):
    tea, twin, sara = added("HTX Chè"), added("Hợp tác xã chè", reports=["CT5", "CT1"]), world.users["sara"]
    tell(tea, 40, 12)
    tell(twin, 39, 11)
    tell(twin, 38, 9, "2026-10")
    merge_units(twin, tea, "same", sara)
    assert said_by(tea) == {"workers": 40, "workers_trained": 12}
    assert said_by(tea, "2026-10") == {"workers": 38, "workers_trained": 9}
    assert Unit.get_by_id(tea.id).reports == ["CT1", "CT5"]
    part_units(Unit.get_by_id(twin.id), sara)
    assert (said_by(tea, "2026-10"), Unit.get_by_id(tea.id).reports) == ({}, ["CT5"])


def test_accounts_and_classes_go_to_the_unit_that_another_became_and_come_back(database, world, added):
    tea, farm, sara = added("HTX Chè"), added("HTX Nông nghiệp"), world.users["sara"]
    mai = User.add("mai", "Mai", "unit", world.commune, unit=tea)
    times, details = [(now(), now() + timedelta(hours=1))], {"audience": "workers", "unit": tea.key}
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times, **details)

    def belong():
        return User.get_by_id(mai.id).unit, Course.get_by_id(course.id).unit

    merge_units(tea, farm, "joined", sara)
    assert belong() == (farm, farm.key)
    assert [event.verb for event in farm.history()][:1] == ["unit.joined"]
    part_units(Unit.get_by_id(tea.id), sara)
    assert belong() == (tea, tea.key)


def test_units_that_cannot_be_merged_say_why_and_nothing_changes(world, added):
    tea, sara = added("HTX Chè"), world.users["sara"]
    for gone, kept in ((world.units["women"], tea), (tea, tea)):
        with pytest.raises(UnitRefused):
            merge_units(gone, kept, "same", sara)
    merge_units(tea, world.units["women"], "same", sara)
    with pytest.raises(UnitRefused):
        merge_units(tea, world.units["front"], "same", sara)
    assert Unit.get_by_id(tea.id).merged_into == world.units["women"]


NEW = {"name": "HTX Chè Yên Bình", "kind": "cooperative", "reports": "CT5", "phone": "0987.654.321", "shown": "{}"}


def test_a_form_for_a_new_unit_sent_twice_leads_to_the_one_that_was_added(world, as_):
    form = NEW | {"uid": new_uid()}
    answers = [as_("sara").post("/units", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert Unit.select().where(Unit.name == NEW["name"]).count() == 1


def test_staff_add_a_unit_and_change_only_what_they_typed(database, world, as_):
    sara, ada = as_("sara"), as_("ada")
    address = sara.post("/units", data=NEW | {"uid": new_uid(), "contact": "Bùi Thị Loan"}).location
    unit = Unit.get(Unit.name == NEW["name"])
    assert (unit.phone, unit.contact, unit.reports) == ("0987654321", "Bùi Thị Loan", ["CT5"])
    held = shown(sara.get(f"{address}/edit"))
    ada.post(address, data=NEW | {"contact": "Đinh Công Mạnh", "shown": json.dumps(held)})
    sara.post(address, data=NEW | {"contact": "Bùi Thị Loan", "phone": "0987 111 222", "shown": json.dumps(held)})
    unit = Unit.get_by_id(unit.id)
    assert (unit.contact, unit.phone) == ("Đinh Công Mạnh", "0987111222")
    page = sara.get(address).text
    assert "Sửa: điện thoại" in page and "Sái Thị Ra" in page and "0987 111 222" in page


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "Ghi tên đơn vị"),
        ("name", "phòng kinh tế", "Đã có đơn vị cùng tên."),
        ("kind", "group", "Chọn lại."),
        ("reports", "CT3", "Chọn lại."),
        ("grades", "13", "Chọn lại."),
        ("phone", "12345", "Số điện thoại gồm 10 chữ số"),
        ("contact", "Loan 012345678901", "Không ghi số giấy tờ"),
    ],
)
def test_what_does_not_fit_a_unit_is_refused_beside_its_field(world, as_, field, value, error):
    answer = as_("sara").post("/units", data=NEW | {"uid": new_uid(), field: value})
    assert answer.status_code == 422
    assert error in answer.text and "0987.654.321" in answer.text or field == "phone"
    assert Unit.select().count() == 14


def test_a_unit_of_the_plan_keeps_its_planned_name(world, as_):
    culture = world.units["culture"]
    sent = {"name": "Khác", "kind": "enterprise", "contact": "Đỗ Quang Huy", "shown": "{}"}
    as_("sara").post(f"/units/{culture.uid}", data=sent)
    unit = Unit.get_by_id(culture.id)
    assert (unit.name, unit.kind, unit.contact) == ("Phòng Văn hóa - Xã hội", "division", "Đỗ Quang Huy")


def test_a_unit_that_the_plan_dropped_says_so(world, as_):
    others = tuple(unit for unit in plan.active.units if unit.key != "women")
    Unit.follow(replace(plan.active, units=others), world.commune)
    assert "không còn trong kế hoạch" in as_("sara").get(f"/units/{world.units['women'].uid}").text
    assert "không còn trong kế hoạch" not in as_("sara").get(f"/units/{world.units['front'].uid}").text


def test_a_class_may_be_of_a_unit_that_staff_added(world, as_, added):
    tea = added("HTX Chè")
    form = as_("hana").get("/courses/new").text
    assert f'value="{tea.key}"' in form
    times = [(now(), now() + timedelta(hours=1))]
    details = {"audience": "workers", "unit": tea.key}
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times, **details)
    assert "HTX Chè" in as_("hana").get(f"/courses/{course.uid}").text
    assert "HTX Chè" in as_("hana").get(f"/courses/{course.uid}/edit").text


def test_the_communes_office_reads_units_and_changes_nothing(world, as_, added):
    tea = added("HTX Chè")
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    page = as_("rita").get(f"/units/{tea.uid}")
    assert page.status_code == 200 and "<form" not in re.search(r"<main.*</main>", page.text, re.S)[0]
    for path in ("", f"/{tea.uid}", f"/{tea.uid}/state", f"/{tea.uid}/merger", f"/{tea.uid}/merger/undo"):
        assert as_("rita").post(f"/units{path}", data=NEW | {"uid": new_uid()}).status_code == 404

"""Figures that units send: read as people type them, looked at before they are saved, kept as they were told."""

from datetime import date

import pytest

import plan
from models import Crossed, Event, Told, UnitFigure, new_uid
from office import figures

DAY = date(2026, 11, 10)


@pytest.fixture
def cell(world):
    """`cell("culture", "staff")`: the cell of a unit's figure, of the commune unless a village's code is given."""
    return lambda unit, key, part="", area=None: (
        world.units[unit].id,
        world.areas[area].id if area else world.commune.id,
        key,
        part,
    )


@pytest.fixture
def tell(world):
    """Uma tells numbers on DAY, or others with `by`; `seen` is what her form showed."""

    def telling(numbers, seen=(), by="uma", uid=None, day=DAY, **more):
        told = {cell: Told(value, day, "Báo cáo") for cell, value in numbers.items()}
        return UnitFigure.tell("2026-11", told, world.users[by], uid or new_uid(), dict(seen), **more)

    return telling


def standing():
    return {cell: row.value for cell, row in UnitFigure.standing("2026-11").items()}


@pytest.mark.parametrize("text", ["1234", "1.234", "1,234", "1 234", "1\xa0234", " 1234 "])
def test_thousands_are_read_however_they_are_written(text):
    assert figures.read_number(text) == 1234


def test_a_blank_is_no_number_and_a_zero_is_one():
    assert figures.read_number("  ") is None
    assert figures.read_number("0") == 0
    assert figures.read_number("1.234.567") == 1234567


@pytest.mark.parametrize("text", ["12,5", "1.23", "1.234,567", "12.34.567", "khoảng 30", "-3", "3 lớp", "1234567890"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ValueError):
        figures.read_number(text)


def test_a_newer_number_corrects_and_the_older_one_is_kept(cell, tell):
    staff = cell("culture", "staff")
    tell({staff: 12})
    tell({staff: 13}, seen={staff: 12})
    assert standing() == {staff: 13}
    assert [row.value for row in UnitFigure.select().order_by(UnitFigure.id)] == [12, 13]
    assert Event.select().where(Event.verb == "unit.told").count() == 2


def test_the_same_form_sent_twice_is_written_once(database, cell, tell):
    uid, staff = new_uid(), cell("culture", "staff")
    assert len(tell({staff: 12}, uid=uid)) == 1
    assert tell({staff: 12}, uid=uid) == []
    tell({staff: 15}, seen={staff: 12}, by="sara")
    assert tell({staff: 12}, uid=uid) == []
    assert standing() == {staff: 15}


def test_what_a_form_left_as_it_was_overwrites_nobody(cell, tell):
    staff, trained = cell("culture", "staff"), cell("culture", "staff_trained")
    tell({staff: 12, trained: 3})
    seen = standing()
    tell({staff: 14, trained: 3}, seen=seen, by="sara")
    tell({staff: 12, trained: 5}, seen=seen)
    assert standing() == {staff: 14, trained: 5}


def test_two_who_write_the_same_number_differently_are_told_of_each_other(database, cell, tell):
    staff, trained = cell("culture", "staff"), cell("culture", "staff_trained")
    tell({staff: 14}, by="sara")
    with pytest.raises(Crossed) as crossed:
        tell({staff: 12, trained: 5})
    assert {at: row.value for at, row in crossed.value.rows.items()} == {staff: 14}
    assert standing() == {staff: 14}
    tell({staff: 12, trained: 5}, seen={staff: 14})
    assert standing() == {staff: 12, trained: 5}


def test_a_number_taken_back_stands_no_more(cell, tell):
    staff = cell("culture", "staff")
    tell({staff: 12})
    tell({staff: None}, seen={staff: 12})
    assert standing() == {}
    assert UnitFigure.select().count() == 2
    assert tell({staff: None}) == []


def test_another_day_tells_all_numbers_again(cell, tell):
    staff = cell("culture", "staff")
    tell({staff: 12})
    assert tell({staff: 12}, seen={staff: 12}, day=date(2026, 11, 12)) == []
    [row] = tell({staff: 12}, seen={staff: 12}, day=date(2026, 11, 12), again=True)
    assert (row.value, row.as_of) == (12, date(2026, 11, 12))


def test_of_the_periods_before_each_number_is_the_last_one_told(database, world, cell):
    staff, trained = cell("culture", "staff"), cell("culture", "staff_trained")
    for period, told in (
        ("2025-12", {trained: 9}),
        ("2026-08", {staff: 11, trained: 1}),
        ("2026-09", {staff: 12}),
        ("2026-10", {trained: 2}),
    ):
        rows = {at: Told(value, DAY) for at, value in told.items()}
        UnitFigure.tell(period, rows, world.users["uma"], new_uid(), {})
    UnitFigure.tell("2026-10", {trained: Told(None, DAY)}, world.users["uma"], new_uid(), {trained: 2})
    before = UnitFigure.newest(world.commune, "2026-01", "2026-10")
    assert before == {staff: ("2026-09", 12), trained: ("2026-08", 1)}


def test_more_people_trained_than_there_are_cannot_be(use_plan, cell):
    """12 work there; 13 trained is refused, 12 is not. Lessons are no people. The total may be of last period."""
    staff, trained = cell("culture", "staff"), cell("culture", "staff_trained")
    pupils, lessons = cell("thach_hoa_primary", "pupils", "1"), cell("thach_hoa_primary", "lessons", "1")

    def doubts(numbers, before=()):
        return figures.doubts(plan.active, numbers, numbers, dict(before), {})

    assert doubts({staff: 12, trained: 12, pupils: 30, lessons: 40}) == {}
    assert doubts({staff: 12, trained: 13})[trained].refused
    assert doubts({trained: 13}, before={staff: 12})[trained].refused
    fewer = figures.doubts(plan.active, {staff: 8, trained: 9}, [staff], {}, {})
    assert fewer[trained].refused
    assert doubts({trained: 13}) == {}


def test_a_running_total_that_falls_and_more_accounts_than_people_are_questioned(use_plan, world, cell):
    trained, staff = cell("culture", "staff_trained"), cell("culture", "staff")
    accounts = cell("police", "accounts", area="TH04")
    people = {(world.areas["TH04"].id, "over16"): 1050}
    numbers, before = {trained: 4, staff: 20, accounts: 1051}, {trained: 5, staff: 25}
    found = figures.doubts(plan.active, numbers, numbers, before, people)
    assert {at: doubt.refused for at, doubt in found.items()} == {trained: False, accounts: False}
    assert figures.doubts(plan.active, numbers, [], before, people) == {}
    assert figures.doubts(plan.active, {accounts: 1050}, [accounts], {}, people) == {}

"""Units: those of the plan, and what an account of one may see."""

from dataclasses import replace

import plan
from models import Event, Unit, User


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

"""Which village a list means: certain, or asked; never guessed."""

from types import SimpleNamespace

from roster.places import resolve
from roster.reading import Reading, Village

AREAS = [
    SimpleNamespace(code="TH04", name="Thôn 4", former="Thạch Hòa"),
    SimpleNamespace(code="BY02", name="Thôn 4", former="Bình Yên"),
    SimpleNamespace(code="TX01", name="Thôn Trại Mới", former="Tiến Xuân"),
    SimpleNamespace(code="X09", name="Thôn Chín", former=""),
]


def resolved(*named, choices=None, may_create=True):
    """(what each village became, why each other one is asked and what is wrong with the answer)."""
    reading = Reading(villages=[Village(name, former, 3, 1) for name, former in named])
    places, asked = resolve(reading, choices or {}, AREAS, may_create)
    became = {n: p and (p.area.code if p.area else (p.name, p.former)) for n, p in places.items()}
    return became, [(a.index, a.why, a.error) for a in asked if not a.answered]


def test_a_name_and_former_commune_are_certain_in_any_writing():
    named = [("THÔN 4", "thach hoa"), ("Thon Trai Moi", ""), ("Thôn 4", "Bình Yên")]
    assert resolved(*named) == ({0: "TH04", 1: "TX01", 2: "BY02"}, [])


def test_a_shared_name_without_its_former_commune_is_asked():
    assert resolved(("Thôn 4", "")) == ({}, [(0, "several", "")])


def test_another_former_commune_is_another_village():
    assert resolved(("Thôn Trại Mới", "Bình Yên"), ("Thôn 4", "Yên Bình")) == (
        {},
        [(0, "unknown", ""), (1, "several", "")],
    )


def test_a_village_whose_former_commune_the_areas_do_not_say_is_certain_by_its_name():
    assert resolved(("Thôn Chín", "Bình Yên")) == ({0: "X09"}, [])


def test_an_unknown_and_an_unnamed_village_are_asked():
    assert resolved(("Thôn 40", ""), ("", "")) == ({}, [(0, "unknown", ""), (1, "unnamed", "")])


def test_a_village_without_households_is_not_asked():
    reading = Reading(villages=[Village("Thôn 40", "", 0, 0)])
    assert resolve(reading, {}, AREAS, True) == ({}, [])


def test_answers_are_taken():
    choices = {"0": "BY02", "1": {"name": " thôn  40", "former": "Yên Bình"}, "2": "skip"}
    became, asked = resolved(("Thôn 4", ""), ("Thôn 40", ""), ("", ""), choices=choices)
    assert (became, asked) == ({0: "BY02", 1: ("thôn 40", "Yên Bình"), 2: None}, [])


def test_answers_that_cannot_be_are_asked_again():
    new = [("Thôn 4", ""), ("Thôn 4", "Thạch Hòa"), ("", ""), ("Thôn 4" * 30, "")]
    choices = {str(n): {"name": name, "former": former} for n, (name, former) in enumerate(new)} | {"4": "ZZ99"}
    became, asked = resolved(*[("", "")] * 5, choices=choices)
    assert became == {}
    assert [error for _, _, error in asked] == ["no_former", "exists", "no_name", "long", "gone"]


def test_who_may_not_create_villages_cannot():
    choices = {"0": {"name": "Thôn 40", "former": ""}}
    assert resolved(("Thôn 40", ""), choices=choices, may_create=False) == ({}, [(0, "unknown", "")])

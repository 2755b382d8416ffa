"""Which household of a list is which stored one, and who in it is who."""

from types import SimpleNamespace

import pytest

from roster.matching import pair_households, pair_people
from roster.reading import Household, Person

LAN, BINH = ("Trần Thị Lan", 1958, "f", "head"), ("Lê Văn Bình", 1955, "m", "spouse")
CUC = ("Lê Thị Cúc", 1990, "f", "child")
DUNG, EM = ("Vũ Văn Dũng", 1960, "m", "head"), ("Hà Thị Em", 1962, "f", "spouse")
EM_HEADS, LAN_WIFE = (*EM[:3], "head"), (*LAN[:3], "spouse")
NEW = ("Đỗ Quang Giáp", 1970, "m", "head")


def read(code, *people, ordinal=True, **more):
    return Household(0, "", 1, code, ordinal, people=[Person(*person, None, 1) for person in people], **more)


def stored(code, *people, lane="", children=0):
    keys = ("name", "birth_year", "sex", "relation")
    members = [SimpleNamespace(**dict(zip(keys, person, strict=True))) for person in people]
    return SimpleNamespace(code=code, people=members, lane=lane, children_0_5=children, children_6_15=children)


def paired(homes, known):
    pairs, missing = pair_households(homes, known)
    return [home and home.code for _, home in pairs], [home.code for home in missing]


def test_the_same_list_pairs_with_itself():
    homes = [read("1", LAN, BINH), read("2", DUNG, EM)]
    assert paired(homes, [stored("001", LAN, BINH), stored("002", DUNG, EM)]) == (["001", "002"], [])


def test_a_household_inserted_in_the_middle_shifts_nobody():
    known = [stored("001", LAN, BINH), stored("002", DUNG, EM), stored("003", CUC)]
    homes = [read("1", LAN, BINH), read("2", NEW), read("3", DUNG, EM), read("4", CUC)]
    assert paired(homes, known) == (["001", None, "002", "003"], [])


def test_a_namesake_under_the_same_number_does_not_take_a_households_place():
    """The one that shares most people comes first, whatever its number."""
    namesake = ("Trần Thị Lan", 1990, "f", "head")
    known = [stored("001", LAN, BINH), stored("002", DUNG, EM)]
    homes = [read("1", namesake), read("2", LAN, BINH), read("3", DUNG, EM)]
    assert paired(homes, known) == ([None, "001", "002"], [])


def test_a_corrected_year_keeps_the_household_by_number_and_name():
    assert paired([read("1", (LAN[0], 1985, "f", "head"))], [stored("001", LAN)]) == (["001"], [])


@pytest.mark.parametrize("name", ["Trần Thị Lam", "Trần Thị Loan"])
def test_a_corrected_name_keeps_the_household_of_one(name):
    assert paired([read("1", (name, *LAN[1:]))], [stored("001", LAN)]) == (["001"], [])


def test_others_of_the_same_age_under_the_number_are_another_household():
    homes = [read("1", ("Bạch Hữu Long", *DUNG[1:]), ("Vương Thị Oanh", 1975, "f", "spouse"))]
    assert paired(homes, [stored("001", DUNG, EM)]) == ([None], ["001"])


def test_a_daughter_who_married_out_does_not_bring_her_parents_household():
    homes = [read("1", LAN, BINH), read("2", NEW, (*CUC[:3], "spouse"))]
    assert paired(homes, [stored("001", LAN, BINH, CUC)]) == (["001", None], [])
    assert paired(homes[1:], [stored("001", LAN, BINH, CUC)]) == ([None], ["001"])


def test_a_list_of_heads_finds_its_households_under_other_numbers():
    assert paired([read("7", LAN), read("8", DUNG)], [stored("001", LAN, BINH, CUC), stored("002", DUNG, EM)]) == (
        ["001", "002"],
        [],
    )


def test_households_without_names_or_numbers_pair_when_all_is_alike():
    nobody = (None, 1970, "f", "head")
    homes = [read("", nobody, lane="Ngõ 1"), read("", nobody, lane="Ngõ 2"), read("", children_0_5=2, children_6_15=2)]
    known = [stored("003", children=2), stored("002", nobody, lane="Ngõ 2"), stored("001", nobody, lane="Ngõ 1")]
    assert paired(homes, known) == (["001", "002", "003"], [])


def test_a_strong_code_is_compared_as_given():
    homes = [read("0001", (None, 1958, "f", "head"), BINH, ordinal=False)]
    assert paired(homes, [stored("0001", BINH)]) == (["0001"], [])


def test_whoever_was_corrected_is_found_under_what_they_were_listed_as():
    known = stored("001", ("Lê Văn Bính", 1956, "m", "head"), CUC)
    known.people[0].listed_as = [["le van pinh", 1955]]
    homes = [read("7", ("Lê Văn Pinh", 1955, "m", "head"), ("Hà Thị Em", 1962, "f", "spouse"))]
    assert paired(homes, [known]) == (["001"], [])
    pairs, absent = pair_people(homes[0].people, known.people)
    assert [(who.name, who_is and who_is.name) for who, who_is in pairs] == [
        ("Lê Văn Pinh", "Lê Văn Bính"),
        ("Hà Thị Em", None),
    ]
    assert absent == known.people[1:]


GIAP, HOA = ("Đỗ Quang Giáp", 1950, "m", "head"), ("Đỗ Thị Hoa", 1980, "f", "head")
SON = ("Đỗ Văn Nam", 1975, "m", "child")


@pytest.mark.parametrize("code", ["003", "0003", "3"])
def test_another_code_is_another_household_whoever_is_shared(code):
    known = [stored("002", GIAP, SON)]
    assert paired([read(code, HOA, SON, ordinal=False)], known) == ([None], ["002"])
    assert paired([read(code, GIAP, SON, ordinal=False)], known) == ([None], ["002"])
    assert paired([read("H2", GIAP, SON, ordinal=False)], [stored("H1", GIAP, SON)]) == ([None], ["H1"])


@pytest.mark.parametrize("code", ["2", "002", "0002"])
def test_one_number_written_with_more_zeros_is_the_same_household(code):
    assert paired([read(code, GIAP, SON, ordinal=False)], [stored("002", GIAP, SON)]) == (["002"], [])


def test_codes_find_households_that_stand_under_running_numbers():
    homes = [read("H-17", GIAP, SON, ordinal=False), read("H-18", HOA, ordinal=False)]
    assert paired(homes, [stored("001", HOA), stored("002", GIAP, SON)]) == (["002", "001"], [])


def test_a_son_who_moved_pours_no_household_into_another():
    """Two heads who are strangers to each other's household are two households, under running numbers too."""
    assert paired([read("3", HOA, SON)], [stored("002", GIAP, SON)]) == ([None], ["002"])
    couple = [read("3", EM_HEADS, SON)]
    assert paired(couple, [stored("002", DUNG, EM, SON)]) == (["002"], [])


def test_a_household_is_found_by_its_head_before_those_who_left_it():
    wife, parents = (
        ("Vũ Thị Na", 1978, "f", "spouse"),
        stored("001", GIAP, LAN_WIFE, SON, ("Vũ Thị Na", 1978, "f", "child")),
    )
    homes = [read("1", ("Đỗ Văn Nam", 1975, "m", "head"), wife, CUC), read("2", GIAP, LAN_WIFE)]
    assert paired(homes, [parents]) == ([None, "001"], [])


def test_a_corrected_head_is_found_under_another_number():
    assert paired([read("3", ("Trần Thị Loan", 1958, "f", "head"), BINH)], [stored("001", LAN, BINH)]) == (["001"], [])


def test_who_might_be_somebody_elsewhere_is_nobody_with_a_corrected_name():
    loan = ("Trần Thị Loan", 1958, "f", "head")
    people, known = read("1", loan).people, stored("001", LAN).people
    known[0].id = 7
    assert pair_people(people, known, asked=lambda person: True) == ([(people[0], None)], known)
    assert pair_people(people, known, asked=lambda person: False) == ([(people[0], known[0])], [])
    assert pair_people(people, known, asked=lambda person: False, claimed={7}) == ([(people[0], None)], known)


def people_paired(given, known):
    pairs, absent = pair_people(read("1", *given).people, stored("1", *known).people)
    return [person and person.name for _, person in pairs], [person.name for person in absent]


def test_people_pair_by_what_is_surest_first():
    hoa, hoa_tone = ("Lê Thị Hoa", 1970, "f", "child"), ("Lê Thị Hòa", 1970, "f", "child")
    assert people_paired([hoa_tone, hoa], [hoa, hoa_tone]) == (["Lê Thị Hòa", "Lê Thị Hoa"], [])
    assert people_paired([("lê thị hoa", 1971, "f", "other")], [hoa]) == (["Lê Thị Hoa"], [])
    assert people_paired([("Lê Thị Huệ", 1970, "f", "child")], [hoa]) == (["Lê Thị Hoa"], [])
    assert people_paired([("Lê Thị Huệ", 1970, "f", "other")], [hoa]) == (["Lê Thị Hoa"], [])
    assert people_paired([("Lê Thị Huệ", 1971, "f", "child")], [hoa]) == ([None], ["Lê Thị Hoa"])
    assert people_paired([(None, None, "f", "child")], [("Lê Thị Hoa", None, "f", "child")]) == ([None], ["Lê Thị Hoa"])

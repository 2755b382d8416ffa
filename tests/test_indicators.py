"""What one household contributes: the plan's definitions, case by case."""

import pytest

from indicators import contribution, difference, digital_skills

SKILLED = {"k1": "alone", "k2": "helped", "k3": "alone", "k4": "helped", "k7": "alone"}


def person(birth_year=1970, attended=False, **answers):
    return {"birth_year": birth_year, "answers": answers, "attended": attended}


def household(*people, counts=True, visited=True, done=True):
    return {"counts": counts, "visited": visited, "done": done, "people": list(people)}


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        ("own", [1, 1, 1]),
        ("shared", [1, 1, 0]),
        ("keypad", [1, 1, 0]),
        ("none", [1, 1, 0]),
        ("unknown", [1, 0, 0]),
        ("refused", [1, 0, 0]),
    ],
)
def test_only_an_own_smartphone_counts_and_a_non_answer_is_no_answer(use_plan, answer, counted):
    assert contribution(household(person(phone=answer)), use_plan)["CT4a"] == counted


@pytest.mark.parametrize(
    ("accounts", "counted"),
    [(["bank"], 1), (["wallet"], 1), (["mobile"], 1), (["bank", "mobile"], 1), (["none"], 0)],
)
def test_any_payment_account_counts(use_plan, accounts, counted):
    assert contribution(household(person(account=accounts)), use_plan)["CT4b"] == [1, 1, counted]


def test_who_was_confirmed_is_counted_beside_the_skills_and_never_in_them(use_plan):
    people = [person(confirmed="yes"), person(confirmed="no", **SKILLED), person(2009, confirmed="yes")]
    vector = contribution(household(*people, person(confirmed="refused")), use_plan)
    assert (vector["QD757"], vector["CT3"]) == ([3, 2, 1], [3, 1, 1])


def test_refusing_to_say_which_account_is_not_asked(use_plan):
    assert contribution(household(person(account="refused")), use_plan)["CT4b"] == [1, 0, 0]


def test_seventeen_year_olds_count_for_digital_identity_only(use_plan):
    vector = contribution(household(person(2009, phone="own", vneid="can_sign_in")), use_plan)
    assert vector["CT6"] == [1, 1, 1]
    assert "CT4a" not in vector


def test_a_person_of_unknown_age_is_in_no_population(use_plan):
    vector = contribution(household(person(None, phone="own")), use_plan)
    assert vector == {"visits": [1, 1, 1], "CT7": [1, 0, 0]}


def test_a_household_that_moved_away_counts_nowhere(use_plan):
    assert contribution(household(person(phone="own"), counts=False), use_plan) == {}


@pytest.mark.parametrize(
    ("answers", "reached"),
    [
        (SKILLED, True),
        (SKILLED | {"k7": "helped"}, False),
        (SKILLED | {"k7": "refused"}, None),
        (SKILLED | {"k3": "no", "k5": "no", "k6": "no"}, False),
        (SKILLED | {"k3": "no"}, None),
        ({"k1": "alone", "k2": "alone", "k3": "alone", "k4": "no", "k5": "no", "k6": "no", "k7": "alone"}, False),
        ({}, None),
        ({"k7": "no"}, False),
    ],
)
def test_digital_skills_are_decided_as_soon_as_missing_answers_cannot_change_them(use_plan, answers, reached):
    assert digital_skills(answers, use_plan.skills) is reached


def test_one_member_who_learned_and_has_the_skills_makes_a_digital_family(use_plan):
    vector = contribution(household(person(learned="no", k7="no"), person(learned="yes", **SKILLED)), use_plan)
    assert vector["CT7"] == [1, 1, 1]


def test_coming_to_a_class_is_learning(use_plan):
    assert contribution(household(person(attended=True, **SKILLED)), use_plan)["CT7"] == [1, 1, 1]


def test_a_sixteen_year_old_who_learned_and_has_the_skills_makes_a_digital_family(use_plan):
    """The plan says "ít nhất một thành viên"; CT3 still counts adults only."""
    vector = contribution(household(person(1950), person(2010, learned="yes", **SKILLED)), use_plan)
    assert vector["CT7"] == [1, 1, 1]
    assert vector["CT3"] == [1, 0, 0]


def test_learning_and_skills_in_two_different_people_make_no_digital_family(use_plan):
    vector = contribution(household(person(learned="yes", k7="no"), person(learned="no", **SKILLED)), use_plan)
    assert vector["CT7"] == [1, 1, 0]


def test_a_family_with_one_member_not_asked_is_undecided(use_plan):
    vector = contribution(household(person(learned="no", **SKILLED), person()), use_plan)
    assert vector["CT7"] == [1, 0, 0]


def test_a_difference_turns_what_was_counted_into_what_should_be():
    before, after = {"visits": [1, 0, 0], "CT6": [2, 1, 1]}, {"visits": [1, 1, 1], "CT4a": [2, 2, 0]}
    assert difference(before, after) == {"CT4a": [2, 2, 0], "CT6": [-2, -1, -1], "visits": [0, 1, 1]}
    assert difference(after, after) == {}

"""What a form may say: clean values, errors beside their fields, and only what was meant."""

import json
from datetime import datetime, timedelta

import pytest

import survey
import vi
from fields import broken, rules
from models import new_uid

NINES = "9" * 5000  # more digits than Python makes a number of
NOW = datetime(2026, 11, 24, 3, 0)
PERSON = "11111111-1111-4111-8111-111111111111"


def check(use_plan, shown=None, known=(PERSON,), **fields):
    named = {name.replace("p_", PERSON + "."): value for name, value in fields.items()}
    form = {"visit": new_uid(), "outcome": "done", "person": [PERSON], "shown": json.dumps(shown or {})} | named
    lists = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    return survey.check(lists, use_plan, set(known), NOW)


def test_answers_come_out_clean(use_plan):
    visit, errors = check(use_plan, internet="yes", children_6_15="2", p_phone="own", p_account=["wallet", "bank"])
    assert errors == {}
    assert visit["answers"] == {"internet": "yes", "children_6_15": 2}
    assert visit["people"] == [{"uid": PERSON, "answers": {"phone": "own", "account": ["bank", "wallet"]}}]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "maybe"}, "outcome"),
        ({"visit": "7"}, "visit"),
        ({"internet": "fast"}, "internet"),
        ({"children_0_5": "-1"}, "children_0_5"),
        ({"children_0_5": "400"}, "children_0_5"),
        ({"p_phone": "two"}, f"{PERSON}.phone"),
        ({"p_account": ["bank", "gold"]}, f"{PERSON}.account"),
        ({"p_account": ["none", "bank"]}, f"{PERSON}.account"),
        ({"p_account": ["refused", "bank"]}, f"{PERSON}.account"),
        ({"p_birth_year": "1826"}, f"{PERSON}.birth_year"),
        ({"p_birth_year": "2031"}, f"{PERSON}.birth_year"),
        ({"p_birth_year": "2011"}, f"{PERSON}.birth_year"),
        ({"p_birth_year": "5x"}, f"{PERSON}.birth_year"),
        ({"p_sex": "x"}, f"{PERSON}.sex"),
        ({"p_relation": "boss"}, f"{PERSON}.relation"),
        ({"p_name": "A" * 121}, f"{PERSON}.name"),
        ({"p_name": "An 001099012345"}, f"{PERSON}.name"),
        ({"lane": "012 345 678"}, "lane"),
        ({"person": ["1; drop table"]}, "person"),
        ({"person": [PERSON.replace("-", "")]}, "person"),
        ({"person": [f"urn:uuid:{PERSON}"]}, "person"),
        ({"children_0_5": NINES}, "children_0_5"),
        ({"p_birth_year": NINES}, f"{PERSON}.birth_year"),
    ],
)
def test_a_wrong_value_is_an_error_beside_its_own_field(use_plan, fields, field):
    assert list(check(use_plan, **fields)[1]) == [field]


def test_what_the_form_showed_and_nobody_changed_is_not_meant(use_plan):
    shown = {f"{PERSON}.phone": "own", f"{PERSON}.account": ["bank"], "internet": "no", "lane": "Ngõ 2"}
    visit, _ = check(use_plan, shown, p_phone="own", p_account=["bank"], p_vneid="none", internet="yes", lane="Ngõ 2")
    assert visit["people"] == [{"uid": PERSON, "answers": {"vneid": "none"}}]
    assert (visit["answers"], "lane" in visit) == ({"internet": "yes"}, False)


def test_unticking_every_choice_takes_the_answer_back(use_plan):
    visit, _ = check(use_plan, {f"{PERSON}.account": ["bank"]}, p_phone="own")
    assert visit["people"] == [{"uid": PERSON, "answers": {"phone": "own", "account": None}}]


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("0912 345 678", True), ("+84 912.345.678", True), ("0084912345678", True), ("84912345678", True),
        ("912345678", True), ("0123 456 7890", True), ("024 3368 1234", True), ("(024) 33681234", True),
        ("123", False), ("0112345678", False), ("09123456789", False), ("0100 456 7890", False), ("x", False),
        ("0912+345678", False),
    ],
)  # fmt: skip
def test_the_rule_of_a_phone_number_is_what_is_read_as_one(use_plan, typed, good):
    assert (broken(rules(use_plan)["number"], typed) is None) is good
    assert (vi.phone(typed) is not None) is good


def test_an_answer_sent_empty_is_taken_back(use_plan):
    shown = {f"{PERSON}.phone": "own", f"{PERSON}.sex": "f", "internet": "yes"}
    visit, errors = check(use_plan, shown, p_phone="", p_sex="", p_vneid="", internet="")
    assert (errors, visit["answers"]) == ({}, {"internet": None})
    assert visit["people"] == [{"uid": PERSON, "answers": {"phone": None}, "sex": None}]


@pytest.mark.parametrize("held", ["own", ["own"]])
def test_a_phone_may_keep_what_was_shown_as_a_text_or_as_a_list_of_one(use_plan, held):
    visit, _ = check(use_plan, {f"{PERSON}.phone": held, f"{PERSON}.account": "none"}, p_phone="own", p_account="none")
    assert visit["people"] == []


@pytest.mark.parametrize("answer", ["unknown", "refused"])
def test_every_question_takes_the_two_non_answers(use_plan, answer):
    questions = {f"{PERSON}.{question.key}": [answer] for question in use_plan.person_questions}
    visit, errors = check(use_plan, **questions)
    assert errors == {}
    assert set(visit["people"][0]["answers"].values()) == {answer}


def test_an_empty_row_for_a_newcomer_is_left_out(use_plan):
    assert check(use_plan, known=(), p_name="")[0]["people"] == []


def test_an_absent_adult_may_have_no_name_but_a_year_and_a_sex(use_plan):
    visit, errors = check(use_plan, known=(), p_birth_year="1990", p_sex="f", p_proxy="yes")
    assert errors == {}
    assert visit["people"] == [{"uid": PERSON, "answers": {}, "birth_year": 1990, "sex": "f", "proxy": True}]


def test_a_newcomer_with_answers_must_be_somebody(use_plan):
    _, errors = check(use_plan, known=(), p_phone="own")
    assert set(errors) == {f"{PERSON}.name", f"{PERSON}.birth_year"}


def test_names_are_normalised_to_nfc_without_tricks(use_plan):
    visit, _ = check(use_plan, p_name="  Nguye\u0302\u0303n  Thi\u0323 \u202eHoa ")
    assert visit["people"][0]["name"] == "Nguyễn Thị Hoa"


@pytest.mark.parametrize(
    ("told", "happened"),
    [
        ("2026-11-20T08:00:00Z", datetime(2026, 11, 20, 8)),
        ("2026-11-20T15:00:00+07:00", datetime(2026, 11, 20, 8)),
        ("2026-11-24T03:05:00Z", NOW),
        ("2027-01-01T00:00:00Z", NOW),
        ("yesterday", NOW),
        ("", NOW),
    ],
)
def test_the_phones_time_is_believed_unless_it_lies_ahead(use_plan, told, happened):
    assert check(use_plan, happened_at=told)[0]["happened_at"] == happened


@pytest.mark.parametrize("outcome", ["refused", "moved", "vacant"])
def test_of_a_home_that_is_not_asked_only_the_note_is_kept(use_plan, outcome):
    visit, errors = check(use_plan, outcome=outcome, note="Có chó dữ", lane="Ngõ 7", internet="yes", p_phone="own")
    assert (errors, visit["note"], visit["answers"], visit["people"]) == ({}, "Có chó dữ", {}, [])
    assert "lane" not in visit


def test_for_later_means_in_progress(use_plan):
    assert check(use_plan, then="later")[0]["outcome"] == "partial"
    assert check(use_plan, then="later", outcome="refused")[0]["outcome"] == "refused"


def test_a_phone_slightly_ahead_is_not_in_the_future(use_plan):
    assert check(use_plan, happened_at=(NOW + timedelta(hours=24)).isoformat())[0]["happened_at"] == NOW


@pytest.mark.parametrize(
    ("told", "clock", "happened"),
    [
        ("2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z", "2026-11-20T08:00:00"),  # right
        ("2026-11-19T08:00:00Z", "2026-11-19T09:00:00Z", "2026-11-20T08:00:00"),  # a day behind
        ("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z", "2026-11-20T08:00:00"),  # a day ahead
        ("2026-11-18T08:00:00Z", "2026-11-20T08:57:00Z", "2026-11-18T08:00:00"),  # three minutes behind, two days late
        ("1970-01-01T00:00:00Z", None, "2026-11-20T09:00:00"),  # never set
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-20T09:00:00"),  # nonsense
        ("yesterday", "soon", "2026-11-20T09:00:00"),
    ],
)
def test_a_phones_wrong_clock_is_corrected_by_how_wrong_it_is_when_it_sends(use_plan, told, clock, happened):
    fields = {"visit": [new_uid()], "outcome": ["not_home"], "happened_at": [told]}
    visit, errors = survey.check(fields, use_plan, set(), datetime(2026, 11, 20, 9), clock)
    assert (visit["happened_at"].isoformat(), errors) == (happened, {})


def test_help_with_one_thing_told_many_times_is_one_help(use_plan):
    one, other = (topic.key for topic in use_plan.help_topics[:2])
    [person] = check(use_plan, p_helped=[one] * 50 + [other])[0]["people"]
    assert person["helped"] == [one, other]


def test_nonsense_that_only_a_forger_sends_is_passed_over(use_plan):
    """Brackets nested beyond Python's depth, and clocks that are ages apart."""
    fields = {"visit": [new_uid()], "outcome": ["not_home"], "shown": ["[" * 200_000]}
    fields["happened_at"] = ["9999-12-31T23:00:00"]
    visit, errors = survey.check(fields, use_plan, set(), NOW, "0001-01-01T00:00:00")
    assert (visit["happened_at"], errors) == (NOW, {})

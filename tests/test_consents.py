"""Consent per purpose: what was said when, on which text, by whom told; withdrawal; no phone without it."""

import re
from datetime import datetime, timedelta

import pytest

import vi
import visits
from models import Consent, Event, Household, Tally, Visit, new_uid, now

AT = datetime(2026, 11, 20, 3)


@pytest.fixture
def lan(world):
    people = [{"name": "Nguyễn Thị Lan", "birth_year": 1958, "sex": "f", "relation": "head", "phone": "0912345678"}]
    return Household.add(world.areas["TH04"], world.users["sara"], code="014", people=people)


def knock(household, by, outcome="done", at=AT, people=(), **more):
    visit = {"uid": new_uid(), "outcome": outcome, "happened_at": at, "answers": {}, "people": list(people)}
    visits.receive(household, visit | more, by)


def person(household, **fields):
    return {"uid": household.living().first().uid, "answers": {"phone": "own"}} | fields


def said(household):
    return [(row.purpose, row.given, row.text_version) for row in Consent.history(household)][::-1]


def test_each_purpose_has_its_own_history(lan, world, database):
    vera = world.users["vera"]
    knock(lan, vera, reminders=True, notice="2026-1")
    knock(lan, vera, at=AT + timedelta(days=1), reminders=False)
    assert said(lan) == [("survey", True, "2026-1"), ("reminders", True, "2026-1"), ("reminders", False, "2026-1")]
    assert [row.user for row in Consent.select()] == [vera] * 3
    assert Household.get_by_id(lan.id).agreed is True


def test_agreeing_again_to_the_same_text_adds_nothing_and_to_a_new_text_does(lan, world):
    for version in ("2026-1", "2026-1", "2026-2"):
        knock(lan, world.users["vera"], notice=version)
    assert said(lan) == [("survey", True, "2026-1"), ("survey", True, "2026-2")]


def test_a_phone_is_kept_only_with_consent_to_reminders(lan, world, database):
    knock(lan, world.users["vera"], people=[person(lan, phone="0987654321")])
    assert lan.living().first().phone == "0912345678"
    knock(lan, world.users["vera"], people=[person(lan, phone="0987654321")], reminders=True)
    assert lan.living().first().phone == "0987654321"
    assert "0987654321" not in str([visit.content for visit in Visit.select()])


def test_no_to_reminders_erases_the_phones_that_a_list_brought(lan, world, database):
    knock(lan, world.users["vera"], reminders=False)
    assert lan.living().first().phone is None
    assert "5678" not in Household.get_by_id(lan.id).search


def test_refusing_the_survey_ends_reminders_too(lan, world):
    knock(lan, world.users["vera"], reminders=True)
    knock(lan, world.users["vera"], "refused", at=AT + timedelta(days=1))
    household = Household.get_by_id(lan.id)
    assert (household.agreed, household.reminders, lan.living().first().phone) == (False, False, None)


def test_withdrawing_stops_use_at_once_and_is_history(lan, world, as_):
    knock(lan, world.users["vera"], people=[person(lan)])
    answers = [
        as_("sara").post(f"/households/{lan.uid}/consents/withdraw", data={"purpose": "survey"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    household = Household.get_by_id(lan.id)
    assert (household.agreed, household.state) == (False, "refused")
    assert Tally.get(Tally.code == "CT4a").asked == 0
    assert said(lan) == [("survey", True, "2026-1"), ("survey", False, "2026-1")]
    withdrawn = Consent.get(Consent.how == "office")
    assert (withdrawn.user.username, Event.get(Event.verb == "consent.withdrawn").data) == (
        "sara",
        {"purpose": "survey"},
    )
    assert "✕ Rút lại" in as_("sara").get(f"/households/{lan.uid}/consents").text


def test_a_consent_taken_back_on_a_day_before_says_both_days(lan, world, as_):
    knock(lan, world.users["vera"], people=[person(lan)])
    sent = {"purpose": "survey", "day": vi.date_vn(AT)}
    assert as_("sara").post(f"/households/{lan.uid}/consents/withdraw", data=sent).status_code == 303
    withdrawn = Consent.get(Consent.how == "office")
    assert (vi.date_vn(withdrawn.given_at), vi.date_vn(withdrawn.recorded_at)) == (vi.date_vn(AT), vi.date_vn(now()))
    assert (Household.get().agreed, Household.get().state) == (False, "refused")
    page = as_("sara").get(f"/households/{lan.uid}/consents").text
    assert re.search(rf"nhập lúc \d\d:\d\d ngày {vi.date_vn(now())}", page)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("19/11/2026", "Gia đình đồng ý ngày 20/11/2026: ghi từ ngày đó trở đi."),
        ("31/12/2025", "Ngày phải từ 01/01/2026 đến hôm nay."),
        (vi.date_vn(now() + timedelta(days=2)), "Ngày phải từ 01/01/2026 đến hôm nay."),
        ("hôm qua", "Ghi ngày/tháng/năm, ví dụ 24/12/2026."),
    ],
)
def test_a_day_on_which_nothing_can_have_been_taken_back_is_told_beside_the_field(lan, world, as_, day, sentence):
    knock(lan, world.users["vera"], people=[person(lan)])
    answer = as_("sara").post(f"/households/{lan.uid}/consents/withdraw", data={"purpose": "survey", "day": day})
    assert (answer.status_code, sentence in answer.text, answer.text.count('id="day-error"')) == (422, True, 1)
    assert Household.get().agreed is True


def test_a_phone_that_was_late_does_not_bring_back_what_was_withdrawn(lan, world, database):
    knock(lan, world.users["vera"], people=[person(lan)])
    Consent.withdraw(lan, "survey", world.users["sara"])
    knock(lan, world.users["vera"], at=AT + timedelta(hours=1), people=[person(lan)])
    household = Household.get_by_id(lan.id)
    assert (household.agreed, household.state, Tally.get(Tally.code == "CT4a").asked) == (False, "refused", 0)
    assert [row.given for row in Consent.history(lan)] == [False, True, True]


def test_withdrawing_reminders_erases_the_phones(lan, world, as_):
    knock(lan, world.users["vera"], reminders=True, people=[person(lan, phone="0987654321")])
    as_("sara").post(f"/households/{lan.uid}/consents/withdraw", data={"purpose": "reminders"})
    assert lan.living().first().phone is None
    assert Household.get_by_id(lan.id).agreed is True


@pytest.mark.parametrize("who", ["vera", "leo", "otto", "hana", "uma"])
def test_the_record_of_consent_is_the_offices(lan, as_, who):
    address = f"/households/{lan.uid}/consents"
    assert as_(who).get(address).status_code == 404
    assert as_(who).post(f"{address}/withdraw", data={"purpose": "survey"}).status_code == 404
    assert Consent.select().count() == 0


def test_an_unknown_purpose_is_refused(lan, as_):
    assert as_("sara").post(f"/households/{lan.uid}/consents/withdraw", data={"purpose": "x"}).status_code == 400


def test_rebuilding_counts_agrees_after_a_withdrawal(lan, world, database):
    knock(lan, world.users["vera"], people=[person(lan)])
    Consent.withdraw(lan, "survey", world.users["sara"])

    def counts():
        rows = Tally.select(Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples()
        return {row for row in rows if any(row[1:])}

    before = counts()
    Household.rebuild_tallies()
    assert counts() == before

"""The phones: what each made and what arrived, gaps, two accounts on one phone, and a phone taken out of use."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from models import Course, Device, Event, Visit, new_uid, now

PHONE, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def lan(world):
    return world.household()


def send(browser, household, number, visit=None, phone=PHONE, outcome="not_home", **told):
    """Send one record as the phone's queue does; returns the answer."""
    visit = visit or new_uid()
    told = {"device": phone, "number": number, "made": number, "record": visit, "version": "0.2.0", **told}
    headers = {"Accept": "application/json", "X-Outbox-Phone": urlencode(told)}
    return browser.post(f"/households/{household.uid}", data={"visit": visit, "outcome": outcome}, headers=headers)


def device(uid=PHONE):
    return Device.get(Device.uid == uid)


def test_a_phone_whose_saves_all_arrived_has_made_as_many_as_were_received(database, lan, as_):
    vera = as_("vera")
    assert [send(vera, lan, number).status_code for number in (1, 2, 3)] == [200, 200, 200]
    seen = device()
    assert (seen.made, seen.received, seen.gaps, seen.version) == (3, 3, [], "0.2.0")
    assert seen.user == seen.last_user == Visit.select().first().user
    assert Event.select().where(Event.verb == "device.added").count() == 1


def test_a_number_that_never_came_is_a_gap_until_it_comes(database, lan, as_):
    vera = as_("vera")
    send(vera, lan, 1)
    send(vera, lan, 4)
    assert (device().made, device().received, device().gaps) == (4, 2, [2, 3])
    send(vera, lan, 3)
    assert device().gaps == [2]


def test_what_the_phone_still_holds_waits_and_is_no_gap(database, lan, as_):
    send(as_("vera"), lan, 2, made=5, waiting="1,2,4,5")
    seen = device()
    assert (seen.made, seen.received, seen.waiting, seen.gaps) == (5, 1, [1, 4, 5], [3])


def test_the_same_record_sent_again_under_another_number_leaves_no_gap(database, lan, as_):
    vera, visit = as_("vera"), new_uid()
    send(vera, lan, 1, visit)
    assert send(vera, lan, 2, visit).json["state"] == "received"
    assert (Visit.select().count(), device().received, device().gaps) == (1, 2, [])


def test_a_refused_record_arrived_and_needs_a_look_until_it_is_taken(database, lan, as_):
    vera, visit = as_("vera"), new_uid()
    assert send(vera, lan, 1, visit, outcome="nonsense").status_code == 422
    assert (device().received, device().gaps, device().refused) == (1, [], {visit: 1})
    send(vera, lan, 2, visit)
    assert (device().received, device().gaps, device().refused) == (2, [], {})


def test_a_record_that_corrects_a_refused_one_under_its_number_settles_it(lan, as_):
    vera = as_("vera")
    send(vera, lan, 1, outcome="nonsense")
    send(vera, lan, 1)
    assert (device().received, device().gaps, device().refused) == (1, [], {})


def test_a_record_of_a_household_that_is_gone_arrived_too(database, world, as_):
    elsewhere = world.household("TX01")
    assert send(as_("vera"), elsewhere, 1).status_code == 404
    assert (device().received, len(device().refused)) == (1, 1)


def test_a_name_from_the_roll_call_of_a_class_has_its_number_too(database, world, as_):
    times = [(now() - timedelta(minutes=5), now() + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)
    here, op = f"/meetings/{course.meetings.get().uid}/attendance", new_uid()
    told = urlencode({"device": PHONE, "number": 1, "made": 1, "record": op, "version": "0.2.0"})
    headers = {"Accept": "application/json", "X-Outbox-Phone": told}
    assert as_("hana").post(here, data={"op": op}, headers=headers).status_code == 422
    assert (device().received, device().refused) == (1, {op: 1})
    sent = as_("hana").post(here, data={"op": op, "name": "Bà Tư", "birth_year": "1950"}, headers=headers)
    assert (sent.json["state"], device().refused, device().gaps) == ("received", {}, [])


def test_a_disputed_record_is_noted_on_the_visit_that_came_first(database, lan, as_):
    vera, visit = as_("vera"), new_uid()
    send(vera, lan, 1, visit)
    assert send(vera, lan, 2, visit, outcome="refused").status_code == 409
    assert Visit.get().disputed_at is not None
    assert device().refused == {visit: 2}


def test_nobody_disputes_a_visit_of_another_village(world, lan, as_):
    visit = new_uid()
    send(as_("otto"), world.household("TX01"), 1, visit)
    assert send(as_("vera"), lan, 1, visit, phone=OTHER, outcome="refused").status_code == 409
    assert Visit.get().disputed_at is None


def test_two_accounts_on_one_phone_share_its_numbers(database, lan, as_):
    send(as_("vera"), lan, 1)
    send(as_("leo"), lan, 2)
    seen = device()
    assert (seen.received, seen.gaps, seen.user.username, seen.last_user.username) == (2, [], "vera", "leo")


def test_a_phone_whose_storage_was_wiped_is_a_new_one(lan, as_):
    send(as_("vera"), lan, 9, waiting=",".join(map(str, range(1, 9))))
    send(as_("vera"), lan, 1, phone=OTHER)
    page = as_("leo").get("/devices").text
    assert "Máy của Vẻ" in page
    assert "Máy 2 của Vẻ" in page
    assert "đã có máy trước đó" in as_("leo").get(f"/devices/{OTHER}").text


@pytest.mark.parametrize(
    "told",
    [
        {"number": "x"},
        {"number": "-1"},
        {"number": "9" * 30},
        {"waiting": "1,x"},
        {"device": "me"},
        {"record": ""},
        {"number": "0"},
    ],
)
def test_what_a_phone_cannot_mean_is_passed_over_and_the_record_taken(lan, as_, told):
    assert send(as_("vera"), lan, **({"number": 1} | told)).json["state"] == "received"
    assert Device.select().count() == 0


def test_a_number_beyond_belief_makes_no_gaps(lan, as_):
    send(as_("vera"), lan, 999_999_999)
    assert (device().made, device().gaps) == (0, [])


def test_a_phone_with_a_gap_is_listed_first(lan, as_):
    send(as_("vera"), lan, 1, phone=OTHER)
    send(as_("vera"), lan, 3)
    page = as_("leo").get("/devices").text
    assert page.index("Máy 2 của Vẻ") < page.index("Máy của Vẻ")


def test_whoever_invents_numbers_or_phones_fills_no_table(lan, world, as_):
    vera = as_("vera")
    for number in (1, 1500, 3000, 4500):
        send(vera, lan, number)
    assert device().made == 1500
    for _ in range(45):
        send(vera, lan, 1, phone=new_uid())
    assert Device.select().count() == 40


def test_the_lead_accounts_for_a_gap_and_takes_it_back(database, lan, as_):
    send(as_("vera"), lan, 3)
    leo = as_("leo")
    assert "Thiếu phiếu số 1-2" in leo.get(f"/devices/{PHONE}").text
    leo.post(f"/devices/{PHONE}/gaps", data={"number": ["1", "2", "3", "77"], "explained": "yes"})
    assert (device().gaps, device().explained, device().received) == ([], [1, 2], 1)
    leo.post(f"/devices/{PHONE}/gaps", data={"explained": "no"})
    assert device().gaps == [1, 2]


def test_a_revoked_phone_is_shut_out_whoever_signs_in_on_it_and_goes_on_when_restored(database, lan, as_):
    vera, leo = as_("vera"), as_("leo")
    send(vera, lan, 1)
    leo.post(f"/devices/{PHONE}/use", data={"use": "no"})
    assert (vera.get("/households").status_code, vera.get("/devices").status_code) == (401, 401)
    assert 'id="revoked"' in vera.get("/households").text
    refused = send(vera, lan, 2)
    assert (refused.status_code, refused.json) == (401, {"state": "revoked"})
    assert send(as_("vera"), lan, 2).json == {"state": "revoked"}
    assert (Visit.select().count(), device().made) == (1, 1)
    leo.post(f"/devices/{PHONE}/use", data={"use": "yes"})
    assert send(vera, lan, 2).json["state"] == "received"
    assert [e.verb for e in Event.select().where(Event.kind == "device").order_by(Event.id)] == [
        "device.added", "device.revoked", "device.restored",
    ]  # fmt: skip


def test_a_fresh_sign_in_on_a_revoked_phone_stays_shut_out(lan, world, as_):
    world.users["vera"].set_password("mat khau dai", None)
    vera = as_("vera")
    send(vera, lan, 1)
    device().revoke(world.users["leo"])
    vera.post("/sign-out")
    vera.post("/sign-in", data={"username": "vera", "password": "mat khau dai"})
    assert vera.get("/households").status_code == 401


def test_another_phone_of_the_same_account_works_on(lan, as_):
    lost, kept = as_("vera"), as_("vera")
    send(lost, lan, 1)
    send(kept, lan, 1, phone=OTHER)
    as_("leo").post(f"/devices/{PHONE}/use", data={"use": "no"})
    assert (lost.get("/households").status_code, kept.get("/households").status_code) == (401, 200)


def test_nobody_locks_out_the_phone_in_their_hand(lan, as_):
    leo = as_("leo")
    send(leo, lan, 1)
    assert leo.post(f"/devices/{PHONE}/use", data={"use": "no"}).status_code == 403
    assert device().revoked_at is None


@pytest.mark.parametrize(("who", "status"), [("vera", 404), ("hana", 404), ("uma", 404), ("otto", 404)])
def test_only_leads_and_the_office_see_the_phones(lan, as_, who, status):
    assert as_(who).get("/devices").status_code == status


def test_a_phone_of_another_village_is_not_there(world, as_):
    send(as_("otto"), world.household("TX01"), 1)
    leo = as_("leo")
    assert "Ơn" not in leo.get("/devices").text
    assert leo.post(f"/devices/{PHONE}/use", data={"use": "no"}).status_code == 404
    assert leo.post(f"/devices/{PHONE}/gaps", data={"explained": "no"}).status_code == 404
    assert "Máy của Ơn" in as_("sara").get("/devices").text


def test_the_list_asks_as_many_questions_for_one_phone_as_for_many(lan, as_, count_queries):
    sara, seen = as_("sara"), []
    for number in (1, 20):
        for _ in range(number):
            send(as_("vera"), lan, 2, phone=new_uid())
        with count_queries() as queries:
            assert sara.get("/devices").status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]

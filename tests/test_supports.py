"""Help given: lượt and người are two numbers, a repeated form is one lượt, and a mistake can be taken back."""

from datetime import timedelta

import pytest

import vi
from models import Event, Household, Support, new_uid, now


@pytest.fixture
def lan(world):
    return world.household().living().first()


def sent(**fields):
    return {"uid": new_uid(), "topic": "vneid", "minutes": "15", "place": "point"} | fields


def test_a_repeated_form_is_one_support_of_the_person_found(lan, as_):
    vera, form = as_("vera"), sent(resident=lan.uid)
    answers = [vera.post("/supports", data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [
        (303, f"/supports/new?saved={form['uid']}&place=point")
    ] * 2
    row = Support.get()
    assert (row.resident, row.topic, row.minutes, row.place, row.user.username) == (lan, "vneid", 15, "point", "vera")
    assert Event.select().where(Event.verb == "support.given").count() == 1


def test_somebody_without_a_name_is_a_time_and_no_person(lan, world, database, this_year):
    vera, village = world.users["vera"], world.areas["TH04"]
    for resident in (lan, lan, None):
        Support.give(vera, "vneid", 5, "point", resident)
    assert Support.count(village) == (3, 1)
    assert Support.count(world.commune) == (3, 1)
    assert Support.count(world.areas["TX01"]) == (0, 0)


def test_undoing_twice_is_once_and_counts_no_more(lan, world, as_):
    row = Support.give(world.users["vera"], "vneid", 5, "home", lan)
    answers = [as_("vera").post(f"/supports/{row.uid}/undo").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert (Support.count(world.commune), Support.select().count()) == ((0, 0), 1)
    assert Event.select().where(Event.verb == "support.undone").count() == 1


def test_nobody_takes_back_what_another_recorded(lan, world, as_):
    row = Support.give(world.users["vera"], "vneid", 5, "home", lan)
    assert as_("leo").post(f"/supports/{row.uid}/undo").status_code == 404
    assert Support.get().undone_at is None


@pytest.mark.parametrize("who", ["otto", "uma"])
def test_people_of_another_village_cannot_be_helped_by_id(lan, as_, who):
    assert as_(who).post("/supports", data=sent(resident=lan.uid)).status_code == 404
    assert Support.select().count() == 0


def test_a_host_finds_a_person_by_two_words_of_the_name(lan, as_):
    page = as_("hana").get("/supports/new?q=thi+lan").text
    assert f'name="resident" value="{lan.uid}" checked' in page
    assert lan.uid not in as_("otto").get("/supports/new?q=thi+lan").text


def test_the_people_of_a_household_are_offered_when_one_comes_from_its_form(lan, as_):
    household = Household.get()
    assert lan.uid in as_("vera").get(f"/supports/new?household={household.uid}").text
    assert lan.uid not in as_("otto").get(f"/supports/new?household={household.uid}").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("topic", "", "Chọn việc đã hướng dẫn."),
        ("topic", "staff", "Chọn việc đã hướng dẫn."),
        ("minutes", "999", "Chọn số phút."),
        ("place", "moon", "Chọn nơi hướng dẫn."),
    ],
)
def test_a_wrong_choice_is_told_and_the_rest_stays(lan, as_, field, value, sentence):
    answer = as_("vera").post("/supports", data=sent(resident=lan.uid) | {field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{lan.uid}" checked' in answer.text
    assert Support.select().count() == 0


def test_help_given_on_another_day_has_that_day_and_says_when_it_was_entered(lan, world, as_):
    vera, form = as_("vera"), sent(resident=lan.uid, day="3/1/2026")
    assert vera.post("/supports", data=form).status_code == 303
    row = Support.get()
    assert [vi.date_vn(at) for at in (row.happened_at, row.received_at)] == ["03/01/2026", vi.date_vn(now())]
    for _ in range(12):
        Support.give(world.users["vera"], "vneid", 5, "home", lan, happened_at=now() - timedelta(days=1))
    Support.update(received_at=now() - timedelta(days=1)).where(Support.id != row.id).execute()
    page = " ".join(vera.get(f"/supports/new?saved={row.uid}").text.split())
    assert f"03/01/2026 · nhập ngày {vi.date_vn(now())}" in page
    assert ("Đã ghi một lượt" in page, page.count("nhập ngày")) == (True, 1)


def test_help_given_today_has_its_hour_and_a_page_opened_before_may_not_send_the_day(lan, as_):
    assert f'name="day" value="{vi.date_vn(now())}"' in as_("vera").get("/supports/new").text
    for form in (sent(resident=lan.uid, day=vi.date_vn(now())), sent(resident=lan.uid)):
        as_("vera").post("/supports", data=form)
    assert all(now() - row.happened_at < timedelta(minutes=1) for row in Support.select())
    assert "nhập ngày" not in as_("vera").get("/supports/new").text


@pytest.mark.parametrize("day", ["", "31/2/2026", "31/12/2025", vi.date_vn(now() + timedelta(days=2))])
def test_a_day_on_which_nobody_can_have_been_helped_is_told_beside_the_field(lan, as_, day):
    answer = as_("vera").post("/supports", data=sent(resident=lan.uid, day=day))
    assert (answer.status_code, 'id="day-error"' in answer.text, Support.select().count()) == (422, True, 0)


def test_only_those_signed_in_see_how_often_help_was_given(lan, world, as_, this_year):
    Support.give(world.users["vera"], "vneid", 5, "home", lan)
    said = "Đã hướng dẫn: 1 lượt, 1 người"
    assert [said in as_(who).get("/progress/TH04").text for who in ("vera", "otto", None)] == [True, False, False]


def test_forgetting_a_person_keeps_the_count(lan, world, database, this_year):
    Support.give(world.users["vera"], "vneid", 5, "home", lan)
    lan.delete_instance()
    assert Support.count(world.commune) == (1, 0)

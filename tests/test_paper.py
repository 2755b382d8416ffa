"""The paper twin: a form in the screen's own words, and what is typed from it later: the day, who asked, who typed."""

import re
from datetime import timedelta

import pytest

import moves
import vi
import visits
from models import Consent, Event, Household, Resident, User, Visit, new_uid, now

ADDRESS = "/households/paper?village=TH04"


@pytest.fixture
def lan(world):
    return world.household(code="014", lane="Xóm Đình")


def typed(household, by, **fields):
    who = household.living().first().uid
    sent = {"visit": new_uid(), "shown": "{}", "outcome": "done", "person": who, f"{who}.phone": "own", "then": "next"}
    return sent | {"day": "20/11/2026", "asked_by": by.uid} | fields


def test_a_blank_form_names_nobody_and_asks_every_question(lan, use_plan, as_):
    page = as_("vera").get(ADDRESS).text
    assert "Nguyễn Thị Lan" not in page
    skills = {*use_plan.skills.must, *use_plan.skills.among}  # by their short names
    asked = {q.key: q.short.vi if q.key in skills else q.text.vi for q in use_plan.questions}
    assert [key for key, words in asked.items() if words not in page] == []
    assert [o.short.vi for q in use_plan.questions for o in q.options if o.short.vi not in page] == []
    assert use_plan.notice.vi.strip() in page
    assert Event.select().where(Event.verb == "paper.printed").count() == 0


def test_a_lane_is_one_side_a_household_with_names_and_is_logged(lan, world, as_):
    world.household(code="015", lane="Ngõ 2", people=[("Bùi Văn Sơn", 1960, "m", "head")])
    page = as_("vera").get(f"{ADDRESS}&lane=Xóm Đình").text
    assert ("Nguyễn Thị Lan" in page, "Bùi Văn Sơn" in page, page.count("<article")) == (True, False, 1)
    assert Event.get(Event.verb == "paper.printed").data == {"households": 1}


def test_a_household_of_six_takes_a_second_side_for_newcomers(world, as_):
    world.household(code="016", lane="Ngõ 3", people=[(f"Lê Văn {n}", 1960 + n, "m", "other") for n in range(6)])
    page = as_("vera").get(f"{ADDRESS}&lane=Ngõ 3").text
    assert (page.count("<article"), "tờ 2/2" in page) == (2, True)


def test_another_villages_forms_do_not_exist(lan, as_):
    assert as_("otto").get(ADDRESS).status_code == 404
    assert as_("hana").get(ADDRESS).status_code == 404


def test_a_typed_form_happened_on_its_day_was_asked_by_its_asker_and_says_who_typed_it(lan, world, as_):
    next_door = world.household(code="015", lane="Xóm Đình")
    vera, leo = world.users["vera"], world.users["leo"]
    answer = as_("leo").post(f"/households/{lan.uid}", data=typed(lan, vera))
    kept = f"/households/{next_door.uid}?saved={lan.uid}&paper=20/11/2026&by={vera.uid}&fresh=1"
    assert (answer.status_code, answer.location) == (303, kept)
    visit = Visit.get()
    assert (visit.user, visit.entered_by, vi.date_vn(visit.happened_at)) == (vera, leo, "20/11/2026")
    consent = Consent.get()
    assert (consent.user, consent.how, vi.date_vn(consent.given_at)) == (vera, "paper", "20/11/2026")
    assert Event.get(Event.verb == "visit.received").user == leo
    page = as_("leo").get(kept).text
    assert 'name="day" value="20/11/2026"' in page
    assert f'name="asked_by" value="{vera.uid}" checked' in page
    assert "data-door=" not in page


def test_paper_starts_with_today_and_oneself(lan, world, as_):
    page = as_("leo").get(f"/households/{lan.uid}?paper=1").text
    assert f'name="day" value="{vi.date_vn(now())}"' in page
    assert f'name="asked_by" value="{world.users["leo"].uid}" checked' in page


@pytest.mark.parametrize("day", ["", "31/2/2026", "hôm qua", "31/12/2025", vi.date_vn(now() + timedelta(days=2))])
def test_a_day_that_cannot_be_is_told_beside_its_field(lan, world, as_, day):
    answer = as_("leo").post(f"/households/{lan.uid}", data=typed(lan, world.users["vera"], day=day))
    assert (answer.status_code, 'id="day-error"' in answer.text) == (422, True)
    assert f'name="asked_by" value="{world.users["vera"].uid}" checked' in answer.text
    assert Visit.select().count() == 0


@pytest.mark.parametrize("who", ["otto", "hana", "uma"])
def test_nobody_outside_the_team_is_said_to_have_asked(lan, world, as_, who):
    answer = as_("leo").post(f"/households/{lan.uid}", data=typed(lan, world.users[who]))
    assert (answer.status_code, 'id="asked_by-error"' in answer.text) == (422, True)
    assert Visit.select().count() == 0


def test_the_team_is_the_villages_and_oneself(world):
    team = [user.username for user in User.team(world.areas["TH04"], world.users["sara"])]
    assert team == ["sara", "leo", "vera"]


def test_paper_dated_before_the_phone_does_not_undo_it(lan, world, as_):
    who = lan.living().first().uid
    sent = {"visit": new_uid(), "shown": "{}", "outcome": "done", "person": who, f"{who}.phone": "none"}
    as_("vera").post(f"/households/{lan.uid}", data=sent)
    as_("leo").post(f"/households/{lan.uid}", data=typed(lan, world.users["leo"]))
    assert lan.living().first().answers == {"phone": "none"}
    assert Household.get_by_id(lan.id).state == "done"


WALKING = "/households/list?village=TH04"


@pytest.fixture
def lanes(world):
    """Three households of Thôn 4 in two lanes, one of them visited."""
    world.household(code="002", lane="Xóm Đình", people=[("Bùi Văn Sơn", 1960, "m", "head")])
    world.household(code="001", lane="Xóm Đình", people=[("Lê Thị Tư", 1950, "f", "head"), (None, 1980, "m", "child")])
    done = world.household(code="003", lane="Áng Hạ", people=[("Cao Văn Út", 1970, "m", "head")])
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}, "people": []}
    visits.receive(done, visit, world.users["vera"])
    return done


def rows(page):
    """[(code, the people)] of the printed list, in its order."""
    return [
        (code, " ".join(re.sub("<[^>]+>", "", people).split()))
        for code, people in re.findall(r'<td class="number">(.*?)</td>\s*<td>(.*?)</td>', page, re.S)
    ]


def test_the_list_to_carry_names_everybody_door_by_door_and_is_logged(lanes, world, as_):
    answer = as_("vera").get(WALKING)
    assert rows(answer.text) == [
        ("003", "Cao Văn Út (nam · 1970 · chủ hộ)"),
        ("001", "Lê Thị Tư (nữ · 1950 · chủ hộ), Chưa biết tên (nam · 1980 · con)"),
        ("002", "Bùi Văn Sơn (nam · 1960 · chủ hộ)"),
    ]
    assert "Thôn 4 (Thạch Hòa cũ) · 3 hộ · in ngày" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    [event] = Event.select().where(Event.verb == "list.printed")
    assert (event.user, event.subject, event.data) == (world.users["vera"], "TH04", {"households": 3})


def test_the_list_to_carry_may_be_of_one_lane_or_of_who_is_still_to_be_met(lanes, as_):
    vera = as_("vera")
    assert [code for code, _ in rows(vera.get(f"{WALKING}&lane=Áng Hạ").text)] == ["003"]
    assert [code for code, _ in rows(vera.get(f"{WALKING}&state=todo").text)] == ["001", "002"]
    assert rows(vera.get(f"{WALKING}&state=todo&lane=Áng Hạ").text) == []
    assert [event.data["households"] for event in Event.select().where(Event.verb == "list.printed")] == [1, 2]


def test_the_list_to_carry_holds_no_phone_and_nobody_who_left(lanes, world, as_):
    home = world.household(code="004", people=[("Hà Thị Năm", 1955, "f", "head"), ("Cộng Đội", None, None, "other")])
    Resident.update(phone="0912345678").where(Resident.name == "Hà Thị Năm").execute()
    Household.update(reminders=True).where(Household.id == home.id).execute()
    moves.discard(Resident.get(Resident.name == "Cộng Đội"), world.users["vera"])
    page = as_("vera").get(WALKING).text
    assert ("Hà Thị Năm" in page, "Cộng Đội" in page, "345" in page) == (True, False, False)


def test_paper_is_vietnamese_whatever_the_screen(lanes, as_):
    vera = as_("vera")
    vera.set_cookie("lang", "en")
    page = vera.get(WALKING).text
    assert ("<td>◐ Làm dở</td>" in page, '<html lang="en"' in page) == (True, True)


def test_a_form_with_names_is_vietnamese_whatever_the_screen(lan, as_):
    vera = as_("vera")
    vera.set_cookie("lang", "en")
    page = vera.get(f"{ADDRESS}&lane=Xóm Đình").text
    assert ("<small>nữ · 1958 · chủ hộ</small>" in page, "□ Đồng ý" in page) == (True, True)
    assert ("Blank form" in page, '<html lang="en"' in page) == (True, True)


@pytest.mark.parametrize("who", ["otto", "hana", "uma"])
def test_another_villages_list_does_not_exist(lanes, as_, who):
    assert as_(who).get(WALKING).status_code == 404
    assert as_(None).get(WALKING).status_code == 303
    assert Event.select().where(Event.verb == "list.printed").count() == 0


def test_lists_on_paper_cost_the_same_queries_however_long(lanes, world, as_, count_queries):
    vera, lane = as_("vera"), f"{ADDRESS}&lane=Xóm Đình"
    with count_queries() as few:
        vera.get(WALKING), vera.get(lane)
    for _ in range(9):
        world.household(lane="Xóm Đình")
    with count_queries() as many:
        vera.get(WALKING), vera.get(lane)
    assert len(many) == len(few)


def test_the_list_and_the_exports_lead_to_paper(lanes, as_):
    link = 'href="/households/list?village=TH04"'
    assert link in as_("vera").get("/households?village=TH04").text
    assert link in as_("sara").get("/exports?area=TH04").text
    assert "chọn một thôn ở trên" in as_("sara").get("/exports").text
    assert as_("sara").get("/households/list").location == "/households"

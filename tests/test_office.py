"""The office's page leads to its work, and the menu of every role fits a line."""

import re
from datetime import date, timedelta

import pytest

from models import Area, Device, Figure, UnitFigure, User, new_uid, now
from office import desk


def menu(answer):
    return re.findall(r"<a href=\"([^\"]+)\"", re.search(r"<nav aria-label.*?</nav>", answer.text, re.S)[0])


@pytest.mark.parametrize("who", ["vera", "leo", "hana", "uma", "sara", "ada"])
def test_a_menu_has_at_most_five_pages(as_, who):
    assert len(menu(as_(who).get("/"))) <= 5


@pytest.mark.parametrize("who", ["sara", "ada"])
def test_every_page_of_the_office_is_reached_from_one(as_, who):
    office = as_(who).get("/office")
    expected = {"/needs", "/invitations", "/exports", "/figures", "/areas", "/roster", "/cards", "/devices", "/shifts"}
    expected |= {"/courses/table", "/households/table", "/units", "/places", "/activities", "/tasks", "/models"}
    expected |= {"/reports", "/screen", "/contributions", "/office/message"}
    expected |= {"/people"} if who == "ada" else set()
    assert set(re.findall(r'class="row" href="([^"]+)"', office.text)) == expected
    below_another = {"/needs", "/courses/table", "/devices", "/screen"}
    for address in expected - below_another:
        assert 'href="/office">‹' in as_(who).get(address).text, address


def test_the_menu_marks_the_office_on_the_pages_it_leads_to(as_):
    for address in ("/office", "/areas", "/roster", "/cards", "/exports"):
        assert re.search(r'href="/office" aria-current="page"', as_("sara").get(address).text), address


def test_the_communes_office_is_led_to_what_it_may_read(world, as_):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    office = as_("rita").get("/office")
    assert menu(office) == ["/unit", "/", "/office"]
    led_to = re.findall(r'class="row" href="([^"]+)"', office.text)
    assert "/units" in led_to and not {"/exports", "/invitations", "/people", "/areas"} & set(led_to)
    assert {as_("rita").get(address).status_code for address in led_to} == {200}


@pytest.mark.parametrize("who", ["vera", "leo", "hana", "uma"])
def test_the_office_is_not_there_for_others(as_, who):
    assert as_(who).get("/office").status_code == 404


@pytest.mark.parametrize("who", ["vera", "leo", "hana", "sara", "ada", None])
def test_a_commune_with_no_village_says_what_to_do_next(world, as_, who):
    Figure.delete().execute()
    User.update(area=world.commune).execute()
    Area.delete().where(Area.kind == "village").execute()
    browser = as_(who)
    assert ("chưa có danh sách hộ" if who else "chưa công bố số hộ") in browser.get("/").text
    assert "Xem thôn khác" not in browser.get("/coming").text
    for address in ("/households", "/quality", "/people", "/exports"):
        answer = browser.get(address)
        if answer.status_code == 200:
            way_on = r'class="notice">\s*Chưa có (thôn|hộ) nào\.\s+(<a href="/(areas|roster)">|Thôn hiện ra ở đây khi)'
            assert re.search(way_on, answer.text), address


def test_accounts_are_listed_village_by_village(as_):
    told = re.findall(r"</th>\s*<td>(\w+)</td>", as_("ada").get("/people").text)
    assert told[:3] == ["leo", "hana", "vera"] and told[3] == "otto"


def waiting(answer):
    """`{what waits: how many}` as the office's page says it."""
    rows = re.findall(r'class="big">([\d.]+)</b>\s*<span class="grow">(.*?)</span>', answer.text)
    return {words: int(number) for number, words in rows}


def test_the_office_says_what_waits_with_numbers(world, as_):
    """Thôn 4 has its three official counts, the other two villages none; one phone holds records since five days."""
    sara, vera = as_("sara"), world.users["vera"]
    assert waiting(sara.get("/office"))["thôn chưa có đủ số liệu chính thức"] == 2
    held = {"made": 3, "missing": [3], "waiting": [3], "user": vera, "last_user": vera}
    Device.create(uid=new_uid(), seen_at=now() - timedelta(days=5), **held)
    Device.create(uid=new_uid(), seen_at=now() - timedelta(days=2), **held)
    Device.create(uid=new_uid(), seen_at=now() - timedelta(days=5), user=vera, last_user=vera, made=3)
    assert waiting(sara.get("/office"))["máy còn phiếu mà im lặng hơn 3 ngày"] == 1


def test_the_office_is_where_officers_land_and_says_when_nothing_waits(as_, monkeypatch):
    monkeypatch.setattr("office.desk.waiting", lambda user, moment: [])
    page = as_("sara").get("/sign-in", follow_redirects=True)
    assert page.request.path == "/office"
    assert "Không có việc gì đang chờ." in page.text


def test_a_task_waits_once_its_day_is_over(world):
    """NV2.1 is to be done by 31/5/2026 and NV2.3 by 30/6: on 1/6 the first waits, on 1/7 both."""
    late = {day: [line.task.code for line in desk.overdue_tasks(day)] for day in (date(2026, 5, 31), date(2026, 6, 1))}
    assert list(late.values()) == [[], ["NV2.1"]]
    assert {line.task.code for line in desk.overdue_tasks(date(2026, 7, 1))} == {"NV2.1", "NV2.3"}


def test_units_wait_that_did_not_send_the_month_that_is_over(world):
    """On 20/11/2026 the month to 14/11 is over: the 10 units asked for figures owe it until all is said."""
    day, culture = date(2026, 11, 20), world.units["culture"]
    assert len(desk.silent_units(world.commune, day)) == 10
    for key, value in {"staff": 12, "staff_trained": 9}.items():
        told = {"area": world.commune, "period": "2026-11", "as_of": day, "source": "", "user": world.users["sara"]}
        UnitFigure.create(unit=culture, key=key, value=value, **told)
    assert culture.key not in [each.unit.key for each in desk.silent_units(world.commune, day)]
    assert desk.silent_units(world.commune, date(2026, 1, 5)) == []

"""The hall's screen: what the public may see and nothing else, villages in turn, the board alone for its script."""

import re
from datetime import date, timedelta

import pytest

import vi
from models import Area, Course, Figure, Household, Meeting, now
from tests.test_next_steps import hold, visited

ALONE = {"HX-Request": "true", "HX-Target": "div#board"}


def rates(page):
    """[(among everybody, among those asked)] of the eight targets, as they are said."""
    return re.findall(r'class="rate"[^>]*>([^<]*)</td>\s*<td class="asked-rate"[^>]*>([^<]*)<', page)


def survey(world, village, yes, no):
    for phone in ["own"] * yes + ["keypad"] * no:
        visited(world.household(village), phone=phone)


def test_it_shows_the_doors_and_every_target_with_both_rates(world, as_):
    """Six of twelve adults asked in Thôn 4 have a smartphone, of 1000: 0.6 % of all, half of those asked.

    The commune has eight targets; a village has the five that are asked at doors.
    """
    survey(world, "TH04", yes=6, no=6)
    for _ in range(7):
        world.household()
    page = as_(None).get("/screen/TH04").text
    assert "<b>12</b> / 19" in page
    assert ("0,6%", "50,0%") in rates(page)
    assert [len(rates(as_(None).get(address).text)) for address in ("/screen", "/screen/TH04")] == [8, 5]


@pytest.mark.parametrize("who", [None, "vera", "sara"])
def test_it_shows_what_is_published_whoever_is_signed_in(world, as_, who):
    """Two homes say yes in Thôn 4: the officer's own page shows it, the screen in the hall does not."""
    survey(world, "TH04", yes=2, no=0)
    page = as_(who).get("/screen/TH04").text
    assert rates(page) == [("–", "–")] * 5
    assert "chưa công bố" in page and "số liệu công bố" not in page


def test_the_public_is_told_whom_the_doors_leave_out(world, as_):
    """Three villages, one of which is published: its 6 doors are not the commune's, and that is said."""
    survey(world, "TH04", yes=6, no=6)
    world.household("BY02")
    page = as_(None).get("/screen").text
    assert "<b>12</b> / 12" in page and "chưa gồm 2 nơi chưa công bố" in page
    page = as_(None).get("/").text
    assert "Số gõ cửa chưa gồm Thôn 4 (Bình Yên cũ), Thôn Trại Mới: chưa công bố." in page
    assert "Số gõ cửa chưa gồm" not in as_("sara").get("/").text


def test_it_says_when_its_figures_were_published(world, as_):
    survey(world, "TH04", yes=6, no=6)
    as_(None).get("/screen")
    assert f"ngày {vi.date_vn(now())}" in as_(None).get("/screen").text


def test_nobody_is_named(world, as_):
    survey(world, "TH04", yes=6, no=6)
    hold(world, "TH04", now() + timedelta(days=1))
    page = as_(None).get("/screen/TH04").text
    assert "Nguyễn Thị Lan" not in page and world.users["hana"].name not in page
    assert Course.get().number not in page and Course.get().code not in page


def test_the_next_classes_have_their_time_and_place(world, as_):
    hold(world, "TH04", now() + timedelta(days=1))
    off = hold(world, "TH04", now() + timedelta(hours=1)).meetings.get()
    Meeting.update(cancelled_at=now()).where(Meeting.id == off.id).execute()
    page = as_(None).get("/screen").text.partition('class="classes"')[2]
    assert page.count("<p><b>") == 1 and "Đình" in page and "Lớp" in page


def villages_shown(page):
    return re.findall(r'<th scope="row"><span>(Thôn [^<]+)</span>', page)


def test_villages_take_turns_five_at_a_time(world, as_):
    for n in range(4):
        Area.add("village", f"Thôn Mới {n}", f"N{n}", world.commune)
    first = as_(None).get("/screen").text
    address = re.search(r'hx-get="([^"]+)"', first)[1]
    second = as_(None).get(address, headers=ALONE).text
    again = re.search(r'hx-get="([^"]+)"', second)[1]
    assert [len(villages_shown(page)) for page in (first, second)] == [5, 2]
    assert sorted(villages_shown(first) + villages_shown(second)) == sorted(
        area.label for area in Area.select() if area.kind == "village"
    )
    assert villages_shown(as_(None).get(again).text) == villages_shown(first)


def test_the_board_alone_is_sent_to_its_script(world, as_):
    alone = as_(None).get("/screen/HL", headers=ALONE).text
    assert alone.lstrip().startswith('<div id="board"') and "<html" not in alone
    page = as_(None).get("/screen/HL").text
    assert "<html" in page and '<meta http-equiv="refresh" content="45;' in page


@pytest.mark.parametrize("turn", ["99", "-1", "x", "9" * 30])
def test_any_turn_shows_some_villages(world, as_, turn):
    answer = as_(None).get(f"/screen?turn={turn}")
    assert answer.status_code == 200 and villages_shown(answer.text)


def test_an_unknown_area_is_not_there_and_a_former_code_leads_on(world, as_):
    assert as_(None).get("/screen/NOWHERE").status_code == 404
    world.areas["TX01"].rename("Thôn Trại Mới", "Tiến Xuân", world.users["sara"], code="TX09")
    assert as_(None).get("/screen/TX01").location == "/screen/TX09"


def test_queries_do_not_grow_with_villages(world, as_, count_queries):
    def asked():
        with count_queries() as queries:
            as_(None).get("/screen")
        return len(queries)

    survey(world, "TH04", yes=6, no=6)
    as_(None).get("/screen")  # which publishes
    before = asked()
    for n in range(6):
        village = Area.add("village", f"Thôn Mới {n}", f"N{n}", world.commune)
        Figure.put(village, "adults", 100, date(2026, 10, 1), "")
        world.areas[village.code] = village
        world.household(village.code)
    assert Household.select().count() == 18
    assert asked() == before


def test_it_weighs_as_little_as_the_public_page(world, as_):
    from tests.test_budgets import KB, weight

    survey(world, "TH04", yes=6, no=6)
    assert weight(as_(None), "/screen") <= 40 * KB

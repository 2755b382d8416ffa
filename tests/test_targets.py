"""The page of one target: the year's line, every part on one scale, and for the public what it was told before."""

import re
from datetime import date, timedelta

import pytest

import plan
import published
from models import Area, DayTally, Figure, Household, OldCode, Publication
from tests.test_progress import visited
from tests.test_trend import TODAY, ago, noon

COUNTED_ON = date(2026, 10, 1)  # the day of the count that the village has


@pytest.fixture
def said(as_):
    """`said("sara", "TH04", "CT4a")`: the text of the page without its tags, in one line."""

    def read(who, code, target, **query):
        page = as_(who).get(f"/progress/{code}/{target}", query_string=query)
        assert page.status_code == 200
        return " ".join(re.sub("<[^>]*>", " ", page.text).split())

    return read


@pytest.fixture
def four_weeks(world):
    """Thôn 4 has 20 adults: six with a phone were met six weeks ago, four more nine days ago, one without yesterday."""
    Figure.put(world.areas["TH04"], "adults", 20, COUNTED_ON, "Công an xã")
    for days, phone in ((42, "own"),) * 6 + ((9, "own"),) * 4 + ((1, "none"),):
        visited(world.household(), at=noon(ago(days)), phone=phone)
    return world


def test_the_page_says_where_it_stands_and_how_fast_it_moves(four_weeks, said):
    """By hand: 10 of 20 are 50 %, 11 of 20 were asked. 30 % four weeks ago: 4 in four weeks are one a week.

    Above 85 % are 18, so 8 lack.
    """
    page = said("sara", "TH04", "CT4a")
    assert "10 / 20 người = 50,0%" in page and "11 / 20 người = 55,0%" in page and "10 / 11 người = 90,9%" in page
    assert "Còn thiếu để đạt 8 người nữa" in page
    assert "Bốn tuần qua thêm 1,0 người mỗi tuần" in page
    assert "Phấn đấu trên 85% dân số trưởng thành có điện thoại thông minh" in page


def test_the_year_stands_in_numbers_at_the_end_of_each_month(four_weeks, said):
    page = said("sara", "TH04", "CT4a")
    assert f"{TODAY:%d/%m} 10 20 50,0%" in page
    assert [line for line in re.findall(r"\d\d/\d\d (\d+) 20 ", page)][-1] == "10"
    assert "31/01" not in page  # nobody was met yet


def test_the_year_is_drawn_from_nothing_to_what_stands_against_the_straight_line(four_weeks, as_):
    page = as_("sara").get("/progress/TH04/CT4a").text
    (drawing,) = re.findall(r'<svg class="year".*?</svg>', page, re.S)
    line, due = (re.search(rf'class="{name}" d="([^"]*)"', drawing).group(1) for name in ("line", "due"))
    assert re.match(r"M[\d.]+ 500\.0L", line) and re.search(r" 250\.0$", line)  # 0 and 50 % of a height of 500
    assert due == "M0 500L1000.0 75.0"  # 85 % on the plan's last day
    assert len(re.findall("L", line)) == (TODAY - TODAY.replace(month=1, day=1)).days // 7


def test_every_village_stands_on_one_scale_with_its_four_weeks(four_weeks, as_, said):
    page = as_("sara").get("/progress/HL/CT4a").text
    assert len(re.findall(r'<svg class="year" viewBox="0 0 300 100"', page)) == 3
    assert 'href="/progress/TH04/CT4a"' in page
    assert "+20,0 điểm" in said("sara", "HL", "CT4a")  # 30 % and 50 %


def test_the_public_reads_what_is_published_and_nothing_of_earlier_weeks(four_weeks, as_, said):
    public = as_(None).get("/progress/TH04/CT4a").text
    assert 'class="year"' not in public and "Bốn tuần qua" not in public and "Từ đầu năm" not in public
    whole = said(None, "TH04", "CT4a")
    assert "10 / 20 người" not in whole and "Chưa công bố" in whole
    assert "mỗi tuần" not in said(None, "HL", "CT4a") and "điểm" not in said(None, "HL", "CT4a")


def test_the_public_reads_the_weeks_as_they_were_published(world, as_, said):
    Figure.put(world.areas["TH04"], "adults", 200, COUNTED_ON, "Công an xã")
    for number in range(24):
        visited(world.household(), at=noon(ago(9)), phone="own" if number % 2 else "none")
    published.facts(world.commune, TODAY)
    Publication.update(published_at=noon(ago(40))).execute()
    for number in range(40):
        visited(world.household(), at=noon(ago(1)), phone="own" if number % 4 else "none")
    published.facts(world.commune, TODAY + timedelta(1))
    visited(world.household(), at=noon(ago(1)), phone="own")
    page = as_(None).get("/progress/HL/CT4a").text
    assert 'class="year"' in page and "tính lại" not in page
    assert "+15,0 điểm" in said(None, "HL", "CT4a")  # 12 and 42 of 200, not 43
    assert 'class="spark"' in as_(None).get("/progress/TH04").text


def test_what_was_published_stands_when_more_is_known(world, said):
    Figure.put(world.areas["TH04"], "adults", 60, COUNTED_ON, "Công an xã")
    for number in range(24):
        visited(world.household(), at=noon(ago(9)), phone="own" if number % 2 else "none")
    published.facts(world.commune, TODAY)
    visited(world.household(), at=noon(ago(1)), phone="own")
    assert "12 / 60 người = 20,0%" in said(None, "TH04", "CT4a")
    assert "13 / 60 người = 21,7%" in said("leo", "TH04", "CT4a")


def test_another_village_sees_what_the_public_sees(four_weeks, as_):
    assert 'class="year"' not in as_("otto").get("/progress/TH04/CT4a").text
    assert 'class="year"' in as_("leo").get("/progress/TH04/CT4a").text
    assert 'class="year"' not in as_("leo").get("/progress/HL/CT4a").text


def test_weeks_that_were_worked_out_afterwards_are_said_to_be(four_weeks, as_, said):
    assert "tính lại" not in said("sara", "TH04", "CT4a")
    DayTally.delete().execute()
    Household.work_out_days()
    visited(four_weeks.household(), at=noon(TODAY), phone="own")
    page = said("sara", "TH04", "CT4a")
    assert f"đến {ago(1):%d/%m/%Y}: tính lại từ ngày đến nhà" in page
    drawing = re.search(r'<svg class="year".*?</svg>', as_("sara").get("/progress/TH04/CT4a").text, re.S).group()
    assert 'class="before"' in drawing
    assert re.search(r'class="line" d="M[\d. ]+L[\d. ]+"', drawing)  # from the last such week to today


def test_what_units_report_has_its_page_and_villages_without_it_none(world, as_, said):
    assert "Nguồn: số các đơn vị báo hằng tháng." in said("sara", "HL", "CT1")
    assert as_("sara").get("/progress/TH04/CT1").status_code == 404


@pytest.mark.parametrize("address", ["/progress/HL/CT9", "/progress/XX99/CT4a", "/progress/HL/ct4a"])
def test_what_is_no_target_or_no_area_is_not_there(as_, world, address):
    assert as_("sara").get(address).status_code == 404


def test_an_old_code_leads_to_the_target_of_the_area_that_it_stands_for(as_, world):
    OldCode.create(code="TH99", area=world.areas["TH04"])
    assert as_(None).get("/progress/TH99/CT4a").location == "/progress/TH04/CT4a"


def test_a_target_with_no_answer_yet_says_so(world, said):
    assert "chưa hỏi ai" in said("sara", "BY02", "CT4a")


def test_the_rows_of_the_page_lead_there_and_draw_eight_weeks(four_weeks, as_):
    own, public = (as_(who).get("/progress/TH04").text for who in ("sara", None))
    assert all('href="/progress/TH04/CT4a"' in page for page in (own, public))
    assert ('class="spark"' in own, 'class="spark"' in public) == (True, False)
    assert ("mỗi tuần cần thêm" in own, "mỗi tuần cần thêm" in public) == (True, False)


def test_the_queries_do_not_grow_with_villages(four_weeks, as_, count_queries):
    with count_queries() as few:
        as_("sara").get("/progress/HL/CT4a")
    for number in range(5):
        Area.add("village", f"Thôn {number}", f"T{number}", four_weeks.commune)
        visited(four_weeks.household("TX01"), at=noon(ago(number)), phone="own")
    with count_queries() as many:
        as_("sara").get("/progress/HL/CT4a")
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["sara", None])
def test_every_target_of_the_commune_has_its_page(four_weeks, said, who):
    for target in plan.active.targets:
        assert target.text.vi in said(who, "HL", target.code)


def test_a_small_line_is_stretched_broken_where_nothing_is_known_and_needs_two_points(app):
    with app.test_request_context():
        spark = app.jinja_env.get_template("progress/spark.html").module.spark
        steps = re.findall(r'd="(.*?)"', spark([None, 10, 12, None, 14, 20]), re.S)
        assert steps == ["M9.6 11.0L19.2 8.8M38.4 6.6L48.0 0.0"]
        assert "stroke-dasharray" in spark([10, 20], 15) and "stroke-dasharray" not in spark([10, 20], 85)
        assert [spark(points).strip() for points in ([], [None, 3], [3, None])] == ["", "", ""]

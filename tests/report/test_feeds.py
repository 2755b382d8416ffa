"""From a number of the report to its screen, and from a screen to the Biểu that its numbers go into."""

from datetime import date, datetime

import pytest
from flask import url_for

import periods
from models import Activity, new_uid
from report import contents, feeds
from tests.report.test_contents import opened

NOVEMBER = periods.of("month", 2026, 11, 14)


@pytest.fixture
def found(world):
    opened(world, date(2026, 11, 3))
    return contents.of(world.commune, NOVEMBER, datetime(2026, 11, 16))


def test_every_table_and_row_leads_to_a_screen_that_opens(world, found, app, as_):
    assert list(found["feeds"]) == ["1", "2", "3", "4", "5", "6"]
    places = [place for each in found["feeds"].values() for place in (each, *each["rows"].values())]
    with app.test_request_context():
        addresses = {url_for(place["endpoint"], **place["arguments"]).partition("#")[0] for place in places}
    browser = as_("sara")
    assert {address: browser.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_the_rows_that_lead_somewhere_are_rows_of_their_table(found):
    for key, each in found["feeds"].items():
        rows = {row["key"] for row in found["tables"][key]["rows"]}
        assert set(each["rows"]) - rows == set(), key


def test_what_units_report_leads_to_the_months_grid(found):
    rows = found["feeds"]["1"]["rows"]
    assert rows["CT2"] == {"endpoint": "figures.grid", "arguments": {"period": "2026-11", "target": "CT2"}}
    assert rows["CT4a"] == {"endpoint": "targets.show", "arguments": {"code": "HL", "target": "CT4a"}}
    assert rows["CT6.told"]["arguments"] == {"code": "HL", "target": "CT6"}


@pytest.mark.parametrize(
    ("endpoint", "code", "tables"),
    [
        ("activities.index", "", ("2",)),
        ("figures.grid", "CT1", ("1",)),
        ("figures.grid", "CT6", ("1", "4")),
        ("figures.grid", "MH3", ("4",)),
        ("households.index", "", ()),
    ],
)
def test_a_screen_knows_its_tables(use_plan, endpoint, code, tables):
    assert feeds.tables_of(endpoint, code) == tables


def test_every_screen_that_feeds_a_table_is_there(app):
    assert set(feeds.FED) - set(app.view_functions) == set()


@pytest.mark.parametrize(
    ("address", "tables"),
    [
        ("/activities", "2"),
        ("/courses/table", "3, 5"),
        ("/models", "4"),
        ("/tasks", "6"),
        ("/figures", "1, 4"),
        ("/figures/2026-11/CT1", "1"),
        ("/shifts", "4"),
        ("/progress/HL", "1, 5"),
        ("/progress/HL/CT4a", "1, 5"),
    ],
)
def test_screens_say_which_tables_their_numbers_go_into(world, found, as_, address, tables):
    told = {"form": "news", "on": date(2026, 11, 3), "unit": None, "area": world.commune, "count": 1}
    Activity.record(world.users["sara"], new_uid(), **told)
    assert f"Số ở đây vào Biểu {tables} của báo cáo kỳ." in as_("sara").get(address).text

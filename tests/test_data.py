"""Open data: what is published, at addresses that stay, for programs and for Excel."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from operator import itemgetter

import pytest

import data
import periods
import plan
import published
from models import Cutoff, new_uid
from report import contents
from tests.test_published import another_day, answered
from tests.test_reported import say

NOVEMBER = periods.of("month", 2026, 11, 14)


def table(browser, address="/data/progress.csv"):
    """The rows of a CSV file as dicts."""
    body = browser.get(address).data
    assert body.startswith(b"\xef\xbb\xbf")  # without which Excel breaks Vietnamese
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def row(rows, area, code, source="khao_sat"):
    return next(row for row in rows if (row["ma_dia_ban"], row["ma_so_lieu"], row["nguon"]) == (area, code, source))


def test_csv_and_json_say_what_the_page_says(world, as_):
    answered(world, own=7, none=5)
    say(world.units["office"], staff=20, staff_trained=12)
    rows, told = table(as_(None)), json.loads(as_(None).get("/data/progress.json").data)
    phones = row(rows, "TH04", "CT4a")
    assert [phones[key] for key in ("mau_so", "so_dat", "chinh_thuc", "cap")] == ["12", "7", "1000", "thon"]
    assert row(rows, "HL", "HO_DEN")["so_dat"] == "12"
    assert (row(rows, "HL", "CT1", "don_vi")["mau_so"], row(rows, "BY02", "CT4a")["mau_so"]) == ("20", "")
    same = row(told["so_lieu"], "TH04", "CT4a")
    assert {key: "" if same[key] is None else str(same[key]) for key in phones} == phones
    assert same["phan_tram_mau_so"] == pytest.approx(700 / 12)
    assert same["phan_tram_chinh_thuc"] == pytest.approx(0.7)
    assert "7 / 12" in " ".join(as_(None).get("/progress/TH04").text.split())


def test_staff_download_what_everybody_may_see(world, as_):
    answered(world, own=7, none=5)
    assert row(table(as_(None)), "TH04", "CT4a")["so_dat"] == "7"
    answered(world, own=1)
    assert row(table(as_("sara")), "TH04", "CT4a")["so_dat"] == "7"


def test_a_name_that_excel_would_run_is_harmless(world, as_):
    area = world.areas["TH04"]
    area.label = "=HYPERLINK(1)"
    area.save()
    assert row(table(as_(None)), "TH04", "CT4a")["dia_ban"] == "'=HYPERLINK(1)"


def test_every_column_and_figure_is_explained(world, as_):
    rows, meanings = table(as_(None)), table(as_(None), "/data/dictionary.csv")
    assert [*rows[0]] == [*data.COLUMNS]
    key = itemgetter("ma_so_lieu", "nguon")
    assert {*map(key, rows)} <= {*map(key, meanings)}
    assert all(each[column] for each in meanings for column in ("ten", "ten_en", "dinh_nghia", "dinh_nghia_en"))
    page = as_(None).get("/data").text
    for code in (*(target.code for target in plan.active.targets), *data.COLUMNS):
        assert code in page
    assert json.loads(as_(None).get("/data/dictionary.json").data)["tu_dien"][0]["ma_so_lieu"] == "HO_DEN"


def test_files_may_be_kept_a_while_and_read_from_elsewhere(world, as_):
    for name in ("progress.csv", "progress.json", "dictionary.csv"):
        headers = as_(None).get(f"/data/{name}").headers
        assert headers["Cache-Control"] == "public, max-age=900"
        assert headers["Access-Control-Allow-Origin"] == "*"


def close(world, day=NOVEMBER.ends):
    """Close November with what was public at its end, and nothing else."""
    told = {"version": 1, "published": data.frozen(world.commune, day)}
    told |= {"area": {"code": "HL", "label": "Xã Hòa Lạc"}, "plan": {"title": "Kế hoạch 2026"}}
    moment = published.end_of(NOVEMBER.ends)
    return Cutoff.keep(world.commune, NOVEMBER, 1, told, world.users["sara"], new_uid(), "", moment)


def test_a_closed_period_stays_as_it_was_published(database, world, as_):
    answered(world, own=7, none=5)
    published.publish(world.commune, date(2026, 11, 10))
    close(world, date(2100, 1, 1))
    another_day()
    answered(world, own=5, none=5)
    assert row(table(as_(None)), "TH04", "CT4a")["so_dat"] == "12"
    rows = table(as_(None), "/data/2026-11.csv")
    assert (row(rows, "TH04", "CT4a")["so_dat"], row(rows, "TH04", "CT4a")["mau_so"]) == ("7", "12")
    told = json.loads(as_(None).get("/data/2026-11.json").data)
    about = [told[key] for key in ("ky", "tu_ngay", "den_ngay", "lan_chot")]
    assert about == ["2026-11", "2026-10-15", "2026-11-14", 1]
    shown = as_(None).get("/data").text
    assert 'href="/data/2026-11.csv"' in shown and "Tháng 11/2026: 15/10/2026 đến 14/11/2026" in shown


def test_a_closed_periods_files_stay_the_same_bytes(world, as_, monkeypatch):
    """The commune gets another name and code, and next year another plan: what was closed says what it said."""
    close(world)
    before = {format: as_(None).get(f"/data/2026-11.{format}").data for format in ("csv", "json")}
    assert json.loads(before["json"])["ke_hoach"] == "Kế hoạch 2026"
    world.commune.rename("Phường Hòa Lạc", "", world.users["ada"], "PHL")
    monkeypatch.setattr("plan.active", replace(plan.active, year=2027, title=plan.Words("Kế hoạch 2027", "Plan 2027")))
    assert {format: as_(None).get(f"/data/2026-11.{format}").data for format in before} == before


def test_the_page_of_open_data_reads_no_frozen_report(world, as_, count_queries):
    """Each is half a megabyte in a commune of a hundred villages, and anybody may open the page."""
    close(world)
    with count_queries() as queries:
        assert 'href="/data/2026-11.csv"' in as_(None).get("/data").text
    assert not [query.sql for query in queries if '"contents"' in query.sql]


def test_what_was_published_after_a_day_is_not_of_that_day(world):
    answered(world, own=7, none=5)
    published.publish(world.commune, date(2026, 11, 10))
    frozen = data.frozen(world.commune, date(2026, 11, 9))  # it was published by today's clock
    assert {tuple(each[9:11]) for each in frozen["rows"]} == {(None, None)}
    assert json.loads(json.dumps(frozen)) == frozen


def test_an_open_period_and_one_closed_before_figures_were_published_are_not_there(world, as_):
    assert [as_(None).get(f"/data/{key}.csv").status_code for key in ("2026-11", "nonsense")] == [404, 404]
    Cutoff.keep(world.commune, NOVEMBER, 1, {"version": 1}, None, new_uid(), "", published.end_of(NOVEMBER.ends))
    assert as_(None).get("/data/2026-11.json").status_code == 404


def test_a_report_freezes_what_was_public(world):
    answered(world, own=7, none=5)
    made = contents.of(world.commune, NOVEMBER, published.end_of(NOVEMBER.ends))
    assert made["published"]["columns"] == [*data.COLUMNS]

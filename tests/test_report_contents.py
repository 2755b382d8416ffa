"""What a report says: Biểu 1 to 6, the paragraphs, and what is not known."""

import json
from datetime import date, datetime

import pytest

import periods
import plan
from models import Figure, TaskUpdate
from report import contents
from report.tables import cell

NOVEMBER = periods.of("month", 2026, 11, 14)
MOMENT = datetime(2026, 11, 16, 2)  # two days after its end


def of(area, period=NOVEMBER, moment=MOMENT, **more):
    return contents.of(area, period, moment, **more)


def test_contents_are_plain_data_with_every_part(world):
    found = of(world.commune)
    assert json.loads(json.dumps(found)) == found
    assert set(found["tables"]) == {"1", "2", "3", "4", "5", "6"}
    assert list(found["paragraphs"]) == ["opening", "II.1", "II.2", "II.3", "II.4", "II.5", "closing"]
    assert found["period"] == {
        "key": "2026-11", "kind": "month", "name": "tháng 11 năm 2026",
        "starts": "2026-10-15", "ends": "2026-11-14", "until": "2026-11-14", "since": "2026-01-01",
    }  # fmt: skip


def test_a_plan_without_number_and_date_is_cited_without_and_doubted(world, monkeypatch):
    found = of(world.commune)
    assert found["paragraphs"]["opening"][0].startswith("Thực hiện Kế hoạch của UBND xã Hòa Lạc triển khai Phong trào")
    assert [doubt["key"] for doubt in found["doubts"]] == ["plan.number", "plan.date"]
    issued = plan.replace(plan.active, number="15/KH-UBND", date="02/02/2026")
    monkeypatch.setattr(plan, "active", issued)
    found = of(world.commune)
    assert found["paragraphs"]["opening"][0].startswith("Thực hiện Kế hoạch số 15/KH-UBND ngày 02/02/2026 của UBND xã")
    assert found["doubts"] == []


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-11", "tháng 11 năm 2026"),
        ("2026-q4", "quý IV năm 2026"),
        ("2026-h1", "6 tháng đầu năm 2026"),
        ("2026-h2", "6 tháng cuối năm 2026"),
        ("2026", "năm 2026"),
    ],
)
def test_every_kind_of_period_has_its_name_and_days(world, key, name):
    period = periods.read(key, 14)
    found = of(world.commune, period)
    assert found["period"]["name"] == name
    assert f"thực hiện {name} (số liệu từ ngày" in found["paragraphs"]["opening"][0]


def test_a_period_that_lasts_is_told_up_to_today(world):
    found = of(world.commune, moment=datetime(2026, 11, 2, 2))
    assert found["period"]["until"] == "2026-11-02"
    assert "đến hết ngày 02/11/2026" in found["paragraphs"]["opening"][0]


def test_what_nobody_was_asked_is_unknown_and_never_zero(world):
    biểu = of(world.commune)["tables"]["1"]
    assert cell(biểu, "CT4a", "asked") == 0  # that nobody was asked is known
    assert [cell(biểu, "CT4a", key) for key in ("yes", "rate_asked", "rate_all")] == [None] * 3
    assert cell(biểu, "CT4a", "state") == "Chưa có số liệu"
    assert "số đạt: chưa có số liệu" in next(text for text in of(world.commune)["paragraphs"]["II.1"] if "CT4a" in text)


def test_biểu_6_says_what_was_done_and_who_is_awaited(world):
    told = {"text": "Đã mở hội thảo", "document": "12/BC-TH", "done": True}
    TaskUpdate.tell(None, "NV2.1", world.units["thach_hoa_primary"], date(2026, 5, 20), **told)
    biểu = of(world.commune)["tables"]["6"]
    assert [row["key"] for row in biểu["rows"]] == [task.code for task in plan.active.tasks]
    assert cell(biểu, "NV2.1", "state") == "Quá hạn chưa xong"
    assert cell(biểu, "NV2.1", "note") == (
        "Còn chờ Trường Tiểu học Tiến Xuân B; Trường THCS Thạch Hòa; ngày 20/05/2026: Đã mở hội thảo (12/BC-TH)"
    )


def test_a_continuous_task_wants_news_within_the_reports_own_period(world):
    TaskUpdate.tell(None, "NV1.2", None, date(2026, 10, 3), "Phát thanh hằng tuần")
    assert cell(of(world.commune)["tables"]["6"], "NV1.2", "state") == "Thường xuyên: chưa có tin kỳ này"
    quarter = of(world.commune, periods.read("2026-q4", 14), datetime(2026, 12, 16))
    assert cell(quarter["tables"]["6"], "NV1.2", "state") == "Thường xuyên: đang thực hiện"


def test_the_rate_before_is_as_it_was_closed(world):
    before = of(world.commune, periods.of("month", 2026, 10, 14))
    row = next(row for row in before["tables"]["1"]["rows"] if row["key"] == "CT3")
    row["cells"][9] = 12.5
    found = of(world.commune, before=before | {"closed": {"revision": 2}})["tables"]["1"]
    assert cell(found, "CT3", "before") == 12.5
    assert "Kỳ trước: tháng 10 năm 2026, theo số liệu đã chốt lần 2." in found["notes"]


def test_the_sources_of_official_counts_are_named(world):
    Figure.put(world.areas["TX01"], "adults", 500, date(2026, 11, 1), "Trưởng thôn")
    Figure.put(world.areas["TX01"], "adults", 501, date(2026, 11, 20), "Công an xã")  # after the period
    notes = of(world.commune)["tables"]["1"]["notes"]
    assert any(note.startswith("Tổng số người trưởng thành: Công an xã") for note in notes)

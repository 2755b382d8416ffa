"""What a report says: Biểu 1 to 6, the paragraphs, and what is not known."""

import json
import re
from datetime import date, datetime, time, timedelta

import pytest

import periods
import plan
import vi
from classes import sessions
from models import (
    Activity,
    Area,
    Attendance,
    Course,
    Figure,
    Household,
    Merger,
    Support,
    TaskUpdate,
    Unit,
    UnitFigure,
    new_uid,
)
from report import contents, words
from report import models as report_models
from report.tables import cell
from terms import MODEL_RESULTS
from tests.test_progress import visited

NOVEMBER = periods.of("month", 2026, 11, 14)
MOMENT = datetime(2026, 11, 16, 2)  # two days after its end
CENTRE = "Trung tâm dịch vụ tổng hợp xã"


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
        "Chưa có báo cáo của Trường Tiểu học Tiến Xuân B; Trường THCS Thạch Hòa; báo cáo gần nhất ngày 20/05/2026: "
        "Đã mở hội thảo (12/BC-TH)"
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


# -- Publicity


def did(world, form, day, count=1, unit="centre", **more):
    Activity.record(world.users["sara"], new_uid(), form=form, on=day, count=count,
                    unit=world.units[unit] if unit else None, area=more.pop("area", world.commune), **more)  # fmt: skip


def test_biểu_2_adds_up_by_form_in_the_period_and_since_january(world, database):
    """Broadcasts: 4 in May, 3 of 60 minutes and 2 of unknown length in the period, 9 the day after it: 5, and 9."""
    did(world, "loudspeaker", date(2026, 5, 5), 4, minutes=80)
    did(world, "loudspeaker", date(2026, 10, 15), 3, minutes=60)
    did(world, "loudspeaker", date(2026, 11, 14), 2)
    did(world, "loudspeaker", date(2026, 11, 15), 9, minutes=90)
    did(world, "village_meeting", date(2026, 11, 1), unit=None, area=world.areas["TX01"])
    biểu = of(world.commune)["tables"]["2"]
    assert [cell(biểu, "loudspeaker", key) for key in ("period", "year", "by")] == [5, 9, f"{CENTRE} (5)"]
    assert [cell(biểu, "loudspeaker.minutes", key) for key in ("period", "year")] == [60, 140]
    assert [cell(biểu, "village_meeting.reached", key) for key in ("period", "year")] == [None, None]
    assert "Truyền thanh cơ sở: 1 lần ghi trong kỳ chưa có thời lượng phát." in biểu["notes"]
    assert [cell(biểu, "banner", key) for key in ("period", "year", "by")] == [0, 0, ""]


def test_the_paragraph_on_publicity_says_what_was_done_and_of_the_campaigns(world):
    assert of(world.commune)["paragraphs"]["II.2"][0] == "Trong kỳ chưa ghi nhận hoạt động tuyên truyền nào."
    did(world, "post", date(2026, 10, 10), 4, reached=300, campaign="national_day")
    did(world, "post", date(2026, 11, 2), 2, reached=150)
    first, second, campaign, *tasks = of(world.commune)["paragraphs"]["II.2"]
    assert first == "Trong kỳ đã thực hiện: 2 bài đăng Zalo, Facebook, 150 lượt người (chi tiết tại Biểu 2)."
    assert second == "Lũy kế từ đầu năm đã thực hiện: 6 bài đăng Zalo, Facebook, 450 lượt người."
    assert campaign.endswith("10/10: trong kỳ không ghi nhận hoạt động; lũy kế 1 hoạt động.")
    assert [text[:5] for text in tasks] == ["NV1.1", "NV1.2", "NV1.3"]


# -- Classes


def at(day, hour=8):
    return vi.utc(datetime.combine(day, time(hour)))


def opened(world, *days, area="TH04", title="Lớp VNeID", topic="vneid", **more):
    """A class with a session of two hours on each day; returns (the class, its sessions)."""
    times = [(at(day), at(day) + timedelta(hours=2)) for day in days]
    area = world.areas.get(area, world.commune)
    course = Course.open(world.users["hana"], area, topic, title, "Nhà văn hóa", times, **more)
    return course, list(course.schedule())


def came(meeting, *people, **more):
    for person in people:
        Attendance.check_in(meeting, new_uid(), "host", person.name, resident=person, **more)


def row_of(found, table, key):
    """A row of a Biểu by the keys of its columns."""
    return {column["key"]: cell(found["tables"][table], key, column["key"])
            for column in found["tables"][table]["columns"]}  # fmt: skip


def test_biểu_3_counts_lượt_of_the_sessions_within_the_period(world, database):
    """Bà Lan (1958) came on 20/10 and 27/10, ông Nam (1990) and a guest who only left a name on 27/10; 17/11 is later.

    So two sessions, 4 lượt: bà Lan's two are the women's, and the two from 60; the guest's sex and age are not known.
    """
    people = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Nguyễn Văn Nam", 1990, "m", "child")]
    lan, nam = world.agreed(people=people).living().order_by("id")
    course, (first, second, _) = opened(
        world, date(2026, 10, 20), date(2026, 10, 27), date(2026, 11, 17), led_by=world.units["culture"]
    )
    came(first, lan)
    came(second, lan, nam)
    Attendance.check_in(second, new_uid(), "self", "Khách")
    second.count_heads(5, world.users["hana"])
    found = of(world.commune, moment=datetime(2026, 11, 20))
    assert row_of(found, "3", course.uid) == {
        "number": 1,
        "days": "20/10/2026; 27/10/2026",
        "name": "Lớp VNeID (Cài đặt, đăng nhập và sử dụng VNeID)",
        "lead": "Phòng Văn hóa - Xã hội",
        "place": "Thôn 4 (Thạch Hòa cũ), Nhà văn hóa",
        "sessions": 2,
        "attendances": 4,
        "women": 2,
        "old": 2,
        "guide": "Hà Thị Na",
        "note": "Phụ trách lớp đếm 5 lượt người; 1 lượt chưa rõ giới tính; 1 lượt chưa rõ năm sinh",
    }
    assert found["paragraphs"]["II.3"][0] == (
        "Trong kỳ tổ chức 1 lớp với 2 buổi, 4 lượt người dự (trong đó 2 lượt nữ, 2 lượt từ 60 tuổi; 1 lượt chưa rõ "
        "giới tính); 3 người khác nhau đã đến lớp (không kể học sinh) (chi tiết tại Biểu 3)."
    )


def test_a_session_that_nobody_recorded_is_unknown_and_a_pupils_class_is_what_was_counted(world):
    silent, _ = opened(world, date(2026, 11, 3))
    pupils, (lesson,) = opened(world, date(2026, 11, 4), area="HL", topic="pupils", audience="pupils")
    lesson.count_heads(30, world.users["sara"])
    off, (called_off,) = opened(world, date(2026, 11, 5))
    sessions.cancel(called_off, world.users["sara"], "mưa bão")
    found = of(world.commune)
    assert [row_of(found, "3", silent.uid)[key] for key in ("attendances", "women", "old")] == [None] * 3
    assert row_of(found, "3", silent.uid)["note"] == "Chưa ghi đơn vị chủ trì; 1 buổi chưa điểm danh"
    assert [row_of(found, "3", pupils.uid)[key] for key in ("attendances", "women", "old")] == [30, None, None]
    assert [row_of(found, "3", "total")[key] for key in ("sessions", "attendances", "women")] == [2, 30, None]
    assert off.uid not in {row["key"] for row in found["tables"]["3"]["rows"]}


def test_many_sessions_are_told_by_their_first_and_last_day(world):
    course, _ = opened(world, *(date(2026, 10, day) for day in (16, 18, 20, 22)))
    assert row_of(of(world.commune), "3", course.uid)["days"] == "Từ 16/10/2026 đến 22/10/2026"


# -- Models


def test_biểu_4_says_the_results_of_each_model_and_what_the_plan_asks(world):
    found = of(world.commune)
    heads = [row["key"] for row in found["tables"]["4"]["rows"] if row["kind"] == "head"]
    assert heads == [model.code for model in plan.active.models]
    assert row_of(found, "4", "MH1")["plan"] == "Mỗi ca có ít nhất một người trực"
    assert row_of(found, "4", "MH4")["plan"] == "100% công dân từ 16 tuổi"
    assert row_of(found, "4", "MH1.coverage")["period"] == "0/44 ca (0,0%)"
    assert row_of(found, "4", "MH3.stalls")["year"] == "chưa có số liệu"
    assert len(found["paragraphs"]["II.4"]) == len(heads)


# -- Villages


def test_biểu_5_has_a_row_per_village_what_is_of_all_and_their_sum(world, database, clock):
    """Thôn 4 (400 homes, 1.000 adults): one home done of two, whose one adult owns a phone. One session there with one
    lượt, one for the commune with none recorded; help at home twice in Thôn Trại Mới.
    """
    clock(datetime(2026, 11, 5))
    lan = visited(world.agreed(), phone="own", needs=["vneid"]).living().get()
    world.household()
    _, (meeting,) = opened(world, date(2026, 11, 3))
    came(meeting, lan, happened_at=datetime(2026, 10, 1))
    opened(world, date(2026, 11, 4), area="HL", title="Lớp chung")
    other = world.household("TX01").living().get()
    for day in (date(2026, 10, 14), date(2026, 10, 15), date(2026, 11, 14)):
        Support.give(world.users["otto"], "vneid", 5, "home", other, happened_at=at(day))
    found = of(world.commune)
    here = row_of(found, "5", "TH04")
    assert [here[key] for key in ("homes", "done", "adults", "CT4a")] == [400, 1, 1000, 1]
    assert (here["done_rate"], here["CT4a.rate"]) == (pytest.approx(0.25), pytest.approx(0.1))
    assert [here[key] for key in ("CT3", "CT3.rate")] == [None, None]
    assert [here[key] for key in ("sessions", "attendances", "at_home", "in_need")] == [1, 1, 0, 1]
    assert [row_of(found, "5", "TX01")[key] for key in ("homes", "adults", "at_home")] == [None, None, 2]
    apart = row_of(found, "5", "HL.apart")
    assert [apart[key] for key in ("name", "homes", "sessions", "attendances")] == ["Chung của xã Hòa Lạc", "", 1, None]
    total = row_of(found, "5", "total")
    assert [total[key] for key in ("homes", "adults", "CT4a", "CT4a.rate")] == [None, 1000, 1, None]
    assert [total[key] for key in ("sessions", "attendances", "at_home", "in_need")] == [2, 1, 2, 1]
    assert any("Chưa có số dân chính thức: Thôn Trại Mới" in note for note in found["tables"]["5"]["notes"])


def test_a_village_renamed_or_merged_since_the_closing_says_what_it_was(world, database):
    closed = of(world.commune, periods.of("month", 2026, 10, 14))
    frozen = json.loads(json.dumps(closed))
    world.areas["TX01"].rename("Thôn Trại Cũ", "Tiến Xuân", world.users["sara"], "TX09")
    Merger.merge(world.areas["BY02"], world.areas["TH04"], "joined", world.users["sara"])
    assert closed == frozen
    assert row_of(closed, "5", "TX01")["name"] == "Thôn Trại Mới"
    found = of(world.commune, before=frozen)
    notes = found["tables"]["5"]["notes"]
    assert "Thôn Trại Cũ: kỳ trước là Thôn Trại Mới." in notes
    assert "Thôn 4 (Bình Yên cũ) đã nhập vào Thôn 4; số liệu từ kỳ này tính chung." in notes
    assert "Thôn 4: kỳ trước là Thôn 4 (Thạch Hòa cũ)." in notes
    assert notes[-3:] == found["paragraphs"]["II.5"][-3:]


def test_a_village_has_its_own_row_alone(world):
    found = of(world.areas["TH04"])
    assert [row["key"] for row in found["tables"]["5"]["rows"]] == ["TH04"]
    assert found["paragraphs"]["II.5"] == []
    assert "Thôn 4 (Thạch Hòa cũ) báo cáo kết quả" in found["paragraphs"]["opening"][0]


# -- A unit's own report


def test_a_units_report_holds_its_own_figures_publicity_classes_and_tasks_alone(world, database):
    """The school: 12 of its 20 staff, 80 of its 100 pupils of grade 1; a banner; one class it led; NV2.1, its part of
    which is done, and what every unit does. Other units' numbers and news, models and villages are not in it.
    """
    school = world.units["thach_hoa_primary"]
    school.change(None, grades=["1"])
    told = {("staff", ""): 20, ("staff_trained", ""): 12, ("pupils", "1"): 100, ("pupils_taught", "1"): 80}
    for (key, part), value in told.items():
        UnitFigure.create(unit=school, area=world.commune, key=key, part=part, period="2026-11", value=value,
                          as_of=date(2026, 11, 1))  # fmt: skip
    UnitFigure.create(unit=world.units["office"], area=world.commune, key="staff", period="2026-11", value=9,
                      as_of=date(2026, 11, 1))  # fmt: skip
    UnitFigure.create(unit=school, area=world.commune, key="staff", period="2026-10", value=16,
                      as_of=date(2026, 10, 1))  # fmt: skip
    UnitFigure.create(unit=school, area=world.commune, key="staff_trained", period="2026-10", value=4,
                      as_of=date(2026, 10, 1))  # fmt: skip
    did(world, "banner", date(2026, 11, 2), 2, unit="thach_hoa_primary")
    did(world, "banner", date(2026, 11, 2), 7)
    own, _ = opened(world, date(2026, 11, 3), led_by=school)
    opened(world, date(2026, 11, 4), led_by=world.units["culture"])
    TaskUpdate.tell(None, "NV2.1", school, date(2026, 5, 20), "Đã mở hội thảo", done=True)
    TaskUpdate.tell(None, "NV1.1", world.units["office"], date(2026, 11, 2), "Văn phòng phổ biến")
    found = of(world.commune, unit=school)
    assert found["unit"] == {"key": "thach_hoa_primary", "name": school.name}
    assert list(found["tables"]) == ["1", "2", "3", "6"]
    assert [row["key"] for row in found["tables"]["1"]["rows"]] == ["CT1", "CT2"]
    assert [row_of(found, "1", "CT1")[key] for key in ("all", "yes", "rate_all", "before")] == [20, 12, 60, 25]
    assert [row_of(found, "1", "CT2")[key] for key in ("all", "yes", "rate_all")] == [100, 80, pytest.approx(80)]
    assert cell(found["tables"]["2"], "banner", "period") == 2
    assert [row["key"] for row in found["tables"]["3"]["rows"]] == [own.uid, "total"]
    assert [row["key"] for row in found["tables"]["6"]["rows"]] == ["NV1.1", "NV2.1", "NV2.4"]
    assert cell(found["tables"]["6"], "NV2.1", "state") == "Hoàn thành đúng hạn"
    assert cell(found["tables"]["6"], "NV2.1", "lead").startswith(f"{school.name}; Trường Tiểu học Tiến Xuân B")
    assert cell(found["tables"]["6"], "NV1.1", "note") == ""
    assert (found["paragraphs"]["II.4"], found["paragraphs"]["II.5"]) == ([], [])
    assert f"{school.name} báo cáo kết quả" in found["paragraphs"]["opening"][0]
    assert set(found["feeds"]) == set(found["tables"])


# -- Người and lượt


def everything(found):
    """Every sentence, header and note of a report."""
    yield from (text for texts in found["paragraphs"].values() for text in texts)
    for table in found["tables"].values():
        yield table["title"]
        yield from (column["label"] for column in table["columns"])
        yield from table["notes"]
        yield from (each for row in table["rows"] for each in row["cells"] if isinstance(each, str))


def filled(world):
    """A commune with something of everything that counts people or lượt."""
    lan = visited(world.agreed(), phone="own", needs=["vneid"]).living().get()
    _, (meeting,) = opened(world, date(2026, 11, 3))
    came(meeting, lan)
    did(world, "conference", date(2026, 11, 2), reached=40)
    did(world, "team_out", date(2026, 11, 2), reached=12, campaign="youth")
    Support.give(world.users["vera"], "vneid", 5, "home", lan, happened_at=at(date(2026, 11, 4)))
    return of(world.commune)


def test_people_and_lượt_are_never_one_number(world):
    """A count of attendances, help or reach says lượt; one of different people says người, and never both at once."""
    found = filled(world)
    mixed = re.compile(r"\d người (dự|tham gia|tham dự|được tiếp cận|xem)|\d lượt (dân|hộ)|người \(lượt\)|lượt/người")
    assert [text for text in everything(found) if mixed.search(text)] == []
    came_or_helped = re.compile(r"(\d|người) (dự|học|xem)\b")
    said = [text for text in everything(found) if came_or_helped.search(text)]
    assert said and all("ượt người" in text for text in said)
    counted = [column["label"] for key in ("3", "5") for column in found["tables"][key]["columns"]]
    about_lượt = [label for label in counted if re.search("nữ|từ 60|học|hỗ trợ tại nhà", label)]
    assert about_lượt and all("ượt" in label or label == "Số buổi học" for label in about_lượt)
    assert "Số người cần hỗ trợ tiếp" in counted


def test_the_same_people_at_two_sessions_are_two_lượt_and_one_người(world, database):
    lan = world.agreed().living().get()
    _, (first, second) = opened(world, date(2026, 11, 3), date(2026, 11, 5))
    came(first, lan)
    came(second, lan)
    text = of(world.commune)["paragraphs"]["II.3"][0]
    assert "1 lớp với 2 buổi, 2 lượt người dự (trong đó 2 lượt nữ, 2 lượt từ 60 tuổi); 1 người khác nhau" in text


# -- What is not usual


def test_the_plans_first_period_has_nothing_before_it_and_begins_with_the_plan(world):
    found = of(world.commune, periods.of("month", 2026, 1, 14), datetime(2026, 1, 20))
    assert cell(found["tables"]["1"], "CT3", "before") == ""
    assert "Kỳ trước: kế hoạch chưa bắt đầu." in found["tables"]["1"]["notes"]
    assert "từ ngày 01/01/2026 đến hết ngày 14/01/2026" in found["paragraphs"]["opening"][0]


@pytest.mark.parametrize("key", ["2025-12", "2027-02", "2027"])
def test_a_period_outside_the_plan_is_empty_and_no_error(world, key):
    found = of(world.commune, periods.read(key, 14))
    assert [cell(found["tables"]["2"], "news", column) for column in ("period", "year")] == [0, 0]


def test_a_commune_without_villages_and_a_city_have_a_report(world):
    empty = Area.add("commune", "Xã Trống", "XT")
    assert [row["key"] for row in of(empty)["tables"]["5"]["rows"]] == ["XT"]
    city = Area.add("city", "Thành phố Hà Nội", "HN")
    Area.update(path=f"{city.path}{empty.id}/", parent=city).where(Area.id == empty.id).execute()
    found = of(Area.get_by_id(city.id))
    assert [row["key"] for row in found["tables"]["5"]["rows"]] == ["XT", "total"]
    assert found["tables"]["5"]["columns"][1]["label"] == "Xã"
    assert "UBND thành phố Hà Nội báo cáo" in found["paragraphs"]["opening"][0]


def test_every_result_of_a_model_says_what_it_counts():
    assert set(report_models.NOUNS) == set(MODEL_RESULTS)


def test_every_population_and_source_of_the_plan_has_its_words(use_plan):
    assert {each.population for each in use_plan.counted} - set(words.POPULATIONS) == set()
    assert {each.source for each in use_plan.targets} - set(words.SOURCES) == set()


def test_the_same_moment_says_the_same(world):
    filled(world)
    assert json.dumps(of(world.commune)) == json.dumps(of(world.commune))


def test_the_tables_alone_are_the_same_but_for_the_period_before(world):
    found, alone = filled(world)["tables"], contents.tables(world.commune, NOVEMBER, MOMENT)
    assert {key: found[key] for key in found if key != "1"} == {key: alone[key] for key in alone if key != "1"}
    counts = ("all", "asked", "yes", "rate_all", "state")
    for key in ("CT1", "CT4a", "CT7"):
        assert [cell(found["1"], key, each) for each in counts] == [cell(alone["1"], key, each) for each in counts]
    assert cell(alone["1"], "CT4a", "before") == ""


# -- Cost


def test_the_number_of_questions_does_not_grow_with_villages_classes_or_units(world, count_queries):
    def asked():
        with count_queries() as queries:
            of(world.commune)
        return len(queries)

    opened(world, date(2026, 11, 3))
    before = asked()
    for number in range(5):
        village = Area.add("village", f"Thôn Mới {number}", f"TM{number:02d}", world.commune)
        Household.add(village, world.users["sara"], people=[{"name": "Nguyễn Văn A", "birth_year": 1980}])
        opened(world, date(2026, 11, 3), area="BY02", title=f"Lớp {number}")
        Unit.add(
            world.commune, new_uid(), world.users["sara"], name=f"HTX {number}", kind="cooperative", reports=["CT5"]
        )
    assert asked() == before

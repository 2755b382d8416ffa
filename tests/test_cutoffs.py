"""A closed period: when it may be closed, once or again, and what then never changes."""

import hashlib
import json
import threading
from datetime import date, datetime, timedelta

import pytest
from flask import url_for

import cutoffs
import periods
import plan
import vi
from database import is_sqlite
from models import (
    Attendance,
    Conflict,
    Course,
    Cutoff,
    Device,
    Event,
    Meeting,
    TaskUpdate,
    Unit,
    UnitFigure,
    db,
    new_uid,
    now,
)
from office import tasks
from report import contents, headers
from visits import receive

NOVEMBER = periods.of("month", 2026, 11, 14)  # 15/10 to 14/11
MORNING = datetime(2026, 11, 16, 1, 0)  # 8:00 of 16/11 here


@pytest.fixture
def says(monkeypatch):
    """`says[period's key] = 12`: what a report of the period has, which is one class of so many sessions."""
    sessions = {}

    def of(area, period, moment, unit=None, before=None, late=()):
        columns = [{"key": "name", "label": "Tên lớp"}, {"key": "sessions", "label": "Số buổi"}]
        row = {"kind": "row", "key": "vneid", "cells": ["Lớp VNeID", sessions.get(period.key, 12)]}
        return {
            "version": 1, "period": {"key": period.key}, "made_at": moment.isoformat(), "closed": None,
            "plan": {"year": plan.active.year}, "late": list(late),
            "tables": {"3": {"columns": columns, "rows": [row]}},
        }  # fmt: skip

    monkeypatch.setattr(contents, "of", of)
    monkeypatch.setattr(contents, "tables", lambda *about: of(*about)["tables"])
    return sessions


@pytest.fixture
def close(world, says):
    """`close(why=…)`: Sara closes November with twelve sessions."""

    def closing(period=NOVEMBER, number=12, why="còn hai đơn vị", uid=None, moment=MORNING, **more):
        says[period.key] = number
        area = more.pop("area", world.commune)
        return cutoffs.close(area, period, world.users["sara"], uid or new_uid(), why, moment, **more)

    return closing


def test_closing_freezes_what_the_report_says_and_who_closed_it(world, database, close):
    cutoff = close(why="  còn hai đơn vị ")
    assert (cutoff.revision, cutoff.starts, cutoff.ends) == (1, date(2026, 10, 15), date(2026, 11, 14))
    assert cutoff.report == contents.of(world.commune, NOVEMBER, MORNING) | {
        "header": headers.of(plan.active),
        "closed": {"revision": 1, "at": "2026-11-16T01:00:00", "by": "Sái Thị Ra", "why": "còn hai đơn vị"}
    }
    assert cutoffs.standing(world.commune, NOVEMBER) == cutoff
    line = Event.select().where(Event.verb == "period.closed").get()
    assert (line.subject, line.user, line.data) == (
        cutoff.uid, world.users["sara"], {"period": "2026-11", "revision": 1, "digest": cutoff.digest},
    )  # fmt: skip


def test_the_digest_is_of_json_that_can_be_written_in_one_way_only(close):
    cutoff = close()
    assert cutoff.contents == json.dumps(cutoff.report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert cutoff.digest == hashlib.sha256(cutoff.contents.encode()).hexdigest()


def test_a_period_is_closed_from_the_day_after_its_last(world, close):
    with pytest.raises(cutoffs.Refused) as refused:
        close(moment=datetime(2026, 11, 14, 16, 59))  # 23:59 of 14/11
    assert (refused.value.says.text, refused.value.says.values, refused.value.field) == (
        "Kỳ chưa hết: chốt được từ ngày %(day)s.", {"day": "15/11/2026"}, "",
    )  # fmt: skip
    assert cutoffs.standing(world.commune, NOVEMBER) is None
    assert close(moment=datetime(2026, 11, 14, 17, 0)).revision == 1  # 0:00 of 15/11


def test_the_same_form_sent_twice_closes_once(world, database, close):
    uid = new_uid()
    assert close(uid=uid) == close(uid=uid, number=13)
    assert [each.report["tables"]["3"]["rows"][0]["cells"] for each in cutoffs.of_period(world.commune, NOVEMBER)] == [
        ["Lớp VNeID", 12]
    ]
    with pytest.raises(Conflict):
        close(periods.of("month", 2026, 10, 14), uid=uid)
    with pytest.raises(Conflict):
        close(uid=uid, why="một lý do khác, viết sau khi bấm Trở lại")


def test_two_who_close_at_once_make_one_revision(world, database, close):
    outcomes, start = [], threading.Barrier(4)

    def closing():
        with db.connection_context():
            start.wait()
            try:
                outcomes.append(close(seen=0).revision)
            except cutoffs.Refused as refused:
                outcomes.append(refused.says.text)

    threads = [threading.Thread(target=closing) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = "Kỳ này vừa được chốt (lần %(number)s): xem lại trước khi chốt nữa."
    assert sorted(outcomes, key=str) == [1, told, told, told]
    assert len(cutoffs.of_period(world.commune, NOVEMBER)) == 1


def test_closing_again_needs_a_reason_and_keeps_the_first(world, database, close):
    first = close()
    before = first.contents
    with pytest.raises(cutoffs.Refused) as refused:
        close(why=" ")
    assert refused.value.field == "why"
    second = close(number=14, why="trường gửi lại số liệu", seen=1)
    assert [(each.revision, each.why) for each in cutoffs.of_period(world.commune, NOVEMBER)] == [
        (1, "còn hai đơn vị"), (2, "trường gửi lại số liệu"),
    ]  # fmt: skip
    assert cutoffs.standing(world.commune, NOVEMBER) == second
    assert Cutoff.get_by_id(first.id).contents == before


def test_a_reason_is_a_sentence_and_no_essay(close):
    for why in ("x" * 501, "CCCD 001099012345"):
        with pytest.raises(cutoffs.Refused) as refused:
            close(why=why)
        assert refused.value.field == "why"
    assert close(why="x" * 500).why == "x" * 500


def test_a_village_is_not_closed_by_itself(world, close):
    with pytest.raises(cutoffs.Refused):
        close(area=world.areas["TH04"])


def test_the_months_stand_beside_the_quarter_and_the_year(world, close):
    quarter, moment = periods.of("quarter", 2026, 4, 14), datetime(2026, 12, 15, 1, 0)
    close(), close(quarter, moment=moment), close(periods.of("year", 2026, 1, 14), moment=moment)
    assert [each.period for each in Cutoff.of(world.commune)] == ["2026-11", "2026", "2026-q4"]


@pytest.mark.parametrize("change", ["UPDATE cutoff SET contents = '{}'", "DELETE FROM cutoff"])
def test_the_database_itself_refuses_to_change_a_closed_period(world, database, close, change):
    before = close().contents
    with pytest.raises(Exception, match="a closed period cannot be changed"), db.atomic():
        db.execute_sql(change)
    assert [each.contents for each in Cutoff.select()] == [before]


@pytest.mark.parametrize("key", ["id", "uid", "revision"])
def test_the_database_refuses_to_put_another_row_in_a_closed_periods_place(world, sqlite, close, key):
    """SQLite's REPLACE takes away what has the same unique value and fires no trigger of a deletion."""
    close()
    row = Cutoff.get().__data__
    forged = {"id": 99, "uid": new_uid(), "revision": 2, key: row[key]}
    with pytest.raises(Exception, match="a closed period cannot be changed"), db.atomic():
        Cutoff.replace(**row | forged | {"contents": "{}"}).execute()
    assert [each.__data__ for each in Cutoff.select()] == [row]


def test_the_database_refuses_to_empty_the_table_of_closed_periods(world, database, close):
    close()
    empty = "DELETE FROM cutoff" if is_sqlite() else "TRUNCATE cutoff CASCADE"
    with pytest.raises(Exception, match="a closed period cannot be changed"), db.atomic():
        db.execute_sql(empty)
    assert Cutoff.select().count() == 1


# -- What is missing before it is closed


def lacking(world, period=NOVEMBER, today=date(2026, 11, 16)):
    """`{kind: (how many, their names)}` of what a period lacks; of a month at a time for units."""
    return {each.kind: (each.count, each.names) for each in cutoffs.missing(world.commune, period, today)}


def knock(household, by, moment, outcome="absent"):
    told = {"uid": new_uid(), "outcome": outcome, "happened_at": moment, "answers": {}, "people": []}
    receive(household, told, by)


def at(day, hour):
    """A moment of 2026 by the clock of Hà Nội, as it is stored."""
    return vi.utc(datetime(2026, *day, hour))


def test_units_and_the_police_are_missing_by_the_month(world, database):
    Unit.update(closed_at=now()).where(Unit.key.not_in(["culture", "police"])).execute()
    culture, police = world.units["culture"], world.units["police"]
    assert (lacking(world)["units"], lacking(world)["police"]) == ((1, (culture.name,)), (1, (police.name,)))
    for key in ("staff", "staff_trained", "staff_confirmed"):
        UnitFigure.create(
            unit=culture, area=world.commune, key=key, period="2026-11", value=9, as_of=date(2026, 11, 10)
        )
    assert "units" not in lacking(world)
    quarter = cutoffs.missing(world.commune, periods.of("quarter", 2026, 4, 14), date(2026, 12, 16))
    assert [(each.kind, each.args) for each in quarter if each.kind in ("units", "police")] == [
        ("police", {"period": "2026-10"}), ("units", {"period": "2026-10"}),
        ("police", {"period": "2026-11"}),
        ("police", {"period": "2026-12"}), ("units", {"period": "2026-12"}),
    ]  # fmt: skip


def test_the_year_asks_for_no_month_before_the_plan(world):
    assert [month.key for month in cutoffs.months(periods.of("quarter", 2026, 1, 14))] == [
        "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
    assert cutoffs.months(periods.of("month", 2025, 12, 14)) == []


def test_villages_with_doors_left_where_nobody_knocked_are_missing(world, database):
    """Thôn 4 has three homes, one knocked on in the period; Thôn Trại Mới one, knocked on before; the third has none.

    One of three is less than half. The home of Trại Mới was reached, so nothing is left there.
    """
    homes = [world.household(), world.household(), world.household(), world.household("TX01")]
    knock(homes[0], world.users["vera"], at((10, 15), 0))
    knock(homes[3], world.users["otto"], at((10, 14), 23))
    label = world.areas["TH04"].label
    assert "unvisited" not in lacking(world)
    assert lacking(world)["coverage"] == (1, (label,))
    december = periods.of("month", 2026, 12, 14)
    assert lacking(world, december, date(2026, 12, 15))["unvisited"] == (1, (label,))


def test_a_session_without_attendance_and_head_count_is_missing(world, database):
    starts = [at(day, 19) for day in ((10, 14), (10, 15), (11, 12), (11, 13), (11, 14))]
    times = [(each, each + timedelta(hours=1)) for each in starts]
    course = Course.open(world.users["sara"], world.areas["TH04"], "vneid", "Lớp VNeID", "Đình", times)
    _, first, came, counted, cancelled = course.schedule()
    Attendance.check_in(came, new_uid(), "host", "Bà Tư", birth_year=1950, village=world.areas["TH04"])
    counted.count_heads(12, world.users["sara"])
    Meeting.update(cancelled_at=now()).where(Meeting.id == cancelled.id).execute()
    assert lacking(world)["sessions"] == (1, ("Lớp VNeID, 15/10/2026",))


def test_tasks_without_word_in_the_period_and_overdue_ones_are_missing(world, database):
    """Of the plan's tasks those are overdue whose day was before 14/11; the continuous ones want word in the period."""
    overdue = tuple(line.task.code for line in tasks.lines(NOVEMBER.ends) if line.state == "overdue")
    silent = [task for task in plan.active.tasks if not task.deadline]
    assert lacking(world)["overdue"] == (len(overdue), overdue)
    assert lacking(world)["tasks"][0] == len(silent)
    for task, day in ((silent[0], date(2026, 11, 14)), (silent[1], date(2026, 11, 15))):
        TaskUpdate.tell(world.users["sara"], task.code, None, day, "Đã họp")
    assert lacking(world)["tasks"][0] == len(silent) - 1


def test_phones_that_hold_records_are_missing(world, database):
    vera, otto = world.users["vera"], world.users["otto"]
    Device.create(uid=new_uid(), user=vera, last_user=vera, made=3, missing=[3], waiting=[3])
    Device.create(uid=new_uid(), user=vera, last_user=vera, made=3)
    Device.create(uid=new_uid(), user=otto, last_user=otto, made=2, missing=[2], revoked_at=now())
    assert lacking(world)["phones"] == (1, (vera.name,))


def test_what_is_missing_leads_to_a_page_that_an_officer_may_open(world, as_):
    world.household()
    sara = as_("sara")
    with sara.application.test_request_context():
        addresses = [
            url_for(each.endpoint, **each.args) for each in cutoffs.missing(world.commune, NOVEMBER, date(2026, 11, 16))
        ]
    assert {sara.get(address).status_code for address in addresses} == {200}


def test_something_missing_must_be_explained(world, close):
    with pytest.raises(cutoffs.Refused) as refused:
        close(why="")
    assert (refused.value.says, refused.value.field) == (cutoffs.WHY_MISSING, "why")


# -- What came afterwards


DECEMBER, JANUARY = periods.of("month", 2026, 12, 14), periods.of("month", 2027, 1, 14)


def told_late(report):
    return [(each["period"], each["what"], each["was"], each["now"], each["count"]) for each in report["late"]]


def test_what_came_after_the_closing_is_told_in_the_next_report_and_once(world, close, says):
    """Twelve sessions when November was closed, fifteen when December was, sixteen when January was."""
    frozen, of = close().contents, "Biểu 3, Lớp VNeID, số buổi"
    says["2026-11"] = 15
    assert [(each.what, each.was, each.now) for each in cutoffs.late(world.commune, NOVEMBER, date(2026, 12, 16))] == [
        (of, 12, 15)
    ]
    december = close(DECEMBER, 7, moment=datetime(2026, 12, 16, 1, 0))
    assert told_late(december.report) == [("2026-11", of, 12, 15, 3)]
    says["2026-11"] = 16
    january = cutoffs.draft(world.commune, JANUARY, datetime(2027, 1, 16, 1, 0))
    assert told_late(january) == [("2026-11", of, 15, 16, 1)]
    assert cutoffs.standing(world.commune, NOVEMBER).contents == frozen


def test_a_period_closed_again_has_no_longer_anything_late(world, close, says):
    close()
    says["2026-11"] = 15
    assert len(cutoffs.draft(world.commune, DECEMBER, datetime(2026, 12, 16))["late"]) == 1
    close(number=15, why="trường gửi lại số liệu", moment=datetime(2026, 12, 16))
    assert cutoffs.draft(world.commune, DECEMBER, datetime(2026, 12, 16))["late"] == []


def test_a_report_closed_again_tells_again_what_was_late_in_it(world, close, says):
    close()
    says["2026-11"] = 15
    first = close(DECEMBER, moment=datetime(2026, 12, 16))
    second = close(DECEMBER, moment=datetime(2026, 12, 17), why="sửa biểu 2")
    assert told_late(first.report) == told_late(second.report) != []


def test_a_quarter_tells_nothing_of_its_months_and_nothing_is_late_in_an_open_period(world, close, says):
    close()
    says["2026-11"] = 15
    quarter = periods.of("quarter", 2026, 4, 14)
    assert cutoffs.draft(world.commune, quarter, datetime(2026, 12, 16))["late"] == []
    assert cutoffs.late(world.commune, DECEMBER, date(2026, 12, 16)) == []


def test_what_is_shown_of_a_closed_period_is_what_was_frozen(world, close, says):
    cutoff = close()
    says["2026-11"] = 15
    assert cutoffs.shown(world.commune, NOVEMBER, datetime(2026, 12, 16)) == cutoff.report
    assert cutoffs.draft(world.commune, NOVEMBER, datetime(2026, 12, 16))["tables"]["3"]["rows"][0]["cells"][1] == 15

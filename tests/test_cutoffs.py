"""A closed period: when it may be closed, once or again, and what then never changes."""

import hashlib
import json
import threading
from datetime import date, datetime

import pytest

import cutoffs
import periods
from models import Conflict, Cutoff, Event, db, new_uid

NOVEMBER = periods.of("month", 2026, 11, 14)  # 15/10 to 14/11
MORNING = datetime(2026, 11, 16, 1, 0)  # 8:00 of 16/11 here


def figures(number=12):
    """A report's contents of one number."""
    return lambda area, period, moment: {
        "version": 1, "area": {"code": area.code}, "period": {"key": period.key}, "closed": None,
        "tables": {"3": {"rows": [{"kind": "row", "cells": ["Thôn 4", number]}]}},
    }  # fmt: skip


@pytest.fixture
def close(world):
    """`close(why=…)`: Sara closes November with twelve sessions."""

    def closing(period=NOVEMBER, number=12, why="còn hai đơn vị", uid=None, moment=MORNING, **more):
        sara = world.users["sara"]
        return cutoffs.close(
            more.pop("area", world.commune), period, sara, uid or new_uid(), why, moment, of=figures(number), **more
        )

    return closing


def test_closing_freezes_what_the_report_says_and_who_closed_it(world, database, close):
    cutoff = close(why="  còn hai đơn vị ")
    assert (cutoff.revision, cutoff.starts, cutoff.ends) == (1, date(2026, 10, 15), date(2026, 11, 14))
    assert cutoff.report == figures()(world.commune, NOVEMBER, MORNING) | {
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
        ["Thôn 4", 12]
    ]
    with pytest.raises(Conflict):
        close(periods.of("month", 2026, 10, 14), uid=uid)


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

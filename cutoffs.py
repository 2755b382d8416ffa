"""Closing a reporting period: what is missing before, what is frozen, and what was entered afterwards.

A closed period's figures are kept as they were (`Cutoff`). Edits, withdrawals, mergers and another plan change them no
more: what comes later for its days is told beside the next period, never mixed into the closed one.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import periods
import plan
import vi
from database import lock_row, snapshot
from fields import N_, Sentence, broken, text_rules
from models import Area, Attendance, Conflict, Cutoff, Device, Tally, Unit, Visit, db, now
from office import board, tasks

LONGEST_WHY = 500
LOW_COVERAGE = 50  # percent of a village's homes: below it, too little was asked to speak of the village


def bare(area, period, moment):
    """What a report says of itself, while nothing writes the rest."""
    days = {"key": period.key, "kind": period.kind, "starts": str(period.starts), "ends": str(period.ends)}
    place = {"code": area.code, "label": area.label}
    return {"version": 1, "area": place, "period": days, "made_at": moment.isoformat(), "closed": None, "tables": {}}


NOT_A_VILLAGE = N_("Chỉ chốt số liệu của xã hoặc thành phố.")
WHY_MISSING = N_("Còn thiếu số liệu: ghi lý do vẫn chốt.")
WHY_AGAIN = N_("Kỳ này đã chốt: ghi lý do chốt lại.")


class Refused(Exception):
    """A period is not closed: `says` is why, `field` the field of the form that it is about ("" for none)."""

    def __init__(self, says, field=""):
        super().__init__(says.text)
        self.says, self.field = says, field


def standing(area, period):
    """The newest closing of a period (`periods.Period`), or None while it is open."""
    revisions = of_period(area, period)
    return revisions[-1] if revisions else None


def of_period(area, period):
    """Every closing of a period, the first first, each with who did it."""
    return list(Cutoff.of(area).where(Cutoff.period == period.key))


def may_close(period, today):
    """Whether a period is over: from the day after its last."""
    return today > period.ends


def close(area, period, by, uid, why, moment, seen=None, of=bare):
    """Freeze what the report of a period prints; returns the Cutoff. The same form (`uid`) closes once.

    why: a sentence, needed when something is missing and when the period is closed already, which makes the next
    revision. seen: how many revisions the form showed (None: not asked). moment: naive UTC. Raises Refused, and
    Conflict when the uid is of another closing.
    """
    if sent := Cutoff.get_or_none(Cutoff.uid == uid):
        return _the_same(sent, area, period)
    why = vi.clean(why)
    _refuse(area, period, why, moment)
    with snapshot():
        contents = of(area, period, moment)
    with db.atomic():
        lock_row(Area.select().where(Area.id == area.id)).get()
        if sent := Cutoff.get_or_none(Cutoff.uid == uid):
            return _the_same(sent, area, period)
        last = standing(area, period)
        revision = last.revision + 1 if last else 1
        _refuse_again(last, why, seen)
        who = by.name if by else ""
        contents["closed"] = {"revision": revision, "at": moment.isoformat(), "by": who, "why": why}
        return Cutoff.keep(area, period, revision, contents, by, uid, why, moment)


def _the_same(sent, area, period):
    if (sent.area_id, sent.period) != (area.id, period.key):
        raise Conflict(sent)
    return sent


def _refuse(area, period, why, moment):
    """Raise Refused where a period cannot be closed, whether or not it was before."""
    today = vi.local(moment).date()
    if area.kind == "village":
        raise Refused(NOT_A_VILLAGE)
    if not may_close(period, today):
        raise Refused(N_("Kỳ chưa hết: chốt được từ ngày %(day)s.", day=vi.date_vn(period.ends + timedelta(1))))
    if wrong := broken(text_rules(LONGEST_WHY), why):
        raise Refused(wrong, "why")
    if not why and missing(area, period, today):
        raise Refused(WHY_MISSING, "why")


def _refuse_again(last, why, seen):
    if last and seen is not None and seen < last.revision:
        raise Refused(N_("Kỳ này vừa được chốt (lần %(number)s): xem lại trước khi chốt nữa.", number=last.revision))
    if last and not why:
        raise Refused(WHY_AGAIN, "why")


# -- What is missing


class Missing(NamedTuple):
    """Some things that a period's figures lack: `kind`, a Sentence that says what, how many, and their names.

    Where it is done: the page `endpoint` with these `args`.
    """

    kind: str
    says: Sentence
    count: int
    names: tuple
    endpoint: str
    args: dict


def missing(area, period, today):
    """[Missing] of a period in an area as of today: what is told too late for its closing, if it is closed now.

    Units and the police by month; villages; sessions; the plan's tasks, of the whole commune; phones, as they are now.
    """
    last = min(period.ends, today)
    found = [*_silent(area, period), *_villages(area, period), _sessions(area, period), *_tasks(period, last)]
    return [each for each in (*found, _phones(area)) if each.count]


def months(period):
    """The months of a period for which units are asked, oldest first."""
    cutoff = plan.active.cutoff_day
    month, found = periods.of_day(period.starts, cutoff), []
    while month.starts <= period.ends:
        if month.key >= board.first_period().key:
            found.append(month)
        month = periods.next_to(month, 1, cutoff)
    return found


def _silent(area, period):
    """Units, and the police, that did not send all that the rates of a month need."""
    units = Unit.open_below(area)
    for month in months(period):
        silent = board.silent(area, board.told_for(area, month), {}, units)
        police = [each.unit.name for each in silent if _of_police(each)]
        others = [each.unit.name for each in silent if not _of_police(each)]
        called, place = f"{month.number:02d}/{month.year}", ("figures.index", {"period": month.key})
        says = N_("Công an chưa gửi đủ số liệu tháng %(month)s.", month=called)
        yield Missing("police", says, len(police), tuple(police), *place)
        says = N_("Đơn vị chưa gửi đủ số liệu tháng %(month)s: %(count)s.", month=called, count=len(others))
        yield Missing("units", says, len(others), tuple(others), *place)


def _of_police(silent):
    return any(lack.target.source == "police" for lack in silent.lacks)


def _villages(area, period):
    """Villages with doors left where nobody knocked in the period, and those of which few doors were reached."""
    visited = Visit.villages_visited(area, *moments(period))
    villages = [village for village in Tally.of_visits(area) if village.visited < village.listed]
    silent = tuple(village.label for village in villages if village.id not in visited)
    few = tuple(village.label for village in villages if 100 * village.visited < LOW_COVERAGE * village.listed)
    place = "progress.show", {"code": area.code}
    says = N_("Thôn không có lần đến nào trong kỳ: %(count)s.", count=len(silent))
    yield Missing("unvisited", says, len(silent), silent, *place)
    says = N_("Thôn mới đến dưới %(most)s%% số hộ: %(count)s.", most=LOW_COVERAGE, count=len(few))
    yield Missing("coverage", says, len(few), few, *place)


def _sessions(area, period):
    """Sessions held of which nobody said who came, or how many."""
    since, until = moments(period)
    held = [row for row in Attendance.meetings_between(area, since, until) if since <= row.starts_at <= now()]
    silent = [row for row in held if not row.cancelled_at and not row.people and row.head_count is None]
    names = tuple(f"{row.course.title}, {vi.date_vn(row.starts_at)}" for row in silent)
    says = N_("Buổi học chưa nộp điểm danh: %(count)s.", count=len(silent))
    return Missing("sessions", says, len(silent), names, "courses.index", {})


def _tasks(period, last):
    """Tasks whose day was over and whose output was not there, and continuous ones without word in the period."""
    lines = tasks.lines(last)
    overdue = tuple(line.task.code for line in lines if line.state == "overdue")
    says = N_("Nhiệm vụ quá hạn chưa xong: %(count)s.", count=len(overdue))
    yield Missing("overdue", says, len(overdue), overdue, "tasks.index", {})
    told = {line.task.code: any(update.on in period for update in line.updates) for line in lines}
    silent = tuple(line.task.code for line in lines if not line.task.deadline and not told[line.task.code])
    says = N_("Nhiệm vụ thường xuyên chưa có tin trong kỳ: %(count)s.", count=len(silent))
    yield Missing("tasks", says, len(silent), silent, "tasks.index", {})


def _phones(area):
    phones = Device.holding(area)
    says = N_("Máy còn phiếu chưa gửi: %(count)s.", count=len(phones))
    return Missing("phones", says, len(phones), tuple(phone.user.name for phone in phones), "devices.index", {})


def moments(period):
    """The first moment of a period and the first one after it, by the clock of Hà Nội, in UTC."""
    days = period.starts, period.ends + timedelta(1)
    return [vi.utc(datetime.combine(day, time.min)) for day in days]


# -- What came afterwards


def late(area, period, today):
    """What was entered for a closed period after its closing."""
    return []

"""Closing a reporting period: what is missing before, what is frozen, and what was entered afterwards.

A closed period's figures are kept as they were (`Cutoff`). Edits, withdrawals, mergers and another plan change them no
more: what comes later for its days is told beside the next period, never mixed into the closed one.
"""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import periods
import plan
import vi
from database import lock_row, snapshot
from fields import N_, Sentence, broken, text_rules
from models import Area, Attendance, Conflict, Cutoff, Device, OldCode, Tally, Unit, Visit, db, now
from office import board, tasks
from report import contents, headers, words

LONGEST_WHY = 500
LOW_COVERAGE = 50  # percent of a village's homes: below it, too little was asked to speak of the village
VILLAGES, POPULATION = "5", "all"  # the Biểu of villages; the column of how many people there are
COMPARED = {  # what of each Biểu is compared with a closed one: the counts from which its other numbers follow
    "1": (POPULATION, "asked", "yes"),
    "2": ("period",),
    "3": ("sessions", "attendances", "women", "old"),
    "4": ("period",),
    VILLAGES: ("done", "at_home"),
    "6": ("state",),
}
OF_OTHERS = (".classes", ".attendances", ".learners", ".outings")  # rows of models that count what Biểu 2 and 3 have
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


def close(area, period, by, uid, why, moment, seen=None):
    """Freeze what the report of a period prints; returns the Cutoff. The same form (`uid`) closes once.

    why: a sentence, needed when something is missing and when the period is closed already, which makes the next
    revision. seen: how many revisions the form showed (None: not asked). moment: naive UTC. Raises Refused, and
    Conflict when the uid is of another closing, or of the same with another reason, which would be lost.
    """
    why = vi.clean(why)
    if sent := Cutoff.get_or_none(Cutoff.uid == uid):
        return _the_same(sent, area, period, why)
    _refuse(area, period, why, moment)
    with snapshot():
        contents = draft(area, period, moment)
    with db.atomic():
        lock_row(Area.select().where(Area.id == area.id)).get()
        if sent := Cutoff.get_or_none(Cutoff.uid == uid):
            return _the_same(sent, area, period, why)
        last = standing(area, period)
        revision = last.revision + 1 if last else 1
        _refuse_again(last, why, seen)
        who = by.name if by else ""
        contents["closed"] = {"revision": revision, "at": moment.isoformat(), "by": who, "why": why}
        return Cutoff.keep(area, period, revision, contents, by, uid, why, moment)


def _the_same(sent, area, period, why):
    if (sent.area_id, sent.period, sent.why) != (area.id, period.key, why):
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
    return vi.moments_of_days(period.starts, period.ends)


# -- What came afterwards


class Late(NamedTuple):
    """A count of a closed period that is another one today, or the state of a task: where it stands, was and now.

    table, row, column: of the report's contents; what: the same in Vietnamese. None is not known, or not there.
    """

    table: str
    row: str
    column: str
    what: str
    was: int | str | None
    now: int | str | None

    @property
    def count(self):
        """How many came in addition, less than none where some were taken away; None of a text."""
        texts = isinstance(self.was, str) or isinstance(self.now, str)
        return None if texts else (self.now or 0) - (self.was or 0)


def shown(area, period, moment):
    """What the report of a period says: as it was closed last, else as `draft` has it."""
    last = standing(area, period)
    return last.report if last else draft(area, period, moment)


def draft(area, period, moment, unit=None):
    """What the report of a period would freeze now: its contents, with what came late for the periods before, and its
    letterhead (`report.headers`).

    unit: that unit's own report, which no closing freezes, so that nothing is late in it.
    """
    with plan.during(plan.of_year(period.year) or plan.active):
        header = {"header": headers.of(plan.active, unit)}
        if unit:
            return contents.of(area, period, moment, unit) | header
        before = standing(area, periods.next_to(period, -1, plan.active.cutoff_day))
        late = _told_late(area, period, moment)
        return contents.of(area, period, moment, before=before.report if before else None, late=late) | header


def late(area, period, today):
    """[Late] of everything that was entered for a closed period after its newest closing; [] for an open one."""
    last = standing(area, period)
    moment = max(now(), vi.midnight(today))
    return _differences(last, numbers(last.report), moment) if last else []


def numbers(report):
    """`{(Biểu, row, column): value}` of what is COMPARED in a report's contents, as far as it is known."""
    found = {}
    for key, names in COMPARED.items():
        table = report["tables"].get(key, {"columns": [], "rows": []})
        columns = [(n, each["key"]) for n, each in enumerate(table["columns"]) if each["key"] in names]
        for row in table["rows"]:
            if row["kind"] == "row" and not row["key"].endswith(OF_OTHERS):
                cells = {(key, row["key"], column): row["cells"][n] for n, column in columns}
                found |= {place: cell for place, cell in cells.items() if cell not in (None, "")}
    return found


def _told_late(area, period, moment):
    """What came late for the closed periods of this kind in the year before one, and no report between has told.

    [{"period", "table", "row", "column", "what", "was", "now", "count"}], the oldest period first.
    """
    a_year_ago = period.starts - timedelta(366)
    closed = [each for each in Cutoff.newest_of(area) if days_of(each).kind == period.kind]
    closed = [each for each in closed if a_year_ago <= each.ends < period.ends]
    found = []
    for cutoff in closed:
        known = numbers(cutoff.report)
        for later in closed:
            if later.ends > cutoff.ends and later.closed_at >= cutoff.closed_at:
                told = [each for each in later.report["late"] if each["period"] == cutoff.period]
                known |= {(each["table"], each["row"], each["column"]): each["now"] for each in told}
        for each in _differences(cutoff, known, moment):
            found.append({"period": cutoff.period, **each._asdict(), "count": each.count})
    return found


def _differences(cutoff, known, moment):
    """[Late] of a closed period: what is known of it, against its figures worked out anew."""
    period = days_of(cutoff)
    with plan.during(plan.of_year(period.year) or plan.active):
        report = {"tables": contents.tables(cutoff.area, period, moment)}
    known, today = _where_they_stand(known), numbers(report)
    says = _names(cutoff.report) | _names(report)
    found = [
        Late(*place, says.get(place, ""), known.get(place), today.get(place))
        for place in {**known, **today}
        if known.get(place) != today.get(place)
    ]
    # How many people there are is an official count with its own day: new is one only where there was another.
    return [each for each in found if each.column != POPULATION or None not in (each.was, each.now)]


def days_of(cutoff):
    """The Period that was closed, with the days that it had then."""
    named = periods.read(cutoff.period, plan.active.cutoff_day)
    return replace(named, starts=cutoff.starts, ends=cutoff.ends)


def _where_they_stand(known):
    """The same numbers, those of a village that became part of another one since added to that one's."""
    found, moved = {}, OldCode.present()
    for (table, row, column), value in known.items():
        place = table, moved.get(row, row) if table == VILLAGES else row, column
        found[place] = found[place] + value if place in found else value
    return found


def _names(report):
    """`{(Biểu, row, column): what it is called}` of the contents of a report."""
    found = {}
    for key, table in report["tables"].items():
        columns = {each["key"]: (n, each["label"]) for n, each in enumerate(table["columns"])}
        name = columns["name"][0] if "name" in columns else 0
        for row in table["rows"]:
            called = f"Biểu {key}, {str(row['cells'][name]).removeprefix('- ')}"
            labels = {column: words.lower(label) for column, (_, label) in columns.items()}
            found |= {(key, row["key"], column): f"{called}, {label}" for column, label in labels.items()}
    return found

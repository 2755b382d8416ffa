"""Tables of totals to take away: villages, classes, help and publicity by month. No names, so no reason is asked.

Sums of an office's own area, live and unhidden: who may see them is said at the view.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from peewee import JOIN, fn

import exports
import plan
import progress
import vi
from classes.held import OLD
from models import Area, Attendance, Course, Event, Meeting, Resident, Support, now
from office import activities


class Summary(NamedTuple):
    """A table of totals: its title, the start of its file's name, and what gives (headers, rows) for an area."""

    title: str
    filename: str
    of: object


def villages(area):
    """A row per village with its doors and, for each target of people or homes, yes, asked and both rates."""
    whole, parts = progress.of(area, vi.local(now()).date())
    targets = progress.shown_targets()
    headers = ["Xã, thôn", "Số hộ (chính thức)", "Hộ trong danh sách", "Hộ đã đến", "Hộ đã khảo sát xong"]
    for target in targets:
        of_whom = "hộ" if target.population == "households" else "người"
        headers += [
            f"{target.code} {target.short.vi}: số đạt ({of_whom})",
            f"{target.code}: số đã hỏi",
            f"{target.code}: dân số, số hộ chính thức",
            f"{target.code}: tỷ lệ trên số đã hỏi (%)",
            f"{target.code}: tỷ lệ trên toàn bộ (%)",
        ]
    return headers, [_village(part, targets) for part in parts] + [_village(whole, targets)]


def _village(part, targets):
    cells = [part.area.label, part.official_households, part.listed, part.visited, part.done]
    for target in targets:
        line = part.lines[target.code]
        rates = (rate if rate is None else vi.number(rate, 1) for rate in (line.rate_asked, line.rate_all))
        cells += [line.yes, line.asked, line.official, *rates]
    return cells


def classes(area):
    """A row per month of the plan's year: sessions held, classes, lượt and người who came, women, from 60.

    Beside them what hosts counted by eye, which is all there is of classes without names (pupils).
    """
    headers = ["Tháng", "Số buổi", "Số lớp", "Lượt người", "Số người", "Trong đó nữ (lượt)", "Từ 60 tuổi (lượt)"]
    headers += ["Phụ trách lớp đếm (lượt)"]
    held = Area.within(area) & Meeting.not_cancelled()
    held &= _in_plan(Meeting.starts_at) & (Meeting.starts_at < now())
    sessions, courses, heads, came = Counter(), defaultdict(set), Counter(), defaultdict(list)
    meetings = Meeting.select(Meeting.starts_at, Meeting.course, Meeting.head_count).join(Course).join(Area)
    for starts_at, course_id, counted in meetings.where(held).tuples():
        month = _month(starts_at)
        sessions[month] += 1
        courses[month].add(course_id)
        heads[month] += counted or 0
    born = fn.COALESCE(Resident.birth_year, Attendance.birth_year)
    rows = Attendance.select(Meeting.starts_at, Attendance.person, Resident.sex, born)
    rows = rows.join(Resident, JOIN.LEFT_OUTER).switch(Attendance).join(Meeting).join(Course).join(Area)
    for starts_at, *who in rows.where(held, Attendance.stands()).tuples():
        came[_month(starts_at)].append(who)
    return headers, [
        [
            month,
            sessions[month],
            len(courses[month]),
            len(came[month]),
            len({person for person, _, _ in came[month]}),
            sum(sex == "f" for _, sex, _ in came[month]),
            sum(bool(born) and plan.active.year - born >= OLD for _, _, born in came[month]),
            heads[month],
        ]
        for month in sorted(sessions, key=_in_order)
    ]


def supports(area):
    """A row per month of the plan's year and topic: lượt of help that stand, and the residents among them."""
    headers = ["Tháng", "Việc", "Lượt hỗ trợ", "Số người (có trong danh sách)"]
    rows = Support.standing().select(Support.happened_at, Support.topic, Support.resident).join(Area)
    given = defaultdict(list)
    for happened_at, topic, resident_id in rows.where(Area.within(area), _in_plan(Support.happened_at)).tuples():
        given[_month(happened_at), topic].append(resident_id)
    by_month = sorted(given, key=lambda about: (_in_order(about[0]), about[1]))
    return headers, [
        [month, plan.active.topic(topic).name.vi, len(given[month, topic]), len({*given[month, topic]} - {None})]
        for month, topic in by_month
    ]


SUMMARIES = {
    "villages": Summary("Bảng theo thôn", "theo-thon", villages),
    "classes": Summary("Lớp học theo tháng", "lop-hoc-theo-thang", classes),
    "supports": Summary("Hướng dẫn theo tháng và việc", "huong-dan-theo-thang", supports),
    "activities": Summary("Tuyên truyền theo kỳ", "tuyen-truyen-theo-ky", activities.by_unit),
}


def make(file, key, format, area, by):
    """Write a summary's file to `file` (binary) and log who took it; returns the number of rows."""
    summary = SUMMARIES[key]
    about = [("Hai mẫu số", exports.DENOMINATORS)]
    title = f"{summary.title}, {area.label}, năm {plan.active.year}"
    return write(file, key, format, area, by, (summary.title, title), summary.of(area), about)


def write(file, key, format, area, by, titles, table, about=(), named=False):
    """Write a table, (headers, rows), to `file` (binary) and log who took it; returns the number of rows.

    titles: of the sheet, and in full. about: further pairs for the sheet that explains. named: whether it names people.
    """
    headers, rows = table
    shown = [exports.Column(header, None, "") for header in headers]
    if format == "xlsx":
        made = now()
        explained = [
            ("Bảng", titles[1]),
            ("Lập lúc", f"{vi.time_vn(made)} ngày {vi.date_vn(made)}"),
            ("Người lập", by.name),
            *about,
        ]
        written = exports.write_xlsx(file, titles[0], shown, rows, explained, by_place=False)
    else:
        written = exports.write_csv(file, shown, rows)
    Event.log("export.made", area, by, table=key, format=format, named=named, rows=written)
    return written


def _in_plan(moment):
    """Whether a moment is in the plan's year, by the clock of Hà Nội; for a query."""
    first, after = vi.moments_of_year(plan.active.year)
    return (moment >= first) & (moment < after)


def _month(moment):
    """A moment's month as people write it: "11/2026"."""
    return vi.local(moment).strftime("%m/%Y")


def _in_order(month):
    return month[3:], month[:2]

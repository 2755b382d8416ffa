"""Sessions that were held from one day to another, class by class: who came, and what hosts counted by eye."""

from collections import defaultdict
from dataclasses import dataclass

from peewee import JOIN, Case, fn

import plan
import vi
from models import Area, Attendance, Course, Meeting, Resident, Unit, User

OLD = 60  # "từ 60 tuổi", Biểu 3 (domain.md 5.3)


@dataclass(frozen=True)
class Held:
    """The sessions of one class, each on its day.

    came: lượt người, of whom women and from 60 as far as it is known who they are: no_sex and no_age did not say.
    heads: what the host counted by eye. unrecorded: the sessions for which nobody is recorded. Nobody names pupils:
    they are what the host counted.
    """

    course: Course
    days: list
    came: int
    women: int
    old: int
    no_sex: int
    no_age: int
    heads: int
    unrecorded: int

    @property
    def sessions(self):
        return len(self.days)

    @property
    def attendances(self):
        """Lượt người, or None while nobody is recorded for any session."""
        return self.came if self.unrecorded < self.sessions else None


def by_course(area, days, moment, led_by=None):
    """The Held of each class below an area with a session in these days that has begun, the first class first.

    days: an office.models.Span. led_by: only the classes that this unit leads.
    """
    meetings = _held(area, days, moment, led_by).select(Meeting, Course, Area, User, Unit).join_from(Course, User)
    meetings = meetings.join_from(Course, Unit, JOIN.LEFT_OUTER).order_by(Meeting.starts_at, Meeting.id)
    came, found = _came(area, days, moment, led_by), defaultdict(list)
    for meeting in meetings:
        found[meeting.course_id].append(meeting)
    return [_of_course(sessions, came) for sessions in found.values()]


def totals(area, days, moment, led_by=None):
    """(classes, sessions, lượt người, người) of the same: the last are different people whose name is known."""
    meetings = _held(area, days, moment, led_by)
    counts = fn.COUNT(Meeting.course.distinct()), fn.COUNT(Meeting.id)
    courses, sessions = meetings.select(*counts).tuples().first()
    pupils = fn.COALESCE(fn.SUM(Meeting.head_count), 0)
    counted = meetings.where(Course.audience == "pupils").select(pupils).scalar()
    came = _attendances(area, days, moment, led_by)
    lượt, people = came.select(fn.COUNT(Attendance.id), fn.COUNT(Attendance.person.distinct())).tuples().first()
    return courses, sessions, counted + lượt, people


def _held(area, days, moment, led_by):
    held = Area.within(area) & days.holds(Meeting.starts_at) & (Meeting.starts_at <= moment) & Meeting.not_cancelled()
    held = held & (Course.led_by == led_by) if led_by else held
    return Meeting.select().join(Course).join(Area).where(held)


def _attendances(area, days, moment, led_by):
    meetings = _held(area, days, moment, led_by).select(Meeting.id)
    return Attendance.select().where(Attendance.meeting.in_(meetings), Attendance.stands())


def _came(area, days, moment, led_by):
    """`{meeting id: (lượt, women, from 60, of unknown sex, of unknown age)}`, one row a session."""
    born = fn.COALESCE(Resident.birth_year, Attendance.birth_year)

    def among(condition):
        return fn.SUM(Case(None, [(condition, 1)], 0))

    rows = _attendances(area, days, moment, led_by).select(
        Attendance.meeting, fn.COUNT(Attendance.id), among(Resident.sex == "f"),
        among(born <= plan.active.year - OLD), among(Resident.sex.is_null()), among(born.is_null()),
    )  # fmt: skip
    rows = rows.join(Resident, JOIN.LEFT_OUTER).group_by(Attendance.meeting)
    return {meeting: counts for meeting, *counts in rows.tuples()}


def _of_course(meetings, came):
    course = meetings[0].course
    counts = [came.get(meeting.id, (0, 0, 0, 0, 0)) for meeting in meetings]
    there, women, old, no_sex, no_age = map(sum, zip(*counts, strict=True))
    heads = [meeting.head_count for meeting in meetings]
    counted = sum(number or 0 for number in heads)
    if course.counts_only:
        there, no_sex, no_age = counted, counted, counted
        unrecorded = heads.count(None)
    else:
        unrecorded = sum(not each[0] for each in counts)
    days = [vi.local(meeting.starts_at).date() for meeting in meetings]
    return Held(course, days, there, women, old, no_sex, no_age, counted, unrecorded)

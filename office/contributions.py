"""What villages, units and people did in a period: input for commendation, by the day on which it happened.

Counts side by side, never added up to one score: a door, an hour at the service point and a class are no one thing.
Nothing is ranked: villages and units stand in their usual order, people in that of the alphabet.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from peewee import fn

import periods
import plan
import vi
from models import Activity, Area, Attendance, Course, Household, Meeting, Shift, Support, Unit, UnitFigure, User, Visit
from office import board
from office.models import Span, was_held
from terms import CONTRIBUTIONS, NO_UNIT, ROLES

OF_VILLAGES = ("doors", "finished", "helps", "sessions", "attendances", "activities")
OF_UNITS = ("sessions", "attendances", "activities", "shifts", "due", "in_time")
OF_PEOPLE = ("doors", "finished", "helps", "sessions", "attendances", "activities", "shifts")


class Row(NamedTuple):
    """What one village, unit or person did: `counts` by the keys of terms.CONTRIBUTIONS.

    of: the Area, Unit or User; NO_UNIT; the name of somebody on duty who has no account; None in the row that adds all
    up.
    """

    of: object
    counts: dict

    @property
    def nothing(self):
        """Whether it did nothing; what it only owed is nothing done."""
        return not any(number for key, number in self.counts.items() if key != "due")


def span_of(period, today):
    """The days of a period that count: those of the plan that are not to come."""
    return Span(max(period.starts, plan.active.starts), min(period.ends, plan.active.ends, today))


def of_villages(area, period, today):
    """A Row for each village of an area by name, for a commune or city that did something itself, and for all."""
    span = span_of(period, today)
    done = {
        "doors": _homes(area, span, Household.village),
        "finished": _homes(area, span, Household.village, Visit.outcome == "done"),
        "helps": _helps(area, span, Support.area),
        **_classes(area, span, Course.area),
        "activities": _activities(area, span, lambda row: None if row.unit else row.area_id),
    }
    villages = list(area.village_list())
    above = [each for each in area.below().where(Area.kind != "village").order_by(Area.path)]
    rows = _rows([(each.id, each) for each in villages], done, OF_VILLAGES)
    rows += [row for row in _rows([(each.id, each) for each in above], done, OF_VILLAGES) if not row.nothing]
    return [*rows, _sum(rows, OF_VILLAGES)]


def of_units(area, period, today):
    """A Row for each open unit below an area, each closed one that did something, what no unit did, and for all."""
    span = span_of(period, today)
    open_units = Unit.open_below(area)
    shifts = Counter(shift.unit_id for shift in Shift.between(*span))
    done = {
        **_classes(area, span, Course.led_by),
        "activities": _activities(area, span, lambda row: row.unit_id),
        "shifts": shifts,
        **_told(area, open_units, period, today),
    }
    closed = [unit for unit in Unit.closed_below(area)]
    rows = _rows([(unit.id, unit) for unit in open_units], done, OF_UNITS)
    others = [*((unit.id, unit) for unit in closed), (None, NO_UNIT)]
    rows += [row for row in _rows(others, done, OF_UNITS) if not row.nothing]
    return [*rows, _sum(rows, OF_UNITS)]


def of_people(area, period, today):
    """A Row for everybody who did something, by given name: accounts, and who was on duty without one."""
    span = span_of(period, today)
    on_duty = list(Shift.between(*span))
    done = {
        "doors": _homes(area, span, Visit.user),
        "finished": _homes(area, span, Visit.user, Visit.outcome == "done"),
        "helps": _helps(area, span, Support.user),
        **_classes(area, span, Course.host),
        "activities": _activities(area, span, lambda row: row.user_id),
        "shifts": Counter(shift.user_id or shift.person for shift in on_duty),
    }
    keys = set().union(*done.values()) - {None}
    people = [(user.id, user) for user in User.with_ids([key for key in keys if isinstance(key, int)])]
    people += {shift.person: (shift.person, shift.who) for shift in on_duty if not shift.user_id}.values()
    rows = [row for row in _rows(people, done, OF_PEOPLE) if not row.nothing]
    return sorted(rows, key=lambda row: vi.name_key(name_of(row)))


def name_of(row):
    """The name of the person whose Row it is."""
    return row.of if isinstance(row.of, str) else row.of.name


def table(key, area, period, today):
    """(headers, rows) of a file: of "villages", "units" or "people"."""
    if key == "people":
        first, keys, rows = ["Người", "Vai trò", "Đơn vị, thôn"], OF_PEOPLE, of_people(area, period, today)
        return first + [CONTRIBUTIONS[each] for each in keys], [[*_who(row), *row.counts.values()] for row in rows]
    first, keys, found = ("Thôn", OF_VILLAGES, of_villages) if key == "villages" else ("Đơn vị", OF_UNITS, of_units)
    rows = [[_called(row.of), *row.counts.values()] for row in found(area, period, today)]
    return [first, *(CONTRIBUTIONS[each] for each in keys)], rows


def _called(of):
    if of is None or isinstance(of, str):
        return of or "Cộng"
    return of.label if isinstance(of, Area) else of.name


def _who(row):
    """Name, role and workplace of a person."""
    user = row.of
    if isinstance(user, str):
        return user, "Đại sứ số", ""
    return user.name, ROLES[user.role], user.unit.name if user.unit else user.area.label


def _rows(known, done, keys):
    return [Row(of, {key: done[key].get(ident, 0) for key in keys}) for ident, of in known]


def _sum(rows, keys):
    return Row(None, {key: sum(row.counts[key] for row in rows) for key in keys})


def _homes(area, span, by, *conditions):
    """`{id: households}` that were knocked on, each once however often, by a column of the visit or its household."""
    rows = Visit.select(by, fn.COUNT(Visit.household.distinct())).join(Household).join(Area)
    rows = rows.where(Area.within(area), span.holds(Visit.happened_at), *conditions)
    return dict(rows.group_by(by).tuples())


def _helps(area, span, by):
    """`{id: times}` that help was given and stands."""
    rows = Support.standing().select(by, fn.COUNT(Support.id)).join(Area)
    return dict(rows.where(Area.within(area), span.holds(Support.happened_at)).group_by(by).tuples())


def _classes(area, span, by):
    """`{"sessions": {id: sessions held}, "attendances": {id: lượt}}` by a column of the class. Pupils are counted."""
    of_class = (Area.within(area), was_held(span))
    held = Meeting.select(by, fn.COUNT(Meeting.id)).join(Course).join(Area).where(*of_class)
    came = Attendance.select(by, fn.COUNT(Attendance.id)).join(Meeting).join(Course).join(Area)
    came = Counter(dict(came.where(*of_class, Attendance.stands()).group_by(by).tuples()))
    pupils = Meeting.select(by, fn.SUM(Meeting.head_count)).join(Course).join(Area)
    pupils = pupils.where(*of_class, Course.audience == "pupils").group_by(by).tuples()
    came.update({ident: number or 0 for ident, number in pupils})
    return {"sessions": dict(held.group_by(by).tuples()), "attendances": came}


def _activities(area, span, by):
    """`{id: activities}` of publicity, by what `by` says of each entry; those of which it says None belong to none."""
    found = Counter()
    for row in Activity.between(area, *span):
        if (ident := by(row)) is not None:
            found[ident] += row.count
    return found


def _told(area, units, period, today):
    """`{"due": {unit id: months}, "in_time": {unit id: months}}` of the months whose last day for figures is over.

    A unit owes nothing for a month before it was added or first sent something. In time is who had sent all that a rate
    needs by that day, whatever it corrected later.
    """
    owed, in_time, rows = Counter(), Counter(), defaultdict(list)
    for row in UnitFigure.of_units(units):
        rows[row.period].append(row)
    known = {unit.id: unit.created_at for unit in units}
    for of_month in rows.values():
        for row in of_month:
            known[row.unit_id] = min(known[row.unit_id], row.made_at)
    asked = {each.unit.id for each in board.silent(area, {}, {}, units)}
    months = periods.months_of(period, plan.active.cutoff_day)
    for month in [month for month in months if month.ends >= plan.active.starts and periods.due(month) < today]:
        last = periods.due(month)
        told = {row.cell: (row.period, row.value) for row in rows[month.key] if vi.local(row.made_at).date() <= last}
        told = {cell: said for cell, said in told.items() if said[1] is not None}
        silent = {each.unit.id for each in board.silent(area, told, {}, units)}
        for unit in asked:
            if vi.local(known[unit]).date() <= last:
                owed[unit] += 1
                in_time[unit] += unit not in silent
    return {"due": owed, "in_time": in_time}

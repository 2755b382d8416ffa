"""Shifts at the public-service point (MH1): the working half-days, who is on duty in them, and how many are covered."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import plan
import vi
from fields import N_, NOT_A_DATE, NOT_IN_FORM, person_name
from models import Ambassador, Shift, Support, Unit, User, now
from terms import HALVES

FORTNIGHT = timedelta(days=13)  # from its first day to its last
FARTHEST = timedelta(days=183)  # half a year ahead


@dataclass(frozen=True)
class Coverage:
    """Of the working half-days that have begun: how many had somebody on duty, and the help given in those (lượt)."""

    half_days: int
    covered: int
    helps: int

    @property
    def share(self):
        """Percent, or None where no half-day has begun."""
        return 100 * self.covered / self.half_days if self.half_days else None


@dataclass(frozen=True)
class Slot:
    """A working half-day. when: "past", "now" or "coming". helps: times help was given at the point in it."""

    day: date
    half: str
    shifts: list
    helps: int
    when: str

    @property
    def state(self):
        """Whether somebody is on duty: a key of terms.SLOT_STATES."""
        if self.shifts:
            return "now" if self.when == "now" else "covered"
        return "missed" if self.when == "past" else "open"


def half_days(starts, ends):
    """The working half-days from one day to another, both included, as [(day, half)]; none outside the plan's time."""
    first, last = max(starts, plan.active.starts), min(ends, plan.active.ends)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(day, half) for day in days if plan.active.has_shifts(day) for half in HALVES]


def moments(day, half):
    """When a half-day begins and ends, in UTC."""
    hours = getattr(plan.active.shifts, half)
    return tuple(vi.utc(datetime.combine(day, at)) for at in (hours.starts, hours.ends))


def coverage(starts, ends, moment=None):
    """The Coverage from one day to another, both included, as of a moment (UTC; the present one)."""
    moment = moment or now()
    begun = {slot for slot in half_days(starts, ends) if moments(*slot)[0] <= moment}
    covered = begun & {(day, half) for day, half in _standing(starts, ends)}
    helps = helps_given(starts, ends)
    return Coverage(len(begun), len(covered), sum(helps[slot] for slot in covered))


def helps_given(starts, ends):
    """`{(day, half): times}` that help was given at the point within the hours of half-days in which it is open."""
    since, until = vi.moments_of_days(starts, ends)
    given = Support.standing().select(Support.happened_at).where(
        Support.place == "point", Support.happened_at >= since, Support.happened_at < until
    )
    helps = defaultdict(int)
    for (at,) in given.tuples():
        day, hour = vi.local(at).date(), vi.local(at).time()
        for half in HALVES:
            hours = getattr(plan.active.shifts, half)
            if hours.starts <= hour < hours.ends:
                helps[day, half] += 1
    return helps


def _standing(starts, ends):
    return Shift.select(Shift.day, Shift.half).where(Shift.stands(), Shift.day.between(starts, ends)).tuples()


def slots(starts, ends, moment):
    """The Slots from one day to another, both included."""
    on_duty, helps = defaultdict(list), helps_given(starts, ends)
    for shift in Shift.between(starts, ends):
        on_duty[shift.slot].append(shift)
    return [
        Slot(*slot, on_duty[slot], helps[slot], _when(*moments(*slot), moment)) for slot in half_days(starts, ends)
    ]


def _when(starts_at, ends_at, moment):
    if moment < starts_at:
        return "coming"
    return "now" if moment < ends_at else "past"


def gaps(moment):
    """The half-days of the next fourteen days, this one included, in which nobody is on duty yet."""
    today = vi.local(moment).date()
    return [slot for slot in slots(today, today + FORTNIGHT, moment) if slot.state == "open"]


def coming_of(user, moment):
    """The shifts of one account today and in the next fourteen days."""
    today = vi.local(moment).date()
    return list(Shift.of(user, today, today + FORTNIGHT))


def present_or_next(moment):
    """The Slot of this moment, else the next one within fourteen days, else None."""
    today = vi.local(moment).date()
    return next((slot for slot in slots(today, today + FORTNIGHT, moment) if slot.when != "past"), None)


def weekdays():
    """The days of the week on which there ever are shifts; 1 is Monday."""
    return sorted({*plan.active.shifts.weekdays, *(day.isoweekday() for day in plan.active.shifts.worked)})


def read_slots(fields, moment, errors):
    """The working half-days that a form asks for, [(day, half)], and all days it names; none of either with `errors`.

    fields: name → list of texts: `from` and `to`, `on` the weekdays (none: every working day), `half` one or both.
    """
    first, last = (read_day(fields, name, moment, errors) for name in ("from", "to"))
    halves, on = fields.get("half", []), fields.get("on", [])
    if not halves or any(half not in HALVES for half in halves):
        errors["half"] = N_("Chọn ca sáng, ca chiều hoặc cả hai.")
    if any(day not in map(str, weekdays()) for day in on):
        errors["on"] = NOT_IN_FORM
    if first and last and last < first:
        errors["to"] = N_("Ngày cuối phải sau hoặc trùng ngày đầu, %(first)s.", first=vi.date_vn(first))
    if errors:
        return [], []
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in days if not on or str(day.isoweekday()) in on]
    return [(day, half) for day in days if plan.active.has_shifts(day) for half in HALVES if half in halves], days


def read_day(fields, name, moment, errors):
    """A day in a form on which there may be a shift, or None with an error."""
    day, latest = vi.parse_date(fields.get(name, [""])[-1]), vi.local(moment).date() + FARTHEST
    if day is None:
        errors[name] = NOT_A_DATE
    elif day < plan.active.starts:
        errors[name] = N_("Kế hoạch bắt đầu từ %(day)s: ghi ngày từ hôm đó.", day=vi.date_vn(plan.active.starts))
    elif day > plan.active.ends:
        errors[name] = N_(
            "Kế hoạch đến hết %(day)s, chưa có ngày nghỉ của năm sau.", day=vi.date_vn(plan.active.ends)
        )
    elif day > latest:
        errors[name] = N_("Xếp trước nhiều nhất 6 tháng, đến %(day)s.", day=vi.date_vn(latest))
    return None if name in errors else day


def read_ambassador(fields, user, errors):
    """The Ambassador that a form names, by the key of somebody known or by a name typed; None with an error."""
    key, name = (vi.clean(fields.get(field, [""])[-1]) for field in ("person", "name"))
    known = {**accounts(user), **Shift.ambassadors()}
    if key:
        if key not in known:
            errors["person"] = N_("Không có người này trong danh sách; chọn lại, hoặc ghi tên vào ô dưới.")
        return known.get(key)
    if not name:
        errors["person"] = N_("Chọn người trực, hoặc ghi tên vào ô dưới.")
        return None
    person_name(name, "name", errors)
    typed = Ambassador(None, name)
    same = [person for person in known.values() if person.user and vi.clean(person.user.name).casefold() == typed.key]
    return known.get(typed.key) or (same[0] if len(same) == 1 else typed)


def accounts(user):
    """`{key: Ambassador}` of the accounts that can be put on duty by a user, sorted by given name."""
    members = sorted(User.members(user.area), key=lambda member: vi.name_key(member.name))
    return {member.uid: Ambassador(member, "") for member in members}


def senders(user):
    """`{key: Unit}` of the units visible to a user that send people."""
    return {unit.key: unit for unit in Unit.visible_to(user).where(Unit.key.in_(units())).order_by(Unit.id)}


def swappable(shift, today):
    """The shifts of other people within a fortnight that this one may be swapped with: to come as it is, or past."""
    near = Shift.between(shift.day - FORTNIGHT, shift.day + FORTNIGHT)
    others = [row for row in near if row.person != shift.person and row.slot != shift.slot]
    return [row for row in others if (row.day < today) == (shift.day < today)]


def units():
    """The keys of the units that lead the model of shifts or work with it: their accounts put people in."""
    model = plan.active.model(plan.active.shifts.model)
    return model.lead + model.cooperating

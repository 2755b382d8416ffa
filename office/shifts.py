"""Shifts at the public-service point (MH1): the working half-days, who is on duty in them, and how many are covered."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import plan
import vi
from models import Shift, Support, now
from terms import HALVES

FORTNIGHT = timedelta(days=13)  # from its first day to its last


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
    since, until = (vi.utc(datetime.combine(day, time.min)) for day in (starts, ends + timedelta(days=1)))
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


def present_or_next(moment):
    """The Slot of this moment, else the next one within fourteen days, else None."""
    today = vi.local(moment).date()
    return next((slot for slot in slots(today, today + FORTNIGHT, moment) if slot.when != "past"), None)


def units():
    """The keys of the units that lead the model of shifts or work with it: their accounts put people in."""
    model = plan.active.model(plan.active.shifts.model)
    return model.lead + model.cooperating

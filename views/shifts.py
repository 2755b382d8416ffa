"""Shifts of the Digital Ambassadors at the public-service point: a fortnight's list, putting people in, changing hands.

The office and the units of the model (the Youth Union, the point, the teams) change them; readers see no names.
"""

from datetime import timedelta

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from flask_login import current_user

import periods
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_
from models import Shift, Twice, now
from office import shifts
from terms import REPORTERS
from views import words

bp = Blueprint("shifts", __name__, url_prefix="/shifts")


@bp.get("")
@allow(REPORTERS)
def index():
    """A fortnight, from the Monday of the day in the address."""
    if not (current_user.reads_office or changes()):
        abort(404)
    moment = now()
    today = vi.local(moment).date()
    first = monday(vi.parse_date(request.args.get("day", "")) or today)
    month = periods.of_day(today, plan.active.cutoff_day)
    return render_template(
        "shifts/index.html",
        changes=changes(),
        first=first,
        last=first + shifts.FORTNIGHT,
        step=timedelta(days=14),
        today=today,
        days=by_day(first, moment),
        present=shifts.present_or_next(moment),
        gaps=shifts.gaps(moment),
        month=shifts.coverage(month.starts, month.ends, moment),
        year=shifts.coverage(plan.active.starts, today, moment),
        told=told(request.args),
    )


@bp.get("/sheet")
@allow(REPORTERS)
def sheet():
    """The fortnight as a sheet for the wall of the point."""
    change_or_404()
    first = monday(vi.parse_date(request.args.get("day", "")) or vi.local(now()).date())
    return render_template(
        "shifts/sheet.html", first=first, last=first + shifts.FORTNIGHT, days=by_day(first, now())
    )


@bp.get("/new")
@allow(REPORTERS)
def new():
    change_or_404()
    day = vi.parse_date(request.args.get("day", "")) or vi.local(now()).date()
    halves = request.args.getlist("half") or ["am", "pm"]
    return form({"uid": [new_uid()], "from": [vi.date_vn(day)], "to": [vi.date_vn(day)], "half": halves})


@bp.post("")
@allow(REPORTERS)
def create():
    """Put somebody in for weeks at once; holidays, and half-days in which they are already, are skipped and told."""
    change_or_404()
    fields, errors = request.form.to_dict(flat=False), {}
    op = uid_or_404(request.form.get("uid", ""))
    wanted, days = shifts.read_slots(fields, now(), errors)
    person = shifts.read_ambassador(fields, current_user, errors)
    unit = sent_by(fields, person, errors)
    if not (errors or wanted):
        errors["from"] = why_free(days)
    if errors:
        return form(fields, errors), 422
    put, twice = Shift.put_in(person._replace(unit=unit), wanted, current_user._get_current_object(), op)
    if not put:
        return form(fields, {"person": already(*twice[0])}), 422
    off = [str(day) for day in days if plan.active.holiday(day) and not plan.active.has_shifts(day)]
    return done("shifts.index", day=put[0][0], put=len(put), twice=len(twice) or None, off=off)


@bp.get("/<uid>")
@allow(REPORTERS)
def show(uid):
    return page(find(uid))


@bp.post("/<uid>/swap")
@allow(REPORTERS)
def swap(uid):
    """Exchange two people's half-days."""
    shift, other, op = find(uid), find(request.form.get("other", "")), uid_or_404(request.form.get("op", ""))
    try:
        Shift.swap(shift, other, current_user._get_current_object(), op)
    except Twice as twice:
        return page(shift, {"swap": already(*twice.shift.slot, twice.shift.who)}), 422
    return done("shifts.index", day=shift.day, swapped=1)


@bp.post("/<uid>/hand-over")
@allow(REPORTERS)
def hand_over(uid):
    """Somebody else takes the half-day."""
    shift, errors, op = find(uid), {}, uid_or_404(request.form.get("op", ""))
    person = shifts.read_ambassador(request.form.to_dict(flat=False), current_user, errors)
    if errors:
        return page(shift, errors), 422
    try:
        shift.hand_over(person, current_user._get_current_object(), op)
    except Twice as twice:
        return page(shift, {"person": already(*twice.shift.slot, twice.shift.who)}), 422
    return done("shifts.index", day=shift.day, swapped=1)


@bp.post("/<uid>/undo")
@allow(REPORTERS)
def undo(uid):
    shift = find(uid)
    shift.undo(current_user._get_current_object())
    return done("shifts.index", day=shift.day, undone=1)


def changes():
    """Whether the account may change shifts: the office's, or one of a unit of the model."""
    return current_user.runs_office or current_user.unit is not None and current_user.unit.key in shifts.units()


def change_or_404():
    if not changes():
        abort(404)


def find(uid):
    change_or_404()
    return one_or_404(Shift.with_uid(uid_or_404(uid)))


def monday(day):
    """The first day of a fortnight: a Monday of the plan's time."""
    day = min(max(day, plan.active.starts), plan.active.ends)
    return day - timedelta(days=day.weekday())


def by_day(first, moment):
    """[(day, its holiday, {half: Slot})] of a fortnight: the working days, and holidays on what would be one."""
    slots = shifts.slots(first, first + shifts.FORTNIGHT, moment)
    days = (first + timedelta(days=n) for n in range(shifts.FORTNIGHT.days + 1))
    days = [(day, plan.active.holiday(day), {slot.half: slot for slot in slots if slot.day == day}) for day in days]
    return [row for row in days if row[2] or row[1] and row[0].isoweekday() in plan.active.shifts.weekdays]


def told(args):
    """What was just done, as the address says it: how many were put in, already in, and the days skipped."""
    counts = {name: vi.whole(args.get(name, "")) for name in ("put", "twice", "swapped", "undone")}
    days = (vi.parse_date(text) for text in args.getlist("off"))
    return counts | {"off": [plan.active.holiday(day) for day in days if day and plan.active.holiday(day)]}


def why_free(days):
    """The sentence that says why there is no shift on any of these days: the holiday's name, or the weekday."""
    holidays = [holiday for holiday in map(plan.active.holiday, days) if holiday]
    if holidays:
        day, name = vi.date_vn(holidays[0].day), words.say(holidays[0].name)
        return N_("%(day)s là ngày nghỉ: %(name)s. Không có ca trực.", day=day, name=name)
    if len(days) == 1:
        return N_("%(day)s: không có ca trực.", day=words.day(days[0]))
    return N_("Trong khoảng này không có ngày làm việc nào vào thứ đã chọn.")


def already(day, half, who=""):
    return N_("%(who)s đã trực ca đó rồi: %(when)s.", who=who or gettext("Người này"), when=words.half_day(day, half))


def sent_by(fields, person, errors):
    """The unit that sends a person: the account's own, or the one the office chose."""
    if not current_user.runs_office:
        return current_user.unit
    key = fields.get("unit", [""])[-1]
    if not key:
        return person.unit if person else None
    found = shifts.senders(current_user).get(key)
    if found is None:
        errors["unit"] = N_("Chọn lại đơn vị.")
    return found


def form(fields, errors=None):
    return render_template(
        "shifts/form.html",
        fields=fields,
        errors=errors or {},
        people=people(),
        senders=shifts.senders(current_user) if current_user.runs_office else {},
        weekdays=shifts.weekdays(),
    )


def people():
    """Who can be chosen, as two lists of (key, Ambassador): those who were on duty, then the other accounts."""
    known = Shift.ambassadors()
    others = shifts.accounts(current_user)
    return list(known.items()), [(key, person) for key, person in others.items() if key not in known]


def page(shift, errors=None):
    """One shift, with those who may take it and those with whom it may be swapped."""
    return render_template(
        "shifts/show.html",
        shift=shift,
        helps=shifts.helps_given(shift.day, shift.day)[shift.slot],
        beside=shifts.swappable(shift, vi.local(now()).date()),
        people=people(),
        errors=errors or {},
    )

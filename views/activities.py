"""Publicity: an entry in four taps, and the month's table by form and unit (Biểu 2)."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import periods
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_, SENT_BEFORE, https_link, past_day, short_text
from models import Activity, Area, Conflict, Unit, now
from office import activities
from terms import SIGNED_IN
from views import words

bp = Blueprint("activities", __name__, url_prefix="/activities")

LONGEST_NOTE, LONGEST_LINK = 120, 300
FURTHEST = {"count": 9_999, "minutes": 99_999, "reached": 999_999}


@bp.get("")
@allow(SIGNED_IN)
def index():
    """A period's table, of the user's own unit or area, and the newest entries."""
    today = vi.local(now()).date()
    cutoff = plan.active.cutoff_day
    current = periods.of_day(today, cutoff)
    period = periods.read(request.args.get("period", ""), cutoff) or current
    sees_units = current_user.role != "unit" or current_user.reads_office
    recent = Activity.newest(current_user)
    return render_template(
        "activities/index.html",
        period=period,
        before=periods.next_to(period, -1, cutoff),
        after=periods.next_to(period, 1, cutoff) if period.starts < current.starts else None,
        rows=activities.by_form(current_user.area, period) if sees_units else [],
        recent=recent,
        may_record=may_record(),
        saved=next((row for row in recent if row.uid == request.args.get("saved")), None),
    )


@bp.get("/new")
@allow(SIGNED_IN)
def new():
    if not may_record():
        abort(404)
    return form({"uid": new_uid(), "day": "today", "count": "1"})


@bp.post("")
@allow(SIGNED_IN)
def record():
    if not may_record():
        abort(404)
    uid, fields = uid_or_404(request.form.get("uid", "")), request.form
    told, errors, unlikely = read(fields)
    if errors or unlikely:
        return form(fields, errors, unlikely), 422
    try:
        Activity.record(current_user._get_current_object(), uid, **told)
    except Conflict:
        return form({**fields, "uid": new_uid()}, {"form": SENT_BEFORE}), 409
    return done("activities.index", saved=uid)


def may_record():
    """Whether the user does: the account of the commune's Office and leaders reads all and changes nothing."""
    return current_user.runs_office or not current_user.reads_office


@bp.post("/<uid>/undo")
@allow(SIGNED_IN)
def undo(uid):
    """Take an entry back: one's own, or any of the area for the office."""
    if not may_record():
        abort(404)
    activity = one_or_404(Activity.visible_to(current_user).where(Activity.uid == uid_or_404(uid)))
    if activity.user_id != current_user.id and not current_user.runs_office:
        return done("activities.index"), 403
    activity.undo(current_user)
    return done("activities.index")


def read(fields):
    """(what was filled in, as `Activity.record` takes it; `{field: Sentence}` of errors; fields to be asked about)."""
    errors, form = {}, fields.get("form", "")
    if form not in [each.key for each in plan.active.publicity]:
        errors["form"] = N_("Chọn hình thức tuyên truyền.")
    told = {"form": form, "on": read_day(fields, errors), **read_by(fields, errors)}
    chosen = plan.active.form_of_publicity(form)
    asked = {"count": True, "minutes": chosen.minutes, "reached": chosen.reached}
    for name, applies in asked.items():
        told[name] = read_number(fields, name, errors) if applies else None
    campaign = fields.get("campaign", "")
    told["campaign"] = campaign if campaign in [each.key for each in plan.active.campaigns] else ""
    told["note"] = short_text(vi.clean(fields.get("note", "")), "note", errors, LONGEST_NOTE)
    told["link"] = https_link(vi.clean(fields.get("link", "")), "link", errors, LONGEST_LINK)
    sure = set() if errors else activities.doubtful(told) - set(fields.getlist("sure"))
    return told, errors, sure


def read_day(fields, errors):
    """The day a tap or a date says, from the plan's first day to today."""
    tapped = activities.days(vi.local(now()).date()).get(fields.get("day", ""))
    return past_day(vi.date_vn(tapped) if tapped else fields.get("on", ""), plan.active, now(), "on", errors)


def read_number(fields, name, errors):
    """A whole number from 1; None for a blank where it may be one."""
    typed = vi.clean(fields.get(name, ""))
    if not typed and name != "count":
        return None
    number = vi.whole(typed.replace(".", "").replace(",", ""))
    if number is None or not 1 <= number <= FURTHEST[name]:
        errors[name] = N_("Ghi một số từ 1 đến %(most)s.", most=vi.number(FURTHEST[name]))
    return number


def read_by(fields, errors):
    """The unit and area whose activity it is: one's own, and for the office any of its area."""
    if not current_user.runs_office:
        if current_user.unit and current_user.unit.closed_at:
            errors["form"] = N_("Đơn vị này đã đóng: không ghi thêm được.")
        return {"unit": current_user.unit, "area": current_user.area}
    unit = next((unit for unit in Unit.to_choose(current_user) if unit.uid == fields.get("unit")), None)
    area = Area.coded(fields.get("area", ""), Area.visible_to(current_user)).first()
    if fields.get("unit") and unit is None or area is None and not unit:
        errors["unit"] = N_("Chọn đơn vị hoặc thôn đã làm.")
    return {"unit": unit, "area": area or current_user.area}


def form(fields, errors=None, unlikely=()):
    office = current_user.runs_office
    return render_template(
        "activities/form.html",
        fields=fields,
        errors=errors or {},
        unlikely=unlikely,
        units=words.by_uid(Unit.to_choose(current_user)) if office else {},
        areas=current_user.area.and_below() if office else [],
    )

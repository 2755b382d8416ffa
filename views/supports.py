"""Help given outside a survey: at the public-service point, in class or at home; one's own list of it, with undo."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
import survey
import vi
from access import allow
from answers import done, new_uid, one_or_404, swaps, uid_or_404
from fields import N_, at_noon, past_day
from models import Household, Resident, Support, now
from terms import HELPERS, PLACES

bp = Blueprint("supports", __name__, url_prefix="/supports")


@bp.get("/new")
@allow(HELPERS)
def new():
    usual = {"minutes": str(survey.USUAL_MINUTES), "place": request.args.get("place", "point")}
    return form(usual | {"uid": new_uid(), "day": vi.date_vn(now())})


@bp.post("")
@allow(HELPERS)
def create():
    """Record help to a resident who was found, or to somebody without a name."""
    fields, errors, moment = request.form, {}, now()
    topic, minutes, place = survey.help_given(fields, plan.active, errors)
    if place not in PLACES:
        errors["place"] = N_("Chọn nơi hướng dẫn.")
    day = past_day(fields.get("day", vi.date_vn(moment)), plan.active, moment, "day", errors)
    uid = uid_or_404(fields.get("uid", ""))
    resident = None
    if fields.get("resident"):
        resident = one_or_404(Resident.visible_to(current_user).where(Resident.uid == uid_or_404(fields["resident"])))
    if errors:
        return form(fields, errors, [resident] if resident else []), 422
    today = day == vi.local(moment).date()
    Support.give(current_user, topic, minutes, place, resident, uid, moment if today else at_noon(day, moment))
    return done("supports.new", saved=uid, place=place)


@bp.post("/<uid>/undo")
@allow(HELPERS)
def undo(uid):
    """Take back help that one recorded oneself."""
    support = one_or_404(Support.of(current_user).where(Support.uid == uid_or_404(uid)))
    support.undo(current_user)
    return done("supports.new", place=support.place)


def form(fields, errors=None, found=None):
    words = request.args.get("q", "")
    found = found or Resident.found_by(current_user.area, words) or members()
    if swaps("found"):
        return render_template("supports/_found.html", found=found, typed=words, fields=fields)
    recent = Support.given_by(current_user)
    return render_template(
        "supports/new.html",
        found=found,
        typed=words,
        fields=fields,
        errors=errors or {},
        places=PLACES,
        minutes=survey.MINUTES,
        recent=recent,
        saved=next((row for row in recent if row.uid == request.args.get("saved")), None),
    )


def members():
    """The people of the household in the address."""
    uid = request.args.get("household")
    return list(Resident.visible_to(current_user).where(Household.uid == uid_or_404(uid))) if uid else []

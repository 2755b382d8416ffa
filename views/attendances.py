"""One attendance: taken back, or a walk-in joined to somebody of the household list and taken apart again."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from access import allow
from answers import done, one_or_404, swaps, uid_or_404
from models import Attendance, Resident
from terms import HELPERS
from views.meetings import found_by, operation, received, told_apart

bp = Blueprint("attendances", __name__)


@bp.get("/attendance/<uid>")
@allow(HELPERS)
def show(uid):
    """Who a walk-in may be: suggestions, and a search."""
    attendance, words = find(uid), request.args.get("q", "")
    found = found_by(words)
    if swaps("choices"):
        return render_template("attendances/_choices.html", attendance=attendance, typed=words, **found)
    suggested = told_apart(attendance.suggestions(current_user.area))
    page = {"attendance": attendance, **found, "suggested": suggested, "typed": words}
    return render_template("attendances/show.html", **page)


@bp.post("/attendance/<uid>/undo")
@allow(HELPERS)
def undo(uid):
    """Take it back, unless it was recorded again since the page was opened (`recorded`: the operation it showed)."""
    body, attendance = request.get_data(), find(uid)
    if request.form.get("recorded") in (None, operation(attendance)):
        attendance.undo(current_user)
    return received(attendance.meeting, request.form.get("op"), body, "present")


@bp.post("/attendance/<uid>/join")
@allow(HELPERS)
def join(uid):
    attendance, wanted = find(uid), uid_or_404(request.form.get("resident", ""))
    resident = one_or_404(Resident.visible_to(current_user).where(Resident.uid == wanted))
    joined = attendance.join(resident, current_user)
    return done("meetings.show", uid=attendance.meeting.uid, _anchor=f"p-{joined.uid}")


@bp.post("/attendance/<uid>/unjoin")
@allow(HELPERS)
def unjoin(uid):
    attendance = find(uid)
    attendance.unjoin(current_user)
    return done("attendances.show", uid=attendance.uid)


def find(uid):
    return one_or_404(Attendance.run_by(current_user).where(Attendance.uid == uid_or_404(uid)))

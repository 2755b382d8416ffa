"""A session and who came to it: the host's roll call."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
import survey
import vi
from access import HOSTS, allow
from models import Attendance, Meeting, Resident, now
from views.answers import done, one_or_404, swaps, uid_or_404

bp = Blueprint("meetings", __name__)

MOST_HEADS = 2000


@bp.get("/meetings/<uid>")
@allow(HOSTS)
def show(uid):
    return roll_call(find(uid))


@bp.post("/meetings/<uid>/attendance")
@allow(HOSTS)
def record(uid):
    """The host records somebody without a phone: a resident found by name, or a name, year and village."""
    here, errors = find(uid), {}
    op_id = uid_or_404(request.form.get("op", ""))
    if request.form.get("resident"):
        uid = uid_or_404(request.form["resident"])
        resident = one_or_404(Resident.visible_to(current_user).where(Resident.uid == uid))
        here.check_in(op_id, "host", resident.name, resident=resident, by=current_user)
        return done("meetings.show", uid=here.uid)
    name = vi.clean(request.form.get("name", ""))
    if not name or len(name) > survey.LONGEST_TEXT:
        errors["name"] = survey.N_("Ghi họ và tên, tối đa %(most)s ký tự.", most=survey.LONGEST_TEXT)
    year = survey.birth_year(vi.clean(request.form.get("birth_year", "")), plan.active, "birth_year", errors)
    villages = {village.code: village for village in here.course.area.communes_villages()}
    village = villages.get(request.form.get("village", ""))
    if errors:
        return roll_call(here, request.form, errors), 422
    here.check_in(op_id, "host", name, year, village, by=current_user)
    return done("meetings.show", uid=here.uid)


@bp.post("/attendance/<uid>/undo")
@allow(HOSTS)
def undo(uid):
    attendance = one_or_404(Attendance.below(current_user.area).where(Attendance.uid == uid_or_404(uid)))
    attendance.undo(current_user)
    return done("meetings.show", uid=attendance.meeting.uid)


@bp.post("/meetings/<uid>/heads")
@allow(HOSTS)
def count_heads(uid):
    here = find(uid)
    text = request.form.get("head_count", "").strip()
    if not text.isdecimal() or int(text) > MOST_HEADS:
        error = survey.N_("Ghi một số từ 0 đến %(most)s.", most=MOST_HEADS)
        return roll_call(here, request.form, {"head_count": error}), 422
    here.count_heads(int(text), current_user)
    return done("meetings.show", uid=here.uid)


def roll_call(here, fields=None, errors=None):
    """Who came, by name and how; and the search for somebody to add."""
    words = request.args.get("q", "")
    found = Resident.found_by(current_user.area, words)
    if swaps("found"):
        return render_template("meetings/_found.html", meeting=here, found=found, typed=words)
    present = list(here.present())
    return render_template(
        "meetings/show.html",
        meeting=here,
        present=present,
        by_how={how: sum(row.how == how for row in present) for how in ("self", "family", "host", "paper")},
        found=found,
        typed=words,
        fields=fields or {},
        errors=errors or {},
        villages=list(here.course.area.communes_villages()),
        open=here.course.meeting_at(now()) == here,
    )


def find(uid):
    return one_or_404(Meeting.visible_to(current_user).where(Meeting.uid == uid_or_404(uid)))

"""After a session: who can do now what the class taught. Only what was changed on the form is meant."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
from access import allow
from answers import done
from models import Attendance, Learned, db, now
from terms import HELPERS
from views import meetings

bp = Blueprint("learned", __name__)


@bp.get("/meetings/<uid>/learned")
@allow(HELPERS)
def show(uid):
    meeting = meetings.find(uid)
    present, marked = list(Attendance.present_with_homes(meeting)), Learned.of(meeting.course)
    return render_template(
        "learned/show.html",
        meeting=meeting,
        course=meeting.course,
        learners=[row for row in present if row.resident_id and row.resident.household.agreed is not False],
        strangers=[row for row in present if not row.resident_id],
        taught=plan.active.topic(meeting.course.topic).outcomes,
        marked=marked,
        told={person: row for (person, _), row in marked.items()},
        saved="saved" in request.args,
    )


@bp.post("/meetings/<uid>/learned")
@allow(HELPERS)
def save(uid):
    meeting = meetings.find(uid)
    wanted, shown = set(request.form.getlist("can")), set(request.form.getlist("shown"))
    learners = {row.resident.uid: row.resident for row in Attendance.present(meeting) if row.resident_id}
    if meeting.cancelled_at:
        return done("meetings.show", uid=meeting.uid)
    at = min(meeting.ends_at, now())
    with db.atomic():
        marked = Learned.of(meeting.course)
        for person, resident in sorted(learners.items()):
            for outcome in plan.active.topic(meeting.course.topic).outcomes + plan.active.marks:
                key = f"{person}.{outcome.question}"
                if key in wanted - shown:
                    Learned.mark(meeting.course, resident, outcome, at, current_user)
                elif key in shown - wanted and (person, outcome.question) in marked:
                    marked[person, outcome.question].take_back(current_user)
    return done("learned.show", uid=meeting.uid, saved=1)

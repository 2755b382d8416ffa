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
    here = meetings.find(uid)
    present = list(Attendance.present_with_homes(here))
    return render_template(
        "learned/show.html",
        meeting=here,
        course=here.course,
        learners=[row for row in present if row.resident_id and row.resident.household.agreed is not False],
        strangers=[row for row in present if not row.resident_id],
        outcomes=outcomes(here),
        marked=Learned.of(here.course),
        saved="saved" in request.args,
    )


@bp.post("/meetings/<uid>/learned")
@allow(HELPERS)
def save(uid):
    here = meetings.find(uid)
    wanted, shown = set(request.form.getlist("can")), set(request.form.getlist("shown"))
    learners = {row.resident.uid: row.resident for row in Attendance.present(here) if row.resident_id}
    if here.cancelled_at:
        return done("meetings.show", uid=here.uid)
    at = min(here.ends_at, now())
    with db.atomic():
        marked = Learned.of(here.course)
        for person, resident in sorted(learners.items()):
            for outcome in outcomes(here):
                key = f"{person}.{outcome.question}"
                if key in wanted - shown:
                    Learned.mark(here.course, resident, outcome, at, current_user)
                elif key in shown - wanted and (person, outcome.question) in marked:
                    marked[person, outcome.question].take_back(current_user)
    return done("learned.show", uid=here.uid, saved=1)


def outcomes(here):
    return plan.active.topic(here.course.topic).outcomes

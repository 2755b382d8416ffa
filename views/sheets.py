"""What is printed for a class, in millimetres and black on white: slips, the paper roster, the large sign."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
from access import allow
from answers import done
from models import Invitation, now
from terms import HOSTS
from views import courses, timetable

bp = Blueprint("sheets", __name__)

SPARE_ROWS = 4
ROSTER_ROWS = 24


@bp.get("/courses/<uid>/sign")
@allow(HOSTS)
def sign(uid):
    return render_template("sheets/sign.html", course=courses.find(uid))


@bp.get("/courses/<uid>/slips")
@allow(HOSTS)
def slips(uid):
    """The slips of everybody invited, or of one person, in the order one walks; behind each, where to learn online."""
    course = courses.find(uid)
    invited = Invitation.to_print(course, request.args.get("only"))
    coming = course.still_to_come(now())
    back = bool(plan.active.online) and request.args.get("sides") != "1"
    return render_template("sheets/slips.html", course=course, slips=invited, meetings=coming, back=back)


@bp.post("/courses/<uid>/slips")
@allow(HOSTS)
def print_slips(uid):
    course = courses.find(uid)
    course.log_print("slips", current_user)
    return done("sheets.slips", uid=course.uid)


@bp.get("/meetings/<uid>/roster")
@allow(HOSTS)
def roster(uid):
    """The paper list of one session: everybody with a number, by number, and rows to spare."""
    meeting = timetable.find(uid)
    course = meeting.course
    rows = list(Invitation.with_people(course=course).order_by(Invitation.number))
    rows += [None] * (SPARE_ROWS + -(len(rows) + SPARE_ROWS) % ROSTER_ROWS)
    return render_template(
        "sheets/roster.html",
        meeting=meeting,
        course=course,
        pages=[rows[first : first + ROSTER_ROWS] for first in range(0, len(rows), ROSTER_ROWS)],
        without_number=Invitation.without_number(course).count(),
    )


@bp.post("/meetings/<uid>/roster")
@allow(HOSTS)
def print_roster(uid):
    """Give a number to those who came without one, then show the list."""
    meeting = timetable.find(uid)
    Invitation.number_those_who_came(meeting.course, current_user)
    meeting.course.log_print("roster", current_user)
    return done("sheets.roster", uid=meeting.uid)

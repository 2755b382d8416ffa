"""Confirmation of a class for those who came: a list for the unit or a sheet each, to be printed, signed by hand."""

from flask import Blueprint, render_template, request

import plan
from access import allow
from classes import results
from models import now
from terms import HOSTS
from views import courses, words

bp = Blueprint("confirmations", __name__)


@bp.get("/courses/<uid>/confirmations")
@allow(HOSTS)
def show(uid):
    course = courses.find(uid)
    moment = now()
    return render_template(
        "confirmations/show.html",
        course=course,
        topic=plan.active.topic(course.topic),
        unit=words.unit_vi(course.unit) if course.unit else "",
        learners=results.confirmed(course),
        held=[meeting for meeting in course.schedule() if not meeting.cancelled_at and meeting.ends_at <= moment],
        each="each" in request.args,
        moment=moment,
    )

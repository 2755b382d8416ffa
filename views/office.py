"""The office's own work beside doors and classes: one page that leads to it, and the message of the day."""

from flask import Blueprint, current_app, render_template, url_for
from flask_login import current_user

import vi
from access import allow, may_open
from models import now
from office import desk, message, next_steps
from terms import READERS, TELLERS
from views import words

bp = Blueprint("office", __name__)

# Where each kind of step is done, with what its address needs: the first of them that the reader may open.
DONE_AT = {
    "doors": [("households.index", {"village": "area", "state": "todo"}), ("progress.show", {"code": "area"})],
    "needs": [("needs.show", {"code": "area", "need": "need"})],
    "absent": [("invitations.index", {"area": "area"})],
    "again": [("households.index", {"village": "area", "state": "again"})],
    "looks": [("quality.index", {"village": "area"})],
    "units": [("figures.index", {})],
    "tasks": [("tasks.index", {})],
    "gaps": [("shifts.index", {})],
}


@bp.get("/office")
@allow(READERS)
def index():
    moment = now()
    waiting = desk.waiting(current_user, moment)
    return render_template("office/index.html", waiting=waiting, steps=steps_of(current_user.area, moment))


@bp.get("/office/message")
@allow(TELLERS)
def tell():
    """The day of one's area in words for a group in Zalo, with nobody's name."""
    area, today = current_user.area, vi.local(now()).date()
    address = current_app.config["BASE_URL"] + url_for("progress.show", code=area.code)
    told = words.message(area, today, message.of_day(area, today), message.moved(area, today), address)
    return render_template("office/message.html", today=today, told=told)


def steps_of(area, moment):
    """What would move the figures of an area most, as [(Step, address)]: only what the reader may open."""
    kinds = [kind for kind, screens in DONE_AT.items() if any(may_open(endpoint) for endpoint, _ in screens)]
    found = next_steps.most_moving(next_steps.below(area, moment, kinds))
    return [(step, address_of(step)) for step in found]


def address_of(step):
    """The first screen on which a step is done that the reader may open. Only villages have a list of doors."""
    values = {"area": step.area.code, "need": step.need and step.need.key}
    for endpoint, arguments in DONE_AT[step.kind]:
        if may_open(endpoint) and (endpoint != "households.index" or step.area.kind == "village"):
            return url_for(endpoint, **{name: values.get(word, word) for name, word in arguments.items()})

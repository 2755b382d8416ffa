"""What a phone needs to work with no signal: the worker, the blank form, its village's data, and what waits on it."""

from flask import Blueprint, Response, render_template

import assets
import plan
from access import FIELD, PUBLIC, allow
from models import Household, Resident
from views import households, words
from views.answers import done

bp = Blueprint("outbox", __name__)

BLANK = "00000000-0000-4000-8000-000000000000"
SHELL = ("base.css", "forms.css", "icon.svg", "outbox.js", "door.js", "waiting.js")


@bp.get("/households/sw.js")
@allow(PUBLIC)
def worker():
    """The service worker. It may control the door's pages and nothing else."""
    script = render_template("outbox/sw.js", files=[assets.address(name) for name in SHELL])
    headers = {"Service-Worker-Allowed": "/households", "Cache-Control": "no-cache"}
    return Response(script, mimetype="text/javascript", headers=headers)


@bp.get("/outbox")
@allow(FIELD)
def short():
    return done("outbox.index")


@bp.get("/households/outbox")
@allow(FIELD)
def index():
    return render_template("outbox/index.html")


@bp.get("/households/blank")
@allow(FIELD)
def blank():
    """The form of no household: the phone fills in what it has stored."""
    village = households.asked_village()
    if village is None:
        return done("households.index")
    household = Household(uid=BLANK, village=village, code="")
    return households.form(household, [Resident(uid=BLANK, relation="other")], is_new=False, is_blank=True)


@bp.get("/households/stored")
@allow(FIELD)
def stored():
    """A village's households as the form shows them, for the phone to keep."""
    village = households.asked_village()
    if village is None:
        return {"households": []}
    return {"households": [told(household, people) for household, people in Household.with_people(village)]}


def told(household, people):
    """One household as `door.js` fills it into the blank form."""
    return {
        "uid": household.uid,
        "head": household.head_name or household.code,
        "place": words.place_of(household),
        "state": household.state,
        "stateWord": str(words.HOUSEHOLD_STATES[household.state]),
        "shown": households.as_shown(household, people),
        "people": [
            {
                "uid": person.uid,
                "name": person.name or "",
                "about": words.about(person),
                "age": plan.active.year - person.birth_year if person.birth_year else None,
            }
            for person in people
        ],
    }

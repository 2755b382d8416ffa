"""What a phone needs to work with no signal: the worker, the blank form, its village's data, and what waits on it."""

import json
from hashlib import sha256

from flask import Blueprint, Response, current_app, render_template, request

import assets
import plan
from access import PUBLIC, allow
from answers import done
from models import Household, Resident
from terms import FIELD
from views import households, words

bp = Blueprint("outbox", __name__)

BLANK = "00000000-0000-4000-8000-000000000000"
WORKERS_OWN = [assets.address(name) for name in ("store.js", "outbox.js")]
STYLES = ("base.css", "forms.css", "icon.svg")
SCRIPTS = ("village.js", "door.js", "draft.js", "rules.js", "form.js", "list.js", "waiting.js")
SHELL = WORKERS_OWN + [assets.address(name) for name in STYLES + SCRIPTS]


@bp.get("/households/sw.js")
@allow(PUBLIC)
def worker():
    """The service worker. It may control the door's pages and nothing else."""
    script = render_template("outbox/sw.js", files=SHELL, own=WORKERS_OWN)
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
    """A village's households as the form shows them, for the phone to keep; 204 when it has just these (`have`).

    With another plan, version or language the phone takes everything anew, for its pages are kept beside the data.
    """
    village = households.asked_village()
    told_here = [told(household, people) for household, people in Household.with_people(village)] if village else []
    version = current_app.jinja_env.globals["version"]
    kept = [SHELL, version, plan.active.digest, words.language(), told_here]
    tag = sha256(json.dumps(kept).encode()).hexdigest()[:16]
    return ("", 204) if request.args.get("have") == tag else {"households": told_here, "tag": tag}


def told(household, people):
    """One household as `door.js` fills it into the blank form."""
    return {
        "uid": household.uid,
        "head": household.head_name or household.code,
        "place": words.place_of(household),
        "state": household.state,
        "stateWord": words.state_of(household),
        "note": words.note_of(household),
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

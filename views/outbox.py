"""What a phone needs to work with no signal: the worker, the blank form, its village's data, the pages that it keeps,
and what waits on it."""

import json
from hashlib import sha256

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_login import current_user

import assets
import plan
from access import PUBLIC, allow
from answers import done
from models import Household, Resident
from terms import FIELD, HELPERS
from views import households, words

bp = Blueprint("outbox", __name__)

BLANK = "00000000-0000-4000-8000-000000000000"
WORKERS_OWN = [assets.address(name) for name in ("store.js", "pages.js", "outbox.js")]
OF_EVERYBODY = ("progress", "targets", "help")  # public, and in the menu or at the foot of those who have signed in


@bp.get("/households/sw.js")
@allow(PUBLIC)
def worker():
    """The service worker; its address must not change. Only pages of those who work in the field register it."""
    script = render_template("outbox/sw.js", own=WORKERS_OWN, residents=residents_pages())
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return Response(script, mimetype="text/javascript", headers=headers)


def residents_pages():
    """How the addresses begin that are open to residents: ["c", "code", …]. The worker answers for none of them."""
    nouns = set()
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        if getattr(view, "roles", None) == PUBLIC and rule.endpoint.split(".")[0] not in (*OF_EVERYBODY, bp.name):
            nouns.add(rule.rule.split("/")[1])
    return sorted(nouns)


@bp.app_context_processor
def kept_pages():
    """`kept_pages()` for templates: the paths that this account's phone keeps, besides those of its village.

    Invitations name people, and a phone keeps one village at most.
    """

    def paths():
        walks = current_user.surveys and current_user.area.kind == "village"
        endpoints = ["outbox.no_signal", "outbox.index", "courses.index", *["invitations.index"] * walks]
        return " ".join(map(url_for, endpoints))

    return {"kept_pages": paths}


@bp.get("/outbox")
@allow(HELPERS)
def short():
    return done("outbox.index")


@bp.get("/households/outbox")
@allow(HELPERS)
def index():
    return render_template("outbox/index.html")


@bp.get("/no-signal")
@allow(HELPERS)
def no_signal():
    """The page that the service worker shows without a network when the page asked for is not stored."""
    return render_template("outbox/no_signal.html")


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
    kept = [assets.hashes(), version, plan.active.digest, words.language(), told_here]
    tag = sha256(json.dumps(kept).encode()).hexdigest()[:16]
    return ("", 204) if request.args.get("have") == tag else {"households": told_here, "tag": tag}


def told(household, people):
    """One household as `static/form.js` fills it into the blank form."""
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

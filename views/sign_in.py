"""Signing in and out, the demo's one-tap sign-in, and the choice of language."""

import json

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from access import PUBLIC, allow, end_session, sign_in, start_session
from answers import done, own_path
from models import User
from terms import SIGNED_IN, TEAM

bp = Blueprint("sign_in", __name__)

DEMO_ROLES = SIGNED_IN
PAGES_KEPT_BY_PHONES = ("/households", "/invitations", "/courses", "/meetings")


@bp.get("/sign-in")
@allow(PUBLIC)
def form():
    if current_user.is_authenticated:
        return redirect(home_of(current_user), 303)
    return page(next_path=request.args.get("next"))


@bp.post("/sign-in")
@allow(PUBLIC)
def submit():
    username, password = request.form.get("username", ""), request.form.get("password", "")
    result = sign_in(username.strip(), password)
    if result != "ok":
        code = 429 if result == "limited" else 422
        return page(request.form.get("next"), result, username, request.form.get("carried", "")), code
    if carried := carried_form(request.form.get("carried", "")):
        return render_template("sign_in/resume.html", **carried)
    return to_work(User.named(username))


@bp.post("/demo")
@allow(PUBLIC)
def demo():
    if not current_app.config["DEMO"] or request.form.get("role") not in DEMO_ROLES:
        abort(404)
    user = User.named(f"demo-{request.form['role']}") or abort(404)
    start_session(user)
    return to_work(user)


@bp.post("/sign-out")
@allow(PUBLIC)
def sign_out():
    end_session()
    return done("progress.index")


@bp.post("/language")
@allow(PUBLIC)
def language():
    answer = redirect(own_path(request.form.get("next")), 303)
    chosen = "en" if request.form.get("lang") == "en" else "vi"
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie("lang", chosen, max_age=31536000, samesite="Lax", secure=secure, httponly=True)
    return answer


def to_work(user):
    """Where the person was going, or where their work begins, past what another account's visit to this phone has
    stored: `fresh` asks the server."""
    path = own_path(request.form.get("next"), home_of(user))
    fresh = path.startswith(PAGES_KEPT_BY_PHONES) and "fresh=" not in path
    return redirect(path + ("&" if "?" in path else "?") + "fresh=1" if fresh else path, 303)


def page(next_path=None, problem=None, username="", carried=""):
    return render_template(
        "sign_in/form.html",
        next=own_path(next_path, ""),
        problem=problem,
        username=username,
        carried=carried,
        ask=User.to_ask(),
        roles=DEMO_ROLES if current_app.config["DEMO"] else (),
    )


def carried_form(text):
    """A form that was sent after its sign-in had expired: `{"path", "fields"}`, or None. See `sign_in_first`."""
    try:
        carried = json.loads(text)
        path, fields = carried["path"], carried["fields"]
        good = own_path(path, None) and all(isinstance(k, str) and isinstance(v, str) for k, v in fields)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return {"path": path, "fields": fields} if good else None


def home_of(user):
    """Where each role's work begins."""
    if user.role in TEAM:
        return url_for("households.index")
    if user.runs_office:
        return url_for("office.index")
    return url_for("courses.index" if user.role == "host" else "unit.show")

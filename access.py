"""Who may open what: a view with no mark is shut, and no other site can act in a signed-in person's name."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import abort, current_app, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

import answers
import phone
from models import Device, Event, Limit, SignedOut, User, new_uid, now, password_hash, plain_username
from passwords import LONGEST

PUBLIC = ("public",)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PHONE_SESSION = timedelta(days=90)
OFFICE_SESSION = timedelta(hours=12)
SIGN_IN_WINDOW = 15 * 60
SIGN_IN_FAILURES = 10
LONGEST_USERNAME = 100

# Checked when the name is unknown, so that the answer takes as long as for a known one.
NOBODY = password_hash("nobody has this password")

manager = LoginManager()
manager.session_protection = None  # a phone's address changes as it walks between cells


def allow(roles):
    """Mark a view with the roles that may open it; `allow(PUBLIC)` opens it to everybody."""

    def mark(view):
        view.roles = roles
        return view

    return mark


def guard():
    """Before every request: same-origin writes only, then the view's own roles. What is not allowed is not there."""
    if request.method not in SAFE_METHODS and not from_here():
        abort(403)
    view = current_app.view_functions.get(request.endpoint)
    roles = getattr(view, "roles", ()) if view else PUBLIC
    if roles == PUBLIC:
        return None
    if not roles:
        abort(404)
    if not current_user.is_authenticated:
        return answers.revoked() if Device.is_revoked(session.get("device")) else answers.sign_in_first()
    if not may_open(request.endpoint):
        abort(404)
    if request.headers.get("X-Outbox-User", current_user.uid) != current_user.uid:
        return answers.sign_in_first()  # a record of another account on the same phone
    return None if knows_the_phone() else answers.revoked()


def may_open(endpoint):
    """Whether the signed-in account's roles open a view."""
    roles = getattr(current_app.view_functions.get(endpoint), "roles", ())
    return roles == PUBLIC or bool(set(current_user.acts_as).intersection(roles))


def knows_the_phone():
    """Tie the session to the phone that a record came from, so that both end together; False when it was revoked."""
    told = phone.telling()
    if told is None or told.device == session.get("device"):
        return True  # a session's own phone was looked at when the session was read
    session["device"] = told.device
    return not Device.is_revoked(told.device)


def from_here():
    """Whether an unsafe request comes from our own pages.

    Sec-Fetch-Site decides where the browser sends it (HTTPS and localhost); else Origin must be ours. A request with
    neither may pass only without a session: old WebViews check residents in, and have nothing to steal.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin:
        return origin in (_origin(request.host_url), _origin(current_app.config["BASE_URL"]))
    return not session


def _origin(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def harden(response):
    """After every request: nothing inline, nothing from elsewhere, nothing kept by proxies or other sites."""
    response.headers.update({name: value for name, value in HEADERS.items() if name not in response.headers})
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.add("HX-Request")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


@manager.user_loader
def load_user(session_id):
    """The account of a session, unless it or its phone was shut out, its sessions were ended, or its time is over."""
    if session.get("ends", "") < now().isoformat() or Device.is_revoked(session.get("device")):
        return None
    return User.from_session(session_id, session.get("id", ""))


def sign_in(username, password):
    """Sign an account in; returns "ok", "wrong" or "limited" (ten failures in a quarter of an hour).

    Failures are counted by the name as accounts are found by it: `staff!` and `Stàff` guess at `staff`.
    """
    if len(username) > LONGEST_USERNAME or len(password) > LONGEST:
        return "wrong"  # no account has such: no work is done for it
    key = f"sign-in:{plain_username(username)}"
    if Limit.reached(key, SIGN_IN_FAILURES, SIGN_IN_WINDOW):
        return "limited"
    user = User.named(username)
    known = user.has_password(password) if user else User(password_hash=NOBODY).has_password(password)
    if not (user and known and user.active):
        Limit.fail(key, SIGN_IN_WINDOW)
        return "wrong"
    start_session(user)
    return "ok"


def is_really(user, password):
    """Whether who holds a signed-in phone knows its account's password: "ok", "wrong" or "limited" as in `sign_in`."""
    key = f"password:{user.uid}"
    if len(password) > LONGEST:
        return "wrong"
    if Limit.reached(key, SIGN_IN_FAILURES, SIGN_IN_WINDOW):
        return "limited"
    if user.has_password(password):
        return "ok"
    Limit.fail(key, SIGN_IN_WINDOW)
    return "wrong"


def start_session(user):
    """A fresh session: volunteers' phones stay signed in for 90 days, offices for a working day.

    What cannot be logged does not happen: a database that cannot be written signs nobody in.
    """
    Event.log("user.signed_in", user, user)
    forget_session()
    session.permanent = True
    session["id"] = new_uid()
    session["ends"] = (now() + (OFFICE_SESSION if user.runs_office else PHONE_SESSION)).isoformat()
    login_user(user)


def end_session():
    """Sign out on this device; the session's cookie opens nothing any more, wherever a copy of it is."""
    if current_user.is_authenticated and session.get("id"):
        ends_at = datetime.fromisoformat(session["ends"])
        SignedOut.add(session["id"], ends_at, current_user._get_current_object())
    logout_user()
    forget_session()


def forget_session():
    """Empty the session of all but the phone it is on: a revoked phone stays so whoever signs in."""
    device = session.get("device")
    session.clear()
    if device:
        session["device"] = device

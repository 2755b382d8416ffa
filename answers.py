"""How to answer: a page or the part that htmx asked for, a redirect after a write, a form with its errors."""

import json
import uuid
from urllib.parse import quote, unquote

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_htmx import HTMX
from werkzeug.exceptions import HTTPException

import vi

AROUND_ADDRESSES = "/ .,;:!?…)]}>»”’'\"*"  # what people and messengers put behind an address


class Htmx(HTMX):
    """flask-htmx as htmx 4 speaks: `HX-Target: div#rows` instead of the bare id."""

    @property
    def target_id(self):
        """The id of the element that will be swapped, or "" for a whole page."""
        if self.history_restore_request or request.headers.get("HX-Request-Type") == "full":
            return ""
        return unquote(request.headers.get("HX-Target", "")).rpartition("#")[2]


htmx = Htmx()


def swaps(target):
    """Whether the request wants only the element with this id."""
    return request.headers.get("HX-Request") == "true" and htmx.target_id == target


def wants_json():
    """Whether the phone's queue asks, which takes a receipt instead of a page."""
    return request.accept_mimetypes.best == "application/json"


def said(sentence):
    """A Sentence in the reader's language."""
    return gettext(sentence.text, **sentence.values)


def meant_address():
    """The existing address that was probably meant by this unknown one, or None.

    Messengers take the dot, comma or bracket after an address for a part of it, people add a slash, and some
    keyboards begin with a capital.
    """
    noun, slash, rest = request.path.lstrip("/").rstrip(AROUND_ADDRESSES).partition("/")
    path = f"/{noun.lower()}{slash}{rest}"
    query = request.query_string.decode(errors="replace")
    if path == request.path or not leads_somewhere(path):
        return None
    return f"{quote(path)}?{query}" if query else quote(path)


def leads_somewhere(path):
    """Whether some view answers GET at this path."""
    try:
        current_app.create_url_adapter(request).match(path, "GET")
    except HTTPException:
        return False
    return True


def done(endpoint, **values):
    """To the page that shows the result, so that reloading repeats nothing."""
    return redirect(url_for(endpoint, **values), 303)


def sign_in_first():
    """Ask for a sign-in without swallowing what was sent.

    401 for htmx and the queue; a plain form travels along inside the sign-in page and is offered again afterwards.
    """
    address = request.full_path.rstrip("?") if request.method == "GET" else None
    to = url_for("sign_in.form", next=address)
    if wants_json():
        return Response(json.dumps({"state": "sign-in"}), 401, mimetype="application/json")
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": to})
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        carried = json.dumps({"path": request.path, "fields": list(request.form.items(multi=True))})
        return render_template("sign_in/form.html", carried=carried, next="", problem="expired", roles=()), 401
    return redirect(to, 303)


def revoked():
    """This phone was revoked: it forgets what it stored, and is told whom to ask."""
    if wants_json():
        return Response(json.dumps({"state": "revoked"}), 401, mimetype="application/json")
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("outbox.short")})
    return render_template("devices/revoked.html"), 401


def new_uid():
    """A new id for a form, by which a form sent twice is recorded once."""
    return str(uuid.uuid4())


def own_path(text, default="/"):
    """`text` if it is a path on this site, else the default: no redirect may leave."""
    good = text and text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text
    return text if good and text.isprintable() else default


def edition(fields):
    """The edition of a row that a form (name → list of texts) showed; -1, which no row has, when it is no number."""
    number = vi.whole(fields.get("edition", [""])[-1])
    return -1 if number is None else number


def one_or_404(query):
    """The one row of a query that the user may see; what is not visible does not exist."""
    row = query.first()
    if row is None:
        abort(404)
    return row


def uid_or_404(text):
    """A UUID from an address in its usual form, else 404."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        abort(404)

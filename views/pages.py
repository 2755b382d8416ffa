"""Pages that stand alone: the personal-data notice, and the health check for whoever watches the server."""

from flask import Blueprint, render_template

from access import PUBLIC, allow
from models import Setting

bp = Blueprint("pages", __name__)


@bp.get("/notice")
@allow(PUBLIC)
def notice():
    return render_template("pages/notice.html")


@bp.get("/healthz")
@allow(PUBLIC)
def healthz():
    """200 when the database answers."""
    Setting.read("demo")
    return {"status": "ok"}

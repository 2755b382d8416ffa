"""The office's own work beside doors and classes: one page that leads to it."""

from flask import Blueprint, render_template
from flask_login import current_user

from access import allow
from models import now
from office import desk
from terms import READERS

bp = Blueprint("office", __name__)


@bp.get("/office")
@allow(READERS)
def index():
    return render_template("office/index.html", waiting=desk.waiting(current_user, now()))

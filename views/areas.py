"""The commune's villages and their official counts."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import roster
import survey
from access import OFFICE, allow
from models import Area, Figure
from views.answers import done

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("")
@allow(OFFICE)
def index():
    return page()


@bp.post("")
@allow(OFFICE)
def upload():
    """Take a file such as thon.csv: villages it names are added or renamed, their official counts set."""
    return done("areas.index")


def page(errors=None):
    area = current_user.area
    return render_template(
        "areas/index.html",
        area=area,
        villages=list(area.village_list()),
        figures=Figure.newest_below(area),
        errors=errors or {},
    )


__all__ = ["Area", "bp", "request", "roster", "survey"]

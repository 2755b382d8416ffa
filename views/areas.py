"""The commune's villages and their official counts."""

from flask import Blueprint, render_template
from flask_babel import gettext
from flask_login import current_user

import roster
from access import OFFICE, allow
from models import Area, Figure
from views.answers import one_or_404
from views.roster import read_upload

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("")
@allow(OFFICE)
def index():
    return page()


@bp.post("")
@allow(OFFICE)
def upload():
    """Take a file such as thon.csv: villages it names are added or renamed, their official counts set.

    Answers with the page itself: sending the same file again changes nothing.
    """
    try:
        _, (areas, problems) = read_upload(roster.read_areas_apart)
    except roster.Unreadable as error:
        return page(refusal=roster.sentence(error.problem, gettext)), 422
    counts, more = roster.save_areas(areas, current_user)
    return page(counts=counts, problems=[roster.sentence(problem, gettext) for problem in [*problems, *more]])


def page(**result):
    area = current_user.area
    return render_template(
        "areas/index.html",
        area=area,
        villages=list(area.village_list()),
        figures=Figure.newest_below(area),
        **result,
    )


def find(code):
    """The area with this code that the user may see."""
    return one_or_404(Area.coded(code, Area.visible_to(current_user)))

"""The commune's villages and their official counts."""

import json

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_login import current_user

import progress
import roster
import vi
from access import OFFICE, allow
from models import Area, Figure
from roster import official
from views.answers import done, one_or_404
from views.roster import read_upload

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("")
@allow(OFFICE)
def index():
    return page(counts={key: vi.whole(request.args.get(key, "")) for key in official.COUNTS})


@bp.post("")
@allow(OFFICE)
def upload():
    """Take a file such as thon.csv and show what saving it would change; nothing is saved yet."""
    try:
        name, (areas, problems) = read_upload(roster.read_areas_apart)
    except roster.Unreadable as error:
        return page(refusal=roster.sentence(error.problem, gettext)), 422
    told = [roster.sentence(problem, gettext) for problem in problems]
    return preview(name, areas, official.compare_areas(areas, {}, current_user), told)


@bp.post("/save")
@allow(OFFICE)
def save():
    """Save what was looked at, once its questions are answered; or only look again."""
    form = request.form
    name, told = vi.clean(form.get("filename", "")), form.getlist("problem")
    try:
        areas = official.from_form(form.get("areas", ""))
    except roster.Unreadable as error:
        return page(refusal=roster.sentence(error.problem, gettext)), 422
    if form.get("then") != "save":
        return preview(name, areas, official.compare_areas(areas, form, current_user), told)
    try:
        comparison = official.save_areas(areas, form, current_user, form.get("seal", ""))
    except official.Changed as changed:
        return preview(name, areas, changed.comparison, told, crossed=True), 409
    except official.Unanswered as unanswered:
        return preview(name, areas, unanswered.comparison, told, marked=True), 422
    return done("areas.index", saved=1, **{key: n for key, n in comparison.counts.items() if n})


def preview(name, areas, comparison, told, **said):
    """The page of what saving would change. told: the sentences about what could not be read."""
    return render_template(
        "areas/preview.html",
        filename=name,
        areas=json.dumps(areas, ensure_ascii=False),
        comparison=comparison,
        told=told,
        problems=[*told, *(roster.sentence(problem, gettext) for problem in comparison.problems)],
        worded=lambda problem: roster.sentence(problem, gettext),
        **said,
    )


def page(**result):
    area = current_user.area
    return render_template(
        "areas/index.html",
        area=area,
        villages=list(area.village_list()),
        figures=Figure.newest_below(area),
        doubts=progress.doubts(area),
        **result,
    )


def find(code):
    """The area with this code, or that had it, that the user may see."""
    return one_or_404(Area.coded(code, Area.visible_to(current_user)))

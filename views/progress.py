"""The public progress page of the commune and of each area."""

from flask import Blueprint, make_response, render_template
from flask_login import current_user

import plan
import progress
import published
import trend
import vi
from access import PUBLIC, allow
from answers import done, one_or_404
from models import Area, Meeting, Support, now
from terms import READERS
from views import areas, office

bp = Blueprint("progress", __name__)


@bp.get("/progress")
@bp.get("/")
@allow(PUBLIC)
def index():
    area = Area.commune()
    return page(area) if area else render_template("progress/empty.html")


@bp.get("/progress/<code>")
@allow(PUBLIC)
def show(code):
    """The page of an area; an old code leads to the area that it stands for today."""
    area = one_or_404(Area.coded(code))
    return page(area) if area.code == code.upper() else done("progress.show", code=area.code)


@bp.get("/progress/<code>/chart.svg")
@allow(READERS)
def chart(code):
    """An area's targets as a picture for a slide, live and unhidden: for those who see all of it."""
    area, moment = areas.find(code), now()
    whole, _ = progress.of(area, vi.local(moment).date())
    shown = {"area": area, "whole": whole, "targets": plan.active.targets, "moment": moment, "sees_all": True}
    response = make_response(render_template("progress/chart.html", **shown))
    response.mimetype = "image/svg+xml"
    response.headers["Content-Disposition"] = f"attachment; filename=tien-do-{area.code}.svg"
    return response


def page(area):
    """The page of an area: live for those who see all of it, what is published for everybody else."""
    moment = now()
    today = min(vi.local(moment).date(), plan.active.ends)  # a past year is shown as it ended
    sees_all = current_user.is_authenticated and current_user.sees_counts_of(area)
    whole, parts = progress.of(area, today, None if sees_all else published.facts(area, today))
    weeks = (trend if sees_all else published).weeks(area, today)
    return render_template(
        "progress/show.html",
        area=area,
        whole=whole,
        parts=parts,
        targets=progress.shown_targets(),
        weeks=weeks,
        paces=trend.paces(whole, weeks, today),
        sees_all=sees_all,
        floor=progress.FLOOR,
        supports=Support.count(area) if sees_all else None,
        moment=moment if sees_all else published.at(area),
        past=plan.active is not plan.standing,
        days_left=max((plan.active.ends - today).days, 0),
        meetings=list(Meeting.coming(area)),
        steps=office.steps_of(area, moment) if sees_all and current_user.surveys and area.kind == "village" else [],
    )

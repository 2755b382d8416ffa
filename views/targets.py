"""One target of the plan in one area: where it stands, the year's line, its parts, and how it is counted."""

from flask import Blueprint, abort, render_template
from flask_login import current_user

import plan
import progress
import published
import trend
import vi
from access import PUBLIC, allow
from answers import done, one_or_404
from models import Area, DayTally, now

bp = Blueprint("targets", __name__)


@bp.get("/progress/<code>/<target>")
@allow(PUBLIC)
def show(code, target):
    """The page of a target in an area; an old code leads to the area that it stands for today."""
    area = one_or_404(Area.coded(code))
    target = target_or_404(target)
    if area.code != code.upper():
        return done("targets.show", code=area.code, target=target.code)
    moment = now()
    today = vi.local(moment).date()
    sees_all = current_user.is_authenticated and current_user.sees_counts_of(area)
    whole, parts = progress.of(area, today, None if sees_all else published.facts(area, today))
    line = whole.judged(target.code) or abort(404)
    return render_template(
        "targets/show.html",
        area=area,
        target=target,
        line=line,
        whole=whole,
        parts=[part for part in parts if part.judged(target.code)],
        sees_all=sees_all,
        moment=moment if sees_all else published.at(area),
        due=progress.expected,
        **history(area, target, line, today, sees_all),
    )


def target_or_404(code):
    """The target of the plan with this code."""
    return next((target for target in plan.active.targets if target.code == code), None) or abort(404)


def history(area, target, line, today, sees_all):
    """What is known of the weeks before: the lines of the area and its parts, its months, the pace.

    For those who see what is published, as it was public then: nothing before it was published a second time.
    """
    weeks, months = trend.weeks_of_year(today), trend.months_of_year(today)
    known = (trend if sees_all else published).lines(area, sorted({*weeks, *months}), [target])
    lines = {area_id: [point for point in points if point.day in weeks] for (area_id, _), points in known.items()}
    if not sees_all and not any(map(trend.moves, lines.values())):
        return {"lines": {}, "months": [], "pace": None, "estimated_until": None}
    of_area = known.get((area.id, target.code), [])  # nothing of a target of which no unit has ever reported
    return {
        "lines": lines,
        "months": trend.from_the_first([point for point in of_area if point.day in months]),
        "pace": trend.pace(line, [point.rate for point in of_area if point.day in weeks], today),
        "estimated_until": DayTally.estimated_until(area) if sees_all else None,
    }

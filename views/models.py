"""The plan's models: what each promises and what has come of it."""

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

import periods
import plan
import vi
from access import allow
from models import now
from office import models
from terms import READERS

bp = Blueprint("models", __name__, url_prefix="/models")


@bp.get("")
@allow(READERS)
def index():
    """The models in the period that the address names, else in the present one."""
    today, cutoff = vi.local(now()).date(), plan.active.cutoff_day
    present = periods.of_day(max(today, plan.active.starts), cutoff)
    asked = periods.read(request.args.get("period", ""), cutoff) or present
    period = asked if has_begun(asked, today) else present
    steps = (periods.next_to(period, step, cutoff) for step in (-1, 1))
    return render_template(
        "models/index.html",
        area=current_user.area,
        rows=models.rows(current_user.area, period, max(today, plan.active.starts)),
        period=period,
        ended=period.ends < today,
        around=[each if has_begun(each, today) else None for each in steps],
        sources=sources,
    )


def has_begun(period, today):
    """Whether a period holds days of the plan that are not to come."""
    return period.starts <= max(today, plan.active.starts) and period.ends >= plan.active.starts


def sources(row, period):
    """The screens from which a model's numbers come that the user may open, as [(address, name)], each once."""
    model, keys, places = row.model, {result.key for result in row.results}, []
    month = periods.of_day(min(period.ends, vi.local(now()).date()), plan.active.cutoff_day).key
    if model.target:
        address = url_for("progress.show", code=current_user.area.code, _anchor=model.target)
        places.append((address, gettext("Tiến độ, chỉ tiêu %(code)s", code=model.target)))
    for code in (model.code, model.target):
        if plan.active.figures_of([code]):
            address = url_for("figures.grid", period=month, target=code)
            places.append((address, gettext("Số liệu đơn vị báo cáo")))
    if "coverage" in keys:
        places.append((url_for("shifts.index"), gettext("Ca trực Đại sứ số")))
    if keys & {"classes", "learning_homes"} and current_user.runs_office:
        places.append((url_for("courses.index"), gettext("Lớp học")))
    return places

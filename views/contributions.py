"""What villages, units and people did in a period: to read, to print and to take away."""

import tempfile

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import periods
import plan
import summaries
import vi
from access import allow
from models import now
from office import contributions
from report.words import period_name
from terms import OFFICE, READERS
from views import areas, words
from views.exports import TYPES, download
from views.models import has_begun

bp = Blueprint("contributions", __name__, url_prefix="/contributions")

TITLES = {"villages": "Đóng góp theo thôn", "units": "Đóng góp theo đơn vị", "people": "Đóng góp theo người"}


@bp.get("")
@allow(READERS)
def index():
    """By village and by unit, with nobody's name."""
    area, period, today = asked()
    tables = {
        "villages": contributions.of_villages(area, period, today),
        "units": [] if area.kind == "village" else contributions.of_units(area, period, today),
    }
    return page(area, period, today, tables)


@bp.get("/people")
@allow(OFFICE)
def people():
    """By person: what each did, in the order of the alphabet."""
    area, period, today = asked()
    return page(area, period, today, {"people": contributions.of_people(area, period, today)})


@bp.post("/<any(villages, units, people):table>.<any(xlsx, csv):format>")
@allow(OFFICE)
def make(table, format):
    area, period, today = asked()
    file, title = tempfile.TemporaryFile(), TITLES[table]
    full = f"{title}, {area.label}, {period_name(period)} ({words.days_of(period)})"
    by, found = current_user._get_current_object(), contributions.table(table, area, period, today)
    key, named = f"contributions.{table}", table == "people"
    summaries.write(file, key, format, area, by, (title, full), found, named=named)
    return download(file, TYPES[format], f"dong-gop-{table}-{area.code}-{period.key}.{format}")


def page(area, period, today, tables):
    cutoff = plan.active.cutoff_day
    steps = (periods.next_to(period, step, cutoff) for step in (-1, 1))
    last = min(period.ends, today)
    return render_template(
        "contributions/index.html",
        area=area,
        period=period,
        kinds=[periods.of_day(last, cutoff, kind) for kind in periods.MONTHS],
        around=[each if has_begun(each, today) else None for each in steps],
        tables={name: rows for name, rows in tables.items() if rows},
    )


def asked():
    """(area, period, today) as the address says: the reader's own area and the present quarter where it says nothing.

    404 for a period that no key names, has not begun, or is before the plan.
    """
    today, cutoff = vi.local(now()).date(), plan.active.cutoff_day
    day = min(max(today, plan.active.starts), plan.active.ends)
    key = request.values.get("period") or periods.of_day(day, cutoff, "quarter").key
    period = periods.read(key, cutoff)
    if period is None or not has_begun(period, today):
        abort(404)
    return areas.find(request.values.get("area") or current_user.area.code), period, today

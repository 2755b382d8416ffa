"""A unit's own page: what is asked of it this period, typed by itself, and what it sent before."""

import json

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import fields
import plan
import vi
from access import allow
from answers import done, new_uid, uid_or_404
from fields import N_
from models import Crossed, Cutoff, UnitFigure, now
from office import asked, board, shifts, tasks
from report import headers
from terms import OF_UNITS

bp = Blueprint("unit", __name__, url_prefix="/unit")


@bp.get("")
@allow(OF_UNITS)
def show():
    asks = asks_of_mine()
    return page(asks, period_of(asks, request.args.get("period")))


@bp.post("")
@allow(OF_UNITS)
def tell():
    """Save what was typed, all of it or, while a number is refused, questioned or somebody else's, nothing."""
    asks, form = asks_of_mine(), fields.read(request.form.to_dict(flat=False))
    uid, period = uid_or_404(request.form.get("uid", "")), period_of(asks, request.form.get("period"))
    reading, typed = asked.read(current_user.unit, asks, period, form, today()), typed_in(form)
    if reading.errors:
        return page(asks, period, form.shown, typed, reading.errors, reading.questioned), 422
    try:
        rows = UnitFigure.tell(period.key, reading.told, current_user, uid, reading.seen, reading.again)
    except Crossed as crossed:
        names = {cell: name for name, cell in asked.cells_of(asks).items()}
        errors = {names[cell]: who_crossed(row) for cell, row in crossed.rows.items()}
        return page(asks, period, None, typed, errors), 409
    return done("unit.show", period=period.key, told=len(rows))


def typed_in(form):
    """What somebody typed into a form, where that is not what it showed."""
    return {name: text for name in form.fields if (text := form.one(name)) is not None}


def who_crossed(row):
    """What stands beside a field into which somebody else wrote another number meanwhile."""
    if row is None:
        return N_("Vừa có người bỏ số này. Bấm Lưu lần nữa nếu số vừa gõ là đúng.")
    return N_(
        "%(name)s vừa ghi %(value)s. Bấm Lưu lần nữa nếu số vừa gõ là đúng.",
        name=row.user.name if row.user else row.source,
        value=row.value,
    )


def asks_of_mine():
    return asked.asks_of(current_user.unit) if current_user.unit else []


def today():
    return vi.local(now()).date()


def period_of(asks, key):
    """The period that a key names, if a unit may still tell figures for it; the first of those open without a key."""
    if not key:
        return asked.open_periods(asks, today())[0]
    found = board.period_named(key, today())
    return found if found in asked.last_periods(today()) else abort(404)


def periods_of(asks, shown):
    """Those that the page leads to, with the one that it shows, oldest first."""
    found = {*asked.open_periods(asks, today()), shown}
    if asks:
        found |= {*asked.left_open(current_user.area, today())}
    return sorted(found, key=lambda period: period.key)


def page(asks, period, shown=None, typed=(), errors=None, questioned=()):
    """The page; of a form that was not saved, with what it showed and what was typed. It shows what stands without."""
    unit = current_user.unit
    shown = asked.as_shown(asks, period, today()) if shown is None else shown
    return render_template(
        "unit/show.html",
        unit=unit,
        asks=asks,
        name_of=asked.name_of,
        period=period,
        periods=periods_of(asks, period),
        before=asked.told_before(asks, period),
        tasks=tasks.lines(today(), unit) if unit else [],
        reports=unit is not None and headers.of(plan.active, unit) is not None,
        keeps_shifts=unit is not None and unit.key in shifts.units(),
        sent=asked.sent_by({unit, *asked.units_of(asks)}) if unit else [],
        closed=Cutoff.over(unit.area, period) if unit else None,
        complete=asked.is_complete(asks, UnitFigure.standing(period.key)),
        values={**shown, **dict(typed)},
        shown=json.dumps(shown, ensure_ascii=False),
        uid=new_uid(),
        errors=errors or {},
        questioned=questioned,
    )

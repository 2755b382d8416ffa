"""What units and the police report for a period: the board, the grid it is typed in, the history of one number."""

import json

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

import periods
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import short_text
from models import Area, Crossed, Cutoff, Unit, UnitFigure, now
from office import asked, board, sheet
from office import grid as grids
from roster import apart
from roster.problems import Unreadable, sentence
from terms import OFFICE, READERS, REPORTERS
from views import words
from views.exports import TYPES, download
from views.roster import read_upload

bp = Blueprint("figures", __name__, url_prefix="/figures")


@bp.get("")
@allow(READERS)
def index():
    """What was said for a period, and who has not said it yet."""
    period, area = find_period(request.args.get("period")), current_user.area
    units, told = Unit.open_below(area), board.told_for(area, period)
    silent = board.silent(area, told, board.told_before(area, period), units)
    return render_template(
        "figures/index.html",
        period=period,
        neighbours=neighbours(period),
        closed=Cutoff.over(area, period),
        sums=board.sums(area, told, units),
        silent=silent,
        reminder=words.to_remind(silent, period, current_app.config["BASE_URL"] + url_for("unit.show")),
    )


@bp.get("/<period>/<target>")
@allow(READERS)
def grid(period, target):
    """The figures of one target, for the office to type."""
    return grid_page(find_grid(period, target))


@bp.post("/<period>/<target>")
@allow(OFFICE)
def save(period, target):
    """Save what was typed, all of it or nothing: what is wrong or doubtful is marked, and stays as it was typed."""
    grid, fields, errors = find_grid(period, target), request.form.to_dict(), {}
    as_of = asked.read_day(fields.get("as_of", ""), today(), errors)
    source = short_text(vi.clean(fields.get("source", "")), "source", errors)
    typed = grids.read(grid, fields, as_of, source)
    typed.errors.update(errors)
    if typed.errors:
        return grid_page(grid, typed), 422
    try:
        rows = grids.save(grid, typed, current_user, uid_or_404(fields.get("uid", "")))
    except Crossed as crossed:
        grids.mark_crossed(grid, typed, crossed)
        return grid_page(grid, typed), 409
    return done("figures.grid", period=period, target=target, saved=len(rows))


@bp.get("/<period>/<target>/sheet.xlsx")
@allow(OFFICE)
def blank(period, target):
    """A file with a row for each of the grid's, for somebody to fill in."""
    grid = find_grid(period, target)
    return download(sheet.blank(grid), TYPES["xlsx"], f"so-lieu-{grid.target.code}-{grid.period.key}.xlsx")


@bp.post("/<period>/<target>/sheet")
@allow(OFFICE)
def upload(period, target):
    """Show the grid with what a file says in it; nothing is saved until somebody has looked and saves it."""
    grid = find_grid(period, target)
    try:
        filename, texts = read_upload(apart.read_texts_apart)
        told = sheet.read(grid, texts)
    except Unreadable as error:
        return grid_page(grid, refusal=sentence(error.problem, gettext)), 422
    fields = {name: shown_text(value) for name, value in grid.shown.items()} | told.texts
    typed = grids.read(grid, fields | {"shown": json.dumps(grid.shown)}, today(), "")
    return grid_page(grid, typed, filename=filename, found=told)


@bp.get("/history/<uid>/<key>")
@allow(REPORTERS)
def history(uid, key):
    """Everything that was ever told of one number."""
    unit = one_or_404(Unit.visible_to(current_user).where(Unit.uid == uid_or_404(uid)))
    area = Area.coded(request.args.get("area", unit.area.code)).first() or unit.area
    told = UnitFigure.history(unit, area, key, request.args.get("part", ""))
    figure = next((figure for figure in plan.active.figures if figure.key == key), None)
    if not told and figure is None:
        abort(404)
    return render_template("figures/history.html", unit=unit, area=area, key=key, figure=figure, told=told)


def find_grid(period, code):
    target = next((target for target in board.asked_for() if target.code == code), None) or abort(404)
    return grids.Grid(current_user.area, find_period(period), target)


def grid_page(grid, typed=None, **more):
    """A grid as it stands, or with what was typed into it and is not saved."""
    fields = typed.fields if typed else {}
    stored = {name: shown_text(value) for name, value in grid.shown.items()}
    return render_template(
        "figures/grid.html",
        grid=grid,
        period=grid.period,
        neighbours=neighbours(grid.period),
        fields=fields,
        texts=fields or stored,
        stored=stored,
        shown=fields.get("shown") or json.dumps(grid.shown),
        as_of=fields.get("as_of", vi.date_vn(min(today(), grid.period.ends))),
        uid=fields.get("uid") or new_uid(),
        errors=typed.errors if typed else {},
        asked=typed.asked if typed else (),
        name_of=grids.name_of,
        saved=vi.whole(request.args.get("saved", "")),
        **more,
    )


def shown_text(value):
    return words.number(value) if isinstance(value, int) else value or ""


def today():
    return vi.local(now()).date()


def find_period(key):
    """The month of an address, or the present one where it names none; 404 for one that nobody reports."""
    return board.period_named(key, today()) or abort(404) if key else board.current_period(today())


def neighbours(period):
    """The keys of the months before and after this one, None where there is none to report."""
    keys = [periods.next_to(period, step, plan.active.cutoff_day).key for step in (-1, 1)]
    return [key if board.period_named(key, today()) else None for key in keys]

"""Open data: what is published of the commune, as a page, CSV and JSON at addresses that stay. No sign-in."""

from flask import Blueprint, Response, abort, render_template

import cutoffs
import data
import plan
import vi
from access import PUBLIC, allow
from answers import one_or_404, said
from models import Area, now

bp = Blueprint("data", __name__)

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
KEPT = 900  # seconds that a reader and what lies between may keep a file


@bp.get("/data")
@allow(PUBLIC)
def index():
    area = Area.commune()
    return render_template(
        "data/index.html",
        area=area,
        columns={column: said(meaning) for column, meaning in data.COLUMNS.items()},
        figures=data.shown(),
        periods=[(cutoffs.days_of(each), each) for each in data.periods(area)] if area else [],
    )


@bp.get("/data/progress.csv", defaults={"format": "csv"})
@bp.get("/data/progress.json", defaults={"format": "json"})
@allow(PUBLIC)
def progress(format):
    area = find()
    return figures(area, format, data.current(area, vi.local(now()).date()))


@bp.get("/data/dictionary.csv", defaults={"format": "csv"})
@bp.get("/data/dictionary.json", defaults={"format": "json"})
@allow(PUBLIC)
def dictionary(format):
    rows = data.dictionary()
    return file(format, data.as_csv(data.DEFINED, rows) if format == "csv" else data.as_json("tu_dien", rows))


@bp.get("/data/<period>.csv", defaults={"format": "csv"})
@bp.get("/data/<period>.json", defaults={"format": "json"})
@allow(PUBLIC)
def period(period, format):
    """What was published of a closed period, as it was closed last."""
    area = find()
    found = data.closed(area, period)
    if found is None:
        abort(404)
    cutoff, report, rows = found
    called = {"ma_dia_ban": report["area"]["code"], "dia_ban": report["area"]["label"]}
    days = {"tu_ngay": str(cutoff.starts), "den_ngay": str(cutoff.ends)}
    about = called | {"ke_hoach": report["plan"]["title"], "ky": cutoff.period, **days, "lan_chot": cutoff.revision}
    return figures(area, format, rows, **about)


def find():
    """The commune that this installation serves."""
    return one_or_404(Area.select().where(Area.kind == "commune").order_by(Area.id))


def figures(area, format, rows, **about):
    if format == "csv":
        return file(format, data.as_csv(rows[0].keys() if rows else data.COLUMNS, rows))
    about = {"ma_dia_ban": area.code, "dia_ban": area.label, "ke_hoach": plan.active.title.vi, **about}
    return file(format, data.as_json("so_lieu", [data.with_rates(row) for row in rows], **about))


def file(format, body):
    headers = {"Cache-Control": f"public, max-age={KEPT}", "Access-Control-Allow-Origin": "*"}
    return Response(body, mimetype=TYPES[format].partition(";")[0], content_type=TYPES[format], headers=headers)

"""The office takes tables away as files: without names at once, with names for a reason that is written down."""

import subprocess
import tempfile
import threading

from flask import Blueprint, current_app, render_template, request, send_file
from flask_login import current_user

import exports
import summaries
import vi
from access import allow
from fields import N_, short_text
from models import now
from terms import OFFICE
from views import areas

bp = Blueprint("exports", __name__, url_prefix="/exports")

SHORTEST_REASON = 10
LONGEST_REASON = 200
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
# Impatient clicks must not take every thread and processor from those at the doors.
writing = threading.BoundedSemaphore(2)


@bp.get("")
@allow(OFFICE)
def index():
    return page(areas.find(request.args.get("area", current_user.area.code)))


@bp.post("/<any(households, residents, attendance):table>.<any(xlsx, csv):format>")
@allow(OFFICE)
def make(table, format):
    area, named = areas.find(request.form.get("area", "")), request.form.get("named") == "yes"
    reason = vi.clean(request.form.get("reason", ""))
    errors = check(table, format, area, named, reason)
    if errors:
        return page(area, request.form.to_dict(flat=False), errors, (table, format)), 422
    if not writing.acquire(blocking=False):
        errors["file"] = N_("Đang làm các tệp khác. Đợi một phút rồi bấm lại.")
        return page(area, request.form.to_dict(flat=False), errors, (table, format)), 503
    try:
        user = current_user._get_current_object()
        file = exports.write_apart(table, format, area, named, reason, user, current_app.config)
    except subprocess.TimeoutExpired:
        errors["file"] = N_("Danh sách quá dài, làm chưa xong. Chọn từng thôn rồi tải lại.")
        return page(area, request.form.to_dict(flat=False), errors, (table, format)), 503
    finally:
        writing.release()
    return download(file, TYPES[format], filename(table, format, area, named))


@bp.post("/<any(villages, classes, supports, activities):summary>.<any(xlsx, csv):format>")
@allow(OFFICE)
def summarise(summary, format):
    """Totals without names, at once."""
    area, file = areas.find(request.form.get("area", "")), tempfile.TemporaryFile()
    summaries.make(file, summary, format, area, current_user._get_current_object())
    name = f"{summaries.SUMMARIES[summary].filename}-{area.code}-{vi.local(now()):%Y-%m-%d}.{format}"
    return download(file, TYPES[format], name)


def check(table, format, area, named, reason):
    """`{field: Sentence}` of what stands in the way of the file, empty when nothing does."""
    errors = {}
    if named and len(reason) < SHORTEST_REASON:
        errors["reason"] = N_("Ghi lý do tải danh sách có tên, ít nhất %(least)s ký tự.", least=SHORTEST_REASON)
    elif named:
        short_text(reason, "reason", errors, LONGEST_REASON)
    if format == "xlsx" and exports.count(table, area, named) > exports.XLSX_ROWS:
        errors["file"] = N_("Excel không chứa hết danh sách này. Chọn từng xã, từng thôn, hoặc tải CSV.")
    return errors


def page(area, fields=None, errors=None, chosen=None):
    whole = area.parent if area.kind == "village" and area != current_user.area else area
    return render_template(
        "exports/index.html",
        area=area,
        whole=whole,
        parts=[] if whole.kind == "village" else list(whole.parts()),
        above=whole.parent if whole != current_user.area else None,
        tables=exports.TABLES,
        counts={table: [exports.count(table, area, named) for named in (False, True)] for table in exports.TABLES},
        fields=fields or {},
        errors=errors or {},
        chosen=chosen,
    )


def filename(table, format, area, named):
    kind = "co-ten" if named else "khong-ten"
    return f"{exports.TABLES[table].filename}-{kind}-{area.code}-{vi.local(now()):%Y-%m-%d}.{format}"


def download(file, mimetype, name):
    """Send an open temporary file with its length; the server closes it, which removes it."""
    response = send_file(file, mimetype, as_attachment=True, download_name=name)
    response.content_length = file.seek(0, 2)
    file.seek(0)
    response.headers["Cache-Control"] = "no-store"
    return response

"""The reports of the commune and of its units: what is missing, the closing, the text, the files to take away."""

from io import BytesIO

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import current_user
from werkzeug.routing import BuildError

import cutoffs
import plan
import vi
from access import allow, may_open
from answers import done, new_uid, one_or_404, said, uid_or_404, wants_json
from models import Unit, now
from office import reports
from report import annexes, headers
from report.document import PARTS
from report.files import FORMATS, name
from terms import OFFICE, READERS, REPORTERS
from views.exports import download

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("")
@allow(READERS)
def index():
    return render_template("reports/index.html", lines=reports.lines(find_area(), today()))


@bp.get("/<period>")
@allow(READERS)
def show(period):
    return page(find_report(period))


@bp.get("/<period>/unit")
@allow(REPORTERS)
def of_unit(period):
    """A unit's own report: of the account's unit, or of the one that the office asks for."""
    return page(find_report(period, request.args.get("unit") or getattr(current_user.unit, "uid", None) or abort(404)))


@bp.post("/<period>/close")
@allow(OFFICE)
def close(period):
    """Freeze the figures, once for a form however often it is sent; a question comes back with what was typed."""
    report, fields = find_report(period), request.form
    uid, seen = uid_or_404(fields.get("uid", "")), vi.whole(fields.get("seen", "")) or 0
    user = current_user._get_current_object()
    try:
        cutoffs.close(report.area, report.period, user, uid, fields.get("why", ""), now(), seen)
    except cutoffs.Refused as refused:
        return page(report, closing=fields, errors={refused.field or "close": refused.says}), 422
    return done("reports.show", period=report.period.key, said="closed", _anchor="main")


@bp.post("/<period>/texts")
@allow(REPORTERS)
def write(period):
    """Save what was written; what another officer wrote meanwhile in the same place comes back with both texts."""
    report = find_report(period, request.form.get("unit"))
    if not may_write(report):
        abort(404)
    sent = chosen(report, read_texts(request.form))
    saved = report.save(sent, current_user._get_current_object())
    status = 409 if saved.overtaken else 422 if saved.errors else 200
    if wants_json():
        return {"parts": {part: outcome(part, saved, sent[part]) for part in sent}}, status
    if status != 200:
        typed = {part: sent[part] for part in (*saved.overtaken, *saved.errors)}
        return page(report, typed=typed, overtaken=saved.overtaken, errors=saved.errors), status
    part = request.form.get("to") or request.form.get("take", "").partition("|")[0]
    return done(**address_of(report), said="written", _anchor=f"part-{part}" if part in PARTS else "report")


@bp.post("/<period>/files/<any(docx, xlsx, csv, json):format>")
@allow(REPORTERS)
def take_away(period, format):
    """The report as a file: of a closing, or as a draft of now where no `revision` is named."""
    report, file, revision = find_report(period, request.form.get("unit")), BytesIO(), request.form.get("revision")
    try:
        contents = report.contents(now(), vi.whole(revision) if revision else None)
    except KeyError:
        abort(404)
    table = request.form.get("table")
    if FORMATS[format].of_table and table not in contents["tables"]:
        abort(404)
    report.make(file, format, contents, table, current_user._get_current_object())
    return download(file, FORMATS[format].mimetype, name(contents, format, table))


@bp.get("/<period>/texts/<part>")
@allow(REPORTERS)
def history(period, part):
    """Every wording of a part."""
    report = find_report(period, request.args.get("unit"))
    if part not in reports.PARTS:
        abort(404)
    return render_template(
        "reports/history.html",
        report=report,
        period=report.period,
        part=part,
        label=PARTS[part],
        rows=report.history(part),
        writes=may_write(report),
        back=url_for(**address_of(report), _anchor=f"part-{part}"),
    )


def read_texts(form):
    """`{part: reports.Sent}` of the parts that a form sends."""
    return {
        part: reports.Sent(
            form[f"text-{part}"],
            vi.whole(form.get(f"seen-{part}", "")) or 0,
            uid_or_404(form[f"uid-{part}"]) if f"uid-{part}" in form else None,
            tuple(form.getlist(f"after-{part}")),
        )
        for part in reports.PARTS
        if f"text-{part}" in form
    }


def chosen(report, sent):
    """What a form sends after its button did what it says: copied something in, or settled two wordings."""
    part, _, choice = (request.form.get("take") or request.form.get("keep") or "").partition("|")
    if part not in sent:
        return sent
    if "take" in request.form:
        return {**sent, part: report.taken(part, choice, sent[part])}
    keeps, _, revision = choice.partition("|")
    return {**sent, part: report.settled(part, keeps, vi.whole(revision) or 0, sent[part])}


def outcome(part, saved, sent):
    """What a page that saves by itself is told of one part."""
    if part in saved.errors:
        return {"state": "refused", "says": said(saved.errors[part])}
    if part in saved.overtaken:
        shown = {"part": part, "theirs": saved.overtaken[part]}
        return {"state": "overtaken", "html": render_template("reports/both.html", **shown)}
    row = saved.kept[part]
    mine = row is not None and row.text == reports.clean(sent.text)
    return {"state": "saved", "revision": row.revision if mine else sent.seen, "at": vi.time_vn(now())}


def page(report, closing=None, typed=None, overtaken=None, errors=None):
    """The page of a report. closing, typed: what was sent and not kept, of the closing form and by part of the text."""
    line = reports.line(report, today())
    revision = line.cutoff.revision if line.cutoff else None
    return render_template(
        "reports/show.html",
        report=report,
        today=today(),
        line=line,
        writes=may_write(report),
        contents=report.contents(now(), revision),
        closing=closing or {"uid": new_uid(), "seen": revision or 0},
        typed=typed or {},
        overtaken=overtaken or {},
        errors=errors or {},
        said=request.args.get("said"),
        labels=PARTS,
        results=reports.RESULTS,
        longest=reports.LONGEST,
        annexes=annexes,
        formats=FORMATS,
        address=address,
    )


def address(feed):
    """Where numbers of a report stand on screen (see `report.feeds`); None for what the reader may not open.

    A closed report keeps the names of screens as they were called then.
    """
    if not feed or not may_open(feed["endpoint"]):
        return None
    try:
        return url_for(feed["endpoint"], **feed["arguments"])
    except BuildError:
        return None


def address_of(report):
    """The endpoint of a report's page and what its address needs."""
    if report.unit:
        return {"endpoint": "reports.of_unit", "period": report.period.key, "unit": report.unit.uid}
    return {"endpoint": "reports.show", "period": report.period.key}


def find_area():
    """The commune or city whose reports an account sees: its own. A village reports nothing."""
    return abort(404) if current_user.area.kind == "village" else current_user.area


def find_report(key, unit=None):
    """The report that an address names; 404 for one of a future period, of another area, of a unit without any.

    unit: the uid of the unit whose own it is. The commune's is seen by who reads the office.
    """
    if unit:
        unit = one_or_404(Unit.visible_to(current_user).where(Unit.uid == uid_or_404(unit)))
        if headers.of(plan.active, unit) is None:
            abort(404)
    elif not current_user.reads_office:
        abort(404)
    area = unit.area.commune_or_self() if unit else find_area()
    period = reports.named(area, key, today()) or abort(404)
    return reports.Report(area, period, unit)


def may_write(report):
    """Whether the account writes in a report: the office in all, a unit in its own."""
    return current_user.runs_office or (report.unit is not None and report.unit == current_user.unit)


def today():
    return vi.local(now()).date()

"""The reports of the commune's periods: what is missing, the closing, the text, the files to take away."""

from io import BytesIO

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import current_user
from werkzeug.routing import BuildError

import cutoffs
import vi
from access import allow, may_open
from answers import done, new_uid, said, uid_or_404, wants_json
from models import ReportText, now
from office import reports
from report import annexes
from report.document import PARTS
from report.files import FORMATS, name
from terms import OFFICE, READERS
from views.exports import download

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("")
@allow(READERS)
def index():
    return render_template("reports/index.html", lines=reports.lines(find_area(), today()))


@bp.get("/<period>")
@allow(READERS)
def show(period):
    return page(find_period(period))


@bp.post("/<period>/close")
@allow(OFFICE)
def close(period):
    """Freeze the figures, once for a form however often it is sent; a question comes back with what was typed."""
    area, period, fields = find_area(), find_period(period), request.form
    uid, seen = uid_or_404(fields.get("uid", "")), vi.whole(fields.get("seen", "")) or 0
    user = current_user._get_current_object()
    try:
        cutoffs.close(area, period, user, uid, fields.get("why", ""), now(), seen)
    except cutoffs.Refused as refused:
        return page(period, closing=fields, errors={refused.field or "close": refused.says}), 422
    return done("reports.show", period=period.key, said="closed")


@bp.post("/<period>/texts")
@allow(OFFICE)
def write(period):
    """Save what was written; what another officer wrote meanwhile in the same place comes back with both texts."""
    area, period = find_area(), find_period(period)
    sent = chosen(area, period, read_texts(request.form))
    saved = reports.save(area, period, sent, current_user._get_current_object())
    status = 409 if saved.overtaken else 422 if saved.errors else 200
    if wants_json():
        return {"parts": {part: outcome(part, saved, sent[part]) for part in sent}}, status
    if status != 200:
        typed = {part: sent[part] for part in (*saved.overtaken, *saved.errors)}
        return page(period, typed=typed, overtaken=saved.overtaken, errors=saved.errors), status
    part = request.form.get("to") or request.form.get("take", "").split("|")[0]
    return done("reports.show", period=period.key, said="written", _anchor=f"part-{part}" if part else "report")


@bp.post("/<period>/files/<any(docx, xlsx, csv, json):format>")
@allow(READERS)
def take_away(period, format):
    """The report as a file: of a closing, or as a draft of now where no `revision` is named."""
    area, period, file = find_area(), find_period(period), BytesIO()
    contents = contents_of(area, period, request.form.get("revision", ""))
    table = request.form.get("table")
    if FORMATS[format].of_table and table not in contents["tables"]:
        abort(404)
    reports.make(file, format, contents, table, area, period, current_user._get_current_object())
    return download(file, FORMATS[format].mimetype, name(contents, format, table))


def contents_of(area, period, revision):
    """What a closing froze, or what a report would print now; 404 for a closing that there never was."""
    if not revision:
        return cutoffs.draft(area, period, now())
    closings = {str(row.revision): row for row in cutoffs.of_period(area, period)}
    return closings[revision].report if revision in closings else abort(404)


@bp.get("/<period>/texts/<part>")
@allow(READERS)
def history(period, part):
    """Every wording of a part."""
    period = find_period(period)
    if part not in reports.PARTS:
        abort(404)
    rows = ReportText.history(find_area(), period.key, part)
    return render_template("reports/history.html", period=period, part=part, label=PARTS[part], rows=rows)


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


def chosen(area, period, sent):
    """What a form sends after its button did what it says: copied something in, or settled two wordings."""
    part, _, choice = (request.form.get("take") or request.form.get("keep") or "").partition("|")
    if part not in sent:
        return sent
    if "take" in request.form:
        return {**sent, part: reports.taken(area, period, part, choice, sent[part])}
    keeps, _, revision = choice.partition("|")
    return {**sent, part: reports.settled(area, period, part, keeps, vi.whole(revision) or 0, sent[part])}


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


def page(period, closing=None, typed=None, overtaken=None, errors=None):
    """A period's page. closing, typed: what was sent and not kept, of the closing form and by part of the text."""
    area, moment = find_area(), now()
    line = reports.line(area, period, today())
    standing = ReportText.standing(area, period.key)
    return render_template(
        "reports/show.html",
        line=line,
        period=period,
        contents=line.cutoff.report if line.cutoff else cutoffs.draft(area, period, moment),
        revisions=cutoffs.of_period(area, period),
        missing=[] if line.cutoff else cutoffs.missing(area, period, today()),
        late=line.late,
        labels=PARTS,
        results=reports.RESULTS,
        annexes=annexes,
        address=address,
        standing=standing,
        typed=typed or {},
        overtaken=overtaken or {},
        before=reports.texts_before(area, period),
        quotes=reports.quotes(area, period),
        closing=closing or {"uid": new_uid(), "seen": line.cutoff.revision if line.cutoff else 0},
        errors=errors or {},
        said=request.args.get("said"),
        longest=reports.LONGEST,
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


def find_area():
    """The commune or city whose reports an account sees: its own. A village reports nothing."""
    return abort(404) if current_user.area.kind == "village" else current_user.area


def find_period(key):
    """The period of an address; 404 for a future one, and for what names none."""
    return reports.named(find_area(), key, today()) or abort(404)


def today():
    return vi.local(now()).date()

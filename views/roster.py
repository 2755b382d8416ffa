"""A list of households comes in: uploaded, looked at, and only then saved."""

import shutil
import tempfile
from contextlib import closing
from itertools import groupby
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

import plan
import vi
from access import allow
from answers import done, one_or_404, swaps, uid_or_404
from models import Roster
from roster import background, comparing, undoing
from roster.changes import MOST_LINES
from roster.problems import LEVELS, MEANINGS, Problem, Unreadable, sentence
from roster.reading import Reading
from terms import OFFICE
from views.words import DWELLINGS, RELATIONS, SEXES

bp = Blueprint("roster", __name__, url_prefix="/roster")

ANSWERS_WITHIN = 1.5  # seconds; what takes longer shows its progress
SHOWN_PROBLEMS = 50
# People who might be somebody else, a village that would get a second population, people in doubt.
ASKED = ("same-", "second-", "doubt-")
FIELDS = {
    "birth_year": _("năm sinh"),
    "dwelling": _("loại nhà"),
    "children_0_5": _("số trẻ 0-5 tuổi"),
    "children_6_15": _("số trẻ 6-15 tuổi"),
    "added": _("thêm người"),
    "moved": _("người chuyển đến"),
    "missing": _("có người không thấy trong tệp"),
    "kept": _("giữ điều đã hỏi tại hộ"),
}
DOUBTS = {
    "age": {
        "title": _("Chưa rõ tuổi"),
        "why": _("Trẻ em dưới 16 tuổi chỉ được đếm, không lưu tên. Những người này có đúng là người lớn cả không?"),
        "adults": _("Đều là người lớn"),
        "out": _("Không nhập những người này"),
    },
    "struck": {
        "title": _("Bị gạch ngang trong tệp"),
        "why": _("Tên bị gạch ngang thường là người đã mất hoặc đã chuyển đi."),
        "keep": _("Vẫn nhập"),
        "out": _("Không nhập những người này"),
    },
    "gone": {
        "title": _("Tệp ghi đã mất hoặc chuyển đi"),
        "why": _("Phần ghi chú không được lưu, nên cần chọn ngay có nhập những người này không."),
        "keep": _("Vẫn nhập"),
        "out": _("Không nhập những người này"),
    },
}
STATES = {
    "reading": ("partial", _("◌ Đang đọc tệp")),
    "unread": ("late", _("▲ Không đọc được")),
    "waiting": ("", _("○ Chưa lưu")),
    "queued": ("partial", _("◌ Chờ tới lượt")),
    "saving": ("partial", _("◌ Đang lưu")),
    "failed": ("late", _("▲ Chưa lưu được")),
    "unanswered": ("late", _("▲ Còn chỗ cần chọn")),
    "interrupted": ("late", _("▲ Bị ngắt giữa chừng")),
    "saved": ("done", _("● Đã lưu")),
    "undone": ("", _("✕ Đã hoàn tác")),
}
STAYS = {
    "visit": _("đã có người đến nhà"),
    "consent": _("hộ đã nói lại về việc đồng ý"),
    "move": _("đã có người chuyển đi, chuyển đến hoặc tách, nhập hộ"),
    "list": _("đã được một danh sách khác sửa"),
    "person": _("có người đã đi học, được mời hoặc được hướng dẫn"),
    "changed": _("thông tin đã được sửa lại"),
    "other": _("đã có việc khác ghi vào hộ này"),
}
VALUES = {"sex": SEXES, "relation": RELATIONS, "dwelling": DWELLINGS}


@bp.get("")
@allow(OFFICE)
def index():
    """The form for a file, and the imports of the whole area, newest first."""
    return upload_page()


@bp.post("")
@allow(OFFICE)
def upload():
    """Read a file and keep what it says until somebody has looked; the file itself is not kept."""
    folder = tempfile.mkdtemp(prefix="roster-")
    try:
        name = receive(folder)
    except Unreadable as error:
        shutil.rmtree(folder)
        return upload_page(sentence(error.problem, gettext)), 422
    row = Roster.begin(current_user._get_current_object(), name)
    settings = {"ends": plan.active.ends, "resident_age": plan.active.resident_age}
    row = after(row, background.start(background.read_in_background, row.uid, folder, settings))
    if row.state == "unread":
        row.drop()
        return upload_page(unread_words(row)), 422
    return done("roster.show", uid=row.uid)


@bp.get("/<uid>")
@allow(OFFICE)
def show(uid):
    """What would change; once saved, what did; and how far the work has come while there is some."""
    row = find(uid)
    if row.saved_at:
        return leave_progress() if swaps("progress") else result_page(row)
    row = mine(uid)
    if row.state in ("waiting", "failed"):
        return leave_progress() if swaps("progress") else preview_page(row)
    part = "roster/_progress.html" if swaps("progress") else "roster/progress.html"
    return render_template(part, row=row, problem=unread_words(row), ahead=row.in_the_way())


@bp.post("/<uid>")
@allow(OFFICE)
def save(uid):
    """Save what was looked at, once; or only remember which village is which and look again."""
    row = find(uid)
    if row.saved_at or not mine(uid).may_save:
        return done("roster.show", uid=uid)
    row.choose(chosen(row))
    if request.form.get("then") != "save":
        return done("roster.show", uid=uid)
    row.queue()
    row = after(row, background.start(background.save_in_background, row.uid))
    if row.state == "failed":
        return preview_page(row), 409 if row.problem == ["crossed"] else 422
    return done("roster.show", uid=uid)


@bp.get("/<uid>/undo")
@allow(OFFICE)
def look_back(uid):
    """What taking a saved list back would do."""
    row = undoable(uid)
    return render_template("roster/undo.html", row=row, undoing=undoing.look(row))


@bp.post("/<uid>/undo")
@allow(OFFICE)
def undo(uid):
    """Take a saved list back; twice is once."""
    if find(uid).state != "undone":
        undoing.undo(undoable(uid), current_user._get_current_object())
    return done("roster.show", uid=uid)


def read_upload(read):
    """(the file's name, what `read(path)` makes of it) of the file that was sent. Raises Unreadable."""
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        return receive(folder), read(Path(folder) / "list")


def receive(folder):
    """Store the file that was sent as `list` in a folder; returns its name. Raises Unreadable."""
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        raise Unreadable("file_too_big", most=20) from None
    if sent is None or not sent.filename:
        raise Unreadable("no_file")
    with closing(sent):
        sent.save(Path(folder) / "list")
        return vi.clean(sent.filename)


def after(row, work):
    """The row once the work on it is over, or as it is when that takes longer than anybody waits for a page."""
    work.join(ANSWERS_WITHIN)
    return Roster.get_by_id(row.id)


def leave_progress():
    """Nothing is being done any more: open the page anew, which shows what came of it."""
    return Response("", headers={"HX-Redirect": request.path})


def chosen(row):
    """What was said of each village and person in question; `rest` creates every village that the areas do not know."""
    choices = dict(row.choices)
    choices |= {name: value for name, value in request.form.items() if name.startswith(ASKED)}
    for name, value in request.form.items():
        index = name.removeprefix("village-")
        if name == index or not index.isdecimal():
            continue
        typed = {key: request.form.get(f"{key}-{index}", "") for key in ("name", "former")}
        choices[index] = typed if value == "new" else value
    if request.form.get("rest") == "new":
        reading = Reading.from_json(row.text())
        for asked in comparing.compare(reading, choices, current_user).asked:
            if asked.why == "unknown" and not asked.answered:
                choices[str(asked.index)] = {"name": asked.village.name, "former": asked.village.former}
    return choices


def upload_page(problem=""):
    last = Roster.visible_to(current_user).where(Roster.uid == request.args.get("before", "")).first()
    rows, older = Roster.page_for(current_user, last)
    days = Roster.UNDOABLE.days
    return render_template("roster/index.html", problem=problem, rows=rows, older=older, last=last, days=days)


def preview_page(row):
    reading = Reading.from_json(row.text())
    changes = comparing.compare(reading, row.choices, current_user)
    why = row.problem[0] if row.state == "failed" else ""
    return render_template(
        "roster/preview.html",
        row=row,
        reading=reading,
        changes=changes,
        marked=why == "unanswered",
        crossed=why == "crossed",
        fault=why == "fault",
        areas=list(current_user.area.village_list()),
        may_create=current_user.area.commune_to_fill() is not None,
        people_asked=sorted(changes.same, key=lambda one: len(changes.same) > MOST_LINES and one.choice != ""),
        children=sum((home.children_0_5 or 0) + (home.children_6_15 or 0) for home in reading.households),
        ageless=sum(person.birth_year is None for home in reading.households for person in home.people),
        approximate=sum(person.approximate for home in reading.households for person in home.people),
        sheets={home.sheet for home in reading.households},
        columns=columns_by_sheet(reading),
        unused=unused_columns(reading),
        problems=problems_by_level(reading),
        skipped=[worded(problem) for problem in changes.skipped],
        most_lines=MOST_LINES,
    )


def result_page(row):
    result = dict(row.result)
    result["skipped"] = [worded(Problem(*given)) for given in result["skipped"]]
    return render_template("roster/result.html", row=row, **result)


def columns_by_sheet(reading):
    """[(sheets, columns)]: sheets laid out alike are shown once, with what the first of them holds."""
    alike = {}
    for sheet, columns in groupby(reading.columns, key=lambda column: column.sheet):
        columns = [column[1:] for column in columns]
        layout = tuple(column[:3] for column in columns)
        alike.setdefault(layout, ([], columns))[0].append(sheet)
    return list(alike.values())


def unused_columns(reading):
    """The headers of the columns that hold something and are not used, each once."""
    unused = [column for column in reading.columns if not column.meaning and column.examples]
    return list(dict.fromkeys(column.header or column.letter for column in unused))


def problems_by_level(reading):
    """[(level, how many there are, the first sentences)], errors first and only levels that have some."""
    groups, left = [], SHOWN_PROBLEMS
    for level in LEVELS:
        shown = [worded(problem) for problem in reading.problems if problem.level == level][:left]
        left -= len(shown)
        if reading.problem_counts[level]:
            groups.append((level, reading.problem_counts[level], shown))
    return groups


def worded(problem):
    return sentence(problem, gettext)


def unread_words(row):
    """Why the file of this row could not be read, or nothing."""
    return worded(Problem(*row.problem)) if row.state == "unread" else ""


def find(uid):
    return one_or_404(Roster.visible_to(current_user).where(Roster.uid == uid_or_404(uid)))


def mine(uid):
    """A list that is not saved yet is there for its uploader alone."""
    return one_or_404(Roster.own(current_user).where(Roster.uid == uid_or_404(uid)))


def undoable(uid):
    row = find(uid)
    return row if row.may_undo(current_user) else abort(404)


@bp.app_template_global()
def import_state(row):
    """What has become of an import, as (class, words)."""
    asks = row.state == "failed" and row.problem == ["unanswered"]
    return STATES["interrupted" if row.interrupted else "unanswered" if asks else row.state]


@bp.app_template_global()
def import_counts(counts):
    """What an import did, in one line."""
    names = (
        ("households_new", gettext("hộ mới")),
        ("households_changed", gettext("hộ có thay đổi")),
        ("people_new", gettext("người mới")),
    )
    parts = [f"{vi.number(counts[key])} {words}" for key, words in names if counts.get(key)]
    return " · ".join(parts) or gettext("không có gì thay đổi")


@bp.app_template_global()
def stays_because(why):
    """Why a household stays as it is when a list is taken back."""
    return STAYS.get(why) or STAYS["other"]


@bp.app_template_global()
def meaning_words(field):
    """What a column of a list, or what a household's line stores of a change, is called on screen.

    A result keeps for years what some version stored, so a key that is no longer known is worded too.
    """
    if field in FIELDS:
        return FIELDS[field]
    return gettext(MEANINGS[field]) if field in MEANINGS else gettext("thông tin khác")


@bp.app_template_global()
def doubt_words(kind, part):
    """How people in doubt are asked about: "title" and "why" of a question, and what can be chosen."""
    return DOUBTS[kind][part]


@bp.app_template_global()
def value_words(field, value):
    """A value as people read it."""
    if value in (None, ""):
        return gettext("trống")
    if field == "phone":
        return vi.show_phone(value)
    return VALUES.get(field, {}).get(value, value)

"""A list of households comes in: uploaded, looked at, and only then saved."""

import tempfile
from contextlib import closing
from itertools import groupby
from pathlib import Path

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

import plan
import roster
import vi
from access import OFFICE, allow
from models import IntegrityError, Roster
from roster.changes import MOST_LINES
from roster.doubts import key_of
from views.answers import done, one_or_404, uid_or_404
from views.words import RELATIONS, SEXES

bp = Blueprint("roster", __name__, url_prefix="/roster")

SHOWN_PROBLEMS = 50
LEVELS = ("error", "warning", "note")
FIELDS = {
    "birth_year": _("năm sinh"),
    "dwelling": _("loại nhà"),
    "children_0_5": _("số trẻ 0-5 tuổi"),
    "children_6_15": _("số trẻ 6-15 tuổi"),
    "added": _("thêm người"),
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
VALUES = {"sex": SEXES, "relation": RELATIONS, "dwelling": {"house": _("nhà ở"), "boarding": _("nhà trọ")}}


@bp.get("")
@allow(OFFICE)
def index():
    return upload_page()


@bp.post("")
@allow(OFFICE)
def upload():
    """Read a file and keep what it says until somebody has looked; the file itself is not kept."""
    try:
        name, text = read_upload(read)
    except roster.Unreadable as error:
        return upload_page(roster.sentence(error.problem, gettext)), 422
    row = Roster.keep(current_user, name, text)
    if said := roster.said_before(row):
        row.choose(said)
    return done("roster.show", uid=row.uid)


@bp.get("/<uid>")
@allow(OFFICE)
def show(uid):
    """What would change; once saved, what did."""
    row = find(uid)
    return result_page(row) if row.saved_at else preview_page(row)


@bp.post("/<uid>")
@allow(OFFICE)
def save(uid):
    """Save what was looked at, once; or only remember which village is which and look again."""
    row = find(uid)
    if row.saved_at:
        return done("roster.show", uid=uid)
    row.choose(chosen(row))
    if request.form.get("then") != "save":
        return done("roster.show", uid=uid)
    try:
        roster.confirm(row, row.choices, current_user)
    except roster.Unanswered:
        return preview_page(row, marked=True), 422
    except IntegrityError:
        return preview_page(row, crossed=True), 409
    return done("roster.show", uid=uid)


def read(path):
    return roster.read_as_text(path, ends=plan.active.ends, resident_age=plan.active.resident_age)


def read_upload(read):
    """(the file's name, what `read(path)` makes of it) of the file that was sent. Raises Unreadable."""
    try:
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        raise roster.Unreadable("file_too_big", most=20) from None
    if sent is None or not sent.filename:
        raise roster.Unreadable("no_file")
    with closing(sent), tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / "list"
        sent.save(path)
        return vi.clean(sent.filename), read(path)


def chosen(row):
    """What was said of each village and of people in doubt; `rest` creates every village that the areas do not know."""
    choices = dict(row.choices)
    choices |= {key: request.form[key] for key in map(key_of, DOUBTS) if key in request.form}
    for name, value in request.form.items():
        index = name.removeprefix("village-")
        if name == index or not index.isdecimal():
            continue
        typed = {key: request.form.get(f"{key}-{index}", "") for key in ("name", "former")}
        choices[index] = typed if value == "new" else value
    if request.form.get("rest") == "new":
        reading = roster.Reading.from_json(row.text())
        for asked in roster.compare(reading, choices, current_user).open:
            if asked.why == "unknown":
                choices[str(asked.index)] = {"name": asked.village.name, "former": asked.village.former}
    return choices


def upload_page(problem=""):
    return render_template("roster/index.html", problem=problem, latest=Roster.latest_of(current_user))


def preview_page(row, marked=False, crossed=False):
    reading = roster.Reading.from_json(row.text())
    changes = roster.compare(reading, row.choices, current_user)
    return render_template(
        "roster/preview.html",
        row=row,
        reading=reading,
        changes=changes,
        marked=marked,
        crossed=crossed,
        areas=list(current_user.area.village_list()),
        may_create=current_user.area.commune_to_fill() is not None,
        children=sum((home.children_0_5 or 0) + (home.children_6_15 or 0) for home in reading.households),
        ageless=sum(person.birth_year is None for home in reading.households for person in home.people),
        approximate=sum(person.approximate for home in reading.households for person in home.people),
        sheets={home.sheet for home in reading.households},
        columns=columns_by_sheet(reading),
        problems=problems_by_level(reading),
        skipped=[worded(problem) for problem in changes.skipped],
        most_lines=MOST_LINES,
    )


def result_page(row):
    result = dict(row.result)
    result["skipped"] = [worded(roster.Problem(*given)) for given in result["skipped"]]
    return render_template("roster/result.html", row=row, **result)


def columns_by_sheet(reading):
    """[(sheets, columns)]: sheets laid out alike are shown once, with what the first of them holds."""
    alike = {}
    for sheet, columns in groupby(reading.columns, key=lambda column: column.sheet):
        columns = [column[1:] for column in columns]
        layout = tuple(column[:3] for column in columns)
        alike.setdefault(layout, ([], columns))[0].append(sheet)
    return list(alike.values())


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
    return roster.sentence(problem, gettext)


def find(uid):
    return one_or_404(Roster.visible_to(current_user).where(Roster.uid == uid_or_404(uid)))


@bp.app_template_global()
def meaning_words(field):
    """What a column of a list or a field of a household is called on screen."""
    return FIELDS.get(field) or gettext(roster.MEANINGS[field])


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

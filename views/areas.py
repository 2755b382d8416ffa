"""The commune's villages and their official counts."""

import json
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from flask_login import current_user

import progress
import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from fields import LONGEST_TEXT, N_
from models import Area, Figure, Merger, VillageRefused, remove_village, village_is_empty
from roster import apart, official
from roster.problems import Unreadable, sentence
from roster.villages import LONGEST_CODE
from terms import OFFICE
from views.roster import read_upload
from views.words import MERGER_WAYS

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("")
@allow(OFFICE)
def index():
    return page(counts={key: vi.whole(request.args.get(key, "")) for key in official.COUNTS})


@bp.post("")
@allow(OFFICE)
def upload():
    """Take a file such as thon.csv and show what saving it would change; nothing is saved yet."""
    try:
        name, (areas, problems) = read_upload(apart.read_areas_apart)
    except Unreadable as error:
        return page(refusal=refusal_words(error.problem)), 422
    unread = [sentence(problem, gettext) for problem in problems]
    return preview(name, areas, official.compare_areas(areas, {}, current_user), unread)


@bp.post("/save")
@allow(OFFICE)
def save():
    """Save what was looked at, once its questions are answered; or only look again."""
    form = request.form
    name, unread = vi.clean(form.get("filename", "")), form.getlist("problem")
    try:
        areas = official.from_form(form.get("areas", ""))
    except Unreadable as error:
        return page(refusal=sentence(error.problem, gettext)), 422
    if form.get("then") != "save":
        return preview(name, areas, official.compare_areas(areas, form, current_user), unread)
    try:
        comparison = official.save_areas(areas, form, current_user, form.get("seal", ""))
    except official.Changed as changed:
        return preview(name, areas, changed.comparison, unread, crossed=True), 409
    except official.Unanswered as unanswered:
        return preview(name, areas, unanswered.comparison, unread, marked=True), 422
    return done("areas.index", saved=1, **{key: n for key, n in comparison.counts.items() if n})


@bp.get("/<code>")
@allow(OFFICE)
def show(code):
    """A village: its figures, its history, and what can be changed about it."""
    village = find_village(code)
    return village_page(village) if village.code == code else done("areas.show", code=village.code)


@bp.post("/<code>/name")
@allow(OFFICE)
def rename(code):
    village, fields = changeable(code), request.form
    name, former = (vi.clean(fields.get(key, "")) for key in ("name", "former"))
    new_code = vi.clean(fields.get("code", "")).upper()
    errors = named_wrong(village, name, former, new_code)
    if errors:
        return village_page(village, fields=fields, errors=errors), 422
    village.rename(name, former, current_user, new_code)
    return done("areas.show", code=village.code, told="renamed")


@bp.post("/<code>/figures")
@allow(OFFICE)
def take_back(code):
    """Take back the figure that stands: the one before it stands again."""
    village = find_village(code)
    figure = Figure.standing(village, request.form.get("key", ""))
    if figure and str(figure.as_of) == request.form.get("as_of"):
        figure.take_back(current_user)
    return done("areas.show", code=village.code, told="taken_back")


@bp.post("/<code>/merger")
@allow(OFFICE)
def merge(code):
    """Make this village part of another."""
    village, fields, errors = changeable(code), request.form, {}
    into = Area.coded(fields.get("into", ""), current_user.area.village_list()).first()
    if into is None or into == village:
        errors["into"] = N_("Chọn thôn để nhập vào.")
    if fields.get("way") not in MERGER_WAYS:
        errors["way"] = N_("Chọn một thôn ghi hai lần hay hai thôn sáp nhập.")
    if errors:
        return village_page(village, fields=fields, errors=errors), 422
    try:
        merger = Merger.merge(village, into, fields["way"], current_user, uid_or_404(fields.get("uid", "")))
    except VillageRefused as refused:
        return village_page(village, fields=fields, errors={"into": refused.sentence}), 409
    return done("areas.show", code=merger.kept.code, told="merged")


@bp.post("/mergers/<uid>/undo")
@allow(OFFICE)
def undo(uid):
    merger = one_or_404(Merger.visible_to(current_user).where(Merger.uid == uid_or_404(uid)))
    changeable(merger.kept.code)
    try:
        village = merger.undo(current_user)
    except VillageRefused as refused:
        return village_page(merger.kept, errors={merger.uid: refused.sentence}), 409
    return done("areas.show", code=village.code, told="undone")


@bp.post("/<code>/removal")
@allow(OFFICE)
def remove(code):
    village = changeable(code)
    try:
        remove_village(village, current_user)
    except VillageRefused as refused:
        return village_page(village, errors={"removal": refused.sentence}), 409
    return done("areas.index", removed=village.label)


def refusal_words(problem):
    """Why a file is no list of villages; the columns it lacks are those of such a list, not of households."""
    if problem.code == "no_header":
        return gettext("Không thấy dòng tên cột trong %(most)s dòng đầu. Cần ít nhất cột “tên thôn”.", **problem.detail)
    return sentence(problem, gettext)


def named_wrong(village, name, former, code):
    """{field: Sentence} of what is wrong with a village's new name, former commune and code."""
    errors = {}
    if not vi.fold(name) or len(name) > LONGEST_TEXT:
        errors["name"] = N_("Ghi tên thôn, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    elif village.named_alike(name, former):
        errors["name"] = N_("Đã có thôn cùng tên: ghi xã cũ khác để phân biệt, hoặc nhập hai thôn làm một.")
    if len(former) > LONGEST_TEXT:
        errors["former"] = N_("Viết gọn lại, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    if not code.isascii() or not code.isalnum() or len(code) > LONGEST_CODE:
        errors["code"] = N_("Mã gồm chữ không dấu và số, tối đa %(most)s ký tự.", most=LONGEST_CODE)
    elif Area.coded(code).first() not in (None, village):
        errors["code"] = N_("Mã này là của nơi khác. Ghi mã khác.")
    return errors


def village_page(village, fields=None, errors=None):
    others = [area for area in village.communes_villages() if area != village]
    return render_template(
        "areas/show.html",
        village=village,
        figures=Figure.of(village),
        doubts=progress.doubts(village),
        mergers=list(Merger.into(village)),
        history=village.history(),
        empty=village_is_empty(village),
        others=others,
        may_change=current_user.area.kind != "village",
        ways=MERGER_WAYS,
        fields=fields or {"name": village.name, "former": village.former, "code": village.code},
        errors=errors or {},
        told=request.args.get("told"),
        day_of=lambda text: vi.date_vn(date.fromisoformat(text)),
    )


def find_village(code):
    return one_or_404(Area.coded(code, current_user.area.village_list()))


def changeable(code):
    """A village that the user may change. 403 for an account of that village alone."""
    village = find_village(code)
    if current_user.area.kind == "village":
        abort(403)
    return village


def preview(name, areas, comparison, unread, **state):
    """The page of what saving would change. unread: the sentences about what could not be read."""
    return render_template(
        "areas/preview.html",
        filename=name,
        areas=json.dumps(areas, ensure_ascii=False),
        comparison=comparison,
        told=unread,
        problems=[*unread, *(sentence(problem, gettext) for problem in comparison.problems)],
        worded=lambda problem: sentence(problem, gettext),
        **state,
    )


def page(**result):
    area = current_user.area
    return render_template(
        "areas/index.html",
        area=area,
        villages=list(area.village_list()),
        figures=Figure.newest_below(area),
        doubts=progress.doubts(area),
        **result,
    )


def find(code):
    """The area with this code, or that had it, that the user may see."""
    return one_or_404(Area.coded(code, Area.visible_to(current_user)))

"""The plan's tasks: how each stands, what was told of it, and the form that tells more."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_, SENT_BEFORE, https_link, past_day, short_text
from models import Conflict, TaskUpdate, now
from office import tasks
from terms import READERS, REPORTERS

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

LONGEST_SENTENCE, LONGEST_DOCUMENT, LONGEST_LINK = 250, 40, 500


@bp.get("")
@allow(READERS)
def index():
    return render_template("tasks/index.html", lines=tasks.lines(today()), dropped=tasks.dropped())


@bp.get("/<code>")
@allow(REPORTERS)
def show(code):
    return page(find(code), {"on": vi.date_vn(today()), "uid": new_uid()})


@bp.post("/<code>/updates")
@allow(REPORTERS)
def tell(code):
    """Add an update; what is wrong is said beside its field and nothing is kept."""
    line = find(code)
    if not (line.task and tasks.may_tell(current_user, line.task)):
        abort(403)
    fields, errors = request.form, {}
    uid, told = uid_or_404(fields.get("uid", "")), read(line.task, fields, errors)
    if errors:
        return page(line, fields, errors), 422
    try:
        TaskUpdate.tell(current_user, line.task.code, **told, uid=uid)
    except Conflict:
        return page(line, {**fields, "uid": new_uid()}, {"text": SENT_BEFORE}), 409
    return done("tasks.show", code=code, said="told")


@bp.post("/updates/<uid>/undo")
@allow(REPORTERS)
def undo(uid):
    update = one_or_404(TaskUpdate.changeable_by(current_user).where(TaskUpdate.uid == uid_or_404(uid)))
    update.undo(current_user)
    if tasks.of_code(update.task, today()) is None:  # the last that was known of a task no longer planned
        return done("tasks.index")
    return done("tasks.show", code=update.task, said="undone")


def find(code):
    """The task with this code as it stands; 404 for one that the plan never had, or that a unit has no part in."""
    line = tasks.of_code(code, today())
    if line is None or not tasks.may_read(current_user, line.task):
        abort(404)
    return line


def page(line, fields, errors=None):
    return render_template(
        "tasks/show.html",
        line=line,
        code=line.task.code if line.task else line.updates[0].task,
        tells=bool(line.task) and tasks.may_tell(current_user, line.task),
        finishes=bool(line.task) and tasks.may_finish(current_user, line.task),
        units=tasks.who_may_be_named(line.task) if line.task and current_user.runs_office else [],
        changeable={row.uid for row in TaskUpdate.changeable_by(current_user)} if line.task else (),
        fields=fields,
        errors=errors or {},
        said=request.args.get("said"),
        longest=LONGEST_SENTENCE,
    )


def read(task, fields, errors):
    """What the form tells: the fields of a TaskUpdate, with an error for each that cannot be."""
    told = {name: vi.clean(fields.get(name, "")) for name in ("text", "document", "link")}
    if not told["text"]:
        errors["text"] = N_("Ghi một câu: đã làm gì.")
    short_text(told["text"], "text", errors, LONGEST_SENTENCE)
    short_text(told["document"], "document", errors, LONGEST_DOCUMENT)
    https_link(told["link"], "link", errors, LONGEST_LINK)
    told["on"] = past_day(fields.get("on", ""), plan.active, now(), "on", errors)
    told["unit"] = read_unit(task, fields, errors)
    told["done"] = fields.get("done") == "yes"
    if told["done"] and not task.deadline:
        errors["done"] = N_("Việc thường xuyên thì không có ngày xong.")
    elif told["done"] and not (tasks.may_finish(current_user, task) and tasks.may_finish_for(told["unit"], task)):
        errors["done"] = N_("Việc này mọi đơn vị cùng làm: chỉ cán bộ xã ghi xong, và ghi cho cả nhiệm vụ.")
    return told


def read_unit(task, fields, errors):
    """Whose update it is: a unit's own, or the one that the office chose; None for the task as a whole."""
    if not current_user.runs_office:
        return current_user.unit
    key = fields.get("unit", "")
    unit = next((unit for unit in tasks.who_may_be_named(task) if unit.key == key), None)
    if key and unit is None:
        errors["unit"] = N_("Chọn một đơn vị trong danh sách.")
    return unit


def today():
    return vi.local(now()).date()

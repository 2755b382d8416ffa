"""The sessions of a class after it was opened: more of them, one moved, one called off or held after all."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
import vi
from access import allow
from answers import done, edition, one_or_404, uid_or_404
from classes import sessions, timetable
from fields import LONGEST_TEXT, N_, short_text
from models import Attendance, Conflict, Meeting, Overlap, now
from terms import HOSTS
from views import courses

bp = Blueprint("timetable", __name__)


@bp.get("/courses/<uid>/meetings/new")
@allow(HOSTS)
def new(uid):
    """The form for more sessions; filled in, with the days it would add, for a look before saving."""
    course, fields, errors = courses.find(uid), request.args.to_dict(flat=False), {}
    if not fields:
        return add_form(course, blank(course))
    table = timetable.read(fields, plan.active, errors)
    return add_form(course, fields, errors, table), 422 if errors else 200


@bp.post("/courses/<uid>/meetings")
@allow(HOSTS)
def add(uid):
    course, fields, errors = courses.find(uid), request.form.to_dict(flat=False), {}
    table = timetable.read(fields, plan.active, errors)
    if fields.get("seen", [None])[-1] not in (None, timetable.pattern(fields)):
        errors["seen"] = N_("Lịch vừa đổi: xem lại các buổi rồi bấm Thêm.")
    timetable.ask_about_past(table.over(now()) if table else [], fields, errors)
    if errors:
        return add_form(course, fields, errors, table), 422
    try:
        sessions.add(course, table.times(), current_user)
    except Overlap as overlap:
        return add_form(course, fields, {"starts": in_the_way(overlap.meeting)}, table), 422
    return done("courses.show", uid=course.uid)


@bp.get("/meetings/<uid>/edit")
@allow(HOSTS)
def edit(uid):
    meeting = find(uid)
    return edit_form(meeting, shown(meeting))


@bp.post("/meetings/<uid>/time")
@allow(HOSTS)
def move(uid):
    meeting, fields, errors = find(uid), request.form.to_dict(flat=False), {}
    day = timetable.one_day(fields, "date", plan.active, errors)
    hours = timetable.read_hours(fields, errors)
    if not errors:
        check_day(meeting, day, errors)
        becomes_past = timetable.both(day, *hours)[1] <= now() < meeting.ends_at
        timetable.ask_about_past([day] * becomes_past, fields, errors)
    if errors:
        return edit_form(meeting, fields, errors), 422
    try:
        sessions.move(meeting, *timetable.both(day, *hours), current_user, edition(fields))
    except Overlap as overlap:
        return edit_form(meeting, fields, {"starts": in_the_way(overlap.meeting)}), 422
    except Conflict as stale:
        return edit_form(stale.record, fields, stale=True), 409
    return done("courses.show", uid=meeting.course.uid)


@bp.post("/meetings/<uid>/cancel")
@allow(HOSTS)
def cancel(uid):
    meeting, fields, errors = find(uid), request.form.to_dict(flat=False), {}
    reason = vi.clean(fields.get("reason", [""])[-1])
    if not reason:
        errors["reason"] = N_("Ghi lý do để mọi người biết, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    short_text(reason, "reason", errors)
    if errors:
        return edit_form(meeting, fields, errors), 422
    try:
        sessions.cancel(meeting, current_user, reason, edition(fields))
    except Conflict as stale:
        return edit_form(stale.record, shown(stale.record) | {"reason": [reason]}, stale=True), 409
    return done("courses.show", uid=meeting.course.uid)


@bp.post("/meetings/<uid>/restore")
@allow(HOSTS)
def restore(uid):
    meeting = find(uid)
    try:
        sessions.restore(meeting, current_user)
    except Overlap as overlap:
        return edit_form(meeting, shown(meeting), {"restore": in_the_way(overlap.meeting)}), 422
    return done("courses.show", uid=meeting.course.uid)


def in_the_way(meeting):
    """Why a session cannot be held: another one of the class is, named by its time."""
    when = f"{vi.time_vn(meeting.starts_at)} {vi.date_vn(meeting.starts_at)}"
    return N_("Lớp này đã có một buổi vào giờ đó: %(when)s. Chọn giờ khác, hoặc dời buổi kia trước.", when=when)


def check_day(meeting, day, errors):
    """Whoever came, came on that day: only the hours can still be corrected then."""
    if Attendance.came(meeting) and day != vi.local(meeting.starts_at).date():
        errors["date"] = N_(
            "Đã có người điểm danh buổi này: chỉ sửa được giờ. Muốn học thêm ngày khác, hãy thêm một buổi."
        )


def shown(meeting):
    starts, ends = vi.local(meeting.starts_at), vi.local(meeting.ends_at)
    hours = {"starts": [f"{starts:%H:%M}"], "ends": [f"{ends:%H:%M}"]}
    return {"date": [vi.date_vn(starts)], **hours, "edition": [str(meeting.edition)]}


def blank(course):
    """A week after the last session, at its hours."""
    last = course.schedule().order_by(Meeting.starts_at.desc()).first()
    fields = shown(last) if last else {"starts": ["19:30"], "ends": ["21:00"]}
    return fields | {"date": [vi.date_vn(now())], "weeks": ["1"]}


def edit_form(meeting, fields, errors=None, stale=False):
    came = Attendance.came(meeting)
    if stale:
        fields = fields | {"edition": [str(meeting.edition)]}
    return render_template(
        "timetable/edit.html", meeting=meeting, came=came, fields=fields, errors=errors or {}, stale=stale
    )


def add_form(course, fields, errors=None, table=None):
    return render_template(
        "timetable/new.html",
        course=course,
        fields=fields,
        errors=errors or {},
        table=table,
        seen=timetable.pattern(fields) if table else None,
        over=table.over(now()) if table else [],
        weeks=timetable.WEEKS,
    )


def find(uid):
    return one_or_404(Meeting.visible_to(current_user).where(Meeting.uid == uid_or_404(uid)))

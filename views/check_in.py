"""A resident checks in from the poster: one plain page, one button, no account, no script. GET records nothing."""

from flask import Blueprint, redirect, render_template, request, url_for

import plan
import qr
import survey
import vi
from access import PUBLIC, allow
from models import Course, Limit, now
from views.answers import new_uid, one_or_404, uid_or_404

bp = Blueprint("check_in", __name__)

HOUR = 3600
WRONG_NUMBERS_AN_HOUR = 300


@bp.get("/c/<code>")
@allow(PUBLIC)
def show(code):
    course = find(code)
    meeting = course.meeting_at(now())
    return form(course, meeting, {"family": request.args.get("family", "")}) if meeting else closed(course)


@bp.post("/c/<code>")
@allow(PUBLIC)
def record(code):
    """Record the check-in. Sent again, it is the same check-in and the same kind answer."""
    course = find(code)
    meeting = course.meeting_at(now())
    if meeting is None:
        return closed(course)
    person, errors = read(course)
    if errors:
        return form(course, meeting, request.form, errors), 422
    how = "family" if request.form.get("family") else "self"
    attendance, added = meeting.check_in(uid_or_404(request.form.get("op", "")), how, **person)
    return render_template(
        "check_in/done.html",
        course=course,
        meeting=meeting,
        at=attendance.happened_at,
        added=added,
        name=person["name"],
    )


@bp.get("/code")
@allow(PUBLIC)
def typed():
    return render_template("check_in/code.html", number="", problem=None)


@bp.post("/code")
@allow(PUBLIC)
def open_typed():
    """From the six digits to the class's page. Wrong numbers are limited in all, right ones never."""
    number = "".join(filter(str.isdigit, request.form.get("number", "")))
    course = Course.get_or_none(Course.number == number)
    if course is None or Limit.reached("code", HOUR, WRONG_NUMBERS_AN_HOUR):
        limited = Limit.reached("code", HOUR, WRONG_NUMBERS_AN_HOUR)
        Limit.fail("code", HOUR)
        problem = "limited" if limited else "wrong"
        return render_template("check_in/code.html", number=number, problem=problem), 429 if limited else 422
    return redirect(url_for("check_in.show", code=course.code), 303)


def find(code):
    return one_or_404(Course.select().where(Course.code == qr.read_code(code)))


def read(course):
    """What the person typed: (arguments of `Meeting.check_in`, errors by field)."""
    errors = {}
    name = vi.clean(request.form.get("name", ""))
    if not name:
        errors["name"] = survey.N_("Bác ghi giúp họ và tên.")
    elif len(name) > survey.LONGEST_TEXT:
        errors["name"] = survey.N_("Dài quá %(most)s ký tự; viết gọn lại.", most=survey.LONGEST_TEXT)
    year_text = vi.clean(request.form.get("birth_year", ""))
    year = survey.birth_year(year_text, plan.active, "birth_year", errors)
    if not year_text:
        errors["birth_year"] = survey.N_("Bác ghi giúp năm sinh; không nhớ thì ghi năm ước chừng.")
    code = request.form.get("village", "")
    village = next((village for village in course.area.communes_villages() if village.code == code), None)
    if village is None:
        errors["village"] = survey.N_("Bác chọn giúp thôn đang ở.")
    return {"name": name, "birth_year": year, "village": village}, errors


def form(course, meeting, fields, errors=None):
    villages = list(course.area.communes_villages())
    near = [village for village in villages if village == course.area] or villages
    return render_template(
        "check_in/form.html",
        course=course,
        meeting=meeting,
        fields=fields,
        errors=errors or {},
        near=near,
        others=[village for village in villages if village not in near],
        op=fields.get("op") or new_uid(),
    )


def closed(course):
    return render_template("check_in/closed.html", course=course, coming=course.next_meeting(now()))

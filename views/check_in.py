"""A resident checks in from the poster: one plain page, one button, no account, no script. GET records nothing."""

from flask import Blueprint, g, redirect, render_template, request, url_for

import plan
import vi
from access import PUBLIC, allow
from answers import new_uid, uid_or_404
from fields import LONGEST_TEXT, N_, person_name, year_of_birth, year_told
from models import Area, Attendance, Course, Limit, now

bp = Blueprint("check_in", __name__)

WRONG_NUMBERS_AN_HOUR = 300
WRONG_WORDS_AN_HOUR = 200
ELSEWHERE = "elsewhere"  # of those who live in no village of the commune
MOST_NAMES = 12
KEPT = ("op", "meeting", "name", "birth_year", "village", "word", "family", "another")


@bp.get("/c/<code>")
@allow(PUBLIC)
def show(code):
    course = find(code)
    if course is None:
        return render_template("check_in/unknown.html"), 404
    open_meetings = course.open_at(now())
    fields = {"family": request.args.get("family", "")}
    return form(course, open_meetings, fields) if open_meetings and not course.counts_only else closed(course)


@bp.post("/c/<code>")
@allow(PUBLIC)
def record(code):
    """Record the check-in. Sent again, at whatever time, it is the same check-in and the same kind answer."""
    course, op = find(code), uid_or_404(request.form.get("op", ""))
    if course is None:
        return render_template("check_in/unknown.html"), 404
    person, errors = read(course)
    earlier = None if errors else Attendance.sent_before(op, **person)
    if earlier:
        return thank(course, earlier, person)
    open_meetings = course.open_at(now())
    if not open_meetings or course.counts_only:
        return closed(course)
    meeting = chosen(open_meetings, errors)
    if not errors:
        check_word(meeting, errors)
    if errors:
        return form(course, open_meetings, request.form, errors), 422
    how = "family" if request.form.get("family") else "self"
    attendance, added = Attendance.check_in(meeting, op, how, **person)
    return thank(course, attendance, person, added, own=added or Attendance.sent_before(op, **person))


@bp.get("/code")
@allow(PUBLIC)
def typed():
    return render_template("check_in/code.html", number="", problem=None)


@bp.post("/code")
@allow(PUBLIC)
def open_typed():
    """From the six digits to the class's page. Only wrong numbers count; after too many the poster still works."""
    number = "".join(filter(str.isdigit, request.form.get("number", "")))
    course = Course.get_or_none(Course.number == number)
    limited = Limit.reached("code", WRONG_NUMBERS_AN_HOUR)
    if course is None:
        Limit.fail("code")
    if course is None or limited:
        problem = "limited" if limited else "wrong"
        return render_template("check_in/code.html", number=number, problem=problem), 429 if limited else 422
    return redirect(url_for("check_in.show", code=course.code), 303)


@bp.after_request
def keep_for_the_way_back(response):
    """The phone may keep what follows a form, else its back button asks an elder to confirm sending it again."""
    if request.method == "POST":
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def find(code):
    return Course.with_code(code)


def read(course):
    """What the person typed: (what `Attendance.check_in` takes, errors by field)."""
    errors = {}
    name = vi.clean(request.form.get("name", ""))
    if not name:
        errors["name"] = N_("Bác ghi giúp họ và tên.")
    person_name(name, "name", errors)
    year_text = vi.clean(request.form.get("birth_year", ""))
    year = year_of_birth(year_told(year_text, plan.active), plan.active, "birth_year", errors)
    if not year_text:
        errors["birth_year"] = N_("Bác ghi giúp năm sinh; không nhớ thì ghi năm ước chừng.")
    code = request.form.get("village", "")
    village = next((village for village in villages_of(course) if village.code == code), None)
    if village is None and code != ELSEWHERE:
        village = Area.coded(code, course.area.communes_villages()).first()  # the page was open before it changed
    if village is None and code != ELSEWHERE and asks_village(course):
        errors["village"] = N_("Bác chọn giúp thôn đang ở.")
    another = request.form.get("another") == "yes"
    return {"name": name, "birth_year": year, "village": village, "another": another}, errors


def villages_of(course):
    """The villages to choose from, read once for an answer."""
    if "villages" not in g:
        g.villages = course.area.neighbours()
    return g.villages


def asks_village(course):
    """Staff and workers come from their unit, wherever they live."""
    return course.audience not in ("staff", "workers")


def chosen(open_meetings, errors):
    """The meeting meant: the one the form showed if it is still open, or the only one; else the person chooses."""
    meant = request.form.get("meeting")
    meeting = next((meeting for meeting in open_meetings if meeting.uid == meant), None)
    if meeting is None and len(open_meetings) > 1:
        errors["meeting"] = N_("Bác chọn giúp buổi đang dự.")
    return meeting or open_meetings[0]


def check_word(meeting, errors):
    """The word on the blackboard, if the host asks for one. Wrong ones are limited for each word, right ones never."""
    key = f"word:{meeting.uid}:{vi.fold(meeting.word)}"
    if meeting.word and Limit.reached(key, WRONG_WORDS_AN_HOUR):
        errors["word"] = N_("Có quá nhiều chữ sai trong giờ qua. Nhờ người phụ trách lớp ghi giúp.")
    elif not meeting.accepts(request.form.get("word", "")):
        Limit.fail(key)
        errors["word"] = N_("Chưa đúng chữ trên bảng. Bác xem lại giúp; viết không dấu cũng được.")


def form(course, open_meetings, fields, errors=None):
    meant = next((meeting for meeting in open_meetings if meeting.uid == fields.get("meeting")), open_meetings[0])
    return render_template(
        "check_in/form.html", course=course, errors=errors or {}, meetings=open_meetings, **shown(course, meant, fields)
    )


def shown(course, meeting, fields):
    """What the fields need: what was typed, the villages, near ones first, and a fresh operation id."""
    villages = villages_of(course) if asks_village(course) else []
    near = [village for village in villages if village.id == course.area_id] or villages
    return {
        "meeting": meeting,
        "fields": fields,
        "near": near,
        "others": [village for village in villages if village not in near],
        "op": fields.get("op") or new_uid(),
        "names": [vi.clean(name)[: LONGEST_TEXT] for name in request.form.getlist("names")][-MOST_NAMES:],
    }


def thank(course, attendance, person, added=False, own=True):
    """Recorded, now or before; the same form stands below for the next of the family, who shares this phone.

    own: by this very form or slip. Whoever only typed a name that is there already is not told when, and may be
    somebody else of that name.
    """
    meeting = attendance.meeting
    kept = {name: request.form.get(name, "") for name in ("village", "word")}
    page = shown(course, meeting, {**kept, "family": "1", "meeting": meeting.uid})
    page["names"] = list(dict.fromkeys([*page["names"], person["name"]]))
    return render_template(
        "check_in/done.html",
        course=course,
        attendance=attendance,
        added=added,
        own=own,
        person=person,
        guessed=person.get("birth_year") and str(person["birth_year"]) != vi.clean(request.form.get("birth_year", "")),
        name=person["name"],
        crowded=added and Attendance.is_crowded(meeting),
        errors={},
        meetings=[meeting],
        **page,
    )


def closed(course):
    """Nothing is recorded open_meetings now: why, when the next session is, and that the host can record.

    What a form sent is said first to be not recorded, and kept on the page to be sent again.
    """
    moment = now()
    around = next(iter(course.meetings_at(moment)), None)
    sent = request.method == "POST" and not course.counts_only
    page = render_template(
        "check_in/closed.html",
        course=course,
        called_off=around if around and around.cancelled_at else None,
        coming=course.next_meeting(moment),
        sent=[(name, request.form[name]) for name in KEPT if name in request.form] if sent else [],
        name=vi.clean(request.form.get("name", ""))[: LONGEST_TEXT],
    )
    return page, 409 if sent else 200

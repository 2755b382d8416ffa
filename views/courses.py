"""Classes: open one and change it, its page, its poster."""

import contextlib
from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
import vi
from access import allow
from answers import done, edition, new_uid, one_or_404, swaps, uid_or_404
from classes import results, timetable
from fields import LONGEST_TEXT, N_, short_text
from models import Area, Attendance, Conflict, Course, IntegrityError, Meeting, Place, Unit, User, now
from terms import AUDIENCES, COURSE_STATES, HELPERS, HOSTS, OF_A_UNIT, OFFICE
from views import areas, listing, words

bp = Blueprint("courses", __name__)

MOST_PLACES = 500


@bp.get("/courses")
@allow(HELPERS)
def index():
    """The sessions ahead, or those of one month, of the user's area or a part of it; and the classes that are over."""
    area = areas.find(request.args.get("area", current_user.area.code))
    today = vi.local(now()).date()
    month = read_month(request.args.get("month", ""))
    first, end = month and (month, next_month(month)) or (today, None)
    meetings = Attendance.meetings_between(area, midnight(first), end and midnight(end))
    return render_template(
        "courses/index.html",
        area=area,
        weeks=timetable.by_week(meetings),
        month=month,
        months=around(month or today),
        today=today,
        now=now(),
        helped=Course.helped(current_user),
        past=Course.past(area, now()) if current_user.hosts and not month else [],
        parts=list(current_user.area.parts()),
    )


@bp.get("/courses/table")
@allow(OFFICE)
def table():
    """Every class of the user's area, a row each, narrowed and ordered as the address says."""
    courses, moment = Attendance.by_course(current_user.area), now()
    villages = {course.area.code: course.area for course in courses}
    filters = {
        "topic": ([topic.key for topic in plan.active.topics], lambda course, key: course.topic == key),
        "area": (villages, lambda course, code: course.area.code == code),
        "state": (COURSE_STATES, lambda course, state: state_of(course, moment) == state),
    }
    orders = {
        "last": lambda course: moment - (course.last_at or datetime.min),
        "title": lambda course: vi.sort_key(course.title),
        "area": lambda course: (course.area.label_key, vi.sort_key(course.title)),
        "host": lambda course: vi.name_key(course.host.name),
        "came": lambda course: -course.came,
    }
    return render_template(
        "courses/table.html",
        listing=listing.of(courses, searched, filters, orders),
        villages=list(villages.values()),
        state_of=lambda course: state_of(course, moment),
    )


def searched(course):
    return f"{course.title} {course.place} {course.host.name}"


def state_of(course, moment):
    """Whether a class of `Attendance.by_course` has a session to come."""
    return "coming" if course.last_at and course.last_at > moment else "over"


def read_month(text):
    """The first day of a month of our century written as 2026-11, or None."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if 2000 < month.year < 2100 else None


def next_month(first):
    return (first + timedelta(days=31)).replace(day=1)


def around(day):
    """The first days of the month before a day's, of its own and of the one after, as far as a plan's classes go."""
    first = day.replace(day=1)
    months = [(first - timedelta(days=1)).replace(day=1), first, next_month(first)]
    return [month for month in months if month == first or timetable.in_plan(month, plan.active)]


def midnight(day):
    return vi.utc(datetime.combine(day, time()))


@bp.get("/courses/new")
@allow(HOSTS)
def new():
    """The blank form; filled in, the same form with the days it would hold, for a look before saving."""
    if "date" in request.args:
        return looked_at(None, request.args.to_dict(flat=False))
    first = vi.local(now()).date() + timedelta(days=1)
    blank = {"date": vi.date_vn(first), "starts": "19:30", "ends": "21:00", "weeks": "1", "uid": new_uid()}
    asked = {name: [request.args[name]] for name in ("topic", "area") if name in request.args}
    return form(None, {name: [value] for name, value in blank.items()} | {"audience": ["residents"]} | asked)


@bp.post("/courses")
@allow(HOSTS)
def create():
    fields, errors = request.form.to_dict(flat=False), {}
    uid = uid_or_404(fields.get("uid", [""])[-1])
    known = Course.visible_to(current_user).where(Course.uid == uid).first()
    if known:
        return done("courses.show", uid=uid)
    course = read(None, fields, errors)
    table = timetable.read(fields, plan.active, errors)
    if fields.get("seen", [None])[-1] not in (None, timetable.pattern(fields)):
        errors.setdefault("seen", N_("Lịch vừa đổi: xem lại các buổi rồi bấm Mở lớp."))
    timetable.ask_about_past(table.over(now()) if table else [], fields, errors)
    ask_about_place(course["held_at"], table.times() if table else [], fields, errors)
    if errors:
        return form(None, fields, errors, table), 422
    with contextlib.suppress(IntegrityError):  # the other tap of two was faster
        Course.open(current_user, **course, times=table.times(), uid=uid)
    return done("courses.show", uid=uid)


@bp.get("/courses/<uid>")
@allow(HOSTS)
def show(uid):
    course = find(uid)
    meetings = Attendance.meetings_of(course)
    return render_template(
        "courses/show.html",
        course=course,
        topic=plan.active.topic(course.topic),
        meetings=meetings,
        found=results.of(course, meetings),
        cohosts=course.helped_by(),
        open=course.meeting_at(now()),
        now=now(),
    )


@bp.get("/courses/<uid>/poster")
@allow(HOSTS)
def poster(uid):
    course = find(uid)
    size = "A3" if request.args.get("size") == "A3" else "A4"
    return render_template("courses/poster.html", course=course, meetings=list(course.schedule()), size=size)


@bp.post("/courses/<uid>/code")
@allow(HOSTS)
def renew_code(uid):
    course = find(uid)
    course.renew_code(current_user)
    return done("courses.poster", uid=course.uid)


@bp.get("/courses/<uid>/edit")
@allow(HOSTS)
def edit(uid):
    course = find(uid)
    if request.args:
        return looked_at(course, request.args.to_dict(flat=False))
    return form(course, shown(course))


@bp.post("/courses/<uid>")
@allow(HOSTS)
def update(uid):
    course, fields, errors = find(uid), request.form.to_dict(flat=False), {}
    changes = read(course, fields, errors)
    if changes["held_at"] != course.held_at:
        to_come = [(meeting.starts_at, meeting.ends_at) for meeting in course.still_to_come(now())]
        ask_about_place(changes["held_at"], to_come, fields, errors, course)
    if errors:
        return form(course, fields, errors), 422
    try:
        course.change(current_user, edition(fields), **changes)
    except Conflict as stale:
        return form(course, fields | {"edition": [str(stale.record.edition)]}, stale=stale.record), 409
    return done("courses.show", uid=course.uid)


def looked_at(course, fields):
    """The form with what was filled in so far; nothing is saved."""
    errors = {}
    read(course, fields, errors)
    table = None if course else timetable.read(fields, plan.active, errors)
    return form(course, fields, errors, table), 422 if errors and not swaps("rest") else 200


def read(course, fields, errors):
    """The class that was filled in, as `Course.open` and `Course.change` take it."""
    topic = next((topic for topic in plan.active.topics if topic.key == text(fields, "topic")), None)
    if topic is None:
        errors["topic"] = N_("Chọn nội dung của lớp.")
    area = Area.coded(text(fields, "area"), Area.visible_to(current_user)).first()
    if area is None:
        errors["area"] = N_("Chọn thôn mở lớp.")
    title = text(fields, "title") or (topic.name.vi if topic else "")
    short_text(title, "title", errors)
    return {
        "area": area,
        "topic": topic and topic.key,
        "title": title,
        "led_by": chosen(open_to(Unit, course, "led_by"), fields, "led_by", errors),
        **read_place(course, fields, errors),
        "capacity": read_capacity(fields, errors),
        **read_audience(fields, errors),
        **read_people(course, area, fields, errors),
    }


def read_place(course, fields, errors):
    """A place of the list, or one that is typed; what is typed beside a place of the list is what is printed."""
    held_at = chosen(open_to(Place, course, "held_at"), fields, "held_at", errors)
    place = text(fields, "place") or (held_at.name if held_at else "")
    if not place:
        most = LONGEST_TEXT
        errors["place"] = N_("Ghi địa điểm, ví dụ Nhà văn hóa thôn, tối đa %(most)s ký tự.", most=most)
    short_text(place, "place", errors)
    return {"place": place, "held_at": held_at}


def ask_about_place(place, times, fields, errors, course=None):
    """An error until the form says that another class at the place at one of these times is in no one's way."""
    if not (place and times) or text(fields, "shared") == "yes":
        return
    if other := Meeting.held_there(place, times, course):
        when = f"{vi.time_vn(other.starts_at)} {vi.date_vn(other.starts_at)}"
        errors["shared"] = N_(
            "Ở đó đã có lớp “%(title)s” lúc %(when)s. Chọn giờ hoặc nơi khác; còn phòng khác thì chọn “Vẫn học ở đó”.",
            title=other.course.title,
            when=when,
        )


def open_to(table, course, field):
    """The rows of a table that a class may have in a field, with the one that it has."""
    return table.to_choose(current_user, course and getattr(course, f"{field}_id"))


def chosen(rows, fields, name, errors):
    """The one of `rows` whose uid the field says; None for a blank, with an error for what is not among them."""
    uid = text(fields, name)
    found = next((row for row in rows if row.uid == uid), None)
    if uid and found is None:
        errors[name] = N_("Chọn lại một mục trong danh sách.")
    return found


def read_capacity(fields, errors):
    typed = text(fields, "capacity")
    places = vi.whole(typed)
    if typed and not 1 <= (places or 0) <= MOST_PLACES:
        errors["capacity"] = N_("Ghi một số từ 1 đến %(most)s, hoặc để trống.", most=MOST_PLACES)
        return None
    return places


def read_audience(fields, errors):
    audience = text(fields, "audience") or next(iter(AUDIENCES))
    unit = text(fields, "unit") if audience in OF_A_UNIT else ""
    if audience not in AUDIENCES or unit and not Unit.keyed(unit):
        errors["audience"] = N_("Chọn lại lớp dành cho ai.")
    return {"audience": audience, "unit": unit}


def read_people(course, area, fields, errors):
    """The host and those who help; only accounts that see the class's area."""
    known = {user.uid: user for user in people(course, area)}
    host = text(fields, "host")
    chosen = [host] * bool(host) + fields.get("cohost", [])
    if area and not set(chosen) <= set(known):
        errors["people"] = N_("Có người không thuộc nơi mở lớp: chọn lại người phụ trách.")
    return {
        "host": known.get(host) or (course.host if course else current_user._get_current_object()),
        "cohosts": [known[uid] for uid in fields.get("cohost", []) if uid in known],
    }


def people(course, area):
    """The accounts that may run a class of the area: those the user sees, and those it has."""
    if area is None:
        return []
    found = User.who_cover(area, current_user)
    team = [course.host, *course.helped_by()] if course else [current_user._get_current_object()]
    return found + [user for user in team if user not in found and user.area_id in area.around()]


def units(fields):
    """The units that a class may be of: those of the commune, and the chosen one if it was closed since."""
    found = Unit.open_below(current_user.area.commune_or_self())
    chosen = Unit.keyed(text(fields, "unit"))
    return found if chosen is None or chosen in found else [*found, chosen]


def shown(course):
    """A class as the fields of its form."""
    values = {name: getattr(course, name) for name in ("topic", "title", "place", "audience", "unit", "edition")}
    values |= {"area": course.area.code, "host": course.host.uid, "capacity": course.capacity or ""}
    values |= {name: row.uid for name in ("held_at", "led_by") if (row := getattr(course, name))}
    if course.held_at and course.place == course.held_at.name:
        values["place"] = ""
    fields = {name: [str(value)] for name, value in values.items()}
    return fields | {"cohost": [user.uid for user in course.helped_by()]}


def text(fields, name):
    return vi.clean(fields.get(name, [""])[-1])


def form(course, fields, errors=None, table=None, stale=None):
    places = [current_user.area] if current_user.area.kind == "village" else list(current_user.area.village_list())
    code = text(fields, "area") or (places[0].code if len(places) == 1 else "")
    area = Area.coded(code, Area.visible_to(current_user)).first()
    return render_template(
        "courses/_rest.html" if swaps("rest") else "courses/form.html",
        course=course,
        fields=fields,
        errors=errors or {},
        areas=places,
        held_at={place.uid: f"{place.name} · {place.area.label}" for place in open_to(Place, course, "held_at")},
        led_by=words.by_uid(open_to(Unit, course, "led_by")),
        area=area,
        people=people(course, area),
        units=units(fields),
        table=table,
        seen=timetable.pattern(fields) if table else None,
        over=table.over(now()) if table else [],
        weeks=timetable.WEEKS,
        stale=stale,
    )


def find(uid):
    return one_or_404(Course.visible_to(current_user).where(Course.uid == uid_or_404(uid)))

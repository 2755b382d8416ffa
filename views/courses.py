"""Classes: open one, see its sessions, print its poster."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
import survey
import vi
from access import HOSTS, allow
from models import Area, Course, now
from views.answers import done, new_uid, one_or_404, uid_or_404

bp = Blueprint("courses", __name__)

WEEKS = (1, 2, 3, 4, 6, 8)


@bp.get("/courses")
@allow(HOSTS)
def index():
    coming, past = Course.by_next_meeting(current_user, now())
    return render_template("courses/index.html", coming=coming, past=past)


@bp.get("/courses/new")
@allow(HOSTS)
def new():
    today = vi.local(now()).date()
    return form({"date": today.isoformat(), "starts": "19:30", "ends": "21:00", "weeks": "1", "uid": new_uid()})


@bp.post("/courses")
@allow(HOSTS)
def create():
    fields, errors = request.form, {}
    course, times = read(fields, errors)
    if errors:
        return form(fields, errors), 422
    known = Course.visible_to(current_user).where(Course.uid == course["uid"]).first()
    course = known or Course.open(current_user, **course, times=times)
    return done("courses.show", uid=course.uid)


@bp.get("/courses/<uid>")
@allow(HOSTS)
def show(uid):
    course = find(uid)
    return render_template("courses/show.html", course=course, meetings=course.with_counts(), now=now())


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


def read(fields, errors):
    """The class that was filled in: (arguments of `Course.open`, [(starts_at, ends_at)] in UTC)."""
    topic = next((topic for topic in plan.active.topics if topic.key == fields.get("topic")), None)
    if topic is None:
        errors["topic"] = survey.N_("Chọn nội dung của lớp.")
    area = Area.visible_to(current_user).where(Area.code == fields.get("area", "")).first()
    if area is None:
        errors["area"] = survey.N_("Chọn thôn mở lớp.")
    place = vi.clean(fields.get("place", ""))
    if not place or len(place) > survey.LONGEST_TEXT:
        errors["place"] = survey.N_(
            "Ghi địa điểm, ví dụ Nhà văn hóa thôn, tối đa %(most)s ký tự.", most=survey.LONGEST_TEXT
        )
    title = vi.clean(fields.get("title", "")) or (topic.name.vi if topic else "")
    if len(title) > survey.LONGEST_TEXT:
        errors["title"] = survey.N_("Dài quá %(most)s ký tự; viết gọn lại.", most=survey.LONGEST_TEXT)
    course = {
        "uid": uid_or_404(fields.get("uid", "")),
        "area": area,
        "topic": topic and topic.key,
        "title": title,
        "place": place,
    }
    return course, read_times(fields, errors)


def read_times(fields, errors):
    try:
        day = date.fromisoformat(fields.get("date", ""))
        weeks = int(fields.get("weeks", "1"))
    except ValueError:
        errors["date"] = survey.N_("Chọn ngày của buổi đầu.")
        return []
    if not plan.active.starts <= day <= plan.active.ends + timedelta(days=366) or weeks not in WEEKS:
        errors["date"] = survey.N_("Ngày phải nằm trong năm kế hoạch hoặc năm sau.")
        return []
    try:
        starts, ends = (time.fromisoformat(fields.get(name, "")) for name in ("starts", "ends"))
    except ValueError:
        errors["starts"] = survey.N_("Ghi giờ bắt đầu và giờ kết thúc, ví dụ 19:30.")
        return []
    if starts >= ends:
        errors["starts"] = survey.N_("Giờ kết thúc phải sau giờ bắt đầu.")
    days = [day + timedelta(weeks=week) for week in range(weeks)]
    return [(vi.utc(datetime.combine(day, starts)), vi.utc(datetime.combine(day, ends))) for day in days]


def form(fields, errors=None):
    areas = [current_user.area] if current_user.area.kind == "village" else list(current_user.area.village_list())
    return render_template("courses/form.html", fields=fields, errors=errors or {}, areas=areas, weeks=WEEKS)


def find(uid):
    return one_or_404(Course.visible_to(current_user).where(Course.uid == uid_or_404(uid)))

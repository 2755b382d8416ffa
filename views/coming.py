"""The classes to come, for everybody: a plain page by village, and a calendar to subscribe to. No sign-in."""

from datetime import timedelta

from flask import Blueprint, Response, render_template
from flask_babel import gettext

import vi
from access import PUBLIC, allow
from answers import one_or_404
from classes import feed, timetable
from models import Area, Event, Meeting, now
from views import words

bp = Blueprint("coming", __name__)

KEPT_IN_CALENDARS = timedelta(weeks=8)  # a calendar drops what its feed no longer holds
NAMING = ("area.added", "area.renamed")  # what may change how a village is called


@bp.get("/coming")
@bp.get("/coming/<code>")
@allow(PUBLIC)
def index(code=""):
    area = find(code)
    commune = area.commune_or_self()
    return render_template(
        "coming/index.html",
        area=area,
        commune=commune,
        villages=list(commune.village_list()),
        weeks=timetable.by_week(Meeting.announced(area)),
        today=vi.local(now()).date(),
        now=now(),
    )


@bp.get("/coming/<code>.ics")
@allow(PUBLIC)
def calendar(code):
    """What a phone's calendar asks for again and again: it may keep an answer for a quarter of an hour."""
    area = find(code)
    name = gettext("Lớp học %(place)s", place=area.label)
    meetings = Meeting.announced(area, since=now() - KEPT_IN_CALENDARS)
    renamed = Event.times_of("area", NAMING)
    body = feed.calendar(name, [occasion(meeting, renamed) for meeting in meetings])
    headers = {
        "Content-Disposition": f'inline; filename="{area.code}.ics"',
        "Cache-Control": "public, max-age=900",
    }
    return Response(body, mimetype="text/calendar", headers=headers)


def occasion(meeting, renamed):
    """A session as the calendar tells it. Its edition counts the changes of its class too, and since the class was
    opened those of the names of places (`renamed`): a village may be renamed by another of its name.
    """
    course = meeting.course
    renamed = [at for at in renamed if at > course.created_at]
    whom = gettext("Dành cho: %(whom)s", whom=words.AUDIENCES[course.audience])
    off = gettext("Nghỉ: %(reason)s", reason=meeting.cancel_reason) if meeting.cancelled_at else ""
    changes = (course.created_at, course.changed_at, meeting.changed_at, *renamed)
    return feed.Occasion(
        uid=meeting.uid,
        edition=course.edition + meeting.edition + len(renamed),
        changed_at=max(filter(None, changes)),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=gettext("(Nghỉ) %(title)s", title=course.title) if off else course.title,
        place=f"{course.place}, {course.area.label}",
        about="\n".join(filter(None, [off, whom])),
        cancelled=bool(meeting.cancelled_at),
    )


def find(code):
    """The area with this code; with none, the commune that this installation serves."""
    if not code:
        return one_or_404(Area.select().where(Area.kind == "commune").order_by(Area.id))
    return one_or_404(Area.coded(code))

"""Invitations: from those who need a class to slips, those who did not come yet, and the page that a slip opens."""

from datetime import datetime
from hashlib import sha256

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext
from flask_login import current_user

import needs
import vi
from access import PUBLIC, allow
from answers import done, one_or_404, uid_or_404, wants_json
from fields import N_
from models import MOST_IDS, Attendance, Course, Invitation, Limit, now
from phone import receipt, refusal
from terms import FIELD, HOSTS, OFFICE, SLIP_STATES
from views import areas, check_in, courses, listing, words

bp = Blueprint("invitations", __name__)

MOST_AT_A_DOOR = 50  # slips handed over at once
WRONG_CODES_AN_HOUR = 300
TAKEN_BACK = N_("Thư mời này đã thu lại, hoặc người được mời không còn ở đây. Không cần đưa nữa.")


@bp.get("/invitations")
@allow(FIELD)
def index():
    """For the volunteers of a village, lane by lane: slips to hand over, and who was invited and did not come."""
    area = asked_area(current_user.area)
    if current_user.runs_office and area.kind != "village":
        return desk(area)
    return render_template(
        "invitations/index.html",
        area=area,
        to_hand=Invitation.to_hand(area, now()),
        absent=Invitation.in_walking_order(Invitation.absent(area=area)),
        handed=[at_my_doors(uid) for uid in request.args.getlist("handed")],
    )


def desk(area):
    """The same of many villages as one table, narrowed and ordered as the address says."""
    coming, absent = Invitation.coming(area, now()), Invitation.in_walking_order(Invitation.absent(area=area))
    rows = {row.uid: (row, "handed" if row.handed_at else "to_hand") for row in coming}
    rows = [*{**{row.uid: (row, "absent") for row in absent}, **rows}.values()]
    homes = {row.uid: row.resident.household for row, _ in rows}
    villages = list({home.village.code: home.village for home in homes.values()}.values())
    classes = {row.course.uid: row.course.title for row, _ in rows}
    filters = {
        "village": ([village.code for village in villages], lambda row, code: homes[row[0].uid].village.code == code),
        "course": (classes, lambda row, uid: row[0].course.uid == uid),
        "state": (SLIP_STATES, lambda row, state: row[1] == state),
    }
    order = {row.uid: number for number, (row, _) in enumerate(rows)}
    orders = {
        "state": lambda row: (list(SLIP_STATES).index(row[1]), order[row[0].uid]),
        "village": lambda row: (homes[row[0].uid].village.label_key, order[row[0].uid]),
        "name": lambda row: vi.name_key(row[0].resident.name),
        "course": lambda row: (vi.sort_key(row[0].course.title), order[row[0].uid]),
    }
    slips = listing.of(rows, lambda row: f"{row[0].resident.name} {homes[row[0].uid].code}", filters, orders)
    return render_template("invitations/desk.html", area=area, listing=slips, villages=villages, classes=classes)


@bp.post("/invitations/handed")
@allow(OFFICE)
def hand_together():
    """The slips that were ticked were handed over, or were not after all."""
    chosen = request.form.getlist("slip")[:MOST_IDS]
    slips = list(Invitation.with_people(area=current_user.area).where(Invitation.uid.in_(chosen)))
    Invitation.hand(slips, request.form.get("handed") != "no", current_user)
    return done("invitations.index", **request.args.to_dict())


@bp.get("/courses/<uid>/invite")
@allow(HOSTS)
def new(uid):
    return choice(courses.find(uid), request.args.get("need"))


@bp.post("/courses/<uid>/invite")
@allow(HOSTS)
def create(uid):
    course, need, chosen = courses.find(uid), request.form.get("need"), request.form.getlist("person")
    uids = {uid_or_404(text) for text in chosen}
    if need not in [option.key for option in needs.answered_by(course.topic)]:
        return choice(course, None), 422
    if not uids:
        return choice(course, need, N_("Chọn ít nhất một người để mời.")), 422
    people = [person for person in needs.people(current_user.area, need) if person.uid in uids]
    since = now().isoformat()
    invited = Invitation.invite(course, people, need, current_user)
    asked = {"invited": len(invited), "asked": len(uids), "since": since if invited else None}
    return done("invitations.of_course", uid=course.uid, **asked)


@bp.get("/courses/<uid>/invitations")
@allow(HOSTS)
def of_course(uid):
    course = courses.find(uid)
    return render_template(
        "invitations/of_course.html",
        course=course,
        invitations=list(Invitation.with_people(course=course).order_by(Invitation.number)),
        absent={row.id for row in Invitation.never_came(course)},
        invited=request.args.get("invited", type=int),
        asked=request.args.get("asked", type=int),
        since=request.args.get("since"),
        undone=request.args.get("undone", type=int),
    )


@bp.post("/courses/<uid>/invitations/undo")
@allow(HOSTS)
def undo_together(uid):
    """Take back those given a moment ago, all at once."""
    course, since = courses.find(uid), request.form.get("since", type=datetime.fromisoformat)
    if since is None:
        abort(400)
    undone = Invitation.undo_since(course, since, current_user._get_current_object())
    return done("invitations.of_course", uid=course.uid, undone=undone)


@bp.post("/courses/<uid>/invitations/absent")
@allow(HOSTS)
def release(uid):
    """Take back the invitations of those who never came, so that the next class can invite them."""
    course = courses.find(uid)
    Invitation.release_absent(course, current_user)
    return done("invitations.of_course", uid=course.uid)


@bp.post("/invitations/<uid>/undo")
@allow(HOSTS)
def undo(uid):
    invitation = find_invitation(uid)
    invitation.undo(current_user)
    return done("invitations.of_course", uid=invitation.course.uid)


@bp.post("/invitations/<uid>/code")
@allow(HOSTS)
def renew_code(uid):
    """To the new slip; the one that is lost stops working."""
    invitation = find_invitation(uid)
    invitation.renew_code(current_user)
    return done("sheets.slips", uid=invitation.course.uid, only=invitation.uid)


@bp.post("/invitations/<uid>/handed")
@allow(FIELD)
def hand(uid):
    """The volunteer handed the slips of a household over (`also`: the others), or tapped by mistake.

    A phone may send it late: those that still stand are noted then, and it is told when none does.
    """
    body, uids = request.get_data(), list(dict.fromkeys([uid, *request.form.getlist("also")]))[:MOST_AT_A_DOOR]
    handed = request.form.get("handed") != "no"
    if not wants_json():
        slips = [at_my_doors(each) for each in uids]
        Invitation.hand(slips, handed, current_user)
        village = slips[0].resident.household.village.code
        return done("invitations.index", area=village, handed=[slip.uid for slip in slips] if handed else None)
    op = uid_or_404(request.form.get("op", ""))
    slips = [slip for each in uids if (slip := slips_at_my_doors(each).first())]
    if not slips:
        return refusal(op, {"slip": TAKEN_BACK}, 409)
    Invitation.hand(slips, handed, current_user)
    return receipt(op, sha256(body).hexdigest())


@bp.get("/i/<code>")
@allow(PUBLIC)
def slip(code):
    """What a slip opens: the class and a number, never a name; a host of the class sees whose slip it is."""
    invitation = Invitation.of_code(code)
    return page(invitation) if invitation else unknown()


@bp.post("/i/<code>")
@allow(PUBLIC)
def record(code):
    """Check the invited person in. Sent again, at whatever time, it is the same check-in and the same kind answer."""
    invitation, op = Invitation.of_code(code), uid_or_404(request.form.get("op", ""))
    if invitation is None:
        return unknown()
    course, resident, host = invitation.course, invitation.resident, scans_for(invitation.course)
    attendance, added, errors = Attendance.sent_before(op, resident=resident), False, {}
    open_meetings = course.open_at(now())
    if attendance is None and open_meetings:
        meeting = check_in.chosen(open_meetings, errors)
        if not host:
            check_in.check_word(meeting, errors)
        if errors:
            return page(invitation, errors=errors), 422
        how, by = ("host", current_user) if host else ("self", None)
        name = resident.name or words.about_vi(resident)
        attendance, added = Attendance.check_in(meeting, op, how, name, resident=resident, by=by)
    if host or attendance is None:
        return page(invitation, attendance)
    guest = gettext("Thư mời số %(number)s", number=invitation.number)
    thanks = make_response(check_in.thank(course, attendance, {"name": guest}, added))
    return check_in.keep_for_the_way_back(thanks)


def page(invitation, attendance=None, errors=None):
    """The page of a slip while its class is open, and at any time for a host; else why nothing is recorded now."""
    course, open_meetings = invitation.course, invitation.course.open_at(now())
    host = scans_for(course)
    if course.counts_only or not (open_meetings or host):
        return check_in.closed(course)
    return render_template(
        "invitations/slip.html",
        invitation=invitation,
        course=course,
        meetings=open_meetings,
        person=invitation.resident if host else None,
        attendance=attendance,
        errors=errors or {},
    )


def unknown():
    """A code that is wrong or no longer valid. Only such are counted, and a right one is never refused.

    65 random bits do not give way to guessing, and a prank must not shut the door of a class.
    """
    limited = Limit.reached("slip", WRONG_CODES_AN_HOUR)
    Limit.fail("slip")
    return render_template("invitations/unknown.html"), 429 if limited else 404


def scans_for(course):
    """Whether the account that scans may keep this class's roll."""
    if not current_user.is_authenticated:
        return False
    visible = Course.visible_to(current_user).where(Course.uid == course.uid).first()
    return visible is not None and course.run_by(current_user)


def choice(course, need, error=None):
    """Those who still need what the class teaches, in the class's village or another, chosen up to its capacity."""
    answered = needs.answered_by(course.topic)
    keys = [option.key for option in answered]
    need = need if need in keys else keys[0] if keys else None
    area = asked_area(course.area)
    counts = needs.count(current_user.area)
    people = needs.people(area, need) if need else []
    places = [(village, counts.get((village.id, need), 0)) for village in current_user.area.village_list()]
    return render_template(
        "invitations/new.html",
        course=course,
        options=answered,
        need=need,
        area=area,
        places=[(village, number) for village, number in places if number or village == area],
        people=people,
        room=Invitation.room(course),
        ticked=ticked(people, Invitation.room(course)),
        error_said=error,
    )


def ticked(people, room):
    """The ids of those ticked on the list: as it was sent, nobody or one lane as the address asks, else all for whom
    the class has room."""
    if request.method == "POST":
        return set(request.form.getlist("person"))
    lane = request.args.get("lane")
    chosen = [person for person in people if lane is None or person.household.lane == lane]
    return set() if request.args.get("choose") == "none" else {person.uid for person in chosen[:room]}


def asked_area(default):
    """The area in the address that the user may see, else `default`."""
    code = request.values.get("area")
    return areas.find(code) if code else default


def at_my_doors(uid):
    return one_or_404(slips_at_my_doors(uid))


def slips_at_my_doors(uid):
    return Invitation.with_people(area=current_user.area).where(Invitation.uid == uid_or_404(uid))


def find_invitation(uid):
    return one_or_404(Invitation.visible_to(current_user).where(Invitation.uid == uid_or_404(uid)))

"""A session and who came to it: the host's roll call, on a phone in the class or days later from paper."""

import json
import re
import zlib
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import plan
import quality
import vi
from access import allow
from answers import done, one_or_404, swaps, uid_or_404, wants_json
from fields import LONGEST_TEXT, N_, happened_at, person_name, short_text, year_of_birth, year_told
from models import Attendance, Invitation, Meeting, Resident, now
from phone import receipt, refusal
from terms import HELPERS, WAYS

bp = Blueprint("meetings", __name__)

MOST_HEADS = 2000
LONGEST_WORD = 40
MOST_NUMBERS = 500  # from one to another, as in 7-12
MOST_NAMED = 12
MOST_FOUND = 5
NOT_YET = N_("Chưa đến giờ điểm danh của buổi này.")
CALLED_OFF = N_("Buổi này đã hủy nên không ghi thêm được. Nếu vẫn học, bấm “Vẫn học như cũ” rồi ghi lại.")


@bp.get("/meetings/<uid>")
@allow(HELPERS)
def show(uid):
    return roll_call(find(uid))


@bp.get("/meetings/<uid>/screen")
@allow(HELPERS)
def screen(uid):
    """The live count for a projector: no names. It asks for its part again and again; with no script a link does."""
    meeting = find(uid)
    page = "meetings/_screen.html" if swaps("live") else "meetings/screen.html"
    return render_template(page, meeting=meeting, course=meeting.course, came=Attendance.came(meeting))


@bp.post("/meetings/<uid>/attendance")
@allow(HELPERS)
def record(uid):
    """The host records somebody without a phone: a resident found by name, or a name, year and village."""
    body, meeting, errors = request.get_data(), find(uid), {}
    op_id, entry = uid_or_404(request.form.get("op", "")), how_and_when(meeting)
    if why := closed(meeting):
        return refused(meeting, op_id, {"name": why})
    if request.form.get("resident"):
        uid = uid_or_404(request.form["resident"])
        resident = one_or_404(Resident.visible_to(current_user).where(Resident.uid == uid))
        Attendance.check_in(meeting, op_id, name=resident.name or "", resident=resident, by=current_user, **entry)
        return received(meeting, op_id, body)
    person = read_walk_in(meeting, errors)
    if errors:
        return refused(meeting, op_id, errors)
    Attendance.check_in(meeting, op_id, by=current_user, **person, **entry)
    return received(meeting, op_id, body)


@bp.post("/meetings/<uid>/attendance/undo")
@allow(HELPERS)
def undo(uid):
    """Take back what one operation of the roll call recorded (`recorded`: its id), if that still stands.

    Nothing that was recorded since is taken back, however late a phone sends this, or again.
    """
    body, meeting, recorded = request.get_data(), find(uid), request.form.get("recorded", "")
    op_id = uid_or_404(request.form.get("op", ""))
    for row in list(Attendance.present(meeting)):  # read to its end: SQLite lets nobody write beside an open reading
        if operation(row) == recorded:
            row.undo(current_user)
    return received(meeting, op_id, body, "present")


@bp.get("/meetings/<uid>/people")
@allow(HELPERS)
def people(uid):
    """Whom the roll call may find with no signal: those of one village, else those on the class's list.

    For each `[uid, name, year of birth, lane]`, no more; 204 when the phone has just these (`have`).
    """
    meeting = find(uid)
    village = next((area for area in (meeting.course.area, current_user.area) if area.kind == "village"), None)
    invited = Invitation.with_people(course=meeting.course)
    found = Resident.below(village) if village else [row.resident for row in invited]
    named = [resident for resident in found if resident.name]
    rows = [[person.uid, person.name, person.birth_year, person.household.lane] for person in named]
    tag = sha256(json.dumps(rows).encode()).hexdigest()[:16]
    kept = {"village": village.code if village else "", "people": rows, "tag": tag}
    return ("", 204) if request.args.get("have") == tag else kept


@bp.post("/meetings/<uid>/numbers")
@allow(HELPERS)
def record_numbers(uid):
    """Row numbers from the paper list: those that are on it are recorded, the others named beside the field."""
    body, meeting = request.get_data(), find(uid)
    op_id = uid_or_404(request.form.get("op", ""))
    numbers, unknown = read_numbers(request.form.get("numbers", ""))
    if why := closed(meeting):
        return refused(meeting, op_id, {"numbers": why})
    if not numbers and not unknown:
        return refused(meeting, op_id, {"numbers": N_("Ghi số thứ tự của người có mặt, ví dụ 1 4 7-12.")})
    unknown += Invitation.check_in_numbers(meeting, numbers, op_id, current_user, how_and_when(meeting)["happened_at"])
    if unknown:
        listed = ", ".join(map(str, unknown[:MOST_NAMED])) + (" …" if len(unknown) > MOST_NAMED else "")
        error = N_("Không có số %(numbers)s trên danh sách giấy. Các số khác đã ghi.", numbers=listed)
        return refused(meeting, op_id, {"numbers": error}, numbers=" ".join(map(str, unknown)))
    return received(meeting, op_id, body)


@bp.post("/meetings/<uid>/heads")
@allow(HELPERS)
def count_heads(uid):
    meeting = find(uid)
    number = vi.whole(request.form.get("head_count", "").strip())
    if meeting.cancelled_at:
        return roll_call(meeting, request.form, {"head_count": CALLED_OFF}), 422
    if number is None or number > MOST_HEADS:
        error = N_("Ghi một số từ 0 đến %(most)s.", most=MOST_HEADS)
        return roll_call(meeting, request.form, {"head_count": error}), 422
    meeting.count_heads(number, current_user)
    return done("meetings.show", uid=meeting.uid)


@bp.post("/meetings/<uid>/word")
@allow(HELPERS)
def set_word(uid):
    """The word on the blackboard, asked on the check-in page; an empty one is asked no more."""
    meeting, word = find(uid), vi.clean(request.form.get("word", ""))
    errors = {}
    short_text(word, "word", errors, LONGEST_WORD)
    if word and not vi.fold(word) or errors:
        error = N_("Viết một hai chữ dễ đọc, ví dụ hoa gạo.")
        return roll_call(meeting, request.form, {"word": error}), 422
    meeting.set_word(word, current_user)
    return done("meetings.show", uid=meeting.uid)


@bp.get("/meetings/<uid>/flood")
@allow(HELPERS)
def show_flood(uid):
    """Many unknown names came at once: who they say they are, a word against more of them, and taking them back."""
    meeting = find(uid)
    found = quality.find_flood(Attendance.present(meeting))
    if found is None:
        return done("meetings.show", uid=meeting.uid)
    names = quality.unknown_between(Attendance.present(meeting), found.first, found.last)
    shown = {"meeting": meeting, "course": meeting.course, "flood": found, "names": names, "errors": {}}
    return render_template("meetings/flood.html", **shown)


@bp.post("/meetings/<uid>/flood")
@allow(HELPERS)
def take_back(uid):
    """Take the unknown names of these minutes back, as the page told them."""
    meeting = find(uid)
    try:
        first, last = (datetime.fromisoformat(request.form.get(name, "")) for name in ("first", "last"))
        names = quality.unknown_between(Attendance.present(meeting), first, last)
    except (ValueError, TypeError, OverflowError):
        abort(400)
    Attendance.take_back(meeting, names, current_user, first=first.isoformat(), last=last.isoformat())
    return done("meetings.show", uid=meeting.uid)


@bp.post("/meetings/<uid>/flood/undo")
@allow(HELPERS)
def bring_back(uid):
    meeting = find(uid)
    Attendance.bring_back(meeting, current_user)
    return done("meetings.show", uid=meeting.uid)


def read_walk_in(meeting, errors):
    name = vi.clean(request.form.get("name", ""))
    if not name:
        errors["name"] = N_("Ghi họ và tên, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    person_name(name, "name", errors)
    told = year_told(vi.clean(request.form.get("birth_year", "")), plan.active)
    year = year_of_birth(told, plan.active, "birth_year", errors)
    villages = {village.code: village for village in meeting.course.area.communes_villages()}
    return {"name": name, "birth_year": year, "village": villages.get(request.form.get("village", ""))}


def read_numbers(text):
    """Row numbers as people list them, "1 4 7-12": (numbers, what is no number)."""
    numbers, unread = [], []
    for part in re.split(r"[\s,;.]+", re.sub(r"\s*[-–—]\s*", "-", text.strip()))[:MOST_NUMBERS]:
        row = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        first, last = (int(row[1]), int(row[2] or row[1])) if row else (1, 0)
        if 0 <= last - first < MOST_NUMBERS:
            numbers += range(first, last + 1)
        elif part:
            unread.append(part[:20])
    return list(dict.fromkeys(numbers)), unread


def operation(row):
    """The id of the form that recorded an attendance."""
    return row.op_id.partition("/")[0]


def how_and_when(meeting):
    """How an entry counts: by the host in the class, or from paper later, and then dated to the session itself."""
    moment = now()
    at = happened_at(request.form.to_dict(flat=False), moment, request.headers.get("X-Outbox-Clock"))
    return {"how": "host" if meeting.is_open(at) else "paper", "happened_at": meeting.happened_at(at, moment)}


def closed(meeting):
    """Why nobody can be recorded at a session now, or None."""
    if meeting.cancelled_at:
        return CALLED_OFF
    return None if meeting.begun(now()) and not meeting.course.counts_only else NOT_YET


def received(meeting, op_id, body, anchor=None):
    if wants_json():
        return receipt(op_id, sha256(body).hexdigest())
    return done("meetings.show", uid=meeting.uid, _anchor=anchor)


def refused(meeting, op_id, errors, **fields):
    if wants_json():
        return refusal(op_id, errors, 422)
    return roll_call(meeting, {**request.form, **fields}, errors), 422


def roll_call(meeting, fields=None, errors=None):
    """Who came, by name and how; and the ways to add somebody. Its live parts are asked for one by one."""
    words = request.args.get("q", "")
    if swaps("found"):
        return render_template("meetings/_found.html", meeting=meeting, typed=words, **found_by(words))
    present = Attendance.present_with_walk_ins(meeting)
    shown = facts(meeting, present)
    if swaps("count") or swaps("present"):
        part = "meetings/_count.html" if swaps("count") else "meetings/_present.html"
        return ("", 204) if request.args.get("seen") == shown["seen"] else render_template(part, **shown)
    return render_template(
        "meetings/show.html",
        **found_by(words),
        typed=words,
        fields=fields or {},
        errors=errors or {},
        villages=list(meeting.course.area.communes_villages()),
        taken_back=taken_back(meeting),
        **shown,
    )


def taken_back(meeting):
    """The Flood that was taken back last and may come back, or None."""
    last = Attendance.taken_back(meeting)
    return last and quality.Flood(
        *(datetime.fromisoformat(last.data[k]) for k in ("first", "last")), last.data["people"]
    )


def found_by(words):
    """The residents of a search, at most MOST_FOUND told apart, and whether there are more."""
    found = Resident.found_by(current_user.area, words, MOST_FOUND + 1)
    return {"found": told_apart(found[:MOST_FOUND]), "more": len(found) > MOST_FOUND}


def told_apart(found):
    """[(resident, about)]: the village if there are several, the lane, and the decade of birth, or the year where two
    would read the same.
    """
    rows = []
    for resident in found:
        alike = [other for other in found if other.folded == resident.folded and decade(other) == decade(resident)]
        born = decade(resident) if len(alike) == 1 else str(resident.birth_year or "")
        home = resident.household
        village = "" if home.village == current_user.area else home.village.label
        rows.append((resident, " · ".join(filter(None, (born, village, home.lane)))))
    return rows


def decade(resident):
    return f"{resident.birth_year // 10}•" if resident.birth_year else ""


def facts(meeting, present):
    """What the live parts show; `seen` changes when any of it does."""
    moment = now()
    state = [meeting.is_open(moment), meeting.head_count, [(row.uid, row.how, len(row.joined)) for row in present]]
    return {
        "meeting": meeting,
        "course": meeting.course,
        "present": present,
        "flood": quality.find_flood(present),
        "by_how": {how: sum(row.how == how for row in present) for how in WAYS},
        "open": meeting.is_open(moment),
        "begun": meeting.begun(moment),
        "at": vi.local(moment),
        "operation": operation,
        "seen": f"{zlib.crc32(repr(state).encode()):x}",
    }


def find(uid):
    return one_or_404(Meeting.run_by(current_user).where(Meeting.uid == uid_or_404(uid)))

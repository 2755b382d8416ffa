"""The door: the list of a village's households, and the form of one."""

import json
from hashlib import sha256

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from flask_login import current_user

import moves
import plan
import survey
import vi
import visits
from access import allow
from answers import done, new_uid, one_or_404, said, swaps, uid_or_404, wants_json
from fields import LONGEST_TEXT, N_, rules
from models import Area, Conflict, Household, Tally, User, Visit, answers_of_year, db, now
from phone import receipt, refusal
from terms import FIELD, GONE, NOTHING_ASKED, OFFICE, RELATIONS, STATE_FILTERS
from views import listing, words

bp = Blueprint("households", __name__, url_prefix="/households")

PAGE = 60
WHOLE_VILLAGE = 1000  # on one page, so that the phone can search it with no signal
NEWCOMERS = 3
FEW = 3  # rows before the next door that are not worth a line to fold them; the same in `static/list.js`
HELP = {"minutes": survey.MINUTES, "usual_minutes": survey.USUAL_MINUTES, "longest_text": LONGEST_TEXT}


@bp.before_request
def keep_body():
    """The receipt names the body as it was sent, which reading the form would use up."""
    request.get_data()


@bp.get("")
@allow(FIELD)
def index():
    village, asked = asked_village(), request.args
    if village is None and not asked.get("q"):
        return render_template("households/villages.html", parts=Tally.of_visits(current_user.area))
    here = Household.below(village) if village else Household.visible_to(current_user)
    found = Household.matching(here, asked.get("q", ""))
    if asked.get("state") in STATE_FILTERS:
        found = Household.in_states(found, STATE_FILTERS[asked["state"]])
    if "lane" in asked:
        found = Household.in_lane(found, asked["lane"])
    page, size = vi.whole(asked.get("page", "")) or 1, WHOLE_VILLAGE if village else PAGE
    rows = list(Household.listed(found).limit(size + 1).offset((page - 1) * size))
    if asked.get("letter"):
        rows = [row for row in rows if vi.initial(row.head_name) == asked["letter"]]
    return render_template(
        "households/_rows.html" if swaps("rows") else "households/index.html",
        village=village,
        rows=rows[:size],
        more=page + 1 if len(rows) > size else None,
        asked={key: asked[key] for key in ("q", "state", "lane", "letter") if key in asked},
        **heads_up(here, village, rows),
        saved=recently_saved(),
        **begins(village, rows[:size], asked),
    )


@bp.get("/table")
@allow(OFFICE)
def table():
    """The households of many villages, a page at a time, narrowed and ordered as the address says."""
    villages = {village.code: village for village in current_user.area.village_list()}
    narrowed = listing.asked({"village": villages, "state": STATE_FILTERS}, ["place", "state", "visited"])
    village, state = villages.get(narrowed["chosen"]["village"]), narrowed["chosen"]["state"]
    found = Household.below(village) if village else Household.visible_to(current_user)
    found = Household.matching(found, narrowed["q"])
    if state:
        found = Household.in_states(found, STATE_FILTERS[state])
    page = vi.whole(request.args.get("page", "")) or 1
    rows = Household.for_a_desk(found, narrowed["sort"], narrowed["down"])
    return render_template(
        "households/table.html",
        listing=listing.Listing(list(rows.limit(PAGE).offset((page - 1) * PAGE)), found.count(), **narrowed),
        villages=list(villages.values()),
        page=page,
        size=PAGE,
    )


def begins(village, rows, asked):
    """The next door, and how many rows are folded above it: none for a search or where the whole list is wanted."""
    next_door = Visit.next_door(current_user, village) if village else None
    uids = [row.uid for row in rows]
    whole = next_door is None or next_door.uid not in uids or asked.get("q") or "whole" in asked
    above = 0 if whole else uids.index(next_door.uid)
    return {"next_door": next_door, "above": above if above > FEW else 0}


def heads_up(here, village, rows):
    """What stands above the list: how many households in each state, and the lanes and letters to choose from."""
    states = Household.count_by_state(here)
    total = sum(n for state, n in states.items() if state not in GONE)  # as on the progress page
    return {
        "total": total,
        "visited": total - states.get("todo", 0),
        "filters": {key: sum(states.get(state, 0) for state in of) for key, of in STATE_FILTERS.items()},
        "filter_of": {state: key for key, of in STATE_FILTERS.items() for state in of},
        "lanes": Household.lanes(here) if village else [],
        "letters": sorted({vi.initial(row.head_name) for row in rows} - {""}, key=vi.sort_key) if village else [],
    }


@bp.get("/new")
@allow(FIELD)
def new():
    village = asked_village()
    if village is None:
        return done("households.index")
    household = Household(uid=new_uid(), village=village, code=Household.free_code(village))
    return form(household, [])


@bp.get("/<uid>")
@allow(FIELD)
def edit(uid):
    household = find(uid)
    if household.uid != uid_or_404(uid):
        return done("households.edit", uid=household.uid)
    return form(household, list(household.living()))


@bp.get("/<uid>/next")
@allow(FIELD)
def following(uid):
    """To the next door after a household, for a phone that has not stored its village yet."""
    household = find(uid)
    return to_next_door(household, **{"saved" if "sent" in request.args else "kept": household.uid})


@bp.post("/new")
@allow(FIELD)
def create():
    village = find_village(request.form.get("village", ""))
    uid = uid_or_404(request.form.get("household", ""))
    known = Household.visible_to(current_user).where(Household.uid == uid).first()
    return save(known or Household(uid=uid, village=village), is_new=known is None)


@bp.post("/<uid>")
@allow(FIELD)
def update(uid):
    return save(find(uid))


def save(household, is_new=False):
    """Check the form, record the visit once, and offer the next door. 422, 409 and 404 keep what was typed."""
    body_hash = sha256(request.get_data()).hexdigest()
    fields = request.form.to_dict(flat=False)
    clock = request.headers.get("X-Outbox-Clock")
    visit, errors = visits.check(household, fields, current_user, now(), clock)
    if errors:
        return refused(household, fields, errors, 422, is_new)
    try:
        with db.atomic():  # a phone hears of the receipt only when what it is for is kept
            household, received = visits.record(household, visit, current_user, body_hash)
            taken = receipt(received.uid, body_hash)
    except Conflict as conflict:
        conflict.record.dispute(current_user)
        errors["visit"] = N_("Phiếu này đã gửi trước đó với nội dung khác. Xem lại rồi bấm lưu lần nữa.")
        return refused(household, fields, errors, 409, is_new)
    except moves.Refused as moved:  # who was said to be the same person has just moved elsewhere
        return refused(household, fields, {"visit": moved.sentence}, 409, is_new)
    except LookupError:
        abort(404)
    if wants_json():
        return taken
    return after_saving(household, fields)


def after_saving(household, fields):
    if fields.get("then", [""])[-1] == "next":
        paper = {"paper": fields["day"][-1], "by": fields["asked_by"][-1], "fresh": 1} if "day" in fields else {}
        return to_next_door(household, saved=household.uid, **paper)
    return done("households.index", village=household.village.code, saved=household.uid)


def to_next_door(household, **said):
    next_door = household.next_door()
    if next_door:
        return done("households.edit", uid=next_door.uid, **said)
    return done("households.index", village=household.village.code, **said)


def refused(household, fields, errors, status, is_new):
    people = [] if is_new else list(household.living())
    if wants_json():
        return refusal(fields.get("visit", [""])[-1], errors, status, about=whose(people, fields))
    return form(household, people, fields, errors, is_new), status


def whose(people, fields):
    """`{field: "whose answer, to which question"}` of a form's fields, for who reads of an error away from the form."""
    labels = {"birth_year": gettext("Năm sinh"), "name": gettext("Họ và tên"), "number": gettext("Số điện thoại")}
    labels |= {"lane": gettext("Xóm, ngõ"), "note": gettext("Ghi chú"), "sex": gettext("Nam hay nữ")}
    labels |= {question.key: words.say(question.short) for question in plan.active.questions}
    names = {person.uid: person.name for person in people}
    about = {}
    for field in fields:
        uid, _, key = field.rpartition(".")
        name = names.get(uid) or fields.get(f"{uid}.name", [""])[-1] or (uid and gettext("Người mới"))
        about[field] = ", ".join(filter(None, [name, labels.get(key, "")]))
    return about


def form(household, people, fields=None, errors=None, is_new=None, is_blank=False):
    """The one renderer of the form: from what is stored, or from what was sent when it must be corrected."""
    shown = as_shown(household, people)
    newcomers = [uid for uid in (fields or {}).get("person", []) if uid not in {p.uid for p in people}]
    newcomers += [new_uid() for _ in range(NEWCOMERS - len(newcomers))]
    values = fields or {name: value if isinstance(value, list) else [str(value)] for name, value in shown.items()}
    return render_template(
        "households/form.html",
        household=household,
        is_new=household.id is None if is_new is None else is_new,
        is_blank=is_blank,
        people=people,
        newcomers=newcomers,
        **paper_entry(household, values),
        shown=(fields or {}).get("shown", [json.dumps(shown, ensure_ascii=False)])[-1],
        errors=errors or {},
        rules=rules_of_phone(),
        visit=new_uid() if not fields or "visit" in (errors or {}) else fields["visit"][-1],
        saved=recently_saved(),
        relations=RELATIONS,
        **HELP,
    )


def rules_of_phone():
    """What `static/rules.js` says at the door: the rules of the fields, and the sentences about people."""
    held = rules(plan.active).items()
    worded = {field: [{**rule, "say": said(rule["say"])} for rule in its] for field, its in held}
    says = {"name": survey.NEWCOMER_NAME, "year": survey.NEWCOMER_YEAR, "nobody": survey.NOBODY}
    says = {key: said(sentence) for key, sentence in says.items()} | {"somebody": gettext("Người mới")}
    return {"fields": worded, "says": says, "unasked": NOTHING_ASKED}


def paper_entry(household, values):
    """The form's `fields`; for a form typed from paper also its day and who asked, kept from door to door."""
    if "paper" not in request.args and "day" not in values:
        return {"fields": values, "paper": None}
    day, by = request.args.get("paper", "1"), request.args.get("by", current_user.uid)
    kept = {"day": [vi.date_vn(now()) if day == "1" else day], "asked_by": [by]}
    return {"fields": kept | values, "paper": {"team": User.team(household.village, current_user)}}


def as_shown(household, people):
    """`{field name: value}` of everything the form will show, so that only what was changed is meant."""
    listed = {key: getattr(household, key) for key in ("children_0_5", "children_6_15")}
    listed["reminders"] = {True: "yes", False: "no"}.get(household.reminders)
    shown = {"lane": household.lane, "note": household.note or None, **listed, **answers_shown(household, "")}
    for person in people:
        here = f"{person.uid}."
        shown |= {here + key: getattr(person, key) for key in ("name", "birth_year", "sex", "relation")}
        if household.reminders and person.phone:
            shown[here + "number"] = vi.show_phone(person.phone)
        shown |= {here + "proxy": ["yes"] if person.proxy else [], **answers_shown(person, here)}
    return {name: value for name, value in shown.items() if value is not None and value != []}


def answers_shown(row, here):
    many = {question.key for question in plan.active.questions if question.kind == "many"}
    said = answers_of_year(row.answers, row.answered_at)
    return {here + key: [value] if key in many and isinstance(value, str) else value for key, value in said.items()}


def find(uid):
    """A household, or the one it was merged into since its page was opened or stored on a phone."""
    household = Household.with_uid(uid_or_404(uid), current_user.area) or abort(404)
    return household.current()


def asked_village():
    """The village in the address, the only one the user has, or None. 404 for one the user may not see."""
    code = request.args.get("village")
    if code:
        return find_village(code)
    return current_user.area if current_user.area.kind == "village" else None


def find_village(code):
    """Households stand in villages, never in a commune."""
    return one_or_404(Area.coded(code, current_user.area.village_list()))


def recently_saved():
    uid = request.args.get("saved")
    return Household.visible_to(current_user).where(Household.uid == uid).first() if uid else None

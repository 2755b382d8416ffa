"""One person: who they are, what changed, and what can be recorded now. Needs a network; the worker stays away."""

from datetime import datetime, time

from flask import Blueprint, render_template, request
from flask_login import current_user

import moves
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_, NOT_A_DATE
from models import Household, Move, Resident, now
from terms import FIELD, LEFT
from views import words

bp = Blueprint("residents", __name__, url_prefix="/residents")

MOST_FOUND = 20


@bp.get("/<uid>")
@allow(FIELD)
def show(uid):
    resident = find(uid)
    if resident.merged_into_id:
        return done("residents.show", uid=resident.current().uid)
    return page(resident)


@bp.post("/<uid>/leave")
@allow(FIELD)
def leave(uid):
    """They moved away, died or left for work; the form says since when, and who heads the household now."""
    resident, fields, errors = find(uid), request.form, {}
    happened_at = day(fields.get("day", ""), errors)
    if fields.get("why") not in LEFT:
        errors["why"] = N_("Câu trả lời này không có trong phiếu; chọn lại.")
    if errors:
        return page(resident, fields, errors), 422
    head = member(resident.household, fields.get("head"))
    return attempt(resident, moves.leave, fields["why"], head=head, happened_at=happened_at)


@bp.post("/<uid>/mistake")
@allow(FIELD)
def mistake(uid):
    """This record is no person: it was entered by mistake."""
    resident = find(uid)
    return attempt(resident, moves.discard, head=member(resident.household, request.form.get("head")))


@bp.post("/<uid>/back")
@allow(FIELD)
def back(uid):
    return attempt(find(uid), moves.come_back)


@bp.post("/<uid>/head")
@allow(FIELD)
def head(uid):
    return attempt(find(uid), moves.make_head)


@bp.get("/<uid>/household")
@allow(FIELD)
def choose_household(uid):
    resident, typed = find(uid), vi.clean(request.args.get("q", ""))
    found = Household.matching(Household.visible_to(current_user), typed).order_by(Household.code_key)
    found = [home for home in found.limit(MOST_FOUND) if home != resident.household] if typed else []
    return render_template("residents/household.html", resident=resident, typed=typed, found=found)


@bp.post("/<uid>/household")
@allow(FIELD)
def to_household(uid):
    to = Household.visible_to(current_user).where(Household.uid == request.form.get("household", ""))
    return attempt(find(uid), moves.to_household, one_or_404(to))


@bp.get("/<uid>/double")
@allow(FIELD)
def choose_double(uid):
    resident, typed, area = find(uid), vi.clean(request.args.get("q", "")), current_user.area
    found = Resident.found_by(area, typed, MOST_FOUND) if typed else resident.look_alikes(area)
    found = [each for each in found if each != resident]
    return render_template("residents/double.html", resident=resident, typed=typed, found=found)


@bp.get("/<uid>/double/<other>")
@allow(FIELD)
def compare(uid, other):
    pair = find(uid), find(other)
    rows = side_by_side(*pair)
    same = sum(first == second for _, first, second, stands in rows if stands is not None)
    return render_template("residents/compare.html", pair=pair, rows=rows, same=same, move=new_uid())


@bp.post("/<uid>/double/<other>")
@allow(FIELD)
def merge(uid, other):
    """`uid` is kept, `other` is the double."""
    return attempt(find(uid), moves.merge_residents, find(other))


def attempt(resident, verb, *others, **details):
    """Call a verb of `moves` with the form's id and go to the result, or show why it was refused."""
    try:
        verb(resident, *others, current_user, uid=uid_or_404(request.form.get("move", "")), **details)
    except moves.Refused as refused:
        return page(resident, problem=refused.sentence), 409
    return done("residents.show", uid=resident.uid)


def page(resident, fields=None, errors=None, problem=None):
    household = resident.household
    living = list(household.living())
    others = [person for person in living if person != resident]
    return render_template(
        "residents/show.html",
        resident=resident,
        household=household,
        others=others,
        heir=moves.next_head(others) if others and resident.relation == "head" and not resident.left else None,
        look_alikes=resident.look_alikes(current_user.area),
        history=list(Move.of_resident(resident)),
        fields=fields or {},
        errors=errors or {},
        problem=problem,
        move=new_uid(),
        today=vi.date_vn(now()),
    )


def find(uid):
    return one_or_404(Resident.all_below(current_user.area).where(Resident.uid == uid_or_404(uid)))


def member(household, uid):
    return household.living().where(Resident.uid == uid).first() if uid else None


def day(text, errors):
    """Noon of a day that was typed, as naive UTC; now when nothing was; an error for a day to come or no day."""
    if not text:
        return now()
    date = vi.parse_date(text)
    if date is None:
        errors["day"] = NOT_A_DATE
        return now()
    if not plan.active.year - 5 <= date.year or date > vi.local(now()).date():
        errors["day"] = N_("Ghi một ngày đã qua, trong vài năm gần đây.")
        return now()
    return min(vi.utc(datetime.combine(date, time(12))), now())


def side_by_side(kept, double):
    """[(what, of the one, of the other, which of the two will stand: 0, 1 or None)] of everything that they hold."""
    lines = [
        (words.gettext("Họ và tên"), *(person.name or "" for person in (kept, double)), None),
        (words.gettext("Năm sinh"), *(person.birth_year or "" for person in (kept, double)), None),
        (words.gettext("Nam hay nữ"), *(words.SEXES.get(person.sex, "") for person in (kept, double)), None),
        (words.gettext("Hộ"), *(words.place_of(person.household) for person in (kept, double)), None),
    ]
    for question in plan.active.person_questions:
        if question.key in kept.answers or question.key in double.answers:
            stamps = [person.answered_at.get(question.key, "") for person in (kept, double)]
            texts = [words.answered(question, person) for person in (kept, double)]
            lines.append((words.say(question.short), *texts, int(stamps[1] > stamps[0])))
    return lines

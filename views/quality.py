"""Second looks: what a lead should see again in a village, and the short repeat of a visit that was drawn."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import plan
import quality
import survey
import visits
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_
from models import Attendance, Conflict, Household, Resident, Review, Visit, now
from terms import LEADS
from views import areas

bp = Blueprint("quality", __name__, url_prefix="/quality")

FEW, MANY = 4, 200


@bp.get("")
@allow(LEADS)
def index():
    """A village's findings; for more than a village the villages themselves, in their order, to choose from."""
    code = request.args.get("village")
    area = areas.find(code) if code else current_user.area
    if area.kind == "city":
        return render_template("quality/villages.html", area=area, parts=list(area.parts()), counts=None)
    found = quality.findings(area, now())
    drawn = quality.to_repeat(area, now(), current_user)
    figures = {"area": area, "refusals": quality.refusals(area), "agreement": quality.agreement(area)}
    figures["numbers"] = quality.numbers_as_names(area)
    if area.kind != "village":
        parts = list(area.village_list())
        return render_template("quality/villages.html", parts=parts, **counted(found, drawn), **figures)
    return of_village(found, drawn, figures)


def counted(found, drawn):
    counts, repeats = {}, {}
    for finding in found:
        counts[finding.village] = counts.get(finding.village, 0) + 1
    for finding in drawn:
        repeats[finding.village] = repeats.get(finding.village, 0) + 1
    return {"counts": counts, "repeats": repeats}


def of_village(found, drawn, figures):
    only = request.args.get("kind", "")
    kinds = {kind: [finding for finding in found if finding.kind == kind] for kind in quality.KINDS} | {"repeat": drawn}
    kinds = {kind: all_of for kind, all_of in kinds.items() if all_of and only in ("", kind)}
    shown = {kind: all_of[: MANY if only else FEW] for kind, all_of in kinds.items()}
    ids = {home for some in shown.values() for finding in some for home in (finding.household, *finding.others)}
    return render_template(
        "quality/index.html",
        totals={kind: len(all_of) for kind, all_of in kinds.items()},
        shown=shown,
        only=only,
        homes=Household.by_id(ids),
        people=Resident.by_uid([finding.resident for some in shown.values() for finding in some if finding.resident]),
        reviewed=last_reviewed(),
        **figures,
    )


def last_reviewed():
    uid = request.args.get("reviewed")
    return Household.visible_to(current_user).where(Household.uid == uid).first() if uid else None


@bp.post("/reviews/<uid>")
@allow(LEADS)
def review(uid):
    """A lead has looked at one kind of finding of a household, or takes that back."""
    household = one_or_404(Household.visible_to(current_user).where(Household.uid == uid_or_404(uid)))
    kind = request.form.get("kind")
    if kind not in quality.KINDS:
        abort(404)
    if request.form.get("seen") == "no":
        Review.take_back(household, kind, current_user)
        return done("quality.index", village=household.village.code)
    Review.put(household, kind, current_user)
    return done("quality.index", village=household.village.code, reviewed=household.uid, kind_reviewed=kind)


@bp.post("/names")
@allow(LEADS)
def take_names_out():
    """Forget the names at check-in that are no names but numbers."""
    area = areas.find(request.form.get("area", ""))
    Attendance.take_names_out(quality.numbers_as_names(area), current_user)
    return done("quality.index", village=area.code if area != current_user.area else None)


@bp.get("/repeats/<uid>")
@allow(LEADS)
def repeat(uid):
    return repeat_form(find(uid))


@bp.post("/repeats/<uid>")
@allow(LEADS)
def save_repeat(uid):
    """Keep what the people say now beside what they said; only where it is asked for do their answers change."""
    visit, errors, repeats = find(uid), {}, []
    for person, first in quality.people_to_ask(visit):
        questions = [question for question in plan.active.person_questions if question.key in quality.ASKED_AGAIN]
        again, wrong = survey.answered(request.form.to_dict(flat=False), questions, f"{person.uid}.")
        errors |= wrong
        repeats += [(person, first, again)] if again else []
    if not repeats and not errors:
        errors["person"] = N_("Chọn ít nhất một câu trả lời.")
    if errors:
        return repeat_form(visit, request.form.to_dict(flat=False), errors), 422
    new_visit = uid_or_404(request.form.get("visit", "")) if request.form.get("take") == "yes" else None
    try:
        visits.ask_again(visit, repeats, current_user, new_visit)
    except Conflict:
        abort(403)
    return done("quality.repeat", uid=visit.uid)


def repeat_form(visit, fields=None, errors=None):
    return render_template(
        "quality/repeat.html",
        visit=visit,
        household=visit.household,
        people=[person for person, _ in quality.people_to_ask(visit)],
        questions=[question for question in plan.active.person_questions if question.key in quality.ASKED_AGAIN],
        result=quality.repeated(visit),
        new_visit=new_uid(),
        fields=fields or {},
        errors=errors or {},
    )


def find(uid):
    return one_or_404(Visit.visible_to(current_user).where(Visit.uid == uid_or_404(uid)))

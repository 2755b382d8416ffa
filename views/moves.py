"""Households split and merge, and any change of people is taken back."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import moves
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from models import Household, Move, Resident
from terms import FIELD
from views import households

bp = Blueprint("moves", __name__, url_prefix="/moves")

MOST_FOUND = 20


@bp.get("/<uid>")
@allow(FIELD)
def show(uid):
    """A household: who lives here, who left, what happened, and what can be recorded."""
    household = households.find(uid)
    if household.uid != uid:
        return done("moves.show", uid=household.uid)
    return page(household)


@bp.get("/<uid>/split")
@allow(FIELD)
def choose(uid):
    return splitting(households.find(uid))


@bp.post("/<uid>/split")
@allow(FIELD)
def split(uid):
    household, fields = households.find(uid), request.form
    people = household.living()
    going = [person for person in people if person.uid in fields.getlist("person")]
    alone = going[0] if len(going) == 1 else None
    head = next((person for person in going if person.uid == fields.get("head")), alone)
    try:
        move = moves.split(household, going, head, current_user, uid=uid_or_404(fields.get("move", "")))
    except moves.Refused as refused:
        return splitting(household, fields, refused.sentence), 422
    return done("moves.show", uid=move.to.uid)


@bp.get("/<uid>/merge")
@allow(FIELD)
def choose_other(uid):
    household, typed = households.find(uid), request.args.get("q", "")
    if request.args.get("to"):
        return merging(household, other_home(request.args["to"]))
    found = Household.matching(Household.below(household.village), typed).order_by(Household.code_key)
    found = [home for home in found.limit(MOST_FOUND) if home != household] if typed.strip() else []
    return render_template("moves/merge.html", household=household, typed=typed, found=found)


@bp.post("/<uid>/merge")
@allow(FIELD)
def merge(uid):
    """Everybody of this household goes to the other one, which is kept."""
    household = households.find(uid)
    to = other_home(request.form.get("household", ""))
    try:
        move = moves.merge_households(to, household, current_user, uid=uid_or_404(request.form.get("move", "")))
    except moves.Refused as refused:
        return page(household, refused.sentence), 409
    return done("moves.show", uid=move.to.uid)


@bp.post("/<uid>/undo")
@allow(FIELD)
def undo(uid):
    move = one_or_404(Move.visible_to(current_user).where(Move.uid == uid_or_404(uid)))
    try:
        moves.undo(move, current_user)
    except moves.Refused as refused:
        return page(move.household.current(), refused.sentence), 409
    if move.resident_id:
        return done("residents.show", uid=move.resident.uid)
    return done("moves.show", uid=move.household.uid)


def page(household, problem=None):
    people = list(household.residents.order_by(Resident.position, Resident.id))
    return render_template(
        "moves/show.html",
        household=household,
        living=[person for person in people if not person.left],
        gone=[person for person in people if person.left and not person.merged_into_id],
        history=list(Move.of_household(household)),
        problem=problem,
    )


def other_home(uid):
    return one_or_404(Household.visible_to(current_user).where(Household.uid == uid))


def merging(household, to):
    """Both families, to be looked at once before they become one household."""
    people = {"going": list(household.living()), "staying": list(to.living())}
    return render_template("moves/merging.html", household=household, to=to, move=new_uid(), **people)


def splitting(household, fields=None, problem=None):
    living = list(household.living())
    return render_template(
        "moves/split.html", household=household, living=living, fields=fields, problem=problem, move=new_uid()
    )

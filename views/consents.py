"""What a household agreed to, as the office reads, prints and takes it back."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from access import allow
from answers import done, one_or_404, uid_or_404
from models import Consent, Household
from terms import OFFICE, PURPOSES

bp = Blueprint("consents", __name__, url_prefix="/households/<uid>/consents")


@bp.get("")
@allow(OFFICE)
def show(uid):
    household = find(uid)
    held = {purpose: getattr(household, column) for purpose, column in PURPOSES.items()}
    answers, before = list(Consent.history(household)), {}
    for row in reversed(answers):
        row.withdrawn = not row.given and before.get(row.purpose, False)
        before[row.purpose] = row.given
    return render_template("consents/show.html", household=household, held=held, answers=answers)


@bp.post("/withdraw")
@allow(OFFICE)
def withdraw(uid):
    """The household takes a consent back, or refuses before anybody knocked. Twice is once."""
    household = find(uid)
    if request.form.get("purpose") not in PURPOSES:
        abort(400)
    Consent.withdraw(household, request.form["purpose"], current_user)
    return done("consents.show", uid=household.uid)


def find(uid):
    return one_or_404(Household.visible_to(current_user).where(Household.uid == uid_or_404(uid)))

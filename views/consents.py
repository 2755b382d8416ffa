"""What a household agreed to, as the office reads, prints and takes it back."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import plan
import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from fields import N_, at_noon, past_day
from models import Consent, Household, now
from terms import OFFICE, PURPOSES

bp = Blueprint("consents", __name__, url_prefix="/households/<uid>/consents")


@bp.get("")
@allow(OFFICE)
def show(uid):
    return page(find(uid))


def page(household, asked="", errors=None):
    """What was agreed to; `errors` belong to the form of the purpose `asked`."""
    held = {purpose: getattr(household, column) for purpose, column in PURPOSES.items()}
    answers, before = list(Consent.history(household)), {}
    for row in reversed(answers):
        row.withdrawn = not row.given and before.get(row.purpose, False)
        before[row.purpose] = row.given
    form = {"asked": asked, "errors": errors or {}, "day": request.form.get("day", vi.date_vn(now()))}
    return render_template("consents/show.html", household=household, held=held, answers=answers, **form)


@bp.post("/withdraw")
@allow(OFFICE)
def withdraw(uid):
    """The household takes a consent back, or refuses before anybody knocked, on a day that is told. Twice is once."""
    household, purpose, moment, errors = find(uid), request.form.get("purpose"), now(), {}
    if purpose not in PURPOSES:
        abort(400)
    day = past_day(request.form.get("day", vi.date_vn(moment)), plan.active, moment, "day", errors)
    last = Consent.newest(household, purpose)
    if day and last and last.given and day < vi.local(last.given_at).date():
        errors["day"] = N_("Gia đình đồng ý ngày %(date)s: ghi từ ngày đó trở đi.", date=vi.date_vn(last.given_at))
    if errors:
        return page(household, purpose, errors), 422
    at = moment if day == vi.local(moment).date() else at_noon(day, moment)
    Consent.withdraw(household, purpose, current_user, at)
    return done("consents.show", uid=household.uid)


def find(uid):
    return one_or_404(Household.visible_to(current_user).where(Household.uid == uid_or_404(uid)))

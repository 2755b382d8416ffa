"""One's own work: what this account did today and this week, in words to share with the team."""

from flask import Blueprint, render_template
from flask_login import current_user

import diary
from access import allow
from models import now
from office import shifts
from terms import HELPERS
from views import words

bp = Blueprint("diary", __name__, url_prefix="/mine")


@bp.get("")
@allow(HELPERS)
def show():
    moment, user = now(), current_user._get_current_object()
    today, week = diary.today(user, moment), diary.this_week(user, moment)
    shared, coming = words.to_share(user, today, week, moment), shifts.coming_of(user, moment)
    return render_template("diary/show.html", today=today, week=week, shared=shared, shifts=coming)

"""Volunteers' cards: the sheets that the office prints, and the public page that says whether a card is genuine."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import vi
from access import PUBLIC, allow
from answers import done, one_or_404, uid_or_404
from models import Event, Limit, User, now
from terms import OFFICE, ROLES
from views import listing

bp = Blueprint("cards", __name__)

WRONG_CODES_AN_HOUR = 300
CARDS_A_SHEET = 8


@bp.get("/v/<code>")
@allow(PUBLIC)
def show(code):
    """Whose card this is and whether it counts. Wrong codes are limited in all, right ones never."""
    holder = User.with_card(code)
    if holder:
        return render_template("cards/show.html", holder=holder, at=now())
    limited = Limit.reached("card", WRONG_CODES_AN_HOUR)
    if not limited:
        Limit.fail("card")
    return render_template("cards/show.html", holder=None, at=now()), 429 if limited else 404


@bp.get("/cards")
@allow(OFFICE)
def index():
    renewed = User.visible_to(current_user).where(User.uid == request.args.get("renewed", "")).first()
    members = list(User.members(current_user.area))
    areas = list({member.area.code: member.area for member in members}.values())
    filters = {
        "area": ([area.code for area in areas], lambda user, code: user.area.code == code),
        "role": (ROLES, lambda user, role: user.role == role),
    }
    orders = {
        "area": lambda user: (user.area.label_key, vi.name_key(user.name)),
        "name": lambda user: vi.name_key(user.name),
        "role": lambda user: (list(ROLES).index(user.role), vi.name_key(user.name)),
    }
    cards = listing.of(members, lambda user: f"{user.name} {user.username}", filters, orders)
    return render_template("cards/index.html", listing=cards, areas=areas, renewed=renewed)


@bp.get("/cards/sheet")
@allow(OFFICE)
def sheet():
    """The cards of the chosen accounts, else of a village's team, else of everybody, eight to a page."""
    chosen, village = set(request.args.getlist("user")), request.args.get("village")
    members = list(User.members(current_user.area))
    if chosen or village:
        members = [user for user in members if user.uid in chosen or not chosen and user.area.code == village]
    Event.log("cards.printed", current_user.area, current_user, cards=len(members))
    sheets = [members[start : start + CARDS_A_SHEET] for start in range(0, len(members), CARDS_A_SHEET)]
    return render_template("cards/sheet.html", sheets=sheets, members=members)


@bp.post("/cards/<uid>/renew")
@allow(OFFICE)
def renew(uid):
    user = one_or_404(User.visible_to(current_user).where(User.uid == uid_or_404(uid)))
    user.renew_card(current_user)
    return done("cards.index", renewed=user.uid)

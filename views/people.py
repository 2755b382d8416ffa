"""Accounts: who may sign in, in which role, area and unit."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import passwords
import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from fields import LONGEST_TEXT, N_, person_name
from models import MOST_IDS, Area, IntegrityError, Unit, User, plain_username
from terms import ACCOUNT_STATES, ADMIN, ROLES
from views import listing, words

bp = Blueprint("people", __name__, url_prefix="/people")

TAKEN = N_("Tên đăng nhập này đã có người dùng.")


@bp.get("")
@allow(ADMIN)
def index():
    """The accounts, as the address narrows and orders them."""
    users, areas = list(User.visible_to(current_user)), places()
    filters = {
        "role": (ROLES, lambda user, role: user.role == role),
        "area": ([area.code for area in areas], lambda user, code: user.area.code == code),
        "state": (ACCOUNT_STATES, lambda user, state: user.active == (state == "open")),
    }
    orders = {
        "area": lambda user: (user.area.label_key, vi.name_key(user.name)),
        "name": lambda user: vi.name_key(user.name),
        "username": lambda user: user.username,
        "role": lambda user: (list(ROLES).index(user.role), vi.name_key(user.name)),
    }
    return render_template(
        "people/index.html",
        listing=listing.of(users, lambda user: f"{user.name} {user.username} {user.phone or ''}", filters, orders),
        areas=areas,
        added=next((user for user in users if user.uid == request.args.get("added")), None),
    )


@bp.get("/new")
@allow(ADMIN)
def new():
    return form({})


@bp.get("/<uid>")
@allow(ADMIN)
def show(uid):
    return account_page(find(uid))


@bp.post("")
@allow(ADMIN)
def add():
    fields, errors = request.form, {}
    username, name = plain_username(fields.get("username", "")), check_name(fields, errors)
    if not username:
        errors["username"] = N_("Tên đăng nhập gồm chữ không dấu và số, ví dụ lan.thon4.")
    elif User.named(username):
        errors["username"] = TAKEN
    chosen = check_place(fields, errors)
    check_password(fields, errors, username, fields.get("role", ""))
    if errors:
        return form(fields, errors), 422
    try:
        user = User.add(username, name, password=fields["password"], by=current_user, **chosen)
    except IntegrityError:  # the other tap of two was faster
        return form(fields, {"username": TAKEN}), 422
    return done("people.index", added=user.uid)


@bp.post("/<uid>/password")
@allow(ADMIN)
def password(uid):
    user, errors = find(uid), {}
    check_password(request.form, errors, user.username, user.role)
    if errors:
        return account_page(user, errors=errors), 422
    user.set_password(request.form["password"], current_user)
    return done("people.show", uid=user.uid, just="given")


@bp.post("/<uid>/place")
@allow(ADMIN)
def place(uid):
    """Another role, area or unit. Nobody changes their own: somebody else must be able to undo it."""
    user, errors = find(uid), {}
    if user == current_user:
        abort(403)
    chosen = check_place(request.form, errors)
    if errors:
        return account_page(user, request.form, errors), 422
    user.place(**chosen, by=current_user)
    return done("people.show", uid=user.uid, just="placed")


@bp.post("/<uid>/active")
@allow(ADMIN)
def active(uid):
    """Close or reopen an account; closing ends its sessions. Nobody closes their own."""
    user = find(uid)
    if user == current_user:
        abort(403)
    user.set_active(request.form.get("active") == "yes", current_user)
    return done("people.show", uid=user.uid, just="turned")


@bp.post("/active")
@allow(ADMIN)
def active_together():
    """Close or reopen those that were ticked, but never one's own."""
    active, chosen = request.form.get("active") == "yes", request.form.getlist("user")
    turned = User.turn(User.visible_to(current_user).where(User.uid.in_(chosen[:MOST_IDS])), active, current_user)
    return done("people.index", opened=len(turned) if active else None, closed=None if active else len(turned))


def check_name(fields, errors):
    """The name typed into a form, cleaned; what is wrong with it goes to `errors`."""
    name = vi.clean(fields.get("name", ""))
    if not name:
        errors["name"] = N_("Ghi họ và tên, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    person_name(name, "name", errors)
    return name


def check_place(fields, errors):
    """The role, area and unit chosen in a form, as `User.place` takes them; `errors` say it of what cannot be.

    An account of role `unit` is of its unit's area; no other account has a unit.
    """
    role, unit = fields.get("role"), None
    if role not in ROLES:
        errors["role"] = N_("Chọn vai trò.")
    if role == "unit":
        chosen = (each for each in Unit.open_below(current_user.area) if each.uid == fields.get("unit"))
        unit = next(chosen, None)
        area = unit and unit.area
    else:
        area = Area.coded(fields.get("area", ""), Area.visible_to(current_user)).first()
    if area is None:
        errors.update({"unit": N_("Chọn đơn vị.")} if role == "unit" else {"area": N_("Chọn xã hoặc thôn.")})
    return {"role": role, "area": area, "unit": unit}


def check_password(fields, errors, username, role):
    """What is wrong with the password typed for an account goes to `errors`."""
    if why := passwords.refused(fields.get("password", ""), username, role):
        errors["password"] = why


def find(uid):
    return one_or_404(User.visible_to(current_user).where(User.uid == uid_or_404(uid)))


def form(fields, errors=None):
    return render_template(
        "people/new.html",
        areas=places(),
        roles=ROLES,
        units=words.by_uid(Unit.open_below(current_user.area)),
        fields=fields,
        errors=errors or {},
    )


def account_page(user, fields=None, errors=None):
    return render_template(
        "people/show.html",
        user=user,
        areas=places(),
        roles=ROLES,
        units=words.by_uid(Unit.open_below(current_user.area)),
        just=request.args.get("just"),
        fields=fields or {"role": user.role, "area": user.area.code, "unit": user.unit.uid if user.unit else ""},
        errors=errors or {},
    )


def places():
    """Where an account may belong: the area of whoever adds it, and those below."""
    return current_user.area.and_below()

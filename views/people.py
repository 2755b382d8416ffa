"""Accounts: who may sign in, in which role and area."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from fields import LONGEST_TEXT, N_, person_name
from models import Area, IntegrityError, User, plain_username
from terms import ADMIN, ROLES

bp = Blueprint("people", __name__, url_prefix="/people")

SHORTEST_PASSWORD = 8
TAKEN = N_("Tên đăng nhập này đã có người dùng.")


@bp.get("")
@allow(ADMIN)
def index():
    return page({})


@bp.post("")
@allow(ADMIN)
def add():
    fields, errors = request.form, {}
    username, name = plain_username(fields.get("username", "")), check_name(fields, errors)
    if not username:
        errors["username"] = N_("Tên đăng nhập gồm chữ không dấu và số, ví dụ lan.thon4.")
    elif User.named(username):
        errors["username"] = TAKEN
    area = check_place(fields, errors)
    check_password(fields, errors)
    if errors:
        return page(fields, errors), 422
    try:
        user = User.add(username, name, fields["role"], area, fields["password"], current_user)
    except IntegrityError:  # the other tap of two was faster
        return page(fields, {"username": TAKEN}), 422
    return done("people.index", added=user.uid)


@bp.post("/<uid>/password")
@allow(ADMIN)
def password(uid):
    user, errors = find(uid), {}
    check_password(request.form, errors)
    if errors:
        return page({"for": user.uid}, errors), 422
    user.set_password(request.form["password"], current_user)
    return done("people.index", given=user.uid)


@bp.post("/<uid>/place")
@allow(ADMIN)
def place(uid):
    """Another role or area. Nobody changes their own: somebody else must be able to undo it."""
    user, errors = find(uid), {}
    if user == current_user:
        abort(403)
    area = check_place(request.form, errors)
    if errors:
        return page({"place": user.uid, **request.form}, errors), 422
    user.place(request.form["role"], area, current_user)
    return done("people.index", placed=user.uid)


@bp.post("/<uid>/active")
@allow(ADMIN)
def active(uid):
    """Close or reopen an account; closing ends its sessions. Nobody closes their own."""
    user = find(uid)
    if user == current_user:
        abort(403)
    user.set_active(request.form.get("active") == "yes", current_user)
    return done("people.index", turned=user.uid)


def check_name(fields, errors):
    """The name typed into a form, cleaned; what is wrong with it goes to `errors`."""
    name = vi.clean(fields.get("name", ""))
    if not name:
        errors["name"] = N_("Ghi họ và tên, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    person_name(name, "name", errors)
    return name


def check_place(fields, errors):
    """The area chosen in a form, with its role checked too; None, and `errors` say it, for what cannot be."""
    area = Area.coded(fields.get("area", ""), Area.visible_to(current_user)).first()
    if fields.get("role") not in ROLES:
        errors["role"] = N_("Chọn vai trò.")
    if area is None:
        errors["area"] = N_("Chọn xã hoặc thôn.")
    return area


def check_password(fields, errors):
    if len(vi.nfc(fields.get("password", ""))) < SHORTEST_PASSWORD:
        errors["password"] = N_("Mật khẩu cần ít nhất %(least)s ký tự.", least=SHORTEST_PASSWORD)


def find(uid):
    return one_or_404(User.visible_to(current_user).where(User.uid == uid_or_404(uid)))


def page(fields, errors=None):
    users = {user.uid: user for user in User.visible_to(current_user).order_by(Area.label_key, User.name)}
    return render_template(
        "people/index.html",
        users=list(users.values()),
        areas=[current_user.area, *current_user.area.village_list()],
        roles=ROLES,
        just={what: users.get(request.args.get(what)) for what in ("added", "given", "placed", "turned")},
        fields=fields,
        errors=errors or {},
    )

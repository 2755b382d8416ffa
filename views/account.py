"""One's own account: the name others see, the number to ask at, the password."""

from flask import Blueprint, render_template, request
from flask_login import current_user

import vi
from access import allow, is_really, start_session
from answers import done
from fields import N_
from terms import SIGNED_IN
from views.people import check_name, check_password

bp = Blueprint("account", __name__, url_prefix="/account")

NOT_REALLY = {
    "wrong": N_("Mật khẩu đang dùng không đúng."),
    "limited": N_("Sai quá nhiều lần. Chờ 15 phút rồi thử lại."),
}


@bp.get("")
@allow(SIGNED_IN)
def show():
    return page()


@bp.post("")
@allow(SIGNED_IN)
def update():
    """Save the name and, for administrators, the number that the sign-in page shows for forgotten passwords."""
    fields, errors = request.form, {}
    name, phone = check_name(fields, errors), None
    if current_user.administers and (number := vi.clean(fields.get("phone", ""))):
        phone = vi.phone(number)
        if phone is None:
            errors["phone"] = N_("Ghi số điện thoại như 0912 345 678, hoặc để trống.")
    if errors:
        return page(fields, errors), 422
    current_user.introduce(name, phone)
    return done("account.show", saved="name")


@bp.post("/password")
@allow(SIGNED_IN)
def password():
    """A new password, for who knows the present one; every other session of the account ends."""
    fields, errors, user = request.form, {}, current_user._get_current_object()
    check_password(fields, errors, user.username, user.role)
    if not errors and (answer := is_really(user, fields.get("present", ""))) != "ok":
        errors["present"] = NOT_REALLY[answer]
    if errors:
        return page(None, errors), 422
    user.set_password(fields["password"], user)
    start_session(user)
    return done("account.show", saved="password")


def page(fields=None, errors=None):
    return render_template("account/show.html", fields=fields, errors=errors or {}, saved=request.args.get("saved"))

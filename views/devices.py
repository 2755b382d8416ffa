"""The phones: what each has made and what arrived, which numbers are missing, and taking one phone out of use."""

from flask import Blueprint, abort, render_template, request, session
from flask_login import current_user

import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from models import Device
from terms import LEADS

bp = Blueprint("devices", __name__, url_prefix="/devices")


@bp.get("")
@allow(LEADS)
def index():
    devices = Device.listed_for(current_user)
    return render_template("devices/index.html", devices=devices, here=session.get("device"))


@bp.post("/<uid>/gaps")
@allow(LEADS)
def gaps(uid):
    """The numbers on the page are accounted for, or are looked for again."""
    device = find(uid)
    if request.form.get("explained") == "yes":
        device.explain([vi.whole(number) for number in request.form.getlist("number")], current_user)
    else:
        device.doubt(current_user)
    return done("devices.index", _anchor=uid)


@bp.post("/<uid>/use")
@allow(LEADS)
def use(uid):
    """Take a phone out of use, or back into it. Nobody locks out the phone in their own hand."""
    device = find(uid)
    if request.form.get("use") == "yes":
        device.restore(current_user)
    elif device.uid == session.get("device"):
        abort(403)
    else:
        device.revoke(current_user)
    return done("devices.index", _anchor=uid)


def find(uid):
    return one_or_404(Device.visible_to(current_user).where(Device.uid == uid_or_404(uid)))

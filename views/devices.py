"""The phones: what each has made and what arrived, which numbers are missing, and taking one phone out of use."""

from flask import Blueprint, abort, render_template, request, session
from flask_login import current_user

import vi
from access import allow
from answers import done, one_or_404, uid_or_404
from models import Device
from terms import DEVICE_STATES, LEADS
from views import listing

bp = Blueprint("devices", __name__, url_prefix="/devices")


@bp.get("")
@allow(LEADS)
def index():
    """The phones; for an account above villages, ordered and narrowed as the address says."""
    devices = Device.listed_for(current_user)
    areas = list({device.user.area.code: device.user.area for device in devices}.values())
    filters = {
        "area": ([area.code for area in areas], lambda device, code: device.user.area.code == code),
        "state": (DEVICE_STATES, lambda device, state: device.state == state),
    }
    orders = {
        "state": lambda device: list(DEVICE_STATES).index(device.state),
        "name": lambda device: vi.name_key(device.user.name),
        "area": lambda device: device.user.area.label_key,
        "seen": lambda device: device.seen_at,
    }
    phones = listing.of(devices, lambda device: f"{device.user.name} {device.last_user.name}", filters, orders)
    return render_template("devices/index.html", listing=phones, areas=areas)


@bp.get("/<uid>")
@allow(LEADS)
def show(uid):
    device = next((device for device in Device.listed_for(current_user) if device.uid == uid_or_404(uid)), None)
    return render_template("devices/show.html", device=device or abort(404), here=session.get("device"))


@bp.post("/<uid>/gaps")
@allow(LEADS)
def gaps(uid):
    """The numbers on the page are accounted for, or are looked for again."""
    device = find(uid)
    if request.form.get("explained") == "yes":
        device.explain([vi.whole(number) for number in request.form.getlist("number")], current_user)
    else:
        device.doubt(current_user)
    return done("devices.show", uid=uid)


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
    return done("devices.show", uid=uid)


def find(uid):
    return one_or_404(Device.visible_to(current_user).where(Device.uid == uid_or_404(uid)))

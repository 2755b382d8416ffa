"""Places where classes are held: what they have, and which saw no class this year (plan V.6)."""

import json

from flask import Blueprint, render_template, request
from flask_login import current_user

import fields as forms
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import N_, SENT_BEFORE, short_text
from models import Area, Conflict, Course, Place, Unit
from terms import OFFICE, PLACE_KINDS, READERS
from views import listing, words

bp = Blueprint("places", __name__, url_prefix="/places")

MOST_SEATS = 2000
USE = ("used", "unused")


@bp.get("")
@allow(READERS)
def index():
    """The places of the user's area, narrowed and ordered as the address says, each with its sessions this year."""
    sessions = Course.at_places(current_user.area, *vi.moments_of_year(plan.active.year))
    places = list(Place.visible_to(current_user))
    areas = {place.area.code: place.area for place in places}
    filters = {
        "kind": (PLACE_KINDS, lambda place, kind: place.kind == kind),
        "area": (areas, lambda place, code: place.area.code == code),
        "use": (USE, lambda place, use: (place.id in sessions) == (use == "used")),
    }
    orders = {
        "area": lambda place: (bool(place.closed_at), place.area.label_key, vi.sort_key(place.name)),
        "name": lambda place: vi.sort_key(place.name),
        "sessions": lambda place: sessions.get(place.id, 0),
    }
    shown = listing.of(places, lambda place: place.name, filters, orders)
    return render_template("places/index.html", listing=shown, areas=list(areas.values()), sessions=sessions)


@bp.get("/new")
@allow(OFFICE)
def new():
    return form(None, {"uid": new_uid(), "area": request.args.get("area", "")})


@bp.post("")
@allow(OFFICE)
def add():
    uid = uid_or_404(request.form.get("uid", ""))
    told, errors = read(request.form, None)
    if errors:
        return form(None, request.form, errors), 422
    try:
        Place.add(current_user._get_current_object(), uid, **told)
    except Conflict:
        return form(None, {**request.form, "uid": new_uid()}, {"name": SENT_BEFORE}), 409
    return done("places.index")


@bp.get("/<uid>")
@allow(OFFICE)
def edit(uid):
    place = find(uid)
    told = {"name": place.name, "kind": place.kind, "seats": place.seats or "", "area": place.area.code}
    told |= {name: "yes" for name in ("network", "screen") if getattr(place, name)}
    told["unit"] = place.unit.uid if place.unit else ""
    return form(place, {**told, "shown": json.dumps(told)})


@bp.post("/<uid>")
@allow(OFFICE)
def update(uid):
    """Change the fields that differ from what the form showed, so that two who edit do not undo each other."""
    place, sent = find(uid), forms.read(request.form.to_dict(flat=False))
    told, errors = read(request.form, place)
    if errors:
        return form(place, request.form, errors), 422
    held = {name for name, text in sent.shown.items() if request.form.get(name, "") == str(text)}
    held |= {name for name in ("network", "screen") if sent.shown and name not in {*sent.shown, *request.form}}
    place.change(current_user, **{name: value for name, value in told.items() if name not in held})
    return done("places.index")


@bp.post("/<uid>/open")
@allow(OFFICE)
def turn(uid):
    """Close a place to new classes, or open it again."""
    find(uid).turn(request.form.get("open") == "yes", current_user)
    return done("places.index")


def read(fields, place):
    """(what was filled in, as `Place.add` takes it; `{field: Sentence}` of what is wrong)."""
    errors, name = {}, vi.clean(fields.get("name", ""))
    if not name:
        errors["name"] = N_("Ghi tên địa điểm, ví dụ Nhà văn hóa Thôn 4.")
    short_text(name, "name", errors)
    if fields.get("kind") not in PLACE_KINDS:
        errors["kind"] = N_("Chọn loại địa điểm.")
    area = Area.coded(fields.get("area", ""), Area.visible_to(current_user)).first()
    if area is None:
        errors["area"] = N_("Chọn xã hoặc thôn.")
    units = Unit.to_choose(current_user, place and place.unit_id)
    unit = next((unit for unit in units if unit.uid == fields.get("unit")), None)
    if fields.get("unit") and unit is None:
        errors["unit"] = N_("Chọn lại một mục trong danh sách.")
    typed = vi.clean(fields.get("seats", ""))
    seats = vi.whole(typed)
    if typed and not 1 <= (seats or 0) <= MOST_SEATS:
        errors["seats"] = N_("Ghi một số từ 1 đến %(most)s, hoặc để trống.", most=MOST_SEATS)
    has = {key: fields.get(key) == "yes" for key in ("network", "screen")}
    return {"name": name, "kind": fields.get("kind"), "area": area, "unit": unit, "seats": seats, **has}, errors


def form(place, fields, errors=None):
    return render_template(
        "places/form.html",
        place=place,
        fields=fields,
        errors=errors or {},
        areas=current_user.area.and_below(),
        units=words.by_uid(Unit.to_choose(current_user, place and place.unit_id)),
    )


def find(uid):
    return one_or_404(Place.visible_to(current_user).where(Place.uid == uid_or_404(uid)))

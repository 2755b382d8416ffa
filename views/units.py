"""Units: the list with whom to call, and each one's page where it is changed, closed, merged, looked back at."""

import json

from flask import Blueprint, render_template, request
from flask_login import current_user

import fields as forms
import plan
import vi
from access import allow
from answers import done, new_uid, one_or_404, uid_or_404
from fields import LONGEST_TEXT, N_
from models import Unit, UnitRefused, User, merge_units, now, part_units
from office import asked, board
from report import headers
from terms import GRADES, OFFICE, READERS, UNIT_KINDS, UNIT_MERGERS, UNIT_STATES
from views import listing, words

bp = Blueprint("units", __name__, url_prefix="/units")


@bp.get("")
@allow(READERS)
def index():
    """The units of the user's area: whom to call, what each reports, which are closed."""
    units = list(Unit.visible_to(current_user))
    kinds = [kind for kind in UNIT_KINDS if any(unit.kind == kind for unit in units)]
    filters = {
        "kind": (kinds, lambda unit, kind: unit.kind == kind),
        "reports": ([target.code for target in board.targets()], lambda unit, code: code in unit.reports),
        "state": (UNIT_STATES, lambda unit, state: (unit.closed_at is None) == (state == "open")),
    }
    orders = {
        "kind": lambda unit: (kinds.index(unit.kind), not unit.planned, vi.sort_key(unit.name)),
        "name": lambda unit: vi.sort_key(unit.name),
        "contact": lambda unit: vi.name_key(unit.contact),
    }
    return render_template(
        "units/index.html",
        listing=listing.of(units, looked_up_by, filters, orders),
        kinds=kinds,
        targets=board.targets(),
    )


def looked_up_by(unit):
    return f"{words.unit(unit)} {unit.contact} {unit.phone or ''}"


@bp.get("/new")
@allow(OFFICE)
def new():
    return form(None, {"uid": [new_uid()], "kind": ["enterprise"], "reports": ["CT5"]})


@bp.post("")
@allow(OFFICE)
def create():
    sent, errors = forms.read(request.form.to_dict(flat=False)), {}
    uid = uid_or_404(sent.fields.get("uid", [""])[-1])
    if Unit.visible_to(current_user).where(Unit.uid == uid).exists():
        return done("units.show", uid=uid)  # the other tap of two was faster
    told = read(None, sent, errors)
    if errors:
        return form(None, sent.fields, errors), 422
    unit = Unit.add(current_user.area.commune_or_self(), uid, current_user, **told)
    return done("units.show", uid=unit.uid)


@bp.get("/<uid>")
@allow(READERS)
def show(uid):
    return page(find(uid))


@bp.get("/<uid>/edit")
@allow(OFFICE)
def edit(uid):
    unit = find(uid)
    return form(unit, shown(unit))


@bp.post("/<uid>")
@allow(OFFICE)
def change(uid):
    """Change the fields that differ from what the form showed, so that two who edit do not undo each other."""
    unit, errors = find(uid), {}
    sent = forms.read(request.form.to_dict(flat=False))
    told = read(unit, sent, errors)
    if errors:
        return form(unit, sent.fields, errors, sent.shown), 422
    unit.change(current_user, **told)
    return done("units.show", uid=unit.uid, told="changed")


@bp.post("/<uid>/state")
@allow(OFFICE)
def turn(uid):
    unit = find(uid)
    unit.reopen(current_user) if request.form.get("state") == "open" else unit.close(current_user)
    return done("units.show", uid=unit.uid)


@bp.post("/<uid>/merger")
@allow(OFFICE)
def merge(uid):
    """Make this unit part of another."""
    unit, errors = find(uid), {}
    into = Unit.visible_to(current_user).where(Unit.uid == request.form.get("into", "")).first()
    if into is None or into == unit:
        errors["into"] = N_("Chọn đơn vị để nhập vào.")
    if request.form.get("way") not in UNIT_MERGERS:
        errors["way"] = N_("Chọn một đơn vị ghi hai lần hay hai đơn vị sáp nhập.")
    if errors:
        return page(unit, errors), 422
    if unit.merged_into == into:  # the other tap of two was faster
        return done("units.show", uid=into.uid, told="merged")
    try:
        merge_units(unit, into, request.form["way"], current_user)
    except UnitRefused as refused:
        return page(unit, {"into": refused.sentence}), 409
    return done("units.show", uid=into.uid, told="merged")


@bp.post("/<uid>/merger/undo")
@allow(OFFICE)
def part(uid):
    unit = find(uid)
    try:
        part_units(unit, current_user)
    except UnitRefused as refused:
        return page(unit, {"parting": refused.sentence}), 409
    return done("units.show", uid=unit.uid, told="parted")


def read(unit, sent, errors):
    """The fields that a form changed, as `Unit.add` and `Unit.change` take them."""
    told = {name: sent.one(name) for name in ("name", "kind", "contact", "phone")}
    told |= {name: sent.many(name) for name in ("reports", "grades")}
    told = {name: value for name, value in told.items() if value is not None}
    if unit and unit.planned:
        told = {name: value for name, value in told.items() if name in ("contact", "phone", "grades")}
    if "name" in told or unit is None:
        check_name(unit, told.get("name", ""), errors)
    for name, allowed in (("kind", UNIT_KINDS), ("reports", codes()), ("grades", GRADES)):
        chosen = told.get(name, [])
        if not set([chosen] if isinstance(chosen, str) else chosen) <= set(allowed):
            errors[name] = N_("Chọn lại.")
    if unit is None and not told.get("kind"):
        errors["kind"] = N_("Chọn loại đơn vị.")
    if "contact" in told:
        forms.person_name(told["contact"], "contact", errors)
    if "phone" in told:
        told["phone"] = forms.phone_number(told["phone"], plan.active, "phone", errors)
    return told


def check_name(unit, name, errors):
    """What is wrong with a unit's name: none, too long, or another open unit is called so."""
    if not forms.has_letter(name):
        errors["name"] = N_("Ghi tên đơn vị, tối đa %(most)s ký tự.", most=LONGEST_TEXT)
    elif any(vi.fold(each.name) == vi.fold(name) for each in Unit.open_below(current_user.area) if each != unit):
        errors["name"] = N_("Đã có đơn vị cùng tên.")
    forms.short_text(name, "name", errors)


def codes():
    return [target.code for target in board.targets()]


def shown(unit):
    """A unit as the fields of its form."""
    fields = {name: [getattr(unit, name)] for name in ("name", "kind", "contact")}
    return fields | {"phone": [words.phone_of(unit)], "reports": unit.reports, "grades": unit.grades}


def form(unit, fields, errors=None, was=None):
    """The form of a unit, or of one more. was: what it showed when it was opened."""
    return render_template(
        "units/form.html",
        unit=unit,
        fields=fields,
        errors=errors or {},
        shown=json.dumps(was if was is not None else fields if unit else {}, ensure_ascii=False),
        kinds=UNIT_KINDS,
        targets=board.targets(),
        grades={grade: grade for grade in GRADES},
    )


def page(unit, errors=None):
    typed = {name: request.form.get(name) for name in ("into", "way")}
    return render_template(
        "units/show.html",
        unit=unit,
        targets=[target for target in board.targets() if target.code in unit.reports],
        accounts=User.of_unit(unit) if current_user.runs_office else [],
        others=words.by_uid(each for each in Unit.open_below(unit.area) if each != unit),
        sent=asked.sent_by([unit]),
        history=unit.history(),
        ways=UNIT_MERGERS,
        month=board.last_over(vi.local(now()).date()) if headers.of(plan.active, unit) else None,
        typed=typed,
        errors=errors or {},
        told=request.args.get("told"),
    )


def find(uid):
    return one_or_404(Unit.visible_to(current_user).where(Unit.uid == uid_or_404(uid)))

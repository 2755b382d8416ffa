"""Stub."""

from flask import Blueprint

from access import OFFICE, allow

bp = Blueprint("roster", __name__, url_prefix="/roster")


@bp.get("")
@allow(OFFICE)
def index():
    return "later"

"""Stub."""

from flask import Blueprint

from access import OFFICE, allow

bp = Blueprint("exports", __name__, url_prefix="/exports")


@bp.get("")
@allow(OFFICE)
def index():
    return "later"

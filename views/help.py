"""A page of help for each role, a screen long and printable, with pictures of the real screens."""

from flask import Blueprint, abort, render_template

import assets
from access import PUBLIC, allow
from terms import SIGNED_IN
from views import words

bp = Blueprint("help", __name__, url_prefix="/help")

RESIDENT = "resident"


@bp.get("/<role>")
@allow(PUBLIC)
def show(role):
    """The help of a role; it names nobody, so that anybody may read and print it."""
    if role not in (*SIGNED_IN, RESIDENT):
        abort(404)
    pictures = {name for name in assets.hashes() if name.startswith(f"help-{role}-")}
    names = [f"help-{role}-{number}-{words.language()}.png" for number in (1, 2)]
    return render_template(
        f"help/{role}.html",
        role=role,
        who=words.ROLES.get(role) or words.RESIDENT,
        roles=(*SIGNED_IN, RESIDENT),
        pictures=[name for name in names if name in pictures],
    )

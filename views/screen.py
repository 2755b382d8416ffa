"""The big screen for a hall: an area's targets, its villages in turn and the next classes, read from five metres.

It stands where anybody passes, so it shows what is published, whoever is signed in on that machine.
"""

from flask import Blueprint, render_template, request

import progress
import published
import vi
from access import PUBLIC, allow
from answers import done, one_or_404, swaps
from models import Area, Meeting, now

bp = Blueprint("screen", __name__, url_prefix="/screen")

AT_ONCE = 5  # villages
CLASSES = 2


@bp.get("")
@allow(PUBLIC)
def index():
    area = Area.commune()
    return page(area) if area else render_template("progress/empty.html")


@bp.get("/<code>")
@allow(PUBLIC)
def show(code):
    """The screen of an area; an old code leads to the area that it stands for today."""
    area = one_or_404(Area.coded(code))
    return page(area) if area.code == code.upper() else done("screen.show", code=area.code)


def page(area):
    """The whole screen, or for its own script the board alone, which names the turn of the next villages."""
    moment = now()
    today = vi.local(moment).date()
    whole, parts = progress.of(area, today, published.facts(area, today))
    turns = max(-(-len(parts) // AT_ONCE), 1)
    turn = (vi.whole(request.args.get("turn", "")) or 0) % turns
    return render_template(
        "screen/_board.html" if swaps("board") else "screen/show.html",
        area=area,
        whole=whole,
        parts=parts[turn * AT_ONCE :][:AT_ONCE],
        turn=turn + 1,
        turns=turns,
        hidden=sum(not part.listed for part in parts),
        published_at=published.at(area),
        meetings=list(Meeting.coming(area, CLASSES)),
        moment=moment,
    )

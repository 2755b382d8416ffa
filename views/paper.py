"""The door on paper: the list one walks by, and the survey form in the same words and order as on the screen, blank or
with the names of a lane, a household a side."""

from itertools import groupby

from flask import Blueprint, render_template, request
from flask_login import current_user

import plan
from access import allow
from answers import done
from models import Event, Household, now
from terms import FIELD, STATE_FILTERS
from views.households import asked_village

bp = Blueprint("paper", __name__)

PEOPLE_A_SHEET = 6


@bp.get("/households/paper")
@allow(FIELD)
def sheets():
    """A blank form; with `lane`, one for every household of that lane of the village, with names."""
    village = asked_village()
    if village is None:
        return done("households.index")
    homes, lane = Household.below(village), request.args.get("lane")
    chosen = Household.listed_with_people(Household.in_lane(homes, lane)) if lane is not None else []
    if chosen:
        Event.log("paper.printed", village, current_user, households=len(chosen))
    questions = plan.active.person_questions
    return render_template(
        "paper/sheets.html",
        village=village,
        lanes=[each for each, _ in Household.lanes(homes)],
        lane=lane,
        sides=[side for row, people in chosen for side in sides_of(row, people)] or [(None, [], 1, 1)],
        questions=[question for folded in (False, True) for question in questions if question.folded == folded],
        alike={question.key for question in questions if question.options_of or question.key in options_shared()},
        blanks=PEOPLE_A_SHEET,
    )


@bp.get("/households/list")
@allow(FIELD)
def walking():
    """The list to carry from door to door: the village's households, or those of one `lane` or `state`, with names."""
    village, asked = asked_village(), request.args
    if village is None:
        return done("households.index")
    found = Household.below(village)
    lanes = [lane for lane, _ in Household.lanes(found)]
    if "lane" in asked:
        found = Household.in_lane(found, asked["lane"])
    if asked.get("state") in STATE_FILTERS:
        found = Household.in_states(found, STATE_FILTERS[asked["state"]])
    homes = Household.listed_with_people(found)
    if homes:
        Event.log("list.printed", village, current_user, households=len(homes))
    return render_template(
        "paper/walking.html",
        village=village,
        lanes=lanes,
        states=STATE_FILTERS,
        asked={key: asked[key] for key in ("state", "lane") if key in asked},
        total=len(homes),
        groups=[(lane, list(group)) for lane, group in groupby(homes, key=lambda home: home[0].lane)],
        today=now(),
    )


def sides_of(household, people):
    """(household, people, number, of) for each side of paper; a side has room for six, one of them not listed yet."""
    parts = [people[start : start + PEOPLE_A_SHEET] for start in range(0, len(people) + 1, PEOPLE_A_SHEET)]
    return [(household, part, number, len(parts)) for number, part in enumerate(parts, 1)]


def options_shared():
    """The questions whose options others use: skills, which stand as three boxes in a line."""
    return {question.options_of for question in plan.active.person_questions if question.options_of}

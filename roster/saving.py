"""Saves a list that was compared and looked at: everything it changes, or nothing."""

import moves
import vi
from database import lock_row
from models import Event, Household, Resident, Roster, db
from roster.changes import given
from roster.comparing import go_through
from roster.reading import Reading


class Unanswered(Exception):
    """Something of the list is still to be said, a village or people in doubt; `.changes` holds the questions."""

    def __init__(self, changes):
        super().__init__(f"{len(changes.unsettled)} questions are not answered")
        self.changes = changes


def save(reading, choices, by, upload=None):
    """Make the changes that `compare` tells, all or none, and return them. Raises Unanswered."""
    works = []

    def write(work):
        write_village(work, by)
        if work.moves:
            works.append(work)

    with db.atomic():
        changes = go_through(reading, choices, by, write, by)
        if changes.unsettled:
            raise Unanswered(changes)
        for work in works:  # once every village is compared with what stood there
            write_moves(work, by)
        Event.log("roster.saved", upload, by, **changes.counts)
    return changes


def confirm(upload, choices, by):
    """Save an uploaded list once, however often it is asked; returns its row. Raises Unanswered."""
    with db.atomic():
        row = lock_row(Roster.select().where(Roster.id == upload.id)).get()
        if row.saved_at is None:
            changes = save(Reading.from_json(row.text()), choices, by, row)
            row.finish(_kept(changes, by))
    return row


def write_village(work, by):
    """Write what `comparing.Village` found: corrections first, then the new households in bulk."""
    for correction in work.corrections:
        write_correction(correction, by)
    homes = (
        {
            "code": code,
            "lane": home.lane,
            "dwelling": home.dwelling,
            "children": (home.children_0_5, home.children_6_15),
            "people": [given(person) for person in home.people],
        }
        for code, home in work.new
    )
    if work.new:
        Household.add_many(work.area, homes, by)


def write_correction(correction, by):
    """Write what changes in one stored household."""
    home, everyone = correction.household, correction.household.people
    for person, fields in correction.people:
        person.set_identity(fields)
        person.store_changes()
    last = max((person.position for person in everyone), default=-1)
    without = {"phone": None} if home.reminders is False else {}
    new = [
        Resident.new(home, last + place, given(person) | without) for place, person in enumerate(correction.added, 1)
    ]
    for person in new:
        person.save(force_insert=True)
    for key, value in correction.fields.items():
        setattr(home, key, value)
    living = [person for person in everyone if not person.left] + new
    home.describe(living)
    home.save(only=[*correction.fields, "head_name", "search"])
    if new or any("birth_year" in fields for _, fields in correction.people):
        home.retally(living)
    changed = sorted({*correction.fields, *(key for _, fields in correction.people for key in fields)})
    Event.log("household.corrected", home, by, fields=changed, people=len(correction.people), people_added=len(new))


def said_before(row):
    """`{str(index): an area's code or "skip"}`: which village is which, as was said when a file of the same name came
    from somebody of the same area. What the same name stood for in another file is no answer."""
    said = {}
    for earlier in Roster.saved_before(row):
        said = earlier.result.get("said", {}) | said
    villages = Reading.from_json(row.text()).villages
    return {str(index): said[_named(village)] for index, village in enumerate(villages) if _named(village) in said}


def _named(village):
    return f"{vi.fold(village.name)}/{vi.fold(village.former)}"


def _said(changes, by):
    """What was said of each village in question, a village that was created by its code."""
    codes = {(vi.fold(area.name), vi.fold(area.former)): area.code for area in by.area.village_list()}
    for asked in changes.asked:
        new = isinstance(asked.choice, dict)
        code = codes.get((vi.fold(asked.choice["name"]), vi.fold(asked.choice["former"]))) if new else asked.choice
        if code:
            yield _named(asked.village), code


def _kept(changes, by):
    """What is remembered of a saved list: no names and no values, so that a person can be forgotten."""
    return {
        "said": dict(_said(changes, by)),
        "counts": dict(changes.counts),
        "villages": changes.villages,
        "changed": [
            [line.uid, line.code, line.village, sorted({detail.field for detail in line.details})]
            for line in changes.lines["changed"]
        ],
        "skipped": changes.skipped,
    }


def write_moves(work, by):
    """Move those of whom somebody said that they moved here, after the households of every village are written."""
    for resident, target in work.moves:
        home = target if isinstance(target, Household) else Household.get(village=work.area, code=target)
        moves.to_household(resident, home, by, relation=work.relations[resident.id])

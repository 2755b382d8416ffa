"""Saves a list that was compared and looked at: everything it changes, or nothing."""

import moves
import vi
from database import is_sqlite, lock_row
from models import Area, Event, Figure, Household, Move, Resident, Roster, Visit, db
from roster.changes import given
from roster.comparing import go_through
from roster.places import resolve
from roster.reading import Reading
from terms import GONE, IDENTITY

TRIES = 3
MOST_NEW = 500  # visits whose content is looked at
HOUSEHOLD_CELLS = (
    *(Household.id, Household.village, Household.code, Household.lane, Household.dwelling, Household.children_0_5),
    *(Household.children_6_15, Household.reminders, Household.merged_into, Household.head_name),
    Household.state.in_(GONE),
)
RESIDENT_CELLS = (
    *(Resident.id, Resident.household, Resident.name, Resident.birth_year, Resident.sex, Resident.relation),
    *(Resident.phone, Resident.position, Resident.left, Resident.merged_into, Resident.listed_as.cast("text")),
)


class Unanswered(Exception):
    """Something of the list is still to be said, a village or people in doubt; `.changes` holds the questions."""

    def __init__(self, changes):
        super().__init__(f"{len(changes.unsettled)} questions are not answered")
        self.changes = changes


def save(reading, choices, by, upload=None, seen=None):
    """Make the changes that `compare` tells, all or none, and return them; None when `upload` was saved before.

    Comparing takes seconds and nobody waits for it: it is done before the transaction, which then only looks whether
    anything that was compared has changed since and writes prepared rows. After a change it is compared again, at last
    inside the transaction. seen: called with (villages compared, villages in all). Raises Unanswered.
    """
    for _ in range(TRIES):
        basis = Basis(by.area)
        prepared = _Prepared(reading, choices, by, seen)
        prepared.prepare()
        with db.atomic():
            prepared.hold()
            if basis.stands():
                return prepared.write(upload)
    with db.atomic():
        prepared = _Prepared(reading, choices, by, seen)
        prepared.hold()
        prepared.prepare()
        return prepared.write(upload)


def confirm(upload, choices, by, seen=None):
    """Save an uploaded list once, however often it is asked; returns its row. Raises Unanswered."""
    if upload.saved_at is None:
        save(Reading.from_json(upload.text()), choices, by, upload, seen)
    return Roster.get_by_id(upload.id)


class Basis:
    """What a comparison below an area looks at, so that `stands` can say whether any of it has changed since.

    Answers that come in meanwhile are not compared; of new visits only those that told a name or the like are.
    """

    def __init__(self, area):
        self.area = area
        self.visits = self._visits()
        self.rows = self._rows()

    def stands(self):
        new = self._visits() - self.visits
        return len(new) <= MOST_NEW and self.rows == self._rows() and not _told_identity(new)

    def _visits(self):
        query = Visit.select(Visit.id).join(Household).join(Area).where(Area.within(self.area))
        return {visit for (visit,) in db.execute(query).fetchall()}

    def _rows(self):
        """A number that differs when a village, its official count, a household, a person or a move does."""
        mine = Area.within(self.area)
        queries = (
            Area.select(Area.id, Area.code, Area.name, Area.former, Area.path).where(mine),
            Figure.select(Figure.id, Figure.value).join(Area).where(mine),
            Household.select(*HOUSEHOLD_CELLS).join(Area).where(mine),
            Resident.select(*RESIDENT_CELLS).join(Household).join(Area).where(mine),
            Move.select(Move.id, Move.undone_at).join(Household, on=Move.household).join(Area).where(mine),
        )
        return hash(tuple(hash(tuple(db.execute(query.order_by(query.model.id)).fetchall())) for query in queries))


def _told_identity(visits):
    contents = Visit.select(Visit.content).where(Visit.id.in_(list(visits))).tuples() if visits else ()
    return any(key in person for (content,) in contents for person in content.get("people", ()) for key in IDENTITY)


class _Prepared:
    """A comparison and the rows that saving it will write. `prepare` writes nothing and raises Unanswered."""

    def __init__(self, reading, choices, by, seen=None):
        self.reading, self.choices, self.by, self.seen = reading, choices, by, seen or (lambda done, total: None)
        self.commune = by.area.commune_to_fill()
        self.places, _ = resolve(reading, choices, list(by.area.village_list()), self.commune is not None)
        self.villages, self.homes, self.people, self.added, self.events = [], [], [], [], []
        self.moving, self.recounted, self.before = [], [], {"homes": [], "people": [], "cells": [], "moves": []}
        self.total = sum(place is not None for place in self.places.values())

    def prepare(self):
        """Compare, and make the rows that saving writes."""
        self.changes = go_through(self.reading, self.choices, self.by, self._take)
        if self.changes.unsettled:
            raise Unanswered(self.changes)
        self.changed = Household.prepared_changes(self.homes), Resident.prepared_changes(self.people)
        self.rows = Resident.prepared(self.added), Event.prepared(self.events)

    def _take(self, village):
        for correction in village.corrections:
            self._correct(correction)
        new = Household.prepare_many((_as_added(code, home) for code, home in village.new), self.by)
        self.before["homes"] += new.uids
        place = self.places[village.homes[0].village]
        self.villages.append((place, new))
        self.moving += [(place, who, target, village.relations[who.id]) for who, target in village.moves]
        self.seen(len(self.villages), self.total)

    def _correct(self, correction):
        """Set what changes in one stored household and note what it was."""
        home, everyone = correction.household, correction.household.people
        for person, fields in correction.people:
            self._note(person, home, fields)
            stood = person.listed_as
            person.set_identity(fields)
            if person.listed_as != stood:
                self.before["cells"].append(["Resident", person.id, home.id, "listed_as", stood, person.listed_as])
            self.people.append(person)
        last = max((person.position for person in everyone), default=-1)
        without = {"phone": None} if home.reminders is False else {}
        new = [Resident.new(home, last + n, given(person) | without) for n, person in enumerate(correction.added, 1)]
        self.added += new
        self.before["people"] += [person.uid for person in new]
        self._note(home, home, correction.fields)
        home.set_changed(**correction.fields)
        home.describe([person for person in everyone if not person.left] + new)
        self.homes.append(home)
        if new or any("birth_year" in fields for _, fields in correction.people):
            self.recounted.append(home.id)
        changed = sorted({*correction.fields, *(key for _, fields in correction.people for key in fields)})
        counts = {"people": len(correction.people), "people_added": len(new)}
        self.events.append(Event.line("household.corrected", home, self.by, fields=changed, **counts))

    def _note(self, row, home, fields):
        where = type(row).__name__, row.id, home.id
        self.before["cells"] += [[*where, key, getattr(row, key), value] for key, value in fields.items()]

    def hold(self):
        """Hold the villages concerned and their households until the transaction ends."""
        if is_sqlite():  # the transaction itself holds everything
            return
        ids = [place.area.id for place in self.places.values() if place and place.area]
        list(lock_row(Area.select(Area.id).where(Area.id.in_(ids)).order_by(Area.id)).tuples())
        held = Household.select(Household.id).where(Household.village.in_(ids)).order_by(Household.id)
        list(lock_row(held).tuples())

    def write(self, upload=None):
        """Write everything, or nothing when the upload was saved by somebody else first; returns the Changes."""
        row = upload and lock_row(Roster.select().where(Roster.id == upload.id)).get()
        if row and row.saved_at:
            return None
        self.before["areas"] = []
        known = sorted((pair for pair in self.villages if pair[0].area), key=lambda pair: pair[0].area.id)
        areas = {id(place): place.area for place, _ in known} | self._add_villages()
        for place, new in [*known, *(pair for pair in self.villages if not pair[0].area)]:
            Household.write_many(areas[id(place)], new)
        homes, people = self.changed
        Household.update_prepared(homes)
        Resident.update_prepared(people)
        added, events = self.rows
        Resident.insert_prepared(added)
        Event.insert_prepared(events)
        Household.recount(self.recounted)
        self._move(areas)
        Event.log("roster.saved", upload, self.by, **self.changes.counts)
        if row:
            row.finish(_kept(self.changes, self.by), self.before)
        return self.changes

    def _add_villages(self):
        """{id of a Place: its area} of each village that the list brings; it is made here."""
        made = {}
        for number, (place, _) in enumerate(self.villages):
            if place.area is None:
                area = Area.add("village", place.name, parent=self.commune, former=place.former, by=self.by)
                self.before["areas"].append(area.id)
                self.changes.villages[number] = [area.code, area.label, self.changes.villages[number][2]]
                made[id(place)] = area
        return made

    def _move(self, areas):
        """Move those of whom somebody said that they moved here, once the households of every village are written."""
        for place, resident, target, relation in self.moving:
            home = target if isinstance(target, Household) else Household.get(village=areas[id(place)], code=target)
            move = moves.to_household(resident, home, self.by, relation=relation)
            self.before["moves"].append(move.uid)


def _as_added(code, home):
    """A household of a list as `Household.prepare_many` takes it."""
    return {
        "code": code,
        "lane": home.lane,
        "dwelling": home.dwelling,
        "children": (home.children_0_5, home.children_6_15),
        "people": [given(person) for person in home.people],
    }


def said_before(row):
    """`{str(index): an area's code or "skip"}`: which village is which, as was said when a file of the same name came
    from somebody of the same area. What the same name stood for in another file is no answer."""
    answers = {}
    for earlier in Roster.saved_before(row):
        answers = earlier.result.get("said", {}) | answers
    villages = Reading.from_json(row.text()).villages
    names = enumerate(map(_named, villages))
    return {str(index): answers[name] for index, name in names if name in answers}


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

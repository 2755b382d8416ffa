"""Compares a reading with the tables: what saving it would change. The preview and the saving are this comparison.

Nothing is ever removed: who is not in a list is told. Answers, visits and consent stay, blanks overwrite nothing, and
what was said at a door goes before what a list says.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import vi
from database import lock_row
from models import Area, Household, Move, Moved, Resident, Visit, db
from roster.changes import IDENTITY, Changes, Detail, Line, household_differences, person_differences
from roster.matching import code_of, known_as, pair_households, pair_people
from roster.places import resolve
from roster.problems import problem


def compare(reading, choices, by):
    """The Changes that saving `reading` would make for the user `by` below their area. Writes nothing.

    choices: see `places.resolve`.
    """
    return go_through(reading, choices, by, lambda work: None)


def go_through(reading, choices, by, act, creator=None):
    """Compare village by village, so that only one is held at a time, and hand each to `act`."""
    changes, areas, commune = Changes(), list(by.area.village_list()), by.area.commune_to_fill()
    places, changes.asked = resolve(reading, choices, areas, commune is not None)
    if creator and changes.open:
        return changes
    for place, homes in _by_place(reading, places).items():
        area = place.area
        changes.counts["villages_new"] += area is None
        if area is None and creator:
            area = Area.add("village", place.name, parent=commune, former=place.former, by=creator)
        work = Village(area, area.label if area else place.name, homes)
        work.compare(changes)
        changes.villages.append([area.code if area else "", work.label, len(homes)])
        act(work)
    return changes


def _by_place(reading, places):
    """{Place: its households}; two names in a list may mean one village."""
    known, grouped = {}, {}
    for home in reading.households:
        place = places.get(home.village)
        if place:
            key = place.area.code if place.area else (vi.fold(place.name), vi.fold(place.former))
            grouped.setdefault(known.setdefault(key, place), []).append(home)
    return grouped


@dataclass
class Correction:
    """What changes in one stored household."""

    household: Household
    fields: dict
    people: list = field(default_factory=list)  # (resident, {field: new value})
    added: list = field(default_factory=list)


class Village:
    """The households of a list that go to one village, compared with those stored there."""

    def __init__(self, area, label, homes):
        self.area, self.label, self.homes = area, label, homes
        self.new, self.corrections = [], []

    def compare(self, changes):
        stored = _stored(self.area) if self.area else []
        told = _told_at_doors(self.area) if stored else set()
        moved = _Moved(self.area) if stored else None
        told |= moved.told if moved else set()
        pairs, missing = pair_households(self.homes, _as_listed(stored, moved))
        new = [read for read, home in pairs if not home]
        pairs = _with_those_merged([(read, home.household) for read, home in pairs if home], stored)
        missing = [home.household for home in missing if not home.household.merged_into_id]
        if moved:
            pairs = [(replace(read, people=moved.without(read.people, home)), home) for read, home in pairs]
            moved.see(pairs)
            new = moved.without_known(new, changes)
        for read, home in pairs:
            self._compare_home(read, home, told, moved, changes)
        self._allot(new, {home.code for home in stored}, changes)
        gone = [home for home in missing if home.facts([])["counts"]]
        changes.counts["households_missing"] += len(gone)
        for home in gone:
            changes.show(Line("missing", self.label, home.code, home.head_name, home.uid))

    def _compare_home(self, read, home, told, moved, changes):
        correction = Correction(home, household_differences(read, home))
        details = [Detail("", key, getattr(home, key), now) for key, now in correction.fields.items()]
        pairs, absent = pair_people(read.people, home.people)
        for person, resident in pairs:
            if resident is None and moved.take(person):
                changes.counts["kept"] += 1
            elif resident is None:
                correction.added.append(person)
                details.append(Detail(person.name or "", "added"))
            elif not resident.left:
                fields, stays, worse = person_differences(person, resident, told)
                if fields:
                    correction.people.append((resident, fields))
                who = resident.name or person.name or ""
                details += [Detail(who, key, getattr(resident, key), now) for key, now in fields.items()]
                changes.counts["kept"] += len(stays)
                changes.counts["names_kept"] += worse
        absent = [resident for resident in absent if not resident.left and resident.id not in moved.ids]
        changed = bool(details)
        if changed:
            self.corrections.append(correction)
        changes.counts["households_changed" if changed else "households_unchanged"] += 1
        changes.counts["people_new"] += len(correction.added)
        changes.counts["people_changed"] += len(correction.people)
        changes.counts["people_missing"] += len(absent)
        gone = [Detail(resident.name or "", "missing") for resident in absent]
        if changed:
            changes.show(Line("changed", self.label, home.code, home.head_name, home.uid, (*details, *gone)))
        elif gone:
            changes.show(Line("missing", self.label, home.code, home.head_name, home.uid, tuple(gone)))

    def _allot(self, homes, taken, changes):
        """Give each new household its code: the one it asks for when free, else the next number in the village.

        A "mã hộ" is somebody's own: when it is another household's, the new one is left out and told.
        """
        codes = {}
        for place, home in enumerate(homes):
            asked = code_of(home)
            if asked and asked not in taken:
                codes[place] = asked
                taken.add(asked)
        last = max((int(code) for code in taken if code.isascii() and code.isdecimal()), default=0)
        for place, home in enumerate(homes):
            if place not in codes and home.code and not home.code_is_ordinal:
                changes.skipped.append(problem("code_taken", home.sheet, home.row, number=home.code))
                changes.counts["households_skipped"] += 1
                continue
            if place not in codes:
                last += 1
                codes[place] = f"{last:03d}"
            self.new.append((codes[place], home))
            changes.counts["households_new"] += 1
            changes.counts["people_new"] += len(home.people)
            head = next((person for person in home.people if person.relation == "head"), None)
            first = head or (home.people[0] if home.people else None)
            changes.show(Line("new", self.label, codes[place], first.name or "" if first else ""))


class _Moved:
    """Those of a village who left, moved or were merged: a list that has them where they were brings nobody back.

    Who heads a household since, and who is what to them, stays too.
    """

    def __init__(self, area):
        rows = Moved.select(Moved.resident, Moved.household, Move.kind).join(Move)
        rows = rows.join_from(Moved, Household).where(Household.village == area, Move.undone_at.is_null())
        self.from_homes, self.merged_from = {}, {}
        for who, home, kind in rows.order_by(Moved.id).tuples():
            self.from_homes.setdefault(who, set()).add(home)
            if kind == "merge":
                self.merged_from[who] = home
        self.known, self.seen, self.told, self.ids = {}, set(), set(), set()
        for person in Resident.select().where(Resident.id.in_(list(self.from_homes))).order_by(Resident.id):
            self.told.add((person.uid, "relation"))
            if self.from_homes[person.id] - {person.household_id}:
                self.ids.add(person.id)
            for key in known_as(person):
                self.known.setdefault(key, []).append(person.id)

    def without(self, people, home):
        """The people of a read household but those who moved away from `home` since."""
        here = {key for person in home.people for key in known_as(person)}
        return [p for p in people if _key(p) in here or not (p.name and self.take(p, home))]

    def see(self, pairs):
        """Note who is in the list where they live now."""
        for read, home in pairs:
            listed = {_key(person) for person in read.people}
            self.seen |= {person.id for person in home.people if listed.intersection(known_as(person))}

    def take(self, person, home=None):
        """Whether a read person is one of those who moved (from `home`) and was met nowhere else in the list."""
        for who in self.known.get(_key(person), ()) if person.name else ():
            if who not in self.seen and (home is None or home.id in self.from_homes[who]):
                self.seen.add(who)
                return True
        return False

    def without_known(self, homes, changes):
        """New households without those who moved; one that only they were in is nothing new."""
        kept = []
        for read in homes:
            people = [person for person in read.people if not self.take(person)]
            changes.counts["kept"] += len(read.people) - len(people)
            if people or not read.people:
                kept.append(replace(read, people=people))
            else:
                changes.counts["households_unchanged"] += 1
        return kept


def _key(person):
    return vi.fold(person.name or ""), person.birth_year


class _Listed(NamedTuple):
    """A stored household as a list that knows nothing of merges would have it."""

    household: Household
    people: list

    code = property(lambda self: self.household.code)
    lane = property(lambda self: self.household.lane)
    children_0_5 = property(lambda self: self.household.children_0_5)
    children_6_15 = property(lambda self: self.household.children_6_15)


def _as_listed(stored, moved):
    """The stored households with everybody in the household from which they were merged."""
    people = {home.id: [] for home in stored}
    for home in stored:
        for person in home.people:
            people[moved.merged_from.get(person.id, home.id)].append(person)
    return [_Listed(home, people[home.id]) for home in stored]


def _with_those_merged(pairs, stored):
    """Pairs in which a read household whose stored one was merged is read as part of the kept one."""
    by_id, read_of = {home.id: home for home in stored}, {}
    for read, home in sorted(pairs, key=lambda pair: pair[1].merged_into_id is not None):
        while home.merged_into_id in by_id:
            home = by_id[home.merged_into_id]
        first = read_of.setdefault(home.id, read)
        if first is not read:
            read_of[home.id] = replace(first, people=[*first.people, *read.people])
    return [(read, by_id[home_id]) for home_id, read in read_of.items()]


def _stored(area):
    """The households of a village with their `.people`, those who left included; held while they are changed."""
    query = Household.select().where(Household.village == area).order_by(Household.id)
    homes = {home.id: home for home in (lock_row(query) if db.in_transaction() else query)}
    for home in homes.values():
        home.people = []
    people = Resident.select().join(Household).where(Household.village == area)
    for person in people.order_by(Resident.position, Resident.id):
        homes[person.household_id].people.append(person)
    return list(homes.values())


def _told_at_doors(area):
    """{(resident's uid, identity field)} of what visits in the village have said; no phone is a word, too."""
    contents = Visit.select(Visit.content).join(Household).where(Household.village == area).tuples()
    people = [person for (content,) in contents.iterator() for person in content.get("people", ())]
    told = {(person["uid"], key) for person in people for key in IDENTITY if key in person}
    silent = Resident.select(Resident.uid).join(Household).where(Household.village == area)
    silent = silent.where(Household.reminders == False)  # noqa: E712
    return told | {(uid, "phone") for (uid,) in silent.tuples()}

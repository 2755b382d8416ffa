"""What stands in the tables when a list comes: the households of a village as a list would have them, who moved since,
what was told at doors, and who of the list might be somebody elsewhere in the commune."""

import zlib
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from database import lock_row
from models import Area, Household, Move, Moved, Resident, Visit, db
from roster.changes import Found, Same
from roster.matching import code_of, known_as, known_by
from terms import IDENTITY

HERE, OTHER, OUT = "here", "other", "out"  # what may be said of somebody who might be somebody else
REST = "same-rest"  # said of all of whom nothing else is


class Elsewhere:
    """Everybody who stands in the communes of a list before it is saved, and what was said of those of the list who
    bear the name and the year of birth of one of them.

    choices: `{"same-…": "here", the uid of the one who moved here, "other", or "out"}`; "same-rest" for all others.
    Without an answer somebody is left out, which doubles and moves nobody.
    """

    def __init__(self, reading, choices, area, communes):
        """`area` is what the user sees, `communes` the database keys of the communes of the list's villages."""
        self.choices, self.keys, self.standing = choices, _keys(reading), {}
        self.moving, self.asked = set(), set()
        columns = Resident.id, Resident.household, Resident.folded, Resident.birth_year, Resident.listed_as
        rows = Resident.select(*columns).join(Household).join(Area)
        rows = rows.where(Area.within(area), Area.parent.in_(list(communes)), Resident.left != "mistake")
        rows = rows.order_by(Resident.id)
        for who, home, folded, year, stood in rows.tuples() if communes else ():
            if folded:
                self.standing.setdefault((folded, year), []).append((who, home))
            for key in stood or ():
                self.standing.setdefault(tuple(key), []).append((who, home))

    def might_be(self, person, home=None):
        """The ids of those who bear this name and year and stand elsewhere than in `home`."""
        found = self.standing.get(known_by(person), ()) if person.name else ()
        return [who for who, where in found if home is None or where != home.id]

    def said(self, person):
        return self.choices.get(self.keys[id(person)]) or self.choices.get(REST) or ""

    def asks(self, home):
        """Tells of a read person of a household whether they are asked about, unless they are somebody else."""
        return lambda person: self.said(person) != OTHER and bool(self.might_be(person, home))

    def settle(self, newcomers, village, changes):
        """{id of a read person: the resident who moves to them, OUT, HERE for who is there already, or OTHER}.

        newcomers: [(read person, read household, stored household or None)] of one village. Who might be nobody of
        the commune is OTHER. Each of whom something is to be said becomes a Same of `changes`.
        """
        might_be = {id(person): self.might_be(person, home) for person, _, home in newcomers}
        residents = _with_places({who for ids in might_be.values() for who in ids})
        return {
            id(person): self._settle(person, read, home, [residents[who] for who in ids], village, changes)
            for person, read, home in newcomers
            for ids in [might_be[id(person)]]
        }

    def _settle(self, person, read, home, found, village, changes):
        found = sorted(dict.fromkeys(found), key=lambda who: (bool(who.left), who.id))
        if not found:
            return OTHER
        if home and any(who.household_id == home.id for who in found):
            return HERE
        self.asked |= {who.id for who in found}
        said, free = self.said(person), [who for who in found if who.id not in self.moving]
        moving = next((who for who in free if said in (HERE, who.uid)), None)
        places = [Found(who.uid, who.household.code, who.household.village.label, who.left) for who in found]
        key, name, year = self.keys[id(person)], person.name, person.birth_year
        changes.same.append(Same(key, name, year, village, code_of(read), places, self.choices.get(key, "")))
        if moving:
            self.moving.add(moving.id)
        return moving or (OTHER if said == OTHER else OUT)


def _keys(reading):
    """{id of a read person: the name of the question about them}: where they are written, which stays the same."""
    keys, seen, sheets = {}, Counter(), {}
    for home in reading.households:
        sheet = sheets.setdefault(home.sheet, f"{zlib.crc32(home.sheet.encode()):08x}")
        for person in home.people:
            place = f"same-{sheet}-{person.row}"
            seen[place] += 1
            keys[id(person)] = f"{place}-{seen[place]}" if seen[place] > 1 else place
    return keys


def _with_places(ids):
    """{id: the resident, or the one into whom the record was merged, with household and village}."""
    query = Resident.select(Resident, Household, Area).join(Household).join(Area).where(Resident.id.in_(list(ids)))
    return {row.id: row.current() for row in query} if ids else {}


class MovedAway:
    """Those of a village who left, moved or were merged: a list that has them where they were brings nobody back.

    Who heads a household since, and who is what to them, stays too.
    """

    def __init__(self, area, stored):
        self.merged_into = {}
        for home in stored:
            if home.merged_into_id:
                self.merged_into.setdefault(home.merged_into_id, set()).add(home.id)
        rows = Moved.select(Moved.resident, Moved.household, Move.kind).join(Move)
        rows = rows.join_from(Moved, Household).where(Household.village == area, Move.stands())
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
        """The people of a read household but those who moved away since from `home`, or from one merged into it."""
        here = {key for person in home.people for key in known_as(person)}
        homes = {home.id, *self.merged_into.get(home.id, ())}
        return [p for p in people if known_by(p) in here or not self.take(p, homes)]

    def see(self, pairs):
        """Note who is in the list where they live now."""
        for read, home in pairs:
            listed = {known_by(person) for person in read.people}
            self.seen |= {person.id for person in home.people if listed.intersection(known_as(person))}

    def take(self, person, homes=None):
        """Whether a read person is one of those who moved (from one of `homes`) and was met nowhere else in it."""
        for who in self.known.get(known_by(person), ()) if person.name else ():
            if who not in self.seen and (homes is None or homes & self.from_homes[who]):
                self.seen.add(who)
                return True
        return False

    def without_known(self, homes, changes):
        """New households without those in which everybody moved elsewhere since: they are nothing new."""
        kept = []
        for read in homes:
            gone = sum(self.take(person) for person in read.people)
            if gone and gone == len(read.people):
                changes.counts["kept"] += gone
                changes.counts["households_unchanged"] += 1
            else:
                kept.append(read)
        return kept


class Listed(NamedTuple):
    """A stored household as a list that knows nothing of merges would have it."""

    household: Household
    people: list

    code = property(lambda self: self.household.code)
    lane = property(lambda self: self.household.lane)
    children_0_5 = property(lambda self: self.household.children_0_5)
    children_6_15 = property(lambda self: self.household.children_6_15)


def as_listed(stored, moved):
    """The stored households with everybody in the household from which they were merged."""
    people = {home.id: [] for home in stored}
    for home in stored:
        for person in home.people:
            people[moved.merged_from.get(person.id, home.id)].append(person)
    return [Listed(home, people[home.id]) for home in stored]


def with_those_merged(pairs, stored):
    """Pairs in which a read household whose stored one was merged is read as part of the kept one."""
    by_id, read_of = {home.id: home for home in stored}, {}
    for read, home in sorted(pairs, key=lambda pair: pair[1].merged_into_id is not None):
        while home.merged_into_id in by_id:
            home = by_id[home.merged_into_id]
        first = read_of.setdefault(home.id, read)
        if first is not read:
            read_of[home.id] = replace(first, people=[*first.people, *read.people])
    return [(read, by_id[home_id]) for home_id, read in read_of.items()]


def stored_in(area):
    """The households of a village with their `.people`, those who left included; held while they are changed."""
    query = Household.select().where(Household.village == area).order_by(Household.id)
    homes = {home.id: home for home in (lock_row(query) if db.in_transaction() else query)}
    for home in homes.values():
        home.people = []
    people = Resident.select().join(Household).where(Household.village == area)
    for person in people.order_by(Resident.position, Resident.id):
        homes[person.household_id].people.append(person)
    return list(homes.values())


def told_at_doors(area):
    """{(resident's uid, identity field)} of what visits in the village have said; no phone is a word, too."""
    contents = Visit.select(Visit.content).join(Household).where(Household.village == area).tuples()
    people = [person for (content,) in contents.iterator() for person in content.get("people", ())]
    told = {(person["uid"], key) for person in people for key in IDENTITY if key in person}
    silent = Resident.select(Resident.uid).join(Household).where(Household.village == area)
    silent = silent.where(Household.reminders == False)
    return told | {(uid, "phone") for (uid,) in silent.tuples()}

"""Compares a reading with the tables: what saving it would change. The preview and the saving are this comparison.

Nothing is ever removed: people missing from a list are only shown. Answers, visits and consent stay, blanks overwrite
nothing, and what was said at a door goes before what a list says. Nobody is put into a household that neither the list
nor an answer puts them in, and nobody is doubled unasked.
"""

from dataclasses import dataclass, field, replace

import vi
from models import Figure, Household
from roster.changes import (
    ADD,
    Changes,
    Detail,
    Line,
    Sizes,
    household_differences,
    person_differences,
    uncertain,
)
from roster.doubts import settle
from roster.matching import code_of, pair_households, pair_people, plain
from roster.places import resolve
from roster.problems import problem
from roster.standing import (
    HERE,
    OTHER,
    OUT,
    Elsewhere,
    MovedAway,
    as_listed,
    stored_in,
    told_at_doors,
    with_those_merged,
)
from terms import IDENTITY


def compare(reading, choices, by):
    """The Changes that saving `reading` would make for the user `by` below their area. Writes nothing.

    choices: see `places.resolve` for villages, `doubts.settle` and `standing.Elsewhere` for people; "second-" and the
    code of a village says whether a list that hardly agrees with it is added all the same ("add") or left out ("skip").
    """
    return go_through(reading, choices, by, lambda work: None)


def go_through(reading, choices, by, act):
    """Compare village by village, so that only one is held at a time, and hand each to `act`."""
    changes, areas, commune = Changes(), list(by.area.village_list()), by.area.commune_to_fill()
    reading, changes.doubts = settle(reading, choices)
    places, changes.asked = resolve(reading, choices, areas, commune is not None)
    communes = {place.area.parent_id if place.area else commune.id for place in places.values() if place}
    elsewhere = Elsewhere(reading, choices, by.area, communes)
    official, listed = Figure.newest_below(by.area), _told(reading)
    for place, homes in _by_place(reading, places).items():
        area = place.area
        changes.counts["villages_new"] += area is None
        village = Village(area, area.label if area else place.name, homes, listed)
        figure = official.get((area.id, "households")) if area else None
        if village.compare(changes, elsewhere, figure.value if figure else None):
            changes.villages.append([area.code if area else "", village.label, len(homes)])
            act(village)
    if not changes.open and not changes.undated:  # whoever has no age is stored without one already
        changes.doubts = [question for question in changes.doubts if question.kind != "age" or question.choice]
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


def _told(reading):
    """The identity fields that the list gives of anybody."""
    return {key for key in IDENTITY if any(getattr(p, key) for home in reading.households for p in home.people)}


@dataclass
class Correction:
    """What changes in one stored household."""

    household: Household
    fields: dict
    people: list = field(default_factory=list)  # (resident, {field: new value})
    added: list = field(default_factory=list)


class Village:
    """The households of a list that go to one village, compared with those stored there.

    new: [(code, read household)]. corrections: a Correction of each stored household that changes. moves: [(resident,
    a stored household, or the code of a new one)] of whom somebody said that they moved there; `relations` is what the
    list calls them there, by the resident's id. given: the identity fields that the list gives of anybody.
    """

    def __init__(self, area, label, homes, given=IDENTITY):
        self.area, self.label, self.homes, self.given = area, label, homes, given
        self.new, self.corrections, self.moves, self.relations = [], [], [], {}

    def compare(self, changes, elsewhere, official=None):
        """Find what changes; False when the village is left out, or somebody has first to say whether it is."""
        stored = stored_in(self.area) if self.area else []
        moved = MovedAway(self.area, stored)
        pairs, missing = pair_households(self.homes, as_listed(stored, moved))
        new = [read for read, home in pairs if not home]
        pairs = with_those_merged([(read, home.household) for read, home in pairs if home], stored)
        missing = [home.household for home in missing if not home.household.merged_into_id]
        sizes = self._sizes(stored, len(new), official, elsewhere.choices)
        changes.sizes.append(sizes)
        if sizes.few and sizes.choice != ADD:
            return False
        pairs = [(replace(read, people=moved.without(read.people, home)), home) for read, home in pairs]
        moved.see(pairs)
        new = self._claim(moved.without_known(new, changes), {plain(home.code) for home in stored}, sizes.few, changes)
        self._compare_homes(pairs, new, elsewhere, moved, changes)
        gone = [home for home in missing if home.facts([])["counts"]]
        changes.counts["households_missing"] += len(gone)
        for home in gone:
            changes.show(Line("missing", self.label, home.code, home.head_name, home.uid))
        return True

    def _sizes(self, stored, new, official, choices):
        code = self.area.code if self.area else ""
        standing = sum(home.merged_into_id is None for home in stored)
        agreeing, choice = len(self.homes) - new, choices.get(f"second-{code}", "")
        return Sizes(code, self.label, len(self.homes), standing, official, agreeing, choice)

    def _compare_homes(self, pairs, new, elsewhere, moved, changes):
        drafts, newcomers = self._draft(pairs, new, elsewhere)
        verdicts = elsewhere.settle(newcomers, self.label, changes)
        told = told_at_doors(self.area) | moved.told if drafts else set()
        for read, home, people, absent in drafts:
            absent = [who for who in absent if not who.left and who.id not in moved.ids | elsewhere.asked]
            changes.counts["people_missing"] += len(absent)
            correction = Correction(home, household_differences(read, home))
            details = self._compare_people(correction, people, told, verdicts, changes)
            self._tell(correction, details, [Detail(who.name or "", "missing") for who in absent], changes)
        self._allot(new, verdicts, changes)

    def _draft(self, pairs, new, elsewhere):
        """[(read household, stored one, its pairs of people, who of it is not in the list)] and the newcomers, [(read
        person, read household, stored one or None)]. Whoever of a household is in the list in another is not taken for
        somebody of it with another name or year."""
        claimed, more = set(), True
        while more:
            drafts = [
                (read, home, *pair_people(read.people, home.people, elsewhere.asks(home), claimed))
                for read, home in pairs
            ]
            newcomers = [(who, read, home) for read, home, people, _ in drafts for who, stood in people if not stood]
            newcomers += [(who, read, None) for read, _ in new for who in read.people]
            asked = [(who, home) for who, _, home in newcomers if elsewhere.asks(home)(who)]
            found = {stood for who, home in asked for stood in elsewhere.might_be(who, home)}
            more = not found <= claimed
            claimed |= found
        return drafts, newcomers

    def _compare_people(self, correction, people, told, verdicts, changes):
        """Take what changes in the people of a stored household into its correction; the Details of all it changes."""
        home, counts = correction.household, changes.counts
        details = [Detail("", key, getattr(home, key), now) for key, now in correction.fields.items()]
        for person, resident in people:
            if resident is None:
                what = self._newcomer(person, verdicts[id(person)], home, home.code, changes)
                correction.added += [person] if what == "added" else []
                details += [Detail(person.name or "", what)] if what else []
            elif not resident.left:
                fields, stays, worse = person_differences(person, resident, told)
                correction.people += [(resident, fields)] if fields else []
                who = resident.name or person.name or ""
                details += [Detail(who, key, getattr(resident, key), now) for key, now in fields.items()]
                counts["kept"] += len(stays)
                counts["names_kept"] += worse
        counts["people_changed"] += len(correction.people)
        return details

    def _newcomer(self, person, verdict, target, code, changes):
        """What becomes of somebody who is nobody of the household: "added", "moved", or "" for nothing."""
        if verdict == OTHER:
            changes.counts["people_new"] += 1
            changes.undated += person.birth_year is None
            if fields := uncertain(person, self.given):
                changes.counts["people_uncertain"] += 1
                doubted = tuple(Detail("", key) for key in fields)
                changes.show(Line("uncertain", self.label, code, person.name or "", "", doubted))
            return "added"
        if verdict in (HERE, OUT):
            changes.counts["kept" if verdict == HERE else "people_left_out"] += 1
            return ""
        changes.counts["people_moved"] += 1
        self.moves.append((verdict, target))
        self.relations[verdict.id] = person.relation
        return "moved"

    def _tell(self, correction, details, gone, changes):
        """Keep a correction that changes something and show its household, also when somebody of it is missing."""
        home = correction.household
        if correction.fields or correction.people or correction.added:
            self.corrections.append(correction)
        changes.counts["households_changed" if details else "households_unchanged"] += 1
        if details or gone:
            kind = "changed" if details else "missing"
            changes.show(Line(kind, self.label, home.code, home.head_name, home.uid, (*details, *gone)))

    def _claim(self, homes, taken, second, changes):
        """[(new household, the code it asks for, "" for the next number)] without those whose code is somebody else's.

        A "mã hộ" is somebody's own: when it is another household's, the new one is left out and told. Of a `second`
        population, which somebody wants all the same, a plain number gives way to the next.
        """
        claimed = []
        for home in homes:
            asked = code_of(home)
            free = bool(asked) and plain(asked) not in taken
            written = home.code and not home.code_is_ordinal and not (second and plain(home.code).isdecimal())
            if free:
                taken.add(plain(asked))
            elif written:
                changes.skipped.append(problem("code_taken", home.sheet, home.row, number=home.code))
                changes.counts["households_skipped"] += 1
                continue
            claimed.append((home, asked if free else ""))
        self.last = max((int(code) for code in taken if code.isascii() and code.isdecimal()), default=0)
        return claimed

    def _allot(self, claimed, verdicts, changes):
        """Give each new household its code; one in which everybody is left out is none."""
        for home, code in claimed:
            home_verdicts = [verdicts[id(person)] for person in home.people]
            if home_verdicts and set(home_verdicts) == {OUT}:
                changes.counts["people_left_out"] += len(home_verdicts)
                continue
            if not code:
                self.last += 1
                code = f"{self.last:03d}"
            became = [(self._newcomer(who, verdicts[id(who)], code, code, changes), who) for who in home.people]
            self.new.append((code, replace(home, people=[who for what, who in became if what == "added"])))
            changes.counts["households_new"] += 1
            there = [who for what, who in became if what]
            first = next((who for who in there if who.relation == "head"), there[0] if there else None)
            changes.show(Line("new", self.label, code, first.name or "" if first else ""))

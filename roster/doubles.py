"""One household listed twice in one file, as on a sheet and its copy, is taken once. Pure."""

from collections import defaultdict

import vi
from roster.problems import problem


def join_copies(reading):
    """Make households of one file that are the same into one, and say so; people only a copy has are added.

    The same are those of one village who share most of their people by name and year: two people at least, or the only
    one where another sheet has the same row or number; or a head listed alone on a sheet of heads. Two codes that the
    office wrote never become one.
    """
    seen, kept, copies = _Seen(), [], defaultdict(list)
    for home in reading.households:
        twin = seen.twin(home)
        if twin is None:
            kept.append(home)
            seen.add(home)
        else:
            _join(reading, twin, home)
            copies[home.sheet].append((home, twin))
    reading.households = kept
    for sheet, pairs in copies.items():
        home, twin = pairs[0]
        on = f", “{twin.sheet}”" if twin.sheet != sheet else ""
        detail = {"found": len(pairs), "other": twin.row, "first": on}
        reading.add(problem("households_twice", sheet, home.row, **detail))


class _Seen:
    """The households so far, found by their people and by their heads."""

    def __init__(self):
        self.by_person, self.by_head = defaultdict(list), defaultdict(list)

    def add(self, home):
        for person in home.people:
            if person.name:
                self.by_person[home.village, *_key(person)].append(home)
            if person.name and person.relation == "head":
                self.by_head[home.village, vi.fold(person.name)].append(home)

    def twin(self, home):
        """The household above that this one is again, or None."""
        shared, known = defaultdict(int), {}
        for person in home.people:
            for other in self.by_person.get((home.village, *_key(person)), ()) if person.name else ():
                shared[id(other)] += 1
                known[id(other)] = other
        for which, number in sorted(shared.items(), key=lambda item: -item[1]):
            if not _differ(home, known[which]) and _is_copy(home, known[which], number):
                return known[which]
        return self._listed_alone(home)

    def _listed_alone(self, home):
        """The one household on another sheet with the same head, when the head is all that one of both has."""
        head = _head(home)
        same = self.by_head.get((home.village, vi.fold(head.name)), ()) if head and head.name else ()
        same = [other for other in same if other.sheet != home.sheet and not _differ(home, other)]
        if len(same) != 1 or min(len(home.people), len(same[0].people)) != 1:
            return None
        return same[0] if _one_year(head, _head(same[0])) else None


def _key(person):
    return vi.fold(person.name), person.birth_year


def _head(home):
    return next((person for person in home.people if person.relation == "head"), None)


def _one_year(person, other):
    return person.birth_year == other.birth_year or None in (person.birth_year, other.birth_year)


def _differ(home, other):
    """Whether the office's own codes say that these are two households."""
    if home.code_is_ordinal or other.code_is_ordinal:
        return False
    return bool(home.code and other.code and home.code != other.code)


def _is_copy(home, other, shared):
    if home.code and home.code == other.code and not home.code_is_ordinal:
        return True
    if not len(home.people) == len(other.people) == 1:
        return shared >= 2 and 2 * shared > max(len(home.people), len(other.people))
    again = bool(home.code) and home.code == other.code
    children = (home.children_0_5, home.children_6_15) == (other.children_0_5, other.children_6_15)
    if home.people[0].birth_year is None or not children or home.lane != other.lane:
        return False
    return again or (home.row == other.row and home.sheet != other.sheet)


def _join(reading, kept, copy):
    """Add to the kept household whom only its copy has; of children the larger count stands."""
    new = [person for person in copy.people if not _is_known(person, kept)]
    headed = _head(kept) is not None
    for person in new:
        person.relation = "other" if headed and person.relation == "head" else person.relation
    kept.people += new
    both = 0
    for group in ("children_0_5", "children_6_15"):
        mine, theirs = getattr(kept, group) or 0, getattr(copy, group) or 0
        setattr(kept, group, max(mine, theirs))
        both += min(mine, theirs)
    kept.lane, kept.code = kept.lane or copy.lane, kept.code or copy.code
    gone, village = len(copy.people) - len(new) + both, reading.villages[kept.village]
    reading.rows -= gone
    village.rows -= gone
    village.households -= 1


def _is_known(person, home):
    """Whether a person of a copy is one of the household; a year that only the copy has is added."""
    for other in home.people:
        if (person.name or other.name) and vi.fold(person.name or "") == vi.fold(other.name or ""):
            if _one_year(person, other):
                if other.birth_year is None and person.birth_year:
                    other.birth_year, other.doubt = person.birth_year, person.doubt
                    other.approximate = person.approximate
                return True
    return not person.name

"""One household listed twice in one file, as on a sheet and its copy, is taken once. Pure."""

from collections import defaultdict

import vi
from roster.problems import problem


def join_copies(reading):
    """Make households of one file that are the same into one, and say so; people only a copy has are added.

    The same are those of one village who share most of their people by name and year: two people at least, or the only
    one where another sheet has the same row or number. Two codes that the office wrote never become one.
    """
    first, kept, copies = defaultdict(list), [], defaultdict(list)
    for home in reading.households:
        twin = _twin(home, first)
        if twin is None:
            kept.append(home)
            for person in home.people:
                if person.name:
                    first[home.village, *_key(person)].append(home)
        else:
            _join(reading, twin, home)
            copies[home.sheet].append((home, twin))
    reading.households = kept
    for sheet, pairs in copies.items():
        home, twin = pairs[0]
        on = f", “{twin.sheet}”" if twin.sheet != sheet else ""
        detail = {"found": len(pairs), "other": twin.row, "first": on}
        reading.add(problem("households_twice", sheet, home.row, **detail))


def _key(person):
    return vi.fold(person.name), person.birth_year


def _twin(home, first):
    """The household above that this one is again, or None."""
    named = [person for person in home.people if person.name]
    shared = defaultdict(int)
    for person in named:
        for other in first.get((home.village, *_key(person)), ()):
            shared[id(other)] += 1
    known = {id(other): other for person in named for other in first.get((home.village, *_key(person)), ())}
    for which, number in sorted(shared.items(), key=lambda item: -item[1]):
        other = known[which]
        if not _differ(home, other) and _is_copy(home, other, number):
            return other
    return None


def _differ(home, other):
    """Whether the office's own codes say that these are two households."""
    if home.code_is_ordinal or other.code_is_ordinal:
        return False
    return bool(home.code and other.code and home.code != other.code)


def _is_copy(home, other, shared):
    same_code = home.code and home.code == other.code and not home.code_is_ordinal
    alone = len(home.people) == len(other.people) == 1
    if alone:
        dated = home.people[0].birth_year is not None
        children = (home.children_0_5, home.children_6_15) == (other.children_0_5, other.children_6_15)
        placed = home.row == other.row or (home.code and home.code == other.code)
        again = bool(home.code) and home.code == other.code
        elsewhere = (home.sheet != other.sheet or again) and home.lane == other.lane
        return bool(same_code or (dated and children and placed and elsewhere))
    return bool(same_code or (shared >= 2 and 2 * shared > max(len(home.people), len(other.people))))


def _join(reading, kept, copy):
    """Add to the kept household whom only its copy has; of children the larger count stands."""
    known, village = {_key(person) for person in kept.people if person.name}, reading.villages[kept.village]
    new = [person for person in copy.people if person.name and _key(person) not in known]
    headed = any(person.relation == "head" for person in kept.people)
    for person in new:
        person.relation = "other" if headed and person.relation == "head" else person.relation
    kept.people += new
    both = 0
    for key in ("children_0_5", "children_6_15"):
        mine, theirs = getattr(kept, key) or 0, getattr(copy, key) or 0
        setattr(kept, key, max(mine, theirs))
        both += min(mine, theirs)
    gone = len(copy.people) - len(new) + both
    reading.rows -= gone
    village.rows -= gone
    village.households -= 1
    for key in ("lane", "code"):
        if not getattr(kept, key):
            setattr(kept, key, getattr(copy, key))

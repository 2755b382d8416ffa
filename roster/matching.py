"""Which household of a list is which stored one, and who in it is who. Pure; a household has `code`, `people`,
`lane` and children counts, a person `name`, `birth_year`, `sex` and `relation`, whether read or stored; a stored person
may be `listed_as` others of an older list.

People decide before numbers do: one household inserted into a list shifts every number below it.
"""

from collections import Counter, defaultdict
from difflib import SequenceMatcher

import vi

ALIKE = 0.8  # "Hà Quang Ân" and "Hà Quang Anh" are 0.96 alike, "Khuất Văn Tùng" and "Bạch Hữu Long" 0.3


def code_of(home):
    """The code a read household asks for: an ordinal as three digits, a code as given, "" for none."""
    plain = home.code.isascii() and home.code.isdecimal()
    return f"{int(home.code):03d}" if home.code_is_ordinal and plain else home.code


def pair_households(read, stored):
    """[(read, stored or None)] in the order of `read`, and the stored ones that nobody of the list is.

    First those who share people by name and year of birth, the most shared first; then the same number with a shared
    name; then the same number with corrected names; then what is alike in everything.
    """
    partner = {}
    taken = set()
    for a, b in _candidates(read, stored):
        if a not in partner and b not in taken:
            partner[a] = b
            taken.add(b)
    pairs = [(home, stored[partner[a]] if a in partner else None) for a, home in enumerate(read)]
    return pairs, [home for b, home in enumerate(stored) if b not in taken]


def _candidates(read, stored):
    """(index in read, index in stored), the surest pairs first."""
    codes = {home.code: b for b, home in enumerate(stored)}
    same_code = [(a, codes[code_of(home)]) for a, home in enumerate(read) if code_of(home) in codes]
    yield from _sharing_people(read, stored, set(same_code))
    for a, b in same_code:
        if _names(read[a]) & _names(stored[b]):
            yield a, b
    for a, b in same_code:
        if _renamed(read[a], stored[b]):
            yield a, b
    alike = defaultdict(list)
    for b, home in enumerate(stored):
        alike[_whole(home)].append(b)
    for a, home in enumerate(read):
        same = alike[_whole(home)]
        yield from sorted(((a, b) for b in same), key=lambda pair: pair not in same_code)


def _renamed(read, stored):
    """Whether two households without a shared name are one whose names were corrected: everybody (two at least) agrees
    in all but the name, or half do and one of them by nearly the same name. Anything less happens by chance."""
    ours, theirs = _marks(read), _marks(stored)
    if ours == theirs and ours.total() >= 2:
        return True
    if not 2 * (ours & theirs).total() >= max(len(read.people), len(stored.people)) > 0:
        return False
    return any(
        a.name and b.name and _all_but_the_name(a) and _all_but_the_name(a) == _all_but_the_name(b) and _alike(a, b)
        for a in read.people
        for b in stored.people
    )


def _alike(a, b):
    return SequenceMatcher(None, vi.fold(a.name), vi.fold(b.name)).ratio() >= ALIKE


def _sharing_people(read, stored, same_code):
    """Pairs that share people; under another number only with the same head or half of the larger household."""
    where = defaultdict(list)
    for b, home in enumerate(stored):
        for key in _people(home):
            where[key].append(b)
    shared = Counter((a, b) for a, home in enumerate(read) for key in _people(home) for b in where[key])
    heads = [_head(home) for home in read], [_head(home) for home in stored]

    def surely(a, b, number):
        if (a, b) in same_code or heads[0][a] and heads[0][a] == heads[1][b]:
            return True
        return 2 * number >= max(len(read[a].people), len(stored[b].people))

    order = sorted(shared.items(), key=lambda item: (-item[1], item[0] not in same_code, item[0]))
    return [pair for pair, number in order if surely(*pair, number)]


def pair_people(read, stored):
    """[(read, stored or None)] in the order of `read`, and the stored people who are not in the list."""
    left, free, partner = list(enumerate(read)), list(stored), {}
    for key, stood in (*SURELY, *LIKELY):
        waiting = defaultdict(list)
        for person in free if left else ():
            for each in stood(person):
                waiting[each].append(person)
        waiting.pop(None, None)
        matched = set()
        for place, person in left:
            found = next((each for each in waiting.get(key(person), ()) if id(each) not in matched), None)
            if found:
                partner[place] = found
                matched.add(id(found))
        left = [(place, person) for place, person in left if place not in partner]
        free = [person for person in free if id(person) not in matched]
    return [(person, partner.get(place)) for place, person in enumerate(read)], free


def known_as(person):
    """[(folded name, year of birth)] under which a person stands or once stood in a list."""
    now = [_known_by(person)] if person.name else []
    return now + [tuple(stood) for stood in getattr(person, "listed_as", None) or ()]


def _same(person):
    return person.name, person.birth_year, person.sex, person.relation


def _known_by(person):
    return (vi.fold(person.name), person.birth_year) if person.name else None


def _named(person):
    return vi.fold(person.name) if person.name else None


def _all_but_the_name(person):
    return (person.birth_year, person.sex, person.relation) if person.birth_year else None


def _of_age_and_sex(person):
    return (person.birth_year, person.sex) if person.birth_year and person.sex else None


# By what a read person is looked up, and under what a stored one is found; the surest first.
SURELY = (_same, lambda person: [_same(person)]), (_known_by, lambda person: [_known_by(person)]), (_known_by, known_as)
LIKELY = tuple((key, lambda person, key=key: [key(person)]) for key in (_named, _all_but_the_name, _of_age_and_sex))


def _people(home):
    return {key for person in home.people for key in known_as(person)}


def _names(home):
    return {name for name in map(_named, home.people) if name}


def _marks(home):
    return Counter(filter(None, map(_all_but_the_name, home.people)))


def _head(home):
    return next((_known_by(person) for person in home.people if person.relation == "head"), None)


def _whole(home):
    people = tuple(sorted(map(_same, home.people), key=str))
    return people, home.lane, home.children_0_5, home.children_6_15

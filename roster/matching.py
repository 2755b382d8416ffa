"""Which household of a list is which stored one, and who in it is who. Pure; a household has `code`, `people`,
`lane` and children counts, a person `name`, `birth_year`, `sex` and `relation`, whether read or stored; a stored person
may be `listed_as` others of an older list.

People decide before running numbers do: one household inserted into a list shifts every number below it. A code that
the office wrote decides before people do: another code is another household, whoever is shared.
"""

from collections import Counter, defaultdict
from difflib import SequenceMatcher
from functools import lru_cache

import vi
from roster.names import tidy_name

ALIKE = 0.8  # "Hà Quang Ân" and "Hà Quang Anh" are 0.96 alike, "Khuất Văn Tùng" and "Bạch Hữu Long" 0.3


def code_of(home):
    """The code a read household asks for: an ordinal as three digits, a code as given, "" for none."""
    plain = home.code.isascii() and home.code.isdecimal()
    return f"{int(home.code):03d}" if home.code_is_ordinal and plain else home.code


def plain(code):
    """A code for comparing: "001" and "0001" are one running number."""
    return str(int(code)) if code.isascii() and code.isdecimal() else code


def is_another(read, stored):
    """Whether the code that the office wrote for a read household says that it is not this stored one.

    A running number that stands there because earlier lists had no codes says nothing.
    """
    if not read.code or read.code_is_ordinal or plain(read.code) == plain(stored.code):
        return False
    return plain(read.code).isdecimal() or not plain(stored.code).isdecimal()


def pair_households(read, stored):
    """[(read, stored or None)] in the order of `read`, and the stored ones that nobody of the list is.

    First those who share people by name and year of birth: under one head, then the most shared; then the same number
    with a shared name; then the same number with corrected names; then what is alike in everything.
    """
    partner = {}
    taken = set()
    for a, b in _candidates(read, stored):
        if a not in partner and b not in taken and not is_another(read[a], stored[b]):
            partner[a] = b
            taken.add(b)
    pairs = [(home, stored[partner[a]] if a in partner else None) for a, home in enumerate(read)]
    return pairs, [home for b, home in enumerate(stored) if b not in taken]


def _candidates(read, stored):
    """(index in read, index in stored), the surest pairs first."""
    codes = {plain(home.code): b for b, home in enumerate(stored)} | {home.code: b for b, home in enumerate(stored)}
    asked = [(a, code_of(home)) for a, home in enumerate(read)]
    same_code = [(a, codes.get(code, codes.get(plain(code)))) for a, code in asked]
    same_code = [(a, b) for a, b in same_code if b is not None]
    yield from _sharing_people(read, stored, set(same_code))
    for a, b in same_code:
        if _names(read[a]) & _names(stored[b]):
            yield a, b
    for a, b in same_code:
        if _renamed(read[a], stored[b]) or _names_nobody(read[a]):
            yield a, b
    alike = defaultdict(list)
    for b, home in enumerate(stored):
        alike[_whole(home)].append(b)
    for a, home in enumerate(read):
        same = alike[_whole(home)]
        yield from sorted(((a, b) for b in same), key=lambda pair: pair not in same_code)


def _names_nobody(read):
    """Whether a household has a code of its own and says of nobody who they are, so that nothing speaks against it."""
    return bool(read.code) and not read.code_is_ordinal and not any(person.name for person in read.people)


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
    return SequenceMatcher(None, _called(a.name), _called(b.name)).ratio() >= ALIKE


def _sharing_people(read, stored, same_code):
    """Pairs that share people; under another number only with the same head, or half of the larger household and no
    two heads that are strangers to each other's."""
    where = defaultdict(list)
    for b, home in enumerate(stored):
        for key in _people(home):
            where[key].append(b)
    shared = Counter((a, b) for a, home in enumerate(read) for key in _people(home) for b in where[key])
    headed = {pair for pair in shared if _same_head(read[pair[0]], stored[pair[1]])}

    def surely(pair, number):
        ours, theirs = read[pair[0]], stored[pair[1]]
        if pair in same_code or pair in headed:
            return True
        return 2 * number >= max(len(ours.people), len(theirs.people)) and not _strangers(ours, theirs)

    order = sorted(
        shared.items(), key=lambda item: (item[0] not in headed, -item[1], item[0] not in same_code, item[0])
    )
    return [pair for pair, number in order if surely(pair, number)]


def _same_head(read, stored):
    """Whether both are headed by one person, whose name or year may have been corrected."""
    ours, theirs = _head(read), _head(stored)
    if not ours or not theirs:
        return False
    if known_by(ours) in known_as(theirs) or _named(ours) == _named(theirs):
        return True
    marks = _all_but_the_name(ours)
    return marks is not None and marks == _all_but_the_name(theirs) and _alike(ours, theirs)


def _strangers(read, stored):
    """Whether each has a head whom the other does not know: two households between which somebody moved."""
    ours, theirs = _head(read), _head(stored)
    if not ours or not theirs:
        return False
    return known_by(ours) not in _people(stored) and not _people(read).intersection(known_as(theirs))


def pair_people(read, stored, asked=None, claimed=()):
    """[(read, stored or None)] in the order of `read`, and the stored people who are not in the list.

    asked: tells of a read person whether they might be somebody of another household, so that here they are nobody
    whose name or year was corrected. claimed: the ids of stored people who are in the list in another household, so
    that here they are nobody with another name or year.
    """
    left, free, partner, held = list(enumerate(read)), list(stored), {}, []
    for key, stood in (*SURELY, *LIKELY):
        if asked and key is _named:
            left = [(place, person) for place, person in left if not asked(person)]
            held = [person for person in free if person.id in claimed]
            free = [person for person in free if person.id not in claimed]
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
    return [(person, partner.get(place)) for place, person in enumerate(read)], [*free, *held]


def known_as(person):
    """[(folded name, year of birth)] under which a person stands or once stood in a list."""
    now = [known_by(person)] if person.name else []
    return now + [tuple(stood) for stood in getattr(person, "listed_as", None) or ()]


def _same(person):
    return person.name, person.birth_year, person.sex, person.relation


def known_by(person):
    return (_called(person.name), person.birth_year) if person.name else None


def _named(person):
    return _called(person.name) if person.name else None


@lru_cache(maxsize=20_000)  # of a commune's 26.000 adults 7.000 names differ
def _called(name):
    """A name for comparing, without the notes in brackets that a list would be read without."""
    return vi.fold(tidy_name(name) or name)


def _all_but_the_name(person):
    known = person.birth_year and not _is_nobody(person)
    return (person.birth_year, person.sex, person.relation) if known else None


def _as_once_listed(person):
    """What `_all_but_the_name` would be with each year under which a person once stood in a list."""
    years = {year for _, year in getattr(person, "listed_as", None) or () if year and not _is_nobody(person)}
    return [(year, person.sex, person.relation) for year in years]


def _of_age_and_sex(person):
    known = person.birth_year and person.sex and not _is_nobody(person)
    return (person.birth_year, person.sex) if known else None


def _is_nobody(person):
    """Whether a stored record was entered by mistake: only its own name finds it, no likeness does."""
    return getattr(person, "left", "") == "mistake"


# By what a read person is looked up, and under what a stored one is found; the surest first.
SURELY = (_same, lambda person: [_same(person)]), (known_by, lambda person: [known_by(person)]), (known_by, known_as)
LIKELY = (
    (_named, lambda person: [_named(person), *(name for name, _ in known_as(person))]),
    (_all_but_the_name, lambda person: [_all_but_the_name(person)]),
    (_all_but_the_name, lambda person: _as_once_listed(person)),
    (_of_age_and_sex, lambda person: [_of_age_and_sex(person)]),
)


def _people(home):
    return {key for person in home.people for key in known_as(person)}


def _names(home):
    return {name for name in map(_named, home.people) if name}


def _marks(home):
    return Counter(filter(None, map(_all_but_the_name, home.people)))


def _head(home):
    return next((person for person in home.people if person.relation == "head" and person.name), None)


def _whole(home):
    people = tuple(sorted(map(_same, home.people), key=str))
    return people, home.lane, home.children_0_5, home.children_6_15

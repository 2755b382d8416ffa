"""What deserves a second look, by village and never by who asked: visits, people and households that look unlikely.

A finding is no verdict: two people may share a name and a year, a family may answer alike. Each is a plain value: what,
where and since when. Once a lead has looked (`Review`), it leaves the list until something new happens there.
One visit in twenty is drawn for a short repeat by somebody else (`Repeat`), which says how often answers agree.
"""

from collections import defaultdict
from datetime import timedelta
from functools import reduce
from hashlib import sha256
from itertools import combinations, groupby, pairwise
from operator import or_
from typing import NamedTuple

import plan
from fields import is_clean_name
from models import Area, Attendance, Course, Household, Meeting, Repeat, Resident, Review, Visit, fn
from terms import ANSWERED, FINDINGS, NON_ANSWERS

KINDS = tuple(FINDINGS)
LOOK_BACK = timedelta(days=90)
SECONDS_A_PERSON = 15  # since the save before, including the walk; less is too fast
RUN = 4  # households in a row
ALIKE = 4  # people of one household
CLASH_WITHIN = timedelta(hours=6)
MANY_REFUSALS, TIMES_THE_COMMUNES = 5, 2
DRAWN = 20  # one visit in so many
MANY_NAMES, NAMES_WITHIN, MINUTE = 20, timedelta(minutes=2), timedelta(minutes=1)
ASKED_AGAIN, PEOPLE_ASKED_AGAIN = ("phone", "account", "vneid"), 2


class Finding(NamedTuple):
    """One thing to look at. `n` and `seconds` are what its kind counts, `others` ids of the households it is about,
    `resident` and `double` uids of two people who may be one.
    """

    kind: str
    village: int
    household: int
    at: object
    visit: str = ""
    n: int = 0
    seconds: int = 0
    others: tuple = ()
    resident: str = ""
    double: str = ""


class Knock(NamedTuple):
    """A visit as the rules below need it, without what was answered."""

    id: int
    uid: str
    household: int
    village: int
    user: int
    at: object
    outcome: str
    asked: int
    pattern: str
    disputed_at: object
    paper: object


class Refusals(NamedTuple):
    """A village's refusals among the households that were asked, and the commune's."""

    village: int
    refused: int
    asked: int
    commune_refused: int
    commune_asked: int


def findings(area, moment):
    """Every finding below `area` of the last 90 days that nobody has looked at since, by kind, the newest first."""
    knocks = list(_knocks(area, moment - LOOK_BACK))
    found = [
        *_clashes(knocks),
        *(Finding("disputed", k.village, k.household, k.disputed_at, k.uid) for k in knocks if k.disputed_at),
        *_at_speed(knocks),
        *_unasked(area),
        *_empty(area),
        *_twins(area),
    ]
    seen = _reviewed(area)
    found = [each for each in found if each.at > seen.get((each.household, each.kind), each.at - LOOK_BACK)]
    return sorted(found, key=lambda finding: (KINDS.index(finding.kind), -finding.at.timestamp(), finding.household))


def _knocks(area, since):
    columns = (
        Visit.id, Visit.uid, Visit.household, Household.village, Visit.user, Visit.happened_at,
        Visit.outcome, Visit.asked, Visit.pattern, Visit.disputed_at, Visit.entered_by,
    )  # fmt: skip
    query = Visit.select(*columns).join(Household).join(Area)
    query = query.where(Area.within(area), Visit.happened_at >= since, Visit.user.is_null(False))
    query = query.where(Household.stands())
    return map(Knock._make, query.order_by(Visit.user, Visit.happened_at, Visit.id).tuples())


def _at_speed(knocks):
    """What one account's visits in a row show on its phone: too fast, or the same answers door after door."""
    for _, visits in groupby(knocks, key=lambda knock: knock.user):
        visits = [knock for knock in visits if not knock.paper]  # a paper form gives the day, not the time
        for before, knock in pairwise(visits):
            seconds = int((knock.at - before.at).total_seconds())
            if before.household != knock.household and knock.asked and seconds < knock.asked * SECONDS_A_PERSON:
                yield Finding("fast", knock.village, knock.household, knock.at, knock.uid, knock.asked, seconds)
        yield from _same_answers([knock for knock in visits if knock.asked])


def _same_answers(knocks):
    for pattern, row in groupby(knocks, key=lambda knock: knock.pattern):
        row = list(row)
        homes = tuple(dict.fromkeys(knock.household for knock in row))
        if pattern and len(homes) >= RUN:
            last = row[-1]
            yield Finding("run", last.village, last.household, last.at, last.uid, len(homes), 0, homes)
        elif pattern:
            for knock in row:
                if knock.asked >= ALIKE:
                    yield Finding("alike", knock.village, knock.household, knock.at, knock.uid, knock.asked)


def _clashes(knocks):
    """Two visits of one household within hours, by two accounts, that say different things."""
    pairs = []
    answered = sorted((k for k in knocks if k.asked or k.outcome == "refused"), key=lambda k: (k.household, k.at, k.id))
    for before, knock in pairwise(answered):
        near = knock.household == before.household and knock.at - before.at <= CLASH_WITHIN
        if near and knock.user != before.user:
            pairs.append((before, knock))
    ids = {knock.id for pair in pairs for knock in pair}
    contents = dict(Visit.select(Visit.id, Visit.content).where(Visit.id.in_(ids)).tuples()) if ids else {}
    for before, knock in pairs:
        refusal = "refused" in (before.outcome, knock.outcome) and before.outcome != knock.outcome
        if refusal or _differ(contents[before.id], contents[knock.id]):
            seconds = int((knock.at - before.at).total_seconds())
            yield Finding("clash", knock.village, knock.household, knock.at, knock.uid, 2, seconds)


def _differ(before, after):
    first = {(person["uid"], key): answer for person in before["people"] for key, answer in person["answers"].items()}
    return any(
        first.get((person["uid"], key), answer) != answer
        for person in after["people"]
        for key, answer in person["answers"].items()
    )


def _unasked(area):
    """Households called done in which somebody who lives there was never asked."""
    nobody_asked = fn.LENGTH(Resident.answers.cast("TEXT")) <= len("{}")
    query = Household.select(Household.village, Household.id, _since(), fn.COUNT(Resident.id)).join(Area)
    query = query.join(Resident, on=Resident.household == Household.id, src=Household)
    query = query.where(Area.within(area), Household.state == "done", Resident.lives_here(), nobody_asked)
    for village, household, at, n in query.group_by(Household.id).tuples():
        yield Finding("unasked", village, household, at, n=n)


def _since():
    """When a household was visited last, or else when it was listed."""
    moment = fn.COALESCE(Household.visited_at, Household.created_at)
    return moment.converter(Household.created_at.python_value)


def _empty(area):
    """Households with nobody of age, as far as their years of birth are known."""
    of_age = Resident.birth_year.is_null() | (Resident.birth_year <= plan.active.year - plan.active.adult_age)
    adults = Resident.select().where(Resident.household == Household.id, Resident.lives_here(), of_age)
    query = Household.select(Household.village, Household.id, _since()).join(Area)
    query = query.where(Area.within(area), Household.counts(), ~fn.EXISTS(adults))
    return (Finding("empty", *row) for row in query.tuples())


def _twins(area):
    """People of one village with the same folded name and year of birth.

    Counted in one pass over the people: when PostgreSQL has no statistics yet, it joins them with all of their village.
    """
    alike = Household.village, Resident.folded, Resident.birth_year
    columns = *alike, Resident.id.alias("number"), Household.id, Household.created_at, Resident.uid
    times = fn.COUNT(Resident.id).over(partition_by=alike).alias("times")
    people = Resident.select(*columns, times).join(Household).join(Area)
    people = people.where(Area.within(area), Resident.folded != "", Resident.birth_year.is_null(False))
    people = people.where(Resident.lives_here()).alias("people")
    village, folded, born, number = (people.c[name] for name in ("village_id", "folded", "birth_year", "number"))
    at = people.c.created_at.converter(Household.created_at.python_value)
    query = Resident.select(village, folded, born, people.c.id, at, people.c.uid).from_(people)
    query = query.where(people.c.times > 1).order_by(village, folded, born, number).tuples()
    for (village, _, _), same in groupby(query, key=lambda row: row[:3]):
        for (*_, home, at, resident), (*_, elsewhere, _, double) in combinations(same, 2):
            yield Finding("twins", village, home, at, n=2, others=(home, elsewhere), resident=resident, double=double)


def numbers_as_names(area):
    """The walk-ins below `area`, taken back or not, whose typed name would be refused today, by time of their class.

    Names that hold an identity number must not be kept (design.md 4.2); they were taken before the rule was.
    """
    digits = reduce(or_, (Attendance.name.contains(digit) for digit in "0123456789"))
    no_case = fn.UPPER(Attendance.name) == fn.LOWER(Attendance.name)
    query = Attendance.select(Attendance, Meeting, Course, Area).join(Meeting).join(Course).join(Area)
    query = query.where(Area.within(area), Attendance.resident.is_null(), digits | no_case)
    rows = query.order_by(Meeting.starts_at, Attendance.id)
    return [row for row in rows if row.name and not is_clean_name(row.name)]


def _reviewed(area):
    query = Review.select(Review.household, Review.kind, Review.at).join(Household).join(Area)
    rows = query.where(Area.within(area)).tuples()
    return {(household, kind): at for household, kind, at in rows}


def refusals(area):
    """`{village id: Refusals}` for the villages below `area` that refuse far more often than their commune."""
    commune = area.commune_or_self()
    query = Household.select(Household.village, Household.state, fn.COUNT(Household.id)).join(Area)
    query = query.where(Area.within(commune), Household.state.in_((*ANSWERED, "refused")))
    query = query.where(Household.stands())
    asked, refused = defaultdict(int), defaultdict(int)
    for village, state, n in query.group_by(Household.village, Household.state).tuples():
        asked[village] += n
        refused[village] += n if state == "refused" else 0
    all_refused, all_asked = sum(refused.values()), sum(asked.values())
    return {
        village: Refusals(village, refused[village], asked[village], all_refused, all_asked)
        for village in asked
        if refused[village] >= MANY_REFUSALS
        and refused[village] * all_asked >= TIMES_THE_COMMUNES * all_refused * asked[village]
    }


def drawn(visit_uid):
    """Whether this visit is one of the five in a hundred to repeat. Its id decides, so nobody can choose."""
    return int(sha256(visit_uid.encode()).hexdigest()[:8], 16) % DRAWN == 0


def to_repeat(area, moment, by):
    """The drawn visits below `area` that nobody has repeated, the newest first, as Findings; not those of `by`."""
    again = set(Repeat.select(Visit.uid).join(Visit).tuples())
    refusing = set(Household.below(area).select(Household.id).where(Household.agreed == False).tuples())
    return [
        Finding("repeat", knock.village, knock.household, knock.at, knock.uid, knock.asked)
        for knock in sorted(_knocks(area, moment - LOOK_BACK), key=lambda knock: knock.at, reverse=True)
        if knock.asked and drawn(knock.uid) and knock.user != by.id
        if (knock.uid,) not in again and (knock.household,) not in refusing
    ]


def agreement(area):
    """`{village id: {question: (alike, asked twice)}}` of the drawn visits that were repeated."""
    counts = defaultdict(lambda: {key: [0, 0] for key in ASKED_AGAIN})
    query = Repeat.select(Household.village, Visit.uid, Repeat.first, Repeat.answers)
    query = query.join(Visit).join(Household).join(Area).where(Area.within(area))
    for village, visit, first, again in query.tuples():
        if drawn(visit):
            for key, alike in compared(first, again).items():
                counts[village][key][0] += alike
                counts[village][key][1] += 1
    return counts


def compared(first, again):
    """`{question: whether both say the same}` for what was really answered both times."""
    return {
        key: first[key] == again[key]
        for key in ASKED_AGAIN
        if key in first and key in again and first[key] not in NON_ANSWERS and again[key] not in NON_ANSWERS
    }


def people_to_ask(visit):
    """`[(resident, what the visit told of them)]`: the first two who live there and answered what is asked again.

    Nobody of a household that refused since.
    """
    if visit.household.agreed is False:
        return []
    answers = {person["uid"]: person["answers"] for person in visit.content["people"]}
    answered = [person for person in visit.household.living() if set(answers.get(person.uid, {})) & set(ASKED_AGAIN)]
    return [(person, answers[person.uid]) for person in answered[:PEOPLE_ASKED_AGAIN]]


def repeated(visit):
    """(answers alike, answers compared) of a visit's repeat, or None when nobody has asked again."""
    rows = list(Repeat.select().where(Repeat.visit == visit))
    alike = [same for row in rows for same in compared(row.first, row.answers).values()]
    return (sum(alike), len(alike)) if rows else None


class Flood(NamedTuple):
    """From the first to the last minute (naive UTC, whole), in which so many unknown names came to a session.

    That is a joke or a script: a class of forty whom the lists do not know takes minutes to check in. Nobody is
    limited; the host is told and decides.
    """

    first: object
    last: object
    number: int


def find_flood(rows):
    """The Flood among the attendances of a session, or None: `MANY_NAMES` unknown names or more within two minutes, and
    those that followed as fast.
    """
    times = sorted(row.happened_at for row in rows if _is_unknown(row))
    starts = [n for n in range(len(times) - MANY_NAMES + 1) if times[n + MANY_NAMES - 1] - times[n] <= NAMES_WITHIN]
    if not starts:
        return None
    end = starts[0] + MANY_NAMES
    for start in starts:
        if start <= end:
            end = start + MANY_NAMES
    first, last = (moment.replace(second=0, microsecond=0) for moment in (times[starts[0]], times[end - 1]))
    return Flood(first, last, len(unknown_between(rows, first, last)))


def _is_unknown(row):
    """Whether somebody typed this name on a phone and it fits nobody of the lists."""
    return row.resident_id is None and row.how in ("self", "family")


def unknown_between(rows, first, last):
    """The unknown names from the first to the last minute, that one included."""
    return [row for row in rows if _is_unknown(row) and first <= row.happened_at < last + MINUTE]

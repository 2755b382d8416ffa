"""Writes the households in bulk, with what the verbs would have derived and logged."""

from collections import defaultdict
from datetime import timedelta

from peewee import chunked

import indicators
import plan
import vi
from models import Consent, DayTally, Event, Household, Resident, Tally, Visit, search_text
from terms import ANSWERED, GONE

LISTS_CAME = timedelta(days=150)


def write(homes, moment):
    """Insert the households with everything of theirs, and the tallies they add up to."""
    for home in homes:
        home.row.created_at = moment - LISTS_CAME
        _finish(home)
    insert(Household, [home.row for home in homes])
    ids = dict(Household.select(Household.uid, Household.id).tuples())
    for home in homes:
        for row in (*home.people, *home.visits):
            row.household = ids[home.row.uid]
    visits = sorted((visit for home in homes for visit in home.visits), key=lambda visit: visit.received_at)
    insert(Resident, [person for home in homes for person in home.people])
    insert(Visit, visits)
    insert(Consent, [_consent(visit) for visit in visits if visit.outcome in (*ANSWERED, "refused")])
    asked = [home for home in homes if home.row.reminders is not None]
    insert(Consent, [_consent(home.visits[-1], "reminders", home.row.reminders) for home in asked])
    insert(Tally, _tallies(homes))
    insert(DayTally, _day_tallies(homes))
    uids = {number: uid for uid, number in ids.items()}
    insert(Event, [_received(visit, uids) for visit in visits])


def insert(table, rows):
    """Insert rows of a table that have no number yet, in few statements."""
    # The first row of insert_many decides the columns, so every row names them all.
    columns = [name for name in table._meta.sorted_field_names if name != "id"]
    for batch in chunked(rows, 800):
        table.insert_many([{name: row.__data__.get(name) for name in columns} for row in batch]).execute()


def _finish(home):
    """What `Household.refresh` derives, for people none of whom has been to a class yet."""
    row = home.row
    row.head_name = home.people[0].name
    row.search, row.lane_key = search_text(row.code, row.lane, home.people), vi.sort_key(row.lane)
    people = [{"birth_year": p.birth_year, "answers": p.answers, "attended": False} for p in home.people]
    facts = {"counts": row.state not in GONE, "visited": row.state != "todo", "done": row.state == "done"}
    row.contribution = indicators.contribution({**facts, "people": people}, plan.active)


def _tallies(homes):
    sums = defaultdict(lambda: [0, 0, 0])
    for home in homes:
        for code, counts in home.row.contribution.items():
            key = home.row.village_id, code
            sums[key] = [sum(pair) for pair in zip(sums[key], counts, strict=True)]
    year = plan.active.year
    return [Tally(village=v, year=year, code=code, listed=n, asked=a, yes=y) for (v, code), (n, a, y) in sums.items()]


def _day_tallies(homes):
    sums = defaultdict(lambda: [0, 0, 0])
    for home in homes:
        for day, changes in home.row.worked_out_days().items():
            for code, counts in changes.items():
                key = home.row.village_id, DayTally.within(day, plan.active.year), code
                sums[key] = [sum(pair) for pair in zip(sums[key], counts, strict=True)]
    of = {"year": plan.active.year, "estimated": False}
    return [
        DayTally(village=v, day=day, code=code, listed=n, asked=a, yes=y, **of)
        for (v, day, code), (n, a, y) in sums.items()
        if n or a or y
    ]


def _consent(visit, purpose="survey", given=None):
    given = visit.outcome != "refused" if given is None else given
    return Consent(
        household=visit.household_id, purpose=purpose, given=given, user=visit.user_id,
        text_version=plan.active.notice_version, given_at=visit.happened_at, recorded_at=visit.received_at,
    )  # fmt: skip


def _received(visit, uids):
    answers, people = visit.content["answers"], visit.content["people"]
    data = {"visit": visit.uid, "outcome": visit.outcome, "fields": sorted(answers), "people": len(people)}
    return Event(
        at=visit.received_at, user=visit.user_id, verb="visit.received", kind="household",
        subject=uids[visit.household_id], data=data,
    )  # fmt: skip

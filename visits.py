"""A visit is one verb, from the form to the receipt: what was told of a household and of each person is written once.

`check` reads a form for a household, `record` writes what it meant. Only the answers and fields present are written;
an older visit that arrives late never overwrites a newer answer. What is told of somebody who moved, left or was merged
meanwhile follows them and brings nobody back, unless the form says that a newcomer is they.
"""

import moves
import plan
import survey
import vi
from fields import N_
from models import (
    Conflict,
    Consent,
    Event,
    Household,
    Moved,
    Repeat,
    Resident,
    Support,
    User,
    Visit,
    db,
    merge_answers,
    now,
)
from terms import ABSENT


def check(household, fields, by, moment, clock=None):
    """What a form says of a household, and what is wrong with it: (visit, `{field: Sentence}`).

    fields: name → list of texts. by: who sends it. moment, clock: as of `survey.check`.
    A newcomer whom the village seems to know already is asked about.
    """
    is_new = household.id is None
    known = set() if is_new else _known(household, fields.get("person", []))
    askers = [user.uid for user in User.team(household.village, by)] if "day" in fields else ()
    visit, errors = survey.check(fields, plan.active, known, moment, clock, askers)
    if is_new and not errors and not visit["people"]:
        errors["person"] = survey.NOBODY
    return visit, errors | _ask_who(household, visit["people"], known)


def record(household, visit, by, body_hash=""):
    """Write a visit from `check` sent by an account, once however often it arrives: (the household, Visit).

    A new household is added; whoever is said to be somebody known is brought into it; a form typed from paper counts
    as asked by who asked. Raises what `receive` raises, and `moves.Refused` when somebody cannot be brought.
    """
    asked_by, entered_by, day = by, None, vi.local(visit["happened_at"]).date()
    if "asked_by" in visit:
        team = {user.uid: user for user in User.team(household.village, by)}
        asked_by, entered_by = team[visit["asked_by"]], by
    with db.transaction():  # atomic() would set a savepoint within the view's transaction, for nothing
        if household.id is None:
            household = Household.add_once(household.village, household.uid, by, day)
        _bring(household, visit, by)
        return household, receive(household, visit, asked_by, body_hash, entered_by)[0]


def receive(household, visit, by, body_hash="", entered_by=None):
    """Record one visit to a household that is there, once however often it arrives.

    visit: what `survey.check` returns as clean: `{"uid", "outcome", "happened_at", "answers": {question: answer},
    "people": [{"uid", "answers", "name"?, "birth_year"?, "sex"?, "relation"?, "proxy"?, "phone"?, "helped"?,
    "minutes"?}], "lane"?, "note"?, "reminders"?, "notice"?, "call_back"?, "dwelling"?}`. `by` asked; `entered_by`
    typed a paper form. Returns (Visit, True) or, for a repeat, (the first Visit, False).
    Raises Conflict when the id was used for other content, LookupError for a person of another household.
    """
    with db.transaction():
        row = Visit.of(household, visit, by, body_hash, entered_by)
        if not row.store_once():
            first = Visit.get(Visit.uid == row.uid)
            if first.body_hash != body_hash or first.household.current() != household.current():
                raise Conflict(first)
            return first, False
        home = household.locked()
        if home.merged_into_id:
            home = home.current().locked()
        day = vi.local(visit["happened_at"]).date()
        with home.counting_for_its_year(day):
            _take_consents(home, visit, by, "paper" if entered_by else "door")
            _take_outcome(home, visit)
            living, elsewhere = _take_people(home, visit["people"], visit["happened_at"], by)
            if home.state == "done" and not all(person.was_asked for person in living):
                home.state = "partial"  # somebody was not asked yet
            home.refresh_with(living, day)
        for other in Household.hold(elsewhere):
            other.refresh(day)
        told = {"fields": sorted(visit["answers"]), "people": len(visit["people"])}
        Event.log("visit.received", home, entered_by or by, visit=row.uid, outcome=row.outcome, **told)
    household.__data__.update(home.__data__)
    return row, True


def ask_again(visit, told, by, visit_uid=None):
    """Keep as `Repeat` what each person said when somebody else asked them again, once however often it is sent.

    told: `[(resident, what the visit told, what they say now)]`. With `visit_uid` the new answers also become
    the household's, as a visit of that id. Raises Conflict when the first asker asks again.
    """
    if visit.user_id == by.id:
        raise Conflict(visit)
    with db.atomic():
        rows = [dict(visit=visit, resident=who, first=first, answers=again, user=by) for who, first, again in told]
        new = sum(Repeat.insert(row).on_conflict_ignore().as_rowcount().execute() for row in rows)
        if new:
            Event.log("visit.repeated", visit.household, by, visit=visit.uid, people=new)
        if visit_uid:
            people = [{"uid": who.uid, "answers": again} for who, _, again in told]
            seen = {"uid": visit_uid, "outcome": "done", "happened_at": now(), "answers": {}, "people": people}
            receive(visit.household, seen, by)


def _known(household, uids):
    """The ids of who was ever listed in a household, and which of `uids` are people who moved from there."""
    homes = dict(Resident.HOMES_OF.all(household=household, uids=uids))
    known = {uid for uid, home in homes.items() if home == household.id}
    return known | {person.uid for person in Moved.once_in(household, homes.keys() - known)}


def _take_consents(home, visit, by, how):
    at, version = visit["happened_at"], visit.get("notice")
    if visit["outcome"] in ("done", "partial", "refused"):
        Consent.record(home, "survey", visit["outcome"] != "refused", at, by, how, version)
    if "reminders" in visit:
        Consent.record(home, "reminders", visit["reminders"], at, by, how, version)
    elif visit["outcome"] == "refused" and home.reminders:
        Consent.record(home, "reminders", False, at, by, how, version)  # who wants no part in it wants no calls either


def _take_outcome(home, visit):
    """The state that the visit leaves the household in, when to call back, and what was told of the home itself."""
    at = visit["happened_at"]
    newest = home.visited_at is None or at >= home.visited_at
    if newest:
        home.state, home.visited_at = visit["outcome"], at
        home.call_back_on = visit.get("call_back", {}).get("on")
        home.call_back_part = visit.get("call_back", {}).get("part", "")
    if home.agreed is False and home.state in ("done", "partial"):
        home.state = "refused"  # withdrawn since
    if visit["outcome"] in ABSENT:
        home.attempts = home.visits.where(Visit.outcome.in_(ABSENT)).count()
    merge_answers(home, visit["answers"], at)
    if newest:
        home.set_changed(**{key: visit[key] for key in ("lane", "note", "dwelling") if key in visit})


def _take_people(home, people, at, by):
    """Take what was told of each person.

    Returns who lives here, and the ids of the other households in which some of them now live.
    """
    everybody = home.everybody()
    known = {person.uid: person for person in everybody}
    missing = [told["uid"] for told in people if told["uid"] not in known]
    moved = {person.uid: person for person in Moved.once_in(home, missing)} if missing else {}
    rows = {person.id: person for person in (*known.values(), *moved.values())}
    for number, told in enumerate(people):
        person = known.get(told["uid"]) or moved.get(told["uid"])
        if person is None:
            person = Resident(uid=told["uid"], household=home, position=len(known) + number)
        if person.merged_into_id or person.household_id != home.id:
            # A name corrected on the double is not the kept one's; who moved away is known better where they live.
            told = {key: told[key] for key in ("answers", "helped", "minutes") if key in told}
        while person.merged_into_id:
            person = rows.setdefault(person.merged_into_id, person.merged_into)
        person.take(told if home.reminders else {key: told[key] for key in told if key != "phone"}, at)
        if person.id is None:
            if not person.store_once():
                raise LookupError(told["uid"])
            everybody.append(person)
        for topic in told.get("helped", ()):
            Support(
                resident=person, area=home.village_id, topic=topic, minutes=told["minutes"], place="home", user=by,
                happened_at=at,
            ).store_new()  # fmt: skip
    if home.reminders is False:
        for person in everybody:
            person.set_changed(phone=None)
    Resident.store_all(rows.values())
    living = [person for person in everybody if not person.left]
    living.sort(key=lambda person: (person.position, person.id))
    return living, {person.household_id for person in rows.values()} - {home.id}


# -- The same person met again


def _ask_who(household, people, known):
    """Errors of newcomers who might be somebody of the village, `{"<uid>.same": Sentence}`, until the form says who.

    people: those of a visit from `survey.check`; who is not `known` is new. A newcomer's "same" is afterwards the uid
    of the resident they are, or "no". The sentence's `choices` are the residents they might be, the likeliest first.
    """
    new = [newcomer for newcomer in people if newcomer["uid"] not in known]
    told = [(newcomer.get("name"), newcomer.get("birth_year")) for newcomer in new]
    named = [(name, year) for name, year in told if name and year]
    alike = Resident.alike(household.village_id, named) if named else []
    errors = {}
    for newcomer in new:
        found = [each for each in alike if each.is_called(newcomer.get("name") or "", newcomer.get("birth_year"))]
        same = newcomer.pop("same", None)
        if found and same == "yes":
            newcomer["same"] = found[0].uid
        elif found and same in ("no", *(each.uid for each in found)):
            newcomer["same"] = same
        elif found:
            errors[f"{newcomer['uid']}.same"] = _who(found)
    return errors


def _who(found):
    first = found[0]
    told = {"name": first.name, "year": first.birth_year, "code": first.household.code, "choices": found}
    if first.left:
        return N_("Trùng với %(name)s, %(year)s, hộ %(code)s, đã ghi là không còn ở đó?", **told)
    return N_("Trùng với %(name)s, %(year)s, hộ %(code)s?", **told)


def _bring(household, visit, by):
    """Move those whom the visit says to be the same person into the household, and let their answers be theirs.

    A visit that was received before brings nobody again.
    """
    same = [newcomer for newcomer in visit["people"] if newcomer.get("same", "no") != "no"]
    if not same:
        return
    repeated = Visit.get_or_none(Visit.uid == visit["uid"]) is not None
    for newcomer in same:
        resident = Resident.get(Resident.uid == newcomer["same"])
        if not repeated:
            if resident.household_id != household.id:
                moves.to_household(resident, household, by, happened_at=visit["happened_at"])
            elif resident.left:
                moves.come_back(resident, by, happened_at=visit["happened_at"])
        newcomer["uid"] = resident.uid
        for key in Resident.IDENTITY:  # what the list says is better than what was typed to find them
            if getattr(resident, key):
                newcomer.pop(key, None)

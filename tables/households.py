"""Households and their residents, the visits to their doors, and what they agreed to."""

import json
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from peewee import (
    JOIN,
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    JSONField,
    SmallIntegerField,
    TextField,
    chunked,
    fn,
)

import indicators
import plan
import vi
from database import lock_row
from tables.areas import Area, Tally
from tables.table import MOST_IDS, Conflict, Event, Table, db, new_uid, now
from tables.users import User

OUTCOMES = ("done", "partial", "not_home", "call_back", "refused", "moved", "vacant", "boarding")
GONE = ("moved", "vacant")
ABSENT = ("not_home", "call_back")
TO_VISIT = ("todo", "partial", "boarding")
ENOUGH_TO_COMPARE = 3  # fewer questions than this answered alike say nothing
PURPOSES = {"survey": "agreed", "reminders": "reminders"}  # what is consented to: the column with the newest word
PLACES = ("home", "point", "class")
PHONE_ENDS = 4  # digits
LONGEST_SEARCH = 100  # characters
NOBODY = ("merged", "mistake")  # what `left` says of records that are no person of their own
HOUSEHOLD_OF_UID = "(SELECT id FROM household WHERE uid = ?)"


class Prepared(NamedTuple):
    """New households of a village, ready to be written: their uids, rows, and what they add to the tallies."""

    uids: list
    homes: list
    people: list
    events: list
    sums: dict


class Household(Table):
    """A household in a village: where it is, what it answered, and what it adds to the tallies.

    The children columns are what a list said; an answer to the question of the same name goes before it.
    """

    uid = CharField(unique=True, default=new_uid)
    village = ForeignKeyField(Area, backref="households")
    code = CharField(max_length=20)
    code_key = CharField()
    lane = CharField(default="")
    lane_key = CharField(default="")
    dwelling = CharField(default="house", max_length=10)
    head_name = CharField(default="")
    children_0_5 = SmallIntegerField(null=True)
    children_6_15 = SmallIntegerField(null=True)
    answers = JSONField(default=dict)
    answered_at = JSONField(default=dict)
    state = CharField(default="todo", max_length=10)
    agreed = BooleanField(null=True)
    reminders = BooleanField(null=True)
    note = CharField(default="", max_length=120)
    visited_at = DateTimeField(null=True)
    call_back_on = DateField(null=True)
    call_back_part = CharField(default="", max_length=10)
    attempts = SmallIntegerField(default=0)
    contribution = JSONField(default=dict)
    search = TextField(default="")
    created_at = DateTimeField(default=now)
    merged_into = ForeignKeyField("self", null=True, backref="+", on_delete="SET NULL")

    class Meta:
        indexes = ((("village", "code"), True), (("village", "lane_key", "code_key"), False))

    @classmethod
    def stands(cls):
        """Those not merged into others; for a query."""
        return cls.merged_into.is_null()

    @classmethod
    def counts(cls):
        """Those that count in any figure: they stand, and somebody lives there; for a query."""
        return cls.stands() & cls.state.not_in(GONE)

    @classmethod
    def visible_to(cls, user):
        return cls.below(user.area)

    @classmethod
    def below(cls, area):
        return cls.all_below(area).where(cls.stands())

    @classmethod
    def all_below(cls, area):
        """Those merged into others too, under whose ids phones may still send."""
        return cls.select(cls, Area).join(Area).where(Area.within(area))

    @classmethod
    def by_id(cls, ids):
        """`{id: household}`, each with its village, in one query."""
        return {row.id: row for row in cls.select(cls, Area).join(Area).where(cls.id.in_(ids))} if ids else {}

    @classmethod
    def with_people(cls, village):
        """Every household of the village as one walks it, with its living residents: [(row, [people])], two queries."""
        rows = list(cls.as_walked(cls.below(village)))
        people = {row.id: [] for row in rows}
        for person in Resident.below(village).order_by(Resident.position, Resident.id):
            people[person.household_id].append(person)
        return [(row, people[row.id]) for row in rows]

    @classmethod
    def as_walked(cls, query):
        """The query's households village by village, lane by lane, door by door."""
        return query.order_by(Area.label_key, cls.lane_key, cls.code_key)

    @classmethod
    def in_states(cls, query, states):
        return query.where(cls.state.in_(states))

    @classmethod
    def in_lane(cls, query, lane):
        return query.where(cls.lane == lane)

    @classmethod
    def lanes(cls, query):
        """The lanes of a query's households in their order: [(lane, households)]; the nameless one is ""."""
        counted = query.select(cls.lane, fn.COUNT(cls.id)).order_by(cls.lane_key).group_by(cls.lane, cls.lane_key)
        return list(counted.tuples())

    @classmethod
    def matching(cls, query, words):
        """Narrow a query to households where every word begins a name, a lane or the code, or ends a phone."""
        for word in vi.fold(words[:LONGEST_SEARCH]).split():
            starts = cls.search.contains(f" {word}")
            ends = cls.search.contains(f"{word[-PHONE_ENDS:]} ")
            query = query.where(starts | ends if word.isdigit() else starts)
        return query

    @classmethod
    def count_by_state(cls, query):
        """`{state: number of households}` of a query, in one query."""
        counted = query.select(cls.state, fn.COUNT(cls.id)).order_by().group_by(cls.state)
        return dict(counted.tuples())

    def next_door(self):
        """The next household of the village still to visit, lane by lane, starting over at the end."""
        key, code = Household.lane_key, Household.code_key
        further = Case(None, [((key > self.lane_key) | ((key == self.lane_key) & (code > self.code_key)), 0)], 1)
        query = Household.select(Household.uid, Household.code, Household.head_name)
        todo = query.where(Household.village == self.village, Household.state.in_(TO_VISIT), Household.uid != self.uid)
        return todo.where(Household.stands()).order_by(further, key, code).first()

    @classmethod
    def next_for(cls, user, village):
        """The door to begin with: the one after the last that this account knocked on in the village, or the first."""
        visited = cls.select().join(Visit).where(cls.village == village, Visit.user == user)
        last = visited.order_by(Visit.happened_at.desc(), Visit.id.desc()).first()
        return (last or cls(village=village, code_key="", lane_key="")).next_door()

    @classmethod
    def free_code(cls, village):
        """The next unused number in the village, as three digits."""
        numbers = [int(row.code) for row in village.households.select(cls.code) if row.code.isdecimal()]
        return f"{max(numbers, default=0) + 1:03d}"

    @classmethod
    def add_once(cls, village, uid, by):
        """The household with an id that a form or a phone made, added when it is new; its number is the next free one.

        LookupError when the id belongs to a household of another village.
        """
        with db.atomic():
            lock_row(Area.select().where(Area.id == village.id)).get()  # two new households take turns for a number
            household = cls.get_or_none(cls.uid == uid)
            if household and household.village_id != village.id:
                raise LookupError(uid)
            return household or cls.add(village, by, uid=uid)

    @classmethod
    def add(cls, village, by, code=None, lane="", dwelling="house", uid=None, children=(None, None), people=()):
        """A new household with its people (dicts with name, birth_year, sex, relation, phone, uid).

        IntegrityError when the code is taken in the village or the uid exists.
        """
        with db.atomic():
            code = code or cls.free_code(village)
            household = cls.create(
                uid=uid or new_uid(),
                village=village,
                code=code,
                code_key=vi.sort_key(code),
                lane=vi.clean(lane),
                dwelling=dwelling,
                children_0_5=children[0],
                children_6_15=children[1],
            )
            Resident.insert_people(household, people)
            household.refresh()
            Event.log("household.added", household, by, people=len(people))
        return household

    @classmethod
    def prepare_many(cls, homes, by):
        """New households of one village, as `write_many` takes them: dicts with the code, lane, dwelling, children
        and people that `add` takes. Reads and writes nothing."""
        rows, people, events, sums = [], [], [], {}
        for given in homes:
            row = cls(code=given["code"], code_key=vi.sort_key(given["code"]))
            row.lane, row.dwelling = vi.clean(given["lane"]), given["dwelling"]
            row.children_0_5, row.children_6_15 = given["children"]
            members = [Resident.new(None, position, person) for position, person in enumerate(given["people"])]
            row.describe(members)
            row.contribution = indicators.contribution(row.facts(members), plan.active)
            for code, counts in row.contribution.items():
                sums[code] = [a + b for a, b in zip(sums.get(code, (0, 0, 0)), counts, strict=True)]
            rows.append(row)
            people += [(row.uid, *cells) for cells in Resident.prepared(members, "household")]
            events.append(Event.line("household.added", row, by, people=len(members)))
        return Prepared([row.uid for row in rows], cls.prepared(rows, "village"), people, Event.prepared(events), sums)

    @classmethod
    def write_many(cls, village, prepared):
        """Write the households of `prepare_many` into a village. Inside a transaction."""
        cls.insert_prepared(prepared.homes, village=str(int(village.id)))
        Resident.insert_prepared(prepared.people, household=HOUSEHOLD_OF_UID)
        if prepared.sums:
            Tally.add(village.id, prepared.sums)
        Event.insert_prepared(prepared.events)

    @classmethod
    def recount(cls, ids):
        """Bring the tallies up to date for many households, read anew. Inside a transaction that holds them."""
        from tables.courses import Attendance  # which is built upon this file

        ids = list(ids)
        rows, people = cls.of_ids(ids), Resident.living_in(ids)
        living = [person.id for members in people.values() for person in members]
        came = (Attendance.residents_who_came(batch, plan.active.year) for batch in chunked(living, MOST_IDS))
        attended, sums = set().union(*came), {}
        for row in rows:
            after = indicators.contribution(row.facts(people.get(row.id, []), attended), plan.active)
            totals = sums.setdefault(row.village_id, {})
            for code, counts in indicators.difference(row.contribution, after).items():
                totals[code] = [a + b for a, b in zip(totals.get(code, (0, 0, 0)), counts, strict=True)]
            row.set_changed(contribution=after)
        cls.update_prepared(cls.prepared_changes(rows))
        for village_id, totals in sorted(sums.items()):
            if totals:
                Tally.add(village_id, totals)

    @classmethod
    def of_ids(cls, ids):
        """The households with these ids, in as many queries as it takes."""
        return [row for batch in chunked(ids, MOST_IDS) for row in cls.select().where(cls.id.in_(batch))]

    def living(self):
        """The residents living here, in the order the family lists them."""
        return self.residents.where(Resident.lives_here()).order_by(Resident.position, Resident.id)

    def refresh(self):
        """Bring the head's name, the search text and the tallies up to date. Call inside the verb's transaction.

        What else was set on this row is stored with it.
        """
        self.refresh_with(list(self.living()))

    def refresh_with(self, people):
        """The same for somebody who has just read who lives here."""
        self.describe(people)
        self.retally(people)

    def describe(self, people):
        """Set what is derived from the lane and the people who live here: the head's name, search text and sort key."""
        head = next((person for person in people if person.relation == "head"), people[0] if people else None)
        head_name = head.name or "" if head else ""
        search, lane_key = search_text(self.code, self.lane, people), vi.sort_key(self.lane)
        self.set_changed(head_name=head_name, search=search, lane_key=lane_key)

    def facts(self, people, attended=None):
        """This household as `indicators` wants it. Answers of those who withdrew their consent count no longer.

        attended: the ids of those who came to a class this year, for somebody who has just asked for many.
        """
        from tables.courses import Attendance  # which is built upon this file

        ids = [person.id for person in people if person.id]
        if attended is None:
            attended = Attendance.residents_who_came(ids, plan.active.year) if ids else set()
        return {
            "counts": self.state not in GONE and self.merged_into_id is None,
            "visited": self.state != "todo",
            "done": self.state == "done",
            "people": [
                {
                    "birth_year": p.birth_year,
                    "answers": {} if self.agreed is False else p.answers,
                    "attended": p.id in attended,
                }
                for p in people
            ],
        }

    def retally(self, people=None):
        """Recompute this household's contribution and add the difference to its village. Inside a transaction."""
        people = list(self.living()) if people is None else people
        after = indicators.contribution(self.facts(people), plan.active)
        changes = indicators.difference(self.contribution, after)
        if changes:
            self.contribution = after
            Tally.add(self.village_id, changes)
        self.store_changes()

    @classmethod
    def rebuild_tallies(cls):
        """Recompute every contribution and tally of the active year from scratch; returns how many households."""
        with db.atomic():
            Tally.delete().where(Tally.year == plan.active.year).execute()
            cls.update(contribution={}).execute()
            ids = [row.id for row in cls.select(cls.id).order_by(cls.id)]
            for household_id in ids:
                cls.get_by_id(household_id).retally()
            Event.log("tally.rebuilt", None, None, households=len(ids))
        return len(ids)

    def locked(self):
        """This row read again and held until the transaction ends, so that two phones take turns."""
        return lock_row(Household.select().where(Household.id == self.id)).get()

    @classmethod
    def hold(cls, ids):
        """These rows, read and held until the transaction ends, always in one order so that nobody waits in a ring."""
        return list(lock_row(cls.select().where(cls.id.in_(list(ids))).order_by(cls.id))) if ids else []

    def current(self):
        """This household, or the one it was merged into."""
        household = self
        while household.merged_into_id:
            household = household.merged_into
        return household

    def known(self, uids, living):
        """Which of these ids are people of this household: who are `living` here, who left, and who moved from here."""
        here = {person.uid for person in living}
        if set(uids) <= here:
            return here
        here |= {uid for (uid,) in self.residents.select(Resident.uid).tuples()}
        return here | {person.uid for person in self.once_here(set(uids) - here)}

    def once_here(self, uids):
        """The residents among `uids` who were in this household, or in one merged into it, before a move."""
        from tables.moves import Move, Moved  # which are built upon this file

        if not uids or not Resident.select().where(Resident.uid.in_(list(uids))).exists():
            return []
        homes, found = {self.id}, {self.id}
        while found:
            found = {row.id for row in Household.select(Household.id).where(Household.merged_into.in_(list(found)))}
            homes |= found
        query = Resident.select().join(Moved).join(Move)
        return list(
            query.where(
                Resident.uid.in_(list(uids)), Moved.household.in_(list(homes)) | Move.to.in_(list(homes))
            ).group_by(Resident.id)
        )

    def receive(self, visit, by, body_hash="", entered_by=None):
        """Record one visit, once however often it arrives.

        visit: what `survey.check` returns as clean: `{"uid", "outcome", "happened_at", "answers": {question: answer},
        "people": [{"uid", "answers", "name"?, "birth_year"?, "sex"?, "relation"?, "proxy"?, "phone"?, "helped"?,
        "minutes"?}], "lane"?, "note"?, "reminders"?, "notice"?, "call_back"?, "dwelling"?}`. `by` asked; `entered_by`
        typed a paper form.
        Only the answers and fields present are written; an older visit that arrives late never overwrites
        a newer answer. What is told of somebody who moved, left or was merged meanwhile follows them and brings nobody
        back. Returns (Visit, True) or, for a repeat, (the first Visit, False).
        Raises Conflict when the id was used for other content, LookupError for a person of another household.
        """
        with db.atomic():
            record = Visit.of(self, visit, by, body_hash, entered_by)
            if not Visit.insert(record.__data__).on_conflict_ignore().as_rowcount().execute():
                first = Visit.get(Visit.uid == record.uid)
                if first.body_hash != body_hash or first.household.current() != self.current():
                    raise Conflict(first)
                return first, False
            household = self.locked()
            if household.merged_into_id:
                household = household.current().locked()
            household._take_consent(visit, by, "paper" if entered_by else "door")
            household._take_visit(visit)
            elsewhere = household._take_people(visit["people"], visit["happened_at"], by)
            living = list(household.living())
            if household.state == "done" and not all(person.was_asked for person in living):
                household.state = "partial"  # somebody was not asked yet
            household.refresh_with(living)
            for home in Household.hold(elsewhere):
                home.refresh()
            told = {"fields": sorted(visit["answers"]), "people": len(visit["people"])}
            Event.log("visit.received", household, entered_by or by, visit=record.uid, outcome=record.outcome, **told)
        self.__data__.update(household.__data__)
        return record, True

    def _take_consent(self, visit, by, how):
        at, version = visit["happened_at"], visit.get("notice")
        if visit["outcome"] in ("done", "partial", "refused"):
            self.told("survey", visit["outcome"] != "refused", at, by, how, version)
        if "reminders" in visit:
            self.told("reminders", visit["reminders"], at, by, how, version)
        elif visit["outcome"] == "refused" and self.reminders:
            self.told("reminders", False, at, by, how, version)  # who wants no part in it wants no calls either

    def _take_visit(self, visit):
        at = visit["happened_at"]
        newest = self.visited_at is None or at >= self.visited_at
        if newest:
            self.state, self.visited_at = visit["outcome"], at
            self.call_back_on = visit.get("call_back", {}).get("on")
            self.call_back_part = visit.get("call_back", {}).get("part", "")
        if self.agreed is False and self.state in ("done", "partial"):
            self.state = "refused"  # withdrawn since
        if visit["outcome"] in ABSENT:
            self.attempts = self.visits.where(Visit.outcome.in_(ABSENT)).count()
        merge_answers(self, visit["answers"], at)
        if newest:
            self.set_changed(**{key: visit[key] for key in ("lane", "note", "dwelling") if key in visit})

    def _take_people(self, people, at, by):
        """Take what was told of each person; returns the ids of the other households in which some of them now live."""
        known = {person.uid: person for person in self.residents}
        missing = [given["uid"] for given in people if given["uid"] not in known]
        moved = {person.uid: person for person in self.once_here(missing)} if missing else {}
        rows = {person.id: person for person in (*known.values(), *moved.values())}
        for number, given in enumerate(people):
            person = known.get(given["uid"]) or moved.get(given["uid"])
            if person is None:
                if Resident.select().where(Resident.uid == given["uid"]).exists():
                    raise LookupError(given["uid"])
                person = Resident(uid=given["uid"], household=self, position=len(known) + number)
            while person.merged_into_id:  # a name corrected on the double is not the kept one's
                given = {key: given[key] for key in ("answers", "helped", "minutes") if key in given}
                person = rows.setdefault(person.merged_into_id, person.merged_into)
            person.take(given if self.reminders else {key: given[key] for key in given if key != "phone"}, at)
            for topic in given.get("helped", ()):
                Support.create(
                    resident=person, area=self.village_id, topic=topic, minutes=given["minutes"], place="home", user=by,
                    happened_at=at,
                )  # fmt: skip
        if self.reminders is False:
            self.forget_phones()
        return {person.household_id for person in rows.values()} - {self.id}

    def told(self, purpose, given, at, by, how, version=None):
        """Keep what the household said of a purpose on a text (`version`). Inside a transaction.

        The newest word counts; an older one that arrives late is only history.
        """
        column, version = PURPOSES[purpose], version or plan.active.notice_version
        held = getattr(self, column)
        last = None if held is None else Consent.newest(self, purpose)
        if last and last.given_at > at:
            Consent.record(self, purpose, given, at, by, how, version)
        elif last is None or (last.given, last.text_version) != (given, version):
            Consent.record(self, purpose, given, at, by, how, version)
            setattr(self, column, given)

    def withdraw(self, purpose, by):
        """Take a consent back at the office, or note a refusal: use stops at once, the history stays.

        A survey withdrawn counts in no target and stands in no file with names; without reminders no phone is kept.
        """
        with db.atomic():
            household = self.locked()
            if getattr(household, PURPOSES[purpose]) is False:
                return
            household.told(purpose, False, now(), by, "office")
            if purpose == "survey":
                household.state = "refused"
            else:
                household.forget_phones()
            household.refresh()
            Event.log("consent.withdrawn", household, by, purpose=purpose)

    def forget_phones(self):
        """Erase the phone numbers of everybody here. Inside a transaction, before `refresh`."""
        Resident.update(phone=None).where(Resident.household == self, Resident.phone.is_null(False)).execute()


def merge_answers(row, answers, at):
    """Write each answer that is not older than the one held. `row` has `answers` and `answered_at`."""
    stamp = at.isoformat()
    newer = {question: answer for question, answer in answers.items() if stamp >= row.answered_at.get(question, "")}
    if newer:
        row.answers = row.answers | newer
        row.answered_at = row.answered_at | dict.fromkeys(newer, stamp)


def search_text(code, lane, people):
    """One folded line per household: every word preceded and followed by a space.

    It lies in every list page, on phones too, so of a phone number it holds only the last digits.
    """
    words = [code, code.lstrip("0"), lane]
    for person in people:
        words += [person.name or "", (person.phone or "")[-PHONE_ENDS:]]
    return f" {vi.fold(' '.join(words))} "


class Resident(Table):
    """A person aged 16 or over at the plan year's end. A name may be absent: "nữ, khoảng 1990".

    `listed_as` is under what they stood here before a correction, `[[folded name, year of birth], …]`: an old list
    that comes again means them.
    """

    uid = CharField(unique=True, default=new_uid)
    household = ForeignKeyField(Household, backref="residents", on_delete="CASCADE")
    name = CharField(null=True)
    name_key = CharField(default="", index=True)
    folded = CharField(default="", index=True)
    birth_year = SmallIntegerField(null=True)
    sex = CharField(null=True, max_length=1)
    relation = CharField(default="other", max_length=12)
    phone = CharField(null=True, max_length=12)
    position = SmallIntegerField(default=0)
    left = CharField(default="", max_length=12)
    listed_as = JSONField(null=True)
    merged_into = ForeignKeyField("self", null=True, backref="+", on_delete="SET NULL")
    proxy = BooleanField(default=False)
    answers = JSONField(default=dict)
    answered_at = JSONField(default=dict)

    IDENTITY = ("name", "birth_year", "sex", "relation", "phone")

    @classmethod
    def lives_here(cls, person=None):
        """Those who live in their household and did not leave it; for a query. person: an alias of this table."""
        return (person or cls).left == ""

    @classmethod
    def visible_to(cls, user):
        return cls.below(user.area)

    @classmethod
    def below(cls, area):
        return cls.all_below(area).where(cls.lives_here())

    @classmethod
    def all_below(cls, area):
        """Those who left and those merged into others too."""
        return cls.select(cls, Household, Area).join(Household).join(Area).where(Area.within(area))

    @classmethod
    def by_uid(cls, uids):
        """`{uid: resident}` in one query."""
        return {row.uid: row for row in cls.select().where(cls.uid.in_(uids))} if uids else {}

    @classmethod
    def living_in(cls, ids):
        """`{household id: [(id, birth_year, answers) of who lives there]}` for many households; plain tuples with
        names, as a row for each of thousands of people takes long."""
        found = {}
        for batch in chunked(ids, MOST_IDS):
            query = cls.select(cls.household.alias("home"), cls.id, cls.birth_year, cls.answers)
            for person in query.where(cls.household.in_(batch), cls.lives_here()).namedtuples():
                found.setdefault(person.home, []).append(person)
        return found

    @classmethod
    def insert_people(cls, household, people):
        for position, given in enumerate(people):
            cls.new(household, position, given).save(force_insert=True)

    @classmethod
    def new(cls, household, position, given):
        """A resident not yet saved, from a dict with the identity fields that are known."""
        person = cls(uid=given.get("uid") or new_uid(), household=household, position=position)
        person.set_identity(given)
        return person

    @classmethod
    def same_person(cls, village, name, birth_year):
        """The one living resident of the village and year with this name (folded), or else whom alone it fits.

        None when there is nobody or when there are several (see `vi.names_fit`).
        """
        of_the_year = (
            cls.select(cls, Household)
            .join(Household)
            .where(Household.village == village, cls.birth_year == birth_year, cls.lives_here())
        )
        found = list(of_the_year.where(cls.folded == vi.fold(name)).limit(2))
        found = found or [person for person in of_the_year if vi.names_fit(name, person.folded)]
        return found[0] if len(found) == 1 else None

    @classmethod
    def alike(cls, village, named):
        """Those of the village, who left included, with one of these (name, year of birth); never records of NOBODY."""
        names, years = {vi.fold(name) for name, _ in named}, {year for _, year in named}
        query = cls.select(cls, Household).join(Household).where(Household.village == village)
        query = query.where(cls.folded.in_(list(names)), cls.birth_year.in_(list(years)), cls.left.not_in(NOBODY))
        return list(query.order_by(cls.left, cls.id))

    def is_called(self, name, birth_year):
        """Whether this name, however accented, and year of birth are theirs."""
        return (self.folded, self.birth_year) == (vi.fold(name), birth_year)

    def look_alikes(self, area, most=10):
        """Who below `area` might be written twice: one phone, or one name and no other year of birth."""
        named = (Resident.folded == self.folded) if self.folded else (Resident.id < 0)
        if self.birth_year:
            named &= Resident.birth_year.is_null() | (Resident.birth_year == self.birth_year)
        same = named | (Resident.phone == self.phone) if self.phone else named
        query = Resident.all_below(area).where(same, Resident.left.not_in(NOBODY), Resident.id != self.id)
        return list(query.order_by(Resident.birth_year.is_null(), Resident.id).limit(most))

    def current(self):
        """This person's record, or the one it was merged into."""
        person = self
        while person.merged_into_id:
            person = person.merged_into
        return person

    @classmethod
    def found_by(cls, area, words, most=5):
        """At most `most` residents below `area` all of whose words begin a word of the name; for two words or more."""
        words = vi.fold(words[:LONGEST_SEARCH]).split()
        if len(words) < 2:
            return []
        query = cls.below(area)
        for word in words:
            query = query.where(cls.folded.startswith(word) | cls.folded.contains(f" {word}"))
        return list(query.order_by(cls.name_key).limit(most))

    @property
    def was_asked(self):
        """Whether an answer of theirs stands; one that was taken back counts as not asked."""
        return any(answer is not None for answer in self.answers.values())

    def set_identity(self, given):
        """Set the identity fields present in `given`; returns the names of those that changed."""
        before = [self.folded, self.birth_year]
        changed = self.set_changed(**{key: given[key] for key in self.IDENTITY if key in given})
        if "name" in changed:
            self.name_key = vi.name_key(self.name) if self.name else ""
            self.folded = vi.fold(self.name) if self.name else ""
        self.remember(before)
        return changed

    def remember(self, *stood):
        """Remember under which `[folded name, year of birth]` this person stood; a blank is no other name or year."""
        known = self.listed_as or []
        for name, year in stood:
            other = name != self.folded or year not in (None, self.birth_year)
            if name and other and [name, year] not in known:
                known = [*known, [name, year]]
        self.set_changed(listed_as=known or None)

    def take(self, given, at):
        """Take one person's part of a visit."""
        self.set_identity(given)
        self.set_changed(**{key: given[key] for key in ("proxy",) if key in given})
        merge_answers(self, given.get("answers", {}), at)
        if self.id:
            self.store_changes()
        else:
            self.save(force_insert=True)


class Visit(Table):
    """One knock on a door, kept as it was told. `happened_at` at the door, `received_at` when the server learned it."""

    uid = CharField(unique=True)
    household = ForeignKeyField(Household, backref="visits", on_delete="CASCADE")
    user = ForeignKeyField(User, backref="visits", null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    outcome = CharField(max_length=10)
    content = JSONField(default=dict)
    note = CharField(default="", max_length=120)
    entered_by = ForeignKeyField(User, null=True)
    body_hash = CharField(default="", max_length=64)
    asked = SmallIntegerField(default=0)
    pattern = CharField(default="", max_length=16)
    disputed_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Household, Area).join(Household).join(Area).where(Area.within(user.area))

    def look(self):
        """Set what a second look needs: how many people were asked and, where all answered the same, the `pattern`."""
        told = [person["answers"] for person in self.content["people"] if person["answers"]]
        same = told and len(told[0]) >= ENOUGH_TO_COMPARE and all(answers == told[0] for answers in told)
        text = json.dumps(told[0], sort_keys=True) if same else ""
        self.asked, self.pattern = len(told), sha256(text.encode()).hexdigest()[:16] if same else ""

    def dispute(self, by):
        """Note that this visit's id arrived once more with other content, which is kept on the phone that sent it.

        An id of another village's visit, which a phone of this one never had, notes nothing there.
        """
        if not Visit.visible_to(by).where(Visit.id == self.id).exists():
            return
        with db.atomic():
            self.disputed_at = now()
            self.save(only=[Visit.disputed_at])
            Event.log("visit.disputed", self.household, by, visit=self.uid)

    @classmethod
    def of(cls, household, visit, by, body_hash, entered_by):
        """A visit not yet saved. That a phone was told is kept, the number is not: it must be possible to forget it."""
        people = [{**person, "phone": True} if "phone" in person else person for person in visit["people"]]
        record = cls(
            uid=visit["uid"],
            household=household,
            user=by,
            happened_at=visit["happened_at"],
            outcome=visit["outcome"],
            content={"answers": visit["answers"], "people": people},
            note=visit.get("note", ""),
            entered_by=entered_by,
            body_hash=body_hash,
        )
        record.look()
        return record


class Consent(Table):
    """Who agreed to what, when, told by whom, on which text. Rows are only ever added; the newest counts."""

    uid = CharField(unique=True, default=new_uid)
    household = ForeignKeyField(Household, backref="consents", on_delete="CASCADE")
    purpose = CharField(max_length=20)
    given = BooleanField()
    text_version = CharField(max_length=40)
    given_at = DateTimeField()
    recorded_at = DateTimeField(default=now)
    user = ForeignKeyField(User, null=True)
    how = CharField(default="door", max_length=8)

    @classmethod
    def record(cls, household, purpose, given, at, by, how, version):
        cls.create(
            household=household, purpose=purpose, given=given, text_version=version, given_at=at, user=by, how=how
        )

    @classmethod
    def newest(cls, household, purpose):
        """The newest word of a household on a purpose, or None."""
        rows = cls.select().where(cls.household == household, cls.purpose == purpose)
        return rows.order_by(cls.given_at.desc(), cls.id.desc()).first()

    @classmethod
    def history(cls, household):
        """Everything a household said, newest first, each with its user."""
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER).where(cls.household == household)
        return rows.order_by(cls.given_at.desc(), cls.id.desc())


class Support(Table):
    """Help (lượt hỗ trợ) with one topic of the plan, to a resident or to somebody unnamed; undone, never deleted.

    `area` is where the resident lives, or whose helper it was. Lượt are rows; người are the residents among them.
    """

    uid = CharField(unique=True, default=new_uid)
    resident = ForeignKeyField(Resident, backref="supports", null=True, on_delete="SET NULL")
    area = ForeignKeyField(Area)
    topic = CharField(max_length=40)
    minutes = SmallIntegerField()
    place = CharField(max_length=10)
    user = ForeignKeyField(User, null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    @classmethod
    def give(cls, by, topic, minutes, place, resident=None, uid=None):
        """Record help given now, once for a `uid` however often it is sent; returns the row."""
        area = resident.household.village if resident else by.area
        with db.atomic():
            row = cls(
                uid=uid or new_uid(), resident=resident, area=area, topic=topic, minutes=minutes, place=place, user=by,
                happened_at=now(),
            )  # fmt: skip
            if not cls.insert(row.__data__).on_conflict_ignore().as_rowcount().execute():
                return cls.get(cls.uid == row.uid)
            Event.log("support.given", row, by, topic=topic, minutes=minutes, place=place)
        return row

    def undo(self, by):
        """Take it back: it was a mistake. Twice is once."""
        with db.atomic():
            standing = Support.update(undone_at=now()).where(Support.id == self.id, Support.stands())
            if standing.execute():
                Event.log("support.undone", self, by)

    @classmethod
    def standing(cls):
        """What was given and not taken back."""
        return cls.select().where(cls.stands())

    @classmethod
    def of(cls, user):
        """What `user` recorded, taken back or not."""
        return cls.select().where(cls.user == user)

    @classmethod
    def given_by(cls, user, most=10):
        """The newest that `user` gave and that stand, each with its resident."""
        rows = cls.standing().select(cls, Resident).join(Resident, JOIN.LEFT_OUTER).where(cls.user == user)
        return list(rows.order_by(cls.happened_at.desc(), cls.id.desc()).limit(most))

    @classmethod
    def count(cls, area):
        """(lượt, người) below an area this plan's year: times help was given, and how many residents got it."""
        year = datetime(plan.active.year, 1, 1), datetime(plan.active.year + 1, 1, 1)
        times = fn.COUNT(cls.id), fn.COUNT(cls.resident.distinct())
        rows = cls.standing().select(*times).join(Area).where(Area.within(area))
        return rows.where(cls.happened_at >= vi.utc(year[0]), cls.happened_at < vi.utc(year[1])).tuples().first()

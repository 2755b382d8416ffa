"""Households and the residents who live in them."""

from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from peewee import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    JSONField,
    SmallIntegerField,
    TextField,
    Tuple,
    chunked,
    fn,
)

import indicators
import plan
import vi
from database import lock_row
from prepared import Prepared, among
from tables.areas import Area
from tables.day_tallies import DayTally
from tables.table import MOST_IDS, Event, Table, db, new_uid, now
from tables.tallies import Tally
from terms import GONE, IDENTITY, NO_PERSON, TO_VISIT

PHONE_ENDS = 4  # digits
LONGEST_SEARCH = 100  # characters
HOUSEHOLD_OF_UID = "(SELECT id FROM household WHERE uid = ?)"


class NewHomes(NamedTuple):
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

    LOCKED = Prepared(lambda id: lock_row(Household.select().where(Household.id == id)))
    IN_AREA = Prepared(lambda path, uid: Household.all_below(Area(path=path)).where(Household.uid == uid))

    @Prepared
    def TO_VISIT_AFTER(village, uid, lane_key, code_key):
        place = Household.lane_key, Household.code_key
        query = Household.select(Household.uid, Household.code, Household.head_name)
        todo = query.where(Household.village == village, Household.state.in_(TO_VISIT), Household.uid != uid)
        return todo.where(Household.stands(), Tuple(*place) > Tuple(lane_key, code_key)).order_by(*place)

    @classmethod
    def stands(cls):
        """Those not merged into others; for a query."""
        return cls.merged_into.is_null()

    @classmethod
    def counts(cls):
        """Those that count in any figure: they stand, and somebody lives there; for a query."""
        return cls.stands() & cls.state.not_in(GONE)

    @classmethod
    def did_not_refuse(cls):
        """Those that said yes, and those that nobody asked yet; for a query."""
        return cls.agreed.is_null() | (cls.agreed == True)

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
    def with_uid(cls, uid, area):
        """The household below an area with this uid, with its village, even one merged into another; or None."""
        return cls.IN_AREA.first(path=area.path, uid=uid)

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
    def contributions(cls, village):
        """`{id as text: what the household adds to its village's tallies}` of those that add anything, in one query."""
        rows = cls.select(cls.id, cls.contribution).where(cls.village == village)
        return {str(home_id): contribution for home_id, contribution in rows.tuples() if contribution}

    @classmethod
    def as_walked(cls, query):
        """The query's households village by village, lane by lane, door by door."""
        return query.order_by(Area.label_key, cls.lane_key, cls.code_key)

    @classmethod
    def for_a_desk(cls, query, column, down):
        """The query's households ordered by `place`, `state` or `visited` (the latest first), then as one walks."""
        walked = [Area.label_key, cls.lane_key, cls.code_key]
        if column == "place":
            return query.order_by(*(field.desc() if down else field for field in walked))
        if column == "state":
            return query.order_by(cls.state.desc() if down else cls.state, *walked)
        latest = cls.visited_at.asc(nulls="LAST") if down else cls.visited_at.desc(nulls="LAST")
        return query.order_by(latest, *walked)

    @classmethod
    def listed(cls, query):
        """The query's households as one walks them, with what a list shows of each: plain tuples with names.

        Models of all columns take twice as long, most of it for answers that no list shows.
        """
        door = cls.uid, cls.code, cls.lane, cls.head_name, Area.label.alias("village"), cls.search
        came_of_it = cls.state, cls.attempts, cls.call_back_on, cls.call_back_part
        return cls.as_walked(query.select(cls.id, *door, *came_of_it)).namedtuples()

    @classmethod
    def listed_with_people(cls, query):
        """The same with what paper shows of each living resident: [(household, [people])], two queries."""
        shown = Resident.name, Resident.birth_year, Resident.sex, Resident.relation
        living = Resident.select(Resident.household.alias("home"), *shown)
        living = living.where(Resident.lives_here(), Resident.household.in_(query.select(cls.id)))
        people = {}
        for person in living.order_by(Resident.position, Resident.id).namedtuples():
            people.setdefault(person.home, []).append(person)
        return [(row, people.get(row.id, [])) for row in cls.listed(query)]

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

    @classmethod
    def count_to_call_back(cls, area, today):
        """`{village id: households}` below an area that asked to be called on again, on a day that has come."""
        due = cls.call_back_on.is_null() | (cls.call_back_on <= today)
        rows = cls.below(area).select(cls.village, fn.COUNT(cls.id)).where(cls.state == "call_back", due)
        return dict(rows.group_by(cls.village).tuples())

    def next_door(self):
        """The next household of the village still to visit, lane by lane, starting over at the end."""
        def first_after(lane_key, code_key):
            place = {"lane_key": lane_key, "code_key": code_key}
            return Household.TO_VISIT_AFTER.first(village=self.village_id, uid=self.uid, **place)

        return first_after(self.lane_key, self.code_key) or first_after("", "")

    @classmethod
    def free_code(cls, village):
        """The next unused number in the village, as three digits."""
        numbers = [int(row.code) for row in village.households.select(cls.code) if row.code.isdecimal()]
        return f"{max(numbers, default=0) + 1:03d}"

    @classmethod
    def add_once(cls, village, uid, by, day=None):
        """The household with an id that a form or a phone made, added when it is new; its number is the next free one.

        day: when it was found, today unless told. LookupError when the id belongs to a household of another village.
        """
        with db.atomic():
            lock_row(Area.select().where(Area.id == village.id)).get()  # two new households take turns for a number
            household = cls.get_or_none(cls.uid == uid)
            if household and household.village_id != village.id:
                raise LookupError(uid)
            return household or cls.add(village, by, uid=uid, day=day)

    @classmethod
    def add(cls, village, by, code=None, lane="", dwelling="house", uid=None, children=(None, None), people=(),
            day=None):  # fmt: skip
        """A new household with its people (dicts with name, birth_year, sex, relation, phone, uid).

        day: as of `add_once`. IntegrityError when the code is taken in the village or the uid exists.
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
            household.refresh(day)
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
        return NewHomes([row.uid for row in rows], cls.prepared(rows, "village"), people, Event.prepared(events), sums)

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
        ids = list(ids)
        rows, people, sums = cls.of_ids(ids), Resident.living_in(ids), {}
        for row in rows:
            after = indicators.contribution(row.facts(people.get(row.id, [])), plan.active)
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

    def everybody(self):
        """All residents, those who left too, in the order the family lists them."""
        return Resident.OF_HOUSEHOLD.all(household=self)

    def living(self):
        """The residents living here, in the order the family lists them."""
        return self.residents.where(Resident.lives_here()).order_by(Resident.position, Resident.id)

    def refresh(self, day=None):
        """Bring the head's name, the search text and the tallies up to date. Call inside the verb's transaction.

        What else was set on this row is stored with it. day: when it happened, today unless told.
        """
        self.refresh_with(list(self.living()), day)

    def refresh_with(self, people, day=None):
        """The same for somebody who has just read who lives here."""
        self.describe(people)
        self.retally(people, day)

    def describe(self, people):
        """Set what is derived from the lane and the people who live here: the head's name, search text and sort key."""
        head = next((person for person in people if person.relation == "head"), people[0] if people else None)
        head_name = head.name or "" if head else ""
        search, lane_key = search_text(self.code, self.lane, people), vi.sort_key(self.lane)
        self.set_changed(head_name=head_name, search=search, lane_key=lane_key)

    def facts(self, people):
        """This household as `indicators` wants it. Answers of those who withdrew their consent count no longer."""
        return {
            "counts": self.state not in GONE and self.merged_into_id is None,
            "visited": self.state != "todo",
            "done": self.state == "done",
            "people": [
                {
                    "birth_year": p.birth_year,
                    "answers": {} if self.agreed is False else answers_of_year(p.answers, p.answered_at),
                    "attended": plan.active.year in p.attended_in,
                }
                for p in people
            ],
        }

    @contextmanager
    def counting_for_its_year(self, day):
        """Count what a block changes of this household for the year of `day` as well, where that is over.

        Not of a home of which something of the present year was told: what it was counted as then is no longer known.
        """
        last = plan.of_year(day.year) if day.year < plan.active.year else None
        begun, _ = vi.moments_of_year(plan.active.year)
        if last is None or self.was_told_since(begun):
            yield
            return
        is_new = self.created_at >= begun and self.visited_at is None
        before = {} if is_new else self.counted_under(last)
        yield
        Tally.add(self.village_id, indicators.difference(before, self.counted_under(last)), last.year, day)

    def counted_under(self, other):
        """What the household contributes by another year's plan, as it stands now."""
        with plan.during(other):
            return indicators.contribution(self.facts(list(self.living())), other)

    def was_told_since(self, moment):
        """Whether anything of the home or of who lives here was told at a moment or later."""
        stamps = [*self.answered_at.values(), *(at for person in self.living() for at in person.answered_at.values())]
        newest = max(stamps, default="")
        return bool(self.visited_at and self.visited_at >= moment) or newest >= moment.isoformat()

    def retally(self, people=None, day=None):
        """Recompute this household's contribution and add the difference to its village. Inside a transaction.

        day: when it happened, today unless told.
        """
        people = list(self.living()) if people is None else people
        after = indicators.contribution(self.facts(people), plan.active)
        changes = indicators.difference(self.contribution, after)
        if changes:
            self.contribution = after
            Tally.add(self.village_id, changes, day=day)
        self.store_changes()

    @classmethod
    def rebuild_tallies(cls):
        """Recompute every contribution and tally of the active year from scratch; returns how many households.

        The days stay as they were kept; what they lack is added to today.
        """
        with db.atomic():
            ids = [household_id for (household_id,) in cls.select(cls.id).order_by(cls.id).tuples()]
            sums = {}
            for batch in chunked(ids, MOST_IDS):
                cls._count_from_scratch(batch, sums)
            Tally.delete().where(Tally.year == plan.active.year).execute()
            for village_id, totals in sorted(sums.items()):
                Tally.add_undated(village_id, totals)
            if DayTally.is_kept():
                Tally.follow_days()
            Event.log("tally.rebuilt", None, None, households=len(ids))
        return len(ids)

    @classmethod
    def _count_from_scratch(cls, ids, sums):
        """Store what each household contributes, and add it to `sums`: {village's id: {code: counts}}."""
        rows, people = cls.of_ids(ids), Resident.living_in(ids)
        for row in rows:
            row.set_changed(contribution=indicators.contribution(row.facts(people.get(row.id, [])), plan.active))
            totals = sums.setdefault(row.village_id, {})
            for code, counts in row.contribution.items():
                totals[code] = [a + b for a, b in zip(totals.get(code, (0, 0, 0)), counts, strict=True)]
        cls.store_all(rows)

    @classmethod
    def work_out_days(cls):
        """Spread tallies that were kept before there were days over the days on which they came about, as far as that
        is known; returns whether there were such tallies. The rows are marked as estimated."""
        with db.atomic():
            if DayTally.is_kept() or not Tally.select().where(Tally.year == plan.active.year).exists():
                return False
            sums = {}
            for row in cls.select(cls.village, cls.contribution, cls.visited_at, cls.created_at):
                for day, changes in row.worked_out_days().items():
                    totals = sums.setdefault((row.village_id, day), {})
                    for code, counts in changes.items():
                        totals[code] = [a + b for a, b in zip(totals.get(code, (0, 0, 0)), counts, strict=True)]
            for (village_id, day), totals in sorted(sums.items()):
                DayTally.add(village_id, totals, day=day, estimated=True)
            Tally.follow_days()
        return True

    def worked_out_days(self):
        """`{day: {code: counts}}`: what this household counts for, listed on the day it was listed, the rest on the day
        of its last visit."""
        told = vi.local(self.visited_at or self.created_at).date()
        listed = min(vi.local(self.created_at).date(), told)
        days = {told: {}, listed: {}}
        for code, (people, asked, yes) in self.contribution.items():
            days[told][code] = [0, asked, yes]
            days[listed][code] = [a + b for a, b in zip(days[listed].get(code, (0, 0, 0)), (people, 0, 0), strict=True)]
        return days

    def locked(self):
        """This row read again and held until the transaction ends, so that two phones take turns."""
        return Household.LOCKED.first(id=self.id)

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


def answers_of_year(answers, answered_at):
    """The answers without those to yearly questions that were given in another year than the plan's.

    answered_at: `{question: moment}` in naive UTC; an answer without one is of this year.
    """
    old = [key for key in plan.active.yearly if key in answers and not _is_of_year(answered_at.get(key))]
    return {key: answer for key, answer in answers.items() if key not in old} if old else answers


def _is_of_year(stamp):
    return not stamp or vi.local(datetime.fromisoformat(stamp)).year == plan.active.year


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

    `attended_in` holds the years in which they came to a session that was held (`Attendance.note_years`).
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
    attended_in = JSONField(default=list)

    IDENTITY = IDENTITY

    @Prepared
    def OF_HOUSEHOLD(household):
        return Resident.select().where(Resident.household == household).order_by(Resident.position, Resident.id)

    @Prepared
    def NAMESAKES(village, birth_year, folded):
        return Resident.of_the_year(village, birth_year).where(Resident.folded == folded).limit(2)

    @Prepared
    def HOMES_OF(household, uids):
        these = (Resident.household == household) | among(Resident.uid, uids)
        return Resident.select(Resident.uid, Resident.household).where(these).tuples()

    ANY_OF = Prepared(lambda uids: Resident.select(Resident.id).where(among(Resident.uid, uids)))

    @classmethod
    def lives_here(cls, person=None):
        """Those who live in their household and did not leave it; for a query. person: an alias of this table."""
        return (person or cls).left == ""

    @classmethod
    def may_be_invited(cls):
        """Those who live here, in a household that said yes: no need is used before (design.md 9).

        For a query with Household.
        """
        return cls.lives_here() & Household.counts() & (Household.agreed == True)

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
        """`{household id: [(id, birth_year, answers, answered_at, attended_in) of who lives there]}` for many
        households; plain tuples with names, as a row for each of thousands of people takes long."""
        found = {}
        for batch in chunked(ids, MOST_IDS):
            said = cls.answers, cls.answered_at, cls.attended_in
            query = cls.select(cls.household.alias("home"), cls.id, cls.birth_year, *said)
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
        found = cls.NAMESAKES.all(village=village, birth_year=birth_year, folded=vi.fold(name))
        if not found:
            found = [each for each in cls.of_the_year(village, birth_year) if vi.names_fit(name, each.folded)]
        return found[0] if len(found) == 1 else None

    @classmethod
    def of_the_year(cls, village, birth_year):
        """Who lives in the village and was born in the year, each with their household."""
        query = cls.select(cls, Household).join(Household)
        return query.where(Household.village == village, cls.birth_year == birth_year, cls.lives_here())

    @classmethod
    def alike(cls, village, named):
        """Those of the village, who left included, with one of these (name, year of birth); no record of nobody."""
        names, years = {vi.fold(name) for name, _ in named}, {year for _, year in named}
        query = cls.select(cls, Household).join(Household).where(Household.village == village)
        query = query.where(cls.folded.in_(list(names)), cls.birth_year.in_(list(years)), cls.left.not_in(NO_PERSON))
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
        query = Resident.all_below(area).where(same, Resident.left.not_in(NO_PERSON), Resident.id != self.id)
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
    def standing_answers(self):
        """The answers that stand in the plan's year: those to yearly questions are of this year alone."""
        return answers_of_year(self.answers, self.answered_at)

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
        """Set what one person's part of a visit says; the visit stores it."""
        self.set_identity(given)
        self.set_changed(**{key: given[key] for key in ("proxy",) if key in given})
        merge_answers(self, given.get("answers", {}), at)

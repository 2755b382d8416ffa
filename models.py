"""The tables, their named queries, and the verbs that change them.

Words: an Area is a city, commune or village (thôn); a Household (hộ) holds Residents (người dân) aged 16 and over;
a Visit (lần đến) is one knock on its door; a Course (lớp học) has Meetings (buổi học), whose Attendances (điểm danh)
say who came and how. A Figure (số liệu) is an official count. An Event (nhật ký) says who did what.

Every verb is one transaction that also logs an Event. Events hold field names and counts, never a person's data:
they cannot be edited, and a person must be able to be forgotten. Times are naive UTC. `uid` is the public id.
"""

import hashlib
import json
import secrets
import uuid
import zlib
from datetime import UTC, datetime, timedelta

from peewee import (
    EXCLUDED,
    JOIN,
    BlobField,
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    JSONField,
    Model,
    SmallIntegerField,
    TextField,
    chunked,
    fn,
)
from werkzeug.security import check_password_hash, generate_password_hash

import indicators
import plan
import qr
import vi
from database import db, lock_row

ROLES = ("volunteer", "lead", "host", "unit", "staff", "admin")
OUTCOMES = ("done", "partial", "not_home", "call_back", "refused", "moved", "vacant")
GONE = ("moved", "vacant")
HOW = ("self", "family", "host", "paper")


def now():
    """The present moment as naive UTC, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def new_uid():
    """A fresh public id."""
    return str(uuid.uuid4())


class Conflict(Exception):
    """The same id arrived with other content; `.record` is what was stored first."""

    def __init__(self, record):
        super().__init__(f"{type(record).__name__} {record.uid} exists with other content")
        self.record = record


class Table(Model):
    """A row whose JSON is replaced, never changed in place, so that `store_changes` knows what to write."""

    class Meta:
        database = db
        legacy_table_names = False

    def store_changes(self):
        """Update the columns that were set since this row was read or stored, if any."""
        if self._dirty:
            self.save(only=self.dirty_fields)

    def set_changed(self, **given):
        """Set the given fields that differ; returns their names."""
        changed = [name for name, value in given.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, given[name])
        return changed

    @classmethod
    def insert_all(cls, rows):
        """Insert unsaved rows in batches; they learn no ids."""
        # The first row of insert_many decides the columns, so every row names them all.
        columns = [name for name in cls._meta.sorted_field_names if name != "id"]
        for batch in chunked(rows, 800):
            cls.insert_many([{name: row.__data__.get(name) for name in columns} for row in batch]).execute()


class Setting(Table):
    """What the database must remember about itself, such as that it is a demo."""

    key = CharField(unique=True)
    value = TextField()

    @classmethod
    def read(cls, key, default=None):
        row = cls.get_or_none(cls.key == key)
        return row.value if row else default

    @classmethod
    def write(cls, key, value):
        row = cls.insert(key=key, value=value)
        row.on_conflict(conflict_target=[cls.key], preserve=[cls.value]).execute()


class Area(Table):
    """A node of the tree city, commune, village. Its code (TH04) is its public id."""

    code = CharField(unique=True, max_length=20)
    kind = CharField(max_length=10)
    name = CharField()
    former = CharField(default="")
    label = CharField()
    label_key = CharField(index=True)
    parent = ForeignKeyField("self", null=True, backref="children")
    path = CharField(default="/", index=True)

    @classmethod
    def visible_to(cls, user):
        return cls.select().where(cls.path.startswith(user.area.path))

    @classmethod
    def villages(cls):
        return cls.select().where(cls.kind == "village").order_by(cls.label_key)

    @classmethod
    def commune(cls):
        """The commune that this installation serves, or None before it is set up."""
        return cls.select().where(cls.kind == "commune").order_by(cls.id).first()

    def below(self):
        """Every area in this one's subtree, itself included."""
        return Area.select().where(Area.path.startswith(self.path))

    def village_list(self):
        return self.below().where(Area.kind == "village").order_by(Area.label_key)

    def parts(self):
        """The areas right below: communes of a city, villages of a commune."""
        return Area.select().where(Area.parent == self).order_by(Area.label_key)

    @classmethod
    def with_visits(cls, area):
        """The villages below `area`, each with `.listed` and `.visited` households of the active year."""
        tally = (Tally.village == cls.id) & (Tally.year == plan.active.year) & (Tally.code == indicators.VISITS)
        counts = (fn.COALESCE(Tally.listed, 0).alias("listed"), fn.COALESCE(Tally.asked, 0).alias("visited"))
        query = cls.select(cls, *counts).join(Tally, JOIN.LEFT_OUTER, on=tally)
        return query.where(cls.path.startswith(area.path), cls.kind == "village").order_by(cls.label_key).objects()

    def commune_or_self(self):
        """The commune a village lies in; a commune or city is itself."""
        return self.parent if self.kind == "village" else self

    def communes_villages(self):
        """The villages of the commune this area is or lies in, for a resident to choose from."""
        return self.commune_or_self().village_list()

    @classmethod
    def add(cls, kind, name, code=None, parent=None, former="", by=None):
        """A new area; its code is made from the name when none is given. Renames same-named neighbours' labels."""
        with db.atomic():
            name, former = vi.clean(name), vi.clean(former)
            code = (code or cls.free_code(name)).upper()
            area = cls.create(
                kind=kind, name=name, former=former, code=code, parent=parent, label=name, label_key=vi.sort_key(name)
            )
            area.path = (parent.path if parent else "/") + f"{area.id}/"
            area.save(only=[cls.path])
            area.label_apart()
            Event.log("area.added", area, by, kind=kind)
        return cls.get_by_id(area.id)

    @classmethod
    def free_code(cls, name):
        stem = "".join(word[0] for word in vi.fold(name).split() if word[0].isalpha()).upper() or "A"
        number = "".join(filter(str.isdigit, name))
        tries = [f"{stem}{number}"] if number else []
        tries += [f"{stem}{n:02d}" for n in range(1, 1000)]
        taken = {row.code for row in cls.select(cls.code).where(cls.code.startswith(stem))}
        return next(code for code in tries if code not in taken)

    def label_apart(self):
        """Two villages may share a name: show the former commune on each of them, and only then."""
        same = [a for a in Area.select().where(Area.parent == self.parent) if vi.fold(a.name) == vi.fold(self.name)]
        for area in same:
            area.label = f"{area.name} ({area.former} cũ)" if len(same) > 1 and area.former else area.name
            area.label_key = vi.sort_key(area.label)
            area.save(only=[Area.label, Area.label_key])

    def rename(self, name, former, by):
        """Correct the name and the former commune; neighbours of the old and of the new name are labelled again."""
        with db.atomic():
            before = Area.get_by_id(self.id)
            self.name, self.former = vi.clean(name), vi.clean(former)
            self.save(only=[Area.name, Area.former])
            self.label_apart()
            before.label_apart()
            Event.log("area.renamed", self, by)

    def commune_to_fill(self):
        """The commune in which somebody of this area may create villages: itself, or a city's only one; else None."""
        communes = list(self.below().where(Area.kind == "commune").limit(2))
        return communes[0] if len(communes) == 1 else None

    def official(self):
        """The newest official count of each kind for this area, `{key: Figure}`."""
        figures = Figure.select().where(Figure.area == self).order_by(Figure.as_of)
        return {figure.key: figure for figure in figures}


class Figure(Table):
    """An official count of an area on a date: households, adults (18+), over16, with its source."""

    area = ForeignKeyField(Area, backref="figures")
    key = CharField(max_length=40)
    value = IntegerField()
    as_of = DateField()
    source = CharField(default="")

    class Meta:
        indexes = ((("area", "key", "as_of"), True),)

    @classmethod
    def put(cls, area, key, value, as_of, source, by=None):
        """Set one figure; the same date again corrects it. Returns True when something changed."""
        with db.atomic():
            old = cls.get_or_none(cls.area == area, cls.key == key, cls.as_of == as_of)
            if old and (old.value, old.source) == (value, source):
                return False
            row = cls.insert(area=area, key=key, value=value, as_of=as_of, source=source)
            keep = [cls.value, cls.source]
            row.on_conflict(conflict_target=[cls.area, cls.key, cls.as_of], preserve=keep).execute()
            Event.log("figure.set", area, by, key=key, was=old.value if old else None, now=value, as_of=str(as_of))
        return True

    @classmethod
    def newest_below(cls, area):
        """`{(area id, key): Figure}`, the newest of each, for the area and everything below it, in one query."""
        rows = cls.select(cls, Area).join(Area).where(Area.path.startswith(area.path)).order_by(cls.as_of)
        return {(row.area_id, row.key): row for row in rows}


class User(Table):
    """A named account with one role in one area; it sees that area and everything below it."""

    uid = CharField(unique=True, default=new_uid)
    username = CharField(unique=True)
    name = CharField()
    password_hash = CharField(default="!")
    role = CharField(max_length=12)
    area = ForeignKeyField(Area, backref="users")
    active = BooleanField(default=True)
    epoch = IntegerField(default=0)
    created_at = DateTimeField(default=now)

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self):
        return self.active

    def get_id(self):
        """What the session carries: raising `epoch` ends every session of this account."""
        return f"{self.uid}.{self.epoch}"

    @classmethod
    def from_session(cls, session_id):
        uid, _, epoch = session_id.partition(".")
        user = cls.select(cls, Area).join(Area).where(cls.uid == uid, cls.active == True).first()  # noqa: E712
        return user if user and str(user.epoch) == epoch else None

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Area).join(Area).where(Area.path.startswith(user.area.path)).order_by(cls.username)

    @classmethod
    def named(cls, username):
        return cls.select(cls, Area).join(Area).where(cls.username == plain_username(username)).first()

    @classmethod
    def add(cls, username, name, role, area, password=None, by=None):
        """A new account. ValueError for an unknown role, IntegrityError for a taken username."""
        if role not in ROLES:
            raise ValueError(f"role must be one of {', '.join(ROLES)}, got {role!r}")
        with db.atomic():
            user = cls.create(username=plain_username(username), name=vi.clean(name), role=role, area=area)
            if password:
                user.password_hash = password_hash(password)
                user.save(only=[cls.password_hash])
            Event.log("user.added", user, by, role=role)
        return user

    def set_password(self, password, by):
        """Change the password and end every session of this account."""
        with db.atomic():
            self.password_hash = password_hash(password)
            self.epoch += 1
            self.save(only=[User.password_hash, User.epoch])
            Event.log("user.password", self, by)

    def set_active(self, active, by):
        """Open or close the account; closing ends its sessions."""
        with db.atomic():
            self.active = active
            self.epoch += 1
            self.save(only=[User.active, User.epoch])
            Event.log("user.opened" if active else "user.closed", self, by)

    def has_password(self, password):
        return check_password_hash(self.password_hash, vi.nfc(password))

    @property
    def surveys(self):
        return self.role in ("volunteer", "lead", "staff", "admin")

    @property
    def hosts(self):
        return self.role in ("host", "lead", "staff", "admin")

    @property
    def runs_office(self):
        return self.role in ("staff", "admin")

    @property
    def administers(self):
        return self.role == "admin"


def plain_username(text):
    """A username as it is stored and compared: small letters without diacritics, digits, and . _ - between them."""
    return "".join(char if char in "._-" else vi.fold(char) for char in vi.nfc(text))


def password_hash(password):
    """scrypt of the NFC form: the same password typed on an iPhone and on Windows must match."""
    return generate_password_hash(vi.nfc(password), method="scrypt")


class Household(Table):
    """A household in a village: where it is, what it answered, and what it adds to the tallies.

    The children columns are what a list said; an answer to the question of the same name goes before it.
    """

    uid = CharField(unique=True, default=new_uid)
    village = ForeignKeyField(Area, backref="households")
    code = CharField(max_length=20)
    code_key = CharField()
    lane = CharField(default="")
    dwelling = CharField(default="house", max_length=10)
    head_name = CharField(default="")
    children_0_5 = SmallIntegerField(null=True)
    children_6_15 = SmallIntegerField(null=True)
    answers = JSONField(default=dict)
    answered_at = JSONField(default=dict)
    state = CharField(default="todo", max_length=10)
    agreed = BooleanField(null=True)
    visited_at = DateTimeField(null=True)
    contribution = JSONField(default=dict)
    search = TextField(default="")
    created_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("village", "code"), True), (("village", "code_key"), False))

    @classmethod
    def visible_to(cls, user):
        return cls.below(user.area)

    @classmethod
    def below(cls, area):
        return cls.select(cls, Area).join(Area).where(Area.path.startswith(area.path))

    @classmethod
    def with_people(cls, village):
        """Every household of the village in code order with its living residents, in two queries: [(row, [people])]."""
        rows = list(cls.below(village).order_by(cls.code_key))
        people = {row.id: [] for row in rows}
        for person in Resident.below(village).order_by(Resident.position, Resident.id):
            people[person.household_id].append(person)
        return [(row, people[row.id]) for row in rows]

    @classmethod
    def matching(cls, query, words):
        """Narrow a query to households where every word begins a name, a lane or the code, or ends a phone."""
        for word in vi.fold(words).split():
            starts = cls.search.contains(f" {word}")
            query = query.where(starts | cls.search.contains(f"{word} ") if word.isdigit() else starts)
        return query

    @classmethod
    def count_by_state(cls, query):
        """`{state: number of households}` of a query, in one query."""
        counted = query.select(cls.state, fn.COUNT(cls.id)).order_by().group_by(cls.state)
        return dict(counted.tuples())

    def next_door(self):
        """The next household of the village still to visit, in code order, starting over at the end."""
        todo = (
            Household.select()
            .where(Household.village == self.village, Household.state.in_(["todo", "partial"]), Household.id != self.id)
            .order_by(Household.code_key)
        )
        return todo.where(Household.code_key > self.code_key).first() or todo.first()

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
    def add_many(cls, village, homes, by):
        """New households in bulk: dicts with the code, lane, dwelling, children and people that `add` takes."""
        with db.atomic():
            rows, people, events, sums = [], [], [], {}
            for given in homes:
                row = cls(village=village, code=given["code"], code_key=vi.sort_key(given["code"]))
                row.lane, row.dwelling = vi.clean(given["lane"]), given["dwelling"]
                row.children_0_5, row.children_6_15 = given["children"]
                members = [Resident.new(None, position, person) for position, person in enumerate(given["people"])]
                row.describe(members)
                row.contribution = indicators.contribution(row.facts(members), plan.active)
                for code, counts in row.contribution.items():
                    sums[code] = [a + b for a, b in zip(sums.get(code, (0, 0, 0)), counts, strict=True)]
                rows.append(row)
                people.append((row.uid, members))
                events.append(Event.line("household.added", row, by, people=len(members)))
            cls.insert_all(rows)
            ids = dict(cls.select(cls.uid, cls.id).where(cls.village == village).tuples())
            for uid, members in people:
                for person in members:
                    person.household = ids[uid]
            Resident.insert_all([person for _, members in people for person in members])
            Tally.add(village.id, sums)
            Event.insert_all(events)
        return rows

    def living(self):
        """The residents living here, in the order the family lists them."""
        return self.residents.where(Resident.left == "").order_by(Resident.position, Resident.id)

    def refresh(self):
        """Bring the head's name, the search text and the tallies up to date. Call inside the verb's transaction.

        What else was set on this row is stored with it.
        """
        people = list(self.living())
        self.describe(people)
        self.retally(people)

    def describe(self, people):
        """Set the head's name and the search text from the people who live here."""
        head = next((person for person in people if person.relation == "head"), people[0] if people else None)
        head_name = head.name or "" if head else ""
        self.set_changed(head_name=head_name, search=search_text(self.code, self.lane, people))

    def facts(self, people):
        """This household as `indicators` wants it."""
        ids = [person.id for person in people if person.id]
        attended = Attendance.residents_who_came(ids, plan.active.year) if ids else set()
        return {
            "counts": self.state not in GONE,
            "visited": self.state != "todo",
            "done": self.state == "done",
            "people": [
                {"birth_year": p.birth_year, "answers": p.answers, "attended": p.id in attended} for p in people
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

    def locked(self):
        """This row read again and held until the transaction ends, so that two phones take turns."""
        return lock_row(Household.select().where(Household.id == self.id)).get()

    def receive(self, visit, by, body_hash=""):
        """Record one visit, once however often it arrives.

        visit: what `survey.check` returns as clean: `{"uid", "outcome", "happened_at", "answers": {question: answer},
        "people": [{"uid", "answers", "name"?, "birth_year"?, "sex"?, "relation"?, "proxy"?}], "lane"?}`.
        Only the answers and fields present are written; an older visit that arrives late never overwrites
        a newer answer. Returns (Visit, True) or, for a repeat, (the first Visit, False).
        Raises Conflict when the id was used for other content, LookupError for a person of another household.
        """
        with db.atomic():
            record = Visit(
                uid=visit["uid"],
                household=self,
                user=by,
                happened_at=visit["happened_at"],
                outcome=visit["outcome"],
                content={"answers": visit["answers"], "people": visit["people"]},
                body_hash=body_hash,
            )
            if not Visit.insert(record.__data__).on_conflict_ignore().as_rowcount().execute():
                first = Visit.get(Visit.uid == record.uid)
                if first.body_hash != body_hash or first.household_id != self.id:
                    raise Conflict(first)
                return first, False
            household = self.locked()
            household._take_visit(visit)
            household._take_people(visit["people"], visit["happened_at"])
            household.refresh()
            if visit["outcome"] in ("done", "partial", "refused"):
                Consent.record(household, "survey", visit["outcome"] != "refused", visit["happened_at"], by)
            Event.log(
                "visit.received",
                household,
                by,
                visit=visit["uid"],
                outcome=visit["outcome"],
                fields=sorted(visit["answers"]),
                people=len(visit["people"]),
            )
        self.__data__.update(household.__data__)
        return record, True

    def _take_visit(self, visit):
        at = visit["happened_at"]
        newest = self.visited_at is None or at >= self.visited_at
        if newest:
            self.state, self.visited_at = visit["outcome"], at
            if visit["outcome"] in ("done", "partial", "refused"):
                self.agreed = visit["outcome"] != "refused"
        merge_answers(self, visit["answers"], at)
        if newest and "lane" in visit:
            self.lane = visit["lane"]

    def _take_people(self, people, at):
        known = {person.uid: person for person in self.residents}
        for number, given in enumerate(people):
            person = known.get(given["uid"])
            if person is None:
                if Resident.select().where(Resident.uid == given["uid"]).exists():
                    raise LookupError(given["uid"])
                person = Resident(uid=given["uid"], household=self, position=len(known) + number)
            person.take(given, at)


def merge_answers(row, answers, at):
    """Write each answer that is not older than the one held. `row` has `answers` and `answered_at`."""
    stamp = at.isoformat()
    newer = {question: answer for question, answer in answers.items() if stamp >= row.answered_at.get(question, "")}
    if newer:
        row.answers = row.answers | newer
        row.answered_at = row.answered_at | dict.fromkeys(newer, stamp)


def search_text(code, lane, people):
    """One folded line per household: every word preceded and followed by a space."""
    words = [code, code.lstrip("0"), lane]
    for person in people:
        words += [person.name or "", person.phone or ""]
    return f" {vi.fold(' '.join(words))} "


class Resident(Table):
    """A person aged 16 or over at the plan year's end. A name may be absent: "nữ, khoảng 1990"."""

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
    proxy = BooleanField(default=False)
    answers = JSONField(default=dict)
    answered_at = JSONField(default=dict)

    IDENTITY = ("name", "birth_year", "sex", "relation", "phone")

    @classmethod
    def visible_to(cls, user):
        return cls.below(user.area)

    @classmethod
    def below(cls, area):
        query = cls.select(cls, Household, Area).join(Household).join(Area)
        return query.where(Area.path.startswith(area.path), cls.left == "")

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
        """The one living resident of the village with this name (folded) and year; None when none or several."""
        found = list(
            cls.select(cls, Household)
            .join(Household)
            .where(
                Household.village == village,
                cls.folded == vi.fold(name),
                cls.birth_year == birth_year,
                cls.left == "",
            )
            .limit(2)
        )
        return found[0] if len(found) == 1 else None

    @classmethod
    def found_by(cls, area, words, most=5):
        """At most `most` residents below `area` all of whose words begin a word of the name; for two words or more."""
        words = vi.fold(words).split()
        if len(words) < 2:
            return []
        query = cls.below(area)
        for word in words:
            query = query.where(cls.folded.startswith(word) | cls.folded.contains(f" {word}"))
        return list(query.order_by(cls.name_key).limit(most))

    def set_identity(self, given):
        """Set the identity fields present in `given`; returns the names of those that changed."""
        changed = self.set_changed(**{key: given[key] for key in self.IDENTITY if key in given})
        if "name" in changed:
            self.name_key = vi.name_key(self.name) if self.name else ""
            self.folded = vi.fold(self.name) if self.name else ""
        return changed

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
    body_hash = CharField(default="", max_length=64)


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

    @classmethod
    def record(cls, household, purpose, given, at, by):
        version = plan.active.notice_version
        cls.create(household=household, purpose=purpose, given=given, text_version=version, given_at=at, user=by)


class Tally(Table):
    """What a village's households add up to for one target of one year: `listed`, `asked`, `yes`."""

    village = ForeignKeyField(Area, backref="tallies")
    year = SmallIntegerField()
    code = CharField(max_length=12)
    listed = IntegerField(default=0)
    asked = IntegerField(default=0)
    yes = IntegerField(default=0)

    class Meta:
        indexes = ((("village", "year", "code"), True),)

    @classmethod
    def add(cls, village_id, changes):
        """Add `{code: [Δlisted, Δasked, Δyes]}`. Codes go in sorted order, so that two writers never wait in a ring."""
        rows = [
            {
                "village": village_id,
                "year": plan.active.year,
                "code": code,
                "listed": listed,
                "asked": asked,
                "yes": yes,
            }
            for code, (listed, asked, yes) in sorted(changes.items())
        ]
        counts = (cls.listed, cls.asked, cls.yes)
        cls.insert_many(rows).on_conflict(
            conflict_target=[cls.village, cls.year, cls.code],
            update={count: count + getattr(EXCLUDED, count.name) for count in counts},
        ).execute()

    @classmethod
    def sums(cls, area):
        """`{(part's id, code): (listed, asked, yes)}` for the parts right below the area, or for a village itself."""
        part = Area.alias()
        query = (
            cls.select(part.id, cls.code, fn.SUM(cls.listed), fn.SUM(cls.asked), fn.SUM(cls.yes))
            .join(Area)
            .join(part, on=fn.SUBSTR(Area.path, 1, fn.LENGTH(part.path)) == part.path)
            .where(cls.year == plan.active.year, Area.path.startswith(area.path))
            .where(part.id == area.id if area.kind == "village" else part.parent == area)
            .group_by(part.id, cls.code)
        )
        return {(part_id, code): tuple(map(int, counts)) for part_id, code, *counts in query.tuples()}

    @classmethod
    def rebuild(cls):
        """Recompute every contribution and tally of the active year from scratch; returns how many households."""
        with db.atomic():
            cls.delete().where(cls.year == plan.active.year).execute()
            Household.update(contribution={}).execute()
            ids = [row.id for row in Household.select(Household.id).order_by(Household.id)]
            for household_id in ids:
                Household.get_by_id(household_id).retally()
            Event.log("tally.rebuilt", None, None, households=len(ids))
        return len(ids)


class Course(Table):
    """A class: a topic, a host, a place and its meetings. Its code is on the poster, its number is typed."""

    uid = CharField(unique=True, default=new_uid)
    code = CharField(unique=True, max_length=10)
    number = CharField(unique=True, max_length=6)
    area = ForeignKeyField(Area, backref="courses")
    topic = CharField(max_length=40)
    title = CharField()
    place = CharField()
    host = ForeignKeyField(User, backref="courses")
    created_at = DateTimeField(default=now)

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Area).join(Area).where(Area.path.startswith(user.area.path))

    @classmethod
    def by_next_meeting(cls, user, moment):
        """The user's classes in two lists: those with a session still to come, soonest first, and those over.

        Each has `.next_at` and `.last_at`, the moments of its next and its last session.
        """
        upcoming = Case(None, [(Meeting.ends_at >= moment, Meeting.starts_at)])
        as_moment = Meeting.starts_at.python_value
        query = (
            cls.visible_to(user)
            .select_extend(
                fn.MIN(upcoming).converter(as_moment).alias("next_at"),
                fn.MAX(Meeting.starts_at).converter(as_moment).alias("last_at"),
            )
            .join_from(cls, Meeting, JOIN.LEFT_OUTER, on=(Meeting.course == cls.id) & Meeting.cancelled_at.is_null())
            .group_by(cls.id, Area.id)
        )
        courses = list(query)
        coming = sorted((course for course in courses if course.next_at), key=lambda course: course.next_at)
        past = [course for course in courses if not course.next_at]
        return coming, sorted(past, key=lambda course: course.last_at or datetime.min, reverse=True)

    @classmethod
    def open(cls, by, area, topic, title, place, times, uid=None):
        """A new class with its meetings; `times` are (starts_at, ends_at) pairs in UTC."""
        with db.atomic():
            course = cls.create(
                uid=uid or new_uid(),
                code=qr.new_code(10),
                number=cls.free_number(),
                area=area,
                topic=topic,
                title=vi.clean(title),
                place=vi.clean(place),
                host=by,
            )
            for starts_at, ends_at in times:
                Meeting.create(course=course, starts_at=starts_at, ends_at=ends_at)
            Event.log("course.opened", course, by, meetings=len(times))
        return course

    @classmethod
    def free_number(cls):
        while True:
            number = f"{secrets.randbelow(10**6):06d}"
            if not cls.select().where(cls.number == number).exists():
                return number

    def change(self, by, **fields):
        """Change title, place or topic; nothing happens and nothing is logged when nothing differs."""
        changed = [key for key, value in fields.items() if getattr(self, key) != value]
        if changed:
            with db.atomic():
                for key in changed:
                    setattr(self, key, fields[key])
                self.save(only=changed)
                Event.log("course.changed", self, by, fields=changed)

    def renew_code(self, by):
        """Revoke the printed poster: a new code and number."""
        with db.atomic():
            self.code, self.number = qr.new_code(10), Course.free_number()
            self.save(only=[Course.code, Course.number])
            Event.log("course.code_renewed", self, by)

    def schedule(self):
        return self.meetings.order_by(Meeting.starts_at)

    def with_counts(self):
        """The class's meetings in time order, each with `.came`, the attendances that stand."""
        came = fn.COUNT(Attendance.id).alias("came")
        stands = (Attendance.meeting == Meeting.id) & Attendance.undone_at.is_null()
        query = self.schedule().select(Meeting, came).join(Attendance, JOIN.LEFT_OUTER, on=stands)
        return list(query.group_by(Meeting.id).objects())

    def meeting_at(self, moment):
        """The meeting whose door is open at `moment`, else None."""
        early, late = Meeting.window()
        return (
            self.meetings.where(
                Meeting.cancelled_at.is_null(), Meeting.starts_at <= moment + early, Meeting.ends_at >= moment - late
            )
            .order_by(Meeting.starts_at)
            .first()
        )

    def next_meeting(self, moment):
        coming = self.meetings.where(Meeting.cancelled_at.is_null(), Meeting.starts_at > moment)
        return coming.order_by(Meeting.starts_at).first()


class Meeting(Table):
    """One session of a course. Its door opens and closes some minutes around it (settings of the plan)."""

    uid = CharField(unique=True, default=new_uid)
    course = ForeignKeyField(Course, backref="meetings", on_delete="CASCADE")
    starts_at = DateTimeField(index=True)
    ends_at = DateTimeField()
    cancelled_at = DateTimeField(null=True)
    head_count = SmallIntegerField(null=True)

    @staticmethod
    def window():
        return (
            timedelta(minutes=plan.active.check_in_opens_before),
            timedelta(minutes=plan.active.check_in_closes_after),
        )

    @classmethod
    def visible_to(cls, user):
        query = cls.select(cls, Course, Area).join(Course).join(Area)
        return query.where(Area.path.startswith(user.area.path))

    @classmethod
    def coming(cls, area, most=3):
        """The next meetings below the area that are not over, soonest first."""
        query = cls.select(cls, Course, Area).join(Course).join(Area).order_by(cls.starts_at)
        return query.where(Area.path.startswith(area.path), cls.ends_at > now(), cls.cancelled_at.is_null()).limit(most)

    def present(self):
        """The attendances that stand, by given name."""
        return (
            self.attendances.select(Attendance, Resident, Area)
            .join(Resident, JOIN.LEFT_OUTER)
            .switch(Attendance)
            .join(Area, JOIN.LEFT_OUTER)
            .where(Attendance.undone_at.is_null())
            .order_by(Attendance.name_key)
        )

    def add(self, by):
        with db.atomic():
            self.save(force_insert=True)
            Event.log("meeting.added", self.course, by)
        return self

    def cancel(self, by):
        with db.atomic():
            self.cancelled_at = now()
            self.save(only=[Meeting.cancelled_at])
            Event.log("meeting.cancelled", self, by)

    def count_heads(self, number, by):
        with db.atomic():
            self.head_count = number
            self.save(only=[Meeting.head_count])
            Event.log("meeting.head_count", self, by, number=number)

    def check_in(self, op_id, how, name, birth_year=None, village=None, resident=None, by=None, happened_at=None):
        """Record that a person came, once: (Attendance, True), or (the standing row, False) if already recorded.

        The same operation id, the same resident, or the same typed name, year and village are one person. An undone
        attendance stands again. Typed details are matched silently to the one resident they fit, if any.
        """
        resident = resident or (Resident.same_person(village, name, birth_year) if village and birth_year else None)
        name = vi.clean(resident.name or name if resident else name)
        key = f"r:{resident.uid}" if resident else walk_in_key(name, birth_year, village)
        with db.atomic():
            row = {
                "uid": new_uid(),
                "meeting": self,
                "person": key,
                "resident": resident,
                "name": name,
                "name_key": vi.name_key(name),
                "birth_year": resident.birth_year if resident else birth_year,
                "village": resident.household.village_id if resident else village,
                "how": how,
                "op_id": op_id,
                "user": by,
                "happened_at": happened_at or now(),
            }
            added = Attendance.insert(row).on_conflict_ignore().as_rowcount().execute()
            standing = Attendance.get(
                (Attendance.op_id == op_id) | ((Attendance.meeting == self) & (Attendance.person == key))
            )
            again = not added and standing.undone_at is not None and standing.op_id != op_id
            if again:
                standing.stand_again(how, op_id, by)
            if added or again:
                if resident:
                    resident.household.locked().retally()
                Event.log("attendance.recorded", self, by, attendance=standing.uid, how=how, joined=bool(resident))
        return standing, bool(added or again)


def walk_in_key(name, birth_year, village):
    """The same person typing the same details twice is one; the key itself reveals nothing."""
    details = json.dumps([vi.fold(name), birth_year, village.code if village else None])
    return "w:" + hashlib.sha256(details.encode()).hexdigest()[:32]


class Attendance(Table):
    """That one person came to one meeting: at most one row each, undone rather than deleted."""

    uid = CharField(unique=True, default=new_uid)
    meeting = ForeignKeyField(Meeting, backref="attendances", on_delete="CASCADE")
    person = CharField(max_length=40)
    resident = ForeignKeyField(Resident, null=True, backref="attendances", on_delete="SET NULL")
    name = CharField()
    name_key = CharField(default="")
    birth_year = SmallIntegerField(null=True)
    village = ForeignKeyField(Area, null=True)
    how = CharField(max_length=8)
    op_id = CharField(unique=True)
    user = ForeignKeyField(User, null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("meeting", "person"), True),)

    @classmethod
    def below(cls, area):
        query = cls.select(cls, Meeting, Course, Area).join(Meeting).join(Course).join(Area)
        return query.where(Area.path.startswith(area.path), cls.undone_at.is_null())

    @classmethod
    def residents_who_came(cls, resident_ids, year):
        """The ids among `resident_ids` of those who came to a meeting in `year`."""
        query = (
            cls.select(cls.resident)
            .join(Meeting)
            .where(
                cls.resident.in_(resident_ids),
                cls.undone_at.is_null(),
                Meeting.starts_at >= datetime(year, 1, 1) - vi.UTC_OFFSET,
                Meeting.starts_at < datetime(year + 1, 1, 1) - vi.UTC_OFFSET,
            )
        )
        return {row.resident_id for row in query}

    def undo(self, by):
        """Take the attendance back; the row stays, and can stand again."""
        with db.atomic():
            done = Attendance.update(undone_at=now()).where(Attendance.id == self.id, Attendance.undone_at.is_null())
            if not done.execute():
                return
            if self.resident:
                self.resident.household.locked().retally()
            Event.log("attendance.undone", self.meeting, by, attendance=self.uid)

    def stand_again(self, how, op_id, by):
        self.undone_at, self.how, self.op_id, self.user = None, how, op_id, by
        self.happened_at = now()
        self.save(only=["undone_at", "how", "op_id", "user", "happened_at"])


class Roster(Table):
    """An uploaded list waiting for somebody to look at it; its reading is kept until then, its file is not."""

    uid = CharField(unique=True, default=new_uid)
    user = ForeignKeyField(User)
    filename = CharField()
    reading = BlobField()
    choices = JSONField(default=dict)
    created_at = DateTimeField(default=now)
    saved_at = DateTimeField(null=True)
    result = JSONField(null=True)

    KEPT = timedelta(hours=24)

    @classmethod
    def visible_to(cls, user):
        return cls.select().where(cls.user == user)

    @classmethod
    def latest_of(cls, user, most=5):
        """The user's own last uploads, without what was read."""
        query = cls.select(cls.uid, cls.filename, cls.created_at, cls.saved_at).where(cls.user == user)
        return list(query.order_by(cls.id.desc()).limit(most))

    @classmethod
    def keep(cls, user, filename, text):
        """Keep what was read of a file for its uploader to look at; those nobody saved within a day are dropped."""
        with db.atomic():
            old = cls.delete().where(cls.saved_at.is_null(), cls.created_at < now() - cls.KEPT).execute()
            row = cls.create(user=user, filename=filename[:255], reading=zlib.compress(text.encode()))
            Event.log("roster.uploaded", row, user, dropped=old)
        return row

    def text(self):
        """What `keep` was given."""
        return zlib.decompress(bytes(self.reading)).decode()

    def choose(self, choices):
        """Remember which village is which while the list waits."""
        with db.atomic():
            self.choices = choices
            self.save(only=[Roster.choices])
            Event.log("roster.chosen", self, self.user_id, villages=len(choices))

    def finish(self, result):
        """The list is saved: keep only what happened."""
        self.saved_at, self.result, self.reading = now(), result, b""
        self.save(only=[Roster.saved_at, Roster.result, Roster.reading])


class Limit(Table):
    """Counts failures in a time window; successes are never limited (forty phones share one address)."""

    key = CharField()
    window = IntegerField()
    number = IntegerField(default=0)

    class Meta:
        indexes = ((("key", "window"), True),)

    @classmethod
    def fail(cls, key, seconds):
        """Count one failure of `key` in the present window of `seconds`."""
        row = cls.insert(key=key, window=cls.window_now(seconds), number=1)
        row.on_conflict(conflict_target=[cls.key, cls.window], update={cls.number: cls.number + 1}).execute()

    @classmethod
    def reached(cls, key, seconds, most):
        """Whether `key` has failed `most` times in the present window."""
        row = cls.get_or_none(cls.key == key, cls.window == cls.window_now(seconds))
        return row is not None and row.number >= most

    @staticmethod
    def window_now(seconds):
        return int(datetime.now(UTC).timestamp()) // seconds


class Event(Table):
    """The log: who did what to which thing, when. The database refuses to change or delete a row."""

    at = DateTimeField(default=now, index=True)
    user = ForeignKeyField(User, null=True)
    verb = CharField(max_length=40)
    kind = CharField(max_length=20, default="")
    subject = CharField(max_length=40, default="", index=True)
    data = JSONField(default=dict)

    @classmethod
    def log(cls, verb, subject, by, **data):
        """Write one line. `data` holds names of fields and counts, never a person's data."""
        cls.line(verb, subject, by, **data).save(force_insert=True)

    @classmethod
    def line(cls, verb, subject, by, **data):
        """A line not yet written, for verbs that write many."""
        return cls(
            verb=verb,
            kind=type(subject).__name__.lower() if subject else "",
            subject=getattr(subject, "uid", None) or getattr(subject, "code", "") if subject else "",
            user=by,
            data=data,
        )


TABLES = [
    Setting,
    Area,
    Figure,
    User,
    Household,
    Resident,
    Visit,
    Consent,
    Tally,
    Course,
    Meeting,
    Attendance,
    Roster,
    Limit,
    Event,
]
__all__ = [table.__name__ for table in TABLES] + ["Conflict", "IntegrityError", "now", "new_uid", "TABLES", "db"]

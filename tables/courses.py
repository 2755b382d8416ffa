"""Classes, their sessions, and who came to them."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from peewee import (
    JOIN,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    fn,
)

import plan
import qr
import vi
from database import lock_row
from tables.areas import Area
from tables.households import Household, Resident
from tables.table import Conflict, Event, Table, db, new_uid, now
from tables.users import User

ALIKE = 0.7  # how near two folded names must be, 1 for the same
NAMES_FIT = 0.95  # for the same names in another order, or without the middle
MOST_ALIKE = 2000
NAMESAKE = "n:"
HOW = ("self", "family", "host", "paper")
AUDIENCES = ("residents", "traders", "staff", "pupils", "workers")


class Overlap(Exception):
    """A session of the class is held at that time already; `.meeting` is the one in the way."""

    def __init__(self, meeting):
        super().__init__(f"meeting {meeting.uid} is held at that time")
        self.meeting = meeting


class Course(Table):
    """A class: a topic, a host, a place and its meetings. Its code is on the poster, its number is typed.

    `audience` is whom it is for and `unit` the key of the plan's unit they work in, if any; a `capacity` is told to
    the host and turns nobody away. `edition` counts the changes, so that a form knows whether it is stale.
    """

    uid = CharField(unique=True, default=new_uid)
    code = CharField(unique=True, max_length=10)
    number = CharField(unique=True, max_length=6)
    area = ForeignKeyField(Area, backref="courses")
    topic = CharField(max_length=40)
    title = CharField()
    place = CharField()
    host = ForeignKeyField(User, backref="courses")
    created_at = DateTimeField(default=now)
    audience = CharField(default="residents", max_length=12)
    unit = CharField(default="", max_length=40)
    capacity = SmallIntegerField(null=True)
    edition = IntegerField(default=0)
    changed_at = DateTimeField(null=True)

    @classmethod
    def with_code(cls, code):
        """The class on whose poster this code stands, with its area, or None."""
        return cls.select(cls, Area).join(Area).where(cls.code == qr.read_code(code)).first()

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Area).join(Area).where(Area.within(user.area))

    @property
    def counts_only(self):
        """Whether nobody's name is ever recorded: pupils are counted (design.md 4.1)."""
        return self.audience == "pupils"

    @classmethod
    def past(cls, area, moment):
        """The classes below the area that have no session to come, the latest first, each with `.last_at`."""
        last, standing = fn.MAX(Meeting.starts_at), Meeting.not_cancelled()
        query = (
            cls.select(cls, Area, last.converter(Meeting.starts_at.python_value).alias("last_at"))
            .join(Area)
            .join_from(cls, Meeting, JOIN.LEFT_OUTER, on=(Meeting.course == cls.id) & standing)
            .where(Area.within(area))
            .group_by(cls.id, Area.id)
            .having(fn.COALESCE(fn.MAX(Meeting.ends_at), datetime.min) < moment)
        )
        return sorted(query, key=lambda course: course.last_at or datetime.min, reverse=True)

    @classmethod
    def coming(cls, area, topics, moment):
        """The classes below the area on these topics with a session to come, the soonest first, with `.next_at`."""
        first = fn.MIN(Meeting.starts_at)
        return list(
            cls.select(cls, Area, first.converter(Meeting.starts_at.python_value).alias("next_at"))
            .join(Area)
            .join_from(cls, Meeting)
            .where(Area.within(area), cls.topic.in_(topics))
            .where(Meeting.not_cancelled(), Meeting.ends_at > moment)
            .group_by(cls.id, Area.id)
            .order_by(first)
        )

    @classmethod
    def helped(cls, user):
        """The database keys of the classes whose hosts asked the user to help."""
        return {row.course_id for row in CoHost.select(CoHost.course).where(CoHost.user == user.id)}

    @classmethod
    def open(cls, by, area, topic, title, place, times, uid=None, cohosts=(), **more):
        """A new class with its meetings; `times` are (starts_at, ends_at) pairs in UTC.

        cohosts: the accounts that may run the roll call too. more: host (else `by`), audience, unit, capacity.
        """
        with db.atomic():
            course = cls.create(
                uid=uid or new_uid(),
                code=qr.new_code(10),
                number=cls.free_number(),
                area=area,
                topic=topic,
                title=vi.clean(title),
                place=vi.clean(place),
                **{"host": by, **more},
            )
            for starts_at, ends_at in times:
                Meeting.create(course=course, starts_at=starts_at, ends_at=ends_at)
            course.set_cohosts(cohosts)
            Event.log("course.opened", course, by, meetings=len(times))
        return course

    @classmethod
    def free_number(cls):
        while True:
            number = f"{secrets.randbelow(10**6):06d}"
            if not cls.select().where(cls.number == number).exists():
                return number

    def change(self, by, edition=None, cohosts=None, **fields):
        """Change what differs; when nothing does, nothing happens and nothing is logged.

        Raises Conflict when the class is no longer in the `edition` that a form showed.
        """
        with db.atomic():
            held = lock_row(Course.select().where(Course.id == self.id)).get()
            if edition not in (None, held.edition):
                raise Conflict(held)
            changed = held.set_changed(**fields) + held.set_cohosts(cohosts)
            if changed:
                held.set_changed(edition=held.edition + 1, changed_at=now())
                held.store_changes()
                Event.log("course.changed", self, by, fields=changed)
        self.__data__.update(held.__data__)

    def set_cohosts(self, users):
        """Make these accounts the co-hosts, unless None; ["cohosts"] when that changed something."""
        before = {row.user_id for row in self.cohosts}
        after = before if users is None else {user.id for user in users} - {self.host_id}
        CoHost.delete().where(CoHost.course == self, CoHost.user.in_(before - after)).execute()
        for user_id in sorted(after - before):
            CoHost.create(course=self, user=user_id)
        return ["cohosts"] if after != before else []

    def helped_by(self):
        """The accounts that may run the roll call beside the host, by name."""
        return list(User.select(User, Area).join(Area).switch(User).join(CoHost).where(CoHost.course == self))

    def run_by(self, user):
        """Whether the user may run the roll call: hosts in their area, others where the host asked them."""
        return user.hosts or CoHost.select().where(CoHost.course == self, CoHost.user == user.id).exists()

    def renew_code(self, by):
        """Revoke the printed poster: a new code and number."""
        with db.atomic():
            self.code, self.number = qr.new_code(10), Course.free_number()
            self.save(only=[Course.code, Course.number])
            Event.log("course.code_renewed", self, by)

    def log_print(self, what, by):
        """Put into the log that a sheet with names is printed."""
        with db.atomic():
            Event.log(f"{what}.printed", self, by)

    def still_to_come(self, moment):
        """The sessions that are not over nor cancelled, in time order."""
        return list(self.schedule().where(Meeting.not_cancelled(), Meeting.ends_at > moment))

    def lock_schedule(self):
        """Hold the course, so that two changes of its sessions take turns."""
        lock_row(Course.select().where(Course.id == self.id)).get()

    def schedule(self):
        return self.meetings.order_by(Meeting.starts_at)

    def with_counts(self):
        """The class's meetings in time order, each with `.came`, the attendances that stand."""
        came = fn.COUNT(Attendance.id).alias("came")
        stands = (Attendance.meeting == Meeting.id) & Attendance.stands()
        query = self.schedule().select(Meeting, came).join(Attendance, JOIN.LEFT_OUTER, on=stands)
        return list(query.group_by(Meeting.id).objects())

    def meetings_at(self, moment):
        """The meetings at whose time `moment` is, cancelled ones too: those not over first, then by their start."""
        early, late = Meeting.window()
        query = self.meetings.where(Meeting.starts_at <= moment + early, Meeting.ends_at >= moment - late)
        for meeting in query:
            meeting.course = self
        return sorted(query, key=lambda meeting: (meeting.ends_at < moment, meeting.starts_at))

    def open_at(self, moment):
        """The meetings whose door is open at `moment`, the likeliest first."""
        return [meeting for meeting in self.meetings_at(moment) if not meeting.cancelled_at]

    def meeting_at(self, moment):
        """The meeting whose door is open at `moment`, the likeliest of several, else None."""
        return next(iter(self.open_at(moment)), None)

    def next_meeting(self, moment):
        coming = self.meetings.where(Meeting.not_cancelled(), Meeting.starts_at > moment)
        return coming.order_by(Meeting.starts_at).first()


class Meeting(Table):
    """One session of a course. Its door opens and closes some minutes around it (settings of the plan)."""

    uid = CharField(unique=True, default=new_uid)
    course = ForeignKeyField(Course, backref="meetings", on_delete="CASCADE")
    starts_at = DateTimeField(index=True)
    ends_at = DateTimeField()
    cancelled_at = DateTimeField(null=True)
    head_count = SmallIntegerField(null=True)
    cancel_reason = CharField(default="", max_length=120)
    edition = IntegerField(default=0)
    changed_at = DateTimeField(null=True)
    word = CharField(default="", max_length=40)

    @classmethod
    def not_cancelled(cls):
        """Sessions that are or were held; for a query."""
        return cls.cancelled_at.is_null()

    @staticmethod
    def window():
        return (
            timedelta(minutes=plan.active.check_in_opens_before),
            timedelta(minutes=plan.active.check_in_closes_after),
        )

    @classmethod
    def visible_to(cls, user):
        query = cls.select(cls, Course, Area).join(Course).join(Area)
        return query.where(Area.within(user.area))

    @classmethod
    def run_by(cls, user):
        """The meetings whose roll call the user may run: in their area, and for those who are no hosts, where asked."""
        query = cls.visible_to(user)
        asked = CoHost.select(CoHost.course).where(CoHost.user == user.id)
        return query if user.hosts else query.where(Course.id.in_(asked))

    @classmethod
    def between(cls, area, starts, ends=None):
        """The meetings below the area that end after `starts` and begin before `ends`, in time order.

        Each has `.people`, how many came.
        """
        came = Attendance.select(fn.COUNT(Attendance.id)).where(
            Attendance.meeting == cls.id, Attendance.stands()
        )
        query = cls.select(cls, Course, Area, came.alias("people")).join(Course).join(Area)
        query = query.where(Area.within(area), cls.ends_at >= starts)
        return (query.where(cls.starts_at < ends) if ends else query).order_by(cls.starts_at, cls.id)

    @classmethod
    def announced(cls, area, since=None):
        """The sessions that people of the area may come to and that are not over, soonest first, the cancelled too.

        A village is also told of what is held for the whole commune. since: those that ended after it instead.
        """
        query = cls.select(cls, Course, Area).join(Course).join(Area)
        here = Area.within(area) | Area.id.in_(area.around())
        return query.where(here, cls.ends_at > (since or now())).order_by(cls.starts_at, cls.id)

    @classmethod
    def coming(cls, area, most=3):
        """The next of those that are announced and not cancelled."""
        return cls.announced(area).where(cls.not_cancelled()).limit(most)

    def came(self):
        """How many people are recorded as present."""
        return self.attendances.where(Attendance.stands()).count()

    def is_crowded(self):
        """Whether more came than the class holds. Nobody at the door is turned away: they are recorded and told."""
        return self.course.capacity is not None and self.came() > self.course.capacity

    def present(self):
        """The attendances that stand, by given name."""
        return (
            self.attendances.select(Attendance, Resident, Area)
            .join(Resident, JOIN.LEFT_OUTER)
            .switch(Attendance)
            .join(Area, JOIN.LEFT_OUTER)
            .where(Attendance.stands())
            .order_by(Attendance.name_key)
        )

    def overlaps(self):
        """Another session of the course, not cancelled, at the same time, or None."""
        others = Meeting.select().where(Meeting.course == self.course, Meeting.id != (self.id or 0))
        at_once = (Meeting.starts_at < self.ends_at) & (Meeting.ends_at > self.starts_at)
        return others.where(at_once, Meeting.not_cancelled()).first()

    @classmethod
    def add_all(cls, course, times, by):
        """More sessions for a course; those that are held already, to the minute, are left alone.

        One that was called off at that time is held after all. Raises Overlap when another session is in the way.
        """
        with db.atomic():
            course.lock_schedule()
            at = {meeting.starts_at: meeting for meeting in course.meetings.order_by(cls.cancelled_at.is_null())}
            new = 0
            for starts_at, ends_at in times:
                known = at.get(starts_at)
                if known and known.cancelled_at:
                    known.hold_after_all(by, ends_at=ends_at)
                elif not known or known.ends_at != ends_at:
                    cls(course=course, starts_at=starts_at, ends_at=ends_at).refuse_overlap()
                    cls.create(course=course, starts_at=starts_at, ends_at=ends_at)
                    new += 1
            if new:
                Event.log("meeting.added", course, by, meetings=new)

    def refuse_overlap(self):
        """Raise Overlap when another session of the course is held at this one's time."""
        if other := self.overlaps():
            raise Overlap(other)

    def move(self, starts_at, ends_at, by, edition=None):
        """Hold the session at another time; whoever was recorded stays recorded.

        Raises Conflict when it is no longer in the `edition` that a form showed, and Overlap.
        """
        self._change("meeting.moved", by, edition, starts_at=starts_at, ends_at=ends_at)

    def cancel(self, by, reason="", edition=None):
        """Call the session off; everybody may read the reason.

        Whoever was recorded stays recorded, but it is no lesson: it counts in no target, result or confirmation.
        """
        self._change("meeting.cancelled", by, edition, cancelled_at=self.cancelled_at or now(), cancel_reason=reason)

    def restore(self, by):
        """Hold a session that was called off after all: it counts again. Raises Overlap."""
        self.hold_after_all(by)

    def hold_after_all(self, by, **hours):
        self._change("meeting.restored", by, None, cancelled_at=None, cancel_reason="", **hours)

    def _change(self, verb, by, edition, **fields):
        with db.atomic():
            self.course.lock_schedule()
            held = lock_row(Meeting.select().where(Meeting.id == self.id)).get()
            if edition not in (None, held.edition):
                raise Conflict(held)
            if held.set_changed(**fields):
                if not held.cancelled_at:
                    held.refuse_overlap()
                held.set_changed(edition=held.edition + 1, changed_at=now())
                held.store_changes()
                if "cancelled_at" in fields:
                    held.retally()
                Event.log(verb, self, by)
        self.__data__.update(held.__data__)

    def retally(self):
        """Count the households anew of those who were recorded here. In a transaction."""
        homes = Household.select(Household.id).join(Resident).join(Attendance)
        homes = homes.where(Attendance.meeting == self, Attendance.stands())
        for household in Household.hold({row.id for row in homes}):
            household.retally()

    def count_heads(self, number, by):
        with db.atomic():
            self.head_count = number
            self.save(only=[Meeting.head_count])
            Event.log("meeting.head_count", self, by, number=number)

    def present_with_homes(self):
        """The attendances that stand, by given name, with the household of each resident, in one query."""
        return self.present().select_extend(Household).join_from(Resident, Household, JOIN.LEFT_OUTER)

    def present_with_walk_ins(self):
        """The attendances that stand, each with `.joined`, the walk-ins that were joined to it, in two queries."""
        present = list(self.present())
        joined = list(self.attendances.where(Attendance.joined_to.is_null(False)).order_by(Attendance.id))
        for row in present:
            row.joined = [walk_in for walk_in in joined if walk_in.joined_to_id == row.id]
        return present

    def take_back(self, rows, by, **told):
        """Take these attendances of walk-ins back at once; `bring_back` undoes it. told: what the log says of them."""
        moment, ids = now(), [row.id for row in rows]
        with db.atomic():
            standing = Attendance.id.in_(ids) & Attendance.stands() & Attendance.resident.is_null()
            taken = self.attendances.select(Attendance.id).where(standing).count()
            if taken:
                Attendance.update(undone_at=moment).where(standing, Attendance.meeting == self).execute()
                Event.log("attendance.many_undone", self, by, people=taken, undone_at=moment.isoformat(), **told)
        return taken

    def taken_back(self):
        """The log's line of the last `take_back` unless those came back, else None."""
        last = Event.last_of(self, ["attendance.many_undone", "attendance.many_restored"])
        return last if last and last.verb == "attendance.many_undone" else None

    def bring_back(self, by):
        """The walk-ins of the last `take_back` stand again, but for those joined or recorded again since."""
        with db.atomic():
            lock_row(Meeting.select().where(Meeting.id == self.id)).get()
            if last := self.taken_back():
                undone_at = datetime.fromisoformat(last.data["undone_at"])
                mine = (Attendance.meeting == self) & (Attendance.undone_at == undone_at)
                mine &= Attendance.resident.is_null() & Attendance.joined_to.is_null()
                people = Attendance.update(undone_at=None).where(mine).execute()
                Event.log("attendance.many_restored", self, by, people=people)

    def begun(self, moment):
        """Whether people may have come already; from then on the host may record them, however late."""
        return self.starts_at <= moment + Meeting.window()[0]

    def is_open(self, moment):
        return self.begun(moment) and self.ends_at >= moment - Meeting.window()[1] and not self.cancelled_at

    def happened_at(self, told, moment):
        """When somebody came: as told, if that was on the meeting's day or before its door closed after midnight; what
        is entered later is dated its start.
        """
        on_its_day = vi.local(told).date() == vi.local(self.starts_at).date()
        on_its_day |= self.starts_at <= told <= self.ends_at + Meeting.window()[1]
        return told if on_its_day else min(self.starts_at, moment)

    def set_word(self, word, by):
        """The word on the blackboard that the check-in page asks for; "" asks for none."""
        with db.atomic():
            self.word = vi.clean(word)
            self.save(only=[Meeting.word])
            Event.log("meeting.word", self, by, on=bool(self.word))

    def accepts(self, word):
        """Whether somebody typed the word on the blackboard, in any case and without diacritics."""
        return not self.word or vi.fold(word) == vi.fold(self.word)

    def check_in(
        self, op_id, how, name, birth_year=None, village=None, resident=None, by=None, happened_at=None, another=False
    ):
        """Record that a person came, once: (Attendance, True), or (the standing row, False) if already recorded.

        The same resident, or the same typed name, year and village, are one person. An undone attendance stands again,
        but not by the operation that recorded it: a reloaded page records nobody twice. Typed details are joined
        silently to the one resident they fit, if any, or to whom they were joined at another meeting of the course.
        another: they say they are not the person of these details who was recorded before; nobody is matched then.
        """
        given = resident and resident.current()
        key = f"r:{given.uid}" if given else walk_in_key(name, birth_year, village, op_id if another else "")
        known = village and birth_year and not another
        resident = given or (Resident.same_person(village, name, birth_year) if known else None)
        row = {"meeting": self, "how": how, "op_id": f"{op_id}/{key}", "user": by, "happened_at": happened_at or now()}
        row |= {"name": vi.clean(name), "birth_year": birth_year, "village": village}
        with db.atomic():
            typed = None if given else Attendance.held(self, key)
            if typed and typed.joined_to:
                standing, added = typed.joined_to.locked(), False
            else:
                standing, added = Attendance.hold(key, resident, row)
            sent_before = row["op_id"] in (standing.op_id, typed and typed.op_id)
            again = standing.undone_at is not None and not sent_before
            if again:
                standing.stand_again(row, own=not (typed and typed.joined_to_id))
            elif standing.only_joined and standing.undone_at is None and not (typed and typed.joined_to_id):
                standing.only_joined = False  # now they were recorded themselves too
                standing.save(only=["only_joined"])
            if typed and resident and typed.joined_to is None and typed.undone_at is None and typed.id != standing.id:
                typed.fold_into(standing)  # recorded before their household was listed
            elif added and not resident and (known := standing.joined_before()):
                standing = standing.join(known, by)
            if added or again:
                if resident := resident or standing.resident:
                    resident.household.locked().retally()
                joined = bool(standing.resident_id)
                Event.log("attendance.recorded", self, by, attendance=standing.uid, how=how, joined=joined)
        standing.meeting = self
        return standing, bool(added or again)


class CoHost(Table):
    """An account that may run the roll call of a course beside its host."""

    course = ForeignKeyField(Course, backref="cohosts", on_delete="CASCADE")
    user = ForeignKeyField(User)

    class Meta:
        indexes = ((("course", "user"), True),)


def walk_in_key(name, birth_year, village, namesake_op=""):
    """The same person typing the same details twice is one; the key itself reveals nothing.

    A namesake, who says that the other is somebody else, is one for the operation that recorded them.
    """
    details = [vi.fold(name), birth_year, village.code if village else None] + [namesake_op] * bool(namesake_op)
    prefix = NAMESAKE if namesake_op else "w:"
    return prefix + hashlib.sha256(json.dumps(details).encode()).hexdigest()[:32]


class Attendance(Table):
    """That one person came to one meeting: at most one row each, undone rather than deleted.

    It stands while `undone_at` is empty. A walk-in joined to a resident does not: the resident's row stands for both,
    and has `only_joined` when nothing else recorded the resident.
    """

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
    joined_to = ForeignKeyField("self", null=True, backref="walk_ins", on_delete="SET NULL")
    only_joined = BooleanField(default=False)

    class Meta:
        indexes = ((("meeting", "person"), True),)

    @property
    def is_namesake(self):
        """Whether they said that somebody else of the same name, year and village was recorded before them."""
        return self.person.startswith(NAMESAKE)

    @classmethod
    def counts(cls):
        """Whether it is a lesson: it stands, at a session that was not called off. For a query with Meeting."""
        return cls.stands() & Meeting.not_cancelled()

    @classmethod
    def take_names_out(cls, rows, by):
        """Forget the typed names of these walk-ins, wherever else the same details were typed too.

        Their key and the id of their form were made of the name, so both are made anew.
        """
        with db.atomic():
            persons = {row.person for row in rows if not row.resident_id}
            held = list(lock_row(cls.select().where(cls.person.in_(list(persons))).order_by(cls.id)))
            keys = {person: f"w:{secrets.token_hex(16)}" for person in persons}
            for row in held:
                op, key = row.op_id.partition("/")[0], keys[row.person]
                row.set_changed(name="", name_key="", person=key, op_id=f"{op}/{key}")
                row.store_changes()
            if held:
                Event.log("attendance.names_taken_out", None, by, attendances=len(held))
        return len(held)

    @classmethod
    def run_by(cls, user):
        """The attendances of the meetings whose roll call the user may run."""
        query = cls.select(cls, Meeting, Course, Area).join(Meeting).join(Course).join(Area)
        return query.where(Meeting.id.in_(Meeting.run_by(user).select(Meeting.id)))

    @classmethod
    def residents_who_came(cls, resident_ids, year):
        """The ids among `resident_ids` of those who came to a meeting in `year` that was held."""
        query = (
            cls.select(cls.resident)
            .join(Meeting)
            .where(
                cls.resident.in_(resident_ids),
                cls.counts(),
                Meeting.starts_at >= datetime(year, 1, 1) - vi.UTC_OFFSET,
                Meeting.starts_at < datetime(year + 1, 1, 1) - vi.UTC_OFFSET,
            )
        )
        return {row.resident_id for row in query}

    @classmethod
    def held(cls, meeting, key):
        """The row of a person at a meeting, held until the transaction ends, or None."""
        return lock_row(cls.select().where(cls.meeting == meeting, cls.person == key)).first()

    @classmethod
    def hold(cls, key, resident, given):
        """The row of a person, added when there is none: (row, whether it was added).

        Raises Conflict when the operation recorded them at another meeting.
        """
        row = {"uid": new_uid(), **given, "person": f"r:{resident.uid}" if resident else key, "resident": resident}
        if resident:
            row["name"] = vi.clean(resident.name or given["name"])
            row |= {"birth_year": resident.birth_year, "village": resident.household.village_id}
        row["name_key"] = vi.name_key(row["name"])
        added = next(iter(cls.insert(row).on_conflict_ignore().returning(cls).execute()), None)
        held = added or cls.held(given["meeting"], row["person"])
        if held is None:
            raise Conflict(cls.get(cls.op_id == row["op_id"]))
        return held, added is not None

    def locked(self):
        """This row read again and held until the transaction ends."""
        return lock_row(Attendance.select().where(Attendance.id == self.id)).get()

    @classmethod
    def sent_before(cls, op_id, name="", birth_year=None, village=None, resident=None, another=False):
        """What a form that was sent already has recorded, or None: reloading the page that thanked says the same."""
        namesake_op = op_id if another else ""
        key = f"r:{resident.current().uid}" if resident else walk_in_key(name, birth_year, village, namesake_op)
        row = cls.get_or_none(cls.op_id == f"{op_id}/{key}")
        return row and (row.joined_to or row)

    def undo(self, by):
        """Take the attendance back; the row stays, and can stand again."""
        with db.atomic():
            done = Attendance.update(undone_at=now()).where(Attendance.id == self.id, Attendance.stands())
            if not done.execute():
                return
            if self.resident:
                self.resident.household.locked().retally()
            Event.log("attendance.undone", self.meeting, by, attendance=self.uid)

    def stand_again(self, given, own=True):
        for key in ("how", "op_id", "user", "happened_at"):
            setattr(self, key, given[key])
        self.undone_at, self.only_joined = None, not own
        self.save(only=["undone_at", "only_joined", "how", "op_id", "user", "happened_at"])

    def join(self, resident, by):
        """This walk-in is that resident, here and at the course's other meetings; returns the resident's attendance.

        A resident who is recorded already and the walk-in become one, and `unjoin` brings both back. Nothing happens
        to an attendance that does not stand or is a resident's.
        """
        with db.atomic():
            joined = [row.join_one(resident) for row in self.of_the_same_details(stand=True)]
            if joined:
                resident.household.locked().retally()
                Event.log("attendance.joined", self.meeting, by, attendance=self.uid, meetings=len(joined))
        return next((row for row in joined if row.meeting_id == self.meeting_id), self)

    def join_one(self, resident):
        given = {key: getattr(self, key) for key in ("how", "user", "happened_at", "name", "birth_year", "village")}
        given |= {"meeting": self.meeting_id, "op_id": f"{self.op_id}/r:{resident.uid}", "only_joined": True}
        same, _ = Attendance.hold("", resident, given)
        if same.undone_at:
            same.stand_again(given, own=False)
        self.fold_into(same)
        return same

    def fold_into(self, same):
        self.joined_to, self.undone_at = same, now()
        self.save(only=["joined_to", "undone_at"])

    def unjoin(self, by):
        """Two persons after all: the walk-in stands again, and the resident only if they were recorded themselves.

        Somebody who was taken back meanwhile stays taken back.
        """
        with db.atomic():
            rows = [row for row in self.of_the_same_details(stand=False) if row.joined_to]
            for row in rows:
                row.unjoin_one()
            if rows:
                if resident := self.joined_to.resident:  # not erased since
                    resident.household.locked().retally()
                Event.log("attendance.unjoined", self.meeting, by, attendance=self.uid, meetings=len(rows))

    def unjoin_one(self):
        same = self.joined_to.locked()
        self.joined_to = None
        if same.undone_at is None:
            self.undone_at = None
        self.save(only=["joined_to", "undone_at"])
        others = Attendance.select().where(Attendance.joined_to == same).exists()
        if same.only_joined and same.undone_at is None and not others:
            same.undone_at = now()
            same.save(only=["undone_at"])

    def of_the_same_details(self, stand):
        """This walk-in's rows at the course's meetings, held: those that stand, or those joined to the same resident.

        A name alone may be somebody else at another meeting.
        """
        here = Attendance.id == self.id
        if self.birth_year and self.village_id:
            meetings = Meeting.select(Meeting.id).where(Meeting.course == self.meeting.course_id)
            here = (Attendance.person == self.person) & Attendance.meeting.in_(meetings)
        if stand:
            here &= Attendance.stands() & Attendance.resident.is_null()
        elif self.joined_to:
            to = Attendance.alias()
            here &= Attendance.joined_to.in_(to.select(to.id).where(to.resident == self.joined_to.resident_id))
        return list(lock_row(Attendance.select().where(here).order_by(Attendance.id)))

    def suggestions(self, area, most=5):
        """The residents below `area` whom this walk-in may be, the likeliest first: near spellings, years, the village.

        Candidates share the given name, which stands last or first, or the village and nearly the year.
        """
        folded = vi.fold(self.name)
        last, first = folded.rpartition(" ")[2], folded.partition(" ")[0]
        near = Resident.folded.endswith(f" {last}") | Resident.folded.endswith(f" {first}")
        if self.birth_year and self.village_id:
            years = Resident.birth_year.between(self.birth_year - 2, self.birth_year + 2)
            near |= years & (Household.village == self.village_id)
        rated = []
        for resident in Resident.below(area).where(near).limit(MOST_ALIKE):
            alike = SequenceMatcher(None, folded, resident.folded).ratio()
            alike = max(alike, NAMES_FIT * vi.names_fit(self.name, resident.folded))
            apart = abs(self.birth_year - resident.birth_year) if self.birth_year and resident.birth_year else 2
            same_village = resident.household.village_id == self.village_id
            rating = alike - min(apart, 10) / 20 + same_village / 10
            if alike >= ALIKE and rating >= ALIKE:
                rated.append((-rating, resident.name_key, resident.id, resident))
        return [resident for *_, resident in sorted(rated)[:most]]

    def joined_before(self):
        """The resident with whom the same details were joined at another meeting of the course, or None."""
        if not (self.birth_year and self.village_id):
            return None
        to = Attendance.alias()
        query = Resident.select(Resident, Household).join(Household).switch(Resident)
        return (
            query.join(to, on=to.resident == Resident.id)
            .join(Attendance, on=Attendance.joined_to == to.id)
            .join(Meeting, on=Attendance.meeting == Meeting.id)
            .where(Attendance.person == self.person, Meeting.course == self.meeting.course_id)
            .first()
        )

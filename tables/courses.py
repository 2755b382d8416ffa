"""Classes and their sessions."""

import secrets
from datetime import datetime, timedelta

from peewee import (
    JOIN,
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
from prepared import Prepared
from tables.areas import Area
from tables.places import Place
from tables.table import Conflict, Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class Overlap(Exception):
    """A session of the class is held at that time already; `.meeting` is the one in the way."""

    def __init__(self, meeting):
        super().__init__(f"meeting {meeting.uid} is held at that time")
        self.meeting = meeting


class Course(Table):
    """A class: a topic, a host, a place and its meetings. Its code is on the poster, its number is typed.

    `audience` is whom it is for and `unit` the key of the plan's unit they work in, if any; a `capacity` is told to
    the host and turns nobody away. `held_at` is the place if it is one of those listed, and `place` what is printed;
    `led_by` is the unit that leads the class (Biểu 3). `edition` counts the changes, so that a form knows whether it
    is stale.
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
    held_at = ForeignKeyField(Place, null=True, backref="courses")
    led_by = ForeignKeyField(Unit, null=True, backref="led_courses")
    edition = IntegerField(default=0)
    changed_at = DateTimeField(null=True)

    OF_POSTER = Prepared(lambda code: Course.select(Course, Area).join(Area).where(Course.code == code))

    @classmethod
    def with_code(cls, code):
        """The class on whose poster this code stands, with its area, or None."""
        return cls.OF_POSTER.first(code=qr.read_code(code))

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
    def topics_to_come(cls, moment):
        """`{(area id, topic)}`: what is taught where in a session that is not over."""
        rows = cls.select(cls.area, cls.topic).join(Meeting).where(Meeting.not_cancelled(), Meeting.ends_at > moment)
        return set(rows.distinct().tuples())

    @classmethod
    def at_places(cls, area, starts, ends):
        """`{place id: sessions}` held between two moments at the places of classes below the area."""
        rows = Meeting.select(cls.held_at, fn.COUNT(Meeting.id)).join(cls).join(Area).where(Area.within(area))
        rows = rows.where(cls.held_at.is_null(False), Meeting.not_cancelled())
        rows = rows.where(Meeting.starts_at >= starts, Meeting.starts_at < ends)
        return dict(rows.group_by(cls.held_at).tuples())

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

    def meetings_at(self, moment):
        """The meetings at whose time `moment` is, cancelled ones too: those not over first, then by their start."""
        early, late = Meeting.window()
        found = Meeting.AROUND.all(course=self, begun=moment + early, not_over=moment - late)
        for meeting in found:
            meeting.course = self
        return sorted(found, key=lambda meeting: (meeting.ends_at < moment, meeting.starts_at))

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

    BY_ID = Prepared(lambda id: Meeting.select().where(Meeting.id == id))

    @Prepared
    def AROUND(course, begun, not_over):
        return Meeting.select().where(Meeting.course == course, Meeting.starts_at <= begun, Meeting.ends_at >= not_over)

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

    def overlaps(self):
        """Another session of the course, not cancelled, at the same time, or None."""
        others = Meeting.select().where(Meeting.course == self.course, Meeting.id != (self.id or 0))
        at_once = (Meeting.starts_at < self.ends_at) & (Meeting.ends_at > self.starts_at)
        return others.where(at_once, Meeting.not_cancelled()).first()

    @classmethod
    def held_there(cls, place, times, course=None):
        """The first session of another class than `course` at a listed place at one of these times, or None.

        times: (starts_at, ends_at) pairs in UTC.
        """
        others = cls.select(cls, Course).join(Course).where(Course.held_at == place, cls.not_cancelled())
        if course:
            others = others.where(Course.id != course.id)
        first, last = min(starts for starts, _ in times), max(ends for _, ends in times)
        near = others.where(cls.starts_at < last, cls.ends_at > first).order_by(cls.starts_at)
        return next((o for o in near for starts, ends in times if o.starts_at < ends and starts < o.ends_at), None)

    def refuse_overlap(self):
        """Raise Overlap when another session of the course is held at this one's time."""
        if other := self.overlaps():
            raise Overlap(other)

    def count_heads(self, number, by):
        with db.atomic():
            self.head_count = number
            self.save(only=[Meeting.head_count])
            Event.log("meeting.head_count", self, by, number=number)

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


class CoHost(Table):
    """An account that may run the roll call of a course beside its host."""

    course = ForeignKeyField(Course, backref="cohosts", on_delete="CASCADE")
    user = ForeignKeyField(User)

    class Meta:
        indexes = ((("course", "user"), True),)

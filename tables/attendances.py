"""Who came to which session, how they were recorded, and who of them is whom."""

import hashlib
import json
import secrets
from datetime import datetime
from difflib import SequenceMatcher

from peewee import JOIN, BooleanField, CharField, DateTimeField, ForeignKeyField, SmallIntegerField, fn

import vi
from database import lock_row
from prepared import Prepared
from tables.areas import Area
from tables.courses import Course, Meeting
from tables.households import Household, Resident
from tables.table import Conflict, Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User

ALIKE = 0.7  # how near two folded names must be, 1 for the same
NAMES_FIT = 0.95  # for the same names in another order, or without the middle
MOST_ALIKE = 2000
NAMESAKE = "n:"


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

    follows_resident = True

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

    @Prepared
    def LOCKED(meeting, person):
        return lock_row(Attendance.select().where(Attendance.meeting == meeting, Attendance.person == person))

    OF_FORM = Prepared(lambda op_id: Attendance.select().where(Attendance.op_id == op_id))

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
    def note_years(cls, resident_ids):
        """Write into `Resident.attended_in` in which years they came to a session that was held. In a transaction."""
        years = {resident_id: set() for resident_id in resident_ids}
        query = cls.select(cls.resident, Meeting.starts_at).join(Meeting).distinct()
        for resident_id, starts_at in query.where(cls.resident.in_(list(years)), cls.counts()).tuples():
            years[resident_id].add(vi.local(starts_at).year)
        for resident in Resident.select().where(Resident.id.in_(list(years))):
            resident.set_changed(attended_in=sorted(years[resident.id]))
            resident.store_changes()

    @classmethod
    def held(cls, meeting, key):
        """The row of a person at a meeting, held until the transaction ends, or None."""
        return cls.LOCKED.first(meeting=meeting, person=key)

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
        new = cls(**row)
        if new.store_once():
            return new, True
        held = cls.held(given["meeting"], row["person"])
        if held is None:
            raise Conflict(cls.get(cls.op_id == row["op_id"]))
        return held, False

    @classmethod
    def check_in(cls, meeting, op_id, how, name, birth_year=None, village=None, resident=None, by=None,
                 happened_at=None, another=False):  # fmt: skip
        """Record that a person came to a session, once: (Attendance, True), or (the row that stands, False).

        The same resident, or the same typed name, year and village, are one person. An undone attendance stands again,
        but not by the operation that recorded it: a reloaded page records nobody twice. Typed details are joined
        silently to the one resident they fit, if any, or to whom they were joined at another meeting of the course.
        another: they say they are not the person of these details who was recorded before; nobody is matched then.
        """
        given = resident and resident.current()
        key = f"r:{given.uid}" if given else walk_in_key(name, birth_year, village, op_id if another else "")
        known = village and birth_year and not another
        resident = given or (Resident.same_person(village, name, birth_year) if known else None)
        row = {"meeting": meeting, "how": how, "op_id": f"{op_id}/{key}", "user": by, "village": village}
        row |= {"happened_at": happened_at or now(), "name": vi.clean(name), "birth_year": birth_year}
        with db.atomic():
            typed = None if given else cls.held(meeting, key)
            if typed and typed.joined_to:
                standing, added = typed.joined_to.locked(), False
            else:
                standing, added = cls.hold(key, resident, row)
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
                    _count_one_more(resident, meeting)
                joined = bool(standing.resident_id)
                Event.log("attendance.recorded", meeting, by, attendance=standing.uid, how=how, joined=joined)
        standing.meeting = meeting
        return standing, bool(added or again)

    def locked(self):
        """This row read again and held until the transaction ends."""
        return lock_row(Attendance.select().where(Attendance.id == self.id)).get()

    @classmethod
    def sent_before(cls, op_id, name="", birth_year=None, village=None, resident=None, another=False):
        """What a form that was sent already has recorded, or None: reloading the page that thanked says the same."""
        namesake_op = op_id if another else ""
        key = f"r:{resident.current().uid}" if resident else walk_in_key(name, birth_year, village, namesake_op)
        row = cls.OF_FORM.first(op_id=f"{op_id}/{key}")
        return row and (row.joined_to or row)

    def undo(self, by):
        """Take the attendance back; the row stays, and can stand again."""
        with db.atomic():
            done = Attendance.update(undone_at=now()).where(Attendance.id == self.id, Attendance.stands())
            if not done.execute():
                return
            if self.resident:
                _count_anew(self.resident, self.meeting)
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
                _count_anew(resident, self.meeting)
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
                    _count_anew(resident, self.meeting)
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

    # -- Who came to a session

    @classmethod
    def present(cls, meeting):
        """The attendances that stand, by given name, each with its resident and village."""
        return (
            meeting.attendances.select(cls, Resident, Area)
            .join(Resident, JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Area, JOIN.LEFT_OUTER)
            .where(cls.stands())
            .order_by(cls.name_key)
        )

    @classmethod
    def present_with_homes(cls, meeting):
        """The same with the household of each resident, in one query."""
        return cls.present(meeting).select_extend(Household).join_from(Resident, Household, JOIN.LEFT_OUTER)

    @classmethod
    def present_with_walk_ins(cls, meeting):
        """The same, each with `.joined`, the walk-ins that were joined to it, in two queries."""
        present = list(cls.present(meeting))
        joined = list(meeting.attendances.where(cls.joined_to.is_null(False)).order_by(cls.id))
        for row in present:
            row.joined = [walk_in for walk_in in joined if walk_in.joined_to_id == row.id]
        return present

    @classmethod
    def came(cls, meeting):
        """How many people are recorded as present."""
        return meeting.attendances.where(cls.stands()).count()

    @classmethod
    def is_crowded(cls, meeting):
        """Whether more came than the class holds. Nobody at the door is turned away: they are recorded and told."""
        return meeting.course.capacity is not None and cls.came(meeting) > meeting.course.capacity

    @classmethod
    def meetings_of(cls, course):
        """The class's meetings in time order, each with `.came`, the attendances that stand."""
        came = fn.COUNT(cls.id).alias("came")
        here = (cls.meeting == Meeting.id) & cls.stands()
        query = course.schedule().select(Meeting, came).join(cls, JOIN.LEFT_OUTER, on=here)
        return list(query.group_by(Meeting.id).objects())

    @classmethod
    def by_course(cls, area):
        """The classes below the area, each with `.sessions`, `.first_at`, `.last_at` (None without one) and `.came`."""
        here = (cls.meeting == Meeting.id) & cls.stands()
        held = (Meeting.course == Course.id) & Meeting.not_cancelled()
        moment = Meeting.starts_at.python_value
        totals = {
            "sessions": fn.COUNT(Meeting.id.distinct()),
            "first_at": fn.MIN(Meeting.starts_at).converter(moment),
            "last_at": fn.MAX(Meeting.starts_at).converter(moment),
            "came": fn.COUNT(cls.id),
        }
        query = Course.select(Course, Area, User, Unit, *(total.alias(name) for name, total in totals.items()))
        query = query.join(Area).switch(Course).join(User).switch(Course).join(Unit, JOIN.LEFT_OUTER)
        query = query.join_from(Course, Meeting, JOIN.LEFT_OUTER, on=held)
        query = query.join_from(Meeting, cls, JOIN.LEFT_OUTER, on=here)
        return list(query.where(Area.within(area)).group_by(Course.id, Area.id, User.id, Unit.id))

    @classmethod
    def meetings_between(cls, area, starts, ends=None):
        """The meetings below the area that end after `starts` and begin before `ends`, in time order.

        Each has `.people`, how many came.
        """
        came = cls.select(fn.COUNT(cls.id)).where(cls.meeting == Meeting.id, cls.stands())
        query = Meeting.select(Meeting, Course, Area, came.alias("people")).join(Course).join(Area)
        query = query.where(Area.within(area), Meeting.ends_at >= starts)
        return (query.where(Meeting.starts_at < ends) if ends else query).order_by(Meeting.starts_at, Meeting.id)

    # -- Many made-up names at once

    @classmethod
    def take_back(cls, meeting, rows, by, **told):
        """Take these attendances of walk-ins back at once; `bring_back` undoes it. told: what the log says of them."""
        moment, ids = now(), [row.id for row in rows]
        with db.atomic():
            standing = cls.id.in_(ids) & cls.stands() & cls.resident.is_null()
            taken = meeting.attendances.select(cls.id).where(standing).count()
            if taken:
                cls.update(undone_at=moment).where(standing, cls.meeting == meeting).execute()
                Event.log("attendance.many_undone", meeting, by, people=taken, undone_at=moment.isoformat(), **told)
        return taken

    @classmethod
    def taken_back(cls, meeting):
        """The log's line of the last `take_back` at a session unless those came back, else None."""
        last = Event.last_of(meeting, ["attendance.many_undone", "attendance.many_restored"])
        return last if last and last.verb == "attendance.many_undone" else None

    @classmethod
    def bring_back(cls, meeting, by):
        """The walk-ins of the last `take_back` stand again, but for those joined or recorded again since."""
        with db.atomic():
            lock_row(Meeting.select().where(Meeting.id == meeting.id)).get()
            if last := cls.taken_back(meeting):
                undone_at = datetime.fromisoformat(last.data["undone_at"])
                mine = (cls.meeting == meeting) & (cls.undone_at == undone_at)
                mine &= cls.resident.is_null() & cls.joined_to.is_null()
                people = cls.update(undone_at=None).where(mine).execute()
                Event.log("attendance.many_restored", meeting, by, people=people)


def _count_anew(resident, meeting):
    """What their attendances come to since one at `meeting` changed, for a resident and their household.

    In a transaction.
    """
    household, day = resident.household.locked(), vi.local(meeting.starts_at).date()
    with household.counting_for_its_year(day):
        Attendance.note_years([resident.id])
        household.retally(day=day)


def _count_one_more(resident, meeting):
    """The same when one attendance was added or stands again: the year of the meeting is added, if it is not there."""
    household, meeting = resident.household.locked(), Meeting.BY_ID.first(id=meeting.id)
    everybody = household.everybody()
    person = next((each for each in everybody if each.id == resident.id), None)
    if person is None:  # they moved meanwhile
        _count_anew(resident, meeting)
        return
    day = vi.local(meeting.starts_at).date()
    if not meeting.cancelled_at and day.year not in person.attended_in:
        with household.counting_for_its_year(day):
            person.set_changed(attended_in=sorted([*person.attended_in, day.year]))
            person.store_changes()
            household.retally([each for each in everybody if not each.left], day)

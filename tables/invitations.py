"""Invitations to classes: who is invited for which need, and everybody's number on a class's paper roster."""

from datetime import datetime

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, fn

import plan
import qr
import vi
from database import lock_row
from tables.areas import Area
from tables.attendances import Attendance
from tables.courses import Course, Meeting
from tables.households import Household, Resident
from tables.supports import Support
from tables.table import Event, Table, db, new_uid, now
from tables.users import User
from tables.visits import Visit
from terms import TEAM


class Invitation(Table):
    """A slip that invites one resident to one class. Its number stands on the page of its code, its name never.

    The number is also the person's row on the class's paper roster; those who came without being invited have one
    for no need. The database keeps a resident from standing invited to two classes for one need.
    """

    follows_resident = True

    uid = CharField(unique=True, default=new_uid)
    code = CharField(unique=True, max_length=13)
    number = IntegerField()
    course = ForeignKeyField(Course, backref="invitations", on_delete="CASCADE")
    resident = ForeignKeyField(Resident, backref="invitations", on_delete="CASCADE")
    need = CharField(default="", max_length=40)
    user = ForeignKeyField(User, null=True)
    invited_at = DateTimeField(default=now)
    handed_at = DateTimeField(null=True)
    undone_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("course", "resident"), True), (("course", "number"), True))

    @classmethod
    def visible_to(cls, user):
        """The invitations to the classes of the user's area, each with its class."""
        return cls.select(cls, Course, Area).join(Course).join(Area).where(Area.within(user.area))

    @classmethod
    def with_people(cls, **known):
        """The invitations that stand, each with its class, resident, household, village and `.came` (how often).

        known: course=…, or area=… for those who live below it.
        """
        came = (
            Attendance.select(fn.COUNT(Attendance.id))
            .join(Meeting)
            .where(Meeting.course == cls.course, Attendance.resident == cls.resident, Attendance.counts())
        )
        numbered = Resident.lives_here() & Household.did_not_refuse()  # they came, though nobody asked their household
        query = (
            cls.select(cls, Course, Resident, Household, Area, came.alias("came"))
            .join(Course)
            .switch(cls)
            .join(Resident)
            .join(Household)
            .join(Area)
            .where(cls.stands(), Resident.may_be_invited() | (cls.need == "") & numbered)
        )
        if "course" in known:
            return query.where(cls.course == known["course"])
        return query.where(Area.within(known["area"]))

    @classmethod
    def absent(cls, **known):
        """Those of `with_people` who were invited to a class that has begun and never came. In the plan's year."""
        held = Meeting.select().where(
            Meeting.course == cls.course,
            Meeting.not_cancelled(),
            Meeting.ends_at < now(),
            Meeting.starts_at >= vi.utc(datetime.combine(plan.active.starts, datetime.min.time())),
        )
        came = (
            Attendance.select()
            .join(Meeting)
            .where(Meeting.course == cls.course, Attendance.resident == cls.resident, Attendance.counts())
        )
        helped = Support.select().where(
            Support.resident == cls.resident,
            Support.topic == Course.topic,
            Support.stands(),
            Support.happened_at >= cls.invited_at,
        )
        return cls.with_people(**known).where(cls.need != "", fn.EXISTS(held), ~fn.EXISTS(came), ~fn.EXISTS(helped))

    @classmethod
    def count_absent(cls, area):
        """`{village id: people}` of those of `absent` who live below an area; somebody invited twice is one."""
        people = fn.COUNT(cls.resident.distinct())
        rows = cls.absent(area=area).select(Household.village, people).group_by(Household.village)
        return dict(rows.tuples())

    @classmethod
    def to_hand(cls, area, moment):
        """Those of `coming` whose slip is still to be handed over."""
        return [row for row in cls.coming(area, moment) if row.handed_at is None]

    @classmethod
    def coming(cls, area, moment):
        """Invitations below the area to classes not over yet, of those who did not come so far, as one walks."""
        coming = Meeting.select().where(
            Meeting.course == cls.course, Meeting.not_cancelled(), Meeting.ends_at > moment
        )
        rows = cls.with_people(area=area).where(cls.need != "", fn.EXISTS(coming))
        return [row for row in cls.in_walking_order(rows) if not row.came]

    @classmethod
    def to_print(cls, course, only=None):
        """The invitations for a need whose slips to print, as one walks, each with `.volunteer` or None.

        That is who knocked on this door last and still may: the person who told them about the class.
        """
        rows = cls.in_walking_order(cls.with_people(course=course).where(cls.need != ""))
        rows = [row for row in rows if only in (None, row.uid)]
        homes = [row.resident.household_id for row in rows]
        visits = (
            Visit.select(Visit, User, Area)
            .join(User)
            .join(Area)
            .where(Visit.household.in_(homes), User.active == True, User.role.in_(TEAM))
            .order_by(Visit.happened_at)
        )
        last = {visit.household_id: visit.user for visit in visits}
        for row in rows:
            row.volunteer = last.get(row.resident.household_id)
        return rows

    @staticmethod
    def in_walking_order(query):
        """The rows of `with_people` by village, lane and household."""

        def place(row):
            home = row.resident.household
            return home.village.label_key, home.lane_key, home.code_key, row.number

        return sorted(query, key=place)

    @classmethod
    def of_code(cls, code):
        """The invitation of a scanned or typed code with its class; None when there is none, or it was taken back."""
        query = cls.select(cls, Course, Area).join(Course).join(Area)
        return query.where(cls.code == qr.read_code(code), cls.stands()).first()

    @classmethod
    def invite(cls, course, residents, need, by):
        """Invite these residents to a class for a need they told; returns the new invitations.

        Nobody is invited whose household did not agree, nor to two classes for one need: they are left out.
        An invitation taken back stands again with its number. New numbers follow the given names, as on the roster.
        """
        with db.atomic():
            ids = sorted(resident.id for resident in residents)
            # Two hosts who invite the same people take turns.
            list(lock_row(Resident.select(Resident.id).where(Resident.id.in_(ids)).order_by(Resident.id)))
            willing = Resident.select(Resident.id).join(Household).where(Resident.may_be_invited())
            willing = {row.id for row in willing.where(Resident.id.in_(ids))}
            same = (cls.need == need) | ((cls.course == course) & (cls.need != ""))
            invited = cls.select(cls.resident).where(cls.resident.in_(ids), cls.stands(), same)
            taken = {row.resident_id for row in invited}
            fresh = [resident for resident in residents if resident.id in willing - taken]
            given = cls.give_numbers(course, fresh, need, by)
            if given:
                Event.log("course.invited", course, by, people=len(given), need=need)
        return given

    @classmethod
    def give_numbers(cls, course, residents, need, by):
        """Give each resident the invitation they have here, or a new one with the next number. In a transaction."""
        lock_row(Course.select().where(Course.id == course.id)).get()
        known = {row.resident_id: row for row in course.invitations}
        last = max((row.number for row in known.values()), default=0)
        fresh = [resident for resident in residents if resident.id not in known]
        for number, resident in enumerate(sorted(fresh, key=lambda resident: resident.name_key), last + 1):
            row = cls(course=course, resident=resident, number=number, code=qr.new_code(13), need=need, user=by)
            row.save(force_insert=True)
            known[resident.id] = row
        for resident in residents:
            known[resident.id].stand_again(need, by)
        return [known[resident.id] for resident in residents]

    @classmethod
    def number_those_who_came(cls, course, by):
        """Give a number to everybody who came and has none yet, for the paper roster; returns how many."""
        with db.atomic():
            came = list(cls.without_number(course))
            cls.give_numbers(course, came, "", by)
            if came:
                Event.log("course.numbered", course, by, people=len(came))
        return len(came)

    @staticmethod
    def without_number(course):
        """The residents who came to a session of the class and have no number on its roster."""
        came = Attendance.select(Attendance.resident).join(Meeting).where(Meeting.course == course, Attendance.stands())
        numbered = course.invitations.select(Invitation.resident).where(Invitation.stands())
        return Resident.select().where(Resident.id.in_(came), Resident.id.not_in(numbered))

    @staticmethod
    def room(course):
        """How many more may be invited before the class is full; None when it holds any number."""
        if course.capacity is None:
            return None
        standing = course.invitations.join(Resident).where(Invitation.stands(), Resident.lives_here()).count()
        return max(course.capacity - standing, 0)

    @classmethod
    def never_came(cls, course):
        """The invitations of those who never came: after a session, or when the class is over or called off."""
        if course.still_to_come(now()):
            return list(cls.absent(course=course))
        rows = cls.with_people(course=course).where(cls.need != "")
        return [row for row in rows if not row.came]

    @classmethod
    def release_absent(cls, course, by):
        """Take back the invitations of those who never came, so that their needs are open again."""
        with db.atomic():
            ids = [row.id for row in cls.never_came(course)]
            released = cls.update(undone_at=now()).where(cls.id.in_(ids)).execute()
            if released:
                Event.log("course.absent_released", course, by, people=released)

    @classmethod
    def check_in_numbers(cls, meeting, numbers, op_id, by, happened_at):
        """Record from the paper list, by row number; returns the numbers that are not on it."""
        query = cls.select(cls, Resident, Household).join(Resident).join(Household)
        with db.atomic():
            slips = list(query.where(cls.course == meeting.course_id, cls.number.in_(numbers)))
            for slip in slips:
                resident = slip.resident
                Attendance.check_in(meeting, op_id, "paper", resident.name or "", None, None, resident, by, happened_at)
        return sorted({*numbers} - {slip.number for slip in slips})

    def stand_again(self, need, by):
        """Bring an invitation that was taken back, or a mere number on the roster, to stand for a need."""
        changed = self.set_changed(undone_at=None, need=need if self.undone_at else need or self.need)
        if changed:
            self.user, self.invited_at, self.handed_at = by, now(), None
            self.store_changes()

    def undo(self, by):
        """Take the invitation back: its code stops working and the need is open again. The number stays taken."""
        with db.atomic():
            done = Invitation.update(undone_at=now()).where(Invitation.id == self.id, Invitation.stands())
            if done.execute():
                Event.log("invitation.undone", self, by)

    @classmethod
    def hand(cls, invitations, handed, by):
        """The slips of a household were handed over in person, or were not after all."""
        with db.atomic():
            for row in invitations:
                if bool(row.handed_at) != handed:
                    row.handed_at = now() if handed else None
                    row.save(only=[cls.handed_at])
                    Event.log("invitation.handed" if handed else "invitation.not_handed", row, by)

    @classmethod
    def given_since(cls, course, moment, by):
        """The invitations to a class that `by` gave since a moment, that stand and brought nobody yet."""
        rows = cls.with_people(course=course).where(cls.need != "", cls.user == by, cls.invited_at >= moment)
        return [row for row in rows if not row.came]

    @classmethod
    def undo_since(cls, course, moment, by):
        """Take back together what was given by mistake, as `given_since` has it; returns how many."""
        with db.atomic():
            given = cls.given_since(course, moment, by)
            for row in given:
                row.undo(by)
        return len(given)

    def renew_code(self, by):
        """Revoke the printed slip: a new code, the same number."""
        with db.atomic():
            self.code, self.handed_at = qr.new_code(13), None
            self.save(only=[Invitation.code, Invitation.handed_at])
            Event.log("invitation.code_renewed", self, by)

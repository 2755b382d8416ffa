"""Help given to residents."""


from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, SmallIntegerField, fn

import plan
import vi
from tables.areas import Area
from tables.households import Resident
from tables.table import Event, Table, db, new_uid, now
from tables.users import User


class Support(Table):
    """Help (lượt hỗ trợ) with one topic of the plan, to a resident or to somebody unnamed; undone, never deleted.

    `area` is where the resident lives, or whose helper it was. Lượt are rows; người are the residents among them.
    """

    follows_resident = True

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
    def give(cls, by, topic, minutes, place, resident=None, uid=None, happened_at=None):
        """Record help given, now unless told when, once for a `uid` however often it is sent; returns the row."""
        area = resident.household.village if resident else by.area
        with db.atomic():
            row = cls(
                uid=uid or new_uid(), resident=resident, area=area, topic=topic, minutes=minutes, place=place, user=by,
                happened_at=happened_at or now(),
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
        """What `user` recorded last and stands, whenever it happened, each with its resident."""
        rows = cls.standing().select(cls, Resident).join(Resident, JOIN.LEFT_OUTER).where(cls.user == user)
        return list(rows.order_by(cls.received_at.desc(), cls.id.desc()).limit(most))

    @classmethod
    def by_place(cls, area, during):
        """`{(area's id, place): lượt}` of what stands below an area; during: a condition on `happened_at`."""
        rows = cls.standing().select(cls.area, cls.place, fn.COUNT(cls.id)).join(Area).where(Area.within(area), during)
        return {(area_id, place): times for area_id, place, times in rows.group_by(cls.area, cls.place).tuples()}

    @classmethod
    def people_helped(cls, area, during):
        """How many listed residents got what stands below an area; during: a condition on `happened_at`."""
        rows = cls.standing().select(fn.COUNT(cls.resident.distinct())).join(Area)
        return rows.where(Area.within(area), during).scalar()

    @classmethod
    def count(cls, area):
        """(lượt, người) below an area this plan's year: times help was given, and how many residents got it."""
        first, after = vi.moments_of_year(plan.active.year)
        times = fn.COUNT(cls.id), fn.COUNT(cls.resident.distinct())
        rows = cls.standing().select(*times).join(Area).where(Area.within(area))
        return rows.where(cls.happened_at >= first, cls.happened_at < after).tuples().first()

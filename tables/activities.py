"""Activities of publicity (hoạt động tuyên truyền): what was done, when, by whom, and how many it reached."""

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, SmallIntegerField

from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class Activity(Table):
    """Some activities of one form of the plan on one day, by a unit or, without one, by the area itself.

    count: how many. minutes: on air, in all. reached: lượt người. campaign: its key in the plan, or "".
    """

    uid = CharField(unique=True, default=new_uid)
    form = CharField(max_length=40)
    on = DateField(index=True)
    unit = ForeignKeyField(Unit, null=True, backref="activities")
    area = ForeignKeyField(Area)
    count = SmallIntegerField(default=1)
    minutes = IntegerField(null=True)
    reached = IntegerField(null=True)
    campaign = CharField(default="", max_length=40)
    note = CharField(default="", max_length=120)
    link = CharField(default="", max_length=300)
    user = ForeignKeyField(User, null=True)
    made_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        """Those of the user's area; an account of one unit that is no reader of all sees its unit's alone."""
        query = cls.select(cls, Area, Unit, User).join(Area).switch(cls).join(Unit, JOIN.LEFT_OUTER)
        query = query.switch(cls).join(User, JOIN.LEFT_OUTER).where(Area.within(user.area))
        if user.role == "unit" and not user.reads_office:
            query = query.where(cls.unit == user.unit_id)
        return query

    @classmethod
    def newest(cls, user, most=30):
        """The newest that stand, as they were entered, of those visible to the user."""
        return list(cls.visible_to(user).where(cls.stands()).order_by(cls.made_at.desc(), cls.id.desc()).limit(most))

    @classmethod
    def between(cls, area, starts, ends):
        """Those that stand below the area and happened from one day to another, both included, each with its unit."""
        query = cls.select(cls, Area, Unit).join(Area).switch(cls).join(Unit, JOIN.LEFT_OUTER)
        return query.where(Area.within(area), cls.stands(), cls.on >= starts, cls.on <= ends)

    @classmethod
    def record(cls, by, uid, **told):
        """What was done, once for a `uid` however often it is sent; returns the row. Conflict for other content."""
        with db.atomic():
            row = cls(uid=uid, user=by, **told)
            if row.store_or_meet("form", "on", "unit", "area", "count", "user"):
                Event.log("activity.recorded", row, by, form=row.form, count=row.count, on=str(row.on))
        return cls.get(cls.uid == uid)

    def undo(self, by):
        """Take it back: it was a mistake. Twice is once."""
        with db.atomic():
            if Activity.update(undone_at=now()).where(Activity.id == self.id, Activity.stands()).execute():
                Event.log("activity.undone", self, by)

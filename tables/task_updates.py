"""News of the plan's tasks: what was done on which day, by which unit, and where it is written."""

from peewee import JOIN, BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, fn

from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class TaskUpdate(Table):
    """One day's news of the task `task` (its code in the plan); undone, never deleted.

    unit: who did it; None for the task as a whole. on: the day it happened. document: its number, such as 12/QĐ-UBND.
    link: an https address, shown and never fetched. done: that the unit's output is there, or that of all for no unit.
    """

    uid = CharField(unique=True, default=new_uid)
    task = CharField(max_length=40, index=True)
    unit = ForeignKeyField(Unit, null=True, backref="task_updates")
    on = DateField()
    text = CharField()
    document = CharField(default="")
    link = CharField(default="", max_length=500)
    done = BooleanField(default=False)
    user = ForeignKeyField(User, null=True)
    made_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    @classmethod
    def tell(cls, by, task, unit, on, text, document="", link="", done=False, uid=None):
        """Record an update, once for a `uid` however often it is sent. Conflict for other content."""
        told = {"text": text, "document": document, "link": link, "done": done}
        row = cls(uid=uid or new_uid(), task=task, unit=unit, on=on, user=by, **told)
        with db.atomic():
            if row.store_or_meet("task", "unit", "on", "text", "user"):
                Event.log("task.told", row, by, task=task, unit=unit.key if unit else None, on=str(on), done=done)

    def undo(self, by):
        """Take it back: it was a mistake. Twice is once."""
        with db.atomic():
            standing = TaskUpdate.update(undone_at=now()).where(TaskUpdate.id == self.id, TaskUpdate.stands())
            if standing.execute():
                Event.log("task.undone", self, by, task=self.task)

    @classmethod
    def by_task(cls):
        """`{task's code: [TaskUpdate]}` of those that stand, each with its unit and account, the newest first."""
        rows = cls.select(cls, Unit, User).join(Unit, JOIN.LEFT_OUTER).switch(cls).join(User, JOIN.LEFT_OUTER)
        found = {}
        for row in rows.where(cls.stands()).order_by(cls.on.desc(), cls.id.desc()):
            found.setdefault(row.task, []).append(row)
        return found

    @classmethod
    def told_in(cls, area, first, last, unit=None):
        """Those of the days from `first` to `last` that stand, of units below an area and of its office, by day.

        unit: only that one's.
        """
        place = Area.alias()
        rows = cls.select(cls, Unit, User).join(Unit, JOIN.LEFT_OUTER).switch(cls).join(User, JOIN.LEFT_OUTER)
        rows = rows.join(place, JOIN.LEFT_OUTER, on=place.id == fn.COALESCE(Unit.area, User.area))
        there = place.path.startswith(area.path)
        rows = rows.where(cls.stands(), cls.on.between(first, last), there)
        return (rows.where(cls.unit == unit) if unit else rows).order_by(cls.on, cls.id)

    @classmethod
    def changeable_by(cls, user):
        """What the user may take back: the office everything, a unit's account its unit's, readers nothing."""
        if user.runs_office:
            return cls.select()
        own = user.unit_id if not user.reads_office else None
        return cls.select().where(cls.unit.is_null(False), cls.unit == own)

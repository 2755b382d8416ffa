"""What officers write in a report beside its figures: every wording is kept, the newest stands."""

from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from tables.areas import Area
from tables.table import Conflict, Event, Table, db, new_uid, now
from tables.units import Unit
from tables.users import User


class Overtaken(Exception):
    """Somebody else wrote other words since the form was opened; `.row` is what stands."""

    def __init__(self, row):
        super().__init__(f"{row.part} of {row.period} is at revision {row.revision}")
        self.row = row


class ReportText(Table):
    """One wording of a free part of an area's report, never changed: a newer row takes its place.

    unit: whose own report it is, None for the area's. period: the key of the reporting period, such as 2026-11. part:
    which section, such as III.1. revision: counts the wordings of the part from 1; the highest stands.
    """

    uid = CharField(unique=True, default=new_uid)
    area = ForeignKeyField(Area, backref="report_texts")
    unit = ForeignKeyField(Unit, null=True, backref="report_texts")
    period = CharField(max_length=10)
    part = CharField(max_length=10)
    revision = IntegerField()
    text = TextField()
    changed_by = ForeignKeyField(User, null=True)
    changed_at = DateTimeField(default=now)

    @classmethod
    def standing(cls, area, period, unit=None):
        """`{part: ReportText}` of the report of the period with this key, each with who wrote it."""
        return {row.part: row for row in cls._of(area, period, unit).order_by(cls.revision)}

    @classmethod
    def history(cls, area, period, part, unit=None):
        """Every wording of a part, the newest first, each with who wrote it."""
        return list(cls._of(area, period, unit).where(cls.part == part).order_by(cls.revision.desc()))

    @classmethod
    def _of(cls, area, period, unit):
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER)
        return rows.where(cls.area == area, cls.period == period, cls.unit == unit)

    @classmethod
    def write(cls, area, period, part, text, by, seen, uid=None, after=(), unit=None):
        """Keep a new wording of a part; returns the row that stands, None while there is none.

        seen: the revision that the writer had before them, 0 for none; a text that says the same as that revision
        changes nothing. uid: of this saving; sent twice, it is kept once. after: the uids of the writer's own savings
        that may have arrived though no answer came back, and are no other officer's. Raises Overtaken, and keeps
        nothing, when somebody else has written something else since; Conflict when the uid is of another part's.
        """
        with db.atomic():
            texts, standing = {0: ""}, None
            for standing in cls.history(area, period, part, unit)[::-1]:
                texts[standing.revision] = standing.text
            own = standing is not None and standing.uid in after
            if text == texts[max(texts)] or (text == texts.get(seen) and not own):
                return standing
            if standing and standing.revision != seen and not own:
                raise Overtaken(standing)
            place = {"area": area, "unit": unit, "period": period, "part": part}
            revision = standing.revision + 1 if standing else 1
            row = cls(uid=uid or new_uid(), **place, revision=revision, text=text, changed_by=by)
            if row.store_once():
                told = {"period": period, "part": part, "revision": row.revision, "characters": len(text)}
                Event.log("report.written", row, by, **told)
                return row
        standing = next(iter(cls.history(area, period, part, unit)), None)  # of another process in the same moment
        if standing is None:
            raise Conflict(cls.get(cls.uid == uid))
        if standing.text != text:
            raise Overtaken(standing)
        return standing

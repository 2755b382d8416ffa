"""Cutoffs: the figures of a closed period as they were when it was closed. The database refuses to change them."""

import hashlib
import json

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from tables.areas import Area
from tables.table import Event, Table, db, new_uid, now
from tables.users import User


class Cutoff(Table):
    """One closing of a reporting period of a commune or a city; a later one is the next `revision`, the first stays.

    period: its key, such as 2026-11; starts, ends: its days, which another plan's cut-off day cannot move. contents:
    canonical JSON of everything that the report prints, `digest` its SHA-256. why: what was missing, or why again.
    """

    uid = CharField(unique=True, default=new_uid)
    area = ForeignKeyField(Area, backref="cutoffs")
    period = CharField(max_length=10)
    revision = IntegerField(default=1)
    starts = DateField()
    ends = DateField()
    contents = TextField()
    digest = CharField(max_length=64)
    why = TextField(default="")
    closed_by = ForeignKeyField(User, null=True)
    closed_at = DateTimeField(default=now)

    class Meta:
        indexes = ((("area", "period", "revision"), True),)

    @property
    def report(self):
        """The contents as values, which the caller may change."""
        return json.loads(self.contents)

    @classmethod
    def of(cls, area):
        """Every closing of an area with who did it, the oldest period first, its revisions in their order."""
        query = cls.select(cls, User).join(User, JOIN.LEFT_OUTER).where(cls.area == area)
        return query.order_by(cls.ends, cls.starts, cls.revision)

    @classmethod
    def periods_of(cls, area):
        """The keys of the periods that an area has closed."""
        return {key for (key,) in cls.select(cls.period).distinct().where(cls.area == area).tuples()}

    @classmethod
    def periods_closed(cls, area):
        """The last closing of each of an area's periods, the oldest period first, without the contents, of which all
        together are many megabytes after some years.
        """
        columns = [field for field in cls._meta.sorted_fields if field.name != "contents"]
        rows = cls.select(*columns).where(cls.area == area).order_by(cls.ends, cls.starts, cls.revision)
        return list({row.period: row for row in rows}.values())

    @classmethod
    def newest(cls, area, period):
        """The last closing of the period of an area with this key, or None."""
        rows = cls.select().where(cls.area == area, cls.period == period)
        return rows.order_by(cls.revision.desc()).first()

    @classmethod
    def over(cls, area, period):
        """The last closing that the days of a period (`periods.Period`) lie in, of an area or one around it; or None.

        A month is closed with its quarter, too.
        """
        within = cls.area.in_(area.around()) & (cls.starts <= period.starts) & (cls.ends >= period.ends)
        return cls.select().where(within).order_by(cls.closed_at.desc(), cls.id.desc()).first()

    @classmethod
    def newest_of(cls, area):
        """The last closing of each of an area's closed periods, the oldest period first."""
        return list({row.period: row for row in cls.of(area)}.values())

    @classmethod
    def keep(cls, area, period, revision, contents, by, uid, why, moment):
        """Freeze `contents` as this revision. IntegrityError when the period has it already."""
        text = canonical(contents)
        row = cls(
            uid=uid, area=area, period=period.key, revision=revision, starts=period.starts, ends=period.ends,
            contents=text, digest=digest(text), why=why, closed_by=by, closed_at=moment,
        )  # fmt: skip
        with db.atomic():
            row.store_new()
            line = Event.line("period.closed", row, by, period=row.period, revision=row.revision, digest=row.digest)
            line.at = moment
            line.store_new()
        return row


def canonical(contents):
    """The one way to write contents as JSON: keys sorted, no spaces. ValueError for what JSON has no number for."""
    return json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text):
    """The SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()

"""Official counts of areas, each with its day and source."""

from peewee import CharField, DateField, ForeignKeyField, IntegerField

from tables.areas import Area
from tables.table import Event, Table, db


class Figure(Table):
    """An official count of an area on a date: households, adults (18+), over16, with its source.

    The one of the newest date stands; the log is the history of what stood when.
    """

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
            was = cls.standing(area, key)
            row = cls.insert(area=area, key=key, value=value, as_of=as_of, source=source)
            keep = [cls.value, cls.source]
            row.on_conflict(conflict_target=[cls.area, cls.key, cls.as_of], preserve=keep).execute()
            Event.log("figure.set", area, by, key=key, was=was.value if was else None, now=value, as_of=str(as_of))
        return True

    @classmethod
    def correct(cls, area, key, value, as_of, source, by):
        """Set the figure that stands from now on: those of a later date, which it corrects, are taken back."""
        with db.atomic():
            for newer in cls.select().where(cls.area == area, cls.key == key, cls.as_of > as_of):
                newer.take_back(by)
            return cls.put(area, key, value, as_of, source, by)

    @classmethod
    def standing(cls, area, key):
        """The figure of the newest date, which counts, or None."""
        rows = cls.select().where(cls.area == area, cls.key == key)
        return rows.order_by(cls.as_of.desc()).first()

    def take_back(self, by):
        """This figure was wrong: the one before it stands again, if there is one. The log keeps both."""
        with db.atomic():
            if not Figure.delete().where(Figure.id == self.id).execute():
                return
            left = Figure.standing(self.area, self.key)
            told = {"key": self.key, "was": self.value, "now": left.value if left else None, "as_of": str(self.as_of)}
            Event.log("figure.taken_back", self.area, by, **told)

    @classmethod
    def of(cls, area):
        """The newest official count of each kind for an area, `{key: Figure}`."""
        return {row.key: row for row in cls.select().where(cls.area == area).order_by(cls.as_of)}

    @classmethod
    def standing_below(cls, area, day=None):
        """`{(area id, key): value}` of the figures that stand, the newest of each, in one query.

        day: those that stood on it, where one did; else the oldest there is, since there were people before it too.
        """
        return cls.standing_at(area, [day])[day]

    @classmethod
    def standing_at(cls, area, days):
        """`{day: standing_below(area, day)}` of some days, in one query."""
        rows = cls.select(cls.area, cls.key, cls.value, cls.as_of).join(Area).where(Area.within(area))
        found = {day: {} for day in days}
        for area_id, key, value, as_of in rows.order_by(cls.as_of).tuples():
            for day, standing in found.items():
                if day is None or as_of <= day or (area_id, key) not in standing:
                    standing[area_id, key] = value
        return found

    @classmethod
    def newest_below(cls, area, day=None):
        """`{(area id, key): Figure}`, the same rows with all that is known of them, in one query."""
        found = {}
        for row in cls.select(cls, Area).join(Area).where(Area.within(area)).order_by(cls.as_of):
            if day is None or row.as_of <= day or (row.area_id, row.key) not in found:
                found[row.area_id, row.key] = row
        return found

"""Areas, their official figures, and the tallies of what their households add up to."""

from peewee import EXCLUDED, JOIN, CharField, DateField, ForeignKeyField, IntegerField, SmallIntegerField, fn

import indicators
import plan
import vi
from tables.table import Event, Table, db


class Area(Table):
    """A node of the tree city, commune, village. Its code (TH04) is its public id."""

    code = CharField(unique=True, max_length=20)
    kind = CharField(max_length=10)
    name = CharField()
    former = CharField(default="")
    label = CharField()
    label_key = CharField(index=True)
    parent = ForeignKeyField("self", null=True, backref="children")
    path = CharField(default="/", index=True)

    @classmethod
    def visible_to(cls, user):
        return cls.select().where(cls.path.startswith(user.area.path))

    @classmethod
    def villages(cls):
        return cls.select().where(cls.kind == "village").order_by(cls.label_key)

    @classmethod
    def commune(cls):
        """The commune that this installation serves, or None before it is set up."""
        return cls.select().where(cls.kind == "commune").order_by(cls.id).first()

    def below(self):
        """Every area in this one's subtree, itself included."""
        return Area.select().where(Area.path.startswith(self.path))

    def around(self):
        """The database keys of this area and of those it lies in."""
        return [int(number) for number in self.path.strip("/").split("/")]

    def village_list(self):
        return self.below().where(Area.kind == "village").order_by(Area.label_key)

    def parts(self):
        """The areas right below: communes of a city, villages of a commune."""
        return Area.select().where(Area.parent == self).order_by(Area.label_key)

    @classmethod
    def with_visits(cls, area):
        """The villages below `area`, each with `.listed` and `.visited` households of the active year."""
        tally = (Tally.village == cls.id) & (Tally.year == plan.active.year) & (Tally.code == indicators.VISITS)
        counts = (fn.COALESCE(Tally.listed, 0).alias("listed"), fn.COALESCE(Tally.asked, 0).alias("visited"))
        query = cls.select(cls, *counts).join(Tally, JOIN.LEFT_OUTER, on=tally)
        return query.where(cls.path.startswith(area.path), cls.kind == "village").order_by(cls.label_key).objects()

    def commune_or_self(self):
        """The commune a village lies in; a commune or city is itself."""
        return self.parent if self.kind == "village" else self

    def communes_villages(self):
        """The villages of the commune this area is or lies in, for a resident to choose from."""
        if self.kind == "village":
            return Area.villages().where(Area.parent == self.parent_id)
        return self.village_list()

    @classmethod
    def add(cls, kind, name, code=None, parent=None, former="", by=None):
        """A new area; its code is made from the name when none is given. Renames same-named neighbours' labels."""
        with db.atomic():
            name, former = vi.clean(name), vi.clean(former)
            code = (code or cls.free_code(name)).upper()
            area = cls.create(
                kind=kind, name=name, former=former, code=code, parent=parent, label=name, label_key=vi.sort_key(name)
            )
            area.path = (parent.path if parent else "/") + f"{area.id}/"
            area.save(only=[cls.path])
            area.label_apart()
            Event.log("area.added", area, by, kind=kind)
        return cls.get_by_id(area.id)

    @classmethod
    def free_code(cls, name):
        stem = "".join(word[0] for word in vi.fold(name).split() if word[0].isalpha()).upper() or "A"
        number = "".join(filter(str.isdigit, name))
        tries = [f"{stem}{number}"] if number else []
        tries += [f"{stem}{n:02d}" for n in range(1, 1000)]
        taken = {row.code for row in cls.select(cls.code).where(cls.code.startswith(stem))}
        return next(code for code in tries if code not in taken)

    def label_apart(self):
        """Two villages may share a name: show the former commune on each of them, and only then."""
        same = [a for a in Area.select().where(Area.parent == self.parent) if vi.fold(a.name) == vi.fold(self.name)]
        for area in same:
            area.label = f"{area.name} ({area.former} cũ)" if len(same) > 1 and area.former else area.name
            area.label_key = vi.sort_key(area.label)
            area.save(only=[Area.label, Area.label_key])

    def rename(self, name, former, by):
        """Correct the name and the former commune; neighbours of the old and of the new name are labelled again."""
        with db.atomic():
            before = Area.get_by_id(self.id)
            self.name, self.former = vi.clean(name), vi.clean(former)
            self.save(only=[Area.name, Area.former])
            self.label_apart()
            before.label_apart()
            Event.log("area.renamed", self, by)

    def remove_when_empty(self, by):
        """Delete this area when nothing at all is in it or about it; returns whether it did. Inside a transaction."""
        others = ((field, table) for field, table in self._meta.backrefs.items() if table is not Tally)
        if any(table.select().where(field == self).exists() for field, table in others):
            return False
        Tally.delete().where(Tally.village == self).execute()
        Area.delete().where(Area.id == self.id).execute()
        self.label_apart()
        Event.log("area.removed", self, by)
        return True

    def commune_to_fill(self):
        """The commune in which somebody of this area may create villages: itself, or a city's only one; else None."""
        communes = list(self.below().where(Area.kind == "commune").limit(2))
        return communes[0] if len(communes) == 1 else None

    def official(self):
        """The newest official count of each kind for this area, `{key: Figure}`."""
        figures = Figure.select().where(Figure.area == self).order_by(Figure.as_of)
        return {figure.key: figure for figure in figures}


class Figure(Table):
    """An official count of an area on a date: households, adults (18+), over16, with its source."""

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
            row = cls.insert(area=area, key=key, value=value, as_of=as_of, source=source)
            keep = [cls.value, cls.source]
            row.on_conflict(conflict_target=[cls.area, cls.key, cls.as_of], preserve=keep).execute()
            Event.log("figure.set", area, by, key=key, was=old.value if old else None, now=value, as_of=str(as_of))
        return True

    @classmethod
    def newest_below(cls, area):
        """`{(area id, key): Figure}`, the newest of each, for the area and everything below it, in one query."""
        rows = cls.select(cls, Area).join(Area).where(Area.path.startswith(area.path)).order_by(cls.as_of)
        return {(row.area_id, row.key): row for row in rows}


class Tally(Table):
    """What a village's households add up to for one target of one year: `listed`, `asked`, `yes`."""

    village = ForeignKeyField(Area, backref="tallies")
    year = SmallIntegerField()
    code = CharField(max_length=12)
    listed = IntegerField(default=0)
    asked = IntegerField(default=0)
    yes = IntegerField(default=0)

    class Meta:
        indexes = ((("village", "year", "code"), True),)

    @classmethod
    def add(cls, village_id, changes):
        """Add `{code: [Δlisted, Δasked, Δyes]}`. Codes go in sorted order, so that two writers never wait in a ring."""
        rows = [
            {
                "village": village_id,
                "year": plan.active.year,
                "code": code,
                "listed": listed,
                "asked": asked,
                "yes": yes,
            }
            for code, (listed, asked, yes) in sorted(changes.items())
        ]
        counts = (cls.listed, cls.asked, cls.yes)
        cls.insert_many(rows).on_conflict(
            conflict_target=[cls.village, cls.year, cls.code],
            update={count: count + getattr(EXCLUDED, count.name) for count in counts},
        ).execute()

    @classmethod
    def sums(cls, area):
        """`{(part's id, code): (listed, asked, yes)}` for the parts right below the area, or for a village itself."""
        part = Area.alias()
        query = (
            cls.select(part.id, cls.code, fn.SUM(cls.listed), fn.SUM(cls.asked), fn.SUM(cls.yes))
            .join(Area)
            .join(part, on=fn.SUBSTR(Area.path, 1, fn.LENGTH(part.path)) == part.path)
            .where(cls.year == plan.active.year, Area.path.startswith(area.path))
            .where(part.id == area.id if area.kind == "village" else part.parent == area)
            .group_by(part.id, cls.code)
        )
        return {(part_id, code): tuple(map(int, counts)) for part_id, code, *counts in query.tuples()}

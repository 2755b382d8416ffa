"""Areas: the city, its communes, their villages."""

from peewee import JOIN, CharField, ForeignKeyField

import vi
from prepared import Prepared
from tables.table import Event, Table, db

HISTORY = ("area.added", "area.renamed", "area.merged", "area.merger_undone", "figure.set", "figure.taken_back")


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

    VILLAGES_IN = Prepared(lambda path: Area(path=path).village_list())

    @classmethod
    def within(cls, area):
        """What lies in an area, itself included; for a query with Area."""
        return cls.path.startswith(area.path)

    @classmethod
    def visible_to(cls, user):
        return cls.select().where(cls.within(user.area))

    @classmethod
    def villages(cls):
        return cls.select().where(cls.kind == "village").order_by(cls.label_key)

    @classmethod
    def commune(cls):
        """The commune that this installation serves, or None before it is set up."""
        return cls.select().where(cls.kind == "commune").order_by(cls.id).first()

    @classmethod
    def coded(cls, code, query=None):
        """The areas of a query (all, without one) whose code this is or was: at most one."""
        before = OldCode.select(OldCode.area).where(OldCode.code == code.upper())
        return (cls.select() if query is None else query).where((cls.code == code.upper()) | cls.id.in_(before))

    @classmethod
    def once_coded(cls, area):
        """`{code: area}` of the codes that areas below this one had before, or that villages had which they took in."""
        rows = OldCode.select(OldCode, cls).join(cls).where(cls.within(area))
        return {row.code: row.area for row in rows}

    def below(self):
        """Every area in this one's subtree, itself included."""
        return Area.select().where(Area.within(self))

    def and_below(self):
        """The same as a list to choose from: itself, then what lies below it, part by part."""
        return [self, *self.below().where(Area.id != self.id).order_by(Area.parent, Area.label_key)]

    def around(self):
        """The database keys of this area and of those it lies in."""
        return [int(number) for number in self.path.strip("/").split("/")]

    def village_list(self):
        return self.below().where(Area.kind == "village").order_by(Area.label_key)

    def parts(self):
        """The areas right below: communes of a city, villages of a commune."""
        return Area.select().where(Area.parent == self).order_by(Area.label_key)

    def commune_or_self(self):
        """The commune a village lies in; a commune or city is itself."""
        return self.parent if self.kind == "village" else self

    def communes_villages(self):
        """The villages of the commune this area is or lies in, for a resident to choose from."""
        if self.kind == "village":
            return Area.villages().where(Area.parent == self.parent_id)
        return self.village_list()

    def neighbours(self):
        """The same, read."""
        commune = self.path.removesuffix(f"{self.id}/") if self.kind == "village" else self.path
        return Area.VILLAGES_IN.all(path=commune)

    @classmethod
    def add(cls, kind, name, code=None, parent=None, former="", by=None):
        """A new area; its code is made from the name when none is given. Renames same-named neighbours' labels.

        ValueError when another area has the code or had it before.
        """
        with db.atomic():
            name, former = vi.clean(name), vi.clean(former)
            code = (code or cls.free_code(name)).upper()
            if cls.coded(code).exists():
                raise ValueError(f"the code {code} is another area's")
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
        taken = {row.code for table in (cls, OldCode) for row in table.select().where(table.code.startswith(stem))}
        return next(code for code in tries if code not in taken)

    def label_apart(self):
        """Two villages may share a name: show the former commune on each of them, and only then."""
        same = [a for a in Area.select().where(Area.parent == self.parent) if vi.fold(a.name) == vi.fold(self.name)]
        for area in same:
            area.label = f"{area.name} ({area.former} cũ)" if len(same) > 1 and area.former else area.name
            area.label_key = vi.sort_key(area.label)
            area.save(only=[Area.label, Area.label_key])

    def rename(self, name, former, by, code=""):
        """Correct the name, the former commune and, if one is given, the code; the old code leads here from now on.

        Neighbours of the old and of the new name are labelled again. ValueError when the code is another area's.
        """
        with db.atomic():
            before = Area.get_by_id(self.id)
            changed = self.set_changed(name=vi.clean(name), former=vi.clean(former), code=code.upper() or before.code)
            if not changed:
                return []
            if "code" in changed:
                self._give_up(before.code)
            self.save(only=changed)
            self.label_apart()
            before.label_apart()
            codes = {"was": before.code, "now": self.code} if "code" in changed else {}
            Event.log("area.renamed", self, by, fields=changed, **codes)
        return changed

    def _give_up(self, code):
        """Let the code that was this area's lead to it still. ValueError when its new code is another's."""
        if Area.coded(self.code).where(Area.id != self.id).exists():
            raise ValueError(f"the code {self.code} is another area's")
        OldCode.delete().where(OldCode.code == self.code).execute()
        OldCode.create(code=code, area=self)

    def commune_to_fill(self):
        """The commune in which somebody of this area may create villages: itself, or a city's only one; else None."""
        communes = list(self.below().where(Area.kind == "commune").limit(2))
        return communes[0] if len(communes) == 1 else None

    def history(self, most=50):
        """The newest events of this area's name, figures and mergers, under the codes it had too, with who did them."""
        codes = [self.code, *(row.code for row in self.old_codes)]
        who = Event.user.rel_model
        events = Event.select(Event, who).join(who, JOIN.LEFT_OUTER).where(Event.subject.in_(codes))
        return list(events.where(Event.verb.in_(HISTORY)).order_by(Event.id.desc()).limit(most))

    def named_alike(self, name, former):
        """Another village of the commune that could not be told from one of this name and former commune, or None."""
        for area in Area.select().where(Area.parent == self.parent_id, Area.id != self.id):
            if vi.fold(area.name) == vi.fold(name) and vi.fold(former) in ("", vi.fold(area.former)):
                return area
        return None


class OldCode(Table):
    """A code that an area had before, or that a village had which became part of it: links and phones still use it."""

    code = CharField(unique=True, max_length=20)
    area = ForeignKeyField(Area, backref="old_codes", on_delete="CASCADE")

    @classmethod
    def present(cls):
        """`{code that an area had: the code that it has now}`."""
        return dict(cls.select(cls.code, Area.code).join(Area).tuples())

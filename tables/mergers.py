"""A village becomes part of another, with everything in it, and can be taken apart again; an empty one is removed."""

from datetime import date

from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, JSONField

import plan
import vi
from database import lock_row
from fields import N_
from tables.areas import Area, OldCode
from tables.day_tallies import DayTally
from tables.figures import Figure
from tables.households import Household, Resident
from tables.publications import Publication
from tables.table import Event, Table, db, new_uid, now
from tables.tallies import Tally
from tables.unit_figures import UnitFigure
from tables.users import User

WORKED_OUT_ANEW = (Figure, Tally, DayTally)  # for the village that stays, not handed over row by row


class VillageRefused(Exception):
    """What cannot be done to a village; `.sentence` says why and what can be done instead."""

    def __init__(self, sentence):
        super().__init__(sentence.text)
        self.sentence = sentence


class Merger(Table):
    """A village that became part of another, `kept`; `code` and `label` are those of the village that is gone.

    changes: what undoes it: "name" and "former" of the village; "rows": {"table.column": [ids]} that were handed over;
    "codes": [[household's id, was, now]]; "figures": [[key, value, as_of, source]] that the village had; "kept":
    [[key, as_of, was, now]] of the other's, each a [value, source] or None; "tallies": [[year, code, three counts]];
    "days": the same by day, as of `DayTally.of_village`; "told": [uids] of what units are taken to have said of both
    villages together; "published": what the public saw of each before.
    """

    uid = CharField(unique=True, default=new_uid)
    kept = ForeignKeyField(Area, backref="mergers", on_delete="CASCADE")
    code = CharField(max_length=20)
    label = CharField()
    user = ForeignKeyField(User, null=True)
    made_at = DateTimeField(default=now)
    changes = JSONField(default=dict)
    undone_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        return cls.select(cls, Area).join(Area).where(Area.within(user.area))

    @classmethod
    def into(cls, area):
        """The villages that are part of this one now, the last to come first, each with who did it."""
        rows = cls.select(cls, User).join(User, JOIN.LEFT_OUTER).where(cls.kept == area, cls.stands())
        return rows.order_by(cls.id.desc())

    @classmethod
    def since(cls, area, moment=None):
        """Those below an area that stand and were made since a moment (all, without one), each with its area."""
        rows = cls.select(cls, Area).join(Area).where(Area.within(area), cls.stands()).order_by(cls.id)
        return list(rows.where(cls.made_at >= moment) if moment else rows)

    @classmethod
    def merge(cls, gone, kept, way, by, uid=None):
        """Make a village part of another one of its commune; returns the Merger. Sent twice (`uid`), it is once.

        Households, accounts, classes, help, check-ins: all that was of the one is of the other. Households whose code
        the other has get the next numbers. way: of `terms.MERGER_WAYS`. Raises VillageRefused.
        """
        with db.atomic():
            done = cls.get_or_none(cls.uid == uid) if uid else None
            if done:
                return done
            gone, kept = _held(gone, kept)
            changes = {"name": gone.name, "former": gone.former, "codes": _renumber(gone, kept)}
            told = _told_of_both(gone, kept, way, by)
            changes["rows"] = _hand_over(gone, kept)
            UnitFigure.insert_all(told)
            changes["told"] = [row.uid for row in told]
            changes["tallies"], changes["days"] = _hand_over_tallies(gone, kept)
            changes["published"] = Publication.of_both(gone, kept)
            changes["figures"], changes["kept"] = _hand_over_figures(gone, kept, way, by)
            gone.delete_instance()
            OldCode.create(code=gone.code, area=kept)
            gone.label_apart()
            merger = cls.create(
                uid=uid or new_uid(), kept=kept, code=gone.code, label=gone.label, user=by, changes=changes
            )
            moved = {table: len(ids) for table, ids in changes["rows"].items()}
            Event.log("area.merged", kept, by, code=gone.code, renumbered=len(changes["codes"]), rows=moved)
        return merger

    def undo(self, by):
        """Make the village again, with what it brought; what came since stays. Returns it. Raises VillageRefused."""
        with db.atomic():
            merger = lock_row(Merger.select().where(Merger.id == self.id)).get()
            kept = lock_row(Area.select().where(Area.id == merger.kept_id)).get()
            if merger.undone_at:
                return Area.coded(merger.code).first()
            merger._refuse(kept)
            OldCode.delete().where(OldCode.code == merger.code).execute()
            told = merger.changes
            area = Area.add("village", told["name"], merger.code, kept.parent, told["former"], by)
            merger._give_back_rows(area, kept)
            UnitFigure.delete().where(UnitFigure.uid.in_(told.get("told", []))).execute()
            merger._give_back_codes()
            merger._give_back_tallies(area, kept)
            Publication.apart(area, kept, told.get("published", []))
            merger._give_back_figures(area, kept)
            merger.undone_at = now()
            merger.save(only=["undone_at"])
            Event.log("area.merger_undone", area, by, kept=kept.code)
        return area

    def _refuse(self, kept):
        if Merger.into(kept).where(Merger.id > self.id).exists():
            raise VillageRefused(N_("Sau lần này còn thôn khác nhập vào. Hoàn tác lần sau trước."))
        if not OldCode.select().where(OldCode.code == self.code, OldCode.area == kept).exists():
            raise VillageRefused(N_("Mã %(code)s đang là mã của thôn khác. Sửa mã thôn đó trước.", code=self.code))
        ids, into = self._homes(), Household.alias()
        pairs = Household.select(Household.id, into.id).join(into, on=Household.merged_into == into.id)
        for one, other in pairs.where(Household.village == kept).tuples():
            if (one in ids) != (other in ids):
                raise VillageRefused(N_("Sau lần này hộ của hai thôn đã nhập với nhau. Hoàn tác lần nhập hộ đó trước."))

    def _homes(self):
        return set(self.changes["rows"].get("household.village", ()))

    def _give_back_rows(self, area, kept):
        for field, table in _handed_over():
            ids = self.changes["rows"].get(f"{table._meta.table_name}.{field.name}", [])
            table.update({field: area}).where(table.id.in_(ids), field == kept).execute()
            if "resident" in table._meta.fields:  # what its people got or did since
                people = Resident.select(Resident.id).join(Household).where(Household.village == area)
                since = (table.received_at >= self.made_at) & table.resident.in_(people)
                table.update({field: area}).where(field == kept, since).execute()

    def _give_back_codes(self):
        for home_id, was, became in self.changes["codes"]:
            home = Household.get_or_none(Household.id == home_id, Household.code == became)
            if home:
                _number(home, was, list(home.living()))

    def _give_back_tallies(self, area, kept):
        sums = {(year, code): counts for year, code, *counts in self.changes["tallies"] if year != plan.active.year}
        for home in Household.select(Household.contribution).where(Household.village == area):
            for code, counts in home.contribution.items():
                before = sums.get((plan.active.year, code), (0, 0, 0))
                sums[plan.active.year, code] = [a + b for a, b in zip(before, counts, strict=True)]
        for year, day, estimated, changes in self.changes.get("days", []):
            on = {"year": year, "day": date.fromisoformat(day), "estimated": estimated}
            Tally.add(area.id, changes, **on)
            Tally.add(kept.id, _negated(changes), **on)
            for code, counts in changes.items():
                sums[year, code] = [a - b for a, b in zip(sums.get((year, code), (0, 0, 0)), counts, strict=True)]
        for (year, code), counts in sorted(sums.items()):  # since the villages were made one
            if any(counts):
                Tally.add(area.id, {code: counts}, year)
                Tally.add(kept.id, _negated({code: counts}), year)

    def _give_back_figures(self, area, kept):
        for key, value, as_of, source in self.changes["figures"]:
            Figure.create(area=area, key=key, value=value, as_of=date.fromisoformat(as_of), source=source)
        for key, as_of, was, became in reversed(self.changes["kept"]):
            _swap(kept, key, date.fromisoformat(as_of), became, was)


def remove_village(area, by):
    """Remove an empty village, with its figures. Raises VillageRefused when anything is in it."""
    with db.atomic():
        area = lock_row(Area.select().where(Area.id == area.id)).get()
        if area.kind != "village" or not village_is_empty(area):
            raise VillageRefused(
                N_("Thôn còn hộ, tài khoản hoặc lớp học nên không xóa được. Nhập thôn này vào thôn khác.")
            )
        for table in WORKED_OUT_ANEW:
            table.delete().where((table.area if table is Figure else table.village) == area).execute()
        Publication.forget(area)
        area.delete_instance()
        area.label_apart()
        Event.log("area.removed", area, by)


def remove_when_empty(area, by):
    """Delete an area when nothing at all is in it or about it; returns whether it did. Inside a transaction."""
    worked_out = (Tally, DayTally, Publication)
    others = ((field, table) for field, table in Area._meta.backrefs.items() if table not in worked_out)
    if any(table.select().where(field == area).exists() for field, table in others):
        return False
    for table in (Tally, DayTally):
        table.delete().where(table.village == area).execute()
    Publication.forget(area)
    area.delete_instance()
    area.label_apart()
    Event.log("area.removed", area, by)
    return True


def village_is_empty(area):
    """Whether nothing is in a village: no household, account, class, help or check-in."""
    rows = [(field, table) for field, table in _handed_over() if table not in (OldCode, Merger)]
    return not any(table.select().where(field == area).exists() for field, table in rows)


def _held(*areas):
    """The villages, read again and held. Refused unless they are two of one commune."""
    found = {area.id: area for area in lock_row(Area.select().where(Area.id.in_(areas)).order_by(Area.id))}
    alike = {(area.kind, area.parent_id) for area in found.values()}
    if len(found) < 2 or len(alike) > 1 or alike.pop()[0] != "village":
        raise VillageRefused(N_("Chỉ nhập được hai thôn khác nhau của cùng một xã. Mở lại trang rồi chọn lại."))
    return [found[area.id] for area in areas]


def _handed_over():
    """[(column, table)] of all that holds an area, but for what is worked out anew for the other village."""
    apart = (Area, Publication, *WORKED_OUT_ANEW)
    pairs = [(field, table) for field, table in Area._meta.backrefs.items() if table not in apart]
    return sorted(pairs, key=lambda pair: (pair[1]._meta.table_name, pair[0].name))


def _hand_over(gone, kept):
    rows = {}
    for field, table in _handed_over():
        ids = [row_id for (row_id,) in table.select(table.id).where(field == gone).order_by(table.id).tuples()]
        if ids:
            table.update({field: kept}).where(field == gone).execute()
            rows[f"{table._meta.table_name}.{field.name}"] = ids
    return rows


def _renumber(gone, kept):
    """Give the households whose code the other village has the next free numbers; returns [[id, was, now]]."""
    taken = {code for (code,) in Household.select(Household.code).where(Household.village == kept).tuples()}
    homes = list(lock_row(Household.select().where(Household.village == gone).order_by(Household.id)))
    codes = taken | {home.code for home in homes}
    last = max((int(code) for code in codes if code.isascii() and code.isdecimal()), default=0)
    living = {home.id: [] for home in homes}
    for person in Resident.below(gone).order_by(Resident.position, Resident.id):
        living[person.household_id].append(person)
    changed = []
    for home in sorted(homes, key=lambda home: home.code_key):
        if home.code in taken:
            last += 1
            changed.append([home.id, home.code, f"{last:03d}"])
            _number(home, f"{last:03d}", living[home.id])
    return changed


def _number(home, code, people):
    home.set_changed(code=code, code_key=vi.sort_key(code))
    home.describe(people)
    home.store_changes()


def _hand_over_tallies(gone, kept):
    rows = Tally.select(Tally.year, Tally.code, Tally.listed, Tally.asked, Tally.yes).where(Tally.village == gone)
    tallies = [list(row) for row in rows.order_by(Tally.year, Tally.code).tuples()]
    for year, code, *counts in tallies:
        Tally.add_undated(kept.id, {code: counts}, year)
    days = DayTally.of_village(gone)
    for year, day, estimated, changes in days:
        DayTally.add(kept.id, changes, year, date.fromisoformat(day), estimated)
    for table in (Tally, DayTally):
        table.delete().where(table.village == gone).execute()
    return tallies, days


def _negated(changes):
    return {code: [-count for count in counts] for code, counts in changes.items()}


def _hand_over_figures(gone, kept, way, by):
    """The figures of the one village, deleted, and what they changed of the other's: see `Merger`."""
    rows = list(Figure.select().where(Figure.area == gone).order_by(Figure.as_of))
    changes = []
    for key in sorted({row.key for row in Figure.select(Figure.key).where(Figure.area.in_([gone, kept]))}):
        ours, theirs = Figure.standing(kept, key), Figure.standing(gone, key)
        if way == "same" and ours is None:
            changes.append(_set(kept, key, theirs.as_of, [theirs.value, theirs.source], by))
        elif way == "joined" and ours and theirs:
            source = " + ".join(dict.fromkeys(filter(None, (ours.source, theirs.source))))
            day = max(ours.as_of, theirs.as_of)
            changes.append(_set(kept, key, day, [ours.value + theirs.value, source[:120]], by))
        elif way == "joined" and ours:  # of half of it only
            for row in Figure.select().where(Figure.area == kept, Figure.key == key).order_by(Figure.as_of.desc()):
                changes.append([key, str(row.as_of), [row.value, row.source], None])
                row.take_back(by)
    Figure.delete().where(Figure.area == gone).execute()
    return [[row.key, row.value, str(row.as_of), row.source] for row in rows], changes


def _told_of_both(gone, kept, way, by):
    """What units are taken to have said of the village that two become, for each period in which they spoke of either.

    One that was written twice: what they said of the one that stays. Two that were joined: what they said last of the
    one and of the other, added up. Where they spoke of one alone, its rows say all there is.
    """
    ours, theirs = UnitFigure.by_period(kept), UnitFigure.by_period(gone)
    rows = []
    for about in sorted({*ours, *theirs}):
        for period in sorted({*ours.get(about, ()), *theirs.get(about, ())}):
            mine, other = (_last(said.get(about, {}), period) for said in (ours, theirs))
            if mine is None or other is None or (way == "same" and mine.period != period):
                continue
            row = UnitFigure(**mine.__data__ | {"uid": new_uid(), "period": period, "user": by, "made_at": now()})
            if way == "joined":
                row.value, row.as_of = mine.value + other.value, max(mine.as_of, other.as_of)
            rows.append(row)
    return rows


def _last(said, period):
    """What stands of `{period: UnitFigure}` up to a period, or None."""
    until = [key for key in said if key <= period]
    return said[max(until)] if until else None


def _set(area, key, as_of, became, by):
    old = Figure.get_or_none(Figure.area == area, Figure.key == key, Figure.as_of == as_of)
    Figure.put(area, key, became[0], as_of, became[1], by)
    return [key, str(as_of), [old.value, old.source] if old else None, became]


def _swap(area, key, as_of, became, was):
    """Put back what a figure was, unless somebody changed it since."""
    row = Figure.get_or_none(Figure.area == area, Figure.key == key, Figure.as_of == as_of)
    if (row and [row.value, row.source]) != became:
        return
    if row and was is None:
        row.delete_instance()
    elif row:
        row.set_changed(value=was[0], source=was[1])
        row.store_changes()
    else:
        Figure.create(area=area, key=key, as_of=as_of, value=was[0], source=was[1])

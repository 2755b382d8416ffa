"""Two units that are one: all that was of the one becomes the other's, and can be given back."""

from collections import defaultdict

from database import lock_row
from fields import N_
from tables.courses import Course
from tables.report_texts import ReportText
from tables.table import Event, db, new_uid, now
from tables.unit_figures import UnitFigure
from tables.units import Unit


class UnitRefused(Exception):
    """Why two units cannot be merged or parted; `.sentence` says it."""

    def __init__(self, sentence):
        super().__init__(sentence.text)
        self.sentence = sentence


def merge_units(gone, kept, way, by):
    """Make a unit part of another, which gets its accounts, classes, tasks and all else; returns the unit it became.

    What it sent stays its own to be read. way: "same" for one unit that was written twice, where the other's numbers
    stand and those that it lacks are added; "joined" for two that became one, whose numbers are added up.
    """
    with db.atomic():
        gone, kept = _held(gone, kept)
        data = {"into": kept.key, "way": way, "rows": _hand_over(gone, kept), "was": [kept.reports, kept.grades]}
        data["figures"] = _join_figures(gone, kept, way, by)
        reports = kept.reports if kept.planned else sorted({*kept.reports, *gone.reports})
        kept.set_changed(reports=reports, grades=sorted({*kept.grades, *gone.grades}, key=int))
        kept.store_changes()
        gone.set_changed(merged_into=kept, closed_at=now())
        gone.store_changes()
        Event.log("unit.merged", gone, by, **data)
        Event.log("unit.joined", kept, by, unit=gone.key)
    return kept


def part_units(gone, by):
    """Make a unit that was merged one of its own again, with what it brought; what came since stays. Returns it."""
    with db.atomic():
        gone, kept = lock_row(Unit.select().where(Unit.id == gone.id)).get(), gone.merged_into
        if not gone.merged_into_id:
            return gone
        if kept.merged_into_id:
            raise UnitRefused(N_("Sau lần này đơn vị kia lại nhập vào đơn vị khác. Hoàn tác lần sau trước."))
        told = Event.last_of(gone, ["unit.merged"]).data
        for name, (field, table) in _handed_over().items():
            theirs, ours = _names(field, gone, kept)
            table.update({field: theirs}).where(table.id.in_(told["rows"].get(name, [])), field == ours).execute()
        _give_back_figures(told["figures"], by)
        reports, grades = told["was"]
        kept.set_changed(reports=kept.reports if kept.planned else reports, grades=grades)
        kept.store_changes()
        gone.set_changed(merged_into=None, closed_at=None)
        gone.store_changes()
        Event.log("unit.parted", gone, by, unit=kept.key)
        Event.log("unit.parted", kept, by, unit=gone.key)
    return gone


def _held(gone, kept):
    """The two, read again and held. Refused unless they are two open units of one commune, and the first is no plan's.

    A unit of the plan follows its file: while it names it, tasks and figures are the unit's own.
    """
    rows = {unit.id: unit for unit in lock_row(Unit.select().where(Unit.id.in_([gone, kept])).order_by(Unit.id))}
    units = list(rows.values())
    if len(units) < 2 or units[0].area_id != units[1].area_id or any(unit.closed_at for unit in units):
        raise UnitRefused(N_("Chỉ nhập được hai đơn vị khác nhau đang mở. Mở lại trang rồi chọn lại."))
    if rows[gone.id].planned:
        raise UnitRefused(N_("Kế hoạch còn giao việc cho đơn vị này: nhập đơn vị kia vào đơn vị này."))
    return rows[gone.id], rows[kept.id]


def _handed_over():
    """`{name: (column, table)}` of all that names a unit, but for what it sent and wrote, and what is part of it."""
    own = (Unit, UnitFigure, ReportText)
    fields = [(field, table) for field, table in Unit._meta.backrefs.items() if table not in own]
    fields.append((Course.unit, Course))
    return {f"{table._meta.table_name}.{field.name}": (field, table) for field, table in fields}


def _names(field, *units):
    """What a column says for each unit: its id, or its key."""
    return [unit.key if field is Course.unit else unit.id for unit in units]


def _hand_over(gone, kept):
    rows = {}
    for name, (field, table) in _handed_over().items():
        was, now_is = _names(field, gone, kept)
        ids = [row_id for (row_id,) in table.select(table.id).where(field == was).order_by(table.id).tuples()]
        if ids:
            table.update({field: now_is}).where(table.id.in_(ids)).execute()
            rows[name] = ids
    return rows


def _join_figures(gone, kept, way, by):
    """Tell for the one unit what both told; returns [[uid of a row, uid of what stood before or ""]].

    What a unit told last counts until it tells something newer, so that a period in which one of the two was silent
    has what it told before. Of a unit written twice, only periods are told of which the kept one said nothing.
    """
    ours, theirs = _told_by(kept), _told_by(gone)
    rows, pairs = [], []
    for about, said in sorted(theirs.items()):
        held = ours.get(about, {})
        for period in sorted({*said, *held} if way == "joined" else {*said} - {*held}):
            counted = [row for row in (_last(held, period), _last(said, period)) if row]
            counted = counted if way == "joined" else [said[period]]
            if any(row.unit_id == gone.id for row in counted):
                sums = {"value": sum(row.value for row in counted), "as_of": max(row.as_of for row in counted)}
                rows.append(_copy(counted[-1], by, unit=kept.id, period=period, **sums))
                pairs.append([rows[-1].uid, held[period].uid if period in held else ""])
    UnitFigure.insert_all(rows)
    return pairs


def _told_by(unit):
    """`{(area id, key, part): {period: UnitFigure}}` of what stands of a unit, those taken back left out."""
    newest = {(row.period, row.cell): row for row in UnitFigure.of_units([unit])}
    told = defaultdict(dict)
    for (period, (_, *about)), row in newest.items():
        if row.value is not None:
            told[tuple(about)][period] = row
    return told


def _last(told, period):
    """What stands of `{period: UnitFigure}` up to a period, or None."""
    until = [key for key in told if key <= period]
    return told[max(until)] if until else None


def _give_back_figures(pairs, by):
    """Tell again what stood before a merger, unless something newer was told since."""
    uids = [uid for pair in pairs for uid in pair]
    known = {row.uid: row for row in UnitFigure.select().where(UnitFigure.uid.in_(uids))}
    standing = {period: UnitFigure.standing(period) for period in {row.period for row in known.values()}}
    rows = []
    for uid, before in pairs:
        row = known[uid]
        if standing[row.period].get(row.cell) == row:
            rows.append(_copy(known[before], by) if before else _copy(row, by, value=None))
    UnitFigure.insert_all(rows)


def _copy(row, by, **other):
    """An unsaved row that tells the same, or other values, now."""
    values = {**row.__data__, "uid": new_uid(), "made_at": now(), "user": by, **other}
    values.pop("id")
    return UnitFigure(**values)

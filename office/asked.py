"""What one unit is asked for in a period, what it said before, and what its page's form tells."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import periods
import plan
import vi
from fields import N_, NOT_A_DATE, short_text
from models import Cutoff, Figure, Told, Unit, UnitFigure, User
from office import board, figures


class Ask(NamedTuple):
    """The figures of one target or model that a unit sends, and the rows they are of.

    for_firms: it types them for others.
    """

    target: object
    rows: list
    for_firms: bool

    @property
    def figures(self):
        return board.figures_of(self.target)

    @property
    def has_document(self):
        """Whether its numbers rest on a decision: who was sent to learn, and who was confirmed."""
        return self.target.population == "public_staff"


class Sent(NamedTuple):
    """What a unit sent for a period: the sums by figure, and when and by whom the last of it was sent."""

    period: str
    totals: dict
    at: datetime
    by: User | None


@dataclass
class Reading:
    """What a form told: numbers by cell, and those that it had shown. errors: {name of a field: Sentence}.

    questioned: the names of the fields whose numbers may be saved once somebody says that they are right.
    again: its day or document differs from what it showed.
    """

    told: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    questioned: set = field(default_factory=set)
    again: bool = False


def asks_of(unit):
    """[Ask] of a unit, in the plan's order; nothing is asked of a closed one."""
    targets = [] if unit.closed_at else [target for target in board.asked_for() if target.code in unit.reports]
    asks, villages = [], list(unit.area.village_list())
    for target in targets:
        for_firms = unit.types_for_firms(target)
        units = Unit.open_below(unit.area) if for_firms else [unit]
        asks.append(Ask(target, board.rows(unit.area, target, units, villages), for_firms))
    return asks


def cells_of(asks):
    """`{name of a field: cell}` of all that is asked for."""
    return {name_of(row, each): row.cell(each.key) for ask in asks for row in ask.rows for each in ask.figures}


def name_of(row, figure):
    return ".".join((row.unit.uid, row.area.code, figure.key, row.part))


def is_complete(asks, told):
    """Whether all that the rates need has been told: `told` holds cells. Nobody is chased for those of a model."""
    of_targets = [ask for ask in asks if ask.target.source]
    needed = (row.cell(each.key) for ask in of_targets for row in ask.rows for each in ask.figures if each.share)
    return all(cell in told for cell in needed)


def last_periods(today):
    """The periods for which a unit may tell or correct figures, oldest first: the present one and the one before."""
    current = board.current_period(today)
    before = periods.next_to(current, -1, plan.active.cutoff_day)
    return [before, current] if before.key >= board.first_period().key else [current]


def open_periods(asks, today):
    """Those that ask for something: the one before is left out once everything was told for it."""
    *before, current = last_periods(today)
    return [each for each in before if not is_complete(asks, UnitFigure.standing(each.key))] + [current]


def left_open(area, today):
    """The last month of the year before, until it is closed: it stays open beside the first ones of this plan."""
    before = plan.of_year(plan.active.year - 1)
    if before is None:
        return []
    with plan.during(before):
        month = board.last_period()
    is_last = board.current_period(today) == board.first_period()
    return [month] if is_last and not Cutoff.over(area, month) else []


def told_before(asks, period):
    """`{cell: UnitFigure}` of what was told last in the periods before."""
    return UnitFigure.told_before(period.key, board.first_period().key, units_of(asks))


def units_of(asks):
    """Those whose figures are asked for: the unit itself, and the firms for which it types them."""
    return {row.unit for ask in asks for row in ask.rows}


def as_shown(asks, period, today):
    """What the form of a period shows: `{name: text}`, with the day and the document of what was told last."""
    standing, cells = UnitFigure.standing(period.key), cells_of(asks)
    known = {name: standing[cell] for name, cell in cells.items() if cell in standing}
    rows = sorted(known.values(), key=lambda row: row.id)
    shown = {name: str(row.value) for name, row in known.items()}
    day = rows[-1].as_of if rows else min(today, period.ends)
    documents = [row.document for row in rows if row.document]
    return {**shown, "as_of": vi.date_vn(day), "document": documents[-1] if documents else ""}


def read(unit, asks, period, form, today):
    """The Reading of a form (`fields.Form`) that somebody of the unit sent."""
    reading = Reading()
    day = read_day(form.fields.get("as_of", [""])[-1], today, reading.errors)
    document = short_text(vi.clean(form.fields.get("document", [""])[-1]), "document", reading.errors)
    reading.again = form.one("as_of") is not None or form.one("document") is not None
    for ask in asks:
        for name, cell in cells_of([ask]).items():
            if name not in form.fields:
                continue  # a form that lacks a cell says nothing of it; only an emptied one takes a number back
            reading.seen[cell] = vi.whole(str(form.shown.get(name, "")))
            try:
                value = figures.read_number(form.fields.get(name, [""])[-1])
            except ValueError:
                reading.errors[name] = figures.NOT_A_NUMBER
                continue
            if value is not None or reading.seen[cell] is not None:
                reading.told[cell] = Told(value, day, unit.name, document if ask.has_document else "")
    _question(reading, unit, asks, period, form)
    if f"sure.{figures.CLOSED}" not in form.fields and _tells(reading) and Cutoff.over(unit.area, period):
        reading.errors[figures.CLOSED] = figures.AFTER_CLOSING
    return reading


def _tells(reading):
    """Whether a form would change anything of what it showed."""
    return reading.again or any(told.value != reading.seen[cell] for cell, told in reading.told.items())


def read_day(text, today, errors):
    """The day that figures are of: one of the plan's, and none to come."""
    day = vi.parse_date(text)
    if day is None:
        errors["as_of"] = NOT_A_DATE
    elif day > today:
        errors["as_of"] = N_("Ngày này chưa đến.")
    elif day < plan.active.starts:
        errors["as_of"] = N_("Ngày này trước khi kế hoạch bắt đầu.")
    return day


def _question(reading, unit, asks, period, form):
    names = {cell: name for name, cell in cells_of(asks).items()}
    numbers = {cell: row.value for cell, row in UnitFigure.standing(period.key).items() if cell in names}
    numbers |= {cell: told.value for cell, told in reading.told.items()}
    changed = [cell for cell, told in reading.told.items() if told.value != reading.seen[cell]]
    before = {cell: row.value for cell, row in told_before(asks, period).items()}
    people = Figure.standing_below(unit.area)
    for cell, doubt in figures.doubts(plan.active, numbers, changed, before, people).items():
        name = names[cell]
        if doubt.refused or f"sure.{name}" not in form.fields:
            reading.errors.setdefault(name, doubt.says)
        if not doubt.refused:
            reading.questioned.add(name)


def sent_by(units):
    """[Sent] of one unit, or of the units that it types for, the newest period first."""
    by_period = defaultdict(dict)
    for row in UnitFigure.of_units(units):
        by_period[row.period][row.cell] = row
    sent = []
    for period, rows in sorted(by_period.items(), reverse=True):
        totals = defaultdict(int)
        for row in rows.values():
            if row.value is not None:
                totals[row.key] += row.value
        last = max(rows.values(), key=lambda row: row.id)
        sent.append(Sent(period, dict(totals), last.made_at, last.user))
    return sent

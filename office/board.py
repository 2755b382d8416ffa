"""What units are asked for in a period and what they said: the rows of a target, their sums, and who is silent.

What a unit said last counts until it says something newer, so that the rates of one period are of all who ever said.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import periods
import plan
from models import Figure, Unit, UnitFigure


class Row(NamedTuple):
    """What one line of a target's figures is of: a unit, one grade of a school, or one village. part: the grade."""

    unit: object
    area: object
    part: str = ""

    def cell(self, key):
        """What names one number of the row among the figures of a period."""
        return self.unit.id, self.area.id, key, self.part


@dataclass(frozen=True)
class Sum:
    """What the rows of one target add up to.

    asked, said: units (villages where there is a figure for each of them), and how many said all that its rate needs.
    uncounted: the rows of those whose population is not known. all, yes: of the rows that have both. totals: {figure's
    key: sum of what was said}. newest: the last period in it.
    """

    target: object
    asked: int = 0
    said: int = 0
    uncounted: int = 0
    all: int = 0
    yes: int = 0
    totals: dict = field(default_factory=dict)
    newest: str = ""

    @property
    def figures(self):
        return figures_of(self.target)

    @property
    def of_villages(self):
        return of_villages(self.target)

    @property
    def rate(self):
        """Percent of all that can, unrounded; None while nobody said."""
        return 100 * self.yes / self.all if self.all else None

    @property
    def complete(self):
        """Whether everybody asked has said, of a population that is known."""
        return 0 < self.asked == self.said and not self.uncounted


class Lack(NamedTuple):
    """What a unit has not said for a target: `missing` of the `asked` numbers of its rate."""

    target: object
    missing: int
    asked: int


class Silent(NamedTuple):
    """A unit that has not said everything: its Lacks, and the last period for which it said something, or None."""

    unit: object
    lacks: list
    last: str | None


def targets():
    """The targets for which units send figures, in the plan's order."""
    return [target for target in plan.active.targets if figures_of(target)]


def asked_for():
    """The targets and the models for which units send figures. Nobody is chased for those of a model."""
    return [*targets(), *(model for model in plan.active.models if figures_of(model))]


def figures_of(target):
    return plan.active.figures_of([target.code])


def of_villages(target):
    """Whether a unit says one figure for each village."""
    return figures_of(target)[0].per == "village"


def first_period():
    """The month in which the plan begins: nothing is reported for one before it."""
    return periods.of_day(plan.active.starts, plan.active.cutoff_day)


def last_period():
    """The last month that is reported under the plan: its year's December, which ends in mid-December.

    What happens on the days after it is of the next plan's January (Nghị định 09/2019/NĐ-CP, Điều 12), for which
    nobody is asked before that plan begins: until then December stays the present month.
    """
    return periods.of("month", plan.active.year, 12, plan.active.cutoff_day)


def current_period(today):
    """The month for which figures are sent on a day, of the plan's first to last."""
    period = periods.of_day(today, plan.active.cutoff_day)
    return min(max(period, first_period(), key=_by_key), last_period(), key=_by_key)


def _by_key(period):
    return period.key


def since():
    """The first day whose happenings are reported under the plan.

    That is the day after the last month of the plan before; the first plan of all begins with its own first day.
    """
    return first_period().starts if plan.of_year(plan.active.year - 1) else plan.active.starts


def last_over(today):
    """The last month of the plan that is over; its first while that one still runs."""
    cutoff_day = plan.active.cutoff_day
    period = periods.next_to(periods.of_day(today, cutoff_day), -1, cutoff_day)
    return min(max(period, first_period(), key=_by_key), last_period(), key=_by_key)


def period_named(key, today):
    """The month that a key names, from the first to the present one of the plan of its year; None for any other."""
    found = periods.read(key, plan.active.cutoff_day)
    if not found or found.kind != "month":
        return None
    with plan.during(plan.of_year(found.year) or plan.active):
        return found if first_period().key <= found.key <= current_period(today).key else None


def told_for(area, period):
    """`{cell: (period, value)}` of what units below an area said for one period."""
    return UnitFigure.newest(area, period.key, period.key)


def told_before(area, period):
    """The same of what they said last in the months before it."""
    before = periods.next_to(period, -1, plan.active.cutoff_day)
    return UnitFigure.newest(area, first_period().key, before.key)


def rows(area, target, units=None, villages=None):
    """The Rows of a target below an area. units, villages: those of the area, where they were read before."""
    units = Unit.open_below(area) if units is None else units
    units = [unit for unit in units if unit.counts_for(target)]
    if not of_villages(target):
        by_grade = figures_of(target)[0].per == "grade"
        grades = {unit.id: unit.grades if by_grade else () for unit in units}
        return [Row(unit, unit.area, part) for unit in units for part in grades[unit.id] or ("",)]
    villages = list(area.village_list()) if villages is None else villages
    return [Row(unit, each, "") for unit in units for each in villages if each.path.startswith(unit.area.path)]


def add_up(target, of_rows, told, population):
    """The Sum of rows. told: {cell: (period, value)}. population: {(area id, key): official count}."""
    figures, said = figures_of(target), defaultdict(list)
    totals = {figure.key: 0 for figure in figures}
    whole = yes = uncounted = 0
    newest = ""
    for row in of_rows:
        for figure in figures:
            period, value = told.get(row.cell(figure.key), ("", None))
            totals[figure.key] += value or 0
            newest = max(newest, period)
        answered = all(row.cell(figure.key) in told for figure in figures if figure.share)
        said[row.area.id if of_villages(target) else row.unit.id].append(answered)
        shares = _shares(row, target, figures, told, population)
        uncounted += answered and None in shares
        if None not in shares:
            whole, yes = whole + shares[0], yes + shares[1]
    return Sum(target, len(said), sum(map(all, said.values())), uncounted, whole, yes, totals, newest)


def sums(area, told, units=None):
    """[Sum] of every target of an area by `told` as `add_up` takes it."""
    units = Unit.open_below(area) if units is None else units
    villages, population = list(area.village_list()), Figure.standing_below(area)
    return [add_up(target, rows(area, target, units, villages), told, population) for target in targets()]


def silent(area, told, before, units=None):
    """[Silent] of the units below an area that `told` does not answer, in the order of the units.

    told, before: `{cell: (period, value)}` of the period and of those before it.
    """
    units = Unit.open_below(area) if units is None else units
    villages, lacks = list(area.village_list()), defaultdict(list)
    for target in targets():
        needed = [figure.key for figure in figures_of(target) if figure.share]
        of_unit = defaultdict(list)
        for row in rows(area, target, units, villages):
            of_unit[row.unit.id] += [row.cell(key) in told for key in needed]
        for unit, there in of_unit.items():
            if not all(there):
                lacks[unit].append(Lack(target, there.count(False), len(there)))
    last = {}
    for (unit, *_), (period, _) in before.items():
        last[unit] = max(last.get(unit, ""), period)
    return [Silent(unit, lacks[unit.id], last.get(unit.id)) for unit in units if unit.id in lacks]


def _shares(row, target, figures, told, population):
    """(all, yes) of a row; the official population where no figure of the target says how many there are."""
    shares = {"all": population.get((row.area.id, target.population)), "yes": None}
    for figure in figures:
        if figure.share:
            shares[figure.share] = told.get(row.cell(figure.key), ("", None))[1]
    return shares["all"], shares["yes"]

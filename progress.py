"""The plan's targets as plain lines for a page, a report or an export: one number, computed once.

A line reads tallies and official figures only, so its cost does not depend on how many residents there are.
Every line has both denominators: those asked, and the population the official figures give (domain.md 1.2).
A target is judged by the second one, since 84 % of those asked may be 51 % of everybody; where too few were asked there
is no verdict (FLOOR). A village without households lacks nothing; where one with households has no official count, the
second rate is that of the others and there is no verdict. A count that is smaller than what was found there has to be
checked first. What units and the police report is a line of its own, never added to what a survey found.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import ClassVar, NamedTuple

import plan
from indicators import VISITS
from models import Area, Figure, Tally, Unit, UnitFigure
from office import board

FLOOR = 50  # percent of the population asked, or of the units that said: under it nothing is said of the pace
ZERO = (0, 0, 0)


class Doubt(NamedTuple):
    """An official count that cannot be: `official` people (or households) of an area, of whom `found` were met.

    key: which count. why: "asked" or "yes" when more were asked or said yes; "sum" when its villages' counts add up to
    more.
    """

    area: object
    key: str
    official: int
    found: int
    why: str


@dataclass(frozen=True)
class Count:
    """What tallies and official counts say of one target in one area.

    listed, asked, yes: everybody (households for CT7). official: the population of those villages that have a count,
    None when none has; official_asked and official_yes are of the same villages. missing: the villages with households
    and no count. doubts: the counts that cannot be.
    """

    listed: int = 0
    asked: int = 0
    yes: int = 0
    official: int | None = None
    official_asked: int = 0
    official_yes: int = 0
    missing: tuple = ()
    doubts: tuple = ()


@dataclass(frozen=True)
class Line(Count):
    """A Count with its target, and what should be reached by now. Rates are percent, unrounded, or None."""

    is_reported: ClassVar[bool] = False

    target: object = None
    expected: float = 0

    @property
    def rate(self):
        """The rate by which the target is judged; None where nobody was asked, or where a count cannot be."""
        return None if self.doubts or not self.asked else self.rate_all

    @property
    def is_partial(self):
        """Whether the rate rests on too little to judge by."""
        return self.state in ("few", "uncounted")

    @property
    def coverage(self):
        """Share of the official population that has a usable answer."""
        return _percent(self.official_asked, self.official)

    @property
    def rate_asked(self):
        return _percent(self.yes, self.asked)

    @property
    def rate_all(self):
        """Counts everyone not reached as "no": the only rate that can support "met"."""
        return _percent(self.official_yes, self.official)

    @property
    def state(self):
        """One of terms.TARGET_STATES, by the rate of everybody. "trên 85%" is strictly greater, unrounded.

        No verdict without the official count of every village with households (uncounted), nor where fewer than FLOOR
        percent were asked (few), unless those who said yes are enough already.
        """
        if not self.asked:
            return "none"
        if self.doubts:
            return "check"
        if self.rate_all is None or self.missing:
            return "uncounted"
        met = reached(self.target, self.rate_all)
        return "met" if met else _pace(self.rate_all, self.expected, self.coverage)

    @property
    def lacking(self):
        """How many more have to count before the target is met; None where the whole population is not known."""
        if self.rate_all is None or self.missing or self.doubts:
            return None
        return lacking(self.target, self.official_yes, self.official)


@dataclass(frozen=True)
class Reported(board.Sum):
    """What units, or the police for each village, reported of one target, and what should be reached by now."""

    is_reported: ClassVar[bool] = True

    expected: float = 0

    @property
    def is_partial(self):
        """Whether the rate is of some of those asked only."""
        return not self.complete

    @property
    def state(self):
        """One of terms.TARGET_STATES; check is more who can than there are. Met needs everybody asked to have said."""
        if self.rate is None:
            return "none"
        if self.rate > 100:
            return "check"
        if self.uncounted:
            return "uncounted"
        met = self.complete and reached(self.target, self.rate)
        return "met" if met else _pace(self.rate, self.expected, self.coverage)

    @property
    def coverage(self):
        """Share of those asked (units, or villages for the police) that have said."""
        return _percent(self.said, self.asked)

    @property
    def lacking(self):
        """How many more have to count before the target is met; None before everybody asked has said."""
        return lacking(self.target, self.yes, self.all) if self.complete else None

    @property
    def rate_asked(self):
        return self.rate

    @property
    def rate_all(self):
        """The rate among everybody, once everybody asked has said."""
        return self.rate if self.complete else None


@dataclass(frozen=True)
class Part:
    """An area's line-up: households listed, knocked on and finished; a line per target code, a count per series.

    reported: by target code, what units say of it; of a village only what is reported for each village. unasked: the
    same, empty, for the targets that no unit is asked for.
    """

    area: object
    listed: int
    visited: int
    done: int
    official_households: int | None
    lines: dict = field(default_factory=dict)
    series: dict = field(default_factory=dict)
    reported: dict = field(default_factory=dict)
    unasked: dict = field(default_factory=dict)

    def count(self, code):
        """The Count of a target or a series."""
        return self.lines[code] if code in self.lines else self.series[code]

    def judged(self, code):
        """The line by which a target is judged: what units or the police report where somebody is asked for it, else
        what the survey found. None of a village for what is reported for a whole commune."""
        return self.reported.get(code) or self.lines.get(code) or self.unasked.get(code)

    @property
    def missing(self):
        """The villages that the rate "of all" leaves out of some target, since they have no official count."""
        lines = [line for line in self.lines.values() if line.official is not None]
        return _distinct(village for line in lines for village in line.missing)

    @property
    def doubted(self):
        """The areas whose official count cannot be."""
        return _distinct(doubt.area for line in self.lines.values() for doubt in line.doubts)


class Facts(NamedTuple):
    """What the lines of an area are worked out from: those that stand now, or those of another day.

    tallies: {(village id, code): (listed, asked, yes)}. figures: {(area id, key): official count}.
    told: {(unit id, area id, key, part): (period, value)} of what units said last. reported: where only its sums are
    known, {(area id, target code): {"said", "all", "yes", "newest"}} of villages and communes.
    """

    tallies: dict
    figures: dict
    told: dict
    reported: dict | None = None


def standing(area, today):
    """The Facts of an area and everything below it that stand now. Units' figures up to the period of `today`."""
    first, last = board.first_period().key, board.current_period(today).key
    return Facts(Tally.of_villages(area), Figure.standing_below(area), UnitFigure.newest(area, first, last))


def of(area, today, facts=None):
    """The Part of `area` itself and of each area right below it: (whole, [parts]). Six queries, whatever the size.

    facts: what it is worked out from, without them what stands now.
    """
    facts = facts or standing(area, today)
    counts, reports = _Counts(area, facts), _Reports(_units(area), facts)
    areas = [area, *counts.children[area.id]]
    whole, *parts = [_part(each, counts, reports, today) for each in areas]
    return whole, parts


def reports(area, days):
    """`{day: {(area id, target's code): Reported}}` of an area and each right below it, as `of` has them in its Parts.

    days: `{day: Facts}`, of which the tallies are not read. Two queries, however many days.
    """
    counts, units = _Counts(area, Facts({}, {}, {})), _units(area)
    villages = {each: counts.villages(each) for each in (area, *counts.children[area.id])}
    found = {}
    for day, facts in days.items():
        reported = _Reports(units, facts)
        found[day] = {
            (each.id, code): report
            for each, below in villages.items()
            for code, report in reported.of(each, counts.children[each.id], below, facts.figures, day).items()
        }
    return found


def doubts(area):
    """The official counts below `area` that cannot be, each once with the most that was found."""
    counts, worst = _Counts(area, Facts(Tally.of_villages(area), Figure.standing_below(area), {})), {}
    for target in shown_targets():
        for doubt in counts.of(area, target).doubts:
            key = doubt.area.id, doubt.key
            if key not in worst or doubt.found > worst[key].found:
                worst[key] = doubt
    return list(worst.values())


def shown_targets():
    """The targets that a household survey feeds, in the plan's order."""
    return [target for target in plan.active.targets if target.indicator]


def reached(target, rate):
    """Whether an unrounded rate in percent reaches the target: "trên" is strictly greater (plan, II)."""
    return rate > target.goal if target.strict else rate >= target.goal


def lacking(target, yes, whole):
    """How many more of `whole` have to say yes before the target is met; 0 where it is."""
    needed = target.goal * whole / 100
    return max((math.floor(needed) + 1 if target.strict else math.ceil(needed)) - yes, 0)


def expected(target, today):
    """Percent that should be reached by `today` on a straight line from the plan's start to the deadline."""
    whole = (target.deadline - plan.active.starts).days
    gone = (today - plan.active.starts).days
    return target.goal * min(max(gone / whole, 0), 1)


class _Counts:
    """The tallies and the official counts of an area and of everything below it."""

    def __init__(self, area, facts):
        self.children = defaultdict(list)
        for each in area.below().order_by(Area.label_key):
            self.children[each.parent_id].append(each)
        self.tallies, self.figures = facts.tallies, facts.figures
        self.known = {}

    def of(self, area, target):
        """The Count of one target or series in one area; worked out once."""
        key = area.id, target.code
        if key not in self.known:
            count = self._of_village if area.kind == "village" else self._of_parts
            self.known[key] = count(area, target, self.figures.get((area.id, target.population)))
        return self.known[key]

    def _of_village(self, village, target, official):
        listed, asked, yes = self.tallies.get((village.id, target.code), ZERO)
        if official is None:
            return Count(listed, asked, yes, missing=(village,) if self._has_homes(village) else ())
        doubts = _doubts(village, target, official, asked, yes)
        return Count(listed, asked, yes, official, asked, yes, doubts=doubts)

    def _of_parts(self, area, target, own):
        """The parts added up; an official count of the area itself goes before their sum."""
        parts = [self.of(child, target) for child in self.children[area.id]]
        listed, asked, yes = _add((part.listed, part.asked, part.yes) for part in parts)
        found = [part.official for part in parts if part.official is not None]
        official, doubts = sum(found) if found else None, sum((part.doubts for part in parts), ())
        if own is not None:
            doubts += _doubts(area, target, own, asked, yes, official or 0)
            return Count(listed, asked, yes, own, asked, yes, doubts=doubts)
        _, *counted = _add((0, part.official_asked, part.official_yes) for part in parts)
        missing = sum((part.missing for part in parts), ())
        return Count(listed, asked, yes, official, *counted, missing=missing, doubts=doubts)

    def _has_homes(self, village):
        return self.tallies.get((village.id, VISITS), ZERO)[0] > 0

    def villages(self, area):
        """The villages of an area, or the one that it is."""
        if area.kind == "village":
            return [area]
        return [village for child in self.children[area.id] for village in self.villages(child)]

    def visits(self, area):
        """(listed, knocked on, finished) households of an area."""
        if area.kind == "village":
            return self.tallies.get((area.id, VISITS), ZERO)
        return _add(self.visits(child) for child in self.children[area.id])

    def households(self, area):
        """The official number of households; None unless every village with households has its own."""
        own = self.figures.get((area.id, "households"))
        if own is not None or area.kind == "village":
            return own
        found = []
        for child in self.children[area.id]:
            number = self.households(child)
            if number is not None:
                found.append(number)
            elif self.visits(child)[0]:
                return None
        return sum(found) if found else None


class _Reports:
    """What the units of an area and of everything below it said last."""

    def __init__(self, units, facts):
        self.units, self.told, self.sums = units, facts.told, facts.reported

    def of(self, area, parts, villages, population, today):
        """`{target code: Reported}` of an area. population: `{(area id, key): official count}`."""
        found, units = {}, self.units
        if area.kind != "village":
            units = [unit for unit in units if unit.area.path.startswith(area.path)]
        for target in board.targets():
            if area.kind == "village" and not board.of_villages(target):
                continue
            total = board.add_up(target, board.rows(area, target, units, villages), self.told, population)
            if self.sums is not None:
                total = self._of_sums(total, villages if board.of_villages(target) else [area, *parts])
            own = population.get((area.id, target.population))
            if self.sums is None and board.of_villages(target) and total.complete and own is not None:
                total = replace(total, all=own)  # as of what a survey found
            if total.asked:
                found[target.code] = Reported(**vars(total), expected=expected(target, today))
        return found

    def _of_sums(self, total, areas):
        """The Sum of those who are asked, with what is known of these areas."""
        known = [self.sums[each.id, total.target.code] for each in areas if (each.id, total.target.code) in self.sums]
        said, everybody, yes = (sum(each[count] for each in known) for count in ("said", "all", "yes"))
        newest = max((each["newest"] for each in known), default="")
        return replace(total, said=said, all=everybody, yes=yes, newest=newest)


def _units(area):
    return Unit.open_below(area.commune_or_self())


def _doubts(area, target, official, asked, yes, below=0):
    """The Doubt about one official count, if it cannot be."""
    found, why = max((asked, "asked"), (yes, "yes"), (below, "sum"), key=lambda pair: pair[0])
    return (Doubt(area, target.population, official, found, why),) if found > official else ()


def _part(area, counts, reports, today):
    lines = {
        target.code: Line(**vars(counts.of(area, target)), target=target, expected=expected(target, today))
        for target in shown_targets()
    }
    series = {each.code: counts.of(area, each) for each in plan.active.series}
    reported = reports.of(area, counts.children[area.id], counts.villages(area), counts.figures, today)
    unasked = {
        target.code: Reported(target, expected=expected(target, today))
        for target in board.targets()
        if target.code not in reported and area.kind != "village"
    }
    return Part(area, *counts.visits(area), counts.households(area), lines, series, reported, unasked)


def _add(counts):
    return tuple(map(sum, zip(ZERO, *counts, strict=True)))


def _distinct(areas):
    return sorted({area.id: area for area in areas}.values(), key=lambda area: area.label_key)


def _pace(rate, due, coverage):
    """few, on (as much as is due) or late, of a rate for which `coverage` percent were asked."""
    return "few" if coverage < FLOOR else "on" if rate >= due else "late"


def _percent(part, whole):
    return 100 * part / whole if whole else None

"""How the plan's targets stood at the end of a day, week by week, and how fast they move.

Worked out from the tallies of each day (`DayTally`), with everything known today: a paper of the 10th that is typed on
the 20th counts for the 10th. The rate is that among everybody, by which a target is judged.
"""

import math
from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

import plan
import progress
from models import Area, DayTally, Figure, Tally, UnitFigure, as_counts, db
from office import board

WEEK = timedelta(7)
WEEKS = 8  # of a small line
WEEKS_OF_PACE = 4
VERDICTS = ("on", "late")  # the states in which something may be said of the pace


def facts_at(area, day):
    """The `progress.Facts` of an area and everything below it at the end of a day.

    An official count is the newest of that day or before, else the oldest there is; what units said is that of the
    periods up to the day's.
    """
    first, last = board.first_period().key, board.current_period(day).key
    told = UnitFigure.newest(area, first, last)
    return progress.Facts(DayTally.sums(area, day), Figure.standing_below(area, day), told)


def at(area, day):
    """The Part of `area` and of each area right below it as they stood at the end of a day: (whole, [parts])."""
    return progress.of(area, day, facts_at(area, day))


class Point(NamedTuple):
    """Where a target stood at the end of a day: `yes` of `whole`, the whole population or None where it is unknown.

    coverage: percent of the whole that was asked, or of the units that said.
    """

    day: date
    yes: int
    whole: int | None
    coverage: float | None

    @property
    def rate(self):
        """Percent of everybody, unrounded, or None."""
        return 100 * self.yes / self.whole if self.whole else None


def weeks(area, today, weeks=WEEKS):
    """`{(area id, target's code): [rate among everybody at the end of each week]}` for an area and each right below.

    The oldest first, the last one is today's; None where it is not known.
    """
    days = [today - WEEK * back for back in reversed(range(weeks))]
    return {key: [point.rate for point in points] for key, points in lines(area, days).items()}


def weeks_of_year(today):
    """The ends of the weeks of the plan's year so far, ascending: today, and every seventh day back from it."""
    last = min(today, plan.active.ends)
    weeks = max((last - plan.active.starts).days, 0) // 7
    return [last - WEEK * back for back in reversed(range(weeks + 1))]


def months_of_year(today):
    """The last days of the months of the plan's year that are over, and today while it lasts."""
    last = min(today, plan.active.ends)
    months = [date(plan.active.year, month, 1) - timedelta(1) for month in range(2, 13)]
    return [*(day for day in months if plan.active.starts <= day < last), last]


def from_the_first(points):
    """The points from the first one that counts anybody on; the last one in any case."""
    first = next((number for number, point in enumerate(points) if point.yes), -1)
    return points[first:]


def moves(points):
    """Whether more than one of the points is known, so that there is something to draw."""
    return sum(point.rate is not None for point in points) > 1


def lines(area, days, targets=None):
    """`{(area id, target's code): [Point]}` for an area and each right below it, at the end of each of some days.

    days: ascending; of those before the plan began nothing is known. targets: all of the plan unless told. A target is
    followed by the line that it is judged by, as `progress.Part.judged`. The number of queries grows with no number of
    residents, areas or days.
    """
    targets = plan.active.targets if targets is None else targets
    figures = Figure.standing_at(area, days)
    reported = _reported(area, days, figures, [target for target in targets if board.figures_of(target)])
    counted = _counted(area, days, figures, [target for target in targets if target.indicator])
    return {key: list(map(_begun, reported.get(key) or counted[key])) for key in sorted({*reported, *counted})}


def _begun(point):
    return Point(point.day, 0, None, None) if point.day < plan.active.starts else point


def _counted(area, days, figures, targets):
    """The points of what a survey finds, as `lines`."""
    codes = [target.code for target in targets]
    counts = _backwards(Tally.of_villages(area), DayTally.between(area, [*days, date.max], codes), codes, len(days))
    return of_counts(area, days, figures, targets, counts)


def of_counts(area, days, figures, targets, counts):
    """The points that villages' counts make of an area and each right below it, as `lines`.

    figures: `{day: {(area id, key): official count}}`. counts: `{(village id, code): ([asked], [yes])}`, by day.
    """
    children = defaultdict(list)
    for area_id, parent in db.execute(area.below().select(Area.id, Area.parent)).fetchall():
        children[parent].append(area_id)
    found = {}
    for target in targets:
        added_up = _AddedUp(children, counts, figures, target, days)
        for area_id in (area.id, *children[area.id]):
            found[area_id, target.code] = [
                Point(day, yes, whole, 100 * asked / whole if whole else None)
                for day, asked, yes, whole in zip(days, *added_up.of(area_id), strict=True)
            ]
    return found


def _backwards(today, changes, codes, days):
    """`{(village id, code): ([asked], [yes])}` of the days, worked back from today's tallies by what changed since."""
    found = {}
    for key in {*today, *changes}:
        if key[1] in codes:
            _, asked, yes = today.get(key, progress.ZERO)
            since, counts = changes.get(key, {}), []
            for number in reversed(range(days)):
                more, more_yes = since.get(number, (0, 0))
                asked, yes = asked - more, yes - more_yes
                counts.append(as_counts(0, asked, yes)[1:])
            found[key] = tuple(zip(*reversed(counts), strict=True))
    return found


class _AddedUp:
    """One target at the end of each day: villages added up by the rule of `progress`, that an official count of an area
    itself goes before the sum of its parts, and that a village without one is left out of that sum.

    An area has an official count on all days or on none, since the oldest stands for the days before it.
    """

    def __init__(self, children, counts, figures, target, days):
        self.children, self.counts, self.figures = children, counts, [figures[day] for day in days]
        self.target, self.nothing, self.known = target, [0] * len(days), {}

    def of(self, area_id):
        """([asked], [yes], [whole]) of those with an official count; whole is None where nobody has one."""
        return self._both(area_id)[1]

    def _both(self, area_id):
        """(([asked], [yes]) of everybody, what `of` says); worked out once."""
        if area_id not in self.known:
            own = self._official(area_id)
            parts = [self._both(child) for child in self.children.get(area_id, ())]
            everybody = self.counts.get((area_id, self.target.code)) or self._sum(2, [part for part, _ in parts])
            counted = [part for _, part in parts if part[2][0] is not None]
            if own:
                counted = (*everybody, own)
            else:
                counted = self._sum(3, counted) if counted else (*self._sum(2, []), [None] * len(self.nothing))
            self.known[area_id] = everybody, counted
        return self.known[area_id]

    def _official(self, area_id):
        key = area_id, self.target.population
        return [figures[key] for figures in self.figures] if key in self.figures[-1] else None

    def _sum(self, columns, parts):
        """Lists of days added up: the first of all parts, the second and so on."""
        return tuple([sum(day) for day in zip(self.nothing, *lists, strict=True)] for lists in (
            [part[column] for part in parts] for column in range(columns)
        ))  # fmt: skip


def _reported(area, days, figures, targets):
    """The points of what units or the police report, as `lines`, for the areas where somebody is asked."""
    if not targets:
        return {}
    periods = {day: board.current_period(day).key for day in days}
    told = UnitFigure.newest_until(area, board.first_period().key, set(periods.values()))
    facts, same = {}, {}  # what was known is the same on most of the days, and is worked out on the first of them
    for day in days:
        same[day] = next((each for each in facts if _as_known(each, day, periods, figures)), day)
        facts[same[day]] = progress.Facts({}, figures[day], told[periods[day]])
    reports = progress.reports(area, facts)
    return of_reports(days, {day: reports[same[day]] for day in days}, targets)


def of_reports(days, reports, targets):
    """The points that `progress.reports` make: `{(area id, target's code): [Point]}`."""
    found, codes = {}, {target.code for target in targets}
    for day in days:
        for (area_id, code), report in reports[day].items():
            if code in codes:
                point = Point(day, report.yes, report.all if report.complete else None, report.coverage)
                found.setdefault((area_id, code), []).append(point)
    return found


def _as_known(one, other, periods, figures):
    return periods[one] == periods[other] and figures[one] == figures[other]


# -- The pace


class Pace(NamedTuple):
    """How fast a target moves, and how fast it would have to.

    speed: people (or households) a week, over the last four weeks; less than nothing where it fell. reached: the day
    on which the goal is reached at that speed, None when never. needed: how many a week it takes from now until the
    deadline, None once that is over. at_deadline: percent of everybody at the deadline at that speed.
    """

    speed: float
    reached: date | None
    needed: int | None
    at_deadline: float
    deadline: date

    @property
    def in_time(self):
        """Whether the goal is reached by the deadline at this speed."""
        return self.reached is not None and self.reached <= self.deadline


def paces(part, weeks, today):
    """`{target's code: Pace}` of a `progress.Part`, with `weeks` of the areas, for the targets that have one."""
    found = {
        target.code: pace(line, weeks.get((part.area.id, target.code), []), today)
        for target in plan.active.targets
        if (line := part.judged(target.code))
    }
    return {code: its_pace for code, its_pace in found.items() if its_pace}


def pace(line, rates, today):
    """The Pace of a `progress.Line` or `Reported` with its rates at the end of some weeks as of `weeks`, or None.

    None where nothing may be said of it: the goal is met, too few were asked (progress.FLOOR), the population is not
    known or has to be checked, or four weeks ago is not known.
    """
    then = rates[-1 - WEEKS_OF_PACE] if len(rates) > WEEKS_OF_PACE else None
    if line.state not in VERDICTS or line.lacking is None or line.rate_all is None or then is None:
        return None
    points = (line.rate_all - then) / WEEKS_OF_PACE  # percent a week
    return Pace(
        speed=points * _whole(line) / 100,
        reached=_reached(line.lacking, points * _whole(line) / 100, today),
        needed=_needed(line.lacking, line.target.deadline, today),
        at_deadline=_at_deadline(line.rate_all, points, line.target.deadline, today),
        deadline=line.target.deadline,
    )


def _whole(line):
    return line.all if isinstance(line, progress.Reported) else line.official


def _reached(lacking, speed, today):
    """The day on which `lacking` people are added at `speed` a week; None when that takes longer than a year."""
    days = math.ceil(7 * lacking / speed) if speed > 0 else None
    return today + timedelta(days) if days is not None and days <= 366 else None


def _needed(lacking, deadline, today):
    """How many a week it takes, in whole people; in the last week all that lack."""
    days = (deadline - today).days
    return math.ceil(lacking / max(days / 7, 1)) if days > 0 else None


def _at_deadline(rate, points, deadline, today):
    left = max((deadline - today).days, 0)
    return min(max(rate + points * left / 7, 0), 100)

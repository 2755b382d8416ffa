"""The plan's targets as plain lines for a page, a report or an export: one number, computed once.

A line reads tallies and official figures only, so its cost does not depend on how many residents there are.
Every line has both denominators: those asked, and the population the official figures give (domain.md 1.2).
"""

from dataclasses import dataclass, field

import plan
from indicators import VISITS
from models import Figure, Tally

SMALLEST_PUBLIC_COUNT = 5
ZERO = (0, 0, 0)


@dataclass(frozen=True)
class Line:
    """One target in one area. Counts are people (households for CT7); rates are percent, unrounded, or None."""

    target: object
    listed: int
    asked: int
    yes: int
    official: int | None
    expected: float

    @property
    def coverage(self):
        """Share of the official population that has a usable answer."""
        return _percent(self.asked, self.official)

    @property
    def rate_asked(self):
        return _percent(self.yes, self.asked)

    @property
    def rate_all(self):
        """Counts everyone not reached as "no": the only rate that can support "met"."""
        return _percent(self.yes, self.official)

    @property
    def state(self):
        """none, met, on (on schedule) or late. Compared unrounded; "trên 85%" is strictly greater."""
        if not self.asked:
            return "none"
        if self.rate_all is not None and reached(self.target, self.rate_all):
            return "met"
        return "on" if self.rate_asked >= self.expected else "late"

    @property
    def too_few(self):
        """Whether a public page must hide this line, because it speaks of fewer than five people."""
        return 0 < self.asked < SMALLEST_PUBLIC_COUNT or 0 < self.yes < SMALLEST_PUBLIC_COUNT


@dataclass(frozen=True)
class Part:
    """An area's line-up: households listed, knocked on and finished, and a line per target code."""

    area: object
    listed: int
    visited: int
    done: int
    official_households: int | None
    lines: dict = field(default_factory=dict)


def of(area, today):
    """The Part of `area` itself and of each area right below it: (whole, [parts]). Four queries, whatever the size."""
    sums, official = Tally.sums(area), _Official(area)
    children = [] if area.kind == "village" else list(area.parts())
    parts = [_part(child, [child], sums, official, today) for child in children]
    whole = _part(area, children or [area], sums, official, today)
    return whole, parts


def withheld(parts):
    """`{(area id, target code)}` of the lines that a public page hides among areas whose sum it shows.

    Those that speak of fewer than five; when that is one alone, the smallest other as well, since the sum less all the
    others would give it away.
    """
    found = set()
    for target in shown_targets():
        lines = {part.area.id: part.lines[target.code] for part in parts if part.lines[target.code].asked}
        few = [area for area, line in lines.items() if line.too_few]
        if len(few) == 1:
            others = sorted(lines.keys() - few, key=lambda area: (lines[area].yes, lines[area].asked, area))
            few += [area for area in others if lines[area].yes][:1]
        found.update((area, target.code) for area in few)
    return found


def shown_targets():
    """The targets that a household survey feeds, in the plan's order."""
    return [target for target in plan.active.targets if target.indicator]


def reached(target, rate):
    """Whether an unrounded rate in percent reaches the target: "trên" is strictly greater (plan, II)."""
    return rate > target.goal if target.strict else rate >= target.goal


def expected(target, today):
    """Percent that should be reached by `today` on a straight line from the plan's start to the deadline."""
    whole = (target.deadline - plan.active.starts).days
    gone = (today - plan.active.starts).days
    return target.goal * min(max(gone / whole, 0), 1)


class _Official:
    """The newest official counts below an area."""

    def __init__(self, area):
        self.figures = Figure.newest_below(area)
        self.villages = list(area.village_list())

    def of(self, area, key):
        """The area's own count, else its villages' added up; None unless every one of them has its own."""
        own = self.figures.get((area.id, key))
        if own:
            return own.value
        found = [self.figures.get((village.id, key)) for village in self.villages if village.path.startswith(area.path)]
        return sum(figure.value for figure in found) if found and all(found) else None


def _part(area, members, sums, official, today):
    listed, visited, done = _add(sums.get((member.id, VISITS), ZERO) for member in members)
    lines = {
        target.code: Line(
            target,
            *_add(sums.get((member.id, target.code), ZERO) for member in members),
            official=official.of(area, target.population),
            expected=expected(target, today),
        )
        for target in shown_targets()
    }
    return Part(area, listed, visited, done, official.of(area, "households"), lines)


def _add(counts):
    return tuple(map(sum, zip(ZERO, *counts, strict=True)))


def _percent(part, whole):
    return 100 * part / whole if whole else None

"""What an area tells of its day in a group: the counters that campaigns ask for, and the targets that moved.

Lượt are times, and hộ are households; neither is people. What was asked at doors is told as it is published, so that
the difference between two days' messages is nobody's answer.
"""

from datetime import timedelta
from typing import NamedTuple

from peewee import fn

import needs
import plan
import progress
import published
from models import Area, Household, Resident, Support, Visit
from office.models import TRADE, Span

WEEK = timedelta(weeks=1)
MOST = 3
SEEN = 0.05  # percentage points: less is no difference once it is written


class Day(NamedTuple):
    """A day's counters (domain.md 5.3). doors: homes knocked on. helps: lượt of help; vneid and services of them. qr:
    homes that trade and were helped with paying and being paid by code.
    """

    doors: int
    helps: int
    vneid: int
    services: int
    qr: int


class Move(NamedTuple):
    """A target's rate among everybody: percent a week ago, None where nothing was published then, and percent now."""

    target: object
    before: float | None
    now: float

    @property
    def points(self):
        """By how many percentage points it moved; None where it is not known."""
        return None if self.before is None else self.now - self.before


def of_day(area, day):
    """The Day of an area, by when things happened."""
    span = Span(day, day)
    visits = Visit.select(fn.COUNT(Visit.household.distinct())).join(Household).join(Area)
    helps = Support.standing().join(Area).where(Area.within(area), span.holds(Support.happened_at))

    def answering(need):
        return Support.topic.in_(needs.topics_for(need))

    traders = helps.join(Resident, on=Support.resident == Resident.id).join(Household)
    traders = traders.where(answering("payment"), Household.answers[TRADE].as_text().in_(("with_qr", "without_qr")))
    return Day(
        visits.where(Area.within(area), span.holds(Visit.happened_at)).scalar(),
        helps.count(),
        helps.where(answering("vneid")).count(),
        helps.where(answering("services")).count(),
        traders.select(Household.id).distinct().count(),
    )


def moved(area, today, most=MOST):
    """The Moves of an area's published targets within a week, the largest first.

    Where nothing was published a week ago, every target as it stands, in the plan's order.
    """
    facts = published.facts_on(area, today - WEEK)
    now = _rates(progress.of(area, today, published.facts(area, today))[0])
    if not (facts.tallies or facts.reported):
        return [Move(target, None, now[target.code]) for target in plan.active.targets if target.code in now]
    before = _rates(progress.of(area, today, facts)[0])
    both = [target for target in plan.active.targets if target.code in now and target.code in before]
    moves = [Move(target, before[target.code], now[target.code]) for target in both]
    moves = [move for move in moves if abs(move.points) >= SEEN]
    return sorted(moves, key=lambda move: (-abs(move.points), move.target.code))[:most]


def _rates(whole):
    """`{target code: percent among everybody}` of a Part, where it is known and its counts can be."""
    lines = {target.code: whole.judged(target.code) for target in plan.active.targets}
    known = {code: line for code, line in lines.items() if line and line.rate_asked is not None}
    known = {code: line for code, line in known.items() if line.rate_all is not None and line.state != "check"}
    return {code: line.rate_all for code, line in known.items()}

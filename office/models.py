"""The plan's models: what each has come to in a period and since the year began, by the day on which it happened.

What people answer at a door is the state at the end of the period, or of today where it has not ended; whether a
home trades is always as of today.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import periods
import plan
import progress
import trend
import vi
from models import Area, Attendance, Course, Household, Meeting, Resident, Support, UnitFigure, now
from office import activities, board, shifts
from terms import GONE

TRADE = "trading"  # the question whose answers are `no`, `with_qr` and `without_qr`
TEAM_OUT = "team_out"  # the form of publicity that is a team out to help
TRADERS = "traders"  # the audience of classes that count for the model of the market, whatever their topic


class Share(NamedTuple):
    """How many of how many."""

    part: int
    whole: int

    @property
    def rate(self):
        """Percent, unrounded; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Result:
    """One number of a model: `key` of terms.MODEL_RESULTS, a count or a Share in the period and since January.

    None is not known. now: it does not add up, and what stands for the year is as of the period's last day.
    """

    key: str
    period: object = None
    year: object = None
    now: bool = False


@dataclass(frozen=True)
class Row:
    """A model of the plan with its state (terms.MODEL_STATES) and Results."""

    model: object
    state: str
    results: list


class Span(NamedTuple):
    """From one day to another, both included."""

    starts: date
    ends: date

    def holds(self, moment):
        """Whether a stored moment is in it; for a query."""
        first, after = vi.moments_of_days(self.starts, self.ends)
        return (moment >= first) & (moment < after)


class Facts:
    """What every model's numbers are asked of: an area, the period and the year up to its end, targets at that day."""

    def __init__(self, area, period, today, targets=None):
        self.area, self.whole_period = area, period
        ends = min(period.ends, today)
        self.period = Span(max(period.starts, board.since()), ends)
        self.year = Span(board.since(), ends)
        if targets is None:
            targets, _ = trend.at(area, ends) if ends < today else progress.of(area, ends)
        self.targets = targets

    def both(self, key, count):
        """The Result of what `count(span)` gives for the period and for the year."""
        return Result(key, count(self.period), count(self.year))


def rows(area, period, today, targets=None):
    """The Row of each model of the plan in a period that has begun (`periods.Period`, of any kind).

    targets: the area's Part at the period's end, where it was worked out before.
    """
    facts = Facts(area, period, today, targets)
    return [COUNTED.get(model.code, of_classes)(model, facts) for model in plan.active.models]


def of_shifts(model, facts):
    """The Digital Ambassadors: half-days with somebody on duty, and help given at the point."""
    covered = facts.both("coverage", shift_coverage)
    rate = covered.period and covered.period.rate
    state = "none" if rate is None else "covered" if rate == 100 else "gaps"
    return Row(model, state, [covered, facts.both("at_point", lambda span: _help_at_point(facts.area, span))])


def of_families(model, facts):
    """The Digital Families: the line of its target, and the homes from which somebody came to a class."""
    line = facts.targets.lines[model.target]
    all_homes = Share(line.official_yes, line.official) if _is_of_all(line) else None
    return Row(model, line.state, [
        Result("families_asked", year=Share(line.yes, line.asked), now=True),
        Result("families_all", year=all_homes, now=True),
        facts.both("learning_homes", lambda span: _learning_homes(facts.area, span)),
    ])  # fmt: skip


def of_market(model, facts):
    """The Digital Market: stalls as the unit counts them, homes that trade as they say, classes of traders."""
    stalls = facts.both("stalls", lambda span: _told_shares(facts, model, span))
    of_homes = Result("trading_homes", year=_trading_homes(facts.area), now=True)
    classes = _classes(facts, _serves(model) | (Course.audience == TRADERS))
    state = "running" if stalls.period or classes[0].period else "silent"
    return Row(model, state, [Result("stalls", stalls.period, stalls.year, now=True), of_homes, *classes])


def of_identity(model, facts):
    """One citizen, one identity: the figure of the police, and beside it what people say at their doors."""
    reported, line = facts.targets.reported.get(model.target), facts.targets.lines[model.target]
    accounts = Share(reported.yes, reported.all) if reported and reported.rate is not None else None
    return Row(model, reported.state if reported else "none", [
        Result("accounts", _grown(facts, board.figures_of(reported.target)) if accounts else None, accounts, now=True),
        Result("identity_told", year=Share(line.yes, line.asked), now=True),
    ])  # fmt: skip


def of_classes(model, facts):
    """Any other model, such as the Youth campaign: teams out in its campaigns, classes whose topic serves it."""
    outings = facts.both("outings", lambda span: activities.of_model(facts.area, *span, model.code, TEAM_OUT)[0])
    classes = [outings, *_classes(facts, _serves(model))]
    return Row(model, "running" if any(result.period for result in classes) else "silent", classes)


COUNTED = {"MH1": of_shifts, "MH2": of_families, "MH3": of_market, "MH4": of_identity, "MH5": of_classes}


def shift_coverage(span):
    """Share of the working half-days that have begun in which somebody was on duty; None where none has begun."""
    found = shifts.coverage(*span)
    return Share(found.covered, found.half_days) if found.half_days else None


def _help_at_point(area, span):
    there = Support.standing().join(Area).where(Area.within(area), Support.place == "point")
    return there.where(span.holds(Support.happened_at)).count()


def _learning_homes(area, span):
    came = Attendance.select(Resident.household).join(Resident).switch(Attendance).join(Meeting).join(Course).join(Area)
    return came.where(Area.within(area), Attendance.counts(), was_held(span)).distinct().count()


def _trading_homes(area):
    """Share of the homes that trade, as they say, which have a payment QR code."""
    homes = Household.select().join(Area).where(Area.within(area), Household.state.not_in(GONE))
    said = Household.answers[TRADE].as_text()
    have, lack = (homes.where(said == answer).count() for answer in ("with_qr", "without_qr"))
    return Share(have, have + lack) if have + lack else None


def _serves(model):
    """Whether the topic of a class serves a model; for a query."""
    return Course.topic.in_([topic.key for topic in plan.active.topics if model.code in topic.models])


def was_held(span):
    """Whether a session was held within a Span, not called off; for a query."""
    return span.holds(Meeting.starts_at) & (Meeting.starts_at <= now()) & Meeting.not_cancelled()


def _classes(facts, which):
    """Classes that had a session, and who came: lượt and người. Pupils are only counted, and are no người."""

    def held(span):
        return Meeting.select().join(Course).join(Area).where(Area.within(facts.area), which, was_held(span))

    def came(span):
        query = Attendance.select().join(Meeting).join(Course).join(Area).where(Area.within(facts.area), which)
        return query.where(Attendance.stands(), was_held(span))

    def counted(span):
        pupils = held(span).where(Course.audience == "pupils").select(Meeting.head_count)
        return came(span).count() + sum(number or 0 for (number,) in pupils.tuples())

    return [
        facts.both("classes", lambda span: held(span).select(Meeting.course).distinct().count()),
        facts.both("attendances", counted),
        facts.both("learners", lambda span: came(span).select(Attendance.person).distinct().count()),
    ]


def _told_shares(facts, model, span):
    """The Share of the model's own figures that units told last for the months of a span; None for nothing."""
    figures = {figure.share: figure.key for figure in plan.active.figures_of([model.code]) if figure.share}
    told = _told(facts, *span)
    sums = {share: [value for cell, (_, value) in told.items() if cell[2] == key] for share, key in figures.items()}
    return Share(sum(sums["yes"]), sum(sums["all"])) if all(sums.values()) and sums else None


def _grown(facts, figures):
    """By how much figures that add up grew in the period, where they were told in it and before; None for nowhere."""
    keys = {figure.key for figure in figures if figure.share == "yes"}
    fresh = _told(facts, *facts.period)
    before = _told(facts, plan.active.starts, facts.whole_period.starts - timedelta(1))
    grown = [value - before[cell][1] for cell, (_, value) in fresh.items() if cell[2] in keys and cell in before]
    return sum(grown) if grown else None


def _told(facts, first, last):
    """What units told last for the months from that of one day to that of another."""
    months = [periods.of_day(day, plan.active.cutoff_day).key for day in (first, last)]
    return UnitFigure.newest(facts.area, *months)


def _is_of_all(line):
    return bool(line.official) and not line.missing and not line.doubts

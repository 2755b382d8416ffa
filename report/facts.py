"""What the parts of a report are worked out from, each asked of the database once and only when somebody needs it."""

from functools import cached_property

import periods
import plan
import progress
import vi
from models import Figure, Unit
from office import board, tasks
from office.models import Span


class Facts:
    """What is known of an area at the end of a period, or today while it lasts, and what happened in it.

    unit: only what is its own. before: the frozen contents of the period before, where that is closed.
    period_days, year_days: the days of the period and of the year up to now, none before the plan's first.
    """

    def __init__(self, area, period, moment, unit=None, before=None):
        self.area, self.period, self.moment, self.unit, self.before = area, period, moment, unit, before
        self.until = max(min(period.ends, vi.local(moment).date()), period.starts)
        self.period_days = Span(max(period.starts, plan.active.starts), self.until)
        self.year_days = Span(plan.active.starts, self.until)

    @cached_property
    def previous(self):
        """The period before of the same kind; None for the plan's first."""
        found = periods.next_to(self.period, -1, plan.active.cutoff_day)
        return found if found.ends >= plan.active.starts else None

    @cached_property
    def standing(self):
        """The `progress.Facts` at the end of the period."""
        return facts_at(self.area, self.until)

    @cached_property
    def progress(self):
        """(the whole Part, [those right below]) at the end of the period."""
        return progress.of(self.area, self.until, self.standing)

    @property
    def whole(self):
        return self.progress[0]

    @property
    def parts(self):
        return self.progress[1]

    @cached_property
    def whole_before(self):
        """The whole Part at the end of the period before, worked out anew; None for the plan's first period."""
        if self.previous is None:
            return None
        return progress.of(self.area, self.previous.ends, facts_at(self.area, self.previous.ends))[0]

    @cached_property
    def unit_names(self):
        """`{key: name}` of all units; a phrase of the plan is one, too."""
        return {unit.key: unit.name.vi for unit in plan.active.units} | Unit.names()

    def named(self, keys):
        """The names of units by their keys, in a row."""
        return "; ".join(self.unit_names.get(key) or plan.active.unit(key).name.vi for key in keys)

    @cached_property
    def counted_by(self):
        """`{key of an official count: where it is from}` of the counts that stand at the end of the period."""
        found = {}
        for (_, key), figure in sorted(Figure.newest_below(self.area).items()):
            if figure.as_of <= self.until:
                source = figure.source or "chưa ghi nguồn"
                found.setdefault(key, {}).setdefault(source, []).append(figure.as_of)
        return found

    def reported(self, target):
        """What units, or the one that reports, said of a target; None where nobody is asked."""
        if self.unit is None:
            return self.whole.reported.get(target.code)
        rows = board.rows(self.area, target, [self.unit])
        total = board.add_up(target, rows, self.standing.told, self.standing.figures)
        if not total.asked:
            return None
        return progress.Reported(**vars(total), expected=progress.expected(target, self.until))

    @cached_property
    def tasks(self):
        """The Line of each task, or of those that concern the unit, in the plan's order."""
        codes = [task.code for task in plan.active.tasks]
        return sorted(tasks.lines(self.until, self.unit), key=lambda line: codes.index(line.task.code))


def facts_at(area, day):
    """The `progress.Facts` of an area as of the end of a day."""
    return progress.standing(area, day)

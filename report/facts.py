"""What the parts of a report are worked out from, each asked of the database once and only when somebody needs it."""

from dataclasses import replace
from functools import cached_property

import needs
import periods
import plan
import progress
import trend
import vi
from classes import held
from models import Area, Figure, Merger, Support, Unit
from office import activities, board, models, tasks
from office.models import Span


class Facts:
    """What is known of an area at the end of a period, or today while it lasts, and what happened in it.

    unit: only what is its own. before: the frozen contents of the period before, where that is closed. looks_back:
    whether anything is asked of the period before.
    period_days, year_days: the days of the period and of the year up to now, none before the plan's first.
    """

    def __init__(self, area, period, moment, unit=None, before=None, looks_back=True):
        self.area, self.period, self.moment, self.unit, self.before = area, period, moment, unit, before
        self.looks_back = looks_back
        self.until = max(min(period.ends, vi.local(moment).date()), period.starts)
        self.period_days = Span(max(period.starts, board.since()), self.until)
        self.year_days = Span(board.since(), self.until)

    @cached_property
    def previous(self):
        """The period before of the same kind; None for the plan's first, or where nobody asks for it."""
        if not self.looks_back:
            return None
        found = periods.next_to(self.period, -1, plan.active.cutoff_day)
        return found if found.ends >= plan.active.starts else None

    @cached_property
    def standing(self):
        """The `progress.Facts` at the end of the period."""
        return trend.facts_at(self.area, self.until)

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
        return progress.of(self.area, self.previous.ends, self.standing_before)[0]

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
        for (_, key), figure in sorted(Figure.newest_below(self.area, self.until).items()):
            source = figure.source or "chưa ghi nguồn"
            found.setdefault(key, {}).setdefault(source, []).append(figure.as_of)
        return found

    def reported(self, target):
        """What units, or the one that reports, said of a target; None where nobody is asked."""
        if self.unit is None:
            return self.whole.reported.get(target.code)
        return self._said_by_unit(target, self.standing, self.until)

    def reported_before(self, target):
        """The same at the end of the period before; None for the plan's first."""
        if self.unit is None or self.previous is None:
            return self.whole_before and self.whole_before.reported.get(target.code)
        return self._said_by_unit(target, self.standing_before, self.previous.ends)

    @cached_property
    def standing_before(self):
        """The `progress.Facts` at the end of the period before."""
        return trend.facts_at(self.area, self.previous.ends)

    def _said_by_unit(self, target, standing, day):
        rows = board.rows(self.area, target, [self.unit])
        total = board.add_up(target, rows, standing.told, standing.figures)
        return progress.Reported(**vars(total), expected=progress.expected(target, day)) if total.asked else None

    @cached_property
    def tasks(self):
        """The Line of each task in the plan's order; of a unit those that it leads, by what was told for it."""
        codes = [task.code for task in plan.active.tasks]
        found = sorted(tasks.lines(self.until, self.unit), key=lambda line: codes.index(line.task.code))
        return [self._own(line) for line in found if line.part in ("lead", "any")] if self.unit else found

    def _own(self, line):
        """A task as it stands for the unit: by its own updates and those for the task as a whole."""
        told = [update for update in line.updates if update.unit in (None, self.unit)]
        alone = replace(line.task, lead=(self.unit.key,)) if line.part == "lead" else line.task
        return replace(tasks.line_of(alone, told, self.until, part=line.part), task=line.task)

    @cached_property
    def publicity(self):
        """The activities.Row of each form of publicity."""
        return activities.by_form(self.area, self.period, self.unit)

    @cached_property
    def campaigns(self):
        """`{campaign: (activities in the period, since January)}` of those that had one."""
        return activities.by_campaign(self.area, self.period, self.unit)

    @cached_property
    def held(self):
        """The classes.held.Held of each class with a session in the period, or of those that the unit leads."""
        return held.by_course(self.area, self.period_days, self.moment, self.unit)

    @cached_property
    def held_in_period(self):
        """(classes, sessions, lượt người, người) of the period."""
        return held.totals(self.area, self.period_days, self.moment, self.unit)

    @cached_property
    def held_in_year(self):
        """The same since January."""
        return held.totals(self.area, self.year_days, self.moment, self.unit)

    @cached_property
    def models(self):
        """The office.models.Row of each model."""
        return models.rows(self.area, self.period, self.until, self.whole)

    @cached_property
    def helps(self):
        """`{(area id, place): lượt}` of help given in the period."""
        return Support.by_place(self.area, self.period_days.holds(Support.happened_at))

    @cached_property
    def people_helped(self):
        """How many listed residents were helped in the period."""
        return Support.people_helped(self.area, self.period_days.holds(Support.happened_at))

    @cached_property
    def in_need(self):
        """`{village id: residents with an open need}`, as of now: nobody keeps what was open on another day."""
        return needs.people_by_village(self.area)

    @cached_property
    def mergers(self):
        """The villages below the area that became part of another since the period began, each a Merger."""
        return Merger.since(self.area, vi.midnight(self.period.starts))

    @cached_property
    def areas_once_coded(self):
        """`{code: area}` of codes that areas had before, or that villages had which they took in."""
        return Area.once_coded(self.area)

    @cached_property
    def merged_codes(self):
        """The codes of villages that are part of another one now."""
        return {merger.code for merger in Merger.since(self.area)}

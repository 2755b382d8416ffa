"""How the plan's tasks stand, worked out of what was told of them: never chosen by hand where a day decides it."""

from dataclasses import dataclass
from datetime import date

import periods
import plan
from models import TaskUpdate, Unit
from terms import TASK_PARTS, TASK_STATES

ORDER = list(TASK_STATES)


@dataclass(frozen=True)
class Line:
    """A task of the plan and how it stands.

    updates: what was told of it, the newest first. finished: the day its output was there, or None. awaited: the keys
    of the lead units that have not said so yet. part: what the unit that asks has to do with it, of TASK_PARTS.
    """

    task: object
    state: str
    updates: list
    days_left: int | None = None
    finished: date | None = None
    awaited: tuple = ()
    part: str = ""

    @property
    def newest(self):
        return self.updates[0] if self.updates else None


def lines(today, unit=None):
    """The Line of every task of the plan, the overdue first; with `unit` those alone that concern it."""
    told, heirs = TaskUpdate.by_task(), heirs_of_units()
    found = []
    for task in plan.active.tasks:
        part = part_of(unit, task, heirs) if unit else ""
        if part is not None:
            found.append(line_of(task, told.get(task.code, []), today, heirs, part))
    return sorted(found, key=_urgency)


def of_code(code, today):
    """The Line of the task with this code, or None when nothing is known of it. One no longer planned has no state."""
    updates = TaskUpdate.by_task().get(code, [])
    task = next((task for task in plan.active.tasks if task.code == code), None)
    if task:
        return line_of(task, updates, today, heirs_of_units())
    return Line(None, "", updates) if updates else None


def dropped():
    """`{code: [TaskUpdate]}` of the tasks that the plan no longer has, whose history stays readable."""
    planned = {task.code for task in plan.active.tasks}
    return {code: updates for code, updates in sorted(TaskUpdate.by_task().items()) if code not in planned}


def line_of(task, updates, today, heirs=None, part=""):
    """The Line of one task by what was told of it up to `today`."""
    known = [update for update in updates if update.on <= today]
    days = _days_done(task, known, heirs or {})
    finished = max(days.values()) if all(days.values()) else None
    return Line(
        task,
        state(task, known, today, heirs),
        known,
        days_left=(task.deadline - today).days if task.deadline and not finished else None,
        finished=finished if task.deadline else None,
        awaited=tuple(key for key, day in days.items() if key and not day) if task.deadline else (),
        part=part,
    )


def state(task, updates, today, heirs=None):
    """Which of TASK_STATES a task is in on a day, by the updates up to that day.

    It is finished when the output of every lead unit is there, and in time when the last of these days is no later than
    the deadline. One without a deadline is continuous: it wants news in each reporting period.
    """
    updates = [update for update in updates if update.on <= today]
    if not task.deadline:
        period = periods.of_day(today, plan.active.cutoff_day)
        return "continuous" if any(update.on in period for update in updates) else "silent"
    days = _days_done(task, updates, heirs or {}).values()
    if all(days):
        return "done" if max(days) <= task.deadline else "done_late"
    if today > task.deadline:
        return "overdue"
    return "running" if updates else "not_started"


def _days_done(task, updates, heirs):
    """`{lead unit's key: the first day on which its output was there, or None}`.

    The office's word for the task as a whole counts for every lead. Where only phrases of the plan lead, such as "Các
    cơ quan, đơn vị", it is the only word there is: its key is None.
    """
    said = {}
    for update in updates:
        if update.done:
            key = heirs.get(update.unit.key, update.unit.key) if update.unit else None
            said[key] = min(said.get(key, update.on), update.on)
    leads = [key for key in task.lead if not is_phrase(key)] or [None]
    days = {key: (said.get(heirs.get(key, key)), said.get(None)) for key in leads}
    return {key: min((day for day in both if day), default=None) for key, both in days.items()}


def part_of(unit, task, heirs=None):
    """What a unit has to do with a task, of TASK_PARTS; None for nothing. Phrases of the plan mean every unit."""
    heirs = heirs or {}
    leads, helps = ({heirs.get(key, key) for key in keys} for keys in (task.lead, task.cooperating))
    if unit.key in leads:
        return "lead"
    if any(map(is_phrase, task.lead)):
        return "any"
    return "cooperating" if unit.key in helps or any(map(is_phrase, task.cooperating)) else None


def is_phrase(key):
    """Whether a key of the plan's units is a phrase such as "Các cơ quan, đơn vị", and no unit."""
    return plan.active.unit(key).kind == "group"


def heirs_of_units():
    """`{key of a unit that became part of another: key of the unit it is part of today}`."""
    units = {unit.id: unit for unit in Unit.select()}
    heirs = {}
    for unit in units.values():
        heir = unit
        while heir.merged_into_id:
            heir = units[heir.merged_into_id]
        if heir != unit:
            heirs[unit.key] = heir.key
    return heirs


def may_tell(user, task):
    """Whether the user may add an update: the office of any task, a unit's account of those that its unit leads."""
    if user.runs_office or user.unit is None or user.reads_office:
        return user.runs_office
    return part_of(user.unit, task, heirs_of_units()) in ("lead", "any")


def may_read(user, task):
    """Whether the user may see a task: who reads the office all of them, a unit's account those it has a part in."""
    if user.reads_office:
        return True
    return bool(user.unit and task) and part_of(user.unit, task, heirs_of_units()) is not None


def may_finish(user, task):
    """Whether the user may say that the output is there: where phrases of the plan lead, only the office."""
    if not task.deadline or not may_tell(user, task):
        return False
    return user.runs_office or part_of(user.unit, task, heirs_of_units()) == "lead"


def may_finish_for(unit, task):
    """Whether an output can be there for this unit: for one that leads by name, and for None, the task as a whole."""
    return unit is None or part_of(unit, task, heirs_of_units()) == "lead"


def who_may_be_named(task):
    """The units whose update the office may write down: the leads; where a phrase of the plan leads, all open ones."""
    query = Unit.select().where(Unit.is_open()).order_by(Unit.planned.desc(), Unit.id)
    if any(map(is_phrase, task.lead)):
        return list(query)
    heirs = heirs_of_units()
    return list(query.where(Unit.key.in_([heirs.get(key, key) for key in task.lead])))


def _urgency(line):
    parts = list(TASK_PARTS)
    return (
        ORDER.index(line.state) if not line.part else (line.state != "overdue", parts.index(line.part)),
        line.task.deadline or date.max,
        line.task.code,
    )

"""What would move the plan's figures most this week: at most ten things, each with a number and a place to do it.

Homes that nobody knocked on, needs without a class, people and homes to go back to, answers to look at again, units
that have not reported, tasks whose day is over, shifts without anybody.
"""

from collections import Counter
from typing import NamedTuple

import needs
import progress
import quality
import vi
from models import Area, Course, Household, Invitation
from office import board, desk, shifts

MOST = 10
# doors, needs, absent, again and looks are of one village each; units, tasks and gaps of the whole commune.
KINDS = ("doors", "needs", "absent", "again", "looks", "units", "tasks", "gaps")


class Step(NamedTuple):
    """One thing to do. kind: of KINDS. number: how many homes, people, units, tasks or half-days it is about.

    moves: how many people or homes it reaches, None where that is not known. area: the village, or the whole.
    need: the option of the question about needs. codes: of the targets or tasks. lift: by how many percentage points
    the rate of the first of the targets grows among everybody in `whole`.
    """

    kind: str
    number: int
    moves: int | None
    area: Area
    need: object = None
    codes: tuple = ()
    lift: float | None = None
    whole: Area | None = None


def most_moving(found, most=MOST):
    """At most `most` Steps: the largest of each kind first of all, then the largest of the rest, in one order.

    The order is by the people or homes they reach, the most first; what reaches no known number of them comes last.
    """
    ranked = sorted(found, key=_rank)
    firsts = {step.kind: step for step in reversed(ranked)}
    rest = [step for step in ranked if step is not firsts[step.kind]]
    return sorted([*sorted(firsts.values(), key=_rank), *rest][:most], key=_rank)


def _rank(step):
    return step.moves is None, -(step.moves or 0), -step.number, KINDS.index(step.kind), step.area.label_key


def below(area, moment, kinds=KINDS):
    """Every Step of these kinds below an area, in no order. Units, tasks and shifts are no business of one village.

    The number of queries depends on the kinds alone.
    """
    today = vi.local(moment).date()
    villages = {area.id: area} if area.kind == "village" else {each.id: each for each in area.village_list()}
    facts, found = progress.standing(area, today), []
    if "doors" in kinds:
        found += _doors(area, facts, today)
    if "needs" in kinds:
        found += _needs(area, villages, moment)
    if area.kind != "village":
        found += [step for step in _of_the_office(area, villages, facts, moment) if step.kind in kinds]
    for kind, by_village in _by_village(area, moment, kinds).items():
        found += [Step(kind, number, number, villages[village]) for village, number in by_village.items()]
    return found


def _by_village(area, moment, kinds):
    """`{kind: {village id: people or homes}}` of what is counted village by village."""
    counts = {}
    if "absent" in kinds:
        counts["absent"] = Invitation.count_absent(area)
    if "again" in kinds:
        counts["again"] = Household.count_to_call_back(area, vi.local(moment).date())
    if "looks" in kinds and area.kind != "city":  # where answers are looked at again commune by commune
        seen = {(finding.village, finding.household) for finding in quality.findings(area, moment)}
        counts["looks"] = Counter(village for village, _ in seen)
    return counts


def _doors(area, facts, today):
    """A Step for each village, of a city each commune, with homes that nobody knocked on."""
    whole, parts = progress.of(area, today, facts)
    for part in parts or [whole]:
        left = part.listed - part.visited
        if left > 0:
            code, lift = _lift(whole, part, left)
            yield Step("doors", left, left, part.area, codes=(code,) if code else (), lift=lift, whole=area)


def _lift(whole, part, left):
    """(code of a target, percentage points): the most that `left` homes of a part add to a rate of the whole.

    Each of them is taken to add as many as a home already knocked on in the part, or in the whole where nobody knocked
    yet; no more than there are people left to ask. (None, None) where no rate among everybody is known.
    """
    best = None, None
    asked_of = part if part.visited else whole
    for code, line in whole.lines.items():
        if not (asked_of.visited and line.official) or line.doubts or line.state == "met":
            continue
        here = part.lines[code]
        to_ask = max((here.official or here.listed) - here.asked, 0)
        gained = min(left * asked_of.lines[code].yes / asked_of.visited, to_ask)
        points = 100 * gained / line.official
        if points > (best[1] or 0):
            best = code, points
    return best


def _needs(area, villages, moment):
    """A Step for each village and open need that no class to come answers, there or for the whole commune."""
    taught, options = Course.topics_to_come(moment), {option.key: option for option in needs.answerable()}
    for (village, need), people in needs.count(area).items():
        around = villages[village].around()
        if not any((place, topic) in taught for place in around for topic in needs.topics_for(need)):
            yield Step("needs", people, people, villages[village], need=options[need])


def _of_the_office(area, villages, facts, moment):
    """The Steps about units that have not said all of the month that is over, tasks whose day is over, and shifts."""
    today = vi.local(moment).date()
    silent, overdue, gaps = desk.silent_units(area, today), desk.overdue_tasks(today), shifts.gaps(moment)
    if silent:
        people = sum(_people(each.unit, lack.target, villages, facts) for each in silent for lack in each.lacks)
        lacking = {lack.target.code for each in silent for lack in each.lacks}
        codes = tuple(target.code for target in board.targets() if target.code in lacking)
        yield Step("units", len(silent), people or None, area, codes=codes)
    if overdue:
        yield Step("tasks", len(overdue), None, area, codes=tuple(line.task.code for line in overdue))
    if gaps:
        yield Step("gaps", len(gaps), None, area)


def _people(unit, target, villages, facts):
    """Of how many people a unit's figures for a target speak, as it said last; 0 where it never said.

    Figures that it sends for each village speak of the official population there.
    """
    keys = {figure.key for figure in board.figures_of(target) if figure.share == "all"}
    if not keys:
        here = [each.id for each in villages.values() if each.path.startswith(unit.area.path)]
        return sum(facts.figures.get((village, target.population), 0) for village in here)
    return sum(value for (of, _, key, _), (_, value) in facts.told.items() if of == unit.id and key in keys)

"""Everything that a report of a period prints, as plain data that can be frozen: see `of`."""

import plan
from report import duties, opening, targets, words
from report.facts import Facts
from report.tables import make

VERSION = 1


def of(area, period, moment, unit=None, before=None, late=()):
    """What the report of an area's period says at a moment (UTC), as a dict that JSON can hold.

    unit: the report is that unit's own, and holds only what is its own. before: the frozen contents of the period
    before, where it is closed. late: what was entered after that closing, as [{"period", "what", "count"}].

    "tables" are the Biểu of domain.md 5.3 as `report.tables` makes them, "paragraphs" the text of 5.2; "doubts" are
    what the plan does not say and the text therefore leaves out; "feeds" say where each Biểu stands on screen.
    """
    facts = Facts(area, period, moment, unit, before)
    return {
        "version": VERSION,
        "area": {"code": area.code, "label": area.label},
        "unit": {"key": unit.key, "name": unit.name} if unit else None,
        "period": _period(facts),
        "plan": _plan(),
        "title": opening.title(facts),
        "made_at": moment.isoformat(),
        "closed": None,
        "tables": _tables(facts),
        "paragraphs": _paragraphs(facts),
        "definitions": targets.definitions(facts),
        "late": [dict(each) for each in late],
        "doubts": opening.doubts(),
        "feeds": {},
    }


def _period(facts):
    period = facts.period
    return {
        "key": period.key,
        "kind": period.kind,
        "name": words.period_name(period),
        "starts": str(period.starts),
        "ends": str(period.ends),
        "until": str(facts.until),
        "since": str(facts.year_days.starts),
    }


def _plan():
    return {
        "title": plan.active.title.vi,
        "year": plan.active.year,
        "number": plan.active.number,
        "date": plan.active.date,
        "digest": plan.active.digest,
    }


def _tables(facts):
    empty = {key: make("", [], []) for key in ("2", "3", "4", "5")}
    return {targets.KEY: targets.table(facts), **empty, duties.KEY: duties.table(facts)}


def _paragraphs(facts):
    return {
        "opening": opening.text(facts),
        "II.1": targets.text(facts),
        "II.2": duties.text(facts, "NV1"),
        "II.3": duties.text(facts, "NV2"),
        "II.4": [],
        "II.5": [],
        "closing": opening.closing(facts),
    }

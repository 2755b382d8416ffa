"""Everything that a report of a period prints, as plain data that can be frozen: see `of`."""

import data
import plan
from report import classes, duties, feeds, models, opening, publicity, targets, villages, words
from report.facts import Facts

VERSION = 1
SUBJECTS = (targets, publicity, classes, models, villages, duties)  # Biểu 1 to 6
OF_A_UNIT = (targets, publicity, classes, duties)


def of(area, period, moment, unit=None, before=None, late=()):
    """What the report of an area's period says at a moment (UTC), as a dict that JSON can hold.

    unit: the report is that unit's own, and holds only what is its own. before: the frozen contents of the period
    before, where it is closed. late: what was entered after that closing, as [{"period", "what", "count"}].

    "tables" are the Biểu of domain.md 5.3 as `report.tables` makes them, "paragraphs" the text of 5.2; "doubts" are
    what the plan does not say and the text therefore leaves out; "feeds" say where each Biểu stands on screen;
    "published" is what the public could see at the period's end, which stays open to all.
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
        "feeds": feeds.of(facts),
        "published": None if unit else data.frozen(area, period.ends),
    }


def tables(area, period, moment):
    """The Biểu alone, with nothing of the period before in them: what a closed report's are compared with."""
    return _tables(Facts(area, period, moment, looks_back=False))


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
    return {subject.KEY: subject.table(facts) for subject in SUBJECTS if not facts.unit or subject in OF_A_UNIT}


def _paragraphs(facts):
    parts = {
        "opening": opening.text,
        "II.1": targets.text,
        "II.2": publicity.text,
        "II.3": classes.text,
        "II.4": models.text,
        "II.5": villages.text,
        "closing": opening.closing,
    }
    whole = ("II.4", "II.5") if facts.unit else ()  # a unit's own report holds nothing of these
    return {key: [] if key in whole else text(facts) for key, text in parts.items()}

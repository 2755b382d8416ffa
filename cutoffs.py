"""Closing a reporting period: what is missing before, what is frozen, and what was entered afterwards.

A closed period's figures are kept as they were (`Cutoff`). Edits, withdrawals, mergers and another plan change them no
more: what comes later for its days is told beside the next period, never mixed into the closed one.
"""

from datetime import timedelta

import vi
from database import lock_row, snapshot
from fields import N_, broken, text_rules
from models import Area, Conflict, Cutoff, db

LONGEST_WHY = 500


def bare(area, period, moment):
    """What a report says of itself, while nothing writes the rest."""
    days = {"key": period.key, "kind": period.kind, "starts": str(period.starts), "ends": str(period.ends)}
    place = {"code": area.code, "label": area.label}
    return {"version": 1, "area": place, "period": days, "made_at": moment.isoformat(), "closed": None, "tables": {}}


NOT_A_VILLAGE = N_("Chỉ chốt số liệu của xã hoặc thành phố.")
WHY_MISSING = N_("Còn thiếu số liệu: ghi lý do vẫn chốt.")
WHY_AGAIN = N_("Kỳ này đã chốt: ghi lý do chốt lại.")


class Refused(Exception):
    """A period is not closed: `says` is why, `field` the field of the form that it is about ("" for none)."""

    def __init__(self, says, field=""):
        super().__init__(says.text)
        self.says, self.field = says, field


def standing(area, period):
    """The newest closing of a period (`periods.Period`), or None while it is open."""
    revisions = of_period(area, period)
    return revisions[-1] if revisions else None


def of_period(area, period):
    """Every closing of a period, the first first, each with who did it."""
    return list(Cutoff.of(area).where(Cutoff.period == period.key))


def may_close(period, today):
    """Whether a period is over: from the day after its last."""
    return today > period.ends


def close(area, period, by, uid, why, moment, seen=None, of=bare):
    """Freeze what the report of a period prints; returns the Cutoff. The same form (`uid`) closes once.

    why: a sentence, needed when something is missing and when the period is closed already, which makes the next
    revision. seen: how many revisions the form showed (None: not asked). moment: naive UTC. Raises Refused, and
    Conflict when the uid is of another closing.
    """
    if sent := Cutoff.get_or_none(Cutoff.uid == uid):
        return _the_same(sent, area, period)
    why = vi.clean(why)
    _refuse(area, period, why, moment)
    with snapshot():
        contents = of(area, period, moment)
    with db.atomic():
        lock_row(Area.select().where(Area.id == area.id)).get()
        if sent := Cutoff.get_or_none(Cutoff.uid == uid):
            return _the_same(sent, area, period)
        last = standing(area, period)
        revision = last.revision + 1 if last else 1
        _refuse_again(last, why, seen)
        who = by.name if by else ""
        contents["closed"] = {"revision": revision, "at": moment.isoformat(), "by": who, "why": why}
        return Cutoff.keep(area, period, revision, contents, by, uid, why, moment)


def _the_same(sent, area, period):
    if (sent.area_id, sent.period) != (area.id, period.key):
        raise Conflict(sent)
    return sent


def _refuse(area, period, why, moment):
    """Raise Refused where a period cannot be closed, whether or not it was before."""
    today = vi.local(moment).date()
    if area.kind == "village":
        raise Refused(NOT_A_VILLAGE)
    if not may_close(period, today):
        raise Refused(N_("Kỳ chưa hết: chốt được từ ngày %(day)s.", day=vi.date_vn(period.ends + timedelta(1))))
    if wrong := broken(text_rules(LONGEST_WHY), why):
        raise Refused(wrong, "why")
    if not why and missing(area, period, today):
        raise Refused(WHY_MISSING, "why")


def _refuse_again(last, why, seen):
    if last and seen is not None and seen < last.revision:
        raise Refused(N_("Kỳ này vừa được chốt (lần %(number)s): xem lại trước khi chốt nữa.", number=last.revision))
    if last and not why:
        raise Refused(WHY_AGAIN, "why")


def missing(area, period, today):
    """What is missing."""
    return []


def late(area, period, today):
    """What was entered for a closed period after its closing."""
    return []

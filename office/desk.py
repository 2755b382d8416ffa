"""What waits for the office, as numbers: each leads to the screen where it is done.

What moves the plan's figures, such as tasks, silent units and empty shifts, is worded by `next_steps`.
"""

from datetime import timedelta
from typing import NamedTuple

import periods
import plan
import progress
import vi
from models import Device, Figure, Invitation, Roster
from office import board, reports, tasks
from terms import FIGURES

SILENT = timedelta(days=3)  # a phone that holds records and has not been seen for so long


class Waiting(NamedTuple):
    """Some things that wait: their kind, which the screen words, and how many."""

    kind: str
    number: int


def waiting(user, moment):
    """The list of Waiting for an officer's area, what is most pressing first; without those of which there is none."""
    area = user.area
    counts = {
        "reports": len(reports.waiting(area, vi.local(moment).date())),
        "doubts": len(progress.doubts(area)),
        "unknown": len(villages_without_figures(area)),
        "lists": Roster.visible_to(user).where(Roster.state == "waiting").count(),
        "phones": len(silent_phones(user, moment)),
        "slips": len(Invitation.to_hand(area, moment)),
    }
    return [Waiting(kind, number) for kind, number in counts.items() if number]


def overdue_tasks(today):
    """The plan's tasks whose day is over and whose output is not there."""
    return [line for line in tasks.lines(today) if line.state == "overdue"]


def silent_units(area, today):
    """The units below `area` that have not said all of the last month that is over."""
    month = board.current_period(today)
    if today <= month.ends:
        month = periods.next_to(month, -1, plan.active.cutoff_day)
    if month.key < board.first_period().key:
        return []
    return board.silent(area, board.told_for(area, month), {})


def villages_without_figures(area):
    """The villages below `area` that lack an official count, by name."""
    known = Figure.standing_below(area)
    return [village for village in area.village_list() if any((village.id, key) not in known for key in FIGURES)]


def silent_phones(user, moment):
    """The phones in the user's area that hold records, or lack some, and have been silent for three days."""
    phones = Device.visible_to(user).where(Device.revoked_at.is_null(), Device.seen_at < moment - SILENT)
    return [phone for phone in phones if phone.waiting or phone.gaps]

"""What one account did today and this week, as plain counts for that person alone: no list of people, no rank."""

from dataclasses import dataclass
from datetime import timedelta

import vi
from models import Attendance, Event, Invitation, Support, Visit, fn


@dataclass(frozen=True)
class Done:
    """What was done in a stretch of time.

    doors: households knocked on. asked: people who answered something, each visit for itself. helps: times help was
    given (lượt). slips: invitations handed over that were not taken back. recorded: check-ins written for others.
    """

    doors: int
    asked: int
    helps: int
    slips: int
    recorded: int

    @property
    def nothing(self):
        return not (self.doors or self.helps or self.slips or self.recorded)


def today(user, moment):
    """The Done of `user` on the Vietnamese day of `moment` (naive UTC)."""
    return _between(user, _midnight(vi.local(moment)), moment)


def this_week(user, moment):
    """The Done of `user` since Monday."""
    day = vi.local(moment)
    return _between(user, _midnight(day - timedelta(days=day.weekday())), moment)


def _midnight(local):
    """The beginning of a Vietnamese day, as stored."""
    return vi.midnight(local)


def _between(user, since, until):
    def mine(table, *counted):
        rows = table.select(*counted).where(table.user == user, table.happened_at.between(since, until))
        return rows if table is Visit else rows.where(table.stands())

    doors, asked = mine(Visit, fn.COUNT(Visit.household.distinct()), fn.SUM(Visit.asked)).tuples().first()
    handed = Event.select(Event.subject).where(
        Event.user == user, Event.verb == "invitation.handed", Event.at.between(since, until)
    )
    slips = Invitation.select().where(Invitation.uid.in_(handed), Invitation.handed_at.is_null(False)).count()
    recorded = mine(Attendance, Attendance.id).count()
    return Done(doors, asked or 0, mine(Support, Support.id).count(), slips, recorded)

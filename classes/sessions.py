"""Sessions are added, moved, called off and held after all. Attendances stay; the people recorded are recounted.

Each verb is one transaction, holds the course and logs an Event. `Overlap` says that another session is in the way,
`Conflict` that the session is no longer in the `edition` that a form showed.
"""

import vi
from database import lock_row
from models import Attendance, Conflict, Event, Household, Meeting, Resident, db, now


def add(course, times, by):
    """More sessions for a course; those that are held already, to the minute, are left alone.

    times: (starts_at, ends_at) pairs in UTC. One that was called off at that time is held after all. Raises Overlap.
    """
    with db.atomic():
        course.lock_schedule()
        at = {meeting.starts_at: meeting for meeting in course.meetings.order_by(Meeting.not_cancelled())}
        new = 0
        for starts_at, ends_at in times:
            known = at.get(starts_at)
            if known and known.cancelled_at:
                _hold_after_all(known, by, ends_at=ends_at)
            elif not known or known.ends_at != ends_at:
                Meeting(course=course, starts_at=starts_at, ends_at=ends_at).refuse_overlap()
                Meeting.create(course=course, starts_at=starts_at, ends_at=ends_at)
                new += 1
        if new:
            Event.log("meeting.added", course, by, meetings=new)


def move(meeting, starts_at, ends_at, by, edition=None):
    """Hold the session at another time. Raises Conflict and Overlap."""
    _change(meeting, "meeting.moved", by, edition, starts_at=starts_at, ends_at=ends_at)


def cancel(meeting, by, reason="", edition=None):
    """Call the session off; everybody may read the reason. Raises Conflict.

    Whoever was recorded stays recorded, but it is no lesson: it counts in no target, result or confirmation.
    """
    moment = meeting.cancelled_at or now()
    _change(meeting, "meeting.cancelled", by, edition, cancelled_at=moment, cancel_reason=reason)


def restore(meeting, by):
    """Hold a session that was called off after all: it counts again. Raises Overlap."""
    _hold_after_all(meeting, by)


def _hold_after_all(meeting, by, **hours):
    _change(meeting, "meeting.restored", by, None, cancelled_at=None, cancel_reason="", **hours)


def _change(meeting, verb, by, edition, **fields):
    with db.atomic():
        meeting.course.lock_schedule()
        held = lock_row(Meeting.select().where(Meeting.id == meeting.id)).get()
        if edition not in (None, held.edition):
            raise Conflict(held)
        if held.set_changed(**fields):
            if not held.cancelled_at:
                held.refuse_overlap()
            held.set_changed(edition=held.edition + 1, changed_at=now())
            held.store_changes()
            _count_anew(held)
            Event.log(verb, meeting, by)
    meeting.__data__.update(held.__data__)


def _count_anew(meeting):
    """The residents recorded at a session, and their households. In a transaction."""
    came = Resident.select().join(Attendance).where(Attendance.meeting == meeting, Attendance.stands())
    people = list(came)
    homes = Household.hold({person.household_id for person in people})
    Attendance.note_years([person.id for person in people])
    for household in homes:
        household.retally(day=vi.local(meeting.starts_at).date())

"""Who is on duty at the public-service point: thin at the year's beginning, and open at the end of the next weeks."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import plan
import vi
from demo.chance import pick, uid
from demo.storing import insert
from models import Ambassador, Event, Shift, Unit
from office.shifts import FORTNIGHT, half_days

YOUTH = ("Nguyễn Thùy Linh", "Kiều Đức Minh", "Bùi Thị Ngọc Ánh", "Phí Hoàng Nam")
MADE_AT = time(16, 30)


def put_in(rng, users, moment):
    """A year of shifts by members of the Youth Union and of the villages' teams, put in before each month began."""
    units = {unit.key: unit for unit in Unit.select()}
    people = {Ambassador(None, name, units["youth_union"]): 5 for name in YOUTH}
    people |= {Ambassador(users[name], "", units["teams"]): 3 for name in ("demo-volunteer", "demo-lead", "demo-host")}
    today, rows = vi.local(moment).date(), []
    for day, half in half_days(plan.active.starts, today + FORTNIGHT):
        if rng.random() < _share(day, half, today):
            rows += [_row(rng, person, day, half, moment) for person in _on_duty(rng, people)]
    for row in rows:
        row.made_by = users["demo-staff"]
    insert(Shift, rows)
    insert(Event, list(_events(rows)))


def _share(day, half, today):
    """How many of such half-days are covered: ever more, fewer on Friday afternoons, and not yet all of next week."""
    if day > today + timedelta(days=7):
        return 0.45
    friday_afternoon = day.weekday() == 4 and half == "pm"
    return min(0.97, 0.7 + 0.03 * day.month) - (0.3 if friday_afternoon else 0)


def _on_duty(rng, people):
    one, other = pick(rng, people), pick(rng, people)
    return [one, other] if rng.random() < 0.15 and other != one else [one]


def _row(rng, person, day, half, moment):
    """A shift as it was put in: before its month began, or in the plan's first month after the fact."""
    eve = max(day.replace(day=1), plan.active.starts + timedelta(days=6)) - timedelta(days=1)
    return Shift(
        uid=uid(rng), day=day, half=half, person=person.key, user=person.user, name=person.name, unit=person.unit,
        made_at=min(moment, vi.utc(datetime.combine(eve, MADE_AT))),
    )  # fmt: skip


def _events(rows):
    """What the log says: one line for each person and day on which somebody was put in."""
    forms = defaultdict(list)
    for row in rows:
        forms[row.made_at, row.person].append(row)
    for (made_at, _), put in sorted(forms.items()):
        line = Event.line(
            "shift.put_in", put[0], put[0].made_by, half_days=len(put), first=str(put[0].day), last=str(put[-1].day)
        )
        line.at = made_at
        yield line

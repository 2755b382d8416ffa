"""Help that was given, at the doors and at the public-service point."""

from datetime import timedelta
from itertools import starmap

import plan
import vi
from demo.chance import uid
from demo.storing import insert
from models import Resident, Support
from office.shifts import half_days, moments


def give(rng, homes, staff, moment):
    """Help at the doors with what people needed, and at the public-service point to people nobody wrote down."""
    ids = dict(Resident.select(Resident.uid, Resident.id).tuples())
    topics = {need: topic.key for topic in reversed(plan.active.help_topics) for need in topic.needs}
    rows = []
    for home in homes:
        for person in home.people if home.row.state == "done" else ():
            needs = [need for need in person.answers.get("needs", ()) if need in topics]
            if needs and rng.random() < 0.12:
                last, topic = home.visits[-1], topics[rng.choice(needs)]
                rows.append(_support(rng, topic, "home", home.row.village_id, last.user_id, last.happened_at))
                rows[-1].resident = ids[person.uid]
    today = vi.local(moment).date()
    slots = [hours for hours in starmap(moments, half_days(today - timedelta(days=90), today)) if hours[1] < moment]
    for starts_at, _ in rng.choices(slots, k=140) if slots else ():
        at = starts_at + timedelta(minutes=rng.randint(5, 220))
        rows.append(_support(rng, rng.choice(("vneid", "services", "services")), "point", staff.area_id, staff.id, at))
    insert(Support, sorted(rows, key=lambda row: row.happened_at))


def _support(rng, topic, place, area, user, at):
    minutes = rng.choice((5, 15, 15, 30, 60))
    return Support(
        uid=uid(rng), topic=topic, minutes=minutes, place=place, area=area, user=user, happened_at=at, received_at=at
    )

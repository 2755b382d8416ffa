"""A year of publicity by the demo commune's units and villages, with the campaign of 10 October."""

import random
from datetime import date, datetime, time, timedelta

import plan
import vi
from demo.commune import VILLAGES
from models import Activity, Unit, new_uid

MONTHLY = [  # form, unit or None for each village, how many a month, minutes of one, people reached by one
    ("loudspeaker", "centre", 8, 12, 0),
    ("news", "centre", 4, 0, 0),
    ("post", "youth_union", 6, 0, 90),
    ("branch_meeting", "women", 2, 0, 35),
    ("team_out", "youth_union", 2, 0, 40),
    ("village_meeting", None, 1, 0, 55),
]
EVENING = time(20)


def add(areas, users, moment):
    rng, today = random.Random("activities"), vi.local(moment).date()
    units, staff = {unit.key: unit for unit in Unit.select()}, users["demo-staff"]
    commune, rows = areas["HOALAC"], []

    def done(form, on, unit, area, count, minutes=None, reached=None, campaign=""):
        if plan.active.starts <= on <= today:
            entered = min(moment, vi.utc(datetime.combine(on, EVENING)))
            told = {"minutes": minutes, "reached": reached, "campaign": campaign, "user": staff, "made_at": entered}
            rows.append(Activity(uid=new_uid(), form=form, on=on, unit=unit, area=area, count=count, **told))

    for month in range(1, 13):
        for form, key, often, minutes, reached in MONTHLY:
            for area in [commune] if key else [areas[village.code] for village in VILLAGES if rng.random() < 0.7]:
                count = max(1, often + rng.randint(-1, 2))
                day = date(plan.active.year, month, rng.randint(1, 28))
                campaign = "youth" if form == "team_out" else ""
                people = reached * count + rng.randint(0, 20) if reached else None
                done(form, day, units.get(key), area, count, minutes * count or None, people, campaign)
    festive = date(plan.active.year, 10, 10)
    for form, key, count, reached in (("conference", "culture", 1, 120), ("banner", "centre", 24, None),
                                      ("loudspeaker", "centre", 6, None), ("post", "youth_union", 9, 800)):
        minutes, day = 90 if form == "loudspeaker" else None, festive - timedelta(days=rng.randint(0, 5))
        done(form, day, units[key], commune, count, minutes, reached, "national_day")
    Activity.insert_all(sorted(rows, key=lambda row: row.on))

"""What Phòng Kinh tế counted for the market's model: stalls, and how many of them are paid by QR code."""

import random
from datetime import date

import periods
import plan
import vi
from demo.chance import uid
from demo.storing import insert
from models import Unit, UnitFigure

STALLS = [  # the day they were counted, stalls, those with a payment QR code
    (date(2026, 3, 10), 206, 58),
    (date(2026, 6, 9), 211, 84),
    (date(2026, 9, 8), 214, 117),
    (date(2026, 11, 18), 214, 139),
]


def add(staff, moment):
    """The counts up to today, each told for its month."""
    rng, unit, rows = random.Random(23), Unit.get(Unit.key == "economy"), []
    for day, *counts in STALLS:
        for key, count in zip(("stalls", "stalls_with_qr"), counts, strict=True):
            period = periods.of_day(day, plan.active.cutoff_day).key
            about = {"uid": uid(rng), "unit": unit, "area": unit.area, "key": key, "period": period}
            rows.append(UnitFigure(**about, value=count, as_of=day, source="Phòng Kinh tế", user=staff))
    insert(UnitFigure, [row for row in rows if row.as_of <= vi.local(moment).date()])

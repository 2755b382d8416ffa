"""What units and the police reported, month by month: two are silent in the last one, one number was put right."""

from datetime import datetime, time, timedelta

import periods
import plan
import vi
from demo.chance import uid
from demo.storing import insert
from models import Event, Figure, UnitFigure
from office import board

SILENT = ("youth_union", "tien_xuan_b_primary")
CORRECTED = "culture"
PEOPLE = {"public_staff": (9, 38), "pupils": (48, 124), "workers": (14, 96)}  # how many of them a unit or grade has


def report(rng, commune, staff, moment):
    """A year of figures of every unit and village of the commune, up to the month of `moment`."""
    last = board.current_period(vi.local(moment).date())
    months, known = _months(last), Figure.standing_below(commune)
    rows = []
    for target in board.targets():
        for row in board.rows(commune, target):
            people = known.get((row.area.id, target.population)) or rng.randint(*PEOPLE.get(target.population, (9, 38)))
            begins, pace = rng.uniform(0.05, 0.3), rng.uniform(0.5, 0.68)
            for number, month in enumerate(months):
                if month == last and row.unit.key in SILENT:
                    continue
                reached = begins + pace * number / max(len(months) - 1, 1)
                rows += _said(rng, row, target, month, people, reached, staff, moment)
    rows.sort(key=lambda row: row.made_at)
    insert(UnitFigure, [*rows, *_correction(rng, rows, staff, moment)])
    insert(Event, _events(rows))


def _months(last):
    months = [board.first_period()]
    while months[-1].key < last.key:
        months.append(periods.next_to(months[-1], 1, plan.active.cutoff_day))
    return months


def _said(rng, row, target, month, people, reached, staff, moment):
    """The numbers that one row of a target has in a month, each a part of the people it has."""
    day = min(month.ends, vi.local(moment).date() - timedelta(1)) - timedelta(rng.randint(0, 2))
    day = max(day, plan.active.starts)
    made = min(vi.utc(datetime.combine(day + timedelta(1), time(8, rng.randint(0, 59)))), moment)
    shares = {"all": 1, "yes": reached, None: reached * 0.6}
    rows = []
    for figure in board.figures_of(target):
        value = int(people * shares[figure.share]) if figure.of_people else int(reached * 22)
        document = f"{140 + month.number}/QĐ-UBND" if target.population == "public_staff" and not figure.share else ""
        rows.append(
            UnitFigure(
                uid=uid(rng), unit=row.unit, area=row.area, key=figure.key, part=row.part, period=month.key,
                value=value, as_of=day, source="Báo cáo tháng", document=document, user=staff, made_at=made,
            )
        )  # fmt: skip
    return rows


def _correction(rng, rows, staff, moment):
    """A number of one unit that was typed wrong in its last month, and put right the same day: the row that stands."""
    wrong = [row for row in rows if row.unit.key == CORRECTED and row.key == "staff_trained"][-1:]
    later = [min(row.made_at + timedelta(hours=3), moment) for row in wrong]
    right = [
        UnitFigure(**row.__data__ | {"uid": uid(rng), "made_at": at}) for row, at in zip(wrong, later, strict=True)
    ]
    for row in wrong:
        row.value = max(row.value - 2, 0)
    return right


def _events(rows):
    """What `UnitFigure.tell` logs: one line for the keys that a unit sent together."""
    sent = {}
    for row in rows:
        sent.setdefault((row.unit.uid, row.period, row.made_at), (row, set()))[1].add(row.key)
    return [
        Event(
            at=row.made_at, verb="unit.told", kind="unit", subject=row.unit.uid, user=row.user,
            data={"period": row.period, "keys": sorted(keys)},
        )
        for row, keys in sent.values()
    ]  # fmt: skip

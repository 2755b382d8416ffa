"""Publicity added up: Biểu 2 of the report, a row per form, and what a campaign came to."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import NamedTuple

from peewee import fn

import periods
import plan
import vi
from models import Activity
from office import board

MOST, MOST_MINUTES, MOST_REACHED = 100, 600, 5000  # more in one entry is asked about


class Row(NamedTuple):
    """A form of publicity: how many in the period and since January, minutes and lượt người in both, and by whom.

    by: [(name of the unit or area, how many in the period)], the most first. untold: `{"minutes": (n, n), "reached":
    (n, n)}` entries of both that do not say so.
    """

    form: object
    period: int
    year: int
    minutes: tuple
    reached: tuple
    by: list
    untold: dict


def by_form(area, period, unit=None):
    """The Row of every form of the plan, in its order, then of forms that only another plan has; see `Row`.

    period: the days that count as this period. The year runs from the plan's first day to the period's last. unit: only
    what this one did.
    """
    done = list(_done(area, period, unit))
    keys = [form.key for form in plan.active.publicity]
    others = sorted({row.form for row in done} - {*keys})
    return [_row(plan.active.form_of_publicity(key), [row for row in done if row.form == key], period)
            for key in (*keys, *others)]  # fmt: skip


def _row(form, done, period):
    here, by = [row for row in done if row.on in period], {}
    for row in here:
        by[done_by(row)] = by.get(done_by(row), 0) + row.count
    both = (here, done)
    return Row(
        form,
        sum(row.count for row in here),
        sum(row.count for row in done),
        tuple(sum(row.minutes or 0 for row in rows) for rows in both),
        tuple(sum(row.reached or 0 for row in rows) for rows in both),
        sorted(by.items(), key=lambda one: (-one[1], one[0])),
        {of: tuple(sum(not getattr(row, of) for row in rows) for rows in both) for of in ("minutes", "reached")},
    )


def by_campaign(area, period, unit=None):
    """`{campaign: (how many activities in the period, since January)}` of those of the plan that had one, in its order.

    An activity is an entry, whatever it counts: items, posts and banners of a campaign do not add up.
    """
    days = defaultdict(list)
    of_one = _done(area, period, unit).where(Activity.campaign != "")
    for campaign, on in of_one.select(Activity.campaign, Activity.on).tuples():
        days[campaign].append(on)
    found = ((campaign, days[campaign.key]) for campaign in plan.active.campaigns)
    return {campaign: (sum(on in period for on in done), len(done)) for campaign, done in found if done}


def _done(area, period, unit):
    done = Activity.between(area, board.since(), period.ends)
    return done.where(Activity.unit == unit) if unit else done


def by_unit(area):
    """(headers, rows) of a file: a row per reporting month of the plan's year, form of publicity, and who did it."""
    headers = ["Kỳ báo cáo", "Từ ngày", "Đến ngày", "Hình thức", "Đơn vị tính", "Đơn vị thực hiện"]
    headers += ["Trong kỳ", "Lũy kế từ đầu năm", "Số phút trong kỳ", "Lượt người trong kỳ"]
    done, so_far, rows = defaultdict(list), Counter(), []
    for row in Activity.between(area, plan.active.starts, plan.active.ends):
        done[periods.of_day(row.on, plan.active.cutoff_day), row.form, done_by(row)].append(row)
    for period, key, name in sorted(done, key=_in_order):
        same, form = done[period, key, name], plan.active.form_of_publicity(key)
        count, minutes, reached = (sum(getattr(row, of) or 0 for row in same) for of in ("count", "minutes", "reached"))
        so_far[key, name] += count
        when = [f"{period.number:02d}/{period.year}", period.starts, period.ends]
        what = [form.name.vi, form.counted.vi, name, count, so_far[key, name]]
        rows.append([*when, *what, minutes if form.minutes else None, reached if form.reached else None])
    return headers, rows


def _in_order(about):
    """Periods in time order, forms in the plan's, names in the alphabet's."""
    period, key, name = about
    forms = [form.key for form in plan.active.publicity]
    return period.starts, forms.index(key) if key in forms else len(forms), key, vi.sort_key(name)


def done_by(row):
    """The name of the unit or, without one, of the area that did it."""
    return row.unit.name if row.unit else row.area.label


def of_model(area, starts, ends, code, form=None):
    """(how many, lượt người reached) of the campaigns that count for a model, from one day to another; of one form."""
    campaigns = [campaign.key for campaign in plan.active.campaigns if campaign.model == code]
    rows = Activity.between(area, starts, ends).where(Activity.campaign.in_(campaigns))
    rows = rows.where(Activity.form == form) if form else rows
    sums = (fn.COALESCE(fn.SUM(column), 0) for column in (Activity.count, Activity.reached))
    return rows.select(*sums).tuples().first()


def doubtful(told):
    """The fields of an entry that are unlikely, to be asked about: `{"count", "minutes", "reached"}` or fewer."""
    most = {"count": MOST, "minutes": MOST_MINUTES, "reached": MOST_REACHED}
    return {name for name, limit in most.items() if (told.get(name) or 0) > limit}


def days(today):
    """What a tap says of when: {key: day}."""
    return {"today": today, "yesterday": today - timedelta(1)}

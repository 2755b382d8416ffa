"""The last two months that are over, each closed two days after its end; to each something came late."""

import random
from datetime import datetime, time, timedelta

import cutoffs
import periods
import plan
import vi
from demo.chance import uid
from models import Activity, Unit
from office import board

CLOSED = 2  # months
WHY = "Còn đơn vị gửi muộn; số gửi sau sẽ báo ở kỳ tới."


def close(commune, staff, moment):
    """Close them by the verb of the screen, the older first; the present month stays open."""
    rng = random.Random("closed months")
    for month in _months(moment):
        cutoffs.close(commune, month, staff, uid(rng), WHY, _closed_at(month))
        _forgotten(month, commune, staff, rng)


def _months(moment):
    """The last months of the plan that somebody would have closed by now."""
    current = board.current_period(vi.local(moment).date())
    months = [periods.next_to(current, -step, plan.active.cutoff_day) for step in range(CLOSED + 1, 0, -1)]
    over = [each for each in months if each.key >= board.first_period().key and _closed_at(each) <= moment]
    return over[-CLOSED:]


def _closed_at(month):
    return vi.utc(datetime.combine(month.ends + timedelta(2), time(9, 40)))


def _forgotten(month, commune, staff, rng):
    """Broadcasts of the month's last days, which the cultural centre told when it was closed."""
    told = {"form": "loudspeaker", "on": month.ends - timedelta(1), "count": 2, "minutes": 24}
    Activity.record(staff, uid(rng), unit=Unit.keyed("centre"), area=commune, **told)

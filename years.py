"""The change of year: the database follows the plan that has become the active one.

How two years meet, by Nghị định 09/2019/NĐ-CP, Điều 12 (domain.md 5.4) and the plan's own year (design.md 5):

- A plan is active from its first day until the next one begins. On 31/12/2026 visits, classes and answers count for
  2026, on 1/1/2027 for 2027. What arrives later of a door or a class of 2026 counts for 2026 too, unless something of
  2027 is known of the home already (`Household.counting_for_its_year`).
- Reporting months are of the year in which they end: that of December 2026 ends on 14/12. What happens from 15/12 on is
  of January 2027, which is sent and closed under the plan of 2027; until that begins, December stays the present month.
- A period is closed by the plan of its year, whenever it is closed: December 2026, the quarter, the half-year and the
  year 2026 in January 2027 by the plan of 2026.
- Households, people and their answers go on. Answers to yearly questions ("learned this year") and who came to a class
  begin anew; the tallies of the past year stay as they were.
"""

import plan
from database import lock_row
from models import Area, Household, Setting, Unit, db

FOLLOWED = "plan"  # the Setting that holds the digest of the plan that was followed last


def follow():
    """Bring units and tallies up to the active plan, once for each text of it.

    Returns (how many households were counted for it, None for none; whether their days were worked out).
    """
    counted = None
    with db.atomic():
        last = lock_row(Setting.select().where(Setting.key == FOLLOWED)).first()
        if last is None or last.value != plan.active.digest:
            if Household.select().exists():
                counted = Household.rebuild_tallies()
            Setting.write(FOLLOWED, plan.active.digest)
        has_new_days = Household.work_out_days()
        if commune := Area.commune():
            Unit.follow(plan.active, commune)
    return counted, has_new_days

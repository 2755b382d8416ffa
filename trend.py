"""How the plan's targets stood at the end of a day, week by week, and how fast they move.

Worked out from the tallies of each day (`DayTally`), with everything known today: a paper of the 10th that is typed on
the 20th counts for the 10th.
"""

import progress
from models import DayTally, Figure, UnitFigure
from office import board


def facts_at(area, day):
    """The `progress.Facts` of an area and everything below it at the end of a day.

    An official count is the newest of that day or before, else the oldest there is; what units said is that of the
    periods up to the day's.
    """
    first, last = board.first_period().key, board.current_period(day).key
    told = UnitFigure.newest(area, first, last)
    return progress.Facts(DayTally.sums(area, day), Figure.standing_below(area, day), told)


def at(area, day):
    """The Part of `area` and of each area right below it as they stood at the end of a day: (whole, [parts])."""
    return progress.of(area, day, facts_at(area, day))

"""What the public sees: figures that were published, never those that stand now.

A live page gives families away however small numbers are hidden on it: the total before and after a save is one
family's answers, and what is hidden is what the total leaves. So a village's figures are published anew only when
`small_numbers` finds that every number, every change and every remainder speaks of five households or more. A total is
the sum of what is published and nothing else is shown, so it leaves no remainder.

A new year's figures begin where the last year's ended: what answered since those were published is no fewer people in
January. They stand from the day on which nothing, or enough, has changed.

Nothing runs by itself: the first public page that is read on a day publishes what may be, for each commune once a day.
Were it at every reading, whoever checks a neighbour in by name and reads the page before and after would see by the
publishing itself that this household was the fifth.

Of people it is published how many answered and what they said, not how many did not: `listed` is `asked`. What units
report are sums of staff, pupils or workers: no households stand behind them, so the rule looks at people alone.
"""

import threading
from collections import defaultdict
from datetime import timedelta
from math import inf

from peewee import InternalError, OperationalError

import plan
import progress
import trend
import vi
from database import lock_row
from indicators import VISITS
from models import REPORTED, Figure, Household, Publication, Setting, State, Tally, Unit, UnitFigure, db
from office import board
from small_numbers import CROWD, SMALLEST, may_publish, near, small, sums_of, weighed

MOST_AT_ONCE = 3  # communes that one reading publishes
CANNOT_WRITE = (OperationalError, InternalError)  # locked or full; PostgreSQL's word for a database that is only read
ZERO = (0, 0, 0)

_publishing = threading.Lock()


def facts(area, today):
    """The progress.Facts of an area that the public may see; first publishes what may be published anew."""
    publish(area, today)
    return _facts(Publication.standing(area), Figure.standing_below(area))


def facts_on(area, day):
    """What the public could see at the end of a day, with the official counts that stand now. Publishes nothing."""
    return _facts(_public(area, [day])[day], Figure.standing_below(area))


def end_of(day):
    """The first moment after a day by the clock of Hà Nội, in UTC."""
    return vi.midnight(day + timedelta(1))


def _facts(states, figures):
    tallies, reported = {}, {}
    for (area_id, code), state in states.items():
        if code.startswith(REPORTED):
            sums = {"said": state.listed, "all": state.asked, "yes": state.yes, "newest": state.period}
            reported[area_id, code.removeprefix(REPORTED)] = sums
        else:
            tallies[area_id, code] = state.counts
    return progress.Facts(tallies, figures, {}, reported)


def at(area):
    """When figures of an area were published last, or None."""
    return Publication.last_at(area)


def publish(area, today):
    """Publish what may be of the communes of an area, each once a day and whole, so that nobody reads half of it.

    Of two processes at once one does it and the other waits; of the readers of one process only the first waits, or all
    would while an import holds the database. A database that cannot be written now is no reason to show nothing: what
    was published before stands. So does what was published of another year: its households count for this one now.
    """
    if plan.active is not plan.standing or not _publishing.acquire(blocking=False):
        return
    try:
        for commune in _due(area, today):
            with db.atomic():
                if _claim(commune, today):
                    _publish(commune, today)
    except CANNOT_WRITE:
        return
    finally:
        _publishing.release()


def _due(area, today):
    """The communes of an area, and a city itself, whose own units report, that were not looked at today."""
    looked_at = Setting.starting(_key(""))
    own = area.commune_or_self()
    areas = [own, *area.parts()] if area.kind == "city" else [own]
    return [each for each in areas if _is_due(looked_at.get(_key(each.id), ""), today)][:MOST_AT_ONCE]


def _is_due(day, today):
    """Whether what was looked at on a day, as text, is so today. A day that is far ahead is of a clock that was wrong,
    which would keep all from being published until then; one ahead is midnight in another process.
    """
    return day < today.isoformat() or day > (today + timedelta(1)).isoformat()


def _key(area_id):
    return f"published:{plan.active.year}:{area_id}"


def _claim(area, today):
    """Whether it is this process that publishes an area's figures today. Inside the transaction that does."""
    key = _key(area.id)
    Setting.insert(key=key, value="").on_conflict_ignore().execute()
    row = lock_row(Setting.select().where(Setting.key == key)).get()
    if not _is_due(row.value, today):
        return False
    row.value = today.isoformat()
    row.store_changes()
    return True


def _publish(commune, today):
    villages = list(lock_row(commune.village_list())) if commune.kind == "commune" else []  # none is merged meanwhile
    live, figures, states = Tally.of_villages(commune), Figure.standing_below(commune), Publication.standing(commune)
    standing = {key: state.counts for key, state in states.items()}
    for village in villages:
        due = [group for group in groups() if group.is_worth_a_look(village, live, standing)]
        if due:
            _publish_village(village, due, figures)
    _publish_reports(commune, today, figures, states, villages)


class Group:
    """Figures of a village that are published together, since they ask one question of different people.

    codes: of targets and series; or the doors alone. Everything about a household is its counts of every code in turn.
    """

    def __init__(self, codes):
        self.codes = codes
        self.sums = sums_of([len(cells(code, ZERO)) for code in codes])
        self.asks = VISITS not in codes
        people = self.asks and all(_counted(code).population != "households" for code in codes)
        self.far = CROWD if people else SMALLEST  # of earlier days it is not known how many households they differ by

    def is_worth_a_look(self, village, live, standing):
        """Whether the village's sums alone would let it be published; only then its households are read."""
        was, becomes = (
            [cell for code in self.codes for cell in cells(code, of.get((village.id, code), ZERO))]
            for of in (standing, live)
        )
        return was != becomes and not any(small(new) or small(new - old) for old, new in zip(was, becomes, strict=True))

    def side_by_side(self, homes):
        """`{household: counts}` of `{code: {household: its counts}}`."""
        zero = {code: (0,) * len(cells(code, ZERO)) for code in self.codes}
        known = {home for code in self.codes for home in homes.get(code, ())}
        return {
            home: tuple(n for code in self.codes for n in homes.get(code, {}).get(home, zero[code])) for home in known
        }

    def earlier(self, history):
        """The counts in every published state but the last, which steps are judged from."""
        states = zip(*(history.get(code, ()) for code in self.codes), strict=False)
        pairs = [zip(self.codes, each, strict=True) for each in states]
        return [tuple(n for code, counts in each for n in cells(code, counts)) for each in pairs][:-1]


def groups():
    """What is published together; targets and series of one question are one Group."""
    together = defaultdict(list)
    for counted in plan.active.counted:
        if counted.indicator:
            together[counted.indicator, getattr(counted, "question", None)].append(counted.code)
    return [Group([VISITS]), *(Group(codes) for codes in together.values())]


def _publish_village(village, due, figures):
    contributions, standing = Household.contributions(village), Publication.of_homes(village)
    history = Publication.history(village)
    for group in due:
        homes = {code: _of_homes(code, contributions) for code in group.codes}
        states = {code: _state(code, homes[code]) for code in group.codes}
        before = group.side_by_side({code: parts for code, (_, parts) in standing.items()})
        after = group.side_by_side(homes)
        is_new = all(year < plan.active.year for code, (year, _) in standing.items() if code in group.codes)
        told_again = is_new and _same(before, after)  # it stands as it was published at the end of the year before
        if not told_again and not may_publish(before, after, group.sums, pairs=group.asks):
            continue
        total = tuple(n for code, state in states.items() for n in cells(code, state.counts))
        came_back = any(near(earlier, total, group.sums, group.far) for earlier in group.earlier(history))
        if not came_back and not any(_nearly_all(village, code, states[code], figures) for code in states):
            Publication.put(village, states)


def _same(before, after):
    return {home: tuple(counts) for home, counts in before.items()} == after and bool(after)


def cells(code, counts):
    """(listed, asked, yes) as counts that do not overlap: doors left, open and finished; of people yes and no."""
    listed, asked, yes = counts
    return (listed - asked, asked - yes, yes) if code == VISITS else (yes, asked - yes)


def _of_homes(code, contributions):
    found = {home: cells(code, vector[code]) for home, vector in contributions.items() if code in vector}
    return {home: counts for home, counts in found.items() if any(counts)}


def _state(code, of_homes):
    counts = [sum(column) for column in zip(*of_homes.values(), strict=True)] or cells(code, ZERO)
    if code == VISITS:
        left, open_ones, finished = counts
        return State(left + open_ones + finished, open_ones + finished, finished, of_homes)
    return State(sum(counts), sum(counts), counts[0], of_homes)


def _nearly_all(village, code, state, figures):
    """Whether those asked are all but a few of the official population, whom the coverage would tell of."""
    if code == VISITS:
        return False
    official = figures.get((village.id, _counted(code).population), inf)
    return small(max(official - state.asked, 0))


def _counted(code):
    return next(counted for counted in plan.active.counted if counted.code == code)


def _publish_reports(commune, today, figures, standing, villages):
    """Publish what units below a commune said, and the police of each village."""
    told_before = Publication.last_reported(commune)
    units = [unit for unit in Unit.open_below(commune) if commune.kind == "commune" or unit.area_id == commune.id]
    told = UnitFigure.newest(commune, board.first_period().key, board.current_period(today).key)
    for target in board.targets():
        for area in villages if board.of_villages(target) else [commune]:
            total = board.add_up(target, board.rows(area, target, units, [area]), told, figures)
            state = State(total.said, total.all, total.yes, period=total.newest)
            key = area.id, REPORTED + target.code
            if state != standing.get(key, State()) and _may_be_told(told_before.get(key, State()), state):
                Publication.put(area, {REPORTED + target.code: state})


def _may_be_told(before, after):
    was, becomes = ((state.yes, state.asked - state.yes) for state in (before, after))
    values = [(weighed(becomes, weights), weighed(was, weights)) for weights in sums_of([2])]
    return not any(small(value) or small(value - old) for value, old in values)


def weeks(area, today, weeks=trend.WEEKS):
    """`{(area id, target's code): [rate at the end of each week]}` as it was public; see `trend.weeks`."""
    days = [today - trend.WEEK * back for back in reversed(range(weeks))]
    return {key: [point.rate for point in points] for key, points in lines(area, days).items()}


def lines(area, days, targets=None):
    """`{(area id, target's code): [trend.Point]}` as `trend.lines`, of what was public at the end of each of some days.

    Of the official counts that stand now, whose own corrections are no progress. Nothing is known of the days before
    something was published.
    """
    targets = plan.active.targets if targets is None else targets
    public, figures = _public(area, days), dict.fromkeys(days, Figure.standing_below(area))
    asked = [target for target in targets if target.indicator]
    counts = {
        key: tuple(zip(*(public[day].get(key, State()).counts[1:] for day in days), strict=True))
        for key in {key for known in public.values() for key in known}
    }
    counted = trend.of_counts(area, days, figures, asked, counts)
    facts = {day: _facts(public[day], figures[day]) for day in days}
    told = [target for target in targets if board.figures_of(target)]
    reported = trend.of_reports(days, progress.reports(area, facts), told) if told else {}
    return {key: list(map(_known, reported.get(key) or counted[key])) for key in sorted({*reported, *counted})}


def _public(area, days):
    """`{day: {(area id, code): State}}`: what was published by the end of each of some days, ascending."""
    states, found, known, number = Publication.over_time(area), {}, {}, 0
    for day in days:
        while number < len(states) and states[number][0] < end_of(day):
            _, where, code, state = states[number]
            known[where, code], number = state, number + 1
        found[day] = dict(known)
    return found


def _known(point):
    return point if point.coverage else trend.Point(point.day, 0, None, None)

"""Which figures may be shown to everybody: pure functions of plain data, no database.

Each household's part in a figure is a few counts that do not overlap, such as (yes, no). What a reader can work out of
published figures are values, their differences over time, their sums, and what one figure leaves of another. None of
them may speak of fewer than five people, nor of fewer than five households: a family may have five adults.
"""

from itertools import product

SMALLEST = 5  # what a published number, change or remainder speaks of at least
CROWD = 20  # how many households must have changed when all of them say the same, which tells of each of them


def small(number):
    """Whether a number, a change or a remainder speaks of somebody and of fewer than five."""
    return 0 < abs(number) < SMALLEST


def may_publish(before, after, sums, pairs=False):
    """Whether what was published as `before` may be replaced by `after`; both are `{household: (count, …)}`.

    sums: what a reader can work out, each a weight for every count (`sums_of`). The value and the change of each must
    be none or at least five, of at least five households. pairs: whether the counts are of those who can and those who
    cannot, in turn; where all are of one kind, or all changed one way, it takes twenty households.
    """
    zero = (0,) * len(sums[0])
    homes = [(before.get(home, zero), after.get(home, zero)) for home in sorted({*before, *after})]
    steps = [_step(homes, weights) for weights in sums]
    if None in steps or not any(steps):
        return False
    firsts = range(0, len(zero), 2) if pairs else ()
    return not any(_all_alike([(was[n : n + 2], new[n : n + 2]) for was, new in homes]) for n in firsts)


def sums_of(parts):
    """The sums that can be worked out of counts that are parts of a whole, and of several such wholes together.

    parts: how many counts each whole has. One whole can be taken from another: those of 18 or older who can sign in
    from those of 16 or older leave those who are 16 and 17.
    """
    wholes = []
    for number in parts:
        subsets = [weights for weights in product((0, 1), repeat=number) if any(weights)]
        signed = [tuple(-weight for weight in weights) for weights in subsets] if len(parts) > 1 else []
        wholes.append([(0,) * number, *subsets, *signed])
    chosen = (sum(each, ()) for each in product(*wholes))
    return [weights for weights in chosen if any(weights)]


def weighed(counts, weights):
    """The sum that weights make of counts."""
    return sum(count * weight for count, weight in zip(counts, weights, strict=True))


def near(before, after, sums, most=SMALLEST):
    """Whether counts came back to those of an earlier day but for fewer than `most`, whom the difference is of."""
    steps = [weighed(after, weights) - weighed(before, weights) for weights in sums]
    return any(steps) and all(abs(step) < most for step in steps)


def _step(homes, weights):
    """The change of one sum; None when it or the value would be of too few. homes: [(counts before, counts after)]."""
    parts = [(weighed(was, weights), weighed(becomes, weights)) for was, becomes in homes]
    value, step = sum(new for _, new in parts), sum(new - old for old, new in parts)
    few_there = value and sum(new != 0 for _, new in parts) < SMALLEST
    few_changed = step and sum(new != old for old, new in parts) < SMALLEST
    return None if small(value) or small(step) or few_there or few_changed else step


def _all_alike(homes):
    """Whether too few households stand behind (yes, no) that are all of one kind, or that all changed one way."""
    there = [new for _, new in homes if any(new)]
    moved = [(new[0] - old[0], new[1] - old[1]) for old, new in homes if new != old]
    values, steps = ([sum(row[n] for row in rows) for n in (0, 1)] for rows in (there, moved))
    one_kind = any(values) and 0 in values and len(there) < CROWD
    one_way = any(steps) and steps[0] * steps[1] <= 0 and len(moved) < CROWD
    return one_kind or one_way

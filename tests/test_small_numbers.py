"""Which figures may be shown: no value, change, sum or remainder of fewer than five people or five households."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_numbers import CROWD, SMALLEST, may_publish, near, sums_of, weighed

YES_NO, DOORS, TWO = sums_of([2]), sums_of([3]), sums_of([2, 2])


def homes(*kinds):
    """Households by their counts: `homes((5, (1, 0)), (6, (0, 1)))` are five of one who can, six of one who cannot."""
    numbers = count()
    return {next(numbers): counts for how_many, counts in kinds for _ in range(how_many)}


def answers(before, after):
    return may_publish(before, after, YES_NO, pairs=True)


def test_nothing_is_published_while_nothing_changed():
    both = homes((6, (1, 0)), (6, (0, 1)))
    assert not answers(both, both)
    assert not answers({}, {})


@pytest.mark.parametrize(("yes", "no", "shown"), [(5, 5, True), (4, 5, False), (5, 4, False), (50, 4, False)])
def test_both_those_who_can_and_those_who_cannot_are_five_or_more(yes, no, shown):
    assert answers({}, homes((yes, (1, 0)), (no, (0, 1)))) == shown


@pytest.mark.parametrize(("yes", "no", "shown"), [(5, 5, True), (4, 9, False), (9, 1, False), (12, 5, True)])
def test_every_change_is_of_five_or_more(yes, no, shown):
    before = homes((10, (1, 0)), (10, (0, 1)))
    more = homes((10, (1, 0)), (10, (0, 1)), (yes, (1, 0)), (no, (0, 1)))
    assert answers(before, more) == shown


def test_a_family_of_five_adults_is_one_home():
    """Five people of one house would be one family's answers."""
    others = ((5, (1, 0)), (5, (0, 1)))
    assert not answers(homes(*others), homes(*others, (1, (5, 0)), (5, (0, 1))))
    assert not answers({}, homes((1, (9, 0)), (9, (0, 1))))
    assert answers(homes(*others), homes(*others, (5, (5, 0)), (5, (0, 1))))


@pytest.mark.parametrize(("number", "shown"), [(CROWD - 1, False), (CROWD, True)])
def test_where_all_say_the_same_it_takes_a_crowd(number, shown):
    """That all of five can tells of each of them."""
    mixed = ((10, (1, 0)), (10, (0, 1)))
    assert answers({}, homes((number, (1, 0)))) == shown
    assert answers(homes(*mixed), homes(*mixed, (number, (0, 1)))) == shown


@pytest.mark.parametrize(("number", "shown"), [(CROWD - 1, False), (CROWD, True)])
def test_where_all_who_changed_learned_it_takes_a_crowd(number, shown):
    """Whoever checks five neighbours in by name must not read that all five can."""
    before = homes((10, (1, 0)), (number, (0, 1)), (10, (0, 1)))
    assert answers(before, homes((10, (1, 0)), (number, (1, 0)), (10, (0, 1)))) == shown


def test_what_grew_by_a_few_on_the_whole_waits():
    """Twelve more can and ten fewer cannot: two more were asked, and they are the whole less what it was."""
    before = homes((20, (1, 0)), (20, (0, 1)))
    after = homes((20, (1, 0)), (10, (1, 0)), (10, (0, 1)), (2, (1, 0)))
    assert not answers(before, after)


def test_homes_that_are_gone_count_as_changed():
    before = homes((10, (1, 0)), (10, (0, 1)), (6, (1, 0)), (7, (0, 1)))
    assert answers(before, homes((10, (1, 0)), (10, (0, 1))))
    assert not answers(before, {home: counts for home, counts in before.items() if home != 20})


def test_doors_have_three_kinds_and_what_all_did_alike_tells_no_answer():
    left, open_ones, done = (1, 0, 0), (0, 1, 0), (0, 0, 1)
    assert may_publish({}, homes((5, left)), DOORS)
    assert may_publish(homes((20, left)), homes((5, done), (15, left)), DOORS)
    assert not may_publish(homes((20, left)), homes((5, done), (1, open_ones), (14, left)), DOORS)
    assert not may_publish(homes((9, left)), homes((5, done), (4, left)), DOORS)


def test_two_targets_of_one_question_leave_nobody():
    """From 16 on and from 18 on: what the one leaves of the other are three of 16 and 17, and then five."""
    adults = ((20, (1, 0, 1, 0)), (20, (0, 1, 0, 1)))
    for young, shown in ((3, False), (5, True)):
        assert may_publish({}, homes(*adults, (young, (1, 0, 0, 0)), (young, (0, 1, 0, 0))), TWO, pairs=True) == shown
    assert may_publish({}, homes(*adults), TWO, pairs=True)


def test_what_came_back_but_for_a_few_is_near():
    assert near((20, 30), (22, 30), YES_NO)
    assert not near((20, 30), (25, 27), YES_NO)
    assert not near((20, 30), (20, 30), YES_NO)


COUNTS = st.tuples(st.integers(0, 3), st.integers(0, 3))
HOMES = st.dictionaries(st.integers(0, 60), COUNTS, max_size=60)


@given(HOMES, HOMES)
def test_whatever_is_published_speaks_of_five_or_more(before, after):
    if answers(before, after):
        homes_of_both = {*before, *after}
        for weights in YES_NO:
            was, becomes = (
                {home: weighed(counts.get(home, (0, 0)), weights) for home in homes_of_both}
                for counts in (before, after)
            )
            for number, moved in (
                (sum(becomes.values()), sum(map(bool, becomes.values()))),
                (sum(becomes.values()) - sum(was.values()), sum(was[home] != becomes[home] for home in homes_of_both)),
            ):
                assert number == 0 or (abs(number) >= SMALLEST and moved >= SMALLEST)

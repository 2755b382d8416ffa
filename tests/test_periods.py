"""Reporting periods: domain.md 5.4 by hand."""

from datetime import date

import pytest

import periods


def span(period):
    return period.starts, period.ends


def test_a_month_runs_from_the_15th_to_the_14th():
    assert span(periods.of("month", 2026, 11, 14)) == (date(2026, 10, 15), date(2026, 11, 14))
    assert span(periods.of("month", 2026, 1, 14)) == (date(2025, 12, 15), date(2026, 1, 14))


def test_quarter_half_and_year_end_with_their_last_month():
    assert span(periods.of("quarter", 2026, 4, 14)) == (date(2026, 9, 15), date(2026, 12, 14))
    assert span(periods.of("half", 2026, 1, 14)) == (date(2025, 12, 15), date(2026, 6, 14))
    assert span(periods.of("year", 2026, 1, 14)) == (date(2025, 12, 15), date(2026, 12, 14))


def test_a_plan_may_cut_off_at_the_end_of_the_month():
    assert span(periods.of("month", 2026, 2, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert periods.of_day(date(2026, 2, 28), 31).key == "2026-02"


@pytest.mark.parametrize(
    "day, month, quarter",
    [
        (date(2026, 11, 14), "2026-11", "2026-q4"),
        (date(2026, 11, 15), "2026-12", "2026-q4"),
        (date(2026, 12, 15), "2027-01", "2027-q1"),
        (date(2026, 9, 15), "2026-10", "2026-q4"),
    ],
)
def test_the_period_of_a_day(day, month, quarter):
    assert (periods.of_day(day, 14).key, periods.of_day(day, 14, "quarter").key) == (month, quarter)
    assert day in periods.of_day(day, 14)


@pytest.mark.parametrize("key", ["2026-01", "2026-12", "2026-q3", "2026-h2", "2026"])
def test_a_key_reads_as_the_period_it_names(key):
    assert periods.read(key, 14).key == key


@pytest.mark.parametrize("key", ["", "2026-13", "2026-00", "2026-q5", "2026-h0", "26-11", "2026-11 ", "1999"])
def test_a_key_of_nothing_is_none(key):
    assert periods.read(key, 14) is None


def test_the_months_around_a_turn_of_the_year():
    december = periods.of("month", 2026, 12, 14)
    assert periods.next_to(december, 1, 14).key == "2027-01"
    assert periods.next_to(december, -12, 14).key == "2025-12"

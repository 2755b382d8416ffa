"""Shifts at the public-service point: who is on duty, what is covered, and what is refused."""

from datetime import date, datetime, timedelta

import pytest

import plan
import vi
from models import Ambassador, Event, Shift, Support, Twice, new_uid
from office import shifts

MONDAY = date(2026, 8, 31)  # of the week of Quốc khánh: Tuesday 1/9 and Wednesday 2/9 are holidays


def local(day, hour, minute=0):
    """A moment in Viet Nam, as stored."""
    return vi.utc(datetime(day.year, day.month, day.day, hour, minute))


def day_of(month, day):
    return date(2026, month, day)


def typed(name):
    return Ambassador(None, name)


def put_in(world, ambassador, *slots, op=None):
    return Shift.put_in(ambassador, list(slots), world.users["sara"], op or new_uid())


def standing():
    return [(row.day, row.half, row.who) for row in Shift.standing()]


def helped(world, at, place="point", **details):
    Support.create(area=world.commune, topic="vneid", minutes=15, place=place, user=world.users["sara"],
                   happened_at=at, **details)  # fmt: skip


def events(verb):
    return Event.select().where(Event.verb == verb).count()


@pytest.fixture
def week(world):
    """Monday morning by two people and afternoon by one, Thursday morning by one; Friday's was taken out again."""
    put_in(world, Ambassador(world.users["vera"], ""), (MONDAY, "am"), (MONDAY, "pm"))
    put_in(world, typed("Bùi Văn Quyền"), (MONDAY, "am"), (day_of(9, 3), "am"), (day_of(9, 4), "am"))
    Shift.get(Shift.day == day_of(9, 4)).undo(world.users["sara"])
    helped(world, local(MONDAY, 9))
    helped(world, local(day_of(9, 3), 8))  # at the first minute of a morning
    helped(world, local(MONDAY, 12))  # when the morning has ended
    helped(world, local(MONDAY, 14), place="home")
    helped(world, local(MONDAY, 15), undone_at=local(MONDAY, 16))
    helped(world, local(day_of(9, 1), 9))  # on a holiday
    helped(world, local(day_of(9, 4), 9))  # while nobody was on duty


def test_coverage_by_hand_with_a_holiday_in_the_span(world, week, database):
    """Monday 31/8 to Sunday 6/9/2026. Working days: Monday, Thursday 3/9, Friday 4/9 (1/9 and 2/9 are Quốc khánh), so
    6 half-days. Somebody was there on Monday morning (two people: one half-day), Monday afternoon, Thursday morning:
    3 of 6 is 50 %. Help within those three: Monday 9:00 and Thursday 8:00, 2 times; the rest was at noon, at home,
    taken back, on a holiday, or with nobody on duty.
    On Thursday at 10:00 only Monday's two half-days and Thursday morning have begun: 3 of 3.
    """
    whole = shifts.coverage(MONDAY, day_of(9, 6), local(day_of(9, 7), 7))
    assert (whole.half_days, whole.covered, whole.share, whole.helps) == (6, 3, 50, 2)
    early = shifts.coverage(MONDAY, day_of(9, 6), local(day_of(9, 3), 10))
    assert (early.half_days, early.covered, early.share) == (3, 3, 100)


def test_nothing_is_covered_where_no_half_day_has_begun(world):
    before = shifts.coverage(MONDAY, day_of(9, 6), local(MONDAY, 7, 59))
    assert (before.half_days, before.covered, before.share) == (0, 0, None)
    assert shifts.coverage(day_of(9, 1), day_of(9, 2), local(day_of(9, 7), 7)).share is None


def test_days_outside_the_plan_are_no_half_days(world):
    """1/1/2026 and 2/1 are free, 3/1 and 4/1 a weekend: of the first week of January Monday 5/1 is the first."""
    assert shifts.half_days(date(2025, 12, 1), day_of(1, 5)) == [(day_of(1, 5), "am"), (day_of(1, 5), "pm")]
    assert shifts.half_days(date(2026, 12, 31), date(2027, 3, 1)) == [(day_of(12, 31), "am"), (day_of(12, 31), "pm")]


def test_the_same_form_sent_twice_puts_in_once(world, database):
    op, slots = new_uid(), [(MONDAY, "am"), (MONDAY, "pm")]
    for _ in range(2):
        assert put_in(world, typed("Bùi Văn Quyền"), *slots, op=op) == (slots, [])
    assert Shift.select().count() == 2 and events("shift.put_in") == 1


def test_a_person_stands_once_in_a_half_day_and_is_free_again_after_an_undo(world, database):
    slot, quyen = (MONDAY, "am"), typed("Bùi Văn Quyền")
    put_in(world, quyen, slot)
    assert put_in(world, typed("BÙI VĂN  QUYỀN"), slot) == ([], [slot])
    assert put_in(world, typed("Bùi Văn Quyến"), slot) == ([slot], [])  # another name
    row = Shift.get(Shift.name == "Bùi Văn Quyền")
    for _ in range(2):
        row.undo(world.users["sara"])
    assert events("shift.undone") == 1
    assert put_in(world, quyen, slot) == ([slot], [])


def test_two_people_swap_once_however_often_it_is_tapped(world, database):
    vera, quyen, friday, op = Ambassador(world.users["vera"], ""), typed("Bùi Văn Quyền"), day_of(9, 4), new_uid()
    put_in(world, vera, (MONDAY, "am"))
    put_in(world, quyen, (friday, "pm"))
    one, other = Shift.standing()
    for _ in range(2):
        Shift.swap(one, other, world.users["sara"], op)
    assert standing() == [(MONDAY, "am", "Bùi Văn Quyền"), (friday, "pm", "Nguyễn Thị Vẻ")]
    assert events("shift.swapped") == 1 and Shift.select().count() == 4


def test_a_swap_that_would_put_somebody_in_twice_changes_nothing(world, database):
    vera, quyen, friday = Ambassador(world.users["vera"], ""), typed("Bùi Văn Quyền"), day_of(9, 4)
    put_in(world, vera, (MONDAY, "am"), (friday, "pm"))
    put_in(world, quyen, (friday, "pm"))
    before = standing()
    one, other = Shift.get(Shift.half == "am"), Shift.get(Shift.name == quyen.name)
    with pytest.raises(Twice) as twice:
        Shift.swap(one, other, world.users["sara"], new_uid())
    assert twice.value.shift.slot == (friday, "pm")
    assert standing() == before and events("shift.swapped") == 0


def test_handing_over_keeps_who_had_it_before(world, database):
    put_in(world, Ambassador(world.users["vera"], ""), (MONDAY, "am"))
    [shift], op = Shift.standing(), new_uid()
    for _ in range(2):
        shift.hand_over(typed("Bùi Văn Quyền"), world.users["sara"], op)
    assert standing() == [(MONDAY, "am", "Bùi Văn Quyền")]
    assert Shift.get(Shift.user == world.users["vera"]).undone_at is not None
    assert list(Shift.ambassadors()) == ["bùi văn quyền"]


def test_gaps_of_fourteen_days_leave_out_what_is_past_off_or_taken(world):
    """Monday 31/8, 12:30: of 31/8 to 13/9 there are 8 working days, 16 half-days; Monday morning is past and Friday
    afternoon taken, so that 14 are open, the first of them this afternoon.
    """
    put_in(world, typed("Bùi Văn Quyền"), (day_of(9, 4), "pm"))
    gaps = shifts.gaps(local(MONDAY, 12, 30))
    assert len(gaps) == 14 and (gaps[0].day, gaps[0].half, gaps[0].when) == (MONDAY, "pm", "coming")


@pytest.mark.parametrize(
    "hour, slot, when",
    [(7, (MONDAY, "am"), "coming"), (8, (MONDAY, "am"), "now"), (12, (MONDAY, "pm"), "coming")]
    + [(16, (MONDAY, "pm"), "now"), (17, (day_of(9, 3), "am"), "coming")],
)
def test_the_present_half_day_or_the_next(world, hour, slot, when):
    """After Monday comes Thursday: the two days between are holidays."""
    found = shifts.present_or_next(local(MONDAY, hour))
    assert ((found.day, found.half), found.when) == (slot, when)


def test_the_state_of_a_half_day(world):
    put_in(world, typed("Bùi Văn Quyền"), (MONDAY, "am"), (MONDAY, "pm"))
    friday = day_of(8, 28)
    found = shifts.slots(friday, day_of(9, 3), local(MONDAY, 9))
    assert [slot.state for slot in found] == ["missed", "missed", "now", "covered", "open", "open"]


def test_the_units_of_the_model_are_those_of_the_plan(use_plan):
    assert shifts.units() == ("youth_union", "service_point", "teams")
    assert plan.active.model(plan.active.shifts.model).code == "MH1"
    assert shifts.FORTNIGHT == timedelta(days=13)

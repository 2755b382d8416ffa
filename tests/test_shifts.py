"""Shifts at the public-service point: who is on duty, what is covered, and what is refused."""

import html
import re
from datetime import date, datetime, timedelta

import pytest

import plan
import vi
from models import Ambassador, Event, Shift, Support, Twice, User, new_uid
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


@pytest.fixture
def at(monkeypatch):
    """`at(moment)`: pages are asked for at this moment (UTC)."""

    def put(moment):
        monkeypatch.setattr("views.shifts.now", lambda: moment)
        monkeypatch.setattr("views.diary.now", lambda: moment)

    return put


@pytest.fixture
def youth(world):
    """The account of the commune's Youth Union."""
    return User.add("yen", "Yên", "unit", world.commune, unit=world.units["youth_union"])


def sent(**fields):
    return {"uid": new_uid(), "name": "Bùi Văn Quyền", "half": ["am"], "from": "31/8/2026", "to": "31/8/2026"} | fields


def text_of(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.text)))


def refused(answer, field):
    """The message beside a field."""
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">\s*(.*?)\s*</p>', answer.text, re.S)
    return html.unescape(found[1]) if found else None


def test_weeks_are_put_in_at_once_and_the_holidays_skipped_are_told(world, as_, at):
    """Monday to Wednesday of the two weeks from 24/8/2026: 24, 25, 26 and 31/8; 1 and 2/9 are Quốc khánh."""
    at(local(MONDAY, 7))
    fields = sent(**{"from": "24/08/2026", "to": "06/09/2026", "on": ["1", "2", "3"], "half": ["am", "pm"]})
    answers = [as_("sara").post("/shifts", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    days = [day_of(8, 24), day_of(8, 25), day_of(8, 26), MONDAY]
    assert [(row.day, row.half) for row in Shift.standing()] == [(day, half) for day in days for half in ("am", "pm")]
    said = text_of(as_("sara").get(answers[0].location))
    assert "Đã xếp 8 ca. Bỏ qua ngày nghỉ: 01/09/2026 (Quốc khánh (ngày liền kề)), 02/09/2026 (Quốc khánh)." in said


@pytest.mark.parametrize(
    "fields, field, message",
    [
        ({"from": "2/9/2026", "to": "2/9/2026"}, "from", "02/09/2026 là ngày nghỉ: Quốc khánh. Không có ca trực."),
        ({"from": "6/9/2026", "to": "6/9/2026"}, "from", "Chủ nhật 06/09/2026: không có ca trực."),
        (
            {"from": "3/9/2026", "to": "5/9/2026", "on": ["1"]},
            "from",
            "Trong khoảng này không có ngày làm việc nào vào thứ đã chọn.",
        ),
        ({"to": "30/8/2026"}, "to", "Ngày cuối phải sau hoặc trùng ngày đầu, 31/08/2026."),
        ({"from": "31/12/2025"}, "from", "Kế hoạch bắt đầu từ 01/01/2026: ghi ngày từ hôm đó."),
        ({"to": "1/1/2027"}, "to", "Kế hoạch đến hết 31/12/2026, chưa có ngày nghỉ của năm sau."),
        ({"to": "mai"}, "to", "Ghi ngày/tháng/năm, ví dụ 24/12/2026."),
        ({"half": []}, "half", "Chọn ca sáng, ca chiều hoặc cả hai."),
        ({"half": ["night"]}, "half", "Chọn ca sáng, ca chiều hoặc cả hai."),
        ({"on": ["8"]}, "on", "Câu trả lời này không có trong phiếu; chọn lại."),
        ({"name": ""}, "person", "Chọn người trực, hoặc ghi tên vào ô dưới."),
        (
            {"person": new_uid()},
            "person",
            "Không có người này trong danh sách; chọn lại, hoặc ghi tên vào ô dưới.",
        ),
        ({"name": "123"}, "name", "Ghi họ và tên bằng chữ."),
        ({"unit": "thach_hoa_primary"}, "unit", "Chọn lại đơn vị."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world, as_, at, fields, field, message):
    at(local(MONDAY, 7))
    before = Event.select().count()
    answer = as_("sara").post("/shifts", data=sent(**fields))
    assert refused(answer, field) == message
    assert Shift.select().count() == 0 and Event.select().count() == before + 1  # the sign-in


def test_more_than_six_months_ahead_is_refused(world, as_, at):
    at(local(day_of(1, 5), 7))
    answer = as_("sara").post("/shifts", data=sent())
    assert refused(answer, "from") == "Xếp trước nhiều nhất 6 tháng, đến 07/07/2026."


def test_the_same_person_twice_in_a_half_day_is_refused_and_for_weeks_left_as_it_was(world, as_, at):
    at(local(MONDAY, 7))
    sara = as_("sara")
    sara.post("/shifts", data=sent())
    answer = sara.post("/shifts", data=sent(name="bùi văn quyền"))
    assert refused(answer, "person") == "Người này đã trực ca đó rồi: thứ Hai 31/08/2026, sáng."
    weeks = sara.post("/shifts", data=sent(to="4/9/2026"))
    assert "Đã xếp 2 ca. 1 ca đã có người này từ trước, giữ nguyên." in text_of(sara.get(weeks.location))
    assert Shift.select().count() == 3


def test_a_name_that_is_an_accounts_is_that_account(world, as_, at):
    at(local(MONDAY, 7))
    as_("sara").post("/shifts", data=sent(name="nguyễn thị vẻ", unit="teams"))
    [row] = Shift.standing()
    assert (row.user, row.name, row.unit, row.made_by) == (
        world.users["vera"],
        "",
        world.units["teams"],
        world.users["sara"],
    )


def test_the_youth_union_puts_in_its_own_and_other_units_see_nothing(world, as_, at, youth):
    at(local(MONDAY, 7))
    assert as_("yen").post("/shifts", data=sent()).status_code == 303
    [row] = Shift.standing()
    assert (row.unit, row.made_by) == (world.units["youth_union"], youth)
    for address in ("/shifts", "/shifts/new", "/shifts/sheet", f"/shifts/{row.uid}"):
        assert as_("yen").get(address).status_code == 200, address
        assert as_("uma").get(address).status_code == 404, address
    tried = [as_("uma").post("/shifts", data=sent()), as_("uma").post(f"/shifts/{row.uid}/undo")]
    assert [answer.status_code for answer in tried] == [404, 404]
    assert Shift.standing().count() == 1


def test_the_communes_office_reads_without_names_and_changes_nothing(world, as_, at):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    at(local(MONDAY, 9))
    put_in(world, typed("Bùi Văn Quyền"), (MONDAY, "am"))
    page = as_("rita").get("/shifts")
    assert "◐ đang trực: 1 người, ca sáng đến 12:00" in text_of(page)
    assert "Quyền" not in page.text and "Xếp ca" not in page.text
    row = Shift.get()
    for address in (f"/shifts/{row.uid}", "/shifts/new", "/shifts/sheet"):
        assert as_("rita").get(address).status_code == 404, address
    assert as_("rita").post(f"/shifts/{row.uid}/undo").status_code == 404


@pytest.mark.parametrize(
    "hour, said",
    [
        (9, "◐ đang trực: Bùi Văn Quyền, ca sáng đến 12:00"),
        (12, "Bây giờ ngoài giờ trực. Ca tới: thứ Hai 31/08/2026, chiều (13:00 – 17:00): ○ chưa có ai"),
        (14, "○ chưa có ai: ca chiều đến 17:00"),
    ],
)
def test_who_is_on_duty_now_is_said_in_words(world, as_, at, hour, said):
    put_in(world, typed("Bùi Văn Quyền"), (MONDAY, "am"))
    at(local(MONDAY, hour))
    page = text_of(as_("sara").get("/shifts"))
    assert said in page, page[100:500]


def test_the_page_shows_each_half_day_its_help_and_the_holidays(world, week, as_, at):
    at(local(day_of(9, 4), 9))
    page = text_of(as_("sara").get("/shifts"))
    assert "thứ Ba 01/09/2026 – nghỉ: Quốc khánh (ngày liền kề)" in page
    assert "thứ Năm 03/09/2026 Sáng ● Bùi Văn Quyền 1 lượt hướng dẫn Chiều ✕ không có ai" in page
    assert "○ 20 ca chưa có ai trong 14 ngày tới" in page  # from Friday 4/9 to 17/9: ten working days, none taken


def test_a_shift_changes_hands_and_is_taken_out_from_its_page(world, as_, at):
    at(local(MONDAY, 7))
    put_in(world, Ambassador(world.users["vera"], ""), (MONDAY, "am"))
    put_in(world, typed("Bùi Văn Quyền"), (day_of(9, 4), "pm"))
    sara, (one, other) = as_("sara"), Shift.standing()
    swap = {"op": new_uid(), "other": other.uid}
    assert [sara.post(f"/shifts/{one.uid}/swap", data=swap).status_code for _ in range(2)] == [303, 303]
    assert standing() == [(MONDAY, "am", "Bùi Văn Quyền"), (day_of(9, 4), "pm", "Nguyễn Thị Vẻ")]
    assert "Ca này đã bỏ hoặc đã đổi người" in text_of(sara.get(f"/shifts/{one.uid}"))
    row = Shift.standing().first()
    unknown = sara.post(f"/shifts/{row.uid}/hand-over", data={"op": new_uid(), "person": "ai đó"})
    assert "Không có người này trong danh sách" in refused(unknown, "person")
    leo = {"op": new_uid(), "person": world.users["leo"].uid}
    assert sara.post(f"/shifts/{row.uid}/hand-over", data=leo).status_code == 303
    assert standing()[0] == (MONDAY, "am", "Lê Văn Lễ")
    for row in Shift.standing():
        sara.post(f"/shifts/{row.uid}/undo")
    assert standing() == [] and Shift.select().count() == 5


def test_a_swap_into_ones_own_half_day_is_refused_on_the_page(world, as_, at):
    at(local(MONDAY, 7))
    put_in(world, Ambassador(world.users["vera"], ""), (MONDAY, "am"), (day_of(9, 4), "pm"))
    put_in(world, typed("Bùi Văn Quyền"), (day_of(9, 4), "pm"))
    one, other = Shift.get(Shift.half == "am"), Shift.get(Shift.name == "Bùi Văn Quyền")
    answer = as_("sara").post(f"/shifts/{one.uid}/swap", data={"op": new_uid(), "other": other.uid})
    assert refused(answer, "swap") == "Nguyễn Thị Vẻ đã trực ca đó rồi: thứ Sáu 04/09/2026, chiều."


def test_a_member_sees_their_own_shifts_among_their_work(world, as_, at):
    at(local(MONDAY, 14))
    put_in(world, Ambassador(world.users["vera"], ""), (day_of(8, 28), "am"), (MONDAY, "pm"), (day_of(9, 4), "am"))
    said = text_of(as_("vera").get("/mine"))
    assert "Ca trực của bạn ở điểm hỗ trợ dịch vụ công: T2 31/08, chiều; T6 04/09, sáng." in said
    assert "Ca trực của bạn" not in text_of(as_("leo").get("/mine"))


def test_the_sheet_has_the_fortnight_with_room_to_write(world, week, as_, at):
    at(local(MONDAY, 7))
    said = text_of(as_("sara").get("/shifts/sheet?day=2026-09-03"))
    assert "Từ 31/08/2026 đến 13/09/2026" in said
    assert "thứ Hai 31/08/2026 Nguyễn Thị Vẻ, Bùi Văn Quyền Nguyễn Thị Vẻ thứ Ba 01/09/2026 Nghỉ: Quốc khánh" in said


@pytest.mark.parametrize("day", ["1.1.1900", "31/12/2999", "x"])
def test_a_fortnight_far_away_is_one_of_the_plan(world, as_, at, day):
    at(local(MONDAY, 7))
    assert as_("sara").get("/shifts", query_string={"day": day}).status_code == 200

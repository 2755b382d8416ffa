"""Publicity: recorded in a few taps, added up by form and unit, and taken back."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest

import periods
import vi
from models import Activity, Event, Unit, User, new_uid, now
from office import activities


def today():
    return vi.local(now()).date()


@pytest.fixture(autouse=True)
def whole_years(world, monkeypatch):
    """The plan is of the year by the clock and began long enough ago for yesterday."""
    from dataclasses import replace

    import plan

    monkeypatch.setattr(plan, "active", replace(plan.active, year=today().year, starts=today() - timedelta(days=300)))


def sent(**fields):
    return {"uid": new_uid(), "form": "loudspeaker", "day": "today", "count": "1", "minutes": "15"} | fields


def test_a_volunteer_records_in_four_taps_what_the_team_did(world, as_):
    taps = {"form": "village_meeting", "day": "yesterday"}
    answer = as_("vera").post("/activities", data={"uid": new_uid(), "count": "1"} | taps)
    row = Activity.get()
    assert (answer.status_code, row.on, row.area.code, row.unit) == (303, today() - timedelta(days=1), "TH04", None)
    assert (row.count, row.minutes, row.reached) == (1, None, None)


def test_what_the_form_does_not_ask_is_not_stored(as_):
    """Typed for one form of publicity before another was chosen."""
    as_("vera").post("/activities", data=sent(form="leaflet", minutes="15", reached="40"))
    assert (Activity.get().minutes, Activity.get().reached) == (None, None)


def test_a_form_sent_twice_is_one_activity(world, as_):
    form = sent()
    assert [as_("vera").post("/activities", data=form).status_code for _ in range(2)] == [303, 303]
    assert (Activity.select().count(), Event.select().where(Event.verb == "activity.recorded").count()) == (1, 1)


def test_a_unit_records_for_itself_whatever_it_sends(world, as_):
    as_("uma").post("/activities", data=sent(unit=world.units["police"].uid, area="TX01"))
    assert (Activity.get().unit.key, Activity.get().area) == ("thach_hoa_primary", world.commune)


def test_the_office_records_for_any_unit_or_village(world, as_):
    sara = as_("sara")
    sara.post("/activities", data=sent(unit=world.units["centre"].uid, campaign="national_day", area="HL"))
    sara.post("/activities", data=sent(area="TX01"))
    assert [(row.unit and row.unit.key, row.area.code) for row in Activity.select().order_by(Activity.id)] == [
        ("centre", "HL"), (None, "TX01")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"form": "telepathy"}, "Chọn hình thức tuyên truyền."),
        ({"day": "other", "on": ""}, "Ghi ngày/tháng/năm, ví dụ"),
        ({"day": "other", "on": "31/12/2099"}, "đến hôm nay."),
        ({"day": "other", "on": "01/01/2020"}, "đến hôm nay."),
        ({"count": "0"}, "Ghi một số từ 1 đến 9.999."),
        ({"count": "-3"}, "Ghi một số từ 1 đến 9.999."),
        ({"count": "nhiều"}, "Ghi một số từ 1 đến 9.999."),
        ({"minutes": "x"}, "Ghi một số từ 1 đến 99.999."),
        ({"link": "http://example.vn"}, "bắt đầu bằng https://"),
        ({"link": "javascript:alert(1)"}, "bắt đầu bằng https://"),
        ({"note": "số 001234567890"}, 'id="note-error"'),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field_and_the_rest_kept(as_, wrong, why):
    answer = as_("vera").post("/activities", data=sent(minutes="15", note="Tối thứ Hai") | wrong)
    assert (answer.status_code, Activity.select().count()) == (422, 0)
    assert why in answer.text
    assert "note" in wrong or 'value="Tối thứ Hai"' in answer.text


def test_an_unlikely_number_is_asked_about_and_taken_when_it_is_right(as_):
    vera, form = as_("vera"), sent(form="leaflet", count="1.200")
    answer = vera.post("/activities", data=form)
    assert (answer.status_code, Activity.select().count()) == (422, 0)
    assert "Số đúng, vẫn ghi" in answer.text
    vera.post("/activities", data=form | {"sure": "count"})
    assert Activity.get().count == 1200


def test_an_entry_is_taken_back_by_who_made_it_or_the_office_alone(world, as_):
    as_("vera").post("/activities", data=sent())
    address = f"/activities/{Activity.get().uid}/undo"
    assert as_("leo").post(address).status_code == 403
    assert as_("otto").post(address).status_code == 404
    assert Activity.get().undone_at is None
    assert [as_("vera").post(address).status_code for _ in range(2)] == [303, 303]
    assert Activity.get().undone_at is not None
    assert Event.select().where(Event.verb == "activity.undone").count() == 1


def test_a_unit_sees_its_own_entries_alone(world, as_):
    as_("sara").post("/activities", data=sent(unit=world.units["police"].uid, note="Của công an"))
    assert "Của công an" not in as_("uma").get("/activities").text
    assert "Của công an" in as_("sara").get("/activities").text


def test_an_account_of_the_communes_office_reads_all_and_changes_nothing(world, as_):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    as_("sara").post("/activities", data=sent(unit=world.units["police"].uid, note="Của công an"))
    rita = as_("rita")
    page = rita.get("/activities").text
    assert ("Của công an" in page, "Ghi hoạt động" in page, "Bỏ<" in page) == (True, False, False)
    undo = f"/activities/{Activity.get().uid}/undo"
    answers = [rita.get("/activities/new"), rita.post("/activities", data=sent()), rita.post(undo)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert [row.undone_at for row in Activity.select()] == [None]


def record(world, form, on, count, unit=None, village=None, **more):
    area = world.areas[village] if village else world.commune
    unit = world.units[unit] if unit else None
    told = {"minutes": None, "reached": None, "campaign": "", "note": "", "link": ""} | more
    return Activity.record(world.users["sara"], new_uid(), form=form, on=on, count=count, unit=unit, area=area, **told)


@pytest.fixture
def of_2026(whole_years, loaded_plan, monkeypatch):
    """The plan as it is, whatever year the clock says."""
    import plan

    monkeypatch.setattr(plan, "active", loaded_plan)


def test_the_months_table_by_hand(world, database, of_2026):
    """November 2026 runs from 15/10 to 14/11; the year from 1/1.

    Loudspeakers: the centre 4 on 14/10 (before), 3 on 15/10, 2 on 14/11, Thôn 4 one on 1/11, the centre 9 on 15/11
    (after), and 5 on 2/11 taken back. In the period 3 + 2 + 1 = 6, by the centre 5 and Thôn 4 one; since January
    4 + 6 = 10. Minutes: 40 before and 30 + 20 + 10 in the period: 60 of 100. A village meeting of Trại Mới on 1/11
    reached 55.
    """
    for on, count, minutes in ((date(2026, 10, 14), 4, 40), (date(2026, 10, 15), 3, 30), (date(2026, 11, 14), 2, 20)):
        record(world, "loudspeaker", on, count, "centre", minutes=minutes)
    record(world, "loudspeaker", date(2026, 11, 1), 1, village="TH04", minutes=10)
    record(world, "loudspeaker", date(2026, 11, 15), 9, "centre")
    record(world, "loudspeaker", date(2026, 11, 2), 5, "centre").undo(world.users["sara"])
    record(world, "village_meeting", date(2026, 11, 1), 1, village="TX01", reached=55)
    rows = {row.form.key: row for row in activities.by_form(world.commune, periods.of("month", 2026, 11, 14))}
    speaker, meeting = rows["loudspeaker"], rows["village_meeting"]
    centre, village = Unit.get(Unit.key == "centre").name, world.areas["TH04"].label
    assert (speaker.period, speaker.year, speaker.minutes) == (6, 10, (60, 100))
    assert speaker.by == [(centre, 5), (village, 1)]
    assert (meeting.period, meeting.year, meeting.reached) == (1, 1, (55, 55))
    assert rows["banner"].year == 0
    [own] = [row for row in activities.by_form(world.areas["TX01"], periods.of("month", 2026, 11, 14)) if row.period]
    assert own.form.key == "village_meeting"


def test_the_file_has_a_row_per_period_form_and_unit(world, of_2026):
    """The centre's broadcasts: 4 on 14/10 (period 10/2026, 40 minutes), 3 on 15/10 and 2 on 14/11 (11/2026, 50).

    So 4 of 4 in October's and 5 of 9 in November's; a village meeting of Trại Mới that reached 55 has no minutes.
    """
    for on, count, minutes in ((date(2026, 10, 14), 4, 40), (date(2026, 10, 15), 3, 30), (date(2026, 11, 14), 2, 20)):
        record(world, "loudspeaker", on, count, "centre", minutes=minutes)
    record(world, "village_meeting", date(2026, 11, 1), 1, village="TX01", reached=55)
    _, rows = activities.by_unit(world.commune)
    centre = world.units["centre"].name
    assert [[row[0], row[3], *row[5:]] for row in rows] == [
        ["10/2026", "Truyền thanh cơ sở", centre, 4, 4, 40, None],
        ["11/2026", "Truyền thanh cơ sở", centre, 5, 9, 50, None],
        ["11/2026", "Họp thôn", world.areas["TX01"].label, 1, 1, None, 55],
    ]
    assert rows[1][1:3] == [date(2026, 10, 15), date(2026, 11, 14)]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_the_office_takes_the_table_as_a_file_and_nobody_else_does(world, of_2026, as_, format):
    record(world, "village_meeting", date(2026, 11, 1), 1, village="TX01", reached=55)
    address, form = f"/exports/activities.{format}", {"area": "HL"}
    with as_("sara").post(address, data=form) as answer:
        content = answer.data
    if format == "csv":
        lines = content.decode("utf-8-sig").splitlines()
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        lines = [",".join(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)]
    assert [len(lines), "Họp thôn" in lines[1], "55" in lines[1]] == [2, True, True]
    assert {as_(who).post(address, data=form).status_code for who in ("vera", "leo", "hana", "uma")} == {404}


def test_a_campaigns_activities_count_for_its_model(world):
    days = date(2026, 3, 1), date(2026, 3, 31)
    record(world, "team_out", date(2026, 3, 5), 2, "youth_union", reached=60, campaign="youth")
    record(world, "post", date(2026, 3, 6), 3, "youth_union", reached=200, campaign="youth")
    record(world, "team_out", date(2026, 3, 7), 1, "youth_union", reached=10)
    assert activities.of_model(world.commune, *days, "MH5") == (5, 260)
    assert activities.of_model(world.commune, *days, "MH5", "team_out") == (2, 60)
    assert activities.of_model(world.commune, *days, "MH3") == (0, 0)


def test_a_unit_that_was_closed_records_nothing_more(world, as_):
    world.units["thach_hoa_primary"].close(world.users["sara"])
    answer = as_("uma").post("/activities", data=sent())
    assert (answer.status_code, Activity.select().count()) == (422, 0)
    assert "Đơn vị này đã đóng" in answer.text


def test_the_form_of_before_with_other_content_is_asked_about_and_not_lost(as_):
    vera, form = as_("vera"), sent()
    vera.post("/activities", data=form)
    again = vera.post("/activities", data=form | {"form": "banner", "count": "4"})
    assert (again.status_code, Activity.select().count()) == (409, 1)
    assert "Mẫu này đã gửi một lần với nội dung khác." in again.text and 'value="4"' in again.text
    uid = re.search(r'name="uid" value="([^"]+)"', again.text)[1]
    assert vera.post("/activities", data=form | {"form": "banner", "count": "4", "uid": uid}).status_code == 303
    assert [row.form for row in Activity.select().order_by(Activity.id)] == ["loudspeaker", "banner"]

"""Places: what they have, which saw no class this year, and that a class picks one instead of typing it."""

import html
import json
import re
from datetime import timedelta

import pytest

from models import Course, Event, Meeting, Place, new_uid, now
from tests.test_desk_lists import names


@pytest.fixture
def hall(world):
    seen = {"seats": 60, "network": True, "screen": False}
    where = {"name": "Nhà văn hóa Thôn 4", "kind": "cultural_house", "area": world.areas["TH04"]}
    return Place.add(world.users["sara"], **where, **seen)


def sent(**fields):
    return {"uid": new_uid(), "name": "Trường THCS", "kind": "school", "area": "HL", "seats": "40"} | fields


def class_form(**fields):
    day = (now() + timedelta(days=3)).strftime("%d/%m/%Y")
    when = {"date": day, "starts": "19:30", "ends": "21:00", "weeks": "1"}
    return {"uid": new_uid(), "topic": "vneid", "audience": "residents", "area": "TH04", "place": ""} | when | fields


def test_a_place_is_added_once_however_often_it_is_sent(world, as_):
    form = sent(network="yes", unit=world.units["thach_hoa_secondary"].uid)
    assert [as_("sara").post("/places", data=form).status_code for _ in range(2)] == [303, 303]
    place = Place.get()
    assert (place.name, place.seats, place.network, place.screen) == ("Trường THCS", 40, True, False)
    assert (place.area.code, place.unit.key) == ("HL", "thach_hoa_secondary")
    assert Event.select().where(Event.verb == "place.added").count() == 1


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"name": ""}, "Ghi tên địa điểm"),
        ({"kind": "pub"}, "Chọn loại địa điểm."),
        ({"area": "XX"}, "Chọn xã hoặc thôn."),
        ({"seats": "nhiều"}, "Ghi một số từ 1 đến 2000"),
        ({"seats": "0"}, "Ghi một số từ 1 đến 2000"),
        ({"unit": "x"}, "Chọn lại một mục trong danh sách."),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field_and_the_rest_kept(as_, wrong, why):
    answer = as_("sara").post("/places", data=sent(**wrong))
    assert (answer.status_code, Place.select().count()) == (422, 0)
    assert why in answer.text
    assert "name" in wrong or 'value="Trường THCS"' in answer.text


def test_a_place_is_corrected_closed_and_opened_again(hall, as_):
    sara = as_("sara")
    sara.post(f"/places/{hall.uid}", data=sent(name="Nhà văn hóa", kind="cultural_house", area="TH04", seats=""))
    assert (Place.get().name, Place.get().seats) == ("Nhà văn hóa", None)
    sara.post(f"/places/{hall.uid}/open", data={"open": "no"})
    assert "đã đóng" in sara.get("/places").text
    assert "Nhà văn hóa" not in as_("hana").get("/courses/new").text
    sara.post(f"/places/{hall.uid}/open", data={"open": "yes"})
    assert "Nhà văn hóa · " in as_("hana").get("/courses/new").text


def test_a_class_picks_a_place_and_the_unit_that_leads_it(hall, world, as_):
    lead = world.units["youth_union"]
    as_("hana").post("/courses", data=class_form(held_at=hall.uid, led_by=lead.uid))
    course = Course.get()
    assert (course.held_at, course.place, course.led_by) == (hall, "Nhà văn hóa Thôn 4", lead)
    page = as_("hana").get(f"/courses/{course.uid}").text
    assert "chủ trì: Đoàn Thanh niên xã" in page and "Nhà văn hóa Thôn 4" in page


def test_a_place_may_still_be_typed_and_must_be_one_of_the_two(hall, as_):
    hana = as_("hana")
    assert hana.post("/courses", data=class_form()).status_code == 422
    assert hana.post("/courses", data=class_form(place="Sân đình")).status_code == 303
    assert (Course.get().held_at, Course.get().place) == (None, "Sân đình")


def test_a_second_class_at_the_same_place_and_time_is_asked_about(hall, world, as_):
    """The first is from 19:30 to 21:00. One until 19:30, at another place, or typed, is in nobody's way."""
    hana = as_("hana")
    hana.post("/courses", data=class_form(held_at=hall.uid, title="Lớp tối"))
    second = class_form(held_at=hall.uid, starts="20:30", ends="22:00")
    answer = hana.post("/courses", data=second)
    assert (answer.status_code, Course.select().count()) == (422, 1)
    assert "Ở đó đã có lớp “Lớp tối” lúc 19:30" in answer.text
    assert hana.post("/courses", data=second | {"shared": "yes"}).status_code == 303
    assert hana.post("/courses", data=class_form(held_at=hall.uid, starts="18:00", ends="19:30")).status_code == 303
    assert hana.post("/courses", data=class_form(place="Sân đình")).status_code == 303


def test_a_class_called_off_leaves_its_place_free(hall, world, as_):
    hana = as_("hana")
    hana.post("/courses", data=class_form(held_at=hall.uid))
    Meeting.update(cancelled_at=now()).execute()
    assert hana.post("/courses", data=class_form(held_at=hall.uid)).status_code == 303


def test_a_class_moved_to_a_taken_place_is_asked_about(hall, world, as_):
    hana = as_("hana")
    hana.post("/courses", data=class_form(held_at=hall.uid))
    hana.post("/courses", data=class_form(place="Sân đình"))
    course = Course.get(Course.place == "Sân đình")
    moved = class_form(held_at=hall.uid, edition="0")
    assert hana.post(f"/courses/{course.uid}", data=moved).status_code == 422
    assert Course.get_by_id(course.id).held_at is None
    assert hana.post(f"/courses/{course.uid}", data=moved | {"shared": "yes"}).status_code == 303
    assert Course.get_by_id(course.id).held_at == hall


def test_a_place_of_elsewhere_is_none_to_choose(hall, world, as_):
    world.users["hana"].place("host", world.areas["TX01"], world.users["ada"])
    answer = as_("hana").post("/courses", data=class_form(area="TX01", held_at=new_uid(), place="Đình"))
    assert (answer.status_code, Course.select().count()) == (422, 0)


def test_a_place_without_a_class_this_year_shows(hall, world, as_):
    """Two places, of which the hall has two sessions, one called off: it counts one; the school counts none."""
    Place.add(world.users["sara"], name="Trường", kind="school", area=world.areas["TX01"])
    start = now()
    times = [(start + timedelta(minutes=n), start + timedelta(minutes=n + 1)) for n in (1, 3)]
    Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times, held_at=hall)
    called_off = Meeting.select().order_by(Meeting.id.desc()).first()
    called_off.cancelled_at = now()
    called_off.save()
    page = as_("sara").get("/places").text
    assert re.search(r"● 1 buổi", page) and "chưa có lớp năm nay" in page
    assert names(as_("sara").get("/places?use=unused")) == ["Trường"]
    assert names(as_("sara").get("/places?use=used")) == ["4"]
    assert names(as_("sara").get("/places?kind=school")) == ["Trường"]


@pytest.mark.parametrize("who", ["vera", "leo", "hana", "uma"])
def test_only_the_office_sees_and_changes_places(hall, as_, who):
    browser = as_(who)
    assert browser.get("/places").status_code == 404
    assert browser.post(f"/places/{hall.uid}", data=sent()).status_code == 404


def test_two_who_correct_a_place_at_once_do_not_undo_each_other(hall, as_):
    page = as_("sara").get(f"/places/{hall.uid}").text
    shown = html.unescape(re.search(r'name="shown" value="([^"]*)"', page)[1])
    held = {**json.loads(shown), "shown": shown}
    as_("ada").post(f"/places/{hall.uid}", data=held | {"seats": "77"})
    as_("sara").post(f"/places/{hall.uid}", data=held | {"screen": "yes"})
    place = Place.get()
    assert (place.seats, place.screen, place.network) == (77, True, True)

"""The host's phone in a class with a patchy signal: nobody is lost, nobody is counted twice."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models import Attendance, Course, Invitation, new_uid, now


@pytest.fixture
def meeting(world):
    begins = now() - timedelta(minutes=10)
    times = [(begins, begins + timedelta(minutes=90))]
    area = world.areas["TH04"]
    course = Course.open(world.users["hana"], area, "vneid", "Dùng VNeID", "Nhà văn hóa Thôn 4", times)
    lan = world.household().living().first()
    Invitation.create(code="CODE", number=7, course=course, resident=lan)
    return course.schedule()[0]


@pytest.fixture(params=["hana", "leo"])
def phone(people, meeting, request):
    """The roll call on the phone of a host, and of a team lead, whose phone also keeps surveys."""
    page = people(request.param)
    page.goto(f"/meetings/{meeting.uid}")
    return page


def add(page, name):
    if not page.get_by_label("Họ và tên").is_visible():
        page.get_by_text("Người chưa có trong danh sách").click()
    page.get_by_label("Họ và tên").fill(name)
    page.get_by_role("button", name="Ghi có mặt").last.click()


def test_who_is_added_with_no_signal_waits_and_is_received_once(phone, meeting):
    phone.context.set_offline(True)
    add(phone, "Bà Tư")
    expect(phone.locator("#waiting li")).to_have_count(1)
    add(phone, "Ông Năm")
    expect(phone.locator("#waiting li")).to_have_count(2)
    expect(phone.locator("#outbox-state")).to_have_text("◌ 2 chờ gửi")
    assert Attendance.select().count() == 0
    phone.context.set_offline(False)
    expect(phone.locator("h1")).to_have_text("2 người có mặt", timeout=20_000)
    expect(phone.locator("#waiting")).to_be_hidden()
    expect(phone.locator("#present b")).to_have_text(["Ông Năm", "Bà Tư"])
    assert Attendance.select().count() == 2


def test_a_search_with_no_signal_says_so_instead_of_showing_whom_it_found_before(phone):
    phone.get_by_label("Tìm người").fill("thi lan")
    expect(phone.locator("#found")).to_contain_text("Nguyễn Thị Lan")
    phone.context.set_offline(True)
    phone.get_by_label("Tìm người").fill("van binh")
    expect(phone.locator("#found")).to_have_text(re.compile("^Mất mạng, trong máy không thấy"))
    phone.context.set_offline(False)
    phone.get_by_label("Tìm người").fill("thi lan")
    expect(phone.locator("#found")).to_contain_text("Nguyễn Thị Lan")


def test_row_numbers_that_are_wrong_are_said_beside_the_field_and_corrected(phone, meeting):
    phone.get_by_text("Số thứ tự trên danh sách giấy").click()
    field = phone.get_by_label("Những số có mặt")
    field.fill("7 9")
    phone.get_by_role("button", name="Ghi các số này").click()
    expect(phone.get_by_role("alert")).to_contain_text("Không có số 9")
    expect(phone.locator("h1")).to_have_text("1 người có mặt")
    field.fill("7")
    phone.get_by_role("button", name="Ghi các số này").click()
    expect(phone.locator("#waiting")).to_be_hidden()
    expect(field).to_have_value("")
    assert [row.how for row in Attendance.present(meeting)] == ["paper"]


def test_somebody_found_by_name_is_marked_in_their_row(phone, meeting):
    phone.get_by_role("searchbox").fill("thi lan")
    phone.locator("#found button").click()
    expect(phone.locator("#found .state")).to_have_text("✓ đã nhận")
    expect(phone.locator("h1")).to_have_text("1 người có mặt")


def test_the_count_follows_those_who_check_in_themselves(phone, meeting):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    expect(phone.locator("h1")).to_have_text("1 người có mặt", timeout=15_000)
    expect(phone.locator("#present")).to_contain_text("Bà Tư")


def test_without_script_the_same_forms_work(people, live, meeting):
    from tests.browser.conftest import PASSWORD

    page = people(None, java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("hana")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(f"/meetings/{meeting.uid}")
    add(page, "Bà Tư")
    expect(page.locator("h1")).to_have_text("1 người có mặt")

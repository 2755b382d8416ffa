"""A slip on a resident's phone: no script, twice the text size, tapped twice."""

from models import Attendance
from tests.test_invitations import course, lan, slip  # noqa: F401
from tests.test_needs import open_class  # noqa: F401


def test_a_slip_fits_a_phone_at_twice_the_text_size_and_two_taps_are_one(people, slip):  # noqa: F811
    phone = people(None, java_script_enabled=False)
    phone.goto(f"/i/{slip.code}")
    phone.evaluate("document.documentElement.style.fontSize = '34px'")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    button = phone.get_by_role("button", name="Có mặt")
    assert button.bounding_box()["height"] >= 48
    button.dblclick()
    phone.get_by_role("heading", name="Đã ghi có mặt lúc").wait_for()
    row = Attendance.get()
    assert (Attendance.select().count(), row.resident, row.how) == (1, slip.resident, "self")

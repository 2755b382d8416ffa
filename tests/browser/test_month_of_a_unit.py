"""A unit's whole month typed on a phone: from field to field, with no script."""

import pytest
from playwright.sync_api import expect

from models import UnitFigure


@pytest.mark.parametrize("script", [True, False])
def test_a_school_types_its_month_from_field_to_field_and_sends_it(world, people, script):
    """Five grades with four numbers each and three of its staff: 23 fields, each reached by one key from the last."""
    school = world.units["thach_hoa_primary"]
    school.change(world.users["sara"], grades=list("12345"))
    page = people("uma", java_script_enabled=script)
    numbers = page.locator("input.num[inputmode=numeric]:not([name=as_of])")
    expect(numbers).to_have_count(23)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360 if script else True
    numbers.first.focus()
    for number in (38, 20, 5):
        page.keyboard.type(str(number))
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the decision
    for grade in range(1, 6):
        for number in (100 + grade, 90, 60, 12):
            page.keyboard.type(str(number))
            page.keyboard.press("Tab")
    page.get_by_role("button", name="Lưu và gửi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu. Số liệu kỳ này đã đủ.")
    expect(page.get_by_text("Học sinh: 515")).to_be_visible()
    assert UnitFigure.select().count() == 23


def test_a_number_that_cannot_be_is_shown_beside_its_field(world, people):
    page = people("uma")
    staff, trained = (page.get_by_label(label) for label in ("Tổng số cán bộ", "Số người đã học ít nhất"))
    staff.fill("20")
    trained.fill("21")
    page.get_by_role("button", name="Lưu và gửi").click()
    expect(trained).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Nhiều hơn tổng số (20).")).to_be_visible()
    expect(staff).to_have_value("20")
    trained.fill("19")
    page.get_by_role("button", name="Lưu và gửi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu.")

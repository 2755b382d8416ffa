"""A table of figures typed as in a spreadsheet: pasted columns, arrow keys, saved whole, seen on the board."""

from datetime import date

import pytest
from playwright.sync_api import expect

from models import Area, Figure, Unit, UnitFigure
from tests.browser.conftest import PC

PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def fourteen_units(world):
    """CT1 is asked of fourteen units; CT6 of the police for twelve villages of 500 people each."""
    for number in range(len([unit for unit in world.units.values() if "CT1" in unit.reports]), 14):
        Unit.create(key=f"x{number}", name=f"Đơn vị {number}", kind="centre", reports=["CT1"], area=world.commune)
    for number in range(12 - len(world.areas) + 1):
        Area.add("village", f"Thôn Mới {number}", f"MO{number:02d}", world.commune)
    for village in Area.villages():
        Figure.put(village, "over16", 500, date(2026, 10, 2), "Công an xã")
    return world


def period_of(page):
    """The period whose board is open."""
    page.goto("/figures")
    return page.locator("a.row[href$='/CT1']").get_attribute("href").split("/")[2]


def test_a_grid_of_fourteen_units_and_one_of_twelve_villages_are_pasted_and_saved(people, fourteen_units):
    page = people("sara", viewport=PC)
    period = period_of(page)
    page.goto(f"/figures/{period}/CT1")
    fields = page.locator("[data-grid] tbody input.text")
    expect(page.locator("[data-grid] tbody tr")).to_have_count(14)
    block = "".join(f"{100 + n}\t{1_000 + n:,}\r\n" if n == 0 else f"{100 + n}\t{50 + n}\r\n" for n in range(14))
    fields.nth(0).evaluate(PASTE, block + "9\t9\r\n")
    expect(page.get_by_text("Số ô đã dán: 28. Số ô thừa, không có chỗ dán: 2.")).to_be_visible()
    expect(fields.nth(4 * 13)).to_have_value("113")
    expect(fields.nth(4 * 13 + 1)).to_have_value("63")

    fields.nth(0).click()
    page.keyboard.press("ArrowDown")
    expect(fields.nth(4)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(fields.nth(5)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("40")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(fields.nth(1)).to_be_focused()
    expect(fields.nth(9)).to_have_value("40")

    page.get_by_role("button", name="Lưu cả bảng").click()
    expect(page.get_by_text("Nhiều hơn tổng số (100).")).to_be_visible()  # 1,000 of 100: nothing is lost, nothing saved
    expect(fields.nth(4 * 13)).to_have_value("113")
    assert UnitFigure.select().count() == 0
    fields.nth(1).fill("50")
    page.get_by_role("button", name="Lưu cả bảng").click()
    expect(page.get_by_text("Đã lưu 28 số.")).to_be_visible()

    page.goto(f"/figures/{period}/CT6")
    fields = page.locator("[data-grid] tbody input.text")
    expect(fields).to_have_count(12)
    fields.nth(0).evaluate(PASTE, "\n".join(str(300 + n) for n in range(12)))
    expect(page.locator("[data-total]")).to_have_text("3.666")
    page.get_by_role("button", name="Lưu cả bảng").click()
    expect(page.get_by_text("Đã lưu 12 số.")).to_be_visible()

    page.goto("/figures")
    staff = sum(100 + n for n in range(14))
    trained = sum(50 + n for n in range(14)) - 52 + 40
    ct1, ct6 = (page.locator(f"a.row[href$='/{code}']") for code in ("CT1", "CT6"))
    expect(ct1).to_contain_text(f"Tổng số người: {staff:,}".replace(",", "."))
    expect(ct1).to_contain_text(f"Đã tập huấn: {trained}")
    expect(ct1).to_contain_text("14/14 đơn vị")
    expect(ct6).to_contain_text("12/12 thôn")
    expect(ct6).to_contain_text("61,1%")  # 3.666 of 12 × 500


def test_a_pasted_blank_leaves_a_number_and_the_reminder_can_be_copied(people, fourteen_units):
    page = people("sara", viewport=PC, permissions=["clipboard-read", "clipboard-write"])
    period = period_of(page)
    page.goto(f"/figures/{period}/CT1")
    fields = page.locator("[data-grid] tbody input.text")
    fields.nth(0).fill("20")
    fields.nth(0).evaluate(PASTE, "\n31\nkhoảng 40\n")
    expect(fields.nth(0)).to_have_value("20")
    expect(fields.nth(4)).to_have_value("31")
    page.get_by_role("button", name="Lưu cả bảng").click()
    expect(page.get_by_text("Ghi một số nguyên, ví dụ 1.234.")).to_be_visible()
    expect(fields.nth(8)).to_have_value("khoảng 40")

    page.goto("/figures")
    page.get_by_role("button", name="Chép lời nhắc").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert "- Phòng Văn hóa - Xã hội: CT1" in page.evaluate("navigator.clipboard.readText()")

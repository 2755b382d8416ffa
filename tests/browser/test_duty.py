"""Shifts on a phone: two taps change who is on duty; the fortnight fits the screen and one sheet of paper."""

from datetime import date

import pypdfium2
import pytest
from playwright.sync_api import expect

import vi
from models import Ambassador, Shift, new_uid, now
from tests.browser.conftest import PC, PHONE

LONG = "Nguyễn Phùng Thị Hoàng Khánh Huyền"


@pytest.fixture
def duty(world, monkeypatch):
    """A half-day to come of Vera's and another of somebody with a long name, in the fortnight from 31/8/2026."""
    monkeypatch.setattr("views.shifts.now", lambda: vi.utc(vi.local(now()).replace(2026, 8, 31, 7, 0)))
    for person, day in ((Ambassador(world.users["vera"], ""), 31), (Ambassador(None, LONG), 3)):
        slot = date(2026, 8 if day == 31 else 9, day), "am"
        Shift.put_in(person, [slot], world.users["sara"], new_uid())


@pytest.mark.parametrize("screen", [PHONE, PC], ids=["phone", "pc"])
def test_two_taps_swap_two_people(people, duty, screen):
    page = people("sara", screen)
    page.goto("/shifts")
    expect(page.locator(".shifts tbody tr")).to_have_count(10)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Nguyễn Thị Vẻ").click()
    page.get_by_role("button", name=LONG).filter(has_text="Đổi").click()
    expect(page.get_by_text("Đã đổi người trực.")).to_be_visible()
    monday, *_, thursday = page.locator(".shifts tbody tr").filter(has_text="●").all()
    expect(monday).to_contain_text(LONG)
    expect(thursday).to_contain_text("Nguyễn Thị Vẻ")


def test_the_fortnight_is_one_sheet_of_a4(people, duty):
    page = people("sara", PC)
    page.goto("/shifts/sheet")
    expect(page.get_by_text(LONG)).to_be_visible()
    sheets = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert [tuple(round(side * 25.4 / 72) for side in sheet.get_size()) for sheet in sheets] == [(210, 297)]

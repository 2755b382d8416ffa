"""The plan's tasks and models on a phone and at a desk."""

import re

import pytest
from playwright.sync_api import expect

from models import TaskUpdate
from tests.browser.conftest import PC, PHONE


def test_a_school_tells_on_a_phone_that_its_output_is_there(people):
    page = people("uma")
    page.goto("/tasks/NV2.1")
    page.get_by_label("Ngày làm").fill("1/1/2025")
    page.get_by_label("Đã làm gì, một câu").fill("Dạy xong chuyên đề ở cả bốn khối.")
    page.get_by_label("Sản phẩm đã có, việc này xong").check()
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.locator("#on-error")).to_contain_text("Ngày phải từ 01/01/2026 đến hôm nay")
    expect(page.get_by_label("Sản phẩm đã có, việc này xong")).to_be_checked()
    page.get_by_label("Ngày làm").fill("15/5/2026")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_role("status")).to_have_text(re.compile("Đã ghi"))
    expect(page.get_by_text("15/05/2026 · Trường Tiểu học Thạch Hòa")).to_be_visible()
    assert [(row.unit.key, row.done) for row in TaskUpdate.select()] == [("thach_hoa_primary", True)]
    page.get_by_role("button", name="Bỏ tin này").click()
    expect(page.get_by_text("Chưa có tin nào.")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, PC], ids=["phone", "desk"])
def test_tasks_and_models_need_no_scrolling_sideways(people, viewport):
    page = people("sara", viewport)
    for address, first in (("/tasks", "NV2.1"), ("/models", "MH1")):
        page.goto(address)
        expect(page.get_by_text(first, exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]

"""An officer makes the month's report with nothing but the screens; nothing that is typed gets lost on the way."""

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from models import Cutoff, ReportText, TaskUpdate
from tests.browser.conftest import PC

NOVEMBER = "/reports/2026-11"


@pytest.fixture(autouse=True)
def on_a_day(world, monkeypatch):
    monkeypatch.setattr("views.reports.now", lambda: datetime(2026, 11, 20, 3, 5))


def box(page, part):
    return page.locator(f"[name='text-{part}']")


def state(page):
    return page.locator("[data-status]")


def standing(world, part="I"):
    row = ReportText.standing(world.commune, "2026-11").get(part)
    return row.text if row else None


def test_from_an_open_month_to_the_report_in_word(world, people):
    text = "Còn thiếu máy tính ở điểm trường lẻ"
    TaskUpdate.tell(world.users["sara"], "NV2.1", world.units["thach_hoa_primary"], date(2026, 11, 5), text)
    page = people("sara", viewport=PC)
    page.get_by_role("link", name="Báo cáo Chốt số liệu").click()
    page.get_by_role("link", name="Tháng 11/2026").click()
    expect(page.get_by_role("heading", name="Còn thiếu")).to_be_visible()
    expect(page.locator("#missing + ul").get_by_role("link").first).to_be_visible()

    box(page, "I").fill("Ban hành Kế hoạch; họp hai lần.")
    expect(state(page)).to_have_text("✓ Đã lưu lúc 10:05")
    page.get_by_role("button", name="Chép vào").click()
    expect(box(page, "III.3")).to_have_value(f"Trường Tiểu học Thạch Hòa: {text}.")
    expect(page.get_by_text("✓ đã chép")).to_be_visible()
    expect(state(page)).to_have_text("✓ Đã lưu lúc 10:05")

    page.get_by_role("link", name="Chốt số liệu").last.click()
    page.get_by_label("Còn thiếu mà vẫn chốt vì sao?").fill("Trường gửi chậm, đã nhắc.")
    page.get_by_role("button", name="Chốt số liệu").click()
    expect(page.get_by_role("status").first).to_have_text("✓ Đã chốt số liệu, lần 1.")
    expect(page.get_by_text("Trường gửi chậm, đã nhắc.")).to_be_visible()
    expect(page.get_by_role("link", name="Chốt lại")).to_be_visible()
    with page.expect_download() as told:
        page.get_by_role("button", name="Tải báo cáo Word").click()
    assert told.value.suggested_filename == "bao-cao-hl-2026-11-lan-1.docx"
    assert standing(world, "I") == "Ban hành Kế hoạch; họp hai lần."
    assert Cutoff.get().why == "Trường gửi chậm, đã nhắc."


def test_what_is_written_while_the_network_is_cut_is_sent_when_it_is_back(world, people):
    page = people("sara")
    page.goto(NOVEMBER)
    expect(state(page)).to_have_text("Chữ tự lưu khi viết.")
    page.context.set_offline(True)
    box(page, "I").fill("Viết lúc mất mạng.")
    expect(state(page)).to_contain_text("không gọi được máy chủ")
    assert standing(world) is None
    box(page, "I").fill("Viết lúc mất mạng, thêm một câu.")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Đã lưu lúc")
    assert standing(world) == "Viết lúc mất mạng, thêm một câu."


def test_a_saving_whose_answer_is_lost_is_no_other_officers(world, people):
    """The server keeps it and dies before it answers: the page goes on by itself and asks nothing."""
    page = people("sara")
    page.goto(NOVEMBER)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/texts", lose, times=1)
    box(page, "I").fill("Đã họp.")
    expect(state(page)).to_contain_text("không gọi được máy chủ")
    assert standing(world) == "Đã họp."
    box(page, "I").fill("Đã họp hai lần.")
    expect(state(page)).to_contain_text("Đã lưu lúc")
    expect(page.locator(".both")).to_have_count(0)
    assert standing(world) == "Đã họp hai lần."


def test_two_officers_write_in_one_part_and_both_texts_stay(world, people):
    sara, ada = people("sara"), people("ada")
    for page in (sara, ada):
        page.goto(NOVEMBER)
        expect(state(page)).to_have_text("Chữ tự lưu khi viết.")
    box(ada, "V").fill("Đề nghị cấp máy chiếu.")
    expect(state(ada)).to_contain_text("Đã lưu lúc")
    box(sara, "V").fill("Đề nghị thêm kinh phí.")
    box(sara, "IV").fill("Mở thêm lớp.")
    expect(state(sara)).to_contain_text("chọn giữ bản nào")
    expect(sara.locator(".both")).to_contain_text("Đề nghị cấp máy chiếu.")
    expect(box(sara, "V")).to_have_value("Đề nghị thêm kinh phí.")
    sara.get_by_role("button", name="Giữ cả hai").click()
    expect(box(sara, "V")).to_have_value("Đề nghị cấp máy chiếu.\nĐề nghị thêm kinh phí.")
    assert standing(world, "IV") == "Mở thêm lớp."


def test_a_text_that_is_too_long_is_said_while_it_is_typed(world, people):
    page = people("sara")
    page.goto(NOVEMBER)
    box(page, "I").fill("á" * 20_001)
    expect(state(page)).to_have_text("▲ Có phần quá dài, chưa lưu.")
    box(page, "I").fill("á" * 20_000)
    expect(state(page)).to_contain_text("Đã lưu lúc")
    assert len(standing(world)) == 20_000


def test_without_a_script_one_button_saves_every_part(world, people):
    ReportText.write(world.commune, "2026-10", "IV", "Mở thêm lớp.", world.users["ada"], 0)
    page = people("sara", java_script_enabled=False)
    page.goto(NOVEMBER)
    box(page, "I").fill("Đã họp.")
    page.get_by_role("button", name="Lấy của kỳ trước").click()
    expect(page.get_by_role("status").first).to_have_text("✓ Đã lưu phần lời.")
    expect(box(page, "I")).to_have_value("Đã họp.")
    expect(page.get_by_text("y như kỳ trước, chưa sửa gì").locator("visible=true")).to_have_count(1)
    box(page, "V").fill("Đề nghị.")
    page.get_by_role("button", name="Lưu phần lời").click()
    expect(page.get_by_role("status").first).to_have_text("✓ Đã lưu phần lời.")
    assert [standing(world, part) for part in ("I", "IV", "V")] == ["Đã họp.", "Mở thêm lớp.", "Đề nghị."]


def test_a_unit_writes_its_own_report(world, people):
    page = people("uma")
    page.goto("/unit?period=2026-11")
    page.get_by_role("link", name="Báo cáo của đơn vị").click()
    box(page, "I").fill("Trường đã họp.")
    with page.expect_download() as told:
        page.get_by_role("button", name="Tải báo cáo Word").click()
    assert told.value.suggested_filename == "bao-cao-hl-truong-tieu-hoc-thach-hoa-2026-11.docx"
    rows = ReportText.standing(world.commune, "2026-11", world.units["thach_hoa_primary"])
    assert rows["I"].text == "Trường đã họp.", "it was saved before the file was made"

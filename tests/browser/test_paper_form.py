"""What volunteers carry on paper, rendered as a printer gets it: cards that can be scanned, forms of one side."""

import pypdfium2
import zxingcpp
from playwright.sync_api import expect

import qr
from models import User, Visit
from tests.browser.conftest import PC

A4 = (595, 842)  # points


def printed(page):
    """The pages of a PDF of what is on screen."""
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    assert {tuple(map(round, sheet.get_size())) for sheet in pdf} == {A4}
    return list(pdf)


def picture(sheet):
    return sheet.render(scale=100 / 72).to_pil()


def test_cards_are_printed_eight_to_a_page_and_each_can_be_scanned(world, people, live):
    for number in range(6):
        User.add(f"vera{number}", f"Nguyễn Thị Hồng Thắm {number}", "volunteer", world.areas["TH04"])
    sara = people("sara", PC)
    sara.goto("/cards/sheet")
    sheets = printed(sara)
    codes = {code.text for sheet in sheets for code in zxingcpp.read_barcodes(picture(sheet))}
    members = list(User.members(world.commune))
    assert (len(sheets), len(members)) == (2, 12)
    assert codes == {f"{live}/v/{user.card}" for user in members}


def test_a_cards_modules_are_at_least_a_millimetre():
    address = "https://binhdanhocvuso.hoalac.hanoi.gov.vn/v/" + qr.new_code(13)
    modules = len(qr.symbol(address).get_matrix())
    assert 45 / modules >= 1.0


def test_a_lanes_forms_take_one_side_each(world, people):
    for number in range(3):
        family = [(f"Nguyễn Thị Hồng Thắm {n}", 1950 + n, "f", "other") for n in range(5)]
        world.household(people=family, lane="Xóm Đình Làng Thượng", code=f"01{number}")
    vera = people("vera", PC)
    vera.goto("/households/paper?village=TH04")
    assert len(printed(vera)) == 1
    hidden = vera.locator(".sheet.survey").evaluate("sheet => sheet.scrollHeight - sheet.clientHeight")
    assert hidden == 0  # the side has an edge that cuts off what does not fit
    vera.get_by_role("link", name="Xóm Đình Làng Thượng").click()
    expect(vera.locator(".sheet.survey")).to_have_count(3)  # the lane's page is there before it is printed
    text = [sheet.get_textpage().get_text_range() for sheet in printed(vera)]
    assert [f"01{number}" in sheet for number, sheet in enumerate(text)] == [True] * 3


def test_paper_forms_are_typed_one_after_the_other_with_day_and_asker_kept(world, people):
    """On a machine that keeps the village for no signal, too."""
    doors = [world.household(people=[(head, 1958, "f", "head")]) for head in ("Nguyễn Thị Lan", "Bùi Văn Sơn")]
    vera = people("vera", PC)
    vera.locator("#ready").wait_for()
    vera.goto(f"/households/{doors[0].uid}")
    vera.get_by_role("link", name="Nhập từ phiếu giấy").click()
    vera.get_by_label("Ngày ghi trên phiếu").fill("20/11/2026")
    vera.get_by_role("radio", name="Lê Văn Lễ").check(force=True)
    vera.get_by_role("radio", name="Đồng ý").check(force=True)
    vera.get_by_role("radio", name="Máy riêng").first.check(force=True)
    vera.get_by_role("button", name="Lưu · nhà tiếp").click()
    vera.get_by_text("Đã lưu hộ Nguyễn Thị Lan.").wait_for()
    assert vera.get_by_role("heading", level=1).inner_text() == "Bùi Văn Sơn"
    assert vera.get_by_label("Ngày ghi trên phiếu").input_value() == "20/11/2026"
    assert vera.get_by_role("radio", name="Lê Văn Lễ").is_checked()
    visit = Visit.get()
    assert (visit.user.username, visit.entered_by.username) == ("leo", "vera")

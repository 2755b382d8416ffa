"""What volunteers carry on paper, rendered as a printer gets it: cards that can be scanned, forms of one side."""

import pypdfium2
import zxingcpp

import qr
from models import User
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

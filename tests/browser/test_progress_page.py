"""The progress page: every target on a phone's first screen, one screen at a desk, one sheet of paper."""

import pypdfium2
import pytest
from playwright.sync_api import expect

from models import Area, Figure
from tests.browser.conftest import PC, PHONE
from tests.test_progress import adults, visited
from tests.test_reported import NOVEMBER, say

TWICE_THE_TEXT = "document.documentElement.style.fontSize = '34px'"


@pytest.fixture
def commune(world):
    """Twelve villages, one of which was asked and has its own figures; every kind of unit has reported."""
    for number in range(5, 14):
        Area.add("village", f"Thôn số {number} (Yên Bình)", f"YB{number:02d}", world.commune)
    adults(world, 21)
    for phone in ["own"] * 11 + ["none"] * 2:
        visited(world.household(), phone=phone, account=["bank"], vneid="can_sign_in", k7="alone")
    for unit in world.units.values():
        say(unit, "2026-11", staff=20, staff_trained=15, pupils=300, pupils_trained=240, workers=9, workers_trained=7)
    for village in Area.villages():
        Figure.put(village, "over16", 100, NOVEMBER, "Công an xã")
        say(world.units["police"], area=village, accounts=90)
    return world.commune


def rows(page):
    return page.locator(".target > summary")


def edges(locator):
    """The lowest edge of each of some elements, in pixels of the page."""
    return locator.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom + scrollY)")


def scrolls_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("language", ["Tiếng Việt", "English"])
@pytest.mark.parametrize("who", [None, "sara"])
def test_every_target_is_on_the_first_screen_of_a_phone(commune, people, who, language):
    page = people(who)
    page.goto("/")
    if language == "English":
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("button", name="Tiếng Việt")).to_be_visible()
    expect(rows(page)).to_have_count(8)
    assert max(edges(rows(page))) <= PHONE["height"]
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("who", [None, "sara"])
def test_a_desk_shows_targets_and_villages_side_by_side_on_one_screen(commune, people, who):
    page = people(who, PC)
    page.goto("/")
    villages = page.locator(".parts summary")
    expect(villages).to_have_count(12)
    assert max(edges(rows(page)) + edges(villages)) <= PC["height"]
    left, right = (page.locator(part).bounding_box() for part in (".targets", ".parts"))
    assert left["x"] + left["width"] <= right["x"]


def test_a_row_opens_without_a_script_to_both_rates_and_what_is_missing(commune, people):
    page = people(None, java_script_enabled=False)
    page.goto("/progress/TH04")
    row = page.locator(".target").filter(has_text="Danh tính số")
    expect(row.locator("dl").first).to_be_hidden()
    row.locator("summary").click()
    expect(row.locator("dl").first).to_contain_text("90 / 100 người = 90,0%")
    expect(row.locator("dl").first).to_contain_text("10 người nữa")


def test_a_link_to_a_target_opens_its_row(commune, people):
    page = people("sara")
    page.goto("/progress/HL#CT7")
    expect(page.locator("#CT7")).to_be_visible()
    expect(page.locator("#CT7")).to_contain_text("CT7")


@pytest.mark.parametrize("who", [None, "sara"])
@pytest.mark.parametrize("address", ["/", "/progress/TH04"])
def test_it_is_printed_on_one_sheet_with_the_address_of_the_page(commune, people, who, address, tmp_path):
    page = people(who, PC)
    page.goto(address)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = sheets[0].get_textpage().get_text_range()
    assert [round(millimetres(side)) for side in sheets[0].get_size()] == [210, 297]
    assert len(sheets) == 1
    assert "/progress/" in text.replace("\r\n", "") and "2026" in text
    assert "Danh tính số, từ 16 tuổi" in text and "Đăng nhập" not in text


def millimetres(points):
    return points / 72 * 25.4


def test_the_printed_bars_are_black_without_the_printing_of_backgrounds(commune, people, tmp_path):
    page = people("sara", PC)
    page.goto("/")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=False)
    picture = pypdfium2.PdfDocument(tmp_path / "page.pdf")[0].render(scale=2).to_pil()
    colours = picture.convert("RGB").getcolors(2**24)
    assert all(max(colour) - min(colour) <= 8 for _, colour in colours), "only black, grey and white"
    pixels = picture.convert("L")
    longest = max(run(pixels, y) for y in range(pixels.height))
    assert longest > pixels.width / 8, "a bar of a target is a run of black"


def run(pixels, y):
    """The longest run of black in a line of a picture, where lines are not wholly black as a rule is."""
    longest = current = 0
    for x in range(pixels.width):
        current = current + 1 if pixels.getpixel((x, y)) < 40 else 0
        longest = max(longest, current)
    return longest


@pytest.mark.parametrize(("width", "larger"), [(320, False), (360, True)])
def test_nothing_goes_over_the_edge_of_a_small_phone_or_with_large_letters(commune, people, width, larger):
    page = people("sara", {"width": width, "height": 800})
    for address in ("/", "/progress/TH04"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        if larger:
            page.evaluate(TWICE_THE_TEXT)
        assert not scrolls_sideways(page)

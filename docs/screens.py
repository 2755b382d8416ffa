"""Makes docs/screens.png of the demo that runs at an address: `.venv/bin/python docs/screens.py http://127.0.0.1:8000`.

The survey form, the check-in page and the progress page side by side as a phone of 360×800 shows them.
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PHONE = {"width": 360, "height": 800}
GAP, COLOURS = 24, 64


def main(address):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        pictures = [picture(browser, address, *way) for way in (("volunteer", door), ("host", check_in), (None, None))]
    width = sum(each.width for each in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, PHONE["height"] + 2 * GAP), "#d8d0c0")
    for number, each in enumerate(pictures):
        sheet.paste(each, (GAP + number * (PHONE["width"] + GAP), GAP))
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(Path(__file__).with_name("screens.png"), optimize=True)


def picture(browser, address, role, go):
    """What a phone shows after signing in as `role` and going where `go(page)` leads."""
    page = browser.new_context(viewport=PHONE, locale="vi-VN", base_url=address).new_page()
    if role:
        page.goto("/sign-in")
        page.locator(f"button[value={role}]").click()
    page.goto("/") if go is None else go(page)
    page.wait_for_load_state("networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def door(page):
    """A household of the list that has been visited."""
    page.goto("/households")
    page.locator("li:has(.state.done) a.row").first.click()


def check_in(page):
    """The class that is open now, as a resident sees it after typing the number on the poster. Needs a fresh demo."""
    page.goto("/courses")
    page.locator("main a.row").first.click()
    page.locator("a[href$='/poster']").first.click()
    number = page.locator(".typed b").last.inner_text()
    page.context.clear_cookies()
    page.goto("/code")
    page.get_by_role("textbox").fill(number)
    page.keyboard.press("Enter")


if __name__ == "__main__":
    main(*sys.argv[1:])

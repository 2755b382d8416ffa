"""Takes pictures of the demo that runs at an address: `.venv/bin/python docs/screens.py http://127.0.0.1:8000`.

docs/screens.png: the survey form, the check-in page and the progress page as a phone of 360×800 shows them.
static/help-*.png: the screens of the help pages, in both languages; `help` after the address takes only those.
"""

import io
import os
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PHONE = {"width": 360, "height": 800}
GAP, COLOURS = 24, 64
SMALL, FEW_COLOURS = (270, 600), 24
STATIC = Path(__file__).resolve().parent.parent / "static"


def main(address, what="all"):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        help_pictures(browser, address)
        if what == "help":
            return
        pictures = [picture(browser, address, *way) for way in (("volunteer", door), ("host", check_in), (None, None))]
    width = sum(each.width for each in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, PHONE["height"] + 2 * GAP), "#d8d0c0")
    for number, each in enumerate(pictures):
        sheet.paste(each, (GAP + number * (PHONE["width"] + GAP), GAP))
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(Path(__file__).with_name("screens.png"), optimize=True)


def help_pictures(browser, address):
    """Two screens for the help of each role that has some, a third of their size smaller."""
    for (role, number), (signed_in, go) in HELP.items():
        for language in ("vi", "en"):
            shot = picture(browser, address, signed_in, go, language).resize(SMALL, Image.Resampling.LANCZOS)
            shot = shot.quantize(FEW_COLOURS, kmeans=2, dither=Image.Dither.NONE)
            shot.save(STATIC / f"help-{role}-{number}-{language}.png", optimize=True)


def picture(browser, address, role, go, language="vi"):
    """What a phone shows after signing in as `role` and going where `go(page)` leads."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", base_url=address)
    context.add_cookies([{"name": "lang", "value": language, "url": address}])
    page = context.new_page()
    if role:
        page.goto("/sign-in")
        page.locator(f"button[value={role}]").click()
    page.goto("/") if go is None else go(page)
    page.wait_for_load_state("networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def door(page):
    """A household of the list that has been visited."""
    page.goto("/households?state=done")
    page.locator("#rows a.row").first.click()


def check_in(page):
    """The class that is open now, as a resident sees it after typing the number on the poster. Needs a fresh demo."""
    page.goto("/courses")
    page.locator("main a.row").first.click()
    page.locator("a[href$='/poster']").first.click()
    number = page.locator(".typed b").last.inner_text()
    page.context.clear_cookies(name=re.compile("session"))
    page.goto("/code")
    page.get_by_role("textbox").fill(number)
    page.keyboard.press("Enter")


def at(path):
    return lambda page: page.goto(path)


def doors(page):
    """The list of a village, by somebody who has read what its signs mean."""
    page.goto("/households")
    page.locator("#first button").click()


def roll_call(page):
    """The roll call of the class that is open now."""
    page.goto("/courses")
    page.locator("main a.row").first.click()
    page.locator("main a[href^='/meetings/']").first.click()


def preview(page):
    """A list that waits to be looked at; the demo has one, else the page to upload one."""
    page.goto("/roster")
    waiting = page.locator("main li a.row")
    if waiting.count():
        waiting.first.click()


HELP = {  # (role whose help it is, number): (who is signed in, where)
    ("volunteer", 1): ("volunteer", doors),
    ("volunteer", 2): ("volunteer", door),
    ("lead", 1): ("lead", doors),
    ("lead", 2): ("lead", at("/quality")),
    ("host", 1): ("host", at("/courses")),
    ("host", 2): ("host", roll_call),
    ("staff", 1): ("staff", at("/office")),
    ("staff", 2): ("staff", preview),
    ("admin", 1): ("admin", at("/people")),
    ("admin", 2): ("admin", at("/office")),
    ("resident", 1): (None, at("/")),
    ("resident", 2): ("host", check_in),
}

if __name__ == "__main__":
    main(*sys.argv[1:])

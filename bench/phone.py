"""The survey form on a slow phone: seconds until it can be tapped, beside the barest page of the same server.

Slow 4G as DevTools has it (562 ms a round trip, 1.4 Mbit/s down) and a processor six times slower than this one.
"""

import os
import shutil
from contextlib import closing
from statistics import median

from playwright.sync_api import sync_playwright

from models import Area, Household

SLOW_4G = {"latency": 562.5, "downloadThroughput": 188_743.68, "uploadThroughput": 88_473.6, "offline": False}
SLOWER = 6
ROUNDS = 5
USABLE = "() => document.querySelector('form[data-door]') && !document.querySelector('form[data-door]').hidden"
SINCE_START = "() => performance.now() / 1000"


def form(port):
    """Rows of the table: the first visit to a household's form, and a visit once the village is on the phone."""
    household = Household.below(Area.get(Area.code == "TH04")).where(Household.state == "todo").first()
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-dev-shm-usage"])
        turns = [visits(browser, f"http://127.0.0.1:{port}", f"/households/{household.uid}") for _ in range(ROUNDS + 1)]
        browser.close()
    barest, first, again = zip(*turns[1:], strict=True)
    return [row("form, first visit", barest, first, "≤ 2 s"), row("form, stored", barest, again, "≤ 0.5 s")]


def visits(browser, base, path):
    """(the barest page, the form's first visit, the form from the phone's store) in seconds, each in a fresh phone."""
    with closing(phone(browser, base)) as page:
        page.goto("/healthz")
        barest = page.evaluate(SINCE_START)
        page.goto(path)
        page.wait_for_function(USABLE)
        first = page.evaluate(SINCE_START)
        page.goto("/households?village=TH04")
        page.locator("#ready").wait_for(timeout=60_000)
        page.goto(path)
        page.wait_for_function(USABLE)
        return barest, first, page.evaluate(SINCE_START)


def phone(browser, base):
    """A signed-in volunteer's page, slowed down."""
    context = browser.new_context(base_url=base, viewport={"width": 360, "height": 800}, has_touch=True)
    context.request.post("/demo", form={"role": "volunteer"}, headers={"Sec-Fetch-Site": "same-origin"})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def row(what, barest, ours, budget):
    ratios = [own / base for own, base in zip(ours, barest, strict=True)]
    return {
        "what": what,
        "ratio": median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "seconds": median(ours),
        "barest_seconds": median(barest),
        "budget": budget,
    }

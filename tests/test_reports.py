"""The reports of periods on screen: what is missing, the closing, the words that nobody loses, the files."""

import html
import re
from datetime import date

import pytest

import cutoffs
import periods
import vi
from models import Area, Cutoff, Event, ReportText, TaskUpdate, User, new_uid, now
from office import reports

OCTOBER, NOVEMBER = "2026-10", "2026-11"


@pytest.fixture(autouse=True)
def on_a_day(world, monkeypatch):
    """It is the 20th of November 2026: November's period is over, December's runs."""
    put_today(monkeypatch, "2026-11-20T03:00:00")


def put_today(monkeypatch, moment):
    from datetime import datetime

    for place in ("views.reports.now", "tables.report_texts.now", "tables.cutoffs.now"):
        monkeypatch.setattr(place, lambda: datetime.fromisoformat(moment))


def page(browser, period=NOVEMBER):
    return browser.get(f"/reports/{period}")


def said(answer):
    """What a page says between its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def hidden(answer, name):
    return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', answer.text)[1]


def box(answer, part):
    """What stands in the box of a part."""
    return html.unescape(re.search(rf'<textarea[^>]*name="text-{re.escape(part)}".*?>\n(.*?)</textarea>', answer.text, re.S)[1])


def write(browser, part="I", text="Đã họp.", seen=0, period=NOVEMBER, **more):
    sent = {f"text-{part}": text, f"seen-{part}": seen, **more}
    return browser.post(f"/reports/{period}/texts", data=sent)


def close(browser, period=NOVEMBER, why="Trường chưa gửi.", seen=0, uid=None):
    sent = {"uid": uid or new_uid(), "seen": seen, "why": why}
    return browser.post(f"/reports/{period}/close", data=sent)


def standing(world, part="I", period=NOVEMBER):
    row = ReportText.standing(world.commune, period).get(part)
    return row.text if row else None

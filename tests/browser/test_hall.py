"""The screen in the hall stays up for weeks: it changes only what changed, and says when its figures are old."""

import pytest
from playwright.sync_api import expect

import progress
from models import Area
from tests.test_next_steps import visited

TELEVISIONS = {"1080p": {"width": 1920, "height": 1080}, "720p": {"width": 1280, "height": 720}}


@pytest.fixture
def villages(world, monkeypatch):
    """Seven villages with long names, and a home visited in one of them; what is known is published at once."""
    monkeypatch.setattr("views.screen.published.facts", progress.standing)
    for n in range(4):
        Area.add("village", f"Thôn Nguyễn Văn Trỗi Kéo Dài {n}", f"N{n}", world.commune)
    visited(world.household(), phone="own")
    return world


@pytest.mark.parametrize("screen", TELEVISIONS, ids=str)
def test_it_fits_the_screen_and_its_figures_can_be_read(people, villages, screen):
    """A figure of 40 px of 1080 is as tall on a television of 720 lines with 27."""
    page = people(None, TELEVISIONS[screen])
    page.goto("/screen")
    whole = "document.documentElement"
    assert page.evaluate(f"[{whole}.scrollWidth <= innerWidth, {whole}.scrollHeight <= innerHeight]") == [True, True]
    for figures in (".rate", ".asked-rate", ".doors p", ".places td"):
        size = page.locator(figures).first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
        assert size * 1080 / TELEVISIONS[screen]["height"] >= 40 - 0.1, figures
    fills = [page.locator(f".goals .{part}").first.evaluate("bar => getComputedStyle(bar).fill")
             for part in ("ground", "asked", "all", "goal")]  # fmt: skip
    assert len({*fills, "rgb(0, 0, 0)"}) == 5
    last = page.locator(".goals tr").last.bounding_box()
    assert last["y"] + last["height"] <= page.locator("footer").bounding_box()["y"] + 1


def test_an_update_changes_what_changed_and_nothing_else(people, villages):
    page, asked = people(None, TELEVISIONS["1080p"]), []
    page.on("request", lambda request: asked.append(request.url) if "turn=" in request.url else None)
    page.clock.install()
    page.goto("/screen")
    page.evaluate("document.querySelector('.goals tbody tr').isTheSame = true")
    expect(page.locator(".doors b")).to_have_text("1")
    first = page.locator(".places th").first.inner_text()
    visited(villages.household(), phone="own")
    page.clock.fast_forward("00:31")
    expect(page.locator(".doors b")).to_have_text("2")
    expect(page.locator(".places th").first).not_to_have_text(first)
    assert page.evaluate("document.querySelector('.goals tbody tr').isTheSame")
    page.clock.fast_forward("00:31")
    expect(page.locator(".places th").first).to_have_text(first)
    assert len(asked) == 2


def test_a_lost_connection_is_said_until_it_is_back(people, villages):
    page = people(None, TELEVISIONS["720p"])
    page.clock.install()
    page.goto("/screen")
    expect(page.locator("#old")).to_be_hidden()
    page.context.set_offline(True)
    for away in ("00:31", "01:31"):  # three updates are missed
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(away)
    expect(page.locator("#old")).to_be_visible()
    expect(page.locator(".doors b")).to_have_text("1")
    page.context.set_offline(False)
    with page.expect_response(lambda answer: "/screen/" in answer.url):
        page.clock.fast_forward("00:31")
    expect(page.locator("#board.htmx-request")).to_have_count(0)
    page.clock.fast_forward("00:06")
    expect(page.locator("#old")).to_be_hidden()


def test_without_script_the_page_asks_for_itself(people, villages):
    page = people(None, TELEVISIONS["1080p"], java_script_enabled=False)
    page.goto("/screen")
    assert page.locator("noscript meta").count() == 1 or page.locator('meta[http-equiv="refresh"]').count() == 1
    expect(page.locator(".doors b")).to_have_text("1")

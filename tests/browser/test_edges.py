"""Pages on an office PC keep their place: nothing jumps from one page to the next."""

from tests.browser.conftest import PC


def left_edges(page):
    """Where the menu's mark and the page's heading begin, in pixels."""
    return [page.locator(part).first.bounding_box()["x"] for part in (".top .mark", "main h1")]


def test_every_page_begins_at_one_left_edge(world, people):
    world.household()
    page = people("sara", viewport=PC)
    edges = set()
    for address in ("/", "/households", "/courses", "/office", "/areas", "/roster", "/exports", "/account", "/notice"):
        page.goto(address)
        edges |= set(left_edges(page))
    assert len(edges) == 1

"""Added to a phone's home screen, the door's list has a name and an icon and opens full-screen."""

import io
import json
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import expect


def test_the_door_can_stand_on_the_home_screen(world, people):
    world.household()
    page = people("vera")
    page.goto("/households")
    errors = page.context.new_cdp_session(page).send("Page.getAppManifest")["errors"]
    assert errors == []
    address = urljoin(page.url, page.get_attribute('link[rel="manifest"]', "href"))
    answer = page.request.get(address)
    manifest = json.loads(answer.text())
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Gõ Cửa", "/households", "standalone")
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(page.request.get(urljoin(address, icon["src"])).body()))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    page.goto(manifest["start_url"])
    assert page.locator("[data-uid]").count() == 1


def test_a_residents_page_offers_no_installation(world, people):
    page = people(None)
    page.goto("/")
    assert page.locator('link[rel="manifest"]').count() == 0


def test_the_signs_of_the_door_are_explained_once(world, people):
    world.household()
    page = people("vera")
    page.goto("/households")
    first = page.locator("#first")
    expect(first.locator("li")).to_have_count(3)
    first.get_by_role("button", name="Đã hiểu").click()
    expect(first).to_be_hidden()
    page.reload()
    expect(page.locator("[data-uid]")).to_have_count(1)
    expect(first).to_be_hidden()
    page.goto("/help/volunteer")
    expect(page.get_by_text("chưa ghi là đã đến")).to_be_visible()

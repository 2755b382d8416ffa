"""Added to a phone's home screen, the door's list has a name and an icon and opens full-screen."""

import io
import json
from urllib.parse import urljoin

from PIL import Image


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

"""What a link shared in a messenger shows: a title, a sentence and a picture, on every public page."""

import html
import re
from datetime import timedelta

import pytest

from models import Course, now


@pytest.fixture
def course(world):
    times = [(now(), now() + timedelta(hours=1))]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", 'Dùng "VNeID"', "Nhà văn hóa", times)


def shared(page):
    """{name: content} of a page's metadata."""
    found = re.findall(r'<meta (?:name|property)="(description|og:\w+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


def test_every_public_page_has_a_title_a_description_and_a_picture(app, course, as_):
    told = {}
    for path in ("/", "/progress/TH04", "/coming/TH04", f"/c/{course.code}", "/code", "/notice", "/v/none", "/sign-in"):
        page = as_(None).get(path).text
        meta = shared(page)
        assert meta["og:description"] == meta["description"]
        assert meta["og:title"] == html.unescape(re.search("<title>(.*)</title>", page)[1])
        told[path] = meta["description"]
    assert told[f"/c/{course.code}"] == 'Điểm danh lớp “Dùng "VNeID"” ở Nhà văn hóa.'
    assert "Thôn 4" in told["/coming/TH04"] and "Hòa Lạc" in told["/"]
    base = app.config["BASE_URL"]
    assert meta["og:image"].startswith(f"{base}/static/share.png")
    picture = as_(None).get(meta["og:image"].removeprefix(base))
    with picture:
        assert (picture.mimetype, picture.get_data()[:4]) == ("image/png", b"\x89PNG")


def test_pages_behind_the_sign_in_tell_nothing(world, as_):
    assert shared(as_("vera").get("/households").text) == {}

"""The weight of a first visit, everything included, compressed as the browser gets it (README, "How fast")."""

import re
from datetime import timedelta

import pytest

from models import Course, Invitation, now

KB = 1024
HEADERS = {"Accept-Encoding": "br, gzip"}


def weight(browser, address):
    """Bytes on the wire of a page and of every file it loads."""
    page = browser.get(address, headers=HEADERS)
    text = browser.get(address).text
    files = re.findall(r'<(?:link|script)[^>]+(?:href|src)="(/[^"]+)"', text)
    return sum(map(received, [page, *(browser.get(file, headers=HEADERS) for file in files)]))


def received(answer):
    """The bytes of an answer, which must be a good one."""
    with answer:
        assert answer.status_code == 200
        return len(answer.get_data())


@pytest.fixture
def course(world):
    times = [(now(), now() + timedelta(hours=1))]
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Nhà văn hóa", times)


def test_the_survey_form_of_four_people_weighs_at_most_60_kb(world, as_):
    family = [(f"Nguyễn Thị Lan {n}", 1950 + n, "f", "other") for n in range(4)]
    household = world.household(people=family)
    assert weight(as_("vera"), f"/households/{household.uid}") <= 60 * KB


def test_a_residents_check_in_page_weighs_at_most_15_kb(course, as_):
    assert weight(as_(None), f"/c/{course.code}") <= 15 * KB


def test_the_page_of_an_invitation_weighs_at_most_15_kb(world, course, as_):
    slip = Invitation.invite(course, list(world.agreed().living()), "vneid", world.users["hana"])[0]
    assert weight(as_(None), f"/i/{slip.code}") <= 15 * KB


def test_the_public_progress_page_weighs_at_most_40_kb(world, course, as_):
    assert weight(as_(None), "/") <= 40 * KB


def test_static_files_are_kept_for_a_year_at_an_address_that_changes_with_them(as_):
    address = re.search(r'href="(/static/base.css[^"]+)"', as_(None).get("/").text)[1]
    with as_(None).get(address, headers=HEADERS) as answer:
        kept, coding = answer.headers["Cache-Control"], answer.headers["Content-Encoding"]
    assert re.fullmatch(r"/static/base\.css\?v=[0-9a-f]{8}", address)
    assert (coding, "max-age=31536000" in kept) == ("br", True)


def test_a_village_of_400_households_takes_at_most_100_kb_on_the_wire(world, as_):
    people = [
        ("Nguyễn Thị Hồng Lan", 1958, "f", "head"),
        ("Quách Văn Bình", 1981, "m", "child"),
        ("Lê Hoa", 1985, "f", "other"),
    ]
    for _ in range(400):
        world.household(people=people, lane="Xóm Đình")
    vera = as_("vera")
    pages = ["/households/stored?village=TH04", "/households?village=TH04", "/households/blank?village=TH04"]
    assert sum(received(vera.get(page, headers=HEADERS)) for page in pages) <= 100 * KB


def test_the_scripts_of_a_survey_form_weigh_at_most_17_kb_the_worker_included(world, as_):
    page = as_("vera").get(f"/households/{world.household().uid}").text
    files = re.findall(r'<script src="([^"]+)"', page) + ["/households/sw.js"]
    assert len(files) > 4
    assert sum(received(as_(None).get(file, headers=HEADERS)) for file in files) <= 17.5 * KB

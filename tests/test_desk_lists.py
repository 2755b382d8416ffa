"""Lists for a desk: searched, narrowed and ordered by the address alone, and changed for those ticked."""

import re
from xml.etree import ElementTree

import pytest

from models import Course, Device, Invitation, User, new_uid, now


def names(answer):
    """The first cells of the rows, in order."""
    cells = re.findall(r'<th scope="row">\s*(?:<a [^>]*>)?\s*([^<]+?)\s*<', answer.text)
    return [cell.split()[-1] for cell in cells]


@pytest.mark.parametrize(
    "address, shown",
    [
        ("?q=ve", ["Vẻ"]),  # without the mark
        ("?q=thi+na", ["Na"]),
        ("?q=hi", []),  # no word begins so
        ("?role=lead", ["Lễ"]),
        ("?area=TX01", ["Ơn"]),
        ("?role=lead&area=TX01", []),
        ("?state=closed", []),
        ("?sort=name", ["Á", "Lễ", "Mai", "Na", "Ơn", "Ra", "Vẻ"]),
        ("?sort=-name", ["Vẻ", "Ra", "Ơn", "Na", "Mai", "Lễ", "Á"]),
        ("?sort=nothing&role=nobody&area=X", ["Lễ", "Na", "Vẻ", "Ơn", "Á", "Mai", "Ra"]),
    ],
)
def test_accounts_are_found_narrowed_and_ordered(as_, address, shown):
    assert names(as_("ada").get(f"/people{address}")) == shown


def test_a_head_turns_its_own_order_round_and_keeps_the_search(as_):
    page = as_("ada").get("/people?q=n&sort=name").text
    assert 'aria-sort="ascending"' in page
    assert "/people?q=n&amp;sort=-name" in page


def test_several_accounts_are_closed_at_once_but_never_ones_own(world, as_):
    chosen = [world.users[name].uid for name in ("vera", "leo", "ada")]
    answer = as_("ada").post("/people/active", data={"user": chosen, "active": "no"})
    assert answer.location.endswith("closed=2")
    closed = {user.username for user in User.select().where(User.active == False)}
    assert closed == {"vera", "leo"}
    assert as_("vera").get("/households").status_code != 200
    as_("ada").post("/people/active", data={"user": chosen, "active": "yes"})
    assert User.select().where(User.active == False).count() == 0


def test_an_account_of_another_village_is_not_closed_by_its_id(world, as_):
    world.users["ada"].place("admin", world.areas["TX01"], world.users["sara"])
    as_("ada").post("/people/active", data={"user": [world.users["vera"].uid], "active": "no"})
    assert User.get(User.username == "vera").active


def test_the_cards_of_a_village_are_printed_when_nobody_is_ticked(as_):
    sara = as_("sara")
    assert "Nguyễn Thị Vẻ" not in sara.get("/cards/sheet?village=TX01").text
    assert "Đỗ Văn Ơn" in sara.get("/cards/sheet?village=TX01").text


def test_cards_of_those_ticked_alone_are_printed(world, as_):
    page = as_("sara").get(f"/cards/sheet?village=TX01&user={world.users['vera'].uid}").text
    assert ("Nguyễn Thị Vẻ" in page, "Đỗ Văn Ơn" in page) == (True, False)


def test_phones_that_lack_records_come_first_and_are_filtered(world, as_):
    vera, otto = world.users["vera"], world.users["otto"]
    Device.create(uid=new_uid(), user=otto, last_user=otto, made=2)
    Device.create(uid=new_uid(), user=vera, last_user=vera, made=2, missing=[1])
    sara = as_("sara")
    assert names(sara.get("/devices")) == ["Vẻ", "Ơn"]
    assert names(sara.get("/devices?state=complete")) == ["Ơn"]
    assert names(sara.get("/devices?area=TH04")) == ["Vẻ"]


@pytest.fixture
def invited(world):
    """Bà Lan and ông Nam of Thôn 4, invited to a class to come."""
    people = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Nguyễn Văn Nam", 1990, "m", "child")]
    home = world.agreed(people=people)
    start = now().replace(hour=1)
    times = [(start.replace(year=start.year + 1), start.replace(year=start.year + 1, hour=3))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp VNeID", "Đình", times)
    return Invitation.invite(course, list(home.living()), "vneid", world.users["hana"])


def test_slips_are_handed_over_together_and_not_after_all(invited, as_):
    sara = as_("sara")
    assert sorted(names(sara.get("/invitations"))) == ["Lan", "Nam"]
    assert names(sara.get("/invitations?q=lan")) == ["Lan"]
    slips = [row.uid for row in invited]
    answer = sara.post("/invitations/handed?state=to_hand", data={"slip": slips})
    assert answer.location.endswith("/invitations?state=to_hand")
    assert names(sara.get("/invitations?state=to_hand")) == []
    assert sorted(names(sara.get("/invitations?state=handed"))) == ["Lan", "Nam"]
    sara.post("/invitations/handed", data={"slip": slips, "handed": "no"})
    assert sorted(names(sara.get("/invitations?state=to_hand"))) == ["Lan", "Nam"]


def test_slips_of_another_village_are_not_noted(invited, world, as_):
    world.users["sara"].place("staff", world.areas["TX01"], world.users["ada"])
    as_("sara").post("/invitations/handed", data={"slip": [invited[0].uid]})
    assert Invitation.get_by_id(invited[0].id).handed_at is None


def test_classes_are_a_table_with_what_was_held(invited, as_):
    sara = as_("sara")
    assert names(sara.get("/courses/table")) == ["VNeID"]
    assert names(sara.get("/courses/table?state=over")) == []
    assert names(sara.get("/courses/table?topic=payment")) == []
    assert names(sara.get("/courses/table?q=dinh+ha")) == ["VNeID"]  # its place and its host's name


def test_an_officer_takes_the_targets_as_a_picture(as_, world):
    answer = as_("sara").get("/progress/HL/chart.svg")
    picture = ElementTree.fromstring(answer.text)
    words = " ".join(picture.itertext())
    assert answer.mimetype == "image/svg+xml"
    assert "CT4a · Điện thoại thông minh" in words
    assert "attachment" in answer.headers["Content-Disposition"]
    assert as_("leo").get("/progress/HL/chart.svg").status_code == 404


def test_households_of_all_villages_are_a_table_by_pages(world, as_, monkeypatch):
    monkeypatch.setattr("views.households.PAGE", 2)
    for village, name in (("TH04", "Nguyễn An"), ("TH04", "Nguyễn Bình"), ("TX01", "Bùi Chi")):
        world.household(village, people=[(name, 1958, "f", "head")])
    sara = as_("sara")
    assert names(sara.get("/households/table")) == ["An", "Bình"]
    assert names(sara.get("/households/table?page=2")) == ["Chi"]
    assert names(sara.get("/households/table?sort=-place")) == ["Chi", "Bình"]
    assert names(sara.get("/households/table?village=TX01")) == ["Chi"]
    assert names(sara.get("/households/table?q=binh")) == ["Bình"]
    assert names(sara.get("/households/table?state=done")) == []
    assert sara.get("/households/table?page=99999999999999999999").status_code == 200
    assert as_("leo").get("/households/table").status_code == 404

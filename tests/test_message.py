"""The message of a day, counted by hand: four counters and the doors, the targets that moved, and nobody's answers."""

import re
from datetime import date, datetime, timedelta

import pytest

import vi
import visits
from models import Figure, Household, Publication, State, Support, User, new_uid, now
from office import message
from terms import PLACES
from views import words

DAY = date(2026, 11, 20)


def at(day, hour=10):
    return vi.utc(datetime(2026, 11, day, hour))


def knock(household, moment, **answers):
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": moment, "answers": answers, "people": []}
    visits.receive(household, visit, None)


def help_given(world, topic, moment, resident=None, by="vera"):
    return Support.give(world.users[by], topic, 5, next(iter(PLACES)), resident, happened_at=moment)


@pytest.fixture
def busy(world):
    """On 20/11: home A is knocked on twice and home B at a minute to midnight; home C, of Thôn Trại Mới, once.

    A trades and has a code, B does not trade, C trades without one. A's Lan gets help with paying and with the market,
    B's with paying, C's with VNeID; somebody unnamed gets help with services; one more VNeID is taken back. Another
    was given on the 19th.
    """
    a, b, c = world.household(), world.household(), world.household("TX01")
    for household, hour, trading in ((a, 8, "with_qr"), (a, 9, "with_qr"), (b, 23, "no"), (c, 8, "without_qr")):
        knock(household, at(20, hour), trading=trading)
    knock(a, at(19))
    lan, binh, chi = (household.living().get() for household in (a, b, c))
    help_given(world, "payment", at(20), lan)
    help_given(world, "market", at(20), lan)
    help_given(world, "payment", at(20), binh)
    help_given(world, "vneid", at(20), chi, by="otto")
    help_given(world, "services", at(20))
    wrong = help_given(world, "vneid", at(20, 11), lan)
    Support.get(Support.uid == wrong.uid).undo(world.users["vera"])
    help_given(world, "vneid", at(19), lan)
    return world


def test_the_counters_by_hand(busy, database):
    """Five times help, one of it with VNeID and one with services; of the homes helped with paying one trades."""
    assert message.of_day(busy.commune, DAY) == (3, 5, 1, 1, 1)
    assert message.of_day(busy.areas["TH04"], DAY) == (2, 4, 0, 1, 1)
    assert message.of_day(busy.areas["TX01"], DAY) == (1, 1, 1, 0, 0)
    assert message.of_day(busy.commune, date(2026, 11, 19)) == (1, 1, 1, 0, 0)
    assert message.of_day(busy.commune, date(2026, 11, 21)) == (0, 0, 0, 0, 0)


def publish(world, code, asked, yes, moment):
    Publication.put(world.areas["TH04"], {code: State(asked, asked, yes)}, at=moment)


def test_the_three_that_moved_most_within_a_week_as_published(world, database, monkeypatch):
    """Thôn 4 has 1000 adults, 1050 people from 16 and 400 homes. Published on 13/11 and today:

    CT3 100 and 110 of 1000: 1 point up. CT4a 300 and 280: 2 down. CT4b 200 and 205: 0.5 up. CT6 210 and 210: as it was.
    CT7 40 and 120 of 400: 20 up, but 120 was published after 13/11 as 60 first, which the message does not compare.
    """
    monkeypatch.setattr("published.publish", lambda area, today: None)
    then = {"CT3": 100, "CT4a": 300, "CT4b": 200, "CT6": 210, "CT7": 40}
    for code, yes in then.items():
        publish(world, code, 390, yes, at(13, 23))
    publish(world, "CT7", 390, 60, at(15))
    for code, yes in {"CT3": 110, "CT4a": 280, "CT4b": 205, "CT7": 120}.items():
        publish(world, code, 395, yes, at(20))
    moves = message.moved(world.areas["TH04"], DAY)
    assert [(move.target.code, round(move.points, 6)) for move in moves] == [("CT7", 20), ("CT4a", -2), ("CT3", 1)]
    assert moves[0].before == pytest.approx(10) and moves[0].now == pytest.approx(30)


def test_before_a_week_was_published_every_target_is_told_as_it_stands(app, world, monkeypatch):
    monkeypatch.setattr("published.publish", lambda area, today: None)
    publish(world, "CT4a", 390, 300, at(14))
    publish(world, "CT3", 390, 100, at(14))
    moves = message.moved(world.areas["TH04"], DAY)
    assert [(move.target.code, move.before, move.now) for move in moves] == [("CT3", None, 10), ("CT4a", None, 30)]
    with app.test_request_context():
        text = words.message(world.areas["TH04"], DAY, message.Day(0, 0, 0, 0, 0), moves, "https://example.vn")
    assert text.splitlines()[-4:] == [
        "Chỉ tiêu đến nay, trên toàn bộ:",
        "- Người trưởng thành có kỹ năng số: 10,0%",
        "- Người trưởng thành có điện thoại thông minh: 30,0%",
        "Xem tiến độ: https://example.vn",
    ]


def test_nothing_is_said_of_targets_that_did_not_move(world, monkeypatch):
    monkeypatch.setattr("published.publish", lambda area, today: None)
    publish(world, "CT3", 390, 100, at(13))
    assert message.moved(world.areas["TH04"], DAY) == []


def test_a_visit_that_is_not_published_moves_nothing(world, monkeypatch):
    """One family answers: the message of that day says that a door was knocked on, and no rate changes."""
    Figure.put(world.areas["TX01"], "adults", 10, date(2026, 10, 1), "")
    home = world.household("TX01")
    person = {"uid": home.living().get().uid, "answers": {"phone": "own"}}
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}, "people": [person]}
    visits.receive(home, visit, None)
    today = vi.local(now()).date()
    assert message.moved(world.areas["TX01"], today) == []
    assert message.of_day(world.areas["TX01"], today).doors == 1


def test_the_message_is_plain_text_in_vietnamese(app, world):
    target = next(target for target in words.plan.active.targets if target.code == "CT4a")
    moves = [message.Move(target, 50.2, 51.44), message.Move(target, 51, 50)]
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        day, address = message.Day(1234, 25, 10, 6, 3), "https://example.vn/progress/HL"
        text = words.message(world.commune, DAY, day, moves, address)
    assert text.splitlines() == [
        "Bình dân học vụ số, Xã Hòa Lạc, ngày 20/11/2026",
        "- Đã gõ cửa: 1.234 hộ",
        "- Hỗ trợ kỹ năng số: 25 lượt, trong đó:",
        "  + hỗ trợ VNeID: 10 lượt",
        "  + dịch vụ công trực tuyến: 6 lượt",
        "- Hộ kinh doanh được hỗ trợ mã QR: 3 hộ",
        "Chỉ tiêu thay đổi nhiều nhất trong tuần, trên toàn bộ:",
        "- Người trưởng thành có điện thoại thông minh: 51,4%, tăng 1,2 điểm phần trăm",
        "- Người trưởng thành có điện thoại thông minh: 50,0%, giảm 1,0 điểm phần trăm",
        "Xem tiến độ: https://example.vn/progress/HL",
    ]


@pytest.mark.parametrize("who, area", [("leo", "TH04"), ("sara", "HL"), ("rita", "HL")])
def test_a_lead_tells_of_the_village_and_the_office_of_the_commune(busy, as_, base_url, who, area):
    base_url("https://example.vn")
    User.add("rita", "Rita", "unit", busy.commune, unit=busy.units["office"])
    page = as_(who).get("/office/message").text
    told = re.search(r"<textarea[^>]*readonly>([^<]*)<", page)[1]
    assert told.endswith(f"https://example.vn/progress/{area}")
    names = [user.name for user in User.select()] + [home.head_name for home in Household.select()]
    assert [name for name in names if name in told] == []
    assert 'data-copies="message"' in page


@pytest.mark.parametrize("who", ["vera", "hana", "uma", None])
def test_nobody_else_has_it(as_, who):
    assert as_(who).get("/office/message").status_code == (404 if who else 303)


def test_a_lead_is_led_there_from_the_own_work(as_):
    assert ["/office/message" in as_(who).get("/mine").text for who in ("leo", "vera")] == [True, False]


def test_queries_do_not_grow_with_visits(busy, count_queries):
    def asked():
        with count_queries() as queries:
            message.of_day(busy.commune, DAY)
            message.moved(busy.commune, DAY)
        return len(queries)

    asked()  # which publishes
    before = asked()
    for _ in range(3):
        knock(busy.household(), at(20) + timedelta(hours=1))
    assert asked() == before

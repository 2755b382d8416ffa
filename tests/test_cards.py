"""Volunteers' cards: genuine, former, revoked and unknown ones, and who may print them."""

import re

import pytest

from models import Event, Limit, User
from tests.test_budgets import KB, weight
from views import cards


@pytest.fixture
def vera(world):
    return world.users["vera"]


def check(as_, code):
    answer = as_(None).get(f"/v/{code}")
    return answer.status_code, re.search(r"</span>(.*?)</h1>", answer.text)[1], answer.text


def test_an_active_members_card_is_genuine_and_names_member_and_team(vera, as_):
    status, verdict, page = check(as_, vera.card)
    assert (status, verdict) == (200, "Đúng là thành viên đang hoạt động")
    assert "Nguyễn Thị Vẻ" in page
    assert "Tổ chuyển đổi số cộng đồng Thôn 4 (Thạch Hòa cũ)" in page
    assert "không bao giờ hỏi tiền" in page


def test_the_code_is_read_in_any_case_with_o_for_0_and_i_for_1(vera, as_):
    typed = vera.card.lower().replace("0", "o").replace("1", "l")
    assert check(as_, typed)[0] == 200


def test_a_closed_account_is_no_member_at_once_and_one_again_when_reopened(vera, as_):
    vera.set_active(False, None)
    status, verdict, page = check(as_, vera.card)
    assert (status, verdict) == (200, "KHÔNG còn là thành viên")
    assert "không đưa điện thoại hay giấy tờ" in page
    vera.set_active(True, None)
    assert check(as_, vera.card)[1] == "Đúng là thành viên đang hoạt động"


def test_a_renewed_card_revokes_the_old_one(vera, world, as_):
    old = vera.card
    answer = as_("sara").post(f"/cards/{vera.uid}/renew")
    new = User.get_by_id(vera.id).card
    assert (answer.status_code, answer.location) == (303, f"/cards?renewed={vera.uid}")
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{13}", new)
    assert [check(as_, code)[:2] for code in (old, new)] == [
        (404, "Không có thẻ nào mang mã này"),
        (200, "Đúng là thành viên đang hoạt động"),
    ]
    assert Event.get(Event.verb == "user.card_renewed").subject == vera.uid


def test_wrong_codes_are_limited_in_all_and_right_ones_never(vera, as_, monkeypatch):
    monkeypatch.setattr(cards, "WRONG_CODES_AN_HOUR", 2)
    assert [check(as_, "0" * 13)[0] for _ in range(4)] == [404, 404, 429, 429]
    assert Limit.get(Limit.key == "card").number == 2
    assert check(as_, vera.card)[0] == 200


def test_looking_at_a_card_tells_nothing_but_the_card_and_records_nothing(vera, as_):
    before = Event.select().count()
    page = check(as_, vera.card)[2]
    assert [said for said in ("vera", vera.uid, "TH04", "<script") if said in page] == []
    assert Event.select().count() == before
    assert as_(None).post(f"/v/{vera.card}").status_code == 405


@pytest.mark.parametrize("active", [True, False])
def test_the_card_page_weighs_at_most_15_kb(vera, as_, active):
    vera.set_active(active, None)
    assert weight(as_(None), f"/v/{vera.card}") <= 15 * KB


@pytest.mark.parametrize("who", ["vera", "leo", "hana", "uma"])
def test_only_the_office_prints_and_revokes_cards(vera, as_, who):
    browser, card = as_(who), vera.card
    assert browser.get("/cards/sheet").status_code == 404
    assert browser.post(f"/cards/{vera.uid}/renew").status_code == 404
    assert User.get_by_id(vera.id).card == card


def test_staff_print_chosen_cards_a_team_or_all(world, as_):
    sara, users = as_("sara"), world.users
    users["otto"].set_active(False, None)

    def printed(address):
        page = sara.get(address).text
        return {name for name, user in users.items() if user.card in page}

    assert printed("/cards/sheet?village=TH04") == {"vera", "leo", "hana"}
    assert printed(f"/cards/sheet?user={users['vera'].uid}&user={users['sara'].uid}") == {"vera", "sara"}
    assert printed("/cards/sheet") == {"vera", "leo", "hana", "sara", "ada"}
    assert Event.get(Event.verb == "cards.printed").data == {"cards": 3}

"""Passwords that a guesser tries first are refused; guessing is counted by the account that is guessed at."""

import time

import pytest

import passwords
from models import Event, User


@pytest.mark.parametrize(
    "password",
    [
        "12345678", "87654321", "1234567890", "aaaaaaaa", "abababab", "abcabcabc", "abcdefgh", "        ", "1 2 3 4 5 6 7 8",
        "matkhau1", "Mật khẩu 12", "password1", "Hanoi2026", "hoalac123", "demo-lan1", "anhyeuem",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password):
    assert passwords.refused(password, "demo-lan") is not None


@pytest.mark.parametrize("password", ["bốn cây tre", "gà trống gáy sớm", "x7#Lm2qP", "lúa chín vàng đồng"])
def test_a_few_words_or_mixed_letters_are_taken(password):
    assert passwords.refused(password, "lan.thon4", "volunteer") is None


def test_an_offices_password_is_longer():
    assert passwords.refused("x7#Lm2qP", "sara", "staff").values == {"least": 10}
    assert passwords.refused("x7#Lm2qPz9", "sara", "staff") is None


def test_an_administrator_is_told_beside_the_field(as_):
    new = {"username": "moi", "name": "Người Mới", "role": "volunteer", "area": "TH04", "password": "12345678"}
    answer = as_("ada").post("/people", data=new)
    assert (answer.status_code, User.named("moi")) == (422, None)
    assert "Mật khẩu này dễ đoán." in answer.text


def sign_in(browser, username, password="sai"):
    return browser.post("/sign-in", data={"username": username, "password": password}).status_code


def test_spelling_a_username_otherwise_is_no_way_round_the_limit(world, as_):
    world.users["vera"].set_password("bốn cây tre", None)
    spelled = ["vera", "VERA", "vera!", "vera!!", "véra", "v era", "Vera#", "vẹra", "vera\u200b", "(vera)"]
    assert {sign_in(as_(None), name) for name in spelled} == {422}
    assert [sign_in(as_(None), name, "bốn cây tre") for name in ("vera", "vera?", "VÉRA")] == [429] * 3


def test_a_megabyte_for_a_name_or_a_password_costs_nothing(world, as_):
    world.users["vera"].set_password("bốn cây tre", None)
    begun = time.process_time()
    assert sign_in(as_(None), "v" * 400_000) == 422
    assert sign_in(as_(None), "vera", "x" * 400_000) == 422
    assert time.process_time() - begun < 2  # generous: looking each up in full took longer
    assert sign_in(as_(None), "vera", "bốn cây tre") == 303


def test_who_cannot_be_logged_is_not_signed_in(world, as_, monkeypatch):
    world.users["vera"].set_password("bốn cây tre", None)
    browser = as_(None)

    def fails(*args, **told):
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(Event, "log", fails)
        with pytest.raises(OSError):
            sign_in(browser, "vera", "bốn cây tre")
    assert browser.get("/households").status_code != 200

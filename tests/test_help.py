"""A page of help for each role, for anybody to read and print."""

import pytest

from terms import SIGNED_IN


@pytest.mark.parametrize("who", [None, "vera", "leo", "hana", "uma", "sara", "ada"])
def test_everybody_is_led_to_the_help_of_their_role_from_the_foot(world, as_, who):
    browser, role = as_(who), world.users[who].role if who else "resident"
    assert f'href="/help/{role}"' in browser.get("/notice").text
    page = browser.get(f"/help/{role}")
    assert page.status_code == 200 and page.text.count("<li>") >= 3


@pytest.mark.parametrize("role", [*SIGNED_IN, "resident"])
def test_the_help_of_a_role_has_its_pictures_in_both_languages(app, as_, role):
    expected = 0 if role == "unit" else 2
    for language in ("vi", "en"):
        browser = as_(None)
        browser.set_cookie("lang", language)
        page = browser.get(f"/help/{role}").text
        assert page.count(f"-{language}.png") == page.count("<img") == expected


def test_there_is_no_help_for_a_role_that_is_not_there(app, as_):
    assert as_(None).get("/help/king").status_code == 404

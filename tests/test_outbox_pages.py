"""Which pages a phone keeps for no signal, and for which ones its worker never answers."""

import json
import re


def script(as_):
    return as_(None).get("/households/sw.js")


def test_the_worker_answers_for_no_page_of_residents(as_):
    told = script(as_)
    residents = json.loads(re.search(r"const RESIDENTS = (\[.*\]);", told.text)[1])
    assert {"c", "i", "v", "code", "coming", "notice", "sign-in"} <= set(residents)
    assert {"", "households", "invitations", "courses", "meetings", "progress"}.isdisjoint(residents)
    assert told.headers["Service-Worker-Allowed"] == "/"


def test_only_pages_of_who_works_in_the_field_ask_for_the_worker(world, as_):
    for who in ("vera", "leo", "hana", "sara", "ada"):
        assert 'data-worker="/households/sw.js"' in as_(who).get("/account").text
    for who, path in {"uma": "/account", None: "/", "": "/code"}.items():
        page = as_(who).get(path).text
        assert ("data-worker" in page, "outbox.js" in page) == (False, False)


def test_a_phone_keeps_the_invitations_of_one_village_and_of_no_commune(as_):
    def kept(who):
        return set(re.search(r'data-pages="([^"]*)"', as_(who).get("/account").text)[1].split())

    everybody = {"/no-signal", "/households/outbox", "/courses"}
    assert kept("vera") == kept("leo") == everybody | {"/invitations"}
    assert kept("hana") == kept("sara") == everybody
    for who in ("vera", "hana"):
        assert {as_(who).get(path).status_code for path in kept(who)} == {200}

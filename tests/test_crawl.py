"""Every page opens for every role that may see it, on both databases, with something and with nothing to show."""

from datetime import timedelta

import pytest

from models import Attendance, Course, Invitation, new_uid, now

ROLES = ("vera", "leo", "hana", "uma", "sara", "ada", None)


def pages(app, **uids):
    """The addresses of every GET view, filled with ids that exist."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "static":
            yield from ([rule.rule] if not rule.arguments else filled(rule, uids))


def filled(rule, uids):
    first, blueprint = rule.rule.split("/")[1], rule.endpoint.split(".")[0]
    value = uids.get(first) or uids.get(blueprint)
    if value:
        address = rule.rule.replace("<need>", "vneid")
        for argument in rule.arguments:
            address = address.replace(f"<{argument}>", value)
        yield address


@pytest.mark.parametrize("who", ROLES)
def test_every_page_opens_or_is_not_there(world, database, app, as_, who):
    household = world.household()
    times = [(now(), now() + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)
    meeting = course.meetings.get()
    walk_in, _ = Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    invited = Invitation.invite(course, list(household.living()), "vneid", world.users["hana"])
    uids = {"households": household.uid, "courses": course.uid, "meetings": meeting.uid}
    uids |= {"i": invited[0].code, "attendance": walk_in.uid}
    uids["needs"] = uids["areas"] = "TH04"
    uids |= {"timetable": meeting.uid, "confirmations": course.uid}
    uids |= {"progress": "TH04", "check_in": course.code, "moves": household.uid}
    addresses = list(pages(app, **uids, residents=household.living().first().uid))
    assert len(addresses) > 15
    browser = as_(who)
    statuses = {address: browser.get(address).status_code for address in addresses}
    assert {address: status for address, status in statuses.items() if status not in (200, 303, 404)} == {}
    assert statuses["/"] == 200


@pytest.mark.parametrize("who", ROLES)
def test_every_list_says_what_to_do_when_it_is_empty(world, app, as_, who):
    for address in pages(app):
        with as_(who).get(address) as answer:
            assert answer.status_code in (200, 303, 404), address

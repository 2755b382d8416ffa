"""The pages that people wait for most, and every page that the demo's people find by following links."""

import re
import time
from collections import Counter

from bench import sent
from bench.serving import Wrong, ask, sign_in
from models import Attendance, Household, Meeting, User

ROLES = ("volunteer", "lead", "host", "unit", "staff", "admin")
OF_A_KIND = 2  # pages that differ only in whom they are about
LINK = re.compile(rb'<a\b[^>]*\bhref="(/[^"#]*)')
OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[A-Z0-9]+(?=$|[/?])|(?<==)[^&]*")
AT_ONCE = 0.2  # seconds


def waited_for():
    """(row's name, role, path) of the pages that somebody waits for at a door or before a class."""
    home = Household.visible_to(User.named("demo-volunteer")).where(Household.state == "todo").first()
    meeting = max(Meeting.visible_to(User.named("demo-host")), key=Attendance.came)
    return [
        ("list of a village", "volunteer", f"/households?village={home.village.code}"),
        ("form", "volunteer", f"/households/{home.uid}"),
        ("roll call", "host", f"/meetings/{meeting.uid}"),
        ("progress", "volunteer", "/"),
        ("class", "host", f"/courses/{meeting.course.uid}"),
    ]


def every(port):
    """`[(seconds, role, path)]` of the pages that a role of the demo reaches, the slowest first.

    A page takes the shorter of two answers, unless the first came at once: that one also reads the template's file.
    """
    return sorted((found for role in ROLES for found in reached(port, role)), reverse=True)


def reached(port, role):
    cookie, kinds = sign_in(port, role), Counter()
    waiting, known = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        kinds[kind := OWN.sub("*", path)] += 1
        if kinds[kind] > OF_A_KIND:
            continue
        seconds, body = timed(port, path, cookie)
        yield seconds, role, path
        links = {link.decode().replace("&amp;", "&") for link in LINK.findall(body)} - known
        known |= links
        waiting += sorted(links)


def timed(port, path, cookie):
    """(seconds, body) of a page."""
    began = time.perf_counter()
    status, _, body = ask(port, sent.request("GET", path, cookie))
    seconds = time.perf_counter() - began
    if status not in (200, 303):
        raise Wrong(f"{status} for {path}")
    if seconds < AT_ONCE:
        return seconds, body
    began = time.perf_counter()
    ask(port, sent.request("GET", path, cookie))
    return min(seconds, time.perf_counter() - began), body

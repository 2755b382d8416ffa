"""Every page in both languages: no Vietnamese on an English screen, no English on a Vietnamese one.

Names, places and the plan's own texts are data, and stay as they are.
"""

import dataclasses
import html
import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import render_template_string

import plan
import vi
import visits
from models import (
    Ambassador,
    Attendance,
    Course,
    Device,
    Figure,
    Household,
    Invitation,
    Meeting,
    Place,
    ReportText,
    Roster,
    Shift,
    Table,
    UnitFigure,
    User,
    new_uid,
    now,
)
from office import board, shifts
from roster import listing, saving
from views import words
from views.shifts import monday

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE.parent / "translations/en/LC_MESSAGES/messages.po"
VISITORS = (None, "vera", "leo", "hana", "uma", "sara", "ada")
ENOUGH, FEW = 8, 1  # pages that differ only in an id or in what they ask for: by the first visitor, by each other
NOT_PAGES = {"pages.healthz", "outbox.worker", "households.following", "coming.calendar", "meetings.people"}
NOT_PAGES |= {"figures.blank", "progress.chart"}  # a file, a picture
NOT_PAGES |= {"data.dictionary", "data.period", "data.progress"}  # files for programs
# Said as they are in English too: the product, the movement, a kind of legal document, a sheet of the Excel file.
KEPT = ("Gõ Cửa", "Bình dân học vụ số", "NĐ-CP", "Giải thích")
# Said in both languages: programs, the ends of files' names, a key.
SHARED = {"https", "zalo", "excel", "word", "xlsx", "json", "unikey", "unicode", "ctrl"}
# English of computers, whether or not our catalogue says it.
JARGON = {"submit", "sync", "loading", "login", "logout", "online", "offline", "email", "check", "click", "error", "ok"}


def our_english():
    """The texts of the catalogue, without what they quote."""
    with CATALOGUE.open("rb") as file:
        return [without(re.sub("“[^”]*”", "", message.string), KEPT) for message in read_po(file) if message.id]


@pytest.fixture
def lively(world):
    """The world with a household in every state, people who told a need in seconds and one of whom is invited, classes
    that are over, open with too many unknown names, and still to come, somebody on duty in this fortnight, a phone, a
    place, and two lists from Excel, one saved and one still to be looked at.
    """
    from views.words import HOUSEHOLD_STATES

    for state in HOUSEHOLD_STATES:
        household = world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head"), ("Đỗ Văn Ơn", None, "m", "other")])
        Household.update(state=state).where(Household.id == household.id).execute()
    for days in (-7, 0, 7):
        starts = now() + timedelta(days=days)
        times = [(starts, starts + timedelta(hours=1))]
        course = Course.open(world.users["leo"], world.areas["TH04"], "vneid", "Học dùng VNeID", "Nhà văn hóa", times)
        meeting = course.meetings.get()
        for number, how in enumerate(("self", "family", "host", "paper")):
            Attendance.check_in(
                meeting, f"{course.id}-{number}", how, f"Bác {how} Ấ", 1950 + number, world.areas["TH04"]
            )
        for number in range(20 if days == 0 else 0):
            Attendance.check_in(meeting, f"{course.id}-joke-{number}", "self", f"Bác Ấ {number}", 1950)
        meeting.count_heads(5, world.users["leo"])
    asked = [Household.get(Household.state == state) for state in ("done", "partial")]
    told = [told_a_need(world, household) for household in asked]
    Invitation.invite(course, told[:1], "vneid", world.users["leo"])
    first = monday(vi.local(now()).date())
    slots = shifts.half_days(first, first + shifts.FORTNIGHT)
    Shift.put_in(Ambassador(world.users["vera"], ""), slots[:1], world.users["sara"], new_uid())
    Device.create(uid=new_uid(), user=world.users["hana"], last_user=world.users["hana"], made=2, missing=[1])
    Place.add(world.users["sara"], name="Nhà văn hóa", kind="cultural_house", area=world.areas["TH04"], seats=40)
    for name in ("danh-sach-thon-trai-moi.xlsx", "danh-sach-thon-4.xlsx"):
        Roster.keep(world.users["sara"], name, read(name).to_json())
    saving.confirm(Roster.get(), {"0": "TX01"}, world.users["sara"])
    assert [row.saved_at is None for row in Roster.select().order_by(Roster.id)] == [False, True]
    school, today = world.units["thach_hoa_primary"], vi.local(now()).date()
    told = {
        "key": "staff",
        "as_of": today,
        "source": "Báo cáo",
        "document": "Quyết định 9",
        "user": world.users["sara"],
    }
    for period in (board.first_period(), board.current_period(today)):
        UnitFigure.create(unit=school, area=school.area, period=period.key, value=38, **told)
        ReportText.write(world.commune, period.key, "I", "Đã họp.", world.users["sara"], 0)
    return world


def told_a_need(world, household):
    """The first resident, who was just asked, and needs VNeID."""
    person = household.living().first()
    answers = {"phone": "own", "account": ["bank"], "vneid": "none", "needs": ["vneid"]}
    people = [{"uid": person.uid, "answers": answers}]
    visit = {"uid": new_uid(), "outcome": "partial", "happened_at": now(), "answers": {}, "people": people}
    visits.receive(household, visit, world.users["vera"])
    return person


def read(name):
    return listing.read(HERE / "data" / name, name, ends=plan.active.ends)


def crawl(app, browser, seen):
    """`{address: HTML}` of the pages that links lead to from the menu, from typed addresses, from a poster and a slip,
    and to which the buttons that print lead; some of each kind, fewer of the kinds that others have `seen`."""
    waiting = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    waiting += [f"/c/{course.code}" for course in Course.select()] + ["/there-is-no-such-page"]
    waiting += [f"/i/{slip.code}" for slip in Invitation.select()]
    waiting += [f"/courses/{slip.course.uid}/slips" for slip in Invitation.select()]
    waiting += [f"/meetings/{meeting.uid}/roster" for meeting in Meeting.select()]
    waiting += [f"/v/{code}" for code in ("none", User.select().first().card)] + ["/screen/TH04"]
    pages, kinds = {}, Counter()
    while waiting:
        address = waiting.pop()
        kind = re.sub(r"[0-9a-f-]{36}|\d{4}-\d\d|=[^&]*", "", address)
        most = FEW if kind in seen else ENOUGH
        if address in pages or address.startswith(("/static/", "/healthz")) or kinds[kind] == most:
            continue
        kinds[kind] += 1
        answer = browser.get(address)
        pages[address] = "" if answer.location or answer.mimetype != "text/html" else answer.text
        waiting += map(html.unescape, re.findall(r'href="(/[^"#]*)', pages[address]))
    seen |= kinds.keys()
    return pages


def said(page, other):
    """What a page says, aloud too, except addresses and what it marks as being in the `other` language."""
    page = re.sub(rf'<(\w+)[^>]* lang="{other}".*?</\1>', " ", page, flags=re.S)
    aloud = re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', page)
    page = page.replace("<wbr>", "")  # where an address may break
    text = html.unescape(" ".join([*aloud, re.sub(r"<[^>]*>", " ", page)]))
    return re.sub(r"https?://\S+|\S+/(?:code\b|progress/\S+)", " ", text)


def data(language):
    """Texts that are not ours to translate, the longest first."""
    stored = [value for table in Table.__subclasses__() for row in table.select().tuples() for value in row]
    uploaded = [json.loads(row.text()) for row in Roster.select() if row.reading]
    names = {text for text in strings([*stored, *uploaded]) if foreign(text)}
    return sorted({*names, *planned(plan.active, language), *KEPT}, key=len, reverse=True)


def strings(part):
    """The texts anywhere in plain data."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | dict):
        for each in part.values() if isinstance(part, dict) else part:
            yield from strings(each)


def planned(part, language):
    """The plan's texts in one language."""
    if isinstance(part, plan.Words):
        yield getattr(part, language)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from planned(getattr(part, field.name), language)
    elif isinstance(part, tuple):
        for each in part:
            yield from planned(each, language)


def foreign(text):
    """The words with letters that English does not have."""
    return {word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()}


def without(text, parts):
    there = [re.escape(part) for part in parts if part in text]  # few of thousands: a pattern of all is slow
    return re.sub(rf"(?<!\w)({'|'.join(there)})(?!\w)", " ", text) if there else text


def words_said(app, as_, language, other):
    """`{(visitor, address): words}` of all pages, in lower case, without the data."""
    parts, found, seen, opened = data(language), {}, set(), set()
    for visitor in VISITORS:
        browser = as_(visitor)
        browser.set_cookie("lang", language)
        for address, page in crawl(app, browser, seen).items():
            text = without(" ".join(said(page, other).split()), parts)
            found[visitor, address] = set(re.findall(r"[^\W\d_]+", text.casefold()))
            opened |= {address.partition("?")[0]} if page else set()
    assert not_opened(app, opened) == NOT_PAGES
    return found


def not_opened(app, addresses):
    """The pages of the app that none of these addresses is."""
    places = app.url_map.bind("127.0.0.1")
    opened = {places.match(address)[0] for address in addresses if places.test(address)}
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - opened


def test_an_english_page_says_nothing_in_vietnamese(app, as_, lively):
    found = words_said(app, as_, "en", other="vi")
    assert {page: foreign(" ".join(words)) for page, words in found.items() if foreign(" ".join(words))} == {}
    assert {"households", "asked"} <= found[None, "/"]


def test_a_vietnamese_page_says_nothing_in_english(app, as_, lively):
    ours = " ".join(our_english()).casefold()
    english = (JARGON | set(re.findall(r"\b[a-z]{4,}\b", ours))) - SHARED
    found = words_said(app, as_, "vi", other="en")
    assert {page: words & english for page, words in found.items() if words & english} == {}
    assert {"hộ", "đã"} <= found[None, "/"]


def test_the_english_says_nothing_in_vietnamese_but_names_of_columns():
    """What stands in “…” is looked for in a file, letter by letter."""
    assert [text for text in our_english() if foreign(text)] == []


def test_the_language_is_the_readers_choice_and_not_the_phones(as_, lively):
    browser = as_(None)
    assert '<html lang="vi">' in browser.get("/", headers={"Accept-Language": "en-GB"}).text
    browser.post("/language", data={"lang": "en", "next": "/sign-in"})
    assert "<h1>Sign in</h1>" in browser.get("/sign-in").text


def test_numbers_are_written_as_each_language_does(app, world):
    def written(lang):
        with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
            text = "{{ 2210|number }} {{ 69.25|percent }} {{ 1234.5|number(1) }} {{ 1234.5|number(1, 'vi') }}"
            return render_template_string(text), str(words.goal(plan.active.target("CT4a")))

    assert written("vi") == ("2.210 69,3% 1.234,5 1.234,5", "trên 85%")
    assert written("en") == ("2,210 69.3% 1,234.5 1.234,5", "above 85%")


def test_a_poster_stays_vietnamese(as_, lively):
    browser = as_("leo")
    browser.set_cookie("lang", "en")
    page = browser.get(f"/courses/{Course.get().uid}/poster").text
    english, poster = page.split('<article class="sheet poster a4" lang="vi">')
    assert "Class poster, A4" in english
    assert re.search(r'<p class="when"><span class="nowrap">(thứ|Chủ nhật)', poster)


def test_numbers_are_written_as_the_reader_writes_them(app, as_, world):
    """A Vietnamese reader has 2.210 and 69,2%, an English one 2,210 and 69.2%."""
    world.household()
    Household.update(state="done").execute()
    Figure.put(world.commune, "households", 2210, date(2026, 10, 1), "Công an xã")
    browser = as_("sara")
    assert "2.210" in browser.get("/").text
    browser.set_cookie("lang", "en")
    assert "2,210" in browser.get("/").text and "2.210" not in browser.get("/").text

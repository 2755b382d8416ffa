"""Whatever can be stored has words: every key that a row may hold is walked through the pages that word it, in both
languages, and so is one that only another release or another plan knows."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask_babel import force_locale

import exports
import moves
import plan
import quality
import visits
from models import (
    Attendance,
    Consent,
    Course,
    Household,
    Invitation,
    Move,
    Resident,
    Roster,
    Support,
    User,
    new_uid,
    now,
)
from roster.changes import COUNTS
from roster.problems import SENTENCES
from terms import AUDIENCES, IDENTITY, LEFT, MOVES, OUTCOMES, PLACES, PURPOSES, RELATIONS, ROLES, WAYS
from views import roster as roster_view
from views import words

NEWER = "newkey"
CONSENT_HOWS = ("door", "paper", "office")


@pytest.fixture
def told(world):
    """A household of two with a visit, a consent, help given, a class that is open and one of each move, as ids."""
    vera, village = world.users["vera"], world.areas["TH04"]
    people = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Quách Văn Bình", 1956, "m", "spouse")]
    home, other = world.household(people=people, code="014"), world.household(people=[("Lê Hoa", 1960, "f", "head")])
    lan, binh = home.living()
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": now(), "answers": {}}
    visits.receive(home, visit | {"people": [{"uid": lan.uid, "answers": {"phone": "own"}}]}, vera)
    Support.give(world.users["ada"], "vneid", 10, "home", lan)
    move = moves.leave(binh, "away", vera)
    Move.update(to=other, double=lan).where(Move.id == move.id).execute()
    times = [(now() - timedelta(minutes=5), now() + timedelta(hours=1))]
    course = Course.open(world.users["ada"], village, "vneid", "Lớp", "Đình", times)
    came, _ = Attendance.check_in(course.meetings.get(), new_uid(), "self", "", resident=lan)
    [slip] = Invitation.invite(course, [lan], "vneid", vera)
    list_ = Roster.keep(world.users["ada"], "ds.xlsx", "{}")
    return SimpleNamespace(home=home, lan=lan, binh=binh, move=move, course=course, came=came, slip=slip, list=list_)


def walk(browser, addresses):
    """The text of each page, which answers 200, in Vietnamese and in English."""
    texts = {}
    for language in ("vi", "en"):
        browser.set_cookie("lang", language)
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, (address, language)
            seen = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.text, flags=re.S)
            texts[address, language] = " ".join(html.unescape(seen).split())
    return texts


def columns(told):
    """[(what, the column, the row, every key, the pages, its words or None)] of all columns whose keys are worded."""
    home, lan, binh, course, came = told.home, told.lan, told.binh, told.course, told.came
    of_village, form = f"?village={home.village.code}", f"/households/{home.uid}"
    household = [f"/households{of_village}", f"/households/list{of_village}", form]
    person = [f"/residents/{lan.uid}", f"/moves/{home.uid}", f"/residents/{lan.uid}/household"]
    meeting = course.meetings.get()
    session, attendance = f"/meetings/{meeting.uid}", f"/attendance/{came.uid}"
    slips = [f"/courses/{course.uid}/invitations", "/invitations", "/needs", f"/i/{told.slip.code}"]
    calendar = f"/coming/{home.village.code}"
    one = f"/courses/{course.uid}"
    classes = [
        one,
        f"{one}/confirmations",
        "/courses",
        f"{one}/edit",
        "/coming",
        calendar,
        f"{calendar}.ics",
        f"{session}/learned",
    ]
    topics, units = [each.key for each in plan.active.topics], [each.key for each in plan.active.units]
    needs = [option.key for option in plan.active.question("needs").options]
    return [
        ("state", Household.state, home, words.HOUSEHOLD_STATES, household, words.HOUSEHOLD_STATES),
        ("relation", Resident.relation, lan, RELATIONS, [*person, *household[1:]], None),
        ("left", Resident.left, binh, (*LEFT, "mistake"), [f"/residents/{binh.uid}"], words.LEFT),
        ("left", Resident.left, binh, (*LEFT, "mistake"), [f"/moves/{home.uid}"], None),
        ("move", Move.kind, told.move, MOVES, [f"/moves/{home.uid}", f"/residents/{binh.uid}"], None),
        (
            "purpose",
            Consent.purpose,
            home.consents.get(),
            PURPOSES,
            [f"/households/{home.uid}/consents"],
            words.PURPOSES,
        ),
        (
            "how",
            Consent.how,
            home.consents.get(),
            CONSENT_HOWS,
            [f"/households/{home.uid}/consents"],
            words.CONSENT_HOW,
        ),
        ("place", Support.place, Support.get(), PLACES, ["/supports/new"], words.PLACES),
        ("topic", Support.topic, Support.get(), topics, ["/supports/new"], None),
        ("topic", Course.topic, course, topics, classes, None),
        ("unit", Course.unit, course, ["", *units], classes, None),
        ("audience", Course.audience, course, AUDIENCES, [one], words.AUDIENCES),
        ("audience", Course.audience, course, AUDIENCES, classes, None),
        ("how", type(came).how, came, WAYS, [session, attendance], words.HOW),
        ("role", User.role, User.named("hana"), ROLES, ["/people"], words.ROLES),
        ("need", Invitation.need, told.slip, ["", *needs], slips, None),
    ]


@pytest.mark.parametrize("number", range(16))
def test_every_key_that_a_row_may_hold_is_worded_on_its_pages(told, app, as_, number):
    what, column, row, keys, pages, worded = columns(told)[number]
    ada = as_("ada")
    for key in (*keys, NEWER):
        type(row).update({column: key}).where(type(row).id == row.id).execute()
        texts = walk(ada, pages)
        for place, text in texts.items():
            assert NEWER not in text, (what, place)
            assert key == NEWER or not re.search("– (chưa rõ|unknown)|kế hoạch khác|another plan", text), (
                what,
                key,
                place,
            )
        for language in ("vi", "en") if worded else ():
            with app.test_request_context(), force_locale(language):
                word = str(worded[key])
            seen = " ".join(text for (_, of), text in texts.items() if of == language)
            assert word in seen, (what, key, language)


def test_every_stored_list_that_came_in_shows_its_fields_and_what_was_left_out(told, as_):
    fields = [*roster_view.FIELDS, *IDENTITY, "lane"]
    skipped = [["error", code, "DS", 3, "B3", details()] for code in (*SENTENCES, NEWER)]
    counts = dict.fromkeys(COUNTS, 1)
    changed = [[told.home.uid, told.home.code, "Thôn 4", fields]]
    result = {"counts": counts, "skipped": skipped, "changed": changed, "villages": [["TH04", "Thôn 4", 1]]}
    Roster.update(state="saved", saved_at=now(), result=result).where(Roster.id == told.list.id).execute()
    texts = walk(as_("ada"), [f"/roster/{told.list.uid}"])
    vietnamese, english = (next(text for (_, lang), text in texts.items() if lang == each) for each in ("vi", "en"))
    assert (NEWER in vietnamese, NEWER in english) == (False, False)
    assert "Ô B3, trang “DS”: xem lại chỗ này trong tệp." in vietnamese


def details():
    """Values for whatever a sentence of `roster.problems` names."""
    names = set(re.findall(r"%\((\w+)\)s", " ".join(SENTENCES.values()))) - {"where", "sheet"}
    return dict.fromkeys(names, "1") | {"meaning": "name", "unit": "hộ"}


def test_every_finding_has_words(app, told):
    one = {"household": told.home.id, "others": [], "n": 2, "seconds": 30}
    with app.test_request_context():
        for kind in (*quality.KINDS, "repeat"):
            assert words.finding(SimpleNamespace(kind=kind, **one), {}) != "", kind
            assert str(words.FINDINGS[kind]) != "– chưa rõ"
        assert words.finding(SimpleNamespace(kind=NEWER, **one), {}) == ""


def test_an_answer_of_another_plan_is_no_key_on_the_screen(app, told):
    question = plan.active.question("phone")
    with app.test_request_context():
        assert words.answered(question, SimpleNamespace(standing_answers={"phone": "own"})) == "Máy riêng"
        assert words.answered(question, SimpleNamespace(standing_answers={"phone": NEWER})) == "– chưa rõ"
        assert words.answered(question, SimpleNamespace(standing_answers={"phone": 2})) == "2"


def test_every_stored_outcome_has_a_state_in_words():
    assert [outcome for outcome in OUTCOMES if outcome not in words.HOUSEHOLD_STATES] == []


def test_exports_hold_no_key_that_only_another_release_knows(told):
    Household.update(state=NEWER).execute()
    Resident.update(relation=NEWER).execute()
    type(told.came).update(how=NEWER).execute()
    Course.update(topic=NEWER, audience=NEWER, unit=NEWER).execute()
    for table in exports.TABLES:
        shown = exports.columns(table, False, True)
        rows = list(exports.rows(table, told.home.village, False, shown))
        assert rows and not any(NEWER in row for row in rows), table

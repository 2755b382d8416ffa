"""Lists that come in again, through the screens: what an office does in a careless week loses and doubles nobody."""

import threading
import unicodedata
from datetime import timedelta

import pytest

import moves
import visits
from models import Attendance, Course, Event, Household, Resident, Tally, User, new_uid, now
from tests.roster.conftest import HEADER, LIST
from tests.roster.test_upload import fact, words

CODED = ["Mã hộ", *HEADER[1:5]]


@pytest.fixture(autouse=True)
def tallies_agree(app):
    """After every test the tallies are what they are when counted from scratch."""
    yield
    stood = tallies()
    Household.rebuild_tallies()
    assert stood == tallies()


def tallies():
    columns = Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes
    return {row for row in Tally.select(*columns).tuples() if any(row[2:])}


def homes():
    return {
        home.code: [(who.name, who.birth_year) for who in home.living()]
        for home in Household.select().where(Household.merged_into.is_null()).order_by(Household.code)
    }


def save(browser, address, **choices):
    answer = browser.post(address, data={"then": "save"} | choices)
    page = browser.get(address)
    assert page.status_code == 200
    return answer, page


def called():
    return {code: " ".join(name.split()[-1] for name, _ in people) for code, people in homes().items()}


def visit(home, user, people=(), outcome="done"):
    seen = {"uid": new_uid(), "outcome": outcome, "happened_at": now(), "answers": {}, "people": list(people)}
    visits.receive(home, seen, user)


def who(name):
    return Resident.get(Resident.name == name)


STOOD = [["002", "Hà Thị Lý", "Chủ hộ", 1950, "Nữ"], ["002", "Vũ Văn Sơn", "Con", 1975, "Nam"]]
COMES = [["003", "Đỗ Thị Hoa", "Chủ hộ", 1980, "Nữ"], ["003", "Vũ Văn Sơn", "Chồng", 1975, "Nam"]]
THIRD = [["003", "Vũ Văn Tí", "Con", 2005, "Nam"]]


@pytest.mark.parametrize("third", [[], THIRD], ids=["two", "a third person"])
@pytest.mark.parametrize(
    ("answer", "in_002", "in_003"),
    [("", 2, 1), ("here", 1, 2), ("other", 2, 2), ("out", 2, 1)],
)
@pytest.mark.parametrize("header", [CODED, HEADER[:5]], ids=["codes", "running"])
def test_household_003_is_never_poured_into_002(sara, preview, third, answer, in_002, in_003, header):
    save(sara, preview(STOOD, header=header))
    address = preview([*COMES, *third], header=header)
    sara.get(address)
    save(sara, address, **({"same-rest": answer} if answer else {}))
    found = homes()
    assert len(found["002"]) == in_002
    assert len(found["003"]) == in_003 + len(third)
    assert found["003"][0] == ("Đỗ Thị Hoa", 1980)
    if answer == "here":
        assert Resident.select().where(Resident.name == "Vũ Văn Sơn").count() == 1
    again = preview([*COMES, *third], header=header)
    sara.get(again)
    save(sara, again, **({"same-rest": answer} if answer else {}))
    assert homes() == found


def bare(text):
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    "worn",
    [
        bare,
        str.upper,
        lambda t: bare(t).upper(),
        str.lower,
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: f" {t} ".replace(" ", "  "),
    ],
)
def test_a_worse_spelling_never_wins(sara, preview, worn):
    save(sara, preview())
    before = homes()
    lanes = {h.code: h.lane for h in Household.select()}
    address = preview(
        [[worn(v) if type(v) is str else v for v in row] for row in LIST], header=[worn(h) for h in HEADER]
    )
    page = sara.get(address)
    save(sara, address)
    assert homes() == before
    assert lanes == {h.code: h.lane for h in Household.select()}
    assert fact(page, "hộ giữ nguyên") == 4, words(page)


def test_a_better_spelling_wins_and_half_a_loss_does_not(sara, preview):
    save(sara, preview([[bare(v) if type(v) is str else v for v in row] for row in LIST]))
    address = preview()
    save(sara, address)
    assert homes()["001"] == [("Trần Thị Lan", 1958), ("Lê Văn Bình", 1955)]
    rows = [list(r) for r in LIST]
    rows[1][1] = "Lê Van Bình"
    save(sara, preview(rows))
    assert homes()["001"] == [("Trần Thị Lan", 1958), ("Lê Văn Bình", 1955)]


def test_what_was_corrected_at_the_door_stands_when_the_old_list_comes_again(world, sara, preview):
    save(sara, preview())
    em = who("Hà Thị Em")
    visit(em.household, world.users["vera"], [{"uid": em.uid, "name": "Hà Thị Yên", "birth_year": 1964, "answers": {}}])
    assert homes()["002"] == [("Vũ Văn Dũng", 1960), ("Hà Thị Yên", 1964)]
    for rows in (LIST, [[bare(v) if type(v) is str else v for v in row] for row in LIST]):
        save(sara, preview(rows))
        assert homes()["002"] == [("Vũ Văn Dũng", 1960), ("Hà Thị Yên", 1964)]
    rows = [list(r) for r in LIST]
    rows[4][1] = "Hà Thị Em Ba"
    save(sara, preview(rows))
    assert [n for n, _ in homes()["002"]] == ["Vũ Văn Dũng", "Hà Thị Yên"]


def test_whoever_two_lists_corrected_is_one_when_the_oldest_comes_again(sara, preview):
    save(sara, preview())
    rows = [list(r) for r in LIST]
    rows[4][1], rows[4][3] = "Hà Thị Yến", 1962
    save(sara, preview(rows))
    rows[4][3] = 1965
    save(sara, preview(rows))
    assert len(homes()["002"]) == 2
    save(sara, preview())
    assert len(homes()["002"]) == 2


def big(n, family, year, code="{}"):
    return [
        [
            code.format(i),
            f"{family} {'Văn' if i % 2 else 'Thị'} {chr(65 + i % 26)}{chr(97 + i // 26)}",
            "Chủ hộ",
            year + i % 60,
            "Nam",
        ]
        for i in range(1, n + 1)
    ]


def test_148_households_become_548_only_when_somebody_says_so(sara, preview):
    save(sara, preview(big(148, "Trần", 1930, "{:03d}"), header=CODED))
    address = preview(big(400, "Lê", 1935, "{:04d}"), header=CODED)
    page = words(sara.get(address))
    assert "Thôn đang có 148 hộ, tệp có 400 hộ, chỉ 0 hộ trùng nhau" in page, page
    answer, _ = save(sara, address)
    assert answer.status_code == 422
    assert Household.select().count() == 148
    name = "second-TH04"
    save(sara, address, **{name: "skip"})
    assert Household.select().count() == 148
    address = preview(big(400, "Lê", 1935, "{:04d}"), header=CODED)
    save(sara, address, **{name: "add"})
    assert Household.select().count() == 548


def checked_in(person, users):
    times = [(now(), now() + timedelta(hours=1))]
    meeting = Course.open(users["hana"], person.household.village, "vneid", "Lớp", "Đình", times).meetings.get()
    Attendance.check_in(meeting, new_uid(), "host", person.name, resident=person)


def visited(world, sara, preview):
    visit(Household.get(Household.code == "003"), world.users["vera"])


def learned(world, sara, preview):
    checked_in(who("Bùi Văn Khá"), world.users)


def listed_again(world, sara, preview):
    save(sara, preview([["003", "Đỗ Thị Hòa", "Chủ hộ", 1980, "Nữ"]], header=CODED))


def moved_on(world, sara, preview):
    moves.to_household(who("Vũ Văn Sơn"), Household.get(Household.code == "004"), world.users["vera"])


TOUCHED = {
    "nothing": ([], {"002": "Lý Sơn"}),
    "a visit": ([visited], {"002": "Lý", "003": "Hoa Tí Sơn"}),
    "a check-in": ([learned], {"002": "Lý Sơn", "004": "Khá"}),
    "another list": ([listed_again], {"002": "Lý", "003": "Hòa Tí Sơn"}),
    "another move": ([moved_on], {"002": "Lý", "003": "Hoa Tí", "004": "Khá Sơn"}),
    "all": ([visited, learned, listed_again], {"002": "Lý", "003": "Hòa Tí Sơn", "004": "Khá"}),
}


@pytest.mark.parametrize("case", TOUCHED)
def test_a_list_with_moves_is_taken_back_where_nothing_happened_since(world, sara, preview, case):
    happened, left = TOUCHED[case]
    save(sara, preview(STOOD, header=CODED))
    rows = [*COMES, *THIRD, ["004", "Bùi Văn Khá", "Chủ hộ", 1966, "Nam"]]
    address = preview(rows, header=CODED)
    save(sara, address, **{"same-rest": "here"})
    assert called() == {"002": "Lý", "003": "Hoa Tí Sơn", "004": "Khá"}
    for happen in happened:
        happen(world, sara, preview)
    assert sara.get(f"{address}/undo").status_code == 200
    sara.post(f"{address}/undo")
    page = words(sara.get(address))
    assert (called(), [f"Hộ {code} ·" in page for code in left if code != "002"]) == (left, [True] * (len(left) - 1))
    events = Event.select().count()
    sara.post(f"{address}/undo")
    assert (called(), Event.select().count()) == (left, events)
    assert sara.get(f"{address}/undo").status_code == 404
    save(sara, preview(rows, header=CODED), **{"same-rest": "here"})
    assert Resident.select().where(Resident.name.in_(["Vũ Văn Sơn", "Bùi Văn Khá"])).count() == 2


def test_a_list_that_only_moves_somebody_is_saved_and_taken_back(sara, preview):
    save(sara, preview([*STOOD, COMES[0]], header=CODED))
    start = homes()
    address = preview(COMES, header=CODED)
    _, result = save(sara, address, **{"same-rest": "here"})
    assert len(homes()["003"]) == 2
    assert "✓ Đã lưu" in words(result), words(result)
    assert f"{address}/undo" in result.text
    sara.post(f"{address}/undo")
    assert homes() == start


def test_nobody_but_who_saved_it_and_an_administrator_takes_a_list_back(world, sara, as_, preview):
    address = preview()
    save(sara, address)
    User.add("tam", "Tâm", "staff", world.areas["TX01"])
    User.add("tu", "Tư", "staff", world.areas["TH04"])
    User.add("tc", "Tc", "staff", world.commune)
    before = homes()
    for name in ("tam", "tu", "tc", "vera", "hana"):
        browser = as_(name)
        assert browser.get(f"{address}/undo").status_code in (403, 404), name
        assert browser.post(f"{address}/undo").status_code in (403, 404), name
    assert homes() == before
    assert as_("ada").get(f"{address}/undo").status_code == 200


def test_people_of_unknown_age_are_left_out_taken_and_never_removed(sara, preview):
    rows = [*LIST, [None, "Chu Văn Nên", "Con", None, "Nam"], [5, "Bùi Thị Lẻ", "Chủ hộ", None, "Nữ"]]
    address = preview(rows)
    page = sara.get(address)
    answer, _ = save(sara, address)
    assert answer.status_code == 422 and Household.select().count() == 0
    _, page = save(sara, address, **{"doubt-age": "out"})
    assert [len(h) for h in homes().values()] == [2, 2, 1, 1]
    address = preview(rows)
    save(sara, address, **{"doubt-age": "adults"})
    assert [len(h) for h in homes().values()] == [2, 2, 1, 2, 1]
    address = preview(rows)
    sara.get(address)
    save(sara, address, **{"doubt-age": "out"})
    assert [len(h) for h in homes().values()] == [2, 2, 1, 2, 1]
    sara.post(f"{address}/undo")
    assert [len(h) for h in homes().values()] == [2, 2, 1, 2, 1]


def test_two_tabs_that_save_one_upload_save_it_once(sara, as_, preview):
    address = preview()
    browsers = [as_("sara"), as_("sara")]
    answers = [None, None]

    def press(n):
        answers[n] = browsers[n].post(address, data={"then": "save"})

    threads = [threading.Thread(target=press, args=(n,)) for n in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {a.status_code for a in answers} <= {303, 409}
    assert (Household.select().count(), Event.select().where(Event.verb == "roster.saved").count()) == (4, 1)


def test_somebody_moves_between_villages_by_an_answer_and_back(world, sara, preview):
    save(sara, preview(STOOD, header=CODED))
    address = preview([["H9", *r[1:]] for r in COMES], header=CODED, title="DANH SÁCH HỘ THÔN 4 (BÌNH YÊN CŨ)")
    save(sara, address, **{"same-rest": "here"})
    assert Resident.select().where(Resident.name == "Vũ Văn Sơn").count() == 1
    sara.post(f"{address}/undo")
    assert len(homes()["002"]) == 2

"""Second looks: each kind of finding, who sees it, that it leaves when looked at, and short repeats of a visit."""

from datetime import timedelta

import pytest

import quality
import visits
from fields import is_clean_name
from models import Attendance, Consent, Course, Event, Household, Repeat, Resident, Review, Visit, new_uid, now
from terms import NON_ANSWERS

SAME = {"phone": "own", "account": ["bank"], "vneid": "can_sign_in"}
OTHER = {"phone": "none", "account": ["none"], "vneid": "none"}


@pytest.fixture
def visit(world):
    """`visit(household, 5, who="otto", answers=SAME)`: a visit so many minutes ago in which everybody said the same.

    It is not drawn for a repeat, unless by its `uid`. The minutes are those before the test began: seconds that a busy
    machine takes between two visits do not count.
    """
    began = now()

    def received(household, minutes, who="vera", answers=SAME, outcome="done", people=None, seconds=0, uid=None):
        people = list(household.living()) if people is None else people
        told = {
            "uid": uid or drawn_uid(False),
            "outcome": outcome,
            "happened_at": began - timedelta(minutes=minutes, seconds=seconds),
            "answers": {},
            "people": [{"uid": person.uid, "answers": answers} for person in people],
        }
        visits.receive(household, told, world.users[who])
        return Visit.get(Visit.uid == told["uid"])

    return received


@pytest.fixture
def lan(world):
    return world.household(code="014", lane="Xóm Đình")


def named(world, n, village="TH04"):
    """A household with one person whose name nobody else has."""
    return world.household(village, people=[(f"Nguyễn Văn {'ABCDEFGHIKLMNOPQRSTUVXY'[n]}", 1950 + n, "m", "head")])


def kinds(world, area="TH04"):
    return [one.kind for one in quality.findings(world.areas[area], now())]


def drawn_uid(is_drawn=True):
    return next(uid for uid in iter(new_uid, None) if quality.drawn(uid) == is_drawn)


def test_a_visit_saved_seconds_after_the_one_before_is_too_fast(database, world, lan, visit):
    visit(named(world, 0), 10)
    visit(lan, 10, seconds=-9)
    [found] = quality.findings(world.areas["TH04"], now())
    assert (found.kind, found.household, found.n, found.seconds) == ("fast", lan.id, 1, 9)


def test_visits_far_apart_or_by_two_people_or_corrected_at_once_are_not_too_fast(world, lan, visit):
    visit(named(world, 0), 10)
    visit(named(world, 1), 10, who="leo", answers=OTHER)
    visit(lan, 8)
    visit(lan, 8, seconds=-5)
    assert kinds(world) == []


def test_what_was_typed_from_paper_is_never_too_fast(world, lan, visit):
    for household in (named(world, 0), lan):
        visit(household, 10)
    Visit.update(entered_by=world.users["sara"]).execute()
    assert kinds(world) == []


def test_households_in_a_row_that_answer_the_same_are_one_finding(database, world, visit):
    homes = [named(world, n) for n in range(5)]
    for n, home in enumerate(homes):
        visit(home, 50 - 5 * n)
    [found] = quality.findings(world.areas["TH04"], now())
    assert (found.kind, found.n, found.others) == ("run", 5, tuple(home.id for home in homes))


def test_a_row_is_broken_by_another_answer(world, visit):
    for n in range(6):
        visit(named(world, n), 60 - 5 * n, answers=OTHER if n == 3 else SAME)
    assert kinds(world) == []


def test_a_large_household_that_answers_with_one_voice_is_found_and_a_small_one_is_not(world, visit):
    large = world.household(people=[(f"Bùi Văn {n}", 1950 + n, "m", "other") for n in range(4)])
    visit(large, 50)
    visit(world.household(people=[("Đỗ Thị Hoa", 1960, "f", "head"), ("Đỗ An", 1999, "m", "child")]), 30)
    assert [(one.kind, one.household) for one in quality.findings(world.areas["TH04"], now())] == [("alike", large.id)]


def test_two_accounts_told_different_things_within_hours_clash(database, world, lan, visit):
    visit(lan, 60)
    visit(lan, 20, who="leo", answers=OTHER)
    assert [(one.kind, one.seconds) for one in quality.findings(world.areas["TH04"], now())] == [("clash", 2400)]


@pytest.mark.parametrize(("minutes", "who", "answers"), [(20, "leo", SAME), (20, "vera", OTHER), (2000, "leo", OTHER)])
def test_the_same_answers_the_same_account_or_another_day_do_not_clash(world, lan, visit, minutes, who, answers):
    visit(lan, minutes, who=who, answers=answers)
    visit(lan, 5)
    assert kinds(world) == []


def test_a_disputed_record_is_a_finding(database, world, lan, visit):
    visit(lan, 5).dispute(world.users["vera"])
    assert kinds(world) == ["disputed"]


def test_a_household_done_with_somebody_not_asked_is_found(database, world, lan, visit):
    visit(lan, 5)
    Resident.insert_people(lan, [{"name": "Người mới", "birth_year": 1990}])
    [found] = quality.findings(world.areas["TH04"], now())
    assert (found.kind, found.n) == ("unasked", 1)


def test_a_household_without_adults_is_found_unless_nobody_lives_there(database, world, visit):
    young = world.household(people=[("Bé Na", 2010, "f", "head")])
    moved = world.household(people=[("Bé An", 2010, "m", "head")])
    world.household(people=[("Bà Tư", None, "f", "head")])
    visit(moved, 5, outcome="moved", people=[])
    assert [(one.kind, one.household) for one in quality.findings(world.areas["TH04"], now())] == [("empty", young.id)]


def test_a_household_merged_into_another_is_no_finding(world, lan, visit):
    gone = world.household(people=[("Bé Na", 2010, "f", "head")])
    visit(gone, 5).dispute(world.users["vera"])
    Household.update(merged_into=lan).where(Household.id == gone.id).execute()
    assert kinds(world) == []


def test_one_name_and_year_twice_in_a_village_may_be_one_person(database, world, lan, as_):
    twin = world.household(people=[("NGUYỄN THỊ LAN", 1958, "f", "other")])
    world.household("TX01")
    world.household(people=[("Nguyễn Thị Lan", 1959, "f", "head")])
    [found] = quality.findings(world.areas["TH04"], now())
    one, other = lan.living().first().uid, twin.living().first().uid
    assert (found.kind, found.others, found.resident, found.double) == ("twins", (lan.id, twin.id), one, other)
    leo = as_("leo")
    compare = f"/residents/{one}/double/{other}"
    assert f'href="{compare}"' in leo.get("/quality").text
    assert leo.get(compare).status_code == 200


def test_three_who_may_be_one_person_are_compared_two_by_two(database, world):
    for village in ("TH04", "TX01", "TH04", "TH04"):
        world.household(village)
    for _ in range(2):
        world.household(people=[("Bà Tư", None, "f", "head")])
    people = {person.uid: person.id for person in Resident.select()}
    found = quality.findings(world.areas["TH04"], now())
    assert {one.kind for one in found} == {"twins"}
    assert sorted((people[one.resident], people[one.double]) for one in found) == [(1, 3), (1, 4), (3, 4)]


def test_a_village_that_refuses_twice_as_often_as_its_commune_is_named(database, world, visit, as_):
    for n in range(20):
        refuses = n < 6
        visit(named(world, n), 300 - n, outcome="refused" if refuses else "done", people=[] if refuses else None)
        visit(named(world, n, "TX01"), 300 - n)
        visit(named(world, n, "BY02"), 300 - n)
    found = quality.refusals(world.areas["TH04"])
    assert found == {world.areas["TH04"].id: (world.areas["TH04"].id, 6, 20, 6, 60)}
    assert "6 trên 20 hộ đã hỏi (30,0%)" in as_("leo").get("/quality").text


def test_a_finding_leaves_when_looked_at_comes_back_on_request_and_after_a_newer_visit(world, lan, visit, as_):
    leo = as_("leo")
    visit(lan, 60)
    visit(lan, 20, who="leo", answers=OTHER)
    assert "Hai tài khoản, cách nhau 40 phút" in leo.get("/quality").text
    answer = leo.post(f"/quality/reviews/{lan.uid}", data={"kind": "clash"})
    assert answer.status_code == 303
    assert (kinds(world), Review.select().count()) == ([], 1)
    assert "Không có gì cần xem lại." in leo.get(answer.location).text
    leo.post(f"/quality/reviews/{lan.uid}", data={"kind": "clash", "seen": "no"})
    assert kinds(world) == ["clash"]
    Review.put(lan, "clash", world.users["leo"])
    Review.update(at=now() - timedelta(minutes=30)).execute()
    assert kinds(world) == ["clash"]
    assert [e.verb for e in Event.select().where(Event.verb.startswith("finding")).order_by(Event.id)] == [
        "finding.reviewed", "finding.reopened", "finding.reviewed",
    ]  # fmt: skip


def test_findings_of_another_village_are_not_there(world, visit, as_):
    home = named(world, 0, "TX01")
    first = visit(home, 60, who="otto")
    first.dispute(world.users["otto"])
    leo = as_("leo")
    assert "Một phiếu gửi hai lần" not in leo.get("/quality").text
    assert leo.get("/quality?village=TX01").status_code == 404
    assert leo.post(f"/quality/reviews/{home.uid}", data={"kind": "disputed"}).status_code == 404
    assert leo.get(f"/quality/repeats/{first.uid}").status_code == 404
    sara = as_("sara")
    assert "1 mục" in sara.get("/quality").text
    assert "Một phiếu gửi hai lần" in sara.get("/quality?village=TX01").text


@pytest.mark.parametrize("who", ["vera", "hana", "uma"])
def test_only_leads_and_the_office_look_again(world, lan, visit, as_, who):
    first, browser = visit(lan, 5), as_(who)
    assert browser.get("/quality").status_code == 404
    assert browser.get(f"/quality/repeats/{first.uid}").status_code == 404
    assert browser.post(f"/quality/repeats/{first.uid}", data={}).status_code == 404
    assert browser.post(f"/quality/reviews/{lan.uid}", data={"kind": "fast"}).status_code == 404


def test_an_unknown_kind_is_not_there(world, lan, as_):
    assert as_("leo").post(f"/quality/reviews/{lan.uid}", data={"kind": "x"}).status_code == 404


def test_the_page_names_four_of_a_kind_and_offers_the_rest(world, as_):
    for n in range(7):
        world.household(people=[("Bé Na", 2009, "f", "head")], code=f"{n + 100}")
        Resident.update(folded=f"be na {n}").where(Resident.folded == "be na").execute()
    leo = as_("leo")
    assert (leo.get("/quality").text.count('class="finding"'), "Xem thêm 3" in leo.get("/quality").text) == (4, True)
    assert leo.get("/quality?kind=empty").text.count('class="finding"') == 7


def test_the_page_asks_as_many_questions_for_few_findings_as_for_many(world, as_, count_queries):
    leo, seen = as_("leo"), []
    for number in (1, 12):
        for _ in range(number):
            world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head"), ("Nguyễn Thị Lan", 1958, "f", "other")])
            Household.update(state="done").execute()
        with count_queries() as queries:
            assert leo.get("/quality").status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[1]


def test_one_visit_in_twenty_is_drawn_by_its_own_id():
    uids = [f"00000000-0000-4000-8000-{n:012d}" for n in range(20_000)]
    assert 950 <= sum(map(quality.drawn, uids)) <= 1050
    assert [uid for uid in uids[:99] if quality.drawn(uid)] == [uid for uid in uids[:99] if quality.drawn(uid)]


def test_a_drawn_visit_is_offered_to_everybody_but_its_asker_until_repeated(database, world, lan, visit):
    first = visit(lan, 60, uid=drawn_uid())
    visit(named(world, 0), 50, uid=drawn_uid(False))
    area, users = world.areas["TH04"], world.users
    assert [one.visit for one in quality.to_repeat(area, now(), users["leo"])] == [first.uid]
    assert quality.to_repeat(area, now(), users["vera"]) == []
    visits.ask_again(first, [(lan.living().first(), SAME, SAME)], users["leo"])
    assert quality.to_repeat(area, now(), users["sara"]) == []


def send_repeat(browser, first, **fields):
    person = first.household.living().first().uid
    sent = {f"{person}.{key}": value for key, value in fields.items() if key in quality.ASKED_AGAIN}
    sent |= {key: value for key, value in fields.items() if key not in quality.ASKED_AGAIN} | {"visit": new_uid()}
    return browser.post(f"/quality/repeats/{first.uid}", data=sent)


def test_a_repeat_is_kept_beside_the_first_answers_and_changes_nobodys(database, world, lan, visit, as_):
    first, leo = visit(lan, 60, uid=drawn_uid()), as_("leo")
    page = leo.get(f"/quality/repeats/{first.uid}").text
    assert "checked" not in page
    answer = send_repeat(leo, first, phone="own", account=["bank"], vneid="none")
    assert answer.status_code == 303
    assert "2 trên 3 câu giống lần đầu" in leo.get(answer.location).text
    assert (lan.living().first().answers, Visit.select().count()) == (SAME, 1)
    assert quality.agreement(world.areas["HL"]) == {
        world.areas["TH04"].id: {"phone": [1, 1], "account": [1, 1], "vneid": [0, 1]}
    }
    send_repeat(leo, first, phone="none")
    assert Repeat.select().count() == 1


def test_new_answers_become_the_households_only_when_said_so(database, world, lan, visit, as_):
    first = visit(lan, 60)
    send_repeat(as_("leo"), first, vneid="none", take="yes")
    assert lan.living().first().answers == SAME | {"vneid": "none"}
    assert [seen.user.username for seen in Visit.select().order_by(Visit.id)] == ["vera", "leo"]
    assert quality.agreement(world.areas["HL"]) == {} or quality.drawn(first.uid)


def test_the_first_asker_does_not_ask_again(world, lan, visit, as_):
    first, leo = visit(lan, 60, who="leo"), as_("leo")
    assert "Lần đầu chính bác đã hỏi hộ này" in leo.get(f"/quality/repeats/{first.uid}").text
    assert send_repeat(leo, first, phone="own").status_code == 403
    assert Repeat.select().count() == 0


def test_a_repeat_with_nothing_or_nonsense_chosen_says_so_and_keeps_what_was(world, lan, visit, as_):
    first, leo = visit(lan, 60), as_("leo")
    empty = send_repeat(leo, first)
    assert (empty.status_code, "Chọn ít nhất một câu trả lời." in empty.text) == (422, True)
    wrong = send_repeat(leo, first, phone="nonsense", vneid="none")
    assert (wrong.status_code, "Câu trả lời này không có trong phiếu" in wrong.text) == (422, True)
    assert 'value="none" checked' in wrong.text
    assert Repeat.select().count() == 0


def test_dont_know_is_compared_with_nothing():
    unsure = {"phone": NON_ANSWERS[0], "vneid": "none"}
    assert quality.compared(unsure, {"phone": "own", "vneid": "none"}) == {"vneid": True}


def test_a_household_that_refused_since_is_not_asked_again(world, lan, visit, as_):
    first = visit(lan, 60, uid=drawn_uid())
    Consent.withdraw(Household.get_by_id(lan.id), "survey", world.users["sara"])
    assert quality.to_repeat(world.areas["TH04"], now(), world.users["leo"]) == []
    send_repeat(as_("leo"), first, phone="none", take="yes")
    assert (Household.get_by_id(lan.id).agreed, Repeat.select().count()) == (False, 0)


def test_numbers_kept_as_names_are_found_by_place_and_forgotten(database, world, as_):
    starts = now() - timedelta(days=3)
    course = Course.open(
        world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Đình",
        [(starts + timedelta(hours=n), starts + timedelta(hours=n, minutes=50)) for n in (0, 1)],
    )  # fmt: skip
    number = "001 058 012 345"
    for n, meeting in enumerate(course.schedule()):
        for name in (number, "…", "Bà Tư 2", "Ơn"):
            Attendance.check_in(meeting, f"{new_uid()}{n}", "self", name, 1958, world.areas["TH04"])
    keys = {row.person for row in Attendance.select() if row.name in (number, "…")}
    page = as_("leo").get("/quality").text
    assert ("Tên điểm danh có thể là số giấy tờ" in page, number in page, "Xóa 4 tên này" in page) == (
        True,
        False,
        True,
    )
    assert number not in as_("otto").get("/quality").text
    assert as_("otto").post("/quality/names", data={"area": "TH04"}).status_code in (403, 404)
    assert as_("leo").post("/quality/names", data={"area": "TH04"}).status_code == 303
    assert sorted(row.name for row in Attendance.select()) == ["", "", "", "", "Bà Tư 2", "Bà Tư 2", "Ơn", "Ơn"]
    left = [row.person for row in Attendance.select().where(Attendance.name == "")]
    assert (len(set(left)), keys & set(left)) == (2, set())
    assert not any(key in row.op_id for row in Attendance.select() for key in keys)
    assert [len(Attendance.present(meeting)) for meeting in course.schedule()] == [4, 4]
    assert Event.get(Event.verb == "attendance.names_taken_out").data == {"attendances": 4}
    assert "số giấy tờ" not in as_("leo").get("/quality").text
    assert "chưa biết tên" in as_("hana").get(f"/meetings/{course.schedule()[0].uid}").text


def test_a_name_is_a_text_with_a_letter_and_no_identity_number():
    names = ("Lan", "Y Ê Ban K'Nuôl", "Ơn 2", "阿兰", "0912345678", "…", "001058012345 Lan", "x" * 121)
    assert [is_clean_name(name) for name in names] == [True] * 4 + [False] * 4

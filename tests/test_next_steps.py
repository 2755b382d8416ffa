"""What would move the figures most this week: counted by hand, in one order, and led to where it is done."""

import re
from datetime import date, datetime, timedelta

import pytest

import vi
import visits
from models import Attendance, Course, Household, Invitation, User, new_uid, now
from office import next_steps
from office.next_steps import Step
from views import office, words

NOON = vi.utc(datetime(2026, 11, 20, 12))


def visited(household, moment=NOON, outcome="done", **answers):
    people = [{"uid": household.living().first().uid, "answers": answers}] if answers else []
    visit = {"uid": new_uid(), "outcome": outcome, "happened_at": moment, "answers": {}, "people": people}
    visits.receive(household, visit, None)
    return household


def steps(area, kind, moment=NOON):
    return [step for step in next_steps.below(area, moment) if step.kind == kind]


def numbers(area, kind, moment=NOON):
    return {step.area.code: (step.number, step.moves) for step in steps(area, kind, moment)}


def test_doors_say_how_far_a_rate_would_grow(world, database):
    """Thôn 4 has 1000 adults and 5 homes: two were visited, one adult of whom has a smartphone, 3 are left.

    Half a yes a home: three homes bring 1.5 of 1000, 0.15 points, in the village and in the commune, whose only count
    it is. Thôn Trại Mới has two homes, none visited: there the commune's half a yes is taken, 1 of 1000, 0.1 points.
    """
    visited(world.household(), phone="own")
    visited(world.household(), phone="keypad")
    for village in ("TH04", "TH04", "TH04", "TX01", "TX01"):
        world.household(village)
    found = {step.area.code: step for step in steps(world.commune, "doors")}
    assert {code: step.number for code, step in found.items()} == {"TH04": 3, "TX01": 2}
    assert {code: step.codes for code, step in found.items()} == {"TH04": ("CT4a",), "TX01": ("CT4a",)}
    assert found["TH04"].lift == pytest.approx(0.15) and found["TX01"].lift == pytest.approx(0.1)
    [own] = steps(world.areas["TH04"], "doors")
    assert (own.number, own.lift) == (3, pytest.approx(0.15))


def test_no_more_are_gained_than_there_are_left_to_ask(world):
    """One home of one adult was visited; the next one lists one adult, so one more is all, whatever a home brought."""
    from models import Figure

    Figure.put(world.areas["TH04"], "adults", 2, date(2026, 11, 1), "Công an xã")
    family = [("Nguyễn Thị Lan", 1958, "f", "head"), ("Nguyễn Văn Nam", 1990, "m", "child")]
    home = world.household(people=family)
    people = [{"uid": person.uid, "answers": {"phone": "own"}} for person in home.living()][:1]
    visit = {"uid": new_uid(), "outcome": "done", "happened_at": NOON, "answers": {}, "people": people}
    visits.receive(home, visit, None)
    for _ in range(3):
        world.household()
    [doors] = steps(world.areas["TH04"], "doors")
    assert (doors.number, doors.lift) == (3, pytest.approx(50))


def test_doors_without_an_official_count_promise_nothing(world):
    visited(world.household("TX01"), phone="own")
    world.household("TX01")
    [doors] = steps(world.areas["TX01"], "doors")
    assert (doors.number, doors.codes, doors.lift) == (1, (), None)


def test_needs_count_until_a_class_for_them_is_to_come(world, database):
    """Two people of Thôn 4 and one of Thôn Trại Mới need VNeID.

    A class in Thôn 4 answers those there; one of the commune answers all.
    """
    for village in ("TH04", "TH04", "TX01"):
        visited(world.agreed(village), phone="own", needs=["vneid"])
    assert numbers(world.commune, "needs") == {"TH04": (2, 2), "TX01": (1, 1)}
    hold(world, "TH04", NOON + timedelta(days=2))
    assert numbers(world.commune, "needs") == {"TX01": (1, 1)}
    off = hold(world, "HL", NOON + timedelta(days=2))
    assert numbers(world.commune, "needs") == {}
    off.meetings.get().delete_instance()
    hold(world, "HL", NOON - timedelta(days=2))
    assert numbers(world.commune, "needs") == {"TX01": (1, 1)}


def hold(world, village, starts, topic="vneid"):
    times = [(starts, starts + timedelta(hours=1))]
    return Course.open(world.users["hana"], world.areas[village], topic, "Lớp", "Đình", times)


def test_those_who_did_not_come_count_once(world, database, this_year):
    """Lan is invited to two classes that are over and comes to none, Nam to one, to which he comes: one is absent."""
    lan, nam = (visited(world.agreed(), phone="own", needs=["vneid", "safety"]).living().get() for _ in range(2))
    first = hold(world, "TH04", now() - timedelta(days=2))
    second = hold(world, "TH04", now() - timedelta(days=1), "safety")
    Invitation.invite(first, [lan, nam], "vneid", world.users["hana"])
    Invitation.invite(second, [lan], "safety", world.users["hana"])
    Attendance.check_in(first.meetings.get(), new_uid(), "host", "Nam", resident=nam)
    assert numbers(world.commune, "absent", now()) == {"TH04": (1, 1)}


def test_homes_are_called_on_again_once_their_day_has_come(world, database):
    today = vi.local(NOON).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1), None):
        home = world.household()
        Household.update(state="call_back", call_back_on=day).where(Household.id == home.id).execute()
    assert numbers(world.commune, "again") == {"TH04": (3, 3)}


def test_a_home_with_two_findings_is_looked_at_once(world):
    """A home called done in which nobody was asked and nobody is of age: two findings, one home."""
    home = world.household(people=[("Nguyễn Văn Út", 2009, "m", "child")])
    Household.update(state="done").where(Household.id == home.id).execute()
    assert numbers(world.commune, "looks") == {"TH04": (1, 1)}


def test_units_tasks_and_shifts_are_of_the_office(world, database):
    """On 20/11/2026 ten units owe October; nobody is on duty in any half-day of the next two weeks.

    None ever sent a number. Those of the police are for each village: of the 1050 people from 16 in Thôn 4.
    """
    [units], [gaps] = steps(world.commune, "units"), steps(world.commune, "gaps")
    assert (units.number, units.moves, units.codes) == (10, 1050, ("CT1", "CT2", "CT6"))
    assert gaps.moves is None and gaps.number > 10
    [tasks] = steps(world.commune, "tasks")
    assert {"NV2.1", "NV2.3"} <= set(tasks.codes) and tasks.moves is None
    assert {step.kind for step in next_steps.below(world.areas["TH04"], NOON)} & {"units", "tasks", "gaps"} == set()


def test_ten_stand_in_one_order_and_no_kind_is_crowded_out(world):
    """Twelve villages' doors reach more than anything else; the other kinds still have a line each."""
    village = world.areas["TH04"]
    doors = [Step("doors", n, n, village) for n in range(100, 112)]
    others = [Step("needs", 5, 5, village), Step("needs", 4, 4, village), Step("gaps", 9, None, village)]
    found = next_steps.most_moving([*others, *doors])
    assert [(step.kind, step.number) for step in found] == [
        *(("doors", n) for n in range(111, 103, -1)), ("needs", 5), ("gaps", 9)
    ]  # fmt: skip


def test_queries_do_not_grow_with_villages_and_homes(world, count_queries):
    from models import Area

    def asked():
        with count_queries() as queries:
            next_steps.below(world.commune, NOON)
        return len(queries)

    visited(world.agreed(), phone="own", needs=["vneid"])
    before = asked()
    for n in range(5):
        village = world.areas[f"N{n}"] = Area.add("village", f"Thôn Mới {n}", f"N{n}", world.commune)
        for _ in range(3):
            visited(world.agreed(village.code), phone="own", needs=["vneid"])
    assert asked() == before <= 25


def shown(answer):
    """The rows of what would move the figures: [(address, number)]."""
    part = answer.text.partition("Việc làm số liệu tăng")[2].partition("</section>")[0]
    return re.findall(r'href="([^"]+)"><b class="big">([\d.]+)</b>', part)


@pytest.fixture
def busy(world):
    """A village with doors left, a need, a home to call on again and one to look at."""
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    visited(world.agreed(), now() - timedelta(days=1), phone="own", needs=["vneid"])
    world.household()
    home = world.household()
    Household.update(state="call_back", call_back_on=date(2026, 1, 5)).where(Household.id == home.id).execute()
    home = world.household(people=())
    Household.update(state="done").where(Household.id == home.id).execute()
    return world


def test_a_teams_own_page_shows_them_and_nobody_elses_does(busy, as_):
    """A stranger, another village's team and a unit see none."""
    assert len(shown(as_("leo").get("/progress/TH04"))) == 4
    for who, address in ((None, "/progress/TH04"), ("otto", "/progress/TH04"), ("uma", "/"), ("leo", "/progress/TX01")):
        assert shown(as_(who).get(address)) == []


@pytest.mark.parametrize("who", ["sara", "ada", "rita"])
def test_the_office_is_led_to_screens_that_it_may_open(busy, as_, who):
    rows = shown(as_(who).get("/office"))
    assert len(rows) > 3
    assert {as_(who).get(address.replace("&amp;", "&")).status_code for address, _ in rows} == {200}
    assert ("/quality?village=TH04" in dict(rows)) == (who != "rita")


def test_a_team_is_led_to_what_it_may_open_of_its_village(busy, app, as_):
    """A volunteer has doors and call-backs, a lead also needs and second looks."""
    led = {}
    for who in ("vera", "leo"):
        with app.test_request_context():
            from flask_login import login_user

            login_user(User.named(who))
            led[who] = [address for _, address in office.steps_of(busy.areas["TH04"], now())]
        assert {as_(who).get(address).status_code for address in led[who]} == {200}
    doors = {"/households?village=TH04&state=todo", "/households?village=TH04&state=again"}
    assert set(led["vera"]) == doors
    assert set(led["leo"]) == doors | {"/needs/TH04/vneid", "/quality?village=TH04"}


def test_a_step_is_a_sentence_with_what_it_adds(app, world):
    step = Step("doors", 130, 130, world.areas["TH04"], codes=("CT4a",), lift=2.25, whole=world.commune)
    with app.test_request_context():
        assert words.next_step(step) == "hộ chưa đến"
        assert words.lift(step) == (
            "Nếu trả lời như các hộ đã đến, CT4a Điện thoại thông minh của Xã Hòa Lạc tăng khoảng 2,3 điểm phần trăm."
        )

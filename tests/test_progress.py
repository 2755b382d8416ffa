"""The progress page: tallies that always agree with their households, both denominators, and every verdict."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import plan
import progress
import vi
import visits
from models import (
    Area,
    Attendance,
    Course,
    DayTally,
    Figure,
    Household,
    Meeting,
    Resident,
    Tally,
    as_counts,
    db,
    new_uid,
    now,
)
from terms import TARGET_STATES

NEW_YEAR, MID_YEAR = date(2026, 1, 1), date(2026, 7, 2)
PHONES = ["own", "shared", "keypad", "none", "unknown", "refused"]


def visited(household, outcome="done", at=None, **answers):
    """Record a visit in which the household's first resident gave these answers."""
    people = [{"uid": household.living().first().uid, "answers": answers}] if answers else []
    at = at or datetime(2026, 11, 1)
    visit = {"uid": new_uid(), "outcome": outcome, "happened_at": at, "answers": {}, "people": people}
    visits.receive(household, visit, None)
    return household


def line(world, code, village="TH04", today=MID_YEAR):
    return progress.of(world.areas[village], today)[0].lines[code]


def test_a_saved_visit_moves_the_village_and_the_commune_at_once(world, database):
    visited(world.household(), phone="own")
    whole, parts = progress.of(world.commune, MID_YEAR)
    here = next(part for part in parts if part.area.code == "TH04")
    assert [(part.listed, part.visited, part.done) for part in (whole, here)] == [(1, 1, 1), (1, 1, 1)]
    assert [(p.lines["CT4a"].asked, p.lines["CT4a"].yes) for p in (whole, here)] == [(1, 1), (1, 1)]


def test_both_denominators_and_coverage_are_shown(world):
    for phone in ("own", "own", "keypad", "refused"):
        visited(world.household(), phone=phone)
    smartphone = line(world, "CT4a")
    assert (smartphone.yes, smartphone.asked, smartphone.listed, smartphone.official) == (2, 3, 4, 1000)
    assert smartphone.rate_asked == pytest.approx(200 / 3)
    assert smartphone.rate_all == pytest.approx(0.2)
    assert smartphone.coverage == pytest.approx(0.3)


def test_a_city_adds_up_its_communes_and_their_official_counts(world):
    city = Area.add("city", "Hà Nội", "HN")
    for area in Area.select().where(Area.kind != "city"):
        commune = world.commune.id
        below = f"/{city.id}/{commune}/" if area.kind == "commune" else f"/{city.id}/{commune}/{area.id}/"
        parent = city if area.kind == "commune" else commune
        Area.update(path=below, parent=parent).where(Area.id == area.id).execute()
    for code in ("BY02", "TX01"):
        Figure.put(world.areas[code], "adults", 500, date(2026, 10, 1), "")
    visited(world.household(), phone="own")
    whole, parts = progress.of(Area.get_by_id(city.id), MID_YEAR)
    assert [part.area.name for part in parts] == ["Xã Hòa Lạc"]
    for part in (whole, *parts):
        assert (part.visited, part.lines["CT4a"].yes, part.lines["CT4a"].official) == (1, 1, 2000)


def test_an_official_count_of_the_commune_itself_goes_before_the_sum(world):
    Figure.put(world.commune, "adults", 5000, date(2026, 10, 1), "Công an xã")
    assert progress.of(world.commune, MID_YEAR)[0].lines["CT4a"].official == 5000


def met(world):
    """Thôn 4 with nine adults, of whom five were asked and have an account: CT4b is met."""
    Figure.put(world.areas["TH04"], "adults", 9, date(2026, 11, 1), "")
    for _ in range(5):
        visited(world.household(), account=["bank"], phone="own")


def commune_line(world, code="CT4b"):
    return progress.of(world.commune, MID_YEAR)[0].lines[code]


def test_a_village_without_households_or_figures_changes_nothing(world, database):
    met(world)
    before = commune_line(world)
    assert (before.state, before.official, before.rate_all) == ("met", 9, pytest.approx(500 / 9))
    Area.add("village", "Thôn Mới", "TM01", world.commune)
    assert commune_line(world) == before


def test_a_village_with_households_and_no_figure_is_named_and_withholds_the_verdict(world, database):
    met(world)
    visited(world.household("TX01"), account=["bank"])
    line = commune_line(world)
    assert [village.code for village in line.missing] == ["TX01"]
    assert (line.yes, line.asked, line.official_yes, line.official) == (6, 6, 5, 9)
    assert line.rate_all == pytest.approx(500 / 9)
    assert (line.state, progress.of(world.areas["TH04"], MID_YEAR)[0].lines["CT4b"].state) == ("uncounted", "met")
    assert line.lacking is None


def test_the_page_names_the_village_that_lacks_its_figure(world, as_):
    met(world)
    for _ in range(6):
        visited(world.household("TX01"), account=["bank"])
    page = told(as_("sara").get("/"))
    assert "Chưa có số chính thức của: Thôn Trại Mới." in page
    assert "5 / 9 người = 55,6% (các thôn có số dân chính thức)" in page
    assert row(page, "Tài khoản").startswith("Tài khoản thanh toán 55,6% ○ Chưa rõ số dân")
    for key in ("adults", "over16", "households"):
        Figure.put(world.areas["TX01"], key, 11, date(2026, 11, 1), "")
    page = told(as_("sara").get("/"))
    assert "Chưa có số chính thức của" not in page
    assert row(page, "Tài khoản").startswith("Tài khoản thanh toán 55,0% ● Đạt")


def told(answer):
    """What a page tells, without the rules at its foot, which name every state."""
    return " ".join(answer.text.split()).partition('id="rules"')[0]


def test_nothing_is_met_where_more_were_asked_than_the_official_count_has(world, database):
    met(world)
    Figure.put(world.areas["TH04"], "adults", 4, date(2026, 11, 2), "")
    for area in (world.areas["TH04"], world.commune):
        line = progress.of(area, MID_YEAR)[0].lines["CT4b"]
        assert (line.state, [(d.area.code, d.official, d.found) for d in line.doubts]) == ("check", [("TH04", 4, 5)])
    assert [(doubt.area.code, doubt.key) for doubt in progress.doubts(world.commune)] == [("TH04", "adults")]


def test_one_impossible_village_withholds_met_from_the_whole_commune(world):
    met(world)
    Figure.put(world.areas["TX01"], "adults", 1, date(2026, 11, 1), "")
    for _ in range(5):
        visited(world.household("TX01"), account=["bank"])
    assert commune_line(world).rate_all == 100
    assert commune_line(world).state == "check"


def test_villages_that_add_up_to_more_than_the_commune_are_to_be_checked(world):
    met(world)
    Figure.put(world.commune, "adults", 8, date(2026, 11, 1), "Công an xã")
    assert [(d.area.code, d.why, d.found) for d in commune_line(world).doubts] == [("HL", "sum", 9)]
    assert commune_line(world).state == "check"
    Figure.put(world.commune, "adults", 9, date(2026, 11, 2), "Công an xã")
    assert (commune_line(world).doubts, commune_line(world).state) == ((), "met")


def test_the_page_says_that_a_count_needs_checking(world, as_):
    met(world)
    Figure.put(world.areas["TH04"], "adults", 4, date(2026, 11, 2), "")
    for address in ("/", "/progress/TH04"):
        village, office = (told(as_(who).get(address)) for who in ("hana", "sara"))
        assert "Số chính thức cần kiểm tra: Thôn 4 (Thạch Hòa cũ)." in office
        assert "◇ Cần kiểm tra" in office
        assert ("● Đạt" in office, "125,0%" in office) == (False, False)
        assert ('href="/areas"' in village, 'href="/areas"' in office) == (False, True)


def test_a_communes_own_count_goes_before_its_villages_in_a_city_too(world):
    city = Area.add("city", "Hà Nội", "HN")
    for area in Area.select().where(Area.kind != "city").order_by(Area.id):
        parent = city.id if area.kind == "commune" else world.commune.id
        path = f"/{city.id}/{world.commune.id}/" + ("" if area.kind == "commune" else f"{area.id}/")
        Area.update(path=path, parent=parent).where(Area.id == area.id).execute()
    Figure.put(world.commune, "adults", 5000, date(2026, 10, 1), "Công an xã")
    whole, (commune,) = progress.of(Area.get_by_id(city.id), MID_YEAR)
    assert (whole.lines["CT4a"].official, commune.lines["CT4a"].official) == (5000, 5000)


@pytest.mark.parametrize(
    ("population", "state"),
    [(10, "on"), (9, "met")],
)
def test_met_needs_the_whole_population_and_above_is_strict(world, population, state):
    """"Trên 50%": five of ten is not above fifty, five of nine is. Everybody asked said yes in both."""
    Figure.put(world.areas["TH04"], "adults", population, date(2026, 11, 1), "")
    for _ in range(5):
        visited(world.household(), account=["bank"])
    assert line(world, "CT4b").state == state


def test_behind_and_on_schedule_are_told_by_the_day_of_everybody(world):
    """Two of four own one: 50 % of everybody, where 42,6 % are due in the middle of the year and 85 % at its end."""
    adults(world, 4)
    for phone in ("own", "own", "none", "none"):
        visited(world.household(), phone=phone)
    assert line(world, "CT4a", today=MID_YEAR).state == "on"
    assert line(world, "CT4a", today=date(2026, 12, 31)).state == "late"


def adults(world, number):
    Figure.put(world.areas["TH04"], "adults", number, date(2026, 11, 1), "")


def test_84_percent_of_those_asked_are_late_where_they_are_51_of_everybody(world, database):
    """Eleven of thirteen own one; the village has 21 adults, 13 of 21 asked. Due on 1/12 are 78 %, of everybody."""
    adults(world, 21)
    for phone in ["own"] * 11 + ["none"] * 2:
        visited(world.household(), phone=phone)
    found = line(world, "CT4a", today=date(2026, 12, 1))
    assert [round(rate) for rate in (found.rate_asked, found.rate_all, found.coverage)] == [85, 52, 62]
    assert (found.state, found.lacking) == ("late", 7)  # 18 of 21 are 85,7 %, and 17 only 81


@pytest.mark.parametrize(("population", "state"), [(8, "on"), (9, "few")])
def test_no_pace_where_fewer_than_half_were_asked(world, population, state):
    """Four asked, all of whom can: of eight just half were asked, of nine fewer."""
    adults(world, population)
    for _ in range(4):
        visited(world.household(), account=["bank"])
    assert line(world, "CT4b").state == state


def test_without_an_official_count_there_is_no_verdict(world):
    for _ in range(5):
        visited(world.household("TX01"), account=["bank"])
    found = line(world, "CT4b", "TX01")
    assert (found.rate_asked, found.rate_all, found.state, found.lacking) == (100, None, "uncounted", None)


@pytest.mark.parametrize(
    ("code", "whole", "lacking"),
    [("CT4a", 20, 18), ("CT4a", 21, 18), ("CT4b", 9, 5), ("CT4b", 10, 6), ("CT7", 7, 7), ("CT4a", 0, 1)],
)
def test_what_is_lacking_is_the_least_that_meets_the_goal(use_plan, code, whole, lacking):
    """"Trên 85%" of 20 are 18, since 17 are 85 % exactly."""
    target = use_plan.target(code)
    assert progress.lacking(target, 0, whole) == lacking
    assert progress.lacking(target, lacking + 1, whole) == 0
    if whole:
        assert progress.reached(target, 100 * lacking / whole)
        assert not progress.reached(target, 100 * (lacking - 1) / whole)


def test_expected_grows_evenly_to_the_goal_and_no_further(use_plan):
    target = use_plan.target("CT4a")
    assert progress.expected(target, NEW_YEAR) == 0
    assert progress.expected(target, target.deadline) == 85
    assert progress.expected(target, date(2027, 3, 1)) == 85


def test_no_answers_is_not_zero_percent(world):
    world.household()
    assert (line(world, "CT4a").state, line(world, "CT4a").rate_asked) == ("none", None)


def test_an_older_visit_that_arrives_late_does_not_undo_a_newer_one(world, database):
    household = visited(world.household(), at=datetime(2026, 11, 2), phone="own")
    visited(household, "not_home", at=datetime(2026, 11, 1), phone="none")
    fresh = Household.get_by_id(household.id)
    assert (fresh.state, fresh.living().first().answers, line(world, "CT4a").yes) == ("done", {"phone": "own"}, 1)
    assert fresh.visits.count() == 2


def row(page, name):
    """The words of a target's row on a page, from its name to what the percent rests on."""
    rows = re.findall(r"<summary>(.*?)</summary>", page, re.S)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in rows]
    return next(text for text in texts if text.startswith(name))


def test_the_big_percent_is_of_everybody_and_that_of_those_asked_stands_beside_it(world, as_):
    adults(world, 21)
    for phone in ["own"] * 11 + ["none"] * 2:
        visited(world.household(), phone=phone)
    page = as_("sara").get("/progress/TH04").text
    assert row(page, "Điện thoại").startswith("Điện thoại thông minh 52,4% ▼ Chậm")
    assert row(page, "Điện thoại").endswith("chỉ tiêu trên 85% · 62% đã hỏi: 84,6%")
    opened = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Trên toàn bộ 11 / 21 người = 52,4% Trong số đã hỏi 11 / 13 người = 84,6%" in opened
    assert "Đã hỏi được 13 / 21 người = 61,9%" in opened
    assert "Còn thiếu để đạt 7 người nữa" in opened
    assert "Tính là đạt khi trả lời: “Có điện thoại thông minh riêng”." in opened


def test_a_village_is_a_row_with_its_doors_and_a_percent_for_each_target(world, as_):
    adults(world, 10)
    for phone in ["own"] * 7 + ["none"]:
        visited(world.household(), phone=phone)
    page = as_("sara").get("/").text
    assert row(page, "Thôn 4 (Thạch Hòa cũ)") == (
        "Thôn 4 (Thạch Hòa cũ) 8/8 hộ Kỹ năng số – Điện thoại 70% Tài khoản – Danh tính số – Gia đình số –"
    )
    assert "70,0% 7/ 10" in " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert row(as_(None).get("/").text, "Thôn Trại Mới").startswith("Thôn Trại Mới chưa công bố")


def test_every_rule_by_which_the_page_judges_is_on_it(world, as_):
    page = " ".join(as_(None).get("/").text.split())
    rules = page[page.index('id="rules"') :]
    for state in TARGET_STATES.values():
        assert state in rules
    assert "mới hỏi chưa tới 50% dân số" in rules
    assert "kể cả người 16-17 tuổi" in rules and "hộ đạt ngay, dù chưa hỏi hết cả nhà" in rules
    assert "“Trên 85%” là phải lớn hơn: đúng 85% thì chưa đạt." in rules


def test_a_city_has_the_same_page_with_a_row_for_each_commune(world, as_):
    city = Area.add("city", "Hà Nội", "HN")
    for area in Area.select().where(Area.kind != "city").order_by(Area.id):
        parent = city.id if area.kind == "commune" else world.commune.id
        path = f"/{city.id}/{world.commune.id}/" + ("" if area.kind == "commune" else f"{area.id}/")
        Area.update(path=path, parent=parent).where(Area.id == area.id).execute()
    page = as_(None).get("/progress/HN").text
    assert "Theo xã" in page and row(page, "Xã Hòa Lạc").startswith("Xã Hòa Lạc chưa công bố")
    assert row(page, "Gia đình số").startswith("Gia đình số – ○ Chưa công bố")
    assert '<a href="/progress/HN">‹ Hà Nội</a>' in as_(None).get("/progress/HL").text


def test_where_to_learn_online_stands_on_the_page_of_everybody(world, as_):
    page = as_(None).get("/").text
    assert 'href="https://binhdanhocvuso.gov.vn"' in page
    assert "Tìm “iHanoi” trong CH Play hoặc App Store." in page


def test_an_office_with_no_households_is_told_what_to_do_and_nobody_else(world, as_):
    assert 'href="/areas">Tải lên danh sách thôn</a>' in as_("sara").get("/").text
    assert "Chưa có hộ nào" not in as_(None).get("/").text


def test_another_village_sees_what_the_public_sees(world, as_):
    visited(world.household(), phone="own")
    assert "100,0%" not in as_("otto").get("/progress/TH04").text


def test_the_first_page_says_how_many_doors(world, as_):
    visited(world.household())
    world.household()
    assert "đã gõ cửa 1 trên 2 hộ" in as_("vera").get("/progress/TH04").text


def test_an_unknown_area_is_not_there(world, as_):
    assert as_(None).get("/progress/XX99").status_code == 404


def test_the_number_of_queries_does_not_grow_with_households(world, as_, count_queries):
    world.household()
    with count_queries() as few:
        as_("sara").get("/")
    for _ in range(20):
        visited(world.household(), phone="own")
    with count_queries() as many:
        as_("sara").get("/")
    assert len(many) == len(few)


class Tallies(RuleBasedStateMachine):
    """Random lists, visits, check-ins and undos; after each, every tally equals a recount and the sum of its days."""

    world = None

    @initialize()
    def empty(self):
        for table in (Attendance, Meeting, Course, Household, Tally, DayTally):
            table.delete().execute()
        course = Course.open(
            self.world.users["hana"],
            self.world.areas["TH04"],
            "vneid",
            "Lớp",
            "Nhà văn hóa",
            [(now(), now() + timedelta(hours=1))],
        )
        self.meeting = course.meetings.get()
        self.households = [self.world.household()]

    @rule(village=st.sampled_from(["TH04", "TX01"]), years=st.lists(st.integers(1930, 2010), max_size=3))
    def list_household(self, village, years):
        people = [("Nguyễn Văn An", year, "m", "other") for year in years]
        self.households.append(self.world.household(village, people))

    @rule(
        pick=st.integers(0, 10),
        outcome=st.sampled_from(["done", "partial", "not_home", "refused", "moved", "vacant"]),
        phone=st.sampled_from(PHONES),
        accounts=st.sampled_from([["bank"], ["none"], "unknown", None]),
        skill=st.sampled_from(["alone", "helped", "no"]),
        confirmed=st.sampled_from(["yes", "no", "unknown", None]),
        hours=st.integers(-24 * 200, 48),
        newcomer=st.booleans(),
    )
    def visit(self, pick, outcome, phone, accounts, skill, confirmed, hours, newcomer):
        household = self.households[pick % len(self.households)]
        answers = {"phone": phone, "account": accounts, "learned": "yes", "confirmed": confirmed}
        answers |= {f"k{n}": skill for n in range(1, 8)}
        people = [{"uid": person.uid, "answers": answers} for person in household.living()]
        if newcomer:
            people.append({"uid": new_uid(), "birth_year": 1990, "sex": "f", "answers": {"vneid": "none"}})
        at = datetime(2026, 6, 1) + timedelta(hours=hours)
        visit = {"uid": new_uid(), "outcome": outcome, "happened_at": at, "answers": {}, "people": people}
        visits.receive(household, visit, None)

    @rule(pick=st.integers(0, 20))
    def check_in(self, pick):
        people = list(Resident.select())
        if people:
            Attendance.check_in(self.meeting, new_uid(), "host", "", resident=people[pick % len(people)])

    @rule(pick=st.integers(0, 20))
    def undo(self, pick):
        rows = list(Attendance.select())
        if rows:
            rows[pick % len(rows)].undo(None)

    @invariant()
    def tallies_agree_with_a_recount(self):
        kept = self.counted()
        with db.atomic() as recount:
            Household.rebuild_tallies()
            assert self.counted() == kept
            recount.rollback()

    @invariant()
    def the_days_add_up_to_the_tallies(self):
        sums = DayTally.all_sums()
        assert {key: counts for key, counts in sums.items() if any(counts)} == {
            (row.village_id, row.code): (row.listed, row.asked, row.yes)
            for row in Tally.select()
            if any((row.listed, row.asked, row.yes))
        }
        today = vi.local(now()).date()
        assert all(plan.active.starts <= row.day <= today for row in DayTally.select())
        assert DayTally.sums(self.world.commune, today) == {key: as_counts(*counts) for key, counts in sums.items()}

    def counted(self):
        rows = Tally.select().tuples().order_by(Tally.village, Tally.code)
        return [row[1:] for row in rows if any(row[-3:])]


def test_tallies_always_agree_with_a_recount(world, database):
    machine = type("Tallies", (Tallies,), {"world": world})
    quick = settings(
        max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(machine, settings=quick)
    assert plan.active.year == 2026

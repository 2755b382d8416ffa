"""What the public sees: published figures, once a day, of which no value, change or remainder tells of a few."""

import re
import threading
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import indicators
import plan
import progress
import published
import vi
from database import db
from models import Area, Attendance, Course, Figure, Household, Merger, Publication, Setting, Tally, new_uid, now
from small_numbers import SMALLEST, sums_of, weighed
from tests.conftest import World
from tests.databases import opened
from tests.test_progress import visited
from tests.test_reported import say

DAY = date(2026, 11, 20)
NEXT = DAY + timedelta(1)


def answered(world, village="TH04", **numbers):
    """Households of one person each, by what they say of their phone: `answered(world, own=7, none=5)`."""
    for phone, how_many in numbers.items():
        for _ in range(how_many):
            visited(world.household(village), phone=phone)


def shown(world, code="CT4a", area="HL", day=DAY):
    """(yes, asked) of a target as the public sees it on a day."""
    area = world.areas[area]
    line = progress.of(area, day, published.facts(area, day))[0].lines[code]
    return line.yes, line.asked


def doors(world, area="HL", day=DAY):
    whole = progress.of(world.areas[area], day, published.facts(world.areas[area], day))[0]
    return whole.listed, whole.visited, whole.done


def another_day():
    """As if nobody had read a public page today."""
    Setting.update(value="").where(Setting.key.startswith("published:")).execute()


def test_a_village_is_published_and_the_commune_is_its_sum(database, world):
    answered(world, own=7, none=5)
    answered(world, "BY02", own=4, none=9)
    assert shown(world, area="TH04") == shown(world) == (7, 12)
    assert shown(world, area="BY02") == (0, 0)
    assert doors(world) == (25, 25, 25)


def test_one_more_family_changes_nothing_that_the_public_sees(database, world):
    answered(world, own=7, none=5)
    before = shown(world), doors(world)
    answered(world, own=4)
    assert (shown(world, day=NEXT), doors(world, day=NEXT)) == before
    answered(world, own=1, none=5)
    assert (shown(world, day=NEXT), doors(world, day=NEXT)) == before
    third = NEXT + timedelta(1)
    assert (shown(world, day=third), doors(world, day=third)) == ((12, 22), (22, 22, 22))


def test_a_day_publishes_once_so_that_no_reader_sees_which_household_was_the_fifth(database, world):
    answered(world, own=7, none=5)
    assert shown(world) == (7, 12)
    answered(world, own=20, none=20)
    assert shown(world) == (7, 12)
    assert shown(world, day=NEXT) == (27, 52)


def test_a_stranger_who_checks_a_neighbour_in_sees_nothing_move(this_year, world, as_):
    """A family that has the skills is a Digital Family once somebody of it came to a class."""
    skilled = {f"k{number}": "alone" for number in range(1, 8)}
    for learned in ["yes"] * 10 + ["no"] * 10:
        visited(world.household(), learned=learned, **skilled)
    neighbour = visited(world.household(people=[("Bùi Thị Hạnh", 1960, "f", "head")]), learned="no", **skilled)
    for _ in range(10):
        visited(world.household(), learned="no", **skilled)
    hour = timedelta(hours=1)
    times = [(now() - hour, now() + hour)]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Nhà", times)
    seen = as_(None).get("/progress/TH04").text
    assert "10 / 31" in " ".join(seen.split())
    form = {"op": new_uid(), "name": "Bùi Thị Hạnh", "birth_year": "1960", "village": "TH04"}
    assert as_(None).post(f"/c/{course.code}", data=form).status_code == 200
    assert Attendance.get().resident.household == neighbour
    assert progress.of(world.areas["TH04"], DAY)[0].lines["CT7"].yes == 11
    another_day()
    assert as_(None).get("/progress/TH04").text == seen


def test_nobody_sees_that_all_but_a_few_of_the_population_were_asked(world):
    Figure.put(world.areas["TH04"], "adults", 27, DAY, "")
    answered(world, own=12, none=12)
    assert shown(world) == (0, 0)
    answered(world, own=3)
    assert shown(world, day=NEXT) == (15, 27)


def test_how_many_did_not_answer_is_not_published(world):
    answered(world, own=7, none=5, refused=2)
    facts = published.facts(world.commune, DAY)
    assert facts.tallies[world.areas["TH04"].id, "CT4a"] == (12, 12, 7)


def test_what_came_back_but_for_a_few_waits(world):
    answered(world, own=20, none=20)
    assert shown(world) == (20, 40)
    homes = list(Household.select().order_by(Household.id))
    some = homes[:5] + homes[20:25]
    for home in some:
        visited(home, phone="unknown")
    assert shown(world, day=NEXT) == (15, 30)
    for home in some:
        visited(home, phone="own" if home in homes[:20] else "none")
    one_more = visited(world.household(), phone="own")
    third = NEXT + timedelta(1)
    assert shown(world, day=third) == (15, 30)  # 21 of 41 would be the first day's and one
    visited(one_more, phone="unknown")
    assert shown(world, day=third + timedelta(1)) == (20, 40)


def test_two_series_of_one_question_leave_nobody(world, monkeypatch):
    """CT6 asks those of 16 or older; a series of adults beside it would leave three of 16 and 17."""
    adults = replace(plan.active.series[0], code="CT6-18", question="vneid", yes=("can_sign_in",), min_age=18)
    monkeypatch.setattr(plan, "active", replace(plan.active, series=(*plan.active.series, adults)))
    assert [tuple(group.codes) for group in published.groups()].count(("CT6", "CT6-18")) == 1
    for answer in ["can_sign_in", "none"] * 10:
        visited(world.household(), vneid=answer)
    for _ in range(3):
        visited(world.household(people=[("Lê Văn Ba", 2009, "m", "child")]), vneid="can_sign_in")
    assert shown(world, "CT6") == (0, 0)
    for _ in range(2):
        visited(world.household(people=[("Lê Văn Ba", 2009, "m", "child")]), vneid="can_sign_in")
    assert shown(world, "CT6", day=NEXT) == (15, 25)


def test_the_page_says_when_it_was_published_and_staff_see_what_stands(world, as_):
    assert "công bố lúc" not in as_(None).get("/").text
    another_day()
    answered(world, own=7, none=6)
    public, own = (" ".join(as_(who).get("/").text.split()) for who in (None, "sara"))
    assert ("công bố lúc" in public, "cập nhật" in public) == (True, False)
    assert ("công bố lúc" in own, "cập nhật" in own) == (False, True)
    answered(world, own=1)
    readers = (None, "vera", "otto", "uma", "sara")
    texts = {who: " ".join(as_(who).get("/progress/TH04").text.split()) for who in readers}
    sees = {who: "8 / 14" in text for who, text in texts.items()}
    assert sees == {None: False, "vera": True, "otto": False, "uma": False, "sara": True}
    assert {who for who, text in texts.items() if "7 / 13" in text} == {None, "otto", "uma"}


def test_english_and_vietnamese_say_the_same(world, as_):
    answered(world, own=7, none=6)
    reader = as_(None)
    vietnamese = reader.get("/").text
    answered(world, own=1)
    reader.post("/language", data={"lang": "en"})
    numbers = [re.findall(r"\d+ / \d+", text) for text in (vietnamese, reader.get("/").text)]
    assert numbers[0] and numbers[0] == numbers[1]


def test_units_are_published_by_the_sum_of_their_people(database, world):
    brick, tea = world.units["office"], world.units["culture"]
    say(brick, staff=20, staff_trained=12)
    whole = progress.of(world.commune, DAY, published.facts(world.commune, DAY))[0]
    first = whole.reported["CT1"]
    assert (first.yes, first.all, first.said, first.newest) == (12, 20, 1, "2026-11")
    say(tea, staff=3, staff_trained=2)
    second = progress.of(world.commune, DAY, published.facts(world.commune, NEXT))[0].reported["CT1"]
    assert (second.yes, second.all, second.said, second.asked) == (12, 20, 1, first.asked)


def test_the_polices_villages_add_up_to_what_is_published_of_them(world):
    for code, accounts in {"TH04": 1000, "BY02": 98, "TX01": 60}.items():
        if code != "TH04":
            Figure.put(world.areas[code], "over16", 100, date(2026, 10, 2), "")
        say(world.units["police"], area=world.areas[code], accounts=accounts)
    whole, parts = progress.of(world.commune, DAY, published.facts(world.commune, DAY))
    found = {part.area.code: (part.reported["CT6"].yes, part.reported["CT6"].all) for part in parts}
    assert found == {"TH04": (1000, 1050), "BY02": (0, 0), "TX01": (60, 100)}  # 98 of 100 would say two
    assert (whole.reported["CT6"].yes, whole.reported["CT6"].all) == (1060, 1150)
    assert (whole.reported["CT6"].said, whole.reported["CT6"].asked) == (2, 3)


def test_a_merger_publishes_nothing_new_and_neither_does_its_undoing(database, world):
    answered(world, own=7, none=5)
    answered(world, "BY02", own=6, none=8)
    apart = shown(world, area="TH04"), shown(world, area="BY02")
    assert (apart, shown(world), doors(world)) == (((7, 12), (6, 14)), (13, 26), (26, 26, 26))
    answered(world, "BY02", own=1)
    merger = Merger.merge(world.areas["BY02"], world.areas["TH04"], "joined", world.users["ada"])
    assert (shown(world, area="TH04"), shown(world)) == ((13, 26), (13, 26))
    answered(world, "TH04", own=4, none=5)
    assert shown(world, area="TH04", day=NEXT) == (18, 36)
    village = merger.undo(world.users["ada"])
    world.areas["BY02"] = village
    assert (shown(world, area="TH04", day=NEXT), shown(world, area="BY02", day=NEXT)) == apart
    assert (shown(world, day=NEXT), doors(world, day=NEXT)) == ((13, 26), (26, 26, 26))


def test_a_city_reads_what_its_communes_published(world):
    city = Area.add("city", "Hà Nội", "HN")
    for area in Area.select().where(Area.kind != "city").order_by(Area.id):
        parent = city.id if area.kind == "commune" else world.commune.id
        path = f"/{city.id}/{world.commune.id}/" + ("" if area.kind == "commune" else f"{area.id}/")
        Area.update(path=path, parent=parent).where(Area.id == area.id).execute()
    world.areas = {area.code: area for area in Area.select()}
    answered(world, own=7, none=5)
    answered(world, "BY02", own=1)
    assert shown(world, area="HN") == (7, 12)


def test_a_new_year_is_no_way_to_see_who_changed_since(database, world, monkeypatch):
    """The new year begins with what was published last, not with what the old one did not say any more."""
    answered(world, own=7, none=5)
    assert shown(world) == (7, 12)
    following = replace(plan.active, year=plan.active.year + 1)
    monkeypatch.setattr(plan, "active", following)
    monkeypatch.setattr(plan, "standing", following)
    Household.rebuild_tallies()
    assert shown(world, day=NEXT) == (7, 12)
    Publication.delete().where(Publication.year == following.year).execute()
    answered(world, own=1)
    assert shown(world, day=NEXT + timedelta(1)) == (0, 0)  # 8 of 13 would tell of one
    answered(world, own=4, none=5)
    assert shown(world, day=NEXT + timedelta(2)) == (12, 22)


def test_a_new_year_is_no_way_to_see_what_one_small_unit_said_either(database, world, monkeypatch):
    """Three people of a second unit are added between the last figures of a year and the first of the next."""
    office, culture, economy = (world.units[key] for key in ("office", "culture", "economy"))
    say(office, staff=20, staff_trained=12)

    def told(day):
        report = progress.of(world.commune, day, published.facts(world.commune, day))[0].reported.get("CT1")
        return (report.yes, report.all) if report else None

    assert told(DAY) == (12, 20)
    following = replace(plan.active, year=plan.active.year + 1)
    monkeypatch.setattr(plan, "active", following)
    monkeypatch.setattr(plan, "standing", following)
    say(culture, staff=3, staff_trained=2)
    assert told(NEXT) in (None, (0, 0))
    say(economy, staff=20, staff_trained=10)
    assert told(NEXT + timedelta(1)) == (24, 43)


def test_the_past_weeks_are_as_they_were_public(database, world):
    today, village = vi.local(now()).date(), world.areas["TH04"]
    answered(world, own=7, none=5)
    published.facts(world.commune, today)
    Publication.update(published_at=now() - timedelta(weeks=2)).execute()
    answered(world, own=8, none=5)
    published.facts(world.commune, today + timedelta(1))
    rates = published.weeks(world.commune, today, 4)[village.id, "CT4a"]
    assert rates == [None, pytest.approx(0.7), pytest.approx(0.7), pytest.approx(1.5)]
    assert published.weeks(village, today, 4)[village.id, "CT4a"] == rates
    assert published.weeks(world.commune, today, 4)[world.areas["BY02"].id, "CT4a"] == [None] * 4


def test_after_the_first_page_of_a_day_publishing_costs_one_query(world, count_queries):
    answered(world, own=7, none=5)
    published.facts(world.commune, DAY)
    with count_queries() as queries:
        published.publish(world.commune, DAY)
    assert len(queries) == 1
    answered(world, own=1)
    with count_queries() as queries:
        published.publish(world.commune, NEXT)
    assert not [query.sql for query in queries if "household" in query.sql]


def test_two_processes_publish_once(database, world):
    answered(world, own=7, none=5)
    start, errors = threading.Barrier(3), []

    def read():
        try:
            with db.connection_context():
                start.wait(5)
                published.facts(world.commune, DAY)
        except Exception as error:  # a thread's error would be lost
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Publication.select().where(Publication.code == "CT4a").count() == 1


def test_who_reads_while_it_is_published_sees_all_of_it_or_nothing(database, world, monkeypatch):
    """Somebody else looks before each village is written, and finds none of them."""
    for village in ("TH04", "TX01"):
        answered(world, village=village, own=7, none=5)
    seen, write = [], published._publish_village

    def look():
        with db.connection_context():
            seen.append(Publication.standing(world.commune))

    def watched(village, *rest):
        reader = threading.Thread(target=look)
        reader.start()
        reader.join()
        write(village, *rest)

    monkeypatch.setattr(published, "_publish_village", watched)
    published.publish(world.commune, DAY)
    assert seen == [{}, {}]
    assert len({village for village, _ in Publication.standing(world.commune)}) == 2


def test_a_database_that_cannot_be_written_shows_what_was_published(sqlite, world, monkeypatch):
    answered(world, own=7, none=5)
    assert shown(world) == (7, 12)
    answered(world, own=5, none=5)
    db.execute_sql("PRAGMA query_only = ON")
    assert shown(world, day=NEXT) == (7, 12)
    db.execute_sql("PRAGMA query_only = OFF")
    assert shown(world, day=NEXT) == (12, 22)


def test_a_postgresql_that_is_only_read_shows_what_was_published(use_plan, postgresql_url):
    """As a copy that follows another server does; it says so by another error than one that is locked."""
    with opened(postgresql_url):
        World.make()
        world = World()
        answered(world, own=7, none=5)
        assert shown(world) == (7, 12)
        answered(world, own=5, none=5)
        db.execute_sql("SET default_transaction_read_only = on")
        assert shown(world, day=NEXT) == (7, 12)


def test_while_one_reader_waits_to_publish_the_others_read_what_stands(world, monkeypatch, count_queries):
    """One waits for a database that something else writes; nobody else asks for its turn."""
    answered(world, own=7, none=5)
    assert shown(world) == (7, 12)
    answered(world, own=5, none=5)
    waits, may_go_on, claim = threading.Event(), threading.Event(), published._claim

    def waiting(*args):
        waits.set()
        may_go_on.wait(30)
        return claim(*args)

    def read():
        with db.connection_context():
            published.publish(world.commune, NEXT)

    monkeypatch.setattr(published, "_claim", waiting)
    first = threading.Thread(target=read)
    first.start()
    assert waits.wait(10)
    with count_queries() as queries:
        published.publish(world.commune, NEXT)
    may_go_on.set()
    first.join()
    assert list(queries) == []
    assert shown(world, day=NEXT) == (12, 22)


@pytest.mark.parametrize(("ahead", "expected"), [(1, (7, 12)), (40, (12, 22))])
def test_a_clock_that_was_wrong_keeps_nothing_from_being_published(database, world, ahead, expected):
    """It stood 40 days ahead when a page was read. A day ahead is midnight elsewhere: one a day it stays."""
    answered(world, own=7, none=5)
    assert shown(world, day=DAY + timedelta(ahead)) == (7, 12)
    answered(world, own=5, none=5)
    assert shown(world, day=DAY) == expected


FAMILIES = [(0, 0), (1, 0), (1, 1), (2, 1), (3, 3), (4, 0), (5, 5), (6, 2)]  # (people asked, those who own a phone)
HOMES = st.lists(st.tuples(st.sampled_from(FAMILIES), st.booleans()), min_size=1, max_size=4)
CROWD = st.tuples(st.integers(2, 6), st.integers(0, 7))
VILLAGES = st.sampled_from(["TH04", "TX01"])
DAYS = st.sampled_from([0, 1, 1])  # until the next page is read


class Reader(RuleBasedStateMachine):
    """Random saves, corrections, check-ins and mergers, and a reader who keeps whatever was public.

    At every reading each value that is new to the reader, and its difference from the one before, must be of five
    people in five households: `behind` holds the households' parts as they were when a value was published first.
    """

    world, live = None, False

    @initialize()
    def empty(self):
        for table in (Publication, Setting, Merger, Household, Tally):
            table.delete().execute()
        self.world.areas = {area.code: area for area in Area.select()}
        self.day, self.behind, self.seen, self.merger = DAY, defaultdict(dict), {}, None

    @rule(village=VILLAGES, crowd=CROWD, days=DAYS)
    def survey(self, village, crowd, days):
        """The doors of some evenings, of every kind."""
        times, first = crowd
        self.add(village, [(FAMILIES[(first + n) % 8], n % 3 == 0) for n in range(8 * times)], days)

    @rule(village=VILLAGES, homes=HOMES, days=DAYS)
    def visit(self, village, homes, days):
        self.add(village, homes, days)

    def add(self, village, homes, days):
        area = Area.coded(village).get()
        for home in homes:
            code = f"{Household.select().count():03d}"
            self.save(Household.create(village=area, code=code, code_key=code), *home)
        self.wait(days)

    @rule(first=st.integers(0, 60), homes=HOMES, days=DAYS)
    def correct(self, first, homes, days):
        known = Household.select().order_by(Household.id).offset(first).limit(len(homes))
        for household, home in zip(list(known), homes, strict=False):
            self.save(household, *home)
        self.wait(days)

    @rule(first=st.integers(0, 60), number=st.sampled_from([1, 5, 25]), days=DAYS)
    def check_in(self, first, number, days):
        for household in list(Household.select().order_by(Household.id).offset(first).limit(number)):
            self.save(household, household.contribution["CT4a"], True)
        self.wait(days)

    def wait(self, days):
        self.day += timedelta(days)

    def save(self, household, phones, digital):
        """What a save writes of a household: one of FAMILIES, and whether it is a Digital Family."""
        *_, asked, yes = phones
        after = {"visits": [1, 1, int(asked > 0)], "CT4a": [asked, asked, yes], "CT7": [1, 1, int(digital)]}
        Tally.add(household.village_id, indicators.difference(household.contribution, after))
        household.set_changed(contribution=after)
        household.store_changes()

    @rule()
    def merge_or_part(self):
        if self.merger:
            self.part()
        else:
            gone, kept = (Area.coded(code).get() for code in ("TX01", "TH04"))
            self.read()
            self.merger = Merger.merge(gone, kept, "joined", None)
            self.apart = {key: parts for key, parts in self.behind.items() if key[0] in (gone.id, kept.id)}
            self.gone, self.kept = gone.id, kept.id
            for area_id, code in list(self.apart):
                if area_id == gone.id:
                    self.behind[kept.id, code] = self.behind[kept.id, code] | self.behind.pop((gone.id, code))
            total = self.total()
            self.seen = self.public()
            assert self.total() == total

    def teardown(self):
        if getattr(self, "merger", None):
            self.merger.undo(None)

    def part(self):
        village = self.merger.undo(None)
        for code in ("visits", "CT4a", "CT7"):
            self.behind[village.id, code] = self.apart.get((self.gone, code), {})
            self.behind[self.kept, code] = self.apart.get((self.kept, code), {})
        self.merger, self.seen = None, self.public()

    @invariant()
    def read(self):
        before, self.seen = self.seen, self.public()
        for key, counts in self.seen.items():
            if counts != before.get(key, (0, 0, 0)):
                self.work_out(*key)

    def public(self):
        """What is shown of every village now; the commune is its sum and leaves nothing."""
        area = Area.commune()
        facts = progress.standing(area, self.day) if self.live else published.facts(area, self.day)
        whole, parts = progress.of(area, self.day, facts)
        line = whole.lines["CT4a"]
        sums = [sum(part.lines["CT4a"].yes for part in parts), sum(part.lines["CT4a"].asked for part in parts)]
        assert [line.yes, line.asked] == sums
        return {key: counts for key, counts in facts.tallies.items() if any(counts)}

    def total(self):
        return [sum(counts) for counts in zip(*self.seen.values(), strict=True)]

    def work_out(self, area_id, code):
        """Fail where the newest value, or its difference from the one before, is of fewer than five."""
        found = Household.contributions(Area.get_by_id(area_id))
        now_behind = {home: published.cells(code, vector[code]) for home, vector in found.items() if code in vector}
        was_behind, self.behind[area_id, code] = self.behind[area_id, code], now_behind
        zero = published.cells(code, (0, 0, 0))
        for weights in sums_of([len(zero)]):
            was, becomes = (
                [weighed(behind.get(home, zero), weights) for home in {**was_behind, **now_behind}]
                for behind in (was_behind, now_behind)
            )
            moved = sum(old != new for old, new in zip(was, becomes, strict=True))
            for number, of_homes in ((sum(becomes), sum(map(bool, becomes))), (sum(becomes) - sum(was), moved)):
                assert number == 0 or (abs(number) >= SMALLEST and of_homes >= SMALLEST), (code, was, becomes)


def play(world, live):
    machine = type("Reader", (Reader,), {"world": world, "live": live})
    quick = settings(
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=quick)


def test_a_reader_works_out_no_group_of_fewer_than_five(world):
    play(world, live=False)


def test_a_reader_of_live_figures_would(world):
    """The same reader of what stands now finds somebody: the play above is able to fail."""
    with pytest.raises(AssertionError):
        play(world, live=True)

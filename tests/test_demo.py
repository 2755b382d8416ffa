"""The demo commune: believable, complete, and exactly what the verbs would have made of the same visits."""

import shutil
import unicodedata
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from playhouse.shortcuts import model_to_dict

import cutoffs
import demo
import indicators
import needs
import periods
import plan
import progress
import small_numbers
import survey
import vi
from database import connect_to, db, migrate
from fields import OLDEST_BIRTH_YEAR
from models import (
    Area,
    Attendance,
    Course,
    Cutoff,
    Household,
    Invitation,
    Learned,
    Meeting,
    Move,
    Resident,
    Setting,
    Shift,
    Tally,
    User,
    Visit,
    now,
)
from office import shifts
from terms import OUTCOMES, ROLES, WAYS

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module", autouse=True)
def the_plan():
    plan.use(Path(__file__).parents[1] / "plans/hoa-lac-2026.toml")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """(a database file that holds the demo, what it holds), made once: it takes some seconds."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    connect_to(path)
    migrate()
    with db.connection_context():
        demo.fill(TODAY)
        everything = made()
    db.close_all()
    return path, everything


@pytest.fixture
def commune(filled, tmp_path):
    connect_to(shutil.copy(filled[0], tmp_path / "demo.sqlite3"))
    db.connect()
    yield Area.commune()
    db.close_all()
    db.initialize(None)


def made():
    people = list(Resident.select(Resident.uid, Resident.name, Resident.answers).order_by(Resident.id).tuples())
    visits = list(Visit.select(Visit.uid, Visit.happened_at, Visit.content).order_by(Visit.id).tuples())
    came = list(Attendance.select(Attendance.op_id, Attendance.name).order_by(Attendance.id).tuples())
    return people, visits, came, tallies()


def tallies():
    columns = Tally.village, Tally.year, Tally.code, Tally.listed, Tally.asked, Tally.yes
    return sorted(Tally.select(*columns).tuples())


def contributions():
    return dict(Household.select(Household.uid, Household.contribution).tuples())


def states(part):
    return {code: line.state for code, line in part.lines.items()}


def test_holds_a_commune_of_believable_size(commune):
    assert Area.villages().count() == 12
    assert 2900 < Household.select().count() < 3500
    assert 10_000 < Resident.select().count() < 11_500
    assert 0.65 < Resident.select().where(Resident.phone.is_null(False)).count() / Household.select().count() < 0.75
    assert {row.dwelling for row in Household.select(Household.dwelling).distinct()} == {"house", "boarding"}
    assert sorted(a.label for a in Area.villages() if a.name == "Thôn 4") == [
        "Thôn 4 (Bình Yên cũ)",
        "Thôn 4 (Thạch Hòa cũ)",
    ]


def test_doors_have_every_outcome_and_are_visited_unevenly_by_several_people(commune):
    assert set(Household.count_by_state(Household.select())) == {"todo", *OUTCOMES}
    whole, parts = progress.of(commune, TODAY)
    assert 0.4 < whole.visited / whole.official_households < 0.75
    shares = sorted(part.visited / part.listed for part in parts)
    assert shares[0] < 0.02 and 0.4 < shares[1] < 0.5 and shares[-1] < 0.85
    assert Visit.select(Visit.user).distinct().count() == 16


def test_rebuilding_the_tallies_changes_nothing(commune):
    before = tallies(), contributions()
    assert Household.rebuild_tallies() == len(before[1])
    assert (tallies(), contributions()) == before


def test_refreshing_a_household_changes_nothing(commune):
    for household in Household.select().where(Household.id.in_(range(1, 3000, 23))):
        before = model_to_dict(household, recurse=False)
        household.refresh()
        assert model_to_dict(Household.get_by_id(household.id), recurse=False) == before
        assert household.head_name == household.living()[0].name


def test_people_are_as_set_identity_and_their_visits_leave_them(commune):
    for person in Resident.select().where(Resident.id.in_(range(1, 10_000, 29))):
        before = model_to_dict(person, recurse=False)
        person.set_identity({})
        assert model_to_dict(person, recurse=False) == before
        told = [p["answers"] for v in person.household.visits for p in v.content["people"] if p["uid"] == person.uid]
        assert person.learned.exists() or person.answers == (told[-1] if told else {})


def test_every_answer_and_time_is_one_that_the_form_accepts(commune):
    questions = {question.key: question for question in plan.active.questions}
    for row in [*Household.select(), *Resident.select()]:
        assert row.answers.keys() == row.answered_at.keys()
        for key, answer in row.answers.items():
            errors, question = {}, questions[key]
            if question.kind == "many" and isinstance(answer, list):
                assert survey._many(answer, question, key, errors) == answer
            else:
                assert survey._one(str(answer), question, key, errors) == answer
            assert not errors
    assert not Visit.select().where(Visit.received_at < Visit.happened_at).exists()
    assert not Visit.select().where(Visit.received_at > now()).exists()


def test_names_are_composed_and_nobody_is_under_sixteen(commune):
    people = list(Resident.select())
    names = [person.name for person in people if person.name]
    assert [unicodedata.normalize("NFC", name) for name in names] == names
    assert len(set(names)) > 4000
    assert min(person.birth_year for person in people) >= OLDEST_BIRTH_YEAR
    assert max(person.birth_year for person in people) == plan.active.year - plan.active.resident_age
    assert {bool(person.name) or person.proxy for person in people} == {True}


def test_the_old_have_fewer_smartphones_than_the_young(commune):
    asked = [p for p in Resident.select() if p.answers.get("phone") in ("own", "shared", "keypad", "none")]

    def share(first, last):
        group = [p.answers["phone"] == "own" for p in asked if first <= plan.active.year - p.birth_year <= last]
        return sum(group) / len(group)

    assert share(80, 120) < 0.1
    assert 0.4 < share(60, 69) < 0.75
    assert share(25, 40) > 0.9
    with_skills = sum("k7" in person.answers for person in asked)
    assert 0.4 < with_skills / len(asked) < 0.6


def test_targets_are_met_late_and_asked_of_too_few(commune):
    whole, parts = progress.of(commune, TODAY)
    assert states(whole) == {"CT3": "few", "CT4a": "late", "CT4b": "met", "CT6": "late", "CT7": "few"}
    assert whole.lines["CT7"].yes > 100
    nhon = next(part for part in parts if part.area.code == "TX02")
    assert 0 < nhon.lines["CT4a"].asked < small_numbers.SMALLEST


def test_one_meeting_is_open_now_and_others_are_past_and_coming(sqlite):
    moment = now()
    demo.fill()
    open_now = [course for course in Course.select() if course.meeting_at(moment)]
    assert [course.area.code for course in open_now] == ["TH04"]
    meeting = open_now[0].meeting_at(moment)
    assert moment - meeting.starts_at <= timedelta(minutes=10) <= now() - meeting.starts_at
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=90)
    assert Attendance.present(meeting).count() > 5
    assert Meeting.select().where(Meeting.starts_at > moment).count() > 3
    assert Meeting.select().where(Meeting.ends_at < moment).count() > 5
    assert not Attendance.select().where(Attendance.happened_at > moment).exists()
    assert {row.how for row in Attendance.select()} == set(WAYS)
    assert Attendance.select().where(Attendance.resident.is_null()).count() > 8


def test_shifts_cover_most_half_days_and_leave_gaps_ahead(commune):
    moment = vi.utc(datetime.combine(TODAY, time(10)))
    year = shifts.coverage(plan.active.starts, TODAY, moment)
    assert 70 < year.share < 95 and year.helps > 50
    assert 3 < len(shifts.gaps(moment)) < 15
    assert all(plan.active.has_shifts(row.day) for row in Shift.select(Shift.day).distinct())
    assert not Shift.select().where(Shift.made_at > moment).exists()


def test_hosts_marked_who_can_do_it_and_joined_some_walk_ins(commune):
    assert Learned.select().count() > 40
    assert Attendance.select().where(Attendance.joined_to.is_null(False)).count() == 1
    assert Meeting.select().where(Meeting.word != "").count() == 1
    unjoined = Attendance.select().where(Attendance.resident.is_null(), Attendance.undone_at.is_null())
    assert any(row.suggestions(row.village) for row in unjoined if row.village)


def test_some_people_left_came_back_and_live_apart_and_one_mistake_is_undone(commune):
    kinds = {move.kind for move in Move.select()}
    assert kinds == {"away", "died", "moved", "back", "split", "household"}
    assert Move.select().where(Move.undone_at.is_null(False)).count() == 1
    assert Resident.select().where(Resident.left != "").count() == 3
    assert {move.household.village.code for move in Move.select()} == {"TH04"}


def test_learning_in_a_class_counts_towards_the_digital_family(commune):
    attended = Attendance.select(Attendance.resident).where(Attendance.resident.is_null(False))
    learners = Resident.select().where(Resident.id.in_(attended))
    families = [p.household for p in learners if indicators.digital_skills(p.answers, plan.active.skills)]
    assert [family.contribution["CT7"] for family in families] == [[1, 1, 1]] * len(families)
    assert len(families) > 5


def test_each_role_has_its_account_and_no_other_can_sign_in(commune):
    accounts = {role: User.named(f"demo-{role}") for role in ROLES}
    assert {role: user.role for role, user in accounts.items()} == {role: role for role in ROLES}
    assert {role: user.area.code for role, user in accounts.items()} == {
        "volunteer": "TH04",
        "lead": "TH04",
        "host": "TH04",
        "unit": "HOALAC",
        "staff": "HOALAC",
        "admin": "HOALAC",
    }
    assert {user.password_hash for user in User.select()} == {"!"}


def test_the_same_seed_and_day_make_the_same_commune(sqlite, filled):
    demo.fill(TODAY)
    assert made() == filled[1]


def test_a_filled_demo_is_left_as_it_is(commune):
    before = tallies(), Visit.select().count()
    demo.fill(TODAY)
    assert (tallies(), Visit.select().count()) == before
    assert Setting.read("demo") == "yes"


def test_refuses_a_database_that_is_not_its_own(sqlite):
    village = Area.add("village", "Thôn Thật")
    User.add("ada", "Ada", "admin", village)
    with pytest.raises(RuntimeError, match="not a demo"):
        demo.fill(TODAY)
    assert (User.select().count(), Area.select().count(), Setting.read("demo")) == (1, 1, None)


def test_needs_are_open_and_some_of_those_invited_came_others_did_not(commune):
    village = Area.get(Area.code == "TH04")
    assert len(needs.count(commune)) > 40
    assert sum(row.came > 0 for row in Invitation.with_people(area=village)) > 8
    assert len(list(Invitation.absent(area=village))) > 5
    assert 0 < len(Invitation.to_hand(village, datetime.combine(TODAY, time(3)))) < 15


def test_two_months_are_closed_and_the_third_is_open(commune):
    october, november = Cutoff.of(commune)
    assert [(each.period, each.revision, vi.date_vn(each.closed_at)) for each in (october, november)] == [
        ("2026-10", 1, "16/10/2026"),
        ("2026-11", 1, "16/11/2026"),
    ]
    assert october.report["late"] == []
    assert {each["period"] for each in november.report["late"]} == {"2026-10"}
    december = periods.of_day(TODAY, plan.active.cutoff_day)
    assert cutoffs.standing(commune, december) is None
    assert [each["what"] for each in cutoffs.draft(commune, december, now())["late"]] == [
        "Biểu 2, Truyền thanh cơ sở, trong kỳ",
        "Biểu 2, Thời lượng phát, trong kỳ",
    ]


def test_a_month_that_is_over_since_yesterday_is_still_open(sqlite):
    demo.fill(date(2026, 11, 15))
    assert [each.period for each in Cutoff.of(Area.commune())] == ["2026-09", "2026-10"]

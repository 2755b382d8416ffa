"""Classes past, open and to come: who was invited, who came, what hosts did afterwards."""

import random
from datetime import datetime, time, timedelta

import needs
import plan
import vi
from classes import sessions
from demo.chance import pick, uid
from demo.people import FAMILIES, make_name
from models import Area, Attendance, Course, Household, Invitation, Learned, Meeting, Resident, User
from terms import GONE

# topic, village, days from today of each meeting, local hour (None: it began ten minutes ago), who comes
CLASSES = [
    ("vneid", "TH04", (0,), None, 13),
    ("smartphone", "TH04", (-22, -15, -8), 19, 21),
    ("services", "TH01", (-34, -27), 19, 24),
    ("payment", "BY01", (-18, -11, 3), 20, 18),
    ("safety", "TH05", (-16,), 19, 32),
    ("market", "TX04", (-9, 5), 8, 15),
    ("vneid", "TX03", (1,), 19, 0),
    ("payment", "TH04", (4, 11), 19, 0),
]
HOW = {"self": 58, "family": 9, "host": 23, "paper": 10}


def add(rng, areas, users, homes, moment):
    """Open every class, check people in, invite to those of Thôn 4, and do what hosts do after their sessions."""
    for facts in CLASSES:
        _hold(rng, facts, areas, users, homes, moment)
    _hold_others(areas, users, moment)
    _hold(random.Random(9), ("ai", "TH02", (-5, 9), 19, 16), areas, users, homes, moment)
    for course in Course.select().where(Course.area == areas["TH04"]).order_by(Course.id):
        _invite(random.Random(7), course, moment)
    _follow_up(random.Random(8), moment)
    Attendance.update(received_at=Attendance.happened_at).execute()


def _hold(rng, facts, areas, users, homes, moment):
    """Open a class, and check in those who came: mostly the same villagers each time, and a few from elsewhere."""
    topic, code, days, hour, turnout = facts
    host, village = users["demo-host" if code == "TH04" else "demo-staff"], areas[code]
    times = [_hours(moment, day, hour) for day in days]
    title, place = plan.active.topic(topic).name.vi, f"Nhà văn hóa {village.name}"
    audience = "traders" if topic == "market" else "residents"
    course = Course.open(host, village, topic, title, place, times, uid(rng), audience=audience)
    fitting = [
        person
        for home in homes if home.row.village_id == village.id and home.row.state not in GONE
        for person in home.people if person.name and 1944 < person.birth_year < 1996
    ]  # fmt: skip
    learners = [Resident.get(Resident.uid == person.uid) for person in rng.sample(fitting, turnout)]
    for meeting in course.schedule():
        if meeting.starts_at > moment:
            continue
        present = [learner for learner in learners if rng.random() < 0.85]
        for learner in present:
            _check_in(rng, meeting, host, moment, learner.name, resident=learner)
        for _ in range(rng.randint(1, 3)):
            born, sex = rng.randint(1945, 1990), rng.choice("mff")
            _check_in(rng, meeting, host, moment, make_name(rng, sex, born, pick(rng, FAMILIES)), birth_year=born)
        if meeting.ends_at < moment:
            meeting.count_heads(Attendance.present(meeting).count() + rng.randint(0, 3), host)


def _invite(rng, course, moment):
    """Invite some of those who came and some who did not come yet; most slips are handed over by now."""
    need, starts = plan.active.topic(course.topic).needs[0], course.schedule()[0].starts_at
    waiting = [person for person in needs.people(course.area, need) if person.name]
    came = Attendance.select(Attendance.resident).join(Meeting).where(Meeting.course == course)
    agreed = Household.agreed == True
    reachable = list(Resident.select().join(Household).where(Resident.id.in_(came), agreed).order_by(Resident.id))
    people = reachable[:9] + rng.sample(waiting, min(len(waiting) // 2, 15))
    invited = Invitation.invite(course, people, need, course.host)
    for row in invited:
        row.invited_at = min(moment, starts) - timedelta(days=4, minutes=rng.randint(0, 600))
        if starts < moment or rng.random() < 0.6:
            row.handed_at = row.invited_at + timedelta(days=rng.randint(1, 3))
        row.store_changes()


def _hold_others(areas, users, moment):
    """Two evenings a week with a co-host and one called off; a unit's staff; pupils, who are only counted."""
    rng, day = random.Random(6), vi.local(moment).date()
    host, staff, commune = users["demo-host"], users["demo-staff"], areas["HOALAC"]

    def opened(by, area, topic, place, days, hour, **more):
        times = [_hours(moment, day, hour) for day in days]
        return Course.open(by, area, topic, plan.active.topic(topic).name.vi, place, times, uid(rng), **more)

    evenings = [n for n in range(2, 30) if (day + timedelta(days=n)).weekday() in (1, 3)]
    place, helped = "Nhà văn hóa Thôn 4", [users["demo-volunteer"]]
    course = opened(host, areas["TH04"], "safety", place, evenings, 19, capacity=25, cohosts=helped)
    sessions.cancel(course.schedule()[2], host, "Mất điện theo lịch")
    place, more = "Hội trường UBND xã", {"audience": "staff", "unit": "culture", "capacity": 30}
    course = opened(staff, commune, "staff", place, (-20, -13, -6, 8), 8, **more)
    team = [(make_name(rng, sex, 1974 + 3 * n, pick(rng, FAMILIES)), 1974 + 3 * n) for n, sex in enumerate("ffmfmmff")]
    for meeting in course.schedule()[:3]:
        for name, born in rng.sample(team, 7):
            _check_in(rng, meeting, staff, moment, name, birth_year=born)
        meeting.count_heads(7, staff)
    more = {"audience": "pupils", "unit": "thach_hoa_secondary"}
    course = opened(staff, areas["TH01"], "safety", "Trường THCS Thạch Hòa", (-12, -5, 2), 14, **more)
    for meeting in course.schedule()[:2]:
        meeting.count_heads(rng.randint(31, 36), staff)


def _follow_up(rng, moment):
    """What hosts did after their sessions: marked who can do it now and who was confirmed, joined some typed names.

    Some of today's are still to be joined, and the next session asks for a word on the blackboard.
    """
    for course in Course.select().order_by(Course.id):
        past = [meeting for meeting in course.schedule() if meeting.starts_at < moment]
        for row in Attendance.present(past[-1]) if past and past[-1].ends_at < moment else ():
            for outcome in plan.active.topic(course.topic).outcomes:
                if row.resident and rng.random() < 0.45:
                    Learned.mark(course, row.resident, outcome, past[-1].ends_at, course.host)
            if row.resident and row.id % 5 == 0:
                for mark in plan.active.marks:
                    Learned.mark(course, row.resident, mark, past[-1].ends_at, course.host)
    village = Area.get(Area.code == "TH04")
    meetings = list(Meeting.visible_to(User.named("demo-host")).order_by(Meeting.starts_at, Meeting.id))
    begun = [meeting for meeting in meetings if meeting.begun(moment)]
    listed = Resident.below(village).where(Resident.name.is_null(False), Resident.birth_year.between(1945, 1975))
    strangers = rng.sample(list(listed.order_by(Resident.id)), 4)
    for meeting, resident in zip([begun[-1], begun[-1], begun[-1], begun[0]], strangers, strict=True):
        at = min(moment, meeting.starts_at + timedelta(minutes=rng.randint(-9, 8)))
        name = vi.fold(resident.name).title() if rng.random() < 0.5 else resident.name.upper()
        year = resident.birth_year + rng.choice((-1, 1))
        row, _ = Attendance.check_in(meeting, uid(rng), "self", name, year, village, happened_at=at)
        if meeting == begun[0]:
            row.join(resident, meeting.course.host)
    meetings[len(begun)].set_word("Hoa gạo", meetings[len(begun)].course.host)


def _hours(moment, day, hour):
    starts = moment - timedelta(minutes=10)
    if hour is not None:
        starts = vi.utc(datetime.combine(vi.local(moment).date() + timedelta(days=day), time(hour)))
    return starts, starts + timedelta(minutes=90)


def _check_in(rng, meeting, host, moment, name, birth_year=None, resident=None):
    how = pick(rng, HOW)
    at = min(moment, meeting.starts_at + timedelta(seconds=rng.randint(-1500, 900)))
    by = host if how in ("host", "paper") else None
    Attendance.check_in(meeting, uid(rng), how, name, birth_year, resident=resident, by=by, happened_at=at)

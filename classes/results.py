"""What a class changed: who was invited, who came and how, what they can do now, and who still needs it.

People (người) and attendances (lượt) are counted apart. Walk-ins nobody joined to a resident are people too, each
as often as their typed details differ.
"""

from collections import Counter
from dataclasses import dataclass, field

from peewee import JOIN

import plan
from models import Area, Attendance, Household, Invitation, Learned, Meeting, Need, Resident, now
from prepared import Prepared, among


@dataclass(frozen=True)
class Results:
    """Of one course. `able` pairs each outcome of the topic with how many learners can do it now, `marked` the plan's
    marks so, apart from them; `learners` are those of the people who came whom the lists know; `still` are the
    residents, invited or learners, who still need it."""

    invited: int
    invited_came: int
    people: int
    attendances: int
    by_how: dict
    counted: int | None
    recorded_where_counted: int
    learners: int
    able: list
    marked: list
    still: list = field(default_factory=list)


@dataclass
class Learner:
    """One person of a course for its confirmation: how many sessions that were held, and for how many minutes."""

    name: str
    name_key: str
    birth_year: int | None
    village: str
    sessions: int = 0
    minutes: int = 0

    @property
    def hours(self):
        return self.minutes / 60


def of(course, meetings):
    """The Results of a course whose `meetings` have `.came`; five queries, however many came."""
    came = CAME.all(course=course)
    learners = {row.resident for row in came if row.resident}
    invited = {resident for (resident,) in INVITED.all(course=course)}
    held = [meeting for meeting in meetings if not meeting.cancelled_at]
    heads = [(meeting.head_count, meeting.came) for meeting in held if meeting.head_count is not None]
    marked = Counter((question, answer) for question, answer in MARKED.all(course=course) if isinstance(answer, str))
    topic = plan.active.topic(course.topic)
    return Results(
        invited=len(invited),
        invited_came=len(invited & learners),
        people=len({row.person for row in came}),
        attendances=len(came),
        by_how=Counter(row.how for row in came),
        counted=sum(count for count, _ in heads) if heads else None,
        recorded_where_counted=sum(came for _, came in heads),
        learners=len(learners),
        able=[(outcome, marked[outcome.question, outcome.answer]) for outcome in topic.outcomes],
        marked=[(mark, marked[mark.question, mark.answer]) for mark in plan.active.marks],
        still=still_in_need(learners | invited, topic),
    )


def still_in_need(resident_ids, topic):
    """Those who live here, agree and still have a need that the topic answers, by village and given name."""
    people = IN_NEED.all(residents=resident_ids, needs=topic.needs)
    return sorted(people, key=lambda person: (person.household.village.label_key, person.name_key, person.id))


@Prepared
def CAME(course):
    return lessons(course).select(Attendance.person, Attendance.resident, Attendance.how).namedtuples()


@Prepared
def INVITED(course):
    return invitations(course).select(Invitation.resident).tuples()


@Prepared
def MARKED(course):
    marked = Learned.select(Learned.question, Learned.answer)
    return marked.where(Learned.course == course, Learned.stands()).tuples()


@Prepared
def IN_NEED(residents, needs):
    told = Need.select(Need.resident).where(among(Need.need, needs))
    query = Resident.select(Resident, Household, Area).join(Household).join(Area)
    return query.where(among(Resident.id, residents), Resident.id.in_(told), Resident.may_be_invited())


def confirmed(course):
    """The Learners of a course, by given name: only sessions that were held and are over; one query."""
    query = (
        lessons(course)
        .select(Attendance, Meeting, Area)
        .join_from(Attendance, Area, JOIN.LEFT_OUTER)
        .where(Meeting.ends_at <= now())
    )
    people = {}
    for row in query:
        village = row.village.label if row.village else ""
        learner = people.setdefault(row.person, Learner(row.name, row.name_key, row.birth_year, village))
        learner.sessions += 1
        learner.minutes += round((row.meeting.ends_at - row.meeting.starts_at).total_seconds() / 60)
    return sorted(people.values(), key=lambda learner: (learner.name_key, learner.birth_year or 0))


def lessons(course):
    """The attendances of a course that count, at sessions that were not called off."""
    return Attendance.select().join(Meeting).where(Meeting.course == course, Attendance.counts())


def invitations(course):
    """Those that ask somebody to come; a mere number on the paper roster does not."""
    return Invitation.select().where(Invitation.course == course, Invitation.stands(), Invitation.need != "")

"""Open needs: how many in each village, and whose.

A need named in a survey is open while the resident may be invited (`Resident.may_be_invited`), no class or help on a
topic that answers it came after they named it, and no invitation to a class for it stands.
"""

from functools import reduce
from operator import or_

from peewee import fn

import plan
from models import Area, Attendance, Course, Household, Invitation, Meeting, Need, Resident, Support


def answerable():
    """The options of the question about needs that some topic of the plan answers, in the plan's order."""
    return [option for option in plan.active.question("needs").options if topics_for(option.key)]


def topics_for(need):
    """The keys of the topics that answer a need."""
    return [topic.key for topic in plan.active.topics if need in topic.needs]


def answered_by(topic):
    """The options of needs that a topic answers."""
    return [option for option in answerable() if topic in topics_for(option.key)]


def count(area):
    """`{(village's id, need): people}` of the open needs below an area; one query."""
    village = Household.village
    query = open_below(area).select(village, Need.need, fn.COUNT(Need.id)).group_by(village, Need.need)
    return {(village_id, need): number for village_id, need, number in query.tuples()}


def people_by_village(area):
    """`{village's id: residents with at least one open need}` below an area; one query."""
    query = open_below(area).select(Household.village, fn.COUNT(Need.resident.distinct()))
    return dict(query.group_by(Household.village).tuples())


def people(area, need):
    """The residents below an area with this need open, as one walks: by village, lane and household; one query."""
    query = open_below(area).where(Need.need == need).select(Need, Resident, Household, Area)
    return sorted((row.resident for row in query), key=on_the_way)


def on_the_way(resident):
    """Sort key of residents as one walks: village, lane, household, place in the family."""
    home = resident.household
    return home.village.label_key, home.lane_key, home.code_key, resident.position, resident.id


def open_below(area):
    """The open needs below an area, joined with their resident, household and village."""
    needs = [option.key for option in answerable()]
    taught = Attendance.select().join(Meeting).join(Course)
    taught = taught.where(answers(Course.topic), since(Attendance), Meeting.not_cancelled())
    helped = Support.select().where(answers(Support.topic), since(Support))
    invited = (
        Invitation.select()
        .join(Course)
        .where(Invitation.resident == Need.resident, Invitation.stands(), Invitation.need != "")
        .where(answers(Course.topic))
    )
    return (
        Need.select()
        .join(Resident)
        .join(Household)
        .join(Area)
        .where(
            Area.within(area),
            Need.need.in_(needs),
            Resident.may_be_invited(),
            *(~fn.EXISTS(query) for query in (taught, helped, invited)),
        )
    )


def answers(topic):
    """SQL condition: the topic in this column answers the need of the row."""
    pairs = [(Need.need == option.key) & topic.in_(topics_for(option.key)) for option in answerable()]
    return reduce(or_, pairs)


def since(table):
    """SQL condition: the attendance or help is the resident's, stands, and did not happen before the need was named."""
    return (table.resident == Need.resident) & table.stands() & (table.happened_at >= Need.since)

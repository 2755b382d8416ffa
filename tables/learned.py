"""What residents can do since a class taught it, and whether they were confirmed: answers with a class as their source,
which can be taken back."""

from peewee import CharField, DateTimeField, ForeignKeyField, JSONField

import plan
import vi
from tables.courses import Course
from tables.households import Resident, merge_answers
from tables.table import Event, Table, db, new_uid, now
from tables.users import User

NEEDS = "needs"


class Learned(Table):
    """One answer that a host marked for a learner of a course, and `before`, what was answered until then.

    A row for the question "needs" goes with the last thing a course teaches: the need it answers is met.
    """

    follows_resident = True

    uid = CharField(unique=True, default=new_uid)
    resident = ForeignKeyField(Resident, backref="learned", on_delete="CASCADE")
    course = ForeignKeyField(Course, backref="learned", on_delete="CASCADE")
    question = CharField(max_length=40)
    answer = JSONField()
    before = JSONField(default=dict)
    user = ForeignKeyField(User, null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    undone_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("resident", "course", "question"), True),)

    @classmethod
    def of(cls, course):
        """What stands of a course: {(resident's uid, question): row}."""
        query = cls.select(cls, Resident).join(Resident).where(cls.course == course, cls.stands())
        return {(row.resident.uid, row.question): row for row in query}

    @classmethod
    def mark(cls, course, resident, outcome, at, by):
        """The resident can do one of the topic's outcomes since `at`; True when that is new.

        It becomes their answer unless they told a newer one since, and meets the need once they can do all of it.
        A mark of the plan, which no class teaches, only becomes the answer.
        Nothing is kept of a household that refused the survey.
        """
        with db.atomic():
            household = resident.household.locked()
            if household.agreed is False:
                return False
            resident = Resident.get_by_id(resident.id)
            row = cls.get_or_none(cls.resident == resident, cls.course == course, cls.question == outcome.question)
            if row and row.undone_at is None:
                return False
            row = row or cls(resident=resident, course=course, question=outcome.question)
            row.take(resident, outcome.answer, at, by)
            if cls.teaches(course, outcome.question):
                cls.meet_needs(course, resident, at, by)
            household.retally(day=vi.local(at).date())
            Event.log("learned.marked", course, by, learned=row.uid, question=outcome.question)
        return True

    @staticmethod
    def teaches(course, question):
        """Whether something that a course teaches becomes an answer to this question."""
        return any(outcome.question == question for outcome in plan.active.topic(course.topic).outcomes)

    @classmethod
    def meet_needs(cls, course, resident, at, by):
        topic, told = plan.active.topic(course.topic), resident.answers.get(NEEDS)
        able = all(resident.answers.get(outcome.question) == outcome.answer for outcome in topic.outcomes)
        met = set(topic.needs) & set(told) if isinstance(told, list) else set()
        if not (able and met) or at.isoformat() < resident.answered_at.get(NEEDS, ""):
            return
        row = cls.get_or_none(cls.resident == resident, cls.course == course, cls.question == NEEDS)
        row = row or cls(resident=resident, course=course, question=NEEDS)
        left = [need for need in told if need not in met]
        row.take(resident, left or [plan.active.question(NEEDS).nothing], at, by)

    def take(self, resident, answer, at, by):
        question = self.question
        self.before = {}
        if question in resident.answers:
            self.before = {"answer": resident.answers[question], "at": resident.answered_at.get(question, "")}
        self.answer, self.happened_at, self.user = answer, at, by
        self.received_at, self.undone_at = now(), None
        self.save()
        merge_answers(resident, {question: answer}, at)
        resident.store_changes()

    def take_back(self, by):
        """They cannot after all: the earlier answer stands again, and the need with what was taught."""
        questions = [self.question, NEEDS] if self.teaches(self.course, self.question) else [self.question]
        with db.atomic():
            household = self.resident.household.locked()
            resident = Resident.get_by_id(self.resident_id)
            mine = (Learned.resident == resident) & (Learned.course == self.course_id) & Learned.stands()
            rows = list(Learned.select().where(mine, Learned.question.in_(questions)))
            if not any(row.id == self.id for row in rows):
                return
            for row in rows:
                row.undone_at = now()
                row.save(only=[Learned.undone_at])
                row.give_back(resident)
            household.retally(day=vi.local(self.happened_at).date())
            Event.log("learned.taken_back", self.course, by, learned=self.uid, question=self.question)

    def give_back(self, resident):
        """Put the newest other answer in the place of this one, if this one is still the resident's."""
        question, ours = self.question, (self.answer, self.happened_at.isoformat())
        if (resident.answers.get(question), resident.answered_at.get(question)) != ours:
            return
        answers, stamps = dict(resident.answers), dict(resident.answered_at)
        answers.pop(question), stamps.pop(question)
        told = self.others(resident)
        if told:
            stamps[question], answers[question] = max(told, key=lambda one: one[0])
        resident.set_changed(answers=answers, answered_at=stamps)
        resident.store_changes()

    def others(self, resident):
        """Every other answer to the question: [(when, answer)] of before, of other courses and of visits."""
        rows = list(Learned.select().where(Learned.resident == resident, Learned.question == self.question))
        marks = {(row.happened_at.isoformat(), str(row.answer)): row for row in rows}
        before = [(row.before["at"], row.before["answer"]) for row in rows if row.before]
        told = [(at, answer) for at, answer in before if (at, str(answer)) not in marks]
        told += [(row.happened_at.isoformat(), row.answer) for row in rows if row.undone_at is None]
        for visit in resident.household.visits:
            for person in visit.content.get("people", ()):
                if person["uid"] == resident.uid and self.question in person.get("answers", {}):
                    told.append((visit.happened_at.isoformat(), person["answers"][self.question]))
        return told

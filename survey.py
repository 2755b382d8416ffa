"""What may be answered at a door: one validator for the form, the phone's queue and paper.

`check` reads the fields of a form (name → list of texts) and returns what `visits.receive` takes. Only fields that
differ from what the form showed are meant; everything else is left alone, so two phones do not undo each other.
Person fields are named `<resident uid>.<question>`; `shown` is a JSON object of what the form showed. A newcomer's
`<uid>.same` says whether they are somebody known: "yes", "no" or whose uid; `visits.check` decides what it may be.
"""

import re
import uuid
from datetime import timedelta

import vi
from fields import (
    N_,
    NOT_IN_FORM,
    at_noon,
    broken,
    choice,
    count_rules,
    happened_at,
    past_day,
    person_name,
    phone_number,
    read,
    short_text,
    year_of_birth,
)
from terms import CALL_BACK_DAYS, CALL_BACK_PARTS, NON_ANSWERS, NOTHING_ASKED, OUTCOMES, RELATIONS, SEXES

MINUTES = (5, 15, 30, 60)  # how long somebody was helped
USUAL_MINUTES = 15
VERSION = re.compile(r"[\w.-]{1,40}")

NEWCOMER_NAME = N_("Ghi họ tên; nếu chưa biết tên thì ghi năm sinh và chọn nam hay nữ.")
NEWCOMER_YEAR = N_("Ghi năm sinh; không nhớ thì ghi năm ước chừng.")
NOBODY = N_("Ghi ít nhất một người của hộ.")


def check(fields, plan, known, moment, clock=None, askers=()):
    """Check one visit's form.

    fields: name → list of texts. plan: the Plan. known: uids of the household's residents. moment: now, naive UTC.
    clock: what the phone's own clock said when it sent the form (ISO 8601), if it told. askers: uids of those who may
    have asked what a paper form says; `day` is what makes it one.
    Returns (visit, errors): the visit for `visits.receive`, and `{field name: Sentence}`, empty when all is well.
    """
    form, errors, outcome = read(fields), {}, fields.get("outcome", [""])[-1]
    visit = {
        "uid": _uid(fields, "visit", errors),
        "outcome": choice(outcome, OUTCOMES, "outcome", errors),
        "happened_at": happened_at(fields, moment, clock),
        "answers": {},
        "people": [],
    }
    if VERSION.fullmatch(fields.get("notice", [""])[-1]):
        visit["notice"] = fields["notice"][-1]
    if "day" in fields:
        visit |= _on_paper(fields, plan, moment, askers, errors)
    if not outcome:
        errors["outcome"] = N_("Chọn kết quả lần đến: đồng ý, từ chối hay vắng nhà.")
    if outcome == "call_back":
        visit["call_back"] = _call_back(form, visit["happened_at"], errors)
    if form.one("note") is not None:
        visit["note"] = short_text(form.one("note"), "note", errors)
    if outcome in NOTHING_ASKED:
        return visit, errors
    visit["answers"] = _answers(form, plan.household_questions, "", errors)
    if form.one("lane") is not None:
        visit["lane"] = short_text(form.one("lane"), "lane", errors)
    if form.one("reminders"):
        visit["reminders"] = choice(form.one("reminders"), ("yes", "no"), "reminders", errors) == "yes"
    for uid in dict.fromkeys(fields.get("person", [])):
        person = _person(form, uid, uid in known, plan, errors)
        if person:
            visit["people"].append(person)
    return _settled(visit, later=fields.get("then", [""])[-1] == "later"), errors


def _settled(visit, later):
    """The visit with what its outcome comes to: put off half done, or a boarding house where somebody answered."""
    if visit["outcome"] == "done" and later:
        visit["outcome"] = "partial"
    if visit["outcome"] == "boarding":
        visit["dwelling"] = "boarding"
        if any(person["answers"] for person in visit["people"]):
            visit["outcome"] = "done"
    return visit


def _call_back(form, happened_at, errors):
    """When they asked us to come again: `{"on": date or None, "part": part of the day or ""}`.

    Days are told as people say them, today, tomorrow or a day of the week: a form filled in days ago with no signal
    stays right. The weekday of the visit itself means a week later.
    """
    day, part = form.fields.get("call_back_day", [""])[-1], form.fields.get("call_back_part", [""])[-1]
    if day and day not in CALL_BACK_DAYS or part and part not in CALL_BACK_PARTS:
        errors["call_back_day"] = NOT_IN_FORM
        return {"on": None, "part": ""}
    today = vi.local(happened_at).date()
    days = {"": None, "today": 0, "tomorrow": 1}.get(day, 0)
    if day.isdecimal():
        days = (int(day) - today.isoweekday() - 1) % 7 + 1
    return {"on": None if days is None else today + timedelta(days=days), "part": part}


def answered(fields, questions, prefix):
    """The answers to some questions about one person: ({question: answer}, errors). `prefix` is the fields' prefix."""
    errors = {}
    return _answers(read(fields), questions, prefix, errors), errors


def _person(form, uid, is_known, plan, errors):
    """One person's part of the visit, or None when nothing was said of them."""
    prefix = f"{uid}."
    if _usual(uid) != uid:
        errors["person"] = N_("Phiếu bị hỏng: mở lại phiếu rồi nhập lại.")
        return None
    person = {"uid": uid, "answers": _answers(form, plan.person_questions, prefix, errors)}
    if (name := form.one(prefix + "name")) is not None:
        person["name"] = person_name(name, prefix + "name", errors) or None
    if (year := form.one(prefix + "birth_year")) is not None:
        person["birth_year"] = year_of_birth(year, plan, prefix + "birth_year", errors)
    if (sex := form.one(prefix + "sex")) is not None:
        person["sex"] = choice(sex, SEXES, prefix + "sex", errors) if sex else None
    if (relation := form.one(prefix + "relation")) is not None:
        person["relation"] = choice(relation, RELATIONS, prefix + "relation", errors)
    if form.many(prefix + "proxy") is not None:
        person["proxy"] = bool(form.many(prefix + "proxy"))
    if (number := form.one(prefix + "number")) is not None:
        person["phone"] = phone_number(number, plan, prefix + "number", errors)
    if told := form.many(prefix + "helped"):
        topics = [topic.key for topic in plan.help_topics]
        person["helped"] = [choice(topic, topics, prefix + "helped", errors) for topic in dict.fromkeys(told)]
        minutes = form.fields.get(prefix + "minutes", [""])[-1]
        person["minutes"] = int(minutes) if minutes in map(str, MINUTES) else USUAL_MINUTES
    if not is_known:
        if same := form.one(prefix + "same"):
            person["same"] = same
        return _newcomer(person, prefix, errors)
    return person if len(person) > 2 or person["answers"] else None


def _newcomer(person, prefix, errors):
    said = [key for key in ("name", "birth_year", "sex", "proxy") if person.get(key)] or person["answers"]
    if not said and prefix + "birth_year" not in errors:
        return None
    if not person.get("name") and not (person.get("birth_year") and person.get("sex")):
        errors.setdefault(prefix + "name", NEWCOMER_NAME)
    if not person.get("birth_year"):
        errors.setdefault(prefix + "birth_year", NEWCOMER_YEAR)
    return person


def help_given(fields, plan, errors):
    """Help outside a survey: (topic, minutes, place), with errors beside topic and minutes."""
    topic, minutes = fields.get("topic"), fields.get("minutes", "")
    if topic not in [topic.key for topic in plan.help_topics]:
        errors["topic"] = N_("Chọn việc đã hướng dẫn.")
    if minutes not in map(str, MINUTES):
        errors["minutes"] = N_("Chọn số phút.")
    return topic, int(minutes) if "minutes" not in errors else None, fields.get("place")


def _answers(form, questions, prefix, errors):
    """The answers that were meant; None takes an earlier one back, so that the question counts as not asked."""
    answers = {}
    for question in questions:
        field = prefix + question.key
        if question.kind == "many":
            chosen = form.many(field)
            if chosen is not None:
                answers[question.key] = _many(chosen, question, field, errors)
        elif (value := form.one(field)) is not None:
            answers[question.key] = _one(value, question, field, errors) if value else None
    return answers


def _one(value, question, field, errors):
    if question.kind == "count" and value not in NON_ANSWERS:
        if wrong := broken(count_rules(question), value):
            errors[field] = wrong
            return None
        return int(value)
    return choice(value, [option.key for option in question.options] + [*NON_ANSWERS], field, errors)


def _many(chosen, question, field, errors):
    """The chosen options in the plan's order; a non-answer stands alone; None takes an earlier answer back."""
    if not chosen:
        return None
    alone = [value for value in chosen if value in NON_ANSWERS]
    if alone and len(chosen) == 1:
        return alone[0]
    known = [option.key for option in question.options]
    if any(value not in known for value in chosen):
        errors[field] = NOT_IN_FORM
    elif question.nothing in chosen and len(chosen) > 1:
        errors[field] = N_("Đã chọn mục cuối, nghĩa là không có gì, thì không chọn thêm mục khác.")
    return [key for key in known if key in chosen]


def _on_paper(fields, plan, moment, askers, errors):
    """What a paper form says besides: the day, and who asked."""
    day, asked_by = past_day(fields["day"][-1], plan, moment, "day", errors), fields.get("asked_by", [""])[-1]
    if asked_by not in askers:
        errors["asked_by"] = N_("Chọn người đã hỏi.")
    return {"asked_by": asked_by, "happened_at": at_noon(day, moment)} if day else {}


def _uid(fields, name, errors):
    uid = _usual(fields.get(name, [""])[-1])
    if uid is None:
        errors[name] = N_("Phiếu bị hỏng: mở lại phiếu rồi nhập lại.")
    return uid


def _usual(text):
    """A UUID in its usual form, or None."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None

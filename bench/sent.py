"""What the load sends: the household form as a browser fills it in, and the check-in page's form."""

import random
import uuid
from html.parser import HTMLParser
from itertools import count, cycle
from urllib.parse import urlencode

import plan
import vi
from models import Area, Course, Household, Resident, User, fn, now
from terms import GONE

PEOPLE, HOUSEHOLDS, CLASSES = 4, 80, 40
BROWSER = "Accept: text/html\r\nSec-Fetch-Site: same-origin\r\n"


def request(method, path, cookie="", fields=()):
    """The bytes of one request, with the headers that browsers send and our guard reads."""
    body = urlencode(fields).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{BROWSER}Cookie: {cookie}\r\n"
    if method == "POST":
        head += "Accept-Encoding: gzip, deflate, br\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Form(HTMLParser):
    """A page's first post form: `.fields`, what a browser sends when nothing was touched, and all it `.offered`."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.offered, self.inside = [], set(), False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and not self.fields:
            self.inside = given.get("method") == "post"
        if tag != "input" or not self.inside:
            return
        self.offered.add(given["name"])
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            self.fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


def households():
    """Households of four living people, in all villages by turns."""
    four = (
        Resident.select(Resident.household)
        .where(Resident.left == "")
        .group_by(Resident.household)
        .having(fn.COUNT(Resident.id) == PEOPLE)
    )
    found = list(Household.select().where(Household.id.in_(four), Household.state.not_in(GONE)))
    random.Random(1).shuffle(found)
    return found[:HOUSEHOLDS]


def saves(pages, cookie):
    """Endless requests that save a household, each with answers and an id of its own.

    pages: `{path: page}` of household forms. The questions on top are answered for everybody, the folded ones on
    every other visit.
    """
    rng = random.Random(2)
    forms = {path: Form(page) for path, page in pages.items()}
    for turn in count():
        for path, form in forms.items():
            answered = dict(_answers(rng, form, folded=turn % 2))
            kept = [(name, value) for name, value in form.fields if name not in answered]
            chosen = [(name, value) for name, values in answered.items() for value in values]
            yield request("POST", path, cookie, [*kept, *chosen])


def _answers(rng, form, folded):
    """(field, values) of everything a finished visit answers."""
    yield from [("visit", [str(uuid.uuid4())]), ("outcome", ["done"]), ("then", ["next"])]
    people = [value for name, value in form.fields if name == "person"][:PEOPLE]
    asked = [(uid + ".", question) for uid in people for question in plan.active.person_questions]
    for here, question in [*asked, *(("", question) for question in plan.active.household_questions)]:
        if here + question.key in form.offered and (folded or not question.folded):
            yield here + question.key, _answer(rng, question)


def _answer(rng, question):
    if question.kind == "count":
        return [rng.randrange(3)]
    keys = [option.key for option in question.options if option.key != question.nothing]
    return rng.sample(keys, 2) if question.kind == "many" else [rng.choice(keys)]


def classes():
    """Classes whose doors are open, some in every village."""
    host, moment = User.named("demo-staff"), now()
    villages = cycle(Area.villages())
    return [
        Course.open(host, next(villages), "vneid", f"Lớp {n}", "Nhà văn hóa", [(moment, moment + vi.UTC_OFFSET)])
        for n in range(CLASSES)
    ]


def residents():
    """(name, birth year, village's code) of everybody listed with a name, nobody twice."""
    query = Resident.below(Area.commune()).where(Resident.name.is_null(False))
    people = {(r.folded, r.birth_year, r.household.village_id): r for r in query.order_by(Resident.id)}
    found = [(person.name, person.birth_year, person.household.village.code) for person in people.values()]
    random.Random(3).shuffle(found)
    return found


def check_ins(courses, people):
    """Requests that check a listed resident in, each to a class that they did not come to yet."""
    for turn in range(len(courses)):
        for number, (name, born, village) in enumerate(people):
            fields = {"op": uuid.uuid4(), "name": name, "birth_year": born, "village": village}
            yield request("POST", f"/c/{courses[(number + turn) % len(courses)].code}", fields=fields)

"""Reads the commune's plan of a year from a TOML file into frozen values, and refuses a file with a mistake
in it by naming the key, what was expected there and what was found.

Plans of several years live side by side in one folder. `plan.active` is the plan of today, or of the year that a page
asked for (`during`).
"""

import difflib
import hashlib
import inspect
import re
import sys
import tomllib
import typing
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from datetime import date, time
from functools import cached_property
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, NoReturn


class PlanError(ValueError):
    """A mistake in a plan file; the message begins with the path of the key, where lists count from 0."""


class Rule(NamedTuple):
    """What a value must satisfy beyond its type, and how an error message says so."""

    expected: str
    holds: Callable[[Any], Any]


class Refers(NamedTuple):
    """Marks the key or code of something listed elsewhere in the file."""

    group: str


def _whole(low: int, high: int) -> Any:
    return Annotated[int, Rule(f"a whole number from {low} to {high}", lambda n: low <= n <= high)]


NOTICE_WORDS = 120  # what a resident listens to at a door
MOST_ONLINE = 2  # places to learn online whose codes fit on the back of a slip
LONGEST_ADDRESS = 46  # of a code that old phones read from paper (`qr`: version 4 at level Q)
HTTPS = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[!-~]*)?")

Text = Annotated[str, Rule("a text", str.strip)]
Key = Annotated[str, Rule("letters, digits, _ and .", re.compile("[A-Za-z][A-Za-z0-9_.]*").fullmatch)]
Issued = Annotated[str, Rule("a day as in 31/12/2026, or blank", re.compile(r"(\d\d/\d\d/\d{4})?").fullmatch)]
Percent = Annotated[float, Rule("a number from 0 to 100", lambda n: 0 <= n <= 100)]
Asked = Annotated[str, Refers("person questions")]
TargetCode = Annotated[str, Refers("targets")]
ModelCode = Annotated[str, Refers("models")]
SomeUnits = Annotated[tuple[Annotated[str, Refers("units")], ...], Rule("a list of at least one unit", len)]
Age, Count, Minutes = _whole(0, 120), _whole(1, 99), _whole(0, 600)
Day, Months, Year = _whole(1, 31), _whole(0, 120), _whole(2025, 2100)
Address = Annotated[
    str,
    Rule(
        f"an address that begins with https://, of at most {LONGEST_ADDRESS} characters",
        lambda text: len(text) <= LONGEST_ADDRESS and HTTPS.fullmatch(text),
    ),
]
Weekday = _whole(1, 7)  # 1 is Monday, as in ISO 8601
UnitKind = Literal[
    "office",
    "division",
    "police",
    "centre",
    "school",
    "youth_union",
    "front",
    "association",
    "team",
    "service_point",
    "enterprise",
    "cooperative",
    "group",
]
SomeLines = Annotated[tuple[Text, ...], Rule("a list of at least one text", len)]
Motto = Annotated[tuple[Text, ...], Rule("a list of one or two texts", lambda lines: len(lines) in (1, 2))]
NATIONAL_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
UNIT = "{unit}"  # stands for the unit's name in the lines of a variant


class Words(NamedTuple):
    """One text in Vietnamese and in English."""

    vi: Text
    en: Text


@dataclass(frozen=True)
class Option:
    """An answer to choose; `short` is what stands on its chip."""

    key: Key
    text: Words
    short: Words


NON_ANSWERS = (
    Option("unknown", Words("Không rõ", "Don't know"), Words("Không rõ", "Don't know")),
    Option("refused", Words("Không trả lời", "No answer"), Words("Không trả lời", "No answer")),
)


@dataclass(frozen=True)
class Question:
    """A question asked at a door, which also accepts the NON_ANSWERS; `folded` ones are shown on request,
    `nothing` is the option of a "many" that excludes the others, `most` the largest count, `yearly` says that the
    answer is of one year and asked anew in the next."""

    key: Key
    scope: Literal["household", "person"]
    kind: Literal["one", "many", "count"]
    text: Words
    short: Words
    options: tuple[Option, ...] = ()
    options_of: Annotated[str, Refers("questions")] | None = None
    min_age: Age | None = None
    folded: bool = False
    yearly: bool = False
    nothing: str | None = None
    most: Count | None = None

    def option(self, key: str) -> Option:
        """The option or non-answer with this key, or KeyError."""
        return _one(self.options + NON_ANSWERS, key)


@dataclass(frozen=True)
class Target:
    """A number the plan promises; `strict` means the rate must be greater than `goal`, not equal to it.

    `row` is its name where a line is all there is, `column` that over a column of a table; `rule` says how it is
    counted, where its name does not.
    """

    code: Key
    text: Words
    short: Words
    goal: Percent
    strict: bool
    population: Literal["adults", "over16", "households", "public_staff", "pupils", "workers"]
    source: Literal["survey", "units", "police"]
    deadline: date
    row: Words | None = None
    column: Words | None = None
    rule: Words | None = None
    min_age: Age | None = None
    indicator: Literal["answer", "skills", "digital_family"] | None = None
    question: Asked | None = None
    yes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """A count of people beside a target, which is no part of it and has no goal; `rule` says what it is.

    `marked` is what a host marks of a learner after any class, which becomes the first of the answers `yes`.
    """

    indicator: ClassVar[str] = "answer"

    code: Key
    beside: TargetCode
    short: Words
    column: Words
    rule: Words
    marked: Words
    population: Literal["adults", "over16"]
    question: Asked
    yes: tuple[str, ...]
    min_age: Age | None = None


@dataclass(frozen=True)
class Skills:
    """Who has digital skills: every `must` answered so, and enough of `among`, some of them `of_which`."""

    text: Words
    since: date
    must: tuple[Asked, ...]
    must_answers: tuple[str, ...]
    among: tuple[Asked, ...]
    answers: tuple[str, ...]
    at_least: Count
    of_which: tuple[Asked, ...]
    of_which_at_least: Count


@dataclass(frozen=True)
class Unit:
    """An agency, school or organisation the plan names; `reports` are the targets and models it sends figures for."""

    key: Key
    name: Words
    kind: UnitKind
    reports: tuple[Annotated[str, Refers("targets and models")], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A number that a unit sends each period for a target or a model; `per` says of what there is one each.

    share: what it is of the target's rate, the people there are ("all") or those who can ("yes"); without it, it
    stands beside the rate. running: it adds up from the plan's first day, so that a later period's is not smaller.
    of_people: it counts some of the people there are, and cannot be more.
    """

    key: Key
    per: Literal["unit", "grade", "village"]
    text: Words
    short: Words
    target: TargetCode | None = None
    model: ModelCode | None = None
    share: Literal["all", "yes"] | None = None
    running: bool = True
    of_people: bool = True

    @property
    def code(self):
        """The code of the target or model that it is for, as in the `reports` of a unit."""
        return self.target or self.model


@dataclass(frozen=True)
class Publicity:
    """A form of publicity; `counted` says what is counted. minutes, reached: whether these are asked for too."""

    key: Key
    name: Words
    counted: Words
    minutes: bool = False
    reached: bool = False


@dataclass(frozen=True)
class Campaign:
    """A campaign that activities may be a part of, and the model that it counts for, if any."""

    key: Key
    name: Words
    model: Annotated[str, Refers("models")] | None = None


@dataclass(frozen=True)
class Model:
    """One of the plan's models; `measure` says what is counted for it.

    Units are asked for its figures as for a target's, which has a `short` name, a population and a source.
    """

    population = source = None

    code: Key
    name: Words
    text: Words
    measure: Words
    lead: SomeUnits
    cooperating: SomeUnits
    target: TargetCode | None = None

    @property
    def short(self):
        return self.name


@dataclass(frozen=True)
class Task:
    """A task of the plan; `when` is the plan's wording, and a continuous task has no deadline."""

    code: Key
    text: Words
    short: Words
    lead: SomeUnits
    cooperating: SomeUnits
    when: Words
    output: Words | None = None
    deadline: date | None = None


@dataclass(frozen=True)
class Outcome:
    """What a learner can do after a class, and the answer it is recorded as."""

    text: Words
    question: Asked
    answer: str


@dataclass(frozen=True)
class Topic:
    """What a class teaches, with the needs it answers and the models and targets it serves."""

    key: Key
    name: Words
    short: Words
    needs: tuple[str, ...] = ()
    targets: tuple[TargetCode, ...] = ()
    models: tuple[ModelCode, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Online:
    """Where people learn on their own: a site with its address, or an app that `text` says how to find."""

    key: Key
    name: Words
    text: Words
    address: Address | None = None


SomeOnline = Annotated[tuple[Online, ...], Rule(f"at most {MOST_ONLINE}", lambda online: len(online) <= MOST_ONLINE)]


@dataclass(frozen=True)
class Hours:
    """From when to when somebody is on duty in half a working day."""

    starts: time
    ends: time


@dataclass(frozen=True)
class Shifts:
    """When somebody is on duty for `model`: mornings and afternoons of some weekdays, and of single days beside them.

    worked: days that are worked though their weekday is not, such as a Saturday for which a Friday was free.
    """

    model: Annotated[str, Refers("models")]
    weekdays: Annotated[tuple[Weekday, ...], Rule("a list of at least one weekday", len)]
    am: Hours
    pm: Hours
    worked: tuple[date, ...] = ()


@dataclass(frozen=True)
class Holiday:
    """A day on which nobody is on duty."""

    day: date
    name: Words


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Who sends a report, to whom, and who signs it (Nghị định 30/2020/NĐ-CP, Phụ lục I).

    header: the lines at the top left, whose last `own_lines` are the issuing body's own and bold. motto: the lines at
    the top right. symbol: what follows the number after a slash; one that begins with - follows without. issuer: the
    body's name in a sentence; without it, the unit's, or the commune's People's Committee. signer: blank leaves room.
    """

    header: SomeLines
    own_lines: Count = 1
    motto: Motto = NATIONAL_MOTTO
    symbol: Text
    place: Text
    addressees: SomeLines
    recipients: SomeLines
    signed_as: SomeLines
    signer: str = ""
    issuer: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Variant(Letterhead):
    """The letterhead of a unit's own report: of `units`, of every unit of `kinds`, or, with neither, of all others.

    {unit} in its lines stands for the unit's name, in capitals in those that are written so.
    """

    key: Key
    units: tuple[Annotated[str, Refers("units")], ...] = ()
    kinds: tuple[UnitKind, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report(Letterhead):
    """The letterhead of the commune's report, and those of its units."""

    signer: Text
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Whom a resident asks about their data."""

    office: Words
    phone: str = ""


@dataclass(frozen=True)
class Plan:
    """A whole plan file; `digest` is the SHA-256 of the file it was read from."""

    title: Words
    commune: Words
    year: Year
    number: str
    date: Issued
    starts: date
    ends: date
    notice: Words
    notice_version: Text
    never_asked: Words
    contact: Contact
    report: Report
    skills: Skills
    questions: tuple[Question, ...]
    targets: tuple[Target, ...]
    units: tuple[Unit, ...]
    figures: tuple[Figure, ...]
    publicity: tuple[Publicity, ...]
    campaigns: tuple[Campaign, ...]
    models: tuple[Model, ...]
    tasks: tuple[Task, ...]
    topics: tuple[Topic, ...]
    shifts: Shifts
    holidays: tuple[Holiday, ...]
    digest: str
    series: tuple[Series, ...] = ()
    online: SomeOnline = ()
    adult_age: Age = 18
    resident_age: Age = 16
    cutoff_day: Day = 14
    check_in_opens_before: Minutes = 30
    check_in_closes_after: Minutes = 30
    retention_months: Months = 6

    @cached_property
    def household_questions(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.scope == "household")

    @cached_property
    def person_questions(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.scope == "person")

    @cached_property
    def yearly(self) -> tuple[str, ...]:
        """The keys of the questions whose answers begin anew with each year."""
        return tuple(q.key for q in self.questions if q.yearly)

    @cached_property
    def counted(self) -> tuple[Target | Series, ...]:
        """All that answers of people are counted for."""
        return self.targets + self.series

    @cached_property
    def marks(self) -> tuple["Outcome", ...]:
        """What a host may mark of a learner after any class, whatever it taught."""
        return tuple(Outcome(each.marked, each.question, each.yes[0]) for each in self.series)

    @cached_property
    def help_topics(self) -> tuple["Topic", ...]:
        """What a resident can be helped with: the topics that answer a need."""
        return tuple(t for t in self.topics if t.needs)

    def question(self, key: str) -> Question:
        """The question with this key, or KeyError; so too the look-ups below that say nothing else."""
        return _one(self.questions, key)

    def target(self, code: str) -> Target:
        return _one(self.targets, code)

    def unit(self, key: str) -> Unit:
        """The unit with this key; for one that only another plan has, a Unit that says so."""
        unknown = Unit(key, Words("Đơn vị của kế hoạch khác", "A unit of another plan"), "office")
        return next((unit for unit in self.units if unit.key == key), unknown)

    def figure(self, key: str) -> Figure:
        return _one(self.figures, key)

    def figures_of(self, codes: Iterable[str]) -> tuple[Figure, ...]:
        """What a unit that reports for these targets and models is asked for."""
        return tuple(figure for figure in self.figures if figure.code in codes)

    def form_of_publicity(self, key: str) -> Publicity:
        """The form with this key; for one that only another plan has, a form that says so."""
        words = Words("Hình thức của kế hoạch khác", "A form of another plan")
        return next((form for form in self.publicity if form.key == key), Publicity(key, words, Words("lần", "times")))

    def campaign(self, key: str) -> Campaign:
        """The campaign with this key; for one that only another plan has, a campaign that says so."""
        words = Words("Chiến dịch của kế hoạch khác", "A campaign of another plan")
        return next((each for each in self.campaigns if each.key == key), Campaign(key, words))

    def holiday(self, day: date) -> Holiday | None:
        """The holiday on this day, or None."""
        return next((holiday for holiday in self.holidays if holiday.day == day), None)

    def has_shifts(self, day: date) -> bool:
        """Whether somebody is to be on duty on this day."""
        return day in self.shifts.worked or day.isoweekday() in self.shifts.weekdays and not self.holiday(day)

    def model(self, code: str) -> Model:
        return _one(self.models, code)

    def task(self, code: str) -> Task:
        return _one(self.tasks, code)

    def topic(self, key: str) -> Topic:
        """The topic with this key; for one that only another plan has, a Topic that says so and serves nothing."""
        words = Words("Chủ đề của kế hoạch khác", "A topic of another plan")
        return next((topic for topic in self.topics if topic.key == key), Topic(key, words, words))


def _one(items, name):
    for item in items:
        if _name(item) == name:
            return item
    raise KeyError(name)


def _name(item):
    """What tells an item of a list from its neighbours: its key, its code, or itself."""
    return getattr(item, "key", None) or getattr(item, "code", item)


class _Plans(ModuleType):
    """This module, whose `active` plan is the one that a block under `during` asked for, else the standing one."""

    years: ClassVar[dict[int, Plan]] = {}  # all the plans that were loaded together, by their year
    standing: ClassVar[Plan | None] = None

    @property
    def active(self) -> Plan | None:
        return _during.get() or _Plans.standing

    @active.setter
    def active(self, plan: Plan | None) -> None:
        _Plans.standing = plan


_during: ContextVar[Plan | None] = ContextVar("during", default=None)
sys.modules[__name__].__class__ = _Plans


def use(path: str | Path, today: date | None = None) -> Plan:
    """Load the plan at `path` and make it the one the app serves, `plan.active`.

    path: a file, which is the plan of every day; or a folder with one file a year, of which `turn` chooses by `today`.
    PlanError for a mistake in any of them, and none is used.
    """
    if not Path(path).is_dir():
        _Plans.standing = load(path)
        _Plans.years = {}
        return _Plans.standing
    years: dict[int, Plan] = {}
    for file in sorted(Path(path).glob("*.toml")):
        try:
            plan = load(file)
        except PlanError as error:
            raise PlanError(f"{file.name}: {str(error).removeprefix(f'{file}: ')}") from None
        if plan.year in years:
            raise PlanError(f"{file.name}: expected one plan for each year, got another one for {plan.year}")
        years[plan.year] = plan
    if not years:
        raise PlanError(f"{path}: expected a folder with a plan, got none that ends in .toml")
    _Plans.years = dict(sorted(years.items()))
    _Plans.standing = _of_day(today or date.today())
    return _Plans.standing


def turn(today: date) -> bool:
    """Let the plan of `today` be active from now on; returns whether that is another one than before.

    It is the newest that has begun: a plan stays until the next one starts, however late that is issued.
    """
    if not _Plans.years or _of_day(today) is _Plans.standing:
        return False
    _Plans.standing = _of_day(today)
    return True


def of_year(year: int) -> Plan | None:
    """The plan of a year, or None where there is none."""
    active = _Plans.standing
    return active if active and active.year == year else _Plans.years.get(year)


@contextmanager
def during(plan: Plan):
    """A block in which another plan is the active one, for whoever reads another year; for this thread alone."""
    token = _during.set(plan)
    try:
        yield plan
    finally:
        _during.reset(token)


def _of_day(today):
    begun = [plan for plan in _Plans.years.values() if plan.starts <= today]
    return begun[-1] if begun else next(iter(_Plans.years.values()))


def load(path: str | Path) -> Plan:
    """The plan in the TOML file at `path`; PlanError if it cannot be read or anything in it is wrong."""
    try:
        content = Path(path).read_bytes()
        # A text typed on a Mac may hold decomposed accents; the app compares NFC.
        table = tomllib.loads(unicodedata.normalize("NFC", content.decode("utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path}: expected a TOML file in UTF-8, got {error}") from None
    values = _fields(Plan, table, "", _listed(table), without=["digest"])
    plan = _filled_in(Plan(**values, digest=hashlib.sha256(content).hexdigest()))
    _check_plan(plan)
    _check_questions(plan)
    _check_targets(plan)
    _check_series(plan)
    _check_skills(plan.skills)
    _check_report(plan.report)
    _check_shifts(plan)
    _check_answers(plan)
    return plan


def _filled_in(plan):
    """The plan with what it leaves to be derived: the options named by options_of, the ages of targets."""
    options = {q.key: q.options for q in plan.questions}
    for n, question in enumerate(plan.questions):
        if question.options_of and question.options:
            _fail(f"questions[{n}].options", "none beside options_of", list(question.options))
    questions = (replace(q, options=options[q.options_of]) if q.options_of else q for q in plan.questions)
    ages = {"adults": plan.adult_age, "over16": plan.resident_age, "households": plan.resident_age}
    targets, series = (
        tuple(replace(each, min_age=ages.get(each.population)) if each.min_age is None else each for each in group)
        for group in (plan.targets, plan.series)
    )
    return replace(plan, questions=tuple(questions), targets=targets, series=series)


# Reading: each value is read as its annotation above says.

_PLAIN = {
    str: ("a text", [str]),
    bool: ("true or false", [bool]),
    int: ("a whole number", [int]),
    float: ("a number", [int, float]),
    date: ("a date such as 2026-12-31", [date]),
    time: ("a time such as 07:30:00", [time]),
}
_NOTHING = object()


def _listed(table):
    """The keys and codes there are to refer to, by group."""
    groups = {group: items for group, items in table.items() if isinstance(items, list)}
    groups = {group: [item for item in items if isinstance(item, dict)] for group, items in groups.items()}
    groups["person questions"] = [q for q in groups.get("questions", []) if q.get("scope") == "person"]
    groups["targets and models"] = [*groups.get("targets", []), *groups.get("models", [])]
    return {group: [str(i.get("key", i.get("code"))) for i in items] for group, items in groups.items()}


def _fields(kind, table, path, listed, without=()):
    hints = typing.get_type_hints(kind, include_extras=True)
    parameters = {name: p for name, p in inspect.signature(kind).parameters.items() if name not in without}
    if not isinstance(table, dict):
        _fail(path, "a table with " + ", ".join(parameters), table)
    prefix = f"{path}." if path else ""
    for name in table:
        if name not in parameters:
            raise PlanError(f"{prefix}{name}: unknown key{_hint(name, parameters)}")
    return {
        name: _read(hints[name], table.get(name, _NOTHING), prefix + name, listed)
        for name, parameter in parameters.items()
        if name in table or parameter.default is parameter.empty
    }


def _read(kind, value, path, listed, expected=""):
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, UnionType):
        return _read(args[0], value, path, listed)
    if origin is Annotated and isinstance(args[1], Refers):
        group = args[1].group
        expected = f"one of the {group}"
        return _known(path, _read(str, value, path, listed, expected), listed.get(group, []), expected)
    if origin is Annotated:
        result = _read(args[0], value, path, listed, args[1].expected)
        return result if args[1].holds(result) else _fail(path, args[1].expected, value)
    if origin is Literal:
        return _known(path, value, args, "one of " + ", ".join(args))
    if origin is tuple:
        if not isinstance(value, list):
            _fail(path, expected or "a list", value)
        return _distinct(path, [_read(args[0], v, f"{path}[{n}]", listed) for n, v in enumerate(value)])
    if kind in _PLAIN:
        words, types = _PLAIN[kind]
        return value if type(value) in types else _fail(path, expected or words, value)
    return kind(**_fields(kind, value, path, listed))


def _distinct(path, items):
    names = [_name(item) for item in items]
    for n, name in enumerate(names):
        if name in names[:n]:
            _fail(f"{path}[{n}]", f"a name not used by {path}[{names.index(name)}]", name)
    return tuple(items)


def _known(path, value, known, expected):
    return value if value in known else _fail(path, expected, value, _hint(value, known))


def _hint(word, known):
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(str(word).lower(), lower, n=1)
    return f"; did you mean {lower[near[0]]!r}?" if near else ""


def _fail(path, expected, got, hint="") -> NoReturn:
    if got is _NOTHING:
        shown = "nothing"
    elif isinstance(got, dict | list) and got:
        shown = "a table" if isinstance(got, dict) else "a list"
    else:
        shown = str(got).lower() if isinstance(got, bool | date | time) else repr(got)
    raise PlanError(f"{path}: expected {expected}, got {shown}{hint}")


# Checking: what no single annotation can say.


def _check_plan(plan):
    if plan.starts.year != plan.year:
        _fail("starts", f"a date in {plan.year}", plan.starts)
    if plan.ends <= plan.starts:
        _fail("ends", f"a date after {plan.starts}", plan.ends)
    for language, text in plan.notice._asdict().items():
        if len(text.split()) > NOTICE_WORDS:
            _fail(f"notice.{language}", f"at most {NOTICE_WORDS} words", len(text.split()))
    for n, figure in enumerate(plan.figures):
        if bool(figure.target) == bool(figure.model):
            _fail(f"figures[{n}]", "target or model, and not both", figure.key)
        if figure.target and plan.target(figure.target).source == "survey":
            _fail(f"figures[{n}].target", "a target whose source is units or police", figure.target)
        per = plan.figures_of([figure.code])[0].per
        if figure.per != per:
            _fail(f"figures[{n}].per", f"{per}, as the other figures of {figure.code}", figure.per)
    for group in ("targets", "tasks"):
        for n, item in enumerate(getattr(plan, group)):
            if item.deadline and item.deadline <= plan.starts:
                _fail(f"{group}[{n}].deadline", f"a date after {plan.starts}", item.deadline)


def _check_questions(plan):
    for n, question in enumerate(plan.questions):
        path, keys = f"questions[{n}]", [o.key for o in question.options]
        for m, key in enumerate(keys):
            if key in [answer.key for answer in NON_ANSWERS]:
                _fail(f"{path}.options[{m}].key", "a key that not every question has", key)
        if question.kind == "count" and (keys or question.most is None):
            _fail(path, "most, and no options, for a count", question.key)
        if question.kind != "count" and (len(keys) < 2 or question.most is not None):
            _fail(path, "at least two options, and no most", question.key)
        if question.nothing is not None and question.kind != "many":
            _fail(f"{path}.nothing", "none unless the kind is many", question.nothing)
        if question.scope == "household" and question.min_age is not None:
            _fail(f"{path}.min_age", "no age for a household", question.min_age)


def _check_targets(plan):
    for n, target in enumerate(plan.targets):
        path, answer = f"targets[{n}]", target.indicator == "answer"
        if target.source == "survey" and not target.indicator:
            _fail(f"{path}.indicator", "answer, skills or digital_family when surveyed", _NOTHING)
        if answer != bool(target.question) or answer != bool(target.yes):
            _fail(path, "question and yes when the indicator is answer, and only then", target.code)
        if (target.indicator == "digital_family") != (target.population == "households"):
            _fail(f"{path}.population", "households for a digital_family, and only then", target.population)
        if target.indicator and target.min_age is not None and target.min_age < plan.resident_age:
            _fail(f"{path}.min_age", f"at least resident_age, {plan.resident_age}", target.min_age)


def _check_series(plan):
    codes = [target.code for target in plan.targets]
    for n, series in enumerate(plan.series):
        path = f"series[{n}]"
        if series.code in codes:
            _fail(f"{path}.code", f"a name not used by targets[{codes.index(series.code)}]", series.code)
        if not series.yes:
            _fail(f"{path}.yes", "at least one answer", list(series.yes))
        if series.min_age < plan.resident_age:
            _fail(f"{path}.min_age", f"at least resident_age, {plan.resident_age}", series.min_age)


def _check_skills(skills):
    for n, key in enumerate(skills.of_which):
        _known(f"skills.of_which[{n}]", key, skills.among, "one of skills.among")
    for name, keys in (("at_least", skills.among), ("of_which_at_least", skills.of_which)):
        if getattr(skills, name) > len(keys):
            _fail(f"skills.{name}", f"at most {len(keys)}", getattr(skills, name))


def _check_report(report):
    """A unit has one letterhead, and no text says anything in braces that it will not say in the report."""
    _check_letterhead(report, "report", known=())
    taken = {}
    for n, variant in enumerate(report.variants):
        path = f"report.variants[{n}]"
        _check_letterhead(variant, path, known=(UNIT,))
        for group in ("units", "kinds"):
            for m, name in enumerate(getattr(variant, group)):
                if (group, name) in taken:
                    _fail(f"{path}.{group}[{m}]", f"a name not used by {taken[group, name]}.{group}", name)
                taken[group, name] = path
        if not (variant.units or variant.kinds):
            if "others" in taken:
                _fail(path, f"units or kinds, as {taken['others']} has neither", variant.key)
            taken["others"] = path


def _check_letterhead(letterhead, path, known):
    if letterhead.own_lines > len(letterhead.header):
        _fail(f"{path}.own_lines", f"at most {len(letterhead.header)}, the lines of the header", letterhead.own_lines)
    for field in fields(letterhead):
        value = getattr(letterhead, field.name)
        for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            for braces in re.findall("[{][^}]*[}]?|[}]", text) if isinstance(text, str) else ():
                if braces not in known:
                    _fail(f"{path}.{field.name}", f"only {UNIT} in braces" if known else "no braces", braces)


def _check_shifts(plan):
    shifts, days = plan.shifts, [holiday.day for holiday in plan.holidays]
    for half in ("am", "pm"):
        hours = getattr(shifts, half)
        if hours.ends <= hours.starts:
            _fail(f"shifts.{half}.ends", f"a time after {hours.starts}", hours.ends)
    if shifts.pm.starts < shifts.am.ends:
        _fail("shifts.pm.starts", f"a time not before {shifts.am.ends}", shifts.pm.starts)
    for n, day in enumerate(shifts.worked):
        if day in days or day.isoweekday() in shifts.weekdays:
            _fail(f"shifts.worked[{n}]", "a day that is no holiday and on no weekday of shifts", day)
    for n, day in enumerate(days):
        if day < plan.starts:
            _fail(f"holidays[{n}].day", f"a date not before {plan.starts}", day)
        if day in days[:n]:
            _fail(f"holidays[{n}].day", f"a day not used by holidays[{days.index(day)}]", day)


def _check_answers(plan):
    """Every answer that the plan mentions is an option of its question."""
    mentions = [("skills.must_answers", key, plan.skills.must_answers) for key in plan.skills.must]
    mentions += [("skills.answers", key, plan.skills.answers) for key in plan.skills.among]
    for n, question in enumerate(plan.questions):
        if question.nothing is not None:
            mentions.append((f"questions[{n}].nothing", question.key, [question.nothing]))
    for n, target in enumerate(plan.targets):
        mentions.append((f"targets[{n}].yes", target.question, target.yes))
        if target.indicator == "digital_family":
            mentions.append((f"targets[{n}].indicator", "learned", ["yes"]))
    for n, series in enumerate(plan.series):
        mentions.append((f"series[{n}].yes", series.question, series.yes))
    for n, topic in enumerate(plan.topics):
        mentions.append((f"topics[{n}].needs", "needs", topic.needs))
        for m, outcome in enumerate(topic.outcomes):
            mentions.append((f"topics[{n}].outcomes[{m}].answer", outcome.question, [outcome.answer]))
    options = {q.key: [o.key for o in q.options] for q in plan.questions}
    for path, question, answers in mentions:
        for answer in answers:
            _known(path, answer, options.get(question, []), f"an answer to {question!r}")

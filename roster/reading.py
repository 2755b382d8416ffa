"""What a list says, as plain data that can be stored: villages, households, people, columns and problems."""

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from roster.problems import LEVELS, Problem

MOST_PROBLEMS = 1_000
SELDOM = {"doubt", "approximate", "doubted"}


class Column(NamedTuple):
    """One header cell and what it was understood to mean ("" for not used, with some of what its cells hold)."""

    sheet: str
    letter: str
    header: str
    meaning: str
    examples: tuple = ()


@dataclass
class Village:
    """A village as the list names it; `name` is "" when it names none. Counts are of what was read."""

    name: str
    former: str
    rows: int = 0
    households: int = 0


@dataclass
class Person:
    """One person aged 16 or over, or of unknown age. approximate: the year was worked out of an age.

    doubt: why somebody must say whether this person is stored: one of `doubts.KINDS`, "" for no doubt.
    """

    name: str | None
    birth_year: int | None
    sex: str | None
    relation: str
    phone: str | None
    row: int
    doubt: str = ""
    approximate: bool = False


@dataclass
class Household:
    """People listed together. `village` is an index into Reading.villages; children are None in a list of adults.

    doubted: [doubt, "children_0_5" or "children_6_15", row] of each child that is counted and in doubt.
    """

    village: int
    sheet: str
    row: int
    code: str = ""
    code_is_ordinal: bool = False
    lane: str = ""
    dwelling: str = "house"
    people: list[Person] = field(default_factory=list)
    children_0_5: int | None = 0
    children_6_15: int | None = 0
    doubted: list = field(default_factory=list)


def _said(thing):
    """The fields of a thing without those that hardly any has and that say nothing here."""
    return {key: value for key, value in vars(thing).items() if value or key not in SELDOM}


@dataclass
class Reading:
    """What a file says. `rows` counts the people read, children included; `problem_counts` counts every problem
    by level, `problems` lists the first thousand of each."""

    filename: str = ""
    rows: int = 0
    columns: list[Column] = field(default_factory=list)
    villages: list[Village] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_counts: dict = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))

    def add(self, found):
        self.problem_counts[found.level] += 1
        if self.problem_counts[found.level] <= MOST_PROBLEMS:
            self.problems.append(found)

    def to_json(self):
        return json.dumps(self, default=_said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text):
        """The Reading that to_json wrote."""
        data = json.loads(text)
        data["columns"] = [Column(*fields[:4], *map(tuple, fields[4:])) for fields in data["columns"]]
        data["villages"] = [Village(**fields) for fields in data["villages"]]
        data["problems"] = [Problem(*fields) for fields in data["problems"]]
        for household in data["households"]:
            household["people"] = [Person(**fields) for fields in household["people"]]
        data["households"] = [Household(**fields) for fields in data["households"]]
        return cls(**data)

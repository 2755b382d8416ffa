"""Who of a list is in doubt, and what somebody said of them. Pure.

Nobody of unknown age is stored by name unasked (design.md 4.1), nor whoever is struck through or noted dead or moved.
"""

from dataclasses import replace
from typing import NamedTuple

IN, OUT = {"age": "adults", "struck": "keep", "gone": "keep"}, "out"
KINDS = tuple(IN)
MOST_EXAMPLES = 5


class Question(NamedTuple):
    """One kind of doubt. people: how many it is about, children included; examples: (sheet, row, name, "" for a child).

    choice: what was said so far: IN[kind] to take them, OUT to leave them out, "" for nothing yet.
    """

    kind: str
    people: int
    examples: tuple
    choice: str

    @property
    def key(self):
        """Under which the choice is kept, beside those about villages."""
        return key_of(self.kind)

    @property
    def options(self):
        """What can be chosen."""
        return IN[self.kind], OUT

    @property
    def answered(self):
        return bool(self.choice)


def key_of(kind):
    return f"doubt-{kind}"


def settle(reading, choices):
    """(the reading without those who were left out, [Question]); the given reading stays as it is.

    choices: {"doubt-age": "adults" or "out", "doubt-struck" and "doubt-gone": "keep" or "out"}; others are passed over.
    Who is noted dead, is to be kept and has no age is asked about with those of unknown age.
    """
    answers = {kind: _said(kind, choices) for kind in KINDS}
    asked = {kind: [] for kind in KINDS}
    homes = [_settle_home(home, answers, asked) for home in reading.households]
    questions = [
        Question(kind, len(asked[kind]), tuple(asked[kind][:MOST_EXAMPLES]), answers[kind])
        for kind in KINDS
        if asked[kind]
    ]
    if not any(question.choice == OUT for question in questions):
        return reading, questions
    kept = [home for home in homes if home.people or home.children_0_5 or home.children_6_15]
    return _counted(replace(reading, households=kept)), questions


def _said(kind, choices):
    choice = choices.get(key_of(kind), "")
    return choice if choice in (IN[kind], OUT) else ""


def _settle_home(home, answers, asked):
    """The household without those who were left out; everybody in doubt is noted under their kinds in `asked`."""
    people = [person for person in home.people if _stays(person, home.sheet, answers, asked)]
    left = {"children_0_5": 0, "children_6_15": 0}
    for kind, group, row in home.doubted:
        asked[kind].append((home.sheet, row, ""))
        left[group] += answers[kind] == OUT
    if len(people) == len(home.people) and not any(left.values()):
        return home
    counts = {group: getattr(home, group) - number for group, number in left.items() if number}
    doubted = [child for child in home.doubted if answers[child[0]] != OUT]
    return replace(home, people=people, doubted=doubted, **counts)


def _stays(person, sheet, answers, asked):
    kinds = [person.doubt] if person.doubt else []
    if person.doubt in ("struck", "gone") and person.birth_year is None and answers[person.doubt] != OUT:
        kinds.append("age")
    for kind in kinds:
        asked[kind].append((sheet, person.row, person.name or ""))
    return not any(answers[kind] == OUT for kind in kinds)


def _counted(reading):
    """The reading with its villages counted anew."""
    villages = [replace(village, rows=0, households=0) for village in reading.villages]
    for home in reading.households:
        villages[home.village].households += 1
        villages[home.village].rows += len(home.people) + (home.children_0_5 or 0) + (home.children_6_15 or 0)
    return replace(reading, villages=villages, rows=sum(village.rows for village in villages))

"""What saving a list would change, or has changed: counts and lines to show. Pure."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import vi
from roster.names import tidy_name
from terms import IDENTITY

SKIP, ADD = "skip", "add"  # of a village: leave it out, add to it all the same
POPULATION = 10  # households; fewer are no second population
MOST_LINES = 100
MOST = {"new": MOST_LINES, "changed": MOST_LINES, "missing": MOST_LINES, "uncertain": 10 * MOST_LINES}
NO_NAME = r"\b(nhan khau|tong (so|cong)|cong (doi|to|thon|xom|trang)|mang sang|ghi chu|lap bieu|xac nhan|truong thon)\b"
SYLLABLE = r"(?=.{1,7}$)[^aeiouy]{0,3}[aeiouy]{1,3}[^aeiouy]{0,2}"
DETAILS = (*IDENTITY, "lane", "dwelling", "children_0_5", "children_6_15", "added", "moved", "missing")
COUNTS = (
    "households_new", "households_changed", "households_unchanged", "households_missing", "households_skipped",
    "people_new", "people_moved", "people_left_out", "people_changed", "people_missing", "people_uncertain",
    "villages_new", "kept", "names_kept",
)  # fmt: skip


class Detail(NamedTuple):
    """One difference: whose (a name; "" for the household's own), which of DETAILS, what it was and is now.

    Three are no fields: "added" is somebody new, "moved" somebody who stood elsewhere, "missing" somebody who is not in
    the list, which removes nobody.
    """

    who: str
    field: str
    was: object = None
    now: object = None


class Line(NamedTuple):
    """One household to show, or of kind "uncertain" somebody of it. The other kinds: "new", "changed", "missing"."""

    kind: str
    village: str
    code: str
    head: str
    uid: str = ""
    details: tuple = ()


class Found(NamedTuple):
    """Somebody who stands in the commune: where, and why no longer there ("" for who lives there)."""

    uid: str
    code: str
    village: str
    left: str


class Same(NamedTuple):
    """Somebody of the list who would be new and might be one of those `found`, who stand elsewhere.

    key: what the answer is kept under. village, code: where the list has them. choice: what was said of them alone, ""
    for nothing.
    """

    key: str
    name: str
    birth_year: int | None
    village: str
    code: str
    found: list
    choice: str


class Sizes(NamedTuple):
    """How many households of a village the list has, stand there, and there are by the official count (or None).

    agreeing: how many of the list are stored ones. few: too few for one population. choice: what was said then.
    """

    code: str
    village: str
    listed: int
    stored: int
    official: int | None
    agreeing: int
    choice: str

    @property
    def few(self):
        """Whether the list would add a second population rather than correct or complete the one that stands there:
        not half of those who could agree do, and the new ones are no mere handful beside them."""
        new = self.listed - self.agreeing
        if min(new, self.stored) < POPULATION or 4 * new < self.stored:
            return False
        return 2 * self.agreeing < min(self.listed, self.stored)

    @property
    def answered(self):
        return not self.few or self.choice in (ADD, SKIP)


@dataclass
class Changes:
    """counts: `{one of COUNTS: number}`. lines: at most MOST_LINES of each kind. skipped: Problems of households that
    could not be taken. asked: `places.Asked` of every village somebody must say. doubts: `doubts.Question` of people
    whom nobody stores unasked. same: every `Same` to be asked about, which blocks nothing. sizes: the Sizes of each
    village of the list. undated: how many of the new people have no year of birth. villages: (code, label, households)
    of each village written to."""

    counts: Counter = field(default_factory=lambda: Counter(dict.fromkeys(COUNTS, 0)))
    lines: dict = field(default_factory=lambda: {kind: [] for kind in MOST})
    skipped: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    doubts: list = field(default_factory=list)
    same: list = field(default_factory=list)
    sizes: list = field(default_factory=list)
    undated: int = 0
    villages: list = field(default_factory=list)

    @property
    def open(self):
        """What must be said before anything is saved: which village is which, and whether one gets a second
        population."""
        return [asked for asked in (*self.asked, *self.sizes) if not asked.answered]

    @property
    def unsettled(self):
        """Everything somebody must still say before this can be saved."""
        return [*self.open, *(question for question in self.doubts if not question.answered)]

    @property
    def nothing(self):
        """Whether saving changes no row."""
        return not any(self.counts[key] for key in COUNTS if key.endswith(("_new", "_changed", "_moved")))

    def show(self, line):
        if len(self.lines[line.kind]) < MOST[line.kind]:
            self.lines[line.kind].append(line)


def uncertain(person, given):
    """Which fields of somebody to be added need a look: a name that is odd, a year or a sex that is blank.

    given: the fields that the list gives of anybody; what a whole list leaves out is no slip of one line.
    """
    odd = ["name"] if person.name and is_odd(person.name) else []
    return odd + [key for key in ("birth_year", "sex") if key in given and not getattr(person, key)]


def is_odd(name):
    """Whether a name is hardly a person's: one word or more than six, a word that no Vietnamese syllable is, or words
    that stand at the head or the foot of a list."""
    folded = vi.fold(name)
    words = folded.split()
    if not 2 <= len(words) <= 6 or any(not re.fullmatch(SYLLABLE, word) for word in words):
        return True
    return re.search(NO_NAME, folded) is not None


def given(person):
    """The identity fields that a list says of a person; a blank says nothing, and "other" is what no relation gives."""
    identity = {key: getattr(person, key) for key in IDENTITY}
    return {key: value for key, value in identity.items() if value and (key, value) != ("relation", "other")}


def person_differences(read, stored, told):
    """({field: new value}, [fields that differ but stay], whether the list only spells the name worse) for a matched
    person; `told` are fields said at a door."""
    differs = {key: value for key, value in given(read).items() if value != getattr(stored, key)}
    if getattr(read, "approximate", False) and stored.birth_year:
        differs.pop("birth_year", None)  # a year worked out of an age may be one beside the one that was asked for
    if "name" in differs and tidy_name(stored.name or "") == differs["name"]:
        del differs["name"]  # only a note in brackets, which is not read
    worse = "name" in differs and vi.is_worse(differs["name"], stored.name or "")
    if worse:
        del differs["name"]
    stays = [key for key in differs if (stored.uid, key) in told]
    return {key: value for key, value in differs.items() if key not in stays}, stays, worse


def household_differences(read, stored):
    """{field: new value} of the household's own fields; "house" is what a list without lodgings gives."""
    lodging = read.dwelling if read.dwelling != "house" and read.lane != stored.lane else ""  # the lane says so
    listed = {"lane": read.lane, "dwelling": lodging}
    listed |= {"children_0_5": read.children_0_5, "children_6_15": read.children_6_15}
    differs = {key: now for key, now in listed.items() if now not in ("", None) and now != getattr(stored, key)}
    if "lane" in differs and vi.is_worse(read.lane, stored.lane):
        del differs["lane"]
    return differs

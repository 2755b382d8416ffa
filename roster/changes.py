"""What saving a list would change, or has changed: counts and lines to show. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import vi

MOST_LINES = 100
IDENTITY = ("name", "birth_year", "sex", "relation", "phone")
DETAILS = (*IDENTITY, "lane", "dwelling", "children_0_5", "children_6_15", "added", "missing")
COUNTS = (
    "households_new", "households_changed", "households_unchanged", "households_missing", "households_skipped",
    "people_new", "people_changed", "people_missing", "villages_new", "kept", "names_kept",
)  # fmt: skip


class Detail(NamedTuple):
    """One difference: whose (a name; "" for the household's own), which of DETAILS, what it was and is now.

    Two are no fields: "added" is somebody new, "missing" somebody who is not in the list, which removes nobody.
    """

    who: str
    field: str
    was: object = None
    now: object = None


class Line(NamedTuple):
    """One household to show. kind: "new", "changed" or "missing"."""

    kind: str
    village: str
    code: str
    head: str
    uid: str = ""
    details: tuple = ()


@dataclass
class Changes:
    """counts: `{one of COUNTS: number}`. lines: at most MOST_LINES of each kind. skipped: Problems of households that
    could not be taken. asked: `places.Asked` of every village somebody must say. villages: (code, label, households)
    of each village written to."""

    counts: Counter = field(default_factory=lambda: Counter(dict.fromkeys(COUNTS, 0)))
    lines: dict = field(default_factory=lambda: {"new": [], "changed": [], "missing": []})
    skipped: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    villages: list = field(default_factory=list)

    @property
    def open(self):
        """The villages still to be said."""
        return [asked for asked in self.asked if not asked.answered]

    @property
    def nothing(self):
        """Whether saving changes no row."""
        return not any(self.counts[key] for key in COUNTS if key.endswith(("_new", "_changed")))

    def show(self, line):
        if len(self.lines[line.kind]) < MOST_LINES:
            self.lines[line.kind].append(line)


def given(person):
    """The identity fields that a list says of a person; a blank says nothing, and "other" is what no relation gives."""
    said = {key: getattr(person, key) for key in IDENTITY}
    return {key: value for key, value in said.items() if value and (key, value) != ("relation", "other")}


def person_differences(read, stored, told):
    """({field: new value}, [fields that differ but stay], whether the list only spells the name worse) for a matched
    person; `told` are fields said at a door."""
    differs = {key: value for key, value in given(read).items() if value != getattr(stored, key)}
    worse = "name" in differs and vi.is_worse(differs["name"], stored.name or "")
    if worse:
        del differs["name"]
    stays = [key for key in differs if (stored.uid, key) in told]
    return {key: value for key, value in differs.items() if key not in stays}, stays, worse


def household_differences(read, stored):
    """{field: new value} of the household's own fields; "house" is what a list without lodgings gives."""
    said = {"lane": read.lane, "dwelling": read.dwelling if read.dwelling != "house" else ""}
    said |= {"children_0_5": read.children_0_5, "children_6_15": read.children_6_15}
    differs = {key: now for key, now in said.items() if now not in ("", None) and now != getattr(stored, key)}
    if "lane" in differs and vi.is_worse(read.lane, stored.lane):
        del differs["lane"]
    return differs

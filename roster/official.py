"""Compares a list of villages and their official counts with the tables, and saves it after a look.

The preview and the saving are the same comparison. Nothing is guessed: what a line means, or a count that cannot
easily be, is asked, and saved only with an answer.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256

import plan
import vi
from fields import LONGEST_TEXT
from models import Area, Event, Figure, Tally, db, now
from roster.problems import Unreadable, problem
from roster.villages import LONGEST_CODE, MOST_AREAS, plain
from terms import FIGURES

SKIP, NEW = "skip", "new"
MOST_COUNT = 9_999_999
TIMES_AS_MANY = 10
COUNTS = ("added", "renamed", "recoded", "figures", "unchanged")


class Unanswered(Exception):
    """Something is still to be said; `.comparison` holds the questions."""

    def __init__(self, comparison):
        super().__init__(f"{len(comparison.open)} lines are not answered")
        self.comparison = comparison


class Changed(Exception):
    """The villages changed after the preview; `.comparison` is with what they are now."""

    def __init__(self, comparison):
        super().__init__("the villages are not what the preview showed")
        self.comparison = comparison


@dataclass
class Line:
    """One village of a list and what saving it does.

    listed: the dict from `read_areas`. area: the village it is, None for a new one. why: what is asked first, "" for
    nothing: "several" share its name, "two" villages have its code and its name, "merged" is what the code leads to,
    "one" other line means the same village. near: which it might be; may_be_new: whether it might be none of them.
    choice: what was answered, "" for nothing.
    name, former, code: what the village is called from now on. figures: {key: (Figure or None, value)} that change.
    doubts: Problems of figures that are saved only if `sure`, which is None until somebody says.
    """

    listed: dict
    area: Area | None = None
    why: str = ""
    near: list = field(default_factory=list)
    may_be_new: bool = False
    choice: str = ""
    name: str = ""
    former: str = ""
    code: str = ""
    figures: dict = field(default_factory=dict)
    doubts: list = field(default_factory=list)
    sure: bool | None = None
    refused: bool = False

    row = property(lambda self: self.listed["row"])
    new = property(lambda self: self.area is None and not self.skipped)
    skipped = property(lambda self: self.choice == SKIP)
    day = property(lambda self: date.fromisoformat(self.listed["as_of"]))
    asked = property(lambda self: bool(self.why or self.doubts))
    undecided = property(lambda self: bool(self.why and not self.choice))
    open = property(lambda self: self.undecided or bool(self.doubts and self.sure is None))

    @property
    def taken(self):
        """The figures that saving sets: all of them, or none while they are in doubt."""
        return self.figures if not self.doubts or self.sure else {}

    @property
    def renamed(self):
        return self.area is not None and (self.area.name, self.area.former) != (self.name, self.former)

    @property
    def recoded(self):
        return self.area is not None and self.area.code != self.code

    @property
    def changes(self):
        """Whether saving changes a row."""
        return not self.skipped and bool(self.new or self.renamed or self.recoded or self.taken)


@dataclass
class Comparison:
    """What saving a list of villages would change: its lines, and the Problems of what is left out.

    seal: stands for the villages and counts that the list was compared with.
    """

    lines: list
    problems: list
    seal: str

    @property
    def open(self):
        """The lines with a question that is not answered."""
        return [line for line in self.lines if line.open]

    @cached_property
    def counts(self):
        """`{one of COUNTS: number}`, as it was when it was first asked: before the saving."""
        lines = [line for line in self.lines if not line.skipped and not line.undecided]
        counts = Counter(dict.fromkeys(COUNTS, 0))
        for line in lines:
            counts["added"] += line.new
            counts["renamed"] += line.renamed
            counts["recoded"] += line.recoded
            counts["figures"] += len(line.taken)
            counts["unchanged"] += not line.changes
        return dict(counts)


def compare_areas(areas, answers, by):
    """The Comparison of the villages of `read_areas` (or of `from_form`) with those that `by` may see.

    answers: {"is-<row>": an area's code, "new" or "skip"; "sure-<row>": "yes" or "no"}; what is not there is open.
    """
    return _Comparing(areas, answers, by).done()


def save_areas(areas, answers, by, seal=None):
    """Save what `compare_areas` tells, all of it or nothing; the same list again changes nothing.

    Returns the Comparison. Raises Unanswered, and Changed when the villages are no longer what `seal` stood for.
    """
    with db.atomic():
        comparison = compare_areas(areas, answers, by)
        if not any(line.changes for line in comparison.lines) and not comparison.open:
            return comparison
        if seal not in (None, comparison.seal):
            raise Changed(comparison)
        if comparison.open:
            raise Unanswered(comparison)
        commune, counts = by.area.commune_to_fill(), comparison.counts
        for line in comparison.lines:
            if line.changes:
                _save_line(line, commune, by)
        Event.log("areas.uploaded", by.area, by, **counts)
    return comparison


def _save_line(line, commune, by):
    area = line.area
    if area is None:
        area = Area.add("village", line.name, line.code or None, commune, line.former, by)
    elif line.renamed or line.recoded:
        area.rename(line.name, line.former, by, line.code)
    for key, (_, value) in line.taken.items():
        Figure.correct(area, key, value, line.day, line.listed["source"], by)


class _Comparing:
    """One comparison: the villages as they are, and the lines as they are understood."""

    def __init__(self, areas, answers, by):
        self.by, self.answers, self.problems = by, answers, []
        self.known, self.figures = list(by.area.village_list()), Figure.newest_below(by.area)
        self.commune, self.found = by.area.commune_to_fill(), _found(by.area)
        self.lines = [Line(listed) for listed in areas]

    def done(self):
        for line in self.lines:
            self._identify(line)
        self._ask_twins([line for line in self.lines if not line.why])
        for line in self.lines:
            self._choose(line)
        self._refuse_twins()
        for line in self.lines:
            if not line.skipped and not line.undecided:
                self._describe(line)
        lines = [line for line in self.lines if not line.refused]
        return Comparison(lines, self.problems, self._seal())

    def _identify(self, line):
        """Which village a line is: by its code, or by name and former commune; `why` and `near` where it may differ."""
        listed, code = line.listed, line.listed["code"].upper()
        named = [area for area in self.known if plain(area.name) == plain(listed["name"])]
        same = [area for area in named if not listed["former"] or plain(area.former) == plain(listed["former"])]
        if not same:
            same = [area for area in named if not area.former]
        coded = Area.coded(code, self.by.area.village_list()).first() if code else None
        if coded and (coded in same or not same and coded.code == code):
            line.area = coded
        elif coded:
            line.why, line.near = "two" if coded.code == code else "merged", [coded, *same]
        elif len(same) == 1:
            line.area = same[0]
        elif same:
            line.why, line.near = "several", same

    def _ask_twins(self, lines):
        """Two lines that mean one village: the one with its code is it, others are asked."""
        times = Counter(line.area.id for line in lines if line.area)
        for line in lines:
            if line.area and times[line.area.id] > 1 and line.listed["code"].upper() != line.area.code:
                line.why, line.near, line.area = "one", [line.area], None

    def _choose(self, line):
        choice = self.answers.get(f"is-{line.row}", "")
        if not line.why:
            return
        line.area = next((area for area in line.near if area.code == choice), None)
        line.may_be_new = self._may_be_new(line)
        line.choice = choice if line.area or choice == SKIP or choice == NEW and line.may_be_new else ""

    def _may_be_new(self, line):
        """Whether a line in question may be a village of its own, told from its namesakes by a former commune."""
        former = plain(line.listed["former"])
        alike = [area for area in self.known if plain(area.name) == plain(line.listed["name"])]
        told_apart = former and former not in [plain(area.former) for area in alike]
        return self.commune is not None and line.why != "two" and bool(told_apart or not alike)

    def _refuse_twins(self):
        """Of two lines that were answered to be one village the later one is asked again."""
        seen = set()
        for line in self.lines:
            if line.area and line.area.id in seen:
                line.area, line.choice, line.why = None, "", line.why or "one"
            seen |= {line.area.id} if line.area else set()

    def _describe(self, line):
        """Set what a line changes, and what is in doubt; refuse what cannot be."""
        listed, area = line.listed, line.area
        line.code = code = listed["code"].upper()
        line.name, line.former = vi.clean(listed["name"]), vi.clean(listed["former"])
        taken = Area.coded(code).where(Area.id != (area.id if area else 0)).first() if code else None
        if taken and taken in line.near:  # it was said to be another one, which keeps its code
            line.code = code = "" if area is None else area.code
        elif taken or (area is None and self.commune is None):
            return self._refuse(line, "area_not_yours" if self.commune is None else "area_code_elsewhere")
        if area:
            line.name, line.former = better(area.name, line.name), better(area.former, line.former)
            line.code = area.code if not code or Area.coded(code).exists() else code
            if self.by.area.kind == "village":  # who has one village calls it what the commune calls it
                line.name, line.former, line.code = area.name, area.former, area.code
        self._count(line)

    def _refuse(self, line, code):
        line.refused = True
        self.problems.append(problem(code, "", line.row))

    def _count(self, line):
        """The figures that change, and what is doubtful about them."""
        listed = {key: line.listed[key] for key in FIGURES if line.listed[key] is not None}
        wrong = _cannot_be(listed, line.listed["as_of"])
        if wrong:
            self.problems.append(problem(wrong, "", line.row))
            return
        standing = {key: self.figures.get((line.area.id, key)) for key in FIGURES} if line.area else {}
        for key, value in listed.items():
            if _differs(standing.get(key), value, line.listed):
                line.figures[key] = standing.get(key), value
        line.doubts = self._doubts(line, {key: old.value for key, old in standing.items() if old} | listed)
        line.sure = {"yes": True, "no": False}.get(self.answers.get(f"sure-{line.row}")) if line.doubts else None

    def _doubts(self, line, together):
        doubts = []
        for key, (old, value) in line.figures.items():
            found = self.found.get((line.area.id, key), 0) if line.area else 0
            told = {"meaning": key, "now": vi.number(value)}
            far = old and not old.value < TIMES_AS_MANY * value < TIMES_AS_MANY**2 * old.value
            if far and found <= old.value:  # else the last one cannot be
                doubts.append(problem("figure_far", "", line.row, was=vi.number(old.value), **told))
            if found > value:
                doubts.append(problem("fewer_than_found", "", line.row, found=vi.number(found), **told))
        wrong = _disagree(together)
        return [*doubts, problem(f"stored_{wrong}", "", line.row)] if wrong and line.figures and not doubts else doubts

    def _seal(self):
        villages = [(area.id, area.code, area.name, area.former) for area in self.known]
        counts = sorted((*key, row.value, str(row.as_of), row.source) for key, row in self.figures.items())
        return sha256(json.dumps([villages, counts]).encode()).hexdigest()[:16]


def better(old, new):
    """A name as it is from now on: the new one, unless that is blank or the old one without its marks or capitals."""
    if not new or plain(old) == plain(new) and not _marks(old) < _marks(new):
        return old
    return new


def _marks(text):
    """How many letters of a text have a mark."""
    return sum(not char.isascii() for char in vi.nfc(text))


def _differs(old, value, listed):
    """Whether a figure of a list is another than the one that stands; the same number of an older day is not."""
    if old is None or old.value != value:
        return True
    same_day = str(old.as_of) == listed["as_of"]
    return listed["source"] not in ("", old.source) if same_day else str(old.as_of) < listed["as_of"]


def _cannot_be(figures, as_of):
    """The code of what is wrong with the figures of one line, all of which are left out then; "" for nothing."""
    if not figures:
        return ""
    if not as_of:
        return "figure_without_date"
    if date.fromisoformat(as_of) > vi.local(now()).date():
        return "date_to_come"
    return _disagree(figures)


def _disagree(figures):
    """The code of what cannot be among figures of one village; "" for nothing. A household has one person at least."""
    adults, over16 = figures.get("adults"), figures.get("over16")
    people = max((number for number in (adults, over16) if number is not None), default=None)
    if adults and over16 and adults > over16:
        return "more_adults"
    if people is not None and figures.get("households", 0) > people:
        return "more_households"
    return ""


def _found(area):
    """`{(village's id, key): the most who were asked or said yes}` of the population that an official count counts."""
    found = Counter()
    for (village, code), (_, asked, yes) in Tally.of_villages(area).items():
        target = next((target for target in plan.active.targets if target.code == code), None)
        if target:
            key = village, target.population
            found[key] = max(found[key], asked, yes)
    return found


def from_form(text):
    """The areas of a preview that comes back, checked again. Raises Unreadable when it is not what a preview sends."""
    try:
        areas = [_area(listed) for listed in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable("preview_broken") from None
    if not 0 < len(areas) <= MOST_AREAS or len({area["row"] for area in areas}) < len(areas):
        raise Unreadable("preview_broken")
    return areas


def _area(listed):
    area = {key: vi.clean(listed[key]) for key in ("code", "name", "former", "source")}
    area |= {key: listed[key] for key in (*FIGURES, "row")}
    area["as_of"] = listed["as_of"] and date.fromisoformat(listed["as_of"]).isoformat()
    counts = [area["row"], *(area[key] for key in FIGURES if area[key] is not None)]
    if not all(type(count) is int and 0 < count <= MOST_COUNT for count in counts):
        raise ValueError(counts)
    longest = max(len(area[key]) for key in ("name", "former", "source"))
    if not vi.fold(area["name"]) or longest > LONGEST_TEXT or len(area["code"]) > LONGEST_CODE:
        raise ValueError(area["row"])
    return area

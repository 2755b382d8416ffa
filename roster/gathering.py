"""Which household each person of a table belongs to."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import vi
from fields import PAPERS
from roster.grouping import DITTO, ROMAN, number_before_point
from roster.reading import Household, Person
from roster.whereabouts import Whereabouts

LONGEST_CODE = 20
ALIKE = 0.85
HOUSEHOLD = re.compile(r"(?i)^(hộ|ho)\s+(số\s+|so\s+)?(?=\d)")


@dataclass
class Open:
    """A household while its rows are read. said_head: (row, name) of the head whom a title or a column names."""

    home: Household
    number: str
    head_row: int = 0
    head_is_child: int = 0
    said_head: tuple = (0, "")
    seen: dict = field(default_factory=dict)


class Gathering(Whereabouts):
    """Puts rows into households in the way that `grouping` decided for the table."""

    def __init__(self, reading, table, ends, before=None):
        super().__init__(reading, table, ends, before)
        self.open, self.current, self.numbers = [], None, {}
        self.title, self.title_values, self.after_blank = None, (), False
        self.grouping = None

    def decide(self, grouping, before):
        """Gather in this way; a table that follows another goes on with its households."""
        self.grouping = before.grouping if before else grouping
        if before:
            self.current, self.numbers, self.open = before.current, before.numbers, before.open
            self.lane, before.open = self.lane or before.lane, []
            if self.titled == before.titled:
                self.village = before.village

    def _household(self, row, relation, named):
        """The Open household of a person."""
        way = self.grouping.way
        if way in ("code", "ordinal", "number"):
            opened = self._by_number(row.number, row.values, relation)
        else:
            opened = self._by_place(row, relation, named)
        self.title, self.after_blank = None, False
        return opened

    def _stay(self, village):
        """The current household when a row of this village may belong to it."""
        return self.current if self.current and self.current.home.village == village else None

    def _by_number(self, number, row, relation):
        """People without a number of their own belong to the household above, as merged cells show it."""
        meaning = self.grouping.way
        value = self._number_text(number, row, meaning)
        if self.by_address and self.current and value in ("", self.current.number):
            if not (relation == "head" and self.current.head_row):
                return self.current
        village = self._village(number, row)
        current = self._stay(village)
        if not value:
            if current and not (relation == "head" and current.head_row):
                return current
            self._warn("head_without_number" if current else "no_household_number", number, meaning)
            return self._begin(number, village, "")
        if current and current.number == value and not self._numbered_by_lane(number, row, relation):
            return current
        known = self.numbers.get((village, value))
        if known and meaning == "code":
            self.current = known
            return known
        if known and not self.title:
            self._warn("number_repeats", number, meaning, number=value, other=known.home.row)
        return self._begin(number, village, value, self._code(number, value))

    def _numbered_by_lane(self, number, row, relation):
        """Whether the same running number comes again with another head in another lane."""
        if self.grouping.way == "code" or relation != "head" or not self.current.head_row:
            return False
        lane = self._address(row)[0]
        return bool(lane and self.current.home.lane) and lane != self.current.home.lane

    def _by_place(self, row, relation, named):
        """By what stands at the household's first row: a title, its head, a number 1, a name without a dash."""
        number, way = row.number, self.grouping.way
        if self.by_address and self.current and not self._begins(row, relation, named):
            return self.current
        village = self._village(number, row.values)
        current = self._stay(village)
        if current and not self._begins(row, relation, named):
            return current
        if way == "each":
            value = self._number_text(number, row.values, "number")
            return self._begin(number, village, value, self._code(number, value, "number") if value else "")
        value = vi.fold(self._text(number, row.values, "head")) if way == "head" else ""
        code = self.title[0] if self.title else ""
        return self._begin(number, village, value or code, self._code(number, code) if code else "")

    def _begins(self, row, relation, named):
        """Whether a person of the current household's village begins another one."""
        way, current = self.grouping.way, self.current
        if self.title or way == "each":
            return True
        if way == "title":
            return False
        if way == "head":
            return vi.fold(self._text(row.number, row.values, "head")) not in ("", current.number)
        if way == "dash":
            return bool(named) and not named.member
        if way == "gap":
            return self.after_blank
        return relation == "head" or (self.grouping.restarts and self.grouping.number(row) == 1)

    def _begin(self, number, village, value, code=""):
        way = self.grouping.way
        ordinal = bool(code) and way != "code" and (way != "title" or code.isdecimal())
        opened = Open(Household(village, self.sheet.name, number, code, ordinal), value)
        if self.title:
            opened.said_head = self.title[2], self.title[1]
            self._take_lane_of(opened.home, self.title[2], self.title_values)
        self.open.append(opened)
        self.current = opened
        if value:
            self.numbers[village, value] = opened
        return opened

    def _number_text(self, number, row, meaning):
        """The number of a household without "Hộ" or "Hộ số" before it."""
        text = self._text(number, row, meaning)
        if DITTO.fullmatch(text):
            return ""
        if self.grouping.decimal and meaning == "number":
            return number_before_point(text)
        if self.grouping.roman and meaning == "number":
            return text if ROMAN.fullmatch(text.strip(" .)")) else ""
        return HOUSEHOLD.sub("", text) if text[:1] in "Hh" else text

    def _code(self, number, value, meaning=None):
        if len(value) > LONGEST_CODE or PAPERS.search(value):
            self._warn_once("code_not_kept", number, meaning or self.grouping.way)
            return ""
        return value

    # The head

    def _relation(self, opened, number, row, relation, name):
        """The relation to keep; a household has one head, and the first to be called so is it."""
        if relation is None:
            relation = "head" if self._is_named_head(opened, number, row, name) else "other"
        if relation != "head":
            return relation
        if opened.head_row:
            meaning = "relation" if "relation" in self.columns else self.names[0]
            self._warn("two_heads", number, meaning, other=opened.head_row)
            return "other"
        opened.head_row = number
        return relation

    def _is_named_head(self, opened, number, row, name):
        """Whether somebody without a relation is the head: by the head's name in a title or column, or by being
        first where that is what begins a household."""
        head = self._text(number, row, "head") if "head" in self.columns else ""
        if self.grouping.way == "each" or (head and vi.fold(head) == vi.fold(name or "")):
            return True
        if self.grouping.way in ("dash", "restart", "gap") and not (opened.home.people or opened.seen):
            return "relation" not in self.columns
        return bool(name and opened.said_head[1]) and not opened.head_row and _alike(opened.said_head[1], name)

    def _close(self, opened):
        home = opened.home
        self._add_said_head(opened)
        if not (home.people or home.children_0_5 or home.children_6_15):
            return
        self.reading.households.append(home)
        self.reading.villages[home.village].households += 1
        if opened.head_is_child:
            self._warn("child_head", opened.head_row, "birth", year=opened.head_is_child, age=self.resident_age)
        elif "relation" in self.columns and not opened.head_row:
            self._warn("no_head", home.row, "relation")

    def _add_said_head(self, opened):
        """A head whom a title or a column names, and who has no row, is one of the household, of unknown age."""
        row, name = opened.said_head
        if not name or opened.head_row or any(_alike(name, who.name or "") for who in opened.home.people):
            return
        opened.head_row = row
        opened.home.people.insert(0, Person(name, None, None, "head", None, row, "age"))
        self.reading.rows += 1
        self.reading.villages[opened.home.village].rows += 1
        self._warn("head_without_row", row, name=name)


def _alike(name, other):
    return SequenceMatcher(None, vi.fold(name), vi.fold(other)).ratio() >= ALIKE

"""How a table says who lives together, decided from all of its rows before any is taken. Pure.

A way is one of: "code", "ordinal", "number" (a number on each household), "title" (a row above each), "relation"
(each head begins one), "dash" (members have a dash), "head" (the head's name in a column), "each" (a row each),
"restart" (numbers begin again at 1), "gap" (blank rows between).
"""

import re

import vi
from roster.cells import is_mark
from roster.names import is_plain, name_in, relation_of
from roster.problems import Unreadable
from roster.spreadsheet import Formula

LARGEST = 25
DITTO = re.compile(r"[\s.,\"'”“/–—-]+")  # what stands for "as above"
POINTED = re.compile(r"\d+[.\-/]\d+")
ROMAN = re.compile(r"[IVX]{1,7}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PASSED_OVER = ("lane", "village", "total")


def number_before_point(number):
    """ "1" of "1.2": the household's part of a number by points."""
    return re.split(r"[./-]", number)[0]


class Grouping:
    """way: see above. restarts: whether numbers count the members of each household, so that a 1 begins one.

    decimal: whether the members of household 1 are numbered 1.1, 1.2… or 1-1, 1/2. roman: whether each household has
    a Roman number at its head and its members 1, 2, 3.
    """

    def __init__(self, header, rows):
        self.columns, self.names = header.columns, header.name_columns
        self.rows = rows
        self.people = [row for row in rows if row.kind == "person"]
        self.heads = [row for row in self.people if self._is_head(row)]
        self.restarts = self._numbers_members()
        self.decimal = self._numbers_by_points()
        self.roman = self._numbers_by_romans()
        self.way = self._way()

    def refuse_none(self, sheet_name, row):
        """Unreadable when people are listed but nothing says who lives with whom."""
        if self.way is None:
            raise Unreadable("no_household_column", sheet_name, row)

    def _way(self):
        for meaning in ("code", "ordinal"):
            if any(self.at(row, meaning) is not None for row in self.people):
                return meaning
        if self._titled():
            return "title"
        if self.decimal or self.roman:
            return "number"
        if self._numbers_count_households():
            return "number"
        if self.heads:
            return "relation"
        if self._dashed():
            return "dash"
        if "head" in self.columns:
            return "head" if self.names != [self.columns["head"]] else "each"
        if self.restarts:
            return "restart"
        if self._gaps():
            return "gap"
        named = any(self._name(row) for row in self.people)
        return None if named else "each"

    def at(self, row, meaning):
        column = self.columns.get(meaning, len(row.values))
        value = row.values[column] if column < len(row.values) else None
        value = value.value if type(value) is Formula else value
        return None if type(value) is str and DITTO.fullmatch(value) else value

    def number(self, row):
        """The whole number a row has, within its household where the list has such a column; else None."""
        value = self.at(row, "member")
        value = self.at(row, "number") if value is None else value
        text = vi.clean(str(value)).strip(".)") if value is not None else ""
        if len(text) == 1 and text.lower() in LETTERS:
            return LETTERS.index(text.lower()) + 1
        return int(text) if text.isdecimal() and len(text) < 6 else None

    def _name(self, row):
        values = [row.values[column] for column in self.names if column < len(row.values)]
        return " ".join(str(value) for value in values if value is not None)

    def _is_head(self, row):
        relation = self.at(row, "relation")
        if relation is not None and relation_of(str(relation)) == "head":
            return True
        if is_mark(self.at(row, "head_mark")):
            return True
        name = self._name(row)
        return not is_plain(name) and name_in(name).relation == "head"

    def _titled(self):
        """Whether the first person, or most households, stand under a row "Hộ 1: …"."""
        titles = sum(1 for row in self.rows if row.kind == "home")
        first = next((row.kind for row in self.rows if row.kind in ("home", "person")), "")
        return titles > 1 or (titles == 1 and first == "home")

    def _dashed(self):
        named = [name_in(self._name(row)).member for row in self.people if self._name(row)]
        return bool(named) and not named[0] and any(named)

    def _numbers_count_households(self):
        """A plain "STT" numbers households when people follow without a number or share one."""
        if "number" not in self.columns or "head" in self.columns and self.names == [self.columns["head"]]:
            return False
        numbers = [self.at(row, "number") for row in self.people if self._name(row)]
        if not any(numbers):
            return False
        if sum(not number for number in numbers) * 4 > len(numbers):
            return True
        groups = 1 + sum(a != b for a, b in zip(numbers, numbers[1:], strict=False))
        if groups == len(numbers) or (self.heads and groups * 2 > len(self.heads) * 3):
            return False
        return not self.restarts

    def _numbers_members(self):
        """Whether numbers count the members of each household: 1, 2, 3, 1, 2; under lane titles they may count on
        from 1 for another reason."""
        numbered = [(row, self.number(row)) for row in self.people]
        if not numbered or any(number is None for _, number in numbered):
            return False
        numbers = [number for _, number in numbered]
        if any(b not in (1, a + 1) for a, b in zip([0, *numbers], numbers, strict=False)) or max(numbers) > LARGEST:
            return False
        begun_by_title = {row.number for row in self._after_titles()}
        starts = [(a, row) for a, (row, b) in zip(numbers, numbered[1:], strict=False) if b == 1]
        if self.heads:
            ones = sum(1 for row in self.heads if self.number(row) == 1)
            return bool(starts) and ones * 10 >= len(self.heads) * 8
        if self.columns.get("member") is not None:
            return bool(starts)
        return any(a > 1 and row.number not in begun_by_title for a, row in starts)

    def _numbers_by_points(self):
        numbers = [str(self.at(row, "number")) for row in self.people if self.at(row, "number") is not None]
        pointed = [number for number in numbers if POINTED.fullmatch(number)]
        homes = {number_before_point(number) for number in numbers}
        return len(pointed) * 3 >= len(numbers) > 0 and len(homes) < len(numbers)

    def _numbers_by_romans(self):
        numbers = [
            str(self.at(row, "number")).strip(" .)") for row in self.people if self.at(row, "number") is not None
        ]
        romans = [bool(ROMAN.fullmatch(number)) for number in numbers]
        return (
            bool(numbers)
            and romans[0]
            and not all(romans)
            and all(roman or number.isdecimal() for roman, number in zip(romans, numbers, strict=True))
        )

    def _after_titles(self):
        """The people right below a title or a total."""
        passed = False
        for row in self.rows:
            if row.kind == "person":
                if passed:
                    yield row
                passed = False
            elif row.kind in PASSED_OVER:
                passed = True

    def _gaps(self):
        """Whether blank rows, and nothing else, part the people into groups no larger than households are."""
        sizes, blank = [0], False
        for row in self.rows:
            if row.kind == "person":
                if blank and sizes[-1]:
                    sizes.append(0)
                sizes[-1] += 1
                blank = False
            blank = blank or row.kind == "blank"
        return len(sizes) > 1 and 1 < max(sizes) <= LARGEST

"""Understands a list of households as offices keep it: a file in, households and problems out. Pure, saves nothing.

People under 16 at the plan year's end become counts and dates become years while reading (design.md 4.1), and notes,
identity numbers and whatever else a list carries are never kept.
"""

import re
from dataclasses import dataclass, field

import vi
from roster.cells import Cells, relation_of
from roster.headers import SEARCHED_ROWS, find_header, meaning_of, refuse_other_header
from roster.problems import Unreadable, problem
from roster.reading import Column, Household, Person, Reading, Village
from roster.repair import repair
from roster.spreadsheet import cell, open_sheets, refuse_legacy
from roster.villages import village_in, village_named
from survey import LONGEST_TEXT, PAPERS

LONGEST_CODE = 20
OLDEST_PRESCHOOLER = 5

BOARDING = re.compile(r"\b(nha tro|khu tro|phong tro|day tro|xom tro|o tro)\b")
TOTALS = re.compile(r"(?i)tổng\b|tong (cong|so)\b|(cộng|cong|tong)\s*([:.\d]|$|thôn\b|hộ\b|nhân khẩu\b)")
SIGNATURE = re.compile(
    r"(?i)ký tên|\(ký|người lập|trưởng thôn|xác nhận|chủ tịch|bí thư|cán bộ|\bngày\b.*\btháng\b.*\bnăm\b|^(kt|tm)\."
)
COUNTED = {"hộ": r"(\d[\d.]*)\s*hộ", "nhân khẩu": r"(\d[\d.]*)\s*(?:nhân )?khẩu"}


def read(path, filename="", *, ends, resident_age=16):
    """The Reading of an .xlsx or CSV list. `ends` is the last day of the plan year; nothing is saved.

    Raises Unreadable, with the sentence's code, when the file as a whole cannot be used.
    """
    reading, sheets = Reading(filename=filename), open_sheets(path)
    for sheet, header in _listed_sheets(sheets, reading):
        _SheetReader(reading, sheet, header, ends, resident_age).read()
    if not reading.rows:
        raise _nobody(reading.problems)
    if not any(home.children_0_5 or home.children_6_15 for home in reading.households):
        for home in reading.households:
            home.children_0_5 = home.children_6_15 = None
    order = {sheet.name: index for index, sheet in enumerate(sheets)}
    reading.problems.sort(key=lambda found: (order[found.sheet], found.row))
    return reading


def _nobody(problems):
    """Why a list has no people: what made the first row be left out, if anything did."""
    found = next((found for found in problems if found.level == "error"), None)
    return Unreadable(found.code, *found[2:5], **found.detail) if found else Unreadable("no_people")


def _listed_sheets(sheets, reading):
    """(sheet, header) of every sheet that holds a list; the others get a note, and none at all is Unreadable."""
    listed, refusal = [], Unreadable("no_header", most=SEARCHED_ROWS)
    for sheet in sheets:
        if sheet.hidden:
            reading.add(problem("hidden_sheet", sheet.name))
            continue
        refuse_legacy(sheet)
        try:
            header, problems = find_header(sheet)
        except Unreadable as error:
            if error.code != "no_name_column":
                raise
            header, refusal = None, error  # beside a list it is a summary: "Thôn | Số hộ | Nam | Nữ"
        if header:
            sheet, repaired = repair(sheet, header)
            listed.append((sheet, header))
            for found in [*problems, *repaired]:
                reading.add(found)
        elif any(sheet.rows):
            reading.add(problem("sheet_not_read", sheet.name))
    if not listed:
        raise refusal
    return listed


@dataclass
class _Open:
    """A household while its rows are read."""

    home: Household
    number: str
    head_row: int = 0
    head_is_child: int = 0
    seen: dict = field(default_factory=dict)


class _SheetReader(Cells):
    """Takes the rows of one sheet into a Reading."""

    def __init__(self, reading, sheet, header, ends, resident_age):
        super().__init__(reading, sheet, header, ends)
        self.resident_age = resident_age
        self.body = sheet.rows[header.last :]
        self.open, self.current, self.numbers = [], None, {}
        self.totals, self.taken, self.ended = [], 0, False
        self.village = None
        self.villages = {}

    def read(self):
        self._say_columns()
        self.grouping = self._grouping()
        self.titled = self._titled_village()
        for number, row in enumerate(self.body, self.header.last + 1):
            if row:
                self._take(number, row)
        for opened in self.open:
            self._close(opened)
        self._check_totals()

    # What the sheet is

    def _say_columns(self):
        for column, text in self.header.texts.items():
            letter = cell("", column)
            self.reading.columns.append(Column(self.sheet.name, letter, text, self.header.meanings[column]))

    def _grouping(self):
        """How this sheet says who lives together. Raises Unreadable when it does not."""
        for meaning in ("code", "ordinal"):
            if any(self._has(row, meaning) for row in self.body):
                return meaning
        if self._numbers_count_households():
            return "number"
        if any(relation_of(str(self._has(row, "relation") or "")) == "head" for row in self.body):
            return "relation"
        if "head" in self.columns:
            return "head" if self.names != ["head"] else "each"
        if any(self._has(row, self.names[-1]) for row in self.body):
            raise Unreadable("no_household_column", self.sheet.name, self.header.last)
        return "each"

    def _numbers_count_households(self):
        """A plain "STT" numbers households when people follow without a number or share one."""
        if "number" not in self.columns or self.names == ["head"]:
            return False
        numbers = [self._has(row, "number") for row in self.body if self._has(row, self.names[-1])]
        numbers = [number for number in numbers if type(number) is not str or not TOTALS.match(number)]
        shared = any(a == b for a, b in zip(numbers, numbers[1:], strict=False) if a)
        return any(numbers) and (shared or sum(not number for number in numbers) * 4 > len(numbers))

    def _titled_village(self):
        """(name, former) from the titles above the header, or the sheet's own name."""
        for row in self.sheet.rows[: self.header.first - 1]:
            named = village_in(" ".join(value for value in row if type(value) is str))
            if named:
                return named
        return village_in(self.sheet.name) or ("", "")

    # Rows

    def _take(self, number, row):
        texts = [value for value in row if type(value) is str]
        if self._is_header_again(number, row, texts):
            return
        first = vi.clean(texts[0]) if texts else ""
        if TOTALS.match(first) or TOTALS.match(str(self._has(row, self.names[0]) or "")):
            self.totals.append((number, " ".join(texts)))
            self.ended = True
            self._warn("totals_row", number)
        elif self._is_person(row, first):
            self._take_person(number, row)
        elif not self._is_section(row, first):
            self.ended = self.ended or bool(SIGNATURE.search(first))
            self._warn("row_not_read", number)

    def _is_header_again(self, number, row, texts):
        """Whether a row only repeats the header, or numbers its columns "(1) (2) (3)"."""
        if self.header.repeats(row):
            return True
        filled = [value for value in row if value is not None]
        if len(filled) >= 3 and all(re.fullmatch(r"\(?([A-Za-z]|\d\d?)\)?", str(value)) for value in filled):
            return self._has(row, self.names[0]) is not None
        name = str(self._has(row, self.names[0]) or "")
        digits = any(char.isdigit() for text in texts for char in text)
        if len(filled) == len(texts) and not digits and (not name or meaning_of(name)):
            refuse_other_header(self.sheet, number, row, self.header)
        return False

    def _is_person(self, row, first):
        """A named row is a person, except in the footer; a nameless one needs something said of a person."""
        named = any(self._has(row, meaning) is not None for meaning in self.names)
        marks = sum(self._has(row, meaning) is not None for meaning in ("male", "female"))
        said = any(self._has(row, meaning) is not None for meaning in ("relation", "birth", "sex"))
        if said or marks == 1 or (marks and named):
            return named or not SIGNATURE.search(first)
        return named and not (self.ended or SIGNATURE.search(first) or self._section_of(row, first))

    def _section_of(self, row, first):
        alone = sum(value is not None for value in row) == 1
        return village_in(first) if alone and "village" not in self.columns else None

    def _is_section(self, row, first):
        """A row with only a village's name begins that village's part of the list."""
        named = self._section_of(row, first) if not SIGNATURE.search(first) else None
        if named:
            self.titled, self.village, self.current = named, None, None
        return bool(named)

    def _take_person(self, number, row):
        relation = relation_of(self._text(number, row, "relation")) if "relation" in self.columns else None
        opened = self._household(number, row, relation)
        self._take_lane(opened.home, number, row)
        name = self._name(number, row)
        relation = self._relation(opened, number, row, relation, name)
        self.taken += 1
        if name is None:
            return
        sex, year = self._sex(number, row), self._birth_year(number, row)
        twin = opened.seen.setdefault((name.casefold(), year), number) if name else number
        if twin != number:
            self._warn("duplicate", number, self.names[0], other=twin)
            return
        phone = self._phone(number, row)
        self.reading.rows += 1
        self.reading.villages[opened.home.village].rows += 1
        if year and self.ends.year - year < self.resident_age:
            self._count_child(opened, year, relation)
        else:
            opened.home.people.append(Person(name or None, year, sex, relation, phone, number))

    def _count_child(self, opened, year, relation):
        if self.ends.year - year <= OLDEST_PRESCHOOLER:
            opened.home.children_0_5 += 1
        else:
            opened.home.children_6_15 += 1
        if relation == "head":
            opened.head_is_child = year

    # Which household

    def _household(self, number, row, relation):
        village = self._village(number, row)
        begin = {"code": self._by_number, "ordinal": self._by_number, "number": self._by_number}.get(
            self.grouping, self._by_head
        )
        return begin(number, row, village, relation)

    def _by_number(self, number, row, village, relation):
        """People without a number of their own belong to the household above, as merged cells show it."""
        value = self._text(number, row, self.grouping)
        current = self.current if self.current and self.current.home.village == village else None
        if not value:
            if current and not (relation == "head" and current.head_row):
                return current
            self._warn("head_without_number" if current else "no_household_number", number, self.grouping)
            return self._begin(number, village, "")
        if current and current.number == value:
            return current
        known = self.numbers.get((village, value))
        if known and self.grouping == "code":
            self.current = known
            return known
        if known:
            self._warn("number_repeats", number, self.grouping, number=value, other=known.home.row)
        return self._begin(number, village, value, self._code(number, value))

    def _by_head(self, number, row, village, relation):
        current = self.current if self.current and self.current.home.village == village else None
        if self.grouping == "each":
            value = self._text(number, row, "number")
            return self._begin(number, village, value, self._code(number, value, "number") if value else "")
        if self.grouping == "head":
            value = vi.fold(self._text(number, row, "head"))
            return current if current and value in ("", current.number) else self._begin(number, village, value)
        return current if current and relation != "head" else self._begin(number, village, "")

    def _begin(self, number, village, value, code=""):
        ordinal = bool(code) and self.grouping != "code"
        opened = _Open(Household(village, self.sheet.name, number, code, ordinal), value)
        self.open.append(opened)
        self.current = opened
        if value:
            self.numbers[village, value] = opened
        return opened

    def _code(self, number, value, meaning=None):
        if len(value) > LONGEST_CODE or PAPERS.search(value):
            self._warn_once("code_not_kept", number, meaning or self.grouping)
            return ""
        return value

    def _village(self, number, row):
        """The index of the row's village; a blank cell means the village above."""
        text = self._text(number, row, "village") if "village" in self.columns else ""
        former = self._text(number, row, "former") if "former" in self.columns else ""
        if text:
            if (text, former) not in self.villages:
                name, said = village_named(text, former)
                self.villages[text, former] = self._village_index(name, said or self.titled[1])
            self.village = self.villages[text, former]
        elif self.village is None:
            name, said = self.titled
            self.village = self._village_index(name, said or vi.clean(former))
            if not name:
                self._warn_once("no_village", number)
        return self.village

    def _village_index(self, name, former):
        key = vi.fold(name), vi.fold(former)
        for index, village in enumerate(self.reading.villages):
            if (vi.fold(village.name), vi.fold(village.former)) == key:
                return index
        self.reading.villages.append(Village(name, former))
        return len(self.reading.villages) - 1

    def _take_lane(self, home, number, row):
        if home.lane or "lane" not in self.columns:
            return
        lane = re.sub(r"\d{9,}", "", self._text(number, row, "lane"))
        home.lane = vi.clean(lane)[:LONGEST_TEXT]
        if BOARDING.search(vi.fold(lane)):
            home.dwelling = "boarding"

    def _close(self, opened):
        home = opened.home
        if not (home.people or home.children_0_5 or home.children_6_15):
            return
        self.reading.households.append(home)
        self.reading.villages[home.village].households += 1
        if opened.head_is_child:
            self._warn("child_head", opened.head_row, "birth", year=opened.head_is_child, age=self.resident_age)
        elif "relation" in self.columns and not opened.head_row:
            self._warn("no_head", home.row, "relation")

    def _relation(self, opened, number, row, relation, name):
        """The relation to keep; a household has one head, and the first to be called so is it."""
        if relation is None:
            head = self._text(number, row, "head") if "head" in self.columns else ""
            is_head = self.grouping == "each" or (head and vi.fold(head) == vi.fold(name or ""))
            relation = "head" if is_head else "other"
        if relation != "head":
            return relation
        if opened.head_row:
            meaning = "relation" if "relation" in self.columns else self.names[0]
            self._warn("two_heads", number, meaning, other=opened.head_row)
            return "other"
        opened.head_row = number
        return relation

    def _check_totals(self):
        """A list that ends with its own totals should agree with what was read."""
        if len(self.totals) != 1:
            return
        number, text = self.totals[0]
        for (unit, pattern), found in zip(COUNTED.items(), (len(self.open), self.taken), strict=True):
            said = re.search(pattern, vi.clean(text).casefold())
            if said and int(said[1].replace(".", "")) != found:
                self._warn("total_differs", number, said=said[1], unit=unit, found=found)

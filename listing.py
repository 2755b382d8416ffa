"""Understands a list of households as offices keep it: a file in, households and problems out. Pure, saves nothing.

People under 16 at the plan year's end become counts and dates become years while reading (design.md 4.1), and notes,
identity numbers and whatever else a list carries are never kept.
"""

import contextlib
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import vi
from headers import SEARCHED_ROWS, find_header, meaning_of, refuse_other_header
from problems import Problem, Unreadable, problem
from spreadsheet import Formula, cell, legacy_font, open_sheets, refuse_legacy
from survey import LONGEST_TEXT, OLDEST_BIRTH_YEAR, PAPERS
from villages import read_areas, village_in, village_named

MOST_PROBLEMS = 1_000
MOST_MEMORY = 400 * 2**20
LONGEST_CODE = 20
OLDEST_PRESCHOOLER = 5
EXCEL_DAY_0 = date(1899, 12, 30)

RELATIONS = [
    ("head", r"chu ho( .*)?|ch|c h|head"),
    ("spouse", r"(vo|chong|spouse|wife|husband)( .*)?"),
    ("child", r"(con|dau|re|child|son|daughter)( .*)?"),
    ("parent", r"(bo|me|cha|thay|u|ma|parent|father|mother)( .*)?"),
    ("grandchild", r"chau( (noi|ngoai|dich ton))?|chat( .*)?|grandchild"),
    ("sibling", r"(anh|chi|em|sibling|brother|sister)( .*)?"),
]
SEX = {"nam": "m", "trai": "m", "m": "m", "male": "m", "nu": "f", "gai": "f", "f": "f", "female": "f"}
NOTHING = {"", "0", "k", "ko", "khong", "khong co", "chua co", "chua", "n a"}
BOARDING = re.compile(r"\b(nha tro|khu tro|phong tro|day tro|xom tro|o tro)\b")
TOTALS = re.compile(r"(?i)tổng\b|tong (cong|so)\b|(cộng|cong|tong)\s*([:.\d]|$|thôn\b|hộ\b|nhân khẩu\b)")
SIGNATURE = re.compile(
    r"(?i)ký tên|\(ký|người lập|trưởng thôn|xác nhận|chủ tịch|bí thư|cán bộ|\bngày\b.*\btháng\b.*\bnăm\b|^(kt|tm)\."
)
COUNTED = {"hộ": r"(\d[\d.]*)\s*hộ", "nhân khẩu": r"(\d[\d.]*)\s*(?:nhân )?khẩu"}


class Column(NamedTuple):
    """One header cell and what it was understood to mean ("" for not used)."""

    sheet: str
    letter: str
    header: str
    meaning: str


@dataclass
class Village:
    """A village as the list names it; `name` is "" when it names none. Counts are of what was read."""

    name: str
    former: str
    rows: int = 0
    households: int = 0


@dataclass
class Person:
    """One person aged 16 or over, or of unknown age."""

    name: str | None
    birth_year: int | None
    sex: str | None
    relation: str
    phone: str | None
    row: int


@dataclass
class Household:
    """People listed together. `village` is an index into Reading.villages; children are None in a list of adults."""

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
    problem_counts: dict = field(default_factory=lambda: {"error": 0, "warning": 0, "note": 0})

    def add(self, found):
        self.problem_counts[found.level] += 1
        if self.problem_counts[found.level] <= MOST_PROBLEMS:
            self.problems.append(found)

    def to_json(self):
        return json.dumps(self, default=vars, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text):
        """The Reading that to_json wrote."""
        data = json.loads(text)
        data["columns"] = [Column(*given) for given in data["columns"]]
        data["villages"] = [Village(**given) for given in data["villages"]]
        data["problems"] = [Problem(*given) for given in data["problems"]]
        for household in data["households"]:
            household["people"] = [Person(**given) for given in household["people"]]
        data["households"] = [Household(**given) for given in data["households"]]
        return cls(**data)


def read(path, filename="", *, ends, resident_age=16):
    """The Reading of an .xlsx or CSV list. `ends` is the last day of the plan year; nothing is saved.

    Raises Unreadable, with the sentence's code, when the file as a whole cannot be used.
    """
    reading, sheets = Reading(filename=filename), open_sheets(path)
    for sheet, header in _listed_sheets(sheets, reading):
        _SheetReader(reading, sheet, header, ends, resident_age).read()
    if not reading.rows:
        raise Unreadable("no_people")
    if not any(home.children_0_5 or home.children_6_15 for home in reading.households):
        for home in reading.households:
            home.children_0_5 = home.children_6_15 = None
    order = {sheet.name: index for index, sheet in enumerate(sheets)}
    reading.problems.sort(key=lambda found: (order[found.sheet], found.row))
    return reading


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
            listed.append((sheet, header))
            for found in problems:
                reading.add(found)
        elif any(sheet.rows):
            reading.add(problem("sheet_not_read", sheet.name))
    if not listed:
        raise refusal
    return listed


@lru_cache(maxsize=1000)
def relation_of(text):
    """The kind of relation to the head that a cell names; "other" when it names none of them."""
    lower = vi.clean(text).casefold()
    if lower in ("ba", "ba ruột"):
        return "parent"
    if lower.startswith("chú") or lower.startswith("bà"):
        return "other"
    folded = vi.fold(text)
    return next((kind for kind, pattern in RELATIONS if re.fullmatch(pattern, folded)), "other")


@dataclass
class _Open:
    """A household while its rows are read."""

    home: Household
    number: str
    head_row: int = 0
    head_is_child: int = 0
    seen: dict = field(default_factory=dict)


class _SheetReader:
    """Takes the rows of one sheet into a Reading."""

    def __init__(self, reading, sheet, header, ends, resident_age):
        self.reading, self.sheet, self.header = reading, sheet, header
        self.ends, self.resident_age = ends, resident_age
        self.columns = header.columns
        self.names = [m for m in ("name", "family", "given") if m in self.columns] or ["head"]
        self.body = sheet.rows[header.last :]
        self.open, self.current, self.numbers = [], None, {}
        self.totals, self.taken, self.ended = [], 0, False
        self.village = None
        self.villages = {}
        self.warned = set()

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

    # Cells

    def _has(self, row, meaning):
        column = self.columns.get(meaning, len(row))
        return row[column] if column < len(row) else None

    def _value(self, number, row, meaning):
        """What a cell holds, a formula counting as what it last gave."""
        value = self._has(row, meaning)
        if type(value) is Formula:
            if value.value is None:
                self._warn("formula_no_value", number, meaning, meaning=meaning)
            value = value.value
        return value

    def _text(self, number, row, meaning):
        value = self._value(number, row, meaning)
        return "" if value is None else vi.clean(str(value))

    def _warn(self, code, number, meaning=None, /, **detail):
        spot = cell(number, self.columns[meaning]) if meaning in self.columns else ""
        self.reading.add(problem(code, self.sheet.name, number, spot, **detail))

    def _warn_once(self, code, number, meaning=None):
        if code not in self.warned:
            self.warned.add(code)
            self._warn(code, number, meaning)

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

    # What is said of one person

    def _name(self, number, row):
        """The person's name, "" when there is none, None when the row cannot be taken."""
        values = [self._has(row, meaning) for meaning in self.names]
        if any(type(value) is Formula for value in values):
            self._warn("formula_in_name", number, self.names[0])
            return None
        raw = " ".join(str(value) for value in values if value is not None)
        font = legacy_font(raw)
        if font:
            self._warn("legacy_name", number, self.names[0], font=font)
            return None
        name = tidy_name(raw)
        if not name:
            self._warn("name_missing", number, self.names[0])
        elif name.casefold() != vi.clean(raw).casefold():
            self._warn("name_trimmed", number, self.names[0], name=name)
        return name

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

    def _sex(self, number, row):
        if "male" in self.columns or "female" in self.columns:
            return self._marked_sex(number, row)
        folded = vi.fold(self._text(number, row, "sex")) if "sex" in self.columns else ""
        if folded and folded not in SEX:
            self._warn("sex_unclear", number, "sex")
        return SEX.get(folded)

    def _marked_sex(self, number, row):
        """Two columns with a mark (or a year) in one of them; a lone column means the other sex when blank."""
        marked = [
            sex
            for sex, meaning in (("m", "male"), ("f", "female"))
            if meaning in self.columns and vi.fold(self._text(number, row, meaning)) not in NOTHING
        ]
        if len(marked) == 2:
            self._warn("sex_both", number, "female")
            return None
        if not marked and "male" not in self.columns:
            return "m"
        if not marked and "female" not in self.columns:
            return "f"
        return marked[0] if marked else None

    def _birth_year(self, number, row):
        """The year of birth; lists also write it under "Nam" or "Nữ" instead of a mark."""
        for meaning in ("birth", "male", "female"):
            value = self._value(number, row, meaning) if meaning in self.columns else None
            if value is None:
                continue
            year, was_number = year_of(value, self.ends.year)
            if year is None and meaning != "birth":
                continue
            return self._plausible_year(number, meaning, year, was_number)
        if "birth" in self.columns:
            self._warn("birth_missing", number, "birth")
        return None

    def _plausible_year(self, number, meaning, year, was_number):
        first, last = OLDEST_BIRTH_YEAR, self.ends.year
        if year is None:
            self._warn("birth_unclear", number, meaning)
        elif not first <= year <= last:
            self._warn("birth_impossible", number, meaning, year=year, first=first, last=last)
            return None
        elif was_number:
            self._warn("birth_was_number", number, meaning, year=year)
        return year

    def _phone(self, number, row):
        text = self._text(number, row, "phone") if "phone" in self.columns else ""
        if vi.fold(text) in NOTHING:
            return None
        tries = [text, *re.split(r"[/;,]|\s[-–]\s|hoặc|và", text), *re.findall(r"\+?\d[\d. ]{7,}\d", text)]
        phone = next((found for found in map(vi.phone, tries) if found), None)
        if phone is None:
            self._warn("phone_unclear", number, "phone")
        elif vi.is_landline(phone):
            self._warn("phone_landline", number, "phone")
        return phone

    def _check_totals(self):
        """A list that ends with its own totals should agree with what was read."""
        if len(self.totals) != 1:
            return
        number, text = self.totals[0]
        for (unit, pattern), found in zip(COUNTED.items(), (len(self.open), self.taken), strict=True):
            said = re.search(pattern, vi.clean(text).casefold())
            if said and int(said[1].replace(".", "")) != found:
                self._warn("total_differs", number, said=said[1], unit=unit, found=found)


def tidy_name(raw):
    """A person's name without notes in brackets, digits or signs; capitals in title case; "" without letters."""
    text = re.sub(r"\(.*?(\)|$)", " ", vi.clean(raw))
    kept = "".join(char for char in text if char.isalpha() or char in " '’.-")
    name = vi.clean(kept).strip(" .-")[:LONGEST_TEXT]
    return vi.title_case_name(name) if any(char.isalpha() for char in name) else ""


def year_of(value, latest):
    """(year, whether Excel showed the year as a day of 1905) from a birth cell; (None, False) when unclear."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        serial = (value - EXCEL_DAY_0).days
        return (serial, True) if OLDEST_BIRTH_YEAR <= serial <= latest else (value.year, False)
    text = str(value)
    if type(value) is int and len(text) == 7:
        text = "0" + text
    return vi.year(text, latest), False


def limit_memory():
    """Let this process take at most MOST_MEMORY, where the system can say so (Windows cannot)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))


def main(arguments):
    """Read one file named on the command line and write JSON: what a process of its own answers to `roster`."""
    kind, path, ends, resident_age = arguments
    try:
        if kind == "areas":
            answer = json.dumps(read_areas(path))
        else:
            answer = read(path, ends=date.fromisoformat(ends), resident_age=int(resident_age)).to_json()
    except Unreadable as error:
        answer = json.dumps({"unreadable": error.problem})
    except MemoryError:
        answer = json.dumps({"unreadable": Unreadable("inflates").problem})
    sys.stdout.buffer.write(answer.encode())


if __name__ == "__main__":
    limit_memory()
    main(sys.argv[1:])

"""Takes the people of one table, row by row, into a Reading."""

import re

import vi
from roster.ages import OLDEST, counted_in
from roster.cells import is_mark
from roster.columns import described
from roster.crowds import parted
from roster.gathering import Gathering
from roster.grouping import Grouping
from roster.names import begins_with_surname, name_in, name_parts, relation_of, tidy_name, title_says_gone
from roster.reading import Person
from roster.rows import RowKinds

OLDEST_PRESCHOOLER = 5
COUNTED = {"hộ": r"(\d[\d.]*)\s*hộ", "nhân khẩu": r"(\d[\d.]*)\s*(?:nhân )?khẩu"}


class TableReader(Gathering):
    """Takes the rows of one table into a Reading. `before` is the reader of the table above or beside, if any."""

    def __init__(self, reading, table, ends, resident_age, before=None):
        super().__init__(reading, table, ends, before)
        self.resident_age, self.before = resident_age, before if table.follows else None
        self.taken, self.totals, self.approximate = 0, [], 0
        self.of_gone = title_says_gone(self.sheet.name) or any(
            title_says_gone(value) for row in table.titles for value in row if type(value) is str
        )
        words = [value for row in table.titles for value in row if type(value) is str]
        aged = next((m for m in ("age", "birth", "male", "female") if table.header.is_age(m)), None)
        heading = self.header.texts[self.columns[aged]] if aged else ""
        self.counted_in = counted_in(heading, words, ends.year)

    def read(self):
        """Take every row; raises Unreadable when nothing says who lives together."""
        rows = self._rows()
        grouping = None
        if not self.before:
            self.reading.columns += described(self.sheet.name, self.header, self.table.body)
            grouping = Grouping(self.header, rows)
            grouping.refuse_none(self.sheet.name, self.header.last)
        self.decide(grouping, self.before)
        for row in rows:
            TAKES[row.kind](self, row)
        if not self.table.continues:
            for opened in self.open:
                self._close(opened)
        if self.approximate:
            self._warn("years_of_ages", self.header.first, year=self.counted_in, found=self.approximate)
        self._check_totals()

    def _rows(self):
        kinds, rows = RowKinds(self.header), []
        for (number, values), unparted in parted(self.header, self.table.body):
            if unparted:
                self._warn("crowded", number, self.names[0], found=unparted)
            else:
                rows.append(kinds.of(number, values))
        return rows

    # Rows that are no people

    def _pass_over(self, row):
        self._note_title(row)
        self._warn("row_not_read", row.number)

    def _note_title(self, row):
        """Of whom a title says that they died or moved away, somebody must say whether they are taken."""
        self.of_gone = title_says_gone(" ".join(value for value in row.values if type(value) is str))

    def _take_blank(self, row):
        self.after_blank = True

    def _take_unsure(self, row):
        self._note_title(row)
        self._warn("name_alone", row.number, self.names[0])

    def _take_total(self, row):
        self.totals.append((row.number, " ".join(value for value in row.values if type(value) is str)))
        self._warn("totals_row", row.number)

    def _take_village(self, row):
        self.titled, self.village, self.current, self.lane = row.said, None, None, ""
        self.of_gone = False
        self.by_address = False

    def _take_lane(self, row):
        self.of_gone = False
        if row.said != self.lane:
            self.current = None
        self.lane = row.said

    def _take_home(self, row):
        self.title, self.title_values, self.current = (*row.said, row.number), row.values, None

    # People

    def _take_person(self, row):
        number, values = row.number, row.values
        named = self._name(number, values)
        relation = self._said_relation(number, values, named)
        opened = self._household(row, relation, named)
        self._take_lane_of(opened.home, number, values)
        name = named.name if named else None
        self._note_head(opened, number, values)
        relation = self._relation(opened, number, values, relation, name)
        self.taken += 1
        if named is None:
            return
        year, approximate = self._born(number, values, named)
        if self.names == ["head"] and not name and not year:
            return  # a list of heads: this household has none that is known
        sex = self._sex(number, values)
        twin = opened.seen.setdefault((name.casefold(), year), number) if name else number
        if twin != number:
            self._warn("duplicate", number, self.names[0], other=twin)
            return
        person = Person(name or None, year, sex, relation, self._phone(number, values), number)
        person.approximate, person.doubt = approximate, self._doubt(number, values, named, year)
        self._keep(opened, person)
        self._take_members(opened, number, values)

    def _keep(self, opened, person):
        """Store a person by name, or count a child."""
        self.reading.rows += 1
        self.reading.villages[opened.home.village].rows += 1
        year = person.birth_year
        if not year or self.ends.year - year >= self.resident_age:
            self.approximate += person.approximate
            opened.home.people.append(person)
            return
        group = "children_0_5" if self.ends.year - year <= OLDEST_PRESCHOOLER else "children_6_15"
        setattr(opened.home, group, getattr(opened.home, group) + 1)
        if person.doubt:
            opened.home.doubted.append([person.doubt, group, person.row])
        if person.relation == "head":
            opened.head_is_child = year

    def _said_relation(self, number, values, named):
        """The relation that a column, a mark or the name itself says; None when none of them could."""
        text = self._text(number, values, "relation") if "relation" in self.columns else ""
        if text or "relation" in self.columns and not (named and named.relation):
            relation = relation_of(text)
        else:
            relation = (named.relation if named else "") or None
        if is_mark(self._has(values, "head_mark")):
            return "head"
        if self._only_head(values):
            return "head"
        return relation

    def _only_head(self, values):
        """Whether a row has the head's name in the head's own column and none in the members' column."""
        if "head" not in self.columns or self.columns["head"] in self.name_columns:
            return False
        members = any(values[column] is not None for column in self.name_columns if column < len(values))
        return not members and self._has(values, "head") is not None

    def _note_head(self, opened, number, values):
        """Remember the head's name from its column, to see at the end whether the head has a row."""
        if self.grouping.way != "head" or opened.said_head[1] or "relation" not in self.columns:
            return
        head = tidy_name(self._text(number, values, "head"))
        opened.said_head = number, head

    def _born(self, number, values, named):
        """(year of birth or None, whether it was worked out of an age)."""
        year = self._year_of_age(number, values, self.counted_in)
        if year is not None:
            return year, True
        said = any(self._has(values, meaning) is not None for meaning in ("birth", "male", "female"))
        if named.age is not None and named.age <= OLDEST and not said:
            return self.counted_in - named.age, True
        if named.year and not said and named.year <= self.ends.year:
            return named.year, False
        return self._birth_year(number, values), False

    def _doubt(self, number, values, named, year):
        """Why somebody must say whether to store this person; "" when nothing speaks against it."""
        if named.gone or self.of_gone or self._said_gone(number, values):
            return "gone"
        if number in self.sheet.struck:
            return "struck"
        return "" if year else "age"

    def _take_members(self, opened, number, values):
        """The people whom a row lists in one cell beside its own person."""
        text = str(self._value(number, values, "members") or "") if "members" in self.columns else ""
        parts = [name_in(part) for part in name_parts(text)] if text.strip() else []
        if not all(begins_with_surname(part.name) for part in parts):
            self._warn("crowded", number, "members", found=len(parts))
            return
        for part in parts:
            if (part.name.casefold(), part.year) in opened.seen:
                continue
            opened.seen[part.name.casefold(), part.year] = number
            doubt = "gone" if part.gone else "" if part.year else "age"
            relation = part.relation if part.relation not in ("", "head") else "other"
            self.taken += 1
            self._keep(opened, Person(part.name, part.year, None, relation, None, number, doubt))

    def _check_totals(self):
        """A list that ends with its own totals should agree with what was read."""
        if len(self.totals) != 1:
            return
        number, text = self.totals[0]
        for (unit, pattern), found in zip(COUNTED.items(), (len(self.open), self.taken), strict=True):
            said = re.search(pattern, vi.clean(text).casefold())
            if said and int(said[1].replace(".", "")) != found:
                self._warn("total_differs", number, said=said[1], unit=unit, found=found)


TAKES = {
    "person": TableReader._take_person,
    "village": TableReader._take_village,
    "lane": TableReader._take_lane,
    "home": TableReader._take_home,
    "total": TableReader._take_total,
    "blank": TableReader._take_blank,
    "unsure": TableReader._take_unsure,
    "signature": TableReader._pass_over,
    "noise": TableReader._pass_over,
}

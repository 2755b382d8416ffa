"""What the cells of a row say of one person: a name, a relation to the head, a sex, a year of birth, a phone."""

import re
from datetime import date, datetime

import vi
from fields import OLDEST_BIRTH_YEAR
from roster.ages import age_of
from roster.names import name_in, says_gone
from roster.problems import problem
from roster.spreadsheet import Formula, cell, legacy_font

EXCEL_DAY_0 = date(1899, 12, 30)
MISSING = {"name_missing", "birth_missing"}

SEX = {"nam": "m", "trai": "m", "m": "m", "male": "m", "nu": "f", "gai": "f", "f": "f", "female": "f"}
NOTHING = {"", "0", "k", "ko", "khong", "khong co", "chua co", "chua", "n a", "false", "sai"}
# Dashes, dots and empty boxes: signs by which people leave a cell blank.
BLANK_SIGNS = set("-–—−_.…·¨□☐◻◽⬜ ")


def is_mark(value):
    """Whether a cell that is ticked or left blank is ticked: x, X, 1, *, +, √, ✓, ✔, TRUE… but not 0, "không", "-"."""
    text = "" if value is None else vi.clean(str(value))
    folded = vi.fold(text)
    return folded not in NOTHING if folded else any(char not in BLANK_SIGNS for char in text)


def year_of(value, latest):
    """(year, whether Excel showed the year as a day of 1905) from a birth cell; (None, False) when unclear."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        serial = (value - EXCEL_DAY_0).days
        return (serial, True) if OLDEST_BIRTH_YEAR <= serial <= latest else (value.year, False)
    if type(value) is float and OLDEST_BIRTH_YEAR <= round(value * 1000, 6) <= latest:
        value = round(value * 1000)  # "1.970" or "1,970", where the point or the comma begins decimals
    text = re.sub(r"^([12])[., ](\d{3})(?=[.,]0+$|$)", r"\1\2", vi.clean(str(value)))
    if type(value) is int and len(text) == 7:
        text = "0" + text
    return vi.year(text, latest), False


class Cells:
    """The cells of one sheet by what their columns mean; what is wrong with one goes to the reading's problems."""

    def __init__(self, reading, sheet, header, ends):
        self.reading, self.sheet, self.header, self.ends = reading, sheet, header, ends
        self.columns = header.columns
        self.names = [m for m in ("name", "family", "given") if m in self.columns] or ["head"]
        self.name_columns = header.name_columns
        self.noted = [column for column, meaning in header.meanings.items() if meaning in ("note", "")]
        self.warned = set()

    def _has(self, row, meaning):
        column = self.columns.get(meaning, len(row))
        return row[column] if column < len(row) else None

    def _value(self, number, row, meaning):
        """What a cell holds; a formula that nothing calculated holds nothing."""
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
        if code in MISSING and (number, self.columns.get(meaning)) in self.sheet.errors:
            return  # `repair` has told of the error
        self.reading.add(problem(code, self.sheet.name, number, spot, **detail))

    def _warn_once(self, code, number, meaning=None):
        if code not in self.warned:
            self.warned.add(code)
            self._warn(code, number, meaning)

    def _name(self, number, row):
        """The Named of the person's name cells, its name "" when there is none; None when the row cannot be taken."""
        values = [row[column] for column in self.name_columns if column < len(row)]
        if any(type(value) is Formula for value in values):
            self._warn("formula_in_name", number, self.names[0])
            return None
        raw = " ".join(str(value) for value in values if value is not None)
        if not raw.strip() and "head" in self.columns:
            raw = self._text(number, row, "head")
        font = legacy_font(raw)
        if font:
            self._warn("legacy_name", number, self.names[0], font=font)
            return None
        named = name_in(raw)
        if not named.name:
            self._warn("name_missing", number, self.names[0])
        elif named.cut:
            self._warn("name_trimmed", number, self.names[0], name=named.name)
        return named

    def _said_gone(self, number, row):
        """Whether a note, or any other words beside the person, say that they died or moved away."""
        notes = [row[column] for column in self.noted if column < len(row) and type(row[column]) is str]
        return any(map(says_gone, [*notes, self._text(number, row, "relation") if "relation" in self.columns else ""]))

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
            if meaning in self.columns and is_mark(self._text(number, row, meaning))
        ]
        if len(marked) == 2:
            self._warn("sex_both", number, "female")
            return None
        if not marked and "male" not in self.columns:
            return "m"
        if not marked and "female" not in self.columns:
            return "f"
        return marked[0] if marked else None

    def _year_of_age(self, number, row, counted_in):
        """The year of birth worked out of an age, in whichever column it stands; None when no age is said."""
        for meaning in ("birth", "age", "male", "female"):
            value = self._value(number, row, meaning) if meaning in self.columns else None
            if value is None:
                continue
            age = None if isinstance(value, date) else age_of(value, self.header.is_age(meaning))
            if age is not None:
                return counted_in - age
            if year_of(value, self.ends.year)[0]:
                return None
        return None

    def _birth_year(self, number, row):
        """The year of birth; lists also write it under "Nam" or "Nữ" instead of a mark."""
        for meaning in ("birth", "age", "male", "female"):
            value = self._value(number, row, meaning) if meaning in self.columns else None
            if value is None:
                continue
            year, was_number = year_of(value, self.ends.year)
            if year is None and meaning in ("male", "female"):
                continue
            return self._plausible_year(number, meaning, year, was_number)
        for meaning in ("birth", "age"):
            if meaning in self.columns:
                self._warn("birth_missing", number, meaning)
                break
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

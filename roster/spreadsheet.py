"""Opens an uploaded .xlsx or .csv file as plain rows, and refuses what is hostile, locked or no spreadsheet.

Limits hold before anything is unpacked: an .xlsx is a zip whose directory says how large its parts become.
"""

import csv
import io
import os
import re
import warnings
import zipfile
from datetime import date, datetime
from typing import NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter

import vi
from roster.problems import Unreadable

MAX_FILE = 20 * 2**20
MAX_UNPACKED = 60 * 2**20
MAX_PARTS = 2_000
MAX_RATIO = 200
RATIO_MATTERS_FROM = 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 60
EXCEL_ROWS = 2**20

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CELL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}

# What TCVN3 and VNI text shows where Unicode Vietnamese has nothing of the kind, beside an ordinary letter.
TCVN3 = re.compile("(?i)[a-z][¨©ª¬®µ¶·¸¹¼½¾]|[¨©ª¬®µ¶¸¹¼½¾][a-z]|[a-z][«»][a-z]")
VNI = re.compile("(?i)[ae][âêãàáèéùõøûïåäë]|o[âùøûï]")
FOREIGN = re.compile("(?i)[a-z][ÆÇËÐÖ×ØÜÞßäåæçëîïðñöøûüþ]|[ñö][a-z]")
LEGACY_SAMPLE_ROWS = 500


class Formula(NamedTuple):
    """A cell that holds a formula (or an error) instead of a typed value; `value` is what Excel last computed."""

    value: object = None


class Sheet(NamedTuple):
    """One sheet: rows[0] is row 1; a row is a tuple of str, int, float, datetime, Formula or None, cut after
    its last value. struck: the numbers of rows struck through. A CSV file is one sheet without a name."""

    name: str
    rows: list
    hidden: bool = False
    struck: frozenset = frozenset()


def open_sheets(path):
    """The sheets of an .xlsx or CSV file, recognised by content and not by name. Raises Unreadable."""
    size = os.path.getsize(path)
    if size > MAX_FILE:
        raise Unreadable("file_too_big", most=MAX_FILE // 2**20)
    with open(path, "rb") as file:
        start = file.read(8)
    if not start:
        raise Unreadable("empty_file")
    if start == OLE:
        with open(path, "rb") as file:
            raise Unreadable("password" if ENCRYPTED in file.read() else "old_excel")
    sheets = _open_workbook(path) if start.startswith(b"PK") else [Sheet("", _csv_rows(path))]
    if sum(1 for sheet in sheets for row in sheet.rows if row) > MAX_ROWS:
        raise Unreadable("too_many_rows", most=vi.number(MAX_ROWS))
    return sheets


def legacy_font(text):
    """The legacy encoding a text was surely typed in ("TCVN3 (.VnTime)" or "VNI"), or None."""
    if text.isascii():
        return None
    if TCVN3.search(text):
        return "TCVN3 (.VnTime)"
    return "VNI" if VNI.search(text) else None


def refuse_legacy(sheet):
    """Unreadable when a fifth of the sheet's accented texts look typed in a legacy encoding."""
    accented, odd, fonts = 0, [], []
    for number, row in enumerate(sheet.rows[:LEGACY_SAMPLE_ROWS], 1):
        for column, text in enumerate(row):
            if type(text) is not str or text.isascii():
                continue
            accented += 1
            font = legacy_font(text)
            if font or FOREIGN.search(text):
                odd.append((number, column))
                fonts.append(font)
    if len(odd) >= 2 and len(odd) * 5 >= accented:
        row, column = odd[0]
        font = "VNI" if fonts.count("VNI") > len(fonts) - fonts.count("VNI") - fonts.count(None) else "TCVN3 (.VnTime)"
        raise Unreadable("legacy_font", sheet.name, row, cell(row, column), font=font)


def cell(row, column):
    """The name of a cell as Excel shows it; columns count from 0."""
    return f"{get_column_letter(column + 1)}{row}"


def _open_workbook(path):
    _refuse_bomb(path)
    # openpyxl meets a damaged file with whatever error its parts give; all of them mean the same to the user.
    try:
        with warnings.catch_warnings(), open(path, "rb") as file:
            warnings.simplefilter("ignore")
            return _read_workbook(file)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable("damaged") from error


def _refuse_bomb(path):
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("damaged") from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("password")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("inflates")
    if any(p.file_size > RATIO_MATTERS_FROM and p.file_size > MAX_RATIO * p.compress_size for p in parts):
        raise Unreadable("inflates")
    if "xl/workbook.bin" in names:
        raise Unreadable("old_excel")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("not_spreadsheet")


def _read_workbook(file):
    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    sheets = [Sheet(s.title, _sheet_rows(s), s.sheet_state != "visible") for s in book.worksheets]
    if any(_has_formula(row) for sheet in sheets for row in sheet.rows):
        _replace_formulas(file, sheets)
    return sheets


def _sheet_rows(sheet):
    rows, filled = [], 0
    cells = sheet.iter_rows(max_row=EXCEL_ROWS, max_col=MAX_COLUMNS + 1, values_only=True)
    for values in cells:
        row = _row(values)
        filled += bool(row)
        if len(row) > MAX_COLUMNS:
            raise Unreadable("too_many_columns", sheet.title, len(rows) + 1, most=MAX_COLUMNS)
        if filled > MAX_ROWS:
            raise Unreadable("too_many_rows", most=vi.number(MAX_ROWS))
        rows.append(row)
    return rows


def _row(values):
    """The values up to the last one that is not blank."""
    length = 0 if values.count(None) == len(values) else len(values)
    while length and _blank(values[length - 1]):
        length -= 1
    return tuple([v if v is None or type(v) is int else _plain(v) for v in values[:length]])


def _blank(value):
    return value is None or (type(value) is str and not value.strip())


def _plain(value):
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, date | datetime):
        return value
    text = getattr(value, "text", None)  # array formulas come as objects
    return text if isinstance(text, str) and text.startswith("=") else str(value)


def _has_formula(row):
    return any(type(value) is str and (value[:1] == "=" or value in CELL_ERRORS) for value in row)


def _replace_formulas(file, sheets):
    """Put what Excel last computed in place of each formula; a text that merely begins with "=" has nothing."""
    book = openpyxl.load_workbook(file, read_only=True, keep_links=False, data_only=True)
    for sheet, source in zip(sheets, book.worksheets, strict=True):
        computed = source.iter_rows(max_row=EXCEL_ROWS, max_col=MAX_COLUMNS, values_only=True)
        for number, values in zip(range(len(sheet.rows)), computed, strict=False):
            if _has_formula(sheet.rows[number]):
                sheet.rows[number] = _with_formulas(sheet.rows[number], values)


def _with_formulas(row, computed):
    values = _row(computed)
    values += (None,) * (len(row) - len(values))
    return tuple(
        (Formula(None if _has_formula((v,)) else v) if _has_formula((cell,)) else cell)
        for cell, v in zip(row, values, strict=False)
    )


def _csv_rows(path):
    text = _text(path)
    if "\0" in text or text.lstrip()[:1] == "<" or text.startswith("%PDF"):
        raise Unreadable("not_spreadsheet")
    separator = re.match(r"sep=(.)\r?\n", text)
    delimiter = separator[1] if separator else _delimiter(text)
    rows = []
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            row = () if separator and number == 1 else _row(tuple(value.strip(" \t") or None for value in values))
            if len(row) > MAX_COLUMNS:
                raise Unreadable("too_many_columns", row=number, most=MAX_COLUMNS)
            rows.append(_with_formulas(row, ()) if _has_formula(row) else row)
    except csv.Error:
        raise Unreadable("not_spreadsheet") from None
    return rows


def _text(path):
    with open(path, "rb") as file:
        content = file.read()
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if encoding is None:
        encoding = _utf_16_without_mark(content[:2000]) or "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    if b"\0" in content or sum(byte < 9 for byte in content[:2000]):
        raise Unreadable("not_spreadsheet")
    lines = content.decode("cp1252", "replace").splitlines()
    refuse_legacy(Sheet("", [tuple(re.split(r"[;,\t]", line)) for line in lines]))
    raise Unreadable("encoding")


def _utf_16_without_mark(start):
    """Text in UTF-16 has a zero in every other byte of its spaces, digits and separators; other text has none."""
    zeros = [start[0::2].count(0), start[1::2].count(0)]
    if not any(zeros) or min(zeros) > max(zeros) // 10 or max(zeros) < len(start) // 5:
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _delimiter(text):
    """The separator that splits most of the first lines, and into most cells."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    return max(";,\t", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)))

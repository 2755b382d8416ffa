"""Opens an uploaded .xlsx, .xls, .xlsb, .ods or CSV file as plain rows, and refuses what is hostile, locked or no
spreadsheet.

Limits hold before anything is unpacked: a workbook is a zip whose directory says how large its parts become (an .xls is
not packed). What a stray cell far below or beside a list would need is held by the memory limit of `__main__`.
"""

import os
import re
import struct
import zipfile
import zlib
from datetime import date, time, timedelta
from typing import NamedTuple

import python_calamine

import vi
from roster.delimited import split_lines
from roster.markup import Markup, part_name, read_markup
from roster.opendocument import read_open_document
from roster.problems import Unreadable

MAX_FILE = 20 * 2**20
MAX_UNPACKED = 60 * 2**20
MAX_PARTS = 2_000
MAX_RATIO = 200
RATIO_MATTERS_FROM = 2**20
MAX_ROWS = 100_000
MAX_COLUMNS = 60

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_BEGINS = [b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00"]
FILE_PASS = 0x2F
RECORDS_BEFORE_FILE_PASS = 5
OLD_WORKBOOKS = ["Workbook".encode("utf-16-le"), "Book".encode("utf-16-le")]
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

# What Excel, LibreOffice, Google Sheets and data tools write into a cell that has no value, in any language.
ERROR = re.compile(
    r"#[^\W\d_][^\s]*[!?]|#N/?A.*|#[A-Z_]{4,}|#{2,}|(?i:err|error|lỗi) ?: ?\d{3}|(?i:loading|đang tải)\s*(\.{2,}|…)"
    r"|NaN|NaT|NULL|\(null\)|<NA>"
)
ERROR_STARTS = set("#=EeLlĐđN(<")
LONGEST_ERROR = 30
QUOTED_TEXT = re.compile(r'="([^"]*)"')  # how programs keep the zeros of "0912…" in a CSV
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
HAS_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")

# What TCVN3 and VNI text shows where Unicode Vietnamese has nothing of the kind, beside an ordinary letter.
TCVN3 = re.compile("(?i)[a-z][¨©ª¬®µ¶·¸¹¼½¾]|[¨©ª¬®µ¶¸¹¼½¾][a-z]|[a-z][«»][a-z]")
VNI = re.compile("(?i)[ae][âêãàáèéùõøûïåäë]|o[âùøûï]")
FOREIGN = re.compile("(?i)[a-z][ÆÇËÐÖ×ØÜÞßäåæçëîïðñöøûüþ]|[ñö][a-z]")
LEGACY_SAMPLE_ROWS = 500


class Formula(NamedTuple):
    """A formula that nothing ever calculated: `value` is None. Any other formula is its last value."""

    value: None = None


class Sheet(NamedTuple):
    """One sheet of a workbook; a CSV file is one sheet without a name.

    rows[0] is row 1; a row is a tuple of str, int, float, date, datetime, Formula or None, cut after its last value.
    Cells count as (row from 1, column from 0). errors: {cell: text} of cells that show an error; they are None in the
    rows. struck: rows in which a text is struck through. filtered: filled rows that a filter or somebody hid. merged:
    (first cell, last cell) of each merged range. Errors that are no text are known for .xlsx alone, struck and
    filtered for .xlsx and .ods, merged for .xlsx and .xls.
    """

    name: str
    rows: list
    hidden: bool = False
    errors: dict = {}
    struck: frozenset = frozenset()
    filtered: frozenset = frozenset()
    merged: tuple = ()


def open_sheets(path):
    """The sheets of a workbook or CSV file, recognised by content and not by name. Raises Unreadable."""
    size = os.path.getsize(path)
    if size > MAX_FILE:
        raise Unreadable("file_too_big", most=MAX_FILE // 2**20)
    with open(path, "rb") as file:
        start = file.read(8)
    if not start:
        raise Unreadable("empty_file")
    if start == OLE:
        _refuse_other_ole(path)
    elif start.startswith(b"PK"):
        _refuse_other_zip(path)
    else:
        return [_csv_sheet(path)]
    return _open_workbook(path)


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
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _refuse_other_ole(path):
    """Unreadable for what is kept as old Office files are and is no readable .xls."""
    with open(path, "rb") as file:
        content = file.read()
    if ENCRYPTED in content or _has_file_pass(content):
        raise Unreadable("password")
    if not any(stream in content for stream in OLD_WORKBOOKS):
        raise Unreadable("not_spreadsheet")


def _has_file_pass(content):
    """Whether the first records of an .xls say that the others are encrypted (MS-XLS 2.4.117)."""
    place = max(content.find(begin) for begin in OLD_BEGINS)
    for _ in range(RECORDS_BEFORE_FILE_PASS):
        if place < 0 or place + 4 > len(content):
            return False
        kind, length = struct.unpack_from("<HH", content, place)
        if kind == FILE_PASS:
            return True
        place += 4 + length
    return False


def _refuse_other_zip(path):
    """Unreadable for a zip that inflates, is locked or holds no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part_name(part.filename) for part in parts}
            _refuse_locked_or_bomb(parts)
            if "content.xml" in names:
                _refuse_other_open_document(archive, names)
                return
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, KeyError, EOFError, zlib.error):
        raise Unreadable("damaged") from None
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("password" if "encrypted-package" in names else "not_spreadsheet")


def _refuse_locked_or_bomb(parts):
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("password")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable("inflates")
    if any(p.file_size > RATIO_MATTERS_FROM and p.file_size > MAX_RATIO * p.compress_size for p in parts):
        raise Unreadable("inflates")


def _refuse_other_open_document(archive, names):
    """Unreadable for a text or a picture of LibreOffice, or a table with a password."""
    if "mimetype" in names and not archive.read("mimetype").startswith(OPEN_DOCUMENT):
        raise Unreadable("not_spreadsheet")
    if "meta-inf/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unreadable("password")


def _open_workbook(path):
    # A damaged file makes calamine raise whatever its parts give, or panic, which is no Exception; all of them mean the
    # same to the user.
    try:
        with open(path, "rb") as file, python_calamine.load_workbook(file) as book:
            return _read_workbook(book, read_markup(path) or read_open_document(path))
    except (Unreadable, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except python_calamine.PasswordError:
        raise Unreadable("password") from None
    except BaseException as error:
        raise Unreadable("damaged") from error


def _read_workbook(book, markup):
    sheets = []
    for known in book.sheets_metadata:
        if known.typ is python_calamine.SheetTypeEnum.WorkSheet:
            hidden = known.visible is not python_calamine.SheetVisibleEnum.Visible
            source = book.get_sheet_by_name(known.name)
            sheets.append(_sheet(source, hidden, markup.get(known.name, Markup())))
    if sum(1 for sheet in sheets for row in sheet.rows if row) > MAX_ROWS:
        raise Unreadable("too_many_rows", most=vi.number(MAX_ROWS))
    return sheets


def _sheet(source, hidden, markup):
    errors = dict(markup.errors)
    rows = _plain_rows(source.name, source.iter_rows() if source.end else [], errors)
    _mark_formulas(rows, markup.uncalculated)
    struck = {row for row, column in markup.struck if _has_letters(rows, row, column)}
    filtered = {row for row in markup.hidden_rows if row <= len(rows) and rows[row - 1]}
    ranges = source.merged_cell_ranges or ()
    merged = tuple(((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in ranges)
    return Sheet(source.name, rows, hidden, errors, frozenset(struck), frozenset(filtered), merged)


def _has_letters(rows, row, column):
    value = rows[row - 1][column] if row <= len(rows) and column < len(rows[row - 1]) else None
    return type(value) is str and any(char.isalpha() for char in value)


def _plain_rows(name, lines, errors):
    """Rows of plain values; the cells that hold an error as text are added to `errors`. Raises Unreadable."""
    rows, filled = [], 0
    for number, values in enumerate(lines, 1):
        row = [_plain(value) for value in values]
        for column, value in enumerate(row):
            if type(value) is not str or value[0] not in ERROR_STARTS:
                continue
            if value[0] == "=":
                text = QUOTED_TEXT.fullmatch(value)
                row[column] = (text[1] or None) if text else Formula()
            elif len(value) <= LONGEST_ERROR and ERROR.fullmatch(value.strip()):
                errors[number, column] = vi.clean(value)
                row[column] = None
        while row and row[-1] is None:
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise Unreadable("too_many_columns", name, number, most=MAX_COLUMNS)
        filled += bool(row)
        if filled > MAX_ROWS:
            raise Unreadable("too_many_rows", most=vi.number(MAX_ROWS))
        rows.append(tuple(row))
    return rows


def _plain(value):
    """A cell's value as rows hold it: an unticked box (FALSE) is empty, a duration is text as it is shown."""
    kind = type(value)
    if kind is str:
        if not value or value.isspace():
            return None
        return value.translate(FULL_WIDTH) if HAS_FULL_WIDTH.search(value) else value
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind is bool:
        return "TRUE" if value else None
    if isinstance(value, time | timedelta):
        return _clock(value)
    return value if isinstance(value, int | date) else None


def _clock(value):
    """ "12:30" of a time or a duration, None of midnight: an empty cell in the format of a date."""
    hours = value.hour if isinstance(value, time) else int(value.total_seconds() // 3600)
    minutes = value.minute if isinstance(value, time) else int(value.total_seconds() // 60 % 60)
    return f"{hours}:{minutes:02}" if hours or minutes else None


def _mark_formulas(rows, cells):
    """Put a Formula where the markup has one without a result, among the rows and columns that hold anything."""
    for row, column in cells:
        if row <= len(rows) and column <= MAX_COLUMNS and rows[row - 1]:
            values = [*rows[row - 1], *[None] * (column + 1 - len(rows[row - 1]))]
            values[column] = Formula()
            rows[row - 1] = tuple(values)


def _csv_sheet(path):
    errors = {}
    text = _text(path)
    if "\0" in text or text.lstrip()[:1] == "<" or text.startswith("%PDF"):
        raise Unreadable("not_spreadsheet")
    return Sheet("", _plain_rows("", split_lines(text), errors), errors=errors)


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

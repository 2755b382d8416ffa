"""What python-calamine does not tell of an .xlsx: rows that are hidden, cells that are struck through, cells that show
an error and formulas that were never calculated.

The markup is searched with patterns on bytes and never parsed: a sheet of 30,000 rows takes a fraction of a second,
no entity is ever expanded, and a file written in an unusual way only tells less.
"""

import html
import re
import zipfile
import zlib
from typing import NamedTuple

TAG = rb"<(?:[\w.-]+:)?"
CLOSE = rb"</(?:[\w.-]+:)?"
ATTRIBUTE = re.compile(rb"""(?:[\w.-]+:)?([\w.-]+)\s*=\s*["']([^"']*)["']""")
SHEETS = re.compile(TAG + rb"sheet\s([^<>]*)>")
RELATIONS = re.compile(TAG + rb"Relationship\s([^<>]*)>")
ROWS = re.compile(TAG + rb"row(?:\s([^<>]*))?>")
FORMULA = TAG + rb"f\b(?:[^<>]*/>|[^<>]*>[^<]*" + CLOSE + rb"f>)\s*"
ERRORS = re.compile(
    TAG + rb"c\s([^<>]*\bt=[\"']e[\"'][^<>]*)(?<!/)>\s*(?:" + FORMULA + rb")?" + TAG + rb"v[^<>]*>([^<]*)"
)
HAS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
HAS_FORMULA = re.compile(TAG + rb"f[\s/>]")
NO_RESULT = rb"(?:" + TAG + rb"v\s*/>|" + TAG + rb"v[^<>]*>\s*" + CLOSE + rb"v>)?\s*"
UNCALCULATED = re.compile(TAG + rb"c\s([^<>]*)(?<!/)>\s*" + FORMULA + NO_RESULT + CLOSE + rb"c>")
FONTS = re.compile(TAG + rb"fonts\b.*?" + CLOSE + rb"fonts>", re.DOTALL)
FONT = re.compile(TAG + rb"font(?:\s[^<>]*)?(?:/>|>(.*?)" + CLOSE + rb"font>)", re.DOTALL)
FORMATS = re.compile(TAG + rb"cellXfs\b.*?" + CLOSE + rb"cellXfs>", re.DOTALL)
FORMAT = re.compile(TAG + rb"xf\b([^<>]*)>")
STRUCK = re.compile(TAG + rb"strike(?:\s+val\s*=\s*[\"'](?:1|true)[\"'])?\s*/?>")
SHARED = re.compile(TAG + rb"si(?:\s[^<>]*)?(?:/>|>(.*?)" + CLOSE + rb"si>)", re.DOTALL)
RUN = re.compile(TAG + rb"r(?:\s[^<>]*)?>(.*?)" + CLOSE + rb"r>", re.DOTALL)
TEXT = re.compile(TAG + rb"t(?:\s[^<>]*)?>([^<]*)")
SHARED_CELL = re.compile(TAG + rb"c\s([^<>]*\bt=[\"']s[\"'][^<>]*)>\s*" + TAG + rb"v[^<>]*>\s*(\d+)")
INLINE_CELL = re.compile(TAG + rb"c\s([^<>]*)(?<!/)>\s*" + TAG + rb"is\b[^<>]*>(.*?)" + CLOSE + rb"is>", re.DOTALL)


class Markup(NamedTuple):
    """What the markup of one sheet says. Rows count from 1, cells are (row from 1, column from 0).

    errors: {cell: the error it shows}. uncalculated: the cells of formulas without a result.
    """

    hidden_rows: frozenset = frozenset()
    struck: frozenset = frozenset()
    errors: dict = {}
    uncalculated: frozenset = frozenset()


def read_markup(path):
    """{sheet name: Markup} of an .xlsx; sheets that cannot be found in it are left out. Never raises for a bad file."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _Parts(archive)
            struck_styles = _struck_styles(parts.read("xl/styles.xml"))
            struck_texts = _struck_texts(parts.read("xl/sharedstrings.xml"))
            return {name: _markup(parts.read(part), struck_styles, struck_texts) for name, part in _sheet_parts(parts)}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
        return {}


def part_name(filename):
    """The name of a part as programs should have written it: some use capitals, backslashes or a leading slash."""
    return filename.replace("\\", "/").lstrip("/").lower()


class _Parts:
    def __init__(self, archive):
        self.archive = archive
        self.infos = {part_name(info.filename): info for info in archive.infolist()}

    def read(self, name):
        return self.archive.read(self.infos[name]) if name in self.infos else b""


def attributes_of(text):
    """{name without its prefix: value} of the inside of a tag, given as bytes."""
    return {name.decode(): html.unescape(value.decode("utf-8", "replace")) for name, value in ATTRIBUTE.findall(text)}


def _sheet_parts(parts):
    """[(sheet name, part name)] of a workbook."""
    relations = map(attributes_of, RELATIONS.findall(parts.read("xl/_rels/workbook.xml.rels")))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in map(attributes_of, SHEETS.findall(parts.read("xl/workbook.xml"))):
        target = targets.get(sheet.get("id"), "").replace("\\", "/")
        yield sheet.get("name", ""), part_name(target if target.startswith(("/", "xl/")) else "xl/" + target)


def _markup(content, struck_styles, struck_texts):
    struck = _struck_cells(content, struck_styles, struck_texts)
    return Markup(_hidden_rows(content), struck, _errors(content), _uncalculated(content))


def _hidden_rows(content):
    hidden, number = set(), 0
    if b"hidden" not in content:
        return frozenset()
    for row in ROWS.finditer(content):
        attributes = attributes_of(row[1] or b"")
        number = int(attributes.get("r", number + 1))
        if attributes.get("hidden") in ("1", "true"):
            hidden.add(number)
    return frozenset(hidden)


def _errors(content):
    if not HAS_ERROR.search(content):
        return {}
    found = ERRORS.finditer(content)
    shown = {_place(attributes_of(cell[1])): html.unescape(cell[2].decode("utf-8", "replace")) for cell in found}
    shown.pop(None, None)
    return shown


def _uncalculated(content):
    if not HAS_FORMULA.search(content):
        return frozenset()
    cells = [attributes_of(cell[1]) for cell in UNCALCULATED.finditer(content)]
    # With the type "str" it is a formula that gave an empty text.
    return frozenset(_place(cell) for cell in cells if cell.get("t") != "str") - {None}


def _place(attributes):
    """(row, column) of a cell like "D14", or None."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def _struck_styles(content):
    """The numbers of the cell formats whose font is struck through, as text."""
    fonts, formats = FONTS.search(content), FORMATS.search(content)
    if not fonts or not formats:
        return set()
    struck = {str(index) for index, font in enumerate(FONT.findall(fonts[0])) if STRUCK.search(font)}
    found = enumerate(map(attributes_of, FORMAT.findall(formats[0])))
    return {str(index) for index, attributes in found if attributes.get("fontId") in struck}


def _struck_texts(content):
    """The numbers of the shared texts whose every part is struck through."""
    if not STRUCK.search(content):
        return set()
    return {index for index, text in enumerate(SHARED.findall(content)) if _wholly_struck(text)}


def _wholly_struck(text):
    """Whether every run of a rich text is struck through."""
    runs = [run for run in RUN.findall(text) if b"".join(TEXT.findall(run)).strip()]
    plain = b"".join(TEXT.findall(RUN.sub(b"", text))).strip()
    return bool(runs) and not plain and all(STRUCK.search(run) for run in runs)


def _struck_cells(content, styles, texts):
    struck = set()
    if styles:
        numbers = b"|".join(style.encode() for style in styles)
        cells = re.compile(TAG + rb"c\s([^<>]*\bs=[\"'](?:" + numbers + rb")[\"'][^<>]*)>")
        struck |= {_place(attributes_of(found[1])) for found in cells.finditer(content)}
    if texts:
        found = SHARED_CELL.finditer(content)
        struck |= {_place(attributes_of(cell[1])) for cell in found if int(cell[2]) in texts}
    if STRUCK.search(content):
        found = INLINE_CELL.finditer(content)
        struck |= {_place(attributes_of(cell[1])) for cell in found if _wholly_struck(cell[2])}
    return frozenset(struck - {None})

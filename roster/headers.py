"""Finds the header of a list by what it says and understands what each column means.

Offices write headers with and without diacritics, over one line or two, under merged titles. A meaning is one of
`problems.MEANINGS`; columns that hold what must never be kept (identity numbers, religion…) mean "never".
"""

import re
from typing import NamedTuple

import vi
from roster.problems import Unreadable, problem
from roster.spreadsheet import cell

SEARCHED_ROWS = 40
HEADER_HEIGHT = 3
LONGEST_HEADER = 80
FEWEST_LABELLED = 3
NAMES = {"name", "given", "head"}
REPEATABLE = {"never", "note", "part", "number", "middle", "lane"}

ORDER = {"family": 0, "name": 0, "middle": 1, "given": 2}
AGED = re.compile(r"\btuoi\b")
LIVES_NOW = re.compile(r"\b(hien tai|hien nay|tam tru|dang o|thuc te)\b")

# Folded header text → meaning; the first full match wins.
PLACES = "thon|xom|to|ban|lang|ap|buon|khu|tdp|to dan pho|khu dan cu|khu pho|ngo|ngach|doi|duong|pho|cum|so nha"
ORDINAL = r"(stt|tt|so tt|so thu tu|thu tu)"
WHOSE = r"(cac |tung )?(nguoi|thanh vien|nhan khau|cong dan|khai sinh)"
BORN = r"(?:(?:ngay |thang |nam |n )+sinh |ns |ntns |sinh nam )"
BORN_BARE = r"(?:(?:ngay |thang |nam |n )+sinh|ns|ntns)"
PEOPLE = [
    ("code", r"(ma|ma so|so|so so) ho khau|(ma|ma so) ho( gia dinh| dan)?|ma hgd|household (code|id)"),
    ("never", r".*(can cuoc|cccd|cmnd|cmt|cmtnd|chung minh|dinh danh|ddcn|mscn|giay to|gttt|ho chieu).*|(so |ma )?cc"),
    ("never", r".*(tai khoan|bao hiem|bhyt|bhxh|ma so thue).*|so tk|mst|stk"),
    ("never", r"(thanh phan )?dan toc.*|ton giao.*|.*(suc khoe|benh|thu nhap|khuyet tat|khuet tat).*"),
    ("head", r"(ho va ten |ho ten |ten |la )?(cua )?chu ho( gia dinh)?( ho ten| ho va ten)?"),
    ("relation", r"(moi )?(quan he|qh|q he).*|la gi (voi|cua) .*|vai tro.*|relation.*"),
    ("member", rf"{ORDINAL}( cua)?( tung)? (trong (moi )?ho|nhan khau|thanh vien|nguoi|khau)( .*)?"),
    ("ordinal", r"(stt|tt|so tt|so thu tu|thu tu|s t t) (cua )?(cac )?ho( gia dinh| dan)?|so ho|ho so|ho thu( tu)?"),
    ("male", rf"{BORN}(cua )?(gioi )?nam|nam {BORN_BARE}( gioi)?|tuoi (cua )?(gioi )?nam( gioi)?|nam tuoi"),
    ("female", rf"{BORN}(cua )?(gioi )?nu( gioi)?|nu( gioi)? {BORN_BARE}|nu sinh nam"),
    ("female", r"tuoi (cua )?(gioi )?nu( gioi)?|nu tuoi"),
    ("age", r"(so |do )?tuoi( .*)?|age"),
    ("middle", r"(phan )?(ten |chu )?(dem|lot|giua)"),
    ("name", rf"(ho va ten|ho ten|ho (chu |ten )?(dem|lot) (va )?ten)( {WHOSE}.*)?"),
    ("name", r"(ho va ten|ho ten) (va )?((ngay |thang |nam )*sinh|tuoi)"),
    ("name", r".*chu ho( va|,)? .*(thanh vien|nhan khau).*"),
    ("name", r"ten (day du|nguoi.*|thanh vien.*|nhan khau|cong dan)|full name|name"),
    ("members", r"(cac |nhung |danh sach )?(thanh vien|nhan khau|nguoi)( khac)?( (trong|cung|cua) (ho|nha|gia dinh))?"),
    ("family", r"ho (va )?(ten |chu )?(dem|lot)( .*)?|phan ho"),
    ("given", r"(ten|chu) (dem|lot) (va )?ten|(dem|lot) (va )?ten"),
    ("given", r"(phan )?ten( (goi|rieng|chinh|khai sinh|goi khai sinh|that))?"),
    ("birth", r"(ngay |thang |nam |n )+sinh( .*)?|ngay thang nam|sinh (ngay|nam).*|namsinh|ntns|n t n s|ns|birth.*"),
    ("female", r"(gioi tinh )?(la )?nu( gioi)?( danh)?( dau)?( x)?"),
    ("male", r"(gioi tinh )?(la )?nam( gioi)?( danh)?( dau)?( x)?"),
    ("sex", r"gioi tinh.*|gioi|gt|phai|nam nu|sex|gender"),
    ("phone", r"(so )?(dien thoai|dt|dtdd|dt dd|di dong|sdt|s dt|phone)( .*)?|so lien (he|lac)|tel"),
    ("former", r"(ten )?(thuoc )?(xa|phuong|thi tran|dia ban) (cu|truoc.*)|former.*"),
    ("village", rf"(ten )?(thon|lang|ban|ap|buon|tdp|to dan pho|khu dan cu|khu pho)( ({PLACES}))*|village"),
    ("lane", rf"dia chi.*|({PLACES})( ({PLACES}))*|address"),
    ("lane", r"(noi|cho) (o|cu tru|thuong tru|tam tru|dang ky thuong tru|dkt+|dk ?hktt)( .*)?"),
    ("lane", r"(ho khau )?thuong tru( .*)?|hktt"),
    ("note", r"ghi chu.*|chu thich|luu y|note.*|bien dong.*|(tinh|hien) trang( cu tru| ho khau| nhan khau)?"),
    ("part", r"ngay|thang"),
    ("number", r"stt|tt|so tt|so thu tu|thu tu|s t t|t t|no"),
]
AREAS = [
    ("area_code", r"ma|ma (so )?(thon|dia ban|khu vuc|to dan pho|tdp)( .*)?|code"),
    ("former", r"(ten )?(thuoc )?(xa|phuong|thi tran|dia ban) (cu|truoc.*)|former.*"),
    ("households", r"(tong )?(so )?ho( dan| gia dinh)?|tong so ho.*|households"),
    ("adults", r".*(tu )?(du )?18( tuoi)?.*|adults"),
    ("over16", r".*(tu )?(du )?16( tuoi)?.*"),
    ("as_of", r"ngay.*|tinh den.*|thoi diem.*|as of"),
    ("source", r"nguon.*|don vi cung cap.*|source"),
    ("village", r"ten (thon|to dan pho|tdp|khu dan cu|dia ban)( .*)?|ten"),
    ("village", r"(thon|to dan pho|tdp|khu dan cu|dia ban|village)( (thon|to dan pho|tdp|khu dan cu))*"),
]
# A lower header line may narrow the line above it: "Giới tính" over "Nam | Nữ", "Địa chỉ" over "Thôn | Xóm".
NARROWS = {
    "sex": {"male", "female"},
    "birth": {"male", "female", "part", "age"},
    "age": {"male", "female", "birth"},
    "name": {"head", "family", "middle", "given"},
    "head": {"phone", "birth", "sex", "lane"},
    "lane": {"village", "former"},
    "ordinal": {"code", "number"},
    "number": {"ordinal", "code"},
    "village": {"lane"},
}


class Header(NamedTuple):
    """Where the header of a sheet is and what it means.

    first, last: its rows (from 1). columns: {meaning: column from 0}. texts: {column: header text as shown}.
    meanings: {column: meaning}, "" for what was not understood. lines: {column: set of folded texts} of each line.
    repeated: {column: meaning} of columns that say what an earlier one says already.
    """

    first: int
    last: int
    columns: dict
    texts: dict
    meanings: dict
    lines: dict
    repeated: dict = {}

    @property
    def name_columns(self):
        """The columns that make a person's name together, in the order of its words."""
        parts = [(ORDER[meaning], column) for column, meaning in self.meanings.items() if meaning in ORDER]
        return [column for _, column in sorted(parts)] or [self.columns[m] for m in ("head",) if m in self.columns]

    def with_meanings(self, changed):
        """This header with other meanings of some columns, {column: meaning}."""
        meanings = dict(sorted((self.meanings | changed).items()))
        columns = {}
        for column, meaning in meanings.items():
            if meaning:
                columns.setdefault(meaning, column)
        texts = {column: self.texts.get(column, "") for column in meanings}
        return self._replace(meanings=meanings, columns=columns, texts=texts)

    @property
    def lane_columns(self):
        """The columns of lanes and addresses, where people live now before where they are registered."""
        lanes = [column for column, meaning in self.meanings.items() if meaning == "lane"]
        return sorted(lanes, key=lambda column: not LIVES_NOW.search(vi.fold(self.texts[column])))

    def is_age(self, meaning):
        """Whether the column of a meaning holds ages: its header says "Tuổi"."""
        return meaning in self.columns and bool(AGED.search(vi.fold(self.texts[self.columns[meaning]])))

    def repeats(self, row):
        """Whether a row lower down is this header printed again, wholly or one of its lines."""
        filled = [(column, value) for column, value in enumerate(row) if value is not None]
        return all(type(value) is str and vi.fold(value) in self.lines.get(column, ()) for column, value in filled)


def meaning_of(text, patterns=PEOPLE):
    """What one header text means, or "" when it says nothing known."""
    text = vi.clean(text)
    if len(text) > LONGEST_HEADER or text.endswith(":"):
        return ""  # "Thôn:" beside its value is a title; a whole line of such cells is a header, see `_line`
    whole, bare = vi.fold(text), vi.fold(re.sub(r"\(.*?\)", " ", text))
    lower = text.casefold()
    if patterns is PEOPLE and bare == "ho":
        return "ordinal" if "hộ" in lower else "family"
    if bare == "nam" and "năm" in re.sub(r"\(.*?\)", " ", lower):
        return "birth"
    for tried in dict.fromkeys((whole, bare)):
        for meaning, pattern in patterns:
            if re.fullmatch(pattern, tried):
                return meaning
    return ""


def find_header(sheet, patterns=PEOPLE, names=NAMES):
    """(Header, problems) of a sheet, or (None, []) when no row looks like one.

    Raises Unreadable when the header has no name column or when its lines disagree.
    """
    nameless = None
    for index in range(min(SEARCHED_ROWS, len(sheet.rows))):
        block = _block(sheet.rows, index, patterns, names)
        known = {meaning for line in block for meaning in line.values() if meaning}
        if len(known) < 2:
            continue
        if known & names:
            try:
                return _understand(sheet, index, block, patterns)
            except Unreadable:
                if sum(1 for meaning in block[0].values() if meaning) > 1:
                    raise
                continue  # a title such as "Thôn | Trại Mới" right above the header
        if nameless is None or len(known) > nameless[0]:
            nameless = len(known), index
    if nameless and nameless[0] >= 3:
        code = "no_name_column" if patterns is PEOPLE else "no_area_column"
        raise Unreadable(code, sheet.name, nameless[1] + 1)
    return None, []


def other_header(row):
    """{column: meaning} of a row below the header that could be a header itself, {} for any other row."""
    own = _line(row, PEOPLE)
    known = {column: meaning for column, meaning in own.items() if meaning}
    different = set(known.values())
    return known if different & NAMES and len(different) >= 3 and len(known) * 2 >= len(own) else {}


def refuse_other_header(sheet, number, row, header):
    """Unreadable when a row below the header is another header that gives a column another meaning."""
    for column, meaning in other_header(row).items():
        above = header.meanings.get(column, "")
        if meaning != above and above not in NARROWS.get(meaning, ()):
            first = (header.first, column, header.texts.get(column, ""))
            raise _disagreement(sheet, first, (number, column, row[column]))


def _block(rows, index, patterns, names):
    """The meanings by column of the header lines that start at a row: at most three, each with some meaning."""
    block = []
    for row in rows[index : index + HEADER_HEIGHT]:
        line = _line(row, patterns, fewest=1 if block else FEWEST_LABELLED)
        if not line or not any(line.values()):
            break
        named = [column for above in block for column, meaning in above.items() if meaning in names]
        if any(line.get(column) == "" for column in named):
            break  # a text under "Họ và tên" that means nothing is somebody's name
        block.append(line)
    return block


def _line(row, patterns, fewest=FEWEST_LABELLED):
    """{column: meaning} of a row of texts, or {} for a row that holds a number or a date.

    Cells that end with a colon count where at least `fewest` of them, and two in three, are known.
    """
    line = {}
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if type(value) is not str or re.fullmatch(r"[\d\s./()+-]+", value):
            return {}
        line[column] = meaning_of(value, patterns)
    bare = {column: meaning_of(row[column].rstrip(" :*"), patterns) for column in line}
    known = sum(bool(meaning) for meaning in bare.values())
    return bare if known * 3 >= len(bare) * 2 and known >= fewest else line


def _understand(sheet, index, block, patterns):
    rows = sheet.rows[index : index + len(block)]
    width = max(len(row) for row in rows)
    meanings, texts, lines = {}, {}, {}
    for column in range(width):
        stack = _stack(rows, block, column)
        if not stack:
            continue
        meanings[column] = _combined(sheet, index, stack, column)
        texts[column] = " / ".join(dict.fromkeys(vi.clean(text) for _, text, _, _ in stack))
        lines[column] = {vi.fold(row[column]) for row in rows if column < len(row) and row[column]}
    _settle_names(meanings)
    columns, repeated, problems = _columns(sheet, index + 1, meanings)
    return Header(index + 1, index + len(block), columns, texts, meanings, lines, repeated), problems


def _stack(rows, block, column):
    """[(row offset, text, meaning, inherited)] of a column from top to bottom; a blank cell above a filled one
    takes the text to its left, as merged group headings do."""
    stack = []
    for offset, line in enumerate(block):
        if column in line:
            stack.append((offset, rows[offset][column], line[column], False))
        elif any(column in lower for lower in block[offset + 1 :]):
            left = max((other for other in line if other < column), default=None)
            if left is not None and not stack:
                stack.append((offset, rows[offset][left], line[left], True))
    return stack


def _combined(sheet, index, stack, column):
    """One meaning from the header texts of a column, the lower narrowing the upper. Raises Unreadable."""
    meaning, at, loose = "", None, True
    for offset, text, below, inherited in stack:
        spot = (index + 1 + offset, column, text)
        if at is None:
            meaning, at, loose = below, spot, inherited
        elif not below:
            meaning = "" if loose else meaning
        elif (meaning == "head" and below in ("name", "given")) or (below == "head" and meaning not in ("name", "")):
            loose = False  # "Chủ hộ" over "Họ và tên", "Điện thoại" over "Chủ hộ"
        elif meaning in ("", "members", "note") or loose or below == meaning or below in NARROWS.get(meaning, ()):
            meaning, at, loose = below, spot, False
        else:
            raise _disagreement(sheet, at, spot)
    return meaning


def _disagreement(sheet, first, second):
    """Unreadable about two header cells, each (row, column, text)."""
    (above, column, text), (row, _, other) = first, second
    detail = {"other": cell(above, column), "first": vi.clean(text), "second": vi.clean(other)}
    return Unreadable("headers_disagree", sheet.name, row, cell(row, column), **detail)


def _settle_names(meanings):
    """ "Họ" beside "Tên" is the first part of a name; without a "Tên" a bare "Ho" is a household's number."""
    found = set(meanings.values())
    for column, meaning in meanings.items():
        if meaning == "family" and not found & {"given", "middle"}:
            meanings[column] = "ordinal" if "name" in found else "name"
        if meaning == "given" and not found & {"family", "middle"}:
            meanings[column] = "" if "name" in found else "name"
        if meaning == "members" and not found & {"name", "given"}:
            meanings[column] = "name"


def _columns(sheet, row, meanings):
    """({meaning: column}, {column: repeated meaning}, problems)."""
    columns, repeated, problems = {}, {}, []
    for column, meaning in meanings.items():
        if not meaning or meaning in REPEATABLE and meaning in columns:
            continue
        kept = columns.setdefault(meaning, column)
        if kept == column:
            continue
        found = problem("two_columns", sheet.name, row, cell(row, column), meaning=meaning, other=cell("", kept))
        problems.append(found)
        repeated[column] = meaning
    meanings.update(dict.fromkeys(repeated, ""))
    return columns, repeated, problems

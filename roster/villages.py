"""Villages as offices write them: names like "THÔN 4 (THẠCH HÒA CŨ)", "Thon 4" or "Trại Mới", and their list with
official counts."""

import re
from datetime import date, datetime

import vi
from fields import LONGEST_TEXT
from roster.headers import AREAS, SEARCHED_ROWS, find_header
from roster.problems import Unreadable, problem
from roster.repair import repair
from roster.spreadsheet import Formula, cell, open_sheets, refuse_legacy
from terms import FIGURES

KINDS = {
    "thon": "Thôn",
    "to dan pho": "Tổ dân phố",
    "tdp": "Tổ dân phố",
    "khu dan cu": "Khu dân cư",
    "khu pho": "Khu phố",
    "ban": "Bản",
    "ap": "Ấp",
    "buon": "Buôn",
    "lang": "Làng",
}
# Without diacritics only the unmistakable ones: "UY BAN" is no "bản".
KIND = re.compile(
    r"(?i)(?<!trưởng )(?<!truong )\b(thôn|thon|tổ dân phố|to dan pho|tdp|khu dân cư|khu phố|bản|ấp|buôn|làng)\b[\s:.]*"
)
ENDS = re.compile(
    r"(?i)[(\[,;:/]|\s[-–—]|\b(?:xã|phường|huyện|thành phố|thuộc|năm|tính|đến|quý|tháng|ngày|cũ)\b"
    r"|\bxa (?=hoa lac)|\bnam (?=\d)"
)
# After a number only these end the name: "Thôn 8 Đông" and "Thôn 8 Tây" are two villages.
NOT_OF_NAME = re.compile(
    r"(?i)[(\[,;:/]|\b(?:danh|ds|số|hộ|gia|nhân|khẩu|đợt|lần|kỳ|cập|bổ|nộp|gửi|bản|theo|về|của|để|phục|thống|tổng|rà"
    r"|sửa|và|có|gồm|ho|nhan|khau|dot|cap nhat|thong ke|tong hop|final|copy|sheet|file|page|trang)\b"
)
PART = re.compile(r"(?i)\s+[-–—]\s+(?=(?:khu|cụm|điểm|tđc|tái định cư|cum|diem|tdc|tai dinh cu)\b)")
MOST_AFTER_NUMBER = 3
FORMER = re.compile(r"(?i)([^\s(),;:/–—-][^(),;:/–—]*?)\s+(?:cũ|cu)\b(?!\s*:)|\b(?:cũ|cu)\s*:\s*([^(),;:/–—]+)")
NO_NAME = {"và", "các", "trong", "này", "có", "trên"}
NO_BAN = {"sao", "goc", "nhap", "sua", "in", "chinh", "cuoi", "moi", "cu"}  # "Bản sao" is a copy and no village
LONGEST_NAME = 5
LONGEST_CODE, MOST_AREAS = 20, 1000


def _names_nothing(word):
    """Whether a word after "thôn" begins no name: "trong" of "các thôn trong xã", typed without marks too, but not the
    "Trống" of "Thôn Trống"."""
    word = vi.clean(word).casefold()
    return word in NO_NAME or word.isascii() and word in map(vi.fold, NO_NAME)


def village_in(title):
    """(name, former commune) of the village that a title names, "" for an unnamed former; None without one."""
    title = vi.clean(title)
    kind = KIND.search(title)
    if not kind:
        return None
    rest = title[kind.end() :]
    number = re.match(r"\d+\w?\b", rest)
    name = number[0] + _after_number(rest[number.end() :]) if number else _before_end(rest)
    words = [] if number else name.split()
    if not name or len(words) > LONGEST_NAME or (words and _names_nothing(words[0])):
        return None
    if vi.fold(kind[1]) == "ban" and vi.fold(name) in NO_BAN:
        return None
    return _named(KINDS[vi.fold(kind[1])], name), _former(rest[len(name) :])


def village_named(text, former=""):
    """(name, former commune) from a cell of a village column, where "4" means "Thôn 4"."""
    text, former = vi.clean(text), vi.clean(former)
    whole = f"Thôn {text}" if text[:1].isdecimal() else text
    name, found = (KIND.match(whole) and village_in(whole)) or (None, "")
    if name is None:
        bare = ENDS.split(text, maxsplit=1)[0].strip()
        name, found = _named("Thôn", bare) if bare else text, _former(text[len(bare) :])
    return name, vi.title_case_name(re.sub(r"(?i)^(xã|xa)\s+|\s+(cũ|cu)$", "", former)) or found


def _before_end(text):
    return ENDS.split(text, maxsplit=1)[0].strip(" .-–—")


def _after_number(rest):
    """What belongs to a name after its number: " Đông", " - khu tái định cư"; "" for "năm 2026" or a former commune."""
    part, mark = PART.match(rest), ""
    if part:
        rest, mark = rest[part.end() :], " - "
    elif not re.match(r"\s+\w", rest):
        return ""
    after = NOT_OF_NAME.split(_before_end(rest), maxsplit=1)[0].strip(" .-–—")
    words = after.split()
    former = FORMER.match(rest.strip()) and not part
    if former or not words or len(words) > MOST_AFTER_NUMBER + bool(part) or re.match(r"\d", after):
        return ""
    return (mark or " ") + after


def _named(kind, name):
    return f"{kind} {vi.title_case_name(name)}"


def _former(rest):
    found = FORMER.search(rest)
    if not found:
        return ""
    former = re.sub(r"(?i)^((thuộc|xã|xa|phường|thị trấn)\s+)+", "", (found[1] or found[2]).strip())
    return vi.title_case_name(former)


def plain(name):
    """A village's name as it is compared: no case, no diacritics, "Thôn 06" as "Thôn 6"."""
    return " ".join(word.lstrip("0") or "0" if word.isdecimal() else word for word in vi.fold(name).split())


def read_areas(path):
    """(areas, problems) of an .xlsx or CSV list of villages.

    An area is a dict: code, name, former, source (texts, "" when not given), households, adults, over16 (None when
    not given), as_of (ISO date or None) and row. Raises Unreadable as a list of households does.
    """
    for sheet in open_sheets(path):
        refuse_legacy(sheet)
        header, problems = find_header(sheet, AREAS, {"village"})
        if header:
            sheet, found = repair(sheet, header)
            problems += found
            rows = enumerate(sheet.rows[header.last :], header.last + 1)
            areas = [_area(sheet, number, row, header.columns, problems) for number, row in rows if row]
            areas = _distinct(sheet, [area for area in areas if area], header.columns, problems)
            if len(areas) > MOST_AREAS or not (areas or problems):
                raise Unreadable("too_many_rows" if areas else "no_areas", most=MOST_AREAS)
            return areas, problems
    raise Unreadable("no_header", most=SEARCHED_ROWS)


def _area(sheet, number, row, columns, problems):
    def value(meaning):
        column = columns.get(meaning, len(row))
        found = row[column] if column < len(row) else None
        return found.value if type(found) is Formula else found

    def text(meaning):
        return vi.clean(str(value(meaning))) if value(meaning) is not None else ""

    def refuse(code, meaning):
        problems.append(problem(code, sheet.name, number, cell(number, columns[meaning]), meaning=meaning))

    if re.match("(?i)(tổng|tong|cộng|cong)\\b", text("village") or text("area_code")):
        return None
    if not text("village"):
        refuse("area_without_name", "village")
        return None
    name, former = village_named(_spelled_out(text("village")), text("former"))
    if max(len(name), len(former)) > LONGEST_TEXT or len(text("area_code")) > LONGEST_CODE:
        refuse("area_name_long", "village")
        return None
    area = {"code": text("area_code"), "name": name, "former": former, "source": text("source")[:LONGEST_TEXT]}
    area["row"] = number
    for meaning in FIGURES:
        area[meaning] = _count(text(meaning))
        if area[meaning] is None and text(meaning):
            refuse("not_a_count", meaning)
    as_of = _date(value("as_of"))
    if as_of is None and text("as_of"):
        refuse("not_a_date", "as_of")
    return area | {"as_of": as_of and as_of.isoformat()}


def _spelled_out(name):
    """ "T. Nhòn" and "T4" as offices write for "Thôn Nhòn" and "Thôn 4"."""
    return re.sub(r"(?i)^th?(\s*\.\s*(?=\w)|\s*(?=\d))", "Thôn ", name)


def _count(text):
    """A whole number above zero, also as 1.105 or 1,105; None for anything else."""
    whole = re.fullmatch(r"[0-9]{1,7}|[0-9]{1,3}([.,][0-9]{3}){1,2}", text)
    return int(re.sub(r"[.,]", "", text)) or None if whole else None


def _date(value):
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else vi.parse_date(str(value))


def _distinct(sheet, areas, columns, problems):
    """The areas without those whose name and former commune, or whose code, another one has above."""
    kept, names, codes = [], {}, {}
    for area in areas:
        name, code = (plain(area["name"]), plain(area["former"])), area["code"].upper()
        if name in names or code in codes:
            twin, meaning = (names[name], "village") if name in names else (codes[code], "area_code")
            spot = cell(area["row"], columns[meaning])
            said = "area_twice" if meaning == "village" else "area_code_twice"
            problems.append(problem(said, sheet.name, area["row"], spot, other=twin))
            continue
        names[name] = area["row"]
        if code:
            codes[code] = area["row"]
        kept.append(area)
    return kept

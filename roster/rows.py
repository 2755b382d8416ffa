"""What each row below a header is: a person, a total, a title of what follows, a signature. Pure.

A row that might be a person or something else is never taken as a person.
"""

import re
from datetime import date
from typing import NamedTuple

import vi
from fields import LONGEST_TEXT, OLDEST_BIRTH_YEAR
from roster.ages import age_of
from roster.names import begins_with_surname, is_relation, looks_like_name, name_in, name_parts, without_honorific
from roster.spreadsheet import Formula
from roster.villages import village_in

TOTALS = re.compile(
    r"(?i)tổng\b|tong (cong|so)\b|cộng\b|(lũy|luỹ) kế|luy ke\b|mang sang|trong đó\b|trong do\b"
    r"|(cong|tong)\s*([:.\d]|$|(thon|thôn|ho|hộ|doi|xom|to|ngo|trang|don|lai|mang|chuyen|toan|nhân khẩu|nhan khau)\b)"
    r"|t\.?/?c\.?(\s*:|\s+\d|\s*$|\s*(thôn|thon|đội|doi|xóm|xom|trang|toàn)\b)"
    r"|(chuyển|chuyen) (sang )?trang|trang (trước|sau|truoc)\b"
    r"|(số|so) (hộ|ho|nhân khẩu|nhan khau|khẩu|khau|người|nguoi)\b(?! *\d)"
    r"|(bình quân|binh quan|trung bình)\b|(nhân khẩu|nhan khau|khẩu|khau|người|nguoi|hộ)\s*$"
    r"|(dưới|duoi|từ|tu|trên|tren)\s+(đủ\s+|du\s+)?\d+\s*(tuổi|tuoi|[-–]|đến\b|den\b)"
)
PAGE = re.compile(r"(?i)(trang|tờ|page|to)\s*(số\s*|so\s*)?\d+(\s*/\s*\d+)?\.?")
SIGNATURE = re.compile(
    r"(?i)ký tên|\(ký|ky ten|\(ky\b|ký, |đóng dấu|^\s*(kt|tm|tl|tuq)\s*\."
    r"|người (lập|khai|viết|tổng hợp|kiểm|ghi)|nguoi (lap|khai|viet|tong hop|kiem|ghi)"
    r"|trưởng (thôn|xóm|bản|ban|khu|phòng|công an|đoàn)|tổ trưởng|đội trưởng|truong (thon|xom|ban|khu)\b"
    r"|xác nhận|xac nhan|chủ tịch|chu tich|bí thư|bi thu\b|cán bộ|can bo\b|thủ trưởng|kế toán|đại diện"
    r"|công an (xã|viên|thôn|huyện)|cong an (xa|vien)|cảnh sát khu vực|nơi nhận|noi nhan"
    r"|\b(ngày|ngay)\s+[\d.…]|\b(ngày|ngay)\b.*\b(tháng|thang)\b.*\b(năm|nam)\b"
)
ENUMERATOR = r"(?:\(?(?:[IVXLivxl]{1,6}|[A-Ha-h]|\d{1,2})\s*[.)/:-]+\s*|(?:[IVX]{1,6}|[A-H])\s+)?"
LEADING = re.compile(rf"^(?:[-–+*•]\s*|{ENUMERATOR}(?=\D))")
LANE = re.compile(
    rf"{ENUMERATOR}(?P<lane>(?i:(?:(?:đội|xóm|ngõ|ngách|tổ|cụm|khu|đường|phố|xom|cum)\b(?!\s*(trưởng|truong|phó|pho)\b)"
    r"|(?:doi|ngo|ngach|to|khu|duong|pho)\s+(?:so\s+)?\d).*))"
)
KIND_COLON = re.compile(r"(?i)\b(đội|xóm|ngõ|ngách|tổ|cụm|khu|doi|xom|ngo|to|khu)\s*:\s*(?=\S)")
LANE_ENDS = re.compile(r"\s*[:;,(]|\s+[-–—]\s|\s+gồm\b|\s+có\b|\s*\d+\s*(?:hộ|khẩu|nhân khẩu)\b")
VILLAGE_KINDS = re.compile(r"(?i)(tổ dân phố|khu dân cư|khu phố|to dan pho|khu dan cu|khu pho)\b")
HOME = re.compile(
    rf"{ENUMERATOR}(?i:(?:hộ gia đình|hộ|gia đình|gđ|ho gia dinh|gia dinh|ho(?=\s*(?:so\b|thu\b|:|\d|ong\b|ba\b)))"
    r"\s*(?:số|so|thứ|thu)?\s*[:.]?\s*(?P<number>[a-z]{0,4}\d+[a-z]?\b)?\s*[:.,–—-]*\s*(?P<head>.*))"
)
HOME_CODE = re.compile(
    r"(?i)(?:mã|ma|số|so) (?:hộ|ho)(?: gia đình)?\s*:?\s*(?P<number>[\w-]*\d[\w-]*)\s*[,;.–—-]*\s*(?P<head>.*)"
)
HEAD_OF = re.compile(r"(?i)^(?:họ (?:và )?tên )?(?:chủ hộ|chu ho|ch)\s*(?:là\s+)?[:.–—-]\s*")
NO_HOME = re.compile(
    r"(?i)(nghèo|ngheo|cận|can ngheo|khá|trung bình|chính sách|khác|thường trú|tạm trú|kinh doanh|(dân|có|không)\b)"
)
NUMBERS = re.compile(r"[\d.,]+")
WRITTEN_YEAR = re.compile(r"(?<!\d)(\d{4}|\d{6}|\d{8})(?!\d)|\d[/.-]\d")  # no phone number
RULE = re.compile(r"[\s_=*.~…–—-]+")  # a line drawn with signs
LONGEST_NAME = 7
DETAILS = ("birth", "age", "sex", "male", "female", "relation")


class Row(NamedTuple):
    """kind: "person", "village", "lane", "home", "total", "signature", "unsure", "blank" or "noise".

    said: of a village (name, former commune), of a lane its name, of a home (number, the head's name), else None.
    """

    number: int
    values: tuple
    kind: str
    said: object = None


class RowKinds:
    """Tells the kind of each row of a table, from top to bottom."""

    def __init__(self, header):
        self.columns, self.name_columns = header.columns, header.name_columns
        self.aged = {meaning for meaning in ("birth", "age", "male", "female") if header.is_age(meaning)}
        self.detailed = any(meaning in self.columns for meaning in DETAILS)
        self.ended = False

    def of(self, number, values):
        if all(value is None or (type(value) is str and RULE.fullmatch(value)) for value in values):
            return Row(number, values, "blank")
        name = self._name(values)
        first = next((vi.clean(value) for value in values if type(value) is str), "")
        sure = self._is_sure(values)
        if self._is_total(name, first, sure):
            return Row(number, values, "total")
        if sure and (name or first == "" or not SIGNATURE.search(first)):
            if name is None or not (self.ended and SIGNATURE.search(name)):
                return Row(number, values, "person")
        title = None if sure else self._title(number, values, name)
        if title:
            self.ended = False
            return title
        if SIGNATURE.search(first) or (name and SIGNATURE.search(name)):
            self.ended = True
            return Row(number, values, "signature")
        return Row(number, values, self._doubtful(values, name))

    def _at(self, values, meaning):
        column = self.columns.get(meaning, len(values))
        value = values[column] if column < len(values) else None
        return value.value if type(value) is Formula else value

    def _name(self, values):
        parts = [values[column] for column in self.name_columns if column < len(values) and values[column] is not None]
        if not parts and "head" in self.columns and self._at(values, "head") is not None:
            parts = [self._at(values, "head")]
        return " ".join("=" if type(part) is Formula else str(part) for part in parts) if parts else None

    def _is_total(self, name, first, sure):
        """Whether a row adds up; of somebody with a year or a relation only the name could say so, no code "TC01"."""
        texts = (first,) if name is None else (name,) if sure else (first, name)
        if any(TOTALS.match(LEADING.sub("", text)) for text in texts):
            return True
        return not sure and any(PAGE.fullmatch(text) for text in texts)

    def _is_sure(self, values):
        """Whether something is said that only a person has: a year or an age, a sex, a relation to the head."""
        if any(self._is_year(values, meaning) for meaning in ("birth", "age", "male", "female")):
            return True
        if vi.fold(str(self._at(values, "sex") or "")) in ("nam", "nu", "trai", "gai"):
            return True
        relation = self._at(values, "relation")
        if relation is not None and is_relation(str(relation)):
            return True
        marks = [self._at(values, meaning) for meaning in ("male", "female")]
        marks = [mark for mark in marks if mark is not None]
        return len(marks) == 1 and len(str(marks[0])) <= 2 and not str(marks[0]).isdigit()

    def _is_year(self, values, meaning):
        value = self._at(values, meaning)
        if value is None or isinstance(value, date):
            return value is not None
        if type(value) in (int, float) and (meaning in self.aged or meaning == "age"):
            return 0 <= value <= 2200
        if type(value) is int:
            return value >= OLDEST_BIRTH_YEAR - 100
        return bool(WRITTEN_YEAR.search(str(value))) or age_of(value, meaning in self.aged) is not None

    def _title(self, number, values, name):
        """The Row of a title over what follows: a village, a lane or a household; None for any other row."""
        texts = [vi.clean(value) for value in values if type(value) is str]
        words = [text for text in texts if not (re.fullmatch(ENUMERATOR, f"{text} ") or NUMBERS.fullmatch(text))]
        if not words or SIGNATURE.search(words[0]):
            return None
        if len(words) > 1 and not _adds_up(words[1]):
            own = name is not None and vi.clean(name) == words[0]
            home = self._home(number, values, words[0] if own else " ".join(words[:2]))
            return home if own or name is None else None
        text = KIND_COLON.sub(r"\1 ", words[0])
        lane = None if VILLAGE_KINDS.search(text) else lane_in(text)
        if lane:
            return Row(number, values, "lane", lane)
        home = self._home(number, values, text)
        if home:
            return home
        alone = len(texts) == 1 and "village" not in self.columns
        village = village_in(text) if alone or re.match(ENUMERATOR + "(?i:thôn|thon|xóm)", text) else None
        return Row(number, values, "village", village) if village and "village" not in self.columns else None

    def _home(self, number, values, text):
        found = HOME_CODE.fullmatch(text) or HOME.fullmatch(text)
        if found:
            code, head = found["number"] or "", HEAD_OF.sub("", found["head"])
        elif HEAD_OF.search(text):
            code, head = "", HEAD_OF.sub("", text)
        else:
            return None
        head = without_honorific(head)
        head = re.split(r"[(,;:]|\s[-–—]\s|\s\d", head, maxsplit=1)[0].strip(" .-–—")
        if NO_HOME.match(head) or not (code or looks_like_name(head)):
            return None
        return Row(number, values, "home", (code, name_in(head).name if looks_like_name(head) else ""))

    def _doubtful(self, values, name):
        """What a row is that says nothing sure of a person: one when it has a name and is filled like a person's."""
        filled = any(self._at(values, meaning) is not None for meaning in ("relation", "birth", "age", "sex"))
        marks = sum(self._at(values, meaning) is not None for meaning in ("male", "female"))
        numbered = any(self._is_number(values, meaning) for meaning in ("code", "ordinal", "number", "member"))
        reached = any(self._at(values, meaning) is not None for meaning in ("lane", "phone", "head_mark"))
        if name is None or not _could_be_name(name) or (self.ended and not (numbered and (filled or reached))):
            return "noise"
        if not numbered and not (name == "=" or begins_with_surname(name_in(name).name)):
            return "noise"
        if filled or marks or numbered or reached:
            return "noise" if filled and not numbered and self._only_names(values) else "person"
        return "unsure" if self.detailed else "person"

    def _is_number(self, values, meaning):
        value = self._at(values, meaning)
        return value is not None and (meaning == "code" or any(char.isdigit() for char in str(value)))

    def _only_names(self, values):
        """Whether what stands in the columns of years, sexes and relations are names: people who sign."""
        cells = [self._at(values, meaning) for meaning in ("relation", "birth", "age", "sex")]
        return all(type(value) is str and begins_with_surname(value) for value in cells if value is not None)


def lane_in(title):
    """The lane that a title such as "II. ĐỘI 2 (25 hộ)" names, "" when it names none."""
    lane = LANE.fullmatch(title)
    return (
        vi.title_case_name(LANE_ENDS.split(lane["lane"], maxsplit=1)[0].strip(" .-–—"))[:LONGEST_TEXT] if lane else ""
    )


def _adds_up(text):
    return bool(re.search(r"\d", text)) and bool(re.search(r"(?i)hộ|khẩu|người|ho\b|khau|nguoi", text))


def _could_be_name(text):
    """Whether a text is short enough for a name and not a sentence."""
    name = name_in(name_parts(text)[0]).name
    return text == "=" or bool(name) and len(name.split()) <= LONGEST_NAME and not text.rstrip().endswith(":")

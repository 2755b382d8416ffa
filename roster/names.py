"""What the text of a name cell holds: the name, and beside it who heads the household, a relation, a year, a death.

Pure. Offices write "Nguyễn Văn Tám (chủ hộ)", "CH: Lê Thị Hai", "- Trần Thị Sáu", "1. Phạm Văn Ba (SN 1975)".
"""

import re
from functools import lru_cache
from typing import NamedTuple

import vi
from fields import LONGEST_TEXT

RELATIONS = [
    ("head", r"(la )?(chu ho( .*)?|ch|c h|c ho|chu h)|ban than|chu nha|head"),
    ("spouse", r"(vo|chong|spouse|wife|husband)( .*)?"),
    ("child", r"(con|dau|re|child|son|daughter)( .*)?"),
    ("parent", r"(bo|me|cha|thay|u|ma|parent|father|mother)( .*)?"),
    ("grandchild", r"chau( (noi|ngoai|dich ton))?|chat( .*)?|grandchild"),
    ("sibling", r"(anh|chi|em|sibling|brother|sister)( .*)?"),
]
# Words of kin that may stand before or behind a name; alone, so that "Đậu Văn An" or "Anh Thư" stay names.
KIN = re.compile(
    r"chu ho|ch|c h|vo|chong|con( (trai|gai|dau|re|nuoi|de|ca|ut|rieng|ruot))*|chau( (noi|ngoai|trai|gai|dau|re|ho))*"
    r"|chat|(bo|me|cha)( (de|vo|chong|ruot|nuoi))?|(ong|ba)( (noi|ngoai))?|(anh|chi|em)( (trai|gai|dau|re|ruot|ho))*"
    r"|ban than|co|di|bac|cau|mo|thim|chu (ruot|ho)|o nho|o tro|nguoi o nho|nguoi giup viec|khac"
)
HONORIFIC = re.compile(r"(?i)^(?:(?:ông|bà|cụ|anh|chị|ong|ba)(?:/(?:ông|bà))?)\s*[:.]?\s+(?=\w)")
HOUSEHOLD_OF = re.compile(
    r"(?i)^(?:hộ|gia đình|ho(?=\s+(?:ong|ba)\b)|gia dinh)\s+(?:(?:ông|bà|cụ|anh|chị|ong|ba)\s*[:.]?\s+|:\s*)"
)
NUMBER = re.compile(r"^\(?\d{1,3}(?:\.\d{1,2})?\s*[.)/:-]\s*(?=\D)|^\d{1,3}\s+(?=[^\W\d])")
DASH = re.compile(r"^[-–—+•]+\s*")
TITLE = re.compile(r"(?i)^(?:ông|bà|cụ|ong|ba|cu|ô|b)\s*[.:]?\s+(?=\w)")
BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
BORN = re.compile(r"(?:[,;–-]\s*sinh|[\s,;–-]*(?i:\b(?:sinh năm|năm sinh|sn|s\.n)\b))[\s.:]*$")
AGE = re.compile(r"[\s,;:–(\[-]+(\d{1,3})\s*(?:tuổi|tuoi|t)\b[)\].]*(?=\s*$|\s*[(,;–-])", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

APART = re.compile(r"(?:,|/|&|\+|\s[-–]\s|\svà\s)(?![^(]*\))")
LONG = 6

LEFT = r"(chet|mat|qua doi|tu tran|tu vong|hy sinh)"
MOVED = r"(chuyen|cat|xoa)( ho| nhan)?( khau)?( thuong tru| tam tru)?( di| ho khau| cho o| noi o| noi khac)"
GONE = re.compile(
    rf"(da |moi |vua )?{LEFT}( (?!suc|cccd|cmnd|can cuoc|giay|the|so|dien thoai|viec|dat|chung minh|lien lac).*)?"
    r"|(.* )?(bao|khai|giay chung|chung) tu( .*)?|(di )?lay (chong|vo) (di|xa|noi khac|o|ve|ngoai|khac)( .*)?"
    r"|(da )?di (noi khac|lay chong|o noi khac|ve nha chong)( .*)?"
    r"|(da )?(c |ck |chuyen )?khau (di|ve|sang|ra|vao)( .*)?"
    rf"|.*\b(?<!chong )(?<!vo )(?<!bo )(?<!me )(?<!con )da (chet|qua doi|tu tran)( .*)?"
    rf"|(.* )?((da |moi )?({MOVED}|(chuyen|cat|xoa) (khau|ten|tach khau|thuong tru|ho khau)|da chuyen)"
    r"|(da |moi )?chuyen( (?!den\b|nhap|tu\b|cong|nghe|doi|day|khau den|vao (thon|xa)|ve (day|thon|o|song|xa)).*)?"
    r"|(da |di )(di )?khoi (dia phuong|dp|thon|xa|noi cu tru)|khong con (o|cu tru|sinh song).*|da roi (dia phuong|thon)"
    r"|khong (con |co mat |co )?(o|cu tru) (tai )?(dia phuong|thon))( (?!den).*)?"
)
TITLE_OF_GONE = re.compile(
    r"\b(da chet|nguoi chet|chet trong|tu tran|qua doi|da mat|tu vong|khai tu|chuyen di|(cat|xoa) khau"
    r"|xoa thuong tru)\b"
)

SURNAMES = set(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh luong mai to ta dao doan lam ha "
    "cao luu thai truong vuong quach kieu phung tang chu khuat khong la lai lo lu luc ma mac nghiem nong ninh phi quan "
    "sam sung tan thach than tieu ton tong trieu trang tu tuong van vi vien xa au bach banh be cam can cat chau chung "
    "co cu dam dan danh diep dieu dong du giang giap han hua kha khuc kim la leo lang lieu loc luyen lo luu mau mong "
    "nghe ngac nham nhu on ong phu phuong quang sa so tao thao tham thi thieu tho tra trac tri trung ung uong y yen "
    "vang hau giang thao ly a ksor siu rah k nay dau doi khau lenh man mua nhac".split()
)


class Named(NamedTuple):
    """What a name cell says. relation: "" when it says none. member: a dash before the name, as those under a head
    have it. cut: whether anything that is no part of the name was left out without being understood."""

    name: str
    relation: str = ""
    member: bool = False
    gone: bool = False
    year: int | None = None
    cut: bool = False
    age: int | None = None


@lru_cache(maxsize=1000)
def relation_of(text):
    """The kind of relation to the head that a cell names; "other" when it names none of them."""
    lower = vi.clean(text).casefold()
    if lower.strip(" .") == "chủ":
        return "head"
    if lower in ("ba", "ba ruột"):
        return "parent"
    if lower.startswith("chú") or lower.startswith("bà"):
        return "other"
    folded = vi.fold(text)
    return next((kind for kind, pattern in RELATIONS if re.fullmatch(pattern, folded)), "other")


def is_relation(text):
    """Whether a text is a relation to the head and nothing else."""
    return bool(KIN.fullmatch(vi.fold(text))) or relation_of(text) == "head"


def title_says_gone(text):
    """Whether a title stands over people who died or moved away, and not over whatever happened in a year."""
    folded = vi.fold(text)
    return bool(TITLE_OF_GONE.search(folded)) and not re.search(r"\b(chuyen den|nhap khau|moi sinh|sinh con)\b", folded)


@lru_cache(maxsize=1000)
def says_gone(text):
    """Whether a note says that this person died or moved away; "chồng chết" and "mất sức" say neither."""
    return any(GONE.fullmatch(vi.fold(part)) for part in re.split(r"[,;.()]|\s[-–]\s", text))


def tidy_name(raw):
    """A person's name without notes in brackets, digits or signs; capitals in title case; "" without letters."""
    text = re.sub(r"\(.*?(\)|$)", " ", vi.clean(raw))
    kept = "".join(char for char in text if char.isalpha() or char in " '’.-")
    name = vi.clean(kept).strip(" .-")[:LONGEST_TEXT]
    return vi.title_case_name(name) if any(char.isalpha() for char in name) else ""


def name_in(raw):
    """The Named of a name cell as an office wrote it."""
    text = _without_title(vi.clean(raw))
    if is_plain(text):
        return Named(tidy_name(text))
    member = bool(DASH.match(text))
    text = NUMBER.sub("", DASH.sub("", text))
    relation, text = _household_of(text)
    aged = AGE.search(text)
    text = text[: aged.start()] + text[aged.end() :] if aged else text
    before, text = _relation_before(text)
    behind, text = _relation_behind(text)
    kind, gone, cut = relation or before or behind, False, False
    years = YEAR.findall(text)
    notes = [part for note in BRACKETS.findall(text) for part in re.split(r"[,;]", note)]
    for note in notes:
        if is_relation(note):
            kind = kind or relation_of(note)
        elif says_gone(note):
            gone = True
        else:
            cut = cut or bool(vi.fold(YEAR.sub("", re.sub(r"(?i)\b(sinh năm|sn|sinh|năm sinh)\b", "", note))))
    bare = vi.clean(YEAR.sub("", BRACKETS.sub(" ", text)) if len(years) == 1 else BRACKETS.sub(" ", text))
    bare = BORN.sub("", bare).strip(" ,;:–-*†")
    name = tidy_name(bare)
    cut = cut or name.casefold() != bare.casefold()
    return Named(
        name,
        kind,
        member,
        gone or "†" in raw,
        int(years[0]) if len(years) == 1 else None,
        cut,
        int(aged[1]) if aged else None,
    )


def is_plain(text):
    """Whether a name cell holds nothing but words, none of them about households."""
    return text.replace(" ", "").isalpha() and not re.search(r"(?i:\b(hộ|ho|gia đình)\b)|^CH\s", text)


def _without_title(text):
    """ "Nguyễn Văn Tám" of "Ông Nguyễn Văn Tám"; "Ông Văn Hải" has a surname of his own."""
    rest = TITLE.sub("", text)
    ours = rest != text and begins_with_surname(rest) and vi.fold(rest).split()[0] not in ("van", "thi")
    return rest if ours else text


def _household_of(text):
    """("head", the rest) of "Hộ ông Nguyễn Văn Tám"."""
    rest = HOUSEHOLD_OF.sub("", text)
    return ("head", rest) if rest != text else ("", text)


def _relation_before(text):
    """(relation, the rest) of "CH: Nguyễn Văn Tám", "Vợ - Trần Thị Sáu"."""
    found = re.match(r"([^\W\d]+(?:\s[^\W\d]+){0,2})\s*(?::|\s[-–])\s*(?=\w)", text)
    if found and is_relation(found[1]):
        return relation_of(found[1]), text[found.end() :]
    found = re.match(r"(?:CH|[Cc]hủ hộ|CHỦ HỘ)\s+(?=\w+\s+\w)", text)
    if found:
        return "head", text[found.end() :]
    return "", text


def _relation_behind(text):
    """(relation, the rest) of "Nguyễn Văn Tám - chủ hộ", "Nguyễn Văn Tám, CH"."""
    found = re.search(r"\s*[-–,/:]\s*([^\W\d]+(?:\s[^\W\d]+){0,2})$|\s+(chủ hộ|chu ho)$", text, re.IGNORECASE)
    if found and is_relation(found[1] or found[2]):
        return relation_of(found[1] or found[2]), text[: found.start()]
    return "", text


def looks_like_name(text):
    """Whether a text can be somebody's whole name: two to six words of letters, each with a capital."""
    words = vi.clean(text).split()
    return 2 <= len(words) <= 6 and all(_capital_word(word) for word in words)


def begins_with_surname(text):
    """Whether a text begins with a known surname and goes on; "Hộ …" and "Hộ nghèo" do not."""
    words = vi.fold(text).split()
    known = len(words) >= 2 and words[0] in SURNAMES and words[1].isalpha()
    return known and not re.match(r"(?i)(hộ|(mã|số|ma|so) (hộ|ho))\b", vi.nfc(text.strip()))


def _capital_word(word):
    return word[:1].isupper() and word.replace("'", "").replace("’", "").replace("-", "").replace(".", "").isalpha()


def without_honorific(text):
    """ "Nguyễn Văn Tám" of "ông Nguyễn Văn Tám"."""
    return HONORIFIC.sub("", vi.clean(text))


def name_parts(text):
    """The people crowded into one cell, a text each; one text when it holds one name."""
    lines = [line for line in re.split(r"[\n\r]+", text) if line.strip()]
    if not (len(lines) > 1 and all(begins_with_surname(name_in(line).name) for line in lines)):
        lines = [line for line in re.split(r";|\s*(?<!\d)\d{1,2}\s*[.)]\s+(?=[^\W\d])", text) if line.strip()]
    if len(lines) < 2:
        lines = APART.split(text)
        names = [name_in(line).name for line in lines if not is_relation(line)]
        lines = lines if len(names) == len(lines) and all(map(begins_with_surname, names)) else [text]
        lines = lines if len(lines) > 1 else _run_together(text)
    return [line for line in map(vi.clean, lines) if line] or [""]


def _run_together(text):
    """The names of a long text in which a surname with "Văn" or "Thị" begins anew."""
    words = vi.clean(text).split()
    if len(words) < LONG:
        return [text]
    starts = [n for n in range(2, len(words) - 2) if vi.fold(words[n + 1]) in ("van", "thi")]
    starts = [n for n in starts if vi.fold(words[n]) in SURNAMES]
    parts = [" ".join(words[a:b]) for a, b in zip([0, *starts], [*starts, None], strict=True)]
    return parts if all(map(begins_with_surname, parts)) else [text]

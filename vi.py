"""Vietnamese text: cleaning, folding, sorting, phones, dates and numbers.

Standard library only. Rules are those of docs/domain.md section 6: dictionary order of letters and tones,
mobile numbers of ten digits, dates dd/mm/yyyy, numbers 1.234,5.
"""

import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# Viet Nam has kept UTC+7 without summer time since 1975, so no time zone database is needed.
UTC_OFFSET = timedelta(hours=7)
HANOI = timezone(UTC_OFFSET, "Asia/Ho_Chi_Minh")

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
SHAPED = {
    ("a", "\u0306"): "ă",
    ("a", "\u0302"): "â",
    ("e", "\u0302"): "ê",
    ("o", "\u0302"): "ô",
    ("o", "\u031b"): "ơ",
    ("u", "\u031b"): "ư",
}

# A key is ASCII and compares as bytes: end of text, then space, digits, letters in order, anything else.
KEY_END, KEY_SPACE, KEY_OTHER = "!", "#", "z"
KEY_LETTER = {letter: chr(ord("A") + rank) for rank, letter in enumerate(LETTERS)}
KEY_DIGITS = 8

LAST_KEPT = 0x3000  # of the characters that `fold` remembers: all that Latin letters are made of, and no more

# How people are called before their name, as fold() writes it.
TITLES = {"ong", "ba", "bac", "co", "chu", "di", "cau", "mo", "thim", "cu", "anh", "chi"}

# The eleven-digit mobile prefixes retired in 2018 and what replaced them.
OLD_PREFIXES = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


# A phone number without its dots and spaces, as `phone` reads it: for whoever has to say so without calling it.
OLD_STARTS = "|".join(old[1:] for old in OLD_PREFIXES)
PHONE = rf"(\+84|0084|84(?=\d{{9,10}}$))?0*([35789]\d{{8}}|2\d{{9}}|({OLD_STARTS})\d{{7}})"


def nfc(text):
    """Text in NFC and otherwise as typed, for passwords: some keyboards compose "ậ" and others do not."""
    return unicodedata.normalize("NFC", text)


def clean(text):
    """Text in NFC on one line, without control, bidirectional or zero-width characters or extra spaces, or what is no
    character at all, which no XML may hold (U+FFFE and U+FFFF of each plane).
    """
    spaced = " ".join(nfc(text).split())
    if spaced.isprintable():
        return spaced
    chars = (c for c in spaced if ord(c) & 0xFFFE != 0xFFFE)
    kept = "".join(c for c in chars if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join(kept.split())


def fold(text):
    """Text for searching: no case, no diacritics, đ as d, and only letters, digits and single spaces."""
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return " ".join(bare.translate(FOLDED).split())


class _Folded(dict):
    """What becomes of each character of a decomposed text in `fold`, found out when it is first met."""

    def __missing__(self, code):
        char = chr(code)
        dropped = unicodedata.combining(char) or char in "'’"
        folded = "" if dropped else char if char.isalnum() else " "
        if code < LAST_KEPT:
            self[code] = folded
        return folded


FOLDED = _Folded()


def names_fit(typed, listed):
    """Whether a name somebody typed may be one of the lists though it is not written the same.

    Given name or family name first, "Ông", "Bà", "Bác" before it, the middle name left out on either side. A given
    name alone fits nobody: a village has many.
    """
    known = fold(listed).split()
    words = fold(typed).split()
    readings = [words, words[1:]] if words and words[0] in TITLES else [words]
    return any(_same_words(reading, known) for reading in readings)


def _same_words(one, other):
    """Whether two names of two words or more are one, in any order, or one is the other without middle names."""
    short, full = sorted((one, other), key=len)
    if len(short) < 2:
        return False
    if len(short) == len(full):
        return sorted(short) == sorted(full)
    return {full[0], full[-1]} <= set(short) and not Counter(short) - Counter(full)


def name_key(full):
    """ASCII key whose byte order sorts full names by given name (the last word), then by the rest."""
    rest, _, given = clean(full).rpartition(" ")
    return _key(given) + KEY_END + _key(rest)


def sort_key(text):
    """ASCII key whose byte order sorts whole texts, with numbers by value: "Thôn 2" before "Thôn 10"."""
    return _key(re.sub(r"\d+", lambda number: number[0].zfill(KEY_DIGITS), clean(text)))


def _key(text):
    """Letters decide first and tones only between equal letters, as in dictionaries.

    A tone string may lose its trailing zeros: nothing sorts before "no tone", and what follows sorts before "0".
    """
    units = _units(text)
    tones = "".join(tone for _, tone in units).rstrip("0")
    return "".join(_key_char(base) for base, _ in units) + KEY_END + tones


def _key_char(base):
    if base == " ":
        return KEY_SPACE
    if base.isdecimal():
        return str(int(base))
    return KEY_LETTER.get(base, KEY_OTHER)


def _units(text):
    """[(letter without tone, tone)] of a text; "ệ" is ("ê", "5")."""
    units = []
    for char in unicodedata.normalize("NFD", text.casefold()):
        if not (unicodedata.combining(char) and units):
            units.append((char, "0"))
            continue
        base, tone = units[-1]
        units[-1] = (SHAPED.get((base, char), base), TONES.get(char, tone))
    return units


def initial(name):
    """The letter under which a full name stands in a list by given names: "A" for Nguyễn Thị Ánh, "Đ" for Đạt."""
    letter = nfc(name).split()[-1][0].upper() if name.split() else ""
    return "Đ" if letter == "Đ" else fold(letter).upper()


def title_case_name(text):
    """A name written all in capitals, in title case; any other name as it is, only cleaned."""
    name = clean(text)
    return name.title() if name.isupper() else name


def is_worse(spelling, held):
    """Whether `spelling` is the text `held` with marks lost and none gained, or with other capitals and no better.

    "Nguyen Van Tam", "Nguyễn Văn Tam" and "NGUYỄN VĂN TÁM" are worse than "Nguyễn Văn Tám"; "Nguyễn Văn Tâm" is
    another name. What is held all in capitals, or without any, is no written form to keep.
    """
    new, old = _with_marks(spelling), _with_marks(held)
    if [letter for letter, _ in new] != [letter for letter, _ in old]:
        return False
    if any(marks - kept for (_, marks), (_, kept) in zip(new, old, strict=True)):
        return False
    return new != old or not (held.isupper() or held.islower())


def _with_marks(text):
    """[(letter, the set of its marks)] of a text; the bar of "đ" is one."""
    units = []
    for char in unicodedata.normalize("NFD", clean(text).casefold()):
        if unicodedata.combining(char) and units:
            units[-1][1].add(char)
        else:
            units.append(("d", {"đ"}) if char == "đ" else (char, set()))
    return units


def phone(text):
    """Ten digits of a mobile number (eleven of a landline, 02…) written in any usual way, or None.

    Takes numbers, dots, spaces, brackets, +84, a leading zero lost in Excel, and the eleven-digit mobile
    numbers of before 2018.
    """
    digits = re.sub(r"[^\d+]", "", str(text))
    digits = re.sub(r"^(\+84|0084|84(?=\d{9,10}$))", "", digits)
    digits = "0" + digits.lstrip("0")
    if len(digits) == 11 and digits[:4] in OLD_PREFIXES:
        digits = OLD_PREFIXES[digits[:4]] + digits[4:]
    return digits if re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{9}", digits) else None


def is_landline(number):
    """Whether a number from phone() is a landline, which takes no messages."""
    return number.startswith("02")


def show_phone(number):
    """A number from phone() as people write it: "0912 345 678", landlines "024 3368 1234"."""
    if is_landline(number):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def parse_date(text):
    """The date in a text like "5/3/2026", "05-03-2026", "5.3.26", "05032026" or "2026-03-05", or None.

    A year of two digits is of this century: these are days of the plan, not of births.
    """
    text = clean(text)
    iso = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text)
    usual = re.fullmatch(r"(\d\d?)[-/. ]+(\d\d?)[-/. ]+(\d{4}|\d\d)|(\d\d)(\d\d)(\d{4})", text)
    if not (iso or usual):
        return None
    year, month, day = map(int, iso.groups() if iso else [g for g in usual.groups() if g][::-1])
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def show_date(text):
    """A text that names a date as dd/mm/yyyy; any other text as it is, for whoever typed it to mend."""
    day = parse_date(text)
    return date_vn(day) if day else text


def year(text, latest=None):
    """The one year named in a text, or None when it names no year or several.

    "1970", "khoảng 1950", "15/3/2016", "15032016". With `latest`, a date with a two-digit year is understood
    when only one century fits: "15/3/65" is 1965 in 2026, "15/3/20" may be 1920 or 2020 and is None.
    """
    text = clean(text)
    compact = re.fullmatch(r"\d{4}(\d{4})", text)
    if compact:
        return int(compact[1])
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", text)
    if len(years) == 1:
        return int(years[0])
    short = re.fullmatch(r"\d\d?[-/.]\d\d?[-/.](\d\d)", text)
    if short and latest and int(short[1]) > latest % 100:
        return latest // 100 * 100 - 100 + int(short[1])
    return None


def whole(text):
    """The whole number that one to nine digits write, or None; longer ones are nobody's count."""
    return int(text) if text.isdecimal() and len(text) <= 9 else None


def number(value, decimals=0):
    """A number as Vietnamese readers write it: 1.234.567,5; halves are rounded up."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # + 0 makes -0 plain 0
    return f"{rounded:,f}".translate(str.maketrans(",.", ".,"))


def percent(value, decimals=1):
    """A percentage (0 to 100) with its sign and no space: "87,0%"."""
    return number(value, decimals) + "%"


def local(moment):
    """A moment stored in naive UTC (or any aware one) as an aware time in Viet Nam."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(HANOI)


def utc(moment):
    """A time in Viet Nam (naive, or any aware one) as the naive UTC that is stored."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
    return aware.astimezone(UTC).replace(tzinfo=None)


def midnight(day):
    """The first moment of a day by the clock of Hà Nội, in UTC."""
    return utc(datetime(day.year, day.month, day.day))


def moments_of_days(first, last):
    """The first moment of days from one to another, both included, and the first one after them, in UTC."""
    return [midnight(first), midnight(last + timedelta(1))]


def moments_of_year(number):
    """The first moment of a year and that of the next, by the clock of Hà Nội, in UTC."""
    return [utc(datetime(year, 1, 1)) for year in (number, number + 1)]


def date_vn(day):
    """A date, or the Vietnamese date of a stored moment, as dd/mm/yyyy."""
    return f"{_day(day):%d/%m/%Y}"


def time_vn(moment):
    """The Vietnamese time of a stored moment, as 19:30."""
    return f"{local(moment):%H:%M}"


def _day(day):
    return local(day).date() if isinstance(day, datetime) else day

import random
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

import vi

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
SYLLABLES = ["an", "ăn", "ân", "anh", "da", "đa", "dung", "đung", "e", "êm", "hoa", "ô", "ơ", "u", "ư", "y"]


def dictionary_order(text):
    """The reference order, as tuples: letters by rank first, then tones (huyền hỏi ngã sắc nặng)."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text).lower():
        parts = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in parts if mark in TONES), "")
        bare = unicodedata.normalize("NFC", parts.replace(tone, ""))
        letters.append((0, 0) if bare == " " else (1, LETTERS.index(bare)))
        tones.append(TONES.index(tone))
    return letters, tones


def by_given_name(full):
    *rest, given = full.split()
    return dictionary_order(given), dictionary_order(" ".join(rest))


def random_name(chance):
    def word():
        syllable = chance.choice(SYLLABLES)
        vowel = chance.choice([i for i, c in enumerate(syllable) if c in "aăâeêioôơuưy"])
        toned = syllable[: vowel + 1] + chance.choice(TONES) + syllable[vowel + 1 :]
        return unicodedata.normalize(chance.choice(["NFC", "NFD"]), toned.capitalize())

    return " ".join(word() for _ in range(chance.randint(1, 4)))


def test_clean_makes_one_line_of_nfc():
    assert vi.clean("  Nguye\u0302\u0303n\u00a0\tVăn \n A ") == "Nguyễn Văn A"
    assert vi.clean("A\u202e\u200b\x00\x07B\ufeff") == "AB"
    assert vi.clean("Lan\x1fAnh \u200f ") == "Lan Anh"
    assert vi.clean("a\ud800b") == "ab"
    assert vi.clean("a\ufffe\uffff\U0001fffeb") == "ab", "a picture in XML with one of them does not open"
    assert vi.clean("") == ""


def test_nfc_changes_nothing_but_composition():
    assert vi.nfc("  ma\u0323\u0302t  Khẩu") == "  mật  Khẩu"


def test_fold_keeps_bare_letters_digits_and_single_spaces():
    assert vi.fold("  ĐẶNG  Thị Thuỷ-Tiên ") == "dang thi thuy tien"
    assert vi.fold(unicodedata.normalize("NFD", "Ngõ 12/3")) == "ngo 12 3"
    assert vi.fold("Nguyễn Văn K'Brơi") == "nguyen van kbroi"
    assert vi.fold("(…)") == ""


def test_names_sort_by_given_name_in_vietnamese_order():
    names = [
        "An",
        "Nguyễn An",
        "Nguyễn Văn An",
        "Trần Thị Anh",
        "Đỗ Thị Ánh",
        "Hoàng Văn Ăn",
        "Đinh Thị Ân",
        "Phạm Thị Dung",
        "Bùi Đức Dũng",
        "Lê Văn Đạt",
        "Phan Hoa",
        "Phan Hoá",
        "Ưng Ước",
        "Lê Zung",
    ]
    shuffled = random.Random(4).sample(names, len(names))
    assert sorted(shuffled, key=vi.name_key) == names


def test_key_order_equals_the_reference_order_on_a_thousand_names():
    chance = random.Random(2026)
    names = [random_name(chance) for _ in range(1000)]
    by_key = sorted(names, key=lambda name: vi.name_key(name).encode("ascii"))
    by_reference = sorted(names, key=by_given_name)
    assert [by_given_name(name) for name in by_key] == [by_given_name(name) for name in by_reference]


def test_equal_keys_mean_equal_names():
    chance = random.Random(7)
    names = {unicodedata.normalize("NFC", random_name(chance)) for _ in range(1000)}
    assert len({vi.name_key(name) for name in names}) == len(names)


def test_name_key_ignores_how_the_name_was_typed():
    assert vi.name_key(" TRẦN  thị lan") == vi.name_key(unicodedata.normalize("NFD", "Trần Thị Lan"))


def test_name_key_is_ascii_for_any_text():
    assert vi.name_key("Núi 五² ß K'Đ😀").isascii()
    assert vi.name_key("") == "!!!"


def test_sort_key_orders_numbers_by_value():
    villages = ["Thôn 2", "Thôn 2A", "Thôn 10", "Thôn Đồng Dâu", "Thôn Nhòn", "Xóm 1"]
    assert sorted(reversed(villages), key=vi.sort_key) == villages
    assert vi.sort_key("Thôn 02") == vi.sort_key("Thôn 2")


def test_only_names_all_in_capitals_change_case():
    assert vi.title_case_name("DƯƠNG VĂN QUÝ") == "Dương Văn Quý"
    assert vi.title_case_name(unicodedata.normalize("NFD", "TRẦN THỊ Ư")) == "Trần Thị Ư"
    assert vi.title_case_name("H' HEN NIÊ") == "H' Hen Niê"
    assert vi.title_case_name(" Nguyễn  Văn McDonald") == "Nguyễn Văn McDonald"
    assert vi.title_case_name("nguyễn văn a") == "nguyễn văn a"


@pytest.mark.parametrize(
    "written",
    [
        "0912345678",
        "0912.345.678",
        " 0912 345 678 ",
        "(0912) 345-678",
        "+84912345678",
        "+84 (0) 912 345 678",
        "84912345678",
        "0084912345678",
        "912345678",
        912345678,
    ],
)
def test_phone_reads_every_usual_spelling(written):
    assert vi.phone(written) == "0912345678"


def test_phone_keeps_a_number_that_begins_like_the_country_code():
    assert vi.phone("0843128190") == "0843128190"
    assert vi.phone(843128190) == "0843128190"


def test_phone_converts_numbers_of_before_2018():
    assert vi.phone("0168 234 5678") == "0382345678"
    assert vi.phone(1682345678) == "0382345678"
    assert vi.phone("+84 123 456 7890") == "0834567890"


def test_landlines_are_numbers_too():
    assert vi.phone("(024) 3368-1234") == "02433681234"
    assert vi.is_landline("02433681234") is True
    assert vi.is_landline("0912345678") is False


@pytest.mark.parametrize("written", ["", "không có", "0212345678", "091234567", "09123456789", "0612345678", "+84"])
def test_phone_refuses_what_is_no_phone(written):
    assert vi.phone(written) is None


def test_phones_are_shown_in_groups():
    assert vi.show_phone("0912345678") == "0912 345 678"
    assert vi.show_phone("02433681234") == "024 3368 1234"


@pytest.mark.parametrize(
    "written",
    [
        "5/3/2026",
        "05/03/2026",
        "5-3-2026",
        "05.03.2026",
        "5 3 2026",
        "05032026",
        "2026-03-05",
        "5.3.26",
        " 5 / 3 / 2026 ",
    ],
)
def test_dates_are_read_day_first(written):
    assert vi.parse_date(written) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("typed", "shown"), [("5-3-26", "05/03/2026"), ("2026-03-05", "05/03/2026"), ("31/2/2026", "31/2/2026"), ("", "")]
)
def test_a_date_is_shown_in_one_way_and_what_is_none_as_it_was_typed(typed, shown):
    assert vi.show_date(typed) == shown


@pytest.mark.parametrize("written", ["", "31/2/2026", "3/2026", "5/3", "5/3/026", "2026", "5/3/2026 10:00", "0/1/2026"])
def test_what_is_no_date_is_none(written):
    assert vi.parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("1970", 1970),
        ("khoảng 1950", 1950),
        ("SN 1950?", 1950),
        ("20/07/1995", 1995),
        ("2-8-1949", 1949),
        ("31/02/1970", 1970),
        ("03/1970", 1970),
        ("1970-05-31", 1970),
        ("15 tháng 3 năm 2016", 2016),
        ("15032016", 2016),
        ("1826", 1826),
        ("15/3/65", 1965),
    ],
)
def test_year_reads_a_year_wherever_it_stands(written, year):
    assert vi.year(written, latest=2026) == year


@pytest.mark.parametrize("written", ["", "1950-1952", "Kỷ Sửu", "65 tuổi", "15/3/20", "19700", "01/1/026"])
def test_year_does_not_guess(written):
    assert vi.year(written, latest=2026) is None


def test_two_digit_years_need_a_latest_year():
    assert vi.year("15/3/65") is None


def test_numbers_are_written_with_dots_and_a_comma():
    assert vi.number(0) == "0"
    assert vi.number(1234567) == "1.234.567"
    assert vi.number(1234.56, 1) == "1.234,6"
    assert vi.number(2.5) == "3"
    assert vi.number(-0.04, 1) == "0,0"
    assert vi.number(-1234.5, 1) == "-1.234,5"


def test_percentages_have_no_space():
    assert vi.percent(86.97) == "87,0%"
    assert vi.percent(86.97, 2) == "86,97%"
    assert vi.percent(100) == "100,0%"
    assert vi.percent(Fraction(200, 3)) == "66,7%"


def test_stored_moments_are_shown_in_hanoi_and_back():
    stored = datetime(2026, 3, 4, 18, 30)
    assert vi.local(stored).isoformat() == "2026-03-05T01:30:00+07:00"
    assert vi.utc(vi.local(stored)) == stored
    assert vi.utc(datetime(2026, 3, 5, 1, 30)) == stored
    assert vi.utc(datetime(2026, 3, 5, 3, 30, tzinfo=timezone(timedelta(hours=9)))) == stored
    assert vi.local(datetime(2026, 3, 4, 18, 30, tzinfo=UTC)) == vi.local(stored)


def test_dates_and_times_are_shown_padded():
    assert vi.date_vn(date(2026, 3, 5)) == "05/03/2026"
    assert vi.date_vn(datetime(2026, 3, 4, 18, 30)) == "05/03/2026"
    assert vi.time_vn(datetime(2026, 3, 4, 18, 30)) == "01:30"


@pytest.mark.parametrize(
    ("spelling", "held", "worse"),
    [
        ("Nguyen Van Tam", "Nguyễn Văn Tám", True),
        ("Nguyễn Văn Tam", "Nguyễn Văn Tám", True),
        ("Nguyên Văn Tám", "Nguyễn Văn Tám", True),
        ("Do Thi Dao", "Đỗ Thị Đào", True),
        ("NGUYỄN VĂN TÁM", "Nguyễn Văn Tám", True),
        ("nguyễn văn tám", "Nguyễn Văn Tám", True),
        ("Nguyen Van Tam", "nguyễn văn tám", True),
        ("Nguyễn Văn Tám", "Nguyễn Văn Tam", False),
        ("Nguyễn Văn Tâm", "Nguyễn Văn Tám", False),
        ("Nguyễn Van Tấm", "Nguyễn Văn Tâm", False),
        ("Nguyễn Văn Toàn", "Nguyễn Văn Toán", False),
        ("Nguyễn Văn Tam B", "Nguyễn Văn Tám", False),
        ("Nguyễn Văn Tám", "NGUYỄN VĂN TÁM", False),
        ("Nguyễn Văn Tám", "nguyễn văn tám", False),
    ],
)
def test_a_worse_spelling_lost_marks_or_the_written_form_and_gained_nothing(spelling, held, worse):
    assert vi.is_worse(spelling, held) is worse

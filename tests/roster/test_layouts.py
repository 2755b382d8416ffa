"""Lists laid out as offices lay them out: five people and a child of two households, in many clothes."""

import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import vi
from roster import listing
from roster.problems import Unreadable, sentence

DATA = Path(__file__).resolve().parents[1] / "data" / "messy"
ENDS = date(2026, 12, 31)
# The six people of every list here: relation, year, sex; the fourth is a child and only counted.
NAMES = ["Nguyễn Văn Tám", "Trần Thị Sáu", "Nguyễn Văn Chín", "Nguyễn Thị Mười", "Lê Thị Hai", "Phạm Văn Ba"]
YEARS = [1961, 1963, 1990, 2017, 1950, 1975]
RELATIONS = ["Chủ hộ", "Vợ", "Con", "Cháu", "Chủ hộ", "Con"]
SEXES = ["Nam", "Nữ", "Nam", "Nữ", "Nữ", "Nam"]
PEOPLE = [list(person) for person in zip(NAMES, RELATIONS, YEARS, SEXES, strict=True)]
HEADER = ["STT", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính"]
NUMBERED = [[n, *person] for n, person in enumerate(PEOPLE, 1)]
HOMES = [["Tám", "Sáu", "Chín"], ["Hai", "Ba"]]


@pytest.fixture
def reading(tmp_path):
    """Read the rows of one sheet, or {sheet: rows}."""

    def read(rows):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in (rows if isinstance(rows, dict) else {"DS": rows}).items():
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(line)
        book.save(tmp_path / "list.xlsx")
        return listing.read(tmp_path / "list.xlsx", ends=ENDS)

    return read


def homes(read):
    """The given names of each household's people."""
    return [[person.name.split()[-1] for person in home.people] for home in read.households]


def children(read):
    return sum((home.children_0_5 or 0) + (home.children_6_15 or 0) for home in read.households)


def is_the_six(read):
    """Whether a reading is the six people in their two households, whole and nothing else."""
    assert homes(read) == HOMES
    assert children(read) == 1
    adults = [person for home in read.households for person in home.people]
    assert [p.name for p in adults] == [name for name in NAMES if name != "Nguyễn Thị Mười"]
    return True


def codes(read, level="error"):
    return [found.code for found in read.problems if found.level == level]


def adults(read, *fields):
    return [tuple(getattr(p, key) for key in fields) for home in read.households for p in home.people]


YEARS_OF_ADULTS = [1961, 1963, 1990, 1950, 1975]


# Files as offices sent them


@pytest.mark.parametrize("name", ["cong-tung-doi", "tuoi", "nam-sinh-nam-nu", "ho-dem-ten-rieng", "mau-cong-an"])
def test_a_list_out_of_an_office_is_read_whole(name):
    read = listing.read(DATA / f"{name}.xlsx", ends=ENDS)
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS
    assert [p.relation for home in read.households for p in home.people] == ["head", "spouse", "child", "head", "child"]
    assert [p.sex for home in read.households for p in home.people] == ["m", "f", "m", "f", "m"]


def test_a_police_list_gives_the_village_of_its_addresses_and_no_identity_number():
    read = listing.read(DATA / "mau-cong-an.xlsx", ends=ENDS)
    assert [(v.name, v.rows, v.households) for v in read.villages] == [("Thôn 1", 6, 2)]
    assert [home.lane for home in read.households] == ["", ""]
    assert "001061012345" not in read.to_json()


def test_a_lane_list_keeps_the_lane_of_each_household():
    read = listing.read(DATA / "cong-tung-doi.xlsx", ends=ENDS)
    assert [home.lane for home in read.households] == ["Đội 1", "Đội 2"]


# Totals, titles and signatures

PLAIN = [HEADER, *NUMBERED]
FIRST, SECOND = NUMBERED[:4], [[1, *PEOPLE[4]], [2, *PEOPLE[5]]]
SIGNED = [
    [],
    [None, None, "Hòa Lạc, ngày 15 tháng 9 năm 2026"],
    ["NGƯỜI LẬP BIỂU", None, None, "TRƯỞNG THÔN"],
    [None, "(Ký, ghi rõ họ tên)"],
    [],
    ["Nguyễn Thị Lan", None, None, "Đỗ Văn Hải"],
]
NOT_PEOPLE = {
    "subtotals in words": [HEADER, *FIRST, [None, "Cộng Đội 1: 4 nhân khẩu"], *SECOND, ["Cộng Đội 2: 2 nhân khẩu"]],
    "TC": [HEADER, *FIRST, ["TC", 4], *SECOND, [None, "TC: 2 khẩu"]],
    "T/C with figures": [HEADER, *FIRST, [None, "T/C", None, 4, 2], *SECOND, [None, "Tổng số", None, 6, 3]],
    "page totals": [HEADER, *FIRST, [None, "Cộng trang"], ["Mang sang"], HEADER, *SECOND, ["Cộng mang sang: 4"]],
    "pages": [HEADER, *FIRST, ["Trang 1/2"], [None, None, "Trang 2/2"], HEADER, *SECOND],
    "pages without diacritics": [HEADER, *FIRST, ["Cong trang 1: 4"], [None, "Chuyen trang sau"], *SECOND],
    "lane titles": [HEADER, ["Đội 1"], *FIRST, ["Đội 2"], *SECOND],
    "lane titles in the name's column": [HEADER, [None, "Xóm Đình"], *FIRST, [None, "Xóm Trong"], *SECOND],
    "Roman numerals": [HEADER, ["I", "ĐỘI 1"], *FIRST, ["II", "ĐỘI 2"], *SECOND],
    "Roman numerals with points": [HEADER, ["I. Đội 1"], *FIRST, ["II. Đội 2 (1 hộ, 2 khẩu)"], *SECOND],
    "lane titles with counts": [HEADER, ["A", "Ngõ 1: 1 hộ", None, 4], *FIRST, ["B", "Ngõ 2: 1 hộ", None, 2], *SECOND],
    "lane titles with a colon": [HEADER, ["Đội: 1"], *FIRST, ["Đội: 2"], *SECOND],
    "totals with a hyphen": [HEADER, *FIRST, [None, "- Tổng nhân khẩu Đội 1: 4"], *SECOND, ["* Cộng: 2 hộ; 6 khẩu"]],
    "counts": [HEADER, *FIRST, ["Nhân khẩu: 4", None, "Nam: 2", "Nữ: 2"], *SECOND, [None, "Số hộ: 1; số khẩu: 2"]],
    "sections": [HEADER, ["A. NHÂN KHẨU THƯỜNG TRÚ"], *FIRST, [None, "II. TẠM TRÚ"], *SECOND],
    "signatures": [*PLAIN, *SIGNED],
    "signatures nobody foresaw": [
        *PLAIN,
        [None, "PHÊ DUYỆT", None, "LÃNH ĐẠO"],
        [None, "Nguyễn Thị Lan", None, "Đỗ Văn Hải"],
    ],
    "a short date": [
        *PLAIN,
        [None, None, None, "Ngày 15/9/2026"],
        [None, "BAN QUẢN LÝ THÔN"],
        [None, "Ông Đỗ Văn Hải"],
    ],
    "signatures elsewhere": [
        *PLAIN,
        ["Tổng cộng: 2 hộ, 6 nhân khẩu"],
        [None, None, None, "Ngày … tháng … năm 2026"],
        [None, "Người tổng hợp", None, "TM. UBND XÃ"],
        [None, None, None, "KT. CHỦ TỊCH"],
        [None, "Nguyễn Thị Lan", "Đỗ Văn Hải"],
    ],
    "signers in the columns of people": [
        *PLAIN,
        [None, "CÁN BỘ LẬP", "TRƯỞNG THÔN", "CÔNG AN VIÊN"],
        [None, "Nguyễn Thị Lan", "Đỗ Văn Hải", "Bùi Văn Tư", "Vũ Thị Na"],
    ],
    "signatures without diacritics": [*PLAIN, ["Nguoi lap bieu", None, "Truong thon"], [None, "Nguyen Thi Lan"]],
    "counts in words": [
        HEADER,
        *FIRST,
        [None, "Số nhân khẩu đội 1", None, 4, 2],
        *SECOND,
        [None, "Số hộ đội 2", None, 1],
    ],
    "units below a number": [HEADER, *FIRST, [4, "nhân khẩu"], *SECOND, [2, "khẩu"], [None, "Bình quân", None, 1950]],
    "a table of ages below": [
        *PLAIN,
        [],
        ["STT", "Chỉ tiêu", "Nam", "Nữ"],
        [1, "Dưới 6 tuổi", 0, 0],
        [2, "Từ đủ 18 tuổi", 2, 3],
    ],
    "telephones of those who sign": [*PLAIN, [None, "Lập biểu: Đỗ Văn Hải"], [None, "Điện thoại", None, "0912345678"]],
    "lines drawn with signs": [HEADER, *FIRST, ["----------", "*****", "_____"], *SECOND, [None, "***"]],
    "a summary below": [*PLAIN, ["Trong đó: nữ", None, None, 3], [None, "Trẻ em dưới 6 tuổi:", None, 0]],
}


@pytest.mark.parametrize("case", NOT_PEOPLE)
def test_totals_titles_and_signatures_are_nobody_and_split_no_household(reading, case):
    read = reading(NOT_PEOPLE[case])
    assert is_the_six(read)
    assert (read.rows, codes(read)) == (6, [])


@pytest.mark.parametrize("case", [case for case in NOT_PEOPLE if case.startswith(("lane", "Roman"))])
def test_a_title_over_a_lane_is_the_lane_of_what_follows(reading, case):
    lanes = [home.lane for home in reading(NOT_PEOPLE[case]).households]
    assert lanes in (["Đội 1", "Đội 2"], ["Xóm Đình", "Xóm Trong"], ["Ngõ 1", "Ngõ 2"])


def test_a_lane_above_the_header_is_the_lane_of_the_table(reading):
    header = ["STT", "Họ tên", "Quan hệ", "Năm sinh"]
    rows = [[*left[:4], None, *right[:4]] for left, right in zip(NUMBERED[:4], [*SECOND, [], []], strict=True)]
    read = reading([["THÔN 4"], ["ĐỘI 1", *[None] * 4, "ĐỘI 2"], [*header, None, *header], *rows])
    assert is_the_six(read)
    assert [home.lane for home in read.households] == ["Đội 1", "Đội 2"]


def test_the_team_that_made_the_list_is_no_lane(reading):
    read = reading([["TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"], ["THÔN 4"], *PLAIN])
    assert {(read.villages[home.village].name, home.lane) for home in read.households} == {("Thôn 4", "")}


def test_a_lane_title_printed_again_on_the_next_page_splits_nobody(reading):
    rows = [HEADER, ["Đội 1"], *NUMBERED[:2], ["Đội 1 (tiếp theo)"], *NUMBERED[2:4], ["Đội 2"], *NUMBERED[4:]]
    read = reading(rows)
    assert is_the_six(read)
    assert [home.lane for home in read.households] == ["Đội 1", "Đội 2"]


def test_a_lone_name_among_people_is_listed_and_not_taken(reading):
    read = reading([*PLAIN[:5], [None, "Vũ Văn Lạ"], *PLAIN[5:]])
    assert is_the_six(read)
    assert [(p.level, p.code, p.row, p.cell) for p in read.problems if p.code != "no_village"] == [
        ("error", "name_alone", 6, "B6")
    ]


def test_people_after_a_subtotal_need_no_year_to_be_people(reading):
    header = ["STT", "Họ tên chủ hộ", "Địa chỉ"]
    rows = [[1, NAMES[0], "Ngõ 1"], ["Cộng: 1 hộ"], [2, NAMES[4], "Ngõ 2"], ["Cộng: 1 hộ"]]
    assert homes(reading([header, *rows])) == [["Tám"], ["Hai"]]


def bare(text):
    """A text as typed without diacritics."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


WORN = {"without diacritics": bare, "in capitals": str.upper, "both": lambda text: bare(text).upper()}


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("case", NOT_PEOPLE)
def test_totals_titles_and_signatures_are_nobody_however_they_are_typed(reading, case, worn):
    rows = [[WORN[worn](value) if type(value) is str else value for value in row] for row in NOT_PEOPLE[case]]
    read = reading(rows)
    assert [[vi.fold(name).split()[-1] for name in home] for home in homes(read)] == [
        ["tam", "sau", "chin"],
        ["hai", "ba"],
    ]
    assert (read.rows, codes(read)) == (6, [])


# Ages

AGES = [65, 63, 36, 9, 76, 51]


@pytest.mark.parametrize(
    ("header", "write", "counted_in"),
    [
        ("Tuổi", lambda age: age, 2026),
        ("Tuổi", lambda age: f"{age} tuổi", 2026),
        ("TUOI", lambda age: f"{age}t", 2026),
        ("Số tuổi", lambda age: str(age), 2026),
        ("Tuổi (tính đến 2025)", lambda age: age, 2025),
        ("Tuổi tính đến 31/12/2025", lambda age: f"{age} tuổi", 2025),
        ("Năm sinh (tuổi)", lambda age: age, 2026),
        ("Năm sinh", lambda age: f"{age} tuổi", 2026),
        ("Độ tuổi", lambda age: f"{age}.0", 2026),
    ],
)
def test_an_age_gives_an_approximate_year_and_children_are_counted(reading, header, write, counted_in):
    rows = [
        [n, p[0], p[1], write(age - (2026 - counted_in)), p[3]] for (n, *p), age in zip(NUMBERED, AGES, strict=True)
    ]
    read = reading([["STT", "Họ tên", "Quan hệ", header, "Giới tính"], *rows])
    assert is_the_six(read)
    assert adults(read, "birth_year", "approximate", "doubt") == [(year, True, "") for year in YEARS_OF_ADULTS]
    assert [(p.code, p.detail) for p in read.problems if p.code == "years_of_ages"] == [
        ("years_of_ages", {"year": counted_in, "found": 5})
    ]


def test_the_date_of_the_list_counts_its_ages(reading):
    rows = [[1, "Lê Thị Hai", "Chủ hộ", 75, "Nữ"]]
    title = ["DANH SÁCH NHÂN KHẨU (tính đến ngày 15/9/2025)"]
    assert adults(reading([title, ["STT", "Họ tên", "Quan hệ", "Tuổi", "GT"], *rows]), "birth_year") == [(1950,)]


def test_a_year_beside_an_age_is_taken_as_it_is(reading):
    header = ["STT", "Họ tên", "Quan hệ", "Năm sinh", "Tuổi"]
    read = reading([header, [1, NAMES[0], "Chủ hộ", 1961, 64], [2, NAMES[1], "Vợ", None, 63]])
    assert adults(read, "birth_year", "approximate") == [(1961, False), (1963, True)]


def test_a_traditional_age_counts_one_more(reading):
    read = reading([["STT", "Họ tên", "Quan hệ", "Tuổi mụ"], [1, NAMES[0], "Chủ hộ", 66]])
    assert adults(read, "birth_year") == [(1961,)]


def test_babies_have_months(reading):
    rows = [
        [1, NAMES[0], "Chủ hộ", 65],
        [2, "Nguyễn Văn Bé", "Cháu", "9 tháng"],
        [3, "Nguyễn Thị Út", "Cháu", "6 tuổi"],
    ]
    home = reading([["STT", "Họ tên", "Quan hệ", "Tuổi"], *rows]).households[0]
    assert (len(home.people), home.children_0_5, home.children_6_15) == (1, 1, 1)


def test_an_age_that_cannot_be_leaves_the_year_open_and_asks(reading):
    read = reading([["STT", "Họ tên", "Quan hệ", "Tuổi"], [1, NAMES[0], "Chủ hộ", 650], [2, NAMES[1], "Vợ", "già"]])
    assert adults(read, "birth_year", "doubt") == [(None, "age"), (None, "age")]


def test_whoever_has_no_age_is_in_doubt(reading):
    rows = [[1, NAMES[0], "Chủ hộ", 1961, "Nam"], [2, NAMES[1], "Vợ", None, "Nữ"]]
    assert adults(reading([HEADER, *rows]), "birth_year", "doubt") == [(1961, ""), (None, "age")]


# Years under the sexes

UNDER_SEXES = [
    ["Năm sinh nam", "Năm sinh nữ"],
    ["NĂM SINH NAM", "NĂM SINH NỮ"],
    ["Nam sinh năm", "Nữ sinh năm"],
    ["Nam (năm sinh)", "Nữ (năm sinh)"],
    ["Ngày sinh nam", "Ngày sinh nữ"],
    ["NS nam", "NS nữ"],
    ["Nam sinh nam", "Nam sinh nu"],
    ["N.sinh nam", "N.sinh nữ"],
    ["Nam", "Nữ"],
]


@pytest.mark.parametrize("columns", UNDER_SEXES)
def test_years_under_either_sex_give_year_and_sex(reading, columns):
    rows = [[n, p[0], p[1], *((p[2], None) if p[3] == "Nam" else (None, p[2]))] for n, *p in NUMBERED]
    read = reading([["STT", "Họ và tên", "Quan hệ", *columns], *rows])
    assert is_the_six(read)
    assert adults(read, "birth_year", "sex") == list(zip(YEARS_OF_ADULTS, "mfmfm", strict=True))


@pytest.mark.parametrize(
    "lines",
    [[["Tuổi nam", "Tuổi nữ"]], [["Tuổi", None], ["Nam", "Nữ"]], [["Tuổi (tính đến 2026)", None], ["Nam", "Nữ"]]],
)
def test_ages_under_either_sex_give_year_and_sex(reading, lines):
    header = [["STT", "Họ và tên", "Quan hệ", *lines[0]], *([None, None, None, *line] for line in lines[1:])]
    rows = [
        [n, p[0], p[1], *((age, None) if p[3] == "Nam" else (None, age))]
        for (n, *p), age in zip(NUMBERED, AGES, strict=True)
    ]
    read = reading([*header, *rows])
    assert is_the_six(read)
    assert adults(read, "birth_year", "sex", "approximate")[:2] == [(1961, "m", True), (1963, "f", True)]


# Names in parts

IN_PARTS = [
    (["Họ", "Tên đệm", "Tên"], 3),
    (["Họ", "Đệm", "Tên"], 3),
    (["Họ", "Chữ đệm", "Tên gọi"], 3),
    (["HỌ", "TÊN LÓT", "TÊN"], 3),
    (["Họ", "Chữ giữa", "Tên riêng"], 3),
    (["Họ", "Phần giữa", "Tên"], 3),
    (["Họ", None, "Tên"], 3),
    (["Ho", "Ten dem", "Ten"], 3),
    (["Họ và tên", None, None], 3),
    (["Họ tên", "Tên đệm", "Tên"], 3),
    (["Họ và tên", "", "Tên"], 3),
    (["Họ và đệm", "Tên"], 2),
    (["Họ và chữ đệm", "Tên gọi"], 2),
    (["Họ, tên đệm", "Tên"], 2),
    (["Họ và tên", None], 2),
    (["Họ và tên", "Tên"], 2),
    (["Phần họ", "Phần đệm", "Phần tên"], 3),
    (["Họ lót", "Tên"], 2),
    (["Họ", "Tên đệm và tên"], -2),
    (["Họ", "Đệm và tên"], -2),
]


def in_parts(name, parts):
    words = name.split()
    if parts == 3:
        return words
    return [" ".join(words[:2]), words[2]] if parts == 2 else [words[0], " ".join(words[1:])]


@pytest.mark.parametrize(("columns", "parts"), IN_PARTS)
def test_a_name_in_two_or_three_columns_is_joined(reading, columns, parts):
    rows = [[n, *in_parts(p[0], parts), *p[1:]] for n, *p in NUMBERED]
    assert is_the_six(reading([["STT", *columns, *HEADER[2:]], *rows]))


def test_a_name_in_parts_under_one_heading_is_joined(reading):
    header = [["STT", "Họ và tên", None, None, *HEADER[2:]], [None, "Họ", "Đệm", "Tên"]]
    assert is_the_six(reading([*header, *([n, *p[0].split(), *p[1:]] for n, *p in NUMBERED)]))


@pytest.mark.parametrize("heading", ["Tên thường gọi", "Nghề nghiệp", "Bí danh", None])
def test_another_word_beside_a_whole_name_is_no_part_of_it_and_is_shown(reading, heading):
    rows = [
        [n, p[0], word, *p[1:]] for (n, *p), word in zip(NUMBERED, ["Tèo", "Na", "Tý", "Bé", "Hai", "Cu"], strict=True)
    ]
    read = reading([["STT", "Họ và tên", heading, *HEADER[2:]], *rows])
    assert is_the_six(read)
    assert read.columns[2][1:] == ("C", heading or "", "", ("Tèo", "Na", "Tý"))


def test_parts_beside_the_whole_name_are_not_said_twice(reading):
    columns = ["Họ và tên", "Họ", "Tên đệm", "Tên"]
    read = reading([["STT", *columns, *HEADER[2:]], *([n, p[0], *p[0].split(), *p[1:]] for n, *p in NUMBERED)])
    assert is_the_six(read)
    assert [column[1] for column in read.columns if not column.meaning] == ["C", "D", "E"]


# Who heads a household

MARKS = {
    "in brackets": lambda name, head: f"{name} (chủ hộ)" if head else name,
    "the head alone in brackets": lambda name, head: f"{name} (chủ)" if head else name,
    "CH without a colon": lambda name, head: f"CH {name}" if head else name,
    "CH in brackets": lambda name, head: f"{name} (CH)" if head else name,
    "before": lambda name, head: f"CH: {name}" if head else name,
    "in words before": lambda name, head: f"Chủ hộ: {name}" if head else name,
    "behind": lambda name, head: f"{name} - Chủ hộ" if head else name,
    "behind a comma": lambda name, head: f"{name}, CH" if head else name,
    "as a household": lambda name, head: f"Hộ ông {name}" if head else name,
    "with dashes before members": lambda name, head: name if head else f"- {name}",
    "with plus signs before members": lambda name, head: name if head else f"+ {name}",
    "with both": lambda name, head: f"{name} (chủ hộ)" if head else f"- {name}",
}


@pytest.mark.parametrize("mark", MARKS)
def test_the_head_may_be_marked_in_the_name(reading, mark):
    rows = [[MARKS[mark](p[0], p[1] == "Chủ hộ"), *p[2:]] for p in PEOPLE]
    read = reading([["Họ và tên", "Năm sinh", "Giới tính"], *rows])
    assert is_the_six(read)
    assert [relation for (relation,) in adults(read, "relation")] == ["head", "other", "other", "head", "other"]
    assert codes(read, "warning") == ["no_village"]


def test_the_head_may_be_marked_by_capitals_of_relations_in_brackets(reading):
    rows = [[f"{p[0]} ({p[1].lower()})", *p[2:]] for p in PEOPLE]
    read = reading([["Họ và tên", "Năm sinh", "Giới tính"], *rows])
    assert is_the_six(read)
    assert [relation for (relation,) in adults(read, "relation")] == ["head", "spouse", "child", "head", "child"]


@pytest.mark.parametrize("mark", ["x", "X", "✓", 1, "CH", True, "ü", "v"])
def test_a_mark_in_a_column_of_its_own_says_who_is_head(reading, mark):
    rows = [[n, mark if p[1] == "Chủ hộ" else None, p[0], *p[2:]] for n, *p in NUMBERED]
    read = reading([["STT", "Chủ hộ", "Họ và tên", "Năm sinh", "Giới tính"], *rows])
    assert is_the_six(read)
    assert [relation for (relation,) in adults(read, "relation")] == ["head", "other", "other", "head", "other"]


@pytest.mark.parametrize("heading", ["Ghi chú", None])
def test_a_note_may_say_who_is_head(reading, heading):
    rows = [[n, p[0], *p[2:], p[1].lower() if p[1] == "Chủ hộ" else None] for n, *p in NUMBERED]
    read = reading([["STT", "Họ và tên", "Năm sinh", "Giới tính", heading], *rows])
    assert is_the_six(read)
    assert [relation for (relation,) in adults(read, "relation")] == ["head", "other", "other", "head", "other"]


def test_false_marks_nobody_as_head(reading):
    rows = [[p[1] == "Chủ hộ", p[0], *p[2:]] for p in PEOPLE]
    assert is_the_six(reading([["Chủ hộ", "Họ và tên", "Năm sinh", "Giới tính"], *rows]))


@pytest.mark.parametrize("codes", ["TC01 TC01 TC01 TC01 TC02 TC02", "T1 T1 T1 T1 T2 T2"])
def test_a_household_code_is_no_total(reading, codes):
    rows = [[code, *person] for code, person in zip(codes.split(), PEOPLE, strict=True)]
    assert is_the_six(reading([["Mã hộ", *HEADER[1:]], *rows]))


@pytest.mark.parametrize("members", ["Thành viên", "Họ tên thành viên", "Các thành viên trong hộ", "Nhân khẩu"])
def test_heads_may_stand_in_a_column_beside_their_members(reading, members):
    rows = [[n, *((p[0], None) if p[1] == "Chủ hộ" else (None, p[0])), *p[2:]] for n, *p in NUMBERED]
    read = reading([["STT", "Chủ hộ", members, "Năm sinh", "Giới tính"], *rows])
    assert is_the_six(read)
    assert [relation for (relation,) in adults(read, "relation")] == ["head", "other", "other", "head", "other"]


def test_a_head_named_only_beside_the_members_is_one_of_the_household(reading):
    header = ["STT", "Họ tên chủ hộ", "Thành viên", "Quan hệ", "Năm sinh"]
    rows = [[1, NAMES[0], NAMES[1], "Vợ", 1963], [2, None, NAMES[2], "Con", 1990], [3, NAMES[4], NAMES[5], "Con", 1975]]
    read = reading([header, *rows])
    assert homes(read) == [["Tám", "Sáu", "Chín"], ["Hai", "Ba"]]
    assert adults(read, "relation", "doubt")[0] == ("head", "age")
    assert [p.row for p in read.problems if p.code == "head_without_row"] == [2, 4]


@pytest.mark.parametrize("relation", [["Quan hệ"], []])
def test_heads_and_members_may_have_a_year_each_in_one_row(reading, relation):
    header = ["STT", "Chủ hộ", "Năm sinh", "Thành viên", "Năm sinh", *relation]
    members = [[NAMES[n], YEARS[n], *([RELATIONS[n]] if relation else [])] for n in range(6)]
    rows = [[1, NAMES[0], 1961, *members[1]], *([None] * 3 + members[n] for n in (2, 3))]
    read = reading([header, *rows, [2, NAMES[4], 1950, *members[5]]])
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS
    assert [r for (r,) in adults(read, "relation")][::3] == ["head", "head"]
    assert [column.meaning for column in read.columns][1:3] == ["head", "head_detail"]
    assert codes(read, "warning") == ["no_village"]


@pytest.mark.parametrize("others", [["Vợ/chồng", "Con"], ["Thành viên 1", "Thành viên 2"], ["Người thứ hai", None]])
def test_people_in_columns_beside_the_head_are_refused_and_not_dropped(reading, others):
    header = ["STT", "Chủ hộ", "Năm sinh", others[0], "Năm sinh", others[1], "Năm sinh"]
    rows = [[1, NAMES[0], 1961, NAMES[1], 1963, NAMES[2], 1990], [2, NAMES[4], 1950, None, None, NAMES[5], 1975]]
    with pytest.raises(Unreadable) as caught:
        reading([header, *rows])
    assert (caught.value.code, caught.value.problem.cell) == ("members_beside", "D1")
    assert "Ghi mỗi người một dòng" in sentence(caught.value.problem)


# Villages in addresses


@pytest.mark.parametrize(
    ("heading", "address", "village", "lane"),
    [
        ("Nơi thường trú", "Xóm Đình, thôn 1, xã Hòa Lạc", "Thôn 1", "Xóm Đình"),
        ("Địa chỉ", "Thôn 1, xã Hòa Lạc, TP Hà Nội", "Thôn 1", ""),
        ("Chỗ ở hiện nay", "Ngõ 5 - Thôn Trại Mới - Hòa Lạc", "Thôn Trại Mới", "Ngõ 5"),
        ("HKTT", "THÔN 8 ĐÔNG, XÃ HÒA LẠC, HÀ NỘI", "Thôn 8 Đông", ""),
        ("Nơi cư trú", "Đội 2 thôn 4 xã Hòa Lạc", "Thôn 4", "Đội 2"),
        ("Dia chi", "xom Dinh, thon 1, xa Hoa Lac", "Thôn 1", "xom Dinh"),
    ],
)
def test_an_address_gives_village_and_lane(reading, heading, address, village, lane):
    rows = [[n, *p, address if p[1] == "Chủ hộ" else None] for n, *p in NUMBERED]
    read = reading([[*HEADER, heading], *rows])
    assert is_the_six(read)
    assert [(v.name, v.households) for v in read.villages] == [(village, 2)]
    assert [home.lane for home in read.households] == [lane, lane]


def test_a_member_registered_elsewhere_stays_in_the_household(reading):
    addresses = ["Thôn 1, xã Hòa Lạc", "Thôn 7, xã Yên Bình", None, None, "Thôn 2, xã Hòa Lạc", "Thôn 2, xã Hòa Lạc"]
    read = reading(
        [[*HEADER, "Nơi thường trú"], *([*row, where] for row, where in zip(NUMBERED, addresses, strict=True))]
    )
    assert is_the_six(read)
    assert [read.villages[home.village].name for home in read.households] == ["Thôn 1", "Thôn 2"]


def test_an_address_that_moved_falls_back_to_the_registered_one(reading):
    header = [*HEADER, "Nơi thường trú", "Nơi ở hiện tại (nếu khác)"]
    rows = [[*NUMBERED[0], "Xóm Đình, thôn 1, xã Hòa Lạc", None], *NUMBERED[1:4]]
    rows += [[*NUMBERED[4], "Thôn 1, xã Hòa Lạc", "Ngõ 3, thôn 2, xã Hòa Lạc"], NUMBERED[5]]
    read = reading([header, *rows])
    assert is_the_six(read)
    assert [(read.villages[home.village].name, home.lane) for home in read.households] == [
        ("Thôn 1", "Xóm Đình"),
        ("Thôn 2", "Ngõ 3"),
    ]


def test_a_lane_may_have_a_column_beside_the_address(reading):
    rows = [[*row, "Xóm Đình", "Thôn 1, xã Hòa Lạc"] for row in NUMBERED]
    read = reading([[*HEADER, "Xóm", "Nơi thường trú"], *rows])
    assert [(read.villages[home.village].name, home.lane) for home in read.households] == [("Thôn 1", "Xóm Đình")] * 2


def test_marks_of_residence_are_no_address(reading):
    read = reading([["DANH SÁCH THÔN 4"], [*HEADER, "Thường trú", "Tạm trú"], *([*row, "x", None] for row in NUMBERED)])
    assert is_the_six(read)
    assert {home.lane for home in read.households} == {""}


def test_the_title_says_the_village_before_an_address_does(reading):
    read = reading([["DANH SÁCH THÔN 4"], [*HEADER, "Địa chỉ"], [*NUMBERED[0], "Xóm Đình, thôn 4, xã Hòa Lạc"]])
    assert (read.villages[0].name, read.households[0].lane) == ("Thôn 4", "Xóm Đình")


@pytest.mark.parametrize(
    "heading", ["Số ĐDCN", "Số CCCD/ĐDCN", "Mã định danh", "CC/CCCD", "Hộ chiếu", "Số GTTT", "Ký hiệu", None]
)
def test_identity_numbers_are_never_read_whatever_their_column_is_called(reading, heading):
    read = reading([[*HEADER, heading], *([*row, "001061012345"] for row in NUMBERED)])
    assert is_the_six(read)
    assert (read.columns[5].meaning, read.columns[5].examples) == ("never", ())
    assert "001061012345" not in read.to_json()


@pytest.mark.parametrize("heading", ["Vai vế", "Mối QH", "Trong gia đình là", None])
def test_a_column_of_relations_or_sexes_is_known_by_its_cells(reading, heading):
    rows = [[n, name, relation, year, sex] for n, name, relation, year, sex in NUMBERED]
    read = reading([["STT", "Họ và tên", heading, "Năm sinh", heading and "Phái tính"], *rows])
    assert is_the_six(read)
    assert [(r, s) for r, s in adults(read, "relation", "sex")][:2] == [("head", "m"), ("spouse", "f")]


# Where a household begins

BARE = ["Họ và tên", "Năm sinh", "Giới tính"]
LINES = [[p[0], *p[2:]] for p in PEOPLE]
TITLES = [
    ["Hộ 1: Nguyễn Văn Tám", "Hộ 2: Lê Thị Hai"],
    ["Hộ số 1", "Hộ số 2"],
    ["HỘ 01 - NGUYỄN VĂN TÁM", "HỘ 02 - LÊ THỊ HAI"],
    ["Hộ ông Nguyễn Văn Tám", "Hộ bà Lê Thị Hai"],
    ["1. Hộ ông: Nguyễn Văn Tám (4 khẩu)", "2. Hộ bà: Lê Thị Hai (2 khẩu)"],
    ["Gia đình ông Nguyễn Văn Tám", "Gia đình bà Lê Thị Hai"],
    ["Chủ hộ: Nguyễn Văn Tám", "Chủ hộ: Lê Thị Hai"],
    ["Mã hộ: HL0001 - Chủ hộ: Nguyễn Văn Tám", "Mã hộ: HL0002 - Chủ hộ: Lê Thị Hai"],
    ["Ho 1: Nguyen Van Tam", "Ho 2: Le Thi Hai"],
    ["I. Hộ thứ 1", "II. Hộ thứ 2"],
]


@pytest.mark.parametrize("titles", TITLES)
@pytest.mark.parametrize("worn", WORN)
def test_a_row_of_its_own_begins_a_household_however_it_is_typed(reading, titles, worn):
    rows = [BARE, [titles[0]], *LINES[:4], [titles[1]], *LINES[4:]]
    read = reading([[WORN[worn](value) if type(value) is str else value for value in row] for row in rows])
    assert [len(home) for home in homes(read)] == [3, 2]


@pytest.mark.parametrize("titles", TITLES)
def test_a_row_of_its_own_may_begin_a_household(reading, titles):
    read = reading([BARE, [titles[0]], *LINES[:4], [titles[1]], *LINES[4:]])
    assert is_the_six(read)
    if "Hai" in titles[1] or "HAI" in titles[1]:
        assert [relation for (relation,) in adults(read, "relation")] == ["head", "other", "other", "head", "other"]


def test_a_title_row_gives_its_address_to_the_household(reading):
    titles = [["Hộ 1: Nguyễn Văn Tám", None, None, "Ngõ 5"], ["Hộ 2: Lê Thị Hai", None, None, "Ngõ 6"]]
    read = reading([[*BARE, "Địa chỉ"], titles[0], *LINES[:4], titles[1], *LINES[4:]])
    assert is_the_six(read)
    assert [home.lane for home in read.households] == ["Ngõ 5", "Ngõ 6"]


def test_a_title_row_keeps_its_number_and_a_head_without_a_row(reading):
    read = reading([BARE, ["Hộ 1: Nguyễn Văn Tám"], *LINES[1:4], ["Hộ 2: Lê Thị Hai"], *LINES[5:]])
    assert homes(read) == HOMES
    assert [home.code for home in read.households] == ["1", "2"]
    assert adults(read, "relation", "doubt")[0] == ("head", "age")


def test_numbers_that_begin_again_at_one_begin_a_household(reading):
    rows = [[n, *line] for n, line in zip([1, 2, 3, 4, 1, 2], LINES, strict=True)]
    assert is_the_six(reading([["STT", *BARE], *rows]))


@pytest.mark.parametrize("numbers", [[1, 1.1, 1.2, 1.3, 2, 2.1], ["1", "1.1", "1.2", "1.3", "2", "2.1"]])
def test_numbers_with_points_number_the_members(reading, numbers):
    assert is_the_six(reading([["STT", *BARE], *([n, *line] for n, line in zip(numbers, LINES, strict=True))]))


@pytest.mark.parametrize("numbers", [[1, "-", "-", "-", 2, "-"], ["Hộ 1", None, None, None, "Hộ 2", None]])
def test_a_dash_instead_of_a_number_belongs_above(reading, numbers):
    read = reading([["STT", *BARE], *([n, *line] for n, line in zip(numbers, LINES, strict=True))])
    assert is_the_six(read)
    assert [home.code for home in read.households] == ["1", "2"]


def test_people_who_live_alone_are_numbered_one_each(reading):
    rows = [[n, *line] for n, line in zip([1, 1, 2, 3, 1], LINES[:3] + LINES[4:], strict=True)]
    assert homes(reading([["STT", *BARE], *rows])) == [["Tám"], ["Sáu", "Chín", "Hai"], ["Ba"]]


@pytest.mark.parametrize("heading", ["STT trong hộ", "Số thứ tự trong hộ", "TT thành viên"])
def test_a_number_within_the_household_begins_it_at_one(reading, heading):
    rows = [[n, within, *line] for (n, *_), within, line in zip(NUMBERED, [1, 2, 3, 4, 1, 2], LINES, strict=True)]
    assert is_the_six(reading([["STT", heading, *BARE], *rows]))


def test_a_household_without_the_word_head_begins_with_its_number(reading):
    rows = [[n, *p] for n, p in zip([1, 2, 3, 4, 1, 2], PEOPLE, strict=True)]
    rows[4][2] = None
    assert homes(reading([HEADER, *rows, [1, "Vũ Văn An", "Chủ hộ", 1960, "Nam"]])) == [*HOMES, ["An"]]


SHARED_NUMBERS = {
    "a Roman number and members from 1": ["I", 1, 2, 3, "II", 1],
    "household and member with a hyphen": ["1-1", "1-2", "1-3", "1-4", "2-1", "2-2"],
    "household and member with a stroke": ["1/1", "1/2", "1/3", "1/4", "2/1", "2/2"],
    "letters": ["a", "b", "c", "d", "a", "b"],
}


@pytest.mark.parametrize("numbers", SHARED_NUMBERS)
def test_numbers_of_household_and_member_begin_a_household(reading, numbers):
    rows = [[n, p[0], *p[2:]] for n, p in zip(SHARED_NUMBERS[numbers], PEOPLE, strict=True)]
    assert is_the_six(reading([["STT", "Họ và tên", "Năm sinh", "Giới tính"], *rows]))


def test_a_line_of_dashes_may_part_households(reading):
    rows = [[p[0], *p[2:]] for p in PEOPLE]
    assert is_the_six(reading([["Họ và tên", "Năm sinh", "Giới tính"], *rows[:4], ["----------"], *rows[4:]]))


RELATED = [
    ["Bản thân", "Vợ", "Con", "Cháu", "Bản thân", "Con"],
    ["Là chủ hộ", "Vợ chủ hộ", "Con chủ hộ", "Cháu chủ hộ", "Là CH", "Con chủ hộ"],
    ["Chủ", "Vợ", "Con", "Cháu", "Chủ", "Con"],
    ["C.hộ", "Vợ", "Con", "Cháu", "CHỦ HỘ.", "Con"],
]


@pytest.mark.parametrize("relations", RELATED)
def test_the_head_may_be_called_otherwise(reading, relations):
    read = reading([HEADER, *([n, p[0], r, *p[2:]] for (n, *p), r in zip(NUMBERED, relations, strict=True))])
    assert is_the_six(read)
    assert [r for (r,) in adults(read, "relation")] == ["head", "spouse", "child", "head", "child"]


@pytest.mark.parametrize("write", ["{} ({} tuổi)", "{}, {} tuổi", "{} - {} tuổi", "{} ({}t)"])
def test_an_age_behind_the_name_is_no_part_of_it(reading, write):
    rows = [[n, write.format(p[0], age), p[1]] for (n, *p), age in zip(NUMBERED, AGES, strict=True)]
    read = reading([["STT", "Họ và tên", "Quan hệ"], *rows])
    assert is_the_six(read)
    assert adults(read, "birth_year", "approximate") == [(year, True) for year in YEARS_OF_ADULTS]


def test_a_year_behind_the_name_may_be_in_its_heading(reading):
    rows = [[n, f"{p[0]} ({p[2]})", p[1]] for n, *p in NUMBERED]
    read = reading([["STT", "Họ tên và năm sinh", "Quan hệ"], *rows])
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS


@pytest.mark.parametrize("lower", ["left", "right"])
def test_tables_side_by_side_may_begin_on_different_rows(reading, lower):
    header, blank = HEADER[:4], [None] * 4
    first, second = [header, *(row[:4] for row in NUMBERED[:4])], [header, *(row[:4] for row in SECOND), blank, blank]
    first, second = ([blank, *first], [*second, blank]) if lower == "left" else ([*first, blank], [blank, *second])
    read = reading([[*left, None, *right] for left, right in zip(first, second, strict=True)])
    assert is_the_six(read)
    assert codes(read) == []


def test_a_blank_row_may_begin_a_household(reading):
    assert is_the_six(reading([BARE, *LINES[:4], [], *LINES[4:]]))


def test_numbers_that_begin_again_under_each_lane_say_nothing_of_households(reading):
    rows = [[n, *line] for n, line in zip([1, 2, 3, 4, 1, 2], LINES, strict=True)]
    with pytest.raises(Unreadable) as refused:
        reading([["STT", *BARE], ["Đội 1"], *rows[:4], ["Đội 2"], *rows[4:]])
    assert refused.value.code == "no_household_column"


def test_group_headings_disturb_no_column(reading):
    upper = ["STT", "Họ và tên", "Quan hệ", "Nhân khẩu", None, "Tình trạng", None]
    lower = [None, None, None, "Năm sinh", "Giới tính", "Thường trú", "Tạm trú"]
    assert is_the_six(reading([upper, lower, *([*row, "x"] for row in NUMBERED)]))


def test_heads_and_members_under_one_long_heading_are_read(reading):
    rows = [[f"Hộ {1 + (n > 4)}" if n in (1, 5) else None, name, *rest] for n, name, _, *rest in NUMBERED]
    read = reading([["STT", "Họ tên chủ hộ và các thành viên", *HEADER[3:]], *rows])
    assert is_the_six(read)
    assert [home.code for home in read.households] == ["1", "2"]


# Several tables


def test_two_tables_side_by_side_are_both_read(reading):
    rows = [[*left, None, *right] for left, right in zip(NUMBERED[:4], [*SECOND, [], []], strict=True)]
    read = reading([[*HEADER, None, *HEADER], *rows])
    assert is_the_six(read)
    assert codes(read, "warning") == ["no_village"]


def test_a_household_goes_on_at_the_top_of_the_right_table(reading):
    rows = [[*left, *right] for left, right in zip(NUMBERED[:3], NUMBERED[3:], strict=True)]
    assert is_the_six(reading([[*HEADER, *HEADER], *rows]))


def test_tables_side_by_side_go_on_page_by_page(reading):
    more = [[n, f"Vũ Thị {word}", relation, 1980, "Nữ"] for n, (word, relation) in enumerate(
        [("An", "Chủ hộ"), ("Bé", "Con"), ("Cúc", "Chủ hộ"), ("Diệp", "Con")], 7)]  # fmt: skip
    pages = [[*left, *right] for left, right in zip(NUMBERED[:3], NUMBERED[3:], strict=True)]
    pages += [[*HEADER, *HEADER], [*more[0], *more[2]], [*more[1], *more[3]]]
    assert homes(reading([[*HEADER, *HEADER], *pages])) == [*HOMES, ["An", "Bé"], ["Cúc", "Diệp"]]


def test_tables_side_by_side_may_be_of_two_villages(reading):
    titles = ["DANH SÁCH THÔN 1", *[None] * 5, "DANH SÁCH THÔN 2"]
    rows = [[*left, None, *right] for left, right in zip(NUMBERED[:4], [*SECOND, [], []], strict=True)]
    read = reading([titles, [*HEADER, None, *HEADER], *rows])
    assert is_the_six(read)
    assert [(v.name, v.rows) for v in read.villages] == [("Thôn 1", 4), ("Thôn 2", 2)]


def test_three_tables_side_by_side_are_all_read(reading):
    rows = [[*a, *b, *c] for a, b, c in zip(NUMBERED[:2], NUMBERED[2:4], NUMBERED[4:], strict=True)]
    assert is_the_six(reading([[*HEADER, *HEADER, *HEADER], *rows]))


def test_a_table_below_another_is_read_by_its_own_header(reading):
    below = [["STT", "Họ tên", "Năm sinh", "Giới tính", "Quan hệ"]]
    below += [[n, p[0], p[2], p[3], p[1]] for n, p in enumerate(PEOPLE[4:], 1)]
    read = reading([["THÔN 1"], HEADER, *NUMBERED[:4], [], ["DANH SÁCH THÔN 2"], *below])
    assert is_the_six(read)
    assert [(v.name, v.rows) for v in read.villages] == [("Thôn 1", 4), ("Thôn 2", 2)]
    assert adults(read, "birth_year")[-1] == (1975,)


def test_a_header_printed_again_in_other_words_is_nobody(reading):
    again = ["TT", "Họ tên", "Quan hệ với chủ hộ", "Ngày sinh", "GT"]
    assert is_the_six(reading([HEADER, *NUMBERED[:4], again, *NUMBERED[4:]]))


# Columns that are not used


def test_what_is_not_used_is_shown_with_three_values_and_long_numbers_hidden(reading):
    header = [*HEADER, "Nghề nghiệp", "Số sổ", "Ngày vào", "Ghi chú", "Dân tộc"]
    jobs = ["Làm ruộng", "Làm ruộng", "Công nhân", "Học sinh", "Hưu trí", "Lái xe"]
    rows = [[*row, job, 123456789, "31/05/1990", "hay ốm", "Mường"] for row, job in zip(NUMBERED, jobs, strict=True)]
    read = reading([header, *rows])
    assert [(c.header, c.meaning, c.examples) for c in read.columns[5:]] == [
        ("Nghề nghiệp", "", ("Làm ruộng", "Công nhân", "Học sinh")),
        ("Số sổ", "never", ()),
        ("Ngày vào", "", ("••/••/1990",)),
        ("Ghi chú", "note", ()),
        ("Dân tộc", "never", ()),
    ]


def test_a_column_without_a_heading_is_shown_too(reading):
    read = reading([HEADER, *([*row, None, "abc"] for row in NUMBERED)])
    assert read.columns[-1][1:] == ("G", "", "", ("abc",))


# The dead, those who moved, those struck through


@pytest.mark.parametrize(
    ("heading", "note"),
    [
        ("Ghi chú", "Chuyển Hà Nội 2021"),
        ("Quan hệ khác", "CHẾT"),
        ("Ghi chú", "không có ở địa phương"),
        ("Ghi chú", "Đã chết"),
        ("Ghi chú", "Chuyển đi Hà Đông"),
        ("Ghi chú", "Đã cắt khẩu, 2024"),
        ("Biến động", "chết 2023"),
        ("Tình trạng", "Đã mất"),
        ("Lý do", "Da chuyen di"),
        ("Ghi chú", "Lấy chồng đi nơi khác"),
        ("Ghi chú", "Đã báo tử"),
        ("Ghi chú", "Đi khỏi ĐP"),
        ("Ghi chú", "C.khẩu đi HN"),
        (None, "Đã qua đời"),
    ],
)
def test_whoever_is_noted_dead_or_moved_is_in_doubt(reading, heading, note):
    read = reading([[*HEADER, heading], *([*row, note if row[0] == 2 else None] for row in NUMBERED)])
    assert is_the_six(read)
    assert [doubt for (doubt,) in adults(read, "doubt")] == ["", "gone", "", "", ""]


@pytest.mark.parametrize(
    "note",
    ["Chồng chết", "Mất sức lao động", "Chuyển đến 2020", "Đi làm ăn xa", "mất CCCD", "Lấy chồng 2020", "Đi học"],
)
def test_other_notes_raise_no_doubt(reading, note):
    read = reading([[*HEADER, "Ghi chú"], *([*row, note if row[0] == 2 else None] for row in NUMBERED)])
    assert {doubt for (doubt,) in adults(read, "doubt")} == {""}


def test_a_death_noted_behind_the_name_is_a_doubt_and_no_part_of_it(reading):
    rows = [[n, f"{name} (đã mất)" if n == 2 else name, *rest] for n, name, *rest in NUMBERED]
    read = reading([HEADER, *rows])
    assert is_the_six(read)
    assert adults(read, "doubt")[1] == ("gone",)


@pytest.mark.parametrize("beside", [[], ["SĐT", *HEADER]])
def test_whoever_is_struck_through_is_in_doubt(reading, monkeypatch, beside):
    opened = listing.open_sheets
    monkeypatch.setattr(listing, "open_sheets", lambda path: [s._replace(struck={3}) for s in opened(path)])
    read = reading([[*HEADER, *beside], *NUMBERED])
    assert is_the_six(read)
    assert [doubt for (doubt,) in adults(read, "doubt")] == ["", "struck", "", "", ""]


def test_a_child_in_doubt_is_counted_and_remembered(reading):
    read = reading([[*HEADER, "Ghi chú"], *([*row, "Chuyển đi" if row[0] == 4 else None] for row in NUMBERED)])
    assert is_the_six(read)
    assert read.households[0].doubted == [["gone", "children_6_15", 5]]


@pytest.mark.parametrize("title", ["NHỮNG NGƯỜI ĐÃ CHẾT TRONG NĂM", "Danh sách chuyển đi"])
@pytest.mark.parametrize("column", [0, 1])
def test_whoever_stands_under_a_title_of_the_dead_or_gone_is_in_doubt(reading, title, column):
    read = reading([*PLAIN, [*[None] * column, title], [1, "Đỗ Văn Cũ", "Con", 1980, "Nam"]])
    assert adults(read, "doubt") == [("",)] * 5 + [("gone",)]


def test_a_sheet_of_those_who_moved_away_is_asked_about_and_the_next_is_not(reading):
    read = reading({"Chuyển đi": PLAIN[:5], "DS": [["SINH, CHẾT, CHUYỂN ĐI, CHUYỂN ĐẾN"], HEADER, *SECOND]})
    assert adults(read, "doubt") == [("gone",)] * 3 + [("",)] * 2


def test_a_title_before_a_name_is_no_part_of_it(reading):
    titles = ["Ông", "Bà", "Ô.", "Chị", "Cụ", "ông"]
    rows = [[n, f"{t} {p[0]}" if n != 4 else p[0], *p[1:]] for (n, *p), t in zip(NUMBERED, titles, strict=True)]
    assert is_the_six(reading([HEADER, *rows]))
    rows = [[1, "Ông Văn Hải", "Chủ hộ", 1970, "Nam"], [2, "Ông Thị Thu Hà", "Vợ", 1972, "Nữ"]]
    assert adults(reading([HEADER, *rows]), "name") == [("Ông Văn Hải",), ("Ông Thị Thu Hà",)]


def test_a_number_that_each_lane_begins_anew_is_another_household(reading):
    lanes = ["Đội 1"] * 4 + ["Đội 2"] * 2
    rows = [[lane, 1, *person] for lane, person in zip(lanes, PEOPLE, strict=True)]
    read = reading([["Đội", "Số hộ", *HEADER[1:]], *rows])
    assert is_the_six(read)
    assert [home.lane for home in read.households] == ["Đội 1", "Đội 2"]


# Many in one cell


@pytest.mark.parametrize("join", ["\n", "; ", " - ", ", ", " và ", " / ", " "])
def test_members_crowded_into_one_cell_are_read(reading, join):
    header = ["STT", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính"]
    rows = [
        [n, *("\n".join(str(p[key]) for p in people) if key else join.join(p[0] for p in people) for key in range(4))]
        for n, people in enumerate([PEOPLE[:4], PEOPLE[4:]], 1)
    ]
    assert is_the_six(reading([header, *rows]))


def test_crowded_people_bring_their_years_and_relations(reading):
    cells = [
        "Nguyễn Văn Tám - 1961 - chủ hộ\nTrần Thị Sáu, sinh 1963\nNguyễn Văn Chín (con, SN 1990)\n"
        "Nguyễn Thị Mười (2017)"
    ]
    cells += ["Lê Thị Hai (chủ hộ, 1950)\nPhạm Văn Ba - 1975"]
    read = reading([["STT", "Họ và tên"], *([n, cell] for n, cell in enumerate(cells, 1))])
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS
    assert codes(read, "warning") == ["no_village"]


def test_members_in_a_cell_beside_the_head_are_read(reading):
    header = ["STT", "Họ tên chủ hộ", "Năm sinh", "Các thành viên khác"]
    members = ["Trần Thị Sáu (1963), Nguyễn Văn Chín (1990), Nguyễn Thị Mười (2017)", "Phạm Văn Ba (con, 1975)"]
    read = reading([header, [1, NAMES[0], 1961, members[0]], [2, NAMES[4], 1950, members[1]]])
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS


def test_members_who_cannot_be_parted_are_said_to_be_unread(reading):
    rows = [[1, "Nguyễn Văn Tám\nTrần Thị Sáu\nNguyễn Văn Chín", None, "1961\n1963"], [2, NAMES[4], "Chủ hộ", 1950]]
    read = reading([HEADER[:4], *rows])
    assert [(p.code, p.row, p.cell, p.detail["found"]) for p in read.problems if p.level == "error"] == [
        ("crowded", 2, "B2", 3)
    ]
    assert "3 người ghi chung một ô" in sentence(next(p for p in read.problems if p.code == "crowded"))


def test_a_name_on_two_lines_is_one_person(reading):
    rows = [[n, name.replace(" ", "\n", 1) if n == 1 else name, *rest] for n, name, *rest in NUMBERED]
    assert is_the_six(reading([HEADER, *rows]))


# One household twice


def test_a_copied_sheet_doubles_nobody(reading):
    read = reading({"DS": PLAIN, "DS (2)": PLAIN})
    assert is_the_six(read)
    assert (read.rows, [(v.rows, v.households) for v in read.villages]) == (6, [(6, 2)])
    assert [(p.sheet, p.row, p.detail["found"]) for p in read.problems if p.code == "households_twice"] == [
        ("DS (2)", 2, 2)
    ]


def test_a_copy_without_codes_adds_only_whom_it_alone_has(reading):
    more = [*PLAIN[:3], [3, "Nguyễn Văn Thêm", "Con", 1995, "Nam"], *PLAIN[3:]]
    read = reading({"DS": PLAIN, "Bản sao": more})
    assert homes(read) == [["Tám", "Sáu", "Chín", "Thêm"], ["Hai", "Ba"]]
    assert (read.rows, children(read)) == (7, 1)


@pytest.mark.parametrize("order", [["DS", "Chủ hộ"], ["Chủ hộ", "DS"]])
def test_a_sheet_of_heads_beside_the_list_doubles_nobody(reading, order):
    heads = [["STT", "Họ tên chủ hộ", "Địa chỉ"], [1, NAMES[0], "Ngõ 1"], [2, NAMES[4], "Ngõ 2"]]
    sheets = {"DS": PLAIN, "Chủ hộ": heads}
    read = reading({name: sheets[name] for name in order})
    assert is_the_six(read)
    assert [year for (year,) in adults(read, "birth_year")] == YEARS_OF_ADULTS
    assert {doubt for (doubt,) in adults(read, "doubt")} == {""}
    assert (read.rows, read.villages[0].households, [home.lane for home in read.households]) == (
        6,
        2,
        ["Ngõ 1", "Ngõ 2"],
    )


def test_households_with_other_codes_or_in_other_villages_stay_two(reading):
    rows = [["01", *PEOPLE[0]], ["01", *PEOPLE[1]], ["02", *PEOPLE[0]], ["02", *PEOPLE[1]]]
    assert homes(reading([["Mã hộ", *HEADER[1:]], *rows])) == [["Tám", "Sáu"], ["Tám", "Sáu"]]
    assert len(reading({"Thôn 1": PLAIN, "Thôn 2": PLAIN}).households) == 4


def test_a_list_pasted_twice_on_one_sheet_doubles_nobody(reading):
    header = ["STT hộ", *HEADER[1:]]
    rows = [[1, *PEOPLE[0]], [None, *PEOPLE[1]], [2, *PEOPLE[4]]]
    assert homes(reading([header, *rows, [], header, *rows])) == [["Tám", "Sáu"], ["Hai"]]


def test_two_people_alone_with_one_name_and_year_stay_two(reading):
    header = ["STT hộ", *HEADER[1:]]
    read = reading([header, [1, *PEOPLE[4]], [2, *PEOPLE[0]], [3, *PEOPLE[4]]])
    assert homes(read) == [["Hai"], ["Tám"], ["Hai"]]

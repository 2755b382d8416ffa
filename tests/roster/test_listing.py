"""Reading lists of households: the three real lists, the layouts offices use, and everything that can be wrong."""

import subprocess
import sys
import unicodedata
from datetime import date, datetime
from pathlib import Path

import hypothesis
import openpyxl
import pytest
import xlsxwriter
from hypothesis import strategies as st

from roster import apart, listing, villages
from roster.cells import year_of
from roster.names import relation_of, tidy_name
from roster.problems import SENTENCES, Problem, Unreadable, sentence
from roster.reading import Household, Person, Reading

DATA = Path(__file__).resolve().parents[1] / "data"
ENDS = date(2026, 12, 31)
HEADER = ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính", "Địa chỉ", "Điện thoại", "Ghi chú"]
TITLE = ["DANH SÁCH HỘ THÔN 4 (THẠCH HÒA CŨ)"]
LAN = [1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", "Ngõ 2", "0912345678"]


@pytest.fixture
def written(tmp_path):
    """Write a workbook from rows, or from {sheet name: rows}, and give its path."""

    def write(rows, name="list.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in (rows if isinstance(rows, dict) else {"DS hộ": rows}).items():
            sheet = book.create_sheet(title)
            for line in lines:
                sheet.append(line)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def reading(written):
    """Read rows laid out under a title and HEADER (so they begin on row 3), or {sheet: rows} as they are."""

    def read(rows, header=HEADER):
        whole = rows if isinstance(rows, dict) else [TITLE, header, *rows]
        return listing.read(written(whole), ends=ENDS)

    return read


@pytest.fixture
def refused(written):
    def refuse(rows):
        with pytest.raises(Unreadable) as caught:
            listing.read(written(rows), ends=ENDS)
        return caught.value.problem

    return refuse


def found(reading):
    return [(p.level, p.code, p.row, p.cell) for p in reading.problems]


def people(reading):
    return [(p.name, p.birth_year, p.sex, p.relation, p.phone) for home in reading.households for p in home.people]


def grouped(reading):
    """Each household as its code and the first words of its people."""
    return [(home.code, [p.name.split()[-1] for p in home.people]) for home in reading.households]


# The real lists


def counts(reading):
    adults = sum(len(home.people) for home in reading.households)
    small = sum(home.children_0_5 for home in reading.households)
    return len(reading.households), reading.rows, adults, small, sum(home.children_6_15 for home in reading.households)


def test_the_printed_list_is_read_whole():
    reading = listing.read(DATA / "danh-sach-thon-4.xlsx", "danh-sach-thon-4.xlsx", ends=ENDS)
    assert counts(reading) == (212, 797, 713, 33, 51)
    assert [(v.name, v.former, v.rows, v.households) for v in reading.villages] == [("Thôn 4", "Thạch Hòa", 797, 212)]
    assert [(c.letter, c.meaning) for c in reading.columns] == [
        ("A", "ordinal"),
        ("B", "name"),
        ("C", "relation"),
        ("D", "birth"),
        ("E", "male"),
        ("F", "female"),
        ("G", "lane"),
        ("H", "phone"),
        ("I", "note"),
    ]
    assert reading.columns[5].header == "Giới tính / Nữ"
    assert found(reading) == [("note", "totals_row", 806, ""), ("note", "row_not_read", 808, "")]
    assert reading.households[0] == Household(
        village=0,
        sheet="DS hộ",
        row=8,
        code="1",
        code_is_ordinal=True,
        lane="Xóm Suối",
        dwelling="house",
        people=[
            Person("Hà Quang Ân", 1970, "m", "head", "0383167162", 8),
            Person("Vũ Thị Kim Ư", 1967, "f", "spouse", None, 9),
            Person("Phùng Công Thắng", 2010, "m", "child", None, 10),
            Person("Lê Thị Thanh Oanh", 1995, "f", "child", None, 11),
        ],
    )
    second, third = reading.households[1:3]
    assert [p.name for p in second.people] == ["Hà Xuân Hải", "Hà Thị Thanh Mỵ", "Dương Văn Quý"]
    assert (second.children_0_5, second.children_6_15) == (1, 2)
    assert (third.lane, third.dwelling) == ("Khu nhà trọ ông Bình", "boarding")
    fifth = reading.households[4].people[0]
    assert (fifth.name, fifth.birth_year, fifth.phone) == ("Kiều Bá Dũng", 1974, "0746946952")


def test_every_name_of_the_printed_list_is_clean():
    reading = listing.read(DATA / "danh-sach-thon-4.xlsx", ends=ENDS)
    names = [p.name for home in reading.households for p in home.people]
    assert names == [unicodedata.normalize("NFC", " ".join(name.split())) for name in names]
    assert [name for name in names if name.isupper()] == []


def test_the_other_printed_list_names_its_village_only():
    reading = listing.read(DATA / "danh-sach-thon-trai-moi.xlsx", ends=ENDS)
    assert counts(reading) == (148, 561, 502, 24, 35)
    assert [(v.name, v.former) for v in reading.villages] == [("Thôn Trại Mới", "")]
    assert found(reading) == [("note", "totals_row", 570, ""), ("note", "row_not_read", 572, "")]


@pytest.fixture(scope="module")
def whole_commune():
    return apart.read_apart(DATA / "danh-sach-toan-xa.xlsx", "danh-sach-toan-xa.xlsx", ends=ENDS)


def test_the_flat_list_of_the_commune_is_read_whole(whole_commune):
    assert counts(whole_commune) == (8000, 30704, 26644, 1602, 2458)
    assert len(whole_commune.villages) == 20
    assert {v.households for v in whole_commune.villages} == {400}
    assert [v.name for v in whole_commune.villages][:11] == [f"Thôn {n}" for n in range(1, 11)] + ["Thôn Nhòn"]
    assert whole_commune.problems == []
    first = whole_commune.households[0]
    assert (first.code, first.code_is_ordinal, first.lane) == ("0001", False, "Ngõ 1")
    assert whole_commune.filename == "danh-sach-toan-xa.xlsx"


def test_a_reading_survives_being_stored(whole_commune):
    assert Reading.from_json(whole_commune.to_json()) == whole_commune


def test_reading_the_flat_list_stays_within_its_memory():
    code = (
        "import re, sys; from pathlib import Path; from roster import listing; from datetime import date;"
        f"r = listing.read({str(DATA / 'danh-sach-toan-xa.xlsx')!r}, ends=date(2026, 12, 31));"
        r"peak = re.search(r'VmHWM:\s+(\d+)', Path('/proc/self/status').read_text())[1];"
        "sys.stdout.write(f'{r.rows} {int(peak) // 1024}')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=DATA.parent.parent, capture_output=True, text=True)
    rows, megabytes = done.stdout.split()
    assert int(rows) == 30704
    assert int(megabytes) < 200


# Layouts


def test_children_become_counts_and_dates_become_years(reading):
    rows = [
        [1, "A Văn Một", "Chủ hộ", datetime(1980, 5, 31), "Nam"],
        [None, "A Văn Hai", "Con", "31/12/2010", "Nam"],
        [None, "A Văn Ba", "Con", "1-1-2011", "Nam"],
        [None, "A Văn Bốn", "Con", 2020, "Nam"],
        [None, "A Văn Năm", "Con", "15.3.2021", "Nam"],
        [None, "A Văn Sáu", "Con", "2026", "Nam"],
    ]
    home = reading(rows).households[0]
    assert [(p.name, p.birth_year) for p in home.people] == [("A Văn Một", 1980), ("A Văn Hai", 2010)]
    assert (home.children_6_15, home.children_0_5) == (2, 2)


def test_a_list_of_adults_says_nothing_of_children(reading):
    home = reading([LAN]).households[0]
    assert (home.children_0_5, home.children_6_15) == (None, None)


def test_notes_and_identity_numbers_are_never_kept(reading):
    header = ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", "Số CCCD", "Dân tộc", "Ghi chú", "Địa chỉ"]
    rows = [[1, "Trần Thị Lan", "Chủ hộ", "31/05/1970", "001170012345", "Mường", "hay ốm", "Ngõ 2 001170012345"]]
    stored = reading(rows, header)
    assert [(c.letter, c.meaning) for c in stored.columns][4:7] == [("E", "never"), ("F", "never"), ("G", "note")]
    kept = stored.to_json()
    assert [text for text in ("001170012345", "Mường", "hay ốm", "31/05") if text in kept] == []
    assert stored.households[0].lane == "Ngõ 2"


def test_headers_need_no_diacritics_and_may_follow_titles(reading):
    rows = [["UBND XA"], [], ["Danh sach thon Nhon"], ["Ma ho", "HO TEN", "QH voi chu ho", "NS", "GT", "SDT"]]
    rows += [["H01", "Tran Thi Lan", "chu ho", "1970", "nu", 912345678]]
    read = reading({"Sheet1": rows})
    assert people(read) == [("Tran Thi Lan", 1970, "f", "head", "0912345678")]
    assert (read.villages[0].name, read.households[0].code) == ("Thôn Nhon", "H01")


def test_a_title_over_the_header_is_not_part_of_it(reading):
    rows = [["Thôn", "Trại Mới"], HEADER, LAN]
    read = reading({"Sheet1": rows})
    assert (read.villages[0].name, read.rows, found(read)) == ("Thôn Trại Mới", 1, [])


def test_a_group_over_the_heads_columns_is_understood(reading):
    rows = [
        ["STT", "Chủ hộ", None, "Điện thoại"],
        [None, "Họ và tên", "Năm sinh", "Chủ hộ"],
        [1, "Trần Thị Lan", 1970, "0912345678"],
    ]
    read = reading({"Thôn 4": rows})
    assert [column.meaning for column in read.columns] == ["number", "head", "birth", "phone"]
    assert people(read) == [("Trần Thị Lan", 1970, None, "head", "0912345678")]


def test_years_under_nam_and_nu_give_sex_and_year(reading):
    rows = [
        ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", None, "SĐT"],
        [None, None, None, "Nam", "Nữ", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        [1, "Trần Văn An", "Chủ hộ", 1950, None, "0912345678"],
        [None, "Lê Thị Bình", "Vợ", None, "khoảng 1952"],
    ]
    read = reading({"Thôn 5": rows})
    assert people(read) == [
        ("Trần Văn An", 1950, "m", "head", "0912345678"),
        ("Lê Thị Bình", 1952, "f", "spouse", None),
    ]
    assert read.villages[0].name == "Thôn 5"


def test_a_lone_nu_column_means_the_others_are_men(reading):
    header = ["STT hộ", "Họ tên", "Quan hệ", "Năm sinh", "Nữ"]
    read = reading([[1, "An Văn A", "Chủ hộ", 1950, None], [None, "Lê Thị B", "Vợ", 1952, "x"]], header)
    assert [p.sex for p in read.households[0].people] == ["m", "f"]


def test_surname_and_given_name_columns_are_joined(reading):
    header = ["Mã hộ", "Họ và đệm", "Tên", "Quan hệ", "Năm sinh"]
    assert people(reading([["01", "Trần Thị", "Lan", "Chủ hộ", 1970]], header))[0][0] == "Trần Thị Lan"


def test_a_code_groups_people_wherever_they_stand(reading):
    header = ["Thôn", "Mã hộ", "Họ tên", "Quan hệ"]
    rows = [
        ["Thôn 1", "07", "Trần Văn An", "Chủ hộ"],
        ["Thôn 1", "08", "Lê Văn Bình", "Chủ hộ"],
        ["Thôn 1", "07", "Lê Thị Cúc", "Vợ"],
        ["Thôn 2", "07", "Vũ Văn Dũng", "Chủ hộ"],
    ]
    read = reading(rows, header)
    assert grouped(read) == [("07", ["An", "Cúc"]), ("08", ["Bình"]), ("07", ["Dũng"])]
    assert [home.village for home in read.households] == [0, 0, 1]


def test_without_numbers_a_head_begins_a_household(reading):
    header = ["STT", "Họ tên", "Quan hệ"]
    rows = [[1, "Trần Văn An", "Chủ hộ"], [2, "Lê Thị Cúc", "Vợ"], [3, "Vũ Văn Dũng", "Chủ hộ"]]
    assert grouped(reading(rows, header)) == [("", ["An", "Cúc"]), ("", ["Dũng"])]


def test_a_plain_stt_numbers_households_when_members_have_none(reading):
    header = ["STT", "Họ tên", "Năm sinh"]
    rows = [[1, "Trần Văn An", 1950], [None, "Lê Thị Cúc", 1952], [2, "Vũ Văn Dũng", 1960], [None, "Vũ Văn Em", 1990]]
    assert grouped(reading(rows, header)) == [("1", ["An", "Cúc"]), ("2", ["Dũng", "Em"])]


def test_the_heads_name_on_every_row_groups_people(reading):
    header = ["STT", "Họ tên chủ hộ", "Họ và tên", "Năm sinh"]
    rows = [
        [1, "Trần Văn An", "Trần Văn An", 1950],
        [2, "Trần Văn An", "Lê Thị Cúc", 1952],
        [3, "Vũ Văn Dũng", "Vũ Thị Em", 1990],
    ]
    read = reading(rows, header)
    assert grouped(read) == [("", ["An", "Cúc"]), ("", ["Em"])]
    assert [p[3] for p in people(read)] == ["head", "other", "other"]


def test_a_list_of_heads_is_one_household_a_row(reading):
    read = reading([[1, "Trần Văn An", "Ngõ 1"], [2, "Vũ Văn Dũng", "Ngõ 2"]], ["STT", "Họ tên chủ hộ", "Địa chỉ"])
    assert grouped(read) == [("1", ["An"]), ("2", ["Dũng"])]
    assert [home.code_is_ordinal for home in read.households] == [True, True]
    assert {p[3] for p in people(read)} == {"head"}


def test_sheets_may_be_villages_and_hidden_ones_are_left(written):
    path = written({"Thôn 1": [HEADER, LAN], "thon 2": [HEADER, LAN], "Bìa": [["Xã Hòa Lạc"]], "Nháp": [HEADER, LAN]})
    book = openpyxl.load_workbook(path)
    book["Nháp"].sheet_state = "hidden"
    book.save(path)
    read = listing.read(path, ends=ENDS)
    assert [(v.name, v.households) for v in read.villages] == [("Thôn 1", 1), ("Thôn 2", 1)]
    assert [(p.level, p.code, p.sheet) for p in read.problems] == [
        ("note", "sheet_not_read", "Bìa"),
        ("note", "hidden_sheet", "Nháp"),
    ]
    assert sentence(read.problems[0]) == "Trang “Bìa” không có dòng tiêu đề của danh sách hộ nên không đọc."


def test_a_summary_sheet_beside_the_list_is_left(written):
    summary = [["Thôn", "Số hộ", "Nam", "Nữ"], ["Thôn 4", 1, 0, 1]]
    read = listing.read(written({"Tổng hợp": summary, "Thôn 4": [HEADER, LAN]}), ends=ENDS)
    assert (read.rows, [(p.code, p.sheet) for p in read.problems]) == (1, [("sheet_not_read", "Tổng hợp")])


def test_a_village_line_inside_the_list_begins_another_village(reading):
    rows = [["THÔN 5"], LAN, ["Thôn 6"], HEADER, LAN]
    read = reading(rows)
    assert [(v.name, v.rows) for v in read.villages] == [("Thôn 5", 1), ("Thôn 6", 1)]


def test_a_village_and_its_former_commune_may_be_columns(reading):
    header = ["Xã cũ", "Thôn", "Mã hộ", "Họ tên", "Quan hệ"]
    rows = [
        ["Bình Yên", "4", "01", "Trần Văn An", "Chủ hộ"],
        [None, None, None, "Lê Thị Cúc", "Vợ"],
        ["Thạch Hòa", 4, "01", "Vũ Văn Dũng", "Chủ hộ"],
    ]
    read = reading({"Sheet1": [header, *rows]})
    assert [(v.name, v.former, v.rows) for v in read.villages] == [
        ("Thôn 4", "Bình Yên", 2),
        ("Thôn 4", "Thạch Hòa", 1),
    ]


def test_the_signers_name_under_the_totals_is_nobody_of_the_list(reading):
    rows = [LAN, [None, "Tổng cộng: 1 hộ, 1 nhân khẩu"], [None, None, None, "Người lập"], [None, "Vũ Văn Ký"]]
    read = reading(rows)
    assert [p[0] for p in people(read)] == ["Trần Thị Lan"]
    assert found(read) == [
        ("note", "totals_row", 4, ""),
        ("note", "row_not_read", 5, ""),
        ("note", "row_not_read", 6, ""),
    ]


def test_csv_is_read_like_excel(tmp_path):
    path = tmp_path / "list.csv"
    lines = ["DANH SÁCH THÔN 4", ";".join(HEADER), "1;TRẦN THỊ LAN;Chủ hộ;31/05/1970;Nữ;Ngõ 2;912345678;=1+1"]
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    read = listing.read(path, ends=ENDS)
    assert people(read) == [("Trần Thị Lan", 1970, "f", "head", "0912345678")]
    assert (read.villages[0].name, read.households[0].row, read.problems) == ("Thôn 4", 3, [])


def test_cached_values_of_formulas_are_used(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet("Thôn 4")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 1, LAN[1:])
        sheet.write_formula(1, 0, "=0+7", value=7)
        sheet.write_formula(1, 3, "=YEAR(TODAY())-56", value=1970)
        sheet.write_formula(1, 7, '=HYPERLINK("http://x")', value="x")
    read = listing.read(tmp_path / "list.xlsx", ends=ENDS)
    assert (read.households[0].code, read.households[0].people[0].birth_year, read.problems) == ("7", 1970, [])


# Problems that leave the rest of the list readable

WIFE = [None, "Vũ Thị Cúc", "Vợ", 1972, "Nữ"]
PROBLEMS = {
    "year before 1900": (
        [[1, "Trần Thị Lan", "Chủ hộ", 1826, "Nữ"]],
        ("error", "birth_impossible", 3, "D3"),
        "Ô D3, trang “DS hộ”: năm sinh 1826 không thể đúng (từ 1900 đến 2026). Người này được giữ, để trống năm sinh; "
        "sửa ô này rồi tải lại hoặc hỏi khi đến hộ.",
        [("Trần Thị Lan", None, "f", "head", None)],
    ),
    "year to come": (
        [[1, "Trần Thị Lan", "Chủ hộ", "1/1/2031", "Nữ"]],
        ("error", "birth_impossible", 3, "D3"),
        "Ô D3, trang “DS hộ”: năm sinh 2031 không thể đúng (từ 1900 đến 2026). Người này được giữ, để trống năm sinh; "
        "sửa ô này rồi tải lại hoặc hỏi khi đến hộ.",
        [("Trần Thị Lan", None, "f", "head", None)],
    ),
    "lunar year": (
        [[1, "Trần Thị Lan", "Chủ hộ", "Kỷ Sửu", "Nữ"]],
        ("warning", "birth_unclear", 3, "D3"),
        "Ô D3, trang “DS hộ”: không đọc được năm sinh. Người này được giữ, để trống năm sinh; "
        "ghi đủ 4 chữ số, như 1970, rồi tải lại.",
        [("Trần Thị Lan", None, "f", "head", None)],
    ),
    "no year": (
        [[1, "Trần Thị Lan", "Chủ hộ", None, "Nữ"]],
        ("warning", "birth_missing", 3, "D3"),
        "Ô D3, trang “DS hộ”: chưa có năm sinh. Người này được giữ; hỏi khi đến hộ.",
        [("Trần Thị Lan", None, "f", "head", None)],
    ),
    "year in a cell formatted as a date": (
        [[1, "Trần Thị Lan", "Chủ hộ", datetime(1905, 5, 23), "Nữ"]],
        ("warning", "birth_was_number", 3, "D3"),
        "Ô D3, trang “DS hộ”: ô định dạng ngày làm năm 1970 hiện thành một ngày của năm 1905. "
        "Đã lấy năm 1970; kiểm tra lại.",
        [("Trần Thị Lan", 1970, "f", "head", None)],
    ),
    "unknown sex": (
        [[1, "Trần Thị Lan", "Chủ hộ", 1970, "?!a"]],
        ("warning", "sex_unclear", 3, "E3"),
        "Ô E3, trang “DS hộ”: không hiểu giới tính nên để trống. Ghi Nam hoặc Nữ rồi tải lại.",
        [("Trần Thị Lan", 1970, None, "head", None)],
    ),
    "no phone number": (
        [[1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", None, "09123"]],
        ("warning", "phone_unclear", 3, "G3"),
        "Ô G3, trang “DS hộ”: không phải số điện thoại nên không lưu. Số di động có 10 chữ số, như 0912 345 678.",
        [("Trần Thị Lan", 1970, "f", "head", None)],
    ),
    "landline": (
        [[1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", None, "024 3368 1234"]],
        ("warning", "phone_landline", 3, "G3"),
        "Ô G3, trang “DS hộ”: là số máy bàn, đã lưu nhưng không nhắn tin được.",
        [("Trần Thị Lan", 1970, "f", "head", "02433681234")],
    ),
    "formula in a name": (
        [LAN, [None, "=B3", "Vợ", 1972, "Nữ"]],
        ("error", "formula_in_name", 4, "B4"),
        "Ô B4, trang “DS hộ”: họ tên là công thức chưa có kết quả nên người ở dòng này chưa được nhập. "
        "Mở tệp bằng Excel rồi lưu lại, hoặc gõ họ tên vào ô, rồi tải lại.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678")],
    ),
    "formula without a value": (
        [[1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", "=A1"]],
        ("warning", "formula_no_value", 3, "F3"),
        "Ô F3, trang “DS hộ”: ô “địa chỉ” là công thức không có kết quả nên để trống. Gõ giá trị vào ô.",
        [("Trần Thị Lan", 1970, "f", "head", None)],
    ),
    "one name in a legacy font": (
        [LAN, [None, "NguyÔn V¨n An", "Chồng", 1965, "Nam"], WIFE, WIFE[:1] + ["Đỗ Ân"] + WIFE[2:]],
        ("error", "legacy_name", 4, "B4"),
        "Ô B4, trang “DS hộ”: họ tên gõ bằng bảng mã cũ TCVN3 (.VnTime), người ở dòng này chưa được nhập. "
        "Gõ lại bằng Unicode rồi tải lại.",
        [
            ("Trần Thị Lan", 1970, "f", "head", "0912345678"),
            ("Vũ Thị Cúc", 1972, "f", "spouse", None),
            ("Đỗ Ân", 1972, "f", "spouse", None),
        ],
    ),
    "nameless person": (
        [LAN, [None, None, "Con", 1990, "Nam"]],
        ("warning", "name_missing", 4, "B4"),
        "Ô B4, trang “DS hộ”: người này không có họ tên. Vẫn được giữ; ghi họ tên khi đến hộ.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678"), (None, 1990, "m", "child", None)],
    ),
    "note in a name": (
        [[1, "TRẦN THỊ LAN 001170012345 (đi vắng)", "Chủ hộ", 1970, "Nữ"]],
        ("warning", "name_trimmed", 3, "B3"),
        "Ô B3, trang “DS hộ”: họ tên có chữ số, ký hiệu hoặc ghi chú; chỉ giữ phần tên “Trần Thị Lan”.",
        [("Trần Thị Lan", 1970, "f", "head", None)],
    ),
    "no head": (
        [[1, "Trần Thị Lan", "Vợ", 1970, "Nữ"]],
        ("warning", "no_head", 3, "C3"),
        "Ô C3, trang “DS hộ”: hộ này không có ai ghi “Chủ hộ”. Hộ vẫn được giữ, người đầu tiên là người liên hệ; "
        "sửa cột quan hệ nếu có chủ hộ.",
        [("Trần Thị Lan", 1970, "f", "spouse", None)],
    ),
    "two heads": (
        [LAN, [1, "Vũ Thị Cúc", "Chủ hộ", 1972, "Nữ"]],
        ("warning", "two_heads", 4, "C4"),
        "Ô C4, trang “DS hộ”: hộ này đã có chủ hộ ở dòng 3. Người này được giữ, quan hệ ghi là khác.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678"), ("Vũ Thị Cúc", 1972, "f", "other", None)],
    ),
    "head under 16": (
        [[1, "Trần Thị Lan", "Chủ hộ", 2015, "Nữ"], WIFE],
        ("warning", "child_head", 3, "D3"),
        "Ô D3, trang “DS hộ”: chủ hộ sinh năm 2015, chưa đủ 16 tuổi nên chỉ được đếm là trẻ em. Kiểm tra lại năm sinh.",
        [("Vũ Thị Cúc", 1972, "f", "spouse", None)],
    ),
    "head without a number": (
        [LAN, [None, "Vũ Thị Cúc", "Chủ hộ", 1972, "Nữ"]],
        ("warning", "head_without_number", 4, "A4"),
        "Ô A4, trang “DS hộ”: ghi “Chủ hộ” nhưng ô số hộ để trống, đã tách thành hộ mới. "
        "Nếu cùng hộ với dòng trên thì sửa cột quan hệ.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678"), ("Vũ Thị Cúc", 1972, "f", "head", None)],
    ),
    "nobody above": (
        [[None, "Vũ Thị Cúc", "Chủ hộ", 1972, "Nữ"], LAN],
        ("warning", "no_household_number", 3, "A3"),
        "Ô A3, trang “DS hộ”: chưa có số hộ nào ở trên. Người này được xếp vào một hộ mới không số.",
        [("Vũ Thị Cúc", 1972, "f", "head", None), ("Trần Thị Lan", 1970, "f", "head", "0912345678")],
    ),
    "number used twice": (
        [LAN, [2, "Vũ Thị Cúc", "Chủ hộ", 1972, "Nữ"], [1, "Đỗ Văn Ân", "Chủ hộ", 1980, "Nam"]],
        ("warning", "number_repeats", 5, "A5"),
        "Ô A5, trang “DS hộ”: số hộ 1 đã dùng ở dòng 3. Đã coi là hộ khác; nếu cùng hộ thì xếp các dòng liền nhau.",
        [
            ("Trần Thị Lan", 1970, "f", "head", "0912345678"),
            ("Vũ Thị Cúc", 1972, "f", "head", None),
            ("Đỗ Văn Ân", 1980, "m", "head", None),
        ],
    ),
    "identity number as household number": (
        [["001170012345", *LAN[1:]]],
        ("warning", "code_not_kept", 3, "A3"),
        "Ô A3, trang “DS hộ”: mã hộ quá dài hoặc giống số giấy tờ nên không lưu, chỉ dùng để gộp người cùng hộ.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678")],
    ),
    "same person twice": (
        [LAN, [None, "TRẦN THỊ  LAN", "Con", "1/1/1970", "Nữ"]],
        ("warning", "duplicate", 4, "B4"),
        "Ô B4, trang “DS hộ”: trùng họ tên và năm sinh với dòng 3 trong cùng hộ nên không nhập lần nữa. "
        "Nếu là hai người thì ghi rõ thêm tên.",
        [("Trần Thị Lan", 1970, "f", "head", "0912345678")],
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_problem_is_told_with_its_place_and_the_rest_is_kept(reading, case):
    rows, problem, words, kept = PROBLEMS[case]
    read = reading(rows)
    assert found(read) == [problem]
    assert sentence(read.problems[0]) == words
    assert people(read) == kept
    assert read.problem_counts == {"error": 0, "warning": 0, "note": 0} | {problem[0]: 1}


def test_marks_under_both_sexes_leave_it_blank(reading):
    header = ["STT hộ", "Họ tên", "Quan hệ", "Năm sinh", "Nam", "Nữ"]
    read = reading([[1, "Trần Thị Lan", "Chủ hộ", 1970, "x", "x"]], header)
    assert (found(read), people(read)[0][2]) == ([("warning", "sex_both", 3, "F3")], None)
    assert sentence(read.problems[0]) == (
        "Ô F3, trang “DS hộ”: đánh dấu cả cột Nam và cột Nữ nên để trống. Xóa một dấu rồi tải lại."
    )


def test_two_columns_with_one_meaning_use_the_first(reading):
    read = reading([[1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", 1999]], [*HEADER[:5], "Ngày sinh"])
    assert (found(read), people(read)[0][1]) == ([("warning", "two_columns", 2, "F2")], 1970)
    assert sentence(read.problems[0]) == (
        "Ô F2, trang “DS hộ”: có hai cột cùng nghĩa “năm sinh”, chỉ đọc cột D. Nếu cần cột này thì đổi tên cột kia."
    )


def test_totals_that_differ_from_the_rows_are_told(reading):
    read = reading([LAN, WIFE, ["Tổng cộng: 2 hộ, 1.002 nhân khẩu"]])
    assert found(read) == [
        ("note", "totals_row", 5, ""),
        ("warning", "total_differs", 5, ""),
        ("warning", "total_differs", 5, ""),
    ]
    assert [sentence(p) for p in read.problems] == [
        "Dòng 5, trang “DS hộ”: dòng tổng cộng, không tính là người.",
        "Dòng 5, trang “DS hộ”: dòng tổng cộng ghi 2 hộ nhưng đọc được 1. "
        "Kiểm tra xem danh sách có thiếu dòng nào không.",
        "Dòng 5, trang “DS hộ”: dòng tổng cộng ghi 1.002 nhân khẩu nhưng đọc được 2. "
        "Kiểm tra xem danh sách có thiếu dòng nào không.",
    ]


def test_a_list_that_names_no_village_says_so_once(reading):
    read = reading({"Sheet1": [HEADER, LAN, WIFE]})
    assert found(read) == [("warning", "no_village", 2, "")]
    assert sentence(read.problems[0]) == (
        "Dòng 2, trang “Sheet1”: danh sách không ghi thôn nào. "
        "Chọn thôn ở bước xem trước, hoặc ghi tên thôn trên tiêu đề."
    )
    assert [(v.name, v.rows) for v in read.villages] == [("", 2)]


def test_a_thousand_problems_of_a_level_are_listed_and_all_are_counted(reading):
    read = reading([[n, f"Trần Văn A{chr(97 + n % 26)}", "Vợ", 1970, "Nam"] for n in range(1, 1203)])
    assert (len(read.problems), read.problem_counts["warning"]) == (1000, 1202)


CELLS = [
    1,
    2,
    12,
    1826,
    1970,
    2015,
    2031,
    "x",
    "Nam",
    "Chủ hộ",
    "Con",
    "Lê Thị An",
    "TRẦN BÌNH (mất)",
    "Cộng",
    "Thôn 5",
]
CELLS += ["=1", "?", "0912345678", "001170012345", "khoảng 1950", "15/3/20", datetime(1970, 5, 31), None, None, None]


@hypothesis.given(rows=st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=9), min_size=1, max_size=12))
@hypothesis.settings(max_examples=60, deadline=None)
def test_whatever_the_cells_hold_everyone_read_is_somewhere_once(tmp_path_factory, rows):
    book = openpyxl.Workbook()
    for row in [HEADER, LAN, *rows]:
        book.active.append(row)
    path = tmp_path_factory.mktemp("any") / "list.xlsx"
    book.save(path)
    read = listing.read(path, ends=ENDS)
    children = sum((home.children_0_5 or 0) + (home.children_6_15 or 0) for home in read.households)
    assert len(people(read)) + children == read.rows == sum(village.rows for village in read.villages)
    assert max([p.birth_year for home in read.households for p in home.people if p.birth_year], default=0) <= 2010
    assert Reading.from_json(read.to_json()) == read


# Files that cannot be used as a whole


def test_a_missing_name_column_is_refused_at_its_header(refused):
    problem = refused([TITLE, ["STT hộ", "Quan hệ", "Năm sinh", "Giới tính"], [1, "Chủ hộ", 1970, "Nữ"]])
    assert (problem.code, problem.row) == ("no_name_column", 2)
    assert sentence(problem) == (
        "Dòng 2, trang “DS hộ”: dòng tiêu đề không có cột “Họ và tên”. Thêm hoặc sửa tên cột đó rồi tải lên."
    )


def test_two_header_lines_that_disagree_are_refused(refused):
    lower = ["STT hộ", "Năm sinh", "Quan hệ", "Họ và tên", "Giới tính"]
    problem = refused([TITLE, HEADER[:5], lower, LAN])
    assert (problem.code, problem.row, problem.cell) == ("headers_disagree", 3, "B3")
    assert sentence(problem) == (
        "Ô B3, trang “DS hộ”: hai dòng tiêu đề không khớp nhau, ô B2 ghi “Họ và tên” còn ô này ghi “Năm sinh”. "
        "Sửa cho mỗi cột một nghĩa rồi tải lên."
    )


def test_somebody_called_nam_is_no_header(reading):
    read = reading([LAN, [None, "Nam", "Chủ hộ", None, "Nam"], [3, "Nam", "Chủ hộ", "Nam", "Nam"]])
    assert [person[0] for person in people(read)] == ["Trần Thị Lan", "Nam", "Nam"]


def test_another_header_lower_down_that_disagrees_is_refused(refused):
    lower = ["STT hộ", "Họ và tên", "Năm sinh", "Quan hệ", "Giới tính"]
    problem = refused([TITLE, HEADER, LAN, lower, LAN])
    assert (problem.code, problem.row, problem.cell) == ("headers_disagree", 4, "C4")
    assert problem.detail == {"other": "C2", "first": "Quan hệ", "second": "Năm sinh"}


def test_a_header_printed_again_on_each_page_is_passed_over(reading):
    read = reading([LAN, HEADER, [2, "Vũ Thị Cúc", "Chủ hộ", 1972, "Nữ"]])
    assert (grouped(read), read.problems) == ([("1", ["Lan"]), ("2", ["Cúc"])], [])


def test_a_list_that_does_not_say_who_lives_together_is_refused(refused):
    problem = refused([["STT", "Họ và tên", "Năm sinh"], [1, "Trần Thị Lan", 1970], [2, "Vũ Thị Cúc", 1972]])
    assert (problem.code, problem.row) == ("no_household_column", 1)
    assert sentence(problem) == (
        "Dòng 1, trang “DS hộ”: không biết ai ở chung một hộ. Thêm một cột: “STT hộ”, “Mã hộ”, “Họ tên chủ hộ” "
        "hoặc “Quan hệ với chủ hộ”, rồi tải lên."
    )


def test_a_sheet_without_a_header_is_refused(refused):
    problem = refused([["Trần Thị Lan", 1970], ["Vũ Thị Cúc", 1972]])
    assert sentence(problem) == (
        "Không thấy dòng tiêu đề trong 40 dòng đầu. Thêm một dòng ghi tên cột, như: STT hộ, Họ và tên, "
        "Quan hệ với chủ hộ, Năm sinh, Giới tính."
    )


def test_a_header_without_people_is_refused(refused):
    assert sentence(refused([TITLE, HEADER])) == ("Dưới dòng tiêu đề không có người nào. Kiểm tra lại tệp rồi tải lên.")


LEGACY = {
    "TCVN3 (.VnTime)": (["STT hé", "Hä vµ tªn", "Quan hÖ", "N¨m sinh"], [1, "NguyÔn V¨n An", "Chñ hé", 1970]),
    "VNI": (["STT hoä", "Hoï vaø teân", "Quan heä", "Naêm sinh"], [1, "Nguyeãn Vaên An", "Chuû hoä", 1970]),
}


@pytest.mark.parametrize("font", LEGACY)
def test_a_list_in_a_legacy_font_is_refused_politely(refused, font):
    header, row = LEGACY[font]
    problem = refused([["DANH SACH"], header, row])
    assert (problem.code, problem.row, problem.detail) == ("legacy_font", 2, {"font": font})
    assert sentence(problem) == (
        f"Ô {problem.cell}, trang “DS hộ”: chữ gõ bằng bảng mã cũ {font}, không phải Unicode. "
        "Dùng Unikey (Công cụ chuyển mã) chuyển cả trang sang Unicode rồi tải lên."
    )


@pytest.mark.parametrize(("name", "code"), [("NguyÔn V¨n T©m", "legacy_name"), ("=A1&B1", "formula_in_name")])
def test_a_list_of_nobody_says_why_its_first_row_was_left_out(refused, name, code):
    problem = refused([["Số hộ", "Họ và tên", "Quan hệ", "Năm sinh"], [1, name, "Chủ hộ", 1970]])
    assert (problem.code, problem.row, problem.cell) == (code, 2, "B2")


def test_plain_headers_over_legacy_names_are_refused_too(refused):
    rows = [[n, name, "Con", 1970] for n, name in enumerate(["NguyÔn V¨n An", "TrÇn ThÞ Hång", "§ç V¨n B×nh"])]
    assert refused([["STT ho", "Ho va ten", "Quan he", "Nam sinh"], *rows]).code == "legacy_font"


# A process of its own


def test_reading_apart_gives_the_same_refusal(written):
    path = written([TITLE, ["STT hộ", "Quan hệ", "Năm sinh"], [1, "Chủ hộ", 1970]])
    with pytest.raises(Unreadable) as in_a_process:
        apart.read_apart(path, ends=ENDS)
    with pytest.raises(Unreadable) as at_once:
        listing.read(path, ends=ENDS)
    assert in_a_process.value.problem == at_once.value.problem


def test_a_file_that_takes_too_long_is_given_up(written, monkeypatch):
    monkeypatch.setattr(apart, "TIME_LIMIT", 0.01)
    with pytest.raises(Unreadable) as caught:
        apart.read_apart(written([TITLE, HEADER, LAN]), ends=ENDS)
    assert sentence(caught.value.problem) == (
        "Đọc tệp này quá lâu nên đã dừng. Sao chép danh sách sang một tệp .xlsx mới rồi tải lên."
    )


def test_a_reader_that_fails_is_logged_without_what_cells_say(written, monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Unreadable) as caught:
        apart.read_apart(written([TITLE, HEADER, LAN]), ends=ENDS)
    assert caught.value.code == "damaged"
    assert [record.getMessage() for record in caplog.records] == ["reading a list failed with 1 at []"]


def test_the_reader_takes_bounded_memory():
    code = "from roster import __main__ as child; child.limit_memory(); x = bytearray(child.MOST_MEMORY)"
    done = subprocess.run([sys.executable, "-c", code], cwd=DATA.parent.parent, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "MemoryError"


def test_villages_are_read_apart_like_here():
    assert apart.read_areas_apart(DATA / "thon.csv") == villages.read_areas(DATA / "thon.csv")


# Small pieces


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Chủ hộ", "head"),
        ("CHỦ HỘ", "head"),
        ("chu ho", "head"),
        ("Vợ", "spouse"),
        ("chồng", "spouse"),
        ("Con gái", "child"),
        ("Con dâu", "child"),
        ("Mẹ vợ", "parent"),
        ("Ba", "parent"),
        ("Bà", "other"),
        ("Cháu nội", "grandchild"),
        ("Cháu họ", "other"),
        ("Em trai", "sibling"),
        ("Chú họ", "other"),
        ("ở nhờ", "other"),
        ("Không phải chủ hộ", "other"),
    ],
)
def test_relations(text, relation):
    assert relation_of(text) == relation


def test_names_are_tidied():
    assert tidy_name("1. NGUYỄN  VĂN A (đã mất") == "Nguyễn Văn A"
    assert tidy_name("K'Brơi") == "K'Brơi"
    assert tidy_name("@+-=2") == ""
    assert len(tidy_name("a" * 5000)) == 120


def test_years_of_birth_cells():
    assert year_of(datetime(1970, 5, 31), 2026) == (1970, False)
    assert year_of(1970, 2026) == (1970, False)
    assert year_of(5032016, 2026) == (2016, False)
    assert year_of(56, 2026) == (None, False)
    assert year_of(datetime(1905, 5, 23), 2026) == (1970, True)
    assert year_of(datetime(1905, 1, 23), 2026) == (1905, False)


def test_every_sentence_says_what_it_is_given():
    names = "age count error first font found last most name now number other said second text unit was year".split()
    detail = {name: f"<{name}>" for name in names} | {"meaning": "birth"}
    for code, text in SENTENCES.items():
        words = sentence(Problem("warning", code, "Thôn 4", 3, "A3", detail))
        assert [name for name in names if f"%({name})s" in text and f"<{name}>" not in words] == []
        assert "%(" not in words


def test_sentences_are_translated_with_their_parts():
    english = {
        SENTENCES["formula_no_value"]: "%(where)s: no value for %(meaning)s",
        "Ô %(cell)s": "cell %(cell)s",
        "trang “%(sheet)s”": "sheet “%(sheet)s”",
        "năm sinh": "year of birth",
    }
    problem = Problem("warning", "formula_no_value", "DS hộ", 3, "A3", {"meaning": "birth"})
    assert sentence(problem, english.get) == "Cell A3, sheet “DS hộ”: no value for year of birth"


def test_one_child_among_many_adults_takes_no_count_of_children_back(reading):
    """A list of adults with one child by mistake says nothing of the children of the other households."""
    adults = [[number, f"Hà Thị {chr(65 + number)}", "Chủ hộ", 1950 + number, "Nữ"] for number in range(1, 26)]
    homes = reading([*adults, [25, "Hà Văn Bé", "Con", 2018, "Nam"]]).households
    assert {(home.children_0_5, home.children_6_15) for home in homes} == {(None, None), (0, 1)}
    assert [home.code for home in homes if home.children_6_15] == ["25"]

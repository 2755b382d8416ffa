"""Files as programs and offices really leave them: damaged for one program, whole for another."""

import io
import json
import random
import re
import zipfile
from datetime import date
from pathlib import Path

import hypothesis
import pytest
import xlsxwriter
from hypothesis import strategies as st

from roster import __main__ as child
from roster import apart, listing, spreadsheet, villages
from roster.delimited import split_lines
from roster.markup import read_markup
from roster.opendocument import read_open_document
from roster.problems import Unreadable, sentence
from tests.roster.xlsb import xlsb

MESSY = Path(__file__).resolve().parents[1] / "data" / "messy"
EXPECTED = json.loads((MESSY / "expected.json").read_text())
ENDS = date(2026, 12, 31)
HEADER = ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính", "Địa chỉ", "Điện thoại"]
LAN = [1, "Trần Thị Lan", "Chủ hộ", 1970, "Nữ", "Ngõ 2", "0912345678"]
DUNG = [2, "Vũ Văn Dũng", "Chủ hộ", 1960, "Nam", "Ngõ 5", "0987654321"]


def read(path):
    return listing.read(path, ends=ENDS)


def people(reading):
    return [(p.name, p.birth_year, p.sex) for home in reading.households for p in home.people]


def found(reading):
    return [(p.code, p.cell) for p in reading.problems]


@pytest.fixture
def listed(tmp_path):
    """Read a list that `fill(sheet, book)` writes below a header, with XlsxWriter."""

    def write(fill, header=HEADER):
        path = tmp_path / "list.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("DS")
            sheet.write_row(0, 0, header)
            fill(sheet, book)
        return path

    return write


def changed(path, change):
    """The bytes of a workbook whose parts went through `change(name, content)`, which gives both anew."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return stream.getvalue()


# Other programs, other formats


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.startswith("s-")])
def test_what_one_program_calls_damaged_is_read_whole(name):
    reading, right = read(MESSY / name), EXPECTED[name]
    assert (len(reading.households), reading.rows) == (right["households"], right["people"])
    assert right.get("name", "Nguyễn Văn An") in [person[0] for person in people(reading)]
    assert [p for p in reading.problems if p.level != "note"] == []


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_old_excel_and_libreoffice_are_read_as_their_xlsx(name):
    reading = read(MESSY / name)
    assert people(reading) == [("Trần Thị Lan", 1958, "f"), ("Lê Văn Bình", 1955, "m"), ("Vũ Văn Dũng", 1960, "m")]
    assert [home.children_0_5 for home in reading.households] == [1, 0]
    assert [(v.name, v.former) for v in reading.villages] == [("Thôn 4", "Thạch Hòa")]
    assert found(reading) == [("hidden_sheet", "")]


def test_a_binary_workbook_is_read(tmp_path):
    (tmp_path / "list.xlsb").write_bytes(xlsb([["THÔN 4"], HEADER, LAN, DUNG]))
    reading = read(tmp_path / "list.xlsb")
    assert people(reading) == [("Trần Thị Lan", 1970, "f"), ("Vũ Văn Dũng", 1960, "m")]
    assert (reading.problems, [home.lane for home in reading.households]) == ([], ["Ngõ 2", "Ngõ 5"])


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def strict(name, content):
    for loose, tight in STRICT.items():
        content = content.replace(loose, tight)
    return name, content


def prefixed(name, content):
    """Every element of the sheets in a namespace prefix, as some libraries write them."""
    if not name.startswith("xl/worksheets/sheet"):
        return name, content
    content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content)
    return name, content.replace(b"xmlns=", b"xmlns:x=")


CLOTHES = {
    "strict Open XML": strict,
    "backslashes": lambda name, content: (name.replace("/", "\\"), content),
    "another case": lambda name, content: (name.replace("sheet1.xml", "Sheet1.XML"), content),
    "prefixed elements": prefixed,
}


@pytest.mark.parametrize("clothes", CLOTHES)
def test_a_workbook_in_other_clothes_tells_the_same(listed, clothes):
    def fill(sheet, book):
        struck = book.add_format({"font_strikeout": True})
        sheet.write_row(1, 0, LAN)
        sheet.write_row(2, 0, DUNG, struck)
        sheet.write_formula(3, 1, "=1/0", value="#DIV/0!")
        sheet.write_row(3, 2, LAN[2:])
        sheet.set_row(3, None, None, {"hidden": True})

    path = listed(fill)
    plain = spreadsheet.open_sheets(path)
    path.write_bytes(changed(path, CLOTHES[clothes]))
    assert spreadsheet.open_sheets(path) == plain
    assert (plain[0].struck, plain[0].filtered, plain[0].errors) == ({3}, {4}, {(4, 1): "#DIV/0!"})


@pytest.mark.parametrize("name", ["password.xls", "password.ods"])
def test_a_password_is_told_in_every_format(name):
    with pytest.raises(Unreadable) as caught:
        read(MESSY / name)
    assert sentence(caught.value.problem) == (
        "Tệp này đặt mật khẩu nên không đọc được. Mở bằng Excel, bỏ mật khẩu, lưu dưới dạng .xlsx rồi tải lên."
    )


def test_a_text_of_libreoffice_is_no_spreadsheet(tmp_path):
    def text(name, content):
        return name, content.replace(b"opendocument.spreadsheet", b"opendocument.text")

    (tmp_path / "letter.odt").write_bytes(changed(MESSY / "list.ods", text))
    with pytest.raises(Unreadable) as caught:
        read(tmp_path / "letter.odt")
    assert caught.value.code == "not_spreadsheet"


def repeated(name, content):
    """An .ods whose one cell is said to stand in millions of cells."""
    cells = b'table:number-columns-repeated="60"'
    return name, re.sub(
        rb"<table:table-row[^>]*>\s*<table:table-cell",
        rb'<table:table-row table:number-rows-repeated="1048576"><table:table-cell ' + cells,
        content,
        count=1,
    )


def test_few_bytes_that_mean_millions_of_cells_are_refused(listed, tmp_path):
    far = listed(lambda sheet, book: sheet.write(2**20 - 1, 16_383, "x"))
    (tmp_path / "bomb.ods").write_bytes(changed(MESSY / "list.ods", repeated))
    for path in (far, tmp_path / "bomb.ods"):
        with pytest.raises(Unreadable) as caught:
            apart.read_apart(path, ends=ENDS)
        assert caught.value.code == "inflates", path


def test_a_stray_space_at_the_bottom_of_the_sheet_costs_nobody(listed):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN)
        sheet.write(2**20 - 1, 6, " ")

    reading = apart.read_apart(listed(fill), ends=ENDS)
    assert people(reading) == [("Trần Thị Lan", 1970, "f")]
    assert child.MOST_MEMORY == 400 * 2**20


def test_a_damaged_old_workbook_is_read_or_refused_and_nothing_else(tmp_path):
    whole, damage, path = (MESSY / "list.xls").read_bytes(), random.Random(7), tmp_path / "list.xls"
    ends = set()
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(5):
            content[damage.randrange(len(content))] = damage.randrange(256)
        path.write_bytes(content)
        try:
            ends.add(type(spreadsheet.open_sheets(path)))
        except Unreadable as error:
            ends.add(error.code)
    assert ends >= {list, "damaged"}


# Errors and formulas


def test_an_error_of_any_program_is_nobody_and_no_lane():
    reading = read(MESSY / "errors.xlsx")
    assert people(reading) == [(None, 1970, "m"), (None, 1972, "f"), (None, 1972, "f"), (None, 1960, "f")]
    assert [home.lane for home in reading.households] == ["", "", "x"]
    assert [cell for code, cell in found(reading) if code == "cell_error"] == ["C2", "G2", "C3", "G3", "C4", "G4", "C5"]
    assert sentence(next(p for p in reading.problems if p.cell == "C3")) == (
        "Ô C3, trang “DS”: ô “họ và tên” báo lỗi “Loading...” nên coi là để trống. Gõ giá trị vào ô rồi tải lại."
    )


ERRORS = "#ERROR! #SPILL! #N/A #REF! #NAME? #VALUE! #DIV/0! #NUM! #NULL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! "
ERRORS += "#GETTING_DATA #UNKNOWN! #EXTERNAL! #LỖI! Err:502 Lỗi:502 Loading... Loading… ###### NULL NaN"


ANYWHERE = [("#ERROR!", column) for column in range(len(HEADER))]
ANYWHERE += [(text, 1) for text in [*ERRORS.split(), "Đang tải...", "#N/A N/A", "Err: 508"]]


@pytest.mark.parametrize(("text", "column"), ANYWHERE)
def test_an_error_is_empty_in_every_column(listed, text, column):
    def read_with(value):
        person = [*LAN[:column], value, *LAN[column + 1 :]]
        return read(listed(lambda sheet, book: [sheet.write_row(1, 0, DUNG), write_texts(sheet, 2, person)]))

    reading = read_with(text)
    assert reading.households == read_with(None).households
    assert ("cell_error", f"{'ABCDEFG'[column]}3") in found(reading)


def write_texts(sheet, row, values):
    for column, value in enumerate(values):
        sheet.write_string(row, column, str(value or ""))


@pytest.mark.parametrize("name", ["Nguyễn Văn Lỗi", "Err Văn Na", "Lê Thị Loading", "Đặng Null", "NA"])
def test_a_name_that_only_looks_like_an_error_stays(listed, name):
    assert people(read(listed(lambda sheet, book: sheet.write_row(1, 0, [1, name, *LAN[2:]]))))[0][0] is not None


def test_the_last_value_of_a_formula_is_read(listed):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN)
        sheet.write_formula(1, 1, '="Trần"&" Thị Lan"', value="Trần Thị Lan")
        sheet.write_formula(1, 3, "=2026-56", value=1970)
        sheet.write_formula(1, 5, '=""', value="")

    def as_excel(name, content):
        return name, content.replace(b'<c r="F2"><f>', b'<c r="F2" t="str"><f>')

    path = listed(fill)
    path.write_bytes(changed(path, as_excel))
    reading = read(path)
    assert (people(reading), found(reading)) == ([("Trần Thị Lan", 1970, "f")], [("no_village", "")])


def test_an_error_in_the_list_of_villages_is_said_too(tmp_path):
    path = tmp_path / "thon.csv"
    path.write_text("mã,tên thôn,số hộ,nguồn\nT1,Thôn 1,#N/A,xã\nT2,#REF!,20,xã\n")
    areas, problems = villages.read_areas(path)
    assert [(area["name"], area["households"]) for area in areas] == [("Thôn 1", None)]
    assert [(p.code, p.cell) for p in problems] == [
        ("cell_error", "C2"),
        ("cell_error", "B3"),
        ("area_without_name", "B3"),
    ]


# What a spreadsheet made of a value


MARKED = [*HEADER[:4], "Nam", "Nữ", "Địa chỉ"]


MARKS = ["x", "X", "√", "✓", "✔", "☑", "*", "+", "1", 1, "v", "ü", "TRUE", True, "ĐÚNG"]
BLANKS = [None, "", "-", "0", 0, "FALSE", False, "☐", "không"]


@pytest.mark.parametrize(("mark", "blank"), [(mark, None) for mark in MARKS] + [("x", blank) for blank in BLANKS])
def test_marks_under_male_and_female(listed, mark, blank):
    rows = [[1, "Trần Thị Lan", "Chủ hộ", 1970, blank, mark], [2, "Vũ Văn Dũng", "Chủ hộ", 1960, mark, blank]]
    reading = read(listed(lambda sheet, book: [sheet.write_row(n, 0, row) for n, row in enumerate(rows, 1)], MARKED))
    assert [person[2] for person in people(reading)] == ["f", "m"]


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (1.97, 1970),
        (1.9, 1900),
        (2.001, 2001),
        ("1.970", 1970),
        ("1,970", 1970),
        ("1 970", 1970),
        ("1970.0", 1970),
        ("1970,0", 1970),
        ("1.970,0", 1970),
        ("１９７０", 1970),
        ("３１/５/１９７０", 1970),
        (1.5, None),
        ("1.97", None),
        (2, None),
    ],
)
def test_years_that_a_spreadsheet_took_for_other_numbers(listed, value, year):
    person = [1, "Trần Thị Lan", "Chủ hộ", value, "Nữ"]
    reading = read(listed(lambda sheet, book: sheet.write_row(1, 0, person)))
    assert people(reading) == [("Trần Thị Lan", year, "f")]
    assert ("birth_unclear" in [code for code, _ in found(reading)]) == (year is None)


def test_a_number_or_lane_that_became_a_date_comes_back_and_is_asked_about(listed):
    def fill(sheet, book):
        day = book.add_format({"num_format": "d-mmm"})
        for row, (person, month) in enumerate([(LAN, 3), (DUNG, 4)], 1):
            sheet.write_row(row, 0, person)
            sheet.write_datetime(row, 0, date(2026, month, 12), day)
            sheet.write_datetime(row, 5, date(2026, month, 5), day)

    reading = read(listed(fill))
    assert [(home.code, home.lane) for home in reading.households] == [("12/3", "5/3"), ("12/4", "5/4")]
    assert [cell for code, cell in found(reading) if code == "was_date"] == ["A2", "F2", "A3", "F3"]
    assert sentence(next(p for p in reading.problems if p.cell == "F2")) == (
        "Ô F2, trang “DS”: ô “địa chỉ” đã bị đổi thành ngày tháng. Đã lấy “5/3”; "
        "nếu không đúng thì gõ lại với dấu nháy ' ở đầu rồi tải lại."
    )


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("12-Mar", "12/3"),
        ("5-thg 3", "5/3"),
        ("12-Thg12", "12/12"),
        ("2026-03-12 00:00:00", "12/3"),
        ("2026-03-05", "5/3"),
        ("12/03/2026", "12/3"),
        ("Ngõ 12/3", None),
        ("12/3", None),
        ("12-3", None),
        ("12032026", None),
    ],
)
def test_a_lane_written_as_a_date_comes_back_too(listed, text, typed):
    reading = read(listed(lambda sheet, book: sheet.write_row(1, 0, [*LAN[:5], text])))
    assert reading.households[0].lane == (typed or text)
    assert ("was_date", "F2") in found(reading) if typed else ("was_date", "F2") not in found(reading)


def test_numbers_that_a_program_wrote_as_text_or_in_full_width(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "ＳＴＴ hộ,Họ và tên,Quan hệ,Năm sinh,Giới tính,Điện thoại\n"
        "1.0,Trần Thị Lan,Chủ hộ,1970.0,Nữ,912345678.0\n"
        "1,Lê Văn Bình,Chồng,1968.0,Nam,\n"
        "２,Vũ Văn Dũng,Chủ hộ,１９６０,Nam,０９８７６５４３２１\n"
        '="03",Hà Thị Em,Chủ hộ,1962,Nữ,="0987654322"\n'
    )
    reading = read(path)
    assert [(home.code, len(home.people)) for home in reading.households] == [("1", 2), ("2", 1), ("03", 1)]
    phones = [person.phone for home in reading.households for person in home.people]
    assert phones == ["0912345678", None, "0987654321", "0987654322"]
    assert found(reading) == [("no_village", "")]


@pytest.mark.parametrize(
    "header",
    [
        ["STT hộ:", "Họ và tên:", "Quan hệ:", "Năm sinh:", "Giới tính:"],
        ["STT hộ *", "Họ và tên (*)", "*Quan hệ", "Năm sinh*:", "Giới tính **"],
        ["STT hộ", "Họ và tên :", "Quan hệ", "Năm sinh", "Giới tính："],
    ],
)
def test_headers_with_a_colon_or_an_asterisk(listed, header):
    reading = read(listed(lambda sheet, book: sheet.write_row(1, 0, LAN[:5]), header))
    assert people(reading) == [("Trần Thị Lan", 1970, "f")]
    assert [column.meaning for column in reading.columns] == ["ordinal", "name", "relation", "birth", "sex"]


def test_two_header_lines_with_colons(tmp_path):
    rows = [["STT hộ:", "Họ và tên:", "Năm sinh:", "Giới tính:"], [None, None, None, "Nam:", "Nữ:"]]
    rows += [[1, "Trần Thị Lan", 1970, None, "x"]]
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("DS")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert people(read(path)) == [("Trần Thị Lan", 1970, "f")]


def test_a_label_beside_its_value_is_no_header(tmp_path):
    rows = [["Thôn:", "Trại Mới"], ["Chủ hộ:", "Số hộ:"], HEADER[:5], LAN[:5]]
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("DS")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    reading = read(path)
    assert (people(reading), reading.villages[0].name) == ([("Trần Thị Lan", 1970, "f")], "Thôn Trại Mới")


# Beside the values


def test_an_address_merged_over_households_is_everybodys(listed):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN[:5])
        sheet.write_row(2, 1, ["Lê Văn Bình", "Chồng", 1968, "Nam"])
        sheet.write_row(4, 0, DUNG[:5])
        sheet.merge_range(1, 5, 4, 5, "Xóm Đình")
        sheet.write_row(5, 0, [3, "Hà Thị Em", "Chủ hộ", 1962, "Nữ"])

    reading = read(listed(fill))
    assert [(len(h.people), h.lane) for h in reading.households] == [(2, "Xóm Đình"), (1, "Xóm Đình"), (1, "")]


def test_numbers_merged_over_a_household_still_mean_the_household_above(listed):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN)
        sheet.write_row(2, 1, ["Lê Văn Bình", "Chồng", 1968, "Nam"])
        sheet.merge_range(1, 0, 2, 0, 1)
        sheet.write_row(3, 0, DUNG)

    assert [len(home.people) for home in read(listed(fill)).households] == [2, 1]


def test_rows_hidden_by_a_filter_are_read_and_said(listed):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN)
        sheet.write_row(2, 0, DUNG)
        sheet.autofilter(0, 0, 2, 6)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})

    reading = read(listed(fill))
    assert (len(people(reading)), reading.problems[0].level) == (2, "warning")
    assert sentence(reading.problems[0]) == (
        "Trang “DS” có 1 dòng đang ẩn (do bộ lọc hoặc ẩn tay), vẫn được đọc. "
        "Nếu không cần thì xóa các dòng đó rồi tải lại."
    )


def test_rows_with_struck_text_are_known(listed):
    def fill(sheet, book):
        struck, bold = book.add_format({"font_strikeout": True}), book.add_format({"bold": True})
        sheet.write_row(1, 0, LAN, struck)
        sheet.write_row(2, 0, DUNG)
        sheet.write_row(3, 0, DUNG)
        sheet.write_rich_string(3, 1, struck, "Vũ ", struck, "Văn Dũng")
        sheet.write_row(4, 0, DUNG)
        sheet.write_rich_string(4, 1, struck, "Vũ ", bold, "Văn Dũng")
        sheet.write_row(5, 0, DUNG, bold)
        sheet.write(5, 3, 1960, struck)
        sheet.write_blank(6, 1, None, struck)

    assert spreadsheet.open_sheets(listed(fill))[0].struck == {2, 4}


def test_rows_struck_or_hidden_in_libreoffice_are_known():
    sheet = spreadsheet.open_sheets(MESSY / "struck.ods")[0]
    assert (sheet.struck, sheet.filtered) == ({3, 4, 10}, {7})
    doubts = [(who.name, who.doubt) for home in read(MESSY / "struck.ods").households for who in home.people]
    assert [name for name, doubt in doubts if doubt == "struck"] == ["Trần Thị Sáu", "Nguyễn Văn Chín", "Đỗ Văn Cũ"]


@pytest.mark.parametrize(
    "damage", [(b'rows-repeated="', b'rows-repeated="x'), (b"<table:table-row", b"<table:table-ro")]
)
def test_an_open_document_that_is_not_understood_only_tells_less(tmp_path, damage):
    (tmp_path / "list.ods").write_bytes(changed(MESSY / "struck.ods", lambda name, part: (name, part.replace(*damage))))
    assert isinstance(read_open_document(tmp_path / "list.ods"), dict)
    (tmp_path / "no.ods").write_bytes(b"PK no zip")
    assert read_open_document(tmp_path / "no.ods") == {}


# CSV with broken quotes


@pytest.fixture
def comma_list(tmp_path):
    """Read the lines of a CSV below a header of four cells."""

    def write(*lines):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(["STT hộ,Họ và tên,Quan hệ,Năm sinh,Địa chỉ", *lines]) + "\n")
        return read(path)

    return write


QUOTED = [
    "1,Trần Thị Lan,Chủ hộ,1970,Ngõ 2",
    "2,Vũ Văn Dũng,Chủ hộ,1960,Ngõ 5",
    "3,Hà Thị Em,Chủ hộ,1962,Ngõ 5",
    "4,Chu Thị Hiên,Chủ hộ,1949,Ngõ 5",
]
BROKEN = {
    "never closed": (1, '2,"Vũ Văn Dũng,Chủ hộ,1960,Ngõ 5'),
    "closed within": (1, '2,"Vũ Văn "Dũng",Chủ hộ,1960,Ngõ 5'),
    "around a word": (1, '2,"Vũ" Văn Dũng,Chủ hộ,1960,Ngõ 5'),
    "only closed": (1, '2,Vũ Văn Dũng",Chủ hộ,1960,Ngõ 5'),
    "before the last cell": (1, '2,Vũ Văn Dũng,Chủ hộ,1960,"Ngõ 5'),
    "in the last line": (3, '4,"Chu Thị Hiên,Chủ hộ,1949,Ngõ 5'),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_quotes_lose_nobody(comma_list, case):
    index, line = BROKEN[case]
    reading = comma_list(*QUOTED[:index], line, *QUOTED[index + 1 :])
    assert [home.code for home in reading.households] == ["1", "2", "3", "4"]
    assert [home.lane for home in reading.households] == ["Ngõ 2", "Ngõ 5", "Ngõ 5", "Ngõ 5"]
    assert [year for _, year, _ in people(reading)] == [1970, 1960, 1962, 1949]
    assert people(reading)[index][0].split()[0] == QUOTED[index].split(",")[1].split()[0]


@pytest.mark.parametrize("last", ['4,Chu Thị Hiên",Chủ hộ,1949,Ngõ 5', '4,Chu Thị Hiên,Chủ hộ,1949,Ngõ 5"'])
def test_two_quotes_never_closed_do_not_hide_the_people_between_them(comma_list, last):
    lines = [QUOTED[0], '2,"Vũ Văn Dũng,Chủ hộ,1960,Ngõ 5', QUOTED[2], last]
    assert [person[0] for person in people(comma_list(*lines))] == [line.split(",")[1] for line in QUOTED]


def test_cells_of_several_lines_stay_whole_beside_broken_quotes(comma_list):
    lines = [QUOTED[0], '2,Vũ Văn Dũng,Chủ hộ,1960,"Ngõ 5,\nXóm Đình"', '3,"Hà Thị Em,Chủ hộ,1962,Ngõ 5', QUOTED[3]]
    reading = comma_list(*lines)
    assert [home.lane for home in reading.households] == ["Ngõ 2", "Ngõ 5, Xóm Đình", "Ngõ 5", "Ngõ 5"]


LANES = ["", "Ngõ 5", '"Ngõ 5, xóm Đình"', '"Ngõ 5\nXóm Đình"', '"Ngõ ""5"""']


@hypothesis.given(lanes=st.lists(st.sampled_from(LANES), min_size=3, max_size=8), data=st.data())
@hypothesis.settings(max_examples=300, deadline=None)
def test_one_quote_too_many_anywhere_loses_no_row_or_is_refused(lanes, data):
    rows = [f"{number},Vũ Văn Dũng,Chủ hộ,1960,{lane}" for number, lane in enumerate(lanes, 1)]
    text = "\n".join(["STT hộ,Họ và tên,Quan hệ,Năm sinh,Địa chỉ", *rows]) + "\n"
    place = data.draw(st.integers(0, len(text)))
    try:
        read_rows = split_lines(text[:place] + '"' + text[place:])
    except Unreadable as error:
        assert 1 <= error.problem.row <= text.count("\n")
        return
    begun = [str(row[0]).strip('"') for row in read_rows if row]
    assert [number for number in begun if number.isdecimal()] == [str(n) for n in range(1, len(rows) + 1)]


def test_lines_that_stand_in_quotes_as_a_whole_are_rows(tmp_path):
    lines = ["STT hộ,Họ và tên,Quan hệ,Năm sinh,Địa chỉ", *QUOTED[:3], '4,Chu Thị Hiên,Chủ hộ,1949,"Ngõ 5, Xóm Đình"']
    wrapped = ['"' + line.replace('"', '""') + '"' for line in lines]
    path = tmp_path / "list.csv"
    for content in (wrapped, [*lines[:2], *wrapped[2:]], [*lines[:4], wrapped[4]]):
        path.write_text("\n".join(content))
        reading = read(path)
        assert [person[0] for person in people(reading)] == [line.split(",")[1] for line in QUOTED]
        assert reading.households[-1].lane == "Ngõ 5, Xóm Đình"


def test_quotes_that_leave_no_whole_row_are_refused_with_the_row(comma_list):
    with pytest.raises(Unreadable) as caught:
        comma_list(QUOTED[0], '2,"Vũ Văn, Dũng,Chủ hộ,1960,Ngõ 5', *QUOTED[2:])
    assert sentence(caught.value.problem) == (
        "Dòng 3: dấu ngoặc kép trong tệp CSV bị thiếu hoặc thừa nên không tách được các ô. "
        "Xóa dấu ngoặc kép ở dòng này, hoặc lưu danh sách dưới dạng .xlsx, rồi tải lên."
    )


def test_a_quote_that_swallows_thousands_of_rows_loses_none(comma_list):
    lines = [f"{n},Trần Thị Lan,Chủ hộ,{1940 + n % 60},Ngõ {n}" for n in range(1, 6_001)]
    lines[2] = lines[2].replace("Trần", '"Trần')
    assert len(comma_list(*lines).households) == 6_000


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"])
def test_markup_that_is_not_understood_only_tells_less(listed, part):
    def fill(sheet, book):
        sheet.write_row(1, 0, LAN, book.add_format({"font_strikeout": True}))

    path = listed(fill)
    whole = read_markup(path)
    path.write_bytes(changed(path, lambda name, content: (name, b"<?" if name == part else content)))
    assert whole["DS"].struck == {(2, column) for column in range(7)}
    assert not any(markup.struck - whole["DS"].struck for markup in read_markup(path).values())


def test_what_is_no_zip_has_no_markup():
    assert read_markup(MESSY / "list.xls") == {}

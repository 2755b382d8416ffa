"""The tables of a report in Excel: numbers as numbers, texts as texts, printed as they should be."""

import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pytest

from report import workbook
from tests.report.invented import CLASSES, table

FORMULA = '=HYPERLINK("http://example.org";"Bấm")'


@pytest.fixture
def excel(contents):
    """A function: the bytes of the workbook, of the sample with some of it changed."""

    def write(**changed):
        file = io.BytesIO()
        workbook.write(file, contents | changed)
        return file.getvalue()

    return write


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def texts_of(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_sheet_for_each_table_after_one_that_explains(excel):
    assert opened(excel()).sheetnames == ["Giải thích", "Biểu 1", "Biểu 2", "Biểu 3", "Biểu 4", "Biểu 5", "Biểu 6"]


def test_the_first_sheet_says_what_the_numbers_are(excel):
    said = dict(zip(*[iter(texts_of(opened(excel())["Giải thích"]))] * 2, strict=True))
    assert said["Địa bàn"] == "Xã Hòa Lạc"
    assert said["Kỳ báo cáo"] == (
        "tháng 11 năm 2026: từ ngày 15/10/2026 đến hết ngày 14/11/2026; lũy kế từ ngày 01/01/2026"
    )
    assert said["Tình trạng"] == "Số liệu chốt lần 1 lúc 08:30 ngày 16/11/2026."
    assert said["Mã của tệp kế hoạch"] == "b" * 64
    assert said["CT4a. Điện thoại thông minh"].startswith("Người có máy riêng.")
    assert said["Nhập sau khi chốt"] == "Kỳ tháng 9 năm 2026, lượt hỗ trợ tại nhà: tăng 12"


def test_an_open_period_says_so_on_every_sheet(excel):
    for sheet in opened(excel(closed=None)):
        assert "Số liệu chưa chốt, lấy lúc 09:05 ngày 16/11/2026." in texts_of(sheet)


def test_numbers_are_numbers_unrounded_and_days_are_days(excel):
    book = opened(excel())
    header, *rows = book["Biểu 1"].iter_rows(min_row=4)
    assert [cell.value for cell in header][6:8] == ["Tỷ lệ phủ (%)", "Số đạt"]
    assert [cell.value for cell in rows[1]][4:8] == [15234, 8120, 53.30182, 4011]
    assert [cell.number_format for cell in rows[1]][5:7] == ["[$-42A]#,##0", "[$-42A]#,##0.0"]
    assert rows[3][7].value == "…"
    day = book["Biểu 3"].cell(5, 2)
    assert (day.value, day.number_format) == (datetime(2026, 10, 20), "dd/mm/yyyy")


def test_totals_are_bold(excel):
    sheet = opened(excel())["Biểu 5"]
    total = next(row for row in sheet.iter_rows() if row[1].value == "Cộng")
    assert {cell.font.b for cell in total} == {True}


def test_sheets_are_printed_on_a4_across_with_their_header_on_every_page(excel):
    for sheet in opened(excel()):
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert (int(sheet.page_setup.fitToWidth or 1), int(sheet.page_setup.fitToHeight)) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title != "Giải thích":
            assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "A5")


def test_no_text_becomes_a_formula_or_a_link(excel, contents):
    rows = [(1, FORMULA, "https://example.org"), (2, "+1", "-cmd"), (3, "x\x00\x0b\u202ey" + "a" * 40_000, "@SUM(A1)")]
    hostile = table(FORMULA, [("number", "STT", "int"), ("a", "=1+1"), ("b", "B")], rows, notes=[FORMULA])
    data = excel(tables=contents["tables"] | {"2": hostile}, title=FORMULA)
    sheet = opened(data)["Biểu 2"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet.cell(5, 2).value == FORMULA
    assert len(sheet.cell(7, 2).value) == 32767
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", "".join(texts_of(sheet)))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        xml = b"".join(file.read(name) for name in file.namelist() if "sheet" in name)
    assert b"<f>" not in xml and b"hyperlink" not in xml


def test_an_empty_table_and_one_of_two_hundred_rows(excel, contents):
    tables = contents["tables"] | {"2": CLASSES | {"rows": []}, "3": CLASSES | {"rows": CLASSES["rows"][:2] * 100}}
    book = opened(excel(tables=tables))
    assert book["Biểu 2"].cell(4, 1).value == "STT"
    assert book["Biểu 3"].cell(204, 1).value == 2


def test_the_same_input_gives_the_same_bytes_a_year_later(excel, monkeypatch):
    import time

    before = excel()
    later = time.time() + 366 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert excel() == before
    created = opened(before).properties.created
    assert created == datetime(2026, 11, 16, 2, 5)

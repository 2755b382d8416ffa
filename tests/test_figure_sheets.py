"""A spreadsheet of a target's figures: filled in from the blank one, looked at in the grid, saved from there."""

import io

import openpyxl
import pytest

from models import UnitFigure
from tests.test_figures import fields_of, name, standing, the_tenth_of_november, two_units, words_of  # noqa: F401
from tests.test_reported import say

PAGE = "/figures/2026-11/CT1"


def book(*rows):
    """An XLSX file of rows."""
    file, made = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(file)
    file.seek(0)
    return file


def send(browser, address, file, filename="so-lieu.xlsx"):
    return browser.post(f"{address}/sheet", data={"file": (file, filename)})


def changed(browser, preview):
    """The answer to saving what a preview shows."""
    return browser.post(PAGE, data=fields_of(preview))


def test_the_blank_sheet_filled_in_is_looked_at_and_then_saved(world, as_, two_units):  # noqa: F811
    culture, police = two_units
    sara = as_("sara")
    with sara.get(f"{PAGE}/sheet.xlsx") as answer:
        made = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert "so-lieu-CT1-2026-11.xlsx" in answer.headers["Content-Disposition"]
    sheet = made.active
    assert [cell.value for cell in sheet["A"]] == ["Đơn vị", "Phòng Văn hóa - Xã hội", "Công an xã"]
    for row, numbers in ((2, (20, 15, 4, "157/QĐ")), (3, (30, "1.2", None, None))):
        for column, value in enumerate(numbers, 2):
            sheet.cell(row, column, value)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    preview = send(sara, PAGE, file)
    assert (preview.status_code, UnitFigure.select().count()) == (200, 0)
    said = words_of(preview)
    assert "Xem trước so-lieu.xlsx: chưa lưu gì. 6 ô lấy từ tệp." in said
    assert "Ghi một số nguyên, ví dụ 1.234." in said
    assert changed(sara, preview).status_code == 422
    rows = [["Ten don vi", "Tổng số người"], ["CONG AN XA", 30], ["Phòng văn hóa - xã hội", 20]]
    preview = send(sara, PAGE, book(*rows))
    assert changed(sara, preview).status_code == 303
    assert {key[0]: value for key, value in standing().items()} == {"culture": 20, "police": 30}


def test_rows_that_are_no_unit_of_the_grid_are_named_and_the_rest_is_taken(world, as_, two_units):  # noqa: F811
    answer = send(as_("sara"), PAGE, book(
        ["Báo cáo tháng 11"],
        ["STT", "Đơn vị", "Tổng số người"],
        [1, "Công an xã", 30],
        [2, "Phòng Giáo dục", 9],
        [3, "công an  xã", 31],
        ["", "Tổng cộng", 70],
    ))  # fmt: skip
    said = words_of(answer)
    assert "Dòng 4: không có “Phòng Giáo dục” trong bảng, nên bỏ qua." in said
    assert "Dòng 5: “công an xã” đã có ở dòng 3." in said
    assert "1 ô lấy từ tệp" in said


def test_a_sheet_of_grades_names_a_school_once_above_its_rows(world, as_):
    school = world.units["thach_hoa_primary"]
    school.grades = ["1", "2"]
    school.save()
    rows = [["Trường", "Khối", "Học sinh", "Đã dạy"], [school.name, "Khối 1", 60, 30], [None, 2, 65, 40]]
    shown = fields_of(send(as_("sara"), "/figures/2026-11/CT2", book(*rows)))
    assert (shown[name(school, "pupils", part="1")], shown[name(school, "pupils_taught", part="2")]) == ("60", "40")


def test_villages_of_one_name_are_told_apart_by_their_former_commune(world, as_):
    police = world.units["police"]
    rows = [["Thôn", "Tài khoản VNeID"], ["THÔN 4 (Thạch Hòa cũ)", 900], ["Thôn 4", 5], ["Trai Moi", 70]]
    answer = send(as_("sara"), "/figures/2026-11/CT6", book(*rows))
    shown = [fields_of(answer)[name(police, "accounts", code)] for code in ("TH04", "BY02", "TX01")]
    assert shown == ["900", "", "70"]
    assert "Dòng 3: có nhiều nơi tên “Thôn 4”, nên bỏ qua." in words_of(answer)


def test_blank_cells_of_a_file_take_nothing_back(world, as_, two_units):  # noqa: F811
    culture, _ = two_units
    say(culture, staff=20, staff_trained=15)
    sara = as_("sara")
    rows = [["Đơn vị", "Tổng số người", "Đã tập huấn"], [culture.name, None, 16]]
    assert changed(sara, send(sara, PAGE, book(*rows))).location.endswith("saved=1")
    assert {key[2]: value for key, value in standing().items()} == {"staff": 20, "staff_trained": 16}


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "Tệp này trống."),
        (b"PK\x03\x04 no workbook", "Tệp này"),
        ("Họ và tên,Năm sinh\nLan,1958\n".encode(), "Không thấy dòng tên cột có “Đơn vị”"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_with_the_reason(as_, two_units, file, says):  # noqa: F811
    answer = send(as_("sara"), PAGE, io.BytesIO(file))
    assert (answer.status_code, says in words_of(answer)) == (422, True)

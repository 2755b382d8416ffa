"""What the preview shows and asks of a list before anything is saved: people in doubt, years of ages, columns."""

import re
from html import unescape

import pytest

from models import Resident, Roster
from tests.roster.conftest import upload

HEADER = ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính", "Ghi chú", "Nghề nghiệp"]
LINES = [
    [1, "Trần Thị Lan", "Chủ hộ", 1958, "Nữ", None, "Làm ruộng"],
    [None, "Lê Văn Bình", "Con", None, "Nam", None, "Thợ hàn"],
    [None, "Lê Văn Cả", "Con", 1980, "Nam", "Đã chết 2020", None],
]


@pytest.fixture
def sara(as_):
    return as_("sara")


@pytest.fixture
def preview(sara, sheet):
    return lambda lines=LINES, header=HEADER: upload(sara, sheet(lines, header=header)).location


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def names():
    return sorted(person.name for person in Resident.select())


def test_the_preview_asks_about_those_in_doubt_and_names_them(sara, preview):
    page = words(sara.get(preview()))
    assert "3 người đọc được 2 từ 16 tuổi, có tên 1 chưa rõ tuổi 0 trẻ em, chỉ đếm" in page
    assert "Chưa rõ tuổi 1 người" in page
    assert "Dòng 4: Lê Văn Bình Đều là người lớn Không nhập những người này" in page
    assert "Tệp ghi đã mất hoặc chuyển đi 1 người" in page
    assert "Dòng 5: Lê Văn Cả Vẫn nhập Không nhập những người này" in page


def test_nothing_is_saved_while_a_question_is_open_and_no_answer_is_lost(sara, preview):
    address = preview()
    answer = sara.post(address, data={"then": "save", "doubt-age": "adults"})
    assert (answer.status_code, names()) == (422, [])
    assert "còn 1 chỗ cần chọn" in words(answer)
    assert re.search(r'name="doubt-age" value="adults" checked', answer.text)
    assert 'id="doubt-gone-error"' in answer.text and 'id="doubt-age-error"' not in answer.text
    sara.post(address, data={"then": "save", "doubt-gone": "out"})
    assert names() == ["Lê Văn Bình", "Trần Thị Lan"]


def test_an_answer_is_seen_at_once_in_what_would_change(sara, preview):
    address = preview()
    sara.post(address, data={"then": "look", "doubt-age": "out", "doubt-gone": "out"})
    assert Roster.get().choices == {"doubt-age": "out", "doubt-gone": "out"}
    assert '<dt class="grow">người mới</dt><dd><b>1</b>' in sara.get(address).text
    sara.post(address, data={"then": "save"})
    assert names() == ["Trần Thị Lan"]


def test_a_value_that_no_answer_has_is_no_answer(sara, preview):
    answer = sara.post(preview(), data={"then": "save", "doubt-age": "yes", "doubt-gone": "keep"})
    assert (answer.status_code, names()) == (422, [])


def test_years_worked_out_of_ages_are_said_to_be_so(sara, preview):
    lines = [[1, "Trần Thị Lan", "Chủ hộ", 68, "Nữ"], [None, "Lê Văn Bé", "Cháu", 9, "Nam"]]
    page = words(sara.get(preview(lines, [*HEADER[:3], "Tuổi", "Giới tính"])))
    assert "1 người chỉ ghi tuổi: năm sinh tính từ tuổi, có thể lệch một năm." in page
    assert "năm sinh là 2026 trừ tuổi" in page
    assert "1 trẻ em, chỉ đếm" in page


def test_a_column_that_is_not_used_shows_what_it_holds_and_a_note_does_not(sara, preview):
    page = words(sara.get(preview()))
    assert "G Nghề nghiệp không dùng: Làm ruộng · Thợ hàn" in page
    assert "F Ghi chú ghi chú: không lưu" in page
    assert "Đã chết" not in page


def test_the_preview_begins_with_what_is_left_out_and_how_to_take_a_list_back(sara, preview):
    page = sara.get(preview([*LINES, ["Cộng trang: 3 người"]]))
    assert "Xem trước: chưa lưu gì. Lưu rồi vẫn hoàn tác được trong 30 ngày." in words(page)
    head = page.text.partition('<form id="save"')[0]
    assert '<a href="#columns">○ 1 cột không dùng</a>: Nghề nghiệp' in head
    assert '<a href="#look">○ 1 dòng hoặc trang không đọc</a>' in head
    assert 'id="columns"' in page.text and 'id="look"' in page.text


def test_a_list_of_one_undecided_village_shows_no_empty_table_of_sizes(sara, sheet):
    page = sara.get(upload(sara, sheet(LINES, title="DANH SÁCH THÔN 4", header=HEADER)).location)
    assert "Chưa tính các thôn còn phải chọn." in page.text
    assert "Trùng nhau" not in page.text


def test_the_list_of_imports_says_that_something_is_still_to_choose(sara, preview):
    sara.post(preview(), data={"then": "save"})
    page = words(sara.get("/roster"))
    assert "▲ Còn chỗ cần chọn" in page and "▲ Chưa lưu được" not in page
    assert "Nhầm tệp? Mở lần nhập đó, xem đã đổi gì rồi hoàn tác, trong 30 ngày." in page


def test_households_that_cannot_come_in_are_named_before_the_fold(sara, preview):
    header = ["Mã hộ", *HEADER[1:]]
    first = [["001", "Trần Thị Lan", "Chủ hộ", 1958, "Nữ"], [None, "Lê Văn Bình", "Chồng", 1955, "Nam"]]
    sara.post(preview(first, header), data={"then": "save"})
    second = [["001", "Vũ Văn Dũng", "Chủ hộ", 1970, "Nam"], [None, "Hà Thị Em", "Vợ", 1972, "Nữ"]]
    page = sara.get(preview(second, header)).text
    head = page.partition('<form id="save"')[0]
    assert '<a href="#skipped">▲ 1 hộ không nhập được</a>' in head
    assert re.search(r'<div id="skipped"><p class="error">[^<]+</p></div>', page)

"""Opening uploaded files: what is refused, and how plain rows come out of .xlsx and CSV."""

import io
import struct
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from roster import spreadsheet
from roster.problems import Unreadable, sentence
from roster.spreadsheet import Formula, Sheet, legacy_font, open_sheets

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def workbook(rows, title="DS"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rezipped(content, **parts):
    """A workbook with some of its parts replaced or added ("__" in a name stands for "/")."""
    changed = {name.replace("__", "/") + ".xml": data for name, data in parts.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return stream.getvalue()


def understated(content, part):
    """A workbook whose directory says that a part unpacks to 100 bytes."""
    content, name = bytearray(content), part.encode()
    directory = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    struct.pack_into("<I", content, directory + 24, 100)
    return bytes(content)


@pytest.fixture
def opened(tmp_path):
    def open_content(content):
        path = tmp_path / "upload"
        path.write_bytes(content)
        return open_sheets(path)

    return open_content


@pytest.fixture
def refused(opened):
    def refuse(content):
        with pytest.raises(Unreadable) as caught:
            opened(content)
        return caught.value.problem

    return refuse


def rows_of(sheets):
    return [sheet.rows for sheet in sheets]


BOMB = b"<worksheet>" + b" " * (40 * 2**20) + b"</worksheet>"
PLAIN = workbook([["a"]])
DOCX = PLAIN.replace(b"xl/", b"wd/")
NOT_A_TABLE = (
    "Tệp này không phải bảng tính Excel, LibreOffice (.ods) hoặc CSV. "
    "Mở danh sách bằng Excel, lưu dưới dạng .xlsx rồi tải lên."
)
PASSWORD = "Tệp này đặt mật khẩu nên không đọc được. Mở bằng Excel, bỏ mật khẩu, lưu dưới dạng .xlsx rồi tải lên."
DAMAGED = "Tệp này bị hỏng nên không đọc được. Mở bằng Excel, lưu thành tệp .xlsx mới rồi tải lên."
INFLATES = (
    "Tệp này bung ra quá lớn so với một danh sách hộ nên không được mở. "
    "Sao chép danh sách sang một tệp .xlsx mới rồi tải lên."
)
REFUSED = {
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", NOT_A_TABLE),
    "a PDF": (b"%PDF-1.7\n1 0 obj", NOT_A_TABLE),
    "a web page called .xls": ("<html><table><tr><td>Họ tên</td></tr></table></html>".encode(), NOT_A_TABLE),
    "a Word document": (DOCX, NOT_A_TABLE),
    "an empty file": (b"", "Tệp này trống. Chọn lại tệp danh sách."),
    "an old Word document": (OLE + "WordDocument".encode("utf-16-le"), NOT_A_TABLE),
    "an empty .xls": (OLE + "Workbook".encode("utf-16-le"), DAMAGED),
    "a password-protected workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
    "half a workbook": (PLAIN[: len(PLAIN) // 2], DAMAGED),
    "a workbook with broken XML": (rezipped(PLAIN, xl__worksheets__sheet1=b"<worksheet><sheetData><row>"), DAMAGED),
    "40 MB of spaces": (rezipped(PLAIN, xl__worksheets__sheet1=BOMB), INFLATES),
    "a bomb whose directory lies": (
        understated(rezipped(PLAIN, xl__worksheets__sheet1=BOMB), "xl/worksheets/sheet1.xml"),
        DAMAGED,
    ),
    "thousands of parts": (rezipped(PLAIN, **{f"xl__x{n}": b"" for n in range(2001)}), INFLATES),
    "a CSV in a Windows code page": (
        "Họ tên;Năm sinh\r\nĐặng Ân;1970".encode("cp1258", "ignore"),
        "Tệp CSV này không ở dạng UTF-8 nên mất dấu. Lưu dưới dạng .xlsx, hoặc CSV UTF-8, rồi tải lên.",
    ),
    "a CSV in TCVN3": (
        "STT hé;Hä vµ tªn\r\n1;NguyÔn V¨n An\r\n2;TrÇn ThÞ V©n".encode("cp1252"),
        "Ô B1: chữ gõ bằng bảng mã cũ TCVN3 (.VnTime), không phải Unicode. "
        "Dùng Unikey (Công cụ chuyển mã) chuyển cả trang sang Unicode rồi tải lên.",
    ),
    "sixty-one columns": (
        workbook([["a"], ["x"] * 61]),
        "Dòng 2, trang “DS”: trang tính có hơn 60 cột. Xóa các cột thừa bên phải rồi tải lên.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_sentence(refused, case):
    content, words = REFUSED[case]
    assert sentence(refused(content)) == words


def test_large_files_are_refused_unread(refused, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MAX_FILE", 2**20)
    assert sentence(refused(bytes(2**20 + 1))) == (
        "Tệp này nặng hơn 1 MB. Bỏ hình ảnh và các trang không cần, hoặc tách theo thôn, rồi tải lên."
    )


def test_sixty_megabytes_unpacked_are_too_much_at_any_ratio(refused, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", 1000)
    assert refused(PLAIN).code == "inflates"


@pytest.mark.parametrize("content", [workbook([["a"]] * 12), b"a\n" * 12])
def test_too_many_rows_are_refused(refused, monkeypatch, content):
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 11)
    assert sentence(refused(content)) == (
        "Danh sách có hơn 11 dòng. Tách thành nhiều tệp, mỗi tệp vài thôn, rồi tải lên từng tệp."
    )


def test_a_workbook_gives_plain_rows(opened):
    day = datetime(1970, 5, 31)
    content = workbook([["Họ tên", None, 1.0, 1.5], [], ["  ", day, "0912", True, None, " "]], "Thôn 4")
    rows = [("Họ tên", None, 1, 1.5), (), (None, date(1970, 5, 31), "0912", "TRUE")]
    assert opened(content) == [Sheet("Thôn 4", rows)]


def test_errors_and_formulas_without_a_result_are_known_and_no_text(opened):
    sheet = opened(workbook([["=1+1", "a", "#REF!"], ["b", "Loading...", None, "=A1"]]))[0]
    assert sheet.rows == [(Formula(), "a"), ("b", None, None, Formula())]
    assert sheet.errors == {(1, 2): "#REF!", (2, 1): "Loading..."}


def test_decoration_far_below_the_list_is_no_row(opened):
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active.row_dimensions[900_000].height = 30
    stream = io.BytesIO()
    book.save(stream)
    assert [row for row in opened(stream.getvalue())[0].rows if row] == [("a",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_and_separator(opened, encoding, mark):
    text = f"Danh sách, hộ\r\nSTT{mark}Họ tên{mark}SĐT\r\n1{mark}Lê Thị Ẩm{mark}0912\r\n2{mark}Vũ An{mark}\r\n"
    rows = opened(text.encode(encoding))[0].rows
    assert rows[1:] == [("STT", "Họ tên", "SĐT"), ("1", "Lê Thị Ẩm", "0912"), ("2", "Vũ An")]


def test_csv_quotes_separator_line_and_formulas(opened):
    rows = opened('sep=;\r\nA;B\r\n"x;\ny";=1+1\r\n'.encode("utf-8-sig"))[0].rows
    assert rows == [(), ("A", "B"), ("x;\ny", Formula())]


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("NguyÔn V¨n An", "TCVN3 (.VnTime)"),
        ("c«ng", "TCVN3 (.VnTime)"),
        ("Nguyeãn Vaên An", "VNI"),
        ("Traàn Vaân", "VNI"),
        ("Nguyễn Văn An", None),
        ("Hoàng Quý Khuỷu", None),
        ("Y Ngoan Niê Kđăm", None),
        ("xã «Hòa Lạc»", None),
        ("Mã 12", None),
    ],
)
def test_legacy_fonts_are_told_from_unicode(text, font):
    assert legacy_font(text) == font

"""A short list that offices might send, written to a file and corrected."""

from pathlib import Path

import openpyxl
import pytest

HEADER = ["STT hộ", "Họ và tên", "Quan hệ", "Năm sinh", "Giới tính", "Địa chỉ", "Điện thoại"]
LIST = [
    [1, "Trần Thị Lan", "Chủ hộ", 1958, "Nữ", "Xóm Đình", "0912345678"],
    [None, "Lê Văn Bình", "Chồng", 1955, "Nam"],
    [None, "Lê Thị Bé", "Cháu", 2023, "Nữ"],
    [2, "Vũ Văn Dũng", "Chủ hộ", 1960, "Nam", "Xóm Đình"],
    [None, "Hà Thị Em", "Vợ", 1962, "Nữ"],
    [3, "Đỗ Quang Giáp", "Chủ hộ", 1985, "Nam", "Ngõ 2"],
    [4, "Chu Thị Hiên", "Chủ hộ", 1949, "Nữ", "Ngõ 2"],
]


@pytest.fixture
def sheet(tmp_path):
    """Write the rows of a list under a title and HEADER to an .xlsx file; gives its path."""

    def write(rows=LIST, title="DANH SÁCH HỘ THÔN 4 (THẠCH HÒA CŨ)", header=HEADER):
        book = openpyxl.Workbook()
        for row in [[title], header, *rows]:
            book.active.append(row)
        path = tmp_path / "list.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def corrected():
    """LIST with a name corrected, a phone and a person added, and a household put in that shifts the numbers below."""
    rows = [list(row) for row in LIST]
    rows[1][1] = "Lê Văn Bính"
    rows[3] += ["0987654321"]
    rows.insert(5, [None, "Vũ Thị Kim", "Con", 1995, "Nữ"])
    rows[6][0], rows[7][0] = 4, 5
    rows.insert(6, [3, "Khuất Thị Nga", "Chủ hộ", 1977, "Nữ", "Xóm Đình"])
    return rows


def upload(browser, path, name=None):
    """Send a file; the answer."""
    content = path if isinstance(path, bytes) else Path(path).read_bytes()
    disposition = f'form-data; name="file"; filename="{name or getattr(path, "name", "list.xlsx")}"'
    body = f"--x\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n--x--\r\n"
    return browser.post("/roster", data=body, content_type="multipart/form-data; boundary=x")


@pytest.fixture
def sara(as_):
    return as_("sara")


@pytest.fixture
def preview(sara, sheet):
    """Upload a list as `sheet` writes it; the address of its preview."""
    return lambda *rows, **layout: upload(sara, sheet(*rows, **layout)).location

"""A report's numbers as CSV and JSON, and the list of its files."""

import csv
import io
import json

import pytest

from report import files, plain
from tests.report.invented import table


def read(contents, number):
    file = io.BytesIO()
    rows = plain.csv(file, contents, number)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")  # without this mark Excel breaks Vietnamese
    lines = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert len(lines) == rows + 1
    return lines


def test_a_table_as_csv(contents):
    header, first, second, total = read(contents, "3")
    assert header[:3] == ["STT", "Ngày", "Tên lớp, nội dung"]
    assert first[:3] == ["1", "2026-10-20", "Dùng VNeID"]
    assert total[5:9] == ["3", "103", "58", "27"]
    assert read(contents, "1")[2][4:11] == ["15234", "8120", "53,3", "4011", "49,4", "26,3", ""]


def test_a_text_that_a_program_would_run_is_made_harmless(contents):
    rows = [("=cmd|' /C calc'!A0", "\x00\x1f@x\u202e"), ("-1", "hai\ndòng")]
    hostile = table("Tên", [("a", "A"), ("b", "B")], rows)
    lines = read(contents | {"tables": {"1": hostile}}, "1")
    assert lines[1:] == [["'=cmd|' /C calc'!A0", "'@x"], ["'-1", "hai\ndòng"]]


def test_a_table_that_the_report_does_not_have(contents):
    with pytest.raises(KeyError):
        plain.csv(io.BytesIO(), contents, "7")


def test_everything_as_json(contents):
    file, again = io.BytesIO(), io.BytesIO()
    plain.json(file, contents)
    assert json.loads(file.getvalue()) == contents
    plain.json(again, dict(reversed(contents.items())))
    assert again.getvalue() == file.getvalue()
    assert "Hòa Lạc".encode() in file.getvalue()


def test_every_file_has_a_name_and_a_writer(contents, texts, header):
    assert [files.name(contents, format, "3") for format in files.FORMATS] == [
        "bao-cao-hoalac-2026-11-lan-1.docx",
        "bao-cao-hoalac-2026-11-lan-1.xlsx",
        "bao-cao-hoalac-2026-11-lan-1-bieu-3.csv",
        "bao-cao-hoalac-2026-11-lan-1.json",
    ]
    for format in files.FORMATS.values():
        file = io.BytesIO()
        format.write(file, contents, texts, header, "3")
        assert file.getvalue()


def test_an_open_period_has_a_draft(contents):
    assert files.name(contents | {"closed": None}, "docx") == "bao-cao-hoalac-2026-11-ban-nhap.docx"

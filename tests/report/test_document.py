"""The report as a Word document: each rule of Nghị định 30/2020/NĐ-CP that a file can be asked for (domain.md 5.1)."""

import io
import re
import zipfile
from datetime import datetime

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

import plan
from report import headers, letters
from tests.report.invented import CLASSES, made, table

HOSTILE = "=cmd|' /C calc'!A0\n<w:p>thẻ & ký tự</w:p>\x00\x08\x1f\ufffe\uffff\u202e\u200fĐảo\u2069 😀 \ud800 hết"
# The order of children that ISO/IEC 29500-1 asks for, of the elements in use.
ORDER = {
    "pPr": "pStyle keepNext keepLines pBdr spacing ind jc outlineLvl rPr sectPr",
    "pBdr": "top left bottom right",
    "rPr": "rFonts b bCs i iCs color sz szCs lang",
    "tblPr": "tblW jc tblInd tblBorders tblLayout tblCellMar",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "trPr": "cantSplit tblHeader",
    "tc": "tcPr p",
    "tcPr": "tcW gridSpan vAlign",
    "p": "pPr r",
    "sectPr": "headerReference type pgSz pgMar pgNumType cols titlePg",
    "style": "name basedOn next uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
}


@pytest.fixture
def document(written):
    """A function: the document as python-docx opens it."""
    return lambda **changed: docx.Document(io.BytesIO(written(**changed)))


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def text_of(data):
    """All that is written in the document, paragraph by paragraph, tables too."""
    body = docx.Document(io.BytesIO(data)).element.body
    pieces = qn("w:t"), qn("w:br")
    return ["".join(t.text or " " * (t.tag == qn("w:br")) for t in p.iter(*pieces)) for p in body.iter(qn("w:p"))]


def find(document, start):
    """The first paragraph that begins so, in a table or outside."""
    paragraphs = [*document.paragraphs, *(p for t in document.tables for c in t._cells for p in c.paragraphs)]
    return next(p for p in paragraphs if p.text.startswith(start))


def looks(paragraph):
    """(size, bold, italic) of a paragraph's letters."""
    run = paragraph.runs[0]
    return run.font.size.pt, bool(run.font.bold), bool(run.font.italic)


def test_paper_is_a4_with_the_margins_of_the_decree(document):
    sections = document().sections
    assert len(sections) == 7
    for number, section in enumerate(sections):
        sides = sorted((round(section.page_width / Mm(1)), round(section.page_height / Mm(1))))
        assert sides == [210, 297]
        assert section.orientation == (WD_ORIENT.LANDSCAPE if number else WD_ORIENT.PORTRAIT)
        assert (section.page_width > section.page_height) == bool(number)
        margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
        assert [round(margin / Mm(1)) for margin in margins] == [20, 20, 30, 20]


def test_letters_are_times_new_roman_for_every_script_in_black(written):
    styles = parts_of(written())["word/styles.xml"].decode()
    fonts = re.findall(r"<w:rFonts[^>]*>", styles)
    assert fonts
    for scripts in fonts:
        assert {f'w:{name}="Times New Roman"' in scripts for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {True}
        assert "Theme" not in scripts
    assert 'w:color w:val="000000"' in styles
    body = parts_of(written())["word/document.xml"].decode()
    assert "rFonts" not in body and "w:color w:val" not in body.replace('w:color="000000"', "")
    sizes = {int(size) / 2 for size in re.findall(r'w:sz w:val="([\d.]+)"/><w:szCs', body)}
    assert sizes <= {1, 9, 9.5, 10, 11, 12, 13, 14}


def test_pages_are_numbered_above_the_text_from_the_second_of_each_section(document):
    opened = document()
    for section in opened.sections:
        assert section.different_first_page_header_footer
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert section.header_distance < section.top_margin
        number = section.header.paragraphs[0]
        assert (number.alignment, len(section.header.paragraphs)) == (ALIGN.CENTER, 1)
        assert " PAGE " in number._p.xml
        assert number._p.find(".//" + qn("w:sz")).get(qn("w:val")) == "28"
        assert "".join(p.text for p in section.first_page_header.paragraphs) == ""


def test_the_letterhead_is_two_cells_without_borders_or_margins(document):
    head = document().tables[0]
    assert [[round(cell.width / Cm(1), 1) for cell in row.cells] for row in head.rows] == [[6.5, 9.5]] * 2
    properties = head._tbl.tblPr
    assert {side.get(qn("w:val")) for side in properties.find(qn("w:tblBorders"))} == {"nil"}
    assert {side.get(qn("w:w")) for side in properties.find(qn("w:tblCellMar"))} == {"0"}
    (agency, motto), (number, date) = ([cell.paragraphs for cell in row.cells] for row in head.rows)
    assert [p.text for p in agency[:2]] == ["ỦY BAN NHÂN DÂN", "XÃ HÒA LẠC"]
    assert [looks(p) for p in agency[:2]] == [(12, False, False), (12, True, False)]
    assert [p.text for p in motto[:2]] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert [looks(p) for p in motto[:2]] == [(12, True, False), (13, True, False)]
    assert [looks(p[0]) for p in (number, date)] == [(13, False, False), (13, False, True)]
    assert {p.alignment for p in (*agency, *motto, *number, *date)} == {ALIGN.CENTER}


def test_both_lines_are_bold_where_the_plan_says_that_both_are_its_own(document, header):
    agency = document(header=header | {"own_lines": 2}).tables[0].rows[0].cells[0].paragraphs
    assert [looks(p) for p in agency[:2]] == [(12, True, False)] * 2


def test_the_national_motto_fits_on_one_line():
    """Measured, as the machine that writes need not have the font: at 13 points it would not."""
    cell = 95 / 25.4 * 72
    assert letters.width("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True) < cell * 0.95
    assert letters.width("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, True) > cell


def test_rules_are_drawn_and_as_long_as_they_should_be(document):
    opened = document()
    (agency, motto) = (cell.paragraphs for cell in opened.tables[0].rows[0].cells)
    assert length(motto[-1], 95) == pytest.approx(letters.width(motto[1].text, 13, True), abs=0.2)
    assert 1 / 3 <= length(agency[-1], 65) / letters.width(agency[1].text, 12, True) <= 1 / 2
    title = find(opened, "Kết quả thực hiện Phong trào")
    rule = opened.paragraphs[[p._p for p in opened.paragraphs].index(title._p) + 1]
    assert 1 / 3 <= length(rule, 160) / letters.width(title.text, 14, True) <= 1 / 2
    assert not any("_" in text for text in [p.text for p in opened.paragraphs])


def length(rule, across):
    """How long a rule is, in points: the upper border of an empty paragraph between its indents."""
    assert rule.text == ""
    assert rule._p.pPr.find(qn("w:pBdr"))[0].get(qn("w:val")) == "single"
    indents = rule.paragraph_format.left_indent + rule.paragraph_format.right_indent
    return across / 25.4 * 72 - indents / Pt(1)


def test_a_long_name_of_an_agency_goes_on_two_even_lines(document, header):
    name = "TRƯỜNG TRUNG HỌC CƠ SỞ THẠCH HÒA"
    agency = document(header=header | {"header": ["UBND XÃ HÒA LẠC", name]}).tables[0].rows[0].cells[0].paragraphs
    assert agency[1].text == "TRƯỜNG TRUNG HỌC\nCƠ SỞ THẠCH HÒA"
    assert 1 / 3 <= length(agency[-1], 65) / letters.width("TRƯỜNG TRUNG HỌC", 12, True) <= 1 / 2


def test_number_and_date_stay_blank(written):
    said = text_of(written())
    assert "Số:      /BC-UBND" in said
    assert "Hòa Lạc, ngày     tháng     năm 2026" in said
    with_report = [text for text in said if text.startswith("(Kèm theo")]
    assert with_report == ["(Kèm theo Báo cáo số      /BC-UBND ngày     tháng     năm         của UBND xã Hòa Lạc)"] * 6
    assert not any(re.search(r"Số:\s*\d|Báo cáo số\s*\d", text) for text in said)


def test_kind_subject_and_addressees(document):
    opened = document()
    assert looks(find(opened, "BÁO CÁO")) == (14, True, False)
    title = find(opened, "Kết quả thực hiện Phong trào")
    assert (looks(title), title.alignment) == ((14, True, False), ALIGN.CENTER)
    said = [p.text for p in opened.paragraphs]
    start = said.index("Kính gửi:")
    assert said[start + 1 : start + 3] == ["- UBND thành phố Hà Nội;", "- Sở Khoa học và Công nghệ Hà Nội."]
    assert looks(opened.paragraphs[start]) == (14, False, False)


def test_one_addressee_stands_on_the_line(document, header):
    opened = document(header=header | {"addressees": ["Ủy ban nhân dân xã Hòa Lạc"]})
    assert find(opened, "Kính gửi").text == "Kính gửi: Ủy ban nhân dân xã Hòa Lạc"


def test_a_long_subject_breaks_before_the_period(document):
    title = "Kết quả thực hiện Phong trào “Bình dân học vụ số” và chuyển đổi số cộng đồng tháng 11 năm 2026"
    assert "cộng đồng\ntháng 11 năm 2026" in find(document(title=title), "Kết quả thực hiện Phong").text


def test_the_text_is_justified_with_an_indent_and_room_between(document):
    opened = document()
    body = [p for p in opened.paragraphs if p.text.startswith(("Thực hiện Kế hoạch", "Ban hành", "Họp", "Trên đây"))]
    assert len(body) == 4
    for each in body:
        form = each.paragraph_format
        assert (each.alignment, looks(each)) == (ALIGN.JUSTIFY, (14, False, False))
        assert form.first_line_indent / Cm(1) == pytest.approx(1.27, abs=0.01)
        assert form.space_after >= Pt(6)
        assert 1 <= form.line_spacing <= 1.5


def test_grounds_are_in_italics_and_end_as_a_list(document, contents):
    opening = ["Căn cứ Luật Chuyển đổi số", "Căn cứ Nghị quyết số 57-NQ/TW;", *contents["paragraphs"]["opening"]]
    opened = document(paragraphs=contents["paragraphs"] | {"opening": opening})
    said = [(p.text, looks(p)) for p in opened.paragraphs if p.text.startswith("Căn cứ")]
    italics = (14, False, True)
    assert said == [("Căn cứ Luật Chuyển đổi số;", italics), ("Căn cứ Nghị quyết số 57-NQ/TW.", italics)]


def test_headings_in_their_order_and_form(document):
    opened = document()
    headings = [p for p in opened.paragraphs if p.style.name.lower().startswith("heading")]
    assert [p.text for p in headings if not p.text.startswith("Phụ lục")] == [
        "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Kết quả thực hiện các chỉ tiêu",
        "2. Thông tin, tuyên truyền",
        "3. Đào tạo, tập huấn",
        "4. Các mô hình, phong trào",
        "5. Kết quả theo thôn",
        "III. ĐÁNH GIÁ CHUNG",
        "1. Ưu điểm",
        "2. Tồn tại, hạn chế",
        "3. Khó khăn, vướng mắc và nguyên nhân",
        "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TỚI",
        "V. KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert {looks(p) for p in headings} == {(14, True, False)}
    assert {p.paragraph_format.keep_with_next for p in headings} == {True}


def test_what_was_written_stands_below_its_heading_line_by_line(written):
    said = text_of(written())
    assert said[said.index("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH") + 1 :][:2] == [
        "Ban hành Kế hoạch.",
        "Họp giao ban 02 lần.",
    ]
    assert said[said.index("V. KIẾN NGHỊ, ĐỀ XUẤT") + 1] == "Đề nghị thành phố hỗ trợ tài liệu."


def test_what_is_added_to_a_result_follows_it(written, texts):
    said = text_of(written(texts=texts | {"II.2": "Đoàn xã làm phim ngắn."}))
    assert said[said.index("Đoàn xã làm phim ngắn.") - 1] == "Phát thanh 24 lượt trong kỳ, lũy kế 1.250 lượt (Biểu 2)."


def test_a_part_that_nobody_wrote_says_so(written):
    said = text_of(written(texts={"I": " \n "}))
    for heading in ("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", "3. Khó khăn, vướng mắc và nguyên nhân", "V. KIẾN NGHỊ, ĐỀ XUẤT"):
        assert said[said.index(heading) + 1] == "(Chưa có nội dung)"


def test_numbers_that_came_late_are_points_of_the_alphabet(written):
    late = [{"period": "2026-09", "what": f"việc {n}", "count": 1234} for n in range(5)]
    late.append({"period": "2026-q3", "what": "Nhiệm vụ", "count": None, "now": "Hoàn thành"})
    said = text_of(written(late=late))
    points = [text for text in said if re.match(r"\w\) Kỳ", text)]
    assert [text[0] for text in points] == list("abcdđe")
    assert points[0] == "a) Kỳ tháng 9 năm 2026, việc 0: tăng 1.234;"
    assert points[-1] == "e) Kỳ quý III năm 2026, Nhiệm vụ: Hoàn thành."
    assert "- Nhập sau khi chốt. Kỳ tháng 9 năm 2026, việc 4: tăng 1.234." in said  # and in the notes of Biểu 1


def test_it_ends_with_the_mark_of_the_end(written):
    said = text_of(written())
    assert [text for text in said if text.endswith("./.")] == [
        "Trên đây là báo cáo kết quả thực hiện tháng 11 năm 2026, UBND xã Hòa Lạc trân trọng báo cáo./."
    ]


@pytest.mark.parametrize("end", ["báo cáo", "báo cáo.", "báo cáo./.", "báo cáo ; "])
def test_the_mark_of_the_end_stands_once(written, contents, end):
    said = text_of(written(paragraphs=contents["paragraphs"] | {"closing": [f"UBND xã trân trọng {end}"]}))
    assert "UBND xã trân trọng báo cáo./." in said


def test_recipients_at_the_left_and_who_signs_level_with_them(document):
    end = document().tables[1]
    assert len(end.rows) == 1
    left, right = (cell.paragraphs for cell in end.rows[0].cells)
    assert [p.text for p in left] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Thường trực Đảng ủy - HĐND xã;",
        "- Chủ tịch, các PCT UBND xã;",
        "- Lưu: VT, VHXH.",
    ]
    assert [looks(p) for p in left] == [(12, True, True)] + [(11, False, False)] * 4
    assert [p.text for p in right] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Quang Sơn"]
    assert {(looks(p), p.alignment) for p in right} == {((14, True, False), ALIGN.CENTER)}
    assert right[-1].paragraph_format.space_before >= Pt(48)


def test_the_signature_never_stands_on_a_page_of_its_own(document):
    opened = document()
    last = find(opened, "Trên đây là")
    assert last.paragraph_format.keep_with_next
    row = opened.tables[1].rows[0]._tr
    assert row.trPr.find(qn("w:cantSplit")) is not None
    assert last._p.getnext() is opened.tables[1]._tbl


def test_annexes_have_a_number_a_title_and_their_report(document):
    opened = document()
    said = [p.text for p in opened.paragraphs]
    for roman, title in (("I", "BIỂU 1. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU"), ("VI", "BIỂU 6. CÁC NHIỆM VỤ")):
        start = said.index(f"Phụ lục {roman}")
        assert said[start + 1] == title
        assert [looks(p) for p in opened.paragraphs[start : start + 3]] == [
            (14, True, False), (13, True, False), (13, False, True)
        ]  # fmt: skip
        assert {p.alignment for p in opened.paragraphs[start : start + 3]} == {ALIGN.CENTER}


def test_tables_repeat_their_header_and_split_no_row(document):
    for found in document().tables[2:]:
        first, *others = found.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert {row._tr.trPr.find(qn("w:cantSplit")) is not None for row in found.rows} == {True}
        assert {row._tr.trPr.find(qn("w:tblHeader")) for row in others} == {None}
        assert {p.runs[0].font.bold for cell in first.cells for p in cell.paragraphs} == {True}


def test_tables_are_as_wide_as_the_page_and_no_letter_is_below_nine_points(document):
    for found in document().tables[2:]:
        widths = [int(column.get(qn("w:w"))) for column in found._tbl.tblGrid]
        assert sum(widths) / 20 / 72 * 25.4 == pytest.approx(247, abs=0.5)
        for row in found.rows:
            cells = row._tr.findall(qn("w:tc"))
            assert sum(int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in cells) == pytest.approx(
                sum(widths), abs=9
            )
        assert {looks(p)[0] for cell in found._cells for p in cell.paragraphs} <= {9, 9.5, 10, 11, 12}


def test_numbers_are_written_as_vietnamese_do_and_stand_at_the_right(document):
    row = document().tables[2].rows[3].cells  # CT4a
    assert [cell.text for cell in row[:11]] == [
        "3", "CT4a. Người trưởng thành có điện thoại thông minh", "người", "trên 85%", "15.234", "8.120", "53,3",
        "7.004", "86,3", "46,0", "41,3",
    ]  # fmt: skip
    assert {cell.paragraphs[0].alignment for cell in row[4:11]} == {ALIGN.RIGHT}
    assert row[1].paragraphs[0].alignment == ALIGN.LEFT


def test_days_are_written_as_vietnamese_do(document):
    assert document().tables[4].rows[1].cells[1].text == "20/10/2026"


def test_a_total_is_bold_and_keeps_a_row_with_it(document):
    rows = document().tables[4].rows
    assert [cell.text for cell in rows[-1].cells][5:9] == ["3", "103", "58", "27"]
    assert {looks(cell.paragraphs[0])[1] for cell in rows[-1].cells} == {True}
    assert {cell.paragraphs[0].paragraph_format.keep_with_next for cell in rows[-2].cells} == {True}
    assert {looks(cell.paragraphs[0])[1] for cell in rows[1].cells} == {False}


def test_a_heading_within_a_table_goes_across_it(document):
    rows = document().tables[6].rows
    assert rows[1].cells[0].text == rows[1].cells[-1].text == "Xã Thạch Hòa cũ"
    assert len(rows[1]._tr.findall(qn("w:tc"))) == 1


def test_what_is_not_known_is_a_mark_that_the_notes_explain(written, document):
    assert document().tables[2].rows[4].cells[7].text == "…"
    said = text_of(written())
    assert said.count("- Dấu …: chưa có số liệu.") == 1  # nothing is unknown in the other five


def test_notes_say_when_the_numbers_were_closed_and_how_they_are_counted(written):
    said = text_of(written())
    assert said.count("- Số liệu chốt lần 1 lúc 08:30 ngày 16/11/2026.") == 6
    assert "- Tỷ lệ trên tổng số mới nói được là đạt." in said
    counted = "Người có máy riêng. Đối tượng: người từ 18 tuổi. Kế hoạch: trên 85%. Nguồn: khảo sát tại hộ."
    assert f"- CT4a. Điện thoại thông minh: {counted}" in said


def test_a_period_closed_with_something_missing_says_why(written):
    closed = made()["closed"] | {"revision": 2, "why": "Trường Tiểu học chưa gửi."}
    assert "- Số liệu chốt lần 2 lúc 08:30 ngày 16/11/2026. Lý do: Trường Tiểu học chưa gửi." in text_of(
        written(closed=closed)
    )


def test_an_open_period_is_a_draft_on_its_first_line_and_a_closed_one_is_not(written):
    assert text_of(written(closed=None))[0] == "BẢN NHÁP - SỐ LIỆU CHƯA CHỐT"
    assert "- Số liệu chưa chốt, lấy lúc 09:05 ngày 16/11/2026." in text_of(written(closed=None))
    assert not any("NHÁP" in text for text in text_of(written()))


def test_free_text_of_a_stranger_is_plain_text(written, texts):
    data = written(texts=texts | {"III.3": HOSTILE, "V": "x" * 20_000 + "\n" + "từ " * 7_000})
    said = text_of(data)
    start = said.index("3. Khó khăn, vướng mắc và nguyên nhân")
    assert said[start + 1 : start + 3] == ["=cmd|' /C calc'!A0", "<w:p>thẻ & ký tự</w:p> Đảo 😀 hết"]
    assert "x" * 20_000 in said
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200f\ufffe\uffff]", "".join(said))


def test_hostile_text_in_a_table_a_title_and_a_letterhead_is_plain_text(written, contents, header):
    rows = [(1, HOSTILE, "a" * 20_000)]
    hostile = table("Tên <b> & \x0b", [("number", "STT", "int"), ("a", "<i>"), ("b", "=1+1")], rows, notes=[HOSTILE])
    data = written(
        header=header | {"signer": "A\x00 & B", "header": ["ỦY BAN <NHÂN> DÂN", "XÃ\tHÒA LẠC"]},
        tables=contents["tables"] | {"2": hostile},
        title="Kết quả <&> \u202eđảo",
    )
    said = text_of(data)
    assert {"BIỂU 2. TÊN <B> &  ", "A & B", "ỦY BAN <NHÂN> DÂN", "XÃ HÒA LẠC", "Kết quả <&> đảo", "=1+1"} <= set(said)
    row = docx.Document(io.BytesIO(data)).tables[3].rows[1]
    assert row._tr.trPr is None  # a row that no page can hold may be split


def test_an_empty_table_says_so(document, contents):
    found = document(tables=contents["tables"] | {"3": CLASSES | {"rows": []}}).tables[4]
    assert [row.cells[0].text for row in found.rows] == ["STT", "Không có số liệu trong kỳ."]


def test_two_hundred_rows(document, contents):
    rows = [CLASSES["rows"][n % 2] for n in range(200)] + [CLASSES["rows"][2]]
    found = document(tables=contents["tables"] | {"3": CLASSES | {"rows": rows}}).tables[4]
    assert len(found.rows) == 202
    assert looks(found.rows[100].cells[2].paragraphs[0])[0] == 11


def test_no_word_of_a_table_is_broken(document):
    for found in document().tables[2:]:
        widths = [int(column.get(qn("w:w"))) / 20 - letters.PADDING for column in found._tbl.tblGrid]
        for row in found.rows:
            cells = row._tr.findall(qn("w:tc"))
            if len(cells) < len(widths):
                continue
            for cell, width in zip(row.cells, widths, strict=True):
                size, bold, _ = looks(cell.paragraphs[0])
                assert max((letters.width(word, size, bold) for word in cell.text.split()), default=0) <= width


def test_the_children_of_elements_stand_in_the_order_of_the_schema(written):
    """Word repairs or refuses a file where they do not; LibreOffice and python-docx say nothing."""
    files = parts_of(written(closed=None))
    seen = set()
    for name in ("word/document.xml", "word/header1.xml", "word/styles.xml", "word/settings.xml"):
        for element in docx.oxml.parse_xml(files[name]).iter():
            kind = element.tag.partition("}")[2]
            seen.add(kind)
            if kind in ORDER:
                places = [ORDER[kind].split().index(child.tag.partition("}")[2]) for child in element]
                assert places == sorted(places), kind
    assert set(ORDER) <= seen


def test_every_cell_ends_with_a_paragraph_and_so_does_every_section(written):
    body = docx.oxml.parse_xml(parts_of(written())["word/document.xml"])[0]
    for cell in body.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p")
    for found in body.findall(qn("w:tbl")):
        assert found.getnext().tag == qn("w:p")  # two tables in a row would become one
    assert body[-1].tag == qn("w:sectPr")


def test_the_package_holds_what_it_names_and_nothing_of_the_library(written):
    files = parts_of(written())
    assert set(files) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/document.xml",
        "word/fontTable.xml",
        "word/theme/theme1.xml",
        "word/_rels/document.xml.rels",
        "word/header1.xml",
        "word/settings.xml",
        "word/styles.xml",
    }
    styles_xml = files["word/styles.xml"].decode()
    styles = set(re.findall(r'w:styleId="(\w+)"', styles_xml))
    named = files["word/document.xml"].decode() + styles_xml
    used = set(re.findall(r'w:(?:pStyle|basedOn|next) w:val="(\w+)"', named))
    assert used <= styles
    assert b"python-docx" not in b"".join(files.values())


def test_the_same_input_gives_the_same_bytes_a_year_later(written, monkeypatch):
    """The clock that zip files and properties are dated by is moved on; the texts come in another order."""
    import time

    before = written()
    later = time.time() + 366 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert written() == before
    known = docx.Document(io.BytesIO(before)).core_properties
    assert known.created.replace(tzinfo=None) == known.modified.replace(tzinfo=None) == datetime(2026, 11, 16, 2, 5)
    assert (known.author, known.revision) == ("UBND xã Hòa Lạc", 1)


def test_a_schools_own_report_has_its_letterhead_and_only_its_parts(written, contents):
    unit = type("Unit", (), {"key": "thach_hoa_primary", "kind": "school", "name": "Trường Tiểu học Thạch Hòa"})
    header = headers.of(plan.load("plans/hoa-lac-2026.toml"), unit)
    paragraphs = contents["paragraphs"] | {"II.2": [], "II.4": [], "II.5": []}
    tables = {key: contents["tables"][key] for key in ("1", "3")} | {
        "4": {"title": "", "columns": [], "rows": [], "notes": []}
    }
    data = written(header=header, unit={"key": unit.key, "name": unit.name}, paragraphs=paragraphs, tables=tables)
    said = text_of(data)
    assert said[:2] == ["UBND XÃ HÒA LẠC", "TRƯỜNG TIỂU HỌC THẠCH HÒA"]
    start = said.index("II. KẾT QUẢ THỰC HIỆN")
    assert "2. Đào tạo, tập huấn" in said[start:] and "2. Thông tin, tuyên truyền" not in said
    assert [text for text in said if text.startswith(("Phụ lục", "BIỂU"))] == [
        "Phụ lục I", "BIỂU 1. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", "Phụ lục II", "BIỂU 3. CÁC LỚP, BUỔI HƯỚNG DẪN"
    ]  # fmt: skip
    assert "HIỆU TRƯỞNG" in said
    assert len(docx.Document(io.BytesIO(data)).sections) == 3


def test_the_youth_unions_form_is_what_its_setting_says(written):
    unit = type("Unit", (), {"key": "youth_union", "kind": "youth_union", "name": "Đoàn Thanh niên xã"})
    said = text_of(written(header=headers.of(plan.load("plans/hoa-lac-2026.toml"), unit)))
    assert {"ĐOÀN TNCS HỒ CHÍ MINH", "Số:      -BC/ĐTN", "TM. BAN THƯỜNG VỤ"} <= set(said)
    assert not any("CỘNG HÒA" in text for text in said)


def test_a_report_without_tables_has_no_annexes(document):
    assert len(document(tables={}).sections) == 1

"""The tables of a report as an Excel workbook: a first sheet that says what they are, then a sheet for each Biểu."""

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

import vi
from report import annexes, letters, steady
from report.wordml import clean

A4 = 9
WIDE, LETTER, TALL = 150, 6.2, 15  # letters that fit across A4; points of one; points of a line
# Excel shows the separators of the computer's own settings; LibreOffice those of the language named here, Vietnamese.
NUMBER, PERCENT, DAY = "[$-42A]#,##0", "[$-42A]#,##0.0", "dd/mm/yyyy"
FIRST_ROW, HEADER_ROW = 0, 3  # a sheet begins with its title, when the numbers were closed, and an empty row


def write(file, contents):
    """Write the workbook as .xlsx to `file` (binary); the same contents give the same bytes."""
    packed = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(packed, options) as book:
        made = datetime.fromisoformat(contents["made_at"]).replace(microsecond=0)
        book.set_properties({"title": clean(contents["title"]), "created": made})
        _about(book, contents)
        for key, found in sorted(contents["tables"].items()):
            if found["columns"]:
                _sheet(book, contents, key, found)
    steady.repack(file, packed)


def _about(book, contents):
    """What the numbers are of, of when, and how they are counted."""
    sheet = book.add_worksheet("Giải thích")
    name = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    words = book.add_format({"valign": "top", "text_wrap": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for number, pair in enumerate(about(contents)):
        for column, (text, form) in enumerate(zip(pair, (name, words), strict=True)):
            sheet.write_string(number, column, _cut(text), form)
    _print(sheet, contents)


def about(contents):
    """Pairs of texts: area, period, whether it is closed, what came in late, the definition of each target."""
    period = contents["period"]
    days = [vi.date_vn(date.fromisoformat(period[key])) for key in ("starts", "ends", "since")]
    yield "Báo cáo", contents["title"]
    yield "Địa bàn", contents["area"]["label"]
    yield "Kỳ báo cáo", f"{period['name']}: từ ngày {days[0]} đến hết ngày {days[1]}; lũy kế từ ngày {days[2]}"
    yield "Tình trạng", annexes.state(contents)
    plan = contents["plan"]
    issued = [plan["title"], plan["number"] and f"số {plan['number']}", plan["date"] and f"ngày {plan['date']}"]
    yield "Kế hoạch", ", ".join(text for text in issued if text)
    yield "Mã của tệp kế hoạch", plan["digest"]
    for key, found in sorted(contents["tables"].items()):
        if found["columns"]:
            yield f"Biểu {key}", found["title"]
    for each in contents["late"]:
        yield "Nhập sau khi chốt", f"Kỳ {each['period']}: {each['what']}: {vi.number(each['count'])}"
    for each in contents["definitions"]:
        yield f"{each['code']}. {each['name']}", annexes.definition(each)


def _sheet(book, contents, key, found):
    """One Biểu, printed on A4 as wide as the page, with its header on each."""
    sheet = book.add_worksheet(f"Biểu {key}")
    formats = _formats(book)
    columns = found["columns"]
    labels = [clean(column["label"]) for column in columns]
    texts = [annexes.texts_of(each, columns) for each in found["rows"]]
    _, widths = letters.columns(labels, texts, WIDE * LETTER)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width / LETTER)
    sheet.write_string(FIRST_ROW, 0, _cut(f"Biểu {key}. {found['title']}"), formats["title", False])
    sheet.write_string(FIRST_ROW + 1, 0, _cut(annexes.state(contents)), formats["note", False])
    for number, label in enumerate(labels):
        sheet.write_string(HEADER_ROW, number, _cut(label), formats["header", True])
    line = HEADER_ROW
    for line, each in enumerate(found["rows"], HEADER_ROW + 1):
        _write_row(sheet, line, each, columns, formats)
    for number, note in enumerate(found["notes"], line + 2):
        sheet.write_string(number, 0, _cut(note), formats["note", False])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _print(sheet, contents)


def _write_row(sheet, line, each, columns, formats):
    bold = each["kind"] != "row"
    for number, (value, column) in enumerate(zip(each["cells"], columns, strict=True)):
        form = formats[column["kind"], bold]
        if value is None or value == "":
            sheet.write_string(line, number, annexes.shown(value, column), form)
        elif isinstance(value, str) and column["kind"] == "day":
            sheet.write_datetime(line, number, date.fromisoformat(value), form)
        elif isinstance(value, str):
            sheet.write_string(line, number, _cut(value), form)
        else:
            sheet.write_number(line, number, value, form)


def _formats(book):
    """{(kind of a column, whether bold): format}."""
    ruled = {"border": 1, "valign": "top", "text_wrap": True, "font_name": "Times New Roman", "font_size": 12}
    kinds = {
        "text": ruled,
        "int": ruled | {"num_format": NUMBER, "align": "right"},
        "percent": ruled | {"num_format": PERCENT, "align": "right"},
        "day": ruled | {"num_format": DAY, "align": "center"},
        "header": ruled | {"align": "center", "valign": "vcenter"},
        "title": {"font_name": "Times New Roman", "font_size": 14, "bold": True},
        "note": {"font_name": "Times New Roman", "font_size": 11, "italic": True},
    }
    return {
        (kind, bold): book.add_format(form | {"bold": bold} if bold else form)
        for kind, form in kinds.items()
        for bold in (False, True)
    }


def _cut(text):
    """A text as a cell of Excel holds it, on its lines."""
    return "\n".join(clean(line) for line in text.splitlines())[:CELL]


def _print(sheet, contents):
    """Fit a sheet to the width of an A4 page on its side; what it is and the page stand below."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.8, right=0.4, top=0.6, bottom=0.7)
    below = f"{contents['area']['label']}, {contents['period']['name']}"
    sheet.set_footer(f"&L{clean(below).replace('&', '&&')[:200]}&RTrang &P/&N")
    sheet.fit_to_pages(1, 0)


CELL = 32767  # letters, of Excel

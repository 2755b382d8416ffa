"""The tables of a report as an Excel workbook: a first sheet that says what they are, then a sheet for each Biểu."""

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

import vi
from report import annexes, letters, steady
from report.wordml import clean

A4 = 9
WIDE, HIGH = 740, 440  # points, of A4 on its side within its margins
FONT, TITLE, NOTE = "Times New Roman", 14, 11
LINE, LETTER, MARGIN = 1.3, 5.25, 3.75  # of the size: a line's height; points: what Excel counts columns in, beside it
HIGHEST = 409  # points, of Excel
CELL = 32767  # letters, of Excel
# Excel shows the separators of the computer's own settings; LibreOffice those of the language named here, Vietnamese.
NUMBER, PERCENT, DAY = "[$-42A]#,##0", "[$-42A]#,##0.0", "dd/mm/yyyy"
HEADER_ROW = 3  # a sheet begins with its title, when the numbers were closed, and an empty row
NAMES, WORDS = 190, 550  # points: the columns of the first sheet


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
    shared = {"valign": "top", "text_wrap": True, "font_name": FONT, "font_size": NOTE}
    forms = [book.add_format(shared | {"bold": bold}) for bold in (True, False)]
    for number, wide in enumerate((NAMES, WORDS)):
        _set_width(sheet, number, wide)
    for line, pair in enumerate(about(contents)):
        _set_height(sheet, line, pair, (NAMES, WORDS), NOTE, bold=True)
        for number, (text, form) in enumerate(zip(pair, forms, strict=True)):
            sheet.write_string(line, number, _cut(text), form)
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
        yield "Nhập sau khi chốt", annexes.late_said(each)
    for each in contents["definitions"]:
        yield f"{each['code']}. {each['name']}", annexes.definition(each)


def _sheet(book, contents, key, found):
    """One Biểu, printed on A4 as wide as the page, with its header on each."""
    sheet = book.add_worksheet(f"Biểu {key}")
    columns = found["columns"]
    labels = [clean(column["label"]) for column in columns]
    rows = [annexes.texts_of(each, columns) for each in found["rows"]]
    size, widths = letters.columns(labels, rows, WIDE, HIGH)
    formats = _formats(book, size)
    for number, wide in enumerate(widths):
        _set_width(sheet, number, wide)
    _set_height(sheet, HEADER_ROW, labels, widths, size, bold=True)
    for line, (texts, each) in enumerate(zip(rows, found["rows"], strict=True), HEADER_ROW + 1):
        _set_height(sheet, line, texts, widths, size, bold=each["kind"] != "row")
    sheet.write_string(0, 0, _cut(f"Biểu {key}. {found['title']}"), formats["title", False])
    sheet.write_string(1, 0, _cut(annexes.state(contents)), formats["note", False])
    for number, label in enumerate(labels):
        sheet.write_string(HEADER_ROW, number, _cut(label), formats["header", True])
    for line, each in enumerate(found["rows"], HEADER_ROW + 1):
        _write_row(sheet, line, each, columns, formats)
    for line, note in enumerate(found["notes"], HEADER_ROW + len(rows) + 2):
        sheet.write_string(line, 0, _cut(note), formats["note", False])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _print(sheet, contents)


def _set_width(sheet, number, points):
    sheet.set_column(number, number, (points - MARGIN) / LETTER)


def _set_height(sheet, line, texts, widths, size, bold):
    """Excel finds the height of a row by itself, LibreOffice does not."""
    inner = [wide - letters.PADDING for wide in widths]
    most = max(letters.lines(_cut(text), size, wide, bold) for text, wide in zip(texts, inner, strict=True))
    sheet.set_row(line, min(most * size * LINE + 2, HIGHEST))


def _write_row(sheet, line, each, columns, formats):
    bold = each["kind"] != "row"
    for number, (value, column) in enumerate(zip(each["cells"], columns, strict=True)):
        form = formats["order" if column["key"] == annexes.ORDER else column["kind"], bold]
        if value is None or value == "":
            sheet.write_string(line, number, annexes.shown(value, column), form)
        elif isinstance(value, str) and column["kind"] == "day":
            sheet.write_datetime(line, number, date.fromisoformat(value), form)
        elif isinstance(value, str):
            sheet.write_string(line, number, _cut(value), form)
        else:
            sheet.write_number(line, number, value, form)


def _formats(book, size):
    """{(kind of a column, whether bold): format}."""
    ruled = {"border": 1, "valign": "top", "text_wrap": True, "font_name": FONT, "font_size": size}
    kinds = {
        "text": ruled,
        "int": ruled | {"num_format": NUMBER, "align": "right"},
        "percent": ruled | {"num_format": PERCENT, "align": "right"},
        "order": ruled | {"num_format": NUMBER, "align": "center"},
        "day": ruled | {"num_format": DAY, "align": "center"},
        "header": ruled | {"align": "center", "valign": "vcenter"},
        "title": {"font_name": FONT, "font_size": TITLE, "bold": True},
        "note": {"font_name": FONT, "font_size": NOTE, "italic": True},
    }
    bold = {(kind, True): book.add_format(form | {"bold": True}) for kind, form in kinds.items()}
    return bold | {(kind, False): book.add_format(form) for kind, form in kinds.items()}


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

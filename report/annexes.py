"""The six Biểu of a report as annexes of its Word document, each in a landscape section of its own (domain.md 5.3)."""

from datetime import date, datetime

import periods
import vi
from report import headers, letters, words
from report.wordml import ACROSS, MILLIMETRE, Shape, cell, clean, lines, paragraph, row, run, table

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
NUMBERS = ("int", "percent")
ORDER = "number"  # the key of the column STT
LAST_DAY = 31  # of a month: whatever the plan's day of closing is, a period is called the same
UNKNOWN = "…"  # as in the tables of the statistics office: there is a number, and it is not known
NO_ROWS = "Không có số liệu trong kỳ."
SIZE, TITLE, NOTE = 14, 13, 11
PAGE = 140  # mm, what the first page of an annex holds below its title
NOTES = 5  # lines of notes that should stand on the page of their table
LONGEST_WHOLE = 1200  # letters of a cell; a row with a longer one may be split, or it would not fit on a page


def of(contents, header):
    """The annexes, each as its paragraphs and its table."""
    shown = [(key, found) for key, found in sorted(contents["tables"].items()) if found["columns"]]
    for roman, (key, found) in zip(ROMAN, shown, strict=False):
        yield [*_head(roman, key, found, header), _table(found), *_notes(contents, key, found)]


def _head(roman, key, found, header):
    """ "Phụ lục I", its title, and the report that it belongs to, whose number and date stay blank."""
    yield paragraph(run(f"Phụ lục {roman}", SIZE, bold=True), Shape("center", level=1, with_next=True))
    title = f"Biểu {key}. {found['title']}".upper()
    yield paragraph(run(title, TITLE, bold=True), Shape("center", above=3, with_next=True))
    number = headers.blank_number(header)
    whole = f"(Kèm theo Báo cáo số{number} ngày     tháng     năm         của {header['issuer']})"
    yield paragraph(run(whole, TITLE, italic=True), Shape("center", above=3, below=8, with_next=True))


def _table(found):
    columns = found["columns"]
    rows = [texts_of(each, columns) for each in found["rows"]]
    labels = [clean(column["label"]) for column in columns]
    high = PAGE * MILLIMETRE - NOTE * letters.LINE * min(len(found["notes"]) + 2, NOTES)
    size, widths = letters.columns(labels, rows, ACROSS[True] * MILLIMETRE, high)
    over = [
        cell(paragraph(run(label, size, bold=True), Shape("center", with_next=True)), width, middle=True)
        for label, width in zip(labels, widths, strict=True)
    ]
    kinds = [each["kind"] for each in found["rows"]] + [None]
    body = [
        _row(kind, texts, columns, widths, size, with_next=kind == "head" or after == "total")
        for kind, after, texts in zip(kinds, kinds[1:], rows, strict=False)
    ]
    if not body:
        said = paragraph(run(NO_ROWS, size, italic=True), Shape("center"))
        body = [row([cell(said, sum(widths), span=len(widths))])]
    return table([row(over, header=True), *body], widths, padding=letters.PADDING / 2, ruled=True)


def _row(kind, texts, columns, widths, size, with_next):
    """A row of a Biểu; a head with one text goes across all columns; with_next: on the page of the row below it."""
    bold = kind != "row"
    said = [text for text in texts if text]
    if kind == "head" and len(said) == 1:
        words = paragraph(run(said[0], size, bold=True), Shape(with_next=True))
        return row([cell(words, sum(widths), span=len(widths))])
    cells = [
        cell(_cell(text, column, size, bold, with_next), width)
        for text, column, width in zip(texts, columns, widths, strict=True)
    ]
    return row(cells, whole=max(map(len, texts)) < LONGEST_WHOLE)


def _cell(text, column, size, bold, with_next):
    """The paragraphs of a cell: numbers at the right, days and STT in the middle, each line of a text on its own."""
    centred = column["kind"] == "day" or column["key"] == ORDER
    align = "center" if centred else "right" if column["kind"] in NUMBERS else "left"
    shape = Shape(align, with_next=with_next)
    return "".join(paragraph(run(line, size, bold=bold), shape) for line in lines(text) or [""])


def texts_of(row, columns):
    """The cells of a row as people write them."""
    return [shown(value, column) for value, column in zip(row["cells"], columns, strict=True)]


def shown(value, column):
    """A cell's value as people write it: None is not known, and "" is nothing."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return vi.date_vn(date.fromisoformat(value)) if column["kind"] == "day" and value else value
    if column["kind"] == "percent":
        return vi.number(value, 1) + ("" if "%" in column["label"] else "%")
    return vi.number(value)


def _notes(contents, key, found):
    """What stands under a table: of which moment it is, what the marks mean, how its numbers are counted."""
    said = [state(contents), *found["notes"]]
    if any(value is None for each in found["rows"] for value in each["cells"]):
        said.append(f"Dấu {UNKNOWN}: chưa có số liệu.")
    if key == "1":
        said += [late_line(each) for each in contents["late"]]
    yield paragraph(run("Ghi chú:", NOTE, bold=True, italic=True), Shape(above=6, with_next=True))
    for text in said:
        for line in lines(text):
            yield paragraph(run(f"- {line}", NOTE), Shape("both"))
    if key == "1" and contents["definitions"]:
        yield paragraph(run("Cách tính các chỉ tiêu:", NOTE, bold=True, italic=True), Shape(above=4, with_next=True))
        for each in contents["definitions"]:
            words = run(f"- {each['code']}. {each['name']}: ", NOTE, bold=True) + run(definition(each), NOTE)
            yield paragraph(words, Shape("both"))


def state(contents):
    """When the numbers were closed, or that they are not."""
    closed = contents["closed"]
    if not closed:
        moment = datetime.fromisoformat(contents["made_at"])
        return f"Số liệu chưa chốt, lấy lúc {vi.time_vn(moment)} ngày {vi.date_vn(moment)}."
    moment = datetime.fromisoformat(closed["at"])
    why = f" Lý do: {closed['why']}" if closed.get("why") else ""
    return f"Số liệu chốt lần {closed['revision']} lúc {vi.time_vn(moment)} ngày {vi.date_vn(moment)}.{why}"


def late_line(each):
    """Something that was entered after the closing of the period it happened in."""
    return f"Nhập sau khi chốt. {late_said(each)}."


def late_said(each):
    """The same without a beginning: how many more (or less) there are, or what is said now of what has no number."""
    period = periods.read(each["period"], LAST_DAY)
    name = words.period_name(period) if period else each["period"]
    return f"Kỳ {name}, {each['what']}: {_changed(each)}"


def _changed(each):
    """A count with both its values: "tăng 2 (từ 17 lên 19)"; a text as it is now."""
    count, was, now = each["count"], each.get("was"), each.get("now")
    if count is None:
        return now or "không còn"
    said = f"{'tăng' if count > 0 else 'giảm'} {vi.number(abs(count))}"
    if was is None or now is None:
        return said
    return f"{said} (từ {vi.number(was)} {'lên' if count > 0 else 'còn'} {vi.number(now)})"


def definition(each):
    """How a target is counted, of whom and where its numbers come from."""
    goal = each["goal"] if isinstance(each["goal"], str) else vi.percent(each["goal"])
    labelled = (
        ("", each["rule"]),
        ("Đối tượng: ", each["population"]),
        ("Kế hoạch: ", goal),
        ("Nguồn: ", each["source"]),
    )
    return " ".join(f"{label}{text.strip().rstrip('.')}." for label, text in labelled if text.strip())

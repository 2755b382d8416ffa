"""Households, residents and attendance as XLSX and CSV files for the office.

`rows` walks an area village by village, so memory stays flat on both databases and no row costs a query.
A file without names counts everybody and is shuffled: in the order of the codes it could be laid beside the list.
A file with names holds the households that agreed, with the phones of those that want reminders (attendance: who
checked in, under that page's own notice).

XLSX is what Excel and LibreOffice open without a question. CSV is for other programs: UTF-8 with a mark at the start,
without which Excel breaks Vietnamese; commas, the list separator of Windows in Vietnamese (as Wine has it) and in
English alike; days as 2026-03-05, the one form that no setting of a computer reads as another day.

Run as a program it writes one file to its standard output: see `write_apart`.
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from datetime import time
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import xlsxwriter
from peewee import JOIN, Value, fn

import database
import plan
import vi
from models import (
    Area,
    Attendance,
    Course,
    Event,
    Household,
    Invitation,
    Meeting,
    Resident,
    Unit,
    User,
    answers_of_year,
    now,
)
from terms import AUDIENCES, RELATIONS, SEXES, STATES, WAYS

XLSX_ROWS = 2**20 - 1  # what a sheet holds below its header
WRITING_TIME = 300  # seconds
A4 = 9
# Widths are in characters of Excel's font. A sheet is fitted to the page's width: these are what can still be read.
WIDEST_UPRIGHT, WIDEST_ACROSS = 115, 210
WIDEST_COLUMN = 30
HEADER_LINES = 3
LINE = 15  # points
MOST_BREAKS, LONGEST_FOOTER = 1023, 200  # what Excel takes
PLACES = 2  # every table begins with the columns of the commune and the village

# Who has which account is for administrators only once names stand beside it.
RESTRICTED = ("account", "account_use")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

YES_NO = {True: "có", False: "không"}
AGE_BANDS = ((60, "60+"), (35, "35-59"), (18, "18-34"), (0, "16-17"))  # from this age on
DENOMINATORS = (
    "Trên số đã hỏi: số có / số người (hộ) đã trả lời, không tính “không rõ” và “không trả lời”. "
    "Trên toàn bộ: số có / dân số (số hộ) chính thức; chỉ tỷ lệ này mới nói được là đạt."
)


class Column(NamedTuple):
    """A column: its header, what a row shows in it, what it means. `named`: True when it stands only in files with
    names, False when only in those without; `question`: the key of the question it answers; `carried`: whether it
    stands on paper, where the page is wide enough."""

    header: str
    value: Callable
    meaning: str
    named: bool | None = None
    question: str | None = None
    carried: bool = True


class Table(NamedTuple):
    """A table that can be exported: its title, the start of its file's name, its columns by the active plan, and
    its rows in some areas (ids or a subquery of them), with names or without."""

    title: str
    filename: str
    columns: Callable
    query: Callable


def columns(table, named, administers):
    """The columns of a table's file, with names or without, for somebody who administers or does not."""
    hidden = RESTRICTED if named and not administers else ()
    return [c for c in TABLES[table].columns() if c.named in (None, named) and c.question not in hidden]


def count(table, area, named):
    """How many rows the file would have."""
    return TABLES[table].query(area.below().select(Area.id), named).count()


def rows(table, area, named, shown):
    """The rows of a table below `area`, as lists of the cells of the columns `shown`: str, int, date, time or None.

    Sorted by commune and village, then by household code and position in the household (attendance: by time); files
    without names are shuffled within a village, members of a household together.
    """
    values = [column.value for column in shown]
    for commune, place in _places(area):
        query = TABLES[table].query([place.id], named)
        labels = Value(commune.label).alias("commune"), Value(place.label).alias("place")
        for row in query.select_extend(*labels).namedtuples().iterator():
            yield [value(row) for value in values]


def _places(area):
    """(commune, area) for every area below, itself included, in Vietnamese order."""
    below = list(area.below())
    known = {each.id: each for each in [area.parent, *below] if each}
    pairs = [(known.get(each.parent_id, each) if each.kind == "village" else each, each) for each in below]
    return sorted(pairs, key=lambda pair: (pair[0].label_key, pair[0] != pair[1], pair[1].label_key))


def _households(areas, named):
    people = Resident.select(fn.COUNT(Resident.id)).where(Resident.household == Household.id, Resident.lives_here())
    head = Resident.select(fn.MIN(Resident.name)).where(
        Resident.household == Household.id, Resident.lives_here(), Resident.relation == "head"
    )
    query = Household.select(*_HOUSEHOLD, head.alias("head"), people.alias("people"))
    return _of_households(query, areas, named)


def _residents(areas, named):
    person = (
        Resident.name,
        Resident.birth_year,
        Resident.sex,
        Resident.relation,
        Resident.phone,
        Resident.proxy,
        Resident.answers,
        Resident.answered_at,
    )
    query = Resident.select(*person, *_HOUSEHOLD).join(Household).where(Resident.lives_here())
    return _of_households(query, areas, named).order_by_extend(Resident.position, Resident.id)


_HOUSEHOLD = (
    Household.code,
    Household.lane,
    Household.state,
    Household.agreed,
    Household.reminders,
    Household.visited_at,
    Household.children_0_5,
    Household.children_6_15,
    Household.answers.alias("home_answers"),
)


def _of_households(query, areas, named):
    query = query.where(Household.village.in_(areas), Household.stands())
    if named:
        return query.where(Household.agreed == True).order_by(Household.code_key, Household.id)
    return query.order_by(Household.uid)


def _attendance(areas, named):
    home, host, other = Area.alias(), User.alias(), Meeting.alias()
    before = other.select(fn.COUNT(other.id)).where(
        other.course == Meeting.course, other.starts_at <= Meeting.starts_at
    )
    invited = Invitation.select(fn.COUNT(Invitation.id)).where(
        Invitation.course == Meeting.course,
        Invitation.resident == Attendance.resident,
        Invitation.stands(),
        Invitation.need != "",
    )
    query = (
        Attendance.select(
            Course.title,
            Course.topic,
            Course.audience,
            Course.unit,
            Course.place.alias("venue"),
            host.name.alias("host"),
            before.alias("number"),
            Meeting.starts_at,
            Meeting.cancelled_at,
            home.label.alias("village"),
            Attendance.name,
            Attendance.birth_year,
            Attendance.how,
            Attendance.received_at,
            invited.alias("invited"),
            Attendance.resident,
        )
        .join(Meeting)
        .join(Course)
        .join(host, on=(Course.host == host.id))
        .switch(Attendance)
        .join(home, JOIN.LEFT_OUTER, on=(Attendance.village == home.id))
        .where(Course.area.in_(areas), Attendance.stands())
    )
    by_person = Attendance.name_key if named else Attendance.uid
    return query.order_by(Meeting.starts_at, Meeting.id, by_person, Attendance.id)


def _household_columns():
    place = [
        Column("Xã", attrgetter("commune"), "Xã của hộ"),
        Column("Thôn", attrgetter("place"), "Thôn của hộ"),
        Column("Mã hộ", attrgetter("code"), "Số của hộ trong thôn, dạng chữ", named=True),
        Column("Xóm, ngõ", attrgetter("lane"), "Xóm, ngõ của hộ", named=True),
    ]
    visit = [
        Column("Kết quả", lambda row: STATES.get(row.state), "Kết quả lần đến gần nhất"),
        Column("Đồng ý", lambda row: YES_NO.get(row.agreed), "Hộ đồng ý trả lời; trống: chưa hỏi được"),
        Column("Ngày đến", lambda row: _day(row.visited_at), "Ngày đến gần nhất"),
    ]
    return place, visit + [_answers(question, "home_answers") for question in plan.active.household_questions]


def _columns_of_households():
    place, visit = _household_columns()
    head = Column("Chủ hộ", attrgetter("head"), "Họ và tên chủ hộ; trống: chưa ghi ai", named=True)
    people = Column("Số người từ 16 tuổi", attrgetter("people"), "Số người từ 16 tuổi đang sống tại hộ")
    return [*place, head, people, *visit]


def _columns_of_residents():
    place, visit = _household_columns()
    return [
        *place,
        Column("Họ và tên", attrgetter("name"), "Trống: chưa biết tên", named=True),
        *_age(),
        Column("Giới tính", lambda row: SEXES.get(row.sex), "Nam, nữ; trống: chưa ghi"),
        Column("Quan hệ với chủ hộ", lambda row: RELATIONS.get(row.relation), "Quan hệ với chủ hộ"),
        Column("Số điện thoại", _phone, "Chỉ của hộ đồng ý nhắc lịch học; dạng chữ", named=True),
        Column("Trả lời thay", lambda row: YES_NO[row.proxy], "Người khác trong nhà trả lời thay"),
        *(_answers(question, "answers") for question in plan.active.person_questions),
        *visit,
    ]


def _columns_of_attendance():
    units = {unit.key: unit.name.vi for unit in plan.active.units} | Unit.names()
    topics = {topic.key: topic.name.vi for topic in plan.active.topics}
    return [
        Column("Xã", attrgetter("commune"), "Xã mở lớp"),
        Column("Nơi mở lớp", attrgetter("place"), "Thôn hoặc xã mở lớp"),
        Column("Ngày học", lambda row: _day(row.starts_at), "Ngày của buổi học"),
        Column("Giờ học", lambda row: vi.local(row.starts_at).time(), "Giờ bắt đầu buổi học"),
        Column("Buổi đã hủy", lambda row: YES_NO[row.cancelled_at is not None], "Có: không tính là một buổi học"),
        Column("Lớp học", attrgetter("title"), "Tên lớp"),
        Column("Buổi số", attrgetter("number"), "Buổi thứ mấy của lớp, theo thời gian"),
        Column("Họ và tên", attrgetter("name"), "Như người học ghi hoặc như trong danh sách hộ", named=True),
        *_age(),
        Column("Thôn của người học", attrgetter("village"), "Trống: không ghi thôn"),
        Column("Cách điểm danh", lambda row: WAYS.get(row.how), "Cách điểm danh"),
        Column("Được mời", lambda row: YES_NO[row.invited > 0], "Có thư mời đến lớp này"),
        Column("Có trong danh sách hộ", lambda row: YES_NO[row.resident is not None], "Đã khớp với một người dân"),
        Column("Chủ đề", lambda row: topics.get(row.topic), "Chủ đề của lớp", carried=False),
        Column("Dành cho", lambda row: AUDIENCES.get(row.audience), "Lớp dành cho ai", carried=False),
        Column(
            "Đơn vị",
            lambda row: units.get(row.unit),
            "Đơn vị của người học; trống: không riêng đơn vị nào",
            carried=False,
        ),
        Column("Phụ trách", attrgetter("host"), "Người phụ trách lớp", named=True, carried=False),
        Column("Địa điểm", attrgetter("venue"), "Địa điểm của lớp", carried=False),
        Column("Ngày nhập", lambda row: _day(row.received_at), "Ngày ghi vào máy, từ giấy thì sau", carried=False),
    ]


def _phone(row):
    return vi.show_phone(row.phone) if row.reminders and row.phone else None


def _age():
    year = plan.active.year
    return [
        Column("Năm sinh", attrgetter("birth_year"), "Năm sinh; trống: chưa ghi", named=True),
        Column("Nhóm tuổi", _age_band, f"Tuổi tính đến hết năm {year}; trống: chưa biết năm sinh", named=False),
    ]


def _age_band(row):
    if row.birth_year:
        age = plan.active.year - row.birth_year
        return next((words for least, words in AGE_BANDS if age >= least), None)
    return None


def _answers(question, field):
    """The column of one question: answers as the plan words them; blank means not asked."""
    answers = attrgetter(field)
    words = {option.key: option.text.vi for option in question.options + plan.NON_ANSWERS}
    key = question.key

    def value(row):
        said = answers(row)
        answer = (answers_of_year(said, row.answered_at) if question.yearly else said).get(key)
        if isinstance(answer, list):
            return "; ".join([words.get(each, each) for each in answer])
        return words.get(answer, answer)

    def counted(row):
        answer = answers(row).get(key, getattr(row, key, None))  # lists bring counts of children without a visit
        return words.get(answer, answer)

    meaning = question.text.vi + " Trống: chưa hỏi."
    shown = counted if question.kind == "count" else value
    return Column(question.short.vi, shown, meaning, question=key, carried=not question.folded)


def _day(moment):
    return vi.local(moment).date() if moment else None


TABLES = {
    "households": Table("Hộ dân", "ho-dan", _columns_of_households, _households),
    "residents": Table("Người dân", "nguoi-dan", _columns_of_residents, _residents),
    "attendance": Table("Điểm danh", "diem-danh", _columns_of_attendance, _attendance),
}


def make(file, table, format, area, named, reason, by):
    """Write a table's file to `file` (binary) and log who took what and why; returns the number of rows."""
    shown = columns(table, named, by.administers)
    cells = rows(table, area, named, shown)
    if format == "xlsx":
        explained = explanations(table, area, named, by, shown)
        written = write_xlsx(file, TABLES[table].title, shown, cells, explained, first_printed(area))
    else:
        written = write_csv(file, shown, cells)
    reason = {"reason": reason} if named else {}
    Event.log("export.made", area, by, table=table, format=format, named=named, rows=written, **reason)
    return written


def explanations(table, area, named, by, shown):
    """Pairs of texts: what the file is, and what each of its columns means."""
    made = now()
    if not named:
        who = "Không tên: tính mọi người, kể cả hộ không đồng ý"
    elif table == "attendance":
        who = "Có tên: những người đã điểm danh"
    else:
        who = "Có tên: chỉ các hộ đồng ý. Chỉ dùng cho việc đã nêu khi tải về; xóa khi xong việc"
    return [
        ("Danh sách", f"{TABLES[table].title}, {area.label}, năm {plan.active.year}"),
        ("Loại", who),
        ("Lập lúc", f"{vi.time_vn(made)} ngày {vi.date_vn(made)}"),
        ("Người lập", by.name),
        ("Hai mẫu số", DENOMINATORS),
        *((column.header, column.meaning) for column in shown),
    ]


def first_printed(area):
    """The first column that is printed: what is the same on every line, such as its village, stands below the page."""
    return {"village": 2, "commune": 1}.get(area.kind, 0)


def write_xlsx(file, title, shown, cells, explained, first=0, by_place=True):
    """Write an XLSX workbook to `file` (binary, can seek); returns the number of rows. Texts never become formulas.

    On paper the sheet begins with column number `first` and every village with a new page (`_print`), if `by_place`.
    Raises OverflowError rather than leave rows out when a sheet cannot hold them.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": f"{title}: {explained[0][1]}"})
        sheet = book.add_worksheet(title)
        written, longest, breaks = _write_rows(book, sheet, [column.header for column in shown], cells)
        widths = [_width(column.header, most) for column, most in zip(shown, longest, strict=True)]
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, written, len(shown) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A2:XFD{XLSX_ROWS + 1}"})
        last = _last_printed(shown, widths, first)
        _print(sheet, widths[first : last + 1], explained[0][1])
        sheet.print_area(0, first, written, last)
        sheet.repeat_rows(0)
        sheet.set_h_pagebreaks(breaks[:MOST_BREAKS] if by_place else [])
        _explain(book, [*explained, ("Khi in", _printed_words(shown, first, last))])
    return written


def _write_rows(book, sheet, headers, cells):
    """(number of rows, the longest text of each column, the rows before which another village begins)."""
    strong, plain, day, hour = _formats(book)
    sheet.set_row(0, LINE * HEADER_LINES + 3)
    sheet.write_row(0, 0, headers, strong)
    row, place, longest, breaks = 0, None, [0] * len(headers), []
    text, figure = sheet.write_string, sheet.write_number
    for row, line in enumerate(cells, 1):
        if row > XLSX_ROWS:
            raise OverflowError(f"more than {XLSX_ROWS} rows")
        if place != line[:PLACES]:
            breaks += [row] if place else []
            place = line[:PLACES]
        lines = 1
        for number, cell in enumerate(line):
            if isinstance(cell, str):
                if not cell:
                    continue
                text(row, number, cell, plain)
                long = len(cell)
                lines = max(lines, _lines(cell)) if long > WIDEST_COLUMN else lines
            elif isinstance(cell, int):
                figure(row, number, cell, plain)
                long = len(str(cell))
            elif cell is None:
                continue
            else:
                sheet.write_datetime(row, number, cell, hour if isinstance(cell, time) else day)
                long = 5 if isinstance(cell, time) else 10
            if long > longest[number]:
                longest[number] = long
        if lines > 1:
            sheet.set_row(row, LINE * lines)  # Excel finds it by itself, LibreOffice does not
    return row, longest, breaks


def _formats(book):
    """The formats of the header, of words and numbers, of days and of hours."""
    cell = {"valign": "top", "align": "left", "text_wrap": True}
    more = ({"bold": True, "bottom": 1}, {}, {"num_format": "dd/mm/yyyy"}, {"num_format": "hh:mm"})
    return [book.add_format(cell | each) for each in more]


@lru_cache(maxsize=1000)
def _lines(text):
    """How many lines a text takes that is longer than the widest column, which its column then is."""
    return len(textwrap.wrap(text, WIDEST_COLUMN))


def _width(header, longest):
    """How wide a column is: as its longest text, wrapped when that is too wide, and its header on three lines."""
    whole = next(n for n in range(1, len(header) + 1) if len(textwrap.wrap(header, n)) <= HEADER_LINES)
    words = max(map(len, header.split()))
    return max(min(longest, WIDEST_COLUMN), whole, words) + 1.5


def _last_printed(shown, widths, first):
    """The last column that is printed: before the first that is not carried, and while the page is wide enough."""
    last = first
    for number in range(first, len(shown)):
        if not shown[number].carried or sum(widths[first : number + 1]) > WIDEST_ACROSS:
            break
        last = number
    return last


def _printed_words(shown, first, last):
    where = f"Khổ A4, vừa bề ngang: từ cột “{shown[first].header}” đến cột “{shown[last].header}”. "
    return where + "Muốn in mọi cột thì vào Bố cục trang, Vùng in, Xóa vùng in."


def _explain(book, explained):
    sheet = book.add_worksheet("Giải thích")
    first = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    widths = (28, 95)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    for number, (name, meaning) in enumerate(explained):
        sheet.write_string(number, 0, name, first)
        sheet.write_string(number, 1, meaning, wrapped)
    _print(sheet, widths, f"Giải thích: {explained[0][1]}")


def _print(sheet, widths, footer):
    """Fit a sheet to the width of an A4 page, upright where that can be read; what it is and the page stand below."""
    if sum(widths) > WIDEST_UPRIGHT:
        sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:LONGEST_FOOTER]}&RTrang &P/&N")
    sheet.fit_to_pages(1, 0)


def write_csv(file, shown, cells):
    """Write CSV to `file` (binary); returns the number of rows. Cells that a program would run begin with '."""
    lines = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(lines)
    writer.writerow([column.header for column in shown])
    written = 0
    for line in cells:
        writer.writerow([harmless(cell) for cell in line])
        written += 1
    lines.flush()
    lines.detach()
    return written


def harmless(cell):
    """A cell as CSV shows it; a text that Excel would take for a formula begins with an apostrophe (ASVS 1.2.10)."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(DANGEROUS) else cell
    return f"{cell:%H:%M}" if isinstance(cell, time) else cell


def write_apart(table, format, area, named, reason, by, settings):
    """`make` in a process of its own; returns an open temporary file, which is gone once it is closed.

    A large XLSX would hold Python's lock for seconds and every other page with it. The file is the process's
    standard output: nothing is left behind on disk, whatever is killed. `settings`: DATABASE_URL and PLAN.
    Raises subprocess.TimeoutExpired, or CalledProcessError after the process has told the server's log why.
    """
    order = {"table": table, "format": format, "area": area.code, "named": named, "reason": reason, "by": by.uid}
    environment = os.environ | {name: settings[name] for name in ("DATABASE_URL", "PLAN")}
    file = tempfile.TemporaryFile()
    try:
        subprocess.run(
            [sys.executable, os.path.abspath(__file__)],
            input=json.dumps(order).encode(),
            stdout=file,
            env=environment,
            timeout=WRITING_TIME,
            check=True,
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def main():
    """Write the file that standard input orders to standard output."""
    order = json.load(sys.stdin)
    database.connect_to(os.environ["DATABASE_URL"])
    plan.use(os.environ["PLAN"], vi.local(now()).date())
    with database.db.connection_context():
        order["area"] = Area.get(Area.code == order["area"])
        order["by"] = User.get(User.uid == order["by"])
        make(sys.stdout.buffer, **order)


if __name__ == "__main__":
    main()

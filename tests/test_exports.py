"""Files for the office: what is in them, what is kept out, and that spreadsheet programs read them right."""

import csv
import io
import re
import subprocess
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from playhouse.test_utils import count_queries

import exports
import plan
import vi
import visits
from models import Attendance, Course, Event, Household, Invitation, Meeting, new_uid, now
from views import exports as view
from views import words

PLAN = str(Path(exports.__file__).parent / "plans" / "hoa-lac-2026.toml")
REASON = "Báo cáo quý IV gửi thành phố"
FORMULA = '=HYPERLINK("http://example.org";"Bấm")'
VISITED = datetime(2026, 11, 20, 18, 30)  # in UTC: the 21st in Viet Nam
PERSONAL = ("Lan", "Tuyết", "Mạnh", "HYPERLINK", "0912", "345 678", "1958", "1961", "Ngõ 3", "012")


@pytest.fixture
def answered(world):
    """Thôn 4 Thạch Hòa: Lan's household agreed and Tuyết's refused; Trại Mới: Mạnh's agreed and one waits."""
    lan = listed(world, "TH04", "012", ("Nguyễn Thị Lan", 1958, "f", "head", "0912345678"), lane="Ngõ 3")
    people = [{"phone": "own", "account": ["bank", "wallet"], "account_use": "alone", "vneid": "unknown", "k7": None}]
    knock(world, lan, "done", {"internet": "yes", "children_0_5": 2}, people, reminders=True)
    knock(world, listed(world, "TH04", "9", ("Trần Thị Tuyết", 1961, "f", "head", None)), "refused", {}, [])
    manh = listed(
        world, "TX01", "3", (FORMULA, 2009, "m", "grandchild", None), ("Bùi Văn Mạnh", 1990, "m", "head", None)
    )
    knock(world, manh, "done", {"trading": "with_qr"}, [{"needs": ["none"]}, {"needs": ["payment", "other"]}])
    listed(world, "TX01", "10", (None, None, "f", "other", None), children=(1, 0))
    return world


@pytest.fixture
def attended(answered):
    """Lan came to a class of Thôn 4, and so did a walk-in; one more was undone."""
    hana, village = answered.users["hana"], answered.areas["TH04"]
    times = [(datetime(2026, 11, 24, 12, 30), datetime(2026, 11, 24, 14, 0))]
    course = Course.open(hana, village, "vneid", "Lớp VNeID cơ bản", "Nhà văn hóa", times)
    meeting = course.meetings.get()
    lan = Household.get(Household.code == "012").residents.get()
    Attendance.check_in(meeting, new_uid(), "self", "", resident=lan)
    Attendance.check_in(meeting, new_uid(), "host", "Đỗ Thị Ngà", 1999, answered.areas["BY02"], by=hana)
    undone, _ = Attendance.check_in(meeting, new_uid(), "paper", "Lê Văn Nhầm", by=hana)
    undone.undo(hana)
    return answered


def listed(world, village, code, *people, **details):
    keys = ("name", "birth_year", "sex", "relation", "phone")
    people = [dict(zip(keys, person, strict=True)) for person in people]
    return Household.add(world.areas[village], world.users["sara"], code=code, people=people, **details)


def knock(world, household, outcome, answers, people, **more):
    people = [{"uid": p.uid, "answers": given} for p, given in zip(household.living(), people, strict=False)]
    visit = {"uid": new_uid(), "outcome": outcome, "happened_at": VISITED, "answers": answers, "people": people}
    visits.receive(household, visit | more, world.users["vera"])


def made(world, table, format="xlsx", named=False, by="sara", area=None):
    """The bytes of a file."""
    file = io.BytesIO()
    exports.make(file, table, format, area or world.commune, named, REASON, world.users[by])
    return file.getvalue()


def book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def records(content):
    """The rows of an XLSX file as dicts by header."""
    header, *lines = book(content).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def csv_records(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def download(browser, table="residents", format="xlsx", **fields):
    """(status, headers, body) of one click; the temporary file is closed as a server would."""
    with browser.post(f"/exports/{table}.{format}", data={"area": "HL"} | fields) as response:
        return response.status_code, response.headers, response.get_data()


def test_every_question_has_a_column(use_plan):
    questions = [question.key for question in plan.active.questions]
    for named in (False, True):
        shown = [c.question for t in ("households", "residents") for c in exports.columns(t, named, True) if c.question]
        assert set(shown) == set(questions)
        residents = [c.question for c in exports.columns("residents", named, True) if c.question]
        assert sorted(residents) == sorted(questions)


def test_no_two_columns_share_a_header(world):
    for table in exports.TABLES:
        headers = [column.header for column in exports.columns(table, True, True)]
        assert headers == list(dict.fromkeys(headers))


def test_residents_are_in_the_order_of_the_list_with_answers_in_words(database, answered):
    lan, *family = records(made(answered, "residents", named=True, by="ada"))
    assert [row["Họ và tên"] for row in family] == [FORMULA, "Bùi Văn Mạnh"]
    assert {header: cell for header, cell in lan.items() if cell is not None} == {
        "Xã": "Xã Hòa Lạc",
        "Thôn": "Thôn 4 (Thạch Hòa cũ)",
        "Mã hộ": "012",
        "Xóm, ngõ": "Ngõ 3",
        "Họ và tên": "Nguyễn Thị Lan",
        "Năm sinh": 1958,
        "Giới tính": "nữ",
        "Quan hệ với chủ hộ": "chủ hộ",
        "Số điện thoại": "0912 345 678",
        "Trả lời thay": "không",
        "Điện thoại": "Có điện thoại thông minh riêng",
        "Tài khoản thanh toán": "Tài khoản ngân hàng; Ví điện tử",
        "Dùng tài khoản": "Tự dùng được",
        "VNeID": "Không rõ",
        "Kết quả": "Xong",
        "Đồng ý": "có",
        "Ngày đến": datetime(2026, 11, 21),
        "Internet ở nhà": "Có",
        "Trẻ 0-5 tuổi": 2,
    }


def test_households_are_counted_with_their_people_and_children(database, answered):
    shown = exports.columns("households", True, False)
    [lan, manh] = exports.rows("households", answered.commune, True, shown)
    lan, manh = (dict(zip([c.header for c in shown], row, strict=True)) for row in (lan, manh))
    assert (lan["Chủ hộ"], lan["Số người từ 16 tuổi"], lan["Ngày đến"]) == ("Nguyễn Thị Lan", 1, date(2026, 11, 21))
    assert (manh["Chủ hộ"], manh["Số người từ 16 tuổi"], manh["Trẻ 0-5 tuổi"]) == ("Bùi Văn Mạnh", 2, None)
    unnamed = records(made(answered, "households"))
    assert sorted(row["Kết quả"] for row in unnamed) == ["Chưa đến", "Từ chối", "Xong", "Xong"]
    assert [row["Trẻ 0-5 tuổi"] for row in unnamed if row["Kết quả"] == "Chưa đến"] == [1]


def test_a_file_with_names_holds_only_households_that_agreed(database, answered):
    assert [row["Mã hộ"] for row in records(made(answered, "households", named=True))] == ["012", "3"]
    assert {row["Đồng ý"] for row in records(made(answered, "residents", named=True))} == {"có"}
    assert exports.count("households", answered.commune, named=True) == 2
    assert exports.count("residents", answered.commune, named=True) == 3


def test_a_file_without_names_counts_everybody_and_names_nobody(database, attended):
    assert exports.count("residents", attended.commune, named=False) == 5
    for table, lines in {"households": 4, "residents": 5, "attendance": 2}.items():
        content = made(attended, table, "csv").decode("utf-8-sig")
        assert len(content.splitlines()) == lines + 1
        assert [word for word in PERSONAL if word in content] == []
    bands = [row["Nhóm tuổi"] for row in records(made(attended, "residents"))]
    assert sorted(bands, key=str) == ["16-17", "35-59", "60+", "60+", None]


def test_a_file_without_names_is_not_in_the_order_of_the_list(sqlite, world):
    for number in range(30):
        listed(world, "TH04", f"{number:03d}", ("Nguyễn Văn An", 1950 + number, "m", "head", None))
    column = exports.Column("", lambda row: row.code, "")
    codes = [code for [code] in exports.rows("households", world.commune, False, [column])]
    assert codes != sorted(codes)
    assert sorted(codes) == [f"{number:03d}" for number in range(30)]


def test_ages_are_those_of_the_plans_year(use_plan):
    person = type("Row", (), {})
    expected = {1966: "60+", 1967: "35-59", 1991: "35-59", 1992: "18-34", 2008: "18-34", 2009: "16-17", None: None}
    for person.birth_year, band in expected.items():
        assert exports._age_band(person) == band


def test_who_came_to_a_session_called_off_says_so(database, attended):
    Meeting.update(cancelled_at=now()).execute()
    assert [row["Buổi đã hủy"] for row in records(made(attended, "attendance", named=True))] == ["có", "có"]


def test_bank_accounts_stand_beside_names_only_for_administrators(database, answered):
    accounts = ["Tài khoản thanh toán", "Dùng tài khoản"]
    for named, by, seen in [(True, "sara", []), (True, "ada", accounts), (False, "sara", accounts)]:
        header = records(made(answered, "residents", named=named, by=by))[0]
        assert [name for name in accounts if name in header] == seen


def test_attendance_tells_the_meeting_the_person_and_how(database, attended):
    lan, nga = records(made(attended, "attendance", named=True))
    assert lan == {
        "Xã": "Xã Hòa Lạc",
        "Nơi mở lớp": "Thôn 4 (Thạch Hòa cũ)",
        "Lớp học": "Lớp VNeID cơ bản",
        "Chủ đề": "Cài đặt, đăng nhập và sử dụng VNeID",
        "Dành cho": "Người dân",
        "Đơn vị": None,
        "Phụ trách": "Hà Thị Na",
        "Buổi số": 1,
        "Ngày học": datetime(2026, 11, 24),
        "Giờ học": time(19, 30),
        "Địa điểm": "Nhà văn hóa",
        "Thôn của người học": "Thôn 4 (Thạch Hòa cũ)",
        "Họ và tên": "Nguyễn Thị Lan",
        "Năm sinh": 1958,
        "Cách điểm danh": "tự quét",
        "Được mời": "không",
        "Có trong danh sách hộ": "có",
        "Buổi đã hủy": "không",
        "Ngày nhập": datetime.combine(vi.local(now()).date(), time()),
    }
    assert [nga[header] for header in ("Họ và tên", "Thôn của người học", "Có trong danh sách hộ")] == [
        "Đỗ Thị Ngà",
        "Thôn 4 (Bình Yên cũ)",
        "không",
    ]


def test_attendance_tells_whom_a_class_was_for_which_session_and_who_was_invited(database, attended):
    course = Course.get()
    course.change(None, audience="workers", unit="culture")
    starts = datetime(2026, 11, 26, 12, 30)
    second = Meeting.create(course=course, starts_at=starts, ends_at=starts.replace(hour=14))
    lan = Household.get(Household.code == "012").residents.get()
    Attendance.check_in(second, new_uid(), "paper", "", resident=lan)
    Invitation.create(code="CODE", number=1, course=course, resident=lan, need="vneid")
    told = ("Dành cho", "Đơn vị", "Buổi số", "Được mời", "Cách điểm danh")
    rows = records(made(attended, "attendance", named=True))
    assert [[row[header] for header in told] for row in rows] == [
        ["Người lao động", "Phòng Văn hóa - Xã hội", 1, "có", "tự quét"],
        ["Người lao động", "Phòng Văn hóa - Xã hội", 1, "không", "cán bộ ghi"],
        ["Người lao động", "Phòng Văn hóa - Xã hội", 2, "có", "từ giấy"],
    ]
    assert "Phụ trách" not in records(made(attended, "attendance"))[0]


def test_a_name_that_looks_like_a_formula_is_harmless(sqlite, answered):
    sheet = book(made(answered, "residents", named=True)).worksheets[0]
    [cell] = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    names = [row["Họ và tên"] for row in csv_records(made(answered, "residents", "csv", named=True))]
    assert names == ["Nguyễn Thị Lan", "'" + FORMULA, "Bùi Văn Mạnh"]


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_csv_cells_that_would_run_are_quoted(start):
    assert exports.harmless(start + "1") == "'" + start + "1"
    assert [exports.harmless(cell) for cell in ("", "1=1", None, 5)] == ["", "1=1", None, 5]


def test_csv_is_what_vietnamese_excel_reads(sqlite, answered):
    content = made(answered, "residents", "csv", named=True)
    assert content.startswith(b"\xef\xbb\xbfX\xc3\xa3,")
    assert content.count(b"\n") == content.count(b"\r\n") == 4
    lan = csv_records(content)[0]
    assert [lan[key] for key in ("Xã", "Mã hộ", "Số điện thoại", "Năm sinh", "Ngày đến", "VNeID")] == [
        "Xã Hòa Lạc",
        "012",
        "0912 345 678",
        "1958",
        "2026-11-21",
        "Không rõ",
    ]


def test_the_workbook_is_ready_to_filter_and_to_print(sqlite, answered):
    workbook = book(made(answered, "residents", named=True))
    sheet, explained = workbook.worksheets
    assert (sheet.title, explained.title) == ("Người dân", "Giải thích")
    assert workbook.properties.title == "Người dân: Người dân, Xã Hòa Lạc, năm 2026"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet.auto_filter.ref == sheet.dimensions
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    header = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.column_dimensions[header["Họ và tên"]].width > sheet.column_dimensions[header["Năm sinh"]].width
    assert sheet[header["Ngày đến"] + "2"].number_format == "dd/mm/yyyy"
    assert [sheet[header[name] + "2"].data_type for name in ("Mã hộ", "Số điện thoại", "Năm sinh")] == ["s", "s", "n"]
    says = dict(explained.iter_rows(values_only=True))
    assert (says["Người lập"], says["Hai mẫu số"]) == ("Sái Thị Ra", exports.DENOMINATORS)
    assert [name for name in header if name not in says] == []


def test_one_villages_people_print_on_a4_as_a_list_to_carry(sqlite, answered):
    sheet, explained = book(made(answered, "residents", named=True, area=answered.areas["TH04"])).worksheets
    for each in (sheet, explained):
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert (each.page_setup.fitToWidth or 1, each.page_setup.fitToHeight) == (1, 0)  # one page is what unsaid means
    assert sheet.print_title_rows == "$1:$1"
    printed = [cell.value for cell in sheet[sheet.print_area.replace("$", "").partition("!")[2]][0]]
    assert printed[:5] == ["Mã hộ", "Xóm, ngõ", "Họ và tên", "Năm sinh", "Giới tính"]
    assert printed[-1] == "Nhu cầu hỗ trợ"
    footer = sheet.oddFooter
    assert (footer.left.text, footer.right.text) == (
        "Người dân, Thôn 4 (Thạch Hòa cũ), năm 2026",
        "Trang &P/&N",
    )
    says = dict(explained.iter_rows(values_only=True))
    assert says["Khi in"].startswith("Khổ A4, vừa bề ngang: từ cột “Mã hộ” đến cột “Nhu cầu hỗ trợ”.")


def test_in_a_communes_file_every_village_begins_a_page_and_is_named(sqlite, answered):
    sheet = book(made(answered, "residents", named=True)).worksheets[0]
    header = {cell.value: cell.column for cell in sheet[1]}
    villages = [sheet.cell(row, header["Thôn"]).value for row in (2, 3, 4)]
    assert villages == ["Thôn 4 (Thạch Hòa cũ)", "Thôn Trại Mới", "Thôn Trại Mới"]
    assert [found.id for found in sheet.row_breaks.brk] == [2]
    assert sheet.print_area.partition("!")[2].startswith("$B$1:")


def test_columns_are_as_wide_as_their_words_and_long_texts_wrap(sqlite, answered):
    needs = [{"needs": ["vneid", "services", "payment", "safety", "smartphone"]}]
    knock(answered, Household.get(Household.code == "012"), "done", {}, needs)
    sheet = book(made(answered, "residents", named=True, area=answered.areas["TH04"])).worksheets[0]
    column = {cell.value: cell.column_letter for cell in sheet[1]}
    alike = list(sheet.column_dimensions.values())  # neighbours of one width are one
    width = {c.value: next(each.width for each in alike if each.min <= c.column <= each.max) for c in sheet[1]}
    assert len("Nguyễn Thị Lan") < width["Họ và tên"] < len("Nguyễn Thị Lan") + 3
    assert width["Năm sinh"] < 7 and width["Giới tính"] < 7
    assert width["Nhu cầu hỗ trợ"] < exports.WIDEST_COLUMN + 3
    assert sheet[column["Nhu cầu hỗ trợ"] + "2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height >= 5 * exports.LINE
    assert [name for name in column if max(map(len, name.split())) > width[name]] == []


def test_a_narrow_list_stands_upright(sqlite, answered):
    upright = book(made(answered, "attendance", named=False, area=answered.areas["TH04"])).worksheets[0]
    assert upright.page_setup.orientation in (None, "portrait", "default")


def test_a_sheet_that_is_full_is_an_error_and_loses_no_row_in_silence(sqlite, answered, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 4)
    with pytest.raises(OverflowError):
        made(answered, "residents")


def test_an_empty_village_gives_a_header_alone(sqlite, answered):
    assert records(made(answered, "residents", area=answered.areas["BY02"])) == []
    assert book(made(answered, "residents", area=answered.areas["BY02"])).worksheets[0].max_row == 1


def test_rows_cost_no_queries(database, answered):
    def queries():
        shown = exports.columns("residents", False, True)
        with count_queries() as counted:
            number = len(list(exports.rows("residents", answered.commune, False, shown)))
        return number, counted.count

    few, before = queries()
    for number in range(20):
        listed(answered, "TH04", f"A{number}", ("Nguyễn Văn An", 1970, "m", "head", None))
    many, after = queries()
    assert (many - few, after) == (20, before)


def test_the_words_in_files_are_the_words_on_screen(app):
    with app.test_request_context():
        for name in ("SEXES", "RELATIONS", "AUDIENCES"):
            assert getattr(exports, name) == {key: str(word) for key, word in getattr(words, name).items()}
        assert exports.WAYS == {key: str(word) for key, word in words.HOW.items()}
        states = {key: str(word).partition(" ")[2] for key, word in words.HOUSEHOLD_STATES.items()}
        assert exports.STATES == states


def test_staff_download_without_names_at_once(sqlite, answered, as_):
    status, headers, body = download(as_("sara"), "residents", "xlsx")
    assert (status, headers["Content-Type"]) == (200, view.TYPES["xlsx"])
    assert int(headers["Content-Length"]) == len(body)
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"attachment; filename=nguoi-dan-khong-ten-HL-\d{4}-\d\d-\d\d\.xlsx", headers["Content-Disposition"]
    )
    assert len(records(body)) == 5
    event = Event.get(Event.verb == "export.made")
    assert (event.user, event.subject, event.data) == (
        answered.users["sara"],
        "HL",
        {"table": "residents", "format": "xlsx", "named": False, "rows": 5},
    )


def test_names_need_a_reason_and_the_log_keeps_it(sqlite, answered, as_):
    sara = as_("sara")
    for reason, sentence in [
        ("", "Ghi lý do tải danh sách có tên, ít nhất 10 ký tự."),
        ("  Báo  cáo ", "Ghi lý do tải danh sách có tên, ít nhất 10 ký tự."),
        ("x" * 201, "Dài quá 200 ký tự; viết gọn lại."),
        ("Xem người số 001 058 012 345", "Không ghi số giấy tờ vào đây."),
    ]:
        status, _, body = download(sara, "residents", "csv", named="yes", reason=reason, area="TH04")
        text = body.decode()
        assert status == 422
        assert re.search(rf'id="reason-error">{sentence}<', text)
        assert f'name="reason" value="{reason}"' in text
        assert 'name="named" value="yes" checked' in text
        assert 'name="area" value="TH04"' in text
    assert Event.select().where(Event.verb == "export.made").count() == 0

    status, _, body = download(sara, "residents", "csv", named="yes", reason=f" {REASON} ", area="TH04")
    assert (status, [row["Họ và tên"] for row in csv_records(body)]) == (200, ["Nguyễn Thị Lan"])
    event = Event.get(Event.verb == "export.made")
    assert event.data == {"table": "residents", "format": "csv", "named": True, "rows": 1, "reason": REASON}
    assert event.subject == "TH04"


def test_the_page_tells_how_many_before(sqlite, attended, as_):
    page = as_("sara").get("/exports").get_data(as_text=True)
    shown = re.findall(r'<span class="soft small num">(.*?)</span>', " ".join(page.split()))
    assert shown == ["4 hộ<br>đồng ý: 2 hộ", "5 người<br>đồng ý: 3 người", "2 lượt"]
    village = as_("sara").get("/exports?area=TX01").get_data(as_text=True)
    assert "2 hộ<br>đồng ý: 1 hộ" in " ".join(village.split())


def test_only_the_office_may_export_and_only_its_own_area(sqlite, answered, as_):
    for name in ("vera", "leo", "otto", "hana", "uma"):
        assert as_(name).get("/exports").status_code == 404
        assert download(as_(name))[0] == 404
    assert download(as_(None))[0] in (401, 303)
    sara = answered.users["sara"]
    sara.area = answered.areas["TH04"]
    sara.save()
    for code in ("HL", "TX01", "NOWHERE"):
        assert as_("sara").get(f"/exports?area={code}").status_code == 404
        assert download(as_("sara"), area=code)[0] == 404
    assert Event.select().where(Event.verb == "export.made").count() == 0
    status, _, body = download(as_("sara"), area="TH04")
    assert (status, len(records(body))) == (200, 2)


@pytest.mark.parametrize("path", ["people.xlsx", "residents.pdf", "residents"])
def test_other_tables_and_formats_are_not_there(sqlite, as_, path):
    assert as_("ada").post(f"/exports/{path}", data={"area": "HL"}).status_code == 404


def test_what_cannot_be_made_now_is_said_and_nothing_is_logged(sqlite, answered, as_, monkeypatch):
    ada = as_("ada")
    monkeypatch.setattr(exports, "WRITING_TIME", 0.001)
    status, _, body = download(ada, reason=REASON)
    assert (status, "Danh sách quá dài, làm chưa xong." in body.decode()) == (503, True)
    with view.writing, view.writing:
        status, _, body = download(ada)
    assert (status, "Đang làm các tệp khác." in body.decode()) == (503, True)
    monkeypatch.setattr(exports, "XLSX_ROWS", 4)
    status, _, body = download(ada)
    assert (status, "Excel không chứa hết danh sách này." in body.decode()) == (422, True)
    assert Event.select().where(Event.verb == "export.made").count() == 0


def test_a_process_of_its_own_writes_the_file(database, answered):
    settings = {"DATABASE_URL": database, "PLAN": PLAN}
    ada = answered.users["ada"]
    with exports.write_apart("residents", "xlsx", answered.commune, True, REASON, ada, settings) as file:
        names = [row["Họ và tên"] for row in records(file.read())]
    assert names == ["Nguyễn Thị Lan", FORMULA, "Bùi Văn Mạnh"]
    assert Event.get(Event.verb == "export.made").user == ada


def test_a_writer_that_fails_is_an_error_and_not_an_empty_file(sqlite, answered, app):
    settings = {"DATABASE_URL": app.config["DATABASE_URL"], "PLAN": "/nowhere.toml"}
    with pytest.raises(subprocess.CalledProcessError):
        exports.write_apart("residents", "csv", answered.commune, False, "", answered.users["ada"], settings)

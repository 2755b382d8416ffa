"""The way of a list through the screens: uploaded, looked at, saved once; and every file that cannot be used."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from pathlib import Path

import openpyxl
import pytest

import moves
from models import Area, Event, Household, IntegrityError, Resident, Roster, User, now
from roster import comparing, official, villages
from roster.changes import COUNTS, DETAILS
from roster.reading import Reading
from terms import IDENTITY
from tests.roster.conftest import HEADER, LIST, upload

DATA = Path(__file__).resolve().parents[1] / "data"


def words(answer):
    """The text of a page on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def fact(answer, label):
    """The number that the page shows with a label, None when it does not show it."""
    found = re.search(rf'<dt class="grow">{label}</dt><dd><b>([\d.]+)</b>', answer.text)
    return found and int(found[1].replace(".", ""))


def stored():
    return Household.select().count(), Resident.select().count()


def test_a_list_is_shown_then_saved_then_the_same(sara, preview):
    address = preview()
    page = sara.get(address)
    assert stored() == (0, 0)
    assert "4 hộ 7 người đọc được 6 từ 16 tuổi, có tên 1 trẻ em, chỉ đếm" in words(page)
    assert (fact(page, "hộ mới"), fact(page, "người mới")) == (4, 6)
    answer = sara.post(address, data={"then": "save"})
    assert (answer.status_code, answer.location, stored()) == (303, address, (4, 6))
    result = sara.get(address)
    assert (fact(result, "hộ mới"), fact(result, "người mới")) == (4, 6)
    assert 'href="/households?village=TH04"' in result.text
    again = sara.get(preview())
    assert "✓ Không có gì thay đổi: danh sách này đã được nhập." in words(again)
    assert fact(again, "hộ giữ nguyên") == 4


def test_a_correction_says_what_changes_before_and_after(sara, preview, corrected):
    sara.post(preview(), data={"then": "save"})
    address = preview(corrected)
    page = words(sara.get(address))
    assert "Hộ 001 Trần Thị Lan Lê Văn Bình, họ và tên: Lê Văn Bình → Lê Văn Bính" in page
    assert "Hộ 002 Vũ Văn Dũng Vũ Văn Dũng, số điện thoại: trống → 0987 654 321 + Vũ Thị Kim: thêm vào hộ" in page
    assert "Hộ 005 Khuất Thị Nga" in page
    sara.post(address, data={"then": "save"})
    result = sara.get(address)
    assert (fact(result, "hộ mới"), fact(result, "hộ có thay đổi"), fact(result, "người mới")) == (1, 2, 2)
    assert "Hộ 001 họ và tên Hộ 002 thêm người, số điện thoại" in words(result)


def test_a_correction_that_leaves_somebody_out_shows_its_result(sara, preview):
    """The ordinary list that comes again: one household has a change and somebody of it is not in the file."""
    sara.post(preview(), data={"then": "save"})
    address = preview([[*LIST[0][:6], "0911111111"], *LIST[2:]])
    assert "○ Lê Văn Bình: không thấy trong tệp, giữ nguyên" in words(sara.get(address))
    sara.post(address, data={"then": "save"})
    result = sara.get(address)
    assert (result.status_code, fact(result, "hộ có thay đổi")) == (200, 1)
    assert "Hộ 001 có người không thấy trong tệp, số điện thoại" in words(result)


def test_a_result_words_everything_that_can_be_stored(sara, preview):
    address = preview()
    sara.post(address, data={"then": "save"})
    row = Roster.get()
    result = row.result | {"counts": {key: 1000 + place for place, key in enumerate(COUNTS)}}
    row.result = result | {"changed": [[Household.get().uid, "001", "Thôn 4", [key]] for key in DETAILS]}
    row.save()
    page = sara.get(address)
    told = re.findall(r'<b>Hộ 001</b>\s*<span class="soft small">\s*([^<]+?)\s*</span>', page.text)
    assert (page.status_code, len(told), len(set(told))) == (200, len(DETAILS), len(DETAILS))
    assert set(told) & set(DETAILS) == set()
    assert sorted(re.findall(r"<dd><b>1\.(\d+)</b>", page.text)) == [f"{n:03d}" for n in range(len(COUNTS))]


def test_a_result_shows_whatever_a_version_stored(sara, preview):
    address = preview()
    sara.post(address, data={"then": "save"})
    fields = [*IDENTITY, "lane", "dwelling", "children_0_5", "children_6_15", "added", "missing", "kept", "a later key"]
    row = Roster.get()
    row.result = row.result | {"changed": [["x", "001", "Thôn 4", [field]] for field in fields], "later": 1}
    row.save()
    page = sara.get(address)
    assert (page.status_code, page.text.count("Hộ 001")) == (200, len(fields))
    assert [field for field in fields if f">{field}<" in page.text] == []


@pytest.mark.parametrize(
    ("name", "homes", "people"), [("danh-sach-thon-4.xlsx", 212, 713), ("danh-sach-thon-trai-moi.xlsx", 148, 502)]
)
def test_a_printed_list_goes_through(sara, name, homes, people):
    address = upload(sara, DATA / name).location
    page = sara.get(address)
    assert (fact(page, "hộ mới"), fact(page, "người mới")) == (homes, people)
    sara.post(address, data={"then": "save"})
    assert stored() == (homes, people)


def test_the_list_of_the_commune_asks_for_what_the_areas_do_not_tell(sara, world):
    official.save_areas(villages.read_areas(DATA / "thon.csv")[0], {}, world.users["sara"])
    address = upload(sara, DATA / "danh-sach-toan-xa.xlsx").location
    reading = Reading.from_json(Roster.get().text())
    asked = re.findall(r'id="village-(\d+)"', sara.get(address).text)
    names = [f"Thôn {n}" for n in (4, 6, 7, 8, 9, 10)] + ["Phúc Tiến", "Đồi Sen", "Sen Trì", "Cánh Chủ"]
    assert asked == ["3", "5", "6", "7", "8", "9", "16", "17", "18", "19"]
    refused = sara.post(address, data={"then": "save"})
    assert (refused.status_code, stored()) == (422, (0, 0))
    assert refused.text.count("Chọn thôn của phần danh sách này.") == 10
    sara.post(address, data={"rest": "new"})
    refused = sara.post(address, data={"then": "save"})
    assert refused.text.count("Chọn thôn của phần danh sách này.") == 1
    answer = sara.post(address, data={"then": "save", "village-3": "BY02"})
    assert (answer.status_code, stored()) == (303, (8000, 26644))
    assert [Area.select().where(Area.name.endswith(name)).count() for name in names] == [2] + [1] * 9
    again = comparing.compare(reading, {"3": "BY02"}, world.users["sara"])
    assert (again.nothing, again.counts["households_unchanged"], len(again.asked)) == (True, 8000, 1)


def test_a_village_can_be_chosen_and_looked_at_again(sara, preview):
    address = preview(title="DANH SÁCH THÔN 4")
    answer = sara.post(address, data={"then": "look", "village-0": "BY02"})
    assert (answer.status_code, stored()) == (303, (0, 0))
    page = sara.get(address)
    assert (fact(page, "hộ mới"), 'value="BY02" checked' in page.text) == (4, True)


def test_what_was_said_of_a_village_is_offered_when_the_same_file_comes_again(sara, preview, sheet):
    sara.post(preview(title="DANH SÁCH HỘ THÔN 4"), data={"then": "save", "village-0": "BY02"})
    again = sara.get(preview(title="DANH SÁCH HỘ THÔN 4"))
    assert 'name="village-0" value="BY02" checked' in again.text
    assert "Không có gì thay đổi: danh sách này đã được nhập." in words(again)
    other = upload(sara, sheet(title="DANH SÁCH HỘ THÔN 4"), "another.xlsx").location
    assert sara.post(other, data={"then": "save"}).status_code == 422


def test_a_village_made_for_a_list_is_known_when_it_comes_again(sara, preview):
    created = {"then": "save", "village-0": "new", "name-0": "Thôn 4", "former-0": "Cổ Đông"}
    sara.post(preview(title="DANH SÁCH HỘ THÔN 4"), data=created)
    assert stored() == (4, 6)
    again = sara.get(preview(title="DANH SÁCH HỘ THÔN 4"))
    assert "Không có gì thay đổi: danh sách này đã được nhập." in words(again)


def test_a_new_village_that_cannot_be_made_is_marked_with_what_was_typed(sara, preview):
    address = preview(title="DANH SÁCH THÔN 4")
    answer = sara.post(address, data={"then": "save", "village-0": "new", "name-0": "thôn 4", "former-0": "Thạch Hòa"})
    assert answer.status_code == 422
    assert "Đã có thôn cùng tên và cùng xã cũ; chọn thôn đó." in answer.text
    assert 'name="name-0" value="thôn 4"' in answer.text


@pytest.mark.parametrize("choice", ["HL", "ZZ99", "", "new"])
def test_a_choice_that_is_no_village_is_asked_again(sara, preview, choice):
    address = preview(title="DANH SÁCH THÔN 4")
    assert sara.post(address, data={"then": "save", "village-0": choice}).status_code == 422
    assert stored() == (0, 0)


SPLIT = [["003", "Đỗ Thị Hoa", "Chủ hộ", 1980, "Nữ"], ["003", "Hà Thị Em", "Con", 1962, "Nữ"]]


@pytest.fixture
def split(sara, preview):
    """Saved: LIST. Uploaded: a household of its own code with Em, who stands in 002; gives the preview's address."""
    sara.post(preview(), data={"then": "save"})
    return preview([["H03", *row[1:]] for row in SPLIT], header=["Mã hộ", *HEADER[1:5]])


def homes():
    return {home.code: [who.name for who in home.living()] for home in Household.select().order_by(Household.code)}


def test_the_preview_asks_about_whoever_stands_elsewhere_and_leaves_them_out(sara, split, preview):
    page = sara.get(split)
    assert "Trong tệp: hộ H03 · Thôn 4 (Thạch Hòa cũ) Đang có: hộ 002 · Thôn 4 (Thạch Hòa cũ)" in words(page)
    assert "Lưu, để lại 1 người" in words(page)
    sara.post(split, data={"then": "save"})
    assert (homes()["002"], homes()["H03"]) == (["Vũ Văn Dũng", "Hà Thị Em"], ["Đỗ Thị Hoa"])
    assert fact(sara.get(split), "người để lại, chưa ghi: có thể đã có ở hộ khác") == 1
    again = sara.get(preview([["H03", *row[1:]] for row in SPLIT], header=["Mã hộ", *HEADER[1:5]]))
    assert (fact(again, "hộ giữ nguyên"), "danh sách này đã được nhập" in words(again)) == (1, False)


@pytest.mark.parametrize("one", [True, False], ids=["one by one", "for all"])
def test_whoever_moved_here_is_moved_by_the_answer(sara, split, one):
    name = re.search(r'name="(same-[^"]+)" value="here"', sara.get(split).text)[1] if one else "same-rest"
    sara.post(split, data={"then": "look", name: "here"})
    page = sara.get(split)
    assert (fact(page, "người chuyển từ hộ khác đến"), "Lưu vào danh sách" in words(page)) == (1, True)
    assert f'name="{name}" value="here" checked' in page.text or not one
    sara.post(split, data={"then": "save"})
    assert (homes()["002"], homes()["H03"]) == (["Vũ Văn Dũng"], ["Đỗ Thị Hoa", "Hà Thị Em"])
    assert fact(sara.get(split), "người chuyển từ hộ khác đến") == 1


def test_a_move_that_can_no_longer_be_made_is_told_and_saves_nothing(sara, split, monkeypatch):
    def refuse(*arguments, **told):
        raise moves.Refused(moves.N_("Hộ này đã nhập vào hộ khác. Tìm lại hộ mới."))

    before = homes()
    monkeypatch.setattr(moves, "to_household", refuse)
    answer = sara.post(split, data={"then": "save", "same-rest": "here"})
    assert (answer.status_code, homes()) == (409, before)
    assert "Có người vừa sửa danh sách cùng lúc" in answer.text


def test_a_second_population_blocks_until_somebody_says(sara, preview, world):
    def listed(start):
        return [[n, f"Trần Văn {chr(65 + n)}", "Chủ hộ", 1900 + start + n, "Nam"] for n in range(1, 21)]

    sara.post(preview(listed(0)), data={"then": "save"})
    address = preview([[row[0], row[1].replace("Trần", "Lê"), *row[2:]] for row in listed(50)])
    page = words(sara.get(address))
    assert "Thôn đang có 20 hộ, tệp có 20 hộ, chỉ 0 hộ trùng nhau. Nếu lưu, thôn sẽ có 40 hộ." in page
    assert "Số chính thức: 400 hộ." in page
    refused = sara.post(address, data={"then": "save"})
    assert (refused.status_code, stored()) == (422, (20, 20))
    assert "Chọn có thêm các hộ này vào thôn hay không." in refused.text
    sara.post(address, data={"then": "save", "second-TH04": "add"})
    assert stored() == (40, 40)


def test_whoever_is_added_without_a_year_is_shown_by_name(sara, preview):
    page = words(sara.get(preview([*LIST, [None, "Chu Văn Nên", "Con", None, "Nam"], [None, "Nhân", "Con", 1990]])))
    assert "△ 2 người sắp thêm nên xem lại" in page
    assert "Chu Văn Nên hộ 004 · Thôn 4 (Thạch Hòa cũ) : chưa có năm sinh" in page
    assert "Nhân hộ 004 · Thôn 4 (Thạch Hòa cũ) : họ tên lạ, chưa có giới tính" in page


def test_a_double_tap_saves_once_and_shows_the_first_result(sara, preview):
    address = preview()
    for _ in range(2):
        assert sara.post(address, data={"then": "save"}).location == address
    assert fact(sara.get(address), "hộ mới") == 4
    assert (stored(), Event.select().where(Event.verb == "roster.saved").count()) == ((4, 6), 1)


def test_a_stale_tab_compares_anew_when_it_saves(sara, preview, corrected):
    old, new = preview(), preview(corrected)
    sara.post(new, data={"then": "save"})
    sara.post(old, data={"then": "save"})
    assert stored() == (5, 8)
    assert fact(sara.get(old), "hộ đã có nhưng không thấy trong tệp: giữ nguyên, không xóa") == 1


def test_a_stale_tab_whose_village_is_gone_is_asked_again(sara, preview, world):
    address = preview(title="DANH SÁCH THÔN 4")
    sara.post(address, data={"then": "look", "village-0": "BY02"})
    Area.update(path="/elsewhere/").where(Area.code == "BY02").execute()
    Area.add("village", "Thôn 4", "TX04", world.commune, "Tiến Xuân")
    answer = sara.post(address, data={"then": "save", "village-0": "BY02"})
    assert (answer.status_code, "Thôn đã chọn không còn; chọn lại." in answer.text, stored()) == (422, True, (0, 0))


def test_two_who_save_at_once_are_told_and_nothing_is_half_saved(sara, preview, monkeypatch):
    address = preview()

    def crossed(*arguments, **others):
        raise IntegrityError("UNIQUE")

    monkeypatch.setattr(Resident, "insert_prepared", crossed)
    answer = sara.post(address, data={"then": "save"})
    assert (answer.status_code, stored()) == (409, (0, 0))
    assert "Có người vừa sửa danh sách cùng lúc" in answer.text


def test_another_users_upload_is_not_there(as_, preview):
    address = preview()
    for username in ("ada", "vera", "hana"):
        assert [as_(username).get(address).status_code, as_(username).post(address).status_code] == [404, 404]
    assert as_(None).get(address).status_code == 303
    assert stored() == (0, 0)


@pytest.mark.parametrize("username", ["vera", "leo", "hana", "uma"])
def test_only_the_office_imports(as_, username, sheet):
    browser = as_(username)
    assert [browser.get("/roster").status_code, upload(browser, sheet()).status_code] == [404, 404]
    assert Roster.select().count() == 0


def test_what_was_read_is_kept_until_saved_and_for_a_day(sara, preview):
    address = preview()
    row = Roster.get()
    assert "Trần Thị Lan" in row.text()
    sara.post(address, data={"then": "save"})
    row = Roster.get()
    assert (bytes(row.reading), "Trần Thị Lan" in str(row.result)) == (b"", False)
    forgotten = preview()
    Roster.update(created_at=now() - timedelta(hours=25)).execute()
    kept = preview()
    assert [sara.get(at).status_code for at in (address, forgotten, kept)] == [200, 404, 200]


def test_the_log_names_neither_the_file_nor_anybody(sara, sheet):
    address = upload(sara, sheet(), "Hộ ông Nguyễn Văn Bí.xlsx").location
    sara.post(address, data={"then": "save"})
    logged = " ".join(f"{event.verb} {event.subject} {event.data}" for event in Event.select())
    assert [name for name in ("Bí", "Lan", "Dũng", "xlsx") if name in logged] == []


def test_columns_and_problems_are_told_with_their_places(sara, preview):
    rows = [[1, "Trần Thị Lan", "Chủ hộ", 1826, "Nữ", "001170012345"]]
    rows += [[None, '=HYPERLINK("http://x","An")', "Con", 1990]]
    page = words(sara.get(preview(rows, header=[*HEADER[:5], "Số CCCD"])))
    assert "F Số CCCD không đọc, không lưu" in page
    assert "▲ 2 chỗ phải bỏ qua Ô D3, trang “Sheet”: năm sinh 1826 không thể đúng (từ 1900 đến 2026)." in page
    assert "Ô B4, trang “Sheet”: họ tên là công thức chưa có kết quả nên người ở dòng này chưa được nhập." in page


def test_only_the_first_problems_are_shown_and_the_rest_counted(sara, preview):
    page = sara.get(preview([[n, f"Trần Văn {chr(65 + n % 26)}", "Chủ hộ", 1826, "Nam"] for n in range(1, 71)]))
    assert page.text.count("không thể đúng") == 50
    assert "Và 20 chỗ nữa." in page.text


@pytest.mark.parametrize("name", ["list.xls", "list.ods"])
def test_the_office_may_choose_and_upload_old_excel_and_libreoffice(sara, name):
    accepted = re.search('type="file"[^>]* accept="([^"]*)"', sara.get("/roster").text)[1]
    assert Path(name).suffix in accepted.split(",")
    address = upload(sara, Path(__file__).parents[1] / "data" / "messy" / name).location
    sara.post(address, data={"then": "save"})
    assert stored() == (2, 3)


def test_a_cell_that_shows_an_error_is_named_in_the_preview(sara, preview):
    page = words(sara.get(preview([[*LIST[0][:5], "#SPILL!"], ["#REF!", "Loading...", "Chồng", 1955, "Nam"]])))
    assert "Ô B4, trang “Sheet”: ô “họ và tên” báo lỗi “Loading...” nên coi là để trống." in page
    assert "Ô F3, trang “Sheet”: ô “địa chỉ” báo lỗi “#SPILL!”" in page


def test_a_formula_in_a_name_reaches_neither_page_nor_rows(sara, preview):
    rows = [*LIST, [None, '=HYPERLINK("http://evil")', "Con", 1990]]
    rows += [[5, "<script>alert(1)</script> Hoa", "Chủ hộ", 1990]]
    address = preview(rows)
    page = sara.get(address)
    sara.post(address, data={"then": "save"})
    assert ("evil" in page.text, "<script>alert" in page.text) == (False, False)
    names = [person.name for person in Resident.select()]
    assert [name for name in names if "=" in name or "<" in name or "(" in name] == []


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 2**20))
    return stream.getvalue()


LEGACY = [["STT hé", "Hä vµ tªn", "Quan hÖ", "N¨m sinh"], [1, "NguyÔn V¨n An", "Chñ hé", 1970]]
VNI = [["STT hoä", "Hoï vaø teân", "Quan heä", "Naêm sinh"], [1, "Nguyeãn Vaên An", "Chuû hoä", 1970]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
UNUSABLE = {
    "nothing": (b"", "Tệp này trống."),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Tệp này không phải bảng tính Excel, LibreOffice (.ods) hoặc CSV."),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "Tệp này đặt mật khẩu nên không đọc được."),
    "old Word": (OLE, "Tệp này không phải bảng tính Excel, LibreOffice (.ods) hoặc CSV."),
    "TCVN3": (workbook(*LEGACY), "chữ gõ bằng bảng mã cũ TCVN3 (.VnTime), không phải Unicode."),
    "VNI": (workbook(*VNI), "chữ gõ bằng bảng mã cũ VNI, không phải Unicode."),
    "no names": (workbook(["STT hộ", "Quan hệ", "Năm sinh"], [1, "Chủ hộ", 1970]), "không có cột “Họ và tên”."),
    "headers disagree": (
        workbook(HEADER[:5], [HEADER[n] for n in (0, 3, 2, 1, 4)], LIST[0]),
        "hai dòng tiêu đề không khớp nhau",
    ),
    "zip bomb": (bomb, "Tệp này bung ra quá lớn so với một danh sách hộ nên không được mở."),
    "too big": (lambda: b"PK" + bytes(20 * 2**20), "Tệp này nặng hơn 20 MB."),
    "far too big": (lambda: b"PK" + bytes(40 * 2**20), "Tệp này nặng hơn 20 MB."),
    "half a file": (workbook(HEADER, LIST[0])[:3000], "Tệp này bị hỏng nên không đọc được."),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_that_cannot_be_used_gets_a_sentence_and_leaves_nothing(sara, case):
    content, sentence = UNUSABLE[case]
    answer = upload(sara, content() if callable(content) else content)
    error = unescape(re.search(r'<p class="error" id="file-error" role="alert">(.*?)</p>', answer.text)[1])
    assert (answer.status_code, sentence in error, Roster.select().count(), stored()) == (422, True, 0, (0, 0))


def test_no_file_at_all_is_said_too(sara):
    answer = sara.post("/roster", data={})
    assert (answer.status_code, "Chưa chọn tệp nào." in answer.text) == (422, True)


def test_a_household_without_a_head_is_kept_and_told(sara, preview):
    address = preview([[1, "Trần Thị Lan", "Vợ", 1958, "Nữ"], [2, "Vũ Văn Dũng", "Chủ hộ", 2031, "Nam"]])
    page = words(sara.get(address))
    assert "hộ này không có ai ghi “Chủ hộ”." in page
    assert "năm sinh 2031 không thể đúng" in page
    sara.post(address, data={"then": "save", "doubt-age": "adults"})
    assert [(home.head_name, home.living()[0].birth_year) for home in Household.select()] == [
        ("Trần Thị Lan", 1958),
        ("Vũ Văn Dũng", None),
    ]


def test_the_filename_is_shown_harmlessly(sara, sheet):
    page = sara.get(upload(sara, sheet(), "../<b>x</b>.xlsx").location)
    assert ("<b>x</b>" in page.text, "&lt;b&gt;x&lt;/b&gt;.xlsx" in page.text) == (False, True)


def test_an_officer_of_a_village_is_asked_only_for_their_own(world, as_, sheet):
    User.add("tam", "Tâm", "staff", world.areas["TX01"])
    browser = as_("tam")
    address = upload(browser, sheet()).location
    page = browser.get(address).text
    assert sorted(set(re.findall(r'name="village-0" value="(\w+)"', page))) == ["TX01", "skip"]
    for choice in ("TH04", "new"):
        data = {"then": "save", "village-0": choice, "name-0": "Thôn 5", "former-0": ""}
        assert browser.post(address, data=data).status_code == 422
    assert (stored(), Area.select().count()) == ((0, 0), 4)


def test_the_preview_asks_as_often_of_the_database_however_many_households(sara, preview, count_queries):
    def queries(homes):
        rows = [[n, f"Trần Văn {chr(65 + n % 26)}{chr(97 + n // 26)}", "Chủ hộ", 1960, "Nam"] for n in range(1, homes)]
        address = preview(rows)
        sara.post(address, data={"then": "save"})
        again = preview(rows)
        with count_queries() as seen:
            assert fact(sara.get(again), "hộ giữ nguyên") == homes - 1
        return len(seen)

    assert queries(10) == queries(60)

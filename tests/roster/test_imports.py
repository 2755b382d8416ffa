"""Imports seen by the office: how far one has come, whose turn it is, all of the area, and taken back on screen."""

import threading
from datetime import timedelta

import pytest

from models import Consent, Event, Household, Resident, Roster, User, now
from roster import apart, background, saving
from roster.reading import Reading
from tests.roster.conftest import LIST, upload
from tests.roster.test_upload import fact, stored, words
from views import roster as views


@pytest.fixture
def held(monkeypatch):
    """`held(module, name)` makes a function wait until `.set()`; pages answer at once. Ends what it held."""
    gates, threads, start = [], [], background.start

    def started(*arguments):
        threads.append(start(*arguments))
        return threads[-1]

    def hold(module, name):
        gate, reached, function = threading.Event(), threading.Event(), getattr(module, name)

        def waits(*arguments, **named):
            reached.set()
            gate.wait(60)
            return function(*arguments, **named)

        monkeypatch.setattr(module, name, waits)
        gates.append(gate)
        return reached

    def let_go():
        for gate in gates:
            gate.set()
        for thread in threads:
            thread.join(60)

    monkeypatch.setattr(background, "start", started)
    hold.let_go = let_go
    yield hold
    let_go()


def answers_at_once(monkeypatch):
    monkeypatch.setattr(views, "ANSWERS_WITHIN", 0)


def part(browser, address):
    return browser.get(address, headers={"HX-Request": "true", "HX-Target": "div#progress"})


def test_saving_shows_how_far_it_has_come_and_survives_a_closed_tab(database, sara, preview, held, monkeypatch):
    address = preview()
    answers_at_once(monkeypatch)
    reached = held(saving._Prepared, "write")
    assert sara.post(address, data={"then": "save"}).location == address
    assert reached.wait(60)
    page = sara.get(address)
    assert "◌ Đang lưu" in words(page)
    assert "Đang ghi: ghi được cả danh sách, hoặc không ghi gì." in words(page)
    assert 'hx-trigger="every 1s"' in page.text
    assert (part(sara, address).text.strip().startswith('<div id="progress"'), stored()) == (True, (0, 0))
    held.let_go()
    assert part(sara, address).headers["HX-Redirect"] == address
    assert (fact(sara.get(address), "hộ mới"), stored()) == (4, (4, 6))


def test_villages_are_counted_while_they_are_compared(sara, preview, held, monkeypatch):
    lines = [[f"Thôn {n}", 1, "Trần Thị Lan", "Chủ hộ", 1950 + n] for n in (5, 6, 7)]
    address = preview(lines, title="DANH SÁCH", header=["Thôn", "STT hộ", "Họ và tên", "Quan hệ", "Năm sinh"])
    sara.post(address, data={"rest": "new"})
    seen = []
    monkeypatch.setattr(Roster, "lives", lambda row, done=None, total=None: seen.append((done, total)))
    sara.post(address, data={"then": "save"})
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_reading_shows_that_it_goes_on_and_then_the_preview(sara, sheet, held, monkeypatch):
    answers_at_once(monkeypatch)
    reached = held(background, "read_as_text")
    address = upload(sara, sheet()).location
    assert reached.wait(60)
    assert "◌ Đang đọc tệp Đang mở tệp." in words(sara.get(address))
    Roster.get().lives(1234)
    assert "Đã đọc 1.234 người." in words(part(sara, address))
    held.let_go()
    assert part(sara, address).headers["HX-Redirect"] == address
    assert fact(sara.get(address), "hộ mới") == 4


def test_the_reader_tells_how_many_people_it_has_read(sheet, tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "TICK", 0.01)
    seen = []
    rows = [[n, f"Trần Văn {chr(65 + n % 26)}", "Chủ hộ", 1960, "Nam"] for n in range(1, 4000)]
    text = apart.read_as_text(sheet(rows), ends="2026-12-31", seen=seen.append)
    assert Reading.from_json(text).rows == 3999
    assert seen == sorted(seen)
    assert 0 <= seen[-1] <= 3999


def test_a_slow_file_that_cannot_be_read_says_so_on_its_page(sara, held, monkeypatch):
    answers_at_once(monkeypatch)
    held(background, "read_as_text")
    address = upload(sara, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").location
    held.let_go()
    page = sara.get(address)
    assert "Tệp này không phải bảng tính Excel, LibreOffice (.ods) hoặc CSV." in words(page)
    assert 'href="/roster"' in page.text


def test_two_who_import_at_once_wait_for_each_other_in_words(database, sara, as_, sheet, preview, held, monkeypatch):
    first, ada = preview(), as_("ada")
    second = upload(ada, sheet([[1, "Khuất Thị Nga", "Chủ hộ", 1977]]), "list-2.xlsx").location
    answers_at_once(monkeypatch)
    monkeypatch.setattr(background, "PAUSE", 0.01)
    reached = held(saving._Prepared, "prepare")
    sara.post(first, data={"then": "save"})
    assert reached.wait(60)
    ada.post(second, data={"then": "save"})
    page = words(ada.get(second))
    assert "◌ Chờ tới lượt" in page
    assert "Sái Thị Ra đang nhập “list.xlsx”. Xong sẽ tới lượt danh sách này" in page
    held.let_go()
    assert stored() == (5, 7)
    states = [row.state for row in Roster.select().order_by(Roster.id)]
    verbs = [
        event.verb for event in Event.select().order_by(Event.id) if event.verb in ("roster.saving", "roster.saved")
    ]
    assert (states, verbs) == (["saved"] * 2, ["roster.saving", "roster.saved"] * 2)


def test_a_list_of_another_village_does_not_wait(world, sheet):
    own = [User.add(name, name, "staff", world.areas[code]) for name, code in (("tam", "TX01"), ("tu", "TH04"))]
    rows = [Roster.keep(user, "list.xlsx", "{}") for user in [*own, world.users["sara"]]]
    for row in rows:
        row.queue()
    assert [row.turn() for row in rows] == [True, True, False]
    assert rows[2].in_the_way().user in own


@pytest.mark.parametrize(
    ("state", "words_told"), [("saving", "chưa ghi gì vào danh sách hộ"), ("queued", "chưa ghi gì")]
)
def test_an_interrupted_saving_is_said_and_begun_again(sara, preview, state, words_told):
    address = preview()
    Roster.update(state=state, alive_at=now() - timedelta(seconds=31)).execute()
    page = sara.get(address)
    assert words_told in words(page)
    assert ("▲ Bị ngắt giữa chừng" in words(page), "hx-trigger" in page.text) == (True, False)
    sara.post(address, data={"then": "save"})
    assert (fact(sara.get(address), "hộ mới"), stored()) == (4, (4, 6))


def test_an_interrupted_reading_asks_for_the_file_again(sara, world):
    row = Roster.begin(world.users["sara"], "list.xlsx")
    Roster.update(alive_at=now() - timedelta(seconds=31)).execute()
    address = f"/roster/{row.uid}"
    assert "Tải tệp lên lần nữa." in words(sara.get(address))
    assert sara.post(address, data={"then": "save"}).location == address
    assert Roster.get().state == "reading"


def test_a_failure_while_saving_is_told_and_the_list_is_kept(sara, preview, monkeypatch):
    address = preview()

    def fail(*arguments):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Household, "write_many", fail)
        answer = sara.post(address, data={"then": "save"})
    assert (answer.status_code, stored()) == (422, (0, 0))
    assert "Máy chủ gặp lỗi khi lưu, chưa ghi gì." in words(answer)
    sara.post(address, data={"then": "save"})
    assert stored() == (4, 6)


def test_the_office_sees_all_imports_of_its_area(as_, world, preview, sara, sheet):
    address, waiting = preview(), preview()
    sara.post(address, data={"then": "save"})
    User.add("tam", "Tâm", "staff", world.areas["TX01"])
    page = as_("ada").get("/roster")
    assert "list.xlsx ● Đã lưu Sái Thị Ra ·" in words(page)
    assert " 4 hộ mới · 6 người mới " in words(page)
    assert (f'href="{address}"' in page.text, f'href="{waiting}"' in page.text) == (True, False)
    assert fact(as_("ada").get(address), "hộ mới") == 4
    assert f'href="{waiting}"' in sara.get("/roster").text
    tam = as_("tam")
    assert ("Sái Thị Ra" in words(tam.get("/roster")), tam.get(address).status_code) == (False, 404)
    below = upload(tam, sheet(title="DANH SÁCH HỘ THÔN TRẠI MỚI"), "trai-moi.xlsx")
    assert (below.status_code, "trai-moi.xlsx ○ Chưa lưu Tâm ·" in words(sara.get("/roster"))) == (303, True)


def test_older_imports_are_a_page_further(sara, world):
    rows = [Roster.keep(world.users["sara"], f"tep-{n:02d}.xlsx", "{}") for n in range(1, 26)]
    newest = words(sara.get("/roster"))
    assert ("tep-06.xlsx" in newest, "tep-05.xlsx" in newest, "Các lần trước đó" in newest) == (True, False, True)
    older = words(sara.get(f"/roster?before={rows[5].uid}"))
    assert ("tep-05.xlsx" in older, "tep-06.xlsx" in older, "Các lần trước đó" in older) == (True, False, False)


def test_a_wrong_file_is_taken_back_after_a_look(sara, preview):
    address = preview()
    sara.post(address, data={"then": "save"})
    assert f'href="{address}/undo"' in sara.get(address).text
    seen = sara.get(f"{address}/undo")
    gone = ("hộ do tệp này thêm, bỏ ra khỏi danh sách", "người do tệp này thêm, bỏ ra khỏi danh sách")
    assert ([fact(seen, label) for label in gone], stored()) == ([4, 6], (4, 6))
    for _ in range(2):
        assert sara.post(f"{address}/undo").location == address
    page = sara.get(address)
    assert ([fact(page, label) for label in gone], stored()) == ([4, 6], (0, 0))
    assert "✕ Đã hoàn tác" in words(page)
    assert "Sái Thị Ra đã hoàn tác lần nhập này" in words(page)
    assert "✕ Đã hoàn tác" in words(sara.get("/roster"))


def test_what_stays_is_listed_before_and_after(sara, preview, world):
    address = preview()
    sara.post(address, data={"then": "save"})
    home = Household.get(Household.code == "003")
    Consent.withdraw(home, "survey", world.users["sara"])
    line = "1 hộ giữ nguyên Sau khi lưu tệp, các hộ này đã có việc khác ghi vào. Xem lại từng hộ nếu cần sửa."
    line += " Hộ 003 · Thôn 4 (Thạch Hòa cũ) hộ đã nói lại về việc đồng ý"
    assert line in words(sara.get(f"{address}/undo"))
    sara.post(f"{address}/undo")
    page = sara.get(address)
    assert line in words(page)
    assert f'href="/households/{home.uid}"' in page.text
    assert Resident.select().count() == 1


def test_a_list_that_can_no_longer_be_taken_back_says_what_is_left_to_do(sara, preview):
    address = preview(LIST)
    sara.post(address, data={"then": "save"})
    Roster.update(saved_at=now() - Roster.UNDOABLE).execute()
    page = words(sara.get(address))
    assert "Không hoàn tác cả tệp được nữa" in page and "“Không phải người, nhập nhầm”" in page
    assert f"{address}/undo" not in page


def test_only_who_saved_it_and_administrators_take_a_list_back(sara, as_, preview, world):
    User.add("thu", "Thu", "staff", world.commune)
    User.add("tam", "Tâm", "admin", world.areas["TX01"])
    address = preview(LIST)
    sara.post(address, data={"then": "save"})
    for name in ("thu", "tam", "vera"):
        browser = as_(name)
        assert [browser.get(f"{address}/undo").status_code, browser.post(f"{address}/undo").status_code] == [404, 404]
    assert f"{address}/undo" not in as_("thu").get(address).text
    assert "Nhầm tệp? Sái Thị Ra hoặc quản trị viên hoàn tác được, đến " in words(as_("thu").get(address))
    assert stored() == (4, 6)
    assert as_("ada").post(f"{address}/undo").status_code == 303
    assert (stored(), Roster.get().undone_by) == ((0, 0), world.users["ada"])


def test_a_list_of_long_ago_is_not_offered_to_be_taken_back(sara, preview):
    address = preview()
    sara.post(address, data={"then": "save"})
    Roster.update(saved_at=now() - timedelta(days=31)).execute()
    assert "/undo" not in sara.get(address).text
    assert sara.post(f"{address}/undo").status_code == 404
    assert stored() == (4, 6)


@pytest.mark.parametrize("why", ["visit", "consent", "move", "list", "person", "changed", "other", "a later key"])
def test_whatever_is_stored_of_what_stayed_is_worded(sara, preview, why):
    address = preview()
    sara.post(address, data={"then": "save"})
    sara.post(f"{address}/undo")
    row = Roster.get()
    told = row.result["undone"] | {"stays": [["x", "001", "Thôn 4", why]], "stay": 1}
    row.result = row.result | {"undone": told}
    row.save()
    page = sara.get(address)
    assert (page.status_code, str(views.STAYS.get(why, views.STAYS["other"])) in page.text) == (200, True)

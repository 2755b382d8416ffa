"""The reports of periods on screen: what is missing, the closing, the words that nobody loses, the files."""

import html
import re
from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document

import periods
import vi
from models import Area, Cutoff, Event, ReportText, TaskUpdate, Unit, User, merge_units, new_uid
from office import reports

OCTOBER, NOVEMBER = "2026-10", "2026-11"


@pytest.fixture(autouse=True)
def on_a_day(world, monkeypatch):
    """It is the 20th of November 2026: November's period is over, December's runs."""
    put_today(monkeypatch, "2026-11-20T03:00:00")


def put_today(monkeypatch, moment):
    monkeypatch.setattr("views.reports.now", lambda: datetime.fromisoformat(moment))


def page(browser, period=NOVEMBER):
    return browser.get(f"/reports/{period}")


def said(answer):
    """What a page says between its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def hidden(answer, name):
    return re.search(rf'name="{re.escape(name)}" value="([^"]*)"', answer.text)[1]


def box(answer, part):
    """What stands in the box of a part."""
    found = re.search(rf'<textarea[^>]*name="text-{re.escape(part)}".*?>\n(.*?)</textarea>', answer.text, re.S)
    return html.unescape(found[1])


def write(browser, part="I", text="Đã họp.", seen=0, period=NOVEMBER, **more):
    sent = {f"text-{part}": text, f"seen-{part}": seen, **more}
    return browser.post(f"/reports/{period}/texts", data=sent)


def close(browser, period=NOVEMBER, why="Trường chưa gửi.", seen=0, uid=None):
    sent = {"uid": uid or new_uid(), "seen": seen, "why": why}
    return browser.post(f"/reports/{period}/close", data=sent)


def standing(world, part="I", period=NOVEMBER):
    row = ReportText.standing(world.commune, period).get(part)
    return row.text if row else None


def states(answer):
    """`{period: state}` as the list of periods says them, in its order."""
    rows = re.findall(r'href="/reports/([^"]+)">(.*?)</li>', answer.text, re.S)
    return {key: re.search(r'class="state[^>]*>([^<]*)<', row)[1] for key, row in rows}


def test_periods_stand_from_the_plans_beginning_to_now_the_newest_first(as_):
    """The plan runs from 1/1/2026, which is in January's period; on 20/11/2026 December's runs."""
    listed = states(as_("sara").get("/reports"))
    months = [f"2026-{number:02d}" for number in range(12, 0, -1)]
    assert list(listed) == [*months, "2026-q4", "2026-q3", "2026-q2", "2026-q1", "2026-h2", "2026-h1", "2026"]
    running = [key for key, state in listed.items() if "Đang chạy" in state]
    assert running == ["2026-12", "2026-q4", "2026-h2", "2026"]
    waiting = [NOVEMBER, "2026-q3", "2026-h1"]
    assert [key for key, state in listed.items() if state == "△ Chờ chốt"] == waiting
    assert {listed[key] for key in listed if key not in (*running, *waiting)} == {"– Chưa chốt"}


def test_a_period_can_be_closed_from_the_day_after_its_last(as_, monkeypatch):
    """November's figures run to the 14th: at 23:59 in Hà Nội they still run, at 00:00 they may be closed."""
    for moment, state in (("2026-11-14T16:59:00", "○ Đang chạy"), ("2026-11-14T17:00:00", "△ Chờ chốt")):
        put_today(monkeypatch, moment)
        assert states(as_("sara").get("/reports"))[NOVEMBER] == state
    put_today(monkeypatch, "2026-11-14T16:59:00")
    refused = close(as_("sara"))
    assert refused.status_code == 422 and not Cutoff.select().exists()
    assert "Kỳ chưa hết: chốt được từ ngày 15/11/2026." in said(refused)


NO_PERIODS = ["2026-13", "2026-00", "2026-q5", "2025-12", "2027-01", "2027", "x", "2026-11-1", "%00"]


@pytest.mark.parametrize("key", NO_PERIODS)
def test_a_period_that_has_no_report_is_not_there(as_, key):
    assert as_("sara").get(f"/reports/{key}").status_code == 404
    assert close(as_("sara"), key).status_code == 404
    assert write(as_("sara"), period=key).status_code == 404


def test_readers_read_and_only_the_office_writes(world, as_):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    rita = as_("rita")
    assert rita.get("/reports").status_code == page(rita).status_code == 200
    assert "<textarea" not in page(rita).text and "Chốt số liệu</button>" not in page(rita).text
    for who in ("rita", "uma", "vera", "hana"):
        assert {close(as_(who)).status_code, write(as_(who)).status_code} == {404}
    assert {page(as_(who)).status_code for who in ("uma", "vera", "hana")} == {404}
    assert not ReportText.select().exists() and not Cutoff.select().exists()


def test_an_account_sees_the_reports_of_its_own_area_alone(world, as_):
    """Another commune and the city above have their own; an account of a village has none."""
    city = Area.add("city", "Hà Nội", "HN")
    other = Area.add("commune", "Xã Yên Xuân", "YX")
    User.add("cindy", "Cindy", "staff", city)
    User.add("nora", "Nora", "staff", other)
    User.add("vi", "Vi", "staff", world.areas["TH04"])
    write(as_("sara"), text="Của xã Hòa Lạc.")
    close(as_("sara"))
    for who in ("cindy", "nora"):
        there = page(as_(who))
        assert "Của xã Hòa Lạc." not in there.text and "△ Chờ chốt" in there.text, who
    assert as_("vi").get("/reports").status_code == page(as_("vi")).status_code == 404


def test_at_the_years_end_december_stays_until_the_next_plan_begins(as_, monkeypatch):
    """On 20/12/2026 December's period, its quarter, half and year are over and wait; 2027 has no plan yet."""
    put_today(monkeypatch, "2026-12-20T03:00:00")
    listed = states(as_("sara").get("/reports"))
    waiting = [key for key, state in listed.items() if state == "△ Chờ chốt"]
    assert waiting == ["2026-12", "2026-q4", "2026-h2", "2026"] and "○ Đang chạy" not in listed.values()
    assert page(as_("sara"), "2027-01").status_code == 404


# -- Closing


def test_what_is_missing_stands_above_with_the_way_to_where_it_is_mended(as_):
    shown = page(as_("sara"))
    assert "Còn thiếu:" in said(shown)
    led = dict(re.findall(r'class="row" href="([^"]+)">\s*<span class="grow"><b>([^<]*)', shown.text))
    assert led["/figures?period=2026-11"] == "Đơn vị chưa gửi đủ số liệu tháng 11/2026: 9."


def test_a_period_with_something_missing_is_closed_with_a_reason(as_):
    sara, uid = as_("sara"), new_uid()
    refused = close(sara, why="  ", uid=uid)
    assert refused.status_code == 422 and "Còn thiếu số liệu: ghi lý do vẫn chốt." in said(refused)
    assert hidden(refused, "uid") == uid
    assert not Cutoff.select().exists()
    done = close(sara, uid=uid)
    assert (done.status_code, done.location) == (303, f"/reports/{NOVEMBER}?said=closed#main")
    shown = said(sara.get(done.location))
    assert "Đã chốt số liệu, lần 1." in shown and "Trường chưa gửi." in shown
    assert states(sara.get("/reports"))[NOVEMBER] == "● Đã chốt"


def test_a_reason_that_is_too_long_stays_in_its_field(as_):
    refused = close(as_("sara"), why="Trường chưa gửi. " * 40)
    assert refused.status_code == 422 and ("Trường chưa gửi. " * 40).strip() in html.unescape(refused.text)
    assert 'id="why-error"' in refused.text


def test_a_double_tap_closes_once_and_is_answered_alike(as_):
    uid = new_uid()
    first, second = (close(as_("sara"), uid=uid) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert [row.revision for row in Cutoff.select()] == [1]


def test_a_stale_tab_is_asked_before_it_closes_again(as_):
    """Ada closed while Sara's page said that the period is open."""
    close(as_("ada"), why="Trường chưa gửi.")
    asked = close(as_("sara"), why="Đủ rồi.", seen=0)
    assert asked.status_code == 422 and Cutoff.select().count() == 1
    assert "Kỳ này vừa được chốt (lần 1): xem lại trước khi chốt nữa." in said(asked)
    assert hidden(asked, "seen") == "1" and "Đủ rồi." in html.unescape(asked.text)
    close(as_("sara"), why="Đủ rồi.", seen=1)
    assert [(row.revision, row.why) for row in Cutoff.select()] == [(1, "Trường chưa gửi."), (2, "Đủ rồi.")]
    shown = page(as_("sara"))
    assert "Lần 2" in said(shown) and "Lần 1" in said(shown)


# -- What an officer writes


def test_what_is_written_is_saved_and_shown(world, as_):
    text = "Ban hành Kế hoạch 12/KH-UBND.\nHọp hai lần."
    saved = write(as_("sara"), text=text.replace("\n", "\r\n"))
    assert saved.status_code == 303 and saved.location.startswith(f"/reports/{NOVEMBER}?said=written#")
    shown = page(as_("ada"))
    assert box(shown, "I") == standing(world) == text
    assert hidden(shown, "seen-I") == "1" and "Sái Thị Ra" in shown.text


def test_tags_and_formulas_are_text(world, as_):
    text = "<b>Đã họp</b> & </textarea><script>alert(1)</script>\n=HYPERLINK(1)"
    write(as_("sara"), text=text)
    shown = page(as_("sara"))
    assert standing(world) == box(shown, "I") == text
    assert "<script>alert" not in shown.text


def test_twenty_thousand_characters_fit_and_one_more_is_refused_with_nothing_lost(world, as_):
    assert write(as_("sara"), text="á" * 20_000).status_code == 303
    refused = write(as_("sara"), text="á" * 20_001, seen=1, **{"text-V": "Đề nghị.", "seen-V": 0})
    assert refused.status_code == 422 and "Quá dài, còn phải bớt 1 ký tự." in said(refused)
    assert box(refused, "I") == "á" * 20_001
    assert len(standing(world)) == 20_000 and standing(world, "V") == "Đề nghị.", "the other part is saved"


def test_two_officers_at_once_lose_nothing(world, as_):
    write(as_("sara"), text="Ban đầu.")
    write(as_("ada"), text="Ban đầu. Ada thêm.", seen=1)
    asked = write(as_("sara"), text="Ban đầu. Sara thêm.", seen=1, **{"text-IV": "Kỳ tới.", "seen-IV": 0})
    assert asked.status_code == 409 and "Đào Thị Á vừa viết khác vào phần này" in said(asked)
    assert "Ban đầu. Ada thêm." in asked.text and box(asked, "I") == "Ban đầu. Sara thêm."
    assert standing(world) == "Ban đầu. Ada thêm." and standing(world, "IV") == "Kỳ tới."


@pytest.mark.parametrize(
    ("keeps", "expected"),
    [("mine", "Chung.\nSara."), ("theirs", "Chung.\nAda."), ("both", "Chung.\nAda.\nSara.")],
)
def test_who_was_overtaken_chooses(world, as_, keeps, expected):
    write(as_("ada"), text="Chung.\nAda.")
    asked = write(as_("sara"), text="Chung.\nSara.")
    button = re.search(rf'name="keep" value="(I\|{keeps}\|\d+)"', asked.text)[1]
    assert write(as_("sara"), text="Chung.\nSara.", keep=button).status_code == 303
    assert standing(world) == expected


def test_who_chooses_while_somebody_writes_again_is_asked_again(world, as_):
    write(as_("ada"), text="Ada.")
    write(as_("ada"), text="Ada, lần nữa.", seen=1)
    asked = write(as_("sara"), text="Sara.", keep="I|mine|1")
    assert asked.status_code == 409 and standing(world) == "Ada, lần nữa."


def test_the_id_of_one_parts_saving_saves_no_other_part(world, as_):
    """As of every form: an id that says something else the second time is answered 409, and the first stays."""
    sara, uid = as_("sara"), new_uid()
    assert write(sara, "I", "Đã họp.", **{"uid-I": uid}).status_code == 303
    assert write(sara, "V", "Đề nghị.", **{"uid-V": uid}).status_code == 409
    assert write(sara, "I", "Đã họp.", period=OCTOBER, **{"uid-I": uid}).status_code == 409
    assert [(row.period, row.part, row.text) for row in ReportText.select()] == [(NOVEMBER, "I", "Đã họp.")]


def test_a_part_left_as_it_was_does_not_undo_what_another_wrote(world, as_):
    write(as_("sara"), text="Ban đầu.")
    write(as_("ada"), text="Ada sửa.", seen=1)
    assert write(as_("sara"), text="Ban đầu.", seen=1, **{"text-V": "Đề nghị.", "seen-V": 0}).status_code == 303
    assert (standing(world), standing(world, "V")) == ("Ada sửa.", "Đề nghị.")


def test_a_page_that_saves_by_itself_is_told_what_came_of_it(world, as_):
    def save(**sent):
        return as_("sara").post(f"/reports/{NOVEMBER}/texts", data=sent, headers={"Accept": "application/json"})

    saved = save(**{"text-I": "Đã họp.", "seen-I": 0, "uid-I": new_uid()})
    assert (saved.status_code, saved.json) == (200, {"parts": {"I": {"at": "10:00", "revision": 1, "state": "saved"}}})
    write(as_("ada"), text="Ada sửa.", seen=1)
    asked = save(**{"text-I": "Đã họp hai lần.", "seen-I": 1, "uid-I": new_uid()})
    assert asked.status_code == 409 and asked.json["parts"]["I"]["state"] == "overtaken"
    assert "Ada sửa." in asked.json["parts"]["I"]["html"] and 'value="I|both|2"' in asked.json["parts"]["I"]["html"]
    long = save(**{"text-V": "á" * 20_001, "seen-V": 0, "uid-V": new_uid()})
    assert long.json["parts"]["V"] == {"state": "refused", "says": "Quá dài, còn phải bớt 1 ký tự. Chữ vẫn ở đây."}
    unchanged = save(**{"text-I": "Đã họp. ", "seen-I": 1, "uid-I": new_uid()})
    assert unchanged.json["parts"]["I"]["revision"] == 1, "the page still shows what was written before Ada"


def test_a_report_begins_with_what_was_written_in_the_last(world, as_):
    sara = as_("sara")
    write(sara, part="IV", text="Mở thêm lớp.", period=OCTOBER)
    assert "Mở thêm lớp." in page(sara).text and box(page(sara), "IV") == ""
    assert write(sara, part="IV", text="", take="IV|last").status_code == 303
    shown = page(sara)
    assert box(shown, "IV") == "Mở thêm lớp."
    mark = r"<span data-same[^>]*?(hidden)?>\s*△ y như kỳ trước"
    assert [bool(each) for each in re.findall(mark, shown.text)].count(False) == 1
    write(sara, part="IV", text="Mở thêm ba lớp.", seen=1)
    assert False not in [bool(each) for each in re.findall(mark, page(sara).text)]


def test_what_units_wrote_stands_beside_and_is_copied_with_one_button(world, as_):
    def told(text, unit="thach_hoa_primary", day=date(2026, 11, 5), document="", by="sara"):
        unit = unit and world.units[unit]
        TaskUpdate.tell(world.users[by], "NV2.1", unit, day, text, document)

    other = Area.add("commune", "Xã Yên Xuân", "YX")
    User.add("nora", "Nora", "staff", other)
    told("Còn thiếu máy tính")
    told("Đề nghị cấp thêm máy chiếu")
    told("Đã dạy xong 12 lớp")
    told("Ban hành kế hoạch", document="7/KH-TH")
    told("Của tháng sau", day=date(2026, 11, 16))
    world.users["nora"] = User.named("nora")
    told("Của xã khác", unit=None, by="nora")
    report = reports.Report(world.commune, periods.read(NOVEMBER, 14))
    found = {part: [quote.text for quote in each] for part, each in report.quotes.items()}
    assert found == {
        "I": ["Trường Tiểu học Thạch Hòa: Ban hành kế hoạch (7/KH-TH)."],
        "III.1": ["Trường Tiểu học Thạch Hòa: Đã dạy xong 12 lớp."],
        "III.3": ["Trường Tiểu học Thạch Hòa: Còn thiếu máy tính."],
        "V": ["Trường Tiểu học Thạch Hòa: Đề nghị cấp thêm máy chiếu."],
    }
    button = re.search(r'name="take" value="(III.3\|[^"]+)"', page(as_("sara")).text)[1]
    write(as_("sara"), part="III.3", text="Đường xa.", take=button)
    assert standing(world, "III.3") == "Đường xa.\nTrường Tiểu học Thạch Hòa: Còn thiếu máy tính."


def test_every_wording_can_be_read_and_used_again(world, as_):
    sara = as_("sara")
    for number, text in enumerate(("Một.", "Hai.", "")):
        write(sara, text=text, seen=number)
    history = sara.get(f"/reports/{NOVEMBER}/texts/I")
    assert re.findall(r"<blockquote[^>]*>([^<]*)<", history.text) == ["Hai.", "Một."]
    assert "Đã xóa hết chữ." in history.text and hidden(history, "seen-I") == "3"
    write(sara, text="Một.", seen=3, to="I")
    assert standing(world) == "Một."
    assert sara.get(f"/reports/{NOVEMBER}/texts/VI").status_code == 404


def test_the_words_may_be_changed_after_the_closing_and_each_change_is_logged(world, as_):
    sara = as_("sara")
    close(sara)
    digest = Cutoff.get().digest
    assert write(sara, text="Viết sau khi chốt.").status_code == 303
    assert standing(world) == "Viết sau khi chốt." and Cutoff.get().digest == digest
    logged = Event.select().where(Event.verb == "report.written").get()
    assert logged.data["period"] == NOVEMBER and "Viết" not in str(logged.data)
    assert "Phần lời: như đang ghi lúc tải." in said(page(sara))


# -- What waits


def test_the_office_is_told_of_a_month_that_waits_to_be_closed(world, as_):
    """Nothing was ever closed: only the last month waits, not all of the year's. Then those since the last closing.

    The list of periods says the same: what was over before the first closing is folded, and nobody asks for it.
    """

    def waiting(moment):
        return [period.key for period in reports.waiting(world.commune, vi.local(moment).date())]

    day = datetime(2026, 11, 20)
    assert '1</b>\n<span class="grow">tháng đã hết kỳ, chờ chốt số liệu' in as_("sara").get("/office").text
    assert waiting(day) == [NOVEMBER]
    close(as_("sara"), "2026-09")
    assert waiting(day) == [NOVEMBER, OCTOBER]
    listed = as_("sara").get("/reports")
    assert {states(listed)[key] for key in ("2026-08", "2026-q2", "2026-h1")} == {"– Chưa chốt"}
    assert "Kỳ cũ, không phải chốt: 8" in listed.text and "hạn 17/11/2026" in said(listed)
    old = page(as_("sara"), "2026-08")
    assert "Kỳ cũ, không phải chốt." in said(old) and "Chốt số liệu</button>" in old.text
    close(as_("sara"), NOVEMBER)
    assert waiting(day) == []
    assert waiting(datetime(2026, 12, 20)) == ["2026-12"]


# -- Files


def take(browser, format="docx", period=NOVEMBER, **sent):
    return browser.post(f"/reports/{period}/files/{format}", data=sent)


def document(answer):
    """What a Word file says."""
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs)


def test_an_open_period_gives_a_draft_that_says_so(as_):
    sara = as_("sara")
    write(sara, text="Đã họp hai lần.")
    draft = take(sara)
    assert "filename=bao-cao-hl-2026-11-ban-nhap.docx" in draft.headers["Content-Disposition"]
    assert "SỐ LIỆU CHƯA CHỐT" in document(draft) and "Đã họp hai lần." in document(draft)


def test_every_closing_stays_to_be_taken_away_with_the_words_of_today(world, as_):
    """The second closing counts a household more; the first still says what it said."""
    sara = as_("sara")
    close(sara)
    world.household()
    close(sara, why="Thêm một hộ.", seen=1)
    write(sara, text="Viết sau cùng.")
    files = {number: take(sara, revision=number) for number in "12"}
    names = [answer.headers["Content-Disposition"].partition("filename=")[2] for answer in files.values()]
    assert names == ["bao-cao-hl-2026-11-lan-1.docx", "bao-cao-hl-2026-11-lan-2.docx"]
    assert {"Viết sau cùng." in document(answer) for answer in files.values()} == {True}
    numbers = {number: take(sara, "json", revision=number).json for number in "12"}
    assert [numbers[n]["closed"]["revision"] for n in "12"] == [1, 2]
    assert take(sara, revision="1").data == files["1"].data, "byte for byte"
    assert take(sara, revision="3").status_code == 404


def test_each_table_can_be_taken_away(as_):
    sara = as_("sara")
    sheet = take(sara, "csv", table="6")
    assert "filename=bao-cao-hl-2026-11-ban-nhap-bieu-6.csv" in sheet.headers["Content-Disposition"]
    assert "NV2.1" in sheet.data.decode("utf-8-sig")
    assert take(sara, "xlsx").data[:2] == b"PK"
    assert take(sara, "csv", table="7").status_code == take(sara, "csv").status_code == 404
    assert take(sara, "pdf").status_code == 404


def test_what_is_taken_away_is_logged(world, as_):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    close(as_("sara"))
    assert take(as_("rita"), "xlsx", revision="1").status_code == 200
    logged = Event.select().where(Event.verb == "export.made").get()
    assert (logged.user.username, logged.data["period"], logged.data["revision"]) == ("rita", NOVEMBER, 1)
    assert take(as_("uma"), revision="1").status_code == 404


# -- A unit's own report


def test_a_unit_makes_its_own_report_of_what_is_its_own(world, as_):
    """Uma's school has a letterhead by the plan; its file says its name and what it wrote, nothing of the commune's."""
    school, uma = world.units["thach_hoa_primary"], as_("uma")
    write(as_("sara"), text="Chỉ đạo của xã.")
    shown = uma.get(f"/reports/{NOVEMBER}/unit")
    assert shown.status_code == 200 and "Chỉ đạo của xã." not in shown.text and "Chốt số liệu" not in shown.text
    assert write(uma, text="Trường đã họp.", unit=school.uid).status_code == 303
    assert box(uma.get(f"/reports/{NOVEMBER}/unit"), "I") == "Trường đã họp."
    assert box(page(as_("sara")), "I") == "Chỉ đạo của xã.", "the commune's report keeps its own words"
    file = take(uma, unit=school.uid)
    assert "filename=bao-cao-hl-truong-tieu-hoc-thach-hoa-2026-11.docx" in file.headers["Content-Disposition"]
    assert "Trường đã họp." in document(file) and "CHƯA CHỐT" not in document(file)
    assert Event.select().where(Event.verb == "export.made").get().subject == school.uid


def test_nobody_but_the_unit_and_the_office_writes_a_units_report(world, as_):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    school, other = world.units["thach_hoa_primary"], world.units["tien_xuan_b_primary"]
    address = f"/reports/{NOVEMBER}/unit?unit="
    assert [as_("uma").get(address + unit.uid).status_code for unit in (school, other)] == [200, 404]
    assert [as_(who).get(address + school.uid).status_code for who in ("sara", "rita", "vera")] == [200, 200, 404]
    assert write(as_("uma"), unit=other.uid).status_code == write(as_("rita"), unit=school.uid).status_code == 404
    assert take(as_("uma"), unit=other.uid).status_code == take(as_("uma")).status_code == 404
    assert write(as_("sara"), unit=school.uid, text="Viết giúp trường.").status_code == 303
    history = as_("uma").get(f"/reports/{NOVEMBER}/texts/I?unit={school.uid}")
    assert "Viết giúp trường." in history.text
    assert as_("uma").get(f"/reports/{NOVEMBER}/texts/I").status_code == 404


@pytest.mark.parametrize("format", ["docx", "xlsx", "csv", "json"])
def test_a_unit_does_not_take_away_what_the_commune_closed(world, as_, format):
    """No closing is of a unit's report: one that its form names is the commune's, with the villages' live figures."""
    close(as_("sara"))
    sent = {"unit": world.units["thach_hoa_primary"].uid, "revision": "1", "table": "5"}
    assert [take(as_(who), format, **sent).status_code for who in ("uma", "sara")] == [404, 404]
    assert not Event.select().where(Event.verb == "export.made").exists()


def test_a_unit_without_a_letterhead_has_no_report(world, as_):
    assert as_("sara").get(f"/reports/{NOVEMBER}/unit?unit={world.units['police'].uid}").status_code == 404
    assert as_("sara").get(f"/reports/{NOVEMBER}/unit").status_code == 404
    assert "Báo cáo của đơn vị" in as_("uma").get("/unit").text


def test_two_units_that_become_one_keep_what_each_wrote(world, as_):
    sara = world.users["sara"]
    gone = Unit.add(world.commune, new_uid(), sara, name="Trường Tiểu học cũ", kind="school")
    kept = Unit.add(world.commune, new_uid(), sara, name="Trường Tiểu học mới", kind="school")
    for unit in (gone, kept):
        write(as_("sara"), unit=unit.uid, text=f"Của {unit.name}.")
    merge_units(gone, kept, "joined", sara)
    told = [ReportText.standing(world.commune, NOVEMBER, unit)["I"].text for unit in (gone, kept)]
    assert told == ["Của Trường Tiểu học cũ.", "Của Trường Tiểu học mới."]

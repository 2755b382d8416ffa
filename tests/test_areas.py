"""The commune's villages and their official counts, from a list such as thon.csv."""

import html
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import progress
import vi
from models import Area, Event, Figure, Household, Merger, User, db, new_uid, now
from roster import official
from roster.villages import read_areas
from tests.test_progress import visited

DATA = Path(__file__).resolve().parent / "data"
HEADER = "mã,tên thôn,xã cũ,số hộ,nhân khẩu từ 18 tuổi,nhân khẩu từ 16 tuổi,ngày số liệu,nguồn"


def look(browser, *lines):
    """Upload the list and get its preview."""
    content = (DATA / "thon.csv").read_bytes() if not lines else "\n".join([HEADER, *lines]).encode()
    return browser.post("/areas", data={"file": (io.BytesIO(content), "thon.csv")})


def hidden(page):
    """The hidden fields of the preview's form."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in fields}


def keep(browser, page, **answers):
    """Press save on a preview; `is_2` answers which village line 2 is, `sure_2` whether its figures are right."""
    answers = {name.replace("_", "-"): value for name, value in answers.items()}
    return browser.post("/areas/save", data=hidden(page) | {"then": "save"} | answers, follow_redirects=True)


def send(browser, *lines, **answers):
    """Upload the list, look at it and save it."""
    return keep(browser, look(browser, *lines), **answers)


def villages():
    return [(a.code, a.name, a.former) for a in Area.select().where(Area.kind == "village").order_by(Area.code)]


def figures():
    query = Figure.select(Area.code, Figure.key, Figure.value, Figure.as_of, Figure.source).join(Area)
    return sorted((code, key, value, f"{day:%d/%m/%Y}", source) for code, key, value, day, source in query.tuples())


@pytest.fixture
def sara(as_):
    return as_("sara")


def test_the_list_adds_villages_and_counts_and_again_changes_nothing(database, sara):
    assert "✓ 9 thôn mới, 36 số liệu" in send(sara).text.replace("\n", " ")
    assert (len(villages()), len(figures())) == (12, 36)
    before = villages(), figures(), Event.select().where(Event.verb != "areas.uploaded").count()
    assert "✓ Không có gì thay đổi: danh sách này đã được nhập." in look(sara).text
    assert "✓ Không có gì thay đổi." in send(sara).text
    assert (villages(), figures(), Event.select().where(Event.verb != "areas.uploaded").count()) == before


def test_in_an_empty_commune_everything_is_new(sqlite, use_plan):
    commune = Area.add("commune", "Xã Hòa Lạc", "HL")
    user = User.add("sara", "Sái", "staff", commune)
    areas, problems = read_areas(DATA / "thon.csv")
    done = official.save_areas(areas, {}, user)
    assert done.counts == {"added": 12, "renamed": 0, "recoded": 0, "figures": 36, "unchanged": 0}
    assert (problems, done.problems) == ([], [])
    assert {area.parent_id for area in Area.select().where(Area.kind == "village")} == {commune.id}
    assert Area.get(Area.code == "TH04").label == "Thôn 4 (Thạch Hòa cũ)"


def test_a_village_without_a_code_is_known_by_name_and_former_commune(sara):
    send(sara, ",thon 4,BINH YEN,298,803,,01/10/2026,Công an xã")
    assert [row for row in figures() if row[0] == "BY02"] == [
        ("BY02", "adults", 803, "01/10/2026", "Công an xã"),
        ("BY02", "households", 298, "01/10/2026", "Công an xã"),
    ]
    assert len(villages()) == 3


def test_a_code_with_another_name_is_a_correction(sara):
    assert "✓ 1 thôn sửa tên" in send(sara, "TX01,Thôn Trại Mới 2,,,,,,").text
    assert Area.get(Area.code == "TX01").label == "Thôn Trại Mới 2"
    assert ("TX01", "Thôn Trại Mới 2", "Tiến Xuân") in villages()


def test_a_namesake_that_is_renamed_needs_no_former_commune_on_the_other(sara):
    send(sara, "BY02,Thôn Bốn,Bình Yên,,,,,")
    assert [Area.get(Area.code == code).label for code in ("BY02", "TH04")] == ["Thôn Bốn", "Thôn 4"]


def test_a_corrected_count_of_the_same_day_is_set(sara):
    send(sara)
    send(sara, "TH04,Thôn 4,Thạch Hòa,403,1088,1149,01/10/2026,Công an xã")
    set_now = [row[1:3] for row in figures() if row[0] == "TH04"]
    assert set_now == [("adults", 1088), ("households", 403), ("over16", 1149)]


def test_problems_are_listed_with_their_rows_and_the_rest_is_kept(sara):
    page = look(sara, "TH09,Thôn 9,,abc,10,,01/10/2026,", "TH10,Thôn 10,,5,6,7,,", "HL,Thôn 11,,,,,,")
    keep(sara, page)
    page = page.text
    for sentence in (
        "Ô D2: “số hộ” phải là số nguyên lớn hơn 0.",
        "Dòng 3: chưa có ngày số liệu nên số liệu dòng này chưa được lưu.",
        "Dòng 4: mã thôn này là của một nơi khác nên bỏ qua dòng này.",
    ):
        assert sentence in page
    assert [village[0] for village in villages()] == ["BY02", "TH04", "TH09", "TH10", "TX01"]
    assert [row[:3] for row in figures() if row[0] in ("TH09", "TH10")] == [("TH09", "adults", 10)]


def test_a_file_that_cannot_be_used_is_refused_beside_the_field(sara):
    before = villages(), figures()
    answer = sara.post("/areas", data={"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")})
    assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert sara.post("/areas", data={}).status_code == 422
    assert (villages(), figures()) == before


def test_an_officer_of_a_village_sets_its_counts_and_creates_none(as_, world):
    User.add("tam", "Tâm", "staff", world.areas["TX01"])
    page = look(as_("tam"))
    keep(as_("tam"), page)
    page = page.text
    assert (len(villages()), {row[0] for row in figures()}) == (3, {"TH04", "TX01"})
    assert "tài khoản này không được thêm thôn nên bỏ qua dòng này" in page
    assert [row[2] for row in figures() if row[0] == "TH04"] == [1000, 400, 1050]


def test_a_failure_in_the_middle_leaves_nothing_half_saved(database, world, monkeypatch):
    before, logged = (villages(), figures()), Event.select().count()
    areas, _ = read_areas(DATA / "thon.csv")
    correct = Figure.correct

    def fail_at_the_last(area, *rest):
        if area.code == "BY01":
            raise OSError("the disk is full")
        return correct(area, *rest)

    monkeypatch.setattr(Figure, "correct", fail_at_the_last)
    with pytest.raises(OSError, match="disk is full"):
        official.save_areas(areas, {}, world.users["sara"])
    assert db.in_transaction() is False
    assert ((villages(), figures()), Event.select().count()) == (before, logged)


@pytest.mark.parametrize("username", ["vera", "hana", "uma"])
def test_only_the_office_sees_them(as_, username):
    browser, areas = as_(username), '[{"code": "", "name": "Thôn Lạ", "former": ""}]'
    answers = [browser.get("/areas"), look(browser), browser.post("/areas/save", data={"areas": areas})]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len(villages()) == 3


def test_an_old_code_leads_to_the_village_that_has_another_now(database, world, as_):
    home = world.household("TX01")
    world.areas["TX01"].rename("Thôn Trại Mới", "Tiến Xuân", world.users["sara"], code="TX09")
    answer = as_(None).get("/progress/tx01")
    assert (answer.status_code, answer.location) == (303, "/progress/TX09")
    page = as_("otto").get("/households?village=TX01")
    assert (page.status_code, home.uid in page.text) == (200, True)
    assert as_("vera").get("/households?village=TX01").status_code == 404
    assert Event.select().where(Event.verb == "area.renamed").get().data == {
        "fields": ["code"],
        "was": "TX01",
        "now": "TX09",
    }


def test_a_code_that_was_a_villages_is_nobody_elses(database, world):
    trai_moi, sara = world.areas["TX01"], world.users["sara"]
    trai_moi.rename("Thôn Trại Mới", "Tiến Xuân", sara, code="TX09")
    with pytest.raises(ValueError, match="TX01 is another"):
        Area.add("village", "Thôn Một", "TX01", world.commune)
    with pytest.raises(ValueError, match="TX01 is another"):
        world.areas["TH04"].rename("Thôn 4", "Thạch Hòa", sara, code="TX01")
    trai_moi.rename("Thôn Trại Mới", "Tiến Xuân", sara, code="TX01")
    assert [area.code for code in ("TX01", "TX09") for area in Area.coded(code)] == ["TX01", "TX01"]


def test_renaming_to_the_same_name_is_nothing(world):
    before = Event.select().count()
    assert world.areas["TX01"].rename("Thôn Trại Mới", "Tiến Xuân", world.users["sara"]) == []
    assert Event.select().count() == before


# -- The preview


def today(days=0):
    return f"{vi.local(now()).date() + timedelta(days=days):%d/%m/%Y}"


def test_nothing_is_saved_before_somebody_has_looked(sara):
    before = villages(), figures(), Event.select().count()
    page = look(sara, "TX01,Thôn Trại Mới 2,,291,801,846,01/10/2026,Công an xã", "TX02,Thôn Nhòn,Tiến Xuân,,,,,")
    assert "Xem trước: chưa lưu gì." in page.text
    for said in (
        "TX02 · Thôn Nhòn · Tiến Xuân",
        "thôn mới",
        "Thôn Trại Mới 2",
        "1 thôn mới, 1 thôn sửa tên, 3 số liệu",
    ):
        assert said in page.text
    assert (villages(), figures(), Event.select().count()) == before


def test_looking_again_saves_nothing_and_keeps_what_could_not_be_read(sara):
    page = look(sara, "TX01,Thôn Trại Mới,,abc,,,,")
    before = villages(), figures()
    again = sara.post("/areas/save", data=hidden(page) | {"then": "look"})
    for told in (page, again):
        assert "Chưa có gì để lưu. Sửa 1 chỗ dưới đây" in told.text
        assert "Ô D2: “số hộ” phải là số nguyên lớn hơn 0." in told.text
        assert "✓" not in told.text
    assert (villages(), figures()) == before


@pytest.mark.parametrize(
    "change",
    [
        {"adults": 0},
        {"adults": -5},
        {"adults": "801"},
        {"adults": True},
        {"adults": 10**9},
        {"name": "  "},
        {"name": "A" * 121},
        {"code": "C" * 21},
        {"code": None},
        {"as_of": "31/12/2026"},
        {"as_of": "2026-02-31"},
        {"row": None},
    ],
)
def test_what_comes_back_from_a_preview_is_checked_again(sara, change):
    before = villages(), figures()
    fields = hidden(look(sara, "TX01,Thôn Trại Mới,,291,801,846,01/10/2026,Công an xã"))
    (area,) = json.loads(fields["areas"])
    answer = sara.post("/areas/save", data=fields | {"then": "save", "areas": json.dumps([area | change])})
    assert (answer.status_code, "Bản xem trước không còn nguyên" in answer.text) == (422, True)
    assert (villages(), figures()) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"adults": 900}, "số người từ 18 tuổi nhiều hơn"),
        ({"households": 900}, "số hộ nhiều hơn số người"),
        ({"as_of": "2031-01-01"}, "ngày số liệu chưa tới"),
        ({"as_of": None}, "chưa có ngày số liệu"),
        ({"code": "HL"}, "mã thôn này là của một nơi khác"),
    ],
)
def test_what_comes_back_may_not_be_what_the_file_may_not_be(sara, change, sentence):
    before = villages(), figures()
    fields = hidden(look(sara, "TX01,Thôn Trại Mới,,291,801,846,01/10/2026,Công an xã"))
    (area,) = json.loads(fields["areas"])
    fields |= {"areas": json.dumps([area | change])}
    assert sentence in sara.post("/areas/save", data=fields | {"then": "look"}).text
    sara.post("/areas/save", data=fields | {"then": "save"})
    assert (villages(), figures()) == before


@pytest.mark.parametrize("areas", ["", "[]", "{}", "[1]", "null", "[" * 9999, '[{"row": 2}]'])
def test_a_broken_preview_is_refused(sara, areas):
    assert sara.post("/areas/save", data={"areas": areas, "then": "save"}).status_code == 422
    assert len(villages()) == 3


def test_a_preview_that_was_overtaken_is_shown_anew(sara, world):
    page = look(sara, "TX01,Thôn Trại Mới,,291,801,846,01/10/2026,Công an xã")
    Figure.put(world.areas["TX01"], "adults", 790, date(2026, 9, 1), "Tổ")
    answer = keep(sara, page)
    assert (answer.status_code, "Có người vừa sửa danh sách thôn" in answer.text) == (409, True)
    assert [row[2] for row in figures() if row[0] == "TX01"] == [790]
    assert keep(sara, answer).status_code == 200
    assert Figure.standing(world.areas["TX01"], "adults").value == 801


def test_saving_twice_is_saving_once(sara):
    page = look(sara)
    keep(sara, page)
    logged = Event.select().count()
    assert "✓ Không có gì thay đổi." in keep(sara, page).text
    assert Event.select().count() == logged


# -- Which village a line is


@pytest.mark.parametrize("name", ["T. Nhòn", "T.Nhòn", "thôn nhòn", "NHÒN", "Thon Nhon", "Thôn  Nhòn"])
def test_a_village_is_known_however_its_name_is_written(sara, world, name):
    Area.add("village", "Thôn Nhòn", "TX02", world.commune, "Tiến Xuân")
    send(sara, f",{name},Tiến Xuân,187,502,531,01/10/2026,")
    assert [row[:3] for row in figures() if row[0] == "TX02"] == [
        ("TX02", "adults", 502),
        ("TX02", "households", 187),
        ("TX02", "over16", 531),
    ]
    assert (len(villages()), Area.get(Area.code == "TX02").name) == (4, "Thôn Nhòn")


@pytest.mark.parametrize("name", ["Thôn 6", "T6", "T. 6", "Thôn 06", "6"])
def test_a_village_made_by_an_import_gets_the_code_of_the_list(database, sara, world, name):
    made = Area.add("village", "Thôn 6", parent=world.commune)
    assert made.code == "T6"
    page = look(sara, f"TH06,{name},Thạch Hòa,187,502,531,01/10/2026,")
    assert "T6 → <b>TH06</b>" in page.text
    assert "1 thôn sửa mã" in keep(sara, page).text
    assert (len(villages()), villages()[2]) == (4, ("TH06", "Thôn 6", "Thạch Hòa"))
    assert Area.get(Area.code == "TH06") == made == Area.coded("T6").get()
    assert "✓ Không có gì thay đổi" in look(sara, f"T6,{name},Thạch Hòa,187,502,531,01/10/2026,").text


def test_two_villages_of_one_name_are_told_by_their_former_communes(sara):
    lines = ["TX05,Thôn Miễu,Tiến Xuân,214,577,611,01/10/2026,", "BY05,Thôn Miễu,Bình Yên,98,203,251,01/10/2026,"]
    send(sara, *lines)
    assert {area.label for area in Area.select().where(Area.name == "Thôn Miễu")} == {
        "Thôn Miễu (Tiến Xuân cũ)",
        "Thôn Miễu (Bình Yên cũ)",
    }
    send(sara, ",Thôn Miễu,Bình Yên,99,203,251,02/10/2026,")
    assert [row[:3] for row in figures() if row[:2] == ("BY05", "households")][-1] == ("BY05", "households", 99)


def test_a_name_that_two_villages_share_is_asked_about(sara, world):
    page = look(sara, ",Thôn 4,,298,803,851,01/10/2026,")
    assert ("Có nhiều thôn cùng tên" in page.text, 'value="new"' in page.text) == (True, False)
    before = figures()
    unanswered = keep(sara, page)
    assert (unanswered.status_code, "còn 1 dòng cần trả lời" in unanswered.text, figures()) == (422, True, before)
    keep(sara, page, is_2="skip")
    assert figures() == before
    keep(sara, page, is_2="BY02")
    assert [row[2] for row in figures() if row[0] == "BY02"] == [803, 298, 851]
    assert len(villages()) == 3


def test_one_village_of_an_import_and_two_lines_that_might_be_it_are_asked_about(sara, world):
    made = Area.add("village", "Thôn Miễu", parent=world.commune)
    lines = ["TX05,Thôn Miễu,Tiến Xuân,214,577,611,01/10/2026,", "BY05,Thôn Miễu,Bình Yên,98,203,251,01/10/2026,"]
    page = look(sara, *lines)
    assert page.text.count("Có hai dòng cùng chỉ một thôn") == 2
    both = keep(sara, page, is_2=made.code, is_3=made.code)
    assert (both.status_code, len(villages())) == (422, 4)
    assert keep(sara, page, is_2=made.code, is_3="new").status_code == 200
    assert [village[:1] + village[2:] for village in villages() if village[1] == "Thôn Miễu"] == [
        ("BY05", "Bình Yên"),
        ("TX05", "Tiến Xuân"),
    ]
    assert Area.get(Area.code == "TX05") == made


def test_a_code_and_a_name_of_two_villages_are_asked_about(sara):
    page = look(sara, "TH04,Thôn Trại Mới,Tiến Xuân,298,803,851,01/10/2026,")
    assert "Mã là của một thôn, tên là của thôn khác" in page.text
    keep(sara, page, is_2="TX01")
    assert [row[2] for row in figures() if row[0] == "TX01"] == [803, 298, 851]
    assert [village[:2] for village in villages()] == [
        ("BY02", "Thôn 4"),
        ("TH04", "Thôn 4"),
        ("TX01", "Thôn Trại Mới"),
    ]


@pytest.mark.parametrize("name", ["Thon Trai Moi", "THÔN TRẠI MỚI", "thôn trại mới"])
def test_a_worse_spelling_replaces_no_name(sara, name):
    send(sara, f"TX01,{name},TIEN XUAN,291,801,846,01/10/2026,")
    assert ("TX01", "Thôn Trại Mới", "Tiến Xuân") in villages()


# -- Counts that cannot be


@pytest.mark.parametrize(
    ("counts", "as_of", "sentence"),
    [
        ("291,900,846", "01/10/2026", "số người từ 18 tuổi nhiều hơn số người từ 16 tuổi"),
        ("900,801,846", "01/10/2026", "số hộ nhiều hơn số người"),
        ("291,801,846", None, "ngày số liệu chưa tới"),
        ("291,801,846", "", "chưa có ngày số liệu"),
    ],
)
def test_figures_that_cannot_be_are_refused(sara, counts, as_of, sentence):
    page = look(sara, f"TX01,Thôn Trại Mới,,{counts},{today(1) if as_of is None else as_of},Công an xã")
    assert f"Dòng 2: {sentence}" in page.text
    assert "✓" not in page.text
    keep(sara, page)
    assert [row for row in figures() if row[0] == "TX01"] == []


@pytest.mark.parametrize("count", ["0", "-5", "12,5", "1e3", "nhiều"])
def test_a_count_is_a_whole_number_above_zero(sara, count):
    page = look(sara, f'TX01,Thôn Trại Mới,,"{count}",801,846,01/10/2026,')
    assert "Ô D2: “số hộ” phải là số nguyên lớn hơn 0." in page.text
    keep(sara, page)
    assert [row[1] for row in figures() if row[0] == "TX01"] == ["adults", "over16"]


def test_the_day_of_today_is_not_in_the_future(sara):
    send(sara, f"TX01,Thôn Trại Mới,,291,801,846,{today()},")
    assert len([row for row in figures() if row[0] == "TX01"]) == 3


@pytest.mark.parametrize(("adults", "asked"), [(10000, True), (100, True), (9999, False), (101, False)])
def test_ten_times_the_last_figure_is_asked_about(sara, adults, asked):
    page = look(sara, f"TH04,Thôn 4,Thạch Hòa,,{adults},,02/10/2026,", "TX01,Thôn Trại Mới,,291,,,02/10/2026,")
    question = f"“nhân khẩu từ 18 tuổi” là {vi.number(adults)}, khác nhiều so với 1.000 lần trước."
    assert (question in page.text) is asked


def test_a_figure_in_doubt_is_saved_only_when_somebody_says_that_it_is_right(sara, world):
    page = look(sara, "TH04,Thôn 4,Thạch Hòa,40,100,105,02/10/2026,")
    assert keep(sara, page).status_code == 422
    keep(sara, page, sure_2="no")
    assert Figure.standing(world.areas["TH04"], "adults").value == 1000
    keep(sara, page, sure_2="yes")
    assert Figure.standing(world.areas["TH04"], "adults").value == 100


def test_fewer_than_were_asked_is_asked_about(sara, world):
    for _ in range(3):
        visited(world.household("TX01"), phone="own")
    page = look(sara, "TX01,Thôn Trại Mới,,2,2,2,01/10/2026,")
    assert "“nhân khẩu từ 18 tuổi” là 2 nhưng đã hỏi 3." in page.text
    assert keep(sara, page).status_code == 422
    assert "nhưng đã hỏi" not in look(sara, "TX01,Thôn Trại Mới,,2,3,3,01/10/2026,").text


def test_figures_that_disagree_with_those_stored_are_asked_about(sara):
    assert "Cùng với số đã lưu thì số người từ 18 tuổi" in look(sara, "TH04,Thôn 4,Thạch Hòa,,1051,,02/10/2026,").text


def test_the_office_sees_which_counts_cannot_be(as_, sara, world):
    assert "Số liệu cần kiểm tra" not in sara.get("/areas").text
    for _ in range(3):
        visited(world.household("TX01"), phone="own")
    Figure.put(world.areas["TX01"], "adults", 2, date(2026, 10, 1), "Tổ")
    page = " ".join(sara.get("/areas").text.split())
    assert "Nhân khẩu từ 18 tuổi: số chính thức là 2 nhưng đã hỏi 3." in page
    waiting = " ".join(sara.get("/office").text.split())
    assert '<b class="big">1</b> <span class="grow">số liệu chính thức cần kiểm tra</span>' in waiting


# -- Corrections


@pytest.mark.parametrize("as_of", ["01/10/2026", "02/10/2026", "30/09/2026"])
def test_a_later_correction_counts_at_once_whatever_its_date(database, sara, world, as_of):
    """Of the same day, a later or an earlier one: what was uploaded last stands."""
    send(sara, "TX01,Thôn Trại Mới,,200,600,700,01/10/2026,Công an xã")
    send(sara, f"TX01,Thôn Trại Mới,,291,799,846,{as_of},Công an xã")
    line = progress.of(world.areas["TX01"], date(2026, 7, 2))[0].lines["CT4a"]
    assert (line.official, Figure.standing(world.areas["TX01"], "adults").value) == (799, 799)


def test_a_correction_of_an_earlier_day_says_what_it_replaces(sara):
    send(sara, "TX01,Thôn Trại Mới,,29,80,84,01/10/2026,")
    assert "△ thay số của ngày sau" in look(sara, "TX01,Thôn Trại Mới,,29,81,84,30/09/2026,").text


def test_a_wrong_figure_that_is_taken_back_leaves_the_one_before_it(world):
    sara, village = world.users["sara"], world.areas["TH04"]
    Figure.put(village, "adults", 30, date(2026, 11, 1), "Tổ", sara)
    wrong = Figure.get(Figure.value == 30)
    wrong.take_back(sara)
    wrong.take_back(sara)
    assert Figure.standing(village, "adults").value == 1000
    told = Event.select().where(Event.verb == "figure.taken_back").order_by(Event.id)
    assert [event.data for event in told] == [{"key": "adults", "was": 30, "now": 1000, "as_of": "2026-11-01"}]


# -- A village's own page


def post(browser, address, **fields):
    return browser.post(address, data=fields, follow_redirects=True)


def said(answer):
    return " ".join(answer.text.split())


def test_the_page_tells_who_changed_a_figure_when_and_from_what_to_what(as_, sara):
    send(sara, "TX01,Thôn Trại Mới,Tiến Xuân,291,700,846,01/09/2026,")
    send(as_("ada"), "TX01,Thôn Trại Mới,Tiến Xuân,291,801,846,01/10/2026,")
    page = said(sara.get("/areas/TX01"))
    row = r"Nhân khẩu từ 18 tuổi: (\S+(?: có)?) → <b [^>]*>(\S+)</b> <span [^>]*> (số của ngày \S+)"
    assert re.findall(row, page) == [
        ("700", "801", "số của ngày 01/10/2026"),
        ("chưa có", "700", "số của ngày 01/09/2026"),
    ]
    assert re.findall(r"\d\d:\d\d · ([^<·]+) </span>", page)[0].strip() == "Đào Thị Á"


def test_a_wrong_figure_is_taken_back_on_screen(sara, world):
    send(sara, f"TH04,Thôn 4,Thạch Hòa,403,1088,1149,{today()},Công an xã")
    day = vi.local(now()).date()
    page = said(post(sara, "/areas/TH04/figures", key="adults", as_of=str(day)))
    assert "✓ Đã bỏ số đó" in page and '1.088 → <b class="inline">1.000</b>' in page
    post(sara, "/areas/TH04/figures", key="adults", as_of=str(day))
    assert [Figure.standing(world.areas["TH04"], key).value for key in ("adults", "over16")] == [1000, 1149]


def test_a_village_is_renamed_and_its_old_code_still_leads_to_it(sara):
    answer = post(sara, "/areas/TX01/name", name="Thôn Trại Cũ", former="Tiến Xuân", code="tx77")
    assert (answer.request.path, "✓ Đã sửa tên và mã." in said(answer)) == ("/areas/TX77", True)
    assert sara.get("/areas/tx01").location == "/areas/TX77"
    assert villages()[2] == ("TX77", "Thôn Trại Cũ", "Tiến Xuân")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Ghi tên thôn, tối đa 120 ký tự."),
        ({"name": "A" * 121}, "Ghi tên thôn, tối đa 120 ký tự."),
        ({"name": "Thon 4", "former": "Bình Yên"}, "Đã có thôn cùng tên"),
        ({"name": "Thôn 4", "former": ""}, "Đã có thôn cùng tên"),
        ({"former": "A" * 121}, "Viết gọn lại"),
        ({"code": "BY02"}, "Mã này là của nơi khác."),
        ({"code": "hl"}, "Mã này là của nơi khác."),
        ({"code": "TX/1"}, "Mã gồm chữ không dấu và số"),
        ({"code": ""}, "Mã gồm chữ không dấu và số"),
    ],
)
def test_a_wrong_name_or_code_is_told_beside_its_field(sara, fields, sentence):
    before = villages()
    typed = {"name": "Thôn Trại Mới", "former": "Tiến Xuân", "code": "TX01"} | fields
    answer = post(sara, "/areas/TX01/name", **typed)
    assert (answer.status_code, sentence in answer.text, villages()) == (422, True, before)
    for value in fields.values():
        assert f'value="{value}"' in answer.text


def test_a_village_is_merged_and_taken_apart_on_screen(sara, world):
    home, uid = world.household("TX01"), new_uid()
    page = post(sara, "/areas/TX01/merger", into="TH04", way="same", uid=uid)
    assert (page.request.path, "✓ Đã nhập." in page.text, "Thôn Trại Mới" in page.text) == ("/areas/TH04", True, True)
    assert (Household.get_by_id(home.id).village.code, len(villages())) == ("TH04", 2)
    page = post(sara, f"/areas/mergers/{uid}/undo")
    assert (page.request.path, "✓ Đã tách ra lại như trước." in page.text) == ("/areas/TX01", True)
    assert (Household.get_by_id(home.id).village.code, len(villages())) == ("TX01", 3)


@pytest.mark.parametrize("fields", [{"into": "TX01"}, {"into": "HL"}, {"into": ""}, {"way": ""}, {"way": "x"}])
def test_a_merger_needs_another_village_and_what_it_is(sara, world, fields):
    answer = post(sara, "/areas/TX01/merger", **{"into": "TH04", "way": "same", "uid": new_uid()} | fields)
    assert (answer.status_code, 'class="error"' in answer.text, len(villages())) == (422, True, 3)


def test_an_empty_village_is_removed_on_screen_and_others_are_not(sara, world):
    assert "Xóa thôn này" in sara.get("/areas/BY02").text
    assert "Xóa thôn này" not in sara.get("/areas/TX01").text
    assert "còn hộ, tài khoản hoặc lớp học" in post(sara, "/areas/TX01/removal").text
    assert "✓ Đã xóa Thôn 4 (Bình Yên cũ)." in post(sara, "/areas/BY02/removal").text
    assert [village[0] for village in villages()] == ["TH04", "TX01"]
    assert sara.get("/areas/BY02").status_code == as_nobody(sara) == 404


def as_nobody(browser):
    return browser.get("/progress/BY02").status_code


CHANGES = ("TX01/name", "TX01/merger", "TX01/removal")
FIELDS = {"name": "Thôn Lạ", "former": "", "code": "LA1", "into": "TH04", "way": "same", "uid": new_uid()}


@pytest.mark.parametrize("username", ["vera", "leo", "otto", "hana", "uma"])
def test_villages_are_changed_by_the_office_alone(as_, username):
    browser, before = as_(username), (villages(), figures())
    addresses = [*CHANGES, "TX01/figures", f"mergers/{new_uid()}/undo"]
    statuses = [browser.post(f"/areas/{address}", data=FIELDS).status_code for address in addresses]
    assert (set(statuses), browser.get("/areas/TX01").status_code) == ({404}, 404)
    assert (villages(), figures()) == before


def test_an_officer_of_one_village_sees_it_and_changes_neither_its_name_nor_another(as_, world):
    User.add("tam", "Tâm", "staff", world.areas["TX01"])
    merger = Merger.merge(world.areas["BY02"], world.areas["TX01"], "same", None)
    tam, before = as_("tam"), villages()
    assert [tam.get(f"/areas/{code}").status_code for code in ("TX01", "TH04", "HL")] == [200, 404, 404]
    assert "Sửa tên, xã cũ, mã" not in tam.get("/areas/TX01").text
    addresses = [*CHANGES, f"mergers/{merger.uid}/undo"]
    assert {tam.post(f"/areas/{address}", data=FIELDS).status_code for address in addresses} == {403}
    assert tam.post("/areas/TH04/name", data=FIELDS).status_code == 404
    assert "1 thôn sửa" not in look(tam, "TX01,Thôn Lạ,,,,,,").text
    assert villages() == before


def test_a_file_that_is_no_list_of_villages_is_refused_in_the_words_of_one(sara):
    refused = sara.post("/areas", data={"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")})
    assert refused.status_code == 422
    assert "Không thấy dòng tên cột trong 40 dòng đầu. Cần ít nhất cột “tên thôn”." in refused.text
    assert "Quan hệ với chủ hộ" not in refused.text

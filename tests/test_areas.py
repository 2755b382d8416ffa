"""The commune's villages and their official counts, from a list such as thon.csv."""

import io
from pathlib import Path

import pytest

import roster
from models import Area, Event, Figure, User, db

DATA = Path(__file__).resolve().parent / "data"
HEADER = "mã,tên thôn,xã cũ,số hộ,nhân khẩu từ 18 tuổi,nhân khẩu từ 16 tuổi,ngày số liệu,nguồn"


def send(browser, *lines):
    content = (DATA / "thon.csv").read_bytes() if not lines else "\n".join([HEADER, *lines]).encode()
    return browser.post("/areas", data={"file": (io.BytesIO(content), "thon.csv")})


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
    assert "Không có gì thay đổi" in send(sara).text
    assert (villages(), figures(), Event.select().where(Event.verb != "areas.uploaded").count()) == before


def test_in_an_empty_commune_everything_is_new(sqlite, use_plan):
    commune = Area.add("commune", "Xã Hòa Lạc", "HL")
    user = User.add("sara", "Sái", "staff", commune)
    areas, problems = roster.read_areas(DATA / "thon.csv")
    done = {"added": 12, "renamed": 0, "figures": 36, "unchanged": 0}
    assert roster.save_areas(areas, user) == (done, [])
    assert problems == []
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
    page = send(sara, "TH09,Thôn 9,,abc,10,,01/10/2026,", "TH10,Thôn 10,,5,6,7,,", "HL,Thôn 11,,,,,,").text
    for sentence in (
        "Ô D2: “số hộ” phải là số nguyên không âm.",
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
    page = send(as_("tam")).text
    assert (len(villages()), {row[0] for row in figures()}) == (3, {"TH04", "TX01"})
    assert "tài khoản này không được thêm thôn nên bỏ qua dòng này" in page
    assert [row[2] for row in figures() if row[0] == "TH04"] == [1000, 400, 1050]


def test_a_failure_in_the_middle_leaves_nothing_half_saved(database, world, monkeypatch):
    before, logged = (villages(), figures()), Event.select().count()
    areas, _ = roster.read_areas(DATA / "thon.csv")
    put = Figure.put

    def fail_at_the_last(area, *rest):
        if area.code == "BY01":
            raise OSError("the disk is full")
        return put(area, *rest)

    monkeypatch.setattr(Figure, "put", fail_at_the_last)
    with pytest.raises(OSError, match="disk is full"):
        roster.save_areas(areas, world.users["sara"])
    assert db.in_transaction() is False
    assert ((villages(), figures()), Event.select().count()) == (before, logged)


@pytest.mark.parametrize("username", ["vera", "hana", "uma"])
def test_only_the_office_sees_them(as_, username):
    assert [as_(username).get("/areas").status_code, send(as_(username)).status_code] == [404, 404]
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

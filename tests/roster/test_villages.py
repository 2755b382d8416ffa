"""Names of villages in titles and cells, and the commune's list of villages with official counts."""

from pathlib import Path

import pytest

from roster.problems import Unreadable, sentence
from roster.villages import read_areas, village_in, village_named

DATA = Path(__file__).resolve().parents[1] / "data"
HEADER = "mã,tên thôn,xã cũ,số hộ,nhân khẩu từ 18 tuổi,nhân khẩu từ 16 tuổi,ngày số liệu,nguồn"


@pytest.mark.parametrize(
    ("title", "village"),
    [
        ("DANH SÁCH HỘ GIA ĐÌNH, NHÂN KHẨU THÔN 4 (THẠCH HÒA CŨ)", ("Thôn 4", "Thạch Hòa")),
        ("DANH SÁCH NHÂN KHẨU THÔN TRẠI MỚI", ("Thôn Trại Mới", "")),
        ("Danh sách thôn Yên Mỹ năm 2026", ("Thôn Yên Mỹ", "")),
        ("Thôn 4 - xã Bình Yên cũ - Tổng hợp", ("Thôn 4", "Bình Yên")),
        ("THÔN: NHÒN, XÃ HÒA LẠC", ("Thôn Nhòn", "")),
        ("Thôn 4 Thạch Hòa cũ", ("Thôn 4", "Thạch Hòa")),
        ("Thôn 4 (cũ: Bình Yên)", ("Thôn 4", "Bình Yên")),
        ("DANH SACH THON 12 XA HOA LAC", ("Thôn 12", "")),
        ("TDP 3", ("Tổ dân phố 3", "")),
        ("DANH SÁCH THÔN 8 ĐÔNG", ("Thôn 8 Đông", "")),
        ("Danh sách hộ thôn 8 Tây năm 2026", ("Thôn 8 Tây", "")),
        ("DS Thôn 4 Nam (Thạch Hòa cũ)", ("Thôn 4 Nam", "Thạch Hòa")),
        ("THÔN 4 - KHU TÁI ĐỊNH CƯ", ("Thôn 4 - Khu Tái Định Cư", "")),
        ("Thôn 4 - Danh sách nhân khẩu", ("Thôn 4", "")),
        ("Thôn 4 - Khu nhà trọ, danh sách", ("Thôn 4 - Khu nhà trọ", "")),
        ("Danh sách thôn 4 năm 2026", ("Thôn 4", "")),
        ("DANH SÁCH THÔN 4 NĂM 2026", ("Thôn 4", "")),
        ("Danh sach thon 4 nam 2026", ("Thôn 4", "")),
        ("Thôn 4 xã Hòa Lạc", ("Thôn 4", "")),
        ("Thôn 4 tính đến 15/9/2026", ("Thôn 4", "")),
        ("Thôn 4 danh sách đợt 2", ("Thôn 4", "")),
        ("Thon 4 cap nhat", ("Thôn 4", "")),
        ("Thôn 4 (2)", ("Thôn 4", "")),
        ("Bản sao", None),
        ("Bản gốc (2)", None),
        ("Bản Sáu", ("Bản Sáu", "")),
        ("UBND XÃ HÒA LẠC", None),
        ("ỦY BAN NHÂN DÂN XÃ", None),
        ("Danh sách các thôn trong xã", None),
        ("Trưởng thôn Nguyễn Văn A", None),
        ("Sheet1", None),
    ],
)
def test_titles_name_villages(title, village):
    assert village_in(title) == village


@pytest.mark.parametrize(
    ("cell", "former", "village"),
    [
        ("Thôn 4", "", ("Thôn 4", "")),
        ("4", "xã Bình Yên", ("Thôn 4", "Bình Yên")),
        ("TRẠI MỚI", "TIẾN XUÂN", ("Thôn Trại Mới", "Tiến Xuân")),
        ("thôn 4 (Thạch Hòa cũ)", "", ("Thôn 4", "Thạch Hòa")),
        ("Bãi Dài (Tiến Xuân cũ)", "", ("Thôn Bãi Dài", "Tiến Xuân")),
        ("Tổ dân phố 3", "", ("Tổ dân phố 3", "")),
        ("Thôn 8 Đông", "", ("Thôn 8 Đông", "")),
        ("THÔN 8 TÂY", "", ("Thôn 8 Tây", "")),
        ("Thôn 4 Bắc", "", ("Thôn 4 Bắc", "")),
        ("Thôn 2 Ngoài (Bình Yên cũ)", "", ("Thôn 2 Ngoài", "Bình Yên")),
        ("Thôn 4 - khu tái định cư", "", ("Thôn 4 - khu tái định cư", "")),
        ("4 Bắc", "", ("Thôn 4 Bắc", "")),
        ("4 - khu tái định cư", "", ("Thôn 4 - khu tái định cư", "")),
        ("Thôn 4 xã Hòa Lạc", "", ("Thôn 4", "")),
        ("Thôn 4 Thạch Hòa cũ", "", ("Thôn 4", "Thạch Hòa")),
        ("4", "", ("Thôn 4", "")),
    ],
)
def test_cells_name_villages(cell, former, village):
    assert village_named(cell, former) == village


@pytest.fixture
def areas(tmp_path):
    def read(text):
        path = tmp_path / "thon.csv"
        path.write_text(text, "utf-8")
        return read_areas(path)

    return read


def test_the_communes_own_list():
    areas, problems = read_areas(DATA / "thon.csv")
    assert problems == []
    assert [(a["code"], a["name"], a["former"]) for a in areas][5:] == [
        ("TX01", "Thôn Trại Mới", "Tiến Xuân"),
        ("TX02", "Thôn Nhòn", "Tiến Xuân"),
        ("TX03", "Thôn Đồng Dâu", "Tiến Xuân"),
        ("TX04", "Thôn Bãi Dài", "Tiến Xuân"),
        ("TX05", "Thôn Miễu", "Tiến Xuân"),
        ("BY01", "Thôn Yên Mỹ", "Bình Yên"),
        ("BY02", "Thôn 4", "Bình Yên"),
    ]
    assert len(areas) == 12
    assert areas[3] == {
        "code": "TH04",
        "name": "Thôn 4",
        "former": "Thạch Hòa",
        "households": 402,
        "adults": 1088,
        "over16": 1149,
        "as_of": "2026-10-01",
        "source": "Công an xã",
        "row": 5,
    }


def test_headers_may_be_spelled_otherwise_and_columns_left_out(areas):
    found, problems = areas("DANH SACH THON\nTen thon;So ho;Tu 18 tuoi\nNhòn;1.187;\nTổng cộng;1.187;\n")
    assert problems == []
    assert [(a["code"], a["name"], a["households"], a["adults"], a["as_of"]) for a in found] == [
        ("", "Thôn Nhòn", 1187, None, None)
    ]


def test_what_is_wrong_is_told_with_its_cell(areas):
    lines = [
        "TH01,Thôn 1,Thạch Hòa,-412,1105,1160,01/10/2026,Công an xã",
        "TH02,,Thạch Hòa,388,1012,1066,01/10/2026,Công an xã",
        "TH03,thôn 1,Thạch Hoà,365,987,1041,01/10/2026,Công an xã",
        "th01,Thôn 4,Thạch Hòa,402,1088,1149,31/02/2026,Công an xã",
        "TH05,Thôn 5,Thạch Hòa,376,1003,1054,tháng 10,Công an xã",
    ]
    found, problems = areas("\n".join([HEADER, *lines]))
    assert [(a["name"], a["households"], a["as_of"]) for a in found] == [
        ("Thôn 1", None, "2026-10-01"),
        ("Thôn 5", 376, None),
    ]
    assert [(p.level, sentence(p)) for p in problems] == [
        ("error", "Ô D2: “số hộ” phải là số nguyên lớn hơn 0. Sửa ô này rồi tải lại."),
        ("error", "Ô B3: chưa có tên thôn nên bỏ qua dòng này. Ghi tên thôn rồi tải lại."),
        ("error", "Ô G5: ngày số liệu phải như 01/10/2026. Sửa ô này rồi tải lại."),
        ("error", "Ô G6: ngày số liệu phải như 01/10/2026. Sửa ô này rồi tải lại."),
        ("warning", "Ô B4: thôn này đã có ở dòng 2 nên bỏ qua dòng này."),
        ("warning", "Ô A5: mã thôn này đã dùng ở dòng 2 nên bỏ qua dòng này."),
    ]


def test_a_list_without_village_names_is_refused(areas):
    with pytest.raises(Unreadable) as caught:
        areas("mã,số hộ,từ 18 tuổi\nTH01,412,1105\n")
    assert sentence(caught.value.problem) == ("Dòng 1: không có cột “Tên thôn”. Thêm hoặc sửa tên cột đó rồi tải lên.")


def test_a_list_without_villages_or_with_too_many_is_refused(areas):
    for lines, said in (([], "không có thôn nào"), ([f",Thôn {n},,,,,," for n in range(1001)], "hơn 1000 dòng")):
        with pytest.raises(Unreadable) as caught:
            areas("\n".join([HEADER, *lines]))
        assert said in sentence(caught.value.problem)


def test_a_name_that_only_folds_to_an_empty_word_is_a_name():
    """ "Thôn Trống" was read as "Thôn Thôn Trống"; "trong" of a title still names nothing."""
    assert village_named("Thôn Trống") == ("Thôn Trống", "")
    assert village_in("DANH SÁCH CÁC THÔN TRONG XÃ") is None
    assert village_in("Danh sach cac thon trong xa") is None

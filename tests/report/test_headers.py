"""Whose letterhead a report has."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

import plan as plans
from report import headers


@pytest.fixture
def hoa_lac():
    return plans.load("plans/hoa-lac-2026.toml")


def unit(key, kind, name="Trường Tiểu học Thạch Hòa"):
    return SimpleNamespace(key=key, kind=kind, name=name)


def test_the_commune_reports_as_its_peoples_committee(hoa_lac):
    header = headers.of(hoa_lac)
    assert header["header"] == ["ỦY BAN NHÂN DÂN", "XÃ HÒA LẠC"]
    assert header["motto"] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert (header["symbol"], header["issuer"], header["signer"]) == ("BC-UBND", "UBND xã Hòa Lạc", "Nguyễn Quang Sơn")


def test_without_an_issuer_the_plan_names_the_commune(hoa_lac):
    report = replace(hoa_lac.report, issuer=None)
    assert headers.of(replace(hoa_lac, report=report))["issuer"] == "UBND xã Hòa Lạc"


def test_a_school_stands_below_the_commune_with_its_own_name(hoa_lac):
    header = headers.of(hoa_lac, unit("thach_hoa_primary", "school"))
    assert header["header"] == ["UBND XÃ HÒA LẠC", "TRƯỜNG TIỂU HỌC THẠCH HÒA"]
    assert header["issuer"] == "Trường Tiểu học Thạch Hòa"
    assert header["addressees"][0] == "Ủy ban nhân dân xã Hòa Lạc"
    assert (header["symbol"].strip(), header["signer"]) == ("BC-", "")  # the plan does not say what they are


def test_a_unit_that_is_named_comes_before_its_kind(hoa_lac):
    culture = headers.of(hoa_lac, unit("culture", "division", "Phòng Văn hóa - Xã hội"))
    economy = headers.of(hoa_lac, unit("economy", "division", "Phòng Kinh tế"))
    assert (culture["header"][1], culture["symbol"]) == ("PHÒNG VĂN HÓA - XÃ HỘI", "BC-VHXH")
    assert (economy["header"][1], economy["symbol"].strip()) == ("PHÒNG KINH TẾ", "BC-")


def test_the_youth_union_has_its_own(hoa_lac):
    header = headers.of(hoa_lac, unit("youth_union", "youth_union", "Đoàn Thanh niên xã"))
    assert (header["motto"], header["symbol"]) == (["ĐOÀN TNCS HỒ CHÍ MINH"], "-BC/ĐTN")


def test_a_unit_that_the_plan_has_no_letterhead_for_has_none(hoa_lac):
    firm = unit("u-1", "enterprise", "Công ty An Phú")
    assert headers.of(hoa_lac, firm) is None
    others = replace(hoa_lac.report.variants[2], key="others", kinds=(), header=("{unit}",))
    report = replace(hoa_lac.report, variants=(*hoa_lac.report.variants, others))
    assert headers.of(replace(hoa_lac, report=report), firm)["header"] == ["CÔNG TY AN PHÚ"]


def test_a_letterhead_can_be_kept_as_json(hoa_lac):
    for each in (None, *hoa_lac.units):
        found = headers.of(hoa_lac, each and unit(each.key, each.kind, each.name.vi))
        assert json.loads(json.dumps(found)) == found

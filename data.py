"""Open data: the published figures as plain rows, with a dictionary that says what each one is.

Of the commune that this installation serves and its villages, a row per figure. What is not in `published` is not here.
Names of columns and codes of figures stay as they are from year to year, so that programs may read them; they are
Vietnamese without marks, for readers of either language.
"""

import io
import json
from collections.abc import Callable
from typing import NamedTuple

import exports
import plan
import progress
import published
import vi
from fields import N_
from indicators import VISITS
from models import Cutoff, Publication
from plan import Target, Words

DOORS = Words("Hộ đã đến", "Doors knocked on")
DOORS_RULE = Words("Số hộ trong danh sách; trong đó đã có người đến gõ cửa", "Households listed; those visited of them")
SURVEYED = Words("Hộ đã khảo sát xong", "Households surveyed")
SURVEYED_RULE = Words("Số hộ trong danh sách; trong đó đã trả lời xong", "Households listed; those that answered")

COLUMNS = {
    "nam": N_("Năm của kế hoạch"),
    "ngay_cong_bo": N_("Ngày công bố, dạng năm-tháng-ngày; trống: chưa công bố"),
    "ma_dia_ban": N_("Mã xã, mã thôn"),
    "dia_ban": N_("Tên xã, tên thôn"),
    "cap": N_("“xa” hoặc “thon”; số của xã là tổng số đã công bố của các thôn"),
    "ma_so_lieu": N_("Mã như trong từ điển trên đây"),
    "ten": N_("Tên chỉ tiêu hoặc số liệu"),
    "don_vi_tinh": N_("Đơn vị tính"),
    "nguon": N_("“khao_sat”: khảo sát tại nhà, tại lớp; “don_vi”: đơn vị báo cáo; “cong_an”: Công an xã"),
    "mau_so": N_("Số đã hỏi và có trả lời, hoặc tổng số được báo cáo; trống: chưa công bố"),
    "so_dat": N_("Số đạt trong đó; trống: chưa công bố"),
    "chinh_thuc": N_("Dân số hoặc số hộ chính thức; trống: chưa đủ, cần kiểm tra, hoặc không dùng đến"),
}
DEFINED = (
    "ma_so_lieu", "nguon", "ten", "ten_en", "don_vi_tinh", "chi_tieu_phan_tram", "dinh_nghia", "dinh_nghia_en",
)  # fmt: skip
LEVELS = {"city": "thanh_pho", "commune": "xa", "village": "thon"}
SOURCES = {"survey": "khao_sat", "units": "don_vi", "police": "cong_an"}
PEOPLE, HOMES = "người", "hộ"


class Shown(NamedTuple):
    """A figure of the file: `code` and `source` name it; name and rule are Words; `target` says its goal, or is None.

    stored: its code among the Publications. counts: what a progress.Part says of it, (counted, yes, official) or None.
    """

    code: str
    source: str
    name: Words
    rule: Words
    unit: str
    stored: str
    counts: Callable
    target: Target | None = None


def shown():
    """Every Shown of the active plan: doors, then the targets in the plan's order with what stands beside them."""
    found = [
        Shown("HO_DEN", "survey", DOORS, DOORS_RULE, HOMES, VISITS, lambda part: _of_doors(part, part.visited)),
        Shown("HO_XONG", "survey", SURVEYED, SURVEYED_RULE, HOMES, VISITS, lambda part: _of_doors(part, part.done)),
    ]
    for target in plan.active.targets:
        if target.indicator:
            found.append(_asked(target, target))
        if target.source != "survey":
            found.append(_reported(target))
        found += [_asked(series, None) for series in plan.active.series if series.beside == target.code]
    return found


def _of_doors(part, yes):
    return part.listed, yes, part.official_households


def _asked(counted, target):
    """What households were asked: a target or a series."""
    rule = plan.active.skills.text if counted.indicator == "skills" else counted.rule or counted.text

    def counts(part):
        line = part.count(counted.code)
        whole = target and not line.missing and not line.doubts
        return line.asked, line.yes, line.official if whole else None

    return Shown(counted.code, "survey", counted.short, rule, _unit(counted), counted.code, counts, target)


def _reported(target):
    """What units, or the police, said of a target."""

    def counts(part):
        report = part.reported.get(target.code)
        return (report.all, report.yes, None) if report else None

    stored = published.REPORTED + target.code
    return Shown(target.code, target.source, target.short, target.text, _unit(target), stored, counts, target)


def _unit(counted):
    return HOMES if counted.population == "households" else PEOPLE


def current(area, today):
    """The rows of a commune and its villages as they are published now, as `{column: value}`. Publishes what may be."""
    return _rows(area, today, published.facts(area, today), Publication.times(area))


def frozen(area, day):
    """What the public could see at the end of a day, as plain data for a closed period's contents. Writes nothing."""
    rows = _rows(area, day, published.facts_on(area, day), Publication.times(area, published.end_of(day)))
    return {"columns": [*COLUMNS], "rows": [list(row.values()) for row in rows]}


def _rows(area, today, facts, times):
    whole, parts = progress.of(area, today, facts)
    pairs = [(each, part, each.counts(part)) for part in (whole, *parts) for each in shown()]
    return [_row(each, part, counts, times) for each, part, counts in pairs if counts]


def _row(each, part, counts, times):
    """One row. times: {(area's id, stored code): when it was published}; a total is of the newest of its parts."""
    counted, yes, official = counts
    moments = [times.get((part.area.id, each.stored))]
    if part.area.kind != "village":
        moments = [at for (_, code), at in times.items() if code == each.stored]
    at = max(filter(None, moments), default=None)
    known = (f"{vi.local(at):%Y-%m-%d}", counted, yes) if at and counted else (None, None, None)
    where = part.area.code, part.area.label, LEVELS[part.area.kind]
    what = each.code, each.name.vi, each.unit, SOURCES[each.source]
    return dict(zip(COLUMNS, (plan.active.year, known[0], *where, *what, *known[1:], official), strict=True))


def periods(area):
    """The closed periods of an area, the latest first: [Cutoff] without contents, of each its newest revision."""
    return Cutoff.periods_closed(area)[::-1]


def closed(area, key):
    """(Cutoff, its report, rows) of a closed period as it was published then; None when there is none."""
    row = Cutoff.newest(area, key)
    report = row.report if row else {}
    if not report.get("published"):
        return None
    told = report["published"]
    return row, report, [dict(zip(told["columns"], values, strict=True)) for values in told["rows"]]


def dictionary():
    """What each figure is, as `{column: value}` with the columns DEFINED."""
    return [
        dict(zip(DEFINED, (
            each.code, SOURCES[each.source], each.name.vi, each.name.en, each.unit,
            each.target.goal if each.target else None, each.rule.vi, each.rule.en,
        ), strict=True))
        for each in shown()
    ]  # fmt: skip


# -- Files


def as_csv(columns, rows):
    """A CSV file as bytes: UTF-8 with a mark, commas, no cell that a program would run."""
    file = io.BytesIO()
    headers = [exports.Column(header, None, "") for header in columns]
    exports.write_csv(file, headers, [[row[column] for column in columns] for row in rows])
    return file.getvalue()


def as_json(key, rows, **about):
    """A JSON file as bytes: what it is about, and its rows under a key."""
    return json.dumps(about | {key: rows}, ensure_ascii=False, indent=1).encode()


def with_rates(row):
    """A row of figures with its two rates, in percent, unrounded."""
    yes, counted, official = row["so_dat"], row["mau_so"], row["chinh_thuc"]
    by_counted = 100 * yes / counted if counted else None
    by_official = 100 * yes / official if official and yes is not None else None
    return row | {"phan_tram_mau_so": by_counted, "phan_tram_chinh_thuc": by_official}

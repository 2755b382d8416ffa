"""Biểu 5 and paragraph II.5: a row per village, and what a village was called in the period before."""

import plan
import progress
import vi
from report import words
from report.tables import cell, column, make, row
from report.targets import rate

TITLE = "Kết quả theo thôn"
KEY = "5"
TOTAL = "total"
ORDER = ("answer", "skills", "digital_family")  # phone and account, skills, family, as domain.md 5.3 has them
NAMES_SHOWN = 3


def targets():
    """The targets that a survey answers, in the table's order."""
    surveyed = [target for target in progress.shown_targets() if target.source == "survey"]
    return sorted(surveyed, key=lambda target: ORDER.index(target.indicator))


def columns(facts):
    found = [
        column("number", "STT", "int"),
        column("name", "Xã" if facts.area.kind == "city" else "Thôn"),
        column("homes", "Tổng số hộ", "int"),
        column("done", "Hộ đã khảo sát", "int"),
        column("done_rate", "Hộ đã khảo sát (%)", "percent"),
        column("adults", f"Số người từ {plan.active.adult_age} tuổi", "int"),
    ]
    for target in targets():
        name = (target.column or target.short).vi
        found.append(column(target.code, f"{name} ({words.counted(target.population)})", "int"))
        found.append(column(f"{target.code}.rate", f"{name} (%)", "percent"))
    return found + [
        column("sessions", "Số buổi học", "int"),
        column("attendances", "Lượt người học", "int"),
        column("at_home", "Lượt hỗ trợ tại nhà", "int"),
        column("in_need", "Số người cần hỗ trợ tiếp", "int"),
    ]


def table(facts):
    """A row per village, one for what belongs to no village, and their sum; of a village, its own row alone."""
    rows = [row(part.area.code, [number, part.area.label, *_counts(part), *_flows(facts, part.area)])
            for number, part in enumerate(facts.parts or [facts.whole], 1)]  # fmt: skip
    if facts.parts:
        apart = _flows(facts, facts.area, below=False)
        if any(apart):
            cells = [
                "",
                f"Chung của {words.lower(facts.area.label)}",
                *[""] * (len(columns(facts)) - 2 - len(apart)),
                *apart,
            ]
            rows.append(row(f"{facts.area.code}.apart", cells))
        total = ["", "Cộng", *_counts(facts.whole), *_flows(facts, facts.area)]
        rows.append(row(TOTAL, total, "total"))
    return make(TITLE, columns(facts), rows, notes(facts))


def _counts(part):
    """Homes, homes surveyed, adults, and for each target how many can and the rate among everybody."""
    homes = part.official_households
    adults = next((line.official for line in part.lines.values() if line.target.population == "adults"), None)
    cells = [homes, part.done, rate(part.done, homes), adults]
    for target in targets():
        line = part.lines[target.code]
        whole = line.asked and not line.missing
        cells += [line.yes if line.asked else None, line.rate_all if whole else None]
    return cells


def _flows(facts, area, below=True):
    """Sessions, lượt, help at home and people in need of an area: of all below it, or only of the area itself."""

    def is_there(other):
        return other.path.startswith(area.path) if below else other.id == area.id

    there = [held for held in facts.held if is_there(held.course.area)]
    came = [held.attendances for held in there if held.attendances is not None]
    ids = {part.area.id for part in _all(facts) if is_there(part.area)}
    at_home = sum(n for (area_id, place), n in facts.helps.items() if place == "home" and area_id in ids)
    in_need = sum(n for village, n in facts.in_need.items() if village in ids)
    return [sum(held.sessions for held in there), sum(came) if came or not there else None, at_home, in_need]


def _all(facts):
    return [facts.whole, *facts.parts]


def notes(facts):
    """How the rates are counted, what is of today, and which village was called otherwise before."""
    found = [
        f"Số liệu khảo sát tính đến hết ngày {vi.date_vn(facts.until)}. Tỷ lệ (%) tính trên tổng số hộ, tổng số người "
        f"từ {plan.active.adult_age} tuổi; người, hộ chưa khảo sát coi là chưa đạt.",
        "Số buổi học, lượt người học: theo thôn mở lớp. Lượt hỗ trợ tại nhà: theo thôn của người được hỗ trợ.",
        "Số người cần hỗ trợ tiếp: nhu cầu còn mở tại thời điểm lập báo cáo.",
    ]
    if lacking := [village.label for village in facts.whole.missing]:
        found.append(f"Chưa có số dân chính thức: {words.names(lacking)}; dòng Cộng không tính tỷ lệ.")
    return found + changes(facts)


def changes(facts):
    """A sentence for each village that has another name than in the period before, or that became part of another."""
    found = [_merged(merger.label, merger.kept.label) for merger in facts.mergers]
    labels = {part.area.code: part.area.label for part in facts.parts}
    for code, label in _before(facts):
        if code in labels:
            was, name = label, labels[code]
        elif area := facts.areas_once_coded.get(code):
            was, name = label, area.label
        else:
            found.append(f"{label}: không còn trong danh sách thôn.")
            continue
        if code in facts.merged_codes:
            found.append(_merged(was, name))
        elif was != name:
            found.append(f"{name}: kỳ trước là {was}.")
    return list(dict.fromkeys(found))


def _before(facts):
    """[(code, name)] of the villages in the closed report of the period before; nothing where it is not closed."""
    if not (facts.parts and facts.before and KEY in facts.before["tables"]):
        return []
    former = facts.before["tables"][KEY]
    villages = (each["key"] for each in former["rows"] if each["kind"] == "row" and each["cells"][0])
    return [(code, cell(former, code, "name")) for code in villages]


def _merged(gone, kept):
    return f"{gone} đã nhập vào {kept}; số liệu từ kỳ này tính chung."


def text(facts):
    """How far the villages are with the doors, which had no class, and how many people still need help."""
    if not facts.parts:
        return []
    known = [(rate(part.done, part.official_households), part) for part in facts.parts]
    ranked = sorted(((done, part) for done, part in known if done is not None), key=lambda pair: -pair[0])
    found = []
    if len(ranked) > 2 * NAMES_SHOWN:
        found.append(f"Tỷ lệ hộ đã khảo sát cao nhất: {_shown(ranked[:NAMES_SHOWN])}; thấp nhất: "
                     f"{_shown(ranked[:-NAMES_SHOWN - 1:-1])} (chi tiết tại Biểu 5).")  # fmt: skip
    elif ranked:
        found.append(f"Tỷ lệ hộ đã khảo sát: {_shown(ranked)} (chi tiết tại Biểu 5).")
    if unknown := [part.area.label for done, part in known if done is None]:
        found.append(f"Chưa có tổng số hộ chính thức: {words.names(unknown)}.")
    taught = {held.course.area_id for held in facts.held}
    untaught = [part.area.label for part in facts.parts if part.area.id not in taught]
    if untaught:
        found.append(f"Trong kỳ chưa có buổi học: {words.names(untaught)}.")
    found.append(f"Còn {vi.number(sum(facts.in_need.values()))} người có nhu cầu hỗ trợ chưa được đáp ứng.")
    return found + changes(facts)


def _shown(ranked):
    return ", ".join(f"{part.area.label} ({vi.percent(done)})" for done, part in ranked)

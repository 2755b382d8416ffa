"""Biểu 1 and paragraph II.1: the plan's targets at the end of the period, and how each is counted (domain.md 1.2)."""

import plan
import vi
from report import words
from report.tables import cell, column, make, row
from terms import FIGURES

TITLE = "Kết quả thực hiện các chỉ tiêu"
KEY = "1"  # of this Biểu in the contents
TOLD = ".told"  # ends the key of what people say beside what is reported of the same target


def table(facts):
    """A row per target, per series beside one, and per target that people are asked about besides being reported."""
    rows, number = [], 0
    for target in shown(facts):
        number += 1
        if target.source == "survey":
            rows.append(_surveyed(facts, target, facts.whole.lines[target.code], number))
        else:
            rows.append(_reported(facts, target, number))
        if target.indicator and target.source != "survey" and not facts.unit:
            rows.append(_beside(facts, target.code + TOLD, target, f"{target.short.vi}: người dân tự khai"))
        if not facts.unit:
            beside = [series for series in plan.active.series if series.beside == target.code]
            rows += [_beside(facts, series.code, series, series.short.vi) for series in beside]
    return make(TITLE, columns(), rows, notes(facts))


def columns():
    return [
        column("number", "STT", "int"),
        column("name", "Chỉ tiêu"),
        column("counted", "ĐVT"),
        column("goal", f"Kế hoạch {plan.active.year}"),
        column("all", "Tổng số đối tượng", "int"),
        column("asked", "Số đã khảo sát", "int"),
        column("coverage", "Tỷ lệ phủ (%)", "percent"),
        column("yes", "Số đạt", "int"),
        column("rate_asked", "Tỷ lệ trên số khảo sát (%)", "percent"),
        column("rate_all", "Tỷ lệ trên tổng số (%)", "percent"),
        column("before", "Kỳ trước (%)", "percent"),
        column("state", "So với kế hoạch"),
        column("source", "Nguồn số liệu"),
        column("note", "Ghi chú"),
    ]


def shown(facts):
    """The targets that the report is about: for a unit those for which it sends figures of its own."""
    if facts.unit is None:
        return plan.active.targets
    return [target for target in plan.active.targets if target.source != "survey" and facts.reported(target)]


def _surveyed(facts, target, line, number):
    return row(target.code, [
        number, f"{target.code}. {target.short.vi}", words.counted(target.population), words.goal(target),
        *_counts(line), before(facts, target.code), words.state(line.state), words.SOURCES["survey"],
        _lacking(line),
    ])  # fmt: skip


def _beside(facts, key, counted, name):
    """What people were asked beside a target, which is neither added to it nor judged."""
    line = facts.whole.count(counted.code)
    counts = [line.official, line.asked, rate(line.official_asked, line.official), line.yes if line.asked else None]
    counts += [rate(line.yes, line.asked), rate(line.official_yes, line.official) if line.asked else None]
    note = "Đếm riêng, không cộng vào chỉ tiêu"
    return row(key, [
        "", name, words.counted(counted.population), "", *counts, before(facts, key), "", words.SOURCES["survey"],
        "; ".join(filter(None, (note, _lacking(line)))),
    ])  # fmt: skip


def _reported(facts, target, number):
    found = facts.reported(target)
    known = found is not None and found.rate is not None
    counts = [found.all, "", "", found.yes, found.rate, found.rate_all] if known else [None, "", "", None, None, None]
    state = found.state if found else "none"
    return row(target.code, [
        number, f"{target.code}. {target.short.vi}", words.counted(target.population), words.goal(target),
        *counts, before(facts, target.code), words.state(state), words.SOURCES[target.source], who_said(found),
    ])  # fmt: skip


def _counts(line):
    """Population, asked, coverage, yes and both rates; of nobody asked nothing more is known."""
    if not line.asked:
        return [line.official, 0, line.coverage, None, None, None]
    return [line.official, line.asked, line.coverage, line.yes, line.rate_asked, line.rate_all]


def who_said(found):
    """How many of those asked to report have done so; "" where all have."""
    if found is None:
        return "Chưa có đơn vị nào được giao báo cáo"
    whose = "thôn" if found.of_villages else "đơn vị"
    parts = []
    if found.said < found.asked:
        parts.append(f"mới có số liệu của {vi.number(found.said)}/{vi.number(found.asked)} {whose}")
    if found.uncounted:
        parts.append(f"{vi.number(found.uncounted)} {whose} chưa có tổng số")
    return words.upper("; ".join(parts))


def _lacking(line):
    """Which villages the population leaves out, and which official counts cannot be."""
    parts = []
    if line.missing:
        parts.append(f"chưa có số dân chính thức của {words.names([village.label for village in line.missing])}")
    doubtful = dict.fromkeys(doubt.area.label for doubt in line.doubts)
    if doubtful:
        parts.append(f"số chính thức nhỏ hơn số đã gặp: {words.names(list(doubtful))}")
    return words.upper("; ".join(parts))


def before(facts, key):
    """The rate among everybody at the end of the period before: as it was closed, else worked out anew."""
    if facts.before:
        return cell(facts.before["tables"][KEY], key, "rate_all")
    if facts.previous is None:
        return ""
    code, of_people = key.removesuffix(TOLD), key.endswith(TOLD)
    target = next((each for each in plan.active.targets if each.code == code), None)
    if target and target.source != "survey" and not of_people:
        found = facts.reported_before(target)
        return found.rate_all if found else None
    line = facts.whole_before.count(code)
    return rate(line.official_yes, line.official) if line.asked else None


def rate(part, whole):
    """Percent, unrounded; None of nothing."""
    return 100 * part / whole if whole else None


def notes(facts):
    """How the table is to be read: its day, what counts as asked, both rates, whose the population is."""
    found = [f"Số liệu tính đến hết ngày {vi.date_vn(facts.until)}."]
    if not facts.unit:
        found += [
            "Số đã khảo sát: có câu trả lời dùng được; “không rõ” và “không trả lời” không tính là đã khảo sát, cũng "
            "không tính là chưa đạt.",
            "Tỷ lệ trên tổng số coi người, hộ chưa khảo sát là chưa đạt; chỉ theo tỷ lệ này mới kết luận đạt chỉ tiêu.",
            "Số liệu khảo sát do người dân tự khai, không thay cho xác nhận chính thức.",
        ]
    found += [_of_before(facts), *_populations(facts)]
    return found


def _of_before(facts):
    if facts.previous is None:
        return "Kỳ trước: kế hoạch chưa bắt đầu."
    name = words.period_name(facts.previous)
    if not facts.before:
        return f"Kỳ trước: {name} chưa chốt số liệu, tính lại đến hết ngày {vi.date_vn(facts.previous.ends)}."
    revision = (facts.before.get("closed") or {}).get("revision")
    return f"Kỳ trước: {name}, theo số liệu đã chốt{f' lần {revision}' if revision else ''}."


def _populations(facts):
    """Where the official counts are from, a sentence for each kind."""
    if facts.unit:
        return []
    found = []
    for kind in (kind for kind in words.POPULATIONS if kind in FIGURES):
        sources = facts.counted_by.get(kind, {})
        said = [f"{source} ({_days(days)})" for source, days in sources.items()]
        found.append(f"Tổng số {words.POPULATIONS[kind]}: {'; '.join(said) or words.UNKNOWN}.")
    return found


def _days(days):
    first, last = vi.date_vn(min(days)), vi.date_vn(max(days))
    return f"ngày {first}" if first == last else f"từ ngày {first} đến ngày {last}"


def definitions(facts):
    """How each target and series is counted, frozen with the numbers: what the report's reader may ask."""
    return [
        {
            "code": each.code,
            "name": each.short.vi,
            "rule": rule_of(each),
            "population": words.POPULATIONS[each.population],
            "goal": words.goal(each) if hasattr(each, "goal") else "",
            "source": words.SOURCES[getattr(each, "source", "survey")],
        }
        for each in (*shown(facts), *(() if facts.unit else plan.active.series))
    ]


def rule_of(counted):
    """What makes somebody count, in a sentence of the plan or made of its answers and figures."""
    if counted.rule:
        return counted.rule.vi
    if counted.indicator == "skills":
        return plan.active.skills.text.vi
    figures = plan.active.figures_of([counted.code]) if hasattr(counted, "source") else ()
    by_share = {figure.share: figure.text.vi for figure in figures if figure.share}
    if "yes" in by_share:
        whole = by_share.get("all") or f"số {words.POPULATIONS[counted.population]}"
        return f"{by_share['yes']}, trên {words.lower(whole)}."
    question = plan.active.question(counted.question)
    answers = ", ".join(f"“{question.option(key).text.vi}”" for key in counted.yes)
    return f"Người trả lời {answers} khi được hỏi “{question.text.vi}”"


def text(facts):
    """Paragraph II.1: the doors, then a sentence for each target."""
    found = [] if facts.unit else [_of_doors(facts)]
    rows = table(facts)["rows"]
    for each in rows:
        found.append(_sentence(dict(zip([one["key"] for one in columns()], each["cells"], strict=True))))
    return found or ["Đơn vị không được giao báo cáo chỉ tiêu nào."]


def _of_doors(facts):
    whole = facts.whole
    listed = "" if whole.official_households is None else f" trên tổng số {vi.number(whole.official_households)} hộ"
    return (
        f"Đến hết ngày {vi.date_vn(facts.until)}, đã đến {vi.number(whole.visited)} hộ, khảo sát xong "
        f"{vi.number(whole.done)} hộ{listed} (chi tiết tại Biểu 1 và Biểu 5). Mỗi chỉ tiêu khảo sát chỉ tính người, hộ "
        "có đủ câu trả lời để xét chỉ tiêu ấy, nên số đã khảo sát từng chỉ tiêu khác nhau."
    )


def _sentence(cells):
    """One row in words: how far, of how many, compared with the period before and with the plan."""
    noun, parts = cells["counted"], []
    if cells["asked"] != "":
        whole = "" if cells["all"] is None else f" trên tổng số {vi.number(cells['all'])} {noun}"
        covered = "" if cells["coverage"] is None else f", tỷ lệ phủ {vi.percent(cells['coverage'])}"
        parts.append(f"đã khảo sát {vi.number(cells['asked'])} {noun}{whole}{covered}")
    parts += _achieved(cells, noun)
    if cells["goal"]:
        parts.append(f"so với kế hoạch ({cells['goal']}): {words.lower(cells['state'])}")
    if cells["note"]:
        parts.append(words.lower(cells["note"]))
    return f"{cells['name']}: {'; '.join(parts)}."


def _achieved(cells, noun):
    if cells["yes"] is None:
        return [f"số đạt: {words.UNKNOWN}"]
    surveyed, is_target = cells["asked"] != "", bool(cells["goal"])
    said = f"{vi.number(cells['yes'])} {noun}{' đạt' if is_target else ''}"
    rates = [f"{words.rate(cells['rate_asked'])} {'số đã khảo sát' if surveyed else 'số đã báo cáo'}"]
    if cells["rate_all"] is not None:
        rates = [*rates[:surveyed], f"{words.rate(cells['rate_all'])} tổng số"]
    if not surveyed:
        said += f" trên {vi.number(cells['all'])} {noun}"
    found = [f"{said}, bằng {' và '.join(rates)}"]
    if cells["before"] not in (None, ""):
        found.append(f"kỳ trước {words.rate(cells['before'])} tổng số")
    return found

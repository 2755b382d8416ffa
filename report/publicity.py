"""Biểu 2 and paragraph II.2: publicity in the period and since January, form by form (plan III.1, NV1.1 to NV1.3)."""

import vi
from report import duties, words
from report.tables import column, make, row

TITLE = "Kết quả thông tin, tuyên truyền"
KEY = "2"
MEASURES = {  # what is told of some forms besides how many: its name, and what is counted
    "minutes": ("Thời lượng phát", "phút"),
    "reached": ("Số lượt người dự, người xem", "lượt người"),
}


def columns():
    return [
        column("number", "STT", "int"),
        column("name", "Hình thức"),
        column("counted", "ĐVT"),
        column("period", "Trong kỳ", "int"),
        column("year", "Lũy kế", "int"),
        column("by", "Đơn vị thực hiện"),
    ]


def table(facts):
    """A row per form of publicity, below it one for its minutes or lượt người where these are asked for."""
    rows, notes = [], [_of_days(facts)]
    for number, found in enumerate(facts.publicity, 1):
        form = found.form
        by = "; ".join(f"{name} ({vi.number(n)})" for name, n in found.by)
        rows.append(row(form.key, [number, form.name.vi, form.counted.vi, found.period, found.year, by]))
        for measure, (name, noun) in MEASURES.items():
            if getattr(form, measure):
                rows.append(row(f"{form.key}.{measure}", ["", name, noun, *measured(found, measure), ""]))
                notes.append(_untold(found, measure, name))
    return make(TITLE, columns(), rows, notes)


def measured(found, measure):
    """(in the period, since January) of minutes or lượt người; None where there were some and nobody said how many."""
    both = zip((found.period, found.year), getattr(found, measure), found.untold[measure], strict=True)
    return [None if done and untold and not total else total for done, total, untold in both]


def _untold(found, measure, name):
    untold = found.untold[measure][0]
    if not untold:
        return ""
    return f"{found.form.name.vi}: {vi.number(untold)} lần ghi trong kỳ chưa có {words.lower(name)}."


def _of_days(facts):
    first, last = vi.date_vn(facts.period_days.starts), vi.date_vn(facts.until)
    return (
        f"Trong kỳ: từ ngày {first} đến hết ngày {last}; lũy kế từ ngày {vi.date_vn(facts.year_days.starts)}, theo "
        "ngày diễn ra."
    )


def text(facts):
    """What was done in the period and since January, the campaigns, then the tasks of publicity."""
    detail = " (chi tiết tại Biểu 2)" if any(each.period for each in facts.publicity) else ""
    found = [f"{_done(facts, 'Trong kỳ', 0)}{detail}."]
    if any(each.year > each.period for each in facts.publicity):
        found.append(f"{_done(facts, 'Lũy kế từ đầu năm', 1)}.")
    for campaign, (period, year) in facts.campaigns.items():
        here = f"trong kỳ ghi nhận {vi.number(period)} hoạt động" if period else "trong kỳ không ghi nhận hoạt động"
        found.append(f"Chiến dịch {campaign.name.vi}: {here}; lũy kế {vi.number(year)} hoạt động.")
    return found + duties.text(facts, of_publicity=True)


def _counted(number, form):
    """How many of a form: "4 tin, bài trên trang thông tin", or "họp thôn: 6 cuộc họp"."""
    name, noun = words.lower(form.name.vi), form.counted.vi
    return f"{vi.number(number)} {name}" if name.startswith(noun) else f"{name}: {vi.number(number)} {noun}"


def _done(facts, when, place):
    """One sentence: each form of which there was something, with its minutes and lượt người where they were told."""
    parts = []
    for found in facts.publicity:
        if number := (found.period, found.year)[place]:
            said = [_counted(number, found.form)]
            for measure, (_, noun) in MEASURES.items():
                if amount := getattr(found, measure)[place]:
                    said.append(f"{vi.number(amount)} {noun}")
            parts.append(", ".join(said))
    if not parts:
        return f"{when} chưa ghi nhận hoạt động tuyên truyền nào"
    return f"{when} đã thực hiện: {'; '.join(parts)}"

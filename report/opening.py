"""How a report begins and ends: what it is about, of which plan, from when to when (domain.md 5.2)."""

import plan
import vi
from report import words


def title(facts):
    """What stands below "BÁO CÁO"."""
    return f"Kết quả thực hiện {movement()} {words.period_name(facts.period)}"


def movement():
    """The movement as the plan's title names it, without its place and year."""
    name = plan.active.title.vi.partition(" trên địa bàn")[0]
    return name.removeprefix("Triển khai ")


def author(facts):
    """Who reports: the commune's People's Committee, a unit, or whatever area it is."""
    if facts.unit:
        return facts.unit.name
    return facts.area.label if facts.area.kind == "village" else f"UBND {words.lower(facts.area.label)}"


def text(facts):
    """The opening sentence, with the days that the numbers are of."""
    first, last = vi.date_vn(facts.period_days.starts), vi.date_vn(facts.until)
    since = vi.date_vn(facts.year_days.starts)
    return [
        f"Thực hiện Kế hoạch{_number()} của UBND {plan.active.commune.vi} {words.lower(plan.active.title.vi)}, "
        f"{author(facts)} báo cáo kết quả thực hiện {words.period_name(facts.period)} "
        f"(số liệu từ ngày {first} đến hết ngày {last}; lũy kế từ ngày {since}) như sau:"
    ]


def _number():
    """What the plan's file says of its number and day: " số 15/KH-UBND ngày 02/02/2026"."""
    number = f" số {plan.active.number}" if plan.active.number else ""
    return number + (f" ngày {plan.active.date}" if plan.active.date else "")


def closing(facts):
    """The last sentence, to which a document adds its "./."."""
    about = f"báo cáo kết quả thực hiện {movement()} {words.period_name(facts.period)}"
    return [f"Trên đây là {about}, {author(facts)} trân trọng báo cáo"]


def doubts():
    """What the plan's file leaves blank, which the text goes without: [{"key", "text"}] to be asked on screen."""
    blanks = (
        ("plan.number", plan.active.number, "Kế hoạch chưa ghi số, ký hiệu: báo cáo viện dẫn kế hoạch không có số."),
        ("plan.date", plan.active.date, "Kế hoạch chưa ghi ngày ban hành: báo cáo viện dẫn kế hoạch không có ngày."),
    )
    return [{"key": key, "text": text} for key, value, text in blanks if not value]

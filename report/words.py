"""The words of an official report: periods, counts, rates and lists as it writes them. Always Vietnamese."""

import terms
import vi

UNKNOWN = "chưa có số liệu"
POPULATIONS = {
    "adults": "người trưởng thành",
    "over16": "công dân từ 16 tuổi",
    "households": "hộ",
    "public_staff": "cán bộ, công chức, viên chức, người lao động khu vực công",
    "pupils": "học sinh",
    "workers": "người lao động",
}
COUNTED = {"households": "hộ", "pupils": "học sinh"}  # others are counted in "người"
SOURCES = {
    "survey": "Khảo sát tại nhà, tại lớp (tự khai)",
    "units": "Báo cáo của đơn vị",
    "police": "Số liệu của Công an xã",
}
STATES = {"late": "Chậm tiến độ", "check": "Cần kiểm tra số liệu"}  # where a report says more than the screen
ROMAN = ("I", "II", "III", "IV")


def period_name(period):
    """A period as a report is titled: "tháng 11 năm 2026", "quý IV năm 2026", "6 tháng đầu năm 2026"."""
    if period.kind == "year":
        return f"năm {period.year}"
    names = {
        "month": f"tháng {period.number}",
        "quarter": f"quý {ROMAN[(period.number - 1) % 4]}",
        "half": "6 tháng đầu" if period.number == 1 else "6 tháng cuối",
    }
    return f"{names[period.kind]} năm {period.year}"


def counted(population):
    """What is counted of a population: người, hộ or học sinh."""
    return COUNTED.get(population, "người")


def state(key):
    """A state of a target or model without the shape that the screen puts before it."""
    return STATES.get(key) or terms.MODEL_STATES[key].partition(" ")[2]


def goal(target):
    """The goal as the plan says it: "trên 85%" is strictly greater, "100%" is at least."""
    rate = vi.percent(target.goal, 0)
    return f"trên {rate}" if target.strict else rate


def count(number, noun):
    """A number and what it counts: "1.234 hộ"; where it is not known, that it is not."""
    return f"{noun}: {UNKNOWN}" if number is None else f"{vi.number(number)} {noun}"


def rate(value):
    """A rate with one decimal, or that there is none."""
    return UNKNOWN if value is None else vi.percent(value)


def share(part, whole, noun, among=None):
    """How many of how many: "38/40 ca (95,0%)", or with `among` "9 tài khoản/10 người (90,0%)"; of nothing, unknown."""
    if not whole:
        return UNKNOWN
    counted = f"{vi.number(part)} {noun}" if among else vi.number(part)
    return f"{counted}/{vi.number(whole)} {among or noun} ({vi.percent(100 * part / whole)})"


def names(items):
    """A list in a sentence: "A, B và C"."""
    *first, last = items or [""]
    return f"{', '.join(first)} và {last}" if first else last


def lower(text):
    """A text with a small first letter, to stand within a sentence."""
    return text[:1].lower() + text[1:]


def upper(text):
    """A text with a capital first letter, to begin a sentence."""
    return text[:1].upper() + text[1:]

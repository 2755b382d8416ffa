"""Biểu 3 and paragraph II.3: classes with a session in the period, and who came (plan III.2, NV2.1 to NV2.4)."""

import plan
import vi
from report import duties, words
from report.tables import column, make, row
from terms import AUDIENCES

TITLE = "Các lớp, buổi tập huấn, hướng dẫn"
KEY = "3"
MOST_DAYS = 3  # written out one by one


def columns():
    return [
        column("number", "STT", "int"),
        column("days", "Ngày"),
        column("name", "Tên lớp, nội dung"),
        column("lead", "Đơn vị chủ trì"),
        column("place", "Thôn, địa điểm"),
        column("sessions", "Số buổi", "int"),
        column("attendances", "Lượt người", "int"),
        column("women", "Trong đó: nữ (lượt)", "int"),
        column("old", "Trong đó: từ 60 tuổi (lượt)", "int"),
        column("guide", "Người hướng dẫn"),
        column("note", "Ghi chú"),
    ]


def table(facts):
    """A row per class, and their sum."""
    rows = [
        row(held.course.uid, [
            number,
            days_of(held.days),
            name_of(held.course),
            held.course.led_by.name if held.course.led_by else "",
            place_of(held.course),
            held.sessions,
            *counts(held),
            held.course.host.name,
            note(held),
        ])
        for number, held in enumerate(facts.held, 1)
    ]  # fmt: skip
    if rows:
        sums = [_sum(each["cells"][place] for each in rows) for place in range(5, 9)]
        rows.append(row("total", ["", "", "Cộng", "", "", *sums, "", ""], "total"))
    notes = [
        "Lượt người: mỗi người đến một buổi là một lượt, theo điểm danh; lớp học sinh theo số phụ trách lớp đếm.",
        "Nữ, từ 60 tuổi: tính trên những lượt đã rõ giới tính, năm sinh.",
    ]
    return make(TITLE, columns(), rows, notes)


def _sum(cells):
    known = [cell for cell in cells if cell is not None]
    return sum(known) if known else None


def counts(held):
    """Lượt người, of whom women and from 60; None for what nobody recorded or nobody can know."""
    came = held.attendances
    if came is None:
        return [None, None, None]
    return [came, *(None if came and unknown == came else n
                    for n, unknown in ((held.women, held.no_sex), (held.old, held.no_age)))]  # fmt: skip


def name_of(course):
    """A class's title, and its topic where the title is another."""
    topic = plan.active.topic(course.topic).name.vi
    return course.title if vi.fold(course.title) == vi.fold(topic) else f"{course.title} ({topic})"


def days_of(days):
    """The days of a class: each of up to three, else from the first to the last."""
    dates = list(dict.fromkeys(map(vi.date_vn, days)))
    return "; ".join(dates) if len(dates) <= MOST_DAYS else f"Từ {dates[0]} đến {dates[-1]}"


def place_of(course):
    """Where it was held: the village, and the place as printed."""
    return f"{course.area.label}, {course.place}" if course.area.kind == "village" else course.place


def note(held):
    """For whom it is, if not for residents; what is not recorded, and what the host counted by eye."""
    parts = []
    if not held.course.led_by:
        parts.append("chưa ghi đơn vị chủ trì")
    if held.course.audience != "residents":
        parts.append(words.lower(AUDIENCES[held.course.audience]))
    if held.unrecorded:
        what = "chưa có số đếm" if held.course.counts_only else "chưa điểm danh"
        parts.append(f"{vi.number(held.unrecorded)} buổi {what}")
    if held.heads and not held.course.counts_only:
        parts.append(f"phụ trách lớp đếm {vi.number(held.heads)} lượt người")
    if not held.course.counts_only and held.came:
        parts += [f"{vi.number(n)} lượt chưa rõ {what}"
                  for n, what in ((held.no_sex, "giới tính"), (held.no_age, "năm sinh")) if n]  # fmt: skip
    return words.upper("; ".join(parts))


def text(facts):
    """The classes of the period and since January, help given to one person at a time, then the tasks of training."""
    found = [_held(facts)]
    courses, sessions, attendances, people = facts.held_in_year
    found.append(
        f"Lũy kế từ đầu năm: {vi.number(courses)} lớp, {vi.number(sessions)} buổi, {vi.number(attendances)} lượt người "
        f"dự; {vi.number(people)} người khác nhau đã đến lớp (không kể học sinh)."
    )
    if not facts.unit:
        found.append(_helped(facts))
    return found + duties.text(facts, of_publicity=False)


def _held(facts):
    if not facts.held:
        return "Trong kỳ không có lớp, buổi tập huấn nào được ghi nhận."
    courses, sessions, attendances, people = facts.held_in_period
    came = f"{vi.number(attendances)} lượt người dự" if any(h.attendances for h in facts.held) else words.UNKNOWN
    women, old = (sum(getattr(held, of) for held in facts.held) for of in ("women", "old"))
    unknown = sum(held.no_sex for held in facts.held if not held.course.counts_only)
    of_whom = f" (trong đó {vi.number(women)} lượt nữ, {vi.number(old)} lượt từ 60 tuổi" if people else ""
    of_whom += f"; {vi.number(unknown)} lượt chưa rõ giới tính" if people and unknown else ""
    of_whom += ")" if people else ""
    lacking = sum(held.unrecorded for held in facts.held)
    still = f"; {vi.number(lacking)} buổi chưa có số điểm danh" if lacking else ""
    return (
        f"Trong kỳ tổ chức {vi.number(courses)} lớp với {vi.number(sessions)} buổi, {came}{of_whom}; "
        f"{vi.number(people)} người khác nhau đã đến lớp (không kể học sinh){still} (chi tiết tại Biểu 3)."
    )


def _helped(facts):
    """One sentence on help given to residents one by one; lượt, and the people whose names are known."""
    times = sum(facts.helps.values())
    if not times:
        return "Trong kỳ chưa ghi nhận lượt hỗ trợ trực tiếp nào."
    at_home = sum(n for (_, place), n in facts.helps.items() if place == "home")
    return (
        f"Hỗ trợ trực tiếp từng người: {vi.number(times)} lượt trong kỳ, trong đó {vi.number(at_home)} lượt tại nhà; "
        f"{vi.number(facts.people_helped)} người có tên trong danh sách được hỗ trợ."
    )

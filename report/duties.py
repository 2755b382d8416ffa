"""Biểu 6: the plan's tasks, their deadlines, what was done, and what paragraphs II.2 and II.3 say of them."""

import vi
from report import words
from report.tables import column, make, row
from terms import TASK_STATES

TITLE = "Kết quả thực hiện các nhiệm vụ"
KEY = "6"
PUBLICITY = "NV1"  # begins the code of a task of publicity (plan III.1)


def columns():
    return [
        column("code", "Mã"),
        column("name", "Nhiệm vụ"),
        column("lead", "Chủ trì"),
        column("cooperating", "Phối hợp"),
        column("when", "Thời hạn"),
        column("output", "Sản phẩm"),
        column("state", "Trạng thái"),
        column("note", "Ghi chú"),
    ]


def table(facts):
    """A row per task of the plan, or per task that the unit leads, alone or with all others."""
    rows = [
        row(line.task.code, [
            line.task.code,
            line.task.short.vi,
            facts.named(line.task.lead),
            facts.named(line.task.cooperating),
            line.task.when.vi,
            line.task.output.vi if line.task.output else "",
            TASK_STATES[state_of(facts, line)],
            note(facts, line),
        ])
        for line in facts.tasks
    ]  # fmt: skip
    return make(TITLE, columns(), rows, [f"Trạng thái tính đến hết ngày {vi.date_vn(facts.until)}."])


def state_of(facts, line):
    """Which of TASK_STATES a task is in; a continuous one by whether there was news within the report's period."""
    if line.task.deadline:
        return line.state
    return "continuous" if any(update.on in facts.period for update in line.updates) else "silent"


def note(facts, line):
    """When it was finished or who is awaited, and the newest of what was told of it."""
    parts = []
    newest = line.newest
    if line.finished and not (newest and newest.on == line.finished):
        parts.append(f"xong ngày {vi.date_vn(line.finished)}")
    elif line.awaited and line.updates:
        parts.append(f"chưa có báo cáo của {facts.named(line.awaited)}")
    if newest:
        document = f" ({newest.document})" if newest.document else ""
        of_period = "ngày" if newest.on in facts.period else "báo cáo gần nhất ngày"
        when = "xong ngày" if newest.on == line.finished else of_period
        parts.append(f"{when} {vi.date_vn(newest.on)}: {newest.text.rstrip('.')}{document}")
    return words.upper("; ".join(parts))


def text(facts, of_publicity):
    """Sentences on the tasks of publicity, or on all others: each with its state and newest word."""
    lines = [line for line in facts.tasks if line.task.code.startswith(PUBLICITY) == of_publicity]
    return [_sentence(facts, line) for line in lines]


def _sentence(facts, line):
    said = note(facts, line)
    state = words.lower(TASK_STATES[state_of(facts, line)]).replace(": ", ", ")
    return f"{line.task.code}. {line.task.short.vi}: {state}{f'; {words.lower(said)}' if said else ''}."

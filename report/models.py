"""Biểu 4 and paragraph II.4: the plan's models, in the period and since January (plan III.3, MH1 to MH5)."""

import plan
import vi
from office.models import Share
from report import words
from report.tables import column, make, row
from terms import MODEL_RESULTS

TITLE = "Kết quả các mô hình, phong trào"
KEY = "4"
NOUNS = {  # what a result counts, of terms.MODEL_RESULTS
    "coverage": "ca",
    "at_point": "lượt hỗ trợ",
    "families_asked": "hộ",
    "families_all": "hộ",
    "learning_homes": "hộ",
    "stalls": "điểm bán",
    "trading_homes": "hộ",
    "outings": "đội",
    "classes": "lớp",
    "attendances": "lượt người",
    "learners": "người",
    "accounts": "tài khoản",
    "identity_told": "người",
}
AMONG = {"accounts": "công dân từ 16 tuổi"}  # of whom, where that is another noun


def columns():
    return [
        column("number", "STT", "int"),
        column("name", "Mô hình"),
        column("lead", "Đơn vị chủ trì"),
        column("period", "Kết quả trong kỳ"),
        column("year", "Lũy kế"),
        column("plan", "Kế hoạch"),
        column("state", "Trạng thái"),
    ]


def table(facts):
    """A row per model, below it one for each thing that is counted for it."""
    rows = []
    for number, found in enumerate(facts.models, 1):
        model = found.model
        head = [number, model.name.vi, facts.named(model.lead), "", "", promise(model), words.state(found.state)]
        rows.append(row(model.code, head, "head"))
        for result in found.results:
            period = "" if result.now and result.period is None else said(result, result.period)
            cells = ["", MODEL_RESULTS[result.key], "", period, said(result, result.year), "", ""]
            rows.append(row(f"{model.code}.{result.key}", cells))
    notes = [
        "Kết quả không cộng dồn theo ngày (hộ, điểm bán, tài khoản) là số của thời điểm cuối kỳ.",
        "Số hộ buôn bán là câu trả lời mới nhất của hộ tại thời điểm lập báo cáo.",
    ]
    return make(TITLE, columns(), rows, notes)


def promise(model):
    """What the plan asks of a model, where it gives a number."""
    if model.target:
        target = plan.active.target(model.target)
        return f"{words.goal(target)} {words.POPULATIONS[target.population]}"
    if model.code == plan.active.shifts.model:
        return "Mỗi ca có ít nhất một người trực"
    return "Không giao số"


def said(result, value):
    """One result in words with what it counts; "chưa có số liệu" where it is not known."""
    noun = NOUNS[result.key]
    if value is None:
        return words.UNKNOWN
    if isinstance(value, Share):
        return words.share(value.part, value.whole, noun, AMONG.get(result.key))
    return f"{vi.number(value)} {noun}"


def text(facts):
    """A sentence for each model: its state and every result, in the period and since January."""
    return [_sentence(facts, found) for found in facts.models] or ["Kế hoạch không có mô hình nào."]


def _sentence(facts, found):
    parts = []
    for result in found.results:
        year = said(result, result.year)
        name = words.lower(MODEL_RESULTS[result.key])
        if result.now:
            grown = f", trong kỳ {said(result, result.period)}" if isinstance(result.period, int) else ""
            parts.append(f"{name}: {year}{grown}")
        else:
            parts.append(f"{name}: trong kỳ {said(result, result.period)}, lũy kế {year}")
    name, lead = found.model.name.vi, facts.named(found.model.lead)
    return f"{name} ({lead} chủ trì): {words.lower(words.state(found.state))}; {'; '.join(parts)}."

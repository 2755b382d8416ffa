"""Tasks of the plan: their state is worked out, news is told by who leads, and nothing that was told is lost."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from flask import render_template

import plan
import vi
from models import Event, TaskUpdate, User, new_uid, now
from office import tasks

SCHOOLS = ("thach_hoa_primary", "tien_xuan_b_primary", "thach_hoa_secondary")


@pytest.fixture
def told(world):
    """`told("NV2.1", "15/05/2026", "thach_hoa_primary", done=True)` as the office writes it down."""

    def tell(task, day, unit=None, done=False, text="Đã họp."):
        unit = world.units[unit] if unit else None
        TaskUpdate.tell(world.users["sara"], task, unit, vi.parse_date(day), text, done=done)
        return TaskUpdate.select().order_by(TaskUpdate.id.desc()).first()

    return tell


def state(code, day, unit=None):
    return tasks.of_code(code, vi.parse_date(day)).state


def sent(**fields):
    today = vi.date_vn(vi.local(now()).date())
    return {"uid": new_uid(), "on": today, "text": "Họp quán triệt, 40 người dự."} | fields


def test_states_on_the_day_before_of_and_after_the_deadline(told):
    """By hand, for NV2.1, which three schools lead until 31/05/2026:

    day    told up to that day                          state
    01/03  nothing                                      not started
    30/05  one school done (24/04), one only told       running
    31/05  the same; the deadline is a day to do it     running
    01/06  the same                                     overdue
    """
    assert state("NV2.1", "01/03/2026") == "not_started"
    told("NV2.1", "24/04/2026", SCHOOLS[1], done=True)
    told("NV2.1", "20/03/2026", SCHOOLS[2])
    days = ("30/05/2026", "31/05/2026", "01/06/2026")
    assert [state("NV2.1", day) for day in days] == ["running", "running", "overdue"]


@pytest.mark.parametrize(
    ("last", "expected"), [("30/05/2026", "done"), ("31/05/2026", "done"), ("01/06/2026", "done_late")]
)
def test_the_last_school_decides_whether_it_was_in_time(told, last, expected):
    """Two schools were done on 24/04 and 15/05; the third on `last`. Its day is the task's: in time up to 31/05.

    A second word of the first school on 10/06 changes nothing: its output was there on 24/04.
    """
    told("NV2.1", "24/04/2026", SCHOOLS[0], done=True)
    told("NV2.1", "15/05/2026", SCHOOLS[1], done=True)
    told("NV2.1", last, SCHOOLS[2], done=True)
    told("NV2.1", "10/06/2026", SCHOOLS[0], done=True)
    line = tasks.of_code("NV2.1", date(2026, 7, 1))
    assert (line.state, line.finished, line.awaited, line.days_left) == (expected, vi.parse_date(last), (), None)


def test_what_happens_later_is_not_known_on_an_earlier_day(told):
    told("NV1.3", "05/11/2026", "centre", done=True)
    days = ("31/10/2026", "01/11/2026", "05/11/2026")
    assert [state("NV1.3", day) for day in days] == ["not_started", "overdue", "done_late"]


def test_a_continuous_task_wants_news_each_period(told):
    """The period of 26/11 runs from 15/11 to 14/12 (cut-off on the 14th): news of 14/11 is of the one before."""
    told("NV1.2", "14/11/2026", "centre")
    assert [state("NV1.2", day) for day in ("14/11/2026", "15/11/2026")] == ["continuous", "silent"]
    told("NV1.2", "15/11/2026", "centre")
    assert [state("NV1.2", day) for day in ("26/11/2026", "14/12/2026", "15/12/2026")] == [
        "continuous", "continuous", "silent",
    ]  # fmt: skip


def test_of_a_task_that_everybody_leads_only_the_office_says_that_it_is_done(told):
    told("NV2.4", "28/10/2026", "youth_union", done=True)
    assert state("NV2.4", "20/12/2026") == "running"
    told("NV2.4", "15/12/2026", done=True)
    assert state("NV2.4", "20/12/2026") == "done"


def test_a_unit_that_became_part_of_another_is_answered_for_by_it(told, world):
    first, other = world.units[SCHOOLS[0]], world.units[SCHOOLS[1]]
    first.merged_into = other
    first.save()
    for school in SCHOOLS[1:]:
        told("NV2.1", "15/05/2026", school, done=True)
    assert state("NV2.1", "16/05/2026") == "done"
    assert tasks.part_of(other, plan.active.task("NV2.1"), tasks.heirs_of_units()) == "lead"


def test_what_was_taken_back_counts_no_more(told, world, as_):
    update = told("NV1.3", "20/10/2026", "centre", done=True)
    assert [as_("sara").post(f"/tasks/updates/{update.uid}/undo").status_code for _ in range(2)] == [303, 303]
    assert state("NV1.3", "31/10/2026") == "not_started"
    assert (TaskUpdate.select().count(), Event.select().where(Event.verb == "task.undone").count()) == (1, 1)


def test_the_overdue_come_first_then_what_is_due_soonest(told):
    told("NV2.3", "05/06/2026", "culture")
    told("NV1.2", "20/11/2026", "centre")
    for school in SCHOOLS:
        told("NV2.1", "15/05/2026", school, done=True)
    lines = tasks.lines(date(2026, 11, 26))
    assert [(line.task.code, line.state) for line in lines] == [
        ("NV2.3", "overdue"),
        ("NV1.3", "overdue"),
        ("NV2.2", "not_started"),
        ("NV2.4", "not_started"),
        ("NV1.1", "silent"),
        ("NV1.2", "continuous"),
        ("NV2.1", "done"),
    ]
    assert [line.days_left for line in lines[:3]] == [-149, -26, 35]


def test_a_school_sees_what_it_leads_first(world):
    lines = tasks.lines(date(2026, 3, 1), world.units["thach_hoa_primary"])
    assert [(line.task.code, line.part) for line in lines] == [
        ("NV2.1", "lead"),
        ("NV2.4", "any"),
        ("NV1.1", "any"),
        ("NV2.3", "cooperating"),
        ("NV1.3", "cooperating"),
        ("NV2.2", "cooperating"),
        ("NV1.2", "cooperating"),
    ]


def test_the_part_for_a_units_page_names_state_part_and_deadline(app, world, told):
    told("NV2.1", "24/04/2026", SCHOOLS[0], done=True)
    school = world.units["thach_hoa_primary"]
    with app.test_request_context():
        part = render_template("tasks/of_unit.html", unit=school, tasks=tasks.lines(date(2026, 5, 1), school))
    first = " ".join(re.sub("<[^>]+>", " ", unescape(part.partition("</li>")[0])).split())
    assert first == (
        "Giáo dục kỹ năng số cho học sinh NV2.1 · Chủ trì · Trước tháng 6/2026 "
        "◐ Đang thực hiện (trong hạn) còn 30 ngày ›"
    )
    assert 'href="/tasks/NV2.1"' in part


def test_a_form_sent_twice_is_one_update_and_keeps_its_day(as_, world, database):
    link = "https://hoalac.hanoi.gov.vn/a?b=1"
    form = sent(on="5/6/26", document="58/QĐ-UBND", link=link, unit="culture", done="yes")
    answers = [as_("sara").post("/tasks/NV2.3/updates", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    row = TaskUpdate.get()
    assert (row.task, row.unit.key, row.on, row.document, row.link, row.done, row.user.username) == (
        "NV2.3", "culture", date(2026, 6, 5), "58/QĐ-UBND", link, True, "sara",
    )  # fmt: skip
    assert Event.select().where(Event.verb == "task.told").count() == 1
    page = as_("sara").get("/tasks/NV2.3").text
    assert 'href="https://hoalac.hanoi.gov.vn/a?b=1" rel="noopener noreferrer"' in page and "58/QĐ-UBND" in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("on", "31/12/2025", "Ngày phải từ 01/01/2026 đến hôm nay"),
        ("on", "hôm qua", "Ghi ngày/tháng/năm"),
        ("text", "  ", "Ghi một câu: đã làm gì."),
        ("text", "Của 001085012345", "Không ghi số giấy tờ vào đây."),
        ("link", "http://hoalac.vn/", "bắt đầu bằng https://"),
        ("link", "javascript:alert(1)", "bắt đầu bằng https://"),
        ("link", "https://a@hoalac.vn/", "bắt đầu bằng https://"),
        ("link", "https://[", "bắt đầu bằng https://"),
        ("unit", "police", "Chọn một đơn vị trong danh sách."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_kept(as_, world, field, value, says):
    answer = as_("sara").post("/tasks/NV2.3/updates", data=sent(document="9/QĐ-UBND") | {field: value})
    assert answer.status_code == 422
    assert says in answer.text and 'value="9/QĐ-UBND"' in answer.text
    assert not TaskUpdate.select().exists()


def test_a_day_to_come_is_refused(as_, world):
    tomorrow = vi.date_vn(vi.local(now()).date() + timedelta(1))
    answer = as_("sara").post("/tasks/NV2.3/updates", data=sent(on=tomorrow))
    assert (answer.status_code, TaskUpdate.select().count()) == (422, 0)


def test_a_continuous_task_is_never_finished(as_, world):
    answer = as_("sara").post("/tasks/NV1.2/updates", data=sent(unit="centre", done="yes"))
    assert answer.status_code == 422 and "Việc thường xuyên thì không có ngày xong." in answer.text


def test_a_school_tells_of_what_it_leads_in_its_own_name(as_, world):
    uma = as_("uma")
    assert uma.post("/tasks/NV2.1/updates", data=sent(unit=SCHOOLS[1], done="yes")).status_code == 303
    row = TaskUpdate.get()
    assert (row.unit.key, row.done) == ("thach_hoa_primary", True)
    assert uma.post(f"/tasks/updates/{row.uid}/undo").status_code == 303
    assert TaskUpdate.get().undone_at is not None


def test_a_school_adds_to_what_everybody_leads_but_does_not_finish_it(as_, world):
    uma = as_("uma")
    assert uma.post("/tasks/NV2.4/updates", data=sent(done="yes")).status_code == 422
    assert uma.post("/tasks/NV2.4/updates", data=sent()).status_code == 303
    assert [(row.unit.key, row.done) for row in TaskUpdate.select()] == [("thach_hoa_primary", False)]


def test_a_school_that_cooperates_reads_and_changes_nothing(as_, world, told):
    update = told("NV2.3", "05/06/2026", "culture", text="Mở lớp thứ nhất.")
    page = as_("uma").get("/tasks/NV2.3")
    assert "Mở lớp thứ nhất." in page.text and "<textarea" not in page.text and 'name="text"' not in page.text
    assert as_("uma").post("/tasks/NV2.3/updates", data=sent()).status_code == 403
    assert as_("uma").post(f"/tasks/updates/{update.uid}/undo").status_code == 404
    assert TaskUpdate.get().undone_at is None
    assert as_("uma").get("/tasks").status_code == 404


def test_the_communes_office_reads_all_tasks_and_changes_none(as_, world, told):
    User.add("rita", "Rita", "unit", world.commune, unit=world.units["office"])
    update = told("NV1.1", "21/07/2026", "office")
    rita = as_("rita")
    assert rita.get("/tasks").status_code == 200
    assert 'name="text"' not in rita.get("/tasks/NV1.1").text
    assert rita.post("/tasks/NV1.1/updates", data=sent()).status_code == 403
    assert rita.post(f"/tasks/updates/{update.uid}/undo").status_code == 404


def test_a_task_that_the_plan_dropped_keeps_its_history(as_, world, told, monkeypatch):
    told("NV2.2", "09/04/2026", "culture", text="Cử 18 người đi học.")
    kept = tuple(task for task in plan.active.tasks if task.code != "NV2.2")
    monkeypatch.setattr(plan, "active", replace(plan.active, tasks=kept))
    assert "Không còn trong kế hoạch" in as_("sara").get("/tasks").text
    page = as_("sara").get("/tasks/NV2.2")
    assert page.status_code == 200 and "Cử 18 người đi học." in page.text and 'name="text"' not in page.text
    assert as_("sara").post("/tasks/NV2.2/updates", data=sent()).status_code == 403
    assert as_("sara").get("/tasks/NV9.9").status_code == 404
    assert as_("uma").get("/tasks/NV2.2").status_code == 404


def test_the_list_costs_the_same_however_much_was_told(as_, world, told, count_queries):
    sara = as_("sara")
    told("NV1.1", "20/01/2026", "culture")
    with count_queries() as few:
        sara.get("/tasks")
    for _ in range(20):
        told("NV1.1", "21/01/2026", "front")
    with count_queries() as many:
        sara.get("/tasks")
    assert len(many) == len(few)

"""A closed month stays as it is, byte for byte, whatever happens to what it was made of; what comes late is told."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest

import cutoffs
import periods
import plan
from classes import sessions
from models import (
    Activity,
    Area,
    Consent,
    Cutoff,
    Meeting,
    Merger,
    TaskUpdate,
    Told,
    Unit,
    UnitFigure,
    new_uid,
)
from report.files import FORMATS
from tests.report.test_contents import at, came, opened
from tests.test_progress import visited

NOVEMBER, DECEMBER = periods.of("month", 2026, 11, 14), periods.of("month", 2026, 12, 14)
CLOSED_AT, A_MONTH_LATER = datetime(2026, 11, 16, 2), datetime(2026, 12, 16, 2)


@pytest.fixture
def lan(world, clock):
    """A household that was asked on 1/11, with a class, figures of a unit, publicity and a task; it is 16/11/2026."""
    clock(CLOSED_AT)
    lan = visited(world.agreed(), at=datetime(2026, 11, 1), phone="own", account=["bank"])
    _, (meeting,) = opened(world, date(2026, 11, 3))
    came(meeting, lan.living().get())
    tell(world, "staff", 40, date(2026, 11, 10))
    Activity.record(world.users["sara"], new_uid(), form="banner", on=date(2026, 11, 2), area=world.commune, count=3)
    return lan


def tell(world, key, value, day, seen=None):
    school = world.units["thach_hoa_primary"]
    cell = school.id, world.commune.id, key, ""
    UnitFigure.tell("2026-11", {cell: Told(value, day)}, world.users["uma"], new_uid(), {cell: seen}, again=True)


@pytest.fixture
def closed(world, lan):
    return cutoffs.close(world.commune, NOVEMBER, world.users["sara"], new_uid(), "còn đơn vị gửi muộn", CLOSED_AT)


def files_of(report):
    """`{format: bytes}` of every file that a closed report can be taken away as."""
    found = {}
    for name, form in FORMATS.items():
        file = BytesIO()
        form.write(file, report, {"I": "Đã họp."}, report["header"], "5")
        found[name] = file.getvalue()
    return found


def edit_an_answer(world, lan):
    visited(lan, at=at(date(2026, 12, 1)), phone="none", account=["none"])


def withdraw_a_consent(world, lan):
    Consent.withdraw(lan, "survey", world.users["sara"])


def merge_two_villages(world, lan):
    Merger.merge(lan.village, world.areas["TX01"], "add", world.users["ada"])


def rename_a_village(world, lan):
    world.areas["TH04"].rename("Thôn Bốn", "Thạch Hòa", world.users["ada"], "TB04")


def rename_a_unit(world, lan):
    Unit.update(name="Trường Tiểu học Thạch Hòa A").where(Unit.key == "thach_hoa_primary").execute()


def close_a_unit(world, lan):
    world.units["thach_hoa_primary"].close(world.users["ada"])


def load_another_plan(world, lan):
    later = {"number": "99/KH-UBND", "targets": plan.active.targets[:3], "title": plan.Words("Kế hoạch", "Plan")}
    signer = replace(plan.active.report, signer="Ai Khác", place="Nơi Khác")
    plan.active = replace(plan.active, year=2027, report=signer, **later)


def call_off_a_session(world, lan):
    sessions.cancel(Meeting.get(), world.users["sara"])


CHANGES = [
    edit_an_answer, withdraw_a_consent, rename_a_village, merge_two_villages, rename_a_unit, close_a_unit,
    call_off_a_session, load_another_plan,
]  # fmt: skip


def test_nothing_that_happens_later_changes_a_closed_month_or_a_file_of_it(world, database, closed, lan, clock):
    contents, files = closed.contents, files_of(closed.report)
    clock(datetime(2027, 11, 20))
    for change in CHANGES:
        change(world, lan)
        world.areas = {area.code: area for area in Area.select()}
        stored = Cutoff.get_by_id(closed.id)
        assert (stored.contents, stored.digest) == (contents, closed.digest), change.__name__
        assert files_of(stored.report) == files, change.__name__


@pytest.mark.parametrize(
    "change",
    [edit_an_answer, withdraw_a_consent, merge_two_villages, rename_a_village, rename_a_unit],
    ids=lambda change: change.__name__,
)
def test_what_changed_today_is_not_taken_for_something_late(world, closed, lan, clock, change):
    clock(datetime(2026, 12, 2))
    change(world, lan)
    assert [each.what for each in cutoffs.late(world.commune, NOVEMBER, date(2026, 12, 2))] == []


def test_what_is_entered_late_is_told_in_the_next_report(world, database, closed, lan, clock):
    """By hand: one more home asked on 12/11 whose adult owns no phone; one more lượt at the session of 3/11; three
    broadcasts of 13/11; the school's staff_trained; word of a continuous task on 10/11.
    """
    clock(datetime(2026, 11, 20))
    before = closed.contents
    other = visited(world.agreed(people=[("Trần Văn Sáu", 1970, "m", "head")]), at=at(date(2026, 11, 12)), phone="none")
    came(Meeting.get(), other.living().get())
    Activity.record(
        world.users["sara"],
        new_uid(),
        form="loudspeaker",
        on=date(2026, 11, 13),
        area=world.commune,
        count=3,
        minutes=30,
    )
    tell(world, "staff", 42, date(2026, 11, 14), seen=40)
    tell(world, "staff_trained", 21, date(2026, 11, 14))
    silent = next(task for task in plan.active.tasks if not task.deadline)
    TaskUpdate.tell(world.users["sara"], silent.code, None, date(2026, 11, 10), "Đã họp")
    told = {each["what"]: (each["was"], each["now"], each["count"])
            for each in cutoffs.draft(world.commune, DECEMBER, A_MONTH_LATER)["late"]}  # fmt: skip
    assert Cutoff.get_by_id(closed.id).contents == before
    assert told == {
        "Biểu 1, CT1. Cán bộ, công chức, viên chức, người lao động khu vực công có kỹ năng số, số đạt": (None, 21, 21),
        "Biểu 1, CT4a. Người trưởng thành có điện thoại thông minh, số đã khảo sát": (1, 2, 1),
        "Biểu 2, Truyền thanh cơ sở, trong kỳ": (0, 3, 3),
        "Biểu 2, Thời lượng phát, trong kỳ": (0, 30, 30),
        "Biểu 3, Lớp VNeID (Cài đặt, đăng nhập và sử dụng VNeID), lượt người": (1, 2, 1),
        "Biểu 4, Hộ có người đến lớp, kết quả trong kỳ": ("1 hộ", "2 hộ", None),
        "Biểu 5, Thôn 4 (Thạch Hòa cũ), hộ đã khảo sát": (1, 2, 1),
        f"Biểu 6, {silent.short.vi}, trạng thái": (
            "Thường xuyên: chưa có tin kỳ này", "Thường xuyên: đang thực hiện", None,
        ),
    }  # fmt: skip

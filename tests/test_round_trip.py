"""What the app writes it reads: every exported list comes back and changes nothing; other exports are refused."""

import io
from datetime import date, datetime

import pytest

import exports
import moves
import visits
from models import Attendance, Course, Household, Resident, new_uid
from roster import comparing, listing, saving
from roster.problems import Unreadable, sentence

ENDS = date(2026, 12, 31)
VISITED = datetime(2026, 11, 20, 3, 0)
HOMES = {
    # village: [(code, lane, children, [(name, birth year, sex, relation, phone)])]
    "TH04": [
        ("012", "Ngõ 3", (2, None), [
            ("Nguyễn Thị Lan", 1958, "f", "head", "0912345678"),
            ("Quách Văn Bình", 1956, "m", "spouse", None),
            ("Quách Văn Bình", 1956, "m", "other", None),
        ]),
        ("9", "=Ngõ 4", (None, None), [("Lê Văn Tám", 1970, "m", "other", None), (None, 1990, "f", "other", None)]),
        ("-7", "+ Xóm Đình", (0, 0), [("Đặng Thị Bé", None, None, "parent", "0987654321")]),
        ("HL-4/2", "- Ngõ 4", (0, 1), [("Trần Tô", 1949, "m", "head", None), ("Trần Tô", 1980, "m", "child", None)]),
        ("010", "Nhà trọ bà Sáu", (0, 0), [("Hà Ân", 2001, "m", "head", None), (None, None, None, "other", None)]),
        ("011", "@Cầu", (0, 0), [(None, 1960, "f", "head", None), ("Hà An", 1962, "m", "spouse", None)]),
    ],
    "BY02": [("012", "Ngõ 3", (0, 0), [("Nguyễn Thị Lan", 1958, "f", "head", None)])],
    "TX01": [("1", "", (0, 0), [("Bùi Thị Sen", 1990, "f", "head", None), ("Bùi Na", 2009, "f", "grandchild", None)])],
}  # fmt: skip


@pytest.fixture
def lived_in(world):
    """HOMES, all of which agreed, and after it a death, a mistake, a double, a split, two merged households, somebody
    met at a door under a name with a note and a household in which nobody lives any more."""
    by, keys = world.users["sara"], ("name", "birth_year", "sex", "relation", "phone")
    homes = []
    for village, listed in HOMES.items():
        for code, lane, children, people in listed:
            people = [dict(zip(keys, person, strict=True)) for person in people]
            details = {"code": code, "lane": lane, "children": children, "people": people}
            homes.append(Household.add(world.areas[village], by, **details))
    empty = world.household("TX01", [("Vũ Văn Đi", 1950, "m", "head")], code="2")
    gone = world.household("TX01", [("Vũ Thị Nhập", 1951, "f", "head"), ("Vũ Cả", 1975, "m", "child")], code="3")
    for home in (*homes, empty, gone):
        met = {"uid": new_uid(), "name": "Bà Hai (vợ ông Tư)", "answers": {}}
        people = [{"uid": each.uid, "answers": {"phone": "own"}} for each in home.living()]
        people += [met] if home.code == "012" else []
        visit = {"uid": new_uid(), "outcome": "done", "happened_at": VISITED, "answers": {"internet": "yes"}}
        visits.receive(home, visit | {"people": people, "reminders": home.code != "9"}, by)
    lan, _, twin = homes[0].living().where(Resident.name != "Bà Hai (vợ ông Tư)")
    moves.merge_residents(homes[0].living()[1], twin, by)
    moves.discard(homes[4].living()[1], by)
    moves.split(homes[3], [homes[3].living()[1]], homes[3].living()[1], by)
    moves.leave(empty.living().get(), "died", by)
    moves.merge_households(homes[-1], gone, by)
    moves.to_household(Resident.get(Resident.name == "Vũ Cả"), homes[1], by)
    return world


def written(world, tmp_path, table, format, named, area=None):
    """The path of an exported file."""
    file = io.BytesIO()
    exports.make(file, table, format, area or world.commune, named, "thử đọc lại", world.users["sara"])
    path = tmp_path / f"list.{format}"
    path.write_bytes(file.getvalue())
    return path


def compared(world, path):
    reading = listing.read(path, ends=ENDS)
    return reading, comparing.compare(reading, {}, world.users["sara"])


def stored():
    return sorted(Household.select().tuples(), key=str), sorted(Resident.select().tuples(), key=str)


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("table", ["residents", "households"])
@pytest.mark.parametrize("place", ["HL", "TH04"])
def test_an_exported_list_comes_back_and_changes_nothing(database, lived_in, tmp_path, table, format, place):
    area = next(each for each in (lived_in.commune, *lived_in.areas.values()) if each.code == place)
    reading, changes = compared(lived_in, written(lived_in, tmp_path, table, format, True, area))
    assert {kind: [(line.code, line.details) for line in changes.lines[kind]] for kind in ("new", "changed")} == {
        "new": [],
        "changed": [],
    }
    assert (changes.nothing, changes.open, changes.skipped) == (True, [], [])
    assert reading.problem_counts["error"] == 0
    before = stored()
    saving.save(reading, {}, lived_in.users["sara"])
    assert stored() == before


def test_every_person_of_the_file_is_read_with_their_own_words(sqlite, lived_in, tmp_path):
    for format in ("xlsx", "csv"):
        reading, _ = compared(lived_in, written(lived_in, tmp_path, "residents", format, True))
        rows = list(exports.rows("residents", lived_in.commune, True, exports.columns("residents", True, False)))
        assert sum(len(home.people) for home in reading.households) == len(rows)
        lanes = {home.code: home.lane for home in reading.households if home.code != "9" or format == "csv"}
        told = {"-7": "+ Xóm Đình", "011": "@Cầu", "HL-4/2": "- Ngõ 4"} | ({"9": "=Ngõ 4"} if format == "csv" else {})
        assert {code: lanes[code] for code in told} == told
        lan = reading.households[[home.code for home in reading.households].index("012")].people[0]
        assert lan.name == "Nguyễn Thị Lan"


@pytest.mark.parametrize("table", ["residents", "households"])
def test_the_sheet_of_explanations_is_nobody(sqlite, lived_in, tmp_path, table):
    reading, _ = compared(lived_in, written(lived_in, tmp_path, table, "xlsx", True))
    assert {home.sheet for home in reading.households} == {exports.TABLES[table].title}
    assert [found.sheet for found in reading.problems if found.code == "sheet_not_read"] == ["Giải thích"]


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("table", ["residents", "households", "attendance"])
def test_an_export_without_names_is_refused_with_a_sentence(sqlite, lived_in, tmp_path, table, format):
    came(lived_in)
    with pytest.raises(Unreadable) as refused:
        listing.read(written(lived_in, tmp_path, table, format, False), ends=ENDS)
    assert sentence(refused.value.problem).startswith("Tệp này do Gõ Cửa xuất ra")


@pytest.mark.parametrize("format", ["xlsx", "csv"])
def test_an_exported_attendance_is_no_list_of_households(sqlite, lived_in, tmp_path, format):
    came(lived_in)
    with pytest.raises(Unreadable) as refused:
        listing.read(written(lived_in, tmp_path, "attendance", format, True), ends=ENDS)
    assert sentence(refused.value.problem).startswith("Tệp này do Gõ Cửa xuất ra")


def came(world):
    times = [(datetime(2026, 11, 24, 12, 30), datetime(2026, 11, 24, 14, 0))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp VNeID", "Nhà văn hóa", times)
    Attendance.check_in(course.meetings.get(), new_uid(), "self", "Đỗ Thị Ngà", 1999)
    assert Attendance.select().count() == 1

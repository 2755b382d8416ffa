import re
import textwrap
import threading
import unicodedata
from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

import plan
from plan import PlanError, Words, load

SHIPPED = Path(plan.__file__).with_name("plans") / "hoa-lac-2026.toml"
TEXT = SHIPPED.read_text("utf-8")


@pytest.fixture(scope="module")
def hoa_lac():
    return load(SHIPPED)


@pytest.fixture
def written(tmp_path):
    """Writes a plan file, the shipped one unless told, with some texts replaced once, and gives its path."""

    def write(*changes, name="plan.toml", text=TEXT):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def words_in(value):
    if isinstance(value, Words):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from words_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from words_in(getattr(value, field.name))


def test_targets_are_those_of_the_plan(hoa_lac):
    year_end = date(2026, 12, 31)
    assert [(t.code, t.goal, t.strict, t.population, t.min_age, t.source, t.deadline) for t in hoa_lac.targets] == [
        ("CT1", 100, False, "public_staff", None, "units", year_end),
        ("CT2", 100, False, "pupils", None, "units", year_end),
        ("CT3", 100, False, "adults", 18, "survey", year_end),
        ("CT4a", 85, True, "adults", 18, "survey", year_end),
        ("CT4b", 50, True, "adults", 18, "survey", year_end),
        ("CT5", 100, False, "workers", None, "units", year_end),
        ("CT6", 100, False, "over16", 16, "police", year_end),
        ("CT7", 100, False, "households", 16, "survey", year_end),
    ]


def test_a_target_says_what_counts_as_reached(hoa_lac):
    assert [(t.code, t.indicator, t.question, t.yes) for t in hoa_lac.targets if t.indicator] == [
        ("CT3", "skills", None, ()),
        ("CT4a", "answer", "phone", ("own",)),
        ("CT4b", "answer", "account", ("bank", "wallet", "mobile")),
        ("CT6", "answer", "vneid", ("can_sign_in",)),
        ("CT7", "digital_family", None, ()),
    ]


def test_only_targets_worded_more_than_are_strict(hoa_lac):
    assert [t.strict for t in hoa_lac.targets] == [
        " trên " in t.text.vi and "%" in t.text.vi and t.goal < 100 for t in hoa_lac.targets
    ]


def test_questions_and_their_answers(hoa_lac):
    skill = ("one", ("alone", "helped", "no"))
    assert {q.key: (q.kind, tuple(o.key for o in q.options)) for q in hoa_lac.household_questions} == {
        "internet": ("one", ("yes", "no")),
        "trading": ("one", ("no", "with_qr", "without_qr")),
        "children_6_15": ("count", ()),
        "children_0_5": ("count", ()),
    }
    assert {q.key: (q.kind, tuple(o.key for o in q.options)) for q in hoa_lac.person_questions} == {
        "phone": ("one", ("own", "shared", "keypad", "none")),
        "account": ("many", ("bank", "wallet", "mobile", "none")),
        "account_use": skill,
        "vneid": ("one", ("can_sign_in", "cannot_sign_in", "none")),
        "needs": ("many", ("vneid", "services", "payment", "safety", "smartphone", "ai", "other", "none")),
        "learned": ("one", ("yes", "no")),
        **{f"k{n}": skill for n in range(1, 8)},
        "taught": ("one", ("yes", "no")),
        "confirmed": ("one", ("yes", "no")),
    }


def test_questions_shown_without_asking_for_more_are_few(hoa_lac):
    assert [q.key for q in hoa_lac.person_questions if not q.folded] == ["phone", "account", "vneid", "needs"]


def test_options_of_another_question_are_the_same_options(hoa_lac):
    assert {hoa_lac.question(f"k{n}").options for n in range(1, 8)} == {hoa_lac.question("k1").options}


def test_skills_are_asked_of_everybody_listed(hoa_lac):
    """Somebody of 16 or 17 may be the member of a family who guides the others."""
    assert [q.key for q in hoa_lac.questions if q.min_age] == []


def test_skills_rule(hoa_lac):
    rule = hoa_lac.skills
    assert (rule.must, rule.must_answers) == (("k7",), ("alone",))
    assert (rule.among, rule.answers, rule.at_least) == (
        ("k1", "k2", "k3", "k4", "k5", "k6"),
        ("alone", "helped"),
        4,
    )
    assert (rule.of_which, rule.of_which_at_least, rule.since) == (("k4", "k5", "k6"), 1, date(2026, 1, 1))


def test_the_confirmed_are_a_series_beside_the_skills(hoa_lac):
    [series] = hoa_lac.series
    assert (series.code, series.beside, series.population, series.min_age) == ("QD757", "CT3", "adults", 18)
    assert (series.question, series.yes, hoa_lac.question("confirmed").folded) == ("confirmed", ("yes",), True)
    assert [(mark.question, mark.answer) for mark in hoa_lac.marks] == [("confirmed", "yes")]


def test_where_to_learn_online(hoa_lac):
    assert [(one.name.vi, one.address) for one in hoa_lac.online] == [
        ("Bình dân học vụ số", "https://binhdanhocvuso.gov.vn"),
        ("Công dân Thủ đô số - iHanoi", None),
    ]


def test_more_places_to_learn_than_a_slip_has_room_for_are_refused(written):
    third = '[[online]]\nkey = "mooc"\nname = { vi = "a", en = "a" }\ntext = { vi = "a", en = "a" }\n\n[report]'
    with pytest.raises(PlanError, match=r"^online: expected at most 2, got a list$"):
        load(written(("[report]", third)))


def test_a_plan_of_another_year_needs_neither_series_nor_places_online(written):
    text = re.sub(r"\[\[(series|online)\]\]\n(.+\n)+", "", TEXT).replace("2026-", "2027-")
    other = load(written(("year = 2026", "year = 2027"), text=text))
    assert (other.year, other.series, other.online, other.marks) == (2027, (), (), ())


def test_five_models_with_their_lead_units(hoa_lac):
    assert [(m.code, m.lead, m.cooperating, m.target) for m in hoa_lac.models] == [
        ("MH1", ("youth_union",), ("service_point", "teams"), None),
        ("MH2", ("youth_union",), ("front", "teams"), "CT7"),
        ("MH3", ("economy",), ("front", "teams"), None),
        ("MH4", ("police",), ("teams",), "CT6"),
        ("MH5", ("youth_union",), ("front", "teams", "related"), None),
    ]


def test_seven_tasks_with_their_units_and_deadlines(hoa_lac):
    schools = ("thach_hoa_primary", "tien_xuan_b_primary", "thach_hoa_secondary")
    assert [(t.code, t.lead, t.cooperating, t.when.vi, t.deadline) for t in hoa_lac.tasks] == [
        ("NV1.1", ("agencies",), ("culture", "centre", "related"), "Thường xuyên", None),
        ("NV1.2", ("centre",), ("subordinate",), "Thường xuyên", None),
        ("NV1.3", ("centre",), ("culture", "related"), "Tháng 10/2026", date(2026, 10, 31)),
        ("NV2.1", schools, ("related",), "Trước tháng 6/2026", date(2026, 5, 31)),
        ("NV2.2", ("culture",), ("agencies",), "Năm 2026", date(2026, 12, 31)),
        ("NV2.3", ("culture",), ("agencies", "teams"), "Tháng 6/2026", date(2026, 6, 30)),
        ("NV2.4", ("related",), ("front", "teams"), "Năm 2026", date(2026, 12, 31)),
    ]


def test_holidays_and_weekends_have_no_shifts_and_a_saturday_made_up_has(hoa_lac):
    """Tết is Monday 16/2 to Friday 20/2; Giỗ Tổ (10/3 of the lunar year) is Sunday 26/4, so that 27/4 is free."""
    february = [date(2026, 2, day) for day in range(12, 25)]
    assert [day.day for day in february if hoa_lac.has_shifts(day)] == [12, 13, 23, 24]
    assert hoa_lac.holiday(date(2026, 4, 27)).name.vi == "Giỗ Tổ Hùng Vương (nghỉ bù)"
    assert [hoa_lac.has_shifts(date(2026, 1, day)) for day in (2, 3, 9, 10, 11)] == [False, False, True, True, False]
    assert hoa_lac.holiday(date(2026, 3, 3)) is None


def test_every_need_has_a_topic_that_answers_it(hoa_lac):
    answered = {need for topic in hoa_lac.topics for need in topic.needs}
    assert answered == {o.key for o in hoa_lac.question("needs").options} - {"other", "none"}


def test_every_figure_that_is_not_surveyed_has_a_unit_that_sends_it(hoa_lac):
    reported = {code for unit in hoa_lac.units for code in unit.reports}
    assert reported == {t.code for t in hoa_lac.targets if t.source != "survey"} | {"MH3"}
    assert {figure.code for figure in hoa_lac.figures} == reported


def test_a_unit_is_asked_for_the_figures_of_its_targets_and_models(hoa_lac):
    figures = hoa_lac.figures_of(hoa_lac.unit("economy").reports)
    assert [(figure.key, figure.code) for figure in figures] == [
        ("staff", "CT1"), ("staff_trained", "CT1"), ("staff_confirmed", "CT1"),
        ("workers", "CT5"), ("workers_trained", "CT5"), ("stalls", "MH3"), ("stalls_with_qr", "MH3"),
    ]  # fmt: skip


def test_settings_and_signature(hoa_lac):
    assert (hoa_lac.year, hoa_lac.number, hoa_lac.date) == (2026, "", "")
    assert (hoa_lac.adult_age, hoa_lac.resident_age, hoa_lac.cutoff_day) == (18, 16, 14)
    assert (hoa_lac.check_in_opens_before, hoa_lac.check_in_closes_after) == (30, 30)
    assert hoa_lac.report.signed_as == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert (hoa_lac.report.signer, hoa_lac.report.recipients[-1]) == ("Nguyễn Quang Sơn", "Lưu: VT, VHXH")


def test_only_one_letterhead_is_for_all_other_units(written):
    others = written(('kinds = ["school"]', ""))
    assert load(others).report.variants[2].kinds == ()
    with pytest.raises(PlanError) as error:
        load(written(('kinds = ["school"]', ""), ('kinds = ["centre"]', "")))
    expected = "units or kinds, as report.variants[2] has neither"
    assert str(error.value) == f"report.variants[3]: expected {expected}, got 'centres'"


def test_a_plan_needs_no_letterheads_of_units(written):
    before, _, rest = TEXT.partition("[[report.variants]]")
    skills = rest[rest.index("[skills]") :]
    assert load(written(text=before + skills)).report.variants == ()


def test_chip_labels_fit_two_lines_of_ten_letters(hoa_lac):
    labels = [text for q in hoa_lac.questions for o in (*q.options, *plan.NON_ANSWERS) for text in o.short]
    too_long = [text for text in labels if len(textwrap.wrap(text, 10)) > 2 or max(map(len, text.split())) > 10]
    assert (too_long, len(labels) > 100) == ([], True)


def test_texts_are_clean(hoa_lac):
    texts = [text for words in words_in(hoa_lac) for text in words]
    assert [text for text in texts if text != unicodedata.normalize("NFC", text).strip() or "  " in text] == []


def test_copy_slips_of_the_plan_are_corrected():
    slips = [
        "Phân đầu",
        "định vụ",
        "chuyên đổi số",
        "công hiến",
        "Lòng ghép",
        "VHXX",
        "liên hợp tác xã",
        "Phòng kinh tế",
        "Văn hoá",
        "CQNN",
        "tổ dân phố",
        "05KH",
    ]
    assert [slip for slip in slips if slip in TEXT] == []


def test_lookups(hoa_lac):
    assert hoa_lac.question("phone").option("own").text == Words("Có điện thoại thông minh riêng", "Own smartphone")
    assert hoa_lac.question("phone").option("refused").text.vi == "Không trả lời"
    assert [item.name.en for item in (hoa_lac.unit("police"), hoa_lac.topic("safety"))] == [
        "Commune police",
        "Safety online, avoiding fraud",
    ]
    assert (hoa_lac.target("CT6").goal, hoa_lac.model("MH2").target) == (100, "CT7")
    assert hoa_lac.task("NV2.2").output == Words("Quyết định", "Decision")
    with pytest.raises(KeyError):
        hoa_lac.question("income")


def test_a_unit_or_topic_that_only_another_plan_has_says_so(hoa_lac):
    assert hoa_lac.topic("gone").short == Words("Chủ đề của kế hoạch khác", "A topic of another plan")
    assert (hoa_lac.topic("gone").needs, hoa_lac.topic("gone").outcomes) == ((), ())
    assert hoa_lac.unit("gone").name == Words("Đơn vị của kế hoạch khác", "A unit of another plan")


def test_a_plan_cannot_be_changed(hoa_lac):
    with pytest.raises(FrozenInstanceError):
        hoa_lac.adult_age = 15


def test_digest_is_the_sha256_of_the_file(hoa_lac):
    assert hoa_lac.digest == sha256(SHIPPED.read_bytes()).hexdigest()


def test_use_makes_the_plan_active_only_when_it_is_right(written, monkeypatch):
    monkeypatch.setattr(plan, "active", None)
    used = plan.use(SHIPPED)
    with pytest.raises(PlanError):
        plan.use(written(("goal = 85", "goal = 850")))
    assert plan.active is used


def test_plans_of_two_years_live_side_by_side(written):
    next_year = written(
        ("year = 2026", "year = 2027"),
        ("starts = 2026", "starts = 2027"),
        ("ends = 2026", "ends = 2027"),
        ("goal = 85", "goal = 90"),
        name="hoa-lac-2027.toml",
        text=TEXT.replace("deadline = 2026", "deadline = 2027").replace("day = 2026", "day = 2027"),
    )
    old, new = load(SHIPPED), load(next_year)
    assert [(p.year, p.target("CT4a").goal, p.task("NV2.1").deadline) for p in (old, new)] == [
        (2026, 85, date(2026, 5, 31)),
        (2027, 90, date(2027, 5, 31)),
    ]
    assert old.digest != new.digest


@pytest.fixture
def two_years(tmp_path, monkeypatch):
    """A folder with the plans of 2026 and 2027; what is loaded from it is put away afterwards."""
    monkeypatch.setattr(plan, "active", None)
    (tmp_path / "hoa-lac-2026.toml").write_text(TEXT, encoding="utf-8")
    later = re.sub(r"(year|starts|ends|deadline|day) = 2026", r"\1 = 2027", TEXT)
    (tmp_path / "hoa-lac-2027.toml").write_text(later, encoding="utf-8")
    yield tmp_path
    plan.use(SHIPPED)


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2025, 12, 31), 2026), (date(2026, 12, 31), 2026), (date(2027, 1, 1), 2027), (date(2028, 3, 1), 2027)],
)
def test_of_a_folder_that_plan_is_active_which_began_last(two_years, today, year):
    assert plan.use(two_years, today).year == plan.active.year == year


def test_the_plan_turns_with_the_day(two_years):
    plan.use(two_years, date(2026, 12, 31))
    assert (plan.turn(date(2026, 12, 31)), plan.active.year) == (False, 2026)
    assert (plan.turn(date(2027, 1, 1)), plan.turn(date(2027, 1, 1)), plan.active.year) == (True, False, 2027)


def test_another_year_is_read_by_one_thread_alone(two_years):
    plan.use(two_years, date(2027, 1, 5))
    elsewhere = []
    with plan.during(plan.of_year(2026)):
        reader = threading.Thread(target=lambda: elsewhere.append(plan.active.year))
        reader.start()
        reader.join()
        assert (plan.active.year, elsewhere) == (2026, [2027])
    assert (plan.active.year, plan.of_year(2028)) == (2027, None)


def test_a_single_file_is_the_plan_of_every_day(two_years):
    plan.use(two_years / "hoa-lac-2026.toml", date(2027, 1, 5))
    assert (plan.turn(date(2027, 1, 5)), plan.active.year, plan.of_year(2027)) == (False, 2026, None)


def test_a_mistake_in_one_of_several_plans_names_its_file(two_years):
    wrong = two_years / "hoa-lac-2027.toml"
    text = wrong.read_text(encoding="utf-8")
    wrong.write_text(text.replace("goal = 85", "goal = 850"), encoding="utf-8")
    with pytest.raises(PlanError, match=r"^hoa-lac-2027.toml: targets\[3\].goal: expected a number from 0 to 100"):
        plan.use(two_years, date(2026, 12, 31))
    wrong.write_text(TEXT, encoding="utf-8")
    with pytest.raises(PlanError, match="expected one plan for each year, got another one for 2026"):
        plan.use(two_years, date(2026, 12, 31))
    (empty := two_years / "empty").mkdir()
    with pytest.raises(PlanError, match="expected a folder with a plan"):
        plan.use(empty)


def test_settings_left_out_have_defaults_and_ages_follow_adult_age(written):
    path = written(("adult_age = 18 ", "adult_age = 17 "), ("cutoff_day = 14 ", "# cutoff_day = 20 "))
    changed = load(path)
    assert (changed.cutoff_day, changed.target("CT3").min_age, changed.target("CT6").min_age) == (14, 17, 16)


def test_a_target_may_have_an_age_of_its_own(written):
    assert load(written(('code = "CT4b"', 'code = "CT4b"\nmin_age = 16'))).target("CT4b").min_age == 16


def test_a_file_saved_by_notepad_or_a_mac_reads_the_same(tmp_path, hoa_lac):
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", TEXT).replace("\n", "\r\n").encode())
    assert (load(path).commune, load(path).notice, load(path).units) == (
        hoa_lac.commune,
        hoa_lac.notice,
        hoa_lac.units,
    )


KINDS = (
    "one of office, division, police, centre, school, youth_union, front, association, team, service_point, "
    "enterprise, cooperative, group"
)
MISTAKES = {
    # values
    "a goal that is a text": (
        "goal = 85",
        'goal = "abc"',
        "targets[3].goal: expected a number from 0 to 100, got 'abc'",
    ),
    "a goal over 100": (
        "goal = 85",
        "goal = 101",
        "targets[3].goal: expected a number from 0 to 100, got 101",
    ),
    "a goal that is no number": (
        "goal = 85",
        "goal = nan",
        "targets[3].goal: expected a number from 0 to 100, got nan",
    ),
    "a yes that is not true or false": (
        "strict = true",
        'strict = "yes"',
        "targets[3].strict: expected true or false, got 'yes'",
    ),
    "a number written true": (
        "cutoff_day = 14",
        "cutoff_day = true",
        "cutoff_day: expected a whole number from 1 to 31, got true",
    ),
    "a day after the month's end": (
        "cutoff_day = 14",
        "cutoff_day = 32",
        "cutoff_day: expected a whole number from 1 to 31, got 32",
    ),
    "a broken number": (
        "adult_age = 18",
        "adult_age = 17.5",
        "adult_age: expected a whole number from 0 to 120, got 17.5",
    ),
    "too long a window": (
        "check_in_opens_before = 30",
        "check_in_opens_before = 601",
        "check_in_opens_before: expected a whole number from 0 to 600, got 601",
    ),
    "a date written as a text": (
        "ends = 2026-12-31",
        'ends = "31/12/2026"',
        "ends: expected a date such as 2026-12-31, got '31/12/2026'",
    ),
    "a date with a time": (
        "starts = 2026-01-01",
        "starts = 2026-01-01T08:00:00",
        "starts: expected a date such as 2026-12-31, got 2026-01-01 08:00:00",
    ),
    "a day of issue in another order": (
        'date = ""',
        'date = "2026-02-02"',
        "date: expected a day as in 31/12/2026, or blank, got '2026-02-02'",
    ),
    "a blank signer": (
        'signer = "Nguyễn Quang Sơn"',
        'signer = " "',
        "report.signer: expected a text, got ' '",
    ),
    "a text where a list belongs": (
        'header = ["ỦY BAN NHÂN DÂN", "XÃ HÒA LẠC"]',
        'header = "UBND"',
        "report.header: expected a list of at least one text, got 'UBND'",
    ),
    "a number in a list of texts": ('"XÃ HÒA LẠC"]', "7]", "report.header[1]: expected a text, got 7"),
    "a report that nobody gets": (
        'addressees = ["UBND thành phố Hà Nội", "Sở Khoa học và Công nghệ Hà Nội"]',
        "addressees = []",
        "report.addressees: expected a list of at least one text, got []",
    ),
    "more lines of its own than a letterhead has": (
        'symbol = "BC-VHXH"',
        'symbol = "BC-VHXH"\nown_lines = 3',
        "report.variants[0].own_lines: expected at most 2, the lines of the header, got 3",
    ),
    "three lines of a motto": (
        'motto = ["ĐOÀN TNCS HỒ CHÍ MINH"]',
        'motto = ["ĐOÀN", "TNCS", "HỒ CHÍ MINH"]',
        "report.variants[4].motto: expected a list of one or two texts, got a list",
    ),
    "a unit with two letterheads": (
        'units = ["youth_union"]',
        'units = ["culture"]',
        "report.variants[4].units[0]: expected a name not used by report.variants[0].units, got 'culture'",
    ),
    "a kind with two letterheads": (
        'kinds = ["school"]',
        'kinds = ["division"]',
        "report.variants[2].kinds[0]: expected a name not used by report.variants[1].kinds, got 'division'",
    ),
    "a letterhead for an unknown unit": (
        'units = ["youth_union"]',
        'units = ["youth"]',
        "report.variants[4].units[0]: expected one of the units, got 'youth'; did you mean 'youth_union'?",
    ),
    "something else in braces": (
        'key = "culture"\nunits = ["culture"]\nheader = ["UBND XÃ HÒA LẠC", "{unit}"]',
        'key = "culture"\nunits = ["culture"]\nheader = ["UBND XÃ HÒA LẠC", "{name}"]',
        "report.variants[0].header: expected only {unit} in braces, got '{name}'",
    ),
    "a unit in the commune's own letterhead": (
        'issuer = "UBND xã Hòa Lạc"',
        'issuer = "{unit}"',
        "report.issuer: expected no braces, got '{unit}'",
    ),
    "a key with a space": (
        'key = "internet"',
        'key = "inter net"',
        "questions[0].key: expected letters, digits, _ and ., got 'inter net'",
    ),
    "a kind that does not exist": (
        'kind = "many"',
        'kind = "multi"',
        "questions[5].kind: expected one of one, many, count, got 'multi'",
    ),
    "a kind misspelt": (
        'kind = "school"',
        'kind = "shool"',
        f"units[5].kind: expected {KINDS}, got 'shool'; did you mean 'school'?",
    ),
    # missing and unknown keys
    "no year": ("year = 2026\n", "", "year: expected a whole number from 2025 to 2100, got nothing"),
    "no English": (
        'commune = { vi = "xã Hòa Lạc", en = "Hòa Lạc commune" }',
        'commune = { vi = "xã Hòa Lạc" }',
        "commune.en: expected a text, got nothing",
    ),
    "no Vietnamese on a chip": (
        'short = { vi = "Máy riêng", en = "Own" }',
        'short = { en = "Own" }',
        "questions[4].options[0].short.vi: expected a text, got nothing",
    ),
    "blank English": (
        'en = "Keypad" }',
        'en = "" }',
        "questions[4].options[2].short.en: expected a text, got ''",
    ),
    "one language only": (
        'commune = { vi = "xã Hòa Lạc", en = "Hòa Lạc commune" }',
        'commune = "xã Hòa Lạc"',
        "commune: expected a table with vi, en, got 'xã Hòa Lạc'",
    ),
    "a third language": (
        'en = "Hòa Lạc commune" }',
        'en = "Hòa Lạc commune", fr = "x" }',
        "commune.fr: unknown key",
    ),
    "no short text": (
        'short = { vi = "VNeID", en = "VNeID" }',
        "",
        "questions[7].short: expected a table with vi, en, got nothing",
    ),
    "no goal": ("goal = 85\n", "", "targets[3].goal: expected a number from 0 to 100, got nothing"),
    "a setting misspelt": (
        "adult_age = 18",
        "adult_aeg = 18",
        "adult_aeg: unknown key; did you mean 'adult_age'?",
    ),
    "a key of a target misspelt": (
        "goal = 85",
        "gaol = 85",
        "targets[3].gaol: unknown key; did you mean 'goal'?",
    ),
    "a key of an option misspelt": (
        '{ key = "own", text',
        '{ key = "own", texts',
        "questions[4].options[0].texts: unknown key; did you mean 'text'?",
    ),
    "a table misspelt": ("[skills]", "[skill]", "skill: unknown key; did you mean 'skills'?"),
    "a digest in the file": (
        "year = 2026",
        'year = 2026\ndigest = "0"',
        "digest: unknown key; did you mean 'figures'?",
    ),
    # twice
    "a question twice": (
        'key = "vneid"\nscope',
        'key = "phone"\nscope',
        "questions[7]: expected a name not used by questions[4], got 'phone'",
    ),
    "an option twice": (
        '{ key = "shared"',
        '{ key = "own"',
        "questions[4].options[1]: expected a name not used by questions[4].options[0], got 'own'",
    ),
    "a target twice": (
        'code = "CT4b"',
        'code = "CT4a"',
        "targets[4]: expected a name not used by targets[3], got 'CT4a'",
    ),
    "a task twice": (
        'code = "NV1.2"',
        'code = "NV1.1"',
        "tasks[1]: expected a name not used by tasks[0], got 'NV1.1'",
    ),
    "a unit twice in a list": (
        '["front", "teams", "related"]',
        '["front", "teams", "front"]',
        "models[4].cooperating[2]: expected a name not used by models[4].cooperating[0], got 'front'",
    ),
    "a place to learn without a safe address": (
        'address = "https://binhdanhocvuso.gov.vn"',
        'address = "http://binhdanhocvuso.gov.vn"',
        "online[0].address: expected an address that begins with https://, of at most 46 characters, "
        "got 'http://binhdanhocvuso.gov.vn'",
    ),
    "an address too long for a code on paper": (
        'address = "https://binhdanhocvuso.gov.vn"',
        'address = "https://binhdanhocvuso.gov.vn/khoa-hoc/ky-nang-so"',
        "online[0].address: expected an address that begins with https://, of at most 46 characters, "
        "got 'https://binhdanhocvuso.gov.vn/khoa-hoc/ky-nang-so'",
    ),
    "a series that is also a target": (
        'code = "QD757"',
        'code = "CT3"',
        "series[0].code: expected a name not used by targets[2], got 'CT3'",
    ),
    "a series beside a missing target": (
        'beside = "CT3"',
        'beside = "CT33"',
        "series[0].beside: expected one of the targets, got 'CT33'; did you mean 'CT3'?",
    ),
    "a series that nobody can be in": (
        'question = "confirmed"\nyes = ["yes"]',
        'question = "confirmed"\nyes = []',
        "series[0].yes: expected at least one answer, got []",
    ),
    "a series on an answer that cannot be given": (
        'question = "confirmed"\nyes = ["yes"]',
        'question = "confirmed"\nyes = ["sure"]',
        "series[0].yes: expected an answer to 'confirmed', got 'sure'",
    ),
    # references
    "a target on a question that is not asked": (
        'question = "phone"',
        'question = "phones"',
        "targets[3].question: expected one of the person questions, got 'phones'; did you mean 'phone'?",
    ),
    "a target of persons on a question of a household": (
        'question = "phone"',
        'question = "internet"',
        "targets[3].question: expected one of the person questions, got 'internet'",
    ),
    "a target on an answer that cannot be given": (
        'yes = ["own"]',
        'yes = ["onw"]',
        "targets[3].yes: expected an answer to 'phone', got 'onw'; did you mean 'own'?",
    ),
    "a skill that is not asked": (
        'must = ["k7"]',
        'must = ["k8"]',
        "skills.must[0]: expected one of the person questions, got 'k8'",
    ),
    "a skill answered so by nobody": (
        'must_answers = ["alone"]',
        'must_answers = ["al"]',
        "skills.must_answers: expected an answer to 'k7', got 'al'",
    ),
    "a topic for a need that is not asked": (
        'needs = ["safety"]',
        'needs = ["safty"]',
        "topics[3].needs: expected an answer to 'needs', got 'safty'; did you mean 'safety'?",
    ),
    "a topic for a missing target": (
        'targets = ["CT1"]',
        'targets = ["CT9"]',
        "topics[7].targets[0]: expected one of the targets, got 'CT9'; did you mean 'CT7'?",
    ),
    "a topic for a missing model": (
        'models = ["MH3"]',
        'models = ["4T"]',
        "topics[5].models[0]: expected one of the models, got '4T'",
    ),
    "an outcome for a missing question": (
        'question = "k5", answer',
        'question = "dvc", answer',
        "topics[1].outcomes[0].question: expected one of the person questions, got 'dvc'",
    ),
    "an outcome for a missing answer": (
        'answer = "can_sign_in"',
        'answer = "signs_in"',
        "topics[0].outcomes[0].answer: expected an answer to 'vneid', got 'signs_in'; did you mean 'can_sign_in'?",
    ),
    "a task led by a missing unit": (
        'lead = ["culture"]',
        'lead = ["cultura"]',
        "tasks[4].lead[0]: expected one of the units, got 'cultura'; did you mean 'culture'?",
    ),
    "a task led by nobody": (
        'lead = ["culture"]',
        "lead = []",
        "tasks[4].lead: expected a list of at least one unit, got []",
    ),
    "a model with a missing unit": (
        'cooperating = ["service_point", "teams"]',
        'cooperating = ["service_points", "teams"]',
        "models[0].cooperating[0]: expected one of the units, got 'service_points'; did you mean 'service_point'?",
    ),
    "a model measured by a missing target": (
        'target = "CT7"',
        'target = "CT8"',
        "models[1].target: expected one of the targets, got 'CT8'; did you mean 'CT7'?",
    ),
    "a unit reporting a missing target": (
        'reports = ["CT1", "CT6"]',
        'reports = ["CT1", "VNeID"]',
        "units[3].reports[1]: expected one of the targets and models, got 'VNeID'",
    ),
    "a figure of a target and a model": (
        'target = "CT6"\nper',
        'target = "CT6"\nmodel = "MH4"\nper',
        "figures[9]: expected target or model, and not both, got 'accounts'",
    ),
    "a figure of nothing": (
        'model = "MH3"\nper',
        "per",
        "figures[10]: expected target or model, and not both, got 'stalls'",
    ),
    "options of a missing question": (
        'options_of = "k1"',
        'options_of = "K1"',
        "questions[11].options_of: expected one of the questions, got 'K1'; did you mean 'k1'?",
    ),
    # what fits together
    "a plan that starts in another year": (
        "starts = 2026-01-01",
        "starts = 2025-12-15",
        "starts: expected a date in 2026, got 2025-12-15",
    ),
    "a plan that ends before it starts": (
        "ends = 2026-12-31",
        "ends = 2025-12-31",
        "ends: expected a date after 2026-01-01, got 2025-12-31",
    ),
    "a target due before the plan": (
        "deadline = 2026-12-31",
        "deadline = 2025-12-31",
        "targets[0].deadline: expected a date after 2026-01-01, got 2025-12-31",
    ),
    "a task due before the plan": (
        "deadline = 2026-05-31",
        "deadline = 2025-05-31",
        "tasks[3].deadline: expected a date after 2026-01-01, got 2025-05-31",
    ),
    "a notice that is too long": (
        "UBND xã Hòa Lạc xin phép",
        "UBND xã Hòa Lạc rất mong được xin phép",
        "notice.vi: expected at most 120 words, got 121",
    ),
    "an option every question has": (
        'key = "keypad"',
        'key = "refused"',
        "questions[4].options[2].key: expected a key that not every question has, got 'refused'",
    ),
    "a count without a limit": (
        "most = 9\n",
        "",
        "questions[2]: expected most, and no options, for a count, got 'children_6_15'",
    ),
    "a choice without options": (
        'options_of = "k1"\n',
        "",
        "questions[11]: expected at least two options, and no most, got 'k2'",
    ),
    "options beside options_of": (
        'short = { vi = "VNeID", en = "VNeID" }',
        'short = { vi = "VNeID", en = "VNeID" }\noptions_of = "phone"',
        "questions[7].options: expected none beside options_of, got a list",
    ),
    "nothing among one": (
        'key = "phone"',
        'key = "phone"\nnothing = "none"',
        "questions[4].nothing: expected none unless the kind is many, got 'none'",
    ),
    "nothing that is no option": (
        'nothing = "none"',
        'nothing = "nobody"',
        "questions[5].nothing: expected an answer to 'account', got 'nobody'",
    ),
    "an age for a household": (
        'key = "internet"',
        'key = "internet"\nmin_age = 18',
        "questions[0].min_age: expected no age for a household, got 18",
    ),
    "a surveyed target without an indicator": (
        'indicator = "skills"\n',
        "",
        "targets[2].indicator: expected answer, skills or digital_family when surveyed, got nothing",
    ),
    "an answer to no question": (
        'question = "phone"\n',
        "",
        "targets[3]: expected question and yes when the indicator is answer, and only then, got 'CT4a'",
    ),
    "a family of adults": (
        'population = "households"',
        'population = "adults"',
        "targets[7].population: expected households for a digital_family, and only then, got 'adults'",
    ),
    "a family that cannot have learned": (
        'key = "learned"',
        'key = "studied"',
        "targets[7].indicator: expected an answer to 'learned', got 'yes'",
    ),
    "a target below the age of residents": (
        'code = "CT4b"',
        'code = "CT4b"\nmin_age = 15',
        "targets[4].min_age: expected at least resident_age, 16, got 15",
    ),
    "more skills than there are": (
        "at_least = 4",
        "at_least = 7",
        "skills.at_least: expected at most 6, got 7",
    ),
    "more of which than there are": (
        "of_which_at_least = 1",
        "of_which_at_least = 4",
        "skills.of_which_at_least: expected at most 3, got 4",
    ),
    "a shift that ends before it starts": (
        "am = { starts = 08:00:00, ends = 12:00:00 }",
        "am = { starts = 08:00:00, ends = 07:00:00 }",
        "shifts.am.ends: expected a time after 08:00:00, got 07:00:00",
    ),
    "an afternoon that begins in the morning": (
        "pm = { starts = 13:00:00",
        "pm = { starts = 11:30:00",
        "shifts.pm.starts: expected a time not before 12:00:00, got 11:30:00",
    ),
    "a time as a text": (
        "am = { starts = 08:00:00",
        'am = { starts = "8:00"',
        "shifts.am.starts: expected a time such as 07:30:00, got '8:00'",
    ),
    "a day worked that is a weekday anyway": (
        "worked = [2026-01-10]",
        "worked = [2026-01-09]",
        "shifts.worked[0]: expected a day that is no holiday and on no weekday of shifts, got 2026-01-09",
    ),
    "a holiday of the year before": (
        "day = 2026-09-02",
        "day = 2025-09-02",
        "holidays[12].day: expected a date not before 2026-01-01, got 2025-09-02",
    ),
    "a holiday twice": (
        "day = 2026-09-02",
        "day = 2026-09-01",
        "holidays[12].day: expected a day not used by holidays[11], got 2026-09-01",
    ),
    "figures of one target of units and of villages": (
        'key = "workers_trained"\ntarget = "CT5"\nper = "unit"',
        'key = "workers_trained"\ntarget = "CT5"\nper = "village"',
        "figures[8].per: expected unit, as the other figures of CT5, got 'village'",
    ),
    "of which beside among": (
        'of_which = ["k4"',
        'of_which = ["k7"',
        "skills.of_which[0]: expected one of skills.among, got 'k7'",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_stops_with_a_message_that_names_it(written, old, new, message):
    with pytest.raises(PlanError) as error:
        load(written((old, new)))
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"year = ", "Invalid value (at end of document)"),
        ("xã".encode("utf-16"), "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)
def test_a_file_that_is_not_toml_says_so(tmp_path, content, reason):
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(PlanError) as error:
        load(path)
    assert str(error.value) == f"{path}: expected a TOML file in UTF-8, got {reason}"


def test_a_missing_file_says_so(tmp_path):
    path = tmp_path / "none.toml"
    with pytest.raises(PlanError) as error:
        load(path)
    assert str(error.value) == (
        f"{path}: expected a TOML file in UTF-8, got [Errno 2] No such file or directory: '{path}'"
    )

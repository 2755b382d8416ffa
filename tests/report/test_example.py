"""A worked example on paper: a small commune's November, every number of it first worked out by hand, here.

**Who.** Thôn 4 Thạch Hòa (T): 5 homes, 6 adults, 7 from 16; Thôn 4 Bình Yên (B): 3, 4, 4; Thôn Trại Mới (M): 3, 4, 4.
Together 11 homes, 14 adults, 15 from 16, as the police say on 01/10. November is 15/10 to 14/11; the plan began on
01/01. On 14/11, 317 of the year's 364 days are gone, so 87,09 % of each goal is due: of 100 % 87,09, of "trên 85 %"
74,03, of "trên 50 %" 43,54.

**Twelve visits** (+ says yes, - says no, . was not asked or does not know; L learned this year, K needs a class):

    day    home  who         phone account skills vneid confirmed
    20/10  H1 T  Lan 1958 f    +     +       +      +      -
                 Nam 1990 m    +     +       -      +      .
    20/10  H2 T  nobody home
    27/10  H2 T  Hoa 1965 f    -     -       -      -      .        K
    28/10  H3 T  Bình 1980 m   +     +       +      +      +
                 Minh 2009 m   .     .       .      +      .        17 years old: no adult
    30/10  H4 T  Tâm 1975 f    refuses
    02/11  H6 B  Cúc 1960 f    -     +       -      -      .        shares a phone
                 Dũng 1962 m   +     .       .      +      .
    03/11  H7 B  Oanh 1995 f   +     +       +      +      .        L
    05/11  H8 B  Phúc 1970 m   +     +       +      +      .        takes the consent back on 12/11: counts no more
    10/11  H9 M  Quý 1955 m    +     +       -      +      .        on paper, typed on 20/11: after the closing
    11/11  H10 M Thu 1988 f    +     -       -      -      .        K
                 Uy 1986 m     .     +       -      -      .        does not say what phone
    13/11  H11 M Vân 1979 f    -     -       .      -      .
    16/11  H5 T  Sơn 1985 m    +     +       +      +      .        the next period's

**Closed on 16/11**, when Quý's paper was not typed. Adults asked, and of them yes (CT6: from 16):

    CT3  skills   Lan+ Nam- Hoa- Bình+ Cúc- Oanh+ Thu- Uy-                 8 asked  3 yes: 3/8 = 37,5   3/14 = 21,4
    CT4a phone    Lan+ Nam+ Hoa- Bình+ Cúc- Dũng+ Oanh+ Thu+ Vân-          9 asked  6 yes: 6/9 = 66,7   6/14 = 42,9
    CT4b account  Lan+ Nam+ Hoa- Bình+ Cúc+ Oanh+ Thu- Uy+ Vân-            9 asked  6 yes: 6/9 = 66,7   6/14 = 42,9
    CT6  (told)   Lan+ Nam+ Hoa- Bình+ Minh+ Cúc- Dũng+ Oanh+ Thu- Uy- Vân- 11 asked 6 yes: 6/11 = 54,5 6/15 = 40,0
    QĐ 757        Lan- Bình+                                                2 asked  1 yes: 1/2 = 50,0   1/14 = 7,1
    CT7  homes    H1+ (Lan has the skills and came to a class), H7+ (Oanh learned), H2- and H10- (nobody has the
                  skills); not known: H3 (nobody asked Minh), H6 (Dũng), H11. 4 asked 2 yes: 2/4 = 50,0  2/11 = 18,2

At least half were asked of CT3 (8/14 = 57,1), CT4a and CT4b (9/14 = 64,3): late, as 21,4 < 87,09; 42,9 < 74,03; and
42,9 < 43,54. Of CT7 4/11 = 36,4 are too few to judge.

**With Quý's paper** (seen on 21/11, still of 14/11): CT4b 10 asked, 7 yes: 7/14 = 50,0 %, which is on schedule and
not met, since the plan says "trên 50 %". CT4a 7/14 = 50,0, late. CT3 9 asked, 3 yes. CT6 (told) 12 asked, 7 yes. CT7
5 asked (H9-), 2 yes.

**Units.** CT1: 9 units are asked (one school of the plan is closed); the two schools say 12 of 20 and 15 of 30: 27/50 =
54,0, of 2 of 9 units, too few. CT2: 40 of 40, 45 of 60 (first told as 30, corrected), 35 of 50: 120/150 = 80,0, late.
CT5: the enterprise says 38 of 40: 95,0, on schedule. CT6: the police say 7 + 4 + 4 = 15 accounts of 15: met; a month
before 5 + 4 + 3 = 12, 12/15 = 80,0.

**Six classes.** A, VNeID, T, 24 and 31/10: Lan, then Lan, Nam and a guest who left only a name: 2 sessions, 4 lượt,
of which women 2 (Lan twice), from 60 two. B, payment, B, 04/11: Cúc and Dũng: 2 lượt, 1 woman, 2 from 60. C, staff,
for the commune, 06/11: three who said their year: 3 lượt, 1 from 60 (1961), sex not known. D, pupils, M, 09/11: 35
counted. E, market, M, 12/11: nobody recorded. F, safety, T: called off on 10/11, held on 17/11: not in November. So 5
classes, 6 sessions, 4 + 2 + 3 + 35 = 44 lượt, 3 of women, 2 + 2 + 1 = 5 from 60; 3 + 2 + 3 = 8 different people.

**The rest.** Help: Hoa at home on 27/10, Thu at home on 11/11, Oanh at the point on 03/11: 3 lượt, 2 at home, 3
people. Hoa needs payment, Thu a smartphone class, and no class or help has answered either: 2 people. On duty: 2 of
the 44 half-days of 22 working days (4,5 %), 2 of the 432 of the 216 since January (227 weekdays - 12 holidays + 1
Saturday). Broadcasts: 3 of 45 minutes on 20/10, 2 of 30 on 15/09. One village meeting, 25 lượt; one team out of the
youth, 40 lượt.
"""

import csv
import io
import json
from datetime import date, datetime, time
from html.parser import HTMLParser

import docx
import openpyxl
import pytest

import cutoffs
import periods
import plan
import vi
import visits
from classes import sessions
from models import (
    Activity,
    Ambassador,
    Attendance,
    Consent,
    Course,
    Figure,
    Household,
    Shift,
    Support,
    TaskUpdate,
    Told,
    Unit,
    UnitFigure,
    new_uid,
)
from report import annexes, contents, files, headers
from report.tables import cell

NOVEMBER = periods.of("month", 2026, 11, 14)
CLOSED = datetime(2026, 11, 16, 8)
LATER = datetime(2026, 11, 21, 8)

OFFICIAL = {"TH04": (5, 6, 7), "BY02": (3, 4, 4), "TX01": (3, 4, 4)}
PEOPLE = {  # home: its village, and [(name, year of birth, sex)]
    "H1": ("TH04", [("Nguyễn Thị Lan", 1958, "f"), ("Nguyễn Văn Nam", 1990, "m")]),
    "H2": ("TH04", [("Trần Thị Hoa", 1965, "f")]),
    "H3": ("TH04", [("Lê Văn Bình", 1980, "m"), ("Lê Văn Minh", 2009, "m")]),
    "H4": ("TH04", [("Phạm Thị Tâm", 1975, "f")]),
    "H5": ("TH04", [("Hoàng Văn Sơn", 1985, "m")]),
    "H6": ("BY02", [("Vũ Thị Cúc", 1960, "f"), ("Vũ Văn Dũng", 1962, "m")]),
    "H7": ("BY02", [("Đặng Thị Oanh", 1995, "f")]),
    "H8": ("BY02", [("Bùi Văn Phúc", 1970, "m")]),
    "H9": ("TX01", [("Đỗ Văn Quý", 1955, "m")]),
    "H10": ("TX01", [("Hồ Thị Thu", 1988, "f"), ("Hồ Văn Uy", 1986, "m")]),
    "H11": ("TX01", [("Ngô Thị Vân", 1979, "f")]),
}
SKILLED = {"k1": "alone", "k2": "alone", "k3": "helped", "k4": "alone", "k7": "alone"}
UNSKILLED = {"k7": "no"}
CAN, CANNOT, NO = {"vneid": "can_sign_in"}, {"vneid": "cannot_sign_in"}, {"vneid": "none"}
BANK, NO_ACCOUNT, OWN = {"account": ["bank"]}, {"account": ["none"]}, {"phone": "own"}
VISITS = [  # day, home, outcome, what each of its people answers, what the home answers
    ("20/10", "H1", "done", [OWN | BANK | SKILLED | CAN | {"confirmed": "no"}, OWN | BANK | UNSKILLED | CAN], {}),
    ("20/10", "H2", "not_home", [], {}),
    ("27/10", "H2", "done", [{"phone": "keypad", "needs": ["payment"]} | NO_ACCOUNT | UNSKILLED | NO],
     {"trading": "with_qr"}),
    ("28/10", "H3", "done", [OWN | BANK | SKILLED | CAN | {"confirmed": "yes"}, CAN], {}),
    ("30/10", "H4", "refused", [], {}),
    ("02/11", "H6", "done", [{"phone": "shared", "account": ["wallet"]} | UNSKILLED | CANNOT,
                             OWN | {"account": "unknown"} | CAN], {"trading": "without_qr"}),
    ("03/11", "H7", "done", [OWN | {"account": ["mobile"], "learned": "yes"} | SKILLED | CAN], {}),
    ("05/11", "H8", "done", [OWN | BANK | SKILLED | CAN], {}),
    ("11/11", "H10", "done", [OWN | NO_ACCOUNT | UNSKILLED | CANNOT | {"needs": ["smartphone"]},
                              {"phone": "refused"} | BANK | UNSKILLED | NO], {}),
    ("13/11", "H11", "done", [{"phone": "none", "k7": "unknown"} | NO_ACCOUNT | NO], {}),
    ("16/11", "H5", "done", [OWN | BANK | SKILLED | CAN], {}),
]  # fmt: skip
LATE = ("10/11", "H9", "done", [OWN | BANK | UNSKILLED | CAN], {})  # on paper


def at(day, hour=9):
    """A moment by the clock of Hà Nội, as it is stored: "20/10" is of 2026."""
    return vi.utc(datetime.combine(vi.parse_date(f"{day}/2026"), time(hour)))


class Example:
    """The commune of the example: what happened in it day by day, by the app's own verbs."""

    def __init__(self, world, clock):
        self.world, self.clock, self.sara = world, clock, world.users["sara"]
        clock(at("01/10"))
        self.homes = {code: self.home(code) for code in PEOPLE}
        self.people = {row.name.split()[-1]: row for home in self.homes.values() for row in home.living()}
        for code, counts in OFFICIAL.items():
            for key, value in zip(("households", "adults", "over16"), counts, strict=True):
                Figure.put(world.areas[code], key, value, date(2026, 10, 1), "Công an xã", self.sara)
        self.figures()
        self.classes()
        self.publicity()
        self.duties()
        for visit in VISITS:
            self.visit(*visit)
        self.help()
        clock(at("12/11"))
        Consent.withdraw(self.homes["H8"], "survey", self.sara)
        clock(CLOSED)

    def home(self, code):
        village, people = PEOPLE[code]
        listed = [{"name": name, "birth_year": year, "sex": sex} for name, year, sex in people]
        return Household.add(self.world.areas[village], self.sara, people=listed)

    def visit(self, day, code, outcome, people, answers, **paper):
        """One visit on its day, by the volunteer of the village; on paper, typed by the officer by the clock of now."""
        home = self.homes[code]
        by = self.world.users["otto" if home.village.code == "TX01" else "vera"]
        living = sorted(home.living(), key=lambda person: person.position)
        told = [{"uid": who.uid, "answers": said} for who, said in zip(living, people, strict=False)]
        visit = {"uid": new_uid(), "outcome": outcome, "happened_at": at(day), "answers": answers, "people": told}
        if not paper:
            self.clock(at(day))
        visits.record(home, visit | paper, self.sara if paper else by)

    def type_the_late_paper(self):
        self.clock(at("20/11"))
        self.visit(*LATE, asked_by=self.world.users["otto"].uid)
        self.clock(LATER)

    def figures(self):
        """What units say of October and November, a number of the first school corrected a day later."""
        units = self.world.units
        units["thach_hoa_secondary"].close(self.sara)
        first, second = units["thach_hoa_primary"], units["tien_xuan_b_primary"]
        first.change(self.sara, grades=["1", "2"])
        second.change(self.sara, grades=["1"])
        firm = Unit.add(self.world.commune, new_uid(), self.sara, name="Công ty An Bình", kind="enterprise",
                        reports=["CT5"])  # fmt: skip
        for code, accounts in {"TH04": 5, "BY02": 4, "TX01": 3}.items():
            self.tell("05/10", "2026-10", units["police"], {("accounts", "", code): accounts})
        self.tell("01/11", "2026-11", units["police"], {("accounts", "", "TH04"): 7, ("accounts", "", "BY02"): 4,
                                                        ("accounts", "", "TX01"): 4})  # fmt: skip
        self.tell("01/11", "2026-11", first, {
            ("staff", ""): 20, ("staff_trained", ""): 12, ("pupils", "1"): 40, ("pupils_taught", "1"): 40,
            ("pupils", "2"): 60, ("pupils_taught", "2"): 30,
        })  # fmt: skip
        self.tell("02/11", "2026-11", first, {("pupils_taught", "2"): 45}, seen=30)
        self.tell("03/11", "2026-11", second, {
            ("staff", ""): 30, ("staff_trained", ""): 15, ("pupils", "1"): 50, ("pupils_taught", "1"): 35,
        })  # fmt: skip
        self.tell("04/11", "2026-11", firm, {("workers", ""): 40, ("workers_trained", ""): 38})
        self.tell("04/11", "2026-11", units["economy"], {("stalls", ""): 10, ("stalls_with_qr", ""): 6})

    def tell(self, day, period, unit, numbers, seen=None):
        self.clock(at(day))
        cells = {}
        for (key, part, *village), value in numbers.items():
            area = self.world.areas[village[0]] if village else self.world.commune
            cells[unit.id, area.id, key, part] = Told(value, vi.local(at(day)).date())
        shown = dict.fromkeys(cells, seen)
        UnitFigure.tell(period, cells, self.sara, new_uid(), shown)

    def classes(self):
        led_by = self.world.units
        a = self.course("Lớp VNeID", "vneid", "TH04", ["24/10", "31/10"], led_by=led_by["culture"])
        b = self.course("Lớp thanh toán", "payment", "BY02", ["04/11"], led_by=led_by["economy"])
        c = self.course("Lớp cán bộ", "staff", "HL", ["06/11"], audience="staff", led_by=led_by["culture"])
        d = self.course("Lớp học sinh", "pupils", "TX01", ["09/11"], audience="pupils",
                        led_by=led_by["thach_hoa_primary"])  # fmt: skip
        self.course("Lớp chợ số", "market", "TX01", ["12/11"], led_by=led_by["economy"])
        f = self.course("Lớp an toàn", "safety", "TH04", ["10/11", "17/11"], led_by=led_by["police"])
        for meeting, *names in ((a[0], "Lan"), (a[1], "Lan", "Nam"), (b[0], "Cúc", "Dũng")):
            self.clock(meeting.starts_at)
            for name in names:
                person = self.people[name]
                Attendance.check_in(meeting, new_uid(), "host", person.name, resident=person)
        self.clock(a[1].starts_at)
        Attendance.check_in(a[1], new_uid(), "self", "Khách Lạ")
        self.clock(c[0].starts_at)
        for name, year in (("Ích", 1985), ("Kha", 1990), ("Lộc", 1961)):
            Attendance.check_in(c[0], new_uid(), "host", f"Đinh Văn {name}", year)
        self.clock(d[0].starts_at)
        d[0].count_heads(35, self.sara)
        sessions.cancel(f[0], self.sara, "mưa bão")

    def course(self, title, topic, area, days, **more):
        area = self.world.areas[area]
        times = [(at(day, 19), at(day, 21)) for day in days]
        place = "Hội trường UBND xã" if area.kind == "commune" else "Nhà văn hóa"
        course = Course.open(self.world.users["hana"], area, topic, title, place, times, **more)
        self.titles = {**getattr(self, "titles", {}), title: course.uid}
        return list(course.schedule())

    def publicity(self):
        units, village = self.world.units, self.world.areas["TX01"]
        for day, form, count, more in (
            ("15/09", "loudspeaker", 2, {"unit": units["centre"], "minutes": 30}),
            ("20/10", "loudspeaker", 3, {"unit": units["centre"], "minutes": 45}),
            ("01/11", "village_meeting", 1, {"unit": None, "area": village, "reached": 25}),
            ("08/11", "team_out", 1, {"unit": units["youth_union"], "reached": 40, "campaign": "youth"}),
        ):
            on = vi.local(at(day)).date()
            told = {"area": self.world.commune, "form": form, "on": on, "count": count} | more
            Activity.record(self.sara, new_uid(), **told)

    def duties(self):
        """News of tasks, and two half-days on duty."""
        units = self.world.units
        for day, task, unit, text, done in (
            ("20/05", "NV2.1", "thach_hoa_primary", "Hội thảo cấp trường", True),
            ("28/05", "NV2.1", "tien_xuan_b_primary", "Các lớp khối 1", True),
            ("25/06", "NV2.3", "culture", "Mở hai lớp", True),
            ("01/09", "NV2.2", "culture", "Cử chín người đi học", False),
            ("03/11", "NV1.2", "centre", "Phát thanh hằng tuần", False),
            ("05/11", "NV1.3", "centre", "Tổng kết chiến dịch", True),
        ):
            TaskUpdate.tell(self.sara, task, units[unit], vi.local(at(day)).date(), text, done=done)
        on_duty = [(date(2026, 11, 2), "am"), (date(2026, 11, 2), "pm")]
        Shift.put_in(Ambassador(None, "Trần Văn Tú", units["youth_union"]), on_duty, self.sara, new_uid())

    def help(self):
        for day, name, place in (("27/10", "Hoa", "home"), ("03/11", "Oanh", "point"), ("11/11", "Thu", "home")):
            self.clock(at(day, 10))
            Support.give(self.world.users["vera"], "vneid", 15, place, self.people[name])


@pytest.fixture
def example(world, clock):
    return Example(world, clock)


def report(example, moment=CLOSED, **more):
    return contents.of(example.world.commune, NOVEMBER, moment, **more)


def of_100(part, whole):
    return 100 * part / whole


# The tables as worked out above. None: not known; "": nothing stands there.
COUNTS = ("all", "asked", "coverage", "yes", "rate_asked", "rate_all", "before", "state")
FEW, SLOW, ON, MET = "Chưa đủ để xét", "Chậm tiến độ", "Đúng tiến độ", "Đạt"
BIỂU_1 = {
    "CT1": [50, "", "", 27, of_100(27, 50), None, None, FEW],
    "CT2": [150, "", "", 120, of_100(120, 150), of_100(120, 150), None, SLOW],
    "CT3": [14, 8, of_100(8, 14), 3, of_100(3, 8), of_100(3, 14), None, SLOW],
    "QD757": [14, 2, of_100(2, 14), 1, of_100(1, 2), of_100(1, 14), None, ""],
    "CT4a": [14, 9, of_100(9, 14), 6, of_100(6, 9), of_100(6, 14), None, SLOW],
    "CT4b": [14, 9, of_100(9, 14), 6, of_100(6, 9), of_100(6, 14), None, SLOW],
    "CT5": [40, "", "", 38, of_100(38, 40), of_100(38, 40), None, ON],
    "CT6": [15, "", "", 15, 100, 100, of_100(12, 15), MET],
    "CT6.told": [15, 11, of_100(11, 15), 6, of_100(6, 11), of_100(6, 15), None, ""],
    "CT7": [11, 4, of_100(4, 11), 2, of_100(2, 4), of_100(2, 11), None, FEW],
}
BIỂU_1_LATER = {  # with the paper of 10/11
    **BIỂU_1,
    "CT3": [14, 9, of_100(9, 14), 3, of_100(3, 9), of_100(3, 14), None, SLOW],
    "CT4a": [14, 10, of_100(10, 14), 7, of_100(7, 10), of_100(7, 14), None, SLOW],
    "CT4b": [14, 10, of_100(10, 14), 7, of_100(7, 10), of_100(7, 14), None, ON],
    "CT6.told": [15, 12, of_100(12, 15), 7, of_100(7, 12), of_100(7, 15), None, ""],
    "CT7": [11, 5, of_100(5, 11), 2, of_100(2, 5), of_100(2, 11), None, FEW],
}
BIỂU_2 = {
    "loudspeaker": [3, 5],
    "loudspeaker.minutes": [45, 75],
    "village_meeting": [1, 1],
    "village_meeting.reached": [25, 25],
    "team_out": [1, 1],
    "team_out.reached": [40, 40],
    "news": [0, 0],
}
BIỂU_3 = {  # sessions, lượt, women, from 60, and whose class it is
    "Lớp VNeID": ["24/10/2026; 31/10/2026", 2, 4, 2, 2, "Phòng Văn hóa - Xã hội"],
    "Lớp thanh toán": ["04/11/2026", 1, 2, 1, 2, "Phòng Kinh tế"],
    "Lớp cán bộ": ["06/11/2026", 1, 3, None, 1, "Phòng Văn hóa - Xã hội"],
    "Lớp học sinh": ["09/11/2026", 1, 35, None, None, "Trường Tiểu học Thạch Hòa"],
    "Lớp chợ số": ["12/11/2026", 1, None, None, None, "Phòng Kinh tế"],
}
BIỂU_4 = {
    "MH1": (None, None, "Còn ca trống"),
    "MH1.coverage": ("2/44 ca (4,5%)", "2/432 ca (0,5%)", ""),
    "MH1.at_point": ("1 lượt hỗ trợ", "1 lượt hỗ trợ", ""),
    "MH2": (None, None, FEW),
    "MH2.families_asked": ("", "2/4 hộ (50,0%)", ""),
    "MH2.families_all": ("", "2/11 hộ (18,2%)", ""),
    "MH2.learning_homes": ("2 hộ", "2 hộ", ""),
    "MH3": (None, None, "Đang triển khai"),
    "MH3.stalls": ("6/10 điểm bán (60,0%)", "6/10 điểm bán (60,0%)", ""),
    "MH3.trading_homes": ("", "1/2 hộ (50,0%)", ""),
    "MH3.classes": ("2 lớp", "2 lớp", ""),  # payment and market
    "MH3.attendances": ("2 lượt người", "2 lượt người", ""),
    "MH3.learners": ("2 người", "2 người", ""),
    "MH4": (None, None, MET),
    "MH4.accounts": ("3 tài khoản", "15 tài khoản/15 công dân từ 16 tuổi (100,0%)", ""),
    "MH4.identity_told": ("", "6/11 người (54,5%)", ""),
    "MH5": (None, None, "Đang triển khai"),
    "MH5.outings": ("1 đội", "1 đội", ""),
    "MH5.classes": ("2 lớp", "2 lớp", ""),  # VNeID and payment
    "MH5.attendances": ("6 lượt người", "6 lượt người", ""),
    "MH5.learners": ("5 người", "5 người", ""),  # Lan, Nam, the guest, Cúc, Dũng
}
VILLAGE = (
    "homes", "done", "done_rate", "adults", "CT4a", "CT4a.rate", "CT4b", "CT4b.rate", "CT3", "CT3.rate",
    "CT7", "CT7.rate", "sessions", "attendances", "at_home", "in_need",
)  # fmt: skip
BIỂU_5 = {
    "TH04": [5, 3, of_100(3, 5), 6, 3, of_100(3, 6), 3, of_100(3, 6), 2, of_100(2, 6), 1, of_100(1, 5), 2, 4, 1, 1],
    "BY02": [3, 2, of_100(2, 3), 4, 2, of_100(2, 4), 2, of_100(2, 4), 1, of_100(1, 4), 1, of_100(1, 3), 1, 2, 0, 0],
    "TX01": [3, 2, of_100(2, 3), 4, 1, of_100(1, 4), 1, of_100(1, 4), 0, 0, 0, 0, 2, 35, 1, 1],
    "HL.apart": [*[""] * 12, 1, 3, 0, 0],
    "total": [11, 7, of_100(7, 11), 14, 6, of_100(6, 14), 6, of_100(6, 14), 3, of_100(3, 14), 2, of_100(2, 11),
              6, 44, 2, 2],
}  # fmt: skip
BIỂU_6 = {
    "NV1.1": "Thường xuyên: chưa có tin kỳ này",
    "NV1.2": "Thường xuyên: đang thực hiện",
    "NV1.3": "Hoàn thành quá hạn",
    "NV2.1": "Quá hạn chưa xong",  # the third school, which is closed now, led it too
    "NV2.2": "Đang thực hiện (trong hạn)",
    "NV2.3": "Hoàn thành đúng hạn",
    "NV2.4": "Chưa thực hiện",
}


def cells(biểu, keys, columns):
    return {key: [cell(biểu, key, column) for column in columns] for key in keys}


def test_biểu_1_is_what_was_worked_out(example):
    biểu = report(example)["tables"]["1"]
    assert [row["key"] for row in biểu["rows"]] == list(BIỂU_1)
    assert cells(biểu, BIỂU_1, COUNTS) == BIỂU_1
    assert cell(biểu, "CT1", "note") == "Mới có số liệu của 2/9 đơn vị"


def test_a_paper_typed_after_the_closing_counts_for_its_own_day(example):
    closed = json.loads(json.dumps(report(example)))
    example.type_the_late_paper()
    again = report(example, LATER)
    assert cells(again["tables"]["1"], BIỂU_1_LATER, COUNTS) == BIỂU_1_LATER
    assert cells(closed["tables"]["1"], BIỂU_1, COUNTS) == BIỂU_1


def test_biểu_2_3_and_4_are_what_was_worked_out(example):
    found = report(example)["tables"]
    assert cells(found["2"], BIỂU_2, ("period", "year")) == BIỂU_2
    columns = ("days", "sessions", "attendances", "women", "old", "lead")
    assert cells(found["3"], example.titles.values(), columns) == {
        uid: BIỂU_3.get(title, [None] * 6) for title, uid in example.titles.items()
    }
    assert cells(found["3"], ["total"], columns) == {"total": ["", 6, 44, 3, 5, ""]}
    results = {key: tuple(found) for key, found in cells(found["4"], BIỂU_4, ("period", "year", "state")).items()}
    assert results == {key: ("", "", state) if period is None else (period, year, state)
                       for key, (period, year, state) in BIỂU_4.items()}  # fmt: skip


def test_biểu_5_and_6_are_what_was_worked_out(example):
    found = report(example)["tables"]
    assert cells(found["5"], BIỂU_5, VILLAGE) == BIỂU_5
    assert [row["key"] for row in found["5"]["rows"]] == ["BY02", "TH04", "TX01", "HL.apart", "total"]
    assert cells(found["6"], BIỂU_6, ["state"]) == {key: [state] for key, state in BIỂU_6.items()}
    assert cell(found["6"], "NV2.1", "note").startswith(
        "Chưa có báo cáo của Trường THCS Thạch Hòa; báo cáo gần nhất ngày 28/05/2026"
    )


def test_the_paragraphs_say_the_same_numbers(example):
    said = report(example)["paragraphs"]
    assert said["II.1"][0] == (
        "Đến hết ngày 14/11/2026, đã đến 9 hộ, khảo sát xong 7 hộ trên tổng số 11 hộ (chi tiết tại Biểu 1 và Biểu 5). "
        "Mỗi chỉ tiêu khảo sát chỉ tính người, hộ có đủ câu trả lời để xét chỉ tiêu ấy, nên số đã khảo sát từng chỉ "
        "tiêu khác nhau."
    )
    assert (
        "CT4b. Người trưởng thành có tài khoản thanh toán điện tử: đã khảo sát 9 người trên tổng số 14 người, tỷ lệ "
        "phủ 64,3%; 6 người đạt, bằng 66,7% số đã khảo sát và 42,9% tổng số; so với kế hoạch (trên 50%): chậm tiến độ."
    ) in said["II.1"]
    assert (
        "CT2. Học sinh được trang bị kỹ năng số: 120 học sinh đạt trên 150 học sinh, bằng 80,0% tổng số;"
        in " ".join(said["II.1"])
    )
    assert said["II.2"][0] == (
        "Trong kỳ đã thực hiện: truyền thanh cơ sở: 3 buổi phát, 45 phút; họp thôn: 1 cuộc họp, 25 lượt người; ra quân "
        "hướng dẫn tại chỗ: 1 đội ra quân, 40 lượt người (chi tiết tại Biểu 2)."
    )
    assert said["II.3"][0] == (
        "Trong kỳ tổ chức 5 lớp với 6 buổi, 44 lượt người dự (trong đó 3 lượt nữ, 5 lượt từ 60 tuổi; 4 lượt chưa rõ "
        "giới tính); 8 người khác nhau đã đến lớp (không kể học sinh); 1 buổi chưa có số điểm danh (chi tiết tại Biểu "
        "3)."
    )
    assert said["II.3"][2] == (
        "Hỗ trợ trực tiếp từng người: 3 lượt trong kỳ, trong đó 2 lượt tại nhà; 3 người có tên trong danh sách được "
        "hỗ trợ."
    )
    assert "Còn 2 người có nhu cầu hỗ trợ chưa được đáp ứng." in said["II.5"]


# -- In every format

HAND = {  # Biểu: the columns, and what stands in them row by row, as above
    "1": (COUNTS, BIỂU_1),
    "2": (("period", "year"), BIỂU_2),
    "3": (("days", "sessions", "attendances", "women", "old", "lead"), None),
    "4": (("period", "year", "state"), {k: ("", "", s) if p is None else (p, y, s) for k, (p, y, s) in BIỂU_4.items()}),
    "5": (VILLAGE, BIỂU_5),
    "6": (("state",), {key: [state] for key, state in BIỂU_6.items()}),
}
BLANK = ("", annexes.UNKNOWN)  # what is not known, and what has nothing to say


def written(value, kind):
    """A value as people write it; nothing where it is not known."""
    if value is None or value == "":
        return ""
    return vi.number(value, 1 if kind == "percent" else 0) if kind in ("percent", "int") else value


def from_json(file, contents):
    """`{Biểu: [[text of each cell]]}` of a file, as in the functions below."""
    tables = json.load(file)["tables"]
    return {
        key: [[written(v, c["kind"]) for v, c in zip(row["cells"], found["columns"], strict=True)]
              for row in found["rows"]]
        for key, found in tables.items()
    }  # fmt: skip


def from_xlsx(file, contents):
    book = openpyxl.load_workbook(file)
    found = {}
    for key, biểu in contents["tables"].items():
        kinds = [column["kind"] for column in biểu["columns"]]
        rows = list(book[f"Biểu {key}"].iter_rows(values_only=True))
        begins = next(n for n, row in enumerate(rows) if row[0] == biểu["columns"][0]["label"]) + 1
        lines = rows[begins : begins + len(biểu["rows"])]
        found[key] = [
            [
                value if isinstance(value, str) else written(value, kind)
                for value, kind in zip(line, kinds, strict=False)
            ]
            for line in lines
        ]
    return found


def from_docx(file, contents):
    """The annexes are the tables whose first header cell is STT or Mã, in the order of the Biểu."""
    tables = [table for table in docx.Document(file).tables if table.rows[0].cells[0].text in ("STT", "Mã")]
    return {key: [[cell.text for cell in row.cells] for row in table.rows][1:]
            for key, table in zip(contents["tables"], tables, strict=True)}  # fmt: skip


def from_csv(files_of, contents):
    """From a file for each Biểu; whole numbers have no dots there, of which the example has none."""
    found = {}
    for key, file in files_of.items():
        rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))[1:]
        found[key] = rows
    return found


READ = {"json": from_json, "xlsx": from_xlsx, "docx": from_docx}


def made(contents, format, table=None):
    file = io.BytesIO()
    files.FORMATS[format].write(file, contents, {}, headers.of(plan.active), table)
    file.seek(0)
    return file


@pytest.mark.parametrize("format", ["json", "xlsx", "docx", "csv"])
def test_every_format_says_what_was_worked_out(example, format):
    found = report(example)
    if format == "csv":
        read = from_csv({key: made(found, format, key) for key in found["tables"]}, found)
    else:
        read = READ[format](made(found, format), found)
    says_the_same(example, found, read)


def says_the_same(example, contents, read):
    """Every cell that was worked out by hand stands in what was read of the same report, in its row and column."""
    classes = {example.titles[title]: cells for title, cells in BIỂU_3.items()}
    for key, (columns, by_hand) in HAND.items():
        biểu = contents["tables"][key]
        places = {column["key"]: (n, column["kind"]) for n, column in enumerate(biểu["columns"])}
        lines = {row["key"]: n for n, row in enumerate(biểu["rows"])}
        for row, values in (by_hand or classes).items():
            for name, value in zip(columns, values, strict=True):
                place, kind = places[name]
                there = read[key][lines[row]][place]
                assert ("" if there in BLANK else there) == written(value, kind), (key, row, name)


class Tables(HTMLParser):
    """The cells of each table of a page, without its header."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag == "td":
            self.cell = ""

    def handle_data(self, text):
        if self.cell is not None:
            self.cell += text

    def handle_endtag(self, tag):
        if tag == "td":
            self.tables[-1][-1].append(self.cell)
            self.cell = None


def from_page(page, contents):
    """The Biểu are the tables of the report's page, in their order."""
    parser = Tables()
    parser.feed(page[page.index('id="report"') :])
    rows = [[row for row in table if row] for table in parser.tables]
    return dict(zip(contents["tables"], rows, strict=True))


def test_the_reports_page_says_what_was_worked_out_before_and_after_the_closing(example, as_):
    address = "/reports/2026-11"
    says_the_same(example, report(example), from_page(as_("sara").get(address).text, report(example)))
    close(example)
    example.type_the_late_paper()
    says_the_same(example, report(example), from_page(as_("sara").get(address).text, report(example)))


def close(example, period=NOVEMBER, moment=CLOSED):
    example.clock(moment)
    return cutoffs.close(example.world.commune, period, example.sara, new_uid(), "Còn thiếu số liệu của đơn vị", moment)


def test_the_closed_month_stays_and_the_paper_is_told_in_the_next(example, database):
    """December's report says that Quý's paper came late for November; November's own files stay byte for byte."""
    october = periods.of("month", 2026, 10, 14)
    close(example, october)
    closed = close(example)
    files_of = {format: made(closed.report, format).getvalue() for format in ("docx", "xlsx", "json")}
    example.type_the_late_paper()
    again = cutoffs.standing(example.world.commune, NOVEMBER)
    assert (again.contents, again.digest) == (closed.contents, closed.digest)
    assert {format: made(again.report, format).getvalue() for format in files_of} == files_of
    december = cutoffs.draft(example.world.commune, periods.of("month", 2026, 12, 14), LATER)
    late = {(each["row"], each["column"]): (each["was"], each["now"]) for each in december["late"]}
    assert late["CT4b", "asked"] == (9, 10)
    assert late["CT4b", "yes"] == (6, 7)
    assert {each["period"] for each in december["late"]} == {"2026-11"}
    assert cell(december["tables"]["1"], "CT4b", "before") == of_100(6, 14)  # as it was closed


LIVE = {  # on 16/11: as in Biểu 1, and Sơn, who has the skills, a phone and an account, and did not say that he learned
    "CT3": (14, 9, 4),
    "CT4a": (14, 10, 7),
    "CT4b": (14, 10, 7),
    "CT7": (11, 4, 2),
}


def test_the_progress_page_says_the_same_and_what_came_since(example, as_):
    """Each target's own part of the live page has its numbers, its coverage and both rates."""
    page = as_("sara").get("/progress/HL").text
    for code, (whole, asked, yes) in LIVE.items():
        shown = " ".join(page[page.index(f'id="{code}"') :].split())[:3000]
        rates = [of_100(asked, whole), of_100(yes, asked), of_100(yes, whole)]
        numbers = [vi.number(number) for number in (whole, asked, yes)] + [vi.percent(rate) for rate in rates]
        assert [number for number in numbers if number not in shown] == [], code

"""One believable commune for trying out, screenshots and tests: `fill()` puts it into an empty, migrated database.

Rows are written in bulk, which the verbs could not do in seconds, and are what the verbs would have left behind.
The same seed and day make the same people, answers and visits. Everybody in it is invented.
"""

import random
import uuid
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from peewee import chunked

import indicators
import moves
import needs
import plan
import quality
import vi
from classes import sessions
from models import (
    Area,
    Attendance,
    Consent,
    Course,
    Device,
    Event,
    Figure,
    Household,
    Invitation,
    Learned,
    Meeting,
    Move,
    Repeat,
    Resident,
    Setting,
    Support,
    Tally,
    User,
    Visit,
    db,
    fn,
    merge_answers,
    now,
    search_text,
)
from terms import ABSENT, GONE, LEFT, NON_ANSWERS, ROLES

COUNTED_ON, COUNTED_BY = date(2026, 10, 1), "Công an xã"
LISTS_CAME = timedelta(days=150)
LISTED = 0.85  # the share of the official households that the imported lists hold
# code, name, former commune, households, aged 18+, aged 16+, share of doors knocked on, how able, volunteers
VILLAGES = [
    ("TH01", "Thôn 1", "Thạch Hòa", 412, 1105, 1160, 0.79, 0.05, "Kiều Thị Ngân, Cấn Văn Duy"),
    ("TH02", "Thôn 2", "Thạch Hòa", 388, 1012, 1066, 0.77, 0.03, "Nguyễn Thị Hồng Thắm"),
    ("TH03", "Thôn 3", "Thạch Hòa", 365, 987, 1041, 0.78, 0.04, "Khuất Duy Hưng"),
    ("TH04", "Thôn 4", "Thạch Hòa", 402, 1088, 1149, 0.62, 0.02, "Phùng Thị Thu Hà"),
    ("TH05", "Thôn 5", "Thạch Hòa", 376, 1003, 1054, 0.79, 0.03, "Vương Thị Ánh"),
    ("TX01", "Thôn Trại Mới", "Tiến Xuân", 291, 801, 846, 0.66, -0.02, "Bùi Văn Quyền"),
    ("TX02", "Thôn Nhòn", "Tiến Xuân", 187, 502, 531, 0.01, -0.08, "Bạch Thị Lý"),
    ("TX03", "Thôn Đồng Dâu", "Tiến Xuân", 233, 640, 672, 0.44, -0.12, "Đinh Công Tuyên"),
    ("TX04", "Thôn Bãi Dài", "Tiến Xuân", 305, 822, 870, 0.76, -0.07, "Quách Thị Hiền"),
    ("TX05", "Thôn Miễu", "Tiến Xuân", 214, 577, 611, 0.72, -0.03, "Bùi Thị Mến"),
    ("BY01", "Thôn Yên Mỹ", "Bình Yên", 341, 930, 979, 0.79, 0.04, "Đỗ Thị Lan, Chu Mạnh Hà"),
    ("BY02", "Thôn 4", "Bình Yên", 298, 803, 851, 0.75, 0.0, "Phí Đình Khoa"),
]
ACCOUNTS = {  # role: name, area
    "volunteer": ("Nguyễn Thị Lan", "TH04"),
    "lead": ("Khuất Văn Bình", "TH04"),
    "host": ("Cấn Thị Minh Nguyệt", "TH04"),
    "unit": ("Lê Thị Thu Trang", "HOALAC"),
    "staff": ("Đỗ Quang Huy", "HOALAC"),
    "admin": ("Trần Thị Vân Anh", "HOALAC"),
}
# topic, village, days from today of each meeting, local hour (None: it began ten minutes ago), who comes
CLASSES = [
    ("vneid", "TH04", (0,), None, 13),
    ("smartphone", "TH04", (-22, -15, -8), 19, 21),
    ("services", "TH01", (-34, -27), 19, 24),
    ("payment", "BY01", (-18, -11, 3), 20, 18),
    ("safety", "TH05", (-16,), 19, 32),
    ("market", "TX04", (-9, 5), 8, 15),
    ("vneid", "TX03", (1,), 19, 0),
    ("payment", "TH04", (4, 11), 19, 0),
]
LANES = "Xóm Đình,Ngõ 1,Ngõ 2,Xóm Suối,Ngõ 12/3,Xóm Trại,Đội 4,Xóm Đồi,Ngõ Giếng,Xóm Chùa,Đội 7,Ngõ 5".split(",")
BOARDING_HOUSES = {"TH04": "Khu nhà trọ ông Bình", "TX01": "Khu nhà trọ bà Hợi"}
ROOMS = 28

FAMILIES = {
    "Nguyễn": 30, "Trần": 7, "Lê": 7, "Phạm": 5, "Hoàng": 4, "Vũ": 4, "Đỗ": 5, "Bùi": 7, "Đặng": 3, "Dương": 3,
    "Khuất": 5, "Kiều": 5, "Cấn": 5, "Phùng": 4, "Hà": 2, "Vương": 3, "Chu": 2, "Phí": 3, "Đinh": 4, "Quách": 3,
    "Bạch": 2,
}  # fmt: skip
# born before, then for each sex: middle names, given names
NAMES = [
    (1962, {
        "m": ("Văn,Văn,Văn,Đình,Hữu,Bá,Xuân,Công", "Bình,Chiến,Cường,Dần,Hòa,Hợi,Hùng,Lộc,Mão,Nghĩa,Ngọ,Phúc,Quý,Sáu,"
              "Sửu,Tân,Thắng,Thìn,Thọ,Tý,Vinh,Khải,Bảy,Toàn,Đạt"),
        "f": ("Thị,Thị,Thị,Thị,Thị Kim", "Bưởi,Chanh,Cúc,Đào,Gái,Hảo,Hợi,Hiên,Hoan,Lành,Lý,Mận,Mùi,Nhài,Nụ,Oanh,Sen,"
              "Sửu,Tâm,Thảo,Thơm,Tý,Xuân,Yên,Ba,Én"),
    }),
    (1990, {
        "m": ("Văn,Văn,Đình,Đức,Quang,Hữu,Xuân,Mạnh,Ngọc,Thế", "Anh,Chung,Cường,Dũng,Duy,Hà,Hải,Hiếu,Hoàng,Hưng,Kiên,"
              "Long,Mạnh,Nam,Phương,Quân,Sơn,Thành,Thắng,Tiến,Toản,Trung,Tú,Tuấn,Tùng,Việt"),
        "f": ("Thị,Thị,Thị Thu,Thị Minh,Thị Hồng,Thị Thanh,Thị Kim", "Bích,Dung,Giang,Hà,Hạnh,Hằng,Hiền,Hoa,Hường,"
              "Huệ,Lan,Liên,Loan,Mai,Nga,Ngân,Nguyệt,Nhung,Phượng,Quyên,Thúy,Thủy,Tuyết,Vân,Yến"),
    }),
    (9999, {
        "m": ("Đức,Minh,Quang,Tuấn,Duy,Hoàng,Anh,Gia,Mạnh,Quốc", "An,Bách,Cường,Đạt,Đức,Dương,Hiếu,Hoàng,Huy,Khánh,"
              "Khôi,Kiên,Lâm,Long,Minh,Nam,Nghĩa,Phong,Phúc,Quân,Sơn,Thái,Tùng,Việt"),
        "f": ("Thị,Thị Thu,Thị Ngọc,Khánh,Phương,Ngọc,Thu,Minh,Thùy,Thanh", "Anh,Chi,Diệp,Dung,Giang,Hà,Hân,Hiền,"
              "Huyền,Hương,Lan,Linh,Ly,Mai,My,Nga,Ngọc,Nhi,Như,Oanh,Quỳnh,Thảo,Trà,Trang,Uyên,Vy"),
    }),
]  # fmt: skip
MOBILE = "032,033,034,035,036,037,038,039,086,096,097,098,081,082,083,088,091,094,090,093,070,079".split(",")

# younger than, then the chance of an own smartphone, a payment account, signing in to VNeID, doing a skill alone
ABILITIES = [
    (30, 0.98, 0.97, 0.93, 0.93),
    (45, 0.97, 0.97, 0.91, 0.88),
    (60, 0.88, 0.91, 0.78, 0.68),
    (70, 0.60, 0.66, 0.50, 0.36),
    (80, 0.30, 0.36, 0.22, 0.10),
    (999, 0.02, 0.12, 0.03, 0.01),
]
HARDER = {"k1": 0.1, "k2": 0.0, "k3": 0.03, "k4": -0.02, "k5": -0.15, "k6": -0.02, "k7": -0.06}
LAST_KNOCK = {"done": 845, "partial": 50, "not_home": 40, "call_back": 22, "refused": 28, "moved": 10, "vacant": 5}
ASKED = ("done", "partial")
NOTES = ("Gọi cổng sau", "Buổi tối mới có nhà", "Nhà có chó, gọi trước", "Hẹn qua con gái", "Đi làm ca, về sau 18 giờ")
HOW = {"self": 58, "family": 9, "host": 23, "paper": 10}


class Home(NamedTuple):
    """A household before it is written: its row, the rows of its people and visits, and how able its village is."""

    row: Household
    people: list
    visits: list
    lift: float


def fill(today=None, seed=1):
    """Fill an empty, migrated database with the demo commune, as of `today` at ten o'clock (the present moment).

    Marks the database as the demo's own; one so marked is left as it is. RuntimeError for one that holds anything else.
    """
    if Setting.read("demo") == "yes":
        return
    if User.select().exists() or Area.select().exists():
        raise RuntimeError("This database is in use and not a demo: name an empty one for the demo.")
    rng, moment = random.Random(seed), vi.utc(datetime.combine(today, time(10))) if today else now()
    with db.atomic():
        Setting.write("demo", "yes")
        areas = _areas()
        users = _users(areas)
        homes = [home for facts in VILLAGES for home in _village(rng, facts, areas[facts[0]], users, moment)]
        looks, kindness = random.Random(f"{seed} second looks"), random.Random(f"{seed} help")
        _contradict(looks, homes, users)
        _say_more(kindness, homes)
        _write(homes, moment)
        _help(kindness, homes, users, moment)
        _phones(looks, users, moment)
        _repeats(looks, users, moment)
        for facts in CLASSES:
            _course(rng, facts, areas, users, homes, moment)
        _more_courses(areas, users, moment)
        for course in Course.select().where(Course.area == areas["TH04"]).order_by(Course.id):
            _invite(random.Random(7), course, moment)
        _afterwards(random.Random(8), moment)
        _moves(random.Random(f"{seed} moves"), areas["TH04"], users["TH04"], moment)
        Attendance.update(received_at=Attendance.happened_at).execute()


def _moves(rng, village, users, moment):
    """What changed in a village since: who left, died and came back, a son who lives apart, and one mistake undone."""
    families = [home for home in Household.below(village).order_by(Household.code_key) if home.state == "done"]
    families = [home for home in families if home.living().count() >= 4]
    kinds = ("away", "died", "moved", "back", "undone", "split", "household")
    for kind, home in zip(kinds, families[::9], strict=False):
        people, by = list(home.living()), rng.choice(users)
        told = {"by": by, "uid": _uid(rng), "happened_at": moment - timedelta(days=rng.randint(2, 40))}
        if kind == "split":
            new = moves.split(home, people[2:3], people[2], **told).to
            Household.update(uid=_uid(rng)).where(Household.id == new.id).execute()
        elif kind == "household":
            moves.to_household(people[-1], families[1], **told)
        else:
            move = moves.leave(people[0 if kind == "died" else -1], kind if kind in LEFT else "away", **told)
            if kind == "back":
                moves.come_back(people[-1], by, uid=_uid(rng), happened_at=moment - timedelta(days=1))
            if kind == "undone":
                moves.undo(move, by)
    Move.update(received_at=Move.happened_at).execute()


def _areas():
    city = Area.add("city", "Hà Nội", "HANOI")
    areas = {"HOALAC": Area.add("commune", "Xã Hòa Lạc", "HOALAC", city)}
    for code, name, former, households, adults, over16, *_ in VILLAGES:
        areas[code] = Area.add("village", name, code, areas["HOALAC"], former)
        for key, value in (("households", households), ("adults", adults), ("over16", over16)):
            Figure.put(areas[code], key, value, COUNTED_ON, COUNTED_BY)
    return areas


def _users(areas):
    """`{"demo-lead": User}`, and under each village's code the list of those who visit there."""
    users = defaultdict(list)
    for role in ROLES:
        name, code = ACCOUNTS[role]
        users[f"demo-{role}"] = User.add(f"demo-{role}", name, role, areas[code])
    users["TH04"] = [users["demo-volunteer"], users["demo-volunteer"], users["demo-lead"]]
    for code, *_, names in VILLAGES:
        for number, name in enumerate(names.split(", "), 1):
            users[code].append(User.add(f"{code}-{number}", name, "volunteer", areas[code]))
    return users


def _village(rng, facts, area, users, moment):
    code, _, _, official, *_, visited, lift, _ = facts
    lanes = sorted(rng.sample(LANES, 5), key=vi.sort_key)
    number = round(official * LISTED)
    rooms = ROOMS if code in BOARDING_HOUSES else 0
    homes = []
    for n in range(number):
        lane = BOARDING_HOUSES[code] if n >= number - rooms else lanes[n * len(lanes) // (number - rooms)]
        homes.append(_home(rng, area, f"{n + 1:03d}", lane, n >= number - rooms, lift))
    _knock(rng, homes, visited, users[code], moment)
    return homes


def _home(rng, area, code, lane, rented, lift):
    row = Household(uid=_uid(rng), village=area.id, code=code, code_key=vi.sort_key(code), lane=lane)
    row.dwelling = "boarding" if rented else "house"
    members = list(_lodgers(rng) if rented else _family(rng))
    people = [_resident(rng, position, *member) for position, member in enumerate(members)]
    parents = sum(22 <= plan.active.year - person.birth_year <= 42 for person in people)
    row.children_0_5 = rng.choice((0, 0, 1, 1, 2)) if parents else 0
    row.children_6_15 = rng.choice((0, 1, 1, 2)) if parents else rng.choice((0, 0, 0, 1))
    return Home(row, people, [], lift)


def _family(rng):
    """(relation, sex, age, family name) of those aged 16 and over, in the order a list has them."""
    age, sex, name = int(rng.triangular(27, 86, 50)), rng.choice("mmmmf"), _pick(rng, FAMILIES)
    yield "head", sex, age, name
    if rng.random() < (0.88 if age < 70 else 0.55):
        yield "spouse", "f" if sex == "m" else "m", max(20, age - round(rng.gauss(2, 3))), _pick(rng, FAMILIES)
    for child in sorted((age - rng.randint(21, 36) for _ in range(rng.choice((1, 2, 2, 2, 3)))), reverse=True):
        if child < plan.active.resident_age or rng.random() < (0.1 if child < 24 else 0.42):
            continue
        gender = rng.choice("mmf")
        yield "child", gender, child, name
        if gender == "m" and child > 25 and rng.random() < 0.6:
            yield "other", "f", child - rng.randint(0, 4), _pick(rng, FAMILIES)
    if age >= 64 and rng.random() < 0.3:
        yield "grandchild", rng.choice("mf"), rng.randint(16, min(24, age - 44)), name
    if age < 63 and rng.random() < 0.2:
        mother = rng.random() < 0.75
        yield "parent", "f" if mother else "m", age + rng.randint(20, 31), _pick(rng, FAMILIES) if mother else name


def _lodgers(rng):
    for n in range(rng.choice((1, 1, 2, 2, 3))):
        yield "other" if n else "head", rng.choice("mf"), rng.randint(18, 34), _pick(rng, FAMILIES)


def _resident(rng, position, relation, sex, age, family=None):
    person = Resident(uid=_uid(rng), position=position)
    given = {"birth_year": plan.active.year - age, "sex": sex, "relation": relation}
    if family:
        given["name"] = _name(rng, sex, given["birth_year"], family)
    if relation == "head" and rng.random() < 0.72:
        given["phone"] = rng.choice(MOBILE) + f"{rng.randrange(10**7):07d}"
    person.set_identity(given)
    return person


def _name(rng, sex, born, family):
    if sex == "f" and born < 1955 and rng.random() < 0.06:
        return f"{family} Thị"
    middles, givens = next(names[sex] for before, names in NAMES if born < before)
    return f"{family} {rng.choice(middles.split(','))} {rng.choice(givens.split(','))}"


def _knock(rng, homes, share, visitors, moment):
    """Visit that share of the doors, lane after lane with some left out, up to yesterday evening."""
    first_evening = share < 0.05  # the team has only begun, at two small households
    doors = [home for home in homes if len(home.people) <= 2] if first_evening else homes
    order = sorted(range(len(doors)), key=lambda n: n / len(doors) + rng.gauss(0, 0.15))[: round(share * len(homes))]
    yesterday = datetime.combine(vi.local(moment).date() - timedelta(days=1), time(0))
    for place, n in enumerate(order):
        days = round(rng.randint(90, 130) * (1 - place / len(order)))
        hour, minute = rng.choice((8, 15, 17, 18, 18, 19)), rng.randrange(60)
        at = yesterday + timedelta(days=-days, hours=hour, minutes=minute)
        outcome = "done" if first_evening else _pick(rng, LAST_KNOCK)
        if doors[n].row.dwelling == "boarding" and place % 5 == 0:
            outcome = "boarding"
        before = rng.choices(("", "not_home", "call_back"), (78, 17, 5))[0]
        if before:
            _visit(rng, doors[n], before, vi.utc(at - timedelta(days=rng.randint(2, 9))), rng.choice(visitors))
        _visit(rng, doors[n], outcome, vi.utc(at), rng.choice(visitors))


def _visit(rng, home, outcome, at, by):
    """One knock, taken as `Household.receive` takes it."""
    answers = _household_answers(rng, home) if outcome in ASKED else {}
    people = _ask(rng, home, outcome, at) if outcome in ASKED else []
    row = home.row
    row.state, row.visited_at = outcome, at
    row.attempts += outcome in ABSENT
    if outcome == "call_back":
        row.call_back_on = vi.local(at).date() + timedelta(days=3 + row.attempts)
        row.call_back_part = "evening"
    if outcome in (*ASKED, "refused"):
        row.agreed = outcome != "refused"
    merge_answers(row, answers, at)
    delay = timedelta(minutes=rng.randint(1, 9)) if rng.random() < 0.9 else timedelta(hours=rng.randint(2, 4))
    content = {"answers": answers, "people": people}
    visit = Visit(uid=_uid(rng), user=by.id, happened_at=at, received_at=at + delay, outcome=outcome, content=content)
    visit.look()
    home.visits.append(visit)


def _ask(rng, home, outcome, at):
    """What a visit tells of each person; the answers go to the people too. Some have newcomers without a name."""
    listed = len(home.people)
    if outcome == "done" and rng.random() < 0.04:
        home.people.append(_resident(rng, listed, "other", rng.choice("mf"), rng.randint(18, 40)))
    told, skills = [], rng.random() < 0.52
    for person in home.people if outcome == "done" else home.people[: (listed + 1) // 2]:
        person.proxy = person.name is None or person.position > 0 and rng.random() < 0.2
        answers = _answers(rng, person, home.lift, skills)
        merge_answers(person, answers, at)
        new = {} if person.name else {"birth_year": person.birth_year, "sex": person.sex}
        told.append({"uid": person.uid, "answers": answers, "proxy": person.proxy, **new})
    return told


def _household_answers(rng, home):
    return {
        "internet": "yes" if rng.random() < 0.9 + home.lift else "no",
        "trading": rng.choices(("no", "with_qr", "without_qr"), (82, 12, 6))[0],
        "children_6_15": home.row.children_6_15,
        "children_0_5": home.row.children_0_5,
    }


def _answers(rng, person, lift, skills):
    """A person's answers: one luck for all questions, so that who has a smartphone mostly has the rest too."""
    age = plan.active.year - person.birth_year
    chances = next(row[1:] for row in ABILITIES if age < row[0])
    luck = rng.random() - lift
    has_phone, has_account, signs_in, skill = (luck + rng.gauss(0, 0.06) < chance for chance in chances)
    without = rng.choices(("shared", "keypad", "none"), (3, 6, 1) if age < 80 else (1, 5, 4))[0]
    answers = {
        "phone": "own" if has_phone else without,
        "account": _accounts(rng, has_account and age >= 17, age),
        "vneid": "can_sign_in" if signs_in else rng.choices(("cannot_sign_in", "none"), (6, 4))[0],
        "needs": _needs(rng, has_account, signs_in, skill),
    }
    if rng.random() < 0.03:
        answers[rng.choice(("phone", "account", "vneid"))] = rng.choice(NON_ANSWERS)
    if skills and age >= plan.active.adult_age:
        answers["learned"] = "yes" if rng.random() < (0.3 if skill else 0.08) else "no"
        answers["taught"] = "yes" if skill and rng.random() < 0.6 else "no"
        answers["account_use"] = ("alone" if skill else "helped") if has_account else "no"
        for key, easier in HARDER.items():
            room = chances[3] + easier + 0.03 - luck + rng.gauss(0, 0.1)
            answers[key] = "alone" if room > 0 else "helped" if room > -0.16 else "no"
    return answers


def _accounts(rng, has_any, age):
    if not has_any:
        return ["none"]
    wallet, mobile = rng.random() < (0.5 if age < 40 else 0.15), rng.random() < 0.06
    bank = rng.random() < 0.93 or not (wallet or mobile)
    return [key for key, has in (("bank", bank), ("wallet", wallet), ("mobile", mobile)) if has]


def _needs(rng, has_account, signs_in, skill):
    wanted = {"vneid": signs_in, "services": rng.random() < 0.85, "payment": has_account or rng.random() < 0.3,
              "safety": rng.random() < 0.88, "smartphone": skill or rng.random() < 0.5}  # fmt: skip
    return [key for key, fine in wanted.items() if not fine and rng.random() < 0.7] or ["none"]


def _say_more(rng, homes):
    """What visitors asked besides: whether to remind of classes, and a note for who comes next."""
    for home in homes:
        if home.row.agreed:
            home.row.reminders = rng.choices((True, False, None), (55, 6, 39))[0]
        if home.row.reminders is False:
            for person in home.people:
                person.phone = None
        if home.visits and rng.random() < 0.05:
            home.row.note = home.visits[-1].note = rng.choice(NOTES)


def _help(rng, homes, users, moment):
    """Help at the doors with what people needed, and at the public-service point to people nobody wrote down."""
    ids = dict(Resident.select(Resident.uid, Resident.id).tuples())
    topics = {need: topic.key for topic in reversed(plan.active.help_topics) for need in topic.needs}
    rows = []
    for home in homes:
        for person in home.people if home.row.state == "done" else ():
            needs = [need for need in person.answers.get("needs", ()) if need in topics]
            if needs and rng.random() < 0.12:
                last, topic = home.visits[-1], topics[rng.choice(needs)]
                rows.append(_support(rng, topic, "home", home.row.village_id, last.user_id, last.happened_at))
                rows[-1].resident = ids[person.uid]
    staff = users["demo-staff"]
    for _ in range(140):
        at = moment - timedelta(days=rng.randint(1, 90), minutes=rng.randint(0, 400))
        rows.append(_support(rng, rng.choice(("vneid", "services", "services")), "point", staff.area_id, staff.id, at))
    _insert(Support, sorted(rows, key=lambda row: row.happened_at))


def _support(rng, topic, place, area, user, at):
    minutes = rng.choice((5, 15, 15, 30, 60))
    return Support(
        uid=_uid(rng), topic=topic, minutes=minutes, place=place, area=area, user=user, happened_at=at, received_at=at
    )


def _write(homes, moment):
    """Insert the households with everything of theirs, and the tallies they add up to."""
    for home in homes:
        home.row.created_at = moment - LISTS_CAME
        _finish(home)
    _insert(Household, [home.row for home in homes])
    ids = dict(Household.select(Household.uid, Household.id).tuples())
    for home in homes:
        for row in (*home.people, *home.visits):
            row.household = ids[home.row.uid]
    visits = sorted((visit for home in homes for visit in home.visits), key=lambda visit: visit.received_at)
    _insert(Resident, [person for home in homes for person in home.people])
    _insert(Visit, visits)
    _insert(Consent, [_consent(visit) for visit in visits if visit.outcome in (*ASKED, "refused")])
    asked = [home for home in homes if home.row.reminders is not None]
    _insert(Consent, [_consent(home.visits[-1], "reminders", home.row.reminders) for home in asked])
    _insert(Tally, _tallies(homes))
    uids = {number: uid for uid, number in ids.items()}
    _insert(Event, [_received(visit, uids) for visit in visits])


def _insert(table, rows):
    # The first row of insert_many decides the columns, so every row names them all.
    columns = [name for name in table._meta.sorted_field_names if name != "id"]
    for batch in chunked(rows, 800):
        table.insert_many([{name: row.__data__.get(name) for name in columns} for row in batch]).execute()


def _finish(home):
    """What `Household.refresh` derives, for people none of whom has been to a class yet."""
    row = home.row
    row.head_name = home.people[0].name
    row.search, row.lane_key = search_text(row.code, row.lane, home.people), vi.sort_key(row.lane)
    people = [{"birth_year": p.birth_year, "answers": p.answers, "attended": False} for p in home.people]
    facts = {"counts": row.state not in GONE, "visited": row.state != "todo", "done": row.state == "done"}
    row.contribution = indicators.contribution({**facts, "people": people}, plan.active)


def _tallies(homes):
    sums = defaultdict(lambda: [0, 0, 0])
    for home in homes:
        for code, counts in home.row.contribution.items():
            key = home.row.village_id, code
            sums[key] = [sum(pair) for pair in zip(sums[key], counts, strict=True)]
    year = plan.active.year
    return [Tally(village=v, year=year, code=code, listed=n, asked=a, yes=y) for (v, code), (n, a, y) in sums.items()]


def _consent(visit, purpose="survey", given=None):
    given = visit.outcome != "refused" if given is None else given
    return Consent(
        household=visit.household_id, purpose=purpose, given=given, user=visit.user_id,
        text_version=plan.active.notice_version, given_at=visit.happened_at, recorded_at=visit.received_at,
    )  # fmt: skip


def _received(visit, uids):
    answers, people = visit.content["answers"], visit.content["people"]
    data = {"visit": visit.uid, "outcome": visit.outcome, "fields": sorted(answers), "people": len(people)}
    return Event(
        at=visit.received_at, user=visit.user_id, verb="visit.received", kind="household",
        subject=uids[visit.household_id], data=data,
    )  # fmt: skip


def _contradict(rng, homes, users):
    """In three homes of Thôn 4 somebody else had asked the same evening, and was told something else."""
    team = {user.id for user in users["TH04"]}
    asked = [home for home in homes if home.visits and home.row.state == "done" and home.visits[-1].user_id in team]
    for home in rng.sample([home for home in asked if home.people[0].answers.get("phone") == "own"], 3):
        last = home.visits[-1]
        other = next(user for user in users["TH04"] if user.id != last.user_id)
        told = [{"uid": home.people[0].uid, "answers": {"phone": "none", "vneid": "none"}, "proxy": False}]
        before = {"answers": {}, "people": told}
        at = last.happened_at - timedelta(minutes=rng.randint(20, 90))
        visit = Visit(uid=_uid(rng), user=other.id, happened_at=at, received_at=at, outcome="partial", content=before)
        visit.look()
        home.visits.insert(-1, visit)


def _phones(rng, users, moment):
    """The phone of each account that has visited: most have sent all they made; one was lost and taken out of use."""
    counts = dict(Visit.select(Visit.user, fn.COUNT(Visit.id)).group_by(Visit.user).tuples())
    for user in User.select().where(User.id.in_(list(counts))).order_by(User.id):
        made, holds = counts[user.id], {"missing": [], "waiting": []}
        seen = moment - timedelta(hours=rng.randint(1, 60))
        if user == users["demo-volunteer"]:
            _phone(rng, user, made - 30, moment - timedelta(days=40), missing=[12, 13], revoked_at=moment)
            made = 33
            holds = {"missing": [7, 32, 33], "waiting": [32, 33]}
        elif user.username == "TH04-1":
            holds = {"missing": [21], "explained": [21]}
        elif rng.random() < 0.2:
            holds = {"missing": [made - 1, made], "waiting": [made - 1, made]}
        _phone(rng, user, made, seen, **holds)


def _phone(rng, user, made, seen, **holds):
    device = Device(uid=_uid(rng), user=user, last_user=user, made=made, version="0.2.0", seen_at=seen, **holds)
    device.first_seen_at = seen - timedelta(days=30 if device.revoked_at is None else 60)
    device.save(force_insert=True)
    Event.log("device.added", device, user)
    if device.revoked_at:
        Event.log("device.revoked", device, User.get(User.username == "demo-lead"))


def _repeats(rng, users, moment):
    """Four in five of the drawn visits were asked again, and most people said the same."""
    options = {q.key: [option.key for option in q.options] for q in plan.active.person_questions}
    rows = []
    for visit in Visit.select().where(Visit.asked > 0).order_by(Visit.id):
        if not quality.drawn(visit.uid) or rng.random() < 0.2:
            continue
        by = users["demo-staff"] if visit.user_id == users["demo-lead"].id else users["demo-lead"]
        for person, told in quality.people_to_ask(visit):
            first = {key: told[key] for key in quality.ASKED_AGAIN if key in told}
            other = {key: rng.choice(options[key]) for key in first}
            other |= {"account": [other["account"]]} if "account" in other else {}
            again = {key: answer if rng.random() < 0.92 else other[key] for key, answer in first.items()}
            at = min(moment, visit.happened_at + timedelta(days=rng.randint(3, 12)))
            rows.append(Repeat(visit=visit, resident=person, first=first, answers=again, user=by, at=at))
    Repeat.insert_all(rows)


def _course(rng, facts, areas, users, homes, moment):
    """Open a class, and check in those who came: mostly the same villagers each time, and a few from elsewhere."""
    topic, code, days, hour, turnout = facts
    host, village = users["demo-host" if code == "TH04" else "demo-staff"], areas[code]
    times = [_hours(moment, day, hour) for day in days]
    title, place = plan.active.topic(topic).name.vi, f"Nhà văn hóa {village.name}"
    audience = "traders" if topic == "market" else "residents"
    course = Course.open(host, village, topic, title, place, times, _uid(rng), audience=audience)
    fitting = [
        person
        for home in homes if home.row.village_id == village.id and home.row.state not in GONE
        for person in home.people if person.name and 1944 < person.birth_year < 1996
    ]  # fmt: skip
    learners = [Resident.get(Resident.uid == person.uid) for person in rng.sample(fitting, turnout)]
    for meeting in course.schedule():
        if meeting.starts_at > moment:
            continue
        here = [learner for learner in learners if rng.random() < 0.85]
        for learner in here:
            _check_in(rng, meeting, host, moment, learner.name, resident=learner)
        for _ in range(rng.randint(1, 3)):
            born, sex = rng.randint(1945, 1990), rng.choice("mff")
            _check_in(rng, meeting, host, moment, _name(rng, sex, born, _pick(rng, FAMILIES)), birth_year=born)
        if meeting.ends_at < moment:
            meeting.count_heads(Attendance.present(meeting).count() + rng.randint(0, 3), host)


def _invite(rng, course, moment):
    """Invite some of those who came and some who did not come yet; most slips are handed over by now."""
    need, starts = plan.active.topic(course.topic).needs[0], course.schedule()[0].starts_at
    waiting = [person for person in needs.people(course.area, need) if person.name]
    came = Attendance.select(Attendance.resident).join(Meeting).where(Meeting.course == course)
    agreed = Household.agreed == True
    here = list(Resident.select().join(Household).where(Resident.id.in_(came), agreed).order_by(Resident.id))
    invited = Invitation.invite(course, here[:9] + rng.sample(waiting, min(len(waiting) // 2, 15)), need, course.host)
    for row in invited:
        row.invited_at = min(moment, starts) - timedelta(days=4, minutes=rng.randint(0, 600))
        if starts < moment or rng.random() < 0.6:
            row.handed_at = row.invited_at + timedelta(days=rng.randint(1, 3))
        row.store_changes()


def _more_courses(areas, users, moment):
    """Two evenings a week with a co-host and one called off; a unit's staff; pupils, who are only counted."""
    rng, day = random.Random(6), vi.local(moment).date()
    host, staff, commune = users["demo-host"], users["demo-staff"], areas["HOALAC"]

    def opened(by, area, topic, place, days, hour, **more):
        times = [_hours(moment, day, hour) for day in days]
        return Course.open(by, area, topic, plan.active.topic(topic).name.vi, place, times, _uid(rng), **more)

    evenings = [n for n in range(2, 30) if (day + timedelta(days=n)).weekday() in (1, 3)]
    place, helped = "Nhà văn hóa Thôn 4", [users["demo-volunteer"]]
    course = opened(host, areas["TH04"], "safety", place, evenings, 19, capacity=25, cohosts=helped)
    sessions.cancel(course.schedule()[2], host, "Mất điện theo lịch")
    place, more = "Hội trường UBND xã", {"audience": "staff", "unit": "culture", "capacity": 30}
    course = opened(staff, commune, "staff", place, (-20, -13, -6, 8), 8, **more)
    team = [(_name(rng, sex, 1974 + 3 * n, _pick(rng, FAMILIES)), 1974 + 3 * n) for n, sex in enumerate("ffmfmmff")]
    for meeting in course.schedule()[:3]:
        for name, born in rng.sample(team, 7):
            _check_in(rng, meeting, staff, moment, name, birth_year=born)
        meeting.count_heads(7, staff)
    more = {"audience": "pupils", "unit": "thach_hoa_secondary"}
    course = opened(staff, areas["TH01"], "safety", "Trường THCS Thạch Hòa", (-12, -5, 2), 14, **more)
    for meeting in course.schedule()[:2]:
        meeting.count_heads(rng.randint(31, 36), staff)


def _afterwards(rng, moment):
    """What hosts did after their sessions: marked who can do it now, and joined some who typed their name otherwise.

    Some of today's are still to be joined, and the next session asks for a word on the blackboard.
    """
    for course in Course.select().order_by(Course.id):
        past = [meeting for meeting in course.schedule() if meeting.starts_at < moment]
        for row in Attendance.present(past[-1]) if past and past[-1].ends_at < moment else ():
            for outcome in plan.active.topic(course.topic).outcomes:
                if row.resident and rng.random() < 0.45:
                    Learned.mark(course, row.resident, outcome, past[-1].ends_at, course.host)
    village = Area.get(Area.code == "TH04")
    meetings = list(Meeting.visible_to(User.named("demo-host")).order_by(Meeting.starts_at, Meeting.id))
    here = [meeting for meeting in meetings if meeting.begun(moment)]
    listed = Resident.below(village).where(Resident.name.is_null(False), Resident.birth_year.between(1945, 1975))
    strangers = rng.sample(list(listed.order_by(Resident.id)), 4)
    for meeting, resident in zip([here[-1], here[-1], here[-1], here[0]], strangers, strict=True):
        at = min(moment, meeting.starts_at + timedelta(minutes=rng.randint(-9, 8)))
        name = vi.fold(resident.name).title() if rng.random() < 0.5 else resident.name.upper()
        year = resident.birth_year + rng.choice((-1, 1))
        row, _ = Attendance.check_in(meeting, _uid(rng), "self", name, year, village, happened_at=at)
        if meeting == here[0]:
            row.join(resident, meeting.course.host)
    meetings[len(here)].set_word("Hoa gạo", meetings[len(here)].course.host)


def _hours(moment, day, hour):
    starts = moment - timedelta(minutes=10)
    if hour is not None:
        starts = vi.utc(datetime.combine(vi.local(moment).date() + timedelta(days=day), time(hour)))
    return starts, starts + timedelta(minutes=90)


def _check_in(rng, meeting, host, moment, name, birth_year=None, resident=None):
    how = _pick(rng, HOW)
    at = min(moment, meeting.starts_at + timedelta(seconds=rng.randint(-1500, 900)))
    by = host if how in ("host", "paper") else None
    Attendance.check_in(meeting, _uid(rng), how, name, birth_year, resident=resident, by=by, happened_at=at)


def _uid(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _pick(rng, weights):
    return rng.choices(list(weights), weights.values())[0]

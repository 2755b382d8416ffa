"""The households and their people as the imported lists hold them, before anybody knocked."""

from typing import NamedTuple

import plan
import vi
from demo.chance import pick, uid
from models import Household, Resident

LISTED = 0.85  # the share of the official households that the imported lists hold
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


class Home(NamedTuple):
    """A household before it is written: its row, the rows of its people and visits, and how able its village is."""

    row: Household
    people: list
    visits: list
    lift: float


def make_homes(rng, village, area):
    """The homes that a village's list holds, lane after lane; those of a boarding house come last."""
    lanes = sorted(rng.sample(LANES, 5), key=vi.sort_key)
    number = round(village.households * LISTED)
    rooms = ROOMS if village.code in BOARDING_HOUSES else 0
    homes = []
    for n in range(number):
        rented = n >= number - rooms
        lane = BOARDING_HOUSES[village.code] if rented else lanes[n * len(lanes) // (number - rooms)]
        homes.append(_home(rng, area, f"{n + 1:03d}", lane, rented, village.lift))
    return homes


def _home(rng, area, code, lane, rented, lift):
    row = Household(uid=uid(rng), village=area.id, code=code, code_key=vi.sort_key(code), lane=lane)
    row.dwelling = "boarding" if rented else "house"
    members = list(_lodgers(rng) if rented else _family(rng))
    people = [make_resident(rng, position, *member) for position, member in enumerate(members)]
    parents = sum(22 <= plan.active.year - person.birth_year <= 42 for person in people)
    row.children_0_5 = rng.choice((0, 0, 1, 1, 2)) if parents else 0
    row.children_6_15 = rng.choice((0, 1, 1, 2)) if parents else rng.choice((0, 0, 0, 1))
    return Home(row, people, [], lift)


def _family(rng):
    """(relation, sex, age, family name) of those aged 16 and over, in the order a list has them."""
    age, sex, name = int(rng.triangular(27, 86, 50)), rng.choice("mmmmf"), pick(rng, FAMILIES)
    yield "head", sex, age, name
    if rng.random() < (0.88 if age < 70 else 0.55):
        yield "spouse", "f" if sex == "m" else "m", max(20, age - round(rng.gauss(2, 3))), pick(rng, FAMILIES)
    for child in sorted((age - rng.randint(21, 36) for _ in range(rng.choice((1, 2, 2, 2, 3)))), reverse=True):
        if child < plan.active.resident_age or rng.random() < (0.1 if child < 24 else 0.42):
            continue
        gender = rng.choice("mmf")
        yield "child", gender, child, name
        if gender == "m" and child > 25 and rng.random() < 0.6:
            yield "other", "f", child - rng.randint(0, 4), pick(rng, FAMILIES)
    if age >= 64 and rng.random() < 0.3:
        yield "grandchild", rng.choice("mf"), rng.randint(16, min(24, age - 44)), name
    if age < 63 and rng.random() < 0.2:
        mother = rng.random() < 0.75
        yield "parent", "f" if mother else "m", age + rng.randint(20, 31), pick(rng, FAMILIES) if mother else name


def _lodgers(rng):
    for n in range(rng.choice((1, 1, 2, 2, 3))):
        yield "other" if n else "head", rng.choice("mf"), rng.randint(18, 34), pick(rng, FAMILIES)


def make_resident(rng, position, relation, sex, age, family=None):
    person = Resident(uid=uid(rng), position=position)
    identity = {"birth_year": plan.active.year - age, "sex": sex, "relation": relation}
    if family:
        identity["name"] = make_name(rng, sex, identity["birth_year"], family)
    if relation == "head" and rng.random() < 0.72:
        identity["phone"] = rng.choice(MOBILE) + f"{rng.randrange(10**7):07d}"
    person.set_identity(identity)
    return person


def make_name(rng, sex, born, family):
    if sex == "f" and born < 1955 and rng.random() < 0.06:
        return f"{family} Thị"
    middles, givens = next(names[sex] for before, names in NAMES if born < before)
    return f"{family} {rng.choice(middles.split(','))} {rng.choice(givens.split(','))}"

"""The villages of the demo commune with their official counts, and the accounts."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

import plan
from models import Area, Figure, Unit, User
from terms import FIGURES, ROLES

UNIT = "thach_hoa_primary"  # of the account of role unit
COUNTED_ON, COUNTED_BY = date(2026, 10, 1), "Công an xã"


class Village(NamedTuple):
    """A village: its official counts, the share of its doors knocked on, how able its people are, its volunteers."""

    code: str
    name: str
    former: str
    households: int
    adults: int
    over16: int
    visited: float
    lift: float
    volunteers: str


VILLAGES = [
    Village("TH01", "Thôn 1", "Thạch Hòa", 412, 1105, 1160, 0.79, 0.05, "Kiều Thị Ngân, Cấn Văn Duy"),
    Village("TH02", "Thôn 2", "Thạch Hòa", 388, 1012, 1066, 0.77, 0.03, "Nguyễn Thị Hồng Thắm"),
    Village("TH03", "Thôn 3", "Thạch Hòa", 365, 987, 1041, 0.78, 0.04, "Khuất Duy Hưng"),
    Village("TH04", "Thôn 4", "Thạch Hòa", 402, 1088, 1149, 0.62, 0.02, "Phùng Thị Thu Hà"),
    Village("TH05", "Thôn 5", "Thạch Hòa", 376, 1003, 1054, 0.79, 0.03, "Vương Thị Ánh"),
    Village("TX01", "Thôn Trại Mới", "Tiến Xuân", 291, 801, 846, 0.66, -0.02, "Bùi Văn Quyền"),
    Village("TX02", "Thôn Nhòn", "Tiến Xuân", 187, 502, 531, 0.01, -0.08, "Bạch Thị Lý"),
    Village("TX03", "Thôn Đồng Dâu", "Tiến Xuân", 233, 640, 672, 0.44, -0.12, "Đinh Công Tuyên"),
    Village("TX04", "Thôn Bãi Dài", "Tiến Xuân", 305, 822, 870, 0.76, -0.07, "Quách Thị Hiền"),
    Village("TX05", "Thôn Miễu", "Tiến Xuân", 214, 577, 611, 0.72, -0.03, "Bùi Thị Mến"),
    Village("BY01", "Thôn Yên Mỹ", "Bình Yên", 341, 930, 979, 0.79, 0.04, "Đỗ Thị Lan, Chu Mạnh Hà"),
    Village("BY02", "Thôn 4", "Bình Yên", 298, 803, 851, 0.75, 0.0, "Phí Đình Khoa"),
]
ACCOUNTS = {  # role: name, area
    "volunteer": ("Nguyễn Thị Lan", "TH04"),
    "lead": ("Khuất Văn Bình", "TH04"),
    "host": ("Cấn Thị Minh Nguyệt", "TH04"),
    "unit": ("Lê Thị Thu Trang", "HOALAC"),
    "staff": ("Đỗ Quang Huy", "HOALAC"),
    "admin": ("Trần Thị Vân Anh", "HOALAC"),
}


def add_areas():
    """The areas by their codes."""
    city = Area.add("city", "Hà Nội", "HANOI")
    areas = {"HOALAC": Area.add("commune", "Xã Hòa Lạc", "HOALAC", city)}
    for village in VILLAGES:
        area = areas[village.code] = Area.add("village", village.name, village.code, areas["HOALAC"], village.former)
        for key in FIGURES:
            Figure.put(area, key, getattr(village, key), COUNTED_ON, COUNTED_BY)
    Unit.follow(plan.active, areas["HOALAC"])
    return areas


def add_accounts(areas):
    """`{"demo-lead": User}`, and under each village's code the list of those who visit there."""
    users = defaultdict(list)
    for role in ROLES:
        name, code = ACCOUNTS[role]
        unit = Unit.get(Unit.key == UNIT) if role == "unit" else None
        users[f"demo-{role}"] = User.add(f"demo-{role}", name, role, areas[code], unit=unit)
    users["TH04"] = [users["demo-volunteer"], users["demo-volunteer"], users["demo-lead"]]
    for village in VILLAGES:
        code = village.code
        for number, name in enumerate(village.volunteers.split(", "), 1):
            users[code].append(User.add(f"{code}-{number}", name, "volunteer", areas[code]))
    return users

"""The units that staff added beside the plan's, whom to call in each, and the accounts of some."""

from typing import NamedTuple

from demo.chance import uid
from models import Unit, User


class Added(NamedTuple):
    """A unit beside the plan's, with the targets that it reports."""

    name: str
    kind: str
    reports: list
    grades: list
    contact: str
    phone: str


ADDED = [
    Added("Trường Tiểu học Bình Yên B", "school", ["CT1", "CT2"], list("12345"), "Cấn Thị Thu Hường", "0912000101"),
    Added("Công ty TNHH May Thạch Hòa", "enterprise", ["CT5"], [], "Đỗ Thị Thanh Nga", "0912000102"),
    Added("Công ty CP Vật liệu xây dựng Tiến Xuân", "enterprise", ["CT5"], [], "Vương Đình Long", "0912000103"),
    Added("Công ty TNHH Cơ khí Hòa Lạc", "enterprise", ["CT5"], [], "Kiều Văn Toản", "0912000104"),
    Added("HTX Nông nghiệp Tiến Xuân", "cooperative", ["CT5"], [], "Bùi Thị Loan", "0912000105"),
    Added("HTX Chè Yên Bình", "cooperative", ["CT5"], [], "Đinh Công Mạnh", "0912000106"),
]
GRADES = {"thach_hoa_primary": "1 2 3 4 5", "tien_xuan_b_primary": "1 2 3 4 5", "thach_hoa_secondary": "6 7 8 9"}
CONTACTS = {  # of the plan's units; nobody has written down yet whom to call in the others
    "office": ("Nguyễn Thị Phương", "0912000001"),
    "culture": ("Đỗ Quang Huy", "0912000002"),
    "economy": ("Phí Mạnh Tùng", "0912000003"),
    "police": ("Khuất Duy Sơn", "0912000004"),
    "centre": ("Chu Thị Quyên", "0912000005"),
    "thach_hoa_primary": ("Lê Thị Thu Trang", "0912000006"),
    "tien_xuan_b_primary": ("Bạch Thị Hiền", "0912000007"),
    "thach_hoa_secondary": ("Phùng Văn Nam", "0912000008"),
    "youth_union": ("Quách Minh Hiếu", "0912000009"),
    "front": ("Hoàng Thị Liên", "0912000010"),
    "women": ("Trần Thị Nhung", "0912000011"),
}
ACCOUNTS = {"vanphong": "office", "kinhte": "economy", "congan": "police", "thcs": "thach_hoa_secondary"}


def add(rng, commune, staff):
    for added in ADDED:
        Unit.add(commune, uid(rng), staff, **added._asdict())
    units = {unit.key: unit for unit in Unit.select()}
    for key, (contact, phone) in CONTACTS.items():
        units[key].change(staff, contact=contact, phone=phone, grades=GRADES.get(key, "").split())
    for username, key in ACCOUNTS.items():
        User.add(username, CONTACTS[key][0], "unit", commune, by=staff, unit=units[key])

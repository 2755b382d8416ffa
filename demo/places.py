"""Places where the demo commune holds its classes: a cultural house in every village, schools, a library, a hall."""

import random

from demo.commune import VILLAGES
from models import Course, Place, Unit

OTHERS = [  # name, kind, village or commune, key of the unit whose it is, seats, network, screen
    ("Hội trường UBND xã", "hall", "HOALAC", "office", 180, True, True),
    ("Trường Tiểu học Thạch Hòa", "school", "TH02", "thach_hoa_primary", 70, True, True),
    ("Trường Tiểu học Tiến Xuân B", "school", "TX03", "tien_xuan_b_primary", 60, True, True),
    ("Trường THCS Thạch Hòa", "school", "TH01", "thach_hoa_secondary", 90, True, True),
    ("Thư viện xã", "library", "HOALAC", "centre", 30, True, False),
    ("Góc học tập số Trại Mới", "corner", "TX01", None, 12, True, False),
]
LEADS = {"youth_union": ("smartphone", "safety"), "police": ("vneid",), "economy": ("payment", "market"),
         "culture": ("staff", "services")}  # fmt: skip


def add(areas, users):
    """The places, which the classes of the same name are held at; and which unit leads each class."""
    rng, staff = random.Random("places"), users["demo-staff"]
    units = {unit.key: unit for unit in Unit.select()}
    for village in VILLAGES:
        has = {"seats": rng.choice((40, 50, 60, 80)), "network": rng.random() < 0.6, "screen": rng.random() < 0.4}
        Place.add(staff, name=f"Nhà văn hóa {village.name}", kind="cultural_house", area=areas[village.code], **has)
    for name, kind, code, unit, seats, network, screen in OTHERS:
        has = {"seats": seats, "network": network, "screen": screen}
        Place.add(staff, name=name, kind=kind, area=areas[code], unit=units.get(unit), **has)
    for place in Place.select():
        here = Course.place == place.name
        if place.kind == "cultural_house":
            here &= Course.area == place.area
        Course.update(held_at=place).where(here).execute()
    for key, topics in LEADS.items():
        Course.update(led_by=units[key]).where(Course.topic.in_(topics)).execute()

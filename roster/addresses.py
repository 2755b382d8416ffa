"""Takes the village and the lane out of an address such as "Xóm Đình, thôn 1, xã Hòa Lạc". Pure."""

import re
from functools import lru_cache

import vi
from roster.villages import KIND, village_in

# Beside "thôn" these begin a village only at the start of a part: "Xóm Làng Trên" is a lane.
ANYWHERE = re.compile(r"(?i)(?<!trưởng )\b(thôn|thon|tổ dân phố|to dan pho|tdp|khu dân cư|khu dan cu)\b[\s:.]*(?=\w)")
LANE = re.compile(r"(?i)(đội|xóm|ngõ|ngách|tổ|cụm|khu|đường|phố|số|doi|xom|ngo|ngach|to|cum)\b")
ABOVE = re.compile(
    r"(?i)(xã|xa|phường|phuong|thị trấn|thi tran|huyện|huyen|quận|quan|tỉnh|tinh|thành phố|thanh pho"
    r"|tp|h|x|p|q|t)\b[\s.:]|(hà nội|ha noi|việt nam|viet nam|thạch thất|thach that)\b"
)


@lru_cache(maxsize=2000)
def split_address(text):
    """(lane, (village's name, former commune) or None) of an address. Without a village the text is the lane."""
    text = vi.clean(re.sub(r"\d{9,}", "", text))
    found = _village_at(text)
    if not found:
        return text, None
    start, village = found
    before = _lane_parts(text[:start])
    after = [part for part in _lane_parts(text[start:])[1:] if LANE.match(part)]
    return ", ".join([*before, *after]), village


def _village_at(text):
    """(where it begins, (name, former)) of the village in a text, or None."""
    places = [found.start() for found in ANYWHERE.finditer(text)]
    places += [found.end() for found in re.finditer(r"^|[,;]\s*|\s[-–]\s", text) if KIND.match(text[found.end() :])]
    for start in sorted(places):
        village = village_in(text[start:])
        if village:
            return start, village
    return None


def _lane_parts(text):
    """The parts of an address that are neither empty nor a commune, a district or a city."""
    parts = [part.strip(" .-–/") for part in re.split(r"[,;]|\s[-–]\s", text)]
    return [part for part in parts if part and not ABOVE.match(f"{part} ")]

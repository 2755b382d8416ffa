"""Sessions as an iCalendar file (RFC 5545) that phones and calendars subscribe to. Pure: events in, bytes out."""

from datetime import datetime
from typing import NamedTuple

PRODUCT = "-//Go Cua//Go Cua//VI"
LINE = 75  # octets before a line is folded (RFC 5545, 3.1)
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Occasion(NamedTuple):
    """One session. Times are naive UTC; `edition` grows with every change; `changed_at` is when the last one was."""

    uid: str
    edition: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    about: str
    cancelled: bool


def calendar(name, occasions):
    """The whole file, as bytes. Times are in UTC, so that no time zone needs describing."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(name)}", "X-PUBLISHED-TTL:PT6H", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for occasion in occasions:
        lines += event(occasion)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def event(occasion):
    return [
        "BEGIN:VEVENT",
        f"UID:{occasion.uid}",
        f"SEQUENCE:{occasion.edition}",
        f"DTSTAMP:{stamp(occasion.changed_at)}",
        f"LAST-MODIFIED:{stamp(occasion.changed_at)}",
        f"DTSTART:{stamp(occasion.starts_at)}",
        f"DTEND:{stamp(occasion.ends_at)}",
        f"SUMMARY:{escaped(occasion.title)}",
        f"LOCATION:{escaped(occasion.place)}",
        f"DESCRIPTION:{escaped(occasion.about)}",
        f"STATUS:{'CANCELLED' if occasion.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def stamp(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


def escaped(text):
    """A text value: backslashes, semicolons, commas and line ends do not end it (RFC 5545, 3.3.11)."""
    return text.translate(ESCAPES)


def folded(line):
    """A content line in UTF-8, broken so that no part is longer than 75 octets and no character is cut."""
    parts, part, room = [], b"", LINE
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", LINE - 1  # the blank that continues a line counts too
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"

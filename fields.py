"""Fields of forms: what was sent and what it showed, and the rules of what is typed in several of them.

A message is a Sentence, worded for whoever reads it when it is shown.
"""

import json
import re
from datetime import datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import vi

OLDEST_BIRTH_YEAR = 1900
LONGEST_TEXT = 120
CLOCK_SLACK = timedelta(minutes=10)
EARLIEST = datetime(2025, 1, 1)  # no plan is older (plan.py): a time before it is a clock that was never set
PAPERS = re.compile(r"(?<!\d)(\d{9}|\d{12})(?!\d)")


class Sentence(NamedTuple):
    """A message in the language of the code's texts, worded for the user when it is shown."""

    text: str
    values: dict


def N_(text, **values):  # noqa: N802
    """Mark a message for translation where no language is known yet."""
    return Sentence(text, values)


NOT_IN_FORM = N_("Câu trả lời này không có trong phiếu; chọn lại.")
SENT_BEFORE = N_("Mẫu này đã gửi một lần với nội dung khác. Nếu đây là việc khác, bấm nút lần nữa.")
NOT_A_DATE = N_("Ghi ngày/tháng/năm, ví dụ 24/12/2026.")


class Form(NamedTuple):
    """What a form sent: `fields` as texts, and `shown`, what it showed when it was opened."""

    fields: dict
    shown: dict

    def one(self, name):
        """The single text of a field, cleaned; None when it was not sent or is what the form already showed."""
        values = self.fields.get(name)
        if not values:
            return None
        value, held = vi.clean(values[-1]), as_list(self.shown.get(name))
        return None if value == (str(held[-1]) if held else "") else value

    def many(self, name):
        """The chosen options of a field; None when unchanged, [] when every earlier choice was taken back."""
        values = [value for value in self.fields.get(name, []) if value]
        return None if values == as_list(self.shown.get(name)) else values


def as_list(shown):
    """What a form showed in a field, as a list: phones keep a single answer as a text or as a list of one."""
    return shown if isinstance(shown, list) else [] if shown is None or shown == "" else [shown]


def read(fields):
    """A Form of `fields` (name → list of texts). An unreadable `shown` counts as nothing shown."""
    try:
        shown = json.loads(fields.get("shown", ["{}"])[-1])
    except (ValueError, RecursionError):
        shown = {}
    return Form(fields, shown if isinstance(shown, dict) else {})


def rules(plan):
    """What may be written in a field: `{field: [rule, …]}`, read here and, as JSON, by the phone (`static/rules.js`).

    A rule is a dict with the Sentence to `say` where it is broken, and what makes it hold: `matches` (a pattern of the
    whole text), `never` (a pattern found nowhere in it), `longest` (characters), `least` and `most` (of the number).
    `without` is a pattern of what is taken out first. Patterns are such as Python and JavaScript both read.
    """
    latest = plan.year - plan.resident_age
    year = N_("Năm sinh gồm 4 chữ số, từ %(first)s đến %(last)s.", first=OLDEST_BIRTH_YEAR, last=latest)
    child = N_("Người sinh sau năm %(last)s chưa đủ 16 tuổi: không ghi tên, chỉ đếm vào số trẻ em.", last=latest)
    text = text_rules(LONGEST_TEXT)
    return {
        "birth_year": [
            {"matches": "[0-9]{4}", "say": year},
            {"least": OLDEST_BIRTH_YEAR, "most": plan.year, "say": year},
            {"most": latest, "say": child},
        ],
        "name": text,
        "lane": text,
        "note": text,
        "number": [
            {
                "without": "[^0-9+]",
                "matches": vi.PHONE,
                "say": N_("Số điện thoại gồm 10 chữ số, ví dụ 0987 654 321."),
            }
        ],
        **{question.key: count_rules(question) for question in plan.questions if question.kind == "count"},
    }


def count_rules(question):
    """The rules of a small number."""
    say = N_("Ghi một số từ 0 đến %(most)s.", most=question.most)
    return [{"matches": "[0-9]{1,9}", "say": say}, {"least": 0, "most": question.most, "say": say}]


def text_rules(most):
    """The rules of a short free text. Runs of 9 or 12 digits look like identity numbers (design.md 4.2)."""
    return [
        {"longest": most, "say": N_("Dài quá %(most)s ký tự; viết gọn lại.", most=most)},
        {"without": "[ .]", "never": PAPERS.pattern, "say": N_("Không ghi số giấy tờ vào đây.")},
    ]


def broken(its_rules, text):
    """The Sentence of the first of these rules that a text breaks, or None."""
    for rule in its_rules:
        bare = re.sub(rule.get("without", "(?!)"), "", text)
        if (
            len(bare) > rule.get("longest", len(bare))
            or ("never" in rule and re.search(rule["never"], bare))
            or ("matches" in rule and not re.fullmatch(rule["matches"], bare))
            or ("most" in rule and not rule.get("least", 0) <= int(bare) <= rule["most"])
        ):
            return rule["say"]
    return None


def choice(value, allowed, field, errors):
    if value in allowed:
        return value
    errors[field] = NOT_IN_FORM
    return None


def short_text(text, field, errors, most=LONGEST_TEXT):
    """A short free text, with an error where it breaks `text_rules`."""
    if wrong := broken(text_rules(most), text):
        errors[field] = wrong
    return text


def person_name(text, field, errors):
    """A person's name: a short text with a letter in it. An empty one passes: whether it may be absent differs."""
    if text and not has_letter(text):
        errors[field] = N_("Ghi họ và tên bằng chữ.")
    return short_text(text, field, errors)


def has_letter(text):
    return any(char.isalpha() for char in text)


def is_clean_name(text):
    """Whether a name that is stored, if any, would be taken today."""
    errors = {}
    person_name(text, "name", errors)
    return not errors


def year_of_birth(text, plan, field, errors):
    """A year of birth somebody typed, or None with an error: residents under 16 are counted, never named."""
    if not text:
        return None
    if wrong := broken(rules(plan)["birth_year"], text):
        errors[field] = wrong
        return None
    return int(text)


def year_told(text, plan):
    """A year of birth as people tell it, as four digits: "69", "68 tuổi", "15/3/1958"; anything else as it is.

    Two digits are the nearest year in which somebody now listed was born: "05" is 2005, "69" is 1969. A day that no
    calendar has, "99/99/99", tells no year; an unknown one, "00/00/58", does.
    """
    day = re.fullmatch(r"(\d\d?)[-/. ](\d\d?)[-/. ](?:\d{4}|\d\d)|(\d\d)(\d\d)\d{4}", text)
    if day:
        low, high = sorted(int(number) for number in day.groups() if number)
        if low > 12 or high > 31:
            return text
    age = re.fullmatch(r"(?:tuoi )?(\d{1,3}) ?(?:t|tuoi)?", vi.fold(text))
    if age and re.search("[a-z]", vi.fold(text)):
        return str(plan.year - int(age[1]))
    if short := re.fullmatch(r"(?:\d\d?[-/. ]\d\d?[-/. ])?(\d\d)", text):
        year = int(short[1])
        return str(year + (2000 if 2000 + year <= plan.year else 1900))
    year = vi.year(text)
    return text if year is None else str(year)


def phone_number(text, plan, field, errors):
    """A phone number somebody typed, as `vi.phone` has it; None when it was wiped out or is none."""
    if text and (wrong := broken(rules(plan)["number"], text)):
        errors[field] = wrong
    return vi.phone(text) if text else None


def https_link(text, field, errors, most):
    """An address of another site that a browser may be sent to, of at most `most` characters; a blank passes."""
    if text and not (len(text) <= most and _is_https(text)):
        limits = {"start": "https://", "most": most}
        errors[field] = N_("Ghi địa chỉ đầy đủ, bắt đầu bằng %(start)s, không quá %(most)s ký tự.", **limits)
    return text


def _is_https(link):
    try:
        parts = urlsplit(link)
        name, user = parts.hostname or "", parts.username
    except ValueError:
        return False
    plain = link.isprintable() and " " not in link
    return plain and parts.scheme == "https" and "." in name.strip(".") and user is None


def past_day(text, plan, moment, field, errors):
    """The day on which something happened, or None with an error: since the plan began, at the latest today."""
    day = vi.parse_date(text)
    if day is None:
        errors[field] = NOT_A_DATE
    elif not plan.starts <= day <= vi.local(moment).date():
        errors[field] = N_("Ngày phải từ %(first)s đến hôm nay.", first=vi.date_vn(plan.starts))
        return None
    return day


def at_noon(day, moment):
    """Noon of a day, which stands for the hour nobody wrote down; never later than `moment`."""
    return min(vi.utc(datetime.combine(day, time(12))), moment)


def happened_at(fields, moment, clock):
    """When it happened, by our clock: a phone whose clock is wrong by more than some minutes is wrong by as much
    when it sends, so the difference is taken off. Never in the future, never before the plan's time began.
    """
    told, sent = _utc(fields.get("happened_at", [""])[-1]), _utc(clock or "")
    if told is None:
        return moment
    try:
        if sent and abs(sent - moment) > CLOCK_SLACK:
            told += moment - sent
    except OverflowError:
        return moment
    return told if EARLIEST <= told <= moment else moment


def _utc(text):
    """A moment told in ISO 8601 as naive UTC in whole seconds, or None."""
    try:
        told = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (told - (told.utcoffset() or timedelta(0))).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return None

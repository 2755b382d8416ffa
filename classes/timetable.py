"""When a class meets: by repetition ("Tuesday and Thursday evening, four weeks") with exceptions. Pure, no database."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple

import vi
from fields import N_, NOT_A_DATE

WEEKS = (1, 2, 3, 4, 6, 8, 12)
MOST_MEETINGS = 60
MOST_DAYS_NAMED = 5
LONGEST_NIGHT = timedelta(hours=6)  # a longer one is an hour typed wrong
WEEKDAYS = range(7)  # Monday is 0


class Day(NamedTuple):
    """One day that the repetition or an addition gives; a skipped one stays in sight, to be taken back."""

    date: date
    skipped: bool = False
    added: bool = False


class Timetable(NamedTuple):
    """The days of a class in order, and its hours in Viet Nam."""

    days: list
    starts: time
    ends: time

    @property
    def held(self):
        return [day.date for day in self.days if not day.skipped]

    def times(self):
        """[(starts_at, ends_at)] of the sessions that are held, in UTC."""
        return [both(day, self.starts, self.ends) for day in self.held]

    def over(self, moment):
        """The days held whose session is over by then: a class that is entered afterwards."""
        return [day for day in self.held if both(day, self.starts, self.ends)[1] <= moment]


def both(day, starts, ends):
    """The moments (UTC) at which a session on a day in Viet Nam begins and ends, after midnight on the next day."""
    last = day + timedelta(days=1) if past_midnight(starts, ends) else day
    return vi.utc(datetime.combine(day, starts)), vi.utc(datetime.combine(last, ends))


def read(fields, plan, errors):
    """The Timetable that a form describes, or None with `errors`.

    fields: name → list of texts: `date` the first day, `weeks` for how long, `on` the weekdays (none: that of the
    first day), `starts` and `ends`, `skip` and `extra` days left out and added.
    """
    first = one_day(fields, "date", plan, errors)
    hours = read_hours(fields, errors)
    weeks, on = fields.get("weeks", ["1"])[-1], fields.get("on", [])
    if weeks not in map(str, WEEKS) or any(each not in map(str, WEEKDAYS) for each in on):
        errors["weeks"] = N_("Chọn lại thứ trong tuần và số tuần.")
    extra = [one_day({"extra": [text]}, "extra", plan, errors) for text in fields.get("extra", []) if text]
    extra = [day for day in extra if day]
    if errors.keys() & {"date", "starts", "weeks"}:
        return None
    weekdays = {int(each) for each in on} or {first.weekday()}
    repeated = [first + timedelta(days=n) for n in range(7 * int(weeks))]
    repeated = [day for day in repeated if day.weekday() in weekdays]
    skipped = set(fields.get("skip", []))
    days = [Day(day, day.isoformat() in skipped, added=day not in repeated) for day in sorted({*repeated, *extra})]
    table = Timetable(days, *hours)
    _check(table, plan, errors)
    return table


def _check(table, plan, errors):
    if not table.held:
        errors["weeks"] = N_("Chưa có buổi nào: để lại ít nhất một buổi.")
    elif len(table.held) > MOST_MEETINGS:
        errors["weeks"] = N_("Một lớp có nhiều nhất %(most)s buổi: chọn ít tuần hơn.", most=MOST_MEETINGS)
    elif not in_plan(table.held[-1], plan):
        errors["weeks"] = N_("Ngày phải nằm trong năm kế hoạch hoặc năm sau.")


def ask_about_past(over, fields, errors):
    """An error until the form says that sessions which are over (`over`: their days) were held indeed."""
    if over and fields.get("past", [""])[-1] != "yes":
        days = ", ".join(map(vi.date_vn, over[:MOST_DAYS_NAMED])) + (" …" if len(over) > MOST_DAYS_NAMED else "")
        errors["past"] = N_("Đã qua: %(days)s. Nếu đã học thật thì chọn “Đã học rồi, nhập sau”.", days=days)


def one_day(fields, name, plan, errors):
    """The day in a date field, or None with an error."""
    day = vi.parse_date(fields.get(name, [""])[-1])
    if day is None:
        errors[name] = NOT_A_DATE
    elif not in_plan(day, plan):
        errors[name] = N_("Ngày phải nằm trong năm kế hoạch hoặc năm sau.")
        return None
    return day


def in_plan(day, plan):
    """A class of this plan may run on into the next year, until whose plan is there."""
    return plan.starts <= day <= plan.ends + timedelta(days=366)


def read_hours(fields, errors):
    """(starts, ends) as times in Viet Nam, or None with an error."""
    try:
        starts, ends = (time.fromisoformat(fields.get(name, [""])[-1]) for name in ("starts", "ends"))
    except ValueError:
        errors["starts"] = N_("Ghi giờ bắt đầu và giờ kết thúc, ví dụ 19:30.")
        return None
    if starts.tzinfo or ends.tzinfo:
        errors["starts"] = N_("Ghi giờ bắt đầu và giờ kết thúc, ví dụ 19:30.")
        return None
    first, last = both(date(2026, 1, 1), starts, ends)
    if first == last or past_midnight(starts, ends) and last - first > LONGEST_NIGHT:
        errors["starts"] = N_("Giờ kết thúc phải sau giờ bắt đầu; qua nửa đêm thì dài nhất 6 giờ.")
    return starts, ends


def past_midnight(starts, ends):
    """Whether a session of these times ends on the next day."""
    return ends < starts


def pattern(fields):
    """What the repetition says, as one text: whether the days were looked at since it last changed."""
    fields = fields | {"date": [str(vi.parse_date(text) or text) for text in fields.get("date", [])]}
    return "|".join(",".join(fields.get(name, [])) for name in ("date", "starts", "ends", "weeks", "on"))


def by_week(meetings):
    """Meetings in time order as [(Monday, [(day, [meeting])])] of Viet Nam."""
    days = [(day, list(held)) for day, held in groupby(meetings, lambda meeting: vi.local(meeting.starts_at).date())]
    return [(monday, list(week)) for monday, week in groupby(days, lambda pair: monday_of(pair[0]))]


def monday_of(day):
    return day - timedelta(days=day.weekday())

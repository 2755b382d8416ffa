"""The words on screen for the codes in the database: one word per thing, everywhere."""

from itertools import groupby

from flask_babel import force_locale, get_locale, get_translations, gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

import plan
import terms
import vi
from models import Unit
from plan import NON_ANSWERS

_CATALOGS = {}  # by language


class Words(dict):
    """A list of `terms` in the reader's language. A key that only another release knows is no error."""

    def __init__(self, words):
        super().__init__({key: _(word) for key, word in words.items()})

    def __missing__(self, key):
        return _("– chưa rõ")

    def spoken(self):
        """The same as plain strings in the language of now, for hundreds of rows: each word is looked up once."""
        return Spoken({key: str(word) for key, word in self.items()})


class Spoken(dict):
    def __missing__(self, key):
        return gettext("– chưa rõ")


class StateWords(Words):
    """The same for states, each after its shape."""

    def __init__(self, words, shapes):
        dict.__init__(self, {key: LazyString(_after_shape, shapes[key], word) for key, word in words.items()})


def _after_shape(shape, word):
    return f"{shape} {gettext(word)}"


ROLES, ACCOUNT_STATES = Words(terms.ROLES), Words(terms.ACCOUNT_STATES)
RESIDENT = _("Người dân")
HOUSEHOLD_STATES = StateWords(terms.STATES, terms.SHAPES)
OUTCOMES = Words(terms.OUTCOMES)
FILTERS = {**HOUSEHOLD_STATES, **Words(terms.FILTERS_OF_SEVERAL)}
STATE_FILTERS = {key: FILTERS[key] for key in terms.STATE_FILTERS}
CALL_BACK_DAYS, DAY_PARTS = Words(terms.CALL_BACK_DAYS), Words(terms.CALL_BACK_PARTS)
RELATIONS, SEXES, LEFT = Words(terms.RELATIONS), Words(terms.SEXES), Words(terms.LEFT_OR_MISTAKE)
DWELLINGS, PLACES, HOW = Words(terms.DWELLINGS), Words(terms.PLACES), Words(terms.WAYS)
PURPOSES, CONSENT_HOW = Words(terms.PURPOSE_WORDS), Words(terms.CONSENT_WAYS)
REMINDERS, AGREED = Words(terms.REMINDERS), Words(terms.AGREED)
UNIT_KINDS, UNIT_STATES, UNIT_MERGERS = Words(terms.UNIT_KINDS), Words(terms.UNIT_STATES), Words(terms.UNIT_MERGERS)
AUDIENCES, MEETING_STATES = Words(terms.AUDIENCES), Words(terms.MEETING_STATES)
TARGET_STATES, FINDINGS = Words(terms.TARGET_STATES), Words(terms.SECOND_LOOKS)
PLACE_KINDS, SOURCES = Words(terms.PLACE_KINDS), Words(terms.SOURCES)
COURSE_STATES, PERIOD_STATES = Words(terms.COURSE_STATES), Words(terms.PERIOD_STATES)
SLIP_STATES = Words(terms.SLIP_STATES)
DEVICE_STATES = Words(terms.DEVICE_STATES)
MERGER_WAYS = Words(terms.MERGER_WAYS)
HALVES, SLOT_STATES = Words(terms.HALVES), Words(terms.SLOT_STATES)
CONTRIBUTIONS = Words(terms.CONTRIBUTIONS)
MODEL_STATES, MODEL_RESULTS = Words(terms.MODEL_STATES), Words(terms.MODEL_RESULTS)
TASK_STATES, TASK_PARTS = StateWords(terms.TASK_STATES, terms.TASK_SHAPES), Words(terms.TASK_PARTS)
WEEKDAYS, SHORT_WEEKDAYS = tuple(map(_, terms.WEEKDAYS)), tuple(map(_, terms.SHORT_WEEKDAYS))

TO_ENGLISH = str.maketrans(".,", ",.")


def unit(row):
    """A unit's name: one of the plan is called as the plan says in the reader's language."""
    return say(plan.active.unit(row.key).name) if row.planned else row.name


def unit_keyed(key):
    """The same of the unit that a class names; a phrase of the plan is one, too."""
    row = Unit.keyed(key)
    return unit(row) if row else say(plan.active.unit(key).name)


def unit_vi(key):
    """The same in Vietnamese whatever the reader's language, for paper."""
    with force_locale("vi"):
        return unit_keyed(key)


def figure(key):
    """What a figure that units send is called over a column; one that only another plan has says so."""
    found = next((each for each in plan.active.figures if each.key == key), None)
    return say(found.short) if found else gettext("số của kế hoạch khác")


def figures(keys):
    """Several of them, in a row."""
    return ", ".join(str(figure(key)) for key in keys)


def unit_kinds(kinds):
    """The words of some kinds of units."""
    return {kind: UNIT_KINDS[kind] for kind in kinds}


def unit_fields(fields):
    """What was changed of a unit, in a row."""
    names = {
        "name": gettext("tên"),
        "kind": gettext("loại"),
        "reports": gettext("việc phải báo cáo"),
        "grades": gettext("khối lớp"),
        "contact": gettext("người liên hệ"),
        "phone": gettext("điện thoại"),
        "planned": gettext("có trong kế hoạch hay không"),
    }
    return ", ".join(names.get(field, "") for field in fields if field in names)


def by_target(targets):
    """What a field for targets offers: `{code: its code and name}`."""
    return {target.code: f"{target.code} {say(target.short)}" for target in targets}


def by_uid(units):
    """What a field for units offers: `{uid: name}`."""
    return {row.uid: unit(row) for row in units}


def workplace(user):
    """What an account is of: its unit, or else its area."""
    return unit(user.unit) if user.unit else user.area.label


def topics():
    """The plan's topics of classes, by key."""
    return {topic.key: say(topic.short) for topic in plan.active.topics}


def by_code(areas):
    """What a field for areas offers: `{code: label}`, those of the same name told apart by their former commune."""
    return {area.code: area.label for area in areas}


def by_code_and_name(areas):
    """The same with the code before the name: what a merger begins with."""
    return {area.code: f"{area.code} · {area.label}" for area in areas}


def moment(local_time, locale=None):
    """A class time as people say it: "thứ Ba 24/11/2026 · 19:30", in the reader's language unless `locale` is given."""
    with force_locale(locale or get_locale()):
        return f"{WEEKDAYS[local_time.weekday()]} {local_time:%d/%m/%Y · %H:%M}"


def day(date):
    """A day as people say it: "thứ Ba 24/11/2026"."""
    return f"{WEEKDAYS[date.weekday()]} {date:%d/%m/%Y}"


def hours(meeting):
    """From when to when a session is held: "19:30 – 21:00", "22:30 – 00:30 hôm sau"."""
    starts, ends = vi.local(meeting.starts_at), vi.local(meeting.ends_at)
    return span(starts.time(), ends.time(), ends.date() > starts.date())


def session(meeting, locale=None):
    """When a session is held, to its end: "thứ Ba 24/11/2026 · 19:30 – 21:00"."""
    with force_locale(locale or get_locale()):
        return f"{day(vi.local(meeting.starts_at))} · {hours(meeting)}"


def day_vi(date):
    """The same in Vietnamese whatever the reader's language, for paper."""
    with force_locale("vi"):
        return day(date)


def half_day(date, half):
    """A shift as people say it: "thứ Ba 24/11/2026, sáng"."""
    return f"{day(date)}, {HALVES[half]}"


def short_half_day(date, half):
    """The same in few letters: "T3 24/11, sáng"."""
    return f"{SHORT_WEEKDAYS[date.weekday()]} {date:%d/%m}, {HALVES[half]}"


def half_hours(hours):
    """From when to when somebody is on duty in half a day: "08:00 – 12:00"."""
    return span(hours.starts, hours.ends, False)


def span(starts, ends, next_day):
    """Two times of a day, the second perhaps of the next one."""
    text = f"{starts:%H:%M} – {ends:%H:%M}"
    return f"{text} {gettext('hôm sau')}" if next_day else text


def minutes(flood):
    """From which to which minute many names came: "18:20 – 18:22"."""
    first, last = vi.time_vn(flood.first), vi.time_vn(flood.last)
    return first if first == last else f"{first} – {last}"


def meeting_state(meeting, moment):
    """Which of MEETING_STATES a session is in."""
    if meeting.cancelled_at:
        return "cancelled"
    return "over" if meeting.ends_at < moment else "now" if meeting.starts_at <= moment else "coming"


def entered(happened_at, received_at):
    """"nhập ngày 26/11/2026" for what was entered on a later day than it happened; "" for anything else."""
    later = vi.local(received_at).date() > vi.local(happened_at).date()
    return gettext("nhập ngày %(date)s", date=vi.date_vn(received_at)) if later else ""


def serves(topic, plan):
    """What a class of this topic is for, as [(heading, text)]: needs told at doors, targets, models of the plan."""
    needs = [plan.question("needs").option(key).text for key in topic.needs]
    targets = [f"{code} {say(plan.target(code).short)}" for code in topic.targets]
    models = [say(plan.model(code).name) for code in topic.models]
    parts = (
        (gettext("Nhu cầu"), [say(need) for need in needs]),
        (gettext("Chỉ tiêu"), targets),
        (gettext("Mô hình"), models),
    )
    return [(heading, "; ".join(texts)) for heading, texts in parts if texts]


def language():
    """The reader's language, vi or en."""
    locale = get_locale()
    return "vi" if locale and locale.language == "vi" else "en"


def catalog():
    """The texts in the reader's language. Flask-Babel asks the request three times to find it; a page has a hundred."""
    key = getattr(get_locale(), "language", None)
    return _CATALOGS.get(key) or _CATALOGS.setdefault(key, get_translations())


def number(value, decimals=0, lang=None):
    """A number as the reader writes it, 1.234,5 or 1,234.5; in `lang` where a sheet has its own language."""
    text = vi.number(value, decimals)
    return text if (lang or language()) == "vi" else text.translate(TO_ENGLISH)


def percent(value, decimals=1):
    """A percentage (0 to 100) as the reader writes it: 69,2% or 69.2%."""
    return number(value, decimals) + "%"


def say(text):
    """A text of the plan in the reader's language."""
    return getattr(text, language())


def goal(target):
    """The goal as the plan says it: "trên 85%" is strictly greater, "100%" is at least."""
    rate = percent(target.goal, 0)
    return gettext("trên %(goal)s", goal=rate) if target.strict else rate


def old_enough(question, person, year):
    """Whether a question is for this person in the plan's year; it is when the year of birth is not known."""
    return not question.min_age or not person.birth_year or year - person.birth_year >= question.min_age


def about(person):
    """Who a person is, in a few words: "nữ · 1958 · chủ hộ"."""
    relation = RELATIONS[person.relation] if person.relation != "other" else None
    parts = (SEXES.get(person.sex), person.birth_year, relation)
    return " · ".join(str(part) for part in parts if part is not None)


def phone_of(user):
    """The number an account gave, as people write it; "" for none."""
    return vi.show_phone(user.phone) if user.phone else ""


def team_of(user, locale=None):
    """The team somebody goes from door to door with, or the office of a whole commune."""
    with force_locale(locale or get_locale()):
        if user.area.kind == "village" and user.role in terms.TEAM:
            return gettext("Tổ chuyển đổi số cộng đồng %(village)s", village=user.area.label)
        return user.area.label


def in_vietnamese(caller):
    """A part of a template as it is printed, whatever language the screen is in: `{% call words.in_vietnamese() %}`."""
    with force_locale("vi"):
        return caller()


def about_vi(person):
    """Who a person is, in Vietnamese whatever the reader's language: for paper, and for what is stored."""
    with force_locale("vi"):
        return about(person)


def lane_of(household, area):
    """The lane of a household, for a heading; with its village where the list holds several."""
    lane = household.lane or gettext("chưa ghi xóm, ngõ")
    return lane if area.kind == "village" else f"{household.village.label} · {lane}"


def to_share(user, today, week, moment):
    """What somebody did, in words for the team: counts of doors, help, slips and check-ins, and nobody's name."""
    heading = gettext("%(team)s, ngày %(day)s:", team=team_of(user), day=vi.date_vn(moment))
    lines = [(gettext("Hôm nay"), today), (gettext("Tuần này"), week)]
    return "\n".join([heading, *(f"{when}: {_done(done)}." for when, done in lines if not done.nothing)])


def _done(done):
    parts = (
        (done.doors, gettext("đã đến %(n)s hộ", n=number(done.doors))),
        (done.asked, gettext("hỏi %(n)s lượt người", n=number(done.asked))),
        (done.helps, gettext("hướng dẫn %(n)s lượt", n=number(done.helps))),
        (done.slips, gettext("đưa %(n)s thư mời", n=number(done.slips))),
        (done.recorded, gettext("ghi giúp %(n)s lượt điểm danh", n=number(done.recorded))),
    )
    return ", ".join(words for count, words in parts if count)


def by_household(invitations):
    """Invitations in walking order, those of one household together: [[invitation]]."""
    return [list(slips) for _, slips in groupby(invitations, key=lambda row: row.resident.household_id)]


def names_of(invitations):
    """Who is invited, each once: "Nguyễn Thị Lan, Đỗ Văn Ơn"."""
    return ", ".join(dict.fromkeys(row.resident.name or gettext("chưa biết tên") for row in invitations))


def state_of(household, states=HOUSEHOLD_STATES):
    """What came of the door: a shape and a word, and what the next knock needs to know.

    "△ Hẹn T5 26/11, tối", "△ Vắng nhà · 2 lần", "● Xong". Who words many gives the `spoken` states.
    """
    word = str(states[household.state])
    if household.state == "call_back" and household.call_back_on:
        day = CALL_BACK_DAYS[str(household.call_back_on.isoweekday())]
        part = DAY_PARTS.get(household.call_back_part)
        when = f"{day} {household.call_back_on:%d/%m}" + (f", {part}" if part else "")
        return gettext("△ Hẹn %(when)s", when=when)
    if household.state == "not_home" and household.attempts > 1:
        return f"{word} · " + gettext("%(n)s lần", n=household.attempts)
    return word


def note_of(household):
    """What the last visitor left for the next, or nothing."""
    return gettext("Ghi chú: %(note)s", note=household.note) if household.note else ""


def place_of(household):
    """Where a household is in its village: "hộ 014 · Xóm Đình"."""
    number = gettext("hộ %(code)s", code=household.code)
    return f"{number} · {household.lane}" if household.lane else number


def device_name(device):
    """What people call a phone: "Máy của Lan", and "Máy 2 của Lan" for the next one of the same account."""
    name = device.user.name.split()[-1]
    if device.number == 1:
        return gettext("Máy của %(name)s", name=name)
    return gettext("Máy %(number)s của %(name)s", number=device.number, name=name)


def device_state(device):
    """A phone's state as (class, words): a word and a shape besides the colour."""
    counts = {"gaps": device.gaps, "refused": device.refused, "waiting": device.waiting}
    kind = {"revoked": "late", "gaps": "late", "complete": "done"}.get(device.state, "call_back")
    n = len(counts.get(device.state, ()))
    return kind, f"{DEVICE_STATES[device.state]}: {n}" if n else str(DEVICE_STATES[device.state])


def month(key):
    """A month's figures by their key: 2026-11 is "kỳ tháng 11/2026"."""
    year, _, number = key.partition("-")
    return gettext("kỳ tháng %(month)s", month=f"{number}/{year}")


def several(names, most=6):
    """Names in a row; of many the first, and how many more there are."""
    rest = len(names) - most
    shown = ", ".join(names[:most])
    return gettext("%(names)s và %(n)s nữa", names=shown, n=number(rest)) if rest > 0 else shown


def period_name(period):
    """What a reporting period is called: "Tháng 11/2026", "Quý IV/2026", "6 tháng cuối năm 2026", "Năm 2026"."""
    kind = f"{period.kind}{period.number}" if period.kind == "half" else period.kind
    number = {"month": f"{period.number:02d}", "quarter": ("I", "II", "III", "IV")[(period.number - 1) % 4]}
    return {
        "month": gettext("Tháng %(number)s/%(year)s", number=number["month"], year=period.year),
        "quarter": gettext("Quý %(number)s/%(year)s", number=number["quarter"], year=period.year),
        "half1": gettext("6 tháng đầu năm %(year)s", year=period.year),
        "half2": gettext("6 tháng cuối năm %(year)s", year=period.year),
        "year": gettext("Năm %(year)s", year=period.year),
    }[kind]


def days_of(period):
    """From which to which day a period runs."""
    return f"{vi.date_vn(period.starts)} – {vi.date_vn(period.ends)}"


def short_days_of(period):
    """The same in fewer letters where both days are of one year: "15/10 – 14/11/2026"."""
    first, last = period.starts, period.ends
    return f"{first:%d/%m} – {vi.date_vn(last)}" if first.year == last.year else days_of(period)


def lacking(silent):
    """What a unit has not said: "CT1, CT2 (còn thiếu 3 số)"."""
    return ", ".join(
        lack.target.code
        if lack.missing == lack.asked
        else gettext("%(target)s (còn thiếu %(n)s số)", target=lack.target.code, n=number(lack.missing))
        for lack in silent.lacks
    )


def to_remind(units, period, address):
    """Who has not reported, in Vietnamese for their group whatever the reader's language; units: [board.Silent].

    address: where a unit types its figures.
    """
    with force_locale("vi"):
        heading = gettext(
            "Đề nghị các đơn vị gửi số liệu Bình dân học vụ số %(period)s (%(days)s):",
            period=month(period.key),
            days=days_of(period),
        )
        lines = [f"- {unit(each.unit)}: {lacking(each)}" for each in units]
        return "\n".join([heading, *lines, gettext("Đơn vị có tài khoản nhập tại %(address)s", address=address)])


def message(area, today, day, moves, address):
    """An area's day in Vietnamese for its group whatever the reader's language. moves: of targets within a week."""
    with force_locale("vi"):
        counted = {name: number(count) for name, count in day._asdict().items()}
        lines = [
            gettext("Bình dân học vụ số, %(area)s, ngày %(day)s", area=area.label, day=vi.date_vn(today)),
            gettext("- Đã gõ cửa: %(doors)s hộ", **counted),
            gettext("- Hỗ trợ kỹ năng số: %(helps)s lượt, trong đó:", **counted),
            gettext("  + hỗ trợ VNeID: %(vneid)s lượt", **counted),
            gettext("  + dịch vụ công trực tuyến: %(services)s lượt", **counted),
            gettext("- Hộ kinh doanh được hỗ trợ mã QR: %(qr)s hộ", **counted),
        ]
        if moves:
            known = any(move.before is not None for move in moves)
            heading = gettext("Chỉ tiêu thay đổi nhiều nhất trong tuần, trên toàn bộ:")
            lines += [heading if known else gettext("Chỉ tiêu đến nay, trên toàn bộ:"), *map(_moved, moves)]
        return "\n".join([*lines, gettext("Xem tiến độ: %(address)s", address=address)])


def _moved(move):
    told = {"target": say(move.target.short), "now": percent(move.now)}
    if move.before is None:
        return gettext("- %(target)s: %(now)s", **told)
    told["by"] = number(abs(move.points), 1)
    if move.points > 0:
        return gettext("- %(target)s: %(now)s, tăng %(by)s điểm phần trăm", **told)
    return gettext("- %(target)s: %(now)s, giảm %(by)s điểm phần trăm", **told)


def next_step(step):
    """What there is to do, after its number and its place: "hộ chưa đến"."""
    told = {"codes": ", ".join(step.codes), "need": step.need and say(step.need.short)}
    return {
        "doors": gettext("hộ chưa đến"),
        "needs": gettext("người cần “%(need)s”, chưa có lớp nào sắp tới", **told),
        "absent": gettext("người được mời mà chưa đến lớp, cần gặp lại"),
        "again": gettext("hộ hẹn đến lại, đã tới ngày"),
        "looks": gettext("hộ có câu trả lời cần xem lại"),
        "units": gettext("đơn vị chưa gửi đủ số liệu tháng đã hết kỳ: %(codes)s", **told),
        "tasks": gettext("nhiệm vụ quá hạn chưa xong: %(codes)s", **told),
        "gaps": gettext("ca trực 14 ngày tới chưa có ai"),
    }[step.kind]


def lift(step):
    """How far a rate grows once a step is done; "" where nothing is known of that."""
    if not step.lift:
        return ""
    target = plan.active.target(step.codes[0])
    return gettext(
        "Nếu trả lời như các hộ đã đến, %(target)s của %(whole)s tăng khoảng %(lift)s điểm phần trăm.",
        target=f"{target.code} {say(target.row or target.short)}",
        whole=step.whole.label,
        lift=number(step.lift, 1),
    )


def runs(numbers):
    """Numbers in order as people write them: "3, 7-9"."""
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def finding(found, homes):
    """What a finding is, in one line. `homes` has its households by id."""
    if found.kind == "clash":
        return gettext("Hai tài khoản, cách nhau %(time)s", time=lasting(found.seconds))
    if found.kind == "fast":
        return gettext("%(n)s người, %(time)s sau lần lưu trước", n=found.n, time=lasting(found.seconds))
    if found.kind == "run":
        codes = ", ".join(homes[home].code for home in found.others)
        return gettext("%(n)s hộ: %(codes)s", n=found.n, codes=codes)
    if found.kind == "twins":
        codes = ", ".join(dict.fromkeys(homes[home].code for home in found.others))
        return gettext("Cùng họ tên, năm sinh: hộ %(codes)s", codes=codes)
    if found.kind == "unasked":
        return gettext("%(n)s người chưa hỏi", n=found.n)
    sentences = {
        "disputed": gettext("Bản đến sau còn trên máy đã gửi"),
        "alike": gettext("%(n)s người cùng một câu trả lời", n=found.n),
        "empty": gettext("Không có ai từ 18 tuổi"),
        "repeat": gettext("Hỏi lại %(n)s người", n=min(found.n, 2)),
    }
    return sentences.get(found.kind, "")


def lasting(seconds):
    """A stretch of time: seconds under two minutes, minutes under two hours, else hours."""
    if seconds < 120:
        return gettext("%(n)s giây", n=seconds)
    if seconds < 7200:
        return gettext("%(n)s phút", n=seconds // 60)
    return gettext("%(n)s giờ", n=seconds // 3600)


def answered(question, person):
    """A person's answer to a question of the plan as words; "" when it was not asked."""
    answer = person.standing_answers.get(question.key)
    texts = {option.key: say(option.short) for option in (*question.options, *NON_ANSWERS)}
    chosen = [key for key in (answer if isinstance(answer, list) else [answer]) if key]
    return ", ".join(str(key) if isinstance(key, int) else texts.get(key) or gettext("– chưa rõ") for key in chosen)


def what_happened(move):
    """A move in a sentence: "Quách Văn Dũng đi làm ăn xa"."""
    names = {"name": name_of(move.resident), "home": move.household.code, "to": move.to and move.to.code}
    if move.to and move.to.village_id != move.household.village_id:
        names["to"] = f"{move.to.code} · {move.to.village.label}"
    names["double"] = name_of(move.double)
    return {
        "moved": gettext("%(name)s chuyển đi", **names),
        "died": gettext("%(name)s qua đời", **names),
        "away": gettext("%(name)s đi làm ăn xa", **names),
        "mistake": gettext("%(name)s: không phải người, nhập nhầm", **names),
        "back": gettext("%(name)s về ở lại hộ %(home)s", **names),
        "household": gettext("%(name)s chuyển từ hộ %(home)s sang hộ %(to)s", **names),
        "head": gettext("%(name)s làm chủ hộ", **names),
        "split": gettext("Tách hộ: từ hộ %(home)s ra hộ %(to)s", **names),
        "merge": gettext("Nhập hộ: hộ %(home)s vào hộ %(to)s", **names),
        "double": gettext("Hai bản ghi của một người nhập làm một: %(double)s, %(name)s", **names),
    }.get(move.kind) or gettext("Một thay đổi khác ở hộ %(home)s", **names)


def name_of(person):
    """A person's name, or that it is not known; "" for nobody."""
    return (person.name or gettext("Chưa biết tên")) if person else ""

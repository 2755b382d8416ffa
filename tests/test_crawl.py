"""Every page, by every role: who may open it, for whom it is not there, and what its list says when it is empty."""

from datetime import date, timedelta
from html import unescape

import pytest

import periods
import quality
import visits
from models import (
    Ambassador,
    Area,
    Attendance,
    Course,
    Cutoff,
    Device,
    Figure,
    Invitation,
    Place,
    Roster,
    Shift,
    User,
    Visit,
    new_uid,
    now,
)
from report import contents
from roster.listing import read
from roster.saving import confirm
from tests.roster.conftest import sheet  # noqa: F401

FIELD = {"vera", "leo", "sara", "ada"}
LEADS = {"leo", "sara", "ada"}
HOSTS = {"leo", "hana", "sara", "ada"}
HELPERS = {"vera", *HOSTS}
OFFICE = {"sara", "ada"}
ADMIN = {"ada"}
READERS = {"rita", *OFFICE}  # Rita is of the commune's Office
UNITS = {"uma", "rita"}
SIGNED_IN = {*UNITS, *HELPERS}
EVERYBODY = {None, *SIGNED_IN}

OPEN_TO = {
    "/": EVERYBODY,
    "/account": SIGNED_IN,
    "/areas": OFFICE,
    "/areas/<code>": OFFICE,
    "/attendance/<uid>": HOSTS,
    "/c/<code>": EVERYBODY,
    "/cards": OFFICE,
    "/cards/sheet": OFFICE,
    "/code": EVERYBODY,
    "/coming": EVERYBODY,
    "/coming/<code>": EVERYBODY,
    "/coming/<code>.ics": EVERYBODY,
    "/contributions": READERS,
    "/contributions/people": OFFICE,
    "/courses": HELPERS,
    "/courses/table": OFFICE,
    "/courses/<uid>": HOSTS,
    "/courses/<uid>/confirmations": HOSTS,
    "/courses/<uid>/edit": HOSTS,
    "/courses/<uid>/invitations": HOSTS,
    "/courses/<uid>/invite": HOSTS,
    "/courses/<uid>/meetings/new": HOSTS,
    "/courses/<uid>/poster": HOSTS,
    "/courses/<uid>/sign": HOSTS,
    "/courses/<uid>/slips": HOSTS,
    "/courses/new": HOSTS,
    "/data": EVERYBODY,
    "/data/<period>.csv": EVERYBODY,
    "/data/<period>.json": EVERYBODY,
    "/data/dictionary.csv": EVERYBODY,
    "/data/dictionary.json": EVERYBODY,
    "/data/progress.csv": EVERYBODY,
    "/data/progress.json": EVERYBODY,
    "/devices": LEADS,
    "/devices/<uid>": LEADS,
    "/exports": OFFICE,
    "/figures": READERS,
    "/figures/<period>/<target>": READERS,
    "/figures/<period>/<target>/sheet.xlsx": OFFICE,
    "/figures/history/<uid>/<key>": {"uma", *READERS},
    "/healthz": EVERYBODY,
    "/help/<role>": EVERYBODY,
    "/households": FIELD,
    "/households/<uid>": FIELD,
    "/households/<uid>/consents": OFFICE,
    "/households/<uid>/next": FIELD,
    "/households/blank": FIELD,
    "/households/list": FIELD,
    "/households/new": FIELD,
    "/households/outbox": HELPERS,
    "/households/paper": FIELD,
    "/households/stored": FIELD,
    "/households/table": OFFICE,
    "/households/sw.js": EVERYBODY,
    "/i/<code>": EVERYBODY,
    "/invitations": FIELD,
    "/meetings/<uid>": HOSTS,
    "/meetings/<uid>/edit": HOSTS,
    "/meetings/<uid>/flood": HOSTS,
    "/meetings/<uid>/learned": HOSTS,
    "/meetings/<uid>/people": HOSTS,
    "/meetings/<uid>/roster": HOSTS,
    "/meetings/<uid>/screen": HOSTS,
    "/mine": HELPERS,
    "/models": READERS,
    "/moves/<uid>": FIELD,
    "/moves/<uid>/merge": FIELD,
    "/moves/<uid>/split": FIELD,
    "/needs": HOSTS,
    "/needs/<code>/<need>": HOSTS,
    "/no-signal": HELPERS,
    "/notice": EVERYBODY,
    "/office": READERS,
    "/office/message": READERS | LEADS,
    "/outbox": HELPERS,
    "/activities": SIGNED_IN,
    "/activities/new": SIGNED_IN - {"rita"},
    "/places": READERS,
    "/places/<uid>": OFFICE,
    "/places/new": OFFICE,
    "/people": ADMIN,
    "/people/<uid>": ADMIN,
    "/people/new": ADMIN,
    "/progress": EVERYBODY,
    "/progress/<code>": EVERYBODY,
    "/progress/<code>/<target>": EVERYBODY,
    "/progress/<code>/chart.svg": READERS,
    "/reports": READERS,
    "/reports/<period>": READERS,
    "/reports/<period>/unit": {"uma"},  # the office says of which unit
    "/reports/<period>/texts/<part>": READERS,
    "/quality": LEADS,
    "/quality/repeats/<uid>": LEADS,
    "/residents/<uid>": FIELD,
    "/residents/<uid>/double": FIELD,
    "/residents/<uid>/double/<other>": FIELD,
    "/residents/<uid>/household": FIELD,
    "/roster": OFFICE,
    "/roster/<uid>": OFFICE,
    "/roster/<uid>/undo": OFFICE,
    "/screen": EVERYBODY,
    "/screen/<code>": EVERYBODY,
    "/shifts": READERS,
    "/shifts/<uid>": OFFICE,
    "/shifts/new": OFFICE,
    "/shifts/sheet": OFFICE,
    "/sign-in": EVERYBODY,
    "/supports/new": HELPERS,
    "/unit": UNITS,
    "/units": READERS,
    "/units/<uid>": READERS,
    "/units/<uid>/edit": OFFICE,
    "/units/new": OFFICE,
    "/tasks": READERS,
    "/tasks/<code>": {"uma", *READERS},
    "/v/<code>": EVERYBODY,
}
LEADS_ON = {"/households/<uid>/next", "/meetings/<uid>/flood", "/outbox"}  # to where the work goes on
OF_A_VILLAGE = {f"/households/{page}" for page in ("blank", "list", "new", "paper")}  # the office chooses one first

WHEN_EMPTY = {
    "/": "Chưa có lớp nào được xếp lịch.",
    "/coming": "Chưa có lớp nào được xếp lịch. Bác hỏi Tổ chuyển đổi số cộng đồng",
    "/contributions/people": "Trong kỳ này chưa ai ghi việc gì.",
    "/courses": "Chưa có buổi học nào sắp tới.",
    "/courses/table": "Chưa có lớp nào. Mở lớp mới",
    "/activities": "Chưa ghi hoạt động nào.",
    "/places": "Chưa có địa điểm nào.",
    "/households/table": "Chưa có hộ nào. Nhập danh sách hộ",
    "/devices": "Chưa có máy nào. Máy hiện ra ở đây sau lần đầu gửi phiếu.",
    "/exports": "Chưa có hộ nào. Nhập danh sách hộ",
    "/figures": "Chưa báo cáo: 10 đơn vị",
    "/households": "Thôn chưa có danh sách hộ. Nhờ cán bộ xã nhập danh sách Excel, hoặc thêm từng hộ.",
    "/households/list": "Không có hộ nào ở mục này.",
    "/households/outbox": "Đã gửi hết, không còn phiếu nào chờ trên máy.",
    "/invitations": "Không còn thư nào phải đưa. Đã mời, chưa đến: 0 người Ai được mời cũng đã đến, hoặc lớp chưa học.",
    "/mine": "Chưa ghi việc nào.",
    "/progress": "Chưa có lớp nào được xếp lịch.",
    "/needs": "Chưa có ai nói cần hỗ trợ",
    "/quality": "Không có gì cần xem lại.",
    "/screen": "chưa công bố",
    "/supports/new": "Chưa có lượt nào. Ghi ngay sau khi hướng dẫn xong",
    "/unit": "Chưa gửi số liệu kỳ nào.",
}
NO_LISTS = {"/account", "/code", "/courses/new", "/healthz", "/no-signal", "/notice", "/office", "/outbox", "/roster"}
NO_LISTS |= {"/office/message"}
NO_LISTS |= {"/activities/new", "/people/new", "/places/new", "/sign-in", "/units/new"}
NO_LISTS |= {*(f"/households/{page}" for page in ("blank", "new", "paper", "stored", "sw.js"))}
NO_LISTS |= {"/shifts", "/shifts/new", "/shifts/sheet"}  # a fortnight has its days whoever is on duty
# They list villages, units and accounts, which the cast brings, what the plan has, and periods.
NEVER_EMPTY = {"/areas", "/cards", "/cards/sheet", "/contributions", "/data", "/models", "/people", "/reports"}
NEVER_EMPTY |= {"/tasks", "/units"}
NEVER_EMPTY |= {f"/data/{name}.{ending}" for name in ("progress", "dictionary") for ending in ("csv", "json")}
WITHOUT_VILLAGES = {
    "/": "Chưa có hộ nào. Tải lên danh sách thôn",
    "/areas": "Chưa có thôn nào. Tải lên danh sách thôn dưới đây.",
    "/households": "Chưa có thôn nào. Nhập danh sách thôn",
    "/people": "Chưa có thôn nào. Nhập danh sách thôn",
    "/quality": "Chưa có thôn nào. Nhập danh sách thôn",
}


@pytest.fixture(autouse=True)
def rita(world):
    return User.add("rita", "Đào Thị Rí", "unit", world.commune, unit=world.units["office"])


def routes(app):
    return {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}


def text_of(answer):
    """What the page says between its tags."""
    said = " ".join(part.partition(">")[2] for part in answer.text.split("<"))
    return " ".join(unescape(said).split())


@pytest.fixture
def examples(world, sheet):  # noqa: F811
    """`{beginning of a route: what stands in its places}`: something to show on every page."""
    household, sara = world.household(), world.users["sara"]
    person = household.living().get()
    drawn = next(uid for uid in iter(new_uid, None) if quality.drawn(uid))
    people = [{"uid": person.uid, "answers": {"phone": "own", "vneid": "none"}}]
    visit = {"uid": drawn, "outcome": "done", "happened_at": now(), "answers": {}, "people": people}
    visits.receive(household, visit, world.users["vera"])
    times = [(now(), now() + timedelta(hours=1))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Đình", times)
    meeting = course.meetings.get()
    walk_in, _ = Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    [invited] = Invitation.invite(course, [person], "vneid", world.users["hana"])
    reading = read(sheet(), ends=date(2026, 12, 31))
    listed = confirm(Roster.keep(sara, "list.xlsx", reading.to_json()), {}, sara)
    hall = Place.add(sara, name="Đình", kind="hall", area=world.areas["TH04"])
    period = periods.of("month", 2026, 1, 14)
    told = contents.of(world.commune, period, now())
    frozen = Cutoff.keep(world.commune, period, 1, told, sara, new_uid(), "", now())
    phone = Device.create(uid=new_uid(), user=world.users["vera"], last_user=world.users["vera"])
    Shift.put_in(Ambassador(None, "Bùi Văn Quyền"), [(date(2026, 9, 3), "am")], sara, new_uid())
    return {
        "areas": {"code": "TH04"},
        "attendance": {"uid": walk_in.uid},
        "c": {"code": course.code},
        "coming": {"code": "TH04"},
        "courses": {"uid": course.uid},
        "data": {"period": frozen.period},
        "devices": {"uid": phone.uid},
        "figures": {"period": "2026-01", "target": "CT1", "uid": world.units["thach_hoa_primary"].uid, "key": "staff"},
        "help": {"role": "volunteer"},
        "households": {"uid": household.uid},
        "i": {"code": invited.code},
        "meetings": {"uid": meeting.uid},
        "moves": {"uid": household.uid},
        "needs": {"code": "TH04", "need": "vneid"},
        "people": {"uid": world.users["vera"].uid},
        "places": {"uid": hall.uid},
        "progress": {"code": "TH04", "target": "CT4a"},
        "quality": {"uid": Visit.get().uid},
        "reports": {"period": "2026-10", "part": "III.1"},
        "residents": {"uid": person.uid, "other": person.uid},
        "roster": {"uid": listed.uid},
        "screen": {"code": "TH04"},
        "shifts": {"uid": Shift.get().uid},
        "units": {"uid": world.units["culture"].uid},
        "tasks": {"code": "NV2.1"},
        "v": {"code": world.users["vera"].card},
    }


def address(route, examples):
    for name, value in examples.get(route.split("/")[1], {}).items():
        route = route.replace(f"<{name}>", value)
    return f"{route}?village=TH04" if route in OF_A_VILLAGE else route


def expected(route, who):
    """The status that somebody gets at a route."""
    if who not in OPEN_TO[route]:
        return 404 if who else "asked to sign in"
    return 303 if route in LEADS_ON or route == "/sign-in" and who else 200


def test_every_route_says_here_who_may_open_it(app):
    assert routes(app) == {*OPEN_TO}


@pytest.mark.parametrize("who", sorted(EVERYBODY, key=str), ids=str)
def test_every_page_opens_for_whom_it_should(database, examples, as_, who):
    browser, got = as_(who), {}
    for route in OPEN_TO:
        page = address(route, examples)
        with browser.get(page) as answer:
            asked = (answer.location or "").startswith(f"/sign-in?next={page.partition('?')[0]}")
            got[route] = "asked to sign in" if asked else answer.status_code
    assert got == {route: expected(route, who) for route in OPEN_TO}


@pytest.mark.parametrize("who", sorted(SIGNED_IN))
def test_every_empty_list_says_so_and_what_to_do(app, as_, who):
    silent = {}
    for page, says in WHEN_EMPTY.items():
        of_village = page in ("/households", "/households/list", "/quality")
        if who in OPEN_TO[page]:
            said = text_of(as_(who).get(page, query_string={"village": "TH04"} if of_village else {}))
            silent |= {} if says in said else {page: said}
    assert silent == {}


def test_every_page_is_said_to_be_a_list_or_none(app):
    assert {route for route in routes(app) if "<" not in route} == {*WHEN_EMPTY, *NO_LISTS, *NEVER_EMPTY}


def test_pages_of_a_commune_without_villages_say_where_to_begin(world, as_):
    User.update(area=world.commune).execute()
    Figure.delete().execute()
    Area.delete().where(Area.kind == "village").execute()
    said = {page: text_of(as_("ada").get(page)) for page in WITHOUT_VILLAGES}
    assert {page: text for page, text in said.items() if WITHOUT_VILLAGES[page] not in text} == {}

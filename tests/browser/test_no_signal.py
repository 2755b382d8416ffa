"""The door's neighbours with no signal: invitations, classes, the roll call, and every other page."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from classes import sessions
from models import Attendance, Course, Household, Invitation, new_uid, now
from tests.browser.conftest import PASSWORD

OPEN_CACHE = "caches.keys().then(names => names.filter(name => name.startsWith('pages-')))"
KEPT = """
async (path) => { const held = await pages.find(path); return held ? await held.answer.text() : "" }
"""
BOX = {"status": 502, "content_type": "text/html", "body": "<title>Bad gateway</title><p>Try later"}
PORTAL = {"status": 200, "content_type": "text/html", "body": "<title>Wi-Fi</title><p>Chào mừng"}
TEN_DAYS_AHEAD = "const real = Date.now; Date.now = () => real() + 10 * 86400000;"
TEN_DAYS_BEHIND = "const real = Date.now; Date.now = () => real() - 10 * 86400000;"


@pytest.fixture
def course(world):
    """Hana's class in Thôn 4, which began ten minutes ago; Lan and Sơn are invited, and Vera helps."""
    begins = now() - timedelta(minutes=10)
    times = [(begins, begins + timedelta(minutes=90))]
    course = Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Dùng VNeID", "Nhà văn hóa Thôn 4", times)
    for head, lane in {"Nguyễn Thị Lan": "Xóm Đình", "Bùi Văn Sơn": "Xóm Chùa", "Đỗ Thị Hoa": "Xóm Chùa"}.items():
        world.household(people=[(head, 1958, "f", "head")], lane=lane)
    return course


@pytest.fixture
def meeting(course):
    return course.schedule()[0]


@pytest.fixture
def slips(world, course):
    """Three people of Thôn 4 are invited; their slips are to be handed over."""
    Household.update(agreed=True).execute()
    people = [home.living().first() for home in world.areas["TH04"].households]
    return Invitation.invite(course, people, "vneid", world.users["hana"])


@pytest.fixture
def volunteer(people, slips):
    """Vera's phone, on which her village and the pages beside it are kept."""
    page = people("vera")
    page.locator("#ready").wait_for()
    until_kept(page, "/invitations")
    return page


@pytest.fixture
def host(people, meeting):
    """Hana's phone, on which the roll call was opened."""
    page = people("hana")
    until_kept(page, "/no-signal")
    open_roll_call(page, meeting)
    return page


def open_roll_call(page, meeting):
    page.goto(f"/meetings/{meeting.uid}")
    until_kept(page, f"/meetings/{meeting.uid}")
    until(page, "store.read('facts', 'class')")


def until(page, what):
    """Wait in the page until a promise comes to something true."""
    again = "await new Promise(done => setTimeout(done, 50))"
    page.evaluate(f"(async () => {{ while (!(await ({what}))) {again}; }})()")


def until_kept(page, path, text=""):
    until(page, f"({KEPT})('{path}').then(kept => kept && kept.includes('{text}'))")
    until(page, "navigator.serviceWorker.ready")


def cold(page):
    """The app is closed and opened again with no signal."""
    page.context.set_offline(True)
    other = page.context.new_page()
    other.set_default_timeout(10_000)
    page.close()
    return other


def signal(page):
    page.context.set_offline(False)


def outbox(page, words):
    expect(page.locator("#outbox-state")).to_have_text(words, timeout=20_000)


def add_walk_ins(page, *names):
    """People who are on no list are recorded at the roll call, and wait on the phone."""
    page.get_by_text("Người chưa có trong danh sách").click()
    for name in names:
        page.get_by_label("Họ và tên").fill(name)
        page.get_by_role("button", name="Ghi có mặt").last.click()
        expect(page.locator("#waiting")).to_contain_text(name)


def nobody_has_a_slip():
    """The server comes to know that no slip was handed over."""
    for _ in range(200):
        if not any(slip.handed_at for slip in Invitation.select()):
            return
        time.sleep(0.1)
    pytest.fail("a slip still counts as handed over")


# -- Invitations


def test_slips_are_handed_over_with_no_signal_and_the_mistake_among_them_is_never_sent(volunteer, slips):
    page = cold(volunteer)
    page.goto("/invitations")
    expect(page.get_by_role("heading", name="Cần đưa thư: 3 người")).to_be_visible()
    for name in ("Bùi Văn Sơn", "Nguyễn Thị Lan"):
        page.get_by_role("button", name=f"Đã đưa {name}").click()
    expect(page.get_by_text("◌ đã đưa, chờ gửi")).to_have_count(2)
    outbox(page, "◌ 2 chờ gửi")
    page.locator("form", has_text="Nguyễn Thị Lan").get_by_role("button", name="Bấm nhầm, chưa đưa").click()
    expect(page.get_by_text("◌ đã đưa, chờ gửi")).to_have_count(1)
    page.reload()
    expect(page.get_by_text("◌ đã đưa, chờ gửi")).to_have_count(1)
    assert not any(slip.handed_at for slip in Invitation.select())
    signal(page)
    outbox(page, "✓ 0 chờ gửi")
    assert [slip.resident.name for slip in Invitation.select() if slip.handed_at] == ["Bùi Văn Sơn"]
    expect(page.get_by_text("✓ đã đưa")).to_have_count(1)


def test_what_was_handed_over_is_no_longer_asked_for_by_the_page_that_is_kept(volunteer, slips):
    volunteer.goto("/invitations")
    volunteer.get_by_role("button", name="Đã đưa Bùi Văn Sơn").click()
    expect(volunteer.get_by_text("✓ đã đưa")).to_have_count(1)
    until_kept(volunteer, "/invitations", "Cần đưa thư: 2 người")
    volunteer.get_by_role("button", name="Bấm nhầm, chưa đưa").click()
    expect(volunteer.get_by_text("✓ đã đưa")).to_have_count(0)
    nobody_has_a_slip()


@pytest.mark.parametrize("answer", [BOX, PORTAL])
def test_a_hand_over_that_a_box_on_the_way_answers_is_undone_by_its_opposite(volunteer, slips, answer):
    def box(route):
        route.fulfill(**answer) if route.request.method == "POST" else route.continue_()

    volunteer.goto("/invitations")
    volunteer.context.route("**/invitations/*/handed", box)
    volunteer.get_by_role("button", name="Đã đưa Bùi Văn Sơn").click()
    expect(volunteer.get_by_text("◌ đã đưa, chờ gửi")).to_be_visible()
    until(volunteer, "outbox.mine().then(([made]) => made.answered)")
    volunteer.get_by_role("button", name="Bấm nhầm, chưa đưa").click()
    expect(volunteer.get_by_text("◌ đã đưa, chờ gửi")).to_have_count(0)
    outbox(volunteer, "◌ 1 chờ gửi")
    volunteer.context.unroute("**/invitations/*/handed", box)
    volunteer.evaluate("outbox.flush(true)")
    nobody_has_a_slip()
    outbox(volunteer, "✓ 0 chờ gửi")


def test_who_was_invited_and_did_not_come_is_visited_with_no_signal(world, people, slips, meeting):
    ended = now() - timedelta(hours=2)
    sessions.move(meeting, ended - timedelta(hours=1), ended, None)
    page = people("vera")
    page.locator("#ready").wait_for()
    until_kept(page, "/invitations")
    page = cold(page)
    page.goto("/invitations")
    expect(page.get_by_role("heading", name="Đã mời, chưa đến: 3 người")).to_be_visible()
    page.get_by_role("link", name="Bùi Văn Sơn").click()
    expect(page.get_by_role("heading", level=1, name="Bùi Văn Sơn")).to_be_visible()
    page.get_by_role("radio", name="Vắng nhà").click()
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    outbox(page, "◌ 1 chờ gửi")


# -- Every other page


@pytest.mark.parametrize("path", ["/", "/progress/TH04", "/account", "/supports/new", "/mine", "/households?fresh=1"])
def test_a_page_that_needs_the_network_says_so_and_leads_back_to_what_is_here(volunteer, path):
    page = cold(volunteer)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này cần mạng")
    expect(page.locator("#here b:visible")).to_have_text(["Hộ dân", "Thư mời", "Lớp học", "Phiếu trên máy này"])
    outbox(page, "✓ 0 chờ gửi")
    page.locator("#here").get_by_role("link", name="Lớp học").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lớp học sắp tới")
    expect(page.locator("main")).to_contain_text("Dùng VNeID")
    page.go_back()
    signal(page)
    page.get_by_role("link", name="Thử lại").click()
    expect(page.get_by_role("heading", name="Trang này cần mạng")).to_have_count(0)
    assert page.url.endswith(path)


def test_the_page_of_no_network_is_in_the_language_of_the_phone(volunteer):
    volunteer.get_by_role("button", name="English").click()
    until_kept(volunteer, "/no-signal", "This page needs the network")
    page = cold(volunteer)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page needs the network")


def test_a_server_that_is_gone_is_as_no_signal(volunteer, live):
    """Its port answers nothing: every address but the kept ones is refused."""
    volunteer.context.route("**/*", lambda route: route.abort("connectionrefused"))
    page = cold(volunteer)
    page.goto("/invitations")
    expect(page.get_by_role("heading", name="Cần đưa thư: 3 người")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này cần mạng")


# -- Residents' pages and other accounts


@pytest.mark.parametrize("path", ["/code", "/notice", "/coming", "/c/{code}", "/v/00000", "/sign-in"])
def test_the_worker_answers_for_no_page_of_residents(volunteer, course, path):
    page = volunteer.context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path.format(code=course.code))
    assert len(answers) > 1 or path == "/sign-in"  # who has signed in goes on to the list
    of_residents = [one for one in answers if not one.url.split("?")[0].endswith("/households")]
    assert [one.url for one in of_residents if one.from_service_worker and path != "/sign-in"] == []
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(path.format(code=course.code))
    page.close()


def test_a_residents_phone_gets_no_worker_from_any_public_page(people, course):
    page = people(None)
    for path in ("/", "/progress/TH04", "/coming", f"/c/{course.code}", "/notice", "/help/resident", "/sign-in"):
        page.goto(path)
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_the_worker_of_earlier_versions_goes_when_this_one_is_at_work(volunteer):
    volunteer.evaluate("navigator.serviceWorker.register('/households/sw.js', {scope: '/households'})")
    volunteer.goto("/households?village=TH04&fresh=1")
    scopes = "navigator.serviceWorker.getRegistrations().then(all => all.map(one => new URL(one.scope).pathname))"
    until(volunteer, f"{scopes}.then(all => all.join() === '/')")


def test_what_is_kept_for_one_account_is_shown_to_no_other(volunteer, world):
    volunteer.context.clear_cookies()
    volunteer.goto("/sign-in?next=/invitations")
    sign_in(volunteer, "otto")
    expect(volunteer.get_by_role("heading", name="Cần đưa thư: 0 người")).to_be_visible()
    until_kept(volunteer, "/invitations", "Cần đưa thư: 0 người")
    assert len(volunteer.evaluate(OPEN_CACHE)) == 1
    page = cold(volunteer)
    page.goto("/invitations")
    expect(page.get_by_role("heading", name="Cần đưa thư: 0 người")).to_be_visible()


def sign_in(page, username):
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


# -- The roll call


@pytest.mark.parametrize("clock", ["", TEN_DAYS_AHEAD, TEN_DAYS_BEHIND])
def test_the_roll_call_opens_from_cold_finds_people_adds_and_takes_off(host, meeting, clock):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    expect(host.locator("#present b")).to_have_text(["Bà Tư"], timeout=15_000)
    host.evaluate("pages.take(location.pathname, document.documentElement.dataset.user)")
    if clock:
        host.context.add_init_script(clock)
    page = cold(host)
    page.goto(f"/meetings/{meeting.uid}")
    expect(page.locator("#present b")).to_have_text(["Bà Tư"])
    expect(page.locator("#stale")).to_have_text(re.compile(r"Mất mạng: danh sách như lúc \d\d:\d\d"))
    page.get_by_label("Tìm người").fill("do hoa")
    expect(page.locator("#found form")).to_have_text(re.compile(r"Đỗ Thị Hoa195• · Xóm Chùa\s+Ghi có mặt"))
    page.locator("#found button").click()
    expect(page.locator("#found .state")).to_have_text("◌ chờ gửi")
    page.locator("#waiting").get_by_role("button", name="Bỏ").click()
    page.locator("#found button").click()
    expect(page.locator("#found .state")).to_have_text("◌ chờ gửi")
    add_walk_ins(page, "Ông Năm", "Ông Sáu")
    page.locator("#waiting li", has_text="Ông Năm").get_by_role("button", name="Bỏ").click()
    page.locator("#present").get_by_role("button", name="Bỏ Bà Tư").click()
    expect(page.locator("#waiting b")).to_have_text(["Đỗ Thị Hoa", "Ông Sáu", "Bà Tư"])
    expect(page.locator("#present")).to_contain_text("◌ chờ gửi")
    signal(page)
    expect(page.locator("h1")).to_have_text("2 người có mặt", timeout=20_000)
    expect(page.locator("#found .state")).to_have_text("✓ đã nhận")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("#stale")).to_be_hidden()
    assert sorted((row.name, bool(row.resident)) for row in Attendance.present(meeting)) == [
        ("Ông Sáu", False),
        ("Đỗ Thị Hoa", True),
    ]


def test_undoing_what_waits_leaves_the_office_no_missing_number(host, meeting):
    from models import Device

    page = cold(host)
    page.goto(f"/meetings/{meeting.uid}")
    add_walk_ins(page, "Bà Hai", "Ông Ba", "Bà Bốn")
    page.locator("#waiting li", has_text="Ông Ba").get_by_role("button", name="Bỏ").click()
    expect(page.locator("#waiting li")).to_have_count(2)
    signal(page)
    outbox(page, "✓ 0 chờ gửi")
    assert (Device.get().made, Device.get().missing) == (2, [])


def test_an_undoing_that_waits_is_taken_back(host, meeting):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    expect(host.locator("#present b")).to_have_text(["Bà Tư"], timeout=15_000)
    host.context.set_offline(True)
    host.locator("#present").get_by_role("button", name="Bỏ Bà Tư").click()
    host.locator("#waiting").get_by_role("button", name="Thôi, không bỏ").click()
    expect(host.locator("#waiting")).to_be_hidden()
    expect(host.locator("#present").get_by_role("button", name="Bỏ Bà Tư")).to_be_visible()
    signal(host)
    outbox(host, "✓ 0 chờ gửi")
    assert Attendance.present(meeting).count() == 1


def test_somebody_whose_receipt_was_lost_is_taken_off_by_an_undoing_that_is_sent(host, meeting):
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            route.fetch()
            lost.append(route)
            route.abort()
        elif route.request.method == "POST":
            route.fulfill(**BOX)
        else:
            route.continue_()

    host.context.route("**/attendance", lose)
    host.get_by_text("Người chưa có trong danh sách").click()
    host.get_by_label("Họ và tên").fill("Bà Tư")
    host.get_by_role("button", name="Ghi có mặt").last.click()
    expect(host.locator("#waiting b")).to_have_text(["Bà Tư"])
    assert Attendance.select().count() == 1
    host.locator("#waiting").get_by_role("button", name="Bỏ").click()
    outbox(host, "✓ 0 chờ gửi")
    expect(host.locator("h1")).to_have_text("0 người có mặt")
    assert Attendance.present(meeting).count() == 0
    host.context.unroute("**/attendance", lose)


def test_a_class_opened_before_its_time_is_recorded_with_no_signal(people, meeting):
    sessions.move(meeting, now() + timedelta(hours=2), now() + timedelta(hours=3), None)
    page = people("hana")
    open_roll_call(page, meeting)
    expect(page.get_by_label("Tìm người")).to_be_hidden()
    page = cold(page)
    page.goto(f"/meetings/{meeting.uid}")
    page.get_by_label("Tìm người").fill("do hoa")
    page.locator("#found button").click()
    outbox(page, "◌ 1 chờ gửi")
    sessions.move(meeting, now() - timedelta(minutes=5), now() + timedelta(hours=1), None)
    signal(page)
    outbox(page, "✓ 0 chờ gửi")
    assert [row.name for row in Attendance.present(meeting)] == ["Đỗ Thị Hoa"]


def test_a_box_on_the_way_does_not_become_the_list(host, meeting):
    Attendance.check_in(meeting, new_uid(), "self", "Bà Tư")
    expect(host.locator("#present b")).to_have_text(["Bà Tư"], timeout=15_000)
    host.context.route("**/meetings/**", lambda route: route.fulfill(**PORTAL))
    expect(host.locator("#stale")).to_be_visible(timeout=15_000)
    expect(host.locator("#present b")).to_have_text(["Bà Tư"])
    host.get_by_label("Tìm người").fill("thi lan")
    expect(host.locator("#found b")).to_have_text(["Nguyễn Thị Lan"])
    host.context.unroute_all()


def test_the_page_of_no_network_leads_to_the_class_that_was_opened_here(host):
    page = cold(host)
    page.goto("/courses/new")
    page.locator("#here").get_by_role("link", name="Điểm danh · Dùng VNeID").click()
    expect(page.get_by_label("Tìm người")).to_be_visible()


def test_signing_out_is_refused_to_a_host_too_while_something_waits_and_wipes_the_class(host, meeting):
    host.context.set_offline(True)
    host.get_by_text("Người chưa có trong danh sách").click()
    host.get_by_label("Họ và tên").fill("Ông Năm")
    host.get_by_role("button", name="Ghi có mặt").last.click()
    outbox(host, "◌ 1 chờ gửi")
    host.get_by_role("button", name="Đăng xuất").click()
    expect(host.get_by_text("Chưa đăng xuất được")).to_be_visible()
    signal(host)
    outbox(host, "✓ 0 chờ gửi")
    host.get_by_role("button", name="Đăng xuất").click()
    host.get_by_role("link", name="Đăng nhập").wait_for()
    assert host.evaluate(OPEN_CACHE) == []
    kept = """new Promise(done => { const open = indexedDB.open('gocua'); open.onsuccess = () =>
        open.result.transaction('facts').objectStore('facts').getAllKeys().onsuccess = e => done(e.target.result) })"""
    assert host.evaluate(kept) == ["device"]


def test_a_phone_that_keeps_another_village_keeps_nobody_of_this_class(people, world, course):
    begins = now() - timedelta(minutes=10)
    times = [(begins, begins + timedelta(minutes=90))]
    other = Course.open(world.users["hana"], world.areas["TX01"], "vneid", "Dùng VNeID", "Nhà văn hóa", times)
    page = people("sara")
    page.goto("/households?village=TH04")
    page.locator("#ready").wait_for()
    page.goto(f"/meetings/{other.schedule()[0].uid}")
    until_kept(page, f"/meetings/{other.schedule()[0].uid}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("store.read('facts', 'class')") is None

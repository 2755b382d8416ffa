"""Every printed sheet, at its real size: rendered to PDF, photographed badly, and read by two readers."""

import random
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from PIL import ImageFilter, ImageOps

import qr
from classes import sessions
from models import Attendance, Course, Invitation, Meeting, User, new_uid, now
from tests.readers import read_twice
from tests.test_invitations import course  # noqa: F401
from tests.test_needs import open_class, told  # noqa: F401
from views import words

HOSTS = ["https://hoalac.vn", "https://hoalac.hanoi.gov.vn"]
ONLINE = "https://binhdanhocvuso.gov.vn"
LONG_HOST = "https://binhdanhocvuso.hoalac.hanoi.gov.vn"
MILLIMETRES = 25.4 / 72  # of a PDF's point
PRINTER = 300 / 25.4  # dots to a millimetre
A4, A4_ACROSS, A3 = (210, 297), (297, 210), (297, 420)


@pytest.fixture
def sheet(chromium, request, base_url):
    """`sheet("/courses/…/poster")` are the pages that the office's browser prints, with codes for the host given."""
    base_url(request.param)
    client = request.getfixturevalue("as_")("sara")
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=False)

    def answer(route):
        with client.get(route.request.url.removeprefix("http://paper.test")) as found:
            route.fulfill(status=found.status_code, body=found.get_data(), content_type=found.content_type)

    context.route("**/*", answer)
    page = context.new_page()
    page.emulate_media(media="print")  # laid out for paper from the start: on a busy machine a sheet became two once

    def printed(path):
        for table, column in ((Course, "code"), (Invitation, "code"), (User, "card")):
            settle(table, column)
        page.goto(f"http://paper.test{path}")
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        return [document[number] for number in range(len(document))]

    yield printed
    context.close()


def settle(table, column):
    """Give the rows codes that are the same at every run, so that it is no matter of luck how easy they are to read."""
    chance = random.Random(4)
    for row in table.select().order_by(table.id):
        setattr(row, column, "".join(chance.choices(qr.ALPHABET, k=len(getattr(row, column)))))
        row.save()


def size(page):
    return tuple(round(points * MILLIMETRES) for points in page.get_size())


def check_codes(pages, addresses, width, largest=qr.LARGEST_EASY_VERSION):
    """The pages hold exactly these codes, of real size in a clean quiet zone, and read by both when degraded."""
    fits = [qr.fit(address, width) for address in addresses]
    assert max(fit.version for fit in fits) <= largest and min(fit.module for fit in fits) >= 1.0
    found = [(page, code) for page in pages for code in zxingcpp.read_barcodes(rendered(page, PRINTER))]
    assert sorted(code.text for _, code in found) == sorted(addresses)
    for page, code in found:
        check_size(page, code, qr.fit(code.text, width))
        assert read_twice(photographed(page, code, qr.fit(code.text, width))) == [code.text, code.text]


def rendered(page, dots):
    """A page as a grey picture, `dots` to a millimetre."""
    return page.render(scale=dots * MILLIMETRES).to_pil().convert("L")


def box_of(code, beyond, dots):
    """The box of a code that was found at PRINTER's dots, `beyond` millimetres wider on every side, at `dots`."""
    corner, far = code.position.top_left, code.position.bottom_right
    near = [place / PRINTER - beyond for place in (corner.x, corner.y)]
    return tuple(round(edge * dots) for edge in (*near, *(place / PRINTER + beyond for place in (far.x, far.y))))


def photographed(page, code, fit):
    """A code and a centimetre around it as a cheap phone sees them: three pixels a module, tilted, blurred."""
    dots = 3 / fit.module
    picture = rendered(page, dots).crop(box_of(code, qr.QUIET_ZONE * fit.module + 10, dots))
    return picture.rotate(15, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.7))


def check_size(page, code, fit):
    """The code has the size it was given, to a fiftieth, and four modules of white on every side."""
    corner, far = code.position.top_left, code.position.bottom_right
    printed = (far.x - corner.x) / PRINTER / (17 + 4 * fit.version)
    assert abs(printed - fit.module) < fit.module / 50, (code.text, printed, fit.module)
    zone = qr.QUIET_ZONE * fit.module - 0.2
    ring = rendered(page, PRINTER).crop(box_of(code, zone, PRINTER))
    edge = round((zone - 0.2) * PRINTER)
    ring.paste(255, (edge, edge, ring.width - edge, ring.height - edge))
    assert ImageOps.invert(ring).getbbox() is None, code.text


@pytest.mark.parametrize("sheet", HOSTS, indirect=True)
@pytest.mark.parametrize(("query", "paper", "width"), [("", A4, 170), ("?size=A3", A3, 260)])
def test_a_poster_is_read_by_both_readers(course, sheet, app, query, paper, width):  # noqa: F811
    pages = sheet(f"/courses/{course.uid}/poster{query}")
    assert [size(page) for page in pages] == [paper]
    check_codes(pages, [f"{app.config['BASE_URL']}/c/{Course.get().code}"], width)


LONGEST_PLACE = """Nhà văn hóa Thôn 4, cạnh đình làng, đối diện trạm y tế cũ của xã, đi vào theo ngõ bên trái chợ chiều
khoảng một trăm m."""
LONGEST_TITLE = """Cài đặt, đăng nhập và sử dụng VNeID, dịch vụ công, mã QR và chuyển khoản an toàn trên điện thoại cho
người cao tuổi xã."""


@pytest.fixture
def longest(course):  # noqa: F811
    """The class with a title and a place of 120 letters, and six sessions more."""
    title, place = (" ".join(text.split()).ljust(120, "…") for text in (LONGEST_TITLE, LONGEST_PLACE))
    assert (len(title), len(place)) == (120, 120)
    Course.update(title=title, place=place).execute()
    days = [now() + timedelta(days=day) for day in range(2, 8)]
    sessions.add(course, [(day, day + timedelta(hours=1)) for day in days], course.host)
    return Course.get_by_id(course.id)


def words_of(page):
    """What a printed page says, without the places where its lines break."""
    return "".join(page.get_textpage().get_text_bounded().split())


@pytest.mark.parametrize("sheet", [HOSTS[1], LONG_HOST], indirect=True)
@pytest.mark.parametrize(("query", "height"), [("", 297), ("?size=A3", 420)])
def test_the_longest_words_on_a_poster_end_above_its_ruler(longest, sheet, app, query, height):
    [page] = sheet(f"/courses/{longest.uid}/poster{query}")
    picture, said = rendered(page, PRINTER), words_of(page)
    gap = [round(edge * PRINTER) for edge in (0, height - 11.8, 205, height - 10.8)]
    assert ImageOps.invert(picture.crop(gap)).getbbox() is None
    first = longest.schedule().first()
    for text in (longest.place, words.hours(first), longest.number, "Không hỏi tiền, mã OTP, mật khẩu, số căn cước."):
        assert "".join(text.split()) in said
    host = app.config["BASE_URL"].partition("//")[2]
    assert f"{host}/code" in said
    edges = [round(edge * PRINTER) for edge in (2, 2, 8, height - 14)]
    assert ImageOps.invert(picture.crop(edges)).getbbox() is None


@pytest.mark.parametrize("sheet", HOSTS[1:], indirect=True)
def test_a_slip_keeps_its_place_end_time_and_six_digits(world, longest, sheet):
    person = told(
        world, "vneid", people=[("Nguyễn Thị Hồng Nhung Bích Ngọc", 1950, "f", "head")], lane="Xóm Đình Thượng"
    )
    Invitation.invite(longest, [person], "vneid", world.users["hana"])
    said = words_of(sheet(f"/courses/{longest.uid}/slips")[0])
    for text in (longest.place, words.session(longest.schedule().first(), "vi"), longest.number, "số căn cước."):
        assert "".join(text.split()) in said


@pytest.mark.parametrize("sheet", HOSTS, indirect=True)
def test_the_large_sign_is_read_by_both_readers(course, sheet, app):  # noqa: F811
    pages = sheet(f"/courses/{course.uid}/sign")
    assert [size(page) for page in pages] == [A4_ACROSS]
    check_codes(pages, [f"{app.config['BASE_URL']}/c/{Course.get().code}"], 105)


@pytest.mark.parametrize("sheet", HOSTS, indirect=True)
def test_every_slip_is_read_by_both_readers(world, course, sheet, app):  # noqa: F811
    people = [
        told(world, "vneid", people=[(f"Nguyễn Thị Hồng Nhung {n}", 1950 + n, "f", "head")], lane="Xóm Đình")
        for n in range(10)
    ]
    Invitation.invite(course, people, "vneid", world.users["hana"])
    pages = sheet(f"/courses/{course.uid}/slips")
    assert [size(page) for page in pages] == [A4] * 4
    check_codes(pages[::2], [f"{app.config['BASE_URL']}/i/{slip.code}" for slip in Invitation.select()], 45)
    check_codes(pages[1::2], [ONLINE] * 10, 42)
    fronts = sheet(f"/courses/{course.uid}/slips?sides=1")
    assert [words_of(page) for page in fronts] == [words_of(page) for page in pages[::2]]


@pytest.mark.parametrize("sheet", HOSTS[:1], indirect=True)
@pytest.mark.parametrize("each", ["", "?each=1"])
def test_a_confirmation_says_where_to_learn_on_and_its_code_is_read(course, sheet, each):  # noqa: F811
    meeting = course.meetings.get()
    Meeting.update(starts_at=now() - timedelta(hours=2), ends_at=now() - timedelta(hours=1)).execute()
    Attendance.check_in(meeting, new_uid(), "host", "Nguyễn Thị Hồng Nhung")
    [page] = sheet(f"/courses/{course.uid}/confirmations{each}")
    check_codes([page], [ONLINE], 42)
    assert ONLINE.removeprefix("https://") in words_of(page)


@pytest.mark.parametrize("sheet", HOSTS, indirect=True)
def test_volunteers_cards_are_read_by_both_readers(world, sheet, app):
    pages = sheet("/cards/sheet?village=TH04")
    cards = [f"{app.config['BASE_URL']}/v/{User.named(name).card}" for name in ("vera", "leo", "hana")]
    assert {size(page) for page in pages} == {A4}
    check_codes(pages, cards, 45)


@pytest.mark.parametrize("sheet", [LONG_HOST], indirect=True)
def test_a_host_name_too_long_is_said_on_the_page_and_nothing_is_made_small(world, course, sheet, app, as_):  # noqa: F811
    Invitation.invite(course, [told(world, "vneid")], "vneid", world.users["hana"])
    for path, width in (("poster", 170), ("sign", 105), ("slips?sides=1", 45)):
        assert f"{LONG_HOST} quá dài" in as_("hana").get(f"/courses/{course.uid}/{path}").text
        pages = sheet(f"/courses/{course.uid}/{path}")
        code = f"i/{Invitation.get().code}" if path.startswith("slips") else f"c/{Course.get().code}"
        check_codes(pages, [f"{LONG_HOST}/{code}"], width, largest=5)


@pytest.mark.parametrize("sheet", HOSTS[:1], indirect=True)
def test_the_roster_has_a_row_for_everybody_and_rows_to_spare(world, course, sheet):  # noqa: F811
    people = [told(world, "vneid", people=[(f"Lê Thị {n}", 1950, "f", "head")]) for n in range(24)]
    Invitation.invite(course, people, "vneid", world.users["hana"])
    pages = sheet(f"/meetings/{course.meetings.get().uid}/roster")
    assert [size(page) for page in pages] == [A4, A4]
    text = pages[0].get_textpage().get_text_bounded()
    assert [f"Lê Thị {n}" in text for n in range(24)] == [True] * 24
    assert "Lê Thị" not in pages[1].get_textpage().get_text_bounded()


@pytest.mark.parametrize("sheet", HOSTS[:1], indirect=True)
def test_a_ruler_of_five_centimetres_is_five_centimetres_long(course, sheet):  # noqa: F811
    picture = rendered(sheet(f"/courses/{course.uid}/poster")[0], PRINTER)
    strip = picture.crop([round(edge * PRINTER) for edge in (0, 289.4, 67, 290.2)])
    left, _, right, _ = ImageOps.invert(strip).getbbox()
    assert abs((right - left) / PRINTER - 50) < 0.3

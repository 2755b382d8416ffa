"""One's own account, and an administrator who gives somebody another role or area."""

import pytest

from models import Event, User

NEW = "một mật khẩu mới"


@pytest.fixture
def vera(world):
    world.users["vera"].set_password("mật khẩu dài", None)
    return world.users["vera"]


def change(browser, present="mật khẩu dài", password=NEW):
    return browser.post("/account/password", data={"present": present, "password": password})


def test_a_volunteer_changes_their_own_password(as_, vera):
    browser, other_phone = as_("vera"), as_("vera")
    assert change(browser).status_code == 303
    assert User.named("vera").has_password(NEW)
    assert browser.get("/account").status_code == 200
    assert other_phone.get("/account").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("present", "password", "told"),
    [
        ("không phải", NEW, "Mật khẩu đang dùng không đúng."),
        ("mật khẩu dài", "ngắn", "ít nhất 8 ký tự"),
        ("", NEW, "Mật khẩu đang dùng không đúng."),
    ],
)
def test_a_wrong_present_or_a_short_new_password_changes_nothing(as_, vera, present, password, told):
    answer = change(as_("vera"), present, password)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert User.named("vera").has_password("mật khẩu dài")


def test_who_finds_a_phone_cannot_guess_its_password_for_long(as_, vera):
    browser = as_("vera")
    for _ in range(10):
        change(browser, "không phải")
    answer = change(browser)
    assert (answer.status_code, "Chờ 15 phút" in answer.text) == (422, True)
    assert User.named("vera").has_password("mật khẩu dài")


def test_everybody_corrects_their_own_name(as_, world):
    as_("vera").post("/account", data={"name": "  Nguyễn Thị Vẻ  Vang ", "phone": "0912345678"})
    vera = User.named("vera")
    assert (vera.name, vera.phone) == ("Nguyễn Thị Vẻ Vang", None)  # only an administrator is asked at a number


@pytest.mark.parametrize("name", ["", "x" * 300, "Vẻ 001234567890"])
def test_a_name_that_cannot_be_is_refused_beside_its_field(as_, world, name):
    answer = as_("vera").post("/account", data={"name": name})
    assert (answer.status_code, 'id="name-error"' in answer.text) == (422, True)
    assert User.named("vera").name == "Nguyễn Thị Vẻ"


def test_a_forgotten_password_leads_to_an_administrator_by_name_and_number(as_, world):
    assert "Đào Thị Á" not in as_(None).get("/sign-in").text
    answer = as_("ada").post("/account", data={"name": "Đào Thị Á", "phone": "12"})
    assert (answer.status_code, 'value="12"' in answer.text) == (422, True)
    as_("ada").post("/account", data={"name": "Đào Thị Á", "phone": "0912.345.678"})
    page = as_(None).get("/sign-in").text
    assert "Đào Thị Á" in page and 'href="tel:0912345678"' in page and "0912 345 678" in page
    as_("ada").post("/account", data={"name": "Đào Thị Á", "phone": ""})
    assert "Đào Thị Á" not in as_(None).get("/sign-in").text


def place(browser, user, role="volunteer", area="TX01", **more):
    return browser.post(f"/people/{user.uid}/place", data={"role": role, "area": area, **more})


def test_another_area_holds_from_the_next_request(as_, world):
    here, there = world.household("TH04"), world.household("TX01")
    browser = as_("vera")
    assert place(as_("ada"), world.users["vera"]).status_code == 303
    assert browser.get(f"/households/{here.uid}").status_code == 404
    assert browser.get(f"/households/{there.uid}").status_code == 200


def test_another_role_ends_the_sessions_of_the_old_one(as_, world):
    """A volunteer's lasts 90 days, an office's one; and a page of the old role must not stay open."""
    browser = as_("vera")
    place(as_("ada"), world.users["vera"], "staff", "HL")
    assert browser.get("/office").location.startswith("/sign-in")
    assert as_("vera").get("/office").status_code == 200
    assert Event.get(Event.verb == "user.placed").data == {"fields": ["area", "role"], "role": "staff"}


def test_nobody_places_themselves_and_only_an_administrator_places(as_, world):
    assert place(as_("ada"), world.users["ada"], "volunteer", "TX01").status_code == 403
    assert place(as_("sara"), world.users["vera"]).status_code == 404
    assert User.named("vera").area.code == "TH04"


@pytest.mark.parametrize(("role", "area"), [("king", "TX01"), ("lead", "NO99"), ("", "")])
def test_a_role_or_area_that_is_not_there_changes_nothing(as_, world, role, area):
    assert place(as_("ada"), world.users["vera"], role, area).status_code == 422
    vera = User.named("vera")
    assert (vera.role, vera.area.code) == ("volunteer", "TH04")


def test_an_account_of_a_unit_has_one_and_is_where_it_is(as_, world):
    ada, vera, police = as_("ada"), world.users["vera"], world.units["police"]
    assert place(ada, vera, "unit").status_code == 422
    assert place(ada, vera, "unit", unit="nasa").status_code == 422
    assert place(ada, vera, "unit", unit=police.uid).status_code == 303
    now_of = User.named("vera")
    assert (now_of.role, now_of.unit, now_of.area.code) == ("unit", police, "HL")
    assert "Công an xã" in ada.get(f"/people/{vera.uid}").text
    place(ada, vera, "volunteer", "TX01", unit=police.uid)
    assert (User.named("vera").role, User.named("vera").unit) == ("volunteer", None)


def test_another_unit_holds_from_the_next_request(as_, world):
    uma = as_("uma")
    assert "<h1>Trường Tiểu học Thạch Hòa</h1>" in uma.get("/unit").text
    place(as_("ada"), world.users["uma"], "unit", unit=world.units["office"].uid)
    assert "<h1>Văn phòng HĐND và UBND xã</h1>" in uma.get("/unit").text
    assert uma.get("/units").status_code == 200
    place(as_("ada"), world.users["uma"], "unit", unit=world.units["women"].uid)
    assert uma.get("/units").status_code == 404


def test_a_unit_is_given_to_accounts_of_units_alone(world):
    with pytest.raises(ValueError):
        User.add("mai", "Mai", "unit", world.commune)
    with pytest.raises(ValueError):
        world.users["vera"].place("lead", world.areas["TH04"], None, unit=world.units["police"])


def test_an_administrator_adds_an_account_of_a_unit(as_, world):
    sent = {"username": "mai", "name": "Mai", "password": "gõ từng nhà một", "role": "unit"}
    sent["unit"] = world.units["police"].uid
    assert as_("ada").post("/people", data=sent).status_code == 303
    assert User.named("mai").unit == world.units["police"]

"""The office imports a wrong list on its PC, sees what it did, and takes it back after a look."""

from pathlib import Path

from playwright.sync_api import expect

from models import Consent, Household, Resident
from tests.browser.conftest import PC, PHONE
from views import roster

LIST = Path(__file__).resolve().parents[1] / "data" / "danh-sach-thon-4.xlsx"


def test_a_wrong_list_is_taken_back(people, world):
    world.household("TH04", people=[("Quách Thị Sen", 1988, "f", "head")])
    sara = people("sara", PC)
    sara.goto("/roster")
    sara.set_input_files("input[type=file]", LIST)
    sara.get_by_role("button", name="Tải lên và xem trước").click()
    sara.get_by_role("button", name="Lưu vào danh sách").click(timeout=60_000)
    expect(sara.get_by_role("heading", name="✓ Đã lưu")).to_be_visible(timeout=60_000)
    assert Household.select().count() == 213
    home = Household.get(Household.code == "002")
    Consent.withdraw(home, "survey", world.users["sara"])
    sara.get_by_role("link", name="Xem trước rồi hoàn tác").click()
    expect(sara.get_by_role("heading", name="Hoàn tác lần nhập này?")).to_be_visible()
    expect(sara.get_by_text("1 hộ giữ nguyên")).to_be_visible()
    assert Household.select().count() == 213
    sara.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(sara.get_by_role("heading", name="✕ Đã hoàn tác")).to_be_visible(timeout=60_000)
    assert {row.code for row in Household.select()} == {home.code, Household.get(head_name="Quách Thị Sen").code}
    assert Resident.select().where(Resident.name == "Quách Thị Sen").count() == 1
    expect(sara.get_by_role("link", name=f"Hộ {home.code}")).to_be_visible()


def test_the_progress_of_a_list_ends_by_itself_on_its_preview(people, world, monkeypatch):
    monkeypatch.setattr(roster, "ANSWERS_WITHIN", 0)
    sara = people("sara", PHONE)
    sara.goto("/roster")
    sara.set_input_files("input[type=file]", LIST)
    sara.get_by_role("button", name="Tải lên và xem trước").click()
    expect(sara.get_by_text("◌ Đang đọc tệp")).to_be_visible()
    expect(sara.get_by_text("Xem trước: chưa lưu gì.")).to_be_visible(timeout=60_000)
    sara.get_by_role("button", name="Lưu vào danh sách").click()
    expect(sara.get_by_role("heading", name="✓ Đã lưu")).to_be_visible(timeout=60_000)


def test_a_list_is_imported_and_taken_back_without_script(people, world, monkeypatch):
    monkeypatch.setattr(roster, "ANSWERS_WITHIN", 60)
    sara = people("sara", PHONE, java_script_enabled=False)
    sara.goto("/roster")
    sara.set_input_files("input[type=file]", LIST)
    sara.get_by_role("button", name="Tải lên và xem trước").click()
    sara.get_by_role("button", name="Lưu vào danh sách").click()
    sara.get_by_role("link", name="Xem trước rồi hoàn tác").click()
    sara.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(sara.get_by_role("heading", name="✕ Đã hoàn tác")).to_be_visible()
    assert Household.select().count() == 0

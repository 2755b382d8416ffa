"""A newcomer whom the village knows: the phone keeps the form, asks who it is, and the answer moves one person."""

from playwright.sync_api import expect

from models import Household, Move, Resident


def test_a_newcomer_known_elsewhere_is_asked_about_on_the_phone_and_moves_once(people, world):
    old = world.household(people=[("Quách Văn Dũng", 1985, "m", "head"), ("Bùi Thị Sen", 1988, "f", "spouse")])
    new = world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head")])
    vera = people("vera")
    vera.goto(f"/households/{new.uid}?fresh=1")
    vera.locator("input[name=outcome][value=done]").check(force=True)
    row = vera.locator("details[data-newcomer]").first
    row.locator("summary").first.click()
    expect(row.locator(".same")).to_be_hidden()
    row.locator("input[name$='.name']").fill("Quach Van Dung")
    row.locator("input[name$='.birth_year']").fill("1985")
    vera.get_by_role("button", name="Lưu · nhà tiếp").click()
    vera.wait_for_url("**kept=*")
    vera.goto("/households/outbox")
    expect(vera.locator("[data-why]").first).to_contain_text("Trùng với")
    vera.get_by_role("link", name="Mở phiếu để sửa").click()
    vera.wait_for_url("**record=*")
    row = vera.locator("details[data-newcomer]").first
    expect(row.locator(".same")).to_contain_text("Trùng với Quách Văn Dũng, 1985, hộ 001?")
    row.locator(".same input[value=yes]").check(force=True)
    vera.get_by_role("button", name="Lưu · nhà tiếp").click()
    vera.wait_for_url("**kept=*")
    vera.goto("/households/outbox")
    expect(vera.get_by_text("Đã gửi hết, không còn phiếu nào chờ trên máy.")).to_be_visible()
    assert [person.name for person in new.living()] == ["Nguyễn Thị Lan", "Quách Văn Dũng"]
    assert (old.living().count(), Move.select().count(), Resident.select().count()) == (1, 1, 3)
    assert Household.get_by_id(old.id).head_name == "Bùi Thị Sen"

"""What a phone tells of itself, and how a revoked one forgets."""

from playwright.sync_api import expect

from models import Device, Visit

STORED = """
(store) => new Promise(done => { const open = indexedDB.open('gocua'); open.onsuccess = () =>
  open.result.transaction(store).objectStore(store).count().onsuccess = event => done(event.target.result) })
"""


def survey(page, household):
    page.goto(f"/households/{household.uid}")
    page.get_by_role("radio", name="Vắng nhà").click()
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    page.locator("#kept").wait_for()


def test_a_phone_tells_its_count_and_a_revoked_one_forgets_its_village_but_no_record(people, world):
    doors = [world.household() for _ in range(3)]
    phone = people("vera")
    phone.locator("#ready").wait_for()
    phone.context.set_offline(True)
    survey(phone, doors[0])
    survey(phone, doors[0])
    phone.context.set_offline(False)
    phone.locator("#outbox-state", has_text="✓ 0 chờ gửi").wait_for(timeout=20_000)
    seen = Device.get()
    assert (seen.made, seen.received, seen.gaps, seen.user.username) == (2, 2, [], "vera")
    assert seen.version.startswith("0.")

    seen.revoke(world.users["leo"])
    survey_refused(phone, doors[1])
    assert (phone.evaluate(STORED, "households"), phone.evaluate(STORED, "records")) == (0, 1)
    assert phone.evaluate("caches.keys().then(names => names.filter(name => name.startsWith('pages-')))") == []
    assert Visit.select().count() == 2

    Device.get().restore(world.users["leo"])
    phone.get_by_role("link", name="Thử lại").click()
    phone.locator("#outbox-state", has_text="✓ 0 chờ gửi").wait_for(timeout=20_000)
    assert (Visit.select().count(), Device.get().gaps) == (3, [])


def survey_refused(page, household):
    page.goto(f"/households/{household.uid}")
    page.get_by_role("radio", name="Vắng nhà").click()
    page.get_by_role("button", name="Lưu · nhà tiếp").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Máy này đã được thu hồi", timeout=20_000)
    page.wait_for_function(f"({STORED})('households').then(count => count === 0)")

"""What the server would refuse is said at the door, with no signal too, by the same rules."""

import json

import pytest
from playwright.sync_api import expect

from fields import broken, rules
from models import Household
from tests.browser.test_outbox import (
    COUNT_RECORDS,
    doors,  # noqa: F401
    no_signal,
    phone,  # noqa: F401
    save,
    wait_until_sent,
)
from tests.browser.test_outbox import (
    survey as open_agreed,
)

TYPED = {
    "children_0_5": ["0", "9", "10", "-1", "hai", "1234567890"],
    "birth_year": ["1900", "1899", "2010", "2011", "2026", "2031", "5x", "199", "19900", "-1990"],
    "number": ["0912 345 678", "+84912345678", "84912345678", "0123 456 7890", "024 3368 1234", "123", "09123456789"],
    "note": ["Cổng sau", "001099012345", "012 345 678", "12.34.56.789", "1234567890", "ấ" * 120, "ấ" * 121, "😀" * 120],
}


def tap_save(page):
    page.get_by_role("button", name="Lưu · nhà tiếp").click()


def complaints(page):
    return page.locator(".error[data-of]").all_inner_texts()


def test_the_phone_and_the_server_judge_alike(phone, doors, use_plan):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    carried = json.loads(phone.locator("form[data-door]").get_attribute("data-rules"))["fields"]
    here = rules(use_plan)
    for field, texts in TYPED.items():
        by_phone = [
            phone.evaluate("([its, text]) => rules.broken(its, text)", [carried[field], text]) for text in texts
        ]
        by_server = [broken(here[field], text) for text in texts]
        assert by_phone == [s.text % s.values if s else "" for s in by_server], field
        assert len({bool(said) for said in by_phone}) == 2


@pytest.mark.parametrize(
    ("field", "typed", "sentence", "right"),
    [
        ("birth_year", "2031", "Nguyễn Thị Lan, Năm sinh: Năm sinh gồm 4 chữ số, từ 1900 đến 2010.", "1958"),
        ("number", "123", "Nguyễn Thị Lan, Số điện thoại để nhắc lịch học: Số điện thoại gồm 10", "0912345678"),
        ("lane", "001099012345", "Xóm, ngõ: Không ghi số giấy tờ vào đây.", "Ngõ 7"),
    ],
)
def test_what_is_written_wrongly_is_said_beside_its_field_until_it_is_mended(
    phone,  # noqa: F811
    doors,  # noqa: F811
    field,
    typed,
    sentence,
    right,
):
    no_signal(phone)
    open_agreed(phone, doors[0])
    phone.get_by_role("radio", name="Được", exact=True).click()
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    box = phone.locator(f"form input.text[name$='{field}']").first
    box.fill(typed)
    tap_save(phone)
    assert len(complaints(phone)) == 1
    assert complaints(phone)[0].startswith(sentence)
    assert phone.evaluate(COUNT_RECORDS) == 0
    box.fill(right)
    assert complaints(phone) == []
    save(phone)


def test_a_new_household_with_nobody_is_not_kept(phone):  # noqa: F811
    no_signal(phone)
    phone.goto("/households/new?village=TH04")
    phone.get_by_role("radio", name="Đồng ý").click()
    tap_save(phone)
    assert complaints(phone) == ["Người mới, Họ và tên: Ghi ít nhất một người của hộ."]
    phone.get_by_label("Họ và tên").first.fill("Trần Văn Tú")
    tap_save(phone)
    assert complaints(phone) == ["Trần Văn Tú, Năm sinh: Ghi năm sinh; không nhớ thì ghi năm ước chừng."]
    phone.locator("[name$='.birth_year']").first.fill("1970")
    save(phone)
    no_signal(phone, off=False)
    wait_until_sent(phone)
    assert Household.select().where(Household.head_name == "Trần Văn Tú").count() == 1


def test_the_missing_outcome_is_said_until_it_is_chosen(phone, doors):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    phone.get_by_role("radio", name="Máy riêng").first.click()
    tap_save(phone)
    expect(phone.locator("#outcome-missing")).to_be_visible()
    phone.get_by_role("radio", name="Đồng ý").click()
    expect(phone.locator("#outcome-missing")).to_be_hidden()


def test_none_and_the_other_answers_put_each_other_out(phone, doors):  # noqa: F811
    open_agreed(phone, doors[0])

    def chosen(key):
        return [
            box.get_attribute("value")
            for box in phone.locator("section[data-person]").first.locator(f"input[name$='.{key}']").all()
            if box.is_checked()
        ]

    def tap(key, *values):
        for value in values:
            phone.locator(f"input[name$='.{key}'][value={value}]").first.click()

    tap("needs", "none", "vneid")
    assert chosen("needs") == ["vneid"]
    tap("account", "bank", "wallet", "none")
    assert chosen("account") == ["none"]
    save(phone)
    wait_until_sent(phone)
    told = doors[0].living().first().answers
    assert (told["needs"], told["account"]) == (["vneid"], ["none"])


def test_one_tap_on_a_question_shows_it_as_the_plan_asks_it(phone, doors, use_plan):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    account = next(question for question in use_plan.person_questions if question.key == "account")
    row = phone.locator("section[data-person] fieldset.q", has_text="Tài khoản thanh toán").first
    expect(row.get_by_text(account.text.vi).last).to_be_hidden()
    row.locator("summary").click()
    expect(row.get_by_text(account.text.vi).last).to_be_visible()
    assert row.locator("summary").bounding_box()["height"] >= 48
    assert "Ngân hàng: Tài khoản ngân hàng" in row.inner_text()


def test_nobody_at_home_asks_nothing_about_the_home_and_a_refusal_keeps_its_note(phone, doors):  # noqa: F811
    open_agreed(phone, doors[0], outcome="Vắng nhà")
    assert phone.locator("form .person:visible").count() == 0
    phone.get_by_role("radio", name="Từ chối").click()
    assert phone.locator("form .person:visible").count() == 0
    phone.locator("summary", has_text="Ghi chú").click()
    phone.get_by_label("Cho lần đến sau").fill("001099012345")
    tap_save(phone)
    assert complaints(phone)[0].endswith("Không ghi số giấy tờ vào đây.")
    phone.get_by_label("Cho lần đến sau").fill("Có chó dữ")
    save(phone)
    wait_until_sent(phone)
    home = Household.get_by_id(doors[0].id)
    assert (home.state, home.note) == ("refused", "Có chó dữ")


def test_nobody_at_home_in_a_new_household_still_asks_who_lives_there(phone):  # noqa: F811
    phone.goto("/households/new?village=TH04")
    phone.get_by_role("radio", name="Vắng nhà").click()
    expect(phone.get_by_label("Họ và tên").first).to_be_visible()


def test_the_notice_is_loud_until_a_form_was_saved_and_one_line_afterwards(phone, doors):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    loud = phone.get_by_text("UBND xã hỏi để mở lớp và hướng dẫn")
    expect(loud).to_be_visible()
    phone.get_by_role("radio", name="Vắng nhà").click()
    save(phone)
    phone.goto(f"/households/{doors[1].uid}")
    expect(phone.get_by_text("Đọc cho gia đình nghe")).to_be_visible()
    expect(loud).to_be_hidden()
    assert phone.locator(".before-asking").bounding_box()["height"] <= 56


def test_each_job_beside_the_questions_opens_alone_from_one_line(phone, doors):  # noqa: F811
    phone.goto(f"/households/{doors[0].uid}")
    jobs = phone.locator("section[data-person]").first.locator(".jobs > details > summary")
    expect(jobs).to_have_text(["Đã hướng dẫn", "Hỏi thêm", "Sửa"])
    expect(jobs.last).to_be_visible()
    assert len({round(job.bounding_box()["y"]) for job in jobs.all()}) == 1
    jobs.nth(2).click()
    person = phone.locator("section[data-person]").first
    expect(person.get_by_label("Họ và tên")).to_be_visible()
    expect(person.get_by_text("Mấy phút").first).to_be_hidden()


def test_the_bar_covers_neither_the_foot_nor_why_signing_out_was_refused(phone, doors):  # noqa: F811
    no_signal(phone)
    save(open_agreed(phone, doors[0], outcome="Vắng nhà"))
    phone.goto("/households?village=TH04")
    phone.get_by_role("button", name="Đăng xuất").click()
    refused, bar = phone.locator("[data-refused]"), phone.locator(".bar")
    expect(refused).to_be_visible()
    assert bar.bounding_box()["y"] + bar.bounding_box()["height"] <= phone.locator(".foot").bounding_box()["y"] + 1
    assert 0 < refused.bounding_box()["y"] < 800


def test_with_letters_twice_as_large_nothing_runs_over_the_edge_and_bars_leave_room(phone, doors):  # noqa: F811
    for address in ("/households/new?village=TH04", f"/households/{doors[0].uid}"):
        phone.goto(address)
        phone.get_by_text("Kết quả lần đến").first.wait_for()
        phone.evaluate("document.documentElement.style.fontSize = '34px'")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        phone.evaluate("scrollTo(0, 900)")
        boxes = [phone.locator(".bar").bounding_box(), phone.locator(".top.door").bounding_box()]
        covered = sum(max(0, min(800, box["y"] + box["height"]) - max(0, box["y"])) for box in boxes)
        assert covered <= 300

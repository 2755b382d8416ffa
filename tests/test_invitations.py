"""Invitations: from a number to a list to slips, the page a slip opens, and those who did not come."""

import re
from datetime import timedelta

import pytest

from classes import sessions
from models import Attendance, Event, Household, Invitation, Limit, Meeting, Resident, User, new_uid, now
from tests.test_needs import LONG_BEFORE, open_class, told  # noqa: F401


@pytest.fixture
def course(open_class):  # noqa: F811
    """Hana's VNeID class in Thôn 4, open now."""
    return open_class(begins=timedelta(minutes=-10))


@pytest.fixture
def lan(world):
    return told(world, "vneid", at=now() - LONG_BEFORE)


@pytest.fixture
def slip(world, course, lan):
    """Lan's invitation to that class."""
    return Invitation.invite(course, [lan], "vneid", world.users["hana"])[0]


def begun(course, days=1):
    """Move the class so that its session was over some days ago."""
    ends = now() - timedelta(days=days)
    Meeting.update(starts_at=ends - timedelta(hours=1), ends_at=ends).where(Meeting.course == course).execute()


def other_host(world):
    return User.add("olga", "Ông Gia", "host", world.areas["TX01"])


def test_three_taps_from_a_number_to_invitations(world, course, lan, as_):
    told(world, "vneid", people=[("Lê Hoa", 1960, "f", "head")])
    hana = as_("hana")
    cell = re.search(r'href="(/needs/TH04/vneid)">2<', hana.get("/needs").text)[1]
    choice = re.search(rf'href="(/courses/{course.uid}/invite[^"]*)"', hana.get(cell).text)[1].replace("&amp;", "&")
    page = hana.get(choice).text
    chosen = re.findall(r'name="person" value="([^"]+)" checked', page)
    assert len(chosen) == 2 and lan.uid in chosen
    answer = hana.post(f"/courses/{course.uid}/invite", data={"need": "vneid", "area": "TH04", "person": chosen})
    sent = answer.location.partition("since=")[2]
    assert answer.location == f"/courses/{course.uid}/invitations?invited=2&asked=2&since={sent}"
    assert [row.user.username for row in Invitation.select()] == ["hana", "hana"]
    assert "Không còn ai ở đây cần việc này" in hana.get(cell).text


def test_a_number_leads_to_a_new_class_for_it_too(lan, as_):
    hana = as_("hana")
    address = re.search(r'href="(/courses/new[^"]+)"', hana.get("/needs/TH04/vneid").text)[1].replace("&amp;", "&")
    page = hana.get(address).text
    assert re.findall(r'name="(topic|area)" value="(\w+)" checked', page) == [("topic", "vneid"), ("area", "TH04")]
    assert 'class="error"' not in page


def test_who_came_uninvited_gets_a_lasting_number_when_the_roster_is_printed(world, course, slip, as_):
    an = told(world, "vneid", people=[("Trần Văn An", 1950, "m", "head")])
    meeting, hana = course.meetings.get(), as_("hana")
    Attendance.check_in(meeting, new_uid(), "self", "", resident=an)
    roster = f"/meetings/{meeting.uid}/roster"
    assert f'action="{roster}"' in hana.get(f"/meetings/{meeting.uid}").text
    assert "1 người đã đến lớp nhưng chưa có số" in hana.get(roster).text
    assert Invitation.select().count() == 1
    for _ in range(2):
        assert hana.post(roster).location == roster
    numbers = {row.resident.name: (row.number, row.need) for row in Invitation.with_people(course=course)}
    assert numbers == {"Nguyễn Thị Lan": (1, "vneid"), "Trần Văn An": (2, "")}
    assert Event.select().where(Event.verb == "roster.printed").count() == 2
    assert as_("vera").post(roster).status_code == 404


def test_a_double_tap_invites_once_and_says_who_was_invited_before(course, lan, as_):
    hana, sent = as_("hana"), {"need": "vneid", "person": [lan.uid]}
    answers = [hana.post(f"/courses/{course.uid}/invite", data=sent) for _ in range(2)]
    assert answers[1].location.endswith("invited=0&asked=1")
    assert "được mời từ trước" in hana.get(answers[1].location).text
    assert Invitation.select().count() == 1


def test_the_list_is_chosen_up_to_the_room_that_is_left(world, course, as_):
    course.change(world.users["hana"], capacity=3)
    for number in range(5):
        told(world, "vneid", people=[(f"Lê Hoa {number}", 1960, "f", "head")])
    page = as_("hana").get(f"/courses/{course.uid}/invite").text
    assert (page.count('name="person"'), page.count("checked")) == (5, 3)
    assert "Lớp còn 3 chỗ." in page


@pytest.mark.parametrize("sent", [{"need": "vneid"}, {"need": "payment"}, {"need": "nonsense", "person": "x"}])
def test_nobody_chosen_or_a_need_the_class_does_not_answer_is_refused(course, lan, as_, sent):
    person = [lan.uid] if sent["need"] == "payment" else []
    answer = as_("hana").post(f"/courses/{course.uid}/invite", data=sent | {"person": person})
    assert (answer.status_code, Invitation.select().count()) == (422, 0)


def test_a_host_invites_nobody_from_beside_the_area(world, course, as_):
    far = told(world, "vneid", village="TX01")
    as_("hana").post(f"/courses/{course.uid}/invite", data={"need": "vneid", "person": [far.uid]})
    assert Invitation.select().count() == 0
    assert as_("hana").get("/needs/TX01/vneid").status_code == 404
    assert as_("hana").get(f"/courses/{course.uid}/invite?area=TX01").status_code == 404
    assert far.name in as_("sara").get(f"/courses/{course.uid}/invite?area=TX01").text


@pytest.mark.parametrize("path", ["invite", "invitations", "slips", "sign"])
def test_another_areas_invitations_do_not_exist_and_volunteers_hold_no_classes(world, course, slip, as_, path):
    other_host(world)
    page = f"/courses/{course.uid}/{path}"
    assert {who: as_(who).get(page).status_code for who in ("hana", "leo", "olga", "vera", "uma")} == {
        "hana": 200, "leo": 200, "olga": 404, "vera": 404, "uma": 404,
    }  # fmt: skip


@pytest.mark.parametrize("action", ["undo", "code"])
def test_only_a_host_of_the_area_takes_back_or_renews(world, slip, as_, action):
    other_host(world)
    assert [as_(who).post(f"/invitations/{slip.uid}/{action}").status_code for who in ("olga", "vera")] == [404, 404]
    same = Invitation.get()
    assert (same.code, same.undone_at) == (slip.code, None)
    assert as_("hana").post(f"/invitations/{slip.uid}/{action}").status_code == 303


def test_a_stranger_sees_the_class_and_a_number_and_no_name(lan, slip, as_):
    page = as_(None).get(f"/i/{slip.code.lower()}")
    assert "Thư mời số 1" in page.text and "Dùng VNeID" in page.text
    assert not {lan.name, "1958", "hộ 001"} & {text for text in (lan.name, "1958", "hộ 001") if text in page.text}
    assert ("<script" in page.text, page.headers.get("Set-Cookie")) == (False, None)
    assert Attendance.select().count() == 0


@pytest.mark.parametrize("who", [None, "vera", "olga", "uma"])
def test_nobody_but_a_host_of_the_class_learns_the_name(world, lan, slip, as_, who):
    other_host(world)
    browser = as_(who)
    thanks = browser.post(f"/i/{slip.code}", data={"op": new_uid()})
    assert lan.name not in browser.get(f"/i/{slip.code}").text + thanks.text
    assert thanks.headers["Cache-Control"] == "private, no-cache"
    assert "Thư mời số 1: cảm ơn bác" in thanks.text
    assert (Attendance.get().how, Attendance.get().user) == ("self", None)


def test_a_tap_checks_the_invited_person_in_once(lan, slip, as_):
    sent = {"op": new_uid()}
    answers = [as_(None).post(f"/i/{slip.code}", data=sent) for _ in range(3)]
    answers.append(as_(None).post(f"/i/{slip.code}", data={"op": new_uid()}))
    assert {answer.status_code for answer in answers} == {200}
    assert "Đã ghi có mặt lúc" in answers[0].text and "đã được ghi từ trước" in answers[3].text
    row = Attendance.get()
    assert (Attendance.select().count(), row.resident, row.how) == (1, lan, "self")


def test_sent_again_after_the_class_it_still_thanks(course, slip, as_):
    sent = {"op": new_uid()}
    as_(None).post(f"/i/{slip.code}", data=sent)
    begun(course)
    assert "Đã ghi có mặt lúc" in as_(None).post(f"/i/{slip.code}", data=sent).text
    assert "Lớp này đã kết thúc." in as_(None).post(f"/i/{slip.code}", data={"op": new_uid()}).text


def test_a_host_who_scans_sees_the_name_and_records_in_one_tap(lan, slip, as_):
    hana = as_("hana")
    assert lan.name in hana.get(f"/i/{slip.code}").text
    answer = hana.post(f"/i/{slip.code}", data={"op": new_uid()})
    row = Attendance.get()
    assert (row.how, row.user.username, row.resident) == ("host", "hana", lan)
    assert f"Đã ghi {lan.name} có mặt" in answer.text


def test_a_host_may_look_whose_slip_it_is_when_no_session_is_open(lan, course, slip, as_):
    begun(course)
    assert lan.name in as_("hana").get(f"/i/{slip.code}").text
    stranger = as_(None).get(f"/i/{slip.code}").text
    assert "Lớp này đã kết thúc." in stranger and lan.name not in stranger


def test_the_word_on_the_blackboard_is_asked_of_a_slip_too(world, course, slip, as_):
    course.meetings.get().set_word("Hoa sen", world.users["hana"])
    wrong = as_(None).post(f"/i/{slip.code}", data={"op": new_uid(), "word": "lá"})
    assert (wrong.status_code, 'id="word-error"' in wrong.text, Attendance.select().count()) == (422, True, 0)
    assert as_(None).post(f"/i/{slip.code}", data={"op": new_uid(), "word": "hoa SEN"}).status_code == 200
    assert Attendance.select().count() == 1


@pytest.mark.parametrize("end", ["undo", "code"])
def test_a_slip_taken_back_or_replaced_has_a_kind_answer_and_a_way_on(slip, as_, end):
    as_("hana").post(f"/invitations/{slip.uid}/{end}")
    for answer in (as_(None).get(f"/i/{slip.code}"), as_(None).post(f"/i/{slip.code}", data={"op": new_uid()})):
        assert (answer.status_code, 'href="/code"' in answer.text) == (404, True)
    assert Attendance.select().count() == 0
    if end == "code":
        assert as_(None).get(f"/i/{Invitation.get().code}").status_code == 200
        assert Invitation.get().number == slip.number


def test_guesses_are_counted_and_a_right_code_is_never_refused(slip, as_):
    browser = as_(None)
    statuses = {browser.get(f"/i/{number:013d}").status_code for number in range(3)}
    assert (statuses, Limit.get(Limit.key == "slip").number) == ({404}, 3)
    Limit.update(number=300).execute()
    assert browser.get("/i/0000000000000").status_code == 429
    assert browser.get(f"/i/{slip.code}").status_code == 200


def test_who_was_invited_and_did_not_come_is_a_door_list_by_lane(world, course, slip, as_):
    came = told(world, "vneid", people=[("Lê Hoa", 1960, "f", "head")], lane="Ngõ 2")
    Invitation.invite(course, [came], "vneid", world.users["hana"])
    Attendance.check_in(course.meetings.get(), new_uid(), "self", "", resident=came)
    assert "Đã mời, chưa đến: 0 người" in as_("vera").get("/invitations").text
    begun(course)
    page = as_("vera").get("/invitations").text
    absent = page.split("Đã mời, chưa đến")[1]
    assert ("Nguyễn Thị Lan" in absent, "Lê Hoa" in absent) == (True, False)
    assert f"/households/{slip.resident.household.uid}" in absent
    assert "Nguyễn Thị Lan" not in as_("otto").get("/invitations").text
    assert "1 người được mời chưa đến buổi nào" in as_("hana").get(f"/courses/{course.uid}/invitations").text


def test_invitations_of_those_who_did_not_come_are_taken_back_together(world, course, slip, as_):
    begun(course)
    other_host(world)
    release = f"/courses/{course.uid}/invitations/absent"
    assert [as_(who).post(release).status_code for who in ("olga", "vera", "hana")] == [404, 404, 303]
    assert Invitation.get().undone_at is not None
    assert Event.select().where(Event.verb == "course.absent_released").get().data == {"people": 1}


def test_a_class_called_off_gives_its_guests_back(world, course, slip, as_):
    sessions.cancel(course.meetings.get(), world.users["hana"], "mưa bão")
    assert "Đã mời, chưa đến: 0 người" in as_("vera").get("/invitations").text
    assert "1 người được mời chưa đến buổi nào" in as_("hana").get(f"/courses/{course.uid}/invitations").text
    as_("hana").post(f"/courses/{course.uid}/invitations/absent")
    assert ">1</a>" in as_("hana").get("/needs").text


def test_only_those_whose_need_is_open_are_invited(world, course, as_):
    content = told(world, "none")
    as_("hana").post(f"/courses/{course.uid}/invite", data={"need": "vneid", "person": [content.uid]})
    assert Invitation.select().count() == 0


def test_a_volunteer_hands_a_slip_over_and_may_take_that_back(world, slip, as_):
    vera = as_("vera")
    assert "Cần đưa thư: 1 người" in vera.get("/invitations").text
    assert as_("otto").post(f"/invitations/{slip.uid}/handed").status_code == 404
    answer = vera.post(f"/invitations/{slip.uid}/handed")
    assert "Bấm nhầm" in vera.get(answer.location).text and Invitation.get().handed_at
    vera.post(f"/invitations/{slip.uid}/handed", data={"handed": "no"})
    assert Invitation.get().handed_at is None


def test_slips_of_one_household_are_handed_over_together_and_taken_back_together(world, course, as_):
    household = world.household(people=[("Bạch Thị Hoa", 1960, "f", "head"), ("Bạch Văn Hải", 1985, "m", "child")])
    Household.update(agreed=True).where(Household.id == household.id).execute()
    Invitation.invite(course, list(household.living()), "vneid", world.users["leo"])
    first, second = Invitation.select().order_by(Invitation.number)
    vera = as_("vera")
    page = vera.get("/invitations").text
    assert page.count("Đã đưa cả 2 thư") == 1
    answer = vera.post(f"/invitations/{first.uid}/handed", data={"also": second.uid})
    assert "Bạch Văn Hải, Bạch Thị Hoa" in vera.get(answer.location).text
    assert all(row.handed_at for row in Invitation.select())
    vera.post(f"/invitations/{first.uid}/handed", data={"also": second.uid, "handed": "no"})
    assert not any(row.handed_at for row in Invitation.select())
    assert as_("otto").post(f"/invitations/{first.uid}/handed", data={"also": second.uid}).status_code == 404


def ticked(page):
    return len(re.findall(r'name="person" value="[^"]+" checked', page))


def test_nobody_or_one_lane_is_chosen_in_a_tap(world, course, as_):
    for number, lane in enumerate(("Xóm Đình", "Xóm Đình", "Xóm Chùa")):
        person = told(world, "vneid", people=[(f"Hà Thị {'ABC'[number]}", 1960, "f", "head")])
        Household.update(lane=lane).where(Household.id == person.household_id).execute()
    leo, address = as_("leo"), f"/courses/{course.uid}/invite"
    assert ticked(leo.get(address).text) == 3
    assert ticked(leo.get(f"{address}?choose=none").text) == 0
    assert ticked(leo.get(f"{address}?lane=Xóm Đình").text) == 2


def test_invitations_given_by_mistake_are_taken_back_together(world, course, as_):
    people = [told(world, "vneid", people=[(f"Hà Thị {c}", 1960, "f", "head")]) for c in "ABC"]
    earlier = Invitation.invite(course, people[:1], "vneid", world.users["leo"])[0]
    Invitation.update(invited_at=now() - timedelta(hours=1)).where(Invitation.id == earlier.id).execute()
    leo = as_("leo")
    sent = {"need": "vneid", "person": [person.uid for person in people[1:]]}
    page = leo.get(leo.post(f"/courses/{course.uid}/invite", data=sent).location).text
    assert "thu lại cả 2 thư" in page
    since = re.search(r'name="since" value="([^"]+)"', page)[1]
    answer = leo.post(f"/courses/{course.uid}/invitations/undo", data={"since": since})
    assert "Đã thu lại 2 thư mời." in leo.get(answer.location).text
    assert [row.id for row in Invitation.select().where(Invitation.undone_at.is_null())] == [earlier.id]
    assert leo.post(f"/courses/{course.uid}/invitations/undo", data={"since": "never"}).status_code == 400


def test_no_list_costs_more_queries_for_more_people(world, course, slip, as_, count_queries):
    pages = [f"/courses/{course.uid}/{page}" for page in ("invite", "invitations", "slips")]
    pages += ["/needs", "/needs/TH04/vneid", "/invitations", f"/meetings/{course.meetings.get().uid}/roster"]
    leo = as_("leo")

    def cost():
        costs = []
        for page in pages:
            with count_queries() as queries:
                assert leo.get(page).status_code == 200
            costs.append(len(queries))
        return costs

    told(world, "vneid")
    few = cost()
    more = [told(world, "vneid") for _ in range(6)]
    Invitation.invite(course, more[:3], "vneid", world.users["hana"])
    assert cost() == few


@pytest.mark.parametrize("why", ["moved", "died", "away", "mistake"])
def test_who_left_keeps_no_seat_of_a_class(world, course, lan, slip, database, why):
    course.change(None, capacity=1)
    assert Invitation.room(course) == 0
    Resident.update(left=why).where(Resident.id == lan.id).execute()
    assert Invitation.room(course) == 1


def test_a_hand_over_sent_by_a_phones_queue_is_answered_by_a_receipt_or_by_why_it_means_nothing(world, slip, as_):
    sent = {"op": new_uid()}
    hand = {"path": f"/invitations/{slip.uid}/handed", "data": sent, "headers": {"Accept": "application/json"}}
    told = as_("vera").post(**hand).json
    assert (told["id"], told["state"], bool(Invitation.get().handed_at)) == (sent["op"], "received", True)
    slip.undo(world.users["hana"])
    refused = as_("vera").post(**hand)
    assert (refused.status_code, refused.json["errors"]["slip"][:24]) == (409, "Thư mời này đã thu lại, ")
    assert as_("otto").post(**hand).status_code == 409

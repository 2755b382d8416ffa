"""What officers write in a report: no wording is lost, whoever writes at once and however often it is sent."""

import threading

import pytest

from database import db
from models import Event, Overtaken, ReportText, new_uid


@pytest.fixture
def write(world):
    """`write("Đã họp.", seen=0)` as Sara saves the first part of November's report."""

    def save(text, seen, who="sara", part="I", period="2026-11", area=world.commune, **more):
        return ReportText.write(area, period, part, text, world.users[who], seen, **more)

    return save


def standing(world, part="I", period="2026-11"):
    return ReportText.standing(world.commune, period)[part].text


def test_each_wording_is_kept_and_the_newest_stands(world, write):
    write("Đã họp.", 0)
    write("Đã họp hai lần.", 1, "ada")
    history = ReportText.history(world.commune, "2026-11", "I")
    told = [(row.revision, row.text, row.changed_by.username) for row in history]
    assert told == [(2, "Đã họp hai lần.", "ada"), (1, "Đã họp.", "sara")]
    assert standing(world) == "Đã họp hai lần."
    assert Event.select().where(Event.verb == "report.written").count() == 2


def test_a_saving_sent_twice_is_kept_once(world, write):
    uid = new_uid()
    assert write("Đã họp.", 0, uid=uid).id == write("Đã họp.", 0, uid=uid).id
    assert ReportText.select().count() == 1


def test_what_says_nothing_new_is_not_kept(world, write):
    assert write("", 0) is None
    write("Đã họp.", 0)
    write("Đã họp hai lần.", 1, "ada")
    assert write("Đã họp.", 1).revision == 2, "Sara changed nothing: what Ada wrote stands"
    assert write("", 0).revision == 2, "and so it does for a page that was opened while nothing was written"
    assert write("Đã họp hai lần.", 1).revision == 2, "the same words twice are no quarrel"
    assert ReportText.select().count() == 2


def test_other_words_written_meanwhile_are_not_overwritten(world, write):
    write("Đã họp.", 0)
    write("Đã họp hai lần.", 1, "ada")
    with pytest.raises(Overtaken) as overtaken:
        write("Đã họp, đã kiểm tra.", 1)
    assert (overtaken.value.row.revision, overtaken.value.row.text) == (2, "Đã họp hai lần.")
    write("Đã họp hai lần, đã kiểm tra.", 2)
    assert standing(world) == "Đã họp hai lần, đã kiểm tra."


def test_a_writer_whose_answer_was_lost_is_not_their_own_rival(world, write):
    """The first saving arrives, its answer does not: the page still believes in revision 0 and sends what came since.
    A saving that was on its way all the time and arrives last overwrites nothing.
    """
    lost, late = new_uid(), new_uid()
    write("Đã", 0, uid=lost)
    assert write("Đã họp.", 0, after=[lost, late]).text == "Đã họp."
    with pytest.raises(Overtaken):
        write("Đã h", 0, uid=late, after=[lost])
    assert standing(world) == "Đã họp."


def test_a_writer_may_take_back_what_arrived_without_an_answer(world, write):
    lost = new_uid()
    write("Đã", 0, uid=lost)
    assert write("", 0, after=[lost]).text == ""


def test_parts_periods_and_areas_have_their_own_wordings(world, write):
    write("Đã họp.", 0)
    write("Có khó khăn.", 0, part="III.3")
    write("Tháng trước.", 0, period="2026-10")
    write("Của thôn.", 0, area=world.areas["TH04"])
    assert {part: row.text for part, row in ReportText.standing(world.commune, "2026-11").items()} == {
        "I": "Đã họp.",
        "III.3": "Có khó khăn.",
    }


def test_of_two_who_save_in_the_same_moment_one_is_asked(database, world):
    """On both databases: eight savings of other words from the same revision, and one of them stands."""
    ReportText.write(world.commune, "2026-11", "I", "Đầu tiên.", world.users["sara"], 0)
    start, got = threading.Barrier(8), []

    def save(number):
        with db.connection_context():
            start.wait()
            try:
                ReportText.write(world.commune, "2026-11", "I", f"Lần {number}.", world.users["ada"], 1)
                got.append("kept")
            except Overtaken:
                got.append("asked")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["asked"] * 7 + ["kept"]
    assert [row.revision for row in ReportText.history(world.commune, "2026-11", "I")] == [2, 1]

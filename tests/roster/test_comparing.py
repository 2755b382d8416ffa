"""What a list may not do unasked: pour one household into another, write somebody twice, add a second population."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
import moves
import vi
from models import Area, Figure, Household, Move, Resident, db
from roster import comparing, saving
from roster.changes import Detail
from roster.reading import Household as Read
from roster.reading import Person, Reading, Village
from roster.saving import Unanswered

GIAP, HOA = ("Đỗ Quang Giáp", 1950, "m", "head"), ("Đỗ Thị Hoa", 1980, "f", "head")
SON, WIFE = ("Đỗ Văn Nam", 1975, "m", "child"), ("Vũ Thị Na", 1978, "f", "other")
THON_4, BINH_YEN = ("Thôn 4", "Thạch Hòa"), ("Thôn 4", "Bình Yên")


def reading(*homes, village=THON_4, ordinal=False):
    """A Reading of households (code, people) of one village; a person is (name, year, sex, relation)."""
    read = [
        Read(0, "DS", 10 * n, code, ordinal, people=[Person(*who, None, 10 * n + k) for k, who in enumerate(people)])
        for n, (code, *people) in enumerate(homes, 1)
    ]
    return Reading(villages=[Village(*village, sum(len(home.people) for home in read), len(read))], households=read)


@pytest.fixture
def save(world):
    def save_homes(*homes, choices=None, by="sara", **told):
        return saving.save(reading(*homes, **told), choices or {}, world.users[by])

    return save_homes


@pytest.fixture
def compare(world):
    def compare_homes(*homes, choices=None, by="sara", **told):
        return comparing.compare(reading(*homes, **told), choices or {}, world.users[by])

    return compare_homes


def homes(village="TH04"):
    """{code: [who lives there]} of a village."""
    rows = Household.select().join(Area).where(Area.code == village, Household.merged_into.is_null())
    return {row.code: [who.name for who in row.living()] for row in rows.order_by(Household.code)}


def key_of(changes, name):
    return next(same.key for same in changes.same if same.name == name)


# -- Who stands elsewhere


@pytest.mark.parametrize("ordinal", [False, True])
@pytest.mark.parametrize("others", [(), (WIFE,), (WIFE, ("Đỗ Thị Bé", 2001, "f", "child"))])
def test_a_household_that_shares_a_son_is_poured_into_no_other(database, save, ordinal, others):
    save(("002", GIAP, SON), ordinal=ordinal)
    changes = save(("003", HOA, SON, *others), ordinal=ordinal)
    assert homes() == {"002": ["Đỗ Quang Giáp", "Đỗ Văn Nam"], "003": ["Đỗ Thị Hoa", *(who[0] for who in others)]}
    assert (changes.counts["people_left_out"], changes.counts["people_new"]) == (1, 1 + len(others))
    assert [(same.name, same.code, same.found[0].code) for same in changes.same] == [("Đỗ Văn Nam", "003", "002")]


def test_who_moved_here_is_moved_with_their_history(database, save, compare, world):
    save(("002", GIAP, SON, WIFE))
    new = ("003", HOA, SON)
    choices = {key_of(compare(new), SON[0]): "here"}
    told = compare(new, choices=choices)
    assert (told.counts["people_moved"], told.counts["people_missing"], told.nothing) == (1, 0, False)
    assert save(new, choices=choices).counts == told.counts
    assert homes() == {"002": ["Đỗ Quang Giáp", "Vũ Thị Na"], "003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]}
    son, move = Resident.get(Resident.name == SON[0]), Move.get()
    assert (move.kind, move.resident, move.household.code, move.to.code) == ("household", son, "002", "003")
    assert (move.user, son.relation) == (world.users["sara"], "child")
    assert save(new, choices=choices).nothing
    assert save(("002", GIAP, SON, WIFE)).nothing
    moves.undo(move, world.users["sara"])
    assert homes()["002"] == ["Đỗ Quang Giáp", "Đỗ Văn Nam", "Vũ Thị Na"]


def test_the_head_of_a_new_household_moves_and_heads_it(save):
    save(("002", GIAP, SON))
    save(("003", (*SON[:3], "head"), WIFE), choices={"same-rest": "here"})
    assert homes() == {"002": ["Đỗ Quang Giáp"], "003": ["Vũ Thị Na", "Đỗ Văn Nam"]}
    assert Household.get(Household.code == "003").head_name == "Đỗ Văn Nam"


def test_somebody_moves_into_a_household_that_stands_there(save):
    save(("002", GIAP, SON), ("003", HOA))
    changes = save(("003", HOA, SON), choices={"same-rest": "here"})
    assert homes() == {"002": ["Đỗ Quang Giáp"], "003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]}
    assert [line.details for line in changes.lines["changed"]] == [(Detail("Đỗ Văn Nam", "moved"),)]


def test_somebody_else_of_the_same_name_is_added_once(save, compare):
    save(("002", GIAP, SON))
    new = ("003", HOA, SON)
    save(new, choices={key_of(compare(new), SON[0]): "other"})
    assert homes() == {"002": ["Đỗ Quang Giáp", "Đỗ Văn Nam"], "003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]}
    again = save(new)
    assert (again.nothing, again.same) == (True, [])


@pytest.mark.parametrize("choice", ["", "out", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_whoever_is_left_out_changes_nothing_and_the_rest_is_saved(save, choice):
    save(("002", GIAP, SON))
    changes = save(("003", HOA, SON), ("004", WIFE), choices={"same-rest": choice})
    assert homes() == {"002": ["Đỗ Quang Giáp", "Đỗ Văn Nam"], "003": ["Đỗ Thị Hoa"], "004": ["Vũ Thị Na"]}
    assert changes.counts["people_left_out"] == 1


def test_a_household_of_which_everybody_is_left_out_is_not_made(save):
    save(("002", GIAP, SON))
    changes = save(("H09", SON), ("003", GIAP, SON))
    assert (homes(), changes.nothing) == ({"002": ["Đỗ Quang Giáp", "Đỗ Văn Nam"]}, True)


def test_one_answer_for_all_gives_way_to_that_for_one(save, compare):
    save(("002", GIAP, SON, WIFE))
    new = ("003", HOA, SON, WIFE)
    save(new, choices={"same-rest": "here", key_of(compare(new), WIFE[0]): "out"})
    assert homes() == {"002": ["Đỗ Quang Giáp", "Vũ Thị Na"], "003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]}


def test_one_person_moves_once_however_often_the_list_has_them(save):
    save(("002", GIAP, SON))
    changes = save(("003", HOA, SON), ("004", WIFE, SON), choices={"same-rest": "here"})
    assert homes() == {"002": ["Đỗ Quang Giáp"], "003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"], "004": ["Vũ Thị Na"]}
    assert (changes.counts["people_moved"], changes.counts["people_left_out"]) == (1, 1)


def test_of_two_namesakes_the_one_who_is_meant_moves(save, compare):
    save(("002", GIAP, SON), ("005", WIFE, SON))
    assert homes()["005"] == ["Vũ Thị Na", "Đỗ Văn Nam"]
    new = ("003", HOA, SON)
    same = compare(new).same[0]
    assert [found.code for found in same.found] == ["002", "005"]
    save(new, choices={same.key: same.found[1].uid})
    assert homes()["005"] == ["Vũ Thị Na"]
    assert homes()["002"] == ["Đỗ Quang Giáp", "Đỗ Văn Nam"]


def test_whoever_stands_in_another_village_of_the_commune_is_asked_about(database, save):
    save(("002", GIAP, SON))
    changes = save(("003", HOA, SON), village=BINH_YEN, choices={"same-rest": "here"})
    assert [same.found[0].village for same in changes.same] == ["Thôn 4 (Thạch Hòa cũ)"]
    assert (homes()["002"], homes("BY02")) == (["Đỗ Quang Giáp"], {"003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]})


def test_a_village_made_for_a_list_doubles_nobody_of_the_commune_either(save):
    save(("002", GIAP, SON))
    new = {"0": {"name": "Thôn Mới", "former": ""}}
    changes = save(("001", HOA, SON), village=("Thôn Mới", ""), choices=new)
    assert [same.found[0].code for same in changes.same] == ["002"]
    assert homes(Area.get(Area.name == "Thôn Mới").code) == {"001": ["Đỗ Thị Hoa"]}


def test_a_list_of_two_villages_is_compared_with_what_stood_there_before_it(save, world):
    one, two = reading(("001", GIAP, SON)), reading(("001", HOA, SON), village=BINH_YEN)
    for home in two.households:
        home.village = 1
    both = Reading(villages=[*one.villages, *two.villages], households=[*one.households, *two.households])
    told = comparing.compare(both, {}, world.users["sara"])
    assert saving.save(both, {}, world.users["sara"]).counts == told.counts
    assert (told.same, homes()["001"], homes("BY02")["001"]) == ([], [GIAP[0], SON[0]], [HOA[0], SON[0]])


def test_an_officer_of_a_village_learns_nobody_of_another(save, world):
    save(("002", GIAP, SON))
    world.users["binh"] = models.User.add("binh", "Bình", "staff", world.areas["BY02"])
    changes = save(("003", HOA, SON), village=BINH_YEN, by="binh")
    assert (changes.same, homes("BY02")) == ([], {"003": ["Đỗ Thị Hoa", "Đỗ Văn Nam"]})


@pytest.mark.parametrize("why", ["moved", "died", "away"])
def test_whoever_left_is_asked_about_too_and_comes_back_when_said(save, compare, world, why):
    save(("002", GIAP, SON))
    moves.leave(Resident.get(Resident.name == SON[0]), why, world.users["vera"])
    new = ("003", HOA, SON)
    assert [found.left for found in compare(new).same[0].found] == [why]
    save(new)
    assert homes()["003"] == ["Đỗ Thị Hoa"]
    save(new, choices={"same-rest": "here"})
    assert homes()["003"] == ["Đỗ Thị Hoa", "Đỗ Văn Nam"]
    assert Resident.select().where(Resident.name == SON[0]).count() == 1


def test_whoever_was_merged_is_the_one_they_were_merged_into(save, compare, world):
    save(("002", GIAP, SON), ("005", WIFE, ("Đỗ Văn Lam", 1974, "m", "other")))
    kept, double = (Resident.get(Resident.name == name) for name in ("Đỗ Văn Nam", "Đỗ Văn Lam"))
    moves.merge_residents(kept, double, world.users["vera"])
    new = ("003", HOA, ("Đỗ Văn Lam", 1974, "m", "child"))
    assert [(found.uid, found.code) for found in compare(new).same[0].found] == [(kept.uid, "002")]
    save(new, choices={"same-rest": "here"})
    assert homes()["003"] == ["Đỗ Thị Hoa", "Đỗ Văn Nam"]


def test_whoever_was_corrected_at_the_door_is_asked_about_under_the_old_name(save, compare):
    save(("002", GIAP, SON))
    son = Resident.get(Resident.name == SON[0])
    son.set_identity({"name": "Đỗ Văn Năng", "birth_year": 1976})
    son.store_changes()
    assert [found.uid for found in compare(("003", HOA, SON)).same[0].found] == [son.uid]


def test_nobody_elsewhere_is_taken_for_a_corrected_name(save):
    """Giáp of the same age stands in 005, so that the head of 002 is not he with his name corrected."""
    save(("002", ("Đỗ Quang Giao", 1950, "m", "head"), SON), ("005", GIAP, WIFE))
    save(("002", GIAP, SON))
    assert homes() == {"002": ["Đỗ Quang Giao", "Đỗ Văn Nam"], "005": ["Đỗ Quang Giáp", "Vũ Thị Na"]}
    save(("002", GIAP, SON), choices={"same-rest": "other"})
    assert homes()["002"] == ["Đỗ Quang Giáp", "Đỗ Văn Nam"]


def test_whoever_is_in_the_list_elsewhere_is_nobody_here_with_another_year(save):
    save(("002", GIAP, SON))
    new = ("002", GIAP, (SON[0], 1982, "m", "child")), ("003", HOA, SON)
    save(*new, choices={"same-rest": "here"})
    assert Resident.get(Resident.birth_year == 1975).household.code == "003"
    assert Resident.get(Resident.birth_year == 1982).household.code == "002"


def test_asking_takes_as_many_queries_for_many_as_for_one(save, compare, count_queries):
    def family(n):
        return [(f"Trần Văn {letter}", 1900 + n, "m", "other") for letter in "ABCDEFGHIK"]

    save(*((f"{n:03d}", GIAP, *family(n)) for n in range(1, 21)))

    def queries(n):
        with count_queries() as seen:
            assert len(compare(("900", HOA, *(who for k in range(1, n + 1) for who in family(k)))).same) == 10 * n
        return len(seen)

    assert queries(1) == queries(20)


# -- A village that disagrees


def village_of(number, start=0, prefix=""):
    """Couples, each with names and years of their own; `start` is the number of the first."""
    families = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
    return [
        (
            f"{prefix}{place:03d}",
            (f"{families[n % 10]} Văn {'ABCDEGHIKL'[n // 10 % 10]}n", 1930 + n, "m", "head"),
            (f"{families[n % 10]} Thị {'ABCDEGHIKL'[n // 10 % 10]}n", 1931 + n, "f", "spouse"),
        )
        for place, n in enumerate(range(start, start + number), 1)
    ]


def test_a_second_population_is_asked_about_before_anything_is_saved(database, save, compare, world):
    save(*village_of(30))
    Figure.put(world.areas["TH04"], "households", 32, date(2026, 11, 1), "Công an xã")
    other = village_of(40, start=40, prefix="0")
    with pytest.raises(Unanswered):
        save(*other)
    assert len(homes()) == 30
    sizes = compare(*other).sizes[0]
    assert (sizes.listed, sizes.stored, sizes.official, sizes.agreeing, sizes.few) == (40, 30, 32, 0, True)
    assert save(*other, choices={"second-TH04": "skip"}).villages == []
    assert len(homes()) == 30
    changes = save(*other, choices={"second-TH04": "add"})
    assert (changes.counts["households_new"], changes.counts["households_skipped"]) == (40, 0)
    assert {code[:2] for code in homes()} == {"00", "01", "02", "03", "04", "05", "06", "07"}
    assert (min(homes()), max(homes()), len(homes())) == ("001", "070", 70)


@pytest.mark.parametrize(
    "again",
    [village_of(30), village_of(60), village_of(36, start=3), village_of(12), village_of(7, start=40)],
    ids=["the same", "twice as many", "a few more", "a part", "a handful"],
)
def test_a_list_that_agrees_or_adds_a_handful_is_not_asked_about(save, compare, again):
    save(*village_of(30), ordinal=True)
    changes = compare(*again, ordinal=True)
    assert (changes.open, [sizes.few for sizes in changes.sizes]) == ([], [False])


# -- Whom to look at before they are added


def test_everybody_to_be_added_whose_line_lacks_something_is_shown(save, compare):
    save(("001", GIAP))
    odd = [("Cộng Đội nhân khẩu", 1990, "m", "other"), ("Hà", 1980, "f", "child"), ("Đỗ Văn An", None, "m", "child")]
    changes = compare(("001", GIAP, odd[0]), ("002", HOA, *odd[1:], ("Đỗ Thị Ba", 1990, None, "child")))
    told = [(line.code, line.head, [detail.field for detail in line.details]) for line in changes.lines["uncertain"]]
    assert told == [
        ("001", "Cộng Đội nhân khẩu", ["name"]),
        ("002", "Hà", ["name"]),
        ("002", "Đỗ Văn An", ["birth_year"]),
        ("002", "Đỗ Thị Ba", ["sex"]),
    ]
    assert changes.counts["people_uncertain"] == 4


def test_what_a_whole_list_leaves_out_is_no_slip_of_one_line(compare):
    changes = compare(("001", ("Đỗ Văn An", 1970, None, "head")), ("002", ("Đỗ Văn Ba", None, None, "head")))
    assert [line.head for line in changes.lines["uncertain"]] == ["Đỗ Văn Ba"]


# -- Whatever two lists say

WHO = st.builds(
    lambda name, year, relation: (name, year, "f" if "Th" in name else "m", relation),
    st.sampled_from(["Đỗ Văn An", "Đỗ Văn Anh", "Đỗ Thị Ba", "Do Van An"]),
    st.sampled_from([1950, 1951, 1980, None]),
    st.sampled_from(["head", "child", "other"]),
)
PEOPLE = st.lists(WHO, min_size=1, max_size=4, unique_by=lambda who: (vi.fold(who[0]), who[1]))
HOMES = st.lists(
    st.tuples(st.sampled_from(["1", "002", "3", "0004"]), PEOPLE),
    min_size=1,
    max_size=4,
    unique_by=lambda home: home[0],
)


def stands():
    """[(household, who)] of everybody by code and by name and year, as a list has them."""
    rows = Resident.select(Household.code, Resident.folded, Resident.birth_year).join(Household)
    return [(int(code), (name, year)) for code, name, year in rows.tuples()]


def says(homes):
    return [(int(code), (vi.fold(name), year)) for code, *people in homes for name, year, *_ in people]


def together(pairs):
    """The people of each household."""
    homes = {}
    for code, who in pairs:
        homes.setdefault(code, set()).add(who)
    return list(homes.values())


@pytest.mark.parametrize("ordinal", [False, True], ids=["codes", "running numbers"])
def test_whatever_two_lists_say_nobody_is_poured_or_doubled(world, save, compare, ordinal):
    @given(first=HOMES, second=HOMES, answer=st.sampled_from(["", "out", "here"]))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def hold(first, second, answer):
        first, second = ([(code, *people) for code, people in homes] for homes in (first, second))
        with db.atomic() as everything:
            save(*first, ordinal=ordinal)
            before, lived = stands(), dict(Resident.select(Resident.id, Resident.household).tuples())
            told = compare(*second, ordinal=ordinal, choices={"same-rest": answer}).counts
            assert save(*second, ordinal=ordinal, choices={"same-rest": answer}).counts == told
            again = compare(*second, ordinal=ordinal, choices={"same-rest": answer})
            after, lives = stands(), dict(Resident.select(Resident.id, Resident.household).tuples())
            everything.rollback()
        stayed = [who for who in lived if lives[who] == lived[who]]
        assert len(lived) - len(stayed) == told["people_moved"]
        assert told["people_moved"] == 0 or answer == "here"
        assert again.counts["people_new"] == 0
        if not ordinal:
            assert set(after) <= {*says(first), *says(second)}
        for home in together(after):
            assert any(
                home <= one | other
                for one in [set(), *together(says(first))]
                for other in [set(), *together(says(second))]
            )
        stood, there, listed = (Counter(who for _, who in pairs) for pairs in (before, after, says(second)))
        assert [who for who in there if there[who] > (stood[who] or listed[who])] == []

    hold()

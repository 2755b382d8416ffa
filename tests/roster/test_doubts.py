"""People of a list who are in doubt: who they are, and what an answer does."""

from roster.doubts import settle
from roster.reading import Household, Person, Reading, Village


def person(name, year=1970, doubt="", row=2):
    return Person(name, year, None, "other", None, row, doubt)


def reading(*homes):
    read = Reading(villages=[Village("Thôn 1", "")])
    for people, counted in homes:
        home = Household(0, "DS", 2, people=people, **counted)
        read.households.append(home)
        number = len(people) + home.children_0_5 + home.children_6_15
        read.rows += number
        read.villages[0].rows += number
        read.villages[0].households += 1
    return read


SURE = person("Trần Thị Lan")
AGELESS = person("Lê Văn Bình", None, "age", 3)
GONE = person("Vũ Thị Cúc", 1940, "gone", 4)
STRUCK = person("Đỗ Văn Dũng", None, "struck", 5)


def names(read):
    return [[p.name for p in home.people] for home in read.households]


def asked(questions):
    return {question.kind: (question.people, question.choice) for question in questions}


def test_a_list_without_doubts_asks_nothing():
    read = reading(([SURE], {}))
    assert settle(read, {}) == (read, [])


def test_each_kind_of_doubt_is_asked_once_with_how_many_and_where():
    questions = settle(reading(([SURE, AGELESS], {}), ([GONE], {})), {})[1]
    assert [(q.kind, q.key, q.people, q.examples, q.choice, q.answered) for q in questions] == [
        ("age", "doubt-age", 1, (("DS", 3, "Lê Văn Bình"),), "", False),
        ("gone", "doubt-gone", 1, (("DS", 4, "Vũ Thị Cúc"),), "", False),
    ]


def test_five_examples_stand_for_all():
    read = reading(([person(f"Lê Văn {n}", None, "age", n) for n in range(9)], {}))
    (question,) = settle(read, {})[1]
    assert (question.people, [row for _, row, _ in question.examples]) == (9, [0, 1, 2, 3, 4])


def test_an_answer_keeps_everybody_or_leaves_them_out():
    read = reading(([SURE, AGELESS], {}), ([GONE], {}))
    kept, questions = settle(read, {"doubt-age": "adults", "doubt-gone": "keep"})
    assert (kept, [q.answered for q in questions]) == (read, [True, True])
    left, _ = settle(read, {"doubt-age": "out", "doubt-gone": "out"})
    assert names(left) == [["Trần Thị Lan"]]
    assert (left.rows, left.villages) == (1, [Village("Thôn 1", "", 1, 1)])
    assert names(read) == [["Trần Thị Lan", "Lê Văn Bình"], ["Vũ Thị Cúc"]]


def test_a_child_in_doubt_is_counted_no_more_when_left_out():
    read = reading(([SURE], {"children_6_15": 2, "doubted": [["gone", "children_6_15", 7]]}))
    assert asked(settle(read, {})[1]) == {"gone": (1, "")}
    left, _ = settle(read, {"doubt-gone": "out"})
    assert (left.households[0].children_6_15, left.rows) == (1, 2)
    assert settle(left, {})[1] == []


def test_whoever_is_struck_through_and_ageless_is_asked_about_both():
    read = reading(([SURE, STRUCK], {}))
    assert asked(settle(read, {})[1]) == {"age": (1, ""), "struck": (1, "")}
    assert asked(settle(read, {"doubt-struck": "out"})[1]) == {"struck": (1, "out")}
    assert names(settle(read, {"doubt-struck": "keep", "doubt-age": "out"})[0]) == [["Trần Thị Lan"]]


def test_a_household_of_children_stays_when_its_adults_are_left_out():
    read = reading(([GONE], {"children_0_5": 1}))
    left, _ = settle(read, {"doubt-gone": "out"})
    assert [(home.people, home.children_0_5) for home in left.households] == [([], 1)]


def test_an_answer_that_does_not_exist_is_none():
    assert asked(settle(reading(([AGELESS], {})), {"doubt-age": "keep"})[1]) == {"age": (1, "")}

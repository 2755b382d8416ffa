"""What one household contributes to each target and series: pure functions of plain data, no database.

A household is `{"counts": bool, "visited": bool, "done": bool, "people": [person]}` and a person is
`{"birth_year": int | None, "answers": {question: answer}, "attended": bool}`.
Three values throughout: True, False, and None for "not asked", "don't know" or "refused",
none of which is a "no" (domain.md 1.2, indicator definitions).
"""

from terms import NON_ANSWERS

VISITS = "visits"


def contribution(household, plan):
    """The household's vector `{code of a target or series: [people it lists, people with a usable answer, yes]}`.

    The key "visits" counts households instead: [listed, door knocked on, finished]. Rows of zeros are left out,
    and a household that no longer counts (moved away, nobody lives there) contributes nothing.
    """
    if not household["counts"]:
        return {}
    vector = {VISITS: [1, int(household["visited"]), int(household["done"])]}
    for counted in plan.counted:
        values = _values(counted, household, plan)
        if values:
            asked = [value for value in values if value is not None]
            vector[counted.code] = [len(values), len(asked), sum(asked)]
    return vector


def difference(before, after):
    """What must be added to a tally so that `before` is replaced by `after`: `{code: [Δlisted, Δasked, Δyes]}`."""
    zero = [0, 0, 0]
    changes = {
        code: [new - old for new, old in zip(after.get(code, zero), before.get(code, zero), strict=True)]
        for code in {*before, *after}
    }
    return {code: change for code, change in sorted(changes.items()) if any(change)}


def of_age(person, min_age, plan):
    """Whether the person reaches `min_age` by the end of the plan's year. Only the year of birth is known."""
    return person["birth_year"] is not None and plan.year - person["birth_year"] >= min_age


def _values(counted, household, plan):
    if counted.indicator is None:
        return []
    people = [person for person in household["people"] if of_age(person, counted.min_age, plan)]
    if counted.indicator == "digital_family":
        return [_any(digital_guide(person, plan) for person in people)]
    if counted.indicator == "skills":
        return [digital_skills(person["answers"], plan.skills) for person in people]
    return [_answered(person["answers"], counted.question, counted.yes) for person in people]


def _answered(answers, question, yes):
    answer = answers.get(question)
    if answer is None or answer in NON_ANSWERS:
        return None
    chosen = answer if isinstance(answer, list) else [answer]
    return bool(set(chosen) & set(yes))


def digital_skills(answers, rule):
    """CT3, self-declared: the checklist's threshold in `[skills]` of the plan (domain.md 1.2, K1-K7).

    True when the known answers already reach it, False when even the best missing answers could not, else None.
    """

    def reached(missing_counts):
        def good(key, accepted):
            answer = answers.get(key)
            return missing_counts if answer is None or answer in NON_ANSWERS else answer in accepted

        return (
            all(good(key, rule.must_answers) for key in rule.must)
            and sum(good(key, rule.answers) for key in rule.among) >= rule.at_least
            and sum(good(key, rule.answers) for key in rule.of_which) >= rule.of_which_at_least
        )

    if reached(missing_counts=False):
        return True
    return None if reached(missing_counts=True) else False


def digital_guide(person, plan):
    """CT7: this member learned in a class or course, has the skills, and so uses a platform (model MH2).

    The skills rule already asks for one of K4-K6, which is the plan's "sử dụng được nền tảng, dịch vụ số".
    """
    learned = True if person["attended"] else _answered(person["answers"], "learned", ("yes",))
    return _all([learned, digital_skills(person["answers"], plan.skills)])


def _all(values):
    return False if False in values else None if None in values else True


def _any(values):
    values = list(values)
    return True if True in values else False if values and None not in values else None

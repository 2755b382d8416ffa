"""Numbers that units send: read as people type them, and looked at before they are saved.

A number is told by its cell, `(unit id, area id, key, part)`, as in `UnitFigure.standing`.
"""

import re
from typing import NamedTuple

from fields import N_, Sentence

LONGEST = 9  # digits
NOT_A_NUMBER = N_("Ghi một số nguyên, ví dụ 1.234.")
CLOSED = "closed"  # the question whether numbers are for a closed period
AFTER_CLOSING = N_("Kỳ này đã chốt: đánh dấu ô trên nếu vẫn ghi.")


class Doubt(NamedTuple):
    """What is wrong with a number. refused: it cannot be; else it is saved once somebody says that it is right."""

    refused: bool
    says: Sentence


def read_number(text):
    """The whole number in a text such as 1234, 1.234, 1,234 or 1 234; None for a blank. ValueError for another."""
    text = " ".join(text.split())
    if not text:
        return None
    bare = re.sub(r"[ .,]", "", text)
    if not re.fullmatch(r"[0-9]+|[0-9]{1,3}(?:([ .,])[0-9]{3})(?:\1[0-9]{3})*", text) or len(bare) > LONGEST:
        raise ValueError(f"expected a whole number, got {text!r}")
    return int(bare)


def doubts(plan, numbers, changed, before, people):
    """`{cell: Doubt}` of what units are about to say for a period.

    numbers: `{cell: value}`, all that would stand. changed: the cells somebody wrote; only they are questioned, and
    what they make impossible is refused. before: the same of the period before, or of the last one that was told.
    people: `{(area id, population): count}` of the official counts.
    """
    found = {}
    for cell, value in numbers.items():
        figure = plan.figure(cell[2])
        total = _total_of(plan, figure, cell)
        most = numbers.get(total, before.get(total))
        if value is None:
            continue
        if most is not None and value > most and {cell, total} & set(changed):
            found[cell] = Doubt(True, N_("Nhiều hơn tổng số (%(most)s).", most=most))
        elif cell in changed:
            if doubt := _doubt(plan, figure, cell, value, before.get(cell), people):
                found[cell] = doubt
    return found


def _doubt(plan, figure, cell, value, before, people):
    inhabitants = people.get((cell[1], plan.target(figure.target).population)) if figure.target else None
    if figure.per == "village" and inhabitants is not None and value > inhabitants:
        return Doubt(False, N_("Nhiều hơn số dân chính thức của thôn (%(most)s).", most=inhabitants))
    if figure.running and before is not None and value < before:
        return Doubt(False, N_("Ít hơn kỳ trước (%(before)s), mà số này cộng dồn từ đầu năm.", before=before))
    return None


def _total_of(plan, figure, cell):
    """The cell of how many there are in all of those that a figure counts, or None."""
    if figure.share == "all" or not figure.of_people:
        return None
    wanted = (figure.code, figure.per, "all")
    total = next((each for each in plan.figures if (each.code, each.per, each.share) == wanted), None)
    return total and (*cell[:2], total.key, cell[3])

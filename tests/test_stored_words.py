"""Whatever can be stored is worded on its page: an error page after something was saved helps nobody."""

import re
from pathlib import Path

import pytest

from models import KINDS, LEFT, OUTCOMES, Household, Move, Moved, Resident, now
from views import words

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_move_is_worded(world, as_, kind):
    one, other = world.household(), world.household(people=[("Vũ Văn Dũng", 1960, "m", "head")])
    lan, dung = (home.living().get() for home in (one, other))
    move = Move.create(kind=kind, household=one, to=other, resident=lan, double=dung, happened_at=now())
    Moved.create(move=move, resident=lan, household=one)
    pages = [as_("sara").get(f"/residents/{lan.uid}"), as_("sara").get(f"/moves/{one.uid}")]
    assert [page.status_code for page in pages] == [200, 200]


@pytest.mark.parametrize("state", ["todo", *OUTCOMES])
def test_every_outcome_is_worded(world, as_, state):
    home = world.household()
    Household.update(state=state).execute()
    pages = [as_("sara").get("/households?village=TH04"), as_("sara").get(f"/households/{home.uid}")]
    assert [page.status_code for page in pages] == [200, 200]
    assert str(words.HOUSEHOLD_STATES[state]) in pages[0].text


@pytest.mark.parametrize("left", [*LEFT, "merged"])
def test_every_reason_for_having_left_is_worded(world, as_, left):
    home = world.household(people=[("Nguyễn Thị Lan", 1958, "f", "head"), ("Vũ Văn Dũng", 1960, "m", "other")])
    person = Resident.get(Resident.name == "Vũ Văn Dũng")
    Resident.update(left=left).where(Resident.id == person.id).execute()
    pages = [as_("sara").get(f"/residents/{person.uid}"), as_("sara").get(f"/households/{home.uid}")]
    assert [page.status_code in (200, 303) for page in pages] == [True, True]


def test_every_kind_of_finding_is_worded():
    told = re.findall(r'Finding\(\s*"(\w+)"', (ROOT / "quality.py").read_text(encoding="utf-8"))
    assert set(told) == set(words.FINDINGS)

"""Which village of the commune each village of a list is: known for certain, or asked; never guessed.

Pure; an area has `code`, `name` and `former`. Two villages may share a name and differ by their former commune.
"""

from typing import NamedTuple

import vi
from fields import LONGEST_TEXT
from roster.changes import SKIP


class Place(NamedTuple):
    """Where households of a list go: an area, or a village to be created."""

    area: object
    name: str
    former: str


class Asked(NamedTuple):
    """A village of a list that somebody must say: `near` are those of the same name, `choice` what was said so far.

    why: "several" share the name, "unknown" to the areas, "unnamed" in the list. error: what is wrong with `choice`.
    """

    index: int
    village: object
    why: str
    near: list
    choice: object
    answered: bool
    error: str


def resolve(reading, choices, areas, may_create):
    """({index: Place, or None for a village to be left out}, [Asked]). A village still open is in no place.

    choices: `{str(index): an area's code, "skip", or {"name", "former"} of a village to be created}`.
    """
    places, asked = {}, []
    for index, village in enumerate(reading.villages):
        if not village.households:
            continue
        near = [area for area in areas if village.name and vi.fold(area.name) == vi.fold(village.name)]
        certain = _certain(village, near)
        if certain:
            places[index] = _of(certain)
            continue
        choice = choices.get(str(index))
        place, error = _chosen(choice, areas, may_create)
        answered = choice == SKIP or place is not None
        if answered:
            places[index] = place
        why = "several" if len(near) > 1 else "unknown" if village.name else "unnamed"
        asked.append(Asked(index, village, why, near, choice, answered, error))
    return places, asked


def _certain(village, near):
    """The one area that the list can only mean, or None."""
    if not village.former:
        return near[0] if len(near) == 1 else None
    exact = [area for area in near if vi.fold(area.former) == vi.fold(village.former)]
    if len(exact) == 1:
        return exact[0]
    return near[0] if len(near) == 1 and not near[0].former else None


def _chosen(choice, areas, may_create):
    """(Place or None, the code of what is wrong or "") of what somebody chose."""
    if isinstance(choice, str) and choice != SKIP:
        area = next((area for area in areas if area.code == choice), None)
        return (_of(area), "") if area else (None, "gone")
    if not isinstance(choice, dict) or not may_create:
        return None, ""
    name, former = vi.clean(choice["name"]), vi.clean(choice["former"])
    if not vi.fold(name):
        return None, "no_name"
    if max(len(name), len(former)) > LONGEST_TEXT:
        return None, "long"
    same = [area for area in areas if vi.fold(area.name) == vi.fold(name)]
    if any(vi.fold(area.former) == vi.fold(former) for area in same):
        return None, "exists"
    if same and not former:
        return None, "no_former"
    return Place(None, name, former), ""


def _of(area):
    return Place(area, area.name, area.former)

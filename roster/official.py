"""Saves the list of villages with their official counts."""

from datetime import date

import vi
from models import Area, Event, Figure, db
from roster.problems import Problem, problem

FIGURES = ("households", "adults", "over16")


def save_areas(areas, by):
    """Add the villages of `read_areas` below the user's area, correct their names and set their official counts.

    A village is known by its code, else by name and former commune. Returns ({"added", "renamed", "figures",
    "unchanged"}: numbers, problems); the same list again changes nothing.
    """
    counts, problems = dict.fromkeys(("added", "renamed", "figures", "unchanged"), 0), []
    with db.atomic():
        commune = by.area.commune_to_fill()
        for given_area in areas:
            area = _take_area(given_area, commune, by, counts, problems)
            if area:
                _take_figures(area, given_area, by, counts, problems)
        Event.log("areas.uploaded", by.area, by, **counts)
    return counts, problems


def _take_area(given_area, commune, by, counts, problems):
    name, former, code = given_area["name"], given_area["former"], given_area["code"].upper()
    known = {area.code: area for area in by.area.village_list()}
    key = vi.fold(name), vi.fold(former)
    area = known.get(code) or next((a for a in known.values() if (vi.fold(a.name), vi.fold(a.former)) == key), None)
    if area is None:
        if commune is None or (code and Area.get_or_none(Area.code == code)):
            problems.append(problem("area_code_elsewhere" if commune else "area_not_yours", "", given_area["row"]))
            return None
        counts["added"] += 1
        return Area.add("village", name, code or None, commune, former, by)
    new = vi.clean(name), vi.clean(former) or area.former
    if area.code == code and (area.name, area.former) != new:
        area.rename(*new, by)
        counts["renamed"] += 1
    else:
        counts["unchanged"] += 1
    return area


def _take_figures(area, given_area, by, counts, problems):
    figures = {key: given_area[key] for key in FIGURES if given_area[key] is not None}
    if figures and not given_area["as_of"]:
        problems.append(Problem("error", "figure_without_date", "", given_area["row"]))
        return
    for key, value in figures.items():
        day = date.fromisoformat(given_area["as_of"])
        counts["figures"] += Figure.put(area, key, value, day, given_area["source"], by)

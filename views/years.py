"""The year whose plan a request reads: today's, or the one that its address names."""

import re

from flask import g, request

import plan
import vi
import years
from models import now

BY_PERIOD = ("figures", "models", "reports", "unit")  # blueprints whose pages are of the year of their period
BY_YEAR = ("progress",)  # those that show another year to whoever asks with `?year=2026`


def turn():
    """Let the plan of today be the active one. The first request under a new plan counts the households for it."""
    before = plan.active
    if plan.turn(vi.local(now()).date()):
        try:
            years.follow()
        except BaseException:
            plan.active = before
            raise


def ask():
    """Let the plan of the year that the address names be active until the request ends."""
    other = plan.of_year(_named_year())
    if other and other is not plan.active:
        g.year = plan.during(other)
        g.year.__enter__()


def end(error):
    if year := g.pop("year", None):
        year.__exit__(None, None, None)


def keep(endpoint, values):
    """Let the links of a page of another year lead to that year's pages."""
    if "year" in g and endpoint.partition(".")[0] in BY_YEAR and request.blueprint in BY_YEAR:
        values.setdefault("year", plan.active.year)


def _named_year():
    if request.blueprint in BY_YEAR and request.method in ("GET", "HEAD"):
        named = request.args.get("year", "")
    elif request.blueprint in BY_PERIOD:
        named = (request.view_args or {}).get("period") or request.args.get("period", "")
    else:
        named = ""
    found = re.match(r"20\d\d(?!\d)", named)
    return int(found[0]) if found else 0

"""Where each number of a report stands on screen, and which Biểu a screen's numbers go into.

The first is kept with the report, so that a year later somebody can ask where a number came from; the screen shows what
is known by then, and the report what was known when it was closed.
"""

import periods
import plan
from report import classes, duties, models, publicity, targets, villages

FED = {  # by the endpoint of a screen
    "activities.index": (publicity.KEY,),
    "courses.index": (classes.KEY, villages.KEY),
    "courses.table": (classes.KEY, villages.KEY),
    "courses.show": (classes.KEY, villages.KEY),
    "meetings.show": (classes.KEY, villages.KEY),
    "models.index": (models.KEY,),
    "shifts.index": (models.KEY,),
    "tasks.index": (duties.KEY,),
    "tasks.show": (duties.KEY,),
    "figures.index": (targets.KEY, models.KEY),
    "areas.index": (targets.KEY, villages.KEY),
    "needs.index": (villages.KEY,),
    "progress.index": (targets.KEY, villages.KEY),
    "progress.show": (targets.KEY, villages.KEY),
    "targets.show": (targets.KEY, villages.KEY),
}


def tables_of(endpoint, code=""):
    """The keys of the Biểu that a screen feeds, in their order. code: the target or model that a grid is of."""
    if endpoint == "figures.grid":
        promised = any(code in (model.code, model.target) for model in plan.active.models)
        is_target = any(code == target.code for target in plan.active.targets)
        return (*[targets.KEY] * is_target, *[models.KEY] * promised)
    return FED.get(endpoint, ())


def of(facts):
    """`{Biểu: {"endpoint", "arguments", "rows": {row's key: {"endpoint", "arguments"}}}}` of a report's tables.

    A row that is not named stands where its whole table does.
    """
    area, period = {"code": facts.area.code}, {"period": facts.period.key}
    found = {
        targets.KEY: _at("progress.show", **area) | {"rows": _of_targets(facts)},
        publicity.KEY: _at("activities.index", **period) | {"rows": {}},
        classes.KEY: _at("courses.table") | {
            "rows": {held.course.uid: _at("courses.show", uid=held.course.uid) for held in facts.held}
        },
        duties.KEY: _at("tasks.index") | {
            "rows": {line.task.code: _at("tasks.show", code=line.task.code) for line in facts.tasks}
        },
    }  # fmt: skip
    if facts.unit is None:
        parts = {part.area.code: _at("progress.show", code=part.area.code) for part in facts.parts}
        found[models.KEY] = _at("models.index", **period) | {"rows": _of_models(facts)}
        found[villages.KEY] = _at("progress.show", **area) | {"rows": parts}
    return dict(sorted(found.items()))


def _at(endpoint, **arguments):
    return {"endpoint": endpoint, "arguments": arguments}


def _of_targets(facts):
    """What units report stands in the month's grid, the rest on the page of its target."""
    month = periods.of_day(facts.until, plan.active.cutoff_day).key
    rows = {}
    for target in targets.shown(facts):
        if target.source == "survey":
            rows[target.code] = _at("targets.show", code=facts.area.code, target=target.code)
        else:
            rows[target.code] = _at("figures.grid", period=month, target=target.code)
        beside = [series.code for series in plan.active.series if series.beside == target.code]
        beside += [target.code + targets.TOLD] if target.source != "survey" and target.indicator else []
        for key in [] if facts.unit else beside:
            rows[key] = _at("targets.show", code=facts.area.code, target=target.code)
    return rows


def _of_models(facts):
    model = plan.active.shifts.model
    return {f"{model}.coverage": _at("shifts.index")}

"""A target's figures of one period as a grid: what stands in its cells, what was typed, and what is wrong with it."""

import dataclasses
import json
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import plan
from fields import N_, short_text
from models import Cutoff, Figure, Told, UnitFigure
from office import board
from office.figures import AFTER_CLOSING, CLOSED, NOT_A_NUMBER, doubts, read_number

DOCUMENT = "document"
MOVED = N_("Lúc bạn đang nhập, có người đã ghi %(value)s. Lưu lần nữa nếu số của bạn đúng.")


class Field(NamedTuple):
    """Where one number is typed. cell: what it is of, as in `office.figures`. name: what the form calls it."""

    row: object
    figure: object

    @property
    def cell(self):
        return self.row.cell(self.figure.key)

    @property
    def name(self):
        return name_of(self.row, self.figure.key)


def name_of(row, key):
    """The name of a row's field: of a number by its key, or its DOCUMENT."""
    return ".".join((row.unit.uid, row.area.code, row.part, key))


class Grid:
    """The rows and figures of a target in a period, with the numbers that stand and what was said before."""

    def __init__(self, area, period, target):
        self.area, self.period, self.target = area, period, target
        self.figures, self.rows = board.figures_of(target), board.rows(area, target)
        self.standing = UnitFigure.standing(period.key)
        self.before = UnitFigure.told_before(period.key, board.first_period().key)

    @property
    def fields(self):
        return [Field(row, figure) for row in self.rows for figure in self.figures]

    @property
    def documented(self):
        """The figure that rests on a decision, whose number is asked beside it: who was confirmed (QĐ 757), or None."""
        if self.target.population != "public_staff":
            return None
        return next((figure for figure in self.figures if not figure.share), None)

    @cached_property
    def closed(self):
        """The Cutoff that its period lies in, or None."""
        return Cutoff.over(self.area, self.period)

    def value(self, field):
        row = self.standing.get(field.cell)
        return row.value if row else None

    def document(self, row):
        """The decision that stands for a row, "" for none."""
        told = self.standing.get(row.cell(self.documented.key)) if self.documented else None
        return told.document if told else ""

    @cached_property
    def shown(self):
        """`{field: what stands in it}`, as the form shows it and sends it back."""
        values = {field.name: self.value(field) for field in self.fields}
        documents = {name_of(row, DOCUMENT): self.document(row) for row in self.rows} if self.documented else {}
        return {**values, **documents}

    def totals(self):
        """`{figure's key: sum}` of what stands."""
        return {figure.key: sum(self.value(Field(row, figure)) or 0 for row in self.rows) for figure in self.figures}


@dataclass
class Typed:
    """What somebody typed into a grid, and what is wrong with it.

    errors: {field: Sentence}. asked: the fields whose number is saved only when it is said to be right. told: `{cell:
    Told}` of what changed, as `UnitFigure.tell` takes it. seen: what the form showed of it.
    """

    fields: dict
    errors: dict = dataclasses.field(default_factory=dict)
    asked: set = dataclasses.field(default_factory=set)
    told: dict = dataclasses.field(default_factory=dict)
    seen: dict = dataclasses.field(default_factory=dict)


def read(grid, fields, as_of, source):
    """The Typed of a form: `fields` are texts by name, with "shown" and, for what was asked, "sure-<name>".

    A cell that the form did not have, or whose text is what it showed, is left alone: another account may have written
    it meanwhile. A blank takes a number back.
    """
    typed, shown, numbers = Typed(fields), _shown(fields), {}
    for field in grid.fields:
        numbers[field.cell] = grid.value(field)
        if (text := fields.get(field.name)) is None:
            continue
        try:
            value = read_number(text)
        except ValueError:
            typed.errors[field.name] = NOT_A_NUMBER
            continue
        document, is_new = _document(grid, field, typed, shown)
        seen = shown.get(field.name)
        if value != seen or (is_new and value is not None):
            numbers[field.cell] = value
            typed.told[field.cell] = Told(value, as_of, source, document)
            typed.seen[field.cell] = seen
    _question(grid, typed, numbers)
    return typed


def save(grid, typed, by, uid):
    """Keep what was typed; returns the rows written. Raises Crossed where somebody else wrote other numbers."""
    return UnitFigure.tell(grid.period.key, typed.told, by, uid, typed.seen, again=True)


def mark_crossed(grid, typed, crossed):
    """Say beside each cell what somebody else wrote meanwhile; the form then shows that number as seen."""
    shown = _shown(typed.fields)
    for field in grid.fields:
        if field.cell in crossed.rows:
            theirs = crossed.rows[field.cell]
            value = theirs.value if theirs else None
            shown[field.name] = value
            typed.errors[field.name] = N_(MOVED.text, value="–" if value is None else value)
    typed.fields = {**typed.fields, "shown": json.dumps(shown)}


def _document(grid, field, typed, shown):
    """(the decision typed for a cell, whether it is another than the form showed)."""
    if field.figure != grid.documented:
        return "", False
    name = name_of(field.row, DOCUMENT)
    document = short_text(" ".join(typed.fields.get(name, "").split()), name, typed.errors)
    return document, name in typed.fields and document != (shown.get(name) or "")


def _question(grid, typed, numbers):
    before = {cell: row.value for cell, row in grid.before.items()}
    found = doubts(plan.active, numbers, typed.told, before, Figure.standing_below(grid.area))
    for field in grid.fields:
        doubt = found.get(field.cell)
        if doubt is None or field.name in typed.errors:
            continue
        if not doubt.refused:
            typed.asked.add(field.name)
        if doubt.refused or typed.fields.get(f"sure-{field.name}") != "yes":
            typed.errors[field.name] = doubt.says
    if typed.told and grid.closed and typed.fields.get(f"sure-{CLOSED}") != "yes":
        typed.errors[CLOSED] = AFTER_CLOSING


def _shown(fields):
    try:
        shown = json.loads(fields.get("shown", "{}"))
    except (ValueError, RecursionError):
        return {}
    return shown if isinstance(shown, dict) else {}

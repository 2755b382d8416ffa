"""Queries whose SQL is written once: peewee makes the text at the first call, later calls only bind values.

Writing the text anew is most of what a small query costs. A prepared query stands with the noun it asks about:

    class Household(Table):
        WITH_VILLAGE = Prepared(lambda uid: Household.select(Household, Area).join(Area).where(Household.uid == uid))

    Household.WITH_VILLAGE.first(uid="…")

The lambda's parameters are the values that each call gives; a longer query is a function under `@Prepared`. It runs
once for each kind of database, with a `Hole` for each value: whatever else it reads, such as the plan or the time,
stays as it was at the first call.
"""

import inspect
import json
from typing import NamedTuple

from peewee import (
    SQL,
    CharField,
    ColumnBase,
    ForeignKeyField,
    Insert,
    IntegerField,
    JSONField,
    ModelCursorWrapper,
    ModelObjectCursorWrapper,
    SelectQuery,
    TextField,
    Update,
    __exception_wrapper__,
    is_model,
)

from database import db, is_sqlite

READ_AS_STORED = (CharField, TextField, IntegerField, ForeignKeyField)  # both drivers give texts and whole numbers
REGISTRY = []  # every prepared query, for the test that compares each with the query it is made of


class Prepared:
    """A peewee query with named values: `.first(…)` and `.all(…)` read rows, `.run(…)` writes.

    Rows are what the query says: models with their joins, `.tuples()`, `.dicts()`. Works in every thread.
    `.build(…)` with values instead of holes is the ordinary query.
    """

    def __init__(self, build):
        self.build = build
        self.names = frozenset(inspect.signature(build).parameters)
        self._owner, self._texts = None, {}
        REGISTRY.append(self)

    def __set_name__(self, owner, name):
        self._owner = f"{owner.__name__}.{name}"

    def __str__(self):
        names = (name for name, value in self.build.__globals__.items() if value is self)
        return self._owner or f"{self.build.__module__}.{next(names, self.build.__name__)}"

    def first(self, **values):
        """The first row, or None."""
        return next(iter(self._execute(True, values)), None)

    def all(self, **values):
        """The rows in a list."""
        return list(self._execute(False, values))

    def run(self, **values):
        """Insert, update or delete; returns what peewee's `execute` does: the new id, or the number of rows."""
        return self._execute(False, values)

    def run_many(self, rows):
        """The same for many rows in one go; each is a dict of values."""
        for values in rows:
            self._check(values)
        self._written(False).execute_many(rows)

    def _execute(self, only_first, values):
        self._check(values)
        return self._written(only_first).execute(values)

    def _check(self, values):
        if values.keys() != self.names:
            missing, unknown = sorted(self.names - values.keys()), sorted(values.keys() - self.names)
            raise TypeError(f"{self}: missing {missing}, unknown {unknown}")

    def _written(self, only_first):
        key = type(db.obj), only_first
        return self._texts.get(key) or self._texts.setdefault(key, self._text(only_first))

    def _text(self, only_first):
        query = self.build(**{name: Hole(name) for name in self.names})
        if isinstance(query, SelectQuery) and (only_first or query._limit):
            query = query.limit(SQL(str(query._limit or 1)))  # SQLite plans anew whenever a limit is a parameter
        if isinstance(query, (Insert, Update)):
            self._convert_cells(query)
        sql, parts = query.sql()
        unused = self.names - {part.name for part in parts if type(part) is _Place}
        if unused:
            raise TypeError(f"{self}: the query does not use {sorted(unused)}")
        return _Text(query, sql, tuple(parts))

    def _convert_cells(self, query):
        """Give each hole of an insert or update its field's conversion, which peewee gives to plain values only."""
        cells = query._update if isinstance(query, Update) else query._insert
        if not isinstance(cells, dict):
            raise TypeError(f"{self}: prepare an insert of one row, as in Event.insert(verb=verb)")
        if isinstance(query, Insert):
            made_anew = {field for field, default in query.model._meta.defaults.items() if callable(default)}
            if left_out := sorted(field.name for field in made_anew - cells.keys()):
                raise TypeError(f"{self}: the defaults of {left_out} are made anew for each row, so name them")
        for field, value in cells.items():
            if isinstance(value, Hole):
                cells[field] = Hole(value.name, _as_json if isinstance(field, JSONField) else field.db_value)


class _Text:
    """What a prepared query is on one kind of database."""

    def __init__(self, query, sql, parts):
        self.query, self.sql, self.parts = query, sql, parts  # parts: values, and a _Place for each that a call gives
        self.read = None  # makes a row of what the database returns for it

    def execute(self, values):
        cursor = db.execute_sql(self.sql, self._bound(values))
        if isinstance(self.query, SelectQuery):
            return self._rows(cursor)
        result = self.query._get_cursor_wrapper(cursor) if self.query._returning else cursor
        return self.query.handle_result(db.obj, result)

    def execute_many(self, rows):
        with __exception_wrapper__:
            db.cursor().executemany(self.sql, [self._bound(values) for values in rows])

    def _bound(self, values):
        return [part.of(values) if type(part) is _Place else part for part in self.parts]

    def _rows(self, cursor):
        """The rows as peewee reads them. What the columns are is found out only once: that is half of its work."""
        if self.read is None:
            reader = self.query._get_cursor_wrapper(cursor)
            reader.initialize()
            reader.cursor = None
            self.read = _maker(reader) or reader.process_row
        return map(self.read, cursor.fetchall())


def _maker(reader):
    """The function that makes a model of a row, with those it is joined to, or None where the rows are no models.

    As peewee's, but the columns become the model's data at once, not one attribute at a time.
    """
    if isinstance(reader, ModelCursorWrapper):
        joins, keys = reader.src_to_dest, reader.column_keys
    elif isinstance(reader, ModelObjectCursorWrapper) and reader.is_model:
        joins, keys = [], [reader.model] * reader.ncols
    else:
        return None
    inner = all(is_foreign_key and not is_outer for *_, is_outer, is_foreign_key in joins)
    named = all(field and field.name == name for field, name in zip(reader.fields, reader.columns, strict=True))
    if not (inner and named and all(map(is_model, keys))):
        return None
    cells = {key: [] for key in (reader.model, *keys)}
    for index, (key, field, convert) in enumerate(zip(keys, reader.fields, reader.converters, strict=True)):
        cells[key].append((index, field.name, None if isinstance(field, READ_AS_STORED) else convert))

    def make(row):
        made = {}
        for model, its_cells in cells.items():
            made[model] = new = model.__new__(model)
            new.__data__ = {name: convert(row[index]) if convert else row[index] for index, name, convert in its_cells}
            new.__rel__, new._dirty = {}, set()
        for source, name, joined, *_ in joins:
            made[source].__rel__[name] = made[joined]
            made[source].__data__[name] = made[joined].id
        return made[reader.model]

    return make


class _Place(NamedTuple):
    name: str
    convert: object
    may_be_null: bool

    def of(self, values):
        value = values[self.name]
        if value is None:
            if self.may_be_null:
                return None
            raise ValueError(f"{self.name} is None, which equals nothing in SQL: ask with is_null() in another query")
        return self.convert(value) if self.convert else value


class Hole(ColumnBase):
    """The place of a value that a call gives. The column that it is compared with converts it, as any value."""

    def __init__(self, name, of_cell=None):
        self.name, self.of_cell = name, of_cell

    def __sql__(self, ctx):
        place = _Place(self.name, self.of_cell or ctx.state.converter, may_be_null=bool(self.of_cell))
        return ctx.value(place, converter=False)


def among(column, keys):
    """`column.in_(keys)`, where keys may be the hole of a list of any length, which is one parameter then."""
    return _Among(column, keys) if isinstance(keys, Hole) else column.in_(keys)


class _Among(ColumnBase):
    def __init__(self, column, keys):
        self.column, self.keys = column, keys

    def __sql__(self, ctx):
        convert, sqlite = self.column.db_value, is_sqlite()

        def as_parameter(keys):
            keys = [convert(key) for key in keys]
            return json.dumps(keys) if sqlite else keys

        before, after = (" IN (SELECT value FROM json_each(", "))") if sqlite else (" = ANY(", ")")
        ctx.sql(self.column).literal(before).value(_Place(self.keys.name, as_parameter, False), converter=False)
        return ctx.literal(after)


def _as_json(value):
    return json.dumps(value, separators=(",", ":"))  # as SQLite's json() writes it

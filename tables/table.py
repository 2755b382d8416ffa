"""What every table has, and the tables about the database itself: what it remembers, limits and logs."""

import json
import uuid
from collections import defaultdict
from datetime import UTC, date, datetime

from peewee import (
    CharField,
    DateTimeField,
    DeferredForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    __exception_wrapper__,
    chunked,
)

from database import db


def now():
    """The present moment as naive UTC, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def new_uid():
    """A fresh public id."""
    return str(uuid.uuid4())


MOST_IDS = 500  # in one query


class Conflict(Exception):
    """The same id arrived with other content; `.record` is what was stored first."""

    def __init__(self, record):
        super().__init__(f"{type(record).__name__} {record.uid} exists with other content")
        self.record = record


class Table(Model):
    """A row whose JSON is replaced, never changed in place, so that `store_changes` knows what to write."""

    follows_resident = False  # whether its rows are the kept person's when two records of one resident become one

    class Meta:
        database = db
        legacy_table_names = False

    @classmethod
    def stands(cls):
        """Whether a row that can be taken back has not been; for a query."""
        return cls.undone_at.is_null()

    def store_changes(self):
        """Update the columns that were set since this row was read or stored, if any."""
        self.store_all([self])

    @classmethod
    def store_all(cls, rows):
        """The same for many rows, in one go for those of which the same columns were set."""
        cls.update_prepared(cls.prepared_changes(rows))
        for row in rows:
            row._dirty.clear()

    def store_new(self):
        """Insert this row, which learns its id."""
        self._insert("")

    def store_once(self):
        """Insert this row, unless a stored one has its uid or whatever else is unique; returns whether it did."""
        return self._insert(" ON CONFLICT DO NOTHING")

    def store_or_meet(self, *fields):
        """`store_once` by uid; Conflict when a stored row of this uid differs in one of the fields.

        A form that was sent, opened again with the browser's Back and sent with other content carries the old uid: what
        it says now must not be lost as if it were the same.
        """
        if self.store_once():
            return True
        stored = type(self).get(type(self).uid == self.uid)
        if any(stored.__data__.get(name) != self.__data__.get(name) for name in fields):
            raise Conflict(stored)
        return False

    def _insert(self, unless):
        table, fields = self._meta.table_name, self._meta.sorted_fields[1:]
        names = ", ".join(f'"{field.column_name}"' for field in fields)
        places = ", ".join([db.param] * len(fields))
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({places}){unless} RETURNING "id"'
        written = db.execute_sql(sql, *self.prepared([self])).fetchall()
        if written:
            self.id = written[0][0]
            self._dirty.clear()
        return bool(written)

    def set_changed(self, **given):
        """Set the given fields that differ; returns their names."""
        changed = [name for name, value in given.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, given[name])
        return changed

    @classmethod
    def insert_all(cls, rows):
        """Insert unsaved rows; they learn no ids."""
        cls.insert_prepared(cls.prepared(rows))

    @classmethod
    def prepared(cls, rows, *but):
        """Unsaved rows as the tuples that `insert_prepared` writes, without the fields `but`.

        This is what takes long about many rows, so it is done before the transaction that all other writers wait for.
        """
        fields = [field for field in cls._meta.sorted_fields if field.name not in ("id", *but)]
        return [tuple(_as_stored(field, row.__data__.get(field.name)) for field in fields) for row in rows]

    @classmethod
    def insert_prepared(cls, tuples, **others):
        """Insert what `prepared` gave. others: SQL for each field left out; a `?` in it takes a tuple's first value."""
        fields = [cls._meta.fields[name] for name in others]
        fields += [field for field in cls._meta.sorted_fields if field.name not in ("id", *others)]
        places = ", ".join([*others.values(), *("?" for _ in range(len(fields) - len(others)))])
        names = ", ".join(f'"{field.column_name}"' for field in fields)
        _run_many(f'INSERT INTO "{cls._meta.table_name}" ({names}) VALUES ({places})', tuples)

    @classmethod
    def prepared_changes(cls, rows):
        """What was set on stored rows since they were read, as `update_prepared` writes it."""
        changes = defaultdict(list)
        for row in rows:
            if names := tuple(sorted(row._dirty)):
                cells = (_as_stored(cls._meta.fields[name], row.__data__[name]) for name in names)
                changes[names].append((*cells, row.id))
        return dict(changes)

    @classmethod
    def update_prepared(cls, changes):
        """Update what `prepared_changes` gave."""
        for names, tuples in changes.items():
            cells = ", ".join(f'"{cls._meta.fields[name].column_name}" = ?' for name in names)
            _run_many(f'UPDATE "{cls._meta.table_name}" SET {cells} WHERE id = ?', tuples)

    @classmethod
    def delete_prepared(cls, ids):
        """Delete the rows with these ids, many in one statement: after each one other threads take their turn."""
        for batch in chunked(ids, MOST_IDS):
            cls.delete().where(cls.id.in_(batch)).execute()


def _as_stored(field, value):
    """A value as both drivers take it."""
    if isinstance(field, JSONField):
        return None if value is None else json.dumps(value, separators=(",", ":"))  # as SQLite's json() writes it
    value = field.db_value(value)
    return str(value) if isinstance(value, date) else value


def _run_many(sql, tuples):
    """Run one statement for each of many tuples; `?` is a place on both databases."""
    sql = sql.replace("?", db.param)
    if len(tuples) == 1:
        db.execute_sql(sql, tuples[0])
    elif tuples:
        with __exception_wrapper__:
            db.cursor().executemany(sql, tuples)


class Setting(Table):
    """What the database must remember about itself, such as that it is a demo."""

    key = CharField(unique=True)
    value = TextField()

    @classmethod
    def read(cls, key, default=None):
        row = cls.get_or_none(cls.key == key)
        return row.value if row else default

    @classmethod
    def starting(cls, beginning):
        """`{key: value}` of all whose key begins so."""
        return dict(cls.select(cls.key, cls.value).where(cls.key.startswith(beginning)).tuples())

    @classmethod
    def write(cls, key, value):
        row = cls.insert(key=key, value=value)
        row.on_conflict(conflict_target=[cls.key], preserve=[cls.value]).execute()


class Limit(Table):
    """Counts failures in a time window; successes are never limited (forty phones share one address)."""

    HOUR = 3600

    key = CharField()
    window = IntegerField()
    number = IntegerField(default=0)

    class Meta:
        indexes = ((("key", "window"), True),)

    @classmethod
    def fail(cls, key, seconds=HOUR):
        """Count one failure of `key` in the present window of `seconds`."""
        row = cls.insert(key=key, window=cls.window_now(seconds), number=1)
        row.on_conflict(conflict_target=[cls.key, cls.window], update={cls.number: cls.number + 1}).execute()

    @classmethod
    def reached(cls, key, most, seconds=HOUR):
        """Whether `key` has failed `most` times in the present window."""
        row = cls.get_or_none(cls.key == key, cls.window == cls.window_now(seconds))
        return row is not None and row.number >= most

    @staticmethod
    def window_now(seconds):
        return int(datetime.now(UTC).timestamp()) // seconds


class Event(Table):
    """The log: who did what to which thing, when. The database refuses to change or delete a row."""

    at = DateTimeField(default=now, index=True)
    user = DeferredForeignKey("User", null=True)
    verb = CharField(max_length=40)
    kind = CharField(max_length=20, default="")
    subject = CharField(max_length=40, default="", index=True)
    data = JSONField(default=dict)

    @classmethod
    def log(cls, verb, subject, by, **data):
        """Write one line. `data` holds names of fields and counts, never a person's data."""
        cls.line(verb, subject, by, **data).store_new()

    @classmethod
    def last_of(cls, subject, verbs):
        """The newest line that says one of these verbs of a thing, or None."""
        return cls.select().where(cls.subject == subject.uid, cls.verb.in_(verbs)).order_by(cls.id.desc()).first()

    @classmethod
    def times_of(cls, kind, verbs):
        """When any of these verbs happened to things of one kind, in order."""
        query = cls.select(cls.at).where(cls.kind == kind, cls.verb.in_(verbs)).order_by(cls.at)
        return [at for (at,) in query.tuples()]

    @classmethod
    def line(cls, verb, subject, by, **data):
        """A line not yet written, for verbs that write many."""
        return cls(
            verb=verb,
            kind=type(subject).__name__.lower() if subject else "",
            subject=getattr(subject, "uid", None) or getattr(subject, "code", "") if subject else "",
            user=by,
            data=data,
        )

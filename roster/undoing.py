"""Takes a saved list back: what it added and changed goes back where nobody has touched it since, the rest is told.

A household was touched when anything was logged about it after the list was saved: a visit, a consent, a move, another
list. A person it added was touched, too, when something else is about them: a check-in, an invitation, help given.
"""

from datetime import date, datetime

from peewee import chunked

import moves
from database import is_sqlite, lock_row
from models import Area, Event, Household, Move, Moved, Resident, Roster, Tally, db, fn, remove_when_empty
from roster.saving import TRIES, Basis

MOST_IDS = 500  # in one query
MOST_SHOWN = 1_000  # households
WHY = {"visit": "visit", "consent": "consent", "move": "move", "household": "list"}  # the first word of an event's verb


def look(upload):
    """What taking the list back would do now: an Undoing. Writes nothing."""
    return Undoing(upload, Touched(upload))


def undo(upload, by):
    """Take a saved list back, once however often it is asked; returns its row.

    Like saving, it is prepared before the transaction and again when something changed meanwhile.
    """
    for _ in range(TRIES):
        basis, undoing = Basis(upload.user.area), look(upload)
        with db.atomic():
            row = lock_row(Roster.select().where(Roster.id == upload.id)).get()
            if row.state != "saved":
                return row
            undoing.hold()
            if undoing.moved:
                return _undo_after_moves(row, by)
            if basis.stands() and undoing.touched.stands(row):
                return undoing.write(row, by)
    with db.atomic():
        row = lock_row(Roster.select().where(Roster.id == upload.id)).get()
        if row.state != "saved":
            return row
        look(row).hold()
        return _undo_after_moves(row, by)


def _undo_after_moves(row, by):
    """Undo the moves that the list brought about, then take it back. Inside the transaction that holds the rows."""
    touched, moved = Touched(row), row.what_was().get("moves", ())
    refused = [uid for uid in moved if uid in touched.moves or not _undo_move(uid, by)]
    stay = Moved.select(Moved.resident).join(Move).where(Move.uid.in_(refused)).tuples()
    touched.people |= {person_id for (person_id,) in stay}
    return Undoing(row, touched, refused).write(row, by)


def _undo_move(uid, by):
    """Whether a move that the list brought about is undone."""
    move = Move.get_or_none(Move.uid == uid)
    try:
        return move is not None and moves.undo(move, by).undone_at is not None
    except moves.Refused:
        return False


class Touched:
    """`.homes`: {household uid: why} and `.people`: ids of residents that something has been about since the list.

    `.moves`: uids of the list's moves into a household that something has been about since.
    """

    def __init__(self, upload):
        before, self.last = upload.what_was(), Event.select(fn.MAX(Event.id)).scalar()
        saved = Event.select().where(Event.verb == "roster.saved", Event.subject == upload.uid).get()
        moved = _with("uid", Move, before.get("moves", ()))
        self.own_moves = {move.id for move in moved}
        corrected = {home_id for _, _, home_id, *_ in before["cells"]}
        added_to = {person.household_id for person in _with("uid", Resident, before["people"])}
        targets = {home.id: home.uid for home in _with("id", Household, {move.to_id for move in moved})}
        concerned = {home.uid for home in _with("id", Household, corrected | added_to)} | set(before["homes"])
        concerned |= set(targets.values())
        self.homes = {}
        for batch in chunked(sorted(concerned), MOST_IDS):
            events = Event.select(Event.subject, Event.verb).where(Event.id > saved.id, Event.subject.in_(batch))
            for uid, verb in events.order_by(Event.id).tuples():
                self.homes.setdefault(uid, WHY.get(verb.partition(".")[0], "other"))
        self.moves = {move.uid for move in moved if targets[move.to_id] in self.homes}
        villages = set()
        for batch in chunked(sorted(concerned), MOST_IDS):
            query = Household.select(Household.village).where(Household.uid.in_(batch)).distinct()
            villages |= {village for (village,) in query.tuples()}
        self.people = {row_id for field in Resident._meta.backrefs for row_id in self._about(field, villages)}

    def _about(self, field, villages):
        """The residents of the villages about whom a table has a row, through its foreign key `field`."""
        people = Resident.alias()
        theirs = people.select(people.id).join(Household, on=(people.household == Household.id))
        query = field.model.select(field).where(field.in_(theirs.where(Household.village.in_(list(villages)))))
        if field.model is Moved:
            query = query.where(Moved.move.not_in(list(self.own_moves)))
        if field.model is Move:
            query = query.where(Move.id.not_in(list(self.own_moves)))
        return {row_id for (row_id,) in query.distinct().tuples()}

    def stands(self, upload):
        """Whether it is still so. Inside the transaction that takes the list back.

        SQLite numbers events as they are committed, so where nothing was logged since but sign-ins nothing changed.
        """
        since = Event.select().where(Event.id > self.last, ~Event.verb.startswith("user."))
        if is_sqlite() and not since.exists():
            return True
        now = Touched(upload)
        return (self.homes, self.people) == (now.homes, now.people)


class Undoing:
    """What goes back, prepared, and what stays.

    `.homes` and `.people` are rows that go, `.cells` is how many details become what they were, `.areas` the villages
    that go when they are empty then, `.stays` [(household, why)]: "visit", "consent", "move", "list", "person" for what
    is about somebody the list added, "changed" for a detail that is no longer what the list made it, or "other".
    """

    def __init__(self, upload, touched, refused=()):
        self.before, self.touched, self.stays = upload.what_was(), touched, {}
        self.moved = self.before.get("moves", [])
        self.refused = len(refused)
        self._choose_homes()
        self._choose_people()
        self._choose_cells()
        self._prepare()

    def _choose_homes(self):
        """The households that the list added: those touched stay whole."""
        homes = {home.id: home for home in _with("uid", Household, self.before["homes"])}
        self.members = {}
        for batch in chunked(homes, MOST_IDS):
            for row in Resident.select(Resident.id, Resident.household).where(Resident.household.in_(batch)).tuples():
                self.members.setdefault(row[1], []).append(row[0])
        for home in homes.values():
            if not self.touched.people.isdisjoint(self.members.get(home.id, ())):
                self.stays[home.id] = home, "person"
            self._keep_when_touched(home)
        self.homes = [home for home in homes.values() if home.id not in self.stays]

    def _keep_when_touched(self, home):
        if home.uid in self.touched.homes:
            self.stays[home.id] = home, self.touched.homes[home.uid]

    def _choose_people(self):
        """Those whom the list added to households that were there before."""
        people = _with("uid", Resident, self.before["people"])
        cells = {home_id for _, _, home_id, *_ in self.before["cells"]}
        self.others = {home.id: home for home in _with("id", Household, cells | {row.household_id for row in people})}
        for home in self.others.values():
            self._keep_when_touched(home)
        for person in people:
            if person.id in self.touched.people:
                self.stays.setdefault(person.household_id, (self.others[person.household_id], "person"))
        self.people = [row for row in people if row.household_id not in self.stays]

    def _choose_cells(self):
        """The details that the list changed, as they were, where they are still what it made them."""
        self.cells, self.set_people = 0, {}
        rows = {"Household": self.others, "Resident": {}}
        ids = {row_id for kind, row_id, *_ in self.before["cells"] if kind == "Resident"}
        rows["Resident"] = {person.id: person for person in _with("id", Resident, ids)}
        for kind, row_id, home_id, key, was, became in self.before["cells"]:
            row, home = rows[kind].get(row_id), self.others.get(home_id)
            if row is None or home is None or home_id in self.stays and self.stays[home_id][1] != "changed":
                continue
            if _plain(getattr(row, key)) != became:
                self.stays.setdefault(home_id, (home, "changed"))
                continue
            self.cells += 1
            if kind == "Household":
                row.set_changed(**{key: was})
            else:
                self.set_people.setdefault(row_id, (row, {}))[1][key] = was
        for person, fields in self.set_people.values():
            person.set_identity(fields)
            person.set_changed(**fields)

    def _prepare(self):
        """The rows as they become."""
        going = {person.id for person in self.people}
        concerned = {row.household_id for row in self.people} | {
            row.household_id for row, _ in self.set_people.values()
        }
        homes = [home for home in self.others.values() if home.id in concerned or home._dirty]
        changed, living = {row.id: row for row, _ in self.set_people.values()}, {}
        for batch in chunked([home.id for home in homes], MOST_IDS):
            rows = Resident.select().where(Resident.household.in_(batch), Resident.lives_here())
            for person in rows.order_by(Resident.position, Resident.id):
                if person.id not in going:
                    living.setdefault(person.household_id, []).append(changed.get(person.id, person))
        for home in homes:
            home.describe(living.get(home.id, []))
        self.recounted = [home.id for home in homes]
        self.changed = Household.prepared_changes(homes), Resident.prepared_changes(changed.values())

    def hold(self):
        """Hold the households and their people, so that nothing new is about them until the transaction ends."""
        if is_sqlite():  # the transaction itself holds everything
            return
        ids = sorted({*self.others, *(home.id for home in self.homes)})
        for batch in chunked(ids, MOST_IDS):
            list(
                lock_row(Household.select(Household.id).where(Household.id.in_(batch)).order_by(Household.id)).tuples()
            )
        for batch in chunked(ids, MOST_IDS):
            people = Resident.select(Resident.id).where(Resident.household.in_(batch)).order_by(Resident.id)
            list(lock_row(people).tuples())

    def write(self, upload, by):
        """Write it and return the upload. Inside the transaction that holds the rows."""
        homes, people = self.changed
        Household.update_prepared(homes)
        Resident.update_prepared(people)
        going = [person_id for home in self.homes for person_id in self.members.get(home.id, ())]
        Resident.delete_prepared([*going, *(person.id for person in self.people)])
        Household.recount(self.recounted)
        self._take_from_tallies()
        Household.delete_prepared([home.id for home in self.homes])
        areas = [area for area in _with("id", Area, self.before["areas"]) if remove_when_empty(area, by)]
        counts = self.counts | {"villages": len(areas), "moves": len(self.moved) - self.refused}
        upload.undone(by, counts | {"moves_stay": self.refused, "stays": self.staying()})
        return upload

    @property
    def counts(self):
        """How many households, people and details go back, and how many households stay."""
        people = sum(len(self.members.get(home.id, ())) for home in self.homes) + len(self.people)
        return {"households": len(self.homes), "people": people, "details": self.cells, "stay": len(self.stays)}

    def staying(self):
        """[(uid, code, village, why)] of the first households that stay."""
        labels = {area.id: area.label for area in Area.select(Area.id, Area.label)}
        shown = sorted(self.stays.values(), key=lambda pair: (pair[0].village_id, pair[0].code_key))[:MOST_SHOWN]
        return [[home.uid, home.code, labels[home.village_id], why] for home, why in shown]

    def _take_from_tallies(self):
        sums = {}
        for home in self.homes:
            totals = sums.setdefault(home.village_id, {})
            for code, counts in home.contribution.items():
                totals[code] = [a - b for a, b in zip(totals.get(code, (0, 0, 0)), counts, strict=True)]
        for village_id, totals in sorted(sums.items()):
            if totals:
                Tally.add(village_id, totals)


def _with(name, table, values):
    """The rows of a table whose column is one of many values."""
    column = getattr(table, name)
    return [row for batch in chunked(sorted(values), MOST_IDS) for row in table.select().where(column.in_(batch))]


def _plain(value):
    return str(value) if isinstance(value, date | datetime) else value

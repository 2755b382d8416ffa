"""People change: somebody moves, dies, leaves for work or comes back; households split and merge; two records turn out
to be one person, or a record to be nobody.

Every verb is one transaction. It writes a `Move` with the changes that undo needs, adds the difference to the tallies
of every household concerned, logs an Event and returns the Move. It raises `Refused` with a sentence for the user.
`**details` are `uid`, the id of the form (sent twice, it is one move), and `happened_at` (naive UTC, default now).

No answer is lost: of two records of one person the newest answer to each question is kept, and undo restores each
cell unless something newer was written into it since.
"""

from datetime import datetime

import plan
import vi
from database import lock_row
from fields import N_
from models import (
    Area,
    Attendance,
    Consent,
    Event,
    Household,
    Invitation,
    Move,
    Moved,
    Resident,
    db,
    new_uid,
    now,
)
from terms import GONE, LEFT, PURPOSES

LASTING = ("household", "merged_into")  # only moves write these cells, so undo refuses when they changed


class Refused(Exception):
    """A move that cannot be made or undone; `.sentence` says why and what can be done instead."""

    def __init__(self, sentence):
        super().__init__(sentence.text)
        self.sentence = sentence


class _Cells:
    """Sets the cells of one move and records each with its old and new value, and the people concerned."""

    def __init__(self):
        self.changes, self.people = [], {}

    def set(self, row, **values):
        columns = []
        for column, value in values.items():
            was, became = row.__data__[column], getattr(value, "id", value)
            if was != became:
                self.changes.append([type(row).__name__, row.id, column, _plain(was), _plain(became)])
                setattr(row, column, value)
                columns.append(column)
        if columns:
            row.save(only=columns)

    def concerns(self, *people):
        for person in people:
            self.people.setdefault(person.id, person.household_id)

    def merge_answers(self, row, other):
        """Give `row` every answer of `other` that is newer than its own."""
        newer = {key: at for key, at in other.answered_at.items() if at > row.answered_at.get(key, "")}
        for key in newer:
            was, became = _dated_answer(row, key), _dated_answer(other, key)
            self.changes.append([type(row).__name__, row.id, f"answers.{key}", was, became])
        row.answers = row.answers | {key: other.answers[key] for key in newer}
        row.answered_at = row.answered_at | newer
        row.save(only=["answers", "answered_at"])


def _dated_answer(row, key):
    return [row.answers.get(key), row.answered_at.get(key)]


def _plain(value):
    return str(value) if isinstance(value, datetime) else value


def _move(kind, act, household, by, to=None, uid=None, happened_at=None, **whom):
    """Lock the households, run `act(cells, {id: household})`, refresh the tallies, write the Move; returns it.

    A form id that made a Move before returns that Move and changes nothing.
    """
    with db.atomic():
        homes = {home.id: home for home in Household.hold({home.id for home in (household, to) if home})}
        if done := _made_before(uid, kind):
            return done
        cells = _Cells()
        act(cells, homes)
        happened_at = happened_at or now()
        _recount(homes.values(), happened_at)
        move = Move.create(
            uid=uid or new_uid(),
            kind=kind,
            household=household,
            to=to,
            user=by,
            happened_at=happened_at,
            changes=cells.changes,
            **whom,
        )
        rows = [{"move": move.id, "resident": who, "household": home} for who, home in cells.people.items()]
        if rows:
            Moved.insert_many(rows).execute()
        Event.log(f"move.{kind}", household, by, move=move.uid, people=len(rows))
    return move


def _made_before(uid, kind):
    """The move that the form with this id made already, or None."""
    done = Move.get_or_none(Move.uid == uid) if uid else None
    if done and done.kind != kind:
        raise Refused(N_("Phiếu này đã dùng cho một thay đổi khác. Mở lại trang rồi ghi lại."))
    return done


def _recount(homes, happened_at):
    day = vi.local(happened_at).date()
    for home in sorted(homes, key=lambda home: (home.village_id, home.id)):
        home.refresh(day)


def _read_again(resident, homes):
    """The person, read again now that their household is locked. Raises Refused if they moved meanwhile."""
    person = Resident.get_by_id(resident.id)
    if person.merged_into_id or person.household_id not in homes:
        raise Refused(N_("Người này vừa được chuyển ở nơi khác. Mở lại trang rồi xem lại."))
    person.household = homes[person.household_id]
    return person


# -- One person


def leave(resident, why, by, head=None, **details):
    """Somebody no longer lives here. why: "moved", "died" or "away". head: who heads the household from now on."""
    if why not in LEFT:
        raise ValueError(f"why must be one of {', '.join(LEFT)}, got {why!r}")
    return _no_longer_living(resident, why, by, head, **details)


def discard(resident, by, head=None, **details):
    """The record was entered by mistake and is no person: a heading, a total, a name that nobody here has.

    It is never suggested as a match again, and no list brings it back. head: as in `leave`.
    """
    return _no_longer_living(resident, "mistake", by, head, **details)


def _no_longer_living(resident, why, by, head, **details):
    def act(cells, homes):
        person = _read_again(resident, homes)
        if person.left:
            raise Refused(N_("Người này đã được ghi là không còn ở hộ."))
        cells.concerns(person)
        cells.set(person, left=why)
        _close_ranks(cells, person.household, person.relation == "head", head)

    return _move(why, act, resident.household, by, resident=resident, **details)


def come_back(resident, by, **details):
    """Somebody who left lives in their household again."""

    def act(cells, homes):
        person = _read_again(resident, homes)
        if not person.left:
            raise Refused(N_("Người này đang ở hộ rồi."))
        cells.concerns(person)
        _settle(cells, person.household, [person])

    return _move("back", act, resident.household, by, resident=resident, **details)


def make_head(resident, by, **details):
    """This person heads their household from now on; the relation of the former head becomes "other"."""

    def act(cells, homes):
        person = _read_again(resident, homes)
        if person.left:
            raise Refused(N_("Người này không còn ở hộ nên không làm chủ hộ được."))
        cells.concerns(person)
        for former in person.household.living():
            if former.relation == "head" and former != person:
                cells.concerns(former)
                cells.set(former, relation="other")
        cells.set(person, relation="head")

    return _move("head", act, resident.household, by, resident=resident, **details)


def to_household(resident, household, by, head=None, relation=None, **details):
    """Somebody moves into another household, also somebody who had left. head: who heads the former household now.

    relation: their relation to the head of the new one; "head" counts only where nobody heads it.
    """

    def act(cells, homes):
        person, to = _read_again(resident, homes), homes[household.id]
        if to == person.household:
            raise Refused(N_("Người này đang ở chính hộ đó."))
        if to.merged_into_id:
            raise Refused(N_("Hộ này đã nhập vào hộ khác. Tìm lại hộ mới."))
        cells.concerns(person)
        headed = to.living().where(Resident.relation == "head").exists()
        heading = person if relation == "head" and not headed else None
        _move_people(cells, [person], person.household, to, arriving=[person], heading=heading, heir=head)
        if relation not in (None, "head") and person.relation == "other":
            cells.set(person, relation=relation)

    return _move("household", act, resident.household, by, to=household, resident=resident, **details)


def merge_residents(kept, double, by, **details):
    """Two records are one person: `kept` takes the newest answer to each question and every row about `double`."""

    def act(cells, homes):
        person, other = _read_again(kept, homes), _read_again(double, homes)
        if person == other:
            raise Refused(N_("Chọn hai bản ghi khác nhau."))
        cells.concerns(person, other)
        cells.merge_answers(person, other)
        blanks = {key: getattr(other, key) for key in ("birth_year", "sex", "phone") if not getattr(person, key)}
        if not person.name:
            blanks |= {key: getattr(other, key) for key in ("name", "name_key", "folded")}
        cells.set(person, **blanks)
        if person.left and not other.left:
            _settle(cells, person.household, [person])
        cells.set(person, listed_as=_stood_as(person, other))
        heads = not other.left and other.relation == "head"
        cells.set(other, left="merged", merged_into=person)
        if heads and person.household == other.household:
            cells.set(person, relation="head")
        else:
            _close_ranks(cells, other.household, heads)
        _follow(cells, person, other)
        Attendance.note_years([person.id, other.id])

    households = {"household": double.household, "to": kept.household}
    return _move("double", act, by=by, resident=kept, double=double, **households, **details)


def _stood_as(person, other):
    """`Resident.listed_as` for the kept record: the names and years under which either stood in a list."""
    both = Resident(folded=person.folded, birth_year=person.birth_year, listed_as=person.listed_as)
    both.remember([other.folded, other.birth_year], *(other.listed_as or []))
    return both.listed_as


def _follow(cells, person, other):
    """Give `person` every row about `other`; where a table allows one row each, the kept person's own stands."""
    for field, table in _followers():
        unique = _unique_with(table, field.name)
        mine = {tuple(row.__data__[name] for name in unique): row for row in table.select().where(field == person)}
        for row in table.select().where(field == other).order_by(table.id):
            twin = mine.get(tuple(row.__data__[name] for name in unique)) if unique else None
            if twin and "undone_at" in table._meta.fields:
                _stand_for(cells, twin, row)
            elif twin is None:
                cells.set(row, **_made_theirs(table, row, person), **{field.name: person})


def _followers():
    """[(column, table)] of the tables with `follows_resident`, whose rows go to the kept record in a merge."""
    pairs = [(field, table) for field, table in Resident._meta.backrefs.items() if table.follows_resident]
    return sorted(pairs, key=lambda pair: pair[1].__name__)


def _unique_with(table, name):
    """The columns that, with the person, are unique in `table`: of attendances the meeting; [] where none are."""
    same_as = {name, "person"}
    indexes = [columns for columns, unique in table._meta.indexes if unique and same_as & set(columns)]
    return [column for column in indexes[0] if column not in same_as] if indexes else []


def _made_theirs(table, row, person):
    """The further cells to set when a row goes to `person`: an attendance gets their key; an invitation loses its need
    if they are invited for it already, which the database allows once. Its roster number stays."""
    if table is Attendance:
        return {"person": f"r:{person.uid}"}
    if table is Invitation and row.undone_at is None and _invited(person, row.need):
        return {"need": ""}
    return {}


def _invited(resident, need):
    standing = resident.invitations.where(Invitation.need == need, Invitation.stands())
    return need != "" and standing.exists()


def _stand_for(cells, twin, row):
    """Mark the double's `row` undone; `twin`, the kept person's own row, stands in its place."""
    if row.undone_at is None:
        cells.set(row, undone_at=now())
        if twin.undone_at and isinstance(twin, Invitation):
            cells.set(twin, need="" if _invited(twin.resident, row.need) else row.need)
        if isinstance(twin, Attendance):
            cells.set(twin, only_joined=row.only_joined and (twin.only_joined or twin.undone_at is not None))
        cells.set(twin, undone_at=None)
    if isinstance(row, Attendance):
        for walk_in in row.walk_ins:
            cells.set(walk_in, joined_to=twin)


# -- Whole households


def split(household, residents, head, by, **details):
    """Some of the residents become a household of their own, with the next free number; returns the Move."""
    uid = details.get("uid")
    with db.atomic():
        # Without the lock two splits at once would take the same number.
        lock_row(Area.select().where(Area.id == household.village_id)).get()
        if done := _made_before(uid, "split"):
            return done
        new = Household.add(household.village, by, lane=household.lane, dwelling=household.dwelling)

        def act(cells, homes):
            home, to = homes[household.id], homes[new.id]
            people = [_read_again(person, homes) for person in residents]
            staying = [person for person in home.living() if person not in people]
            if not people or not staying or any(person.household != home or person.left for person in people):
                raise Refused(N_("Chọn những người ra ở riêng; hộ cũ phải còn ít nhất một người."))
            if head not in people:
                raise Refused(N_("Chọn chủ hộ mới trong số những người ra ở riêng."))
            cells.concerns(*people)
            copied = {name: getattr(home, name) for name in ("state", "visited_at", *PURPOSES.values())}
            to.set_changed(**copied)
            to.save(only=list(copied))
            _move_people(cells, people, home, to, arriving=people, heading=head)
            _carry_consents(home, to)

        return _move("split", act, household, by, to=new, **details)


def merge_households(kept, gone, by, **details):
    """Everybody of `gone` moves to `kept`. `gone` keeps its visits, but is neither counted nor listed any more."""

    def act(cells, homes):
        if kept == gone or kept.village_id != gone.village_id:
            raise Refused(N_("Chỉ nhập được hai hộ khác nhau của cùng một thôn."))
        home, to = homes[gone.id], homes[kept.id]
        if home.merged_into_id or to.merged_into_id:
            raise Refused(N_("Một trong hai hộ đã nhập vào hộ khác. Mở lại trang rồi xem lại."))
        everybody = list(home.residents.order_by(Resident.position, Resident.id))
        living = [person for person in everybody if not person.left]
        cells.concerns(*everybody)
        differ = [name for name in PURPOSES.values() if living and getattr(to, name) and not getattr(home, name)]
        cells.merge_answers(to, home)
        _move_people(cells, everybody, home, to, arriving=living)
        cells.set(to, **dict.fromkeys(differ))  # a yes of one family does not bind the other: ask again
        if differ and to.state == "done":
            cells.set(to, state="partial")
        cells.set(home, merged_into=to)

    return _move("merge", act, gone, by, to=kept, **details)


def _move_people(cells, people, home, to, arriving, heading=None, heir=None):
    """Move people from `home` to the end of the list of `to`. Those in `arriving` live there; the rest had left before.

    heading: who heads `to`. heir: who heads `home` when its head is among those who move.
    """
    headed = any(person.relation == "head" and not person.left for person in people)
    hosts = to.living().exists()
    last = max((person.position for person in to.residents), default=-1)
    for position, person in enumerate(people, last + 1):
        cells.set(person, household=to, position=position)
        if hosts or heading:  # the old relation was to another head
            cells.set(person, relation="head" if person == heading else "other")
    _close_ranks(cells, home, headed, heir)
    _settle(cells, to, arriving)


def _settle(cells, home, people):
    """Let people live in `home`: it has one head and counts again, and is unfinished if one of them was not asked."""
    if not people:
        return
    for person in people:
        cells.set(person, left="")
    others = [person for person in home.living() if person not in people]
    heads = [person for person in (*others, *people) if person.relation == "head"]
    for person in heads[1:]:
        if person in people:
            cells.set(person, relation="other")
    if not heads and not others:
        cells.set(next_head(people), relation="head")
    if home.state in GONE:
        cells.set(home, state="partial" if home.visited_at else "todo")
    elif home.state == "done" and not all(person.answers for person in people):
        cells.set(home, state="partial")


def _close_ranks(cells, home, headed, heir=None):
    """After somebody left `home`: mark it vacant if it is empty, else name a head if the head left (`headed`)."""
    living = list(home.living())
    if not living and home.state not in GONE:
        cells.set(home, state="vacant")
    if living and headed and not any(person.relation == "head" for person in living):
        heir = next((person for person in living if person == heir), None) or next_head(living)
        cells.concerns(heir)
        cells.set(heir, relation="head")


def next_head(living):
    """The default new head of a household: the husband or wife, else the eldest adult, else the first listed."""
    latest = plan.active.year - plan.active.adult_age
    adults = [each for each in living if each.birth_year and each.birth_year <= latest]
    spouse = [each for each in living if each.relation == "spouse"]
    return (spouse or sorted(adults, key=lambda each: each.birth_year) or living)[0]


def _carry_consents(home, to):
    """Copy the newest consent for each purpose of `home` to the household that split off, with its time and notice."""
    newest = {row.purpose: row for row in home.consents.order_by(Consent.given_at, Consent.id)}
    for row in newest.values():
        copied = {name: value for name, value in row.__data__.items() if name not in ("id", "uid", "household")}
        Consent.create(household=to, **copied)


# -- Undo


def undo(move, by):
    """Take a move back and return it: restore every cell it set, unless something newer was written there since.

    Raises Refused when a later move of the same people stands, when somebody would return to a household that was
    merged into another, or when somebody else joined a split-off household.
    """
    with db.atomic():
        move = lock_row(Move.select().where(Move.id == move.id)).get()
        if move.undone_at:
            return move
        homes = {home.id: home for home in Household.hold(_homes_of(move))}
        if move.later():
            raise Refused(N_("Sau lần này còn một thay đổi khác của cùng người. Hoàn tác lần sau trước."))
        for line in reversed(move.changes):
            _give_back(homes, *line)
        if any(home.merged_into_id and home.residents.exists() for home in homes.values()):
            raise Refused(N_("Một trong hai hộ đã nhập vào hộ khác. Mở lại trang rồi xem lại."))
        if move.kind == "split":
            new = homes[move.to_id]
            if homes[move.household_id].merged_into_id:  # if into the new one, each would be merged into the other
                raise Refused(N_("Một trong hai hộ đã nhập vào hộ khác. Mở lại trang rồi xem lại."))
            if new.residents.exists():
                raise Refused(N_("Hộ mới đã có thêm người khác. Chuyển họ đi trước, hoặc nhập hai hộ."))
            new.merged_into = move.household_id
            new.save(only=["merged_into"])
        if move.kind == "double":
            Attendance.note_years([move.resident_id, move.double_id])
        returned = {row.resident_id for row in move.people}
        for home in homes.values():
            _one_head(home, returned)
        _recount(homes.values(), move.happened_at)
        move.undone_at = now()
        move.save(only=["undone_at"])
        Event.log("move.undone", move.household, by, move=move.uid, kind=move.kind)
    return move


def _one_head(home, returned):
    """Leave one head: somebody who became head meanwhile goes before those whom the undo returned."""
    heads = sorted((each for each in home.living() if each.relation == "head"), key=lambda each: each.id in returned)
    for person in heads[1:]:
        person.relation = "other"
        person.store_changes()


def _homes_of(move):
    people = Moved.select(Moved.resident).where(Moved.move == move)
    now_in = {row.household_id for row in Resident.select(Resident.household).where(Resident.id.in_(people))}
    return {move.household_id, move.to_id or move.household_id} | now_in


def _give_back(homes, table, row_id, column, was, became):
    """Restore one cell if it still holds what the move wrote. "answers.<key>" is the answer to one question."""
    if table == "Household" and row_id in homes:
        row = homes[row_id]
    else:
        models = {model.__name__: model for model in (Household, Resident, *(table for _, table in _followers()))}
        row = models[table].get_or_none(models[table].id == row_id)
    if row is None:  # erased since
        return
    column, _, key = column.partition(".")
    if key:
        if _dated_answer(row, key) == became:
            _answer(row, key, *was)
    elif _plain(row.__data__[column]) == became:
        field = row._meta.fields[column]
        setattr(row, column, datetime.fromisoformat(was) if was and field.field_type == "DATETIME" else was)
        row.save(only=[column])
    elif column in LASTING:
        raise Refused(N_("Sau lần này hộ đã thay đổi nên không hoàn tác được nữa."))


def _answer(row, key, answer, at):
    others = {name: {k: v for k, v in getattr(row, name).items() if k != key} for name in ("answers", "answered_at")}
    row.answers = others["answers"] | ({key: answer} if at else {})
    row.answered_at = others["answered_at"] | ({key: at} if at else {})
    row.save(only=["answers", "answered_at"])

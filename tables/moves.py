"""What happened to people and households since they were listed: an append-only history that can be undone."""

from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, JSONField

from tables.areas import Area
from tables.households import Household, Resident
from tables.table import Table, new_uid, now
from tables.users import User


class Move(Table):
    """One change of who lives where. Undone by a later moment, never deleted.

    `household` is where it began and `to` where it led: the new household of a split, the kept one of a merge.
    `resident` is whom it is about, `double` the record that was merged into theirs. `changes` is what undoes it:
    `[table, id, column, was, became]` of every cell that was set.
    """

    uid = CharField(unique=True, default=new_uid)
    kind = CharField(max_length=20)
    household = ForeignKeyField(Household, backref="moves", on_delete="CASCADE")
    to = ForeignKeyField(Household, null=True, backref="arrivals", on_delete="CASCADE")
    resident = ForeignKeyField(Resident, null=True, backref="moves", on_delete="CASCADE")
    double = ForeignKeyField(Resident, null=True, backref="+", on_delete="CASCADE")
    user = ForeignKeyField(User, null=True)
    happened_at = DateTimeField()
    received_at = DateTimeField(default=now)
    changes = JSONField(default=list)
    undone_at = DateTimeField(null=True)

    @classmethod
    def visible_to(cls, user):
        """Those that touch no household outside the user's area, which undoing them would change."""
        mine = Household.select(Household.id).join(Area).where(Area.within(user.area))
        return cls.select().where(cls.household.in_(mine), cls.to.is_null() | cls.to.in_(mine))

    @classmethod
    def standing(cls):
        return cls.select().where(cls.stands())

    @classmethod
    def of_resident(cls, resident):
        """What happened to one person, newest first."""
        mine = Moved.select(Moved.move).where(Moved.resident == resident)
        return cls._told().where(cls.id.in_(mine))

    @classmethod
    def of_household(cls, household):
        """What happened to a household and its people, newest first."""
        return cls._told().where((cls.household == household) | (cls.to == household))

    @classmethod
    def _told(cls):
        to, double = Household.alias(), Resident.alias()
        query = cls.select(cls, Household, Resident, to, double, User)
        for table, on in (
            (Household, cls.household == Household.id),
            (to, cls.to == to.id),
            (Resident, cls.resident == Resident.id),
            (double, cls.double == double.id),
            (User, cls.user == User.id),
        ):
            attribute = {id(to): "to", id(double): "double"}.get(id(table))
            query = query.join_from(cls, table, JOIN.LEFT_OUTER, on=on, attr=attribute)
        return query.order_by(cls.id.desc())

    def later(self):
        """The newest standing move after this one that concerns some of the same people, or None."""
        people = Moved.select(Moved.resident).where(Moved.move == self)
        same = Moved.select(Moved.move).where(Moved.resident.in_(people))
        return Move.standing().where(Move.id > self.id, Move.id.in_(same)).order_by(Move.id.desc()).first()


class Moved(Table):
    """A person whom a move concerned, and the household in which they were before it."""

    move = ForeignKeyField(Move, backref="people", on_delete="CASCADE")
    resident = ForeignKeyField(Resident, backref="+", on_delete="CASCADE")
    household = ForeignKeyField(Household, backref="+", on_delete="CASCADE")

    class Meta:
        indexes = ((("move", "resident"), True),)

    @classmethod
    def once_in(cls, household, uids):
        """The residents among `uids` who were in a household, or in one merged into it, before a move."""
        if not uids or Resident.ANY_OF.first(uids=uids) is None:
            return []
        homes, found = {household.id}, {household.id}
        while found:
            found = {row.id for row in Household.select(Household.id).where(Household.merged_into.in_(list(found)))}
            homes |= found
        there = cls.household.in_(list(homes)) | Move.to.in_(list(homes))
        query = Resident.select().join(cls).join(Move).where(Resident.uid.in_(list(uids)), there)
        return list(query.group_by(Resident.id))

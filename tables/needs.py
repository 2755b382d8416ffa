"""What residents said they need."""

from peewee import CharField, DateTimeField, ForeignKeyField

from tables.households import Resident
from tables.table import Table


class Need(Table):
    """One thing that one resident said they need, and when. The database makes these rows out of `Resident.answers`,
    so that no verb can forget to; nothing else writes them.
    """

    resident = ForeignKeyField(Resident, backref="needs", on_delete="CASCADE")
    need = CharField(max_length=40, index=True)
    since = DateTimeField()

    class Meta:
        indexes = ((("resident", "need"), True),)

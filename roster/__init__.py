"""Lists of households from Excel: read in a process of their own, saved only after somebody has looked.

apart        reads a file in a process of its own (`__main__`)
spreadsheet  opens .xlsx and .csv as rows, refuses what is hostile
headers      finds the header and what each column means
listing      takes the rows of a list of households; `cells` what a row says of a person
villages     names of villages, and the list of villages with official counts
reading      what a file says, as plain data
problems     what can be wrong, and the sentence for each
matching     which household of a list is which stored one
saving       compares a reading with the tables and saves it; alone here in knowing them
"""

from importlib import import_module

from roster.apart import read_apart, read_areas_apart, read_as_text
from roster.listing import read
from roster.problems import MEANINGS, Problem, Unreadable, sentence
from roster.reading import Reading
from roster.villages import read_areas

SAVING = ("Changes", "Unanswered", "compare", "confirm", "said_before", "save", "save_areas")
__all__ = ["MEANINGS", "Problem", "Reading", "Unreadable", "read", "read_apart", "read_areas", "read_areas_apart"]
__all__ += ["read_as_text", "sentence", *SAVING]


def __getattr__(name):
    """`saving` on first use: the process that reads strangers' files imports this package and never the tables."""
    if name in SAVING:
        return getattr(import_module("roster.saving"), name)
    raise AttributeError(f"module 'roster' has no attribute {name!r}")

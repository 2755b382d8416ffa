"""Lists of households from Excel: read in a process of their own, saved only after somebody has looked.

apart        reads a file in a process of its own (`__main__`)
spreadsheet  opens .xlsx, .xls, .xlsb, .ods and .csv as rows, refuses what is hostile
markup       hidden and struck rows, errors: what an .xlsx says beside its values
delimited    the cells of a .csv
repair       takes back what a spreadsheet made of values
headers      finds the header and what each column means
listing      takes the rows of a list of households; `cells` what a row says of a person
villages     names of villages, and the list of villages with official counts
reading      what a file says, as plain data
problems     what can be wrong, and the sentence for each
matching     which household of a list is which stored one
comparing    what a reading would change in the tables; it, `saving` and `official` alone know them
saving       saves what was compared and looked at
official     saves the list of villages with official counts
"""

from importlib import import_module

from roster.apart import read_apart, read_areas_apart, read_as_text
from roster.listing import read
from roster.problems import MEANINGS, Problem, Unreadable, sentence
from roster.reading import Reading
from roster.villages import read_areas

LATER = {"compare": "comparing", "save_areas": "official"}
LATER |= dict.fromkeys(("Unanswered", "confirm", "said_before", "save"), "saving")
__all__ = ["MEANINGS", "Problem", "Reading", "Unreadable", "read", "read_apart", "read_areas", "read_areas_apart"]
__all__ += ["read_as_text", "sentence", *LATER]


def __getattr__(name):
    """What knows the tables, on first use: the process that reads strangers' files never imports them."""
    if name in LATER:
        return getattr(import_module(f"roster.{LATER[name]}"), name)
    raise AttributeError(f"module 'roster' has no attribute {name!r}")

"""The words that are lists: what may stand in a column, a field or a filter. Each is written here and nowhere else.

`views/words.py` says them on screen; exports, forms, filters and the phone's scripts (in data attributes) read them.
"""

# -- A knock on a door
OUTCOMES = ("done", "partial", "not_home", "call_back", "refused", "moved", "vacant", "boarding")
GONE = ("moved", "vacant")  # nobody lives there: the household counts in no figure
ABSENT = ("not_home", "call_back")
NOTHING_ASKED = ("refused", *GONE)  # of what was tapped before they said so only the note is taken
TO_VISIT = ("todo", "partial", "boarding")  # states in which the next door offers a household
STATES = ("todo", *OUTCOMES)
STATE_FILTERS = {  # what stands above the list of a village, and the states it shows
    "todo": ("todo",),
    "again": ABSENT,
    "partial": ("partial", "boarding"),
    "done": ("done",),
    "gone": NOTHING_ASKED,
}
CALL_BACK_DAYS = ("today", "tomorrow", "1", "2", "3", "4", "5", "6", "7")  # 1 is Monday, as in ISO 8601
CALL_BACK_PARTS = ("morning", "afternoon", "evening")
NON_ANSWERS = ("unknown", "refused")  # to a question; neither is a "no" (domain.md 1.2)
PURPOSES = {"survey": "agreed", "reminders": "reminders"}  # what is consented to: the column with the newest word

# -- People
SEXES = ("m", "f")
RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "sibling", "other")
LEFT = ("moved", "died", "away")  # why somebody no longer lives in a household
NO_PERSON = ("merged", "mistake")  # what `Resident.left` says of records that are no person of their own
MOVES = (*LEFT, "mistake", "back", "household", "head", "split", "merge", "double")
PLACES = ("home", "point", "class")  # where help was given

# -- Classes
AUDIENCES = ("residents", "traders", "staff", "pupils", "workers")
WAYS = ("self", "family", "host", "paper")  # how an attendance came

# -- Accounts
ROLES = ("volunteer", "lead", "host", "unit", "staff", "admin")
SIGNED_IN = ROLES
FIELD = ("volunteer", "lead", "staff", "admin")
LEADS = ("lead", "staff", "admin")
HOSTS = ("host", *LEADS)
HELPERS = ("volunteer", *HOSTS)  # in a class, a volunteer only where a host asked for help: Meeting.run_by
OFFICE = ("staff", "admin")
ADMIN = ("admin",)

"""Reads and saves lists while the page that asked has answered; how far it has come stands in the `Roster`'s row."""

import logging
import shutil
import threading
from pathlib import Path

from database import was_deadlock
from models import IntegrityError, OperationalError, Roster, db
from moves import Refused
from roster.apart import read_as_text
from roster.problems import Unreadable
from roster.saving import Unanswered, confirm, said_before

TURNS = 4  # times a save is tried when PostgreSQL ends it in a deadlock
PAUSE = 0.5  # seconds between two looks whether it is a list's turn

log = logging.getLogger(__name__)
_never = threading.Event()


def start(act, *arguments):
    """Run `act(*arguments)` in a thread with its own database connection; returns the thread, to `.join(seconds)`."""
    thread = threading.Thread(target=_connected, args=(act, *arguments), daemon=True, name=act.__name__)
    thread.start()
    return thread


def _connected(act, *arguments):
    with db.connection_context():
        act(*arguments)


def read_in_background(uid, folder, settings):
    """Read the file `list` in a folder, which is removed afterwards, into the row with this uid.

    settings: what `read_as_text` wants.
    """
    row = Roster.get(Roster.uid == uid)
    try:
        row.take(read_as_text(Path(folder) / "list", seen=row.lives, **settings))
        if choices := said_before(row):
            row.choose(choices)
    except Unreadable as error:
        row.refuse(error.problem)
    except Exception:
        log.exception("reading a list failed")
        row.refuse(Unreadable("damaged").problem)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def save_in_background(uid):
    """Save the list of the row with this uid when it is its turn; what came of it stands in the row."""
    row = Roster.get(Roster.uid == uid)
    try:
        while not row.turn():
            _never.wait(PAUSE)
        _save_undeterred(row)
    except Unanswered:
        _fail(uid, "unanswered")
    except (IntegrityError, Refused):
        _fail(uid, "crossed")
    except Exception:
        log.exception("saving a list failed")
        _fail(uid, "fault")


def _fail(uid, why):
    row = Roster.get(Roster.uid == uid)
    if row.saved_at is None:  # somebody who began again may have been faster
        row.fail(why)


def _save_undeterred(row):
    for turn in range(TURNS):
        try:
            return confirm(row, row.choices, row.user, row.lives)
        except OperationalError as error:
            if turn == TURNS - 1 or not was_deadlock(error):
                raise

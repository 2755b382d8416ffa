"""Reads one file in a process of its own and writes JSON; see `apart`. Imports no tables: it opens strangers' files."""

import contextlib
import json
import sys
import threading
from datetime import date
from pathlib import Path

from roster.listing import read
from roster.problems import Unreadable
from roster.reading import Reading
from roster.sheets import read_texts
from roster.villages import read_areas

MOST_MEMORY = 400 * 2**20


def limit_memory():
    """Let this process take at most MOST_MEMORY, where the system can say so (Windows cannot)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))


def keep_count(reading, path):
    """Write how many people were read so far to a file, several times a second, for whoever waits."""
    never, whole = threading.Event(), path.with_suffix(".part")
    while not never.wait(0.2):
        whole.write_text(str(reading.rows))
        whole.replace(path)


def main(arguments):
    """Read one file named on the command line and write JSON: what a process of its own answers to `roster`."""
    kind, path, ends, resident_age, *counted = arguments
    reading = Reading()
    if counted:
        threading.Thread(target=keep_count, args=(reading, Path(counted[0])), daemon=True).start()
    try:
        if kind == "areas":
            answer = json.dumps(read_areas(path))
        elif kind == "texts":
            answer = json.dumps(read_texts(path))
        else:
            settings = {"ends": date.fromisoformat(ends), "resident_age": int(resident_age)}
            answer = read(path, reading=reading, **settings).to_json()
    except Unreadable as error:
        answer = json.dumps({"unreadable": error.problem})
    except MemoryError:
        answer = json.dumps({"unreadable": Unreadable("inflates").problem})
    sys.stdout.buffer.write(answer.encode())


if __name__ == "__main__":
    limit_memory()
    main(sys.argv[1:])

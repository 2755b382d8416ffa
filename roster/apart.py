"""Reads a file in a process of its own, limited in time and memory: no file can stop or bloat the server."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from roster.problems import Problem, Unreadable
from roster.reading import Reading

TIME_LIMIT = 60
# How calamine ends when the memory it asks for is beyond the limit of `__main__`.
OUT_OF_MEMORY = -signal.SIGABRT
TICK = 0.5
# What Python itself needs to start; secrets in the environment stay out of the process that opens strangers' files.
KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")

log = logging.getLogger(__name__)


def read_apart(path, filename="", *, ends, resident_age=16):
    """`read` in a process of its own."""
    reading = Reading.from_json(read_as_text(path, ends=ends, resident_age=resident_age))
    reading.filename = filename
    return reading


def read_as_text(path, *, ends, resident_age=16, seen=None):
    """The same reading as the JSON that is kept of it, without ever being unpacked here.

    seen: called twice a second with how many people were read so far; the count is kept in a file beside `path`.
    """
    return _run_apart("people", path, ends, resident_age, seen)


def read_areas_apart(path):
    """`read_areas` in a process of its own: (areas, problems)."""
    areas, problems = json.loads(_run_apart("areas", path, "", 0))
    return areas, [Problem(*fields) for fields in problems]


def read_texts_apart(path):
    """`read_texts` in a process of its own: [[sheet's name, rows of texts]]."""
    return json.loads(_run_apart("texts", path, "", 0))


def _run_apart(kind, path, ends, resident_age, seen=None):
    path = Path(path).resolve()
    counted = path.with_name(f"{path.name}.rows")
    command = [sys.executable, "-m", "roster", kind, str(path), str(ends), str(resident_age)]
    command += [str(counted)] if seen else []
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    root = Path(__file__).resolve().parent.parent
    reader = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with reader:
        answer, errors = _wait(reader, counted, seen)
    if reader.returncode:
        # The frames only: the message of an error may hold what a cell says of somebody.
        frames = [line.strip() for line in errors.decode(errors="replace").splitlines() if "File " in line]
        log.error("reading a list failed with %s at %s", reader.returncode, frames[-3:])
        raise Unreadable("inflates" if reader.returncode == OUT_OF_MEMORY else "damaged")
    answer = answer.decode()
    if answer.startswith('{"unreadable"'):
        _, code, sheet, row, cell, detail = json.loads(answer)["unreadable"]
        raise Unreadable(code, sheet, row, cell, **detail)
    return answer


def _wait(reader, counted, seen):
    """(stdout, stderr) of the reading process when it ends, telling `seen` meanwhile what it has `counted`."""
    end = time.monotonic() + TIME_LIMIT
    while True:
        try:
            return reader.communicate(timeout=min(TICK, max(end - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                reader.kill()
                raise Unreadable("too_slow") from None
            if seen:
                seen(int(counted.read_text() or 0) if counted.exists() else 0)

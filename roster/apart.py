"""Reads a file in a process of its own, limited in time and memory: no file can stop or bloat the server."""

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from roster.problems import Problem, Unreadable
from roster.reading import Reading

TIME_LIMIT = 60
# How calamine ends when the memory it asks for is beyond the limit of `__main__`.
OUT_OF_MEMORY = -signal.SIGABRT
# What Python itself needs to start; secrets in the environment stay out of the process that opens strangers' files.
KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")

log = logging.getLogger(__name__)


def read_apart(path, filename="", *, ends, resident_age=16):
    """`read` in a process of its own."""
    reading = Reading.from_json(read_as_text(path, ends=ends, resident_age=resident_age))
    reading.filename = filename
    return reading


def read_as_text(path, *, ends, resident_age=16):
    """The same reading as the JSON that is kept of it, without ever being unpacked here."""
    return _run_apart("people", path, ends, resident_age)


def read_areas_apart(path):
    """`read_areas` in a process of its own: (areas, problems)."""
    areas, problems = json.loads(_run_apart("areas", path, "", 0))
    return areas, [Problem(*given) for given in problems]


def _run_apart(kind, path, ends, resident_age):
    command = [sys.executable, "-m", "roster", kind, str(Path(path).resolve()), str(ends), str(resident_age)]
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    here = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    if done.returncode:
        # The frames only: the message of an error may hold what a cell says of somebody.
        frames = [line.strip() for line in done.stderr.decode(errors="replace").splitlines() if "File " in line]
        log.error("reading a list failed with %s at %s", done.returncode, frames[-3:])
        raise Unreadable("inflates" if done.returncode == OUT_OF_MEMORY else "damaged")
    answer = done.stdout.decode()
    if answer.startswith('{"unreadable"'):
        _, code, sheet, row, cell, detail = json.loads(answer)["unreadable"]
        raise Unreadable(code, sheet, row, cell, **detail)
    return answer

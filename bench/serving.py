"""Servers for the bench: a process each, and what the bench asks them beside the load."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import load, sent

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 30  # seconds


class Wrong(Exception):
    """A server did not start, or its database does not hold what was acknowledged."""


@contextlib.contextmanager
def served(what, database):
    """Run "app" or "barest" on a database until the block ends; the value is the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DATABASE_URL": str(database), "DEMO": "1", "PORT": str(port), "BASE_URL": ""}
    command = [sys.executable, "-m", "bench.meter", what, str(port)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log)
        try:
            wait_for(port, server, log)
            yield port
        finally:
            server.terminate()
            server.wait()


def wait_for(port, server, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    log.seek(0)
    raise Wrong(f"a server did not start: {log.read().decode()[-500:]}")


def sign_in(port, role="staff"):
    """The session cookie of one of the demo's accounts; its staff may save any household."""
    status, headers, _ = ask(port, sent.request("POST", "/demo", fields={"role": role}))
    if status != 303:
        raise Wrong(f"{status} instead of 303 when signing in")
    return headers[b"set-cookie"].partition(b";")[0].decode()


def get(port, path, cookie):
    status, _, body = ask(port, sent.request("GET", path, cookie))
    if status != 200:
        raise Wrong(f"{status} instead of 200 for {path}")
    return body.decode()


def ask(port, request):
    connection = load.Connection(port)
    with contextlib.closing(connection):
        return connection.send(request)

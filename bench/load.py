"""A load client: some connections kept open, each sending its next request when the last was answered.

Plain sockets, because http.client costs more than the barest route and would hide the difference it is to show.
"""

import contextlib
import json
import math
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

ANSWER_WITHIN = 15  # seconds
SPENT = "/bench/spent"


class WrongAnswer(Exception):
    """An answer other than the one that acknowledges the write."""


@dataclass
class Slice:
    """What one stretch of load measured: seconds each acknowledged request took, and the whole stretch.

    And what the server's process spent on it: CPU seconds, SQL statements.
    """

    seconds: float = 0
    waits: list = field(default_factory=list)
    cpu: float = 0
    statements: int = 0

    @property
    def rate(self):
        return len(self.waits) / self.seconds

    @property
    def p95(self):
        return sorted(self.waits)[math.ceil(0.95 * len(self.waits)) - 1]


class Connection:
    """One kept connection of HTTP/1.1, for answers that say their Content-Length."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_WITHIN)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, request):
        """Send the bytes of a request; returns (status, headers, body)."""
        self.socket.sendall(request)
        status = int(self.file.readline().split()[1])
        headers = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        return status, headers, self.file.read(int(headers.get(b"content-length", 0)))

    def close(self):
        self.file.close()
        self.socket.close()


class Stock:
    """Requests made ahead, so that making them takes no time of a turn; what a turn leaves, the next one sends."""

    def __init__(self, requests, most):
        self.requests, self.most, self.ready = requests, most, deque()

    def fill(self):
        self.ready.extend(islice(self.requests, self.most - len(self.ready)))

    def take(self):
        """The next request, or None."""
        with contextlib.suppress(IndexError):
            return self.ready.popleft()


def spent(port):
    """(CPU seconds, SQL statements) of a server's process so far."""
    with contextlib.closing(Connection(port)) as connection:
        return json.loads(connection.send(f"GET {SPENT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())[2])


def drive(port, stock, status, clients, seconds):
    """Send what a Stock holds for some seconds over so many connections at once; returns a Slice.

    Raises WrongAnswer at the first answer without `status`, and what the sockets raise.
    """
    stock.fill()
    measured, failures = Slice(), []
    connections = [Connection(port) for _ in range(clients)]
    cpu, statements = spent(port)
    start = time.perf_counter()

    def send_all(connection):
        try:
            while not failures and time.perf_counter() - start < seconds and (request := stock.take()):
                began = time.perf_counter()
                answer, _, body = connection.send(request)
                if answer != status:
                    raise WrongAnswer(f"{answer} instead of {status}: {body[:200]!r}")
                measured.waits.append(time.perf_counter() - began)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=send_all, args=[connection]) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - start
    cpu_after, statements_after = spent(port)
    measured.cpu, measured.statements = cpu_after - cpu, statements_after - statements
    for connection in connections:
        connection.close()
    if failures:
        raise failures[0]
    return measured

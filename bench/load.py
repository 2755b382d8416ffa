"""A load client: some connections kept open, each sending its next request when the last was answered.

Plain sockets, because http.client costs more than the barest route and would hide the difference it is to show.
"""

import math
import socket
import threading
import time
from dataclasses import dataclass, field

ANSWER_WITHIN = 15  # seconds


class WrongAnswer(Exception):
    """An answer other than the one that acknowledges the write."""


@dataclass
class Slice:
    """What one stretch of load measured: seconds each acknowledged request took, and the whole stretch."""

    seconds: float = 0
    waits: list = field(default_factory=list)

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


def drive(port, requests, status, clients, seconds, most):
    """Send requests for some seconds, `most` at the most, over so many connections at once; returns a Slice.

    Raises WrongAnswer at the first answer without `status`, and what the sockets raise.
    """
    measured, failures, turn = Slice(), [], threading.Lock()
    connections = [Connection(port) for _ in range(clients)]
    start = time.perf_counter()
    left = most

    def next_request():
        nonlocal left
        with turn:
            left -= 1
            over = left < 0 or failures or time.perf_counter() - start > seconds
            return None if over else next(requests)

    def send_all(connection):
        try:
            while request := next_request():
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
    for connection in connections:
        connection.close()
    if failures:
        raise failures[0]
    return measured

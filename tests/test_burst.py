"""Everybody at once: a burst of check-ins from one address on a real server, none lost, none doubled."""

import http.client
import math
import os
import random
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from models import Attendance, Course, Household, Tally, new_uid, now

ROOT = Path(__file__).resolve().parent.parent
PEOPLE, PHONES = 300, 40
LISTED = 100  # of them are in the household list


@pytest.fixture
def course(world):
    begins = now() - timedelta(minutes=5)
    times = [(begins, begins + timedelta(hours=2))]
    people = [(f"Nguyễn Thị Lan {number}", 1950, "f", "other") for number in range(LISTED)]
    for start in range(0, LISTED, 4):
        world.household(people=people[start : start + 4])
    return Course.open(world.users["hana"], world.areas["TH04"], "vneid", "Lớp", "Nhà văn hóa", times)


@pytest.fixture
def port(database, course):
    """The app's own server in a process of its own, on the test's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DATABASE_URL": database, "SECRET_KEY": "s" * 40, "BASE_URL": "", "DEMO": "", "PORT": str(port)}
    command = [sys.executable, "-m", "flask", "--app", "app", "serve", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, **pipes)
    wait_for(port, server)
    yield port
    server.terminate()
    server.communicate()


def wait_for(port, server):
    while server.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            threading.Event().wait(0.1)
    pytest.fail(f"the server did not start: {server.stdout.read().decode()[-500:]}", pytrace=False)


def form(number):
    fields = {"op": new_uid(), "name": f"nguyen thi lan {number}", "birth_year": "1950", "village": "TH04"}
    return urlencode(fields)


def test_300_check_ins_from_one_address_are_300_people(world, course, port, capsys):
    """Every third phone sends its form twice, as an impatient thumb does."""
    sent = [form(number) for number in range(PEOPLE)]
    waiting = sent + sent[::3]
    random.Random(3).shuffle(waiting)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answers, waits, turn = [], [], threading.Lock()

    def phone():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with turn:
                if not waiting:
                    return connection.close()
                body = waiting.pop()
            began = time.perf_counter()
            connection.request("POST", f"/c/{course.code}", body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            waits.append(time.perf_counter() - began)
            answers.append((answer.status, "Đã ghi có mặt lúc" in page))

    began = time.perf_counter()
    phones = [threading.Thread(target=phone) for _ in range(PHONES)]
    for thread in phones:
        thread.start()
    for thread in phones:
        thread.join()
    seconds, p95 = time.perf_counter() - began, sorted(waits)[math.ceil(0.95 * len(waits)) - 1]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(waits)} check-ins in {seconds:.1f} s, {PHONES} phones: p95 {1000 * p95:.0f} ms\n")
    assert set(answers) == {(200, True)}
    names = sorted(row.name.casefold().split()[-1] for row in Attendance.select().where(Attendance.undone_at.is_null()))
    assert names == sorted(map(str, range(PEOPLE)))
    assert Attendance.select().where(Attendance.resident.is_null(False)).count() == LISTED
    kept = set(Tally.select(Tally.code, Tally.listed, Tally.asked, Tally.yes).where(Tally.listed > 0).tuples())
    Household.rebuild_tallies()
    assert set(Tally.select(Tally.code, Tally.listed, Tally.asked, Tally.yes).tuples()) == kept

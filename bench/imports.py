"""An import of 8,000 households by the app and its undoing, and how long others who write wait meanwhile."""

import threading
import time
from pathlib import Path

import plan
from bench import load
from models import Household, Roster, User
from roster import apart, comparing
from roster.reading import Reading

LIST = Path(__file__).resolve().parent.parent / "tests" / "data" / "danh-sach-toan-xa.xlsx"
WITHIN = 120  # seconds


def prepare():
    """Keep the list of the commune as an upload of the demo's staff, every village answered; returns its uid."""
    staff = User.named("demo-staff")
    text = apart.read_as_text(LIST, ends=plan.active.ends, resident_age=plan.active.resident_age)
    row, reading = Roster.keep(staff, LIST.name, text), Reading.from_json(text)
    while asked := comparing.compare(reading, row.choices, staff).unsettled:
        row.choose(row.choices | dict(map(_answer, asked)))
    return row.uid


def _answer(asked):
    """(key, choice) that takes everything of a list: each village the nearest or new, beside whoever stands there."""
    if hasattr(asked, "options"):
        return asked.key, asked.options[0]
    if hasattr(asked, "stored"):
        return f"second-{asked.code}", "add"
    new = {"name": asked.village.name, "former": asked.village.former}
    return str(asked.index), asked.near[0].code if asked.near else new


def save(port, uid, ask, request, cookie):
    """Save the upload: (seconds it took, the longest wait of somebody who signs in meanwhile)."""
    homes = Household.select().count()

    def act(over):
        began = time.perf_counter()
        ask(port, request("POST", f"/roster/{uid}", cookie, {"then": "save"}))
        while Roster.get(Roster.uid == uid).at_work and time.perf_counter() - began < WITHIN:
            over.wait(0.05)

    times = waited(port, ask, request, act)
    row, new = Roster.get(Roster.uid == uid), Household.select().count() - homes
    if row.state != "saved" or new != row.result["counts"]["households_new"]:
        raise load.WrongAnswer(f"the list is {row.state}, {new} households are new")
    return times


def undo(port, uid, ask, request, cookie):
    """Take the saved list back: (seconds it took, the longest wait of somebody who signs in meanwhile)."""
    new = Roster.get(Roster.uid == uid).result["counts"]["households_new"]
    homes = Household.select().count()
    times = waited(port, ask, request, lambda over: ask(port, request("POST", f"/roster/{uid}/undo", cookie)))
    row, gone = Roster.get(Roster.uid == uid), homes - Household.select().count()
    if row.state != "undone" or gone != new:
        raise load.WrongAnswer(f"the list is {row.state}, {gone} households of {new} are gone")
    return times


def waited(port, ask, request, act):
    """Do something while somebody signs in again and again: (seconds it took, the longest wait in seconds)."""
    waits, over = [], threading.Event()

    def write():
        while not over.is_set():
            began = time.perf_counter()
            status, _, _ = ask(port, request("POST", "/demo", fields={"role": "volunteer"}))
            if status != 303:
                raise load.WrongAnswer(f"{status} instead of 303 while a list is saved")
            waits.append(time.perf_counter() - began)

    others = threading.Thread(target=write)
    others.start()
    began = time.perf_counter()
    act(over)
    seconds = time.perf_counter() - began
    over.set()
    others.join()
    return seconds, max(waits)

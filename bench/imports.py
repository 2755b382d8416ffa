"""An import of 8,000 households by the app, and how long others who write wait for it meanwhile."""

import threading
import time
from pathlib import Path

import plan
import roster
from bench import load
from models import Household, Roster, User

LIST = Path(__file__).resolve().parent.parent / "tests" / "data" / "danh-sach-toan-xa.xlsx"
WITHIN = 120  # seconds


def prepare():
    """Keep the list of the commune as an upload of the demo's staff, every village answered; returns its uid."""
    staff = User.named("demo-staff")
    text = roster.read_as_text(LIST, ends=plan.active.ends, resident_age=plan.active.resident_age)
    row, reading = Roster.keep(staff, LIST.name, text), roster.Reading.from_json(text)
    asked = roster.compare(reading, {}, staff).open
    row.choose({str(each.index): _answer(each) for each in asked})
    return row.uid


def _answer(asked):
    if asked.near:
        return asked.near[0].code
    return {"name": asked.village.name, "former": asked.village.former}


def save(port, uid, ask, request, cookie):
    """Save the upload while somebody signs in again and again: (seconds it took, the longest wait in seconds)."""
    waits, over = [], threading.Event()

    def write():
        while not over.is_set():
            began = time.perf_counter()
            status, _, _ = ask(port, request("POST", "/demo", fields={"role": "volunteer"}))
            if status != 303:
                raise load.WrongAnswer(f"{status} instead of 303 while a list is saved")
            waits.append(time.perf_counter() - began)

    others, homes = threading.Thread(target=write), Household.select().count()
    others.start()
    began = time.perf_counter()
    ask(port, request("POST", f"/roster/{uid}", cookie, {"then": "save"}))
    while (row := Roster.get(Roster.uid == uid)).at_work and time.perf_counter() - began < WITHIN:
        over.wait(0.05)
    seconds = time.perf_counter() - began
    over.set()
    others.join()
    if row.state != "saved" or Household.select().count() - homes != row.result["counts"]["households_new"]:
        raise load.WrongAnswer(f"the list is {row.state}, {Household.select().count() - homes} households are new")
    return seconds, max(waits)

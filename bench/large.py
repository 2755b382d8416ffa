"""What is read of much: a city of a hundred communes around the demo's, and a hundred thousand residents to export.

`python -m bench.large ours|bare ROWS` writes an XLSX of that many residents and prints its seconds and peak memory.
"""

import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

import exports
import plan
import published
import vi
from database import connect_to, db
from models import Area, Figure, Household, Publication, Resident, Tally, User, now

COMMUNES = 100
SAMPLE = 2000  # rows the bare writer repeats


def triple():
    """Let the demo's tallies say 30 thousand residents, and let them be published today."""
    published.publish(Area.commune(), vi.local(now()).date())
    for table in (Tally, Publication):
        table.update(listed=table.listed * 3, asked=table.asked * 3, yes=table.yes * 3).execute()


def build_city():
    """The same commune under a city with 99 more like it: 3 million residents.

    Only areas, figures, tallies and what is published: a progress page reads nothing else, however many residents.
    """
    with db.atomic():
        triple()
        villages = list(Area.commune().village_list())
        tallies, figures = list(Tally.select().dicts()), list(Figure.select().dicts())
        publications = [row | {"homes": {}} for row in Publication.select().dicts()]
        city = Area.add("city", "Hà Nội", "HN")
        lift(Area.commune(), city)
        for number in range(1, COMMUNES):
            commune = Area.add("commune", f"Xã {number}", f"X{number}", city)
            ids = {village.id: copy_of(village, commune, number) for village in villages}
            copies(Tally, tallies, "village", ids)
            copies(Figure, figures, "area", ids)
            copies(Publication, publications, "area", ids)


def lift(commune, city):
    """Put a commune and its villages under the city."""
    for area in list(commune.below()):
        path = city.path + area.path.removeprefix("/")
        Area.update(path=path, parent=city if area == commune else area.parent_id).where(Area.id == area.id).execute()


def copy_of(village, commune, number):
    names = {"name": village.name, "label": village.label, "label_key": village.label_key}
    area = Area.create(kind="village", code=f"{village.code}.{number}", parent=commune, path="", **names)
    Area.update(path=f"{commune.path}{area.id}/").where(Area.id == area.id).execute()
    return area.id


def copies(table, rows, key, ids):
    new = [row | {key: ids[row[key]]} for row in rows if row[key] in ids]
    for row in new:
        del row["id"]
    for start in range(0, len(new), 100):
        table.insert_many(new[start : start + 100]).execute()


def multiply_residents(wanted):
    """Copy the demo's households with their residents until at least `wanted` residents are there."""
    homes, people = columns(Household, "uid", "code"), columns(Resident, "uid", "household_id")
    uid = "lower(hex(randomblob(16)))"
    number, count, step = 0, Resident.select().count(), 10**6
    with db.atomic():
        while (number + 1) * count < wanted:
            number += 1
            db.execute_sql(
                f"INSERT INTO household (id, uid, code, {homes}) SELECT id + ?, {uid}, code || '.' || ?, {homes} "
                f"FROM household WHERE id < {step}",
                (number * step, number),
            )
            db.execute_sql(
                f"INSERT INTO resident (uid, household_id, {people}) SELECT {uid}, household_id + ?, {people} "
                f"FROM resident WHERE household_id < {step}",
                (number * step,),
            )


def columns(table, *but):
    names = [field.column_name for field in table._meta.sorted_fields]
    return ", ".join(f'"{name}"' for name in names if name not in ("id", *but))


def write(kind, rows):
    """One XLSX of `rows` residents, as the app writes it or as the bare writer does; `{"seconds", "rows", "mb"}`."""
    area, by = Area.commune(), User.get(User.role == "admin")
    shown = exports.columns("residents", False, True)
    cells = itertools.islice(exports.rows("residents", area, False, shown), rows)
    explained = exports.explanations("residents", area, False, by, shown)
    if kind == "bare":
        sample = list(itertools.islice(cells, SAMPLE))
        cells = itertools.islice(itertools.cycle(sample), rows)
    with tempfile.TemporaryFile() as file:
        start = time.perf_counter()
        if kind == "bare":
            written = bare(file, cells)
        else:
            written = exports.write_xlsx(file, "Người dân", shown, cells, explained)
        seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": written, "mb": peak()}


def peak():
    """The most memory this process has held, in MB; 0 where the system does not say. Not getrusage, which on Linux
    begins with what the parent held."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 2**10


def bare(file, cells):
    """The same cells by XlsxWriter alone, as its manual shows it."""
    row = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options | {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(cells, 1):
            sheet.write_row(row, 0, line)
    return row


def apart(kind, rows, database):
    """`write` in a process of its own, whose memory is then its own too."""
    command = [sys.executable, "-m", "bench.large", kind, str(rows), str(database)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


if __name__ == "__main__":
    kind, rows, database = sys.argv[1:]
    plan.use(Path(__file__).resolve().parent.parent / "plans" / "hoa-lac-2026.toml")
    connect_to(database)
    with db.connection_context():
        print(json.dumps(write(kind, int(rows))))

"""`make bench`: how fast the app is, as ratios measured in the same run (design.md 10).

Writes: a share of the barest Flask route that inserts one row, same server, durability and requests. The progress
page: 3 million residents against 30 thousand, as fabricated areas and tallies. An export: a share of the bare writer.
The survey form: seconds on a slow phone, beside the barest page. An import: the longest wait of others who write.
Pages that people wait for, beside a page of one row; and the slowest of all of the demo's, on both databases.
All take turns on this machine, in processes of their own. Beside a rate stands what the server's process spent on a
request: its CPU, by its own clock, and its SQL statements.
Speed never fails the run; an answer other than the expected one does, and so does a row lost or doubled.
`make bench T="writes pages"` measures only these; the parts are in PARTS.
"""

import contextlib
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from statistics import median

import peewee
import psycopg

import demo
import plan
from bench import imports, large, load, pages, phone, sent
from bench.serving import ROOT, Wrong, ask, get, served, sign_in
from database import backup, connect_to, db, migrate
from models import Attendance, Household, Tally, Visit
from tests.databases import running_postgresql

INSTANCE = ROOT / "instance"
RESULTS = INSTANCE / "bench.json"
CLIENTS = (1, 8)
ROUNDS = 7
EXPORTS = 3
IMPORTS = 3
EXPORTED = (10_000, 100_000)  # rows; the memory of both shows whether it grows
SECONDS, MOST = 0.8, 1000  # of one turn
SLOWEST = 5  # pages to name


def main(*names):
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    plan.use(ROOT / "plans" / "hoa-lac-2026.toml")
    if unknown := set(names) - set(PARTS):
        raise Wrong(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(dir=INSTANCE, prefix="bench-") as folder:
        folder = Path(folder)
        ours = folder / "app.sqlite3"
        with on(ours):
            migrate()
            demo.fill()
        report([row for name, part in PARTS.items() if not names or name in names for row in part(folder, ours)])


def writes(folder, ours):
    """Both kinds of write beside the barest route: rows of the table."""
    theirs = folder / "barest.sqlite3"
    with on(ours), served("app", ours) as app, served("barest", theirs) as barest:
        rows, acknowledged = run(app, barest)
        check_tallies()
        check_count("rows of the barest route", rows_of(theirs), acknowledged)
    return rows


def run(app, barest):
    """Measure both kinds of write; returns the table's rows and how many writes the barest route acknowledged."""
    cookie = sign_in(app)
    forms = {f"/households/{home.uid}": get(app, f"/households/{home.uid}", cookie) for home in sent.households()}
    kinds = [
        ("household save", 303, sent.saves(forms, cookie), Visit),
        ("check-in", 200, sent.check_ins(sent.classes(), sent.residents()), Attendance),
    ]
    rows, writes = [], 0
    for name, status, requests, table in kinds:
        before, ours = table.select().count(), 0
        stock = load.Stock(requests, MOST)
        for clients in CLIENTS:
            pairs = [pair(app, barest, stock, status, clients) for _ in range(ROUNDS + 1)]
            writes += sum(len(base.waits) for base, _ in pairs)
            ours += sum(len(own.waits) for _, own in pairs)
            rows.append(row(name, clients, pairs[1:]))  # the first warms up
        check_count(f"{name}s", table.select().count(), before + ours)
    return rows, writes


def waited_for(folder, ours):
    """The pages that people wait for, beside a page that is one row and no more: rows of the table."""
    with on(ours), served("app", ours) as app, served("barest", folder / "barest-pages.sqlite3") as barest:
        rows = []
        for name, role, path in pages.waited_for():
            stock = load.Stock(repeat(sent.request("GET", path, sign_in(app, role))), MOST)
            turns = [pair(app, barest, stock, 200, 1) for _ in range(ROUNDS + 1)]
            rows.append(row(name, 1, turns[1:]) | {"budget": ""})
    return rows


def every_page(folder, ours):
    """Every page of the demo on both databases: rows with the slowest, beside the page in the middle."""
    with on(ours):
        backup(folder / "every.sqlite3")
    rows = [_every_page("SQLite", folder / "every.sqlite3")]
    with tempfile.TemporaryDirectory(prefix="pg-") as place, running_postgresql(Path(place)) as address:
        with psycopg.connect(address.format("postgres"), autocommit=True) as server:
            server.execute("CREATE DATABASE bench")
        with on(address.format("bench")):
            migrate()
            demo.fill()
        rows.append(_every_page("PostgreSQL", address.format("bench")))
    return rows


def _every_page(name, url):
    with on(url), served("app", url) as port:
        found = pages.every(port)
    slowest, middle = found[0][0], found[len(found) // 2][0]
    print(f"{len(found)} pages on {name}, the slowest:")
    for seconds, role, path in found[:SLOWEST]:
        print(f"  {seconds:.2f} s  {role:9}  {path}")
    ratios = dict.fromkeys(("ratio", "ratio_min", "ratio_max"), slowest / middle)
    times = {"seconds": slowest, "barest_seconds": middle, "pages": found[:SLOWEST]}
    return {"what": f"pages, {name}", "clients": 1, **ratios, **times, "budget": "≤ 1 s"}


def on_a_phone(_, ours):
    """The survey form on a slow phone: rows with the seconds, and their ratio to the barest page's."""
    with on(ours), served("app", ours) as port:
        return phone.form(port)


def progress_page(folder, ours):
    """The first page of a commune alone and of one among a hundred: rows with the ratio of their times."""
    one, many = folder / "one.sqlite3", folder / "many.sqlite3"
    for path, build in ((one, large.triple), (many, large.build_city)):
        with on(ours):
            backup(path)
        with on(path):
            build()
    stock = load.Stock(repeat(sent.request("GET", "/")), MOST)
    with served("app", one) as small, served("app", many) as big:
        turns = [pair(big, small, stock, 200, 1) for _ in range(ROUNDS + 1)]
    found = row("progress, 3M/30k", 1, turns[1:])
    low, high = found["ratio_min"], found["ratio_max"]
    return [found | {"ratio": 1 / found["ratio"], "ratio_min": 1 / high, "ratio_max": 1 / low, "budget": "≤ 1.3"}]


def importing(folder, ours):
    """A list of 8,000 households is saved and taken back: rows with the longest wait of others, beside the whole."""
    turns = {"wait while 8k import": [], "wait while 8k undone": []}
    for number in range(IMPORTS):
        path = folder / f"import-{number}.sqlite3"
        with on(ours):
            backup(path)
        with on(path), served("app", path) as port:
            uid, cookie = imports.prepare(), sign_in(port)
            for times, act in zip(turns.values(), (imports.save, imports.undo), strict=True):
                times.append(act(port, uid, ask, sent.request, cookie))
                check_tallies()
    return [_waiting(what, times) for what, times in turns.items()]


def _waiting(what, turns):
    ratios = [wait / seconds for seconds, wait in turns]
    return {
        "what": what,
        "clients": 1,
        "ratio": median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "seconds": median(wait for _, wait in turns),
        "barest_seconds": median(seconds for seconds, _ in turns),
        "budget": "≤ 1 s",
    }


def export(_, ours):
    """An XLSX of 100 thousand residents by the app and by the bare writer: rows with the ratio of their rates."""
    with on(ours):
        large.multiply_residents(EXPORTED[-1])
    pairs = [[large.apart(kind, EXPORTED[-1], ours) for kind in ("bare", "ours")] for _ in range(EXPORTS)]
    few, (_, many) = large.apart("ours", EXPORTED[0], ours), pairs[-1]
    rates = [[turn["rows"] / turn["seconds"] for turn in pair] for pair in pairs]
    ratios = [own / base for base, own in rates]
    return [
        {
            "what": "export, 100k rows",
            "clients": 1,
            "ratio": median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
            "rate": median(own for _, own in rates),
            "barest_rate": median(base for base, _ in rates),
            "mb": [few["mb"], many["mb"]],
            "budget": "≥ 0.5",
        }
    ]


@contextlib.contextmanager
def on(path):
    """The models on another database until the block ends."""
    connect_to(path)
    with db.connection_context():
        yield
    db.close_all()


def pair(app, barest, stock, status, clients):
    """One turn of each, barest first: two Slices."""
    return [load.drive(port, stock, status, clients, SECONDS) for port in (barest, app)]


def row(name, clients, pairs):
    ratios = [own.rate / base.rate for base, own in pairs]
    base, own = zip(*pairs, strict=True)
    return {
        "what": name,
        "clients": clients,
        "ratio": median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "rate": median(turn.rate for turn in own),
        "barest_rate": median(turn.rate for turn in base),
        "p95_ms": 1000 * median(turn.p95 for turn in own),
        "barest_p95_ms": 1000 * median(turn.p95 for turn in base),
        "cpu_ms": 1000 * median(turn.cpu / len(turn.waits) for turn in own),
        "barest_cpu_ms": 1000 * median(turn.cpu / len(turn.waits) for turn in base),
        "statements": median(turn.statements / len(turn.waits) for turn in own),
        "requests": sum(len(turn.waits) for turn in own),
        "budget": "≥ 0.5",
    }


def rows_of(path):
    """How many rows the barest route's database holds."""
    database = peewee.SqliteDatabase(path)
    with contextlib.closing(database):
        return database.execute_sql("SELECT COUNT(*) FROM row").fetchone()[0]


def check_count(what, found, acknowledged):
    if found != acknowledged:
        raise Wrong(f"{what}: {found} stored, {acknowledged} acknowledged")


def check_tallies():
    """The tallies kept by difference must be the ones counted from scratch."""
    columns = Tally.village, Tally.code, Tally.listed, Tally.asked, Tally.yes
    kept = set(Tally.select(*columns).where(Tally.listed > 0).tuples())
    Household.rebuild_tallies()
    counted = set(Tally.select(*columns).tuples())
    if kept != counted:
        raise Wrong(f"tallies differ from a recount: {sorted(kept ^ counted)[:6]}")


def report(rows):
    columns = "{:21}{:>8}{:>9}{:>8}{:>19}{:>8}{:>13}{:>6}{:>27}"
    print(
        columns.format(*("", "clients", "base/s", "ours/s", "ratio (min-max)", "budget"), "CPU ms", "SQL", "base, ours")
    )
    for row in rows:
        ratios = f"{row['ratio']:.2f} ({row['ratio_min']:.2f}-{row['ratio_max']:.2f})"
        cells = [row["what"], row.get("clients", 1), "", "", ratios, row["budget"], "", ""]
        if "rate" in row:
            cells[2:4] = f"{row['barest_rate']:.0f}", f"{row['rate']:.0f}"
        if "cpu_ms" in row:
            cells[6:8] = f"{row['barest_cpu_ms']:.2f}, {row['cpu_ms']:.2f}", f"{row['statements']:.0f}"
        print(columns.format(*cells, note(row)))
    machine = {"python": platform.python_version(), "sqlite": peewee.sqlite3.sqlite_version, "cpus": os.cpu_count()}
    measured = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "rows": rows}
    RESULTS.write_text(json.dumps(measured, indent=2) + "\n")
    print(f"→ {RESULTS.relative_to(ROOT)}")


def note(row):
    """What the rates of a row do not say: the barest's and ours."""
    if "seconds" in row:
        return f"{row['barest_seconds']:.2f}, {row['seconds']:.2f} s"
    if "mb" in row:
        return "{:.0f} MB at 10k, {:.0f} at 100k".format(*row["mb"])
    return f"p95 {row['barest_p95_ms']:.1f}, {row['p95_ms']:.1f} ms"


PARTS = {
    "pages": waited_for,
    "every": every_page,
    "writes": writes,
    "phone": on_a_phone,
    "city": progress_page,
    "imports": importing,
    "export": export,
}

if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Wrong, load.WrongAnswer, OSError) as failure:
        sys.exit(f"bench: {failure}")

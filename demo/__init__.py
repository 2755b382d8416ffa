"""One believable commune for trying out, screenshots and tests: `fill()` puts it into an empty, migrated database.

Rows are written in bulk, which the verbs could not do in seconds, and are what the verbs would have left behind.
The same seed and day make the same people, answers and visits. Everybody in it is invented.

commune      the villages with their official counts, the accounts
units        the units that staff added, whom to call, and their accounts
people       households and residents as the imported lists hold them
visits       the knocks on their doors
storing      writes all of that in bulk
quality      answers that contradict each other, people who were asked again
supports     help that was given
devices      the phones that sent the visits
classes      classes past, open and to come
places       where they are held, with what there is, and the unit that leads each
activities   a year of publicity
moves        who left, came back or lives apart since
figures      what units and the police reported
shifts       who is on duty at the public-service point
tasks        news of the plan's tasks
stalls       those with a payment QR code
cutoffs      the two months before, closed
"""

import random
from datetime import datetime, time

import vi
from demo import (
    activities,
    classes,
    commune,
    cutoffs,
    devices,
    figures,
    moves,
    people,
    places,
    quality,
    shifts,
    stalls,
    storing,
    supports,
    tasks,
    units,
    visits,
)
from models import Area, Setting, User, db, now


def fill(today=None, seed=1):
    """Fill an empty, migrated database with the demo commune, as of `today` at ten o'clock (the present moment).

    Marks the database as the demo's own; one so marked is left as it is. RuntimeError for one that holds anything else.
    """
    if Setting.read("demo") == "yes":
        return
    if User.select().exists() or Area.select().exists():
        raise RuntimeError("This database is in use and not a demo: name an empty one for the demo.")
    moment = vi.utc(datetime.combine(today, time(10))) if today else now()
    with db.atomic():
        Setting.write("demo", "yes")
        _fill(moment, seed)


def _fill(moment, seed):
    rng, looks, helping = (random.Random(key) for key in (seed, f"{seed} second looks", f"{seed} help"))
    areas = commune.add_areas()
    users = commune.add_accounts(areas)
    units.add(random.Random(f"{seed} units"), areas["HOALAC"], users["demo-staff"])
    homes = []
    for village in commune.VILLAGES:
        listed = people.make_homes(rng, village, areas[village.code])
        visits.knock(rng, listed, village.visited, users[village.code], moment)
        homes += listed
    quality.contradict(looks, homes, users)
    visits.say_more(helping, homes)
    storing.write(homes, moment)
    supports.give(helping, homes, users["demo-staff"], moment)
    devices.add(looks, users, moment)
    quality.ask_again(looks, users, moment)
    classes.add(rng, areas, users, homes, moment)
    places.add(areas, users)
    activities.add(areas, users, moment)
    moves.make(random.Random(f"{seed} moves"), areas["TH04"], users["TH04"], moment)
    figures.report(random.Random(f"{seed} figures"), areas["HOALAC"], users["demo-staff"], moment)
    shifts.put_in(random.Random(f"{seed} shifts"), users, moment)
    tasks.add(users["demo-staff"], moment)
    stalls.add(users["demo-staff"], moment)
    cutoffs.close(areas["HOALAC"], users["demo-staff"], moment)

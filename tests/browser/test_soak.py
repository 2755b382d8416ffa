"""Two hundred surveys from four phones over a network that drops, delays and repeats: each is there once."""

import random
import time

from models import Resident, Visit, new_uid

PHONES, EACH = 4, 50
# Keeps one filled form for each household as the page's own script does, then sends what waits.
KEEP_ALL = """
async ([households, ids]) => {
  const form = document.querySelector("form[data-door]");
  const person = form.querySelector("[name=person]").value;
  for (const [number, { uid, who }] of households.entries()) {
    form.action = `/households/${uid}`;
    form.elements.visit.value = ids[number];
    const copy = form.cloneNode(true);
    for (const input of copy.querySelectorAll(`[name^="${person}"]`)) input.name = input.name.replace(person, who);
    copy.querySelector("[name=person]").value = who;
    copy.querySelector("[name=outcome][value=done]").checked = true;
    copy.querySelector(`[name="${who}.phone"][value=own]`).checked = true;
    await outbox.add(copy, null, { household: uid, head: "", outcome: "done" });
  }
}
"""


def bad_network(rng, happened):
    """A route that loses requests, loses answers after the server committed, repeats, delays and answers rubbish."""

    def route(route):
        if route.request.method != "POST":
            return route.continue_()
        fate = rng.choices(("good", "dropped", "answer lost", "repeated", "late", "portal"), (50, 15, 12, 8, 8, 7))[0]
        happened.append(fate)
        if fate == "dropped":
            return route.abort()
        if fate == "portal":
            return route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>")
        if fate == "late":
            time.sleep(rng.random() / 5)
        answer = route.fetch()
        if fate == "repeated":
            answer = route.fetch()
        return route.abort() if fate == "answer lost" else route.fulfill(response=answer)

    return route


def test_two_hundred_records_from_four_phones_over_a_bad_network_are_two_hundred_visits(world, people, live, capsys):
    rng, happened = random.Random(7), []
    homes = [world.household(people=[(f"Nguyễn Thị {n}", 1950, "f", "head")]) for n in range(PHONES * EACH)]
    persons = {person.household_id: person.uid for person in Resident.select()}
    phones = []
    for number in range(PHONES):
        page = people("vera", service_workers="block")
        mine = homes[number * EACH : (number + 1) * EACH]
        page.goto(f"/households/{mine[0].uid}")
        ids = [new_uid() for _ in mine]
        page.context.route("**/households/*", bad_network(rng, happened))
        page.evaluate(KEEP_ALL, [[{"uid": home.uid, "who": persons[home.id]} for home in mine], ids])
        phones.append((page, ids))
    rounds = 0
    while any(page.evaluate("outbox.mine().then(all => all.length)") for page, _ in phones):
        rounds += 1
        assert rounds < 400
        for page, _ in phones:
            page.evaluate("outbox.flush(true)")
    made = sorted(uid for _, ids in phones for uid in ids)
    assert sorted(visit.uid for visit in Visit.select()) == made
    assert all(person.answers == {"phone": "own"} for person in Resident.select())
    with capsys.disabled():
        fates = ", ".join(f"{happened.count(fate)} {fate}" for fate in sorted(set(happened)))
        print(f"\n{len(made)} records in {len(happened)} tries: {fates}")  # noqa: T201

"""The knocks on the doors, and what people said."""

from datetime import datetime, time, timedelta

import plan
import vi
from demo.chance import pick, uid
from demo.people import make_resident
from models import Visit, merge_answers
from terms import ABSENT, ANSWERED, NON_ANSWERS

# younger than, then the chance of an own smartphone, a payment account, signing in to VNeID, doing a skill alone
ABILITIES = [
    (30, 0.98, 0.97, 0.93, 0.93),
    (45, 0.97, 0.97, 0.91, 0.88),
    (60, 0.88, 0.91, 0.78, 0.68),
    (70, 0.60, 0.66, 0.50, 0.36),
    (80, 0.30, 0.36, 0.22, 0.10),
    (999, 0.02, 0.12, 0.03, 0.01),
]
HARDER = {"k1": 0.1, "k2": 0.0, "k3": 0.03, "k4": -0.02, "k5": -0.15, "k6": -0.02, "k7": -0.06}
LAST_KNOCK = {"done": 845, "partial": 50, "not_home": 40, "call_back": 22, "refused": 28, "moved": 10, "vacant": 5}
NOTES = ("Gọi cổng sau", "Buổi tối mới có nhà", "Nhà có chó, gọi trước", "Hẹn qua con gái", "Đi làm ca, về sau 18 giờ")


def knock(rng, homes, share, visitors, moment):
    """Visit that share of the doors, lane after lane with some left out, up to yesterday evening."""
    first_evening = share < 0.05  # the team has only begun, at two small households
    doors = [home for home in homes if len(home.people) <= 2] if first_evening else homes
    order = sorted(range(len(doors)), key=lambda n: n / len(doors) + rng.gauss(0, 0.15))[: round(share * len(homes))]
    yesterday = datetime.combine(vi.local(moment).date() - timedelta(days=1), time(0))
    for place, n in enumerate(order):
        days = round(rng.randint(90, 130) * (1 - place / len(order)))
        hour, minute = rng.choice((8, 15, 17, 18, 18, 19)), rng.randrange(60)
        at = yesterday + timedelta(days=-days, hours=hour, minutes=minute)
        outcome = "done" if first_evening else pick(rng, LAST_KNOCK)
        if doors[n].row.dwelling == "boarding" and place % 5 == 0:
            outcome = "boarding"
        before = rng.choices(("", "not_home", "call_back"), (78, 17, 5))[0]
        if before:
            _visit(rng, doors[n], before, vi.utc(at - timedelta(days=rng.randint(2, 9))), rng.choice(visitors))
        _visit(rng, doors[n], outcome, vi.utc(at), rng.choice(visitors))


def _visit(rng, home, outcome, at, by):
    """One knock, taken as `visits.receive` takes it."""
    answers = _household_answers(rng, home) if outcome in ANSWERED else {}
    people = _ask(rng, home, outcome, at) if outcome in ANSWERED else []
    row = home.row
    row.state, row.visited_at = outcome, at
    row.attempts += outcome in ABSENT
    if outcome == "call_back":
        row.call_back_on = vi.local(at).date() + timedelta(days=3 + row.attempts)
        row.call_back_part = "evening"
    if outcome in (*ANSWERED, "refused"):
        row.agreed = outcome != "refused"
    merge_answers(row, answers, at)
    delay = timedelta(minutes=rng.randint(1, 9)) if rng.random() < 0.9 else timedelta(hours=rng.randint(2, 4))
    content = {"answers": answers, "people": people}
    visit = Visit(uid=uid(rng), user=by.id, happened_at=at, received_at=at + delay, outcome=outcome, content=content)
    visit.look()
    home.visits.append(visit)


def _ask(rng, home, outcome, at):
    """The people of a visit as its content stores them; sets their answers too. Some homes get a nameless newcomer."""
    listed = len(home.people)
    if outcome == "done" and rng.random() < 0.04:
        home.people.append(make_resident(rng, listed, "other", rng.choice("mf"), rng.randint(18, 40)))
    asked, skills = [], rng.random() < 0.52
    for person in home.people if outcome == "done" else home.people[: (listed + 1) // 2]:
        person.proxy = person.name is None or person.position > 0 and rng.random() < 0.2
        answers = _answers(rng, person, home.lift, skills)
        merge_answers(person, answers, at)
        new = {} if person.name else {"birth_year": person.birth_year, "sex": person.sex}
        asked.append({"uid": person.uid, "answers": answers, "proxy": person.proxy, **new})
    return asked


def _household_answers(rng, home):
    return {
        "internet": "yes" if rng.random() < 0.9 + home.lift else "no",
        "trading": rng.choices(("no", "with_qr", "without_qr"), (82, 12, 6))[0],
        "children_6_15": home.row.children_6_15,
        "children_0_5": home.row.children_0_5,
    }


def _answers(rng, person, lift, skills):
    """A person's answers: one luck for all questions, so that who has a smartphone mostly has the rest too."""
    age = plan.active.year - person.birth_year
    chances = next(row[1:] for row in ABILITIES if age < row[0])
    luck = rng.random() - lift
    has_phone, has_account, signs_in, skill = (luck + rng.gauss(0, 0.06) < chance for chance in chances)
    without = rng.choices(("shared", "keypad", "none"), (3, 6, 1) if age < 80 else (1, 5, 4))[0]
    answers = {
        "phone": "own" if has_phone else without,
        "account": _accounts(rng, has_account and age >= 17, age),
        "vneid": "can_sign_in" if signs_in else rng.choices(("cannot_sign_in", "none"), (6, 4))[0],
        "needs": _needs(rng, has_account, signs_in, skill),
    }
    if 0.3 < luck < 0.34:
        answers["needs"] = [need for need in answers["needs"] if need != "none"] + ["ai"]
    if rng.random() < 0.03:
        answers[rng.choice(("phone", "account", "vneid"))] = rng.choice(NON_ANSWERS)
    if skills and age >= plan.active.adult_age:
        answers["learned"] = "yes" if rng.random() < (0.3 if skill else 0.08) else "no"
        answers["taught"] = "yes" if skill and rng.random() < 0.6 else "no"
        answers["confirmed"] = "yes" if skill and luck < 0.15 else "no"
        answers["account_use"] = ("alone" if skill else "helped") if has_account else "no"
        for key, easier in HARDER.items():
            room = chances[3] + easier + 0.03 - luck + rng.gauss(0, 0.1)
            answers[key] = "alone" if room > 0 else "helped" if room > -0.16 else "no"
    return answers


def _accounts(rng, has_any, age):
    if not has_any:
        return ["none"]
    wallet, mobile = rng.random() < (0.5 if age < 40 else 0.15), rng.random() < 0.06
    bank = rng.random() < 0.93 or not (wallet or mobile)
    return [key for key, has in (("bank", bank), ("wallet", wallet), ("mobile", mobile)) if has]


def _needs(rng, has_account, signs_in, skill):
    wanted = {"vneid": signs_in, "services": rng.random() < 0.85, "payment": has_account or rng.random() < 0.3,
              "safety": rng.random() < 0.88, "smartphone": skill or rng.random() < 0.5}  # fmt: skip
    return [key for key, fine in wanted.items() if not fine and rng.random() < 0.7] or ["none"]


def say_more(rng, homes):
    """What visitors asked besides: whether to remind of classes, and a note for who comes next."""
    for home in homes:
        if home.row.agreed:
            home.row.reminders = rng.choices((True, False, None), (55, 6, 39))[0]
        if home.row.reminders is False:
            for person in home.people:
                person.phone = None
        if home.visits and rng.random() < 0.05:
            home.row.note = home.visits[-1].note = rng.choice(NOTES)

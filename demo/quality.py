"""Second looks: answers that contradict each other, and people who were asked again."""

from datetime import timedelta

import plan
import quality
from demo.chance import uid
from models import Repeat, Visit


def contradict(rng, homes, users):
    """Add to three homes of Thôn 4 a visit of the same evening by somebody else, with different answers."""
    team = {user.id for user in users["TH04"]}
    asked = [home for home in homes if home.visits and home.row.state == "done" and home.visits[-1].user_id in team]
    for home in rng.sample([home for home in asked if home.people[0].answers.get("phone") == "own"], 3):
        last = home.visits[-1]
        other = next(user for user in users["TH04"] if user.id != last.user_id)
        people = [{"uid": home.people[0].uid, "answers": {"phone": "none", "vneid": "none"}, "proxy": False}]
        before = {"answers": {}, "people": people}
        at = last.happened_at - timedelta(minutes=rng.randint(20, 90))
        visit = Visit(uid=uid(rng), user=other.id, happened_at=at, received_at=at, outcome="partial", content=before)
        visit.look()
        home.visits.insert(-1, visit)


def ask_again(rng, users, moment):
    """Four in five of the drawn visits were asked again, and most people said the same."""
    options = {q.key: [option.key for option in q.options] for q in plan.active.person_questions}
    rows = []
    for visit in Visit.select().where(Visit.asked > 0).order_by(Visit.id):
        if not quality.drawn(visit.uid) or rng.random() < 0.2:
            continue
        by = users["demo-staff"] if visit.user_id == users["demo-lead"].id else users["demo-lead"]
        for person, answers in quality.people_to_ask(visit):
            first = {key: answers[key] for key in quality.ASKED_AGAIN if key in answers}
            other = {key: rng.choice(options[key]) for key in first}
            other |= {"account": [other["account"]]} if "account" in other else {}
            again = {key: answer if rng.random() < 0.92 else other[key] for key, answer in first.items()}
            at = min(moment, visit.happened_at + timedelta(days=rng.randint(3, 12)))
            rows.append(Repeat(visit=visit, resident=person, first=first, answers=again, user=by, at=at))
    Repeat.insert_all(rows)

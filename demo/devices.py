"""The phones that sent the visits."""

from datetime import timedelta

from demo.chance import uid
from models import Device, Event, User, Visit, fn


def add(rng, users, moment):
    """The phone of each account that has visited: most have sent all they made; one was lost and taken out of use."""
    counts = dict(Visit.select(Visit.user, fn.COUNT(Visit.id)).group_by(Visit.user).tuples())
    for user in User.select().where(User.id.in_(list(counts))).order_by(User.id):
        made, holds = counts[user.id], {"missing": [], "waiting": []}
        seen = moment - timedelta(hours=rng.randint(1, 60))
        if user == users["demo-volunteer"]:
            _phone(rng, user, made - 30, moment - timedelta(days=40), missing=[12, 13], revoked_at=moment)
            made = 33
            holds = {"missing": [7, 32, 33], "waiting": [32, 33]}
        elif user.username == "TH04-1":
            holds = {"missing": [21], "explained": [21]}
        elif rng.random() < 0.2:
            holds = {"missing": [made - 1, made], "waiting": [made - 1, made]}
        _phone(rng, user, made, seen, **holds)


def _phone(rng, user, made, seen, **holds):
    device = Device(uid=uid(rng), user=user, last_user=user, made=made, version="0.2.0", seen_at=seen, **holds)
    device.first_seen_at = seen - timedelta(days=30 if device.revoked_at is None else 60)
    device.save(force_insert=True)
    Event.log("device.added", device, user)
    if device.revoked_at:
        Event.log("device.revoked", device, User.get(User.username == "demo-lead"))

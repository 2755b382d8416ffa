"""Who left, died, came back or lives apart since."""

from datetime import timedelta

import moves
from demo.chance import uid
from models import Household, Move
from terms import LEFT


def make(rng, village, users, moment):
    """What changed in a village since: who left, died and came back, a son who lives apart, and one mistake undone."""
    families = [home for home in Household.below(village).order_by(Household.code_key) if home.state == "done"]
    families = [home for home in families if home.living().count() >= 4]
    kinds = ("away", "died", "moved", "back", "undone", "split", "household")
    for kind, home in zip(kinds, families[::9], strict=False):
        people, by = list(home.living()), rng.choice(users)
        details = {"by": by, "uid": uid(rng), "happened_at": moment - timedelta(days=rng.randint(2, 40))}
        if kind == "split":
            new = moves.split(home, people[2:3], people[2], **details).to
            Household.update(uid=uid(rng)).where(Household.id == new.id).execute()
        elif kind == "household":
            moves.to_household(people[-1], families[1], **details)
        else:
            move = moves.leave(people[0 if kind == "died" else -1], kind if kind in LEFT else "away", **details)
            if kind == "back":
                moves.come_back(people[-1], by, uid=uid(rng), happened_at=moment - timedelta(days=1))
            if kind == "undone":
                moves.undo(move, by)
    Move.update(received_at=Move.happened_at).execute()

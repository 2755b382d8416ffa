"""What the random numbers decide: ids and weighted choices, the same from the same seed."""

import uuid


def uid(rng):
    """The public id of a row."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def pick(rng, weights):
    """One of the keys of `weights`."""
    return rng.choices(list(weights), weights.values())[0]

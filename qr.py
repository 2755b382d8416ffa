"""An address as a QR code in SVG, and the random codes that stand in it.

Codes are Crockford base32, stored and revocable. The scheme and host stay lower case (some phones treat HTTPS://
as text) while the upper-case code gets an alphanumeric segment of its own, which makes the symbol smaller.
"""

import functools
import secrets
from typing import NamedTuple

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QUIET_ZONE = 4
LARGEST_VERSION = 10
LARGEST_EASY_VERSION = 4  # the largest that old phones read from our printed sheets
DISTANCE = 250  # a phone reads a module from at most this many times its width (measured on simulated photographs)


def new_code(length):
    """A random code of `length` characters, 5 bits each: 10 for a poster, 13 for a slip."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_code(text):
    """The code somebody typed or scanned: any case, O is 0, I and L are 1.

    Only letters and digits count, so that spaces, dashes and the dot or bracket of a message around it do no harm.
    """
    text = "".join(char for char in text.upper() if char.isascii() and char.isalnum())
    return text.replace("O", "0").replace("I", "1").replace("L", "1")


def symbol(address):
    """The smallest symbol that holds the address at level Q, raised to level H where that does not grow it.

    Returns the qrcode object; ValueError when the address does not fit version 10.
    """
    for version in range(1, LARGEST_VERSION + 1):
        for level in (ERROR_CORRECT_H, ERROR_CORRECT_Q):
            code = qrcode.QRCode(version=version, error_correction=level, border=QUIET_ZONE)
            code.add_data(address, optimize=8)
            try:
                code.make(fit=False)
            except DataOverflowError:
                continue
            return code
    raise ValueError(f"{len(address)} characters are too many for a QR code people can scan")


class Fit(NamedTuple):
    """How an address fits a square of some millimetres, quiet zone included: for the sheet, and to warn about."""

    version: int
    module: float

    @property
    def easy(self):
        return self.version <= LARGEST_EASY_VERSION

    @property
    def distance(self):
        """From how far phones read it, in millimetres."""
        return DISTANCE * self.module


def fit(address, millimetres):
    """The Fit of an address printed `millimetres` wide."""
    code = symbol(address)
    return Fit(code.version, millimetres / (code.modules_count + 2 * QUIET_ZONE))


@functools.lru_cache(maxsize=200)
def svg(address, millimetres):
    """The address as a square SVG element, `millimetres` wide with its quiet zone, black on white."""
    rows = symbol(address).get_matrix()
    size = len(rows)
    path = "".join(
        f"M{start},{y}h{end - start}v1h-{end - start}z" for y, row in enumerate(rows) for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" width="{millimetres}mm" '
        f'height="{millimetres}mm" shape-rendering="crispEdges" role="img" aria-label="{address}">'
        f'<path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>'
    )


def _runs(row):
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x
            start = None

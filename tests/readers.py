"""Two readers of QR codes: what is printed must be read by both."""

import pytest
import zxingcpp


def zbar():
    """The module that reads with zbar; a test fails with what to install where the library is missing."""
    try:
        from pyzbar import pyzbar
    except ImportError:
        pytest.fail("No zbar: install Debian's libzbar0 (macOS: brew install zbar), then run again", pytrace=False)
    return pyzbar


def read_twice(image):
    """What zxing-cpp and what zbar read in a picture of one code, "" where one reads nothing."""
    found = zxingcpp.read_barcode(image)
    older = zbar().decode(image, symbols=[zbar().ZBarSymbol.QRCODE])
    return [found.text if found else "", older[0].data.decode() if older else ""]

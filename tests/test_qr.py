"""Codes and QR symbols: short, readable in any case, and decoded after being badly printed and photographed."""

import re

import pytest
from PIL import Image, ImageFilter

import qr
from tests.readers import read_twice

ADDRESS = "https://gocua.hoalac.vn/c/7K3QM9X0TB"


def picture(address, module):
    """The symbol as a grey picture with `module` pixels to a module."""
    rows = qr.symbol(address).get_matrix()
    image = Image.new("L", (len(rows), len(rows)))
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    return image.resize((len(rows) * module,) * 2, Image.Resampling.NEAREST)


def degraded(image):
    """As a cheap phone sees it: three pixels a module, blurred, tilted by 15 degrees."""
    return image.rotate(15, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.7))


def test_a_code_is_random_and_has_no_look_alikes():
    codes = {qr.new_code(10) for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {10}
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize("typed", ["7k3qm9x0tb", "7K3Q-M9X0-TB", " 7K3QM9XOTB ", "7k3q m9xo tb", "(7K3QM9X0TB)."])
def test_a_code_is_read_as_people_type_it(typed):
    assert qr.read_code(typed) == "7K3QM9X0TB"


def test_one_and_zero_stand_for_their_look_alikes():
    assert qr.read_code("iLoIlO") == "110110"


def test_a_poster_address_fits_a_small_symbol_with_a_full_quiet_zone():
    symbol = qr.symbol(ADDRESS)
    rows = symbol.get_matrix()
    assert symbol.version <= 4
    assert not any(any(row) for row in rows[: qr.QUIET_ZONE] + rows[-qr.QUIET_ZONE :])
    assert rows[qr.QUIET_ZONE][qr.QUIET_ZONE]


def test_the_highest_level_is_taken_that_does_not_grow_the_symbol():
    levels = {length: qr.symbol("https://a.vn/" + "A" * length) for length in range(5, 60)}
    for length, symbol in levels.items():
        smaller = [other.version for other_length, other in levels.items() if other_length <= length]
        assert symbol.version == max(smaller)


def test_an_address_too_long_to_scan_is_an_error():
    with pytest.raises(ValueError, match="too many"):
        qr.symbol("https://a.vn/" + "x" * 400)


def test_both_readers_read_a_degraded_symbol():
    """zxing-cpp reads as present phones do, zbar as older scanner apps."""
    assert read_twice(degraded(picture(ADDRESS, 3))) == [ADDRESS, ADDRESS]


def test_the_svg_draws_every_dark_module_and_has_real_size():
    svg = qr.svg(ADDRESS, 150)
    dark = sum(map(sum, qr.symbol(ADDRESS).get_matrix()))
    path = svg.split('fill="#000" d="')[1]
    assert sum(int(width) for width in re.findall(r"M\d+,\d+h(\d+)v1", path)) == dark
    assert 'width="150mm" height="150mm"' in svg

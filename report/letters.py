"""How wide a text is in Times New Roman, for what must fit or must be as long as a text: rules, columns of tables.

The machine that writes a report need not have the font. Of the marks of Vietnamese letters only the horn of ơ and ư
adds to their width.
"""

import unicodedata
from functools import lru_cache

# In thousandths of the size of the letters (Times Roman and Times Bold, Adobe's Core 14 metrics).
REGULAR = {
    250: " .,", 278: "ijlt:;/\\", 333: "frI-()[]‘’!", 389: "sJ", 408: '"', 444: "acez“”?",
    500: "bdghknopquvxy0123456789_*–", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR", 722: "wADGHKNOQUVXY",
    778: "m&", 833: "%", 889: "M", 921: "@", 944: "W", 1000: "—…",
}  # fmt: skip
BOLD = {
    250: " .,", 278: "il/\\", 333: "fjt-:;()[]‘’!", 389: "Is", 444: "cerz", 500: "agovxyJ0123456789_*“”–?", 555: '"',
    556: "bdhknpquS", 570: "+<=>", 611: "FP", 667: "BELTZ", 722: "wACDNRUVXY", 778: "GHKOQ", 833: "m&", 930: "@",
    944: "M", 1000: "W%—…",
}  # fmt: skip
OTHER = 1000  # of letters that are not Latin
HORN = {"\u031b": 60}
WIDTHS = [{char: width for width, chars in table.items() for char in chars} | HORN for table in (REGULAR, BOLD)]
SIZES = (12, 11, 10, 9.5, 9)  # of the letters of a table, in points: the largest that fits
PADDING, SLACK = 6, 0.5  # points: what a cell has left and right of its text together; what rounding may take
WIDEST_WORD, WIDEST_CELL = 9, 26  # of the size: longer words are broken, longer texts go on several lines


def width(text, size, bold=False):
    """How wide a text is on one line, in points."""
    return _thousandths(text, bold) * size / 1000


@lru_cache(maxsize=4000)
def _thousandths(text, bold):
    known = WIDTHS[bold]
    bare = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    bare = "".join(char for char in bare if not unicodedata.combining(char) or char == "\u031b")
    return sum(known.get(char, OTHER) for char in bare)


def columns(headers, rows, space):
    """(size of the letters, widths of the columns) of a table that fills `space` points.

    The letters are the largest of SIZES at which no word is broken; what is left over goes to the columns with the
    longest texts. rows: lists of texts.
    """
    lists = [[header, *cells] for header, *cells in zip(headers, *rows, strict=True)]
    least = [_em(cells, str.split, WIDEST_WORD) for cells in lists]
    wished = [max(_em(cells, lambda cell: [cell], WIDEST_CELL), low) for cells, low in zip(lists, least, strict=True)]
    space -= (PADDING + SLACK) * len(headers)
    size = next((size for size in SIZES if sum(least) * size <= space), SIZES[-1])
    spare = max(space / size - sum(least), 0)
    more = [wish - low for wish, low in zip(wished, least, strict=True)]
    more = more if any(more) else [1] * len(more)
    ems = [low + spare * each / sum(more) for low, each in zip(least, more, strict=True)]
    scale = space / sum(ems)
    return size, [em * scale + PADDING + SLACK for em in ems]


def _em(cells, parts, most):
    """The widest part of a column's texts as a multiple of the letters' size, at most `most`; its header is bold."""
    header, *others = cells
    found = [_thousandths(part, True) for part in parts(header)]
    found += [_thousandths(part, False) for cell in others for part in parts(cell[:500])]
    return min(max(found, default=0) / 1000, most)

"""How wide a text is in Times New Roman, for what must fit or must be as long as a text: rules, columns of tables.

The machine that writes a report need not have the font. Of the marks of Vietnamese letters only the horn of ơ and ư
adds to their width.
"""

import unicodedata
from functools import lru_cache
from math import ceil, inf

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
OF_A_PAGE, SIZES = (12, 11, 10), (11, 10, 9.5, 9)  # of the letters of a table on one page, on several; in points
BROKEN = 0.93  # of a line's width is filled where a text goes on several
LINE = 1.15  # of the size: how high a line is
PADDING, SLACK = 6, 0.5  # points: what a cell has left and right of its text together; what rounding may take
WIDEST_WORD = 9  # of the size: longer words are broken
HEADER_LINES = 3  # at most, but for what is lost at their ends
LONGEST_CELL = 300  # letters, of which a column's width takes notice
WISHES = (6, 10, 14, 18, 24, 32, 48)  # of the size: as wide as this may a column ask to be


def width(text, size, bold=False):
    """How wide a text is on one line, in points."""
    return _thousandths(text, bold) * size / 1000


def lines(text, size, wide, bold=False):
    """How many lines a text takes within a width in points, about; its own line ends count."""
    return sum(_lines(width(line, size, bold), wide) for line in text.splitlines() or [""])


@lru_cache(maxsize=4000)
def _thousandths(text, bold):
    known = WIDTHS[bold]
    bare = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    bare = "".join(char for char in bare if not unicodedata.combining(char) or char == "\u031b")
    return sum(known.get(char, OTHER) for char in bare)


def columns(headers, rows, wide, high=0):
    """(size of the letters, widths of the columns) of a table that fills a width, in points; rows: lists of texts.

    The letters are the largest at which no word is broken and, if there are any, the table is no higher than `high`.
    What the widest words leave over goes where it makes the table least high.
    """
    cells = [[header, *texts] for header, *texts in zip(headers, *rows, strict=True)]
    least = [_least(column) for column in cells]
    whole = [[_thousandths(text[:LONGEST_CELL], not n) / 1000 for n, text in enumerate(column)] for column in cells]
    wide -= (PADDING + SLACK) * len(headers)
    for size, most in [*((size, high) for size in OF_A_PAGE), *((size, inf) for size in SIZES)]:
        ems, taken = _widths(whole, least, wide / size)
        if sum(least) * size <= wide and taken * size * LINE + len(rows) <= most:
            break
    return size, [em * size + PADDING + SLACK for em in ems]


def _widths(whole, least, wide):
    """(widths of the columns, how many lines the table then has at least), as multiples of the letters' size."""
    spare = max(wide - sum(least), 0)
    found = []
    for most in WISHES:
        wished = [min(max(texts, default=0), most) for _, *texts in whole]
        more = [max(wish - low, 0) for wish, low in zip(wished, least, strict=True)]
        more = more if any(more) else [1] * len(more)
        widths = [low + spare * each / sum(more) for low, each in zip(least, more, strict=True)]
        widths = [width * wide / sum(widths) for width in widths]
        taken = [[_lines(text, width) for text in column] for column, width in zip(whole, widths, strict=True)]
        found.append((sum(map(max, zip(*taken, strict=True))), widths))
    least_lines, widths = min(found, key=lambda each: each[0])
    return widths, least_lines


def _lines(text, width):
    return 1 if text <= width else ceil(text / (width * BROKEN))


def _least(column):
    """As wide as its widest word, and so that its bold header takes few lines; a multiple of the letters' size."""
    header, *texts = column
    found = [_thousandths(header, True) / HEADER_LINES, *(_thousandths(word, True) for word in header.split())]
    found += [_thousandths(word, False) for text in texts for word in text[:LONGEST_CELL].split()]
    return min(max(found) / 1000, WIDEST_WORD)

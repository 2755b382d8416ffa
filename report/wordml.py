"""The pieces that a Word document is made of, as WordprocessingML, with the children of each element in the order
that the schema asks for (ISO/IEC 29500-1, 17.3 to 17.6): Word repairs or refuses a file where they stand in another.

Lengths are in points. A text is escaped, and whatever XML refuses or would turn the line around is dropped.
"""

import re
import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape

MILLIMETRE = 72 / 25.4
TWIPS = 20  # to a point
A4 = (210, 297)
MARGIN, LEFT_MARGIN, HEADER = 20, 30, 10  # mm: top, right and bottom; left, where it is bound; page number from above
ACROSS = {False: A4[0] - LEFT_MARGIN - MARGIN, True: A4[1] - LEFT_MARGIN - MARGIN}  # mm for text, upright and landscape
NOT_IN_XML = re.compile("[\ufffe\uffff]")
SIZES = re.compile(r'<w:sz w:val="[^"]*"/><w:szCs w:val="[^"]*"/>')


def clean(text):
    """A text in NFC without control, bidirectional, zero-width and other characters that XML or a reader chokes on.

    Spaces stay as they are: a blank to be filled in is made of them. Tabs and line ends become spaces.
    """
    spaced = re.sub(r"\s", lambda found: found[0] if found[0] in " \u00a0" else " ", unicodedata.normalize("NFC", text))
    kept = "".join(c for c in spaced if c.isprintable() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return NOT_IN_XML.sub("", kept)


def lines(text):
    """The lines of a text that somebody wrote, without the empty ones."""
    return [line for line in (" ".join(clean(line).split()) for line in (text or "").splitlines()) if line]


def run(text, size, bold=False, italic=False):
    """Letters of one kind; a line end in the text starts another line of the same paragraph."""
    marks = "<w:b/><w:bCs/>" * bold + "<w:i/><w:iCs/>" * italic + f'<w:sz w:val="{size * 2:g}"/>'
    marks += f'<w:szCs w:val="{size * 2:g}"/>'
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(clean(line))}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{marks}</w:rPr>{words}</w:r>"


@dataclass(frozen=True)
class Shape:
    """How a paragraph stands. first: the indent of its first line; line: a multiple of the line's height, `exact` one
    in points; above, below: points before and after it; rule: a line over it, box: one around it; level: of a heading,
    1 or 2; together: on one page; with_next: with the paragraph after it."""

    align: str = "left"
    above: float = 0
    below: float = 0
    first: float = 0
    left: float = 0
    right: float = 0
    line: float = 1
    exact: float = 0
    rule: bool = False
    box: bool = False
    level: int = 0
    together: bool = False
    with_next: bool = False


def paragraph(runs, shape, section=""):
    """A paragraph of runs; `section` (of `_section`) ends one with it."""
    spacing = f'w:before="{_twips(shape.above)}" w:after="{_twips(shape.below)}" '
    height = (_twips(shape.exact), "exact") if shape.exact else (round(shape.line * 240), "auto")
    spacing += 'w:line="{}" w:lineRule="{}"'.format(*height)
    ind = f'w:left="{_twips(shape.left)}" w:right="{_twips(shape.right)}"'
    ind += f' w:firstLine="{_twips(shape.first)}"' if shape.first else ""
    parts = [
        f'<w:pStyle w:val="Heading{shape.level}"/>' if shape.level else "",
        "<w:keepNext/>" * shape.with_next,
        "<w:keepLines/>" * shape.together,
        _borders(shape),
        f"<w:spacing {spacing}/>",
        f"<w:ind {ind}/>",
        f'<w:jc w:val="{shape.align}"/>',
        f"<w:rPr>{SIZES.search(runs)[0]}</w:rPr>",  # of its end: an empty paragraph is as high as that
        section,
    ]
    return f"<w:p><w:pPr>{''.join(parts)}</w:pPr>{runs}</w:p>"


def _borders(shape):
    sides = ("top", "left", "bottom", "right") if shape.box else ("top",) if shape.rule else ()
    space = 4 if shape.box else 1
    drawn = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="{space}" w:color="000000"/>' for side in sides)
    return f"<w:pBdr>{drawn}</w:pBdr>" if drawn else ""


def drawn_rule(length, space, above=3, below=0):
    """A solid rule of some length in the middle of `space`: the upper border of an empty, indented paragraph."""
    side = max(space - length, 0) / 2
    shape = Shape("center", above, below, left=side, right=side, exact=2, rule=True, with_next=True)
    return paragraph(run("", 1), shape)


def nothing(section=""):
    """An empty paragraph that takes no room: one must stand after a table, and one ends a section."""
    return paragraph(run("", 1), Shape(exact=1), section)


def cell(content, width, span=1, middle=False):
    """A cell of a table with paragraphs in it."""
    marks = f'<w:tcW w:w="{_twips(width)}" w:type="dxa"/>'
    marks += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    marks += '<w:vAlign w:val="center"/>' if middle else ""
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{content}</w:tc>"


def row(cells, header=False, whole=True):
    """A row of a table; a header is repeated on every page, a whole one is not split between two."""
    marks = "<w:cantSplit/>" * whole + "<w:tblHeader/>" * header
    return f"<w:tr>{f'<w:trPr>{marks}</w:trPr>' if marks else ''}{''.join(cells)}</w:tr>"


def table(rows, widths, padding=0, ruled=False):
    """A table of fixed widths; `padding` left and right within its cells; ruled: lines around its cells."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = (f'<w:{side} w:val="{"single" if ruled else "nil"}"{RULED if ruled else ""}/>' for side in sides)
    inside = {"top": 1 if ruled else 0, "left": padding, "bottom": 1 if ruled else 0, "right": padding}
    margins = (f'<w:{side} w:w="{_twips(size)}" w:type="dxa"/>' for side, size in inside.items())
    parts = [
        f'<w:tblW w:w="{sum(map(_twips, widths))}" w:type="dxa"/>',
        '<w:jc w:val="left"/>',
        '<w:tblInd w:w="0" w:type="dxa"/>',
        f"<w:tblBorders>{''.join(borders)}</w:tblBorders>",
        '<w:tblLayout w:type="fixed"/>',
        f"<w:tblCellMar>{''.join(margins)}</w:tblCellMar>",
    ]
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{''.join(parts)}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


RULED = ' w:sz="4" w:space="0" w:color="000000"'


def sections(parts, header):
    """A whole document of sections: (paragraphs and tables, landscape) each. header: the id of what is above a page."""
    *before, (last, landscape) = parts
    whole = ["".join(content) + nothing(_section(turned, header)) for content, turned in before]
    return "".join([*whole, *last, nothing(), _section(landscape, header)])


def _section(landscape, header):
    """A section of A4 with pages numbered from 1 and the number not on its first."""
    short, long = (_twips(side * MILLIMETRE) for side in A4)
    wide, high = (long, short) if landscape else (short, long)
    turned = ' w:orient="landscape"' if landscape else ""
    margin, left, above = (_twips(size * MILLIMETRE) for size in (MARGIN, LEFT_MARGIN, HEADER))
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{header}"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{turned}/>'
        f'<w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{left}"'
        f' w:header="{above}" w:footer="{above}" w:gutter="0"/>'
        '<w:pgNumType w:start="1"/><w:cols w:space="720"/><w:titlePg/></w:sectPr>'
    )


def page_number(size):
    """The page's number, in the middle of the line."""
    marks = f'<w:rPr><w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/></w:rPr>'
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    runs = [f"<w:r>{marks}{part}</w:r>" for part in parts]
    return paragraph("".join(runs), Shape("center"))


def _twips(points):
    return round(points * TWIPS)

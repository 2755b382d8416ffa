"""What python-calamine does not tell of an .ods: rows that are hidden and cells that are struck through.

As in `markup` patterns on bytes search the content, and a file written in an unusual way only tells less.
"""

import re
import zipfile
import zlib

from roster.markup import Markup, attributes_of

STYLE = re.compile(rb"<style:style\s([^<>]*[^<>/])>(.*?)</style:style>", re.DOTALL)
STRUCK = re.compile(rb"text-line-through-(?:style|type)\s*=\s*[\"'](?!none)")
TABLE = re.compile(rb"<table:table\s([^<>]*)>(.*?)</table:table>", re.DOTALL)
PARTS = re.compile(rb"<table:(table-row|table-cell|covered-table-cell)\b([^<>]*?)(/?)>")
CELL_ENDS = b"</table:table-cell>"
SPAN = re.compile(rb"<text:span\s([^<>]*[^<>/])>([^<]*)</text:span>")
TAGS = re.compile(rb"<[^<>]*>")
LONGEST_NUMBER = 9
MOST_REPEATED = 1_000  # rows that are alike and hold something


def read_open_document(path):
    """{sheet name: Markup} of an .ods. Never raises for a bad file."""
    try:
        with zipfile.ZipFile(path) as archive:
            content = archive.read("content.xml")
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, KeyError):
        return {}
    styles = (attributes_of(head).get("name") for head, body in STYLE.findall(content) if STRUCK.search(body))
    struck = set(styles) - {None}
    return {attributes_of(head).get("name", ""): _markup(body, struck) for head, body in TABLE.findall(content)}


def _markup(content, styles):
    hidden, struck, rows, column, repeated, default = set(), set(), 0, 0, 1, None
    for part in PARTS.finditer(content):
        attributes = attributes_of(part[2])
        if part[1] == b"table-row":
            rows, column = rows + repeated if rows else 1, 0
            repeated, default = _times(attributes, "rows"), attributes.get("default-cell-style-name")
            if attributes.get("visibility") in ("filter", "collapse"):
                hidden |= set(range(rows, rows + min(repeated, MOST_REPEATED)))
            continue
        if not part[3] and part[1] == b"table-cell":
            text = content[part.end() : content.find(CELL_ENDS, part.end())]
            if attributes.get("style-name", default) in styles or _wholly_struck(text, styles):
                struck |= {(row, column) for row in range(rows, rows + min(repeated, MOST_REPEATED))}
        column += _times(attributes, "columns")
    return Markup(frozenset(hidden), frozenset(struck))


def _times(attributes, what):
    """How many rows or columns in a row are alike."""
    text = attributes.get(f"number-{what}-repeated", "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else 1


def _wholly_struck(text, styles):
    """Whether all the words of a cell stand in spans that are struck through."""
    spans = [span for span in SPAN.finditer(text) if attributes_of(span[1]).get("style-name") in styles]
    for span in reversed(spans):
        text = text[: span.start()] + text[span.end() :]
    return any(span[2].strip() for span in spans) and not TAGS.sub(b"", text).strip()

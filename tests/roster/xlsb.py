"""Writes the smallest .xlsb that holds a list, as nothing at hand writes that format (MS-XLSB 2.1.4)."""

import io
import struct
import zipfile

RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.bin"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
)


def xlsb(rows, title="DS hộ"):
    """The bytes of a workbook of one sheet; cells are str, int, float or None."""
    book = record(0x8F) + record(0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide(title)) + record(0x90)
    book += record(0x9D, bytes(26)) + record(0x84)
    width = max(map(len, rows))
    sheet = record(0x81) + record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, width - 1)) + record(0x91)
    for number, row in enumerate(rows):
        sheet += record(0, struct.pack("<I", number) + bytes(21))
        sheet += b"".join(cell(column, value) for column, value in enumerate(row) if value is not None)
    sheet += record(0x92) + record(0x82)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return stream.getvalue()


def record(kind, content=b""):
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(content), b""
    while length > 0x7F:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + size + bytes([length]) + content


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column, value):
    place = struct.pack("<II", column, 0)
    return record(6, place + wide(value)) if isinstance(value, str) else record(5, place + struct.pack("<d", value))

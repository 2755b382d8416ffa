"""What this app's own exports hold, so that what it writes it can read: `exports` writes them."""

from roster.problems import Unreadable
from roster.spreadsheet import Sheet

DANGEROUS = ("'=", "'+", "'-", "'@", "'\t", "'\r")
EXPLAINED = "Giải thích"
# Headers that only an export has which lists nobody.
NO_LISTS = {
    "exported_attendance": {"Lớp học", "Buổi số", "Cách điểm danh"},
    "exported_nameless": {"Xã", "Thôn", "Kết quả", "Đồng ý"},
}
NAMED = {"Họ và tên", "Chủ hộ"}


def as_written(sheets):
    """The sheets of a file with its cells as they were before an export made them harmless.

    The sheet that explains an export is only its name, so that nobody takes it for a list. Raises Unreadable for an
    export of attendance or without names.
    """
    return [_as_written(sheet) for sheet in sheets]


def _as_written(sheet):
    if sheet.name == EXPLAINED and sheet.rows and sheet.rows[0][:1] == ("Danh sách",):
        return Sheet(sheet.name, [(EXPLAINED,)], sheet.hidden)
    headers = set(sheet.rows[0]) if sheet.rows else set()
    for code, own in NO_LISTS.items():
        if own <= headers and not (code == "exported_nameless" and headers & NAMED):
            raise Unreadable(code, sheet.name)
    return sheet._replace(rows=[tuple([_plain(value) for value in row]) for row in sheet.rows])


def _plain(value):
    return value[1:] if type(value) is str and value.startswith(DANGEROUS) else value

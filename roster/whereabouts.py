"""Where the people of a row live: the village and the lane, from columns, titles and addresses."""

import re

import vi
from fields import LONGEST_TEXT
from roster.addresses import split_address
from roster.cells import Cells
from roster.reading import Village
from roster.rows import lane_in
from roster.spreadsheet import Formula
from roster.villages import village_in, village_named

ABOVE_HEADER = re.compile(r"(?i)((đội|tổ|cụm|ngõ|doi|to|cum|ngo)\s+(số\s+)?\d|xóm\b|xom\b)")  # no "Tổ công nghệ số"
BOARDING = re.compile(r"\b(nha tro|khu tro|phong tro|day tro|xom tro|o tro)\b")


class Whereabouts(Cells):
    """The cells of a table with the village and the lane that its titles give to the rows below them.

    by_address: whether only the addresses of the rows say which village it is.
    """

    def __init__(self, reading, table, ends, before=None):
        super().__init__(reading, table.sheet, table.header, ends)
        self.table = table
        self.lane = self._titled_lane()
        self.village, self.villages, self.titled = None, {}, self._titled_village(before)
        self.by_address = "village" not in self.columns and not self.titled[0] and "lane" in self.columns

    def _titled_lane(self):
        """The lane that a title above the header names in a cell of its own, numbered or a "xóm"."""
        texts = [vi.clean(value) for row in self.table.titles for value in row if type(value) is str]
        return next((lane_in(text) for text in texts if ABOVE_HEADER.match(text) and lane_in(text)), "")

    def _titled_village(self, before):
        """(name, former) from the titles above the header, the sheet's own name, or the table before."""
        for row in self.table.titles:
            named = village_in(" ".join(value for value in row if type(value) is str))
            if named:
                return named
        return (before.titled if before else None) or village_in(self.sheet.name) or ("", "")

    def _village(self, number, row):
        """The index of the row's village; a blank cell means the village above."""
        text = self._text(number, row, "village") if "village" in self.columns else ""
        former = self._text(number, row, "former") if "former" in self.columns else ""
        if text:
            if (text, former) not in self.villages:
                name, said = village_named(text, former)
                self.villages[text, former] = self._village_index(name, said or self.titled[1])
            self.village = self.villages[text, former]
            return self.village
        said = self._address(row)[1] if self.by_address else None
        if said:
            self.village = self._village_index(said[0], said[1] or vi.clean(former))
        elif self.village is None:
            name, said = self.titled
            self.village = self._village_index(name, said or vi.clean(former))
            if not name:
                self._warn_once("no_village", number)
        return self.village

    def _address(self, row):
        """(lane, village or None, the text of the village) that the columns of lanes and addresses say together."""
        lane, village, whole = "", None, ""
        for column in self.header.lane_columns:
            value = row[column] if column < len(row) else None
            value = value.value if type(value) is Formula else value
            text = "" if value is None else vi.clean(str(value))
            part, said = split_address(text)
            lane = lane or part
            if said and not village:
                village, whole = said, text
        return lane, village, whole

    def _village_index(self, name, former):
        key = vi.fold(name), vi.fold(former)
        for index, village in enumerate(self.reading.villages):
            if (vi.fold(village.name), vi.fold(village.former)) == key:
                return index
        self.reading.villages.append(Village(name, former))
        return len(self.reading.villages) - 1

    def _take_lane_of(self, home, number, row):
        """Give a household its lane: from its address, without a village that is its own; else the title above."""
        if home.lane:
            return
        if type(self._has(row, "lane")) is Formula:
            self._value(number, row, "lane")  # tells of a formula without a value
        lane, said, text = self._address(row)
        if said and vi.fold(said[0]) != vi.fold(self.reading.villages[home.village].name):
            lane = vi.clean(re.sub(r"\d{9,}", "", text))
        home.lane = (lane or self.lane)[:LONGEST_TEXT]
        if BOARDING.search(vi.fold(home.lane)):
            home.dwelling = "boarding"

"""A list for a desk: narrowed by a search and filters, ordered by a column, as its address says."""

from dataclasses import dataclass

from flask import request

import vi


@dataclass(frozen=True)
class Listing:
    """The rows that are shown, of how many there are. chosen: {filter: the value chosen}; `sort` names a column."""

    rows: list
    total: int
    q: str
    chosen: dict
    sort: str
    down: bool

    def order_by(self, column):
        """The address's parameters that order by this column; the one ordered by already turns round."""
        turned = column == self.sort and not self.down
        told = {"q": self.q, **self.chosen, "sort": f"-{column}" if turned else column}
        return {name: value for name, value in told.items() if value}

    def direction(self, column):
        """What `aria-sort` says of this column."""
        return ("descending" if self.down else "ascending") if column == self.sort else "none"


def of(rows, text, filters, orders):
    """The Listing of `rows` that the request asks for; the first of `orders` when it names none.

    text: what a search looks in, of a row. filters: {name: (values, whether a row is of a value)}.
    orders: {column: sort key}. A search is words, each of which begins a word of the text, without diacritics.
    """
    rows, asked = list(rows), request.args
    sort, down = asked.get("sort", "").lstrip("-"), asked.get("sort", "").startswith("-")
    if sort not in orders:
        sort, down = next(iter(orders)), False
    q = vi.clean(asked.get("q", ""))
    chosen = {name: asked.get(name, "") for name, (values, _) in filters.items() if asked.get(name, "") in values}
    shown = [row for row in rows if _holds(q, text(row))]
    for name, value in chosen.items():
        shown = [row for row in shown if filters[name][1](row, value)]
    return Listing(sorted(shown, key=orders[sort], reverse=down), len(rows), q, chosen, sort, down)


def _holds(q, text):
    text = f" {vi.fold(text)}"
    return all(f" {word}" in text for word in vi.fold(q).split())

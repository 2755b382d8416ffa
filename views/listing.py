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
    rows, narrowed = list(rows), asked({name: values for name, (values, _) in filters.items()}, list(orders))
    shown = [row for row in rows if _holds(narrowed["q"], text(row))]
    for name, value in narrowed["chosen"].items():
        shown = [row for row in shown if not value or filters[name][1](row, value)]
    shown = sorted(shown, key=orders[narrowed["sort"]], reverse=narrowed["down"])
    return Listing(shown, len(rows), **narrowed)


def asked(filters, columns):
    """What the address asks of a list: `q`, the `chosen` value of each filter ("" for all), `sort` and `down`.

    filters: {name: values}. columns: those it can be ordered by; the first when the address names none.
    """
    args = request.args
    sort, down = args.get("sort", "").lstrip("-"), args.get("sort", "").startswith("-")
    if sort not in columns:
        sort, down = columns[0], False
    chosen = {name: value if (value := args.get(name, "")) in values else "" for name, values in filters.items()}
    return {"q": vi.clean(args.get("q", "")), "chosen": chosen, "sort": sort, "down": down}


def _holds(q, text):
    text = f" {vi.fold(text)}"
    return all(f" {word}" in text for word in vi.fold(q).split())

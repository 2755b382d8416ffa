"""The shape of a Biểu: columns with their kinds, rows of cells, notes below.

A cell is a value of its column's kind, None where the number is not known ("chưa có số liệu"), or "" where nothing is
to stand there. Percents are unrounded. A row's key tells which row of another period's report is of the same thing.
"""


def column(key, label, kind="text"):
    """A column. kind: text, int, percent or day (an ISO date)."""
    return {"key": key, "label": label, "kind": kind}


def row(key, cells, kind="row"):
    """A row. kind: row, head (of the rows below it) or total."""
    return {"kind": kind, "key": key, "cells": list(cells)}


def make(title, columns, rows, notes=()):
    """A Biểu; a ValueError when a row has not a cell for each column."""
    if any(len(each["cells"]) != len(columns) for each in rows):
        raise ValueError(f"{title}: a row does not have {len(columns)} cells")
    return {"title": title, "columns": list(columns), "rows": rows, "notes": [note for note in notes if note]}


def cell(found, row_key, column_key):
    """What stands in one cell of a Biểu as `make` gives it; None for a row or a column that it does not have."""
    for number, each in enumerate(found["columns"]):
        if each["key"] == column_key:
            return next((line["cells"][number] for line in found["rows"] if line["key"] == row_key), None)
    return None

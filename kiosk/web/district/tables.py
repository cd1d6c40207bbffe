"""Tables that people at the desks take with them, as CSV for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from flask import Response

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets take a file without it for one in a local encoding."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WRITTEN_AT_ONCE = 1000
Rows = Iterable[Iterable[object]]


def table(file: str, headings: Iterable[str], rows: Rows) -> Response:
    """The rows under their headings, sent as they are read; words that a spreadsheet would run stay words."""
    answer = Response(_parts(headings, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def _parts(headings: Iterable[str], rows: Rows) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _lines([headings])
    waiting = ([_harmless(cell) for cell in row] for row in rows)
    while part := list(islice(waiting, WRITTEN_AT_ONCE)):
        yield _lines(part)


def _lines(rows: Rows) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell

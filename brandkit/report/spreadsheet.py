"""CSV as spreadsheets open it, without letting what a stranger wrote become a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: spreadsheets run it (OWASP, CSV injection)."""


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A header and rows as lines of CSV (RFC 4180).

    >>> list(lines(["who", "comment"], [["ada", "=1+1"]]))
    ['who,comment\\r\\n', "ada,'=1+1\\r\\n"]
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for row in chain([header], rows):
        writer.writerow([cell(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def cell(value: object) -> str:
    """A value as text that a spreadsheet shows as it is; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

"""The record as CSV (RFC 4180), which a spreadsheet can open without running what somebody wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from brandkit.store.audit import Entry

COLUMNS = ("when", "who", "what", "of", "detail", "brand", "item", "digest")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for a formula at the beginning of a cell; OWASP, CSV injection."""


def write(entries: Iterable[Entry]) -> str:
    """Entries as lines, with a heading.

    >>> from datetime import UTC, datetime
    >>> moment = datetime(2026, 1, 2, tzinfo=UTC)
    >>> print(write([Entry(moment, "ana", "rejected", "a.png", "=1+1", 7)]).splitlines()[1])
    2026-01-02T00:00:00+00:00,ana,rejected,a.png,'=1+1,,7,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries:
        cells = (
            one.who,
            one.kind,
            one.subject,
            one.detail,
            one.brand or "",
            str(one.item or ""),
            one.digest or "",
        )
        writer.writerow([one.created.isoformat(), *map(inert, cells)])
    return out.getvalue()


def inert(text: str) -> str:
    """A cell that is text to every spreadsheet.

    >>> inert("@SUM(1)"), inert("fine - really")
    ("'@SUM(1)", 'fine - really')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text

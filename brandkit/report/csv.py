"""CSV: one row for each finding, as spreadsheets and data frames read it."""

from __future__ import annotations

from collections.abc import Iterator

from brandkit.report import words
from brandkit.report.report import Report
from brandkit.report.run import Run
from brandkit.report.spreadsheet import lines

SUFFIX = ".csv"
MEDIA_TYPE = "text/csv"

COLUMNS = (
    *("file", "sha256", "brand", "brand_digest", "side", "verdict", "check", "metric", "swatch", "value"),
    *("unit", "min", "max", "warn", "outcome", "colour", "target", "first_frame", "last_frame"),
    *("message", "remedy"),
)


def render(run: Run) -> str:
    """Every finding, before and after correction where there was one; an unreadable input is a row too."""
    return "".join(lines(COLUMNS, _rows(run))).replace("\r\n", "\n")


def _rows(run: Run) -> Iterator[tuple[object, ...]]:
    for entry in run.entries:
        yield from _findings(entry.report, "before" if words.repaired(entry) else "")
        if words.repaired(entry):
            yield from _findings(words.final(entry), "after")
    for fault in run.unreadable:
        known = {"file": fault.path, "outcome": "error", "message": fault.message}
        yield tuple(words.printable(known[name]) if name in known else None for name in COLUMNS)


def _findings(report: Report, side: str) -> Iterator[tuple[object, ...]]:
    head = (
        words.printable(report.source.path),
        report.source.sha256,
        words.printable(report.brand.name),
        report.brand.digest,
        side,
        report.verdict.value,
    )
    for f in report.findings:
        low, high, warn = (None,) * 3 if f.limit is None else (f.limit.min, f.limit.max, f.limit.warn)
        first, last = (f.frames[0][0], f.frames[-1][1]) if f.frames else (None, None)
        value = None if f.value is None else round(float(f.value), 6)
        measured = (f.check, f.metric, f.swatch, value, f.unit, low, high, warn, f.outcome)
        yield (*head, *measured, f.colour, f.target, first, last, words.said(f), f.remedy)

"""What is worst about an item, in words and as a key by which items with the same faults are found."""

from __future__ import annotations

from dataclasses import dataclass

from brandkit.report.report import Report
from brandkit.report.words import doubt, said, urgent


@dataclass(frozen=True, slots=True)
class Headline:
    """The worst of a report.

    Attributes:
        text: the worst finding in words; empty where nothing failed or wants a look.
        cause: all that failed or wants a look, a line each, the worst first: ``palette.drift_de00 of blue``.
        extent: value of the worst finding, in its unit; ``None`` where it has none.
    """

    text: str
    cause: str
    extent: float | None


def headline(report: Report) -> Headline:
    """The worst of a report, as a queue shows it."""
    found = urgent(report)
    if not found:
        why = doubt(report) or ""
        return Headline(why, why, None)
    causes = (f"{f.check}.{f.metric}" + (f" of {f.swatch}" if f.swatch else "") for f in found)
    worst = found[0].value
    return Headline(said(found[0]), "\n".join(dict.fromkeys(causes)), None if worst is None else float(worst))

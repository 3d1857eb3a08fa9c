"""The words that every output for people uses, so that one thing has one name in all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from brandkit.gate import Finding, Outcome, Verdict
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run

DRIFT = "drift_de00"
COVERAGE = "coverage"
"""The two metrics that a table of swatches has columns for."""

VERDICTS = {
    Verdict.PASSED: "passed",
    Verdict.NEEDS_REVIEW: "needs review",
    Verdict.FAILED: "failed",
}
OUTCOMES: dict[Outcome, str] = {
    "failed": "failed",
    "error": "error",
    "warned": "to review",
    "waived": "waived",
    "passed": "passed",
    "not_evaluated": "not evaluated",
}
MARKS = {
    "failed": "✗",
    "error": "!",
    "warned": "?",
    "needs_review": "?",
    "waived": "~",
    "passed": "✓",
    "not_evaluated": "–",
}
"""A sign beside each word, by verdict and outcome, for those who cannot tell its colour."""

_URGENT: tuple[Outcome, ...] = ("failed", "error", "warned")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)


def printable(text: object) -> str:
    r"""``text`` on one line, with whatever could steer a terminal or turn its direction escaped.

    >>> printable("a\nb\x1b[2J")
    'a\\nb\\x1b[2J'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def sentence(text: str) -> str:
    """``text`` with a capital letter and a final stop."""
    shown = printable(text)
    return f"{shown[:1].upper()}{shown[1:]}" + ("" if shown.endswith((".", "!", "?", "…")) else ".")


def said(finding: Finding) -> str:
    """A finding's message, with the name of the check where that could not run."""
    return printable(f"{finding.check}: {finding.message}" if finding.outcome == "error" else finding.message)


def colour(text: str | None) -> str | None:
    """``text`` if it is ``#RRGGBB``: a colour ends up in styles, where nothing else may."""
    return text if text is not None and _HEX.fullmatch(text) else None


def final(entry: Entry) -> Report:
    """The report that counts: after the correction, where there was one."""
    return entry.corrected.report if entry.corrected and entry.corrected.report else entry.report


def repaired(entry: Entry) -> bool:
    """Whether a correction changed anything: what was on brand already has one report for both."""
    return final(entry) != entry.report


def urgent(report: Report) -> list[Finding]:
    """What failed, broke or wants a look, the worst first.

    Among equals, what a correction can repair leads: a colour that has drifted is also one that covers
    too little, and the drift is the cause.
    """

    def rank(finding: Finding) -> tuple[int, bool, float]:
        most = finding.limit.max if finding.limit is not None else None
        excess = finding.value / most if most and finding.value is not None else 0.0
        return _URGENT.index(finding.outcome), not finding.correctable, -excess

    return sorted((f for f in report.findings if f.outcome in _URGENT), key=rank)


def unlimited(finding: Finding) -> bool:
    """Whether a value was measured that the brand sets no limit for."""
    return finding.outcome == "not_evaluated" and finding.value is not None


def doubt(report: Report) -> str | None:
    """Why a report wants a review though no finding asks for one; ``None`` for any other report."""
    if report.verdict is not Verdict.NEEDS_REVIEW or urgent(report):
        return None
    return "not all that the brand requires could be evaluated"


def said_of(findings: Iterable[Finding]) -> str:
    """Findings in short, by metric: ``coverage (3), drift_de00 of ink, off_palette``."""
    chosen = list(findings)
    number = Counter(f.metric for f in chosen)
    parts = dict.fromkeys(
        f"{f.metric} ({number[f.metric]})"
        if number[f.metric] > 1
        else f.metric + (f" of {f.swatch}" if f.swatch else "")
        for f in chosen
    )
    return printable(", ".join(parts))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many inputs came to what, after correction."""

    passed: int
    needs_review: int
    failed: int
    unreadable: int

    def __str__(self) -> str:
        named = (
            (self.failed, "failed"),
            (self.needs_review, "needs review" if self.needs_review == 1 else "need review"),
            (self.passed, "passed"),
            (self.unreadable, "unreadable"),
        )
        return ", ".join(f"{number} {word}" for number, word in named if number) or "nothing to judge"


def count(run: Run) -> Counts:
    """Count the final verdicts of a run."""
    found = Counter(final(entry).verdict for entry in run.entries)
    return Counts(
        passed=found[Verdict.PASSED],
        needs_review=found[Verdict.NEEDS_REVIEW],
        failed=found[Verdict.FAILED],
        unreadable=len(run.unreadable),
    )

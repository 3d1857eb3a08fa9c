"""How bad an item is, as one number to sort a queue by."""

from __future__ import annotations

from collections.abc import Iterable

from brandkit.gate import Finding, Verdict

RANKS = {Verdict.PASSED: 0, Verdict.NEEDS_REVIEW: 1, Verdict.FAILED: 2}


def severity(verdict: Verdict, findings: Iterable[Finding]) -> float:
    """Rank of the verdict, plus how far the worst figure is beyond its limit, drawn into 0 to 1.

    >>> severity(Verdict.PASSED, ())
    0.0
    """
    excess = max((_excess(finding) for finding in findings), default=0.0)
    return round(RANKS[verdict] + excess / (1 + excess), 6)


def _excess(finding: Finding) -> float:
    """How far a figure is beyond its limit, in limits: 1 is twice what is allowed."""
    limit, value = finding.limit, finding.value
    if finding.outcome not in ("failed", "warned") or limit is None or value is None:
        return 0.0
    if limit.max is not None and value > limit.max:
        return (value - limit.max) / limit.max if limit.max else min(value, 1e3)
    if limit.min is not None and value < limit.min:
        return (limit.min - value) / abs(limit.min) if limit.min else min(-value, 1e3)
    return 0.0

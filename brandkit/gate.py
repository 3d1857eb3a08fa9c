"""Turn measurements into findings by the brand's limits, and findings into one verdict.

Judging needs no pixels: the same measurements can be judged again when a limit changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from brandkit.check import Broken, Evidence, Failure, Measurement, Metric, Region
from brandkit.errors import CheckError

if TYPE_CHECKING:
    from brandkit.brand import Brand, Limit

Outcome = Literal["passed", "warned", "failed", "waived", "not_evaluated", "error"]


class Verdict(StrEnum):
    """What the gate says of a clip as a whole."""

    PASSED = "passed"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that says most of several; ``None`` of none."""
    given = set(verdicts)
    return next((v for v in (Verdict.FAILED, Verdict.NEEDS_REVIEW, Verdict.PASSED) if v in given), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """A measurement judged by the brand's limit, or the statement that there is none.

    Attributes:
        check: id of the check.
        metric: id of the metric; empty where the check itself could not run.
        value: in ``unit``, ``None`` where nothing could be measured.
        unit: unit of ``value`` and ``limit``.
        limit: the brand's limit, ``None`` where the brand sets none.
        outcome: ``passed``, ``warned`` (a person should look, within the limit or where the guidelines
            leave it to a person), ``failed``, ``waived`` (beyond the limit, which a pipeline's policy lets
            pass), ``not_evaluated`` (not measured, or no limit to judge by) or ``error``.
        message: a sentence for a person.
        remedy: what to do, ``None`` where nothing needs doing.
        correctable: whether a colour correction can be the remedy.
        swatch, frames, region, evidence, colour, target, series, basis: as in ``Measurement``.
    """

    check: str
    metric: str
    value: float | None
    unit: str
    limit: Limit | None
    outcome: Outcome
    message: str
    remedy: str | None = None
    correctable: bool = False
    swatch: str | None = None
    frames: tuple[tuple[int, int], ...] = ()
    region: Region | None = None
    evidence: tuple[Evidence, ...] = ()
    colour: str | None = None
    target: str | None = None
    series: tuple[float | None, ...] = ()
    basis: str | None = None


def judge(measurement: Measurement, limit: Limit | None, *, review: bool = False) -> Finding:
    """Compare one measurement with its limit; with ``review``, a person decides what is beyond it."""
    metric = measurement.metric
    value = measurement.value
    outcome, said = _outcome(value, metric, limit, review=review)
    return Finding(
        check=measurement.check,
        metric=metric.name,
        value=None if outcome == "error" else value,
        unit=metric.unit,
        limit=limit,
        outcome=outcome,
        message=measurement.message + said,
        remedy=metric.remedy if outcome in ("failed", "warned") else None,
        correctable=metric.correctable,
        swatch=measurement.swatch,
        frames=measurement.frames,
        region=measurement.region,
        evidence=measurement.evidence,
        colour=measurement.colour,
        target=measurement.target,
        series=measurement.series,
        basis=measurement.basis,
    )


def judge_again(finding: Finding, metric: Metric, limit: Limit | None, *, review: bool = False) -> Finding:
    """A finding of ``metric`` as it is by another limit; what was measured stays."""
    if finding.outcome == "error":
        return finding
    message = finding.message
    for reviewed in (False, True):
        message = message.removesuffix(_outcome(finding.value, metric, finding.limit, review=reviewed)[1])
    outcome, said = _outcome(finding.value, metric, limit, review=review)
    remedy = metric.remedy if outcome in ("failed", "warned") else None
    return replace(finding, limit=limit, outcome=outcome, message=message + said, remedy=remedy)


def _outcome(
    value: float | None, metric: Metric, limit: Limit | None, *, review: bool
) -> tuple[Outcome, str]:
    """What a value comes to, and how a sentence goes on to say so."""
    if value is not None and not math.isfinite(value):
        # Every comparison with NaN is false, so that it would pass as within any limit.
        return "error", "; the check gave no finite number"
    if value is None:
        return "not_evaluated", ""
    if limit is None:
        return "not_evaluated", "; the brand sets no limit"
    if (limit.max is not None and value > limit.max) or (limit.min is not None and value < limit.min):
        said = f", limit {describe_limit(limit, metric.unit)}"
        return ("warned", f"{said}; the guidelines send this to review") if review else ("failed", said)
    if limit.warn is not None and _worse(value, limit.warn, metric.direction == "higher"):
        return "warned", f", to be looked at beyond {describe(limit.warn, metric.unit)}"
    return "passed", f", limit {describe_limit(limit, metric.unit)}"


def _worse(value: float, bound: float, higher_is_better: bool) -> bool:
    return value < bound if higher_is_better else value > bound


def describe(value: float, unit: str) -> str:
    """A number as people write it: a share as a percentage, CIEDE2000 and counts bare."""
    if unit == "share":
        return f"{value:.3g} %" if (value := value * 100) < 99.95 else "100 %"
    if unit == "de00":
        return f"{value:.2f}"
    if unit == "cosine":
        return f"{value:.3f}"
    if unit == "count":
        return f"{value:.6g}"
    if unit == "px":
        return f"{value:.6g} px"
    if unit == "bytes":
        return f"{value / 1e6:.4g} MB" if value >= 1e5 else f"{value:.6g} bytes"
    return f"{value:.4g} {unit}"


def describe_limit(limit: Limit, unit: str) -> str:
    """A limit in words: ``2.00``, ``at least 5 %``, ``at most 40 %``, ``5 % to 40 %``."""
    if limit.min is not None and limit.max is not None:
        return f"{describe(limit.min, unit)} to {describe(limit.max, unit)}"
    if limit.min is not None:
        return f"at least {describe(limit.min, unit)}"
    if limit.max is None:
        return "none"
    return f"at most {describe(limit.max, unit)}" if unit == "share" else describe(limit.max, unit)


def judge_all(
    measured: Iterable[Measurement], failures: Iterable[Failure], broken: Iterable[Broken], brand: Brand
) -> tuple[Finding, ...]:
    """Judge every measurement; a check that failed or could not be loaded becomes an ``error`` finding."""
    findings = [
        judge(
            m,
            brand.limit(m.check, m.metric.name, m.swatch, m.basis),
            review=brand.reviews(m.check, m.metric.name),
        )
        for m in measured
    ]
    findings += [_fault(f.check, f"the check stopped with {f.why}") for f in failures]
    findings += [_fault(b.id, f"{b.where}: the check cannot be loaded: {b.why}") for b in broken]
    return tuple(findings)


def _fault(check: str, message: str) -> Finding:
    remedy = "Mend or remove the check, then run again."
    return Finding(check, "", None, "", None, "error", message, remedy)


def not_run(check: str, *, required: bool) -> Finding:
    """The finding for a check that the brand asks for and that is not installed or was left out."""
    wants = "requires it" if required else "sets limits for it"
    message = f"the check '{check}' did not run, though the brand {wants}: not installed, or left out"
    remedy = f"Install or run '{check}', or take it out of the brand file if the name is wrong."
    return Finding(check, "", None, "", None, "not_evaluated", message, remedy)


def decide(findings: Sequence[Finding], required: Sequence[str]) -> Verdict:
    """One verdict from all findings.

    ``failed`` where any finding failed; ``passed`` where findings were judged, none warned or ended in
    an error, and every check that the brand requires judged something; ``needs_review`` otherwise.

    Raises:
        CheckError: nothing at all was measured, which is never a pass.
    """
    if all(f.value is None and f.outcome != "error" for f in findings):
        raise CheckError("nothing was measured: no check found anything in the clip that it could measure")
    if any(f.outcome == "failed" for f in findings):
        return Verdict.FAILED
    judged = {f.check for f in findings if f.outcome in ("passed", "warned", "waived")}
    doubtful = any(f.outcome in ("warned", "error") for f in findings)
    if doubtful or not judged or not set(required) <= judged:
        return Verdict.NEEDS_REVIEW
    return Verdict.PASSED

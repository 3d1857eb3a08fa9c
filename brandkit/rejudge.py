"""Judge a report again by other limits, from what was measured: no frame is decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from brandkit import gate
from brandkit.check import Metric, discover

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.report.report import Report


def known_metrics() -> Mapping[tuple[str, str], Metric]:
    """The metrics of all installed checks, by check and name."""
    return {(name, m.name): m for name, check in discover().checks.items() for m in check.metrics}


def rejudged(report: Report, brand: Brand, metrics: Mapping[tuple[str, str], Metric] | None = None) -> Report:
    """The report as it would be by a brand with other limits.

    Only what a limit decides is judged anew: tolerances, shares, limits of logos and checks, what is required
    and what goes to review. What changes a measurement itself (a swatch's HEX, capture or finish, a new
    swatch, a logo's artwork, references) needs the pictures: ``remeasured`` tells. A finding of a check that
    is not installed stays as it was.

    Args:
        report: as it was.
        brand: with the limits.
        metrics: of the installed checks, to read them once for many reports.
    """
    known = known_metrics() if metrics is None else metrics
    findings = tuple(_finding(finding, brand, known) for finding in report.findings)
    return replace(report, findings=findings, verdict=gate.decide(findings, brand.required))


def remeasured(before: Brand, after: Brand) -> tuple[str, ...]:
    """What differs between two brands so that pictures would have to be measured again, one phrase each."""
    old = {swatch.name: swatch for swatch in before.swatches}
    new = {swatch.name: swatch for swatch in after.swatches}
    said = [f"{name} is new" for name in new if name not in old]
    said += [f"{name} is gone" for name in old if name not in new]
    said += [
        f"{name}: {what} was {getattr(old[name], what)}, is {getattr(new[name], what)}"
        for name in old
        if name in new
        for what in ("hex", "capture", "finish")
        if getattr(old[name], what) != getattr(new[name], what)
    ]
    then, now = _measured_by(before), _measured_by(after)
    return (*said, *(f"{what} changed" for what in then if then[what] != now[what]))


def _measured_by(brand: Brand) -> dict[str, object]:
    """What else in a brand decides what is measured, by what people call it."""
    return {
        "forbidden colours": [(f.name, f.hex, f.tolerance) for f in brand.forbidden],
        "logos": [(logo.name, logo.files) for logo in brand.logos],
        "style": brand.style,
        "background": brand.background,
        "pairs": brand.pairs,
        "proportions": None if brand.proportions is None else brand.proportions.parts,
    }


def _finding(finding: gate.Finding, brand: Brand, known: Mapping[tuple[str, str], Metric]) -> gate.Finding:
    metric = known.get((finding.check, finding.metric))
    if metric is None:
        return finding
    limit = brand.limit(finding.check, finding.metric, finding.swatch, finding.basis)
    return gate.judge_again(finding, metric, limit, review=brand.reviews(finding.check, finding.metric))

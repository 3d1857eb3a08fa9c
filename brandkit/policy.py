"""A pipeline's own rules on top of the brand's: what may fail it, what is known already, what is waived.

A policy never makes a figure better than it is: a finding that it lets pass is ``waived``, with who, why and
until when, and every report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from brandkit import gate
from brandkit.gate import Finding, Verdict

if TYPE_CHECKING:
    from brandkit.report.report import Report

ReviewAs = Literal["review", "passed", "failed"]
NOTICEABLE = 1.02
"""Factor by which a figure has to be further from its limit to count as worse: less is rounding."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Leave to be beyond a limit for a time.

    Attributes:
        check: id of the check.
        owner: who answers for it.
        reason: why.
        expires: the last day on which it holds.
        metric: of the check; all of them without.
        swatch: the colour or logo it is about; all without.
        file: pattern of paths, such as ``legacy/*.png``; a name alone holds in every folder.
    """

    check: str
    owner: str
    reason: str
    expires: date
    metric: str | None = None
    swatch: str | None = None
    file: str = "*"

    def covers(self, finding: Finding, path: PurePath) -> bool:
        """Whether it is about a finding of a file."""
        named = path.as_posix() if "/" in self.file else path.name
        return (
            self.check == finding.check
            and self.metric in (None, finding.metric)
            and self.swatch in (None, finding.swatch)
            and fnmatchcase(named, self.file)
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What failed in an earlier report, by file, check, metric and subject, with its figure."""

    figures: dict[tuple[str, str, str, str | None], float]

    def figure(self, finding: Finding, path: PurePath) -> float | None:
        """The earlier figure of the same matter, if it failed then."""
        return self.figures.get((path.as_posix(), finding.check, finding.metric, finding.swatch))


@dataclass(frozen=True, slots=True)
class Policy:
    """A pipeline's rules.

    Attributes:
        fail_on: ``check`` or ``check.metric`` that may fail a run; others that fail go to a person instead.
            Any may without.
        waivers: leave that was given.
        known: what failed before.
        today: the day on which waivers are looked at.
        review_as: what a verdict of ``needs_review`` counts as, in the exit status.
    """

    fail_on: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    known: Known | None = None
    today: date = date.min
    review_as: ReviewAs = "review"

    @property
    def changes_nothing(self) -> bool:
        """Whether reports stay as they are."""
        return not (self.fail_on or self.waivers or self.known)

    @property
    def expired(self) -> tuple[Waiver, ...]:
        """Waivers that hold no longer."""
        return tuple(waiver for waiver in self.waivers if waiver.expires < self.today)

    def applied(self, report: Report, required: Sequence[str]) -> Report:
        """A report by these rules: the same figures, some of their outcomes, and the verdict, changed.

        Args:
            report: by the brand alone.
            required: checks without which there is no pass.
        """
        if self.changes_nothing:
            return report
        path = PurePath(report.source.path)
        findings = tuple(self._judged(finding, path) for finding in report.findings)
        return replace(report, findings=findings, verdict=gate.decide(findings, required))

    def verdict(self, verdict: Verdict) -> Verdict:
        """What a verdict counts as."""
        if verdict is Verdict.NEEDS_REVIEW and self.review_as != "review":
            return Verdict(self.review_as)
        return verdict

    def _judged(self, finding: Finding, path: PurePath) -> Finding:
        if finding.outcome not in ("failed", "warned"):
            return finding
        for waiver in self.waivers:
            if waiver.covers(finding, path) and waiver.expires >= self.today:
                said = f"waived until {waiver.expires.isoformat()} by {waiver.owner}: {waiver.reason}"
                return _waived(finding, said)
        before = None if self.known is None else self.known.figure(finding, path)
        if before is not None and finding.value is not None and not further(before, finding):
            shown = gate.describe(before, finding.unit)
            return _waived(finding, f"waived, as it is no worse than in the baseline ({shown})")
        if finding.outcome == "failed" and self.fail_on and not self._may_fail(finding):
            said = "this pipeline leaves it to a person"
            return replace(finding, outcome="warned", message=f"{finding.message}; {said}")
        return finding

    def _may_fail(self, finding: Finding) -> bool:
        return finding.check in self.fail_on or f"{finding.check}.{finding.metric}" in self.fail_on


def further(before: float, finding: Finding) -> bool:
    """Whether a figure is noticeably further beyond its limit than it was before."""
    limit, now = finding.limit, finding.value
    if now is None or limit is None:
        return True
    slack = (NOTICEABLE - 1) * abs(before)
    if limit.min is not None and now < limit.min:
        return now < before - slack
    return now > before + slack


def _waived(finding: Finding, said: str) -> Finding:
    return replace(finding, outcome="waived", message=f"{finding.message}; {said}", remedy=None)

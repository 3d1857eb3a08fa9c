"""One attempt of the verify loop: generate, write, check, correct what a LUT can, check what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from brandkit import batch, loop, media
from brandkit.errors import CorrectionError
from brandkit.gate import Finding, Verdict
from brandkit.generate.recipe import Try, TryOutcome
from brandkit.generate.request import Generator, Request, Step
from brandkit.generate.request import unwatched as unwatched_step
from brandkit.report.run import Corrected, Entry

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.credentials.identity import Identity
    from brandkit.generate.made import Made
    from brandkit.report.report import Report

_SEVERITY = {Verdict.PASSED: 0, Verdict.NEEDS_REVIEW: 1, Verdict.FAILED: 2}


@dataclass(frozen=True, slots=True)
class Budget:
    """When to stop.

    Attributes:
        attempts: for each picture, at least 1.
        seconds: for each picture; an attempt that has begun is finished. Any number without.
    """

    attempts: int = 4
    seconds: float | None = None


class Watch(Protocol):
    """Told what goes on, for a progress bar."""

    def __call__(self, name: str, attempt: int, attempts: int) -> Step:
        """An attempt begins: what to tell of its steps."""
        ...


def unwatched(name: str, attempt: int, attempts: int) -> Step:
    """A ``Watch`` that shows nothing."""
    return unwatched_step


Tell = Callable[[str, Try], None]
"""Told of each attempt that is done, and of which picture it was."""


def untold(name: str, done: Try) -> None:
    """A ``Tell`` that says nothing."""


@dataclass(frozen=True, slots=True)
class Task:
    """What all pictures of a call share.

    Attributes:
        brand: to judge by.
        generator: that makes them.
        out: folder for the results.
        budget: for each.
        checks: ids of the checks to judge by; all that are installed if ``None``.
        opened: what the generator was opened with, for the recipe; nothing of ``builtin``.
        timestamp: whether recipes and reports say when they were made.
        watch: for progress bars.
        tell: for who looks at attempts as they come.
        identity: who signs the content credentials of what is kept; nobody if ``None``.
    """

    brand: Brand
    generator: Generator
    out: Path
    budget: Budget = Budget()
    checks: tuple[str, ...] | None = None
    opened: Mapping[str, str] = field(default_factory=dict)
    timestamp: bool = True
    watch: Watch = unwatched
    tell: Tell = untold
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that gave a picture."""

    file: Path
    entry: Entry
    report: Report
    corrections: tuple[str, ...]
    made: Made


def attempt_at(task: Task, request: Request, folder: Path, number: int, step: Step) -> Attempt:
    """Generate, write, check, correct what a LUT can, and check what was written."""
    made = task.generator.generate(request, task.brand, step)
    still = made.source.kind == "image"
    path = folder / f"{folder.name}-try-{number}{'.png' if still else '.mkv'}"
    media.write(path, made.batches(loop.BATCH), made.source, codec="ffv1")
    clip = loop.open_clip(path, task.brand)
    before = loop.check(clip, task.brand, checks=task.checks, anchor=request.anchor, timestamp=task.timestamp)
    found = loop.Correction(clip, clip, (), before, before, clip)
    why = ""
    if not before.passed and any(
        f.correctable and f.outcome in ("failed", "warned") for f in before.findings
    ):
        try:
            found = loop.correct(
                clip,
                task.brand,
                before=before,
                checks=task.checks,
                anchor=request.anchor,
                timestamp=task.timestamp,
            )
        except CorrectionError as error:
            why = str(error)
    delivered = path.with_suffix(".corrected.png" if still else ".corrected.mp4")
    if not found.changed and still:
        return Attempt(path, Entry(before), before, (), made)
    how = batch.Settings(checks=task.checks, anchor=request.anchor, timestamp=task.timestamp)
    try:
        _, after = batch.write_and_check(found, task.brand, delivered, how)
    except CorrectionError as error:
        found, why = loop.Correction(clip, clip, (), before, before, clip), str(error)
        if still:
            return Attempt(path, Entry(before, corrected=Corrected(None, why)), before, (), made)
        _, after = batch.write_and_check(found, task.brand, delivered, how)
    notes = dict.fromkeys(note for grade in found.grades for note in grade.lut.notes)
    corrections = (*notes, *(remedy.sentence for remedy in found.light))
    shown = Corrected(
        after, "; ".join(corrections) or why or "nothing was corrected", (("result", delivered),)
    )
    return Attempt(delivered, Entry(before, corrected=shown), after, corrections, made)


def outcome_of(attempt: Attempt) -> TryOutcome:
    """What became of an attempt, for its recipe."""
    if attempt.report.verdict is Verdict.PASSED:
        return "corrected" if attempt.corrections else "passed"
    return "needs_review" if attempt.report.verdict is Verdict.NEEDS_REVIEW else "failed"


def wrong(report: Report) -> list[str]:
    """What failed or is to be looked at, a sentence each; empty of what passed."""
    said = [f.message for f in report.findings if f.outcome in ("failed", "warned", "error")]
    if not said and not report.passed:
        said = ["a check that the brand requires could not judge"]
    return said


def badness(report: Report) -> tuple[int, int, float]:
    """How far a report is from passing: by verdict, by how many findings, and by how much they exceed."""
    wrong = [f for f in report.findings if f.outcome in ("failed", "warned", "error")]
    return _SEVERITY[report.verdict], len(wrong), sum(_excess(f) for f in wrong)


def _excess(finding: Finding) -> float:
    """By what part of its limit a number is beyond it; 1 where that cannot be told."""
    limit, value = finding.limit, finding.value
    if limit is None or value is None:
        return 1.0
    if limit.max is not None and value > limit.max:
        return (value - limit.max) / max(limit.max, 1e-6)
    if limit.min is not None and value < limit.min:
        return (limit.min - value) / max(abs(limit.min), 1e-6)
    return 0.0

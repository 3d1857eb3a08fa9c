"""What is marked in a clip, and where: frames that something was found in, and what was found.

Editors have one mark for each frame, and drop a second one in silence; so what begins on the same frame of a
clip is one mark, named by the worst of it and saying all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from brandkit.gate import Finding, Outcome
from brandkit.report import words
from brandkit.report.report import Report

MARKED: tuple[Outcome, ...] = ("failed", "error", "warned", "waived")
"""What gets a mark, the worst first."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What begins on one frame.

    Attributes:
        start: the frame, counted from the clip's first.
        length: frames that the longest of it lasts, at least 1.
        name: check, metric and swatch of the worst, and how many others there are.
        lines: a sentence of each finding and its remedy, the worst first.
        outcome: the worst.
    """

    start: int
    length: int
    name: str
    lines: tuple[str, ...]
    outcome: Outcome

    def at(self, own: Fraction, rate: Fraction, frames: int) -> tuple[int, int]:
        """Where it starts and how long it is, in frames of another rate, of a clip of ``frames`` of those."""
        start = min(floor(self.start / own * rate), frames - 1)
        end = min(ceil((self.start + self.length) / own * rate), frames)
        return start, max(1, end - start)


def of(report: Report, frames: int, rate: Fraction, moments: Sequence[Fraction] | None) -> tuple[Mark, ...]:
    """The marks of a clip, in the order of their frames.

    Args:
        report: what was found.
        frames: of the clip, at an even pace; what lies beyond is marked on the last one.
        rate: in Hz.
        moments: when each frame is shown, where that is not at an even pace.
    """
    found: dict[int, list[tuple[int, Finding | str]]] = {}
    if (doubt := words.doubt(report)) is not None:
        found[0] = [(1, f"To review: {doubt}.")]
    for finding in sorted(
        (f for f in report.findings if f.outcome in MARKED), key=lambda f: MARKED.index(f.outcome)
    ):
        for first, last in finding.frames or ((0, 0),):
            start = min(_shown(first, rate, moments), frames - 1)
            end = min(_shown(last + 1, rate, moments), frames)
            found.setdefault(start, []).append((max(1, end - start), finding))
    return tuple(_mark(start, found[start]) for start in sorted(found))


def _shown(frame: int, rate: Fraction, moments: Sequence[Fraction] | None) -> int:
    """On which frame of an even pace a frame is seen first."""
    if moments is None or frame < 0:
        return max(0, frame)
    if frame < len(moments):
        return round(moments[frame] * rate)
    return round(moments[-1] * rate) + 1 + frame - len(moments)


def _mark(start: int, found: Sequence[tuple[int, Finding | str]]) -> Mark:
    findings = [finding for _, finding in found if isinstance(finding, Finding)]
    worst = findings[0] if findings else None
    name = "brandkit" if worst is None else _name(worst)
    if len(found) > 1:
        name += f" (+{len(found) - 1})"
    lines = tuple(line if isinstance(line, str) else _line(line) for _, line in found)
    outcome: Outcome = "warned" if worst is None else worst.outcome
    return Mark(start, max(length for length, _ in found), name, lines, outcome)


def _name(finding: Finding) -> str:
    number = ".".join(filter(None, (finding.check, finding.metric)))
    return words.printable(" ".join(filter(None, (number, finding.swatch))))


def _line(finding: Finding) -> str:
    """``Failed: …`` and the remedy. A word leads: a line of an EDL must not begin with a digit."""
    outcome = words.OUTCOMES[finding.outcome].capitalize()
    remedy = f" {words.printable(finding.remedy)}" if finding.remedy else ""
    return f"{outcome}: {words.sentence(words.said(finding))}{remedy}"


def together(marks: Sequence[Mark]) -> Mark:
    """Marks of one frame as one: the worst one's name, and what all of them say."""
    ranked = sorted(marks, key=lambda mark: MARKED.index(mark.outcome))
    lines = tuple(line for mark in ranked for line in mark.lines)
    return replace(ranked[0], lines=lines)

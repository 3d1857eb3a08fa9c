"""The clips of a run one after the other, with a mark where something was found: what editors open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from brandkit.errors import MediaError
from brandkit.gate import Finding
from brandkit.media.clip import Source
from brandkit.report import marks, rates, words
from brandkit.report.marks import Mark, together
from brandkit.report.report import Report
from brandkit.report.run import Run

STILL_S = 1
"""For how long a still stands."""
_USUAL_RATE = Fraction(25)
"""In Hz, of a timeline of stills only."""


@dataclass(frozen=True, slots=True)
class Stills:
    """Numbered stills without a gap.

    Attributes:
        prefix: of their names, in front of the number.
        suffix: behind it.
        digits: of the number, at least.
        first: number.
    """

    prefix: str
    suffix: str
    digits: int
    first: int


@dataclass(frozen=True, slots=True)
class Strip:
    """A clip on the track.

    Attributes:
        name: of the file, on one line.
        path: where it lies, absolute; of numbered stills the first.
        stills: how numbered stills are called, where no number is missing; ``None`` for one file.
        still: whether it is a picture, which stands for ``STILL_S``.
        rate: in Hz, the clip's own.
        begin: frame that the file's own timecode has for the first one; 0 where it states none.
        drop: whether that timecode leaves numbers out.
        frames: at that rate.
        width: pixels.
        height: pixels.
        report: what was found.
        marks: where, in the order of their frames.
    """

    name: str
    path: Path
    stills: Stills | None
    still: bool
    rate: Fraction
    begin: int
    drop: bool
    frames: int
    width: int
    height: int
    report: Report
    marks: tuple[Mark, ...]

    @property
    def url(self) -> str:
        """The file, as ``file:///…``."""
        return self.path.as_uri()


@dataclass(frozen=True, slots=True)
class Timeline:
    """A track of clips without gaps.

    Attributes:
        rate: in Hz, of all positions: that of the first clip that moves, if editors have it.
        strips: the clips.
        remarks: what else is to be said of the run, one line each.
    """

    rate: Fraction
    strips: tuple[Strip, ...]
    remarks: tuple[str, ...]

    @property
    def lengths(self) -> list[int]:
        """Of each clip, in frames of the timeline."""
        return [max(1, round(strip.frames / strip.rate * self.rate)) for strip in self.strips]

    @property
    def starts(self) -> list[int]:
        """Of each clip, in frames of the timeline from its own start."""
        return list(accumulate(self.lengths[:-1], initial=0)) if self.strips else []

    @property
    def size(self) -> tuple[int, int]:
        """Width and height: of the first clip that moves, else of the first."""
        first = min(self.strips, key=lambda strip: strip.still, default=None)
        return (1920, 1080) if first is None else (first.width, first.height)


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark on the timeline, in its frames from its own start.

    Attributes:
        start: frame.
        length: frames.
        name: the mark's, behind the clip's where there are several clips.
        mark: what was found.
    """

    start: int
    length: int
    name: str
    mark: Mark


def placed(timeline: Timeline) -> list[Placed]:
    """Every mark of a timeline, in order; of those that fall on one of its frames, all in one."""
    found: list[Placed] = []
    several = len(timeline.strips) > 1
    for begin, frames, strip in zip(timeline.starts, timeline.lengths, timeline.strips, strict=True):
        at: dict[int, tuple[int, list[Mark]]] = {}
        for mark in strip.marks:
            start, length = mark.at(strip.rate, timeline.rate, frames)
            longest, here = at.get(start, (0, []))
            at[start] = max(longest, length), [*here, mark]
        for start, (length, here) in at.items():
            mark = together(here)
            name = f"{strip.name}: {mark.name}" if several else mark.name
            found.append(Placed(begin + start, length, name, mark))
    return found


def lay_out(run: Run) -> Timeline:
    """The inputs of a run as a timeline; a corrected one is shown as it was written."""
    reports = [words.final(entry) for entry in run.entries]
    moving = next((r.source.fps for r in reports if r.source.kind != "image" and r.source.fps), None)
    rate = rates.standard(moving or _USUAL_RATE)
    remarks = [f"unreadable: {words.printable(fault.message)}" for fault in run.unreadable]
    return Timeline(rate, tuple(_strip(report, rate) for report in reports), tuple(remarks))


def _strip(report: Report, rate: Fraction) -> Strip:
    source = report.source
    path, stills = _place(source)
    still = source.kind == "image"
    own = rate if still else rates.exact(source.fps or rate)
    moments = _moments(source, path)
    frames = round(STILL_S * rate) if still else _length(source, own, moments, report.findings)
    begin, drop = _begin(source, path, own)
    return Strip(
        name=words.printable(source.path.name),
        path=path,
        stills=stills,
        still=still,
        rate=own,
        begin=begin,
        drop=drop,
        frames=frames,
        width=source.width,
        height=source.height,
        report=report,
        marks=marks.of(report, frames, own, moments),
    )


def _place(source: Source) -> tuple[Path, Stills | None]:
    """The file, or the first of numbered stills and how they are called."""
    path = source.path.absolute()
    if source.kind != "sequence":
        return path, None
    from brandkit.media.inputs import around_number, numbered
    from brandkit.media.sequence_writer import DEFAULT_NAME

    pattern = path / DEFAULT_NAME if path.is_dir() else path
    try:
        prefix, digits, suffix = around_number(pattern)
        files = numbered(pattern)
    except MediaError:  # they went away since
        return path, None
    numbers = list(files)
    whole = numbers[-1] - numbers[0] + 1 == len(numbers)
    return files[numbers[0]], Stills(prefix, suffix, digits or 1, numbers[0]) if whole else None


def _moments(source: Source, path: Path) -> Sequence[Fraction] | None:
    """When each frame is shown, where that is not at an even pace."""
    if source.kind != "video" or not source.fps:
        return None
    from brandkit.media.moments import uneven

    return uneven(path, source.fps)


def _begin(source: Source, path: Path, rate: Fraction) -> tuple[int, bool]:
    """The first frame by the file's own timecode, by which editors count, and whether that drops numbers."""
    if source.kind != "video":
        return 0, False
    from brandkit.media.moments import timecode

    code = timecode(path)
    first = None if code is None else rates.frame_at(code, rate)
    return (0, False) if code is None or first is None else (first, ";" in code)


def _length(
    source: Source, rate: Fraction, moments: Sequence[Fraction] | None, findings: Iterable[Finding]
) -> int:
    """Frames of a clip at an even pace; where the file states none, as many as something was found in."""
    if moments is not None and source.duration:
        return max(1, round(max(Fraction(source.duration), moments[-1]) * rate))
    if source.frames:
        return source.frames
    if source.duration:
        return max(1, round(Fraction(source.duration) * rate))
    return 1 + max((last for f in findings for _, last in f.frames), default=0)

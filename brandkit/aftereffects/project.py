"""What an After Effects project of a corrected clip consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from brandkit.grade import ShotGrades
from brandkit.media.clip import Source
from brandkit.report import Entry, Report, Run
from brandkit.report.marks import Mark
from brandkit.report.timeline import Strip, lay_out

Label = str
"""What the files of a grade begin with; see ``brandkit.parts.labels``."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A layer of the original that gets a LUT.

    Attributes:
        label: what its files begin with.
        first: frame.
        last: frame.
        rise: from which frame on it applies in full.
        start: how much of it applies on the first frame, in percent.
        masked: whether it applies through a matte.
        moves: what it is there for, one line each.
    """

    label: Label
    first: int
    last: int
    rise: int
    start: float
    masked: bool
    moves: tuple[str, ...]

    @property
    def lut(self) -> str:
        """Name of its LUT file."""
        return f"{self.label}.cube"


@dataclass(frozen=True, slots=True)
class Project:
    """A composition of a clip's size and rate, with its markers, and the layers that lead to it.

    Attributes:
        name: of the composition.
        clip: the corrected file's name in the folder; of numbered stills, the folder's and the first's.
        original: the file that was corrected, absolute.
        strip: size, rate, length and marks.
        sequence: whether the clip is numbered stills.
        grades: in the order of the shots.
        matte_ending: of matte files.
    """

    name: str
    clip: str
    original: Path
    strip: Strip
    sequence: bool
    grades: tuple[Graded, ...]
    matte_ending: str

    @property
    def rate(self) -> Fraction:
        """Frames a second."""
        return self.strip.rate

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What the corrected clip still lacks."""
        return self.strip.marks

    def matte(self, graded: Graded) -> str | None:
        """Name of a layer's matte file."""
        return f"{graded.label}.matte{self.matte_ending}" if graded.masked else None


def project(
    name: str,
    original: Source,
    corrected: Report,
    shots: Sequence[ShotGrades] = (),
    labels: Sequence[Sequence[Label]] = (),
) -> Project:
    """Plan a project.

    Args:
        name: of the composition.
        original: the clip as it was.
        corrected: the report on what was written.
        shots: what was applied.
        labels: of their grades, shot by shot.
    """
    source = corrected.source
    strip, before = (
        lay_out(Run((Entry(report),))).strips[0] for report in (corrected, _bare(corrected, original))
    )
    sequence = source.kind == "sequence"
    clip = f"{source.path.name}/{strip.path.name}" if sequence else source.path.name
    grades = tuple(
        _graded(label, shot, k, strip.frames)
        for names, shot in zip(labels, shots, strict=True)
        for k, label in enumerate(names)
    )
    ending = ".png" if original.kind == "image" else ".mov"
    return Project(name, clip, before.path, strip, sequence, grades, ending)


def _bare(report: Report, source: Source) -> Report:
    return Report(source, report.brand, report.verdict, (), report.settings)


def _graded(label: Label, shot: ShotGrades, number: int, frames: int) -> Graded:
    grade = shot.grades[number]
    last = frames - 1 if shot.last is None else min(shot.last, frames - 1)
    rise = shot.first if shot.fade is None else shot.fade.rise
    moves = tuple(f"{shift.swatch}: {shift.source} to {shift.target}" for shift in grade.shifts)
    start = 100 * shot.weight(shot.first)
    return Graded(label, shot.first, last, rise, start, grade.where is not None, moves)

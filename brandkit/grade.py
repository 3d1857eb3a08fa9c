"""A correction as it is applied: a LUT, and where in the frame; and a clip seen through several of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import torch

from brandkit.colour.lut import Lut
from brandkit.media.clip import Clip, Frames, Source

LEVELS = 255
"""Steps of a matte: as its 8-bit file holds it, so that whoever applies the file gets the same picture."""


class Where(Protocol):
    """Says where a correction applies."""

    def start(self, device: torch.device | str) -> Masking:
        """Get ready for the frames of one pass, in order."""
        ...


class Masking(Protocol):
    """Gives the matte of one frame after the other."""

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """The matte of a frame ``uint8`` ``[3, H, W]``: ``float32`` ``[H, W]``, 0 to 1, on its device."""
        ...


@dataclass(frozen=True, slots=True)
class Shift:
    """What a grade is there for.

    Attributes:
        swatch: name of the brand colour.
        source: ``#RRGGBB`` as it is rendered.
        target: ``#RRGGBB`` as the brand asks for it.
        drift: CIEDE2000 from one to the other, or to any shading of it.
        share: of the shot's pixels, 0 to 1.
    """

    swatch: str
    source: str
    target: str
    drift: float
    share: float


@dataclass(frozen=True, slots=True)
class Grade:
    """One LUT, and where it applies.

    Attributes:
        lut: what it does to a colour.
        shifts: what it is there for.
        where: the part of the frame; ``None`` for all of it.
    """

    lut: Lut
    shifts: tuple[Shift, ...]
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class ShotGrades:
    """The grades of one shot.

    Attributes:
        first: index of its first frame.
        last: index of its last one; ``None`` for the clip's.
        grades: at least one.
    """

    first: int
    last: int | None
    grades: tuple[Grade, ...]

    @property
    def whole(self) -> bool:
        """Whether the shot is all of the clip."""
        return self.first == 0 and self.last is None

    def __contains__(self, frame: int) -> bool:
        return self.first <= frame and (self.last is None or frame <= self.last)


class Grading:
    """Grades at work on the frames of one pass."""

    def __init__(self, grades: tuple[Grade, ...], device: torch.device | str = "cpu") -> None:
        self._grades = grades
        self._tables = [grade.lut.table(device) for grade in grades]
        self._masks = [None if grade.where is None else grade.where.start(device) for grade in grades]

    def mattes(self, pixels: torch.Tensor) -> list[torch.Tensor | None]:
        """The matte of each grade in the next frame ``uint8`` ``[3, H, W]``, in whole ``LEVELS``.

        Where several lie over each other they share the pixel, so that none moves it twice.
        """
        found = [None if mask is None else mask(pixels) for mask in self._masks]
        soft = [matte for matte in found if matte is not None]
        total = torch.stack(soft).sum(0).clamp_min(1) if len(soft) > 1 else None
        return [
            None if matte is None else ((matte if total is None else matte / total) * LEVELS).round() / LEVELS
            for matte in found
        ]

    def __call__(self, frames: Frames) -> Frames:
        """The batch that comes next, corrected."""
        mattes = [self.mattes(frame) for frame in frames.pixels]
        if frames.deep is None:
            return replace(frames, pixels=self._shallow(frames.pixels, mattes))
        deep = self._deep(frames.deep, mattes)
        return replace(frames, pixels=deep.round().to(torch.uint8), deep=deep)

    def _shallow(self, pixels: torch.Tensor, mattes: list[list[torch.Tensor | None]]) -> torch.Tensor:
        whole = all(mask is None for mask in self._masks)
        if whole and len(self._tables) == 1:
            return self._tables[0](pixels)
        moved = torch.zeros(pixels.shape, dtype=torch.float32, device=pixels.device)
        for k, table in enumerate(self._tables):
            step = table(pixels).float() - pixels
            for frame, own in enumerate(mattes):
                matte = own[k]
                moved[frame] += step[frame] if matte is None else matte * step[frame]
        # Half a code is rounded away from the picture as it was, as other tools do.
        return (pixels + moved).add_(0.5).floor_().clamp_(0, 255).to(torch.uint8)

    def _deep(self, codes: torch.Tensor, mattes: list[list[torch.Tensor | None]]) -> torch.Tensor:
        moved = torch.zeros_like(codes)
        for k, grade in enumerate(self._grades):
            step = grade.lut.deep(codes) - codes
            for frame, own in enumerate(mattes):
                matte = own[k]
                moved[frame] += step[frame] if matte is None else matte * step[frame]
        return (codes + moved).clamp_(0, 255)


class GradedClip:
    """A clip seen through grades: the same frames, corrected."""

    def __init__(self, clip: Clip, shots: tuple[ShotGrades, ...]) -> None:
        self._clip = clip
        self._shots = shots
        self._starts = sorted({start for shot in shots for start in _borders(shot)})

    @property
    def source(self) -> Source:
        """Facts about the clip that is corrected."""
        return self._clip.source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode and correct, as ``Clip.batches``."""
        shot: ShotGrades | None = None
        grading: Grading | None = None
        for frames in self._clip.batches(size, device):
            parts = []
            for part in frames.split_at(self._starts):
                now = next((shot for shot in self._shots if part.first in shot), None)
                if now is not shot:
                    shot, grading = now, None if now is None else Grading(now.grades, device)
                parts.append(part if grading is None else grading(part))
            yield joined(parts)


def joined(parts: list[Frames]) -> Frames:
    """Batches that follow each other as one."""
    if len(parts) == 1:
        return parts[0]
    deep = [part.deep for part in parts if part.deep is not None]
    return Frames(
        torch.cat([part.pixels for part in parts]),
        parts[0].first,
        tuple(second for part in parts for second in part.seconds),
        torch.cat(deep) if deep else None,
    )


def _borders(shot: ShotGrades) -> tuple[int, ...]:
    return (shot.first,) if shot.last is None else (shot.first, shot.last + 1)

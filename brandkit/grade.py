"""A correction as it is applied: a LUT, and where in the frame; and a clip seen through several of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch

from brandkit.colour.lut import Lut
from brandkit.media.clip import Clip, Frames, Source
from brandkit.media.host import on_cpu
from brandkit.where import Where

Rounding = Callable[[torch.Tensor], torch.Tensor]
"""From codes with fractions, ``float32`` ``[T, 3, H, W]``, 0 to 255, to ``uint8``."""

Mattes = Sequence[torch.Tensor]
"""Of each frame of a batch, ``float32`` ``[H, W]``, 0 to 1."""

LEVELS = 255
"""Steps of a matte: as its 8-bit file holds it, so that whoever applies the file gets the same picture."""


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
class Fade:
    """That grades come in and give way gradually, as those of a drift that moves do.

    They apply in full from frame ``rise`` to frame ``fall``; from the first frame to ``rise`` ever more, and
    from ``fall`` to the last one ever less, along straight lines that reach zero a frame beyond.
    """

    rise: int
    fall: int


@dataclass(frozen=True, slots=True)
class ShotGrades:
    """The grades of one shot, or of a part of it.

    Attributes:
        first: index of its first frame.
        last: index of its last one; ``None`` for the clip's.
        grades: at least one.
        fade: how they come and go where those of the parts of a shot follow each other; ``None`` where they
            apply in full throughout.
    """

    first: int
    last: int | None
    grades: tuple[Grade, ...]
    fade: Fade | None = None

    @property
    def whole(self) -> bool:
        """Whether the shot is all of the clip."""
        return self.first == 0 and self.last is None and self.fade is None

    def weight(self, frame: int) -> float:
        """How much of the grades a frame gets, 0 to 1."""
        if frame not in self:
            return 0.0
        if self.fade is None or self.fade.rise <= frame <= self.fade.fall:
            return 1.0
        if frame < self.fade.rise:
            return (frame - self.first + 1) / (self.fade.rise - self.first + 1)
        assert self.last is not None
        return (self.last + 1 - frame) / (self.last + 1 - self.fade.fall)

    def __contains__(self, frame: int) -> bool:
        return self.first <= frame and (self.last is None or frame <= self.last)


class Grading:
    """Grades at work on the frames of one pass."""

    def __init__(self, grades: tuple[Grade, ...], device: torch.device | str = "cpu") -> None:
        self._grades = grades
        self._tables = [grade.lut.table(device) for grade in grades]
        # Where a region lies is OpenCV's to say, on the processor, wherever the frames are.
        self._masks = [None if grade.where is None else grade.where.start("cpu") for grade in grades]

    def mattes(self, pixels: torch.Tensor) -> list[torch.Tensor | None]:
        """The matte of each grade in the next frame ``uint8`` ``[3, H, W]`` on the CPU, in whole ``LEVELS``.

        Where several lie over each other they share the pixel, so that none moves it twice.
        """
        found = [None if mask is None else mask(pixels) for mask in self._masks]
        soft = [matte for matte in found if matte is not None]
        total = torch.stack(soft).sum(0).clamp_min(1) if len(soft) > 1 else None
        return [
            None if matte is None else ((matte if total is None else matte / total) * LEVELS).round() / LEVELS
            for matte in found
        ]

    def _mattes_of(self, frames: Frames) -> list[Mattes | None]:
        """Of each grade, its matte in each frame, where the frames are; ``None`` where it applies to all."""
        if all(mask is None for mask in self._masks):
            return [None] * len(self._masks)
        each = zip(*(self.mattes(frame) for frame in on_cpu(frames).pixels), strict=True)
        found = ([matte for matte in own if matte is not None] for own in each)
        return [_moved(own, frames.device) if own else None for own in found]

    def __call__(self, frames: Frames) -> Frames:
        """The batch that comes next, corrected."""
        if frames.deep is not None:
            deep = self.exact(frames)
            return frames.with_pixels(deep.round().to(torch.uint8), deep)
        mattes = self._mattes_of(frames)
        return frames.with_pixels(self._shallow(frames.pixels, mattes))

    def exact(self, frames: Frames) -> torch.Tensor:
        """The batch that comes next, corrected and not rounded: ``float32`` ``[T, 3, H, W]``, 0 to 255."""
        mattes = self._mattes_of(frames)
        codes = frames.pixels.float() if frames.deep is None else frames.deep
        steps = (grade.lut.deep(codes) - codes for grade in self._grades)
        return (codes + _through(mattes, steps, codes)).clamp_(0, 255)

    def _shallow(self, pixels: torch.Tensor, mattes: list[Mattes | None]) -> torch.Tensor:
        whole = all(mask is None for mask in self._masks)
        if whole and len(self._tables) == 1:
            return self._tables[0](pixels)
        steps = (table(pixels).float() - pixels for table in self._tables)
        # Half a code is rounded away from the picture as it was, as other tools do.
        moved = pixels + _through(mattes, steps, pixels)
        return moved.add_(0.5).floor_().clamp_(0, 255).to(torch.uint8)


def _moved(mattes: Mattes, device: torch.device) -> Mattes:
    """Mattes of a batch on another device, to which they go all at once."""
    return mattes if device.type == "cpu" else torch.stack(list(mattes)).to(device).unbind()


def _through(
    mattes: list[Mattes | None], steps: Iterator[torch.Tensor], frames: torch.Tensor
) -> torch.Tensor:
    """What several grades do together: the sum of their steps, each through its own matte.

    Args:
        mattes: of each grade, in each frame.
        steps: of each grade, how it moves each frame, ``float32`` ``[T, 3, H, W]`` in codes.
        frames: a tensor of that shape, on that device.
    """
    moved = torch.zeros(frames.shape, dtype=torch.float32, device=frames.device)
    for matte, step in zip(mattes, steps, strict=True):
        for frame in range(len(frames)):
            moved[frame] += step[frame] if matte is None else matte[frame] * step[frame]
    return moved


class GradedClip:
    """A clip seen through grades: the same frames, corrected.

    Args:
        clip: what to correct.
        shots: its grades.
        rounding: how corrected frames become 8 bits, also those of a deeper clip; without, each pixel goes
            to the nearest code, and a deeper clip stays as deep.
    """

    def __init__(self, clip: Clip, shots: tuple[ShotGrades, ...], rounding: Rounding | None = None) -> None:
        self._clip = clip
        self._shots = shots
        self._rounding = rounding
        self._starts = sorted({start for shot in shots for start in _borders(shot)})

    @property
    def source(self) -> Source:
        """Facts about the clip that is corrected."""
        return self._clip.source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode and correct, as ``Clip.batches``."""
        at_work: dict[int, tuple[ShotGrades, Grading]] = {}
        for frames in self._clip.batches(size, device):
            parts = []
            for part in frames.split_at(self._starts):
                at_work = {
                    k: at_work.get(k) or (shot, Grading(shot.grades, device))
                    for k, shot in enumerate(self._shots)
                    if part.first in shot
                }
                parts.append(self._corrected(part, list(at_work.values())))
            yield joined(parts)

    def _corrected(self, frames: Frames, at_work: list[tuple[ShotGrades, Grading]]) -> Frames:
        if self._rounding is not None:
            codes = _blended(frames, at_work)
            return frames.with_pixels(self._rounding(codes))
        if not at_work:
            return frames
        if len(at_work) == 1 and at_work[0][0].fade is None:
            return at_work[0][1](frames)
        codes = _blended(frames, at_work)
        pixels = (codes + 0.5).floor_().to(torch.uint8)
        return frames.with_pixels(pixels, None if frames.deep is None else codes)


def _blended(frames: Frames, at_work: list[tuple[ShotGrades, Grading]]) -> torch.Tensor:
    """Codes corrected by all that is at work, each by its weight; the rest is the frame as it is.

    Not rounded on the way: grades that fade into each other differ by less than a code, and rounding each
    would turn the fade into steps.

    Returns:
        ``float32`` ``[T, 3, H, W]``, 0 to 255.
    """
    codes = frames.pixels.float() if frames.deep is None else frames.deep
    total = codes.clone()
    for shot, grading in at_work:
        weights = [shot.weight(frames.first + k) for k in range(len(frames))]
        step = grading.exact(frames) - codes
        total += torch.tensor(weights, device=codes.device)[:, None, None, None] * step
    return total.clamp_(0, 255)


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

"""What is kept of a pulse while a clip streams through: its strength, when it was greatest, and pictures."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping

import cv2
import numpy as np
import torch

from brandkit.colour.difference import ciede2000
from brandkit.temporal.motion import Cells
from brandkit.temporal.pulse import Hold, Pulse

Ranges = tuple[tuple[int, int], ...]
Pictures = Mapping[int, torch.Tensor]
Triple = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Reduced frames, ``uint8`` ``[3, h, w]``: before, at and after a pulse."""
Box = tuple[int, int, int, int]

PART = 5
"""Cells of a part's side: with cells of 10 pixels of about 480, a tenth of the picture."""
PART_KNOWN = 0.8
"""The share of a part's cells whose change must be known; else it counts as none."""
CHROMA = 0.5
"""How much a pulse of a* and b* counts beside one of L*. From some 4 Hz on the eye follows colour far less
than light: Kelly (1974), "Spatio-temporal frequency characteristics of color-vision mechanisms"."""
EXTENT = 0.5
"""Parts that pulse by at least this much of the worst, and lie about it, belong to it."""
_MOST_PEAKS = 8


class Record:
    """A figure frame by frame, and the frames where it is greatest.

    Attributes:
        count: frames that were measured.
    """

    def __init__(self) -> None:
        self.count = 0
        self._squares = 0.0
        self._start: int | None = None
        self._values = array("f")
        self._peaks: list[tuple[float, int, int]] = []

    def note(self, index: int, value: float, length: int = 1) -> None:
        """Add a frame's figure, which holds for ``length`` frames up to it."""
        self.count += 1
        self._squares += value * value
        self._put(index, value)
        apart = [peak for peak in self._peaks if index - peak[2] >= length]
        near = [peak for peak in self._peaks if index - peak[2] < length]
        kept = [*apart, max([*near, (value, index - length + 1, index)], key=lambda peak: peak[0])]
        self._peaks = sorted(kept, key=lambda peak: -peak[0])[:_MOST_PEAKS]

    def _put(self, index: int, value: float) -> None:
        if self._start is None:
            self._start = index
        missing = index - self._start - len(self._values)
        self._values.extend([math.nan] * missing)
        self._values.append(value)

    @property
    def value(self) -> float:
        """Root mean square over the frames that were measured."""
        return math.sqrt(self._squares / self.count) if self.count else 0.0

    @property
    def peak_frame(self) -> int | None:
        """The frame of the greatest figure."""
        return self._peaks[0][2] if self._peaks else None

    @property
    def peaks(self) -> Ranges:
        """Up to eight ranges of frames, in order: the greatest figures, down to half of the greatest."""
        if not self._peaks:
            return ()
        least = self._peaks[0][0] / 2
        return tuple(sorted((first, last) for value, first, last in self._peaks if value >= least))

    @property
    def series(self) -> tuple[float | None, ...]:
        """The figure of each frame, from frame 0 on; ``None`` where it was not measured."""
        if self._start is None:
            return ()
        known = (None if math.isnan(value) else round(value, 4) for value in self._values)
        return (*[None] * self._start, *known)

    def merge(self, later: Record) -> None:
        """Take in the record of a later part of the clip."""
        self.count += later.count
        self._squares += later._squares
        for index, value in enumerate(later._values, later._start or 0):
            if not math.isnan(value):
                self._put(index, value)
        self._peaks = sorted([*self._peaks, *later._peaks], key=lambda peak: -peak[0])[:_MOST_PEAKS]


class Course(Record):
    """Follows one colour: of the whole picture, or of a swatch's regions.

    Attributes:
        picture: the frames about the greatest pulse.
    """

    def __init__(self, reach: int) -> None:
        super().__init__()
        self.picture: Triple | None = None
        self._greatest = -1.0
        self._pulse = Pulse(reach)
        self._labs: dict[int, torch.Tensor] = {}

    def push(self, index: int, seen: tuple[torch.Tensor, torch.Tensor] | None, pictures: Pictures) -> None:
        """Take the next frame's change and colour, ``[3]`` each; ``None`` starts anew."""
        found = self._pulse.push(index, None if seen is None else seen[0])
        self._take(found, pictures)
        if seen is None:
            self._labs.clear()
        else:
            self._labs[index] = seen[1]

    def end(self, pictures: Pictures) -> None:
        """The clip is over."""
        self._take(self._pulse.end(), pictures)

    def _take(self, found: list[tuple[int, torch.Tensor]], pictures: Pictures) -> None:
        for index, excursion in found:
            value = float(signed_difference(self._labs.pop(index), excursion).abs())
            self.note(index, value)
            if value > self._greatest:
                self._greatest, self.picture = value, _triple(pictures, index)

    def merge(self, later: Record) -> None:
        """Take in the course of a later part of the clip."""
        super().merge(later)
        if isinstance(later, Course) and later._greatest > self._greatest:
            self._greatest, self.picture = later._greatest, later.picture


class LocalCourse(Record):
    """Follows the parts of a picture: overlapping squares of ``PART`` by ``PART`` cells.

    Attributes:
        picture: the frames about the greatest pulse of the part that is worst.
        side: pixels of a cell's side, in the reduced frame.
    """

    def __init__(self, reach: int, length: int) -> None:
        super().__init__()
        self.picture: Triple | None = None
        self.side = 1
        self._length = length
        self._greatest = 0.0
        self._place = 0
        self._pulse, self._hold = Pulse(reach), Hold(reach, length)
        self._reach = reach
        self._span: tuple[int, int] | None = None  # first and last excursion of the shot
        self._labs: dict[int, torch.Tensor] = {}
        self._energy: torch.Tensor | None = None
        self._part = PART

    def push(self, index: int, by_cell: Cells | None, pictures: Pictures) -> None:
        """Take the next frame; ``None`` starts anew."""
        if by_cell is None:
            self.end(pictures)
            self._pulse.push(index, None)
            return
        self.side = by_cell.side
        self._part = min(PART, *by_cell.known.shape)
        known = by_cell.known.float()[None]
        part = self._mean(known)
        change = self._mean(by_cell.change) / part.clamp_min(1e-6)
        self._labs[index] = self._mean(by_cell.lab)
        self._take(self._pulse.push(index, torch.where(part >= PART_KNOWN, change, 0.0)), pictures)

    def end(self, pictures: Pictures) -> None:
        """The shot is over."""
        found = self._pulse.end()
        self._take(found, pictures)
        held = self._hold.end()
        if held is not None and self._span is not None:
            self._add(self._span[1] - self._reach, held)
        self._labs.clear()
        self._span = None

    def _mean(self, planes: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(planes, self._part, 1)

    def _take(self, found: list[tuple[int, torch.Tensor]], pictures: Pictures) -> None:
        for index, excursion in found:
            signed = signed_difference(self._labs.pop(index), excursion)
            self._keep_picture(index, signed.abs(), pictures)
            held = self._hold.push(signed)
            self._span = (index if self._span is None else self._span[0], index)
            if held is not None:
                self._add(index - self._reach, held)

    def _add(self, index: int, held: torch.Tensor) -> None:
        self._energy = held.square() if self._energy is None else self._energy + held.square()
        lasted = self._length if self._span is None else index - self._span[0] + 1
        self.note(index, float(held.max()), min(self._length, lasted))

    def _keep_picture(self, index: int, pulse: torch.Tensor, pictures: Pictures) -> None:
        """Keep the greatest pulse of the part that is the worst so far."""
        if self._energy is None:
            return
        place = int(self._energy.argmax())
        if place != self._place:
            self._place, self._greatest = place, 0.0
        value = float(pulse.flatten()[place])
        if value > self._greatest:
            self._greatest, self.picture = value, _triple(pictures, index)

    @property
    def worst(self) -> tuple[float, Box] | None:
        """The worst part's root mean square, and the box of what pulses about it, in cells."""
        if self._energy is None or not self.count:
            return None
        strength = (self._energy / self.count).sqrt().cpu().numpy()
        row, column = np.unravel_index(strength.argmax(), strength.shape)
        greatest = float(strength[row, column])
        mask = (strength >= max(EXTENT * greatest, 1e-9)).astype(np.uint8)
        _, names, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        x, y, width, height = (int(v) for v in boxes[names[row, column]][:4])
        middle = self._part // 2
        return greatest, (x + middle, y + middle, width, height)

    def merge(self, later: Record) -> None:
        """Take in the course of a later part of the clip."""
        assert isinstance(later, LocalCourse)
        super().merge(later)
        if later._energy is not None:
            self._energy = later._energy if self._energy is None else self._energy + later._energy
            self.side, self._part = later.side, later._part
        if later._greatest > self._greatest:
            self._greatest, self._place, self.picture = later._greatest, later._place, later.picture


def signed_difference(lab: torch.Tensor, excursion: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 between colours at a pulse and what they return to, negative in a trough; see ``CHROMA``.

    Args:
        lab: ``[3, ...]``.
        excursion: ``[3, ...]``, of L*, a* and b*; the greatest of the three says whether it is a trough.

    Returns:
        ``[...]``.
    """
    excursion = torch.cat((excursion[:1], CHROMA * excursion[1:]))
    distance = ciede2000(lab.movedim(0, -1), (lab - excursion).movedim(0, -1))
    greatest = excursion.abs().argmax(0, keepdim=True)
    return distance * excursion.gather(0, greatest)[0].sign()


def _triple(pictures: Pictures, index: int) -> Triple | None:
    found = [pictures.get(index + k) for k in (-1, 0, 1)]
    before, at, after = found
    return None if before is None or at is None or after is None else (before, at, after)

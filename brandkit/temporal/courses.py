"""What is kept of a pulse while a clip streams through: its strength, when it was greatest, and pictures."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from brandkit.temporal.pulse import Pulse

F32 = npt.NDArray[np.float32]
Ranges = tuple[tuple[int, int], ...]
Pictures = Mapping[int, npt.NDArray[np.uint8]]
Triple = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
"""Reduced frames, ``[h, w, 3]``: before, at and after a pulse."""
Box = tuple[int, int, int, int]

CHROMA = 0.5
"""How much a pulse of a* and b* counts beside one of L*. From some 4 Hz on the eye follows colour far less
than light: Kelly (1974), "Spatio-temporal frequency characteristics of color-vision mechanisms"."""
_WEIGHTS = np.array([1, CHROMA, CHROMA], np.float32)
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
        self._lengths = array("L")
        self._peaks: list[tuple[float, int, int]] = []

    def note(self, index: int, value: float, length: int = 1) -> None:
        """Add a frame's figure, which holds for ``length`` frames up to it."""
        self._put(index, value, length)
        value = self._values[-1]  # as it is kept, so that shards can be gone through again
        self.count += 1
        self._squares += value * value
        apart = [peak for peak in self._peaks if index - peak[2] >= length]
        near = [peak for peak in self._peaks if index - peak[2] < length]
        kept = [*apart, max([*near, (value, index - length + 1, index)], key=lambda peak: peak[0])]
        self._peaks = sorted(kept, key=lambda peak: -peak[0])[:_MOST_PEAKS]

    def _put(self, index: int, value: float, length: int) -> None:
        if self._start is None:
            self._start = index
        missing = index - self._start - len(self._values)
        self._values.extend([math.nan] * missing)
        self._values.append(value)
        self._lengths.extend([0] * missing)
        self._lengths.append(length)

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
        """Take in the record of a later part of the clip: the same as to note all of it."""
        noted = enumerate(zip(later._values, later._lengths, strict=True), later._start or 0)
        for index, (value, length) in noted:
            if not math.isnan(value):
                self.note(index, value, length)


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
        self._labs: dict[int, F32] = {}

    def push(self, index: int, seen: tuple[F32, F32] | None, pictures: Pictures) -> None:
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

    def _take(self, found: list[tuple[int, F32]], pictures: Pictures) -> None:
        for index, excursion in found:
            value = abs(signed_difference(self._labs.pop(index), excursion))
            self.note(index, value)
            if value > self._greatest:
                self._greatest, self.picture = value, triple(pictures, index)

    def merge(self, later: Record) -> None:
        """Take in the course of a later part of the clip."""
        super().merge(later)
        if isinstance(later, Course) and later._greatest > self._greatest:
            self._greatest, self.picture = later._greatest, later.picture


def signed_difference(lab: F32, excursion: F32) -> float:
    """CIEDE2000 between colours at a pulse and what they return to, negative in a trough; see ``CHROMA``.

    Args:
        lab: ``[3]``.
        excursion: ``[3]``, of L*, a* and b*; the greatest of the three says whether it is a trough.
    """
    from brandkit.colour.kernels import apart

    pulse = excursion * _WEIGHTS
    return apart(lab, lab - pulse) * math.copysign(1, pulse[np.abs(pulse).argmax()])


def triple(pictures: Pictures, index: int) -> Triple | None:
    """The frames before, at and after an index, where all three are still held."""
    found = [pictures.get(index + k) for k in (-1, 0, 1)]
    before, at, after = found
    return None if before is None or at is None or after is None else (before, at, after)

"""Frames of a video as they were decoded: they become sRGB only as far as someone asks for it.

A check that looks at two frames a second, at some pixels of each or at means of blocks is not charged for
all pixels of all frames.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.media.clip import Frames
from brandkit.media.planes import Planes

if TYPE_CHECKING:
    import numpy.typing as npt

    from brandkit.media.ycbcr_kernel import Stored


class Rooms:
    """Memory for batches of one shape, used again once nobody holds the batch that was in it.

    To be given 50 MB anew for each batch, page by page, costs about as much as the conversion to sRGB that
    fills them.
    """

    def __init__(self, shape: tuple[int, ...], device: torch.device | str) -> None:
        self.shape, self.device = shape, torch.device(device)
        self._free: list[npt.NDArray[np.uint8]] = []

    def take(self, count: int) -> torch.Tensor:
        """A tensor for so many frames; what is in it is left as it is."""
        if self.device.type != "cpu" or count != self.shape[0]:
            return torch.empty((count, *self.shape[1:]), dtype=torch.uint8, device=self.device)
        # NumPy asks for large pages, where there are some, which torch does not.
        room = self._free.pop() if self._free else np.empty(self.shape, np.uint8)
        lent = room.view()
        weakref.finalize(lent, self._free.append, room).atexit = False
        return torch.from_numpy(lent)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the frames of a video become sRGB.

    Attributes:
        convert: fills ``uint8`` ``[3, H, W]`` with a frame.
        stored: a frame as the compiled loops take it, where they can read it; else ``None``.
        rooms: where pixels are put.
    """

    convert: Callable[[Planes, torch.Tensor], None]
    stored: Callable[[Planes], Stored | None]
    rooms: Rooms


@dataclass(slots=True)
class _Batch:
    """Decoded frames, and the pixels of those that were asked for."""

    planes: Sequence[Planes]
    reading: Reading
    room: torch.Tensor | None = None
    missing: set[int] = field(default_factory=set)
    filling: threading.Lock = field(default_factory=threading.Lock)

    def pixels(self, wanted: Sequence[int]) -> torch.Tensor:
        """The batch ``[T, 3, H, W]``, in which those that are wanted have been converted."""
        with self.filling:  # of checks that ask at the same time, the others wait for the first
            if self.room is None:
                self.room = self.reading.rooms.take(len(self.planes))
                self.missing = set(range(len(self.planes)))
            for k in self.missing.intersection(wanted):
                self.reading.convert(self.planes[k], self.room[k])
            self.missing.difference_update(wanted)
            return self.room


class CodedFrames(Frames):
    """A batch as it was decoded."""

    __slots__ = ("_batch",)
    _batch: _Batch

    def __init__(
        self, planes: Sequence[Planes], reading: Reading, first: int, seconds: tuple[float, ...]
    ) -> None:
        """Take decoded frames.

        Args:
            planes: of each frame.
            reading: how they become sRGB.
            first: as for ``Frames``.
            seconds: likewise.
        """
        for name, value in (("first", first), ("seconds", seconds), ("deep", None)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_batch", _Batch(planes, reading))

    def __reduce__(self) -> tuple[type[Frames], tuple[object, ...]]:
        """Go to another process as pixels: a decoder's memory stays where it is."""
        return Frames, (self.pixels, self.first, self.seconds)

    @property
    def pixels(self) -> torch.Tensor:
        """As ``Frames.pixels``; converted at the first call."""
        return self._batch.pixels(range(len(self)))

    @property
    def size(self) -> tuple[int, int]:
        """See ``Frames``."""
        height, width = self._batch.reading.rooms.shape[-2:]
        return height, width

    @property
    def device(self) -> torch.device:
        """See ``Frames``."""
        return self._batch.reading.rooms.device

    def picture(self, k: int) -> torch.Tensor:
        """See ``Frames``."""
        return self._batch.pixels((k,))[k]

    def thinned(self, k: int, step: int, row: int = 0, column: int = 0) -> torch.Tensor:
        """See ``Frames``."""
        stored = self.stored(k)
        if stored is None or step % stored.factor:
            return self.picture(k)[:, row::step, column::step]
        from brandkit.media.ycbcr_kernel import thin

        return thin(stored, step, row, column)

    def stored(self, k: int) -> Stored | None:
        """A frame as the compiled loops take it, where they can read it."""
        return self._batch.reading.stored(self._batch.planes[k])

    def only(self, k: int) -> Frames:
        """See ``Frames``."""
        planes = self._batch.planes[k : k + 1]
        return CodedFrames(planes, self._batch.reading, self.first + k, self.seconds[k : k + 1])

    def split_at(self, starts: Sequence[int]) -> list[Frames]:
        """See ``Frames``."""
        cuts = [start - self.first for start in starts if 0 < start - self.first < len(self)]
        planes, reading = self._batch.planes, self._batch.reading
        return [
            CodedFrames(planes[first:end], reading, self.first + first, self.seconds[first:end])
            for first, end in zip([0, *cuts], [*cuts, len(self)], strict=True)
        ]

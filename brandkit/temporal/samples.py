"""Which frames of a clip are looked at one by one: two each second, and one of each shot.

An encoder, or a search for logos, takes a hundred times as long over a frame as a decoder, and two frames a
second say as much of style as all do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brandkit.temporal.reduction import reduced
from brandkit.temporal.shots import ShotFinder

if TYPE_CHECKING:
    from brandkit.media.clip import Frames, Source

RATE_HZ = 2.0
"""Frames a second that are taken; a shot too short for one still gives its third frame."""
MOST = 2048
"""Frames after which only half as many a second are taken, half as many again after twice the time, and so
on: 17 minutes. The number that is taken grows by half of this whenever the length doubles."""
SHORT = 4
"""Shots count down to this part of the usual distance between two samples."""


class Samples:
    """Picks frames while they stream through, whatever the batches.

    Attributes:
        first: index of the first frame of all, ``None`` before there is one.
        end: one more than the index of the last frame.
        last: index of the last frame that was picked.
        known: how many cuts were known at each of the frames that were picked from the last batch.
    """

    def __init__(self, source: Source) -> None:
        still = source.kind == "image"
        self._step = 1 if still else _step(source)
        self._finder: ShotFinder | None = None if still else ShotFinder()
        self._origin: int | None = None
        self._before = self._own = self._last = 0
        self._later: list[int] = []
        self.first: int | None = None
        self.end = 0
        self.last: int | None = None
        self.known: list[int] = []

    def of(self, frames: Frames) -> list[int]:
        """Take the next batch: which of its frames are picked, by their places in it."""
        if self.first is None:
            self.first = frames.first
        self.end = self._last = frames.first + len(frames)
        if self._finder is None:
            self.known = [0] * len(frames)
            return list(range(len(frames)))
        chosen = self._picked(frames)
        self._own = len(self._finder.cuts)
        return chosen

    def lead_in(self, frames: Frames) -> None:
        """Take a batch right before the first one; see ``Check.lead_in``."""
        if self._finder is not None:
            self._picked(frames)
            self._before = self._own = len(self._finder.cuts)

    def lead_out(self, frames: Frames) -> None:
        """Take a batch right after the last one; see ``Check.lead_out``."""
        if self._finder is not None:
            self._finder.update(frames)

    def _picked(self, frames: Frames) -> list[int]:
        assert self._finder is not None
        if self._origin is None:
            self._origin = frames.first
        chosen, self.known = [], []
        for offset, small in enumerate(reduced(frames)):
            index = frames.first + offset
            cuts = len(self._finder.cuts)
            self._finder.add(small.picture)
            found = self._finder.cuts[cuts:]
            since = self._step if self.last is None else index - self.last
            missed = bool(found) and index - since < found[-1] + self._origin
            if taken(index, self._step) or (missed and since >= self._step // SHORT):
                chosen.append(offset)
                self.known.append(len(self._finder.cuts))
                self.last = index
        return chosen

    @property
    def cuts_before(self) -> int:
        """How many cuts were known before the first frame."""
        return self._before

    @property
    def cuts_then(self) -> int:
        """How many were known at the last frame, before what comes after it was seen."""
        return self._own

    def finish(self) -> list[int]:
        """The clip is over: the indices of the frames at which its shots start, but for the first shot."""
        found = () if self._finder is None else self._finder.finish()
        starts = ((self._origin or 0) + cut for cut in found)
        return [*(start for start in starts if (self.first or 0) <= start < self._last), *self._later]

    def merge(self, later: Samples) -> None:
        """Take in the later shard; a cut at the very seam is seen by one that was led in."""
        if later.first is None:
            return
        if self.first is None:
            self.first, self._before = later.first, later._before
            self._own = later._before
        self._later += later.finish()
        self._own += later._own - later._before
        self.end = later.end


def lead_in(source: Source, first: int) -> int:
    """From which frame on a shard that begins at ``first`` has to be led in: less than ``first``, or 0.

    From the last frame before that is taken whatever was before it, and those that tell of cuts there.
    """
    step = _step(source)
    return max(next(k for k in range(first, -1, -1) if taken(k, step)) - ShotFinder.MEMORY - 1, 0)


def _step(source: Source) -> int:
    return max(round(source.rate / RATE_HZ), 1)


def taken(index: int, step: int) -> bool:
    """Whether a frame is one of those at a steady rate.

    >>> [index for index in range(40) if taken(index, 12)], taken(2048 * 12 + 12, 12)
    ([0, 12, 24, 36], False)
    """
    octave = (index // (step * MOST)).bit_length()
    return index % (step << octave) == 0

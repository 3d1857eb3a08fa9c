"""Which frames of a clip are encoded, and their vectors: computed once, however many checks ask.

Style and its drift are slow: two frames a second say as much of them as all do, and an encoder takes a
hundred times as long over a frame as a decoder.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from torch.utils.weak import WeakIdKeyDictionary

from brandkit.style.encoder import F32
from brandkit.temporal.reduction import reduced
from brandkit.temporal.shots import ShotFinder

if TYPE_CHECKING:
    from brandkit.media.clip import Frames, Source
    from brandkit.style.encoder import Encoder

RATE_HZ = 2.0
"""Frames a second that are encoded; a shot too short for one still gives its third frame."""
MOST = 2048
"""Frames after which only half as many a second are taken, and half as many again after twice the time, and
so
on: 17 minutes. The number that is kept grows by half of this whenever the length doubles."""
SHORT = 4
"""Shots count down to this part of the usual distance between two samples."""


@dataclass(frozen=True, slots=True)
class Span:
    """A shot: its ``first`` and ``last`` frame, and the places of its samples."""

    first: int
    last: int
    places: tuple[int, ...]


class Track:
    """The vectors of a clip's sampled frames, in order, and where its shots begin.

    Attributes:
        frames: indices of the frames that were encoded.
        vectors: of each, ``[D]``, of unit length.
    """

    def __init__(self, source: Source) -> None:
        self._still = source.kind == "image"
        self._step = 1 if self._still else max(round(source.rate / RATE_HZ), 1)
        self._finder: ShotFinder | None = None if self._still else ShotFinder()
        self._first: int | None = None
        self._end = 0
        self._later: list[int] = []
        self.frames: list[int] = []
        self.vectors: list[F32] = []

    def update(self, frames: Frames, encoder: Encoder) -> list[tuple[int, int]]:
        """Take the next batch; gives, for each new sample, its place here and that in the batch."""
        if self._first is None:
            self._first = frames.first
        chosen = self._chosen(frames)
        start = len(self.frames)
        self.frames += [frames.first + offset for offset in chosen]
        self.vectors += encoded(frames, chosen, encoder)
        self._end = frames.first + len(frames)
        return [(start + k, offset) for k, offset in enumerate(chosen)]

    def _chosen(self, frames: Frames) -> list[int]:
        if self._finder is None:
            return list(range(len(frames)))
        chosen = []
        last = self.frames[-1] if self.frames else -self._step
        for offset, small in enumerate(reduced(frames)):
            index = frames.first + offset
            cuts = len(self._finder.cuts)
            self._finder.add(small.picture)
            found = self._finder.cuts[cuts:]
            missed = bool(found) and last < found[-1] + (self._first or 0)
            if taken(index, self._step) or (missed and index - last >= self._step // SHORT):
                chosen.append(offset)
                last = index
        return chosen

    @property
    def shots(self) -> tuple[Span, ...]:
        """The clip's shots that have a sample; all of it is one where nothing is cut."""
        starts = [self._first or 0, *self._cuts, self._end]
        found = []
        for first, end in pairwise(starts):
            places = tuple(place for place, frame in enumerate(self.frames) if first <= frame < end)
            if places:
                found.append(Span(first, end - 1, places))
        return tuple(found)

    @property
    def _cuts(self) -> list[int]:
        own = () if self._finder is None else self._finder.finish()
        return [(self._first or 0) + cut for cut in own] + self._later

    @property
    def known_cuts(self) -> int:
        """How many cuts are known so far."""
        return 0 if self._finder is None else len(self._finder.cuts)

    def merge(self, other: Track) -> None:
        """Take in the later shard; a cut at the very seam is not seen."""
        if other._first is None:
            return
        if self._first is None:
            self._first = other._first
        self._later += other._cuts
        self._end = other._end
        self.frames += other.frames
        self.vectors += other.vectors

    def matrix(self) -> F32:
        """All vectors as ``[N, D]``; at least one."""
        return np.stack(self.vectors)

    def series(self, values: F32) -> tuple[float | None, ...]:
        """A value for each sample as one for each frame, ``None`` for those between; none of a still."""
        if self._still or not self.frames:
            return ()
        spread: list[float | None] = [None] * (self._end - (self._first or 0))
        for frame, value in zip(self.frames, values.tolist(), strict=True):
            spread[frame - (self._first or 0)] = value
        return tuple(spread)


def taken(index: int, step: int) -> bool:
    """Whether a frame is one of those at a steady rate.

    >>> [index for index in range(40) if taken(index, 12)], taken(2048 * 12 + 12, 12)
    ([0, 12, 24, 36], False)
    """
    octave = (index // (step * MOST)).bit_length()
    return index % (step << octave) == 0


_known: WeakIdKeyDictionary = WeakIdKeyDictionary()
_encoding = threading.Lock()


def encoded(frames: Frames, offsets: list[int], encoder: Encoder) -> list[F32]:
    """Unit vectors of some frames of a batch; computed once for as long as the batch is held by someone."""
    if not offsets:
        return []
    with _encoding:  # of checks that ask at the same time, the others wait for the first
        found: dict[tuple[str, int], F32] = _known.setdefault(frames.pixels, {})
        missing = [offset for offset in offsets if (encoder.id, offset) not in found]
        if missing:
            vectors = encoder.encode(frames.pixels[missing])
            found.update({(encoder.id, offset): v for offset, v in zip(missing, vectors, strict=True)})
        return [found[encoder.id, offset] for offset in offsets]

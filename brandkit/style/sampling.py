"""The vectors of a clip's sampled frames: computed once, however many checks ask."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from torch.utils.weak import WeakIdKeyDictionary

from brandkit.style.encoder import F32
from brandkit.temporal.samples import Samples

if TYPE_CHECKING:
    from brandkit.media.clip import Frames, Source
    from brandkit.style.encoder import Encoder


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
        self._samples = Samples(source)
        self.frames: list[int] = []
        self.vectors: list[F32] = []

    def update(self, frames: Frames, encoder: Encoder) -> list[tuple[int, int, int]]:
        """Take the next batch.

        Returns:
            For each new sample, its place here, that in the batch, and how many cuts were known by then.
        """
        chosen = self._samples.of(frames)
        start = len(self.frames)
        self.frames += [frames.first + offset for offset in chosen]
        self.vectors += encoded(frames, chosen, encoder)
        places = range(start, len(self.frames))
        return list(zip(places, chosen, self._samples.known, strict=True))

    def lead_in(self, frames: Frames) -> None:
        """See ``Check.lead_in``."""
        self._samples.lead_in(frames)

    def lead_out(self, frames: Frames) -> None:
        """See ``Check.lead_out``."""
        self._samples.lead_out(frames)

    @property
    def shots(self) -> tuple[Span, ...]:
        """The clip's shots that have a sample; all of it is one where nothing is cut."""
        starts = [self._first, *self._samples.finish(), self._samples.end]
        found = []
        for first, end in pairwise(starts):
            places = tuple(place for place, frame in enumerate(self.frames) if first <= frame < end)
            if places:
                found.append(Span(first, end - 1, places))
        return tuple(found)

    @property
    def _first(self) -> int:
        return self._samples.first or 0

    @property
    def cuts_before(self) -> int:
        """How many cuts were known before the first frame."""
        return self._samples.cuts_before

    def cuts_apart(self, later: Track) -> int:
        """By how much more cuts are known than at the same frame in the later shard, before it is merged."""
        return self._samples.cuts_then - later._samples.cuts_before

    def merge(self, other: Track) -> None:
        """Take in the later shard; a cut at the very seam is seen by one that was led in."""
        self._samples.merge(other._samples)
        self.frames += other.frames
        self.vectors += other.vectors

    def matrix(self) -> F32:
        """All vectors as ``[N, D]``; at least one."""
        return np.stack(self.vectors)

    def series(self, values: F32) -> tuple[float | None, ...]:
        """A value for each sample as one for each frame, ``None`` for those between; none of a still."""
        if self._still or not self.frames:
            return ()
        spread: list[float | None] = [None] * (self._samples.end - self._first)
        for frame, value in zip(self.frames, values.tolist(), strict=True):
            spread[frame - self._first] = value
        return tuple(spread)


_known: WeakIdKeyDictionary = WeakIdKeyDictionary()
_encoding = threading.Lock()


def encoded(frames: Frames, offsets: list[int], encoder: Encoder) -> list[F32]:
    """Unit vectors of some frames of a batch; computed once for as long as the batch is held by someone."""
    if not offsets:
        return []
    with _encoding:  # of checks that ask at the same time, the others wait for the first
        found: dict[tuple[str, int], F32] = _known.setdefault(frames, {})
        missing = [offset for offset in offsets if (encoder.id, offset) not in found]
        for offset in missing:  # one by one: the last bits of a vector may depend on what it is encoded with
            found[encoder.id, offset] = encoder.encode(frames.picture(offset)[None])[0]
        return [found[encoder.id, offset] for offset in offsets]

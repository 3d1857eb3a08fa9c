"""Which frames of a shot are compared, and a clip that yields only those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from brandkit.grade import ShotGrades
from brandkit.media.clip import Clip, Frames, Source

A_SHOT = 4
"""Frames of a shot that are compared."""
A_CLIP = 120
"""Frames of a clip: where there are many shots, fewer of each, but one at least."""
UNKNOWN = (0, 12, 60, 240)
"""Frames that are tried where neither the shot nor the file says how many there are."""


def positions(shots: Sequence[ShotGrades], source: Source) -> list[tuple[int, ...]]:
    """The frames of each shot to compare, evenly spread over those in which its grades apply in full."""
    each = max(1, min(A_SHOT, A_CLIP // max(len(shots), 1)))
    return [_spread(shot, source, each) for shot in shots]


def _spread(shot: ShotGrades, source: Source, count: int) -> tuple[int, ...]:
    if source.kind == "image":
        return (0,)
    first, last = shot.first, shot.last
    if shot.fade is not None:
        first, last = shot.fade.rise, shot.fade.fall
    if last is None and source.frames is None:
        return tuple(first + k for k in UNKNOWN[:count])
    if last is None:
        last = max(first, (source.frames or 1) - 1)
    span = last - first + 1
    return tuple(sorted({first + (2 * k + 1) * span // (2 * count) for k in range(count)}))


@dataclass(frozen=True)
class Picked:
    """Some frames of a clip, one at a time, and the one before each.

    The frame before goes first because a matte remembers it; it is not compared itself.

    Attributes:
        clip: where they come from.
        wanted: their indices, rising.
    """

    clip: Clip
    wanted: tuple[int, ...]

    @property
    def source(self) -> Source:
        """Facts about the clip."""
        return self.clip.source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode up to the last frame that is wanted."""
        if not self.wanted:
            return
        needed = {*self.wanted, *(index - 1 for index in self.wanted)}
        for frames in self.clip.batches(size, device):
            for k in range(len(frames)):
                if frames.first + k in needed:
                    deep = None if frames.deep is None else frames.deep[k : k + 1]
                    yield Frames(
                        frames.picture(k)[None].contiguous(),
                        frames.first + k,
                        frames.seconds[k : k + 1],
                        deep,
                    )
            if frames.first + len(frames) > max(self.wanted):
                return

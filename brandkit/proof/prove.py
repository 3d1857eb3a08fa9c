"""Compare a clip with its correction, shot by shot, and keep the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from brandkit.grade import GradedClip, ShotGrades
from brandkit.proof.record import Proof, Shot
from brandkit.proof.sample import Picked, positions
from brandkit.proof.shot import Sample, prove_shot

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.media.clip import Clip, Frames, Source

PICTURES = 8
"""Pictures of before, after and difference that a clip gets: of the shots that drifted most."""


def prove(
    clip: Clip,
    steadied: Clip,
    shots: Sequence[ShotGrades],
    brand: Brand,
    light: Sequence[str] = (),
) -> Proof:
    """Record what was done to a clip.

    A handful of frames of each shot is decoded, corrected and compared; only those of shots that overlap are
    held at a time.

    Args:
        clip: as it was.
        steadied: without its flicker, to which ``shots`` apply; the clip itself where none was taken out.
        shots: its grades, in order.
        brand: whose colours it was corrected to.
        light: what was taken out of ``clip``, one sentence each.

    Raises:
        MediaError: the clip cannot be decoded.
    """
    drawn, still = _most_drifted(shots), clip.source.kind == "image"

    def proved(one: _Waiting) -> Shot:
        picture = drawn.get(one.number)
        return prove_shot(one.shot, one.samples, brand, picture=picture, still=still)

    waiting = [
        _Waiting(number, shot, frames)
        for number, (shot, frames) in enumerate(zip(shots, positions(shots, clip.source), strict=True))
    ]
    done: dict[int, Shot] = {}
    for sample in _samples(clip, steadied, tuple(shots), sorted({k for one in waiting for k in one.wanted})):
        for one in waiting:
            if sample.frame in one.wanted:
                one.samples.append(sample)
        for one in [one for one in waiting if sample.frame >= one.wanted[-1]]:
            done[one.number] = proved(one)
            waiting.remove(one)
    for one in waiting:  # of a clip that ends before it said it would
        done[one.number] = proved(one)
    source = clip.source
    return Proof(source.path, source.sha256, tuple(done[k] for k in range(len(shots))), tuple(light))


@dataclass(slots=True)
class _Waiting:
    """A shot some of whose frames are still to come."""

    number: int
    shot: ShotGrades
    wanted: tuple[int, ...]
    samples: list[Sample] = field(default_factory=list)


def _most_drifted(shots: Sequence[ShotGrades]) -> dict[int, str]:
    """The name of the picture of each shot that gets one."""
    worst = sorted(range(len(shots)), key=lambda k: -max(s.drift for g in shots[k].grades for s in g.shifts))
    return {number: f"correction-{k}" for k, number in enumerate(sorted(worst[:PICTURES]), 1)}


def _samples(
    clip: Clip, steadied: Clip, shots: tuple[ShotGrades, ...], wanted: Sequence[int]
) -> Iterator[Sample]:
    """The frames ``wanted`` as they were, as the grades got them, and as they became."""
    tapped = _Tapped(Picked(steadied, tuple(wanted)))
    became = GradedClip(tapped, shots).batches(1)
    originals = None if steadied is clip else Picked(clip, tuple(wanted)).batches(1)
    lead: Frames | None = None
    for after in became:
        seen = tapped.last
        assert seen is not None
        original = seen if originals is None else next(originals)
        if after.first in wanted:
            yield Sample(after.first, original.pixels[0], seen, after, lead)
        lead = seen


class _Tapped:
    """A clip that remembers the batch it gave last."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self.last: Frames | None = None

    @property
    def source(self) -> Source:
        """Facts about the clip."""
        return self._clip.source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """As the clip's own."""
        for frames in self._clip.batches(size, device):
            self.last = frames
            yield frames

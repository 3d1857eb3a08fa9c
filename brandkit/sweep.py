"""Passes over a clip that survey it piece by piece: shot by shot, or at the knots of a moving drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from brandkit.known import Known, at_first
from brandkit.moving import Knot, Segment, knots, looked, segment_length
from brandkit.regions import find_regions
from brandkit.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from brandkit.brand import Brand
    from brandkit.media.clip import Clip, Frames
    from brandkit.region import Region


@dataclass(frozen=True, slots=True)
class Pass:
    """How to go over a clip.

    Attributes:
        clip: what to look at.
        brand: whose swatches to look for.
        within: ``bool`` ``[H, W]``, where to look for them; everywhere without.
        device: where to count colours.
        batch: frames at a time.
        progress: called with the number of frames done.
    """

    clip: Clip
    brand: Brand
    within: torch.Tensor | None = None
    device: str = "cpu"
    batch: int = 8
    progress: Callable[[int], None] | None = None

    def survey(self, known: Known | None = None) -> Survey:
        """An empty survey of a piece of the clip; what is known of colours goes from one to the next."""
        return Survey(self.brand, self.device, self.within, known)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a pass saw of a shot.

    Attributes:
        first: index of its first frame.
        last: index of its last one; ``None`` where the clip is one shot.
        regions: of its brand colours, over the whole of it.
        knots: where to solve for it, if some drift moves; else none.
    """

    first: int
    last: int | None
    regions: list[Region]
    knots: list[Knot]


def by_shot(over: Pass, shots: Sequence[tuple[int, int]]) -> Iterator[Surveyed]:
    """Survey a clip shot by shot; each comes as soon as it has been seen, and nothing is kept of it.

    Args:
        over: the pass.
        shots: first and last frame of each, in order, without gaps; the clip is one shot without.

    Raises:
        MediaError: the clip cannot be decoded.
    """
    starts = [last + 1 for _, last in shots[:-1]]
    ends: list[int | None] = [last for _, last in shots] or [None]
    coming = iter(ends)
    shot: _Shot | None = None
    for frames in over.clip.batches(over.batch, over.device):
        for part in frames.split_at(starts):
            if shot is not None and part.first in starts:
                yield shot.seen(next(coming))
                shot = None
            shot = shot or _Shot(over, part.first, at_first(over.brand, over.clip.source, part))
            shot.see(part)
        if over.progress is not None:
            over.progress(len(frames))
    if shot is not None:
        yield shot.seen(next(coming))


@dataclass(slots=True)
class _Shot:
    """A shot while it streams through."""

    over: Pass
    first: int
    known: InitVar[Known]
    length: int = field(init=False)
    whole: Survey = field(init=False)
    now: Survey = field(init=False)
    begun: int = field(init=False)
    end: int = field(init=False)
    segments: list[Segment] = field(default_factory=list)

    def __post_init__(self, known: Known) -> None:
        self.length = segment_length(self.over.clip.source.rate)
        self.whole = self.over.survey(known)
        self.now = self.over.survey(self.whole.known)
        self.begun = self.end = self.first

    def see(self, frames: Frames) -> None:
        """Take the next frames."""
        for part in frames.split_at(range(self.begun + self.length, frames.first + len(frames), self.length)):
            if part.first - self.begun >= self.length:
                self._settle()
            self.now.update(part)
            self.end = part.first + len(part)

    def _settle(self) -> None:
        """The segment is over."""
        self.segments.append(looked(self.begun, self.end - 1, find_regions(self.now)))
        self.whole.merge(self.now)
        self.now, self.begun = self.over.survey(self.whole.known), self.end

    def seen(self, last: int | None) -> Surveyed:
        """The shot is over."""
        if not self.segments:
            return Surveyed(self.first, last, _kept(self.now), [])
        self._settle()
        return Surveyed(self.first, last, _kept(self.whole), knots(self.segments))


def _kept(survey: Survey) -> list[Region]:
    return [region.lighter() for region in find_regions(survey)]


def at_knots(over: Pass, wanted: Sequence[Sequence[Knot]]) -> Iterator[list[list[Region]]]:
    """The regions at each knot, widened to what they are in all frames in which it plays a part.

    Args:
        over: the pass.
        wanted: the knots of any number of shots, each shot's by themselves, in the order of their segments.

    Yields:
        Of each shot, the regions at its knots, as soon as the last one has been seen.

    Raises:
        MediaError: the clip cannot be decoded.
    """
    seen = _at_each(over, [knot for own in wanted for knot in own])
    for own in wanted:
        yield list(islice(seen, len(own)))


def _at_each(over: Pass, wanted: Sequence[Knot]) -> Iterator[list[Region]]:
    """The regions at each knot, in order; none at one whose frames are missing."""
    borders = sorted({at for knot in wanted for at in (knot.segment.first, knot.segment.last + 1)})
    given, survey = 0, over.survey()
    for frames in over.clip.batches(over.batch, over.device):
        for part in frames.split_at(borders):
            while given < len(wanted) and part.first > wanted[given].segment.last:
                yield [wanted[given].widened(region) for region in _kept(survey)]
                given, survey = given + 1, over.survey(survey.known)
            if given < len(wanted) and part.first in wanted[given].segment:
                survey.update(part)
        if over.progress is not None:
            over.progress(len(frames))
    for knot in wanted[given:]:
        yield [knot.widened(region) for region in _kept(survey)]
        survey = over.survey(survey.known)


def filled(found: list[list[Region]]) -> list[list[Region]]:
    """The regions at a shot's knots; one that lacks a swatch has it as at the nearest that shows it."""
    names = {region.swatch.name for regions in found for region in regions}
    whole = [list(regions) for regions in found]
    for name in names:
        seen = {k: [r for r in regions if r.swatch.name == name] for k, regions in enumerate(found)}
        having = [k for k, regions in seen.items() if regions]
        for k, regions in enumerate(whole):
            if k not in having:
                regions += seen[min(having, key=lambda other: abs(other - k))]
    return whole

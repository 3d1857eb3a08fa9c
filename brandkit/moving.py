"""Whether a drift itself moves within a shot, and at which frames to solve for it anew.

A generated clip often begins on brand and walks away from it. One LUT for such a shot is right in its
middle at best; one for each frame would flicker. So the shot is looked at in short segments, and where a
brand colour goes somewhere on the whole, LUTs are solved at a few of them, the knots, between which one
fades into the next. On a flat colour all land on the HEX throughout, since the plateau of each knot takes
in what the colour is until the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_lab, srgb_to_lab
from brandkit.grade import Fade

if TYPE_CHECKING:
    from brandkit.region import Region

SEGMENT_S = 0.5
MOVING = 1.5
"""CIEDE2000 that a brand colour has to travel within a shot for its drift to count as moving."""
STEP = 1.0
"""CIEDE2000 that it may travel from one knot to the next."""
MOST_KNOTS = 32
"""Beyond, knots are put farther apart: memory must not grow with the length of a shot."""
WANDERS = 1.0
"""Von Neumann's ratio (1941, Annals of Mathematical Statistics 12(4)): the mean square of a path's steps by
its variance. 2 for noise around a place, near 0 for a path that leads somewhere; 1 is about its 5 % point
for eight values."""
SAME = 3.0
"""CIEDE2000 up to which two sightings of a swatch are one colour that moved."""


Place = tuple[float, float, float]
"""A colour in CIELAB."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a region looked in a segment.

    Attributes:
        swatch: name of the brand colour.
        lab: CIELAB of the colour; of a shaded surface, of its body colour.
        low: of a flat colour, the least codes that its noise reaches.
        high: the greatest.
        share: of the segment's pixels.
    """

    swatch: str
    lab: Place
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    share: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A short run of frames, ``first`` to ``last``, and what was seen in it."""

    first: int
    last: int
    looks: tuple[Look, ...]

    @property
    def middle(self) -> int:
        """The frame that stands for it."""
        return (self.first + self.last) // 2

    def __contains__(self, frame: int) -> bool:
        return self.first <= frame <= self.last


@dataclass(frozen=True, slots=True)
class Knot:
    """A segment to solve for.

    Attributes:
        segment: the frames to look at.
        looks: what the regions look like there, and on the way to the knots beside it.
    """

    segment: Segment
    looks: tuple[Look, ...]

    def widened(self, region: Region) -> Region:
        """A region of the knot's segment that takes in what it is until the knots beside it."""
        if region.body is not None:
            return region
        own = _look(region)
        low, high = list(region.low), list(region.high)
        for look in self.looks:
            if look.swatch == own.swatch and apart([own.lab, look.lab]) <= SAME:
                low = [min(pair) for pair in zip(low, look.low, strict=True)]
                high = [max(pair) for pair in zip(high, look.high, strict=True)]
        return replace(region, low=(low[0], low[1], low[2]), high=(high[0], high[1], high[2]))


def segment_length(rate: float) -> int:
    """Frames of a segment of a clip that has so many a second."""
    return max(1, round(SEGMENT_S * rate))


def looked(first: int, last: int, regions: Sequence[Region]) -> Segment:
    """What is kept of a segment."""
    return Segment(first, last, tuple(_look(region) for region in regions))


def _look(region: Region) -> Look:
    if region.body is None:
        lab = srgb_to_lab(torch.tensor(region.rgb8, dtype=torch.uint8))
    else:
        lab = linear_to_lab(torch.tensor(region.body, dtype=torch.float64))
    lightness, a, b = lab.tolist()
    return Look(region.swatch.name, (lightness, a, b), region.low, region.high, region.share)


def apart(places: Sequence[Place]) -> float:
    """The greatest CIEDE2000 between any two of some CIELAB colours; 0 of fewer than two."""
    if len(places) < 2:
        return 0.0
    lab = torch.tensor(places, dtype=torch.float64)
    return float(ciede2000(lab[:, None], lab[None]).max())


def knots(segments: Sequence[Segment]) -> list[Knot]:
    """Where to solve for a shot, given its segments in order; nothing where no drift moves.

    Every swatch is followed by its largest region. The knots are the first and the last segment, and those
    between at which some swatch has travelled ``STEP`` since the knot before.
    """
    names = sorted({look.swatch for segment in segments for look in segment.looks})
    followed = [_path(segments, name) for name in names]
    paths = [path for path in followed if _leads_somewhere([place for place in path if place is not None])]
    if not paths:
        return []
    step = STEP
    while len(chosen := _chosen(paths, len(segments), step)) > MOST_KNOTS:
        step *= 1.25
    return [_knot(segments, chosen, k) for k in range(len(chosen))]


@dataclass(frozen=True, slots=True)
class Span:
    """The frames, ``first`` to ``last``, in which a knot plays a part, and how it comes and goes."""

    first: int
    last: int
    fade: Fade


def spans(kept: Sequence[Knot], first: int, last: int) -> list[Span]:
    """How knots of one shot fade into each other, so that they cover all of it.

    Args:
        kept: in order, at least one; others may have been left out.
        first: index of the shot's first frame.
        last: index of its last one.
    """
    middles = [knot.segment.middle for knot in kept]
    starts = [first, *(middle + 1 for middle in middles[:-1])]
    ends = [*(middle - 1 for middle in middles[1:]), last]
    rises, falls = [first, *middles[1:]], [*middles[:-1], last]
    return [
        Span(start, end, Fade(rise, fall))
        for start, end, rise, fall in zip(starts, ends, rises, falls, strict=True)
    ]


def _path(segments: Sequence[Segment], swatch: str) -> list[Place | None]:
    """Where a swatch's largest region is in each segment, without single outliers."""
    places = []
    for segment in segments:
        own = [look for look in segment.looks if look.swatch == swatch]
        places.append(max(own, key=lambda look: look.share).lab if own else None)
    steady = list(places)
    for k in range(1, len(places) - 1):
        three = [place for place in places[k - 1 : k + 2] if place is not None]
        if len(three) == 3:
            lightness, a, b = torch.tensor(three).median(0).values.tolist()
            steady[k] = lightness, a, b
    return steady


def _leads_somewhere(path: list[Place]) -> bool:
    """Whether a colour travels far enough to be seen, and goes rather than jitters."""
    if apart(path) < MOVING:
        return False
    lab = torch.tensor(path, dtype=torch.float64)
    steps = (lab[1:] - lab[:-1]).square().sum(1).mean()
    return bool(steps <= WANDERS * (lab - lab.mean(0)).square().sum(1).mean() or len(path) < 4)


def _chosen(paths: list[list[Place | None]], count: int, step: float) -> list[int]:
    """Indices of the segments that are knots."""
    chosen, last = [0], [path[0] for path in paths]
    for k in range(1, count - 1):
        last = [path[k] if was is None else was for path, was in zip(paths, last, strict=True)]
        travelled = (
            apart([was, now])
            for was, now in zip(last, (path[k + 1] for path in paths), strict=True)
            if was is not None and now is not None
        )
        if max(travelled, default=0.0) > step:
            chosen.append(k)
            last = [path[k] or was for path, was in zip(paths, last, strict=True)]
    return [*chosen, count - 1] if count > 1 else chosen


def _knot(segments: Sequence[Segment], chosen: list[int], k: int) -> Knot:
    """The knot of that number, with all that is seen until those beside it."""
    around = segments[chosen[max(k - 1, 0)] : chosen[min(k + 1, len(chosen) - 1)] + 1]
    return Knot(segments[chosen[k]], tuple(look for segment in around for look in segment.looks))

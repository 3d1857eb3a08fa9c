"""The colours around which a region's pixels gather: modes of a weighted cloud of colours."""

from __future__ import annotations

from dataclasses import dataclass

import torch

_STEPS, _STILL = 12, 0.01

HUE_CORE = 2.0
HUE_REACH = (4.0, 12.0)
"""How near to a hue mode, in a* and b*, a pixel belongs to it in any case, and how far it may lie."""
SHEEN = 0.5
SHARP, LOOSE = 1.5, 3.0
"""Radius in a* and b* that holds most of a mode, up to which it is sharp, and from which it is loose."""
BLUNTER, SUBSTANTIAL = 1.5, 0.3
"""Beside a sharp mode, any of this part or more of the largest one's weight may be as much wider."""
_BULK = 0.7
_THIN = 0.2
_MOST_HUES = 8


@dataclass(frozen=True, slots=True)
class Mode:
    """A place where a cloud is dense.

    Attributes:
        centre: ``float64``, the place itself, in the coordinates of the cloud.
        members: ``bool`` ``[N]``, which points belong to it.
        weight: summed weight of the members.
        reach: how far from the centre they lie: in codes of a flat colour, in a* and b* of a hue.
    """

    centre: torch.Tensor
    members: torch.Tensor
    weight: float
    reach: float


def _climb(points: torch.Tensor, weight: torch.Tensor, start: torch.Tensor, reach: float) -> torch.Tensor:
    """Mean shift with a box of ``reach`` to each side: where the weighted mean of what is near lies still."""
    from brandkit.colour import mode_kernel

    place = start.clone()
    mode_kernel.climb(points.numpy(), weight.numpy(), place.numpy(), reach, _STEPS, _STILL)
    return place


def hue_modes(ab: torch.Tensor, weight: torch.Tensor, least: float) -> list[Mode]:
    """Modes of a cloud in the a*, b* plane, where a matte surface of one colour is one spot.

    Args:
        ab: ``[N, 2]``, at one luminance.
        weight: ``[N]``, some above zero.
        least: modes of less summed weight than this are not returned.

    Returns:
        Modes by falling weight. Where one is ``SHARP``, as a painted surface of one chroma is, those that are
        ``LOOSE`` are left out: they merely resemble it (wood beside a brown, foliage beside a green). Where
        none is, as of cloth in a photograph, the one wide mode there is.
    """
    points = ab.to(torch.float64)
    free = weight.to(torch.float64).clone()
    wide = _wide(points, free)
    found: list[tuple[float, Mode]] = []
    while float(free.sum()) >= least and len(found) < _MOST_HUES:
        centre = _climb(points, free, _densest_hue(points, free, 3), HUE_CORE)
        reach = _reach(points, free, centre)
        members = of_hue(points, centre, reach) & (free > 0)
        mass = float(free[members].sum())
        if mass >= least:
            found.append((_width(points, free, centre, reach), Mode(centre, members, mass, reach)))
        free[members] = 0
        if mass <= 0:
            break
    if not any(width <= SHARP for width, _ in found):
        return [wide] if wide.weight >= least else []
    # Noise is the same all over a clip: beside a surface that is sharp, a blunter one is no painted surface.
    # A fragment, which is sharp since it is small, says nothing of that.
    large = SUBSTANTIAL * max(mode.weight for _, mode in found)
    sharpest = min(width for width, mode in found if mode.weight >= large)
    widest = max(SHARP, BLUNTER * sharpest) if sharpest <= SHARP else LOOSE
    kept = [mode for width, mode in found if width <= widest]
    return sorted(kept, key=lambda mode: -mode.weight)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the a*, b* plane where points crowd.

    Attributes:
        centre: its middle, ``float64`` ``[2]``.
        apart: how far each point is from there, ``float64`` ``[N]``.
        near: which are within its radius and in no denser spot, ``bool`` ``[N]``.
        share: of what lies within some wider radius, how much is ``near``, 0 to 1. What a denser spot took
            counts as lying around: a piece of a wide cloud has a low share.
    """

    centre: torch.Tensor
    apart: torch.Tensor
    near: torch.Tensor
    share: float


def dense_spots(ab: torch.Tensor, radius: float, beyond: float) -> list[Spot]:
    """Where points crowd in the a*, b* plane, the densest place first; at most ``_MOST_HUES``.

    Args:
        ab: ``[N, 2]``.
        radius: of a spot.
        beyond: radius of what lies around it.
    """
    points = ab.to(torch.float64)
    free = torch.ones(len(points), dtype=torch.float64)
    found: list[Spot] = []
    while len(found) < _MOST_HUES and bool(free.any()):
        centre = _climb(points, free, _densest_hue(points, free, 1), radius)
        apart = (points - centre).norm(dim=1)
        near = (apart <= radius) & (free > 0)
        if not bool(near.any()):
            break
        share = float(near.double().sum()) / float((apart <= beyond).double().sum())
        found.append(Spot(centre, apart, near, share))
        free[near] = 0
    return found


def _wide(points: torch.Tensor, weight: torch.Tensor) -> Mode:
    """The densest place at a glance, with all that lies about it."""
    reach = HUE_REACH[1]
    centre = _climb(points, weight, _densest_hue(points, weight, 5), reach)
    members = of_hue(points, centre, reach) & (weight > 0)
    return Mode(centre, members, float(weight[members].sum()), reach)


def of_hue(ab: torch.Tensor, centre: torch.Tensor, reach: float) -> torch.Tensor:
    """Which points ``[N, 2]`` are of a hue mode: ``bool`` ``[N]``.

    Across the direction of its hue they lie within ``reach``; along it within ``SHEEN`` of its chroma, if
    that is more, since sheen on a surface adds white light, which dilutes the chroma and keeps the hue.
    """
    chroma = float(centre.norm())
    hue = centre / chroma if chroma > 0 else torch.tensor([1.0, 0.0], dtype=torch.float64)
    offset = ab - centre
    across = (offset @ torch.stack((-hue[1], hue[0]))).abs()
    along = (offset @ hue).abs()
    return (across <= reach) & (along <= max(reach, SHEEN * chroma))


def _densest_hue(points: torch.Tensor, weight: torch.Tensor, window: int) -> torch.Tensor:
    """Middle of the busiest square of so many bins a side."""
    side = 128  # bins of two units, a* and b* from -128 to 128
    bins = (points / 2 + side / 2).long().clamp(0, side - 1)
    counts = torch.zeros(side * side, dtype=torch.float64).index_add_(
        0, bins[:, 0] * side + bins[:, 1], weight
    )
    smooth = torch.nn.functional.avg_pool2d(counts.view(1, 1, side, side), window, 1, window // 2).flatten()
    # The busiest bin itself decides between equal neighbourhoods.
    peak = int((smooth + counts * 1e-3).argmax())
    return torch.tensor([peak // side, peak % side], dtype=torch.float64) * 2 - side + 1


def _reach(points: torch.Tensor, weight: torch.Tensor, centre: torch.Tensor) -> float:
    """The radius at which a spot has thinned out to ``_THIN`` of its middle, within ``HUE_REACH``."""
    apart = (points - centre).norm(dim=1)
    rings = torch.arange(1, int(HUE_REACH[1]) + 1, dtype=torch.float64)
    first = apart.ceil().clamp(1, len(rings) + 1).long()  # ring that holds each
    mass = torch.bincount(first, weight, len(rings) + 2).cumsum(0)[1:-1]
    density = mass.diff(prepend=mass.new_zeros(1)) / (2 * rings - 1)
    thin = torch.nonzero(density < _THIN * density[0]).flatten()
    return max(HUE_REACH[0], float(rings[thin[0]])) if len(thin) else HUE_REACH[1]


def _width(points: torch.Tensor, weight: torch.Tensor, centre: torch.Tensor, reach: float) -> float:
    """The radius that holds ``_BULK`` of what lies within the reach."""
    apart = (points - centre).norm(dim=1)
    near = torch.nonzero((apart <= reach) & (weight > 0)).flatten()
    order = near[apart[near].argsort()]
    mass = weight[order].cumsum(0)
    return float(apart[order[int(torch.searchsorted(mass, _BULK * mass[-1]))]]) if len(order) else reach

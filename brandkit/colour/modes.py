"""The colours around which a region's pixels gather: modes of a weighted cloud of colours."""

from __future__ import annotations

from dataclasses import dataclass

import torch

_BIN = 4
FLAT_REACH = 8
"""Codes on each channel within which pixels belong to a flat mode: five deviations of noise of 1.5 codes."""
FLAT_CORE = 3
FLAT_PEAK = 0.65
"""A flat colour has at least this part of its pixels within ``FLAT_CORE``: 0.94 under noise of 1.5 codes,
0.78 of 2. An even gradient has 0.41; skies, skin, cloth and foliage in photographs had 0.2 to 0.57."""
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Mode:
    """A place where a cloud is dense.

    Attributes:
        centre: ``float64``, the place itself, in the coordinates of the cloud.
        members: ``bool`` ``[N]``, which points belong to it.
        weight: summed weight of the members.
    """

    centre: torch.Tensor
    members: torch.Tensor
    weight: float


def flat_modes(rgb: torch.Tensor, weight: torch.Tensor, least: float) -> list[Mode]:
    """Modes of colours that stand for flat areas: peaks, not stretches of a gradient.

    Args:
        rgb: ``uint8`` ``[N, 3]``, distinct colours.
        weight: ``[N]``, how often each occurs.
        least: modes of less summed weight than this are not returned.

    Returns:
        Modes by falling weight; each centre is the commonest colour of its peak where one colour
        stands out, else the peak's mean, in codes.
    """
    points = rgb.to(torch.float64)
    free = weight.to(torch.float64).clone()
    found: list[Mode] = []
    while free.sum() >= least:
        centre = _climb(points, free, _densest_code(points, free), FLAT_REACH / 2)
        apart = (points - centre).abs().amax(1)
        members = (apart <= FLAT_REACH) & (free > 0)
        mass = float(free[members].sum())
        if mass < least:
            break
        core = float(free[members & (apart <= FLAT_CORE + 0.5)].sum())
        if core >= FLAT_PEAK * mass:
            commonest = int((free * members).argmax())
            if float(free[commonest]) >= mass / 4:
                centre = points[commonest]
            found.append(Mode(centre, members, mass))
        free[members] = 0
    return sorted(found, key=lambda mode: -mode.weight)


def _densest_code(points: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Centre of the densest neighbourhood of 12 codes a side."""
    side = 256 // _BIN
    bins = (points / _BIN).long()
    flat = (bins[:, 0] * side + bins[:, 1]) * side + bins[:, 2]
    counts = torch.zeros(side**3, dtype=torch.float64).index_add_(0, flat, weight)
    smooth = torch.nn.functional.avg_pool3d(counts.view(1, 1, side, side, side), 3, 1, 1).flatten()
    # The busiest bin itself decides between equal neighbourhoods.
    peak = int((smooth + counts * 1e-3).argmax())
    place = torch.tensor([peak // side**2, peak // side % side, peak % side], dtype=torch.float64)
    return (place + 0.5) * _BIN


def _climb(points: torch.Tensor, weight: torch.Tensor, start: torch.Tensor, reach: float) -> torch.Tensor:
    """Mean shift with a box of ``reach`` to each side: where the weighted mean of what is near lies still."""
    centre = start
    for _ in range(_STEPS):
        near = (points - centre).abs().amax(1) <= reach
        mass = weight[near].sum()
        if mass <= 0:
            return centre
        mean = (points[near] * weight[near, None]).sum(0) / mass
        if (mean - centre).abs().max() < 0.01:
            return mean
        centre = mean
    return centre


def hue_mode(ab: torch.Tensor, weight: torch.Tensor, reach: float, sheen: float) -> Mode:
    """The densest place of a cloud in the a*, b* plane, where a matte surface is one spot.

    Args:
        ab: ``[N, 2]``.
        weight: ``[N]``, some above zero.
        reach: how far from the mode points belong to it, in Lab units across the direction of its hue.
        sheen: how far along that direction, as a part of its chroma, if that is more: sheen on a
            surface adds white light, which dilutes the chroma and keeps the hue.
    """
    points = ab.to(torch.float64)
    mass = weight.to(torch.float64)
    side = 128  # bins of two units, a* and b* from -128 to 128
    bins = (points / 2 + side / 2).long().clamp(0, side - 1)
    counts = torch.zeros(side * side, dtype=torch.float64).index_add_(0, bins[:, 0] * side + bins[:, 1], mass)
    smooth = torch.nn.functional.avg_pool2d(counts.view(1, 1, side, side), 5, 1, 2).flatten()
    peak = int(smooth.argmax())
    start = torch.tensor([peak // side, peak % side], dtype=torch.float64) * 2 - side + 1
    centre = _climb(points, mass, start, reach)
    chroma = float(centre.norm())
    hue = centre / chroma if chroma > 0 else torch.tensor([1.0, 0.0], dtype=torch.float64)
    offset = points - centre
    across = (offset @ torch.stack((-hue[1], hue[0]))).abs()
    along = (offset @ hue).abs()
    members = (across <= reach) & (along <= max(reach, sheen * chroma)) & (mass > 0)
    return Mode(centre, members, float(mass[members].sum()))

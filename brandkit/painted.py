"""Painted surfaces in a picture, told from what merely has their hue.

A census cannot tell a ball of one paint among foliage of the same green: both fill the same part of the
colour space. In the picture they differ. What is of one paint has one chromaticity however the light falls,
once noise is averaged out over a few pixels; that of fur, foliage, wood and sky wanders from place to place.
``even`` does the same for what is flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from brandkit.colour.modes import Spot, dense_spots
from brandkit.colour.spaces import lab_to_linear, linear_to_lab, luminance, srgb_to_linear
from brandkit.media.clip import interleaved

if TYPE_CHECKING:
    import numpy.typing as npt

WINDOW = 11
"""Side of the square over which light is averaged, pixels."""
SOLID = 0.95
"""Share of a square that has to be of the colour for its mean to count: the others border on something."""
GRID = 3
"""The squares are taken at each third row and column: neighbours say nearly the same."""
ONE_PAINT = 1.5
"""Distance in a* and b* within which the means of one paint lie. Noise of 3 codes scatters them by 0.2 to
0.5, JPEG at quality 70 by 0.5 to 1.6; cloth, fur, foliage, sky and wood in photographs wander by 3 to 13."""
BEYOND, MOSTLY, WANDERS = 3.0, 0.6, 0.65
"""Of what lies within ``BEYOND`` times that distance, at least ``MOSTLY`` has to lie within it, and the
median distance in the largest piece is at most ``WANDERS``: paint through JPEG 70 had 0.58, an even sky
0.75."""
STEADY, STEADY_EDGE = 0.45, 0.8
"""Or the largest piece has at most these median and 90th percentile: a ball in fur of its own hue had 0.34
and 0.38, pieces of fur, foliage and wood 0.48 and 0.94 or more."""
LEAST = 0.01
"""Share of a frame that a painted surface has at least; a patch of wall or sky may be as even by chance."""
BULK, NEARLY_ALL = 0.7, 0.95
_DARK = 1e-6


@dataclass(frozen=True, slots=True)
class Paint:
    """A painted surface that was seen.

    Attributes:
        centre: its a* and b* at the luminance that was asked for, ``float64`` ``[2]``.
        spread: distance from there that holds ``BULK`` of its pixels at that luminance.
        reach: that holds ``NEARLY_ALL`` of them.
        grain: distance in a* and b* from its shading curve, at a pixel's own lightness, that holds ``BULK``.
        stray: that holds ``NEARLY_ALL``.
        area: share of the frame, 0 to 1, that is safely inside of it.
        wander: distance from ``centre`` that holds ``NEARLY_ALL`` of its means over a square.
    """

    centre: torch.Tensor
    spread: float
    reach: float
    grain: float
    stray: float
    area: float
    wander: float


def paints(pixels: torch.Tensor, mask: npt.NDArray[np.bool_], level: float) -> list[Paint]:
    """The painted surfaces within a part of a frame, largest first.

    Args:
        pixels: ``uint8`` ``[3, H, W]``.
        mask: ``[H, W]``, where to look.
        level: luminance, linear light, at which a* and b* are stated.
    """
    solid = _share(mask) >= SOLID
    here = solid & mask
    if np.count_nonzero(here) < LEAST * mask.size:
        return []
    linear = _linear(pixels)
    on_grid = here[::GRID, ::GRID]
    places = at_level(_light(linear, mask)[torch.from_numpy(on_grid)], level)
    found = []
    for spot in dense_spots(places, ONE_PAINT, BEYOND * ONE_PAINT):
        piece = np.zeros_like(on_grid)
        piece[on_grid] = spot.near.numpy()
        area = float(piece.mean())
        if area < LEAST or not _steady(spot, _largest(piece)[on_grid]):
            continue
        own = linear[::GRID, ::GRID][torch.from_numpy(piece)]
        wander = float(torch.quantile(spot.apart[spot.near], NEARLY_ALL))
        found.append(_paint(own, spot.centre, level, area, wander))
    return sorted(found, key=lambda paint: -paint.area)


def wanders(
    pixels: torch.Tensor, mask: npt.NDArray[np.bool_], centre: torch.Tensor, level: float
) -> npt.NDArray[np.float64]:
    """How far the means over squares are from a paint's colour, at each ``GRID``-th row and column.

    Args:
        pixels: ``uint8`` ``[3, H, W]``.
        mask: ``[H, W]``, what counts.
        centre: the paint's a* and b*, ``float64`` ``[2]``.
        level: the luminance, linear light, at which they are stated.

    Returns:
        ``[h, w]``, infinite where the mask has nothing.
    """
    linear = _linear(pixels)
    light = _light(linear, mask)
    apart = (at_level(light.view(-1, 3), level) - centre).norm(dim=1).view(light.shape[:2])
    return np.asarray(torch.where(light.sum(2) > 0, apart, torch.inf).numpy())


def _linear(pixels: torch.Tensor) -> torch.Tensor:
    """Linear light ``float64`` ``[H, W, 3]`` of a frame ``uint8`` ``[3, H, W]``."""
    table = srgb_to_linear(torch.arange(256, dtype=torch.float64) / 255).numpy()
    return torch.from_numpy(np.asarray(cv2.LUT(interleaved(pixels), table)))


def _light(linear: torch.Tensor, mask: npt.NDArray[np.bool_]) -> torch.Tensor:
    """Sums of what is within a mask over squares around each ``GRID``-th row and column: ``[h, w, 3]``."""
    inside = linear * torch.from_numpy(mask)[..., None]
    return torch.from_numpy(np.asarray(cv2.blur(inside.numpy(), (WINDOW, WINDOW)))[::GRID, ::GRID].copy())


def _steady(spot: Spot, piece: npt.NDArray[np.bool_]) -> bool:
    """Whether a spot is of one paint, by its points that lie in its largest piece in the picture."""
    apart = spot.apart[torch.from_numpy(piece)]
    parts = torch.tensor([0.5, 0.9], dtype=torch.float64)
    median, edge = torch.quantile(apart, parts).tolist()
    alone = spot.share >= MOSTLY and median <= WANDERS
    return bool(alone or (median <= STEADY and edge <= STEADY_EDGE))


def _largest(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The largest connected piece of a mask that is not empty."""
    _, names, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    return np.asarray(names == 1 + stats[1:, cv2.CC_STAT_AREA].argmax())


def at_level(linear: torch.Tensor, level: float) -> torch.Tensor:
    """a* and b*, ``[N, 2]``, of colours in linear light ``[N, 3]`` if they were lit to a luminance."""
    light = luminance(linear).clamp_min(_DARK)
    return linear_to_lab(linear * (level / light)[:, None])[:, 1:]


def _share(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.blur(mask.astype(np.float32), (WINDOW, WINDOW)), dtype=np.float32)


def _paint(own: torch.Tensor, centre: torch.Tensor, level: float, area: float, wander: float) -> Paint:
    """What a surface's pixels ``[N, 3]``, linear light, say of their noise."""
    grey = linear_to_lab(torch.full((3,), level, dtype=torch.float64))
    body = lab_to_linear(torch.cat((grey[:1], centre)))
    light = luminance(own) / luminance(body)
    apart = (at_level(own, level) - centre).norm(dim=1)
    stray = (linear_to_lab(own) - linear_to_lab(body * light[:, None]))[:, 1:].norm(dim=1)
    parts = torch.tensor([BULK, NEARLY_ALL], dtype=torch.float64)
    (spread, reach), (grain, farthest) = (torch.quantile(v, parts).tolist() for v in (apart, stray))
    return Paint(centre, spread, reach, grain, farthest, area, wander)

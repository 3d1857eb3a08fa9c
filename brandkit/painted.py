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

from brandkit.colour.modes import dense_spots
from brandkit.colour.spaces import linear_to_lab, luminance, srgb_to_linear

if TYPE_CHECKING:
    import numpy.typing as npt

WINDOW = 11
"""Side of the square over which light is averaged, pixels."""
SOLID = 0.95
"""Share of a square that has to be of the colour for its mean to count: the others border on something."""
GRID = 3
"""The squares are taken at each third row and column: neighbours say nearly the same."""
ONE_PAINT = 1.5
"""Distance in a* and b* within which the means of one paint lie. Noise of 3 codes scatters them by 0.2 to 0.5,
JPEG at quality 70 by 0.5 to 1.6; cloth, fur, foliage, sky and wood in photographs wander by 3 to 13."""
BEYOND, MOSTLY = 3.0, 0.6
"""Of what lies within ``BEYOND`` times that distance, at least this share has to lie within it."""
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
    """

    centre: torch.Tensor
    spread: float
    reach: float
    grain: float
    stray: float
    area: float


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
    linear = srgb_to_linear(pixels.permute(1, 2, 0).cpu().double() / 255)
    inside = torch.from_numpy(mask)
    means = np.asarray(cv2.blur((linear * inside[..., None]).numpy(), (WINDOW, WINDOW)))
    on_grid = here[::GRID, ::GRID]
    places = at_level(torch.from_numpy(means[::GRID, ::GRID][on_grid]), level)
    found = []
    for centre, near in dense_spots(places, ONE_PAINT, BEYOND * ONE_PAINT, MOSTLY):
        area = float(near.double().sum()) / on_grid.size
        if area < LEAST:
            continue
        safely = np.zeros_like(on_grid)
        safely[on_grid] = near.numpy()
        own = linear[::GRID, ::GRID][torch.from_numpy(safely)]
        found.append(_paint(own, centre, level, area))
    return sorted(found, key=lambda paint: -paint.area)


def at_level(linear: torch.Tensor, level: float) -> torch.Tensor:
    """a* and b*, ``[N, 2]``, of colours in linear light ``[N, 3]`` if they were lit to a luminance."""
    light = luminance(linear).clamp_min(_DARK)
    return linear_to_lab(linear * (level / light)[:, None])[:, 1:]


def _share(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.blur(mask.astype(np.float32), (WINDOW, WINDOW)), dtype=np.float32)


def _paint(own: torch.Tensor, centre: torch.Tensor, level: float, area: float) -> Paint:
    """What a surface's pixels ``[N, 3]``, linear light, say of their noise."""
    from brandkit.colour.spaces import lab_to_linear

    grey = linear_to_lab(torch.full((3,), level, dtype=torch.float64))
    body = lab_to_linear(torch.cat((grey[:1], centre)))
    light = luminance(own) / luminance(body)
    apart = (at_level(own, level) - centre).norm(dim=1)
    stray = (linear_to_lab(own) - linear_to_lab(body * light[:, None]))[:, 1:].norm(dim=1)
    parts = torch.tensor([BULK, NEARLY_ALL], dtype=torch.float64)
    (spread, reach), (grain, farthest) = (torch.quantile(v, parts).tolist() for v in (apart, stray))
    return Paint(centre, spread, reach, grain, farthest, area)

"""Whether an area is of one flat colour, or a gradient or texture whose colours look alike.

A census cannot tell: the colours of a sky and those of a flat colour under noise of three codes fill the
same cube. In the picture they differ. Noise averages out over a few pixels, so that a flat colour's mean is
the same everywhere; that of skin, fur, cloth and sky wanders.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch

WINDOW = 11
"""Side of the square that is averaged, pixels."""
SOLID = 0.95
"""Share of a square that has to be near the colour for its mean to count: the others border on something."""
STEADY = 1.5
"""Codes by which a square's mean may miss the colour. Noise of 4 codes, or of 3 enlarged threefold or through
JPEG, scatters the means by 0.2 to 0.55; photographed surfaces, by 1.5 to 6."""
MOSTLY = 0.75
"""Share of the squares that have to do so."""
LEAST = 0.15
"""Share of what is near the colour that has to lie in such squares."""
AREA = 0.4
"""Share of an area that lies within its border of one pixel: 0.6 of strokes of 5 pixels, 0.3 of 3."""
BORDER = 3
"""Pixels around an area that are its border: an edge is softer than one pixel."""
STEEP = 2.5
"""What borders on an area is this many times its reach away from its colour at least, in the median: what
borders on a band of an evening sky is 1.0 to 1.4 times as far, on a logo on a ground of its own hue 4."""


def even(pixels: torch.Tensor, colour: torch.Tensor, reach: float) -> bool:
    """Whether what has nearly a colour in a frame is flat.

    Args:
        pixels: ``uint8`` ``[3, H, W]``.
        colour: codes ``[3]``.
        reach: codes on each channel up to which pixels are near it: its noise.
    """
    planes, centre = pixels.cpu().numpy(), colour.tolist()
    near = np.full(planes.shape[1:], 255, np.uint8)
    for plane, middle in zip(planes, centre, strict=True):
        near &= np.asarray(
            cv2.inRange(plane, math.ceil(middle - reach), math.floor(middle + reach)), np.uint8
        )
    size = (WINDOW, WINDOW)
    # All by whole numbers: in floating point, of the whole frame, it took several times as long.
    around = np.asarray(cv2.boxFilter(near & 1, -1, size, normalize=False), np.uint8)
    solid = (around >= SOLID * WINDOW**2) & (near > 0)
    count = np.count_nonzero(solid)
    if not count or count < LEAST * np.count_nonzero(near):
        return False
    steady = np.ones(count, np.bool_)
    for plane, middle in zip(planes, centre, strict=True):
        sums = np.asarray(cv2.boxFilter(plane & near, cv2.CV_32S, size, normalize=False))
        steady &= np.abs(sums[solid] / around[solid] - middle) <= STEADY
    return bool(np.count_nonzero(steady) >= MOSTLY * count)


def edged(pixels: torch.Tensor, colour: torch.Tensor, reach: float) -> bool:
    """Whether what has nearly a colour in a frame is an area that ends at edges.

    A band of a gradient does not end so, and what lies along a soft edge, a mixture, is no area.

    Args:
        pixels: ``uint8`` ``[3, H, W]``.
        colour: codes ``[3]``.
        reach: codes on each channel up to which pixels are near it: its noise.
    """
    picture = pixels.permute(1, 2, 0).cpu().numpy().astype(np.float32)
    apart = np.abs(picture - colour.cpu().numpy().astype(np.float32)).max(-1)
    near = (cv2.medianBlur((apart <= reach).astype(np.uint8), 3) > 0).astype(np.uint8)
    if np.count_nonzero(cv2.erode(near, np.ones((3, 3), np.uint8))) < AREA * np.count_nonzero(near):
        return False
    border = (cv2.dilate(near, np.ones((2 * BORDER + 1,) * 2, np.uint8)) > near) & (apart > reach)
    return bool(border.any() and np.median(apart[border]) >= STEEP * reach)

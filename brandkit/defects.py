"""What can be technically wrong with a single picture: burnt or crushed areas, banding, missing detail."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

NEAR_LIMIT = 10
"""Codes from the end of the scale within which what surrounds a clipped area shows that it was a slope."""
SOFT = 0.5
"""Share of an area's border that must be so near: white paper ends in edges, a burnt sky does not."""
LEAST_AREA = 0.0005
"""Share of the picture below which an area that clipped is a glint."""

STEPS = (2, 8)
"""Codes of luma between bands: one is what 8 bits cannot avoid, more than eight an edge."""
PLATEAU = 6
"""Pixels to either side of a step in which luma stays the same."""
TILE = 32
"""Pixels; the picture is banded in tiles of this size that hold ``CONTOUR`` pixels of steps or more."""
CONTOUR = 16

SCALES = (0.25, 1 / 3, 0.5, 2 / 3, 0.75, 0.9)
"""Linear scales that a picture is taken down to and up again."""
RESTORED = 2.0
"""Root mean square of codes, where there is detail, by which a picture may differ from itself restored."""
_DOWN = (cv2.INTER_AREA, cv2.INTER_CUBIC)
_UP = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4)
LEAST_DETAIL = 0.005
"""Share of the picture that must be detail for its resolution to be told."""
EDGE = 24
"""Codes of luma that a detail spans within 5 by 5 pixels."""


def luma(picture: U8) -> U8:
    """Y' of BT.601, rounded, ``[H, W]``, of sRGB ``[H, W, 3]``."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def clipped(picture: U8) -> Mask:
    """Where a channel runs against 255, or all against 0, at the end of a slope: ``[H, W]``.

    Args:
        picture: sRGB ``[H, W, 3]``.
    """
    result = np.zeros(picture.shape[:2], np.bool_)
    for channel in cv2.split(picture):
        result |= _run_against(255 - np.asarray(channel, np.uint8))
    result |= _run_against(picture.max(2))
    return result


def _run_against(room: U8) -> Mask:
    """Areas without room whose border has little: ``room`` is how far each pixel is from the end."""
    count, names, stats, _ = cv2.connectedComponentsWithStats((room == 0).astype(np.uint8), connectivity=8)
    if count == 1:
        return np.zeros(room.shape, np.bool_)
    spread = cv2.dilate(names.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int32)
    border = (spread > 0) & (names == 0)
    around = np.bincount(spread[border], minlength=count)
    soft = np.bincount(spread[border & (room <= NEAR_LIMIT)], minlength=count)
    burnt = (soft >= SOFT * np.maximum(around, 1)) & (stats[:, cv2.CC_STAT_AREA] >= LEAST_AREA * room.size)
    burnt[0] = False
    return np.asarray(burnt[names])


def banded(picture: U8) -> Mask:
    """Tiles in which smooth luma goes in steps: ``[H, W]``.

    Args:
        picture: sRGB ``[H, W, 3]``.
    """
    grey = luma(picture).astype(np.int16)
    steps = _steps(grey) | _steps(grey.T).T
    height, width = steps.shape
    result = np.zeros(steps.shape, np.bool_)
    for y in range(0, height, TILE):
        for x in range(0, width, TILE):
            tile = slice(y, y + TILE), slice(x, x + TILE)
            result[tile] = steps[tile].sum() >= CONTOUR
    return result


def _steps(grey: npt.NDArray[np.int16]) -> Mask:
    """Pixels left of a step with a plateau on either side."""
    result = np.zeros(grey.shape, np.bool_)
    if grey.shape[1] <= 2 * PLATEAU:
        return result
    change = np.abs(np.diff(grey, axis=1))
    level = np.cumsum(np.pad((change == 0).astype(np.int32), ((0, 0), (1, 0))), axis=1)
    flat = level[:, PLATEAU:] - level[:, :-PLATEAU] == PLATEAU  # of changes k to k + PLATEAU - 1
    left, right = flat[:, : -PLATEAU - 1], flat[:, PLATEAU + 1 :]
    step = change[:, PLATEAU : PLATEAU + left.shape[1]]
    result[:, PLATEAU : PLATEAU + left.shape[1]] = left & right & (step >= STEPS[0]) & (step <= STEPS[1])
    return result


def detail(picture: U8) -> float | None:
    """The least linear scale that a picture can be restored from, as if it had been made there: up to 1.

    ``None`` where it has too little detail to tell.

    Args:
        picture: sRGB ``[H, W, 3]``.
    """
    grey = luma(picture)
    height, width = grey.shape
    box = np.ones((5, 5), np.uint8)
    fine = cv2.dilate(grey, box).astype(np.int16) - cv2.erode(grey, box) >= EDGE
    if fine.mean() < LEAST_DETAIL or min(height, width) < 16:
        return None
    for scale in SCALES:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        for made, shown in product(_DOWN, _UP):
            small = cv2.resize(grey, size, interpolation=made)
            back = cv2.resize(small, (width, height), interpolation=shown).astype(np.float32)
            if float(np.sqrt(((back[fine] - grey[fine]) ** 2).mean())) <= RESTORED:
                return scale
    return 1.0

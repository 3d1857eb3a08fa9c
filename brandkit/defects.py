"""What can be technically wrong with a single picture: burnt or crushed areas, banding, missing detail."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.areas import on_slopes
from brandkit.colour.compiled import compiled

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
Way = tuple[int, int]
"""How a picture may have been taken down and up again, as OpenCV's codes."""
_DOWN = (cv2.INTER_AREA, cv2.INTER_CUBIC)
_UP = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4)
WAYS: tuple[Way, ...] = tuple(product(_DOWN, _UP))
HOPELESS = 3.0
"""How many times as far as ``RESTORED`` bicubic may be off for Lanczos, which is like it, to be tried."""
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
    channels = [np.asarray(channel, np.uint8) for channel in cv2.split(picture)]
    for channel in channels:
        result |= _run_against(255 - channel)
    return result | _run_against(np.maximum(np.maximum(channels[0], channels[1]), channels[2]))


def _run_against(room: U8) -> Mask:
    """Areas without room whose border has little: ``room`` is how far each pixel is from the end."""
    least = LEAST_AREA * room.size
    if room.size - np.count_nonzero(room) < max(1.0, least):
        return np.zeros(room.shape, np.bool_)
    return on_slopes(room, least, NEAR_LIMIT, SOFT)


def banded(picture: U8) -> Mask:
    """Tiles in which smooth luma goes in steps: ``[H, W]``.

    Args:
        picture: sRGB ``[H, W, 3]``.
    """
    grey = luma(picture)
    across = cv2.transpose(_steps_down(np.asarray(cv2.transpose(grey), np.uint8)))
    steps = _steps_down(grey) | np.asarray(across, np.uint8)
    height, width = steps.shape
    padded = np.pad(steps, ((0, -height % TILE), (0, -width % TILE)))
    rows, columns = padded.shape[0] // TILE, padded.shape[1] // TILE
    down = padded.reshape(rows, TILE, columns * TILE).sum(1, dtype=np.uint8)
    full = down.reshape(rows, columns, TILE).sum(2) >= CONTOUR
    return np.asarray(full.repeat(TILE, 0).repeat(TILE, 1)[:height, :width])


@compiled(nogil=True)
def _mark_steps(grey: U8, least: int, most: int, plateau: int, result: U8) -> None:
    """Mark, in ``result``, pixels above a step of ``least`` to ``most`` codes between two plateaus.

    All columns are followed at a time, without branches and in 8 bits, so that the compiler can vectorise.
    """
    height, width = grey.shape
    even = np.zeros(width, np.uint8)  # pixels in which luma has stayed the same, up to one beyond a plateau
    open_ = np.zeros(width, np.uint8)  # whether the last step was one, with a plateau before it
    for y in range(height - 1):
        _follow(grey[y], grey[y + 1], np.uint8(least), np.uint8(most), np.uint8(plateau), even, open_)
        if y >= plateau:
            _mark(even, open_, np.uint8(plateau), result[y - plateau])


@njit(nogil=True)
def _follow(above, below, low, high, long, even, open_):  # type: ignore[no-untyped-def]
    one = np.uint8(1)
    for x in range(above.size):
        change = np.uint8(max(above[x], below[x]) - min(above[x], below[x]))
        same = np.uint8(change == 0)
        step = np.uint8(even[x] >= long) & np.uint8(low <= change) & np.uint8(change <= high)
        open_[x] = np.uint8((step & (same ^ one)) | (open_[x] & same))
        even[x] = np.uint8(min(np.uint8(even[x] + one), np.uint8(long + one)) * same)


@njit(nogil=True)
def _mark(even, open_, long, marks):  # type: ignore[no-untyped-def]
    for x in range(marks.size):
        marks[x] |= open_[x] & np.uint8(even[x] == long)


def _steps_down(grey: U8) -> U8:
    """1 for pixels above a step with a plateau above and below it, else 0."""
    result = np.zeros(grey.shape, np.uint8)
    _mark_steps(grey, *STEPS, PLATEAU, result)
    return result


def detail(picture: U8, known: float | None = None, ways: list[Way] | None = None) -> float | None:
    """The least linear scale that a picture can be restored from, as if it had been made there: up to 1.

    ``None`` where it has too little detail to tell.

    Args:
        picture: sRGB ``[H, W, 3]``.
        known: one of ``SCALES``, where less is of no interest: if it can be restored from there, that is the
            answer, and the others are not tried.
        ways: ``WAYS`` in the order to try them; the one that restores it is moved to the front, where it
            will be the first for the next frame of the same clip.
    """
    grey = luma(picture)
    height, width = grey.shape
    fine = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) >= EDGE
    if fine.mean() < LEAST_DETAIL or min(height, width) < 16:
        return None
    ways = list(WAYS) if ways is None else ways
    scales = SCALES if known is None else (known, *(scale for scale in SCALES if scale > known))
    return next((scale for scale in scales if scale == 1 or _restores(grey, fine, scale, ways)), 1.0)


def _restores(grey: U8, fine: Mask, scale: float, ways: list[Way]) -> bool:
    """Whether luma is the same, where it is ``fine``, once it was taken down to a scale and up again."""
    height, width = grey.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    most = int(RESTORED**2 * np.count_nonzero(fine))
    small: dict[int, U8] = {}
    hopeless: set[Way] = set()
    for way in ways:
        made, shown = way
        if way in hopeless:
            continue
        if made not in small:
            small[made] = np.asarray(cv2.resize(grey, size, interpolation=made), np.uint8)
        back = np.asarray(cv2.resize(small[made], (width, height), interpolation=shown), np.uint8)
        apart = _squares(back, grey, fine, int(HOPELESS**2 * most))
        if apart <= most:
            ways.remove(way)
            ways.insert(0, way)
            return True
        if shown == cv2.INTER_CUBIC and apart > HOPELESS**2 * most:
            hopeless.add((made, cv2.INTER_LANCZOS4))
    return False


@compiled(nogil=True)
def _squares(one: U8, other: U8, where: Mask, most: int) -> int:
    """The sum of squared differences where it is asked for; once above ``most``, of the first rows alone."""
    total = 0
    for y in range(len(where)):
        row = np.int32(0)
        a, b, chosen = one[y], other[y], where[y]
        for x in range(len(a)):
            apart = np.int32(a[x]) - np.int32(b[x])
            row += apart * apart * np.int32(chosen[x])
        total += int(row)
        if total > most:
            break
    return total

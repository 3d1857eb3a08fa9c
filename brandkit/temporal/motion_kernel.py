"""The hot loops of ``motion`` on the CPU: a frame moved along its flow, and what is left of it by cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

OCCLUSION_PART = 0.01
OCCLUSION_PIXELS = 0.5
"""Sundaram, Brox and Keutzer (2010), "Dense point trajectories by GPU-accelerated large displacement optical
flow", equation 5: the squared distance by which the ways there and back may miss, as a part of both squared
lengths, and in squared pixels."""
HARMLESS = 2.0
"""Codes by which a miss may be wrong: on even ground flow is any, and does no harm."""
PLAUSIBLE = 12.0
"""Codes by which even ground may differ from that before it, and still be the same in another light."""
_OUTSIDE = 1e-3

_f = np.float32


@njit(inline="always")
def _corner(at, last):  # type: ignore[no-untyped-def]
    """The pixel at or before a place, and how far beyond it the place is."""
    low = min(max(at, _f(0)), _f(last))
    first = min(np.int32(low), max(last - 1, 0))
    return first, low - _f(first)


@compiled(fastmath=True, nogil=True)
def align(now: F32, before: F32, there: F32, back: F32, slope: F32, moved: F32, seen: Mask) -> None:
    """Write the frame before, moved onto a frame, and where it shows the same.

    Args:
        now: codes, ``[h, w, 3]``.
        before: those of the frame before.
        there: flow from a frame to the one before, ``[h, w, 2]``.
        back: flow from there to the frame.
        slope: codes a pixel, ``[h, w]``.
        moved: ``[h, w, 3]``, overwritten.
        seen: ``[h, w]``, overwritten.
    """
    height, width = slope.shape
    right, below = min(1, width - 1), min(1, height - 1)
    for y in range(height):
        for x in range(width):
            u, v = there[y, x, 0], there[y, x, 1]
            to_x, to_y = _f(x) + u, _f(y) + v
            i, p = _corner(to_x, width - 1)
            j, q = _corner(to_y, height - 1)
            i1, j1 = i + right, j + below
            a = (_f(1) - p) * (_f(1) - q)
            b = p * (_f(1) - q)
            c = (_f(1) - p) * q
            d = p * q
            apart = _f(0)
            for k in range(3):
                value = (
                    a * before[j, i, k] + b * before[j, i1, k] + c * before[j1, i, k] + d * before[j1, i1, k]
                )
                moved[y, x, k] = value
                apart = max(apart, abs(now[y, x, k] - value))
            r = a * back[j, i, 0] + b * back[j, i1, 0] + c * back[j1, i, 0] + d * back[j1, i1, 0]
            s = a * back[j, i, 1] + b * back[j, i1, 1] + c * back[j1, i, 1] + d * back[j1, i1, 1]
            missed = (u + r) * (u + r) + (v + s) * (v + s)
            lengths = u * u + v * v + r * r + s * s
            steepest = _f(0)
            for m in range(max(y - 1, 0), min(y + 2, height)):
                for n in range(max(x - 1, 0), min(x + 2, width)):
                    steepest = max(steepest, slope[m, n])
            harmless = steepest * np.sqrt(missed) <= HARMLESS and apart <= PLAUSIBLE
            inside = -_OUTSIDE <= to_x <= width - 1 + _OUTSIDE and -_OUTSIDE <= to_y <= height - 1 + _OUTSIDE
            returns = missed <= OCCLUSION_PART * lengths + OCCLUSION_PIXELS
            seen[y, x] = inside and (returns or harmless)


@compiled(fastmath=True, nogil=True)
def cell_means(
    now: F32,
    moved: F32,
    seen: Mask,
    weight: F32,
    side: int,
    outlier: float,
    codes: F32,
    change: F32,
    share: F32,
    weights: F32,
) -> None:
    """Write the means of each cell of ``side`` pixels: of ``now``, and of what it is above ``moved``.

    Args:
        now: codes, ``[h, w, 3]``.
        moved: those of the frame before.
        seen: pixels that count, ``[h, w]``.
        weight: how much each does.
        side: of a cell.
        outlier: codes from the cell's median beyond which a change counts as so much.
        codes: ``[rows, columns, 3]``, overwritten, with all pixels.
        change: the same, 0 where nothing was seen.
        share: ``[rows, columns]``, of the pixels that count, overwritten.
        weights: the mean weight of those, overwritten.
    """
    rows, columns = share.shape
    some = np.empty(side * side, np.float32)
    heavy = np.empty(side * side, np.float32)
    for row in range(rows):
        for column in range(columns):
            for k in range(3):
                total = _f(0)
                count = 0
                mass = _f(0)
                for y in range(row * side, (row + 1) * side):
                    for x in range(column * side, (column + 1) * side):
                        total += now[y, x, k]
                        if seen[y, x]:
                            some[count] = now[y, x, k] - moved[y, x, k]
                            heavy[count] = weight[y, x]
                            mass += heavy[count]
                            count += 1
                codes[row, column, k] = total / _f(side * side)
                share[row, column] = _f(count) / _f(side * side)
                weights[row, column] = mass / _f(max(count, 1))
                change[row, column, k] = 0
                if count:
                    middle = _median(some, count)
                    sum_ = _f(0)
                    for n in range(count):
                        near = min(max(some[n], middle - _f(outlier)), middle + _f(outlier))
                        sum_ += heavy[n] * near
                    change[row, column, k] = sum_ / mass


@njit(nogil=True)
def _median(values, count):  # type: ignore[no-untyped-def]
    """Of the first ``count`` values, the middle one by a sort of every second of them."""
    some = np.empty((count + 1) // 2, np.float32)
    for n in range(len(some)):
        value = values[2 * n]
        at = n
        while at > 0 and some[at - 1] > value:
            some[at] = some[at - 1]
            at -= 1
        some[at] = value
    return some[len(some) // 2]

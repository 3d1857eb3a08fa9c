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

_ABOVE = 1e6
"""Above any change: what a list of changes is filled up with."""

_f = np.float32
_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


@njit(inline="always")
def _corner(at, last):  # type: ignore[no-untyped-def]
    """The pixel at or before a place, and how far beyond it the place is."""
    low = min(max(at, _f(0)), _f(last))
    first = min(np.int32(low), np.int32(max(last - 1, 0)))
    return _u(first), low - _f(first)


@njit(inline="always")
def _steepest(slope, x, y):  # type: ignore[no-untyped-def]
    """The steepest slope at a pixel and beside it."""
    height, width = slope.shape
    greatest = _f(0)
    for m in range(max(y - 1, 0), min(y + 2, height)):
        for n in range(max(x - 1, 0), min(x + 2, width)):
            greatest = max(greatest, slope[m, n])
    return greatest


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
    right, below = _u(min(1, width - 1)), _u(min(1, height - 1))
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
            inside = -_OUTSIDE <= to_x <= width - 1 + _OUTSIDE and -_OUTSIDE <= to_y <= height - 1 + _OUTSIDE
            returns = missed <= OCCLUSION_PART * lengths + OCCLUSION_PIXELS
            if inside and not returns and apart <= PLAUSIBLE:
                returns = _steepest(slope, x, y) * np.sqrt(missed) <= HARMLESS
            seen[y, x] = inside and returns


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
    size = side * side
    values, heavy = np.empty((size, columns), np.float32), np.empty((size, columns), np.float32)
    some = np.empty(((size + 1) // 2 + 1, columns), np.float32)
    counts, mass = np.empty(columns, np.int32), np.empty(columns, np.float32)
    total, middle = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for row in range(rows):
        counts[:] = 0
        mass[:] = 0
        for n in range(size):
            y, x = _u(row * side + n // side), _u(n % side)
            for column in range(columns):
                at = x + _u(column * side)
                heavy[n, column] = weight[y, at] if seen[y, at] else _f(0)
                mass[column] += heavy[n, column]
                counts[column] += seen[y, at]
        for column in range(columns):
            share[row, column] = _f(counts[column]) / _f(size)
            weights[row, column] = mass[column] / _f(max(counts[column], 1))
        for k in range(3):
            total[:] = 0
            for n in range(size):
                y, x = _u(row * side + n // side), _u(n % side)
                for column in range(columns):
                    at = x + _u(column * side)
                    values[n, column] = now[y, at, k] - moved[y, at, k]
                    total[column] += now[y, at, k]
            _every_second(values, seen[row * side : (row + 1) * side], side, counts, some)
            sort_columns(some)
            for column in range(columns):
                codes[row, column, k] = total[column] / _f(size)
                middle[column] = some[_u((counts[column] + 1) // 2 // 2), column]
            total[:] = 0
            for n in range(size):
                for column in range(columns):
                    near = max(values[n, column], middle[column] - _f(outlier))
                    total[column] += heavy[n, column] * min(near, middle[column] + _f(outlier))
            for column in range(columns):
                change[row, column, k] = total[column] / mass[column] if counts[column] else _f(0)


@njit(nogil=True)
def _every_second(values, seen, side, counts, some):  # type: ignore[no-untyped-def]
    """Every second of the values that were seen, by columns of ``some``, whose rest is ``_ABOVE`` all.

    Without a branch: what does not count is written where the next one goes that does.
    """
    counts[:] = 0
    some[:] = _ABOVE
    for n in range(len(values)):
        y, x = _u(n // side), _u(n % side)
        for column in range(len(counts)):
            some[_u((counts[column] + 1) >> 1), column] = values[n, column]
            counts[column] += seen[y, x + _u(column * side)]
    for column in range(len(counts)):
        some[_u((counts[column] + 1) >> 1), column] = _ABOVE


@compiled(fastmath=True, nogil=True)
def sort_columns(some: F32) -> None:
    """Sort each column, all columns at a time: by exchanges between neighbours, in turn."""
    rows, columns = some.shape
    for turn in range(rows):
        for row in range(turn % 2, rows - 1, 2):
            one, other = some[row], some[row + 1]
            for column in range(columns):
                low, high = min(one[column], other[column]), max(one[column], other[column])
                one[column], other[column] = low, high

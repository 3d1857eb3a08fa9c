"""The hot loops of ``motion`` on the CPU: a frame moved along its flow, and what is left of it by cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

OCCLUSION_PART = 0.01
OCCLUSION_PIXELS = 0.5
"""Sundaram, Brox and Keutzer (2010), "Dense point trajectories by GPU-accelerated large displacement optical
flow", equation 5: the squared distance by which the ways there and back may miss, as a part of both squared
lengths, and in squared pixels."""
HARMLESS = 2.0
"""Codes by which a miss may be wrong: on even ground flow is any, and does no harm."""
EVEN = 1.5
"""Codes a pixel up to which ground is even: a place that is a little off does no harm there."""
PLAUSIBLE, PLAUSIBLE_PART = 12.0, 0.08
"""By how much even ground may differ from that before it and still be the same in another light: in codes, or
as a part of them."""
_OUTSIDE = 1e-3

_ABOVE = 1e6
"""Above any change: what a list of changes is filled up with."""

_LEAST = np.float32(1e-9)
"""What the weights of a cell come to at least, where any pixel was seen."""

_f = np.float32
_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


@njit(inline="always")
def _corner(at, last):  # type: ignore[no-untyped-def]
    """The pixel at or before a place, and how far beyond it the place is."""
    low = min(max(at, _f(0)), _f(last))
    first = min(np.int32(low), np.int32(max(last - 1, 0)))
    return _u(first), low - _f(first)


@njit(nogil=True, fastmath=True)
def _with_the_whole(now, before, steep_before, drift, x, y, moved):  # type: ignore[no-untyped-def]
    """Write what was where an even pixel comes from if it moves as the picture does; whether that may be."""
    height, width = steep_before.shape
    to_x = _f(x) + drift[0, 0] * _f(x) + drift[0, 1] * _f(y) + drift[0, 2]
    to_y = _f(y) + drift[1, 0] * _f(x) + drift[1, 1] * _f(y) + drift[1, 2]
    if not (0 <= to_x <= width - 1 and 0 <= to_y <= height - 1):
        return False
    m, n = int(to_x + _f(0.5)), int(to_y + _f(0.5))
    if steep_before[n, m] > EVEN:
        return False
    for k in range(3):
        if abs(now[y, x, k] - before[n, m, k]) > max(_f(PLAUSIBLE), _f(PLAUSIBLE_PART) * now[y, x, k]):
            return False
    for k in range(3):
        moved[y, x, k] = before[n, m, k]
    return True


@compiled(fastmath=True, nogil=True)
def align(
    now: F32,
    before: F32,
    there: F32,
    back: F32,
    steep: F32,
    steep_before: F32,
    drift: F32,
    moved: F32,
    seen: Mask,
) -> None:
    """Write the frame before, moved onto a frame, and where it shows the same.

    Where the flow does not come back and the ground is even, the frame before is moved as the picture moves
    as a whole: DIS finds nothing to hold on to there, and is led astray by a change of light.

    Args:
        now: codes, ``[h, w, 3]``.
        before: those of the frame before.
        there: flow from a frame to the one before, ``[h, w, 2]``.
        back: flow from there to the frame.
        steep: the steepest slope at each pixel and beside it, in codes a pixel, ``[h, w]``.
        steep_before: that of the frame before.
        drift: how the picture moves as a whole, ``[2, 3]``: flow is ``drift @ (x, y, 1)``.
        moved: ``[h, w, 3]``, overwritten.
        seen: ``[h, w]``, overwritten.
    """
    height, width = steep.shape
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
                returns = steep[y, x] * np.sqrt(missed) <= HARMLESS
            seen[y, x] = inside and returns
            if not seen[y, x] and steep[y, x] <= EVEN:
                seen[y, x] = _with_the_whole(now, before, steep_before, drift, x, y, moved)


@compiled(nogil=True)
def add_up(flow: F32, slope: F32, step: int, drift: F32, near: float, square: F64, product: F64) -> int:
    """Add up what a fit by least squares needs, over places that are not even and move nearly as ``drift``.

    Args:
        flow: ``[h, w, 2]``.
        slope: codes a pixel, ``[h, w]``.
        step: every so many rows and columns are places.
        drift: as for ``align``.
        near: pixels by which the flow may differ from it, across and down.
        square: of ``(x, y, 1)`` with itself, ``[3, 3]``, added to.
        product: of ``(x, y, 1)`` with the flow, ``[3, 2]``, added to.

    Returns:
        How many places.
    """
    height, width = slope.shape
    count = 0
    place = np.ones(3)
    for y in range(0, height, step):
        for x in range(0, width, step):
            u, v = flow[y, x, 0], flow[y, x, 1]
            across = drift[0, 0] * _f(x) + drift[0, 1] * _f(y) + drift[0, 2]
            down = drift[1, 0] * _f(x) + drift[1, 1] * _f(y) + drift[1, 2]
            if slope[y, x] > EVEN and abs(u - across) <= near and abs(v - down) <= near:
                count += 1
                place[0], place[1] = x, y
                for i in range(3):
                    for j in range(3):
                        square[i, j] += place[i] * place[j]
                    product[i, 0] += place[i] * u
                    product[i, 1] += place[i] * v
    return count


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
    # Of each pixel of a cell a row, in which each channel has its cells side by side.
    values, heavy = np.empty((size, 3 * columns), np.float32), np.empty((size, columns), np.float32)
    some = np.empty(((size + 1) // 2 + 1, 3 * columns), np.float32)
    apart, sums = np.empty((3, side * columns), np.float32), np.empty((3, side * columns), np.float32)
    counts, mass = np.empty(columns, np.int32), np.empty(columns, np.float32)
    total, middle = np.empty(3 * columns, np.float32), np.empty(3 * columns, np.float32)
    for row in range(rows):
        top = row * side
        mass[:] = 0
        sums[:] = 0
        for j in range(side):
            _take_apart(now[top + j], moved[top + j], apart, sums)
            for i in range(side):
                n = j * side + i
                _take_column(apart, i, side, values[n])
                _take_weights(weight[top + j], seen[top + j], i, side, heavy[n], mass)
        _every_second(values, seen[top : top + side], side, counts, some)
        sort_columns(some)
        for column in range(columns):
            share[row, column] = _f(counts[column]) / _f(size)
            weights[row, column] = mass[column] / _f(max(counts[column], 1))
            for k in range(3):
                place = k * columns + column
                middle[place] = some[_u((counts[column] + 1) // 2 // 2), place]
                total[place] = 0
                for i in range(side):
                    total[place] += sums[k, column * side + i]
                codes[row, column, k] = total[place] / _f(size)
        _bounded(values, heavy, middle, _f(outlier), total)
        for column in range(columns):
            for k in range(3):
                change[row, column, k] = total[k * columns + column] / max(mass[column], _LEAST)


@njit(nogil=True)
def _take_apart(now, moved, apart, sums):  # type: ignore[no-untyped-def]
    """Of a row of pixels, write each channel's change by itself, and add up the channels."""
    for k in range(3):
        line, total = apart[k], sums[k]
        for x in range(line.size):
            line[x] = now[x, k] - moved[x, k]
            total[x] += now[x, k]


@njit(nogil=True)
def _take_column(apart, i, side, values):  # type: ignore[no-untyped-def]
    """Of a row, write the pixel in place ``i`` of each cell, channel by channel."""
    columns = values.size // 3
    for k in range(3):
        line, own = apart[k], values[k * columns : (k + 1) * columns]
        for column in range(columns):
            own[column] = line[_u(i + column * side)]


@njit(nogil=True)
def _take_weights(weight, seen, i, side, heavy, mass):  # type: ignore[no-untyped-def]
    for column in range(mass.size):
        at = _u(i + column * side)
        heavy[column] = weight[at] if seen[at] else _f(0)
        mass[column] += heavy[column]


@njit(nogil=True)
def _every_second(values, seen, side, counts, some):  # type: ignore[no-untyped-def]
    """Every second of the values that were seen, by columns of ``some``, whose rest is ``_ABOVE`` all.

    Without a branch: what does not count is written where the next one goes that does.
    """
    columns = counts.size
    counts[:] = 0
    some[:] = _ABOVE
    for n in range(len(values)):
        y, x = _u(n // side), _u(n % side)
        for column in range(columns):
            place = _u((counts[column] + 1) >> 1)
            for k in range(3):
                some[place, _u(k * columns + column)] = values[n, _u(k * columns + column)]
            counts[column] += seen[y, x + _u(column * side)]
    for column in range(columns):
        for k in range(3):
            some[_u((counts[column] + 1) >> 1), k * columns + column] = _ABOVE


@njit(nogil=True, fastmath=True)
def _bounded(values, heavy, middle, outlier, total):  # type: ignore[no-untyped-def]
    """Write weighted sums of values that are held near the middle of their cells."""
    columns = heavy.shape[1]
    total[:] = 0
    for n in range(len(values)):
        for k in range(3):
            at = slice(k * columns, (k + 1) * columns)
            line, centre, own, mass = values[n, at], middle[at], total[at], heavy[n]
            for column in range(columns):
                near = max(line[column], centre[column] - outlier)
                own[column] += mass[column] * min(near, centre[column] + outlier)


@compiled(fastmath=True, nogil=True)
def sort_columns(some: F32) -> None:
    """Sort each column, all columns at a time, by Batcher's network (Knuth, 5.3.4, algorithm M)."""
    rows = len(some)
    merged = 1
    while merged < rows:
        step = merged
        while step > 0:
            for first in range(step % merged, rows - step, 2 * step):
                for row in range(first, min(first + step, rows - step)):
                    if row // (2 * merged) == (row + step) // (2 * merged):
                        _exchange(some[row], some[row + step])
            step //= 2
        merged *= 2


@njit(nogil=True, fastmath=True)
def _exchange(one, other):  # type: ignore[no-untyped-def]
    for column in range(one.size):
        low, high = min(one[column], other[column]), max(one[column], other[column])
        one[column], other[column] = low, high

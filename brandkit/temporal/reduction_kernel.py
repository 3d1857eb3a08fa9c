"""The hot loops of ``reduction``, compiled by numba: means of blocks of a frame, and of their light."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Plane = npt.NDArray[Any]  # uint8 or uint16
Taps = tuple[npt.NDArray[np.int64], F32]

PARTS = 16
"""Steps between two codes at which linear light is tabled."""
_USUAL = 5
"""The step for 1920 x 1080: one that the compiler knows becomes code without a loop."""

_f = np.float32
_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


@compiled(fastmath=True, nogil=True)
def block_means(planes: U8, step: int, table: F32, bent: F32, codes: F32, light: F32) -> None:
    """Write the means of codes and of linear light of each block of ``planes``, ``[3, H, W]``.

    Args:
        planes: sRGB.
        step: pixels of a block's side.
        table: linear light by code, in ``PARTS``.
        bent: half its second derivative, likewise.
        codes: ``[h, w, 3]``, overwritten.
        light: likewise.
    """
    height, width = codes.shape[:2]
    sums, squares = np.empty(width * step, np.float32), np.empty(width * step, np.float32)
    mean, spread = np.empty(width, np.float32), np.empty(width, np.float32)
    for y in range(height):
        for c in range(3):
            _add_up(planes[c], y * step, step, sums, squares, mean, spread)
            for x in range(width):
                codes[y, x, c] = mean[x]
                light[y, x, c] = _light(mean[x], spread[x], table, bent)


@compiled(fastmath=True, nogil=True)
def block_means_of_planes(
    grey: Plane,
    cb: Plane,
    cr: Plane,
    step: int,
    down: Taps,
    across: Taps,
    numbers: F32,
    table: F32,
    bent: F32,
    codes: F32,
    light: F32,
) -> None:
    """Write what ``block_means`` does of a frame in Y'CbCr, without converting its pixels.

    Means go through the matrix as pixels do, but are held within 0 to 255 where pixels would be one by one.
    The contrast within a block is that of luma.

    Args:
        grey: Y, ``[H, W]``.
        cb: chroma at its own resolution; ``cr`` likewise.
        cr: likewise.
        step: pixels of a block's side.
        down: as from ``chroma.block_taps``; ``across`` likewise.
        across: likewise.
        numbers: as in ``ycbcr_kernel.Stored``.
        table: as for ``block_means``; likewise the rest.
        bent: likewise.
        codes: likewise.
        light: likewise.
    """
    height, width = codes.shape[:2]
    sums, squares = np.empty(width * step, np.float32), np.empty(width * step, np.float32)
    mean, spread = np.empty(width, np.float32), np.empty(width, np.float32)
    line = np.empty(cb.shape[1], np.float32)
    blue, red = np.empty(width, np.float32), np.empty(width, np.float32)
    for y in range(height):
        _add_up(grey, y * step, step, sums, squares, mean, spread)
        _weigh(cb, y, down, across, line, blue)
        _weigh(cr, y, down, across, line, red)
        _through_matrix(mean, spread, blue, red, numbers, table, bent, codes[y], light[y])


@njit(fastmath=True, nogil=True)
def _through_matrix(mean, spread, blue, red, numbers, table, bent, codes, light):  # type: ignore[no-untyped-def]
    """Write a row of blocks, from luma and chroma."""
    luma, offset, cr_r, cb_g, cr_g, cb_b, neutral, scale = numbers
    factor = luma * scale
    for x in range(mean.size):
        shown = mean[x] * factor + offset
        c_b, c_r = blue[x] * scale - neutral, red[x] * scale - neutral
        codes[x, 0] = min(max(shown + c_r * cr_r, _f(0)), _f(255))
        codes[x, 1] = min(max(shown + c_b * cb_g + c_r * cr_g, _f(0)), _f(255))
        codes[x, 2] = min(max(shown + c_b * cb_b, _f(0)), _f(255))
        apart = spread[x] * factor * factor
        for c in range(3):
            light[x, c] = _light(codes[x, c], apart, table, bent)


@njit(fastmath=True, nogil=True)
def _add_up(plane, top, step, sums, squares, mean, spread):  # type: ignore[no-untyped-def]
    """Write means and variances of a row of blocks."""
    if step == _USUAL:
        _add_down(plane, top, _USUAL, sums, squares)
        _add_across(sums, squares, _USUAL, mean, spread)
    else:
        _add_down(plane, top, step, sums, squares)
        _add_across(sums, squares, step, mean, spread)


@njit(inline="always")
def _add_down(plane, top, step, sums, squares):  # type: ignore[no-untyped-def]
    """Add up ``step`` rows, and their squares: whole numbers, which float32 holds up to blocks of 16."""
    first = plane[top]
    for x in range(sums.size):
        value = _f(first[x])
        total, square = value, value * value
        for j in range(1, step):
            value = _f(plane[_u(top + j), _u(x)])
            total += value
            square += value * value
        sums[x], squares[x] = total, square


@njit(inline="always")
def _add_across(sums, squares, step, mean, spread):  # type: ignore[no-untyped-def]
    """Add each ``step`` neighbours up: their mean, and their variance."""
    part = _f(1.0 / (step * step))
    for x in range(mean.size):
        total, square = _f(0), _f(0)
        for i in range(step):
            total += sums[_u(x * step + i)]
            square += squares[_u(x * step + i)]
        mean[x] = total * part
        spread[x] = square * part - mean[x] * mean[x]


@njit(fastmath=True, nogil=True)
def _weigh(plane, row, down, across, line, means):  # type: ignore[no-untyped-def]
    """Write the means of a row of blocks of chroma."""
    top, rows = down
    left, columns = across
    line[:] = 0
    for j in range(rows.shape[1]):
        samples, weight = plane[top[row] + j], rows[row, j]
        for i in range(line.size):
            line[i] += weight * _f(samples[i])
    for x in range(means.size):
        total = _f(0)
        for i in range(columns.shape[1]):
            total += columns[x, i] * line[_u(left[x] + i)]
        means[x] = total


@njit(inline="always")
def _light(mean, spread, table, bent):  # type: ignore[no-untyped-def]
    """Linear light of a mean code, and what the contrast about it adds."""
    at = _u(np.int32(mean * _f(PARTS) + _f(0.5)))
    return table[at] + bent[at] * spread

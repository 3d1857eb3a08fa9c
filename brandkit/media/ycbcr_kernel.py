"""Chroma interpolation, matrix and rounding in one pass on the CPU, compiled by numba.

It computes what ``chroma``, ``ycbcr.to_rgb`` and ``ycbcr.to_codes`` state in torch, to the bit: the
interpolation is exact in float32 (samples of up to 16 bits, weights in eighths), and every product and sum
after it is rounded in the same order, without fused operations. A test holds the two together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from numba import njit

from brandkit.colour.compiled import compiled
from brandkit.media.chroma import Siting, column_taps, factor_of, row_taps
from brandkit.media.ycbcr import Coding, decoding

F32 = npt.NDArray[np.float32]
Plane = npt.NDArray[Any]  # uint8 or uint16
_u = np.uint32  # An index that cannot be negative is one that the compiler need not turn around.


def convert(
    planes: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
    scale: float,
    siting: Siting,
    coding: Coding,
    out: torch.Tensor,
) -> None:
    """Fill ``out`` with the frame as R'G'B'.

    Args:
        planes: Y, Cb, Cr ``[h, w]``, ``uint8`` or ``uint16``, on the CPU, chroma at its own resolution.
        scale: from a stored sample to its code.
        siting: of chroma.
        coding: what the codes mean.
        out: ``uint8`` ``[3, H, W]``, on the CPU, the rows of each channel one after the other.
    """
    y, cb, cr = planes
    height, width = y.shape
    h, w = cb.shape
    factor = factor_of(width, w)
    taps = row_taps(height, h, factor_of(height, h), siting.y, torch.device("cpu"))
    low, high, weight = (tap.numpy() for tap in taps)
    before, share = column_taps(factor, siting.x)
    k = decoding(coding)
    numbers = (k.luma, k.offset, k.cr_r, k.cb_g, k.cr_g, k.cb_b, k.neutral, scale)
    _convert(
        _lines(y),
        _lines(cb),
        _lines(cr),
        (height, width, w),
        (low, high, weight),
        (np.array(before), np.array(share, dtype=np.float32)),
        np.array(numbers, dtype=np.float32),
        out.numpy(),
    )


def _lines(plane: torch.Tensor) -> Plane:
    """The plane with the padding of its lines, which makes it contiguous: the compiler can vectorise then."""
    line = plane.stride(0)
    if plane.stride(1) != 1 or line < plane.shape[1]:
        plane = plane.contiguous()
    else:
        plane = plane.as_strided((plane.shape[0], line), (line, 1))
    array: Plane = plane.numpy()
    return array


@compiled(nogil=True, error_model="numpy")
def _convert(
    y: Plane,
    cb: Plane,
    cr: Plane,
    size: tuple[int, int, int],
    rows: tuple[npt.NDArray[Any], ...],
    columns: tuple[npt.NDArray[Any], ...],
    numbers: F32,
    out: npt.NDArray[np.uint8],
) -> None:
    height, width, w = size
    low, high, weight = rows
    before, share = columns
    factor = share.shape[0]
    luma, offset, cr_r, cb_g, cr_g, cb_b, neutral, scale = numbers
    half = np.float32(0.5)
    top = np.float32(255.5)
    none = np.float32(0)
    # One sample more at either end, so that the border is no exception.
    near = np.empty((2, w + 2), dtype=np.float32)
    wide = np.empty((2, w * factor), dtype=np.float32)
    for row in range(height):
        for channel in range(2):
            plane = cb if channel == 0 else cr
            a = plane[low[row]]
            b = plane[high[row]]
            share_row = weight[row]
            line = near[channel]
            for i in range(w):
                first = np.float32(a[i])
                line[i + 1] = first + (np.float32(b[i]) - first) * share_row
            line[0] = line[1]
            line[w + 1] = line[w]
            spread = wide[channel]
            if factor == 2:
                _spread_by_two(line, before, share, spread)
            else:
                _spread(line, before, share, factor, spread)
        luma_row = y[row]
        blue, red = wide[0], wide[1]
        r, g, b_ = out[0, row], out[1, row], out[2, row]
        for i in range(width):
            grey = np.float32(luma_row[i]) * scale * luma + offset
            c_b = blue[i] * scale - neutral
            c_r = red[i] * scale - neutral
            value_r = grey + c_r * cr_r
            value_g = (grey + c_b * cb_g) + c_r * cr_g
            value_b = grey + c_b * cb_b
            r[i] = np.uint8(min(max(value_r + half, none), top))
            g[i] = np.uint8(min(max(value_g + half, none), top))
            b_[i] = np.uint8(min(max(value_b + half, none), top))


@njit(inline="always")
def _spread(line, before, share, factor, wide):  # type: ignore[no-untyped-def]
    """Write ``factor`` values for each sample but the two at the ends."""
    for column in range(factor):
        start = 0 if before[column] else 1
        part = share[column]
        for i in range(line.size - 2):
            first = line[i + start]
            wide[i * factor + column] = first + (line[i + start + 1] - first) * part


@njit(inline="always")
def _spread_by_two(line, before, share, wide):  # type: ignore[no-untyped-def]
    """``_spread`` for a factor of two, both columns at a time, which the compiler can vectorise."""
    for i in range(line.size - 2):
        left, here, right = line[_u(i)], line[_u(i + 1)], line[_u(i + 2)]
        for column in range(2):
            first = left if before[column] else here
            after = here if before[column] else right
            wide[_u(2 * i + column)] = first + (after - first) * share[column]

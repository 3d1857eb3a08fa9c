"""Chroma interpolation, matrix and rounding in one pass on the CPU, compiled by numba.

It computes what ``chroma``, ``ycbcr.to_rgb`` and ``ycbcr.to_codes`` state in torch, to the bit: the
interpolation is exact in float32 (samples of up to 16 bits, weights in eighths), and every product and sum
after it is rounded in the same order, without fused operations. A test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

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


@dataclass(frozen=True, slots=True)
class Stored:
    """A frame as the compiled loops take it.

    Attributes:
        planes: Y, Cb, Cr, ``uint8`` or ``uint16``, with the padding of their lines.
        size: height, width, and width of chroma.
        rows: of each luma row, the chroma rows that it lies between, and the weight of the later one.
        columns: as from ``column_taps``.
        numbers: of ``Decoding``, luma first, and from a stored sample to its code.
        coding: what the codes mean.
        siting: of chroma.
    """

    planes: tuple[Plane, Plane, Plane]
    size: tuple[int, int, int]
    rows: tuple[Plane, Plane, Plane]
    columns: tuple[Plane, Plane]
    numbers: F32
    coding: Coding
    siting: Siting

    @classmethod
    def of(
        cls,
        planes: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
        scale: float,
        siting: Siting,
        coding: Coding,
    ) -> Self:
        """From tensors.

        Args:
            planes: Y, Cb, Cr ``[h, w]``, ``uint8`` or ``uint16``, on the CPU, chroma at its own resolution.
            scale: from a stored sample to its code.
            siting: of chroma.
            coding: what the codes mean.
        """
        y, cb, cr = planes
        height, width = y.shape
        h, w = cb.shape
        taps = row_taps(height, h, factor_of(height, h), siting.y, torch.device("cpu"))
        low, high, weight = (tap.numpy() for tap in taps)
        before, share = column_taps(factor_of(width, w), siting.x)
        k = decoding(coding)
        numbers = (k.luma, k.offset, k.cr_r, k.cb_g, k.cr_g, k.cb_b, k.neutral, scale)
        return cls(
            (_lines(y), _lines(cb), _lines(cr)),
            (height, width, w),
            (low, high, weight),
            (np.array(before), np.array(share, dtype=np.float32)),
            np.array(numbers, dtype=np.float32),
            coding,
            siting,
        )

    @property
    def factor(self) -> int:
        """How many luma samples in a row share a chroma sample."""
        return int(self.columns[1].size)


def convert(stored: Stored, out: torch.Tensor) -> None:
    """Fill ``out``, ``uint8`` ``[3, H, W]`` on the CPU, with the frame as R'G'B'."""
    _convert(*stored.planes, stored.size, stored.rows, stored.columns, stored.numbers, out.numpy())


def thin(stored: Stored, step: int, row: int, column: int) -> torch.Tensor:
    """Every ``step``-th pixel of every ``step``-th row of what ``convert`` gives, and nothing else computed.

    Args:
        stored: the frame.
        step: a multiple of ``stored.factor``.
        row: the first one.
        column: the first one.
    """
    height, width, _ = stored.size
    out = torch.empty((3, len(range(row, height, step)), len(range(column, width, step))), dtype=torch.uint8)
    if out.numel():
        _thin(
            *stored.planes,
            stored.size,
            stored.rows,
            stored.columns,
            stored.numbers,
            (step, row, column),
            out.numpy(),
        )
    return out


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
    near = np.empty((2, w + 2), dtype=np.float32)
    wide = np.empty((2, w * factor), dtype=np.float32)
    for row in range(height):
        for channel in range(2):
            plane = cb if channel == 0 else cr
            line, spread = near[channel], wide[channel]
            _between(plane[low[row]], plane[high[row]], weight[row], line)
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


@compiled(nogil=True, error_model="numpy")
def _thin(
    y: Plane,
    cb: Plane,
    cr: Plane,
    size: tuple[int, int, int],
    rows: tuple[npt.NDArray[Any], ...],
    columns: tuple[npt.NDArray[Any], ...],
    numbers: F32,
    grid: tuple[int, int, int],
    out: npt.NDArray[np.uint8],
) -> None:
    _, _, w = size
    low, high, weight = rows
    before, share = columns
    step, top, left = grid
    factor = share.size
    # All that are picked lie alike between two samples of chroma, as the step is a multiple of the factor.
    at = left % factor
    start = _u(left // factor + (0 if before[at] else 1))
    near = np.empty((2, w + 2), dtype=np.float32)
    for k in range(out.shape[1]):
        row = top + k * step
        _between(cb[low[row]], cb[high[row]], weight[row], near[0])
        _between(cr[low[row]], cr[high[row]], weight[row], near[1])
        lines = y[row], near[0], near[1], out[0, k], out[1, k], out[2, k]
        if step == 2 and factor == 2:
            _pick(lines, _u(left), _u(2), start, _u(1), share[at], numbers)
        else:
            _pick(lines, _u(left), _u(step), start, _u(step // factor), share[at], numbers)


@njit(inline="always", error_model="numpy")
def _pick(lines, left, step, start, every, part, numbers):  # type: ignore[no-untyped-def]
    """Write a row of ``_thin``; a step that the compiler knows lets it vectorise."""
    grey, blue, red, r, g, b = lines
    luma, offset, cr_r, cb_g, cr_g, cb_b, neutral, scale = numbers
    half, top, none = np.float32(0.5), np.float32(255.5), np.float32(0)
    for i in range(r.size):
        light = np.float32(grey[left + step * _u(i)]) * scale * luma + offset
        at = start + every * _u(i)
        c_b = (blue[at] + (blue[at + _u(1)] - blue[at]) * part) * scale - neutral
        c_r = (red[at] + (red[at + _u(1)] - red[at]) * part) * scale - neutral
        r[i] = np.uint8(min(max(light + c_r * cr_r + half, none), top))
        g[i] = np.uint8(min(max((light + c_b * cb_g) + c_r * cr_g + half, none), top))
        b[i] = np.uint8(min(max(light + c_b * cb_b + half, none), top))


@njit(inline="always")
def _between(one, other, part, line):  # type: ignore[no-untyped-def]
    """Write a row between two of chroma, with one sample more at either end, so that borders are alike."""
    last = line.size - 2
    for i in range(last):
        first = np.float32(one[i])
        line[i + 1] = first + (np.float32(other[i]) - first) * part
    line[0] = line[1]
    line[last + 1] = line[last]


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

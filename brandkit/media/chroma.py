"""Chroma planes between their own resolution and that of luma, with the right siting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch


@dataclass(frozen=True, slots=True)
class Siting:
    """Where a chroma sample sits among the luma samples it serves: 0 on the first, 0.5 midway, 1 on the last.

    Names and meaning as ``chroma_sample_loc_type`` in ITU-T H.273.
    """

    x: float
    y: float


SITINGS = {
    "left": Siting(0, 0.5),
    "center": Siting(0.5, 0.5),
    "topleft": Siting(0, 0),
    "top": Siting(0.5, 0),
    "bottomleft": Siting(0, 1),
    "bottom": Siting(0.5, 1),
}


def upsample_rows(plane: torch.Tensor, height: int, rows: slice, position: float) -> torch.Tensor:
    """Rows ``rows`` of a chroma plane brought to ``height`` rows, linear between its samples.

    Args:
        plane: ``[h, w]``, any number type.
        height: of luma.
        rows: which luma rows are wanted.
        position: ``Siting.y``.

    Returns:
        ``float32`` ``[len(rows), w]``, of its own memory.
    """
    h = plane.shape[0]
    factor = factor_of(height, h)
    if factor == 1:
        return plane[rows].to(torch.float32, copy=True)
    low, high, weight = row_taps(height, h, factor, position, plane.device)
    # Only the chroma rows in reach are turned into floats.
    first, last = int(low[rows.start]), int(high[rows.stop - 1])
    near = plane[first : last + 1].to(torch.float32)
    return torch.lerp(
        near.index_select(0, low[rows] - first), near.index_select(0, high[rows] - first), weight[rows, None]
    )


def upsample_columns(plane: torch.Tensor, width: int, position: float) -> torch.Tensor:
    """``float32`` ``[h, w]`` brought to ``width`` columns, linear between its samples."""
    h, w = plane.shape
    factor = factor_of(width, w)
    if factor == 1:
        return plane
    wide = torch.empty((h, w * factor), dtype=torch.float32, device=plane.device)
    padded = torch.cat((plane[:, :1], plane, plane[:, -1:]), dim=1)
    # Column by column of the repeating pattern: strided writes beat a gather four to one.
    for column, (before, weight) in enumerate(zip(*column_taps(factor, position), strict=True)):
        a, b = (padded[:, :-2], plane) if before else (plane, padded[:, 2:])
        if weight == 0:
            wide[:, column::factor] = a
        else:
            torch.lerp(a, b, weight, out=wide[:, column::factor])
    return wide[:, :width]


def downsample_left(plane: torch.Tensor, *, rows: bool = True) -> torch.Tensor:
    """Halve the sides of an ``int32`` chroma plane, sited left (type 0 of H.273).

    Horizontally 1-2-1 around the co-sited sample, vertically the mean of the two rows it lies
    between: the filter that leaves flat areas as they are and moves no edge.

    Args:
        plane: ``[H, W]``; of odd width, its last column counts twice.
        rows: whether the height, which has to be even, is halved too (4:2:0), or not (4:2:2).
    """
    if plane.shape[1] % 2:
        plane = torch.cat((plane, plane[:, -1:]), dim=1)
    summed = plane[0::2] + plane[1::2] if rows else plane
    even, odd = summed[:, 0::2], summed[:, 1::2]
    before = torch.cat((even[:, :1], odd[:, :-1]), dim=1)
    whole = before + 2 * even + odd
    return (whole + 4) >> 3 if rows else (whole + 2) >> 2


def factor_of(large: int, small: int) -> int:
    """How many luma samples a chroma sample serves, 1, 2 or 4: odd sizes round the chroma plane up."""
    factor = 1
    while -(-large // factor) > small:
        factor *= 2
    return factor


def column_taps(factor: int, position: float) -> tuple[list[bool], list[float]]:
    """Of each luma column that a chroma sample serves, what it lies between, and how far on.

    Returns:
        Whether it lies between the sample before and this one, or between this one and the next; and the
        weight of the later of the two.
    """
    at = [(column - position * (factor - 1)) / factor for column in range(factor)]
    return [place < 0 for place in at], [place + 1 if place < 0 else place for place in at]


@lru_cache(maxsize=16)
def row_taps(
    height: int, h: int, factor: int, position: float, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The chroma rows that each luma row lies between, and the weight of the later one."""
    at = (torch.arange(height, dtype=torch.float32) - position * (factor - 1)) / factor
    at.clamp_(0, h - 1)
    low = at.floor().long()
    high = (low + 1).clamp_(max=h - 1)
    return low.to(device), high.to(device), (at - low).to(device)


@lru_cache(maxsize=16)
def block_taps(
    large: int, small: int, position: float, step: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """What the means of blocks of ``step`` luma samples, along one side, take of chroma's own samples.

    Args:
        large: luma samples of the side; those at its end that fill no block are left out.
        small: chroma samples.
        position: ``Siting.x`` or ``Siting.y``.
        step: luma samples of a block.

    Returns:
        Of each block, the first sample that counts, ``[n]``, and the weights from there on, ``[n, k]``.
    """
    taps = row_taps(large, small, factor_of(large, small), position, torch.device("cpu"))
    count = large // step
    low, high, part = (tap[: count * step].view(count, step).numpy() for tap in taps)
    most = int((high.max(1) - low.min(1)).max()) + 1
    first = np.minimum(low.min(1), small - most)
    weights = np.zeros((count, most), np.float32)
    block = np.arange(count)[:, None]
    np.add.at(weights, (block, low - first[:, None]), (1 - part) / step)
    np.add.at(weights, (block, high - first[:, None]), part / step)
    return first, weights

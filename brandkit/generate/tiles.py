"""Work on a large picture tile by tile: memory stays bounded, and no seam shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture.

    Attributes:
        top: first row.
        left: first column.
        height: rows.
        width: columns.
    """

    top: int
    left: int
    height: int
    width: int


Work = Callable[[torch.Tensor, Tile], torch.Tensor]
"""Enlarge one tile, floating point ``[3, h, w]``, 0 to 1; the result's sides are ``scale`` times as long."""


def starts(length: int, size: int, overlap: int) -> list[int]:
    """Where tiles of ``size`` begin that cover ``length`` evenly, neighbours sharing ``overlap`` or more.

    >>> starts(100, 40, 10), starts(30, 40, 10)
    ([0, 30, 60], [0])
    """
    if length <= size:
        return [0]
    number = math.ceil((length - overlap) / (size - overlap))
    return [round(k * (length - size) / (number - 1)) for k in range(number)]


def feathers(at: list[int], size: int) -> list[torch.Tensor]:
    """Weight of each tile along one axis, ``float32`` ``[size]``: at every place of the axis they sum to 1.

    Within an overlap one tile fades out as the other fades in, by a raised cosine.
    """
    place = torch.arange(size, dtype=torch.float64) + 0.5
    total = torch.zeros(at[-1] + size, dtype=torch.float64)
    raw = []
    for k, start in enumerate(at):
        weight = torch.ones(size, dtype=torch.float64)
        if k > 0:
            weight *= _rising(place / (at[k - 1] + size - start))
        if k + 1 < len(at):
            weight *= _rising((size - place) / (start + size - at[k + 1]))
        total[start : start + size] += weight
        raw.append(weight)
    return [(weight / total[start : start + size]).float() for weight, start in zip(raw, at, strict=True)]


def _rising(part: torch.Tensor) -> torch.Tensor:
    """0 at 0, 1 from 1 on, a raised cosine between."""
    return 0.5 - 0.5 * torch.cos(math.pi * part.clamp(0, 1))


def tiles(height: int, width: int, size: int, overlap: int) -> Iterator[list[Tile]]:
    """The tiles of a picture, a row of them at a time, all of one size."""
    high, wide = min(size, height), min(size, width)
    for top in starts(height, size, overlap):
        yield [Tile(top, left, high, wide) for left in starts(width, size, overlap)]


def enlarge(picture: torch.Tensor, scale: int, work: Work, *, size: int, overlap: int) -> torch.Tensor:
    """A picture enlarged tile by tile.

    Beside the picture and the result, as many numbers are held as a row of tiles has.

    Args:
        picture: ``uint8`` ``[3, H, W]``.
        scale: how many times as long the sides become.
        work: enlarges one tile.
        size: of a tile's sides, in pixels of ``picture``; more than twice ``overlap``.
        overlap: pixels of ``picture`` that neighbours share at least. What a network sees of a pixel's
            surroundings should fit in it.

    Returns:
        ``uint8`` ``[3, scale * H, scale * W]``.
    """
    if size <= 2 * overlap:
        raise ValueError(f"tiles of {size} must be more than twice their overlap of {overlap}")
    height, width = picture.shape[1:]
    rows = list(tiles(height, width, size, overlap))
    high, wide = rows[0][0].height, rows[0][0].width
    down = feathers([scale * row[0].top for row in rows], scale * high)
    across = feathers([scale * tile.left for tile in rows[0]], scale * wide)
    result = torch.empty((3, scale * height, scale * width), dtype=torch.uint8)
    band, first = torch.zeros((3, 0, scale * width)), 0
    for k, row in enumerate(rows):
        top = scale * row[0].top
        # Rows above this row of tiles are complete.
        _finish(result, band[:, : top - first], first)
        held = band[:, top - first :]
        band, first = torch.zeros((3, scale * high, scale * width)), top
        band[:, : held.shape[1]] = held
        for weight, tile in zip(across, row, strict=True):
            part = picture[:, tile.top : tile.top + high, tile.left : tile.left + wide]
            made = work(part.float() / 255, tile).float().cpu()
            left = scale * tile.left
            band[:, :, left : left + scale * wide] += made * weight * down[k][:, None]
    _finish(result, band, first)
    return result


def _finish(result: torch.Tensor, band: torch.Tensor, first: int) -> None:
    rows = band.shape[1]
    result[:, first : first + rows] = (band * 255).round().clamp(0, 255).to(torch.uint8)

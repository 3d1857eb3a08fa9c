"""Where a logo could be, by trying: its outline over coarse edges at all places, at many sizes and turns.

What ``features`` misses are logos too plain to have any: a disc, a few strokes. Edges are told apart by
direction and spread by some pixels, so that few places, sizes and turns cover all, as in Hinterstoisser and
others (2012), "Gradient Response Maps for Real-Time Detection of Texture-Less Objects".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled
from brandkit.logo.edges import BINS, DOUBT, PAD, Edges
from brandkit.logo.outline import Outline

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

SIZES = (30.0, 34.0, 39.0, 44.5, 51.0)
"""Pixels, at a level of edges: up to the next level's first, which is twice the first."""
TURNS = ((0,), tuple(range(0, 360, 12)), tuple(range(0, 360, 10)))
"""Degrees tried at each level, and at the last for all others: the smallest logos stand upright or have
features."""
EVERY = 4
"""Pixels from one place to the next."""
_POINTS = 64
_FIRST = 12
_LEAST = 0.55
_KEPT = 0.25
MOST = 400


def swept(outline: Outline, grain: float, levels: tuple[Edges, ...]) -> F64:
    """Where the logo could be: ``[k, 2, 3]``, from the logo to pixels of the frame.

    Args:
        outline: of the logo, where it is small.
        grain: how much of the longer side the root of its area is, 0 to 1: a long logo is looked for at
            sizes at which it is not too low.
        levels: edges of the frame, from fine to coarse.
    """
    few = outline.thinned(_POINTS)
    points, normals = few.points.astype(np.float64), few.normals.astype(np.float64)
    if not len(points):
        return np.zeros((0, 2, 3))
    poses, scores = [np.zeros((0, 2, 3))], [np.zeros(0)]
    for k, level in enumerate(levels):
        last = k == len(levels) - 1
        turns = np.deg2rad(TURNS[-1 if last else min(k, len(TURNS) - 1)])
        sizes = np.array(SIZES) / grain
        if last:
            longest = max(level.dx.shape)
            sizes = np.concatenate([sizes * 1.75**n for n in range(4)])
            sizes = sizes[(sizes < longest) & (sizes < 1.7 * PAD)]
        found, score = _at_level(points, normals, sizes, turns, level)
        poses.append(found)
        scores.append(score)
    order = np.argsort(-np.concatenate(scores))[:MOST]
    return np.asarray(np.concatenate(poses)[order])


def _at_level(points: F64, normals: F64, sizes: F64, turns: F64, level: Edges) -> tuple[F64, F64]:
    size, turn = (grid.ravel() for grid in np.meshgrid(sizes, turns))
    cos, sin = size * np.cos(turn), size * np.sin(turn)
    x = points[:, 0] * cos[:, None] - points[:, 1] * sin[:, None]
    y = points[:, 0] * sin[:, None] + points[:, 1] * cos[:, None]
    bins = np.floor((np.arctan2(normals[:, 1], normals[:, 0]) + turn[:, None]) * (BINS / np.pi) + 0.5)
    height, width = level.dx.shape
    rows, columns = -(-height // EVERY), -(-width // EVERY)
    across, area = level.coarse.shape[2], level.coarse.shape[1] * level.coarse.shape[2]
    place = np.floor(y + 0.5).astype(np.int64) * across + np.floor(x + 0.5).astype(np.int64)
    own = (bins.astype(np.int64) % BINS) * area + place
    scores = np.zeros((len(size), rows, columns), np.float32)
    _sweep(level.coarse.ravel(), own, BINS * area + place, across, scores)
    which, row, column = np.nonzero(scores > _KEPT)
    score = scores[which, row, column]
    best = np.argsort(-score)[:MOST]
    which, row, column, score = which[best], row[best], column[best], score[best]
    poses = np.zeros((len(best), 2, 3))
    poses[:, 0, 0] = poses[:, 1, 1] = cos[which]
    poses[:, 1, 0], poses[:, 0, 1] = sin[which], -sin[which]
    poses[:, 0, 2], poses[:, 1, 2] = column * EVERY + 0.5, row * EVERY + 0.5
    poses /= level.scale
    poses[:, :, 2] -= 0.5
    return poses, score


@compiled(nogil=True)
def _sweep(coarse: U8, own: I64, any_: I64, across: int, scores: F32) -> None:
    """Write the coarse score, as ``coarse_scores`` has it, of each shape at all places.

    Places at which few of the first points find an edge keep their 0.

    Args:
        coarse: of a level, flat.
        own: ``[shapes, n]``, how far from a place's own cell that of each point and its direction is.
        any_: likewise, for the mean of all directions.
        across: cells of a row.
        scores: ``[shapes, rows, columns]``, written to.
    """
    count = own.shape[1]
    first = min(_FIRST, count)
    for shape in range(own.shape[0]):
        for row in range(scores.shape[1]):
            for column in range(scores.shape[2]):
                at = (row * EVERY + PAD) * across + column * EVERY + PAD
                found, chance = 0, 0
                for i in range(first):
                    found += coarse[at + own[shape, i]]
                if found < 255 * _LEAST * first:
                    continue
                for i in range(first, count):
                    found += coarse[at + own[shape, i]]
                if found < 255 * _LEAST * count:
                    continue
                for i in range(count):
                    chance += coarse[at + any_[shape, i]]
                scores[shape, row, column] = (found - chance) / (DOUBT * 255.0 * count - chance)

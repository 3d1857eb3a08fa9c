"""How alike a picture is to its nearest references: a brand has several looks, and their mean is none."""

from __future__ import annotations

import numpy as np

from brandkit.style.encoder import F32

NEIGHBOURS = 3
"""References that a picture is compared with: the nearest ones. One would let a single stray reference pass
whatever resembles it."""


def likeness(vectors: F32, references: F32, neighbours: int = NEIGHBOURS) -> F32:
    """Mean cosine to the nearest references.

    Args:
        vectors: unit vectors ``[N, D]``.
        references: unit vectors ``[R, D]``, at least one.
        neighbours: how many of them count, or all where there are fewer.

    Returns:
        ``float32`` ``[N]``, -1 to 1.

    >>> looks = np.eye(3, dtype=np.float32)
    >>> likeness(looks[:1], looks, neighbours=1).tolist(), likeness(looks[:1], looks, neighbours=2).tolist()
    ([1.0], [0.5])
    """
    return _mean_of_most(vectors @ references.T, neighbours)


def nearest(vector: F32, references: F32, count: int = NEIGHBOURS) -> list[int]:
    """Places of the nearest references to a unit vector ``[D]``, the nearest first."""
    order = np.argsort(-(references @ vector), kind="stable")
    return [int(place) for place in order[:count]]


def left_out(references: F32, neighbours: int = NEIGHBOURS) -> F32:
    """For each reference, its likeness to the others: ``float32`` ``[R]``; at least two references."""
    cosines = references @ references.T
    np.fill_diagonal(cosines, -np.inf)
    return _mean_of_most(cosines, min(neighbours, len(references) - 1))


def _mean_of_most(cosines: F32, neighbours: int) -> F32:
    count = min(neighbours, cosines.shape[1])
    most = np.partition(cosines, cosines.shape[1] - count, axis=1)[:, -count:]
    return np.asarray(most.mean(axis=1), np.float32)

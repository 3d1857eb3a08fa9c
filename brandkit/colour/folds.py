"""Whether a LUT turns some part of the colour space inside out, which shows as banding."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import numpy.typing as npt
import torch

FOLD = 0.02
"""Determinants down to this much below zero are rounding and clipping, not folds."""


def folds(values: torch.Tensor, seen: torch.Tensor | None = None) -> bool:
    """Whether nodes ``[N, N, N, 3]`` turn some part of the colour space inside out.

    ``seen``, ``bool`` ``[N - 1, N - 1, N - 1]``, says of which cells that is asked; of all without.

    They do where the determinant of the map is negative: in one of the six tetrahedra that a cell is
    interpolated by, or, under trilinear interpolation, at one of a cell's corners. One of zero is no
    fold: a plateau is what puts noise on one HEX. Values may leave 0 to 1: what clips, after the
    interpolation, lies flat on the gamut's face.
    """
    if values.device.type != "cpu":
        return folds_portable(values, seen)
    from brandkit.colour.fold_kernel import any_turned

    last = values.shape[0] - 1
    asked = torch.ones((last,) * 3, dtype=torch.bool) if seen is None else seen
    cells = torch.nonzero(asked.flatten()).flatten().numpy()
    flat = values.double().contiguous().view(-1).numpy()
    return bool(any_turned(flat, cells, last, sides(last + 1), -FOLD / last**3))


def folds_portable(values: torch.Tensor, seen: torch.Tensor | None = None) -> bool:
    """``folds`` in torch alone, for any device."""
    last = values.shape[0] - 1
    cell = [
        values[r : r + last, g : g + last, b : b + last].reshape(-1, 3)
        for r, g, b in product((0, 1), repeat=3)
    ]
    asked = None if seen is None else seen.flatten()
    for ends in _SIDES:
        red, green, blue = ((cell[far] - cell[near]) * last for near, far in ends)
        turned = (torch.linalg.cross(red, green) * blue).sum(-1) < -FOLD
        if bool((turned if asked is None else turned & asked).any()):
            return True
    return False


def _three_sides() -> list[list[tuple[int, int]]]:
    """Of each determinant, the corners that its red, green and blue side lead from and to.

    Corners are numbered 4 r + 2 g + b. A tetrahedron's sides follow a path from corner 0 to corner 7; at a
    corner they are the three edges that meet there.
    """
    axes = (4, 2, 1)
    found = []
    for way in permutations(axes):
        at, side = 0, {}
        for axis in way:
            side[axis], at = (at, at | axis), at | axis
        found.append([side[axis] for axis in axes])
    return found + [[(corner & ~axis, corner | axis) for axis in axes] for corner in range(8)]


_SIDES = _three_sides()


def sides(nodes: int) -> npt.NDArray[np.int64]:
    """``_SIDES`` as distances in a LUT's values, red slowest and channels fastest: ``[14, 6]``."""
    strides = {4: 3 * nodes * nodes, 2: 3 * nodes, 1: 3}
    place = [sum(stride for bit, stride in strides.items() if corner & bit) for corner in range(8)]
    return np.array([[place[corner] for side in three for corner in side] for three in _SIDES], np.int64)

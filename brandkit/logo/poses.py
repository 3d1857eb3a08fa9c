"""Poses: how a logo lies in a frame, as the affine map ``[2, 3]`` from the logo to pixels.

Places on a logo are parts of its longer side, from its centre: the last column is where its centre is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

SMALLEST, LARGEST = 0.03, 1.3
"""Long side of a logo that is looked for, as a share of the frame's."""
_OUTSIDE = 0.1
"""By how much of the frame a logo's centre may lie outside of it."""
NEAR = 0.12
"""Of a logo's long side, and as natural logarithm of its size: nearer poses are the same."""
_TURN = 0.15
"""Radians, likewise."""


def plausible(poses: F64, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which poses, of ``[k, 2, 3]``, show a logo unmirrored and of fitting size in a frame of ``shape``."""
    height, width = shape[:2]
    area = poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0]
    size = np.sqrt(np.maximum(area, 0)) / max(height, width)
    x, y = poses[:, 0, 2] / width, poses[:, 1, 2] / height
    fits = (size > SMALLEST) & (size < LARGEST)
    within = (np.minimum(x, y) > -_OUTSIDE) & (np.maximum(x, y) < 1 + _OUTSIDE)
    return np.asarray(fits & within)


def stretch(pose: F64) -> float:
    """Ratio of the larger to the lesser scale of a pose: 1 for a logo neither stretched nor skewed."""
    values = np.linalg.svd(pose[:, :2], compute_uv=False)
    return float(values[0] / max(values[1], 1e-9))


def apart(poses: F64, scores: npt.NDArray[np.floating], most: int) -> list[F64]:
    """The best poses, of ``[k, 2, 3]``, that are not nearly the same as a better one; at most ``most``."""
    if not len(poses):
        return []
    area = poses[:, 0, 0] * poses[:, 1, 1] - poses[:, 0, 1] * poses[:, 1, 0]
    sizes = np.log(np.maximum(np.abs(area), 1e-12)) / 2
    turns = np.arctan2(poses[:, 1, 0] - poses[:, 0, 1], poses[:, 0, 0] + poses[:, 1, 1])
    order = np.argsort(-scores, kind="stable")
    return [poses[k] for k in _differing(order, poses[:, :, 2].copy(), sizes, turns, most)]


@compiled(nogil=True)
def _differing(order: I64, centres: F64, sizes: F64, turns: F64, most: int) -> I64:
    """Those of ``order`` that differ from all before."""
    taken = np.empty(most, np.int64)
    count = 0
    for k in order:
        known = False
        for t in range(count):
            j = taken[t]
            if abs(sizes[k] - sizes[j]) < NEAR:
                turned = abs((turns[k] - turns[j] + np.pi) % (2 * np.pi) - np.pi)
                away = np.hypot(centres[k, 0] - centres[j, 0], centres[k, 1] - centres[j, 1])
                if turned < _TURN and away < NEAR * np.exp(sizes[j]):
                    known = True
                    break
        if not known:
            taken[count] = k
            count += 1
            if count == most:
                break
    return taken[:count]

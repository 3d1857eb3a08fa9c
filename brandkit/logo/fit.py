"""Lay a logo's outline exactly onto the edges of a frame.

The outline is moved by what the strongest edge along each normal is off, as when solid objects are followed
in video (Harris and Stennett, 1990, "RAPID, a video rate object tracker"), with weights that let go of
points that find none. It needs neither the logo's colours nor its ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled
from brandkit.logo.edges import Edges, along_normals
from brandkit.logo.outline import Outline

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

SHAPE_HELD, FREE = 0, 1
"""Whether the outline may only be moved, turned and scaled, or also stretched and skewed."""
COARSE = (
    *((6, SHAPE_HELD), (6, SHAPE_HELD), (5, SHAPE_HELD), (5, SHAPE_HELD), (4, SHAPE_HELD)),
    *((4, FREE), (3, FREE), (3, FREE), (2, FREE)),
)
FINE = ((3, FREE), (2, FREE), (2, FREE))
"""Turns of a fit: how far to look, in pixels, and what may change."""
LEAST = 1.5
"""Codes a pixel from which an edge is one."""
_WHOLE = 6.0
"""Codes a pixel from which an edge counts fully."""
LEAST_INSIDE = 0.5
"""Of an outline, how much has to be within the picture for what is found of it to count."""
_FEWEST = 12
"""Points that have to find an edge."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How an outline lies on a frame's edges.

    Attributes:
        offset: ``[n]``, how far the edge is off, in pixels of the picture.
        strength: ``[n]``, change across it, in codes a pixel; 0 for none.
        inside: ``bool`` ``[n]``, whether the point is within the picture.
    """

    offset: F32
    strength: F32
    inside: npt.NDArray[np.bool_]

    def share(self, least: float) -> float:
        """Of the points within the picture, the share that has an edge of this strength; 0 of too few."""
        count = int(self.inside.sum())
        if count < LEAST_INSIDE * len(self.inside):
            return 0.0
        return float(np.count_nonzero(self.strength[self.inside] > least) / count)


def long_side(pose: F64) -> float:
    """Pixels of the frame that the logo's longer side has, apart from stretching."""
    # By hand: numpy's determinant takes longer than all else that is done with a guess.
    return math.sqrt(abs(pose[0, 0] * pose[1, 1] - pose[0, 1] * pose[1, 0]))


def touch(pose: F64, outline: Outline, seen: Edges, reach: int) -> Touch:
    """Look for edges across an outline, ``reach`` pixels to either side."""
    count = len(outline.points)
    places, normals = np.empty((count, 2), np.float32), np.empty((count, 2), np.float32)
    offset, strength = np.empty(count, np.float32), np.empty(count, np.float32)
    inside = np.empty(count, np.uint8)
    placed(pose, outline.points, outline.normals, seen.scale, places, normals)
    along_normals(seen.dx, seen.dy, places, normals, reach, offset, strength, inside)
    return Touch(offset, strength, inside > 0)


def fit(pose: F64, outline: Outline, seen: Edges, turns: tuple[tuple[int, int], ...]) -> F64 | None:
    """The pose at which the outline lies best on the edges near it; ``None`` where there are too few."""
    fitted = pose.copy()
    steps = np.array(turns, np.int64)
    done = _fit(fitted, outline.points, outline.normals, seen.dx, seen.dy, seen.scale, steps)
    return fitted if done else None


@compiled(nogil=True)
def placed(pose: F64, points: F32, normals: F32, scale: float, places: F32, turned: F32) -> None:
    """Write where points and normals of a logo are in a picture of ``scale`` pixels for one of the frame."""
    a, b, tx = pose[0, 0], pose[0, 1], pose[0, 2]
    c, d, ty = pose[1, 0], pose[1, 1], pose[1, 2]
    for i in range(points.shape[0]):
        places[i, 0] = (a * points[i, 0] + b * points[i, 1] + tx + 0.5) * scale - 0.5
        places[i, 1] = (c * points[i, 0] + d * points[i, 1] + ty + 0.5) * scale - 0.5
        # A normal goes by the inverse transposed.
        nx = d * normals[i, 0] - c * normals[i, 1]
        ny = a * normals[i, 1] - b * normals[i, 0]
        length = max(np.sqrt(nx * nx + ny * ny), 1e-12)
        turned[i, 0], turned[i, 1] = nx / length, ny / length


@compiled(nogil=True)
def _fit(pose: F64, points: F32, normals: F32, dx: F32, dy: F32, scale: float, turns: I64) -> bool:
    """Change ``pose`` to fit; ``False`` where there are too few edges."""
    count = points.shape[0]
    places, turned = np.empty((count, 2), np.float32), np.empty((count, 2), np.float32)
    offset, strength = np.empty(count, np.float32), np.empty(count, np.float32)
    inside = np.empty(count, np.uint8)
    row = np.zeros(6)
    for t in range(turns.shape[0]):
        reach, free = turns[t, 0], turns[t, 1] == FREE
        unknowns = 6 if free else 4
        placed(pose, points, normals, scale, places, turned)
        along_normals(dx, dy, places, turned, reach, offset, strength, inside)
        left = np.zeros((unknowns, unknowns))
        right = np.zeros(unknowns)
        used = 0
        for i in range(count):
            if strength[i] < LEAST:
                continue
            near = 1 - (offset[i] / (reach + 1)) ** 2
            weight = min(strength[i] / _WHOLE, 1.0) * near * near
            used += weight > 0.1
            nx, ny = turned[i, 0], turned[i, 1]
            u, v = points[i, 0], points[i, 1]
            if free:
                row[0], row[1], row[2] = nx * u, nx * v, nx
                row[3], row[4], row[5] = ny * u, ny * v, ny
            else:  # grow, turn, move
                px, py = pose[0, 0] * u + pose[0, 1] * v, pose[1, 0] * u + pose[1, 1] * v
                row[0], row[1], row[2], row[3] = nx * px + ny * py, ny * px - nx * py, nx, ny
            for j in range(unknowns):
                right[j] += weight * row[j] * offset[i] / scale
                for k in range(unknowns):
                    left[j, k] += weight * row[j] * row[k]
        if used < _FEWEST:
            return False
        # A little of holding back, for outlines that leave something open, such as a circle its turn.
        held = 1e-2 * abs(pose[0, 0] * pose[1, 1] - pose[0, 1] * pose[1, 0])
        for j in range(unknowns):
            left[j, j] += (2e-2 if j % 3 < 2 else 1e-3) if free else (held if j < 2 else 1e-3)
        change = np.linalg.solve(left, right)
        if free:
            for j in range(2):
                for k in range(3):
                    pose[j, k] += change[3 * j + k]
        else:
            a, b, c, d = pose[0, 0], pose[0, 1], pose[1, 0], pose[1, 1]
            grow, turn = change[0], change[1]
            pose[0, 0], pose[0, 1] = a + grow * a - turn * c, b + grow * b - turn * d
            pose[1, 0], pose[1, 1] = c + grow * c + turn * a, d + grow * d + turn * b
            pose[0, 2] += change[2]
            pose[1, 2] += change[3]
    return True

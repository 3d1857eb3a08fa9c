"""Lay a logo's outline exactly onto the edges of a frame.

The outline is moved by what the strongest edge along each normal is off, as when solid objects are followed
in video (Harris and Stennett, 1990, "RAPID, a video rate object tracker"), with weights that let go of
points that find none. It needs neither the logo's colours nor its ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brandkit.logo.edges import Edges, along_normals
from brandkit.logo.outline import Outline

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_TURNS = ((6, True), (5, True), (4, False), (3, False), (2, False))
"""How far to look in pixels, and whether the shape is held, turn by turn."""
_FINE = ((3, False), (2, False), (2, False))
_FEWEST = 12
_WHOLE = 6.0
"""Codes a pixel from which an edge counts fully."""
LEAST = 1.5
"""Codes a pixel from which an edge is one."""


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


def long_side(pose: F64) -> float:
    """Pixels of the frame that the logo's longer side has, apart from stretching."""
    return float(np.sqrt(abs(np.linalg.det(pose[:, :2]))))


def touch(pose: F64, outline: Outline, seen: Edges, reach: int, step: float = 1.0) -> Touch:
    """Look for edges across an outline, ``reach`` steps of ``step`` pixels to either side."""
    places = (outline.points @ pose[:, :2].T + pose[:, 2] + 0.5) * seen.scale - 0.5
    normals = _normals(pose, outline.normals)
    count = len(places)
    offset, strength = np.empty(count, np.float32), np.empty(count, np.float32)
    inside = np.empty(count, np.uint8)
    along_normals(
        seen.dx, seen.dy, places.astype(np.float32), normals, reach, step, offset, strength, inside
    )
    return Touch(offset, strength, inside > 0)


def _normals(pose: F64, normals: F32) -> F32:
    turned = normals @ np.linalg.inv(pose[:, :2])
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), np.float32)


def fit(pose: F64, outline: Outline, seen: Edges, *, fine: bool = False) -> F64 | None:
    """The pose at which the outline lies best on the edges near it; ``None`` where there are too few.

    ``fine`` says that it is nearly there.
    """
    for reach, held in _FINE if fine else _TURNS:
        found = touch(pose, outline, seen, reach)
        weight = np.minimum(found.strength / _WHOLE, 1.0) * (found.strength > LEAST)
        weight = weight * (1 - (found.offset / (reach + 1)) ** 2) ** 2
        if (weight > 0.1).sum() < _FEWEST:
            return None
        step = _step(pose, outline, found, weight, seen.scale, held)
        if step is None:
            return None
        pose = pose + step
    return pose


def _step(pose: F64, outline: Outline, found: Touch, weight: F64, scale: float, held: bool) -> F64 | None:
    """The change of pose that takes points nearest to their edges, by least squares."""
    normals = _normals(pose, outline.normals)
    x, y = outline.points[:, 0], outline.points[:, 1]
    nx, ny = normals[:, 0], normals[:, 1]
    off = found.offset / scale
    if held:
        # The logo is turned, scaled and moved as a whole, whatever its stretch.
        px = outline.points @ pose[:, :2].T
        rows = np.stack([nx * px[:, 0] + ny * px[:, 1], ny * px[:, 0] - nx * px[:, 1], nx, ny], axis=-1)
    else:
        rows = np.stack([nx * x, nx * y, nx, ny * x, ny * y, ny], axis=-1)
    weighted = rows * weight[:, None]
    normal = weighted.T @ rows
    size = long_side(pose)
    if held:
        normal += np.diag([1e-2 * size**2, 1e-2 * size**2, 1e-3, 1e-3])
    else:
        normal += np.diag([2e-2, 2e-2, 1e-3, 2e-2, 2e-2, 1e-3])
    try:
        change = np.linalg.solve(normal, weighted.T @ off)
    except np.linalg.LinAlgError:
        return None
    if not held:
        return np.asarray(change.reshape(2, 3), np.float64)
    grow, turn, tx, ty = change
    linear = np.array([[grow, -turn], [turn, grow]]) @ pose[:, :2]
    return np.concatenate([linear, [[tx], [ty]]], axis=1)

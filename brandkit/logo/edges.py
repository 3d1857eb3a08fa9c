"""Edges of a frame, and how well a logo's outline lies on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.colour.compiled import compiled

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

BINS = 8
"""Directions of edges told apart, half a turn altogether: an edge has no front and back."""
REACH = 2
"""Pixels by which an edge may be off in a coarse look."""
PAD = 96
OUTSIDE = 192
"""What a coarse look takes to be beyond the picture, for any direction and for the mean of all alike: it
speaks neither for nor against a logo that is cut off, but less of it is left to speak."""
_WHOLE = 8.0
"""Codes a pixel from which an edge counts as a whole one in a coarse look."""
DOUBT = 1.3
"""What a coarse score divides by, less chance: above 1, so that what any outline finds gives little."""


@dataclass(frozen=True, slots=True)
class Edges:
    """A picture's edges at one scale.

    Attributes:
        dx: change along x in codes a pixel, of the channel that changes most, ``[h, w]``.
        dy: likewise along y.
        coarse: strength of edges of each direction within ``REACH`` pixels, and last the mean of all
            directions: ``[BINS + 1, h, w]`` with ``PAD`` pixels of ``OUTSIDE`` around, 0 to 255 for none to
            whole; empty if it was not asked for.
        scale: pixels of this picture for one of the frame.
    """

    dx: F32
    dy: F32
    coarse: U8
    scale: float


def edges(picture: U8, scale: float, *, coarse: bool = True) -> Edges:
    """Find the edges of a picture ``[h, w, 3]`` that has ``scale`` pixels for one of the frame."""
    dx, dy = gradient(picture)
    return Edges(dx, dy, _coarse(dx, dy) if coarse else np.zeros((0, 0, 0), np.uint8), scale)


def gradient(picture: U8) -> tuple[F32, F32]:
    """Change along x and y, in codes a pixel, of the channel that changes most: each ``[h, w]``."""
    best_x = best_y = most = None
    for channel in cv2.split(picture):
        dx = cv2.Sobel(channel, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
        dy = cv2.Sobel(channel, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
        strength = dx * dx + dy * dy
        if most is None or best_x is None or best_y is None:
            best_x, best_y, most = dx, dy, strength
        else:
            higher = strength > most
            np.copyto(best_x, dx, where=higher)
            np.copyto(best_y, dy, where=higher)
            np.copyto(most, strength, where=higher)
    assert best_x is not None
    assert best_y is not None
    return np.asarray(best_x, np.float32), np.asarray(best_y, np.float32)


def _coarse(dx: F32, dy: F32) -> U8:
    height, width = dx.shape
    maps = np.full((BINS + 1, height + 2 * PAD, width + 2 * PAD), OUTSIDE, np.uint8)
    inner = maps[:, PAD : PAD + height, PAD : PAD + width]
    inner[:] = 0
    _directions(dx, dy, inner)
    square = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    for b in range(BINS):
        inner[b] = cv2.dilate(np.ascontiguousarray(inner[b]), square)
    inner[BINS] = inner[:BINS].mean(axis=0, dtype=np.float32).astype(np.uint8)
    return maps


@compiled(nogil=True)
def _directions(dx: F32, dy: F32, maps: U8) -> None:
    """Write each pixel's strength of edge into the maps of the two directions nearest to its own."""
    height, width = dx.shape
    for y in range(height):
        for x in range(width):
            strength = np.sqrt(dx[y, x] * dx[y, x] + dy[y, x] * dy[y, x])
            if strength < 1:
                continue
            level = np.uint8(min(strength / _WHOLE, 1.0) * 255)
            angle = np.arctan2(dy[y, x], dx[y, x]) * (BINS / np.pi)
            low = int(np.floor(angle))
            maps[low % BINS, y, x] = level
            maps[(low + 1) % BINS, y, x] = level


@compiled(nogil=True)
def coarse_scores(poses: F64, points: F32, normals: F32, coarse: U8, scale: float, scores: F32) -> None:
    """How well outlines lie on the edges, coarsely: write one number, up to 1, for each of ``poses``.

    It is how much more often a point finds an edge of its direction than one of any direction would, as a
    share of how much more it could (Cohen's kappa): where edges of all directions are, as in grass, any
    outline finds edges.

    Args:
        poses: ``[k, 2, 3]``, from the logo to pixels of the frame.
        points: ``[n, 2]`` on the logo.
        normals: ``[n, 2]`` there.
        coarse: as in ``Edges``.
        scale: as in ``Edges``.
        scores: ``[k]``, written to.
    """
    height, width = coarse.shape[1:]
    for k in range(poses.shape[0]):
        a, b, tx = poses[k, 0, 0], poses[k, 0, 1], poses[k, 0, 2]
        c, d, ty = poses[k, 1, 0], poses[k, 1, 1], poses[k, 1, 2]
        found, chance = 0, 0
        for i in range(points.shape[0]):
            x = int((a * points[i, 0] + b * points[i, 1] + tx + 0.5) * scale + PAD)
            y = int((c * points[i, 0] + d * points[i, 1] + ty + 0.5) * scale + PAD)
            if 0 <= x < width and 0 <= y < height:
                # A normal goes by the inverse transposed.
                nx = d * normals[i, 0] - c * normals[i, 1]
                ny = a * normals[i, 1] - b * normals[i, 0]
                turned = np.arctan2(ny, nx) * (BINS / np.pi)
                found += coarse[int(np.floor(turned + 0.5)) % BINS, y, x]
                chance += coarse[BINS, y, x]
        scores[k] = (found - chance) / (DOUBT * 255.0 * points.shape[0] - chance)


@compiled(nogil=True)
def along_normals(
    dx: F32, dy: F32, places: F32, normals: F32, reach: int, offset: F32, strength: F32, inside: U8
) -> None:
    """Look along each normal for the strongest edge across it.

    Args:
        dx: as in ``Edges``.
        dy: as in ``Edges``.
        places: ``[n, 2]`` in pixels.
        normals: ``[n, 2]``, of length 1.
        reach: pixels to look to either side.
        offset: ``[n]``, written to: how far along the normal it is, in pixels.
        strength: ``[n]``, written to: change across it, in codes a pixel.
        inside: ``[n]``, written to: 1 where the place is within the picture, else 0.
    """
    height, width = dx.shape
    values = np.zeros(2 * reach + 1, np.float32)
    for i in range(places.shape[0]):
        offset[i], strength[i] = 0.0, 0.0
        x0, y0 = places[i, 0], places[i, 1]
        inside[i] = 1 if 0 <= x0 <= width - 1 and 0 <= y0 <= height - 1 else 0
        if not inside[i]:
            continue
        best, at = 0.0, -1
        for k in range(-reach, reach + 1):
            x, y = x0 + normals[i, 0] * k, y0 + normals[i, 1] * k
            values[k + reach] = 0.0
            if not (0 <= x < width - 1 and 0 <= y < height - 1):
                continue
            ix, iy = int(x), int(y)
            fx, fy = x - ix, y - iy
            gx = (dx[iy, ix] * (1 - fx) + dx[iy, ix + 1] * fx) * (1 - fy) + (
                dx[iy + 1, ix] * (1 - fx) + dx[iy + 1, ix + 1] * fx
            ) * fy
            gy = (dy[iy, ix] * (1 - fx) + dy[iy, ix + 1] * fx) * (1 - fy) + (
                dy[iy + 1, ix] * (1 - fx) + dy[iy + 1, ix + 1] * fx
            ) * fy
            across = abs(gx * normals[i, 0] + gy * normals[i, 1])
            along = abs(gy * normals[i, 0] - gx * normals[i, 1])
            if across < 2 * along:  # not an edge of this direction
                across *= 0.3
            values[k + reach] = across
            near = across * (1.0 - 0.4 * abs(k) / (reach + 1))
            if near > best:
                best, at = near, k + reach
        if at >= 0:
            strength[i] = values[at]
            shift = 0.0
            if 0 < at < 2 * reach:
                bend = values[at - 1] - 2 * values[at] + values[at + 1]
                if bend < 0:
                    shift = 0.5 * (values[at - 1] - values[at + 1]) / bend
            offset[i] = at - reach + min(max(shift, -0.5), 0.5)

"""What there is of a logo to recognise it by: its outline and inner edges, and the colours between them.

Places on a logo are given in parts of its longer side, from its centre: ``x`` and ``y`` within -0.5 and 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.artwork import Artwork

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

SIZES = (40, 80, 160, 320)
"""Long sides at which the outline is traced: what is finer than a pixel there is not to be seen there."""
MOST_POINTS = 360
_MARGIN = 6
_STRONG, _WEAK = 60.0, 24.0
"""Steps, in codes across an edge, that begin and continue one."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Points on the edges of a logo.

    Attributes:
        points: ``[n, 2]``, x and y.
        normals: ``[n, 2]``, of length 1, across the edge.
        outer: ``bool`` ``[n]``, whether it is the edge to what the logo lies on.
    """

    points: F32
    normals: F32
    outer: npt.NDArray[np.bool_]

    def thinned(self, most: int) -> Outline:
        """At most so many of the points, picked at random."""
        kept = np.random.default_rng(0).permutation(len(self.points))[:most]
        return Outline(self.points[kept], self.normals[kept], self.outer[kept])


def trace(artwork: Artwork, long_side: int) -> Outline:
    """The edges of a logo as they are seen where its longer side has ``long_side`` pixels."""
    rgb, alpha = artwork.scaled(long_side)
    height, width = alpha.shape
    channels = cv2.merge(
        [
            cv2.copyMakeBorder(rgb, *(_MARGIN,) * 4, cv2.BORDER_REPLICATE),
            cv2.copyMakeBorder(alpha, *(_MARGIN,) * 4, cv2.BORDER_CONSTANT, value=0),
        ]
    )
    smooth = cv2.GaussianBlur(channels, (0, 0), 0.7)
    across = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3), np.float32)
    down = np.asarray(cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3), np.float32)
    # The colour under what is transparent is made up.
    bare = channels[..., 3] == 0
    across[bare, :3] = 0
    down[bare, :3] = 0
    strength = across**2 + down**2
    strongest = strength.argmax(axis=-1)[..., None]
    dx = np.asarray(np.take_along_axis(across, strongest, -1)[..., 0], np.float32)
    dy = np.asarray(np.take_along_axis(down, strongest, -1)[..., 0], np.float32)
    edges = cv2.Canny(_int16(dx), _int16(dy), 2 * _WEAK, 2 * _STRONG, L2gradient=True)
    ys, xs = np.nonzero(edges)
    kept = _spread(xs, ys, MOST_POINTS)
    ys, xs = ys[kept], xs[kept]
    length = np.maximum(np.hypot(dx, dy), 1e-6)[ys, xs]
    normals = np.stack([dx[ys, xs] / length, dy[ys, xs] / length], axis=-1)
    centre = np.array([_MARGIN + width / 2 - 0.5, _MARGIN + height / 2 - 0.5])
    points = (np.stack([xs, ys], axis=-1) - centre) / max(width, height)
    outer = strongest[ys, xs, 0] == 3
    return Outline(points.astype(np.float32), normals.astype(np.float32), outer)


def _int16(field: F32) -> npt.NDArray[np.int16]:
    return np.clip(field, -32767, 32767).astype(np.int16)


def _spread(xs: npt.NDArray[np.intp], ys: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    """Which of the points to keep so that at most ``most`` are left, evenly spread."""
    order = np.random.default_rng(0).permutation(len(xs))
    kept = order
    spacing = 2
    while len(kept) > most:
        cells = (xs[order] // spacing) * (1 << 20) + ys[order] // spacing
        _, first = np.unique(cells, return_index=True)
        kept = order[np.sort(first)]
        spacing += 1
    return np.sort(kept)

"""A logo's colours, and the frame laid onto the logo to compare it with them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.artwork import Artwork

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

NONE = 255
"""The label of what is not of the logo."""
MOST = 6
_SHARE = 0.02
"""Of a logo's area, below which a colour is not its own: edges blend into many."""
_APART = 24.0
"""Codes by which two of a logo's colours differ."""
_SIDE = 256
_LEAST = 24


@dataclass(frozen=True, slots=True)
class Inks:
    """A logo by its colours, at one size.

    Attributes:
        rgb: the logo itself, ``[h, w, 3]``, 0 to 255.
        label: which colour each pixel is of, ``[h, w]``; ``NONE`` outside.
        inner: ``bool`` ``[h, w]``, the pixels that no edge blends with another colour.
    """

    rgb: F32
    label: U8
    inner: Mask


def inks(artwork: Artwork) -> F32:
    """The logo's colours, ``[k, 3]`` in sRGB codes, the largest first, at most ``MOST``."""
    solid = artwork.alpha >= 250
    small = cv2.resize(artwork.rgb, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_NEAREST)
    of = cv2.resize(solid.astype(np.uint8), (small.shape[1], small.shape[0]), interpolation=cv2.INTER_NEAREST)
    pixels = small[of > 0].astype(np.float32)
    if len(pixels) < MOST:
        pixels = artwork.rgb[artwork.alpha >= 128].astype(np.float32)
    count = min(MOST, len(pixels))
    cv2.setRNGSeed(0)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.5)
    _, label, centre = cv2.kmeans(pixels, count, None, criteria, 3, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(label.ravel(), minlength=count) / len(pixels)
    kept: list[int] = []
    for k in np.argsort(-share):
        new = all(np.abs(centre[k] - centre[j]).max() >= _APART for j in kept)
        if not kept or (share[k] >= _SHARE and new):
            kept.append(int(k))
    medians = [np.median(pixels[np.abs(pixels - centre[k]).max(axis=1) < _APART], axis=0) for k in kept]
    found = [np.nan_to_num(m, nan=0.0) if np.isfinite(m).all() else centre[k] for m, k in zip(medians, kept)]
    return np.asarray(found, np.float32)


def laid_out(artwork: Artwork, colours: F32, long_side: float) -> Inks:
    """A logo by its colours where its longer side has so many pixels."""
    rgb, alpha = artwork.scaled(long_side)
    pixels = rgb.astype(np.float32)
    apart = ((pixels[:, :, None] - colours[None, None]) ** 2).sum(axis=-1)
    label = apart.argmin(axis=-1).astype(np.uint8)
    label[alpha < 128] = NONE
    padded = cv2.copyMakeBorder(label, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=NONE)
    square = np.ones((3, 3), np.uint8)
    inner = (cv2.erode(padded, square) == cv2.dilate(padded, square))[1:-1, 1:-1]
    return Inks(pixels, label, inner & (label != NONE))


def laid(picture: U8, pose: F64, shape: tuple[int, int], margin: int = 0) -> tuple[F32, Mask]:
    """The frame laid onto a logo of ``shape`` (height, width): ``[h, w, 3]``, and which pixels it has.

    Args:
        picture: the frame, ``[h, w, 3]``.
        pose: from the logo to pixels of the frame.
        shape: height and width of the logo in the result, in pixels.
        margin: pixels around it.
    """
    height, width = shape
    size = max(height, width)
    unit = np.array([[1, 0, -(width / 2 - 0.5) - margin], [0, 1, -(height / 2 - 0.5) - margin], [0, 0, size]])
    there = (pose @ (unit / size)).astype(np.float64)
    whole = (width + 2 * margin, height + 2 * margin)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(picture, there, whole, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    full = np.full(picture.shape[:2], 255, np.uint8)
    inside = cv2.warpAffine(full, there, whole, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return patch.astype(np.float32), inside > 127


def side(pose: F64) -> int:
    """The long side, in pixels, at which a frame is laid onto a logo: as it is there, within bounds."""
    return int(np.clip(round(float(np.sqrt(abs(np.linalg.det(pose[:, :2]))))), _LEAST, _SIDE))

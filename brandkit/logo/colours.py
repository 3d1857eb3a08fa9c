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
SHARE = 0.02
"""Of a logo's area, below which a colour is not its own: edges blend into many."""
APART = 24.0
"""Codes by which two of a logo's colours differ."""
_EVERY = 4
_DRAWN = 250
"""Alpha from which a pixel shows the logo's own colour."""


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


def colours(artwork: Artwork) -> F32:
    """The logo's colours, ``[k, 3]`` in sRGB codes, the largest first: 1 to ``MOST``.

    Of a gradient, some that lie along it.
    """
    pixels = artwork.rgb[::_EVERY, ::_EVERY][artwork.alpha[::_EVERY, ::_EVERY] >= _DRAWN].astype(np.float32)
    if len(pixels) < MOST:  # thin strokes
        pixels = artwork.rgb[artwork.alpha >= artwork.alpha.max() // 2].astype(np.float32)
    count = min(MOST, len(pixels))
    start = np.zeros((len(pixels), 1), np.int32)
    cv2.setRNGSeed(0)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.5)
    _, label, centres = cv2.kmeans(pixels, count, start, criteria, 3, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(label.ravel(), minlength=count) / len(pixels)
    kept: list[F32] = []
    for k in np.argsort(-share):
        known = any(np.abs(centres[k] - other).max() < APART for other in kept)
        if not kept or (share[k] >= SHARE and not known):
            kept.append(np.asarray(np.median(pixels[label.ravel() == k], axis=0), np.float32))
    return np.asarray(kept, np.float32)


def inks(artwork: Artwork, own: F32, long_side: float) -> Inks:
    """A logo by its ``own`` colours where its longer side has so many pixels."""
    rgb, alpha = artwork.scaled(long_side)
    pixels = rgb.astype(np.float32)
    label = ((pixels[:, :, None] - own) ** 2).sum(axis=-1).argmin(axis=-1).astype(np.uint8)
    label[alpha < 128] = NONE
    padded = cv2.copyMakeBorder(label, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=NONE)
    square = np.ones((3, 3), np.uint8)
    inner = (cv2.erode(padded, square) == cv2.dilate(padded, square))[1:-1, 1:-1]
    return Inks(pixels, label, inner & (label != NONE))


def laid(picture: U8, pose: F64, shape: tuple[int, int], margin: int = 0) -> tuple[F32, Mask]:
    """The frame laid onto a logo: ``[h, w, 3]``, and which pixels the frame has, ``[h, w]``.

    Args:
        picture: the frame, ``[h, w, 3]``.
        pose: from the logo to pixels of the frame.
        shape: height and width of the logo in the result, in pixels.
        margin: pixels around it.
    """
    height, width = shape
    size = max(height, width)
    unit = np.array(
        [[1, 0, 0.5 - width / 2 - margin], [0, 1, 0.5 - height / 2 - margin], [0, 0, size]], np.float64
    )
    there = pose @ (unit / size)
    whole = (width + 2 * margin, height + 2 * margin)
    # What is several pixels for one of the result is blended first, as it is in the logo.
    shrink = max(1.0, float(np.sqrt(abs(np.linalg.det(pose[:, :2])))) / size)
    part, moved = _part(picture, there, whole, shrink)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(part, moved, whole, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    xs, ys = np.meshgrid(np.arange(whole[0]), np.arange(whole[1]))
    x = there[0, 0] * xs + there[0, 1] * ys + there[0, 2]
    y = there[1, 0] * xs + there[1, 1] * ys + there[1, 2]
    inside = (x > -0.5) & (y > -0.5) & (x < picture.shape[1] - 0.5) & (y < picture.shape[0] - 0.5)
    return patch.astype(np.float32), inside


def _part(picture: U8, there: F64, whole: tuple[int, int], shrink: float) -> tuple[U8, F64]:
    """The part of a frame that is laid, blended, and where it is laid from in that part."""
    corners = there @ np.array([[0, whole[0], 0, whole[0]], [0, 0, whole[1], whole[1]], [1, 1, 1, 1]])
    height, width = picture.shape[:2]
    border = round(2 * shrink) + 2
    left, top = (
        int(np.clip(v, 0, most - 1)) for v, most in zip(corners.min(1) - border, (width, height), strict=True)
    )
    right, low = (
        int(np.clip(v, 1, most)) for v, most in zip(corners.max(1) + border, (width, height), strict=True)
    )
    part = picture[top : max(low, top + 1), left : max(right, left + 1)]
    if shrink > 1:
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.5 * shrink), np.uint8)
    moved = there.copy()
    moved[:, 2] -= (left, top)
    return part, moved

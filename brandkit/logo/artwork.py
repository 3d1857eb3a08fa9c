"""A brand's logo as a picture: from SVG, or from a picture with or without alpha."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from brandkit.errors import MediaError
from brandkit.logo import svg
from brandkit.media import pillow
from brandkit.media.guard import refuse_unreadable
from brandkit.media.icc import Profile, ProfileError

U8 = npt.NDArray[np.uint8]

LONG_SIDE = 512
"""Pixels along the longer side at which a logo is worked with: twice what 13 % of a 1080p frame shows."""
LEAST_SIDE = 16
"""Pixels that a picture of a logo has to have along its shorter side."""
MOST_ELONGATED = 24
"""Longer by shorter side; beyond, it is a line."""

_DRAWN = 1024
_OPAQUE = 128
_PAPER = 250
"""Code from which all channels of an opaque picture's border are white paper that the logo lies on."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A logo's picture, cut to what is seen of it.

    Attributes:
        path: the file.
        rgb: sRGB ``[h, w, 3]``; under alpha 0 the nearest colour of the logo, so that no ground bleeds in.
        alpha: ``[h, w]``, 0 to 255.
    """

    path: Path
    rgb: U8
    alpha: U8

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; the longer is ``LONG_SIDE``."""
        return self.rgb.shape[1], self.rgb.shape[0]

    def scaled(self, long_side: float) -> tuple[U8, U8]:
        """Colours and alpha with ``long_side`` pixels, at least 2, along the longer side."""
        width, height = self.size
        part = long_side / max(width, height)
        size = max(2, round(width * part)), max(2, round(height * part))
        how = cv2.INTER_AREA if part < 1 else cv2.INTER_CUBIC
        rgb = cv2.resize(self.rgb, size, interpolation=how)
        alpha = cv2.resize(self.alpha, size, interpolation=how)
        return np.asarray(rgb, np.uint8), np.asarray(alpha, np.uint8)


def load(path: Path) -> Artwork:
    """Read a logo's file: SVG, PNG, WebP, TIFF or another picture.

    White paper around the logo of an opaque picture counts as transparent.

    Raises:
        MediaError: it cannot be read, or nothing is drawn in it, or it is too small or too thin.
    """
    refuse_unreadable(path)
    rgba = _drawn(path) if path.suffix.lower() in (".svg", ".svgz") else _picture(path)
    if rgba[..., 3].min() == 255:
        rgba = _without_paper(rgba)
    seen = rgba[..., 3] >= _OPAQUE
    if not seen.any():
        raise MediaError(f"{path}: shows nothing, it is transparent or blank; export the logo again")
    x, y, width, height = cv2.boundingRect(seen.astype(np.uint8))
    rgba = rgba[y : y + height, x : x + width]
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_ELONGATED * min(width, height):
        raise MediaError(
            f"{path}: what it shows is {width} x {height} pixels; at least {LEAST_SIDE} on each side, and no"
            f" line, can be looked for: export it larger"
        )
    return _sized(path, rgba)


def _drawn(path: Path) -> U8:
    """An SVG, ``[h, w, 4]``."""
    if path.suffix.lower() == ".svgz":
        raise MediaError(f"{path}: is a compressed SVG, which is not read; save it as .svg")
    size = path.stat().st_size
    if size > svg.MOST_BYTES:
        raise MediaError(f"{path}: is larger than the {svg.MOST_BYTES >> 20} MiB that are read of an SVG")
    png = svg.render(path.read_bytes(), str(path), _DRAWN)
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGBA"), np.uint8)


def _picture(path: Path) -> U8:
    """Any other picture, ``[h, w, 4]``, in sRGB."""
    with pillow.opened(path) as picture:
        if picture is None:
            raise MediaError(f"{path}: is no picture that can be read; export the logo as SVG or PNG")
        with pillow.errors(path):
            icc = picture.info.get("icc_profile")
            rgba = np.array(picture.convert("RGBA"), np.uint8)
            if isinstance(icc, bytes) and picture.mode in ("RGB", "RGBA"):
                rgba[..., :3] = _in_srgb(icc, rgba[..., :3])
    largest = _DRAWN / max(rgba.shape[:2])
    if largest >= 1:
        return rgba
    size = max(1, round(rgba.shape[1] * largest)), max(1, round(rgba.shape[0] * largest))
    return _unmultiplied(np.asarray(cv2.resize(_multiplied(rgba), size, interpolation=cv2.INTER_AREA)))


def _in_srgb(icc: bytes, rgb: U8) -> U8:
    try:
        profile = Profile.read(icc)
    except ProfileError:  # as for pictures: taken for sRGB
        return rgb
    if profile.space != "RGB":
        return rgb
    return np.asarray(profile.to_srgb(np.ascontiguousarray(rgb)), np.uint8)


def _without_paper(rgba: U8) -> U8:
    """An opaque picture without the white around what it shows."""
    border = np.concatenate([rgba[0, :, :3], rgba[-1, :, :3], rgba[:, 0, :3], rgba[:, -1, :3]])
    if border.min() < _PAPER:
        return rgba
    paper = (rgba[..., :3].min(axis=-1) >= _PAPER).astype(np.uint8)
    _, labels = cv2.connectedComponents(paper, connectivity=4)
    outside = labels == labels[0, 0]
    keyed = rgba.copy()
    keyed[..., 3] = np.where(outside, 0, 255)
    return keyed


def _multiplied(rgba: U8) -> npt.NDArray[np.float32]:
    scaled = rgba.astype(np.float32)
    scaled[..., :3] *= scaled[..., 3:] / 255
    return scaled


def _unmultiplied(scaled: npt.NDArray[np.float32]) -> U8:
    rgba = scaled.copy()
    rgba[..., :3] *= 255 / np.maximum(rgba[..., 3:], 1)
    return np.clip(rgba.round(), 0, 255).astype(np.uint8)


def _sized(path: Path, rgba: U8) -> Artwork:
    """The artwork at ``LONG_SIDE``, with the logo's colours continued under what is transparent."""
    part = LONG_SIDE / max(rgba.shape[:2])
    size = max(1, round(rgba.shape[1] * part)), max(1, round(rgba.shape[0] * part))
    how = cv2.INTER_AREA if part < 1 else cv2.INTER_LINEAR  # which does not overshoot
    scaled = cv2.resize(_multiplied(rgba), size, interpolation=how)
    sized = _unmultiplied(np.asarray(scaled, np.float32))
    solid = sized[..., 3] >= _OPAQUE
    rgb = sized[..., :3].copy()
    if not solid.all():
        _, nearest = cv2.distanceTransformWithLabels(
            (~solid).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        owner = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
        owner[nearest[solid]] = rgb[solid]
        rgb = np.where(solid[..., None], rgb, owner[nearest])
    return Artwork(path, rgb, np.ascontiguousarray(sized[..., 3]))

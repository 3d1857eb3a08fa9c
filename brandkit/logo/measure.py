"""How a logo that was found is used: size, shape, colours, contrast, what is seen of it, what is near."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab, srgb_to_linear
from brandkit.logo.colours import NONE, Inks, laid
from brandkit.logo.edges import gradient
from brandkit.logo.find import Model
from brandkit.logo.fit import long_side
from brandkit.logo.match import shown
from brandkit.logo.outline import Outline
from brandkit.logo.poses import stretch

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

LUMINANCE = (0.2126, 0.7152, 0.0722)
"""WCAG 2.2, relative luminance."""
FREE = 1.0
"""Heights of the logo around it that are looked at unless more has to be free."""
AS_STRONG = 0.5
"""Of the logo's own edges, how strong one near it has to be to be in its way."""
BUSY = 0.06
"""Share of what is around a logo that edges of that strength fill on three sides where the ground is busy."""
_COVERED = 0.55
"""Share of a logo's pixels in a neighbourhood that show something else where it is covered."""
_FEWEST = 12
_HEIGHT = 64


@dataclass(frozen=True, slots=True)
class Ink:
    """One of a logo's colours as it is in the frame.

    Attributes:
        target: ``#RRGGBB`` in the logo's file.
        colour: ``#RRGGBB`` in the frame.
        apart: CIEDE2000 between them.
    """

    target: str
    colour: str
    apart: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured of a logo at one place of a frame.

    Attributes:
        corners: ``[4, 2]``, of the logo in pixels of the frame, from its upper left clockwise.
        width_px: its width in pixels, along its own base line.
        width_share: the same as a share of the frame's width.
        turned_deg: degrees by which it is turned clockwise, -180 to 180.
        stretch: how much longer it is one way than another, as a share: 0.05 for 5 %.
        inks: its colours that are large enough to be told, the largest first.
        contrast: WCAG's ratio between the logo and what it lies on, the median along its outline; ``None``
            where too little of the outline is free.
        seen: share of its area that is neither covered nor outside of the frame.
        free: free margin around it in heights of the logo, as far as was looked; ``None`` where the ground
            itself has edges as strong as the logo's.
    """

    corners: F64
    width_px: float
    width_share: float
    turned_deg: float
    stretch: float
    inks: tuple[Ink, ...]
    contrast: float | None
    seen: float
    free: float | None

    @property
    def worst(self) -> Ink | None:
        """The colour that is farthest off."""
        return max(self.inks, key=lambda ink: ink.apart, default=None)


def measure(picture: U8, pose: F64, model: Model, reach: float = FREE) -> Reading:
    """Measure a logo in a frame ``[h, w, 3]`` at a pose, and what is within ``reach`` of its heights."""
    width, height = (side / max(model.artwork.size) for side in model.artwork.size)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    across = float(np.hypot(*pose[:, 0])) * width
    sheet, patch, alike = shown(picture, pose, model.sheets)
    covered = _covered(sheet, alike)
    inks = _inks(sheet, patch, alike & ~covered, model.sheets.own)
    outline = model.outline(long_side(pose))
    return Reading(
        corners=corners @ pose[:, :2].T + pose[:, 2],
        width_px=across,
        width_share=across / picture.shape[1],
        turned_deg=float(np.degrees(np.arctan2(pose[1, 0] - pose[0, 1], pose[0, 0] + pose[1, 1]))),
        stretch=stretch(pose) - 1,
        inks=inks,
        contrast=_contrast(picture, pose, model, outline),
        seen=1 - float(covered[sheet.label != NONE].mean()),
        free=_free(picture, pose, (width, height), outline, reach),
    )


def _covered(sheet: Inks, alike: Mask) -> Mask:
    """Where the logo shows something else: places, not single pixels, which noise and edges make."""
    logo = sheet.label != NONE
    usable = sheet.inner if sheet.inner.sum() >= _FEWEST else logo
    reach = max(5, max(logo.shape) // 10) | 1
    size = (reach, reach)
    other = cv2.boxFilter((usable & ~alike).astype(np.float32), -1, size, borderType=cv2.BORDER_CONSTANT)
    all_ = cv2.boxFilter(usable.astype(np.float32), -1, size, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(logo & (other > _COVERED * np.maximum(all_, 1e-3)))


def _inks(sheet: Inks, patch: F32, seen: Mask, own: F32) -> tuple[Ink, ...]:
    """Each colour by the median of the pixels that are deepest within it."""
    found, wanted = [], []
    for k in range(len(own)):
        inner = (sheet.label == k) & sheet.inner & seen
        if inner.sum() < _FEWEST:
            continue
        depth = cv2.distanceTransform((sheet.label == k).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
        deep = inner & (depth >= np.median(depth[inner]))
        found.append(np.median(patch[deep], axis=0))
        wanted.append(np.median(sheet.rgb[deep], axis=0))
    if not found:
        return ()
    codes = np.clip(np.round(np.array([found, wanted])), 0, 255).astype(np.uint8)
    lab = srgb_to_lab(torch.from_numpy(codes))
    apart = ciede2000(lab[0].double(), lab[1].double()).tolist()
    return tuple(
        Ink(_hex(target), _hex(colour), float(distance))
        for colour, target, distance in zip(codes[0], codes[1], apart, strict=True)
    )


def _hex(rgb8: U8) -> str:
    return "#{:02X}{:02X}{:02X}".format(*rgb8.tolist())


def _contrast(picture: U8, pose: F64, model: Model, outline: Outline) -> float | None:
    """The median contrast along the outline, each point's ground against the logo just within it."""
    size = long_side(pose)
    away = max(2.0, 0.015 * size) / size
    outer = outline.outer
    logo = model.artwork.alpha
    within, beyond = (outline.points[outer] + sign * away * outline.normals[outer] for sign in (1.0, -1.0))
    free = (_at(logo, within) >= 128) & (_at(logo, beyond) < 64)
    ends = [np.asarray(p[free] @ pose[:, :2].T + pose[:, 2], np.float32) for p in (within, beyond)]
    height, width = picture.shape[:2]
    inside = np.ones(len(ends[0]), bool)
    for end in ends:
        inside &= (end >= 0).all(axis=1) & (end[:, 0] <= width - 1) & (end[:, 1] <= height - 1)
    if inside.sum() < _FEWEST:
        return None
    light, dark = (_luminance(picture, end[inside]) for end in ends)
    ratio = (np.maximum(light, dark) + 0.05) / (np.minimum(light, dark) + 0.05)
    return float(np.median(ratio))


def _at(alpha: U8, points: F32) -> npt.NDArray[np.int64]:
    """Alpha at places on the logo; 0 outside."""
    height, width = alpha.shape
    size = max(height, width)
    x = np.floor(points[:, 0] * size + width / 2).astype(np.int64)
    y = np.floor(points[:, 1] * size + height / 2).astype(np.int64)
    within = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    return np.where(within, alpha[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)].astype(np.int64), 0)


def _luminance(picture: U8, places: F32) -> F64:
    rows = np.round(places[:, 1]).astype(int), np.round(places[:, 0]).astype(int)
    linear = srgb_to_linear(torch.from_numpy(picture[rows].astype(np.float64) / 255)).numpy()
    return np.asarray(linear @ LUMINANCE, np.float64)


def _free(picture: U8, pose: F64, shape: tuple[float, float], outline: Outline, reach: float) -> float | None:
    """How far from the logo's box the next thing is, in heights of the logo, up to ``reach``."""
    pixels = long_side(pose) * shape[1]
    tall = int(np.clip(round(pixels), 16, _HEIGHT))
    size = max(2, round(tall / shape[1] * shape[0])), tall
    margin = round(reach * tall)
    patch, inside = laid(picture, pose, (size[1], size[0]), margin)
    dx, dy = gradient(np.clip(patch, 0, 255).astype(np.uint8))
    strength = np.hypot(dx, dy)
    own = max(size) * outline.points[outline.outer] + np.array(size) / 2 - 0.5 + margin
    if len(own) < _FEWEST:
        return None
    usual = float(np.median(strength[np.round(own[:, 1]).astype(int), np.round(own[:, 0]).astype(int)]))
    rows, columns = np.indices(strength.shape)
    beyond_x = np.maximum(margin - columns, columns - (margin + size[0] - 1))
    beyond_y = np.maximum(margin - rows, rows - (margin + size[1] - 1))
    away = np.maximum(np.maximum(beyond_x, beyond_y), 0)
    ring = max(2, round(0.05 * tall))
    strong = (strength > AS_STRONG * max(usual, 4.0)) & (away > ring) & inside
    sides = [columns < margin, columns >= margin + size[0], rows < margin, rows >= margin + size[1]]
    crowded = [float(strong[side & inside].mean()) > BUSY for side in sides if (side & inside).any()]
    if sum(crowded) >= 3:
        return None
    # An edge of the frame is in the way from the row on that is no longer there.
    reached = np.where(strong, away - 1, np.where(inside, margin, away - 1))
    counts = np.bincount(reached[(away > 0)].ravel().clip(0, margin), minlength=margin + 1).cumsum()
    enough = np.flatnonzero(counts[:margin] >= max(6, tall // 10))
    return float(enough[0] / tall) if len(enough) else reach

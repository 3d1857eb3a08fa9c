"""How well a place in a frame matches a logo: by its outline, and by what lies between the edges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from brandkit.logo.artwork import Artwork
from brandkit.logo.colours import NONE, Inks, inks, laid
from brandkit.logo.edges import Edges
from brandkit.logo.fit import LEAST, long_side, touch
from brandkit.logo.outline import Outline

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

SIDES = (32, 64, 128, 256)
"""Long sides at which a frame is laid onto a logo: the nearest below its own."""
EDGE = 2 * LEAST
"""Codes a pixel from which an outline's point counts as on an edge."""
_ALIKE = 26.0
"""Codes by which a pixel may differ from what the logo has there, apart from a shift of its whole colour:
noise and JPEG at quality 60 differ less."""
SMALL, LARGE = 40.0, 120.0
"""Root of a logo's area within the frame, in pixels: below the first, there is too little to tell it from
chance; from the second on, a part of it is enough."""
LEAST_SEEN = (0.88, 0.5)
LEAST_BOTH = (0.85, 0.62)
"""Of a logo's area, and of that times its outline, as ``Match`` has them, from which it is the logo, for a
small and a large one: smooth grounds have the areas but not the edges, textured ones the edges but not the
areas."""
LEAST_CLEAR = 0.85
"""Of its outline where it is seen, chance or not. These three were set on the first photographs and logos of
``benchmarks/logo.py``."""
LEAST_SUPPORT = 0.35
_ASIDE = 0.16
_MOSTLY = 0.85
"""Of what the logo has around a point of its outline, how much has to be seen for the point to be clear of
what covers it."""
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Match:
    """How a place matches.

    Attributes:
        support: share of the outline, as far as it is within the frame, that lies on edges, 0 to 1.
        beside: the same for the outline moved aside: what the ground's texture alone gives.
        seen: share of the logo's area, as far as it is within the frame, that shows what the logo has there,
            if in other colours.
        clear: share of the outline that lies on edges where the logo is seen.
        size: root of the logo's area that is within the frame, in pixels.
    """

    support: float
    beside: float
    seen: float
    clear: float
    size: float

    @property
    def found(self) -> bool:
        """Whether it is the logo."""
        if self.size < SMALL:
            return False
        seen, both = (
            float(np.interp(self.size, (SMALL, LARGE), least)) for least in (LEAST_SEEN, LEAST_BOTH)
        )
        if above(self.support, self.beside) < LEAST_SUPPORT or self.clear < LEAST_CLEAR or self.seen < seen:
            return False
        return self.seen * above(self.clear, self.beside) >= both

    @property
    def score(self) -> float:
        """One number to rank by, up to 1."""
        return self.clear * min(1.0, 0.4 + 0.6 * self.seen)


@dataclass(frozen=True, slots=True)
class Sheets:
    """A logo by its colours at each of ``SIDES``."""

    own: F32
    sheets: tuple[Inks, ...]

    @classmethod
    def of(cls, artwork: Artwork, own: F32) -> Sheets:
        """Make them."""
        return cls(own, tuple(inks(artwork, own, side) for side in SIDES))

    def at(self, pixels: float) -> Inks:
        """The one for a logo of so many pixels."""
        return self.sheets[max((k for k, side in enumerate(SIDES) if side <= pixels), default=0)]


def shown(picture: U8, pose: F64, sheets: Sheets) -> tuple[Inks, F32, Mask]:
    """The sheet, the frame laid onto it, and where it shows what the logo has: ``bool`` ``[h, w]``."""
    sheet, patch, inside, apart = _compared(picture, pose, sheets)
    return sheet, patch, inside & (apart < _ALIKE) & (sheet.label != NONE)


def residual(picture: U8, pose: F64, sheets: Sheets) -> float:
    """By how many codes the frame differs from what the logo has, edges included; within bounds."""
    sheet, _, inside, apart = _compared(picture, pose, sheets)
    logo = inside & (sheet.label != NONE)
    return float(np.minimum(apart[logo], 2 * _ALIKE).mean()) if logo.any() else 2 * _ALIKE


def _compared(picture: U8, pose: F64, sheets: Sheets) -> tuple[Inks, F32, Mask, F32]:
    """The sheet, the frame laid onto it, which pixels that has, and by how much each differs, in codes."""
    sheet = sheets.at(long_side(pose))
    patch, inside = laid(picture, pose, sheet.label.shape)
    expected = sheet.rgb.copy()
    for k in range(len(sheets.own)):
        of = sheet.label == k
        inner = of & sheet.inner & inside
        if inner.sum() < _FEWEST:
            inner = of & inside
        if inner.any():
            expected[of] += np.median(patch[inner] - sheet.rgb[inner], axis=0)
    return sheet, patch, inside, np.asarray(np.abs(patch - expected).max(axis=-1), np.float32)


def match(picture: U8, pose: F64, outline: Outline, seen: Edges, sheets: Sheets) -> Match:
    """How well a frame matches a logo at a pose."""
    found = touch(pose, outline, seen, 1)
    hit = found.strength > EDGE
    moved = pose.copy()
    beside = []
    for angle in np.arange(6) * np.pi / 3:
        moved[:, 2] = pose[:, 2] + pose[:, :2] @ (_ASIDE * np.cos(angle), _ASIDE * np.sin(angle))
        beside.append(touch(moved, outline, seen, 1).share(EDGE))
    support, chance = found.share(EDGE), float(np.mean(beside))
    label = sheets.sheets[0].label
    size = long_side(pose) * float(np.sqrt(min(label.shape) / max(label.shape)))
    if above(support, chance) < LEAST_SUPPORT:  # most guesses: no need to look closer
        return Match(support, chance, 0.0, 0.0, size)
    sheet, _, inside, apart = _compared(picture, pose, sheets)
    alike = inside & (apart < _ALIKE)
    logo = sheet.label != NONE
    size *= float(np.sqrt((inside & logo).sum() / max(int(logo.sum()), 1)))
    usable = inside & (sheet.inner if sheet.inner.sum() >= _FEWEST else logo)
    clear = hit[_near(outline, usable, alike & usable)]
    found_clear = float(clear.mean()) if len(clear) >= _FEWEST else 0.0
    return Match(support, chance, float(alike[usable].mean()) if usable.any() else 0.0, found_clear, size)


def above(share: float, chance: float) -> float:
    """How much more of an outline than chance gives lies on edges, as a share of how much more could."""
    return (share - chance) / max(1 - chance, 0.05)


def _near(outline: Outline, usable: Mask, alike: Mask) -> Mask:
    """Which points of an outline have what the logo shows around them, and nothing else."""
    height, width = alike.shape
    size = max(height, width)
    reach = max(3, size // 16) | 1
    own, all_ = (
        cv2.boxFilter(
            part.astype(np.float32), -1, (reach, reach), normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        for part in (alike, usable)
    )
    x = np.clip((outline.points[:, 0] * size + width / 2).astype(int), 0, width - 1)
    y = np.clip((outline.points[:, 1] * size + height / 2).astype(int), 0, height - 1)
    return np.asarray((own[y, x] > 0) & (own[y, x] >= _MOSTLY * all_[y, x]))

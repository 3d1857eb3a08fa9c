"""Where in a frame a region of a brand colour lies: a soft mask that follows edges, stable over time.

A correction that is limited to a region goes through it: corrected = frame + matte * (LUT(frame) - frame).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.modes import of_hue
from brandkit.colour.moves import highlight
from brandkit.colour.spaces import linear_to_lab, luminance, srgb_to_linear
from brandkit.colour.table import ColourTable
from brandkit.painted import wanders
from brandkit.survey import Sighting, coherent, stride

if TYPE_CHECKING:
    from collections.abc import Callable

    from brandkit.region import Region

Matte = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

NOISE_CODES = 4
"""Codes beyond a flat region's own noise that still belong to it: later frames may be noisier."""
LINES_A_STEP = 360
"""The soft edge is one pixel wide for each of so many lines, and at least ``LEAST_EDGE``."""
LEAST_EDGE = 2
HOLE = 0.02
"""Largest share of a region that a hole in it (a highlight, a speck) may have to be filled."""
HIGHLIGHT, ENCLOSED = 0.25, 0.6
"""Share of a region that a piece may have in which it shows under a highlight; and of that piece's border
where it has to meet the region: a highlight may touch the thing's edge."""
TELLING = 12.0
"""Distance in codes between a region and what lies beside it from which a mixed pixel tells the shares."""
MOSTLY = 0.6
SURROUNDINGS, LINES_A_SURROUNDING = 3, 80
"""Share of the square around a pixel that has to be of a surface's very colour; half its side in pixels, at
least, and one more for so many lines."""
STAYS = 0.3
"""Share of an area that has to lie where the region was a frame ago for it to stay, however small it got."""
TOLD = 0.3
"""Share of a colour's luminance that has to be the surface's own for it to be seen under a highlight."""
_DARK = 1e-4
_AT_A_TIME = 8192
"""Colours: what is computed of so many stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class RegionMatte:
    """That a correction applies to a region, found anew in each frame."""

    region: Region

    def start(self, device: torch.device | str) -> Matting:
        """Get ready for the frames of one shot, in order."""
        return Matting(self.region, device)


def matte_of(region: Region) -> RegionMatte:
    """The matte of a region, which outlives the frame that shows it and so lets go of it."""
    return RegionMatte(replace(region.lighter(), sighting=Sighting()))


@dataclass(frozen=True, slots=True)
class FixedMatte:
    """That a correction applies where a person says.

    Attributes:
        mask: ``float32`` ``[H, W]``, 0 to 1.
        inner: how the region is found within the mask; ``None`` to take the mask as it is.
    """

    mask: torch.Tensor
    inner: RegionMatte | None = None

    def start(self, device: torch.device | str) -> Callable[[torch.Tensor], torch.Tensor]:
        """Get ready for the frames of one shot, in order."""
        mask = self.mask.to(device)
        if self.inner is None:
            return lambda pixels: mask
        found = self.inner.start(device)
        return lambda pixels: found(pixels) * mask


class Matting:
    """Finds a region's matte, frame after frame of one shot.

    Args:
        region: what to look for.
        device: of the frames.
    """

    def __init__(self, region: Region, device: torch.device | str = "cpu") -> None:
        self._region = region
        self._table = ColourTable(lambda rgb: belongs(region, rgb), device)
        self._before: Mask | None = None

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """The matte of a frame ``uint8`` ``[3, H, W]``: ``float32`` ``[H, W]``, 1 within the region."""
        (solid,) = _solid(self._table, [self._region], pixels, self._before)
        self._before = solid
        if not solid.any():
            return torch.zeros(solid.shape, device=pixels.device)
        return torch.from_numpy(soft(pixels.permute(1, 2, 0).cpu().numpy(), solid)).to(pixels.device)


def covered(regions: list[Region], pixels: torch.Tensor) -> Mask:
    """Where a frame ``uint8`` ``[3, H, W]`` taken by itself shows any of some regions, or their soft edges.

    Returns:
        ``[H, W]``.
    """
    table = ColourTable(lambda rgb: tuple(c for r in regions for c in belongs(r, rgb)), pixels.device)
    solid = np.logical_or.reduce(_solid(table, regions, pixels))
    return _grown(solid, _edge(solid.shape))


def _solid(
    table: ColourTable, regions: list[Region], pixels: torch.Tensor, before: Mask | None = None
) -> list[Mask]:
    """Where a frame shows each of those regions whose colours the table tells, two columns for each."""
    ids = table.index(pixels[None].contiguous())[0]
    member, core = (
        [column.index_select(0, ids.flatten()).view(ids.shape).cpu().numpy() for column in columns]
        for columns in (table.columns[:-1:2], table.columns[1:-1:2])
    )
    return [
        _kept(own, very & _painted(region, pixels, very), before)
        for region, own, very in zip(regions, member, core, strict=True)
    ]


def _painted(region: Region, pixels: torch.Tensor, core: Mask) -> Mask:
    """Where what has a surface's very colour is of its paint, by means over squares, and not by chance."""
    if math.isinf(region.wander) or not core.any():
        return core
    body = torch.tensor(region.body, dtype=torch.float64)
    step = stride(*pixels.shape[-2:])
    apart = wanders(
        pixels[:, ::step, ::step], core[::step, ::step], linear_to_lab(body)[1:], float(luminance(body))
    )
    steady = (apart <= region.wander).astype(np.uint8)
    return np.asarray(cv2.resize(steady, core.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool))


def _kept(member: Mask, core: Mask, before: Mask | None) -> Mask:
    """The areas that are large and solid, and smaller ones where the region was before.

    Around a pixel of a surface, most are of its very colour: fur beside a brown can pass as its sheen
    pixel by pixel, but not as a whole.
    """
    half = max(SURROUNDINGS, min(core.shape) // LINES_A_SURROUNDING)
    mostly = member & (_blurred(core, 2 * half + 1) >= MOSTLY)
    kept = _regrown(coherent(mostly), member, half + 2)
    if before is not None and before.any():
        count, names = cv2.connectedComponents(member.astype(np.uint8), connectivity=4)
        area = np.bincount(names.ravel(), minlength=count)
        shared = np.bincount(names[before], minlength=count)
        stays = shared >= STAYS * np.maximum(area, 1)
        stays[0] = False  # the ground
        kept |= stays[names] & (_blurred(member, 3) >= 0.5)
    return filled(_with_highlights(kept, member))


def _blurred(mask: Mask, size: int) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.blur(mask.astype(np.float32), (size, size)), dtype=np.float32)


def _regrown(seed: Mask, member: Mask, by: int) -> Mask:
    """A mask grown by some pixels where the colour goes on: looking at squares has rounded its corners."""
    return np.asarray(member & _grown(seed, by))


def _grown(mask: Mask, by: int) -> Mask:
    kernel = np.ones((2 * by + 1,) * 2, np.uint8)
    return np.asarray(cv2.dilate(mask.view(np.uint8), kernel).astype(bool))


def belongs(region: Region, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which colours, ``uint8`` ``[N, 3]``, are a region's, and which its very own, without sheen.

    Returns:
        ``bool`` ``[N]`` twice.
    """
    if region.body is None:
        low, high = (torch.tensor(side, device=rgb.device) for side in noise_box(region))
        found = ((rgb >= low) & (rgb <= high)).all(1)
        return found, found
    parts = [_on_surface(region, part) for part in rgb.split(_AT_A_TIME)]
    member, core = (torch.cat(column) for column in zip(*parts, strict=True))
    return member, core


def _on_surface(region: Region, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    linear = srgb_to_linear(rgb)
    body = torch.tensor(region.body, dtype=linear.dtype, device=rgb.device)
    light = (luminance(linear) / luminance(body))[:, None]
    level = linear_to_lab(linear / light.clamp_min(_DARK))[:, 1:]
    centre = linear_to_lab(body)[1:]
    stray = (linear_to_lab(linear) - linear_to_lab(light * body))[:, 1:].norm(dim=1)
    lit = light[:, 0] > _DARK
    noise = stray <= region.stray
    own = (level - centre).norm(dim=1) <= region.reach
    sheen = of_hue(level, centre, region.reach) | _glossy(linear, body, region.reach)
    return (sheen | noise) & lit, (own | noise) & lit


def _glossy(linear: torch.Tensor, body: torch.Tensor, reach: float) -> torch.Tensor:
    """Which colours ``[N, 3]`` are a surface's under a highlight that leaves enough of it to tell."""
    gloss = highlight(linear, body)
    matte = linear - gloss[:, None]
    light = luminance(matte) / luminance(body)
    level = linear_to_lab(matte / light.clamp_min(_DARK)[:, None])[:, 1:]
    near: torch.Tensor = (level - linear_to_lab(body)[1:]).norm(dim=1) <= reach
    return near & (luminance(matte) >= TOLD * luminance(linear))


def noise_box(region: Region) -> tuple[list[int], list[int]]:
    """Least and greatest codes, channel by channel, of what belongs to a flat region."""
    return [code - NOISE_CODES for code in region.low], [code + NOISE_CODES for code in region.high]


def filled(mask: Mask) -> Mask:
    """A mask whose small holes are closed: a highlight on a thing is of the thing."""
    count, names, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=8)
    height, width = mask.shape
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    inner = (left > 0) & (top > 0) & (right < width) & (bottom < height)
    small = inner & (stats[:, cv2.CC_STAT_AREA] <= HOLE * np.count_nonzero(mask))
    small[0] = False  # the mask itself
    return np.asarray(mask | small[names]) if count > 1 else mask


def _with_highlights(mask: Mask, member: Mask) -> Mask:
    """A mask with the pieces in which its surface shows under a highlight: mostly surrounded by it."""
    if not mask.any():
        return mask
    count, names = cv2.connectedComponents((member & ~mask).astype(np.uint8), connectivity=4)
    border, own = np.zeros(count), np.zeros(count)
    for axis in (0, 1):
        ahead, behind = (names[1:], names[:-1]) if axis == 0 else (names[:, 1:], names[:, :-1])
        lit, dim = (mask[1:], mask[:-1]) if axis == 0 else (mask[:, 1:], mask[:, :-1])
        apart = ahead != behind
        for piece, beside in ((ahead, dim), (behind, lit)):
            border += np.bincount(piece[apart], minlength=count)
            own += np.bincount(piece[apart & beside], minlength=count)
    area = np.bincount(names.ravel(), minlength=count)
    within = (own >= ENCLOSED * border) & (border > 0) & (area <= HIGHLIGHT * np.count_nonzero(mask))
    within[0] = False  # the ground
    return np.asarray(mask | within[names])


def soft(picture: npt.NDArray[np.uint8], solid: Mask) -> Matte:
    """A mask with edges as soft as the picture's own.

    Along the border a pixel is a mixture of the region and of what lies beside it. Both are taken from
    either side, and the pixel's place on the way from one to the other is its share.

    Args:
        picture: ``[H, W, 3]``.
        solid: ``[H, W]``, where the region is.
    """
    edge = _edge(solid.shape)
    grown = _grown(solid, edge)
    core = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    matte = solid.astype(np.float32)
    band = grown & ~core
    x, y, width, height = cv2.boundingRect(grown.astype(np.uint8))
    pad = 4 * edge
    rows, columns = slice(max(0, y - pad), y + height + pad), slice(max(0, x - pad), x + width + pad)
    cut, inside, outside = (
        picture[rows, columns].astype(np.float32),
        core[rows, columns],
        ~grown[rows, columns],
    )
    size = 6 * edge + 1
    own, beside = _mean(cut, inside, size), _mean(cut, outside, size)
    way = own - beside
    length = (way**2).sum(-1)
    share = ((cut - beside) * way).sum(-1) / np.maximum(length, 1)
    here = band[rows, columns]
    told = here & (length >= TELLING**2) & ~np.isnan(share)
    # Where the two sides are alike, nothing tells the share, and a smooth step shows least.
    step = cv2.blur(solid[rows, columns].astype(np.float32), (2 * edge + 1,) * 2)
    part = matte[rows, columns]
    part[here] = step[here]
    part[told] = np.clip(share[told], 0, 1)
    return matte


def _edge(shape: tuple[int, ...]) -> int:
    """Pixels to each side of a region's border over which its matte may be soft."""
    return max(LEAST_EDGE, min(shape) // LINES_A_STEP)


def _mean(picture: npt.NDArray[np.float32], where: Mask, size: int) -> npt.NDArray[np.float32]:
    """Mean over a square of those pixels that are within a mask; not a number where there are none."""
    weight = where.astype(np.float32)
    total = cv2.boxFilter(picture * weight[..., None], -1, (size, size), normalize=False)
    count = cv2.boxFilter(weight, -1, (size, size), normalize=False)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / np.where(count > 0.5, count, np.nan)[..., None], dtype=np.float32)

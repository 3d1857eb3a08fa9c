"""Whether the brand's colours are there, are right, and are the only ones."""

from __future__ import annotations

import re
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Indexed, Measurement, Metric, Region
from brandkit.colour.levels import Levels, farthest
from brandkit.family import DISTANCE
from brandkit.gate import describe
from brandkit.known import at_first
from brandkit.media.clip import Frames, Source
from brandkit.region import Region as ColourRegion
from brandkit.region import region_mask
from brandkit.regions import find_regions
from brandkit.survey import Survey

Mask = npt.NDArray[np.bool_]

HEATMAP_FULL = 20.0
"""CIEDE2000 that the heat-map shows brightest; beyond it, a colour is simply another colour."""
HEATMAP_LONGEST = 1280
"""Pixels of a heat-map's longer side, at most: a guide for the eye, of which many are kept."""
HEATMAP_STEPS = 64
"""Of 0.3 CIEDE2000 each: of four times as many, a picture takes a third more bytes, and shows no more."""
_RAMP = np.linspace(0, 255, HEATMAP_STEPS).astype(np.uint8)[None]
HEATMAP = np.ascontiguousarray(cv2.applyColorMap(_RAMP, cv2.COLORMAP_INFERNO)[0, :, ::-1], np.uint8)
"""Its colours from none to ``HEATMAP_FULL``, ``uint8`` ``[HEATMAP_STEPS, 3]`` sRGB."""

DRIFT = Metric(
    "drift_de00",
    "de00",
    "lower",
    "Run 'brandkit correct' to take this colour onto its HEX, or make the picture again.",
    correctable=True,
)
COVERAGE = Metric(
    "coverage",
    "share",
    "range",
    "Change how much of the picture this colour fills, or correct its drift first.",
)
FORBIDDEN = Metric("forbidden", "share", "lower", "Remove this colour; the guidelines rule it out.")
OFF_PALETTE = Metric(
    "off_palette", "share", "lower", "Replace the colours that the heat-map shows bright by brand colours."
)


class Palette(Check):
    """Score the colours of every pixel against the brand's palette by CIEDE2000.

    What it measures, over all frames of the clip:

    - `drift_de00`, for each swatch that forms a region: CIEDE2000 between the colour in which the swatch
      is rendered and its HEX. A region is a solid, connected area of at least 0.5 % of the frame, of
      colours within the swatch's capture radius and of its hue family. Its colour is the mode of its
      pixels, so that noise and edges do not count. Of several modes the worst is reported. Lower is
      better; the limit is the swatch's tolerance.
    - `coverage`, for each swatch: share of all pixels within its tolerance, which is to be in range.
    - `forbidden`, for each forbidden colour: share of pixels within its tolerance that are nearer to it
      than to any swatch. Lower is better.
    - `off_palette`: share of pixels that belong to no swatch, neither on target nor near it. Lower is
      better.

    A swatch of finish `flat` is one colour. A swatch of finish `shaded` is a curve: its linear light
    times a shading factor (from L* 10 up to twice the swatch's own light), and the distance is the least
    along it, so that a shadow on a product is not an error and a shift of hue is. How light such a surface
    is counts as light and not as drift.

    Reference: Sharma, Wu and Dalal (2005), "The CIEDE2000 Color-Difference Formula". Every 24-bit colour
    near the brand's is computed once, exactly. Of a picture every pixel counts; of clips larger than 540
    lines, some pixels of each frame (every fourth at 1080), so that all have their turn. Regions are looked
    for on some 540 lines.

    When it misleads: colours that merely resemble a swatch (skin beside an orange, a sky beside a blue)
    are taken for it if they lie within its capture radius; give such a swatch a smaller `capture`.
    Coloured light on a shaded surface reads as drift, and so may much sheen.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (DRIFT, COVERAGE, FORBIDDEN, OFF_PALETTE)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand = brand
        self._whole = "picture" if source.kind == "image" else "clip"
        self._source = source
        self._survey: Survey | None = None

    def update(self, frames: Frames) -> None:
        """Count the batch's colours."""
        if self._survey is None:
            known = at_first(self._brand, self._source, frames)
            in_turn = self._source.kind != "image"
            self._survey = Survey(self._brand, frames.device, known=known, in_turn=in_turn)
        self._survey.update(frames)

    def merge(self, other: Palette) -> None:
        """Take in the counts of the later shard."""
        if self._survey is None:
            self._survey = other._survey
        elif other._survey is not None:
            self._survey.merge(other._survey)

    def finish(self) -> list[Measurement]:
        """Drift and coverage swatch by swatch, then forbidden colours, then what is off the palette."""
        if self._survey is None:
            return []
        survey, brand = self._survey, self._brand
        regions = find_regions(survey)
        measured = []
        for k, swatch in enumerate(brand.swatches):
            own = [region for region in regions if region.swatch is swatch]
            measured.append(
                self._drift(survey, k, max(own, key=lambda r: r.drift)) if own else self._absent(k)
            )
            share = survey.coverage(k)
            said = f"{swatch.name} covers {describe(share, 'share')} of the {self._whole}"
            measured.append(
                Measurement("palette", COVERAGE, share, said, swatch=swatch.name, target=swatch.hex)
            )
        measured += [self._banned(survey, k) for k in range(len(brand.forbidden))]
        return [*measured, self._off_palette(survey)]

    def _absent(self, k: int) -> Measurement:
        swatch = self._brand.swatches[k]
        said = f"{swatch.name} forms no region in the {self._whole}, so its drift was not evaluated"
        return Measurement("palette", DRIFT, None, said, swatch=swatch.name, target=swatch.hex)

    def _drift(self, survey: Survey, k: int, region: ColourRegion) -> Measurement:
        swatch = region.swatch
        aim = f"any shading of {swatch.hex}" if swatch.finish == "shaded" else swatch.hex
        area = describe(region.share, "share")
        said = (
            f"{swatch.name} is rendered as {region.hex} over {area} of the {self._whole}, "
            f"{region.drift:.2f} from {aim}"
        )
        mask = self._enlarged(region_mask(region))
        return Measurement(
            "palette",
            DRIFT,
            region.drift,
            said,
            swatch=swatch.name,
            frames=region.sighting.ranges,
            region=_box(mask),
            evidence=(
                _mask_evidence(f"{k + 1}-{swatch.name}", f"Where {swatch.name} is {region.hex}", mask),
            ),
            colour=region.hex,
            target=swatch.hex,
        )

    def _banned(self, survey: Survey, k: int) -> Measurement:
        colour = self._brand.forbidden[k]
        share = survey.banned_share(k)
        area = describe(share, "share")
        said = f"the forbidden {colour.name} ({colour.hex}) fills {area} of the {self._whole}"
        sighting = survey.banned[k]
        evidence: tuple[Evidence, ...] = ()
        box = None
        if sighting.pixels is not None:
            mask = self._enlarged(survey.forbidden_in(sighting.pixels) == k)
            box = _box(mask)
            evidence = (_mask_evidence(f"forbidden-{k + 1}-{colour.name}", f"Where {colour.name} is", mask),)
        return Measurement(
            "palette",
            FORBIDDEN,
            share,
            said,
            swatch=colour.name,
            frames=sighting.ranges,
            region=box,
            evidence=evidence,
            colour=colour.hex,
        )

    def _enlarged(self, mask: Mask) -> Mask:
        """A mask of those pixels of a frame that were counted, over the whole frame."""
        size = self._source.width, self._source.height
        shown = cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(shown, np.uint8).view(np.bool_)

    def _off_palette(self, survey: Survey) -> Measurement:
        share = survey.off_palette
        said = f"{describe(share, 'share')} of the {self._whole} belongs to no brand colour"
        evidence: tuple[Evidence, ...] = ()
        if survey.worst.pixels is not None:
            heat = Indexed(_heat(survey, survey.worst.pixels), HEATMAP)
            title = (
                f"Distance to the palette: black is on it, yellow {HEATMAP_FULL:.0f} CIEDE2000 or more away"
            )
            evidence = (Evidence("heatmap", "heatmap", title, heat),)
        return Measurement("palette", OFF_PALETTE, share, said, frames=survey.worst.ranges, evidence=evidence)


def _box(mask: Mask) -> Region | None:
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return Region(x, y, width, height) if width else None


def _mask_evidence(name: str, title: str, mask: Mask) -> Evidence:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return Evidence("mask", f"mask-{slug}", title, mask.astype(np.uint8) * np.uint8(255))


def _heat(survey: Survey, pixels: torch.Tensor) -> npt.NDArray[np.uint8]:
    """A frame at the size of a heat-map, by entries of ``HEATMAP``: of each square the farthest pixel."""
    step = -(-max(pixels.shape[1:]) // HEATMAP_LONGEST)
    levels = Levels(DISTANCE, HEATMAP_FULL, HEATMAP_STEPS)
    return farthest(survey.table, levels, pixels, step, survey.known.far) - np.uint8(1)

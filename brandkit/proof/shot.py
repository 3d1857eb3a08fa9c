"""What a correction did to one shot, from a few of its frames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit import defects
from brandkit.check import Evidence
from brandkit.colour import banding
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import srgb_to_lab
from brandkit.colour.table import among
from brandkit.grade import Grade, Grading, Shift, ShotGrades
from brandkit.matte import FixedMatte, Matting, RegionMatte, belongs
from brandkit.media.clip import interleaved
from brandkit.proof import light, triptych
from brandkit.proof.moved import Bystanders, change
from brandkit.proof.record import OUTSIDE, Area, AreaKind, Banding, Box, Graded, Moved, Shifted, Shot
from brandkit.region import Region
from brandkit.regions import find_regions
from brandkit.survey import Survey, coherent
from brandkit.swatch import rgb8

if TYPE_CHECKING:
    from brandkit.brand import Brand, Swatch
    from brandkit.media.clip import Frames

MARGIN = 5
"""Side of the square by which regions are widened before what lies outside of them is looked at: edges of
compressed pictures are wider than a matte's."""
SAME = 3.0
"""CIEDE2000 up to which a region of the sampled frames is the one that a grade was solved for."""
LEAST_PART = 0.1
"""Share of a region's pixels that has to be in one region of the swatch afterwards, for that to be what it
became."""

U8 = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame before and after.

    Attributes:
        frame: its index.
        original: as it was, ``uint8`` ``[3, H, W]``.
        seen: as the grades got it, without flicker; one frame.
        after: as it is; one frame.
        lead: the frame that the grades got before it, which mattes remember; ``None`` for a clip's first.
    """

    frame: int
    original: torch.Tensor
    seen: Frames
    after: Frames
    lead: Frames | None = None


def prove_shot(
    shot: ShotGrades, samples: Sequence[Sample], brand: Brand, *, picture: str | None, still: bool
) -> Shot:
    """Compare a shot's sampled frames before and after.

    Args:
        shot: what was applied.
        samples: the frames; without any, nothing is said of what became of them.
        brand: whose colours it was corrected to.
        picture: name of the picture to draw of it; ``None`` for none.
        still: whether the clip is a single picture, whose frame needs no number.
    """
    before = Survey(brand)
    after = Survey(brand, known=before.known)
    for sample in samples:
        before.update(sample.seen)
        after.update(sample.after)
    regions = find_regions(before)
    aims = [
        _Aim(shift, _swatch(brand, shift), k, _matted(grade), _like(shift, regions))
        for k, grade in enumerate(shot.grades)
        for shift in grade.shifts
    ]
    own = [aim.seen for aim in aims]
    held = {
        region.swatch.name: (region.swatch.rgb8, region.swatch.tolerance)
        for region in regions
        if region.drift <= region.swatch.tolerance and not any(region is other for other in own)
    }
    comparing = _Comparing(shot.grades, aims, after, Bystanders(held))
    for sample in samples:
        comparing.add(sample)
    moved = comparing.bystanders.told() if samples else ()
    graded = tuple(_graded(grade, k, comparing) for k, grade in enumerate(shot.grades))
    shifts = [shift for grade in graded for shift in grade.shifts]
    fade = None if shot.fade is None else (shot.fade.rise, shot.fade.fall)
    return Shot(
        first=shot.first,
        last=shot.last,
        fade=fade,
        sampled=tuple(sample.frame for sample in samples),
        grades=graded,
        moved=moved,
        banding=comparing.banding,
        picture=None if picture is None else _drawn(comparing, picture, shifts, moved, still),
    )


def _swatch(brand: Brand, shift: Shift) -> Swatch:
    return next(swatch for swatch in brand.swatches if swatch.name == shift.swatch)


def _matted(grade: Grade) -> Region | None:
    """The region that a grade's matte looks for, if it looks for one."""
    where = grade.where.inner if isinstance(grade.where, FixedMatte) else grade.where
    return where.region if isinstance(where, RegionMatte) else None


def _like(shift: Shift, regions: Sequence[Region]) -> Region | None:
    """The region of the sampled frames that a shift is about."""
    lab = srgb_to_lab(torch.tensor(rgb8(shift.source), dtype=torch.uint8))

    def apart(region: Region) -> float:
        return float(ciede2000(srgb_to_lab(torch.tensor(region.rgb8, dtype=torch.uint8)), lab))

    same = [region for region in regions if region.swatch.name == shift.swatch and apart(region) <= SAME]
    return min(same, key=apart, default=None)


@dataclass(slots=True)
class _Aim:
    """A shift while frames are compared.

    Attributes:
        shift: what it is about.
        swatch: where it goes.
        grade: number of the grade that does it.
        matted: the region that its grade's matte looks for, if there is one.
        seen: the region as the sampled frames show it; ``None`` where they do not.
        became: how often the region's pixels became each of the regions found afterwards.
        pixels: how many there were.
        exact: how many became the target.
        largest: most of them in one frame.
        told: light and pigment in that frame.
    """

    shift: Shift
    swatch: Swatch
    grade: int
    matted: Region | None
    seen: Region | None
    became: Counter[int] = field(default_factory=Counter)
    pixels: int = 0
    exact: int = 0
    largest: int = 0
    told: light.Told = (None, "the frames that were looked at do not show it")


@dataclass(slots=True)
class _Best:
    """The frame that shows most of what was to move."""

    area: float
    sample: Sample
    moved: F32


class _Comparing:
    """Goes through a shot's samples and sums up."""

    def __init__(
        self,
        grades: tuple[Grade, ...],
        aims: list[_Aim],
        after: Survey,
        bystanders: Bystanders,
    ) -> None:
        self._grading = Grading(grades)
        self.found_after = find_regions(after)
        self._finders = [None if aim.matted or not aim.seen else Matting(aim.seen) for aim in aims]
        self.aims = aims
        self.bystanders = bystanders
        self.boxes: list[Box | None] = [None] * len(grades)
        self._shares = [0.0] * len(grades)
        self._banded: list[tuple[float, float, float]] = []
        self.best: _Best | None = None
        self._frames = 0

    def add(self, sample: Sample) -> None:
        """Take in a frame."""
        if sample.lead is not None:
            self._grading.mattes(sample.lead.pixels[0].cpu())
        pixels = sample.seen.pixels[0].cpu()
        mattes = [None if m is None else m.cpu().numpy() for m in self._grading.mattes(pixels)]
        for k, matte in enumerate(mattes):
            self._shares[k] += 1.0 if matte is None else float(matte.mean())
            self.boxes[k] = self.boxes[k] if matte is None else _around(self.boxes[k], matte > 0)
        reach = [mattes[aim.grade] if find is None else find(pixels).numpy() for aim, find in self._found()]
        reached = np.zeros(pixels.shape[1:], np.uint8)
        for matte in [*reach, *mattes]:
            reached |= (matte > 0).astype(np.uint8) if matte is not None else np.uint8(0)
        outside = ~cv2.dilate(reached, np.ones((MARGIN, MARGIN), np.uint8)).astype(bool)
        became = sample.after.pixels[0].cpu()
        moved = change(sample.original, became)
        differs = (sample.original != became).any(0).cpu().numpy()
        self.bystanders.add(sample.original, moved, differs, outside)
        before, after = (interleaved(side) for side in (sample.original, became))
        area = self._follow(pixels, became, mattes, outside)
        was, now = defects.banded(before), defects.banded(after)
        self._banded.append((float(was.mean()), float(now.mean()), float((now & ~was).mean())))
        if self.best is None or area > self.best.area:
            self.best = _Best(area, sample, moved)
        self._frames += 1

    def _found(self) -> Iterator[tuple[_Aim, Matting | None]]:
        return zip(self.aims, self._finders, strict=True)

    def _follow(
        self, pixels: torch.Tensor, became: torch.Tensor, mattes: Sequence[F32 | None], outside: Mask
    ) -> float:
        """Note what became of each region; gives how many pixels there were of all."""
        estimate, area = light.Estimate(interleaved(pixels), outside), 0
        for aim in self.aims:
            if aim.seen is None:
                continue
            inside = coherent(among(pixels, aim.seen.members))
            count = int(inside.sum())
            if not count:
                continue
            where = torch.from_numpy(inside)
            for k, region in enumerate(self.found_after):
                if region.swatch.name == aim.swatch.name:
                    aim.became[k] += int(among(became[:, None, where], region.members).sum())
            target = torch.tensor(aim.swatch.rgb8, dtype=torch.uint8)[:, None]
            aim.exact += int((became[:, where] == target).all(0).sum())
            aim.pixels += count
            if aim.swatch.finish == "shaded" and count > aim.largest:
                own = mattes[aim.grade]
                surface = inside if own is None else (own > 0) | inside
                aim.told = estimate.split(surface, rgb8(aim.shift.source), aim.swatch)
            aim.largest = max(aim.largest, count)
            area += count
        return area

    def area(self, number: int, where: object) -> Area:
        """Where a grade applied."""
        kind: AreaKind = "matte"
        if where is None:
            kind = "whole_frame"
        elif isinstance(where, FixedMatte):
            kind = "mask" if where.inner is None else "matte_within_mask"
        return Area(kind, self.boxes[number], self._shares[number] / max(self._frames, 1))

    @property
    def banding(self) -> Banding | None:
        """The means over the frames."""
        if not self._banded:
            return None
        before, after, added = (float(np.mean(column)) for column in zip(*self._banded, strict=True))
        return Banding(before, after, added)


def _around(box: Box | None, mask: Mask) -> Box | None:
    """The box around a mask and another box."""
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    if not width:
        return box
    if box is None:
        return x, y, width, height
    left, top = min(x, box[0]), min(y, box[1])
    right, bottom = max(x + width, box[0] + box[2]), max(y + height, box[1] + box[3])
    return left, top, right - left, bottom - top


def _graded(grade: Grade, number: int, seen: _Comparing) -> Graded:
    aims = [aim for aim in seen.aims if aim.grade == number]
    region = _matted(grade)
    met = None if region is None else lambda rgb: belongs(region, rgb)[0]
    moved = [(rgb8(aim.shift.source), aim.swatch.rgb8) for aim in aims]
    return Graded(
        digest=grade.lut.digest,
        nodes=grade.lut.size,
        area=seen.area(number, grade.where),
        shifts=tuple(_shifted(aim, seen.found_after) for aim in aims),
        ramps=banding.measure(grade.lut, moved, met),
    )


def _shifted(aim: _Aim, found: Sequence[Region]) -> Shifted:
    shift, flat = aim.shift, aim.swatch.finish == "flat"
    largest = aim.became.most_common(1)
    now = found[largest[0][0]] if largest and largest[0][1] >= LEAST_PART * aim.pixels else None
    told, why_not = (None, None) if flat else aim.told
    return Shifted(
        swatch=shift.swatch,
        source=shift.source,
        target=shift.target,
        before=shift.drift,
        after=None if now is None else now.drift,
        became=None if now is None else now.hex,
        exact=aim.exact / aim.pixels if flat and aim.pixels else None,
        split=told,
        why_not=why_not,
    )


def _drawn(
    seen: _Comparing, name: str, shifts: Sequence[Shifted], moved: Sequence[Moved], still: bool
) -> Evidence | None:
    best = seen.best
    if best is None:
        return None
    rest = next((one for one in moved if one.what == OUTSIDE), None)
    said = "There is nothing beside what was to move."
    if rest is not None and rest.mean is not None:
        said = f"Elsewhere {rest.mean:.2f} on average, 99 % within {rest.p99:.2f}"
        said = said if rest.changed else "Elsewhere no pixel changed"
    before, after = interleaved(best.sample.original), interleaved(best.sample.after.pixels[0])
    frame = "" if still else f" in frame {best.sample.frame}"
    title = (
        f"Before, after and the difference{frame}: black has not moved, brightest has moved by "
        f"{triptych.FULL:.0f} CIEDE2000 or more"
    )
    return Evidence("comparison", name, title, triptych.draw(before, after, best.moved, shifts, said))

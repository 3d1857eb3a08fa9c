"""Whether light or colour pulses: in the whole picture, in a part of it, or in a brand colour."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
import torch

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric, Region
from brandkit.colour.table import ColourTable
from brandkit.media.clip import Frames, Source
from brandkit.survey import REGION_SHARE, Family, coherent
from brandkit.temporal.courses import Course, LocalCourse, Triple
from brandkit.temporal.motion import Aligner, Cells, Step, cells, region_change
from brandkit.temporal.reduction import factor, reduce
from brandkit.temporal.shots import ShotFinder

GLOBAL = Metric(
    "global_de00",
    "de00",
    "lower",
    "Make the shot again, or remove the flicker, as exposure, lamps or the generator brought it in.",
)
LOCAL = Metric(
    "local_de00",
    "de00",
    "lower",
    "Look at the marked part: a shadow, a lamp or a texture pulses there; make the shot again.",
)
BRAND = Metric(
    "brand_de00",
    "de00",
    "lower",
    "Make the shot again, or hold this colour steady: it changes there and back.",
)
USUAL_FPS = 25.0
"""Where a source states no frame rate."""
REACH_S = 0.16
"""Seconds within which a pulse has to come back: half a period at 4 Hz, and a frame more at 25 a second."""
LONGEST_REACH = 30
HOLD_S = 0.5
"""Seconds that flicker in a part of the picture has to last, since what moves makes single pulses too."""
LEAST_KNOWN = 0.1
"""The part of a picture that the frame before must have shown too, for the light of both to be compared."""


class Flicker(Check):
    """Measure pulses of light and colour that motion does not explain.

    What it measures, each as CIEDE2000 between a colour at the crest (or in the trough) of a pulse and the
    colour that it came from and returns to within 0.16 s; the root mean square over all frames:

    - `global_de00`: CIEDE2000, of the whole picture. Lower is better.
    - `local_de00`: CIEDE2000, of the part of the picture (a tenth of its longer side) where it is worst,
      counting what goes both up and down for half a second at least. Lower is better.
    - `brand_de00`, for each swatch: CIEDE2000, of the regions of its colour, as `palette` finds them. Lower
      is better.

    Each frame is moved onto the next one by optical flow, at about 480 pixels; what was covered or came
    in from outside is left out. The change that is left, in L*, a* and b*, is averaged over cells of 10
    pixels, a part, or a region, without outliers, and added up over the shot; a* and b* count half, as the
    eye follows fast changes of colour less than of light. A pulse is the height of a crest above the higher
    of the lowest values before and after it. So motion is no flicker; a fade or a slow change of light,
    which does not return, is none either; and cuts, which PySceneDetect finds, start anew. A flash of one
    or two frames counts.

    Reference: the motion-compensated difference follows Lai et al. (2018), "Learning Blind Video Temporal
    Consistency", whose warping error has no sign and so counts noise; CIEDE2000 as in `palette`. How it
    separates: `python benchmarks/temporal.py`.

    When it misleads: a lamp that blinks in the scene, or a wheel of colours that turns, does pulse. Pulses
    slower than 3 Hz return too late to count. A shot of less than three frames has no pulse, and one of
    less than some 0.4 s is not judged by its parts.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (GLOBAL, LOCAL, BRAND)

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        fps = float(source.fps) if source.fps else USUAL_FPS
        self._brand, self._source = brand, source
        self._reach = min(max(round(REACH_S * fps), 1), LONGEST_REACH)
        self._finder, self._aligner = ShotFinder(), Aligner()
        self._table: ColourTable | None = None
        self._first: int | None = None
        self._waiting: deque[_Moment] = deque()
        self._pictures: dict[int, torch.Tensor] = {}
        self._whole = Course(self._reach)
        self._parts = LocalCourse(self._reach, max(round(HOLD_S * fps), 2))
        self._swatches = [Course(self._reach) for _ in brand.swatches]

    def update(self, frames: Frames) -> None:
        """Follow the batch's light; a still has none to follow."""
        if self._source.kind == "image":
            return
        if self._first is None:
            self._first = frames.first
        if self._table is None:
            device = frames.pixels.device
            self._table = ColourTable(Family(self._brand, device), device)
        whole = frames.pixels if frames.deep is None else frames.deep
        for offset in range(len(frames)):
            self._take(frames.first + offset, reduce(whole[offset : offset + 1])[0])

    def _take(self, index: int, codes: torch.Tensor) -> None:
        self._finder.add(codes)
        step = self._aligner.update(codes)
        self._pictures[index] = codes.round().to(torch.uint8)
        by_cell = None if step is None else cells(step)
        of_swatches = [] if step is None else self._regions(step, self._pictures[index])
        self._waiting.append(_Moment(index, by_cell, of_swatches))
        self._follow()

    def _regions(self, step: Step, picture: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor] | None]:
        """Change and mean colour of each swatch's regions, ``[3]`` each; ``None`` where it has none."""
        assert self._table is not None
        ids = self._table.index(picture[None].contiguous())[0]
        labels = self._table.columns[2].index_select(0, ids.flatten()).view(ids.shape)
        found: list[tuple[torch.Tensor, torch.Tensor] | None] = [None] * len(self._swatches)
        counts = torch.bincount(labels.flatten(), minlength=len(found))[: len(found)]
        for k in torch.nonzero(counts >= REGION_SHARE * labels.numel()).flatten().tolist():
            mask = coherent((labels == k).cpu().numpy())
            region = torch.from_numpy(mask).to(labels.device) & step.seen
            if int(region.sum()) >= REGION_SHARE * labels.numel():
                found[k] = region_change(step, region), step.lab[:, region].mean(-1)
        return found

    def _follow(self) -> None:
        """Take into the courses the frames of which it is known whether they start a shot."""
        first = self._first or 0
        while self._waiting and self._waiting[0].index - first < self._finder.settled:
            moment = self._waiting.popleft()
            cut = moment.cells is None or self._finder.starts_shot(moment.index - first)
            self._follow_whole(moment, None if cut else moment.cells)
            for k, course in enumerate(self._swatches):
                seen = None if cut or not moment.swatches else moment.swatches[k]
                course.push(moment.index, seen, self._pictures)
            for index in [i for i in self._pictures if i < moment.index - 2 * self._reach - 2]:
                del self._pictures[index]

    def _follow_whole(self, moment: _Moment, by_cell: Cells | None) -> None:
        change = None
        if by_cell is not None and float(by_cell.known.float().mean()) >= LEAST_KNOWN:
            change = by_cell.change[:, by_cell.known].median(-1).values, by_cell.lab.mean((1, 2))
        self._whole.push(moment.index, change, self._pictures)
        self._parts.push(moment.index, by_cell, self._pictures)

    def _close(self) -> None:
        """The clip, or the shard of it, is over."""
        self._finder.finish()
        self._follow()
        self._parts.end(self._pictures)
        for course in (self._whole, *self._swatches):
            course.end(self._pictures)

    def merge(self, other: Flicker) -> None:
        """Take in the later shard; a pulse across the seam is not seen."""
        self._close()
        other._close()
        self._whole.merge(other._whole)
        self._parts.merge(other._parts)
        for mine, theirs in zip(self._swatches, other._swatches, strict=True):
            mine.merge(theirs)

    def finish(self) -> list[Measurement]:
        """The whole picture, its worst part, then each swatch."""
        if self._source.kind == "image":
            if "flicker" not in self._brand.required:
                return []
            why = "a single picture does not flicker, so nothing was evaluated"
            return [Measurement("flicker", GLOBAL, None, why)]
        self._close()
        if not self._whole.count:
            why = "no shot has three frames or more, so flicker was not evaluated"
            return [Measurement("flicker", GLOBAL, None, why)]
        return [
            self._measured_whole(),
            self._measured_part(),
            *map(self._measured_swatch, range(len(self._swatches))),
        ]

    def _measured_whole(self) -> Measurement:
        course, value = self._whole, self._whole.value
        said = f"the whole picture pulses by {value:.2f}, most in frame {course.peak_frame}"
        return Measurement(
            "flicker",
            GLOBAL,
            value,
            said,
            frames=course.peaks,
            evidence=_strip(
                "flicker-whole", "The picture before, at and after its greatest pulse", course.picture, None
            ),
            series=course.series,
        )

    def _measured_part(self) -> Measurement:
        course = self._parts
        worst = course.worst
        if worst is None:
            why = f"no shot lasts for {HOLD_S} s in which parts of the picture could be followed"
            return Measurement("flicker", LOCAL, None, why)
        value, box = worst
        size = factor(self._source.height, self._source.width) * course.side
        x, y, width, height = (size * part for part in box)
        region = Region(x, y, min(width, self._source.width - x), min(height, self._source.height - y))
        said = f"where it is worst, the picture pulses by {value:.2f}"
        reduced = tuple(course.side * part for part in box)
        title = "Where it pulses most: before, at and after a pulse"
        return Measurement(
            "flicker",
            LOCAL,
            value,
            said,
            frames=course.peaks,
            region=region,
            evidence=_strip("flicker-part", title, course.picture, reduced),
            series=course.series,
        )

    def _measured_swatch(self, k: int) -> Measurement:
        swatch, course = self._brand.swatches[k], self._swatches[k]
        if not course.count:
            why = (
                f"{swatch.name} forms no region that stays for three frames, so its flicker was not evaluated"
            )
            return Measurement("flicker", BRAND, None, why, swatch=swatch.name, target=swatch.hex)
        slug = re.sub(r"[^a-z0-9]+", "-", swatch.name.lower()).strip("-")
        title = f"{swatch.name} before, at and after its greatest pulse"
        return Measurement(
            "flicker",
            BRAND,
            course.value,
            f"{swatch.name} pulses by {course.value:.2f}, most in frame {course.peak_frame}",
            swatch=swatch.name,
            frames=course.peaks,
            evidence=_strip(f"flicker-{k + 1}-{slug}", title, course.picture, None),
            target=swatch.hex,
            series=course.series,
        )


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is kept of a frame until it is known whether a shot starts there."""

    index: int
    cells: Cells | None
    swatches: list[tuple[torch.Tensor, torch.Tensor] | None]


def _strip(
    name: str, title: str, pictures: Triple | None, box: tuple[int, ...] | None
) -> tuple[Evidence, ...]:
    """Three frames side by side, with a box in each."""
    if pictures is None:
        return ()
    shown = []
    for picture in pictures:
        pixels = picture.permute(1, 2, 0).cpu().numpy().copy(order="C")
        if box is not None:
            x, y, width, height = box
            for colour, line in (((0, 0, 0), 3), ((255, 255, 255), 1)):  # to be seen on any ground
                cv2.rectangle(pixels, (x, y), (x + width - 1, y + height - 1), colour, line)
        shown.append(pixels)
    return (Evidence("strip", name, title, np.concatenate(shown, 1)),)

"""Whether light or colour pulses: in the whole picture, in a part of it, or in a brand colour."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric, Region
from brandkit.family import CoarseLabels
from brandkit.media.clip import Frames, Source
from brandkit.survey import REGION_SHARE, coherent
from brandkit.temporal.courses import Box, Course, Triple
from brandkit.temporal.motion import F32, Aligner, Cells, Step, cells, medians, region_change
from brandkit.temporal.parts import Parts
from brandkit.temporal.reduction import U8, factor, reduced
from brandkit.temporal.shots import ShotFinder
from brandkit.temporal.strip import strip

GLOBAL = Metric(
    "global_de00",
    "de00",
    "lower",
    "Run 'brandkit correct' to take the flicker out, or make the shot again.",
    correctable=True,
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
    "Run 'brandkit correct' to hold this colour steady, or make the shot again.",
    correctable=True,
)
REACH_S = 0.16
"""Seconds within which a pulse has to come back: half a period at 4 Hz, and a frame more at 25 a second."""
NEAR_S = 0.04
"""Seconds within which the fastest pulses come and go: a frame at 25 a second."""
LONGEST_REACH = 30
HOLD_S = 0.48
"""Seconds that flicker in a part of the picture has to last, since what moves makes single pulses too."""
LONGEST_HOLD = 60

LEAST_KNOWN = 0.1
"""The part of a picture that the frame before must have shown too, for the light of both to be compared."""


Colour = tuple[F32, F32]
"""Change and mean colour in CIELAB, ``[3]`` each."""


class Flicker(Check):
    """Measure pulses of light and colour that motion does not explain.

    What it measures, each as CIEDE2000 between a colour at the crest (or in the trough) of a pulse and the
    colour that it came from and returns to within 0.16 s; the root mean square over all frames:

    - `global_de00`: CIEDE2000, of the whole picture. Lower is better.
    - `local_de00`: CIEDE2000 of lightness, of the part of the picture (some tenth of its longer side) that is
      worst, in the half second when it is, counting only what the rest of the picture does not do. Lower is
      better.
    - `brand_de00`, for each swatch: CIEDE2000, of the regions of its colour, as `palette` finds them. Lower
      is better.

    Each frame is moved onto the next one by optical flow, at about 400 pixels; what was covered or came
    in from outside is left out. The change that is left, in L*, a* and b*, is averaged over cells of 5
    pixels, a part, or a region, without outliers, and added up over the shot; a* and b* count half, as the
    eye follows fast changes of colour less than of light. A pulse is the height of a crest above the higher
    of the lowest values before and after it. So motion is no flicker; a fade or a slow change of light,
    which does not return, is none either; and cuts, which PySceneDetect finds, start anew. A flash of one
    or two frames counts, unless it is only of a part.

    A part has to give evidence too, by which its figure is weighted: two halves of it, interleaved like a
    chessboard, pulse together, for most of half a second, also in their second difference or beside a
    parabola; its cells change alike, as those along an edge that moves do not; and it stands out from what
    parts of the picture usually do, so that the rhythm of a codec does not count.

    Reference: the motion-compensated difference follows Lai et al. (2018), "Learning Blind Video Temporal
    Consistency", whose warping error has no sign and so counts noise; CIEDE2000 as in `palette`. How it
    separates: `python benchmarks/temporal.py`.

    When it misleads: a lamp that blinks in the scene, or a wheel of colours that turns, does pulse. Pulses
    slower than 3 Hz return too late to count. A shot of less than three frames has no pulse, and a clip of
    less than some 0.3 s is not judged by its parts. Strong compression takes half of a pulse of 1 % away, and
    nearly all of it under grain: then a part is missed.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (GLOBAL, LOCAL, BRAND)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        fps = source.rate
        self._brand, self._source = brand, source
        self._reach = min(max(round(REACH_S * fps), 1), LONGEST_REACH)
        self._finder, self._aligner = ShotFinder(), Aligner()
        self._labels: CoarseLabels | None = None
        self._first: int | None = None
        self._waiting: deque[_Moment] = deque()
        self._pictures: dict[int, U8] = {}
        self._led_in = False
        self._opening: dict[int, U8] = {}
        self._whole = Course(self._reach)
        self._near = min(max(round(NEAR_S * fps), 1), self._reach)
        self._length = min(max(round(HOLD_S * fps), 4), LONGEST_HOLD)
        self._parts = Parts(self._reach, self._near, self._length)
        self._swatches = [Course(self._reach) for _ in brand.swatches]

    def update(self, frames: Frames) -> None:
        """Follow the batch's light; a still has none to follow."""
        if self._source.kind == "image":
            return
        self._begin(frames)
        if self._labels is None:
            self._labels = CoarseLabels(self._brand)
        for offset, frame in enumerate(reduced(frames)):
            self._take(frames.first + offset, frame.codes, frame.picture)

    def lead_in(self, frames: Frames) -> None:
        """Tell of cuts at the beginning of the shard, which is one itself: no light is followed over it."""
        self._begin(frames)
        self._led_in = True
        self._finder.update(frames)

    def lead_out(self, frames: Frames) -> None:
        """Tell of cuts at the end of the shard."""
        self._finder.update(frames)
        self._follow()

    def _begin(self, frames: Frames) -> None:
        if self._first is None:
            self._first = frames.first

    def _take(self, index: int, codes: F32, picture: U8) -> None:
        self._finder.add(picture)
        step = self._aligner.update(codes, picture)
        self._pictures[index] = picture
        by_cell = None if step is None else cells(step)
        of_swatches = [] if step is None else self._regions(step, picture)
        self._waiting.append(_Moment(index, by_cell, of_swatches))
        self._follow()

    def _regions(self, step: Step, picture: U8) -> list[Colour | None]:
        """Change and mean colour of each swatch's regions; ``None`` where it has none."""
        assert self._labels is not None
        found: list[Colour | None] = [None] * len(self._swatches)
        if not found:
            return found
        labels = self._labels(picture.transpose(2, 0, 1))
        for k in range(len(found)):
            lies = labels == k
            if np.count_nonzero(lies) < REGION_SHARE * labels.size:
                continue
            region = coherent(lies) & step.seen
            if np.count_nonzero(region) >= REGION_SHARE * labels.size:
                change, lab = region_change(step, region)
                found[k] = change, lab
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
            oldest = moment.index - 2 * self._reach - self._length - 2
            self._let_go(oldest)

    def _let_go(self, oldest: int) -> None:
        """Forget pictures, but for those that a shard which goes before may ask for."""
        last = self._parts.opening
        for index in [i for i in self._pictures if i < oldest]:
            picture = self._pictures.pop(index)
            if self._led_in and (last is None or index <= last):
                self._opening[index] = picture

    def _follow_whole(self, moment: _Moment, by_cell: Cells | None) -> None:
        change = None
        if by_cell is not None and float(by_cell.known.mean()) >= LEAST_KNOWN:
            middle = medians(by_cell.change[by_cell.known])
            change = middle, np.asarray(by_cell.lab.mean((0, 1)), np.float32)
        self._whole.push(moment.index, change, self._pictures)
        self._parts.push(moment.index, by_cell, self._pictures)

    def _close(self) -> None:
        """The shard is over."""
        self._finder.finish()
        self._follow()
        self._parts.end_shot(self._pictures)
        for course in (self._whole, *self._swatches):
            course.end(self._pictures)

    def __getstate__(self) -> dict[str, object]:
        """Go without what the next frame would be compared by."""
        return {**self.__dict__, "_aligner": None, "_labels": None}

    def merge(self, other: Flicker) -> None:
        """Take in the later shard; a pulse across a seam that is no cut is not seen."""
        self._close()
        other._close()
        self._whole.merge(other._whole)
        self._pictures = {**self._pictures, **other._opening, **other._pictures}
        self._parts.join(other._parts, self._pictures)
        for mine, theirs in zip(self._swatches, other._swatches, strict=True):
            mine.merge(theirs)
        self._let_go(max(other._pictures, default=0) - 2 * self._reach - self._length - 2)

    def finish(self) -> list[Measurement]:
        """The whole picture, its worst part, then each swatch."""
        if self._source.kind == "image":
            if "flicker" not in self._brand.required:
                return []
            why = "a single picture does not flicker, so nothing was evaluated"
            return [Measurement("flicker", GLOBAL, None, why)]
        self._close()
        self._parts.end(self._pictures)
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
                "flicker-whole",
                "The picture before, at and after its greatest pulse",
                course.picture,
                None,
                course.series,
                course.peak_frame,
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
        left, top, across, down = (course.side * part for part in box)
        reduced_box = left, top, across, down
        title = "Where it pulses most: before, at and after a pulse"
        return Measurement(
            "flicker",
            LOCAL,
            value,
            said,
            frames=course.peaks,
            region=region,
            evidence=_strip("flicker-part", title, course.picture, reduced_box, course.series, course.at),
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
            evidence=_strip(
                f"flicker-{k + 1}-{slug}", title, course.picture, None, course.series, course.peak_frame
            ),
            target=swatch.hex,
            series=course.series,
        )


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is kept of a frame until it is known whether a shot starts there."""

    index: int
    cells: Cells | None
    swatches: list[Colour | None]


def _strip(
    name: str,
    title: str,
    pictures: Triple | None,
    box: Box | None,
    series: tuple[float | None, ...],
    at: int | None,
) -> tuple[Evidence, ...]:
    if pictures is None:
        return ()
    about = f"{title}; below, what changes, amplified, and how it goes from frame to frame"
    return (Evidence("strip", name, about, strip(pictures, box, series, at)),)

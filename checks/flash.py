"""Whether it flashes in a way that can harm people with photosensitive epilepsy."""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np

from brandkit.brand import Brand
from brandkit.check import Check, Evidence, Measurement, Metric, Region
from brandkit.gate import describe
from brandkit.media.clip import Frames, Source
from brandkit.temporal.flashes import SEQUENCE, Peak, Train
from brandkit.temporal.reduction import reduced
from brandkit.temporal.transitions import AREA, F32, Brightness, Mask, Redness, Screen

_SLOWER = "Flash three times a second or less, over a smaller area, or with less contrast."
GENERAL = Metric("general_hz", "hz", "lower", _SLOWER)
RED = Metric("red_hz", "hz", "lower", "Take saturated red out of what flashes, or make it flash less often.")
SCREEN = Metric("screen_hz", "hz", "lower", _SLOWER)
EXTENDED = Metric("extended_s", "s", "lower", "Shorten the flashing sequence, or break it up.")


class Flash(Check):
    """Count flashes, place by place, by the rules for photosensitive safety.

    What it measures:

    - `general_hz`: in Hz, the most flashes of brightness within any one second that cover more than a
      quarter of some field of 10 degrees. Lower is better; WCAG allows 3.
    - `red_hz`: in Hz, the same for flashes to and from saturated red. Lower is better; WCAG allows 3.
    - `screen_hz`: in Hz, the most flashes of either kind within any one second that cover more than a
      quarter of the whole picture, as broadcasters rule. Lower is better; ITU-R BT.1702 allows 3.
    - `extended_s`: how many seconds of any 5 flash, at 2 or more flashes in the second that ends there.
      Lower is better; EA's IRIS fails a clip at 4 s.

    A flash is a pair of opposing transitions. One of brightness is a change of relative luminance by 10 % or
    more of the maximum between neighbouring peaks and valleys, where the darker is below 80 %. One of red
    goes to or from a colour with R / (R + G + B) of 0.8 or more in linear light, and is further than 0.2
    in the CIE 1976 u'v' diagram. Each cell of 0.1 degrees counts its own, so that two halves that flash in
    turn do not cancel. The picture is taken as shown on 1024 x 768 pixels, as large as fits; a field of 10
    degrees is 341 x 256 of them, anywhere. Time is that of the frames' own stamps, whatever the frame rate.
    The series are the flashes within the second that ends with each frame.

    Reference: WCAG 2.2, success criterion 2.3.1 and its definition of general and red flash thresholds;
    Recommendation ITU-R BT.1702; the sequence of 5 seconds after EA's IRIS, https://github.com/electronicarts/IRIS.

    When it misleads: it is no certificate. Balanced patterns are exempt up to about half a degree, where WCAG
    says 0.1, because moving detail would read as flashing otherwise; coarse detail that moves fast may still.
    Regular patterns that stand still are not looked at. What is shown larger than a screen of its time, such
    as in a cinema, flashes over more degrees. A red nearly black counts as neutral.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (GENERAL, RED, SCREEN, EXTENDED)

    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""
        self._brand, self._source = brand, source
        self._screen = Screen.of(source.width, source.height)
        self._steps: tuple[Brightness | Redness, ...] = (Brightness(self._screen), Redness(self._screen))
        self._trains = (Train(self._screen), Train(self._screen))
        self._frames = 0

    def update(self, frames: Frames) -> None:
        """Follow each cell through the batch, frame by frame."""
        if self._source.kind == "image":
            return
        size = self._screen.width, self._screen.height
        for k, frame in enumerate(reduced(frames)):
            light: F32 = np.asarray(cv2.resize(frame.light, size, interpolation=cv2.INTER_AREA), np.float32)
            for step, train in zip(self._steps, self._trains, strict=True):
                train.add(frames.first + k, frames.seconds[k], step.step(light), light)
            self._frames += 1

    def merge(self, other: Flash) -> None:
        """Take in the later shard; flashes on both sides add up, but for a change right across the seam."""
        for train, later in zip(self._trains, other._trains, strict=True):
            train.merge(later)
        self._steps = other._steps
        self._frames += other._frames

    def finish(self) -> list[Measurement]:
        """Flashes of brightness and of red, by the field and by the screen, and how long they last."""
        if self._frames < 2:
            still = self._source.kind == "image"
            if still and "flash" not in self._brand.required:
                return []
            why = "a still picture cannot flash" if still else "a single frame cannot flash"
            return [Measurement("flash", GENERAL, None, f"{why}, so it was not evaluated")]
        bright, red = self._trains
        worse = max(bright, red, key=lambda train: train.screen.flashes)
        longest = max(bright, red, key=lambda train: train.sequence())
        return [
            self._most(GENERAL, bright.field, bright.by_field, "brightness", "of a field of 10 degrees"),
            self._most(RED, red.field, red.by_field, "saturated red", "of a field of 10 degrees"),
            self._most(SCREEN, worse.screen, worse.by_screen, "either kind", "of the picture"),
            _sequence(longest),
        ]

    def _most(self, metric: Metric, peak: Peak, course: list[int], kind: str, of: str) -> Measurement:
        series = tuple(float(flashes) for flashes in course)
        if not peak.flashes or peak.cells is None:
            said = f"no flash of {kind} covers more than {describe(AREA, 'share')} {of}"
            return Measurement("flash", metric, 0.0, said, series=series)
        count = f"{peak.flashes} {'flash' if peak.flashes == 1 else 'flashes'}"
        said = (
            f"{count} of {kind} within one second, at {peak.second:.2f} s, over "
            f"{describe(peak.share, 'share')} {of}"
        )
        name = metric.name.removesuffix("_hz")
        evidence: tuple[Evidence, ...] = ()
        if peak.pictures:
            title = f"Where it flashes, up to {peak.second:.2f} s"
            evidence = (Evidence("strip", f"flash-{name}", title, peak.strip()),)
        return Measurement(
            "flash",
            metric,
            float(peak.flashes),
            said,
            frames=tuple(peak.ranges),
            region=self._box(peak.cells),
            evidence=evidence,
            series=series,
        )

    def _box(self, cells: Mask) -> Region:
        """The pixels of the picture that cells lie in."""
        x, y, width, height = cv2.boundingRect(cells.astype(np.uint8))
        across = self._source.width / self._screen.width
        down = self._source.height / self._screen.height
        left, top = round(x * across), round(y * down)
        return Region(left, top, round((x + width) * across) - left, round((y + height) * down) - top)


def _sequence(train: Train) -> Measurement:
    seconds = train.sequence()
    said = f"it flashes {SEQUENCE} times a second or more for {seconds:.3g} of 5 s"
    if not seconds:
        said = f"it never flashes {SEQUENCE} times within a second"
    return Measurement("flash", EXTENDED, seconds, said)

"""Whether the file is what was ordered: size, shape, format, weight, frame rate, running time."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from brandkit.brand import Brand
from brandkit.check import Check, Measurement, Metric
from brandkit.guidelines import Delivery as Rules
from brandkit.media.clip import Frames, Source
from brandkit.media.container import container_of
from brandkit.media.inputs import is_pattern, numbered

SIZE = Metric("size", "count", "lower", "Export it at one of the sizes that the guidelines list.")
WIDTH = Metric("width", "px", "range", "Export it at a width within the limits.")
HEIGHT = Metric("height", "px", "range", "Export it at a height within the limits.")
ASPECT = Metric(
    "aspect", "share", "lower", "Crop or extend it to one of the shapes that the guidelines list."
)
FORMAT = Metric("format", "count", "lower", "Export it in one of the formats that the guidelines list.")
BYTES = Metric("bytes", "bytes", "lower", "Compress it more, or export it smaller.")
FPS = Metric("fps_off", "hz", "lower", "Export it at one of the frame rates that the guidelines list.")
DURATION = Metric("duration_s", "s", "lower", "Cut it shorter.")


class Delivery(Check):
    """Compare a file with the guidelines for delivery.

    What it measures, of whatever the brand lists under `delivery`:

    - `size`: the number of mismatches: 0 where width and height are one of the sizes, else 1. Lower is
      better.
    - `width`: in pixels, after rotation by the file's own orientation tag; to be in range.
    - `height`: in pixels, likewise; to be in range.
    - `aspect`: how far width by height is from the nearest of the shapes, as a share of it. Lower is better.
    - `format`: the number of mismatches: 0 where the file is packed in one of the formats, else 1; of
      numbered stills, how many are not. Lower is better. What counts is the content: a JPEG that is called
      `.png` is a JPEG.
    - `bytes`: size of the file in bytes; of numbered stills, of the largest. Lower is better.
    - `fps_off`: Hz between the mean frame rate and the nearest of the listed ones. Lower is better.
    - `duration_s`: running time in seconds. Lower is better.

    Pictures have no frame rate and no running time, and numbered stills none that they state; they are not
    judged by either.

    Reference: none; these are plain facts of the file.

    When it misleads: a video's frame rate and running time are what its container states.
    """

    metrics: ClassVar[tuple[Metric, ...]] = (SIZE, WIDTH, HEIGHT, ASPECT, FORMAT, BYTES, FPS, DURATION)
    splits = True

    def start(self, brand: Brand, source: Source) -> None:
        """Get ready for a clip."""
        self._brand, self._source = brand, source

    def update(self, frames: Frames) -> None:
        """Frames say nothing that the file has not said."""

    def merge(self, other: Delivery) -> None:
        """A shard is of the same file."""

    def finish(self) -> list[Measurement]:
        """A measurement for each rule; none where the brand has none."""
        rules = self._brand.delivery
        if rules is None:
            why = "the brand has no rules for delivery"
            return self._without(why)
        found = [*self._shape(rules), *self._file(rules), *self._time(rules)]
        return found or self._without("none of the brand's rules for delivery is about such a file")

    def _without(self, why: str) -> list[Measurement]:
        return [_measured(SIZE, None, why)] if "delivery" in self._brand.required else []

    def _shape(self, rules: Rules) -> list[Measurement]:
        width, height = self._source.width, self._source.height
        said = f"it is {width} x {height} pixels"
        found = []
        if rules.sizes:
            listed = _listed([str(size) for size in rules.sizes])
            fits = any((width, height) == (size.width, size.height) for size in rules.sizes)
            found.append(_measured(SIZE, float(not fits), f"{said}; the guidelines list {listed}"))
        if rules.limit("width"):
            found.append(_measured(WIDTH, width, f"it is {width} pixels wide"))
        if rules.limit("height"):
            found.append(_measured(HEIGHT, height, f"it is {height} pixels high"))
        if rules.aspects:
            nearest = min(rules.aspects, key=lambda shape: abs(width / height / shape.ratio - 1))
            off = abs(width / height / nearest.ratio - 1)
            found.append(
                _measured(ASPECT, off, f"{said}, {100 * off:.3g} % off the nearest shape, {nearest}")
            )
        return found

    def _file(self, rules: Rules) -> list[Measurement]:
        files = _files(self._source.path)
        found = []
        if rules.formats:
            found.append(_packing(files, rules.formats))
        if rules.limit("bytes"):
            sizes = [path.stat().st_size for path in files]
            largest = max(sizes, default=None)
            which = "the file" if len(files) == 1 else f"the largest of {len(files)} stills"
            said = "there is no file to weigh" if largest is None else f"{which} has {largest:,} bytes"
            found.append(_measured(BYTES, largest, said.replace(",", " ")))
        return found

    def _time(self, rules: Rules) -> list[Measurement]:
        if self._source.kind in ("image", "sequence"):
            return []
        found = []
        if rules.fps:
            rate = None if self._source.fps is None else float(self._source.fps)
            if rate is None:
                found.append(_measured(FPS, None, "the file states no frame rate"))
            else:
                off = min(abs(rate - listed) for listed in rules.fps)
                listed = _listed([f"{fps:.6g}" for fps in rules.fps])
                said = f"it has {rate:.6g} frames a second; the guidelines list {listed}"
                found.append(_measured(FPS, off, said))
        if rules.limit("duration_s"):
            seconds = self._source.duration
            said = "the file states no running time" if seconds is None else f"it runs for {seconds:.4g} s"
            found.append(_measured(DURATION, seconds, said))
        return found


def _measured(metric: Metric, value: float | None, message: str) -> Measurement:
    return Measurement("delivery", metric, value, message)


def _packing(files: list[Path], formats: tuple[str, ...]) -> Measurement:
    """How many of the files are packed otherwise than in one of ``formats``."""
    packed = {path: container_of(path) for path in files}
    if not any(packed.values()):
        return _measured(FORMAT, None, "there is no file whose format could be told")
    listed = _listed(list(formats))
    others = [path for path in files if packed[path] not in formats]
    if len(files) == 1:
        said = f"it is packed as {packed[files[0]]}; the guidelines list {listed}"
    elif others:
        first = f"the first, {others[0].name}, as {packed[others[0]] or 'nothing known'}"
        said = f"{len(others)} of {len(files)} stills are packed otherwise than as {listed}: {first}"
    else:
        said = f"all {len(files)} stills are packed as {listed}"
    return _measured(FORMAT, len(others), said)


def _files(path: Path) -> list[Path]:
    if is_pattern(path):
        return list(numbered(path).values())
    return [path] if path.is_file() else []


def _listed(words: list[str]) -> str:
    return " or ".join(words)

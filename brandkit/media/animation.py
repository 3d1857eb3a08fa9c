"""Animated GIF, WebP, PNG and AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import torch
from PIL import Image

from brandkit.errors import MediaError
from brandkit.media import guard, native, pillow, png, still
from brandkit.media.clip import Frames, Source

FORMATS = ("GIF", "WEBP", "PNG", "AVIF")

# Browsers show a delay of 10 ms or less as 100 ms (Chromium, Firefox and WebKit alike).
_SHORTEST_MS, _SHOWN_MS = 10, 100


@dataclass(frozen=True, slots=True)
class AnimationClip:
    """A picture file of several frames, each with a duration of its own."""

    source: Source
    _seconds: tuple[float, ...]
    _background: still.Background
    _header: png.Header | None

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode from the start, ``size`` frames at a time."""
        batch: list[torch.Tensor] = []
        first = 0
        for image in _frames(self.source.path):
            picture = native.of_image(self.source.path, image, self._header)
            batch.append(still.to_tensor(still.to_srgb(self.source.path, picture, self._background).pixels))
            if len(batch) == size:
                yield self._batch(batch, first, device)
                first, batch = first + len(batch), []
        if batch:
            yield self._batch(batch, first, device)

    def _batch(self, batch: list[torch.Tensor], first: int, device: torch.device | str) -> Frames:
        return Frames(torch.cat(batch).to(device), first, self._seconds[first : first + len(batch)])


def open_animation(path: Path, background: still.Background) -> AnimationClip:
    """Open an animation; all of it is decoded once, as durations and damage show only then.

    Raises:
        MediaError: damaged or too large.
    """
    durations: list[float] = []
    notes: dict[str, None] = {}
    size = (0, 0)
    header = png.read_header(path)
    if header is not None and header.depth > 8:
        raise MediaError(f"{path}: is an animation of 16 bits a channel; export it with 8 bits")
    for image in _frames(path):
        picture = native.of_image(path, image, header)
        notes.update(dict.fromkeys(still.to_srgb(path, picture, background).notes))
        duration = float(image.info.get("duration", 0))
        if duration <= _SHORTEST_MS:
            duration = _SHOWN_MS
            notes[f"delays of {_SHORTEST_MS} ms or less are taken as {_SHOWN_MS} ms, as browsers do"] = None
        durations.append(duration)
        size = image.size
    seconds = tuple(accumulate((d / 1000 for d in durations[:-1]), initial=0.0))
    total = sum(durations) / 1000
    fps = (Fraction(len(durations)) / Fraction(total)).limit_denominator(1001)
    source = Source(path, guard.sha256([path]), "animation", *size, len(durations), fps, total, tuple(notes))
    return AnimationClip(source, seconds, background, header)


def _frames(path: Path) -> Iterator[Image.Image]:
    with pillow.opened(path) as image:
        if image is None:
            raise MediaError(f"{path}: is not an animation any more; it changed while it was read")
        # The default image of an APNG is for programs that know no animation: not a frame.
        first = 1 if getattr(image, "default_image", False) else 0
        with pillow.errors(path):
            count = getattr(image, "n_frames", 1)
        for index in range(first, count):
            with pillow.errors(path):
                image.seek(index)
                image.load()
            yield image

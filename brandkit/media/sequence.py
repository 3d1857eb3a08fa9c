"""Numbered stills, such as a renderer writes them, as one clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from brandkit.errors import MediaError
from brandkit.media import guard, still
from brandkit.media.clip import Frames, Source
from brandkit.media.inputs import numbered

# Stills state no frame rate; 24 a second is the rate of film and what most renderers default to.
ASSUMED_FPS = Fraction(24)


@dataclass(frozen=True, slots=True)
class SequenceClip:
    """Stills of one size, in order."""

    source: Source
    _files: tuple[Path, ...]
    _background: still.Background

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode from the start, ``size`` stills at a time."""
        for first in range(0, len(self._files), size):
            decoded = [self._decode(path) for path in self._files[first : first + size]]
            seconds = tuple(float((first + i) / ASSUMED_FPS) for i in range(len(decoded)))
            yield still.to_frames(decoded, first, seconds, device)

    def _decode(self, path: Path) -> still.Decoded:
        decoded = still.decode(path, self._background)
        height, width = decoded.pixels.shape[:2]
        if (width, height) != (self.source.width, self.source.height):
            raise MediaError(
                f"{path}: is {width} x {height}, the sequence began with"
                f" {self.source.width} x {self.source.height}; render all stills at one size"
            )
        return decoded


def open_pattern(pattern: Path, background: still.Background) -> SequenceClip:
    """Open the stills that a printf pattern (``shot_%04d.png``) names.

    Raises:
        MediaError: there is none, or one cannot be read.
    """
    files = numbered(pattern)
    numbers = list(files)
    missing = numbers[-1] - numbers[0] + 1 - len(numbers)
    notes = (f"{missing} numbers are missing between {numbers[0]} and {numbers[-1]}",) if missing else ()
    return open_files(pattern, list(files.values()), background, notes)


def open_files(
    name: Path, files: Sequence[Path], background: still.Background, notes: tuple[str, ...] = ()
) -> SequenceClip:
    """Open stills as one clip called ``name``; the first is decoded for its size and notes.

    Raises:
        MediaError: one of them cannot be read.
    """
    digest = guard.sha256(files)
    first = still.decode(files[0], background)
    height, width = first.pixels.shape[:2]
    rate = f"numbered stills state no frame rate: {ASSUMED_FPS} a second assumed"
    source = Source(
        name, digest, "sequence", width, height, len(files), ASSUMED_FPS,
        float(len(files) / ASSUMED_FPS), (rate, *notes, *first.notes),
        still.bits_of(first), first.background,
    )  # fmt: skip
    return SequenceClip(source, tuple(files), background)

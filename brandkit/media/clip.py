"""What travels from a file to the checks: ``Source`` (its facts), ``Clip`` (how to read it), ``Frames``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

USUAL_RATE = 25.0
"""Frames a second of numbered stills and the like, which state none."""

Kind = Literal["image", "animation", "sequence", "video"]


@dataclass(frozen=True, slots=True)
class Source:
    """Facts about a clip, as the report states them.

    Attributes:
        path: the path as the user gave it.
        sha256: hex digest of the file's bytes; of a sequence, of its files' bytes in order.
        kind: ``image`` (one still), ``animation`` (GIF, WebP, APNG with several frames),
            ``sequence`` (numbered stills) or ``video``.
        width: pixels, after rotation by the file's own orientation tag.
        height: pixels, likewise.
        frames: number of frames; for a video what its container states, ``None`` where it states none.
        fps: mean frame rate in Hz, ``None`` for a single still.
        duration: seconds, ``None`` for a single still or where the container states none.
        notes: what was assumed or converted on the way to display-referred sRGB, one sentence each.
        bits: of a channel, as the file stores it.
        background: sRGB that was laid under transparency, ``None`` where nothing had to be.
    """

    path: Path
    sha256: str
    kind: Kind
    width: int
    height: int
    frames: int | None
    fps: Fraction | None
    duration: float | None
    notes: tuple[str, ...] = ()
    bits: int = 8
    background: tuple[int, int, int] | None = None

    @property
    def rate(self) -> float:
        """Frames a second; ``USUAL_RATE`` where the source states none."""
        return float(self.fps) if self.fps else USUAL_RATE


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Frames:
    """A batch of consecutive frames.

    Who needs only a few frames, or some pixels of each, asks for those: a video's are made when they are
    asked for.

    Attributes:
        pixels: ``uint8`` ``[T, 3, H, W]``, contiguous, display-referred sRGB (IEC 61966-2-1), 0 to 255.
        deep: of a source of more than 8 bits a channel, what ``pixels`` is rounded from: ``float32``
            ``[T, 3, H, W]`` in codes, 0 to 255 with fractions; else ``None``.
        first: index of the first frame of the batch in the clip, from 0.
        seconds: presentation time of each frame, ``T`` values.
    """

    pixels: torch.Tensor
    first: int
    seconds: tuple[float, ...]
    deep: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[-2:]
        return height, width

    @property
    def device(self) -> torch.device:
        """Where the pixels are."""
        return self.pixels.device

    def picture(self, k: int) -> torch.Tensor:
        """``pixels[k]``: ``uint8`` ``[3, H, W]``."""
        return self.pixels[k]

    def thinned(self, k: int, step: int, row: int = 0, column: int = 0) -> torch.Tensor:
        """``pixels[k, :, row::step, column::step]``; on the CPU, where a video's were decoded there."""
        return self.pixels[k, :, row::step, column::step]

    def only(self, k: int) -> Frames:
        """A batch of one frame, which holds nothing of the others."""
        deep = None if self.deep is None else self.deep[k : k + 1].clone()
        return Frames(self.pixels[k : k + 1].clone(), self.first + k, self.seconds[k : k + 1], deep)

    def with_pixels(self, pixels: torch.Tensor, deep: torch.Tensor | None = None) -> Frames:
        """The same frames, changed."""
        return Frames(pixels, self.first, self.seconds, deep)

    def split_at(self, starts: Sequence[int]) -> list[Frames]:
        """The batch in parts, so that each of ``starts`` (frame indices, rising) that it holds begins one."""
        cuts = [start - self.first for start in starts if 0 < start - self.first < len(self)]
        parts = []
        for first, end in zip([0, *cuts], [*cuts, len(self)], strict=True):
            deep = None if self.deep is None else self.deep[first:end]
            parts.append(Frames(self.pixels[first:end], self.first + first, self.seconds[first:end], deep))
        return parts


class Clip(Protocol):
    """A source that yields its frames, batch by batch, as often as it is asked."""

    @property
    def source(self) -> Source:
        """Facts about the clip, complete from the start."""
        ...

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Decode from the start, ``size`` frames at a time (the last batch may be shorter).

        Memory does not grow with the clip's length. Raises ``MediaError`` where the file turns out
        to be damaged; the frames before the damage have been yielded by then.
        """
        ...


def interleaved(pixels: torch.Tensor) -> npt.NDArray[np.uint8]:
    """A frame as OpenCV and Pillow take it: ``uint8`` ``[H, W, 3]`` on the CPU, from ``[3, H, W]``."""
    import cv2
    import numpy as np

    # Some five times as fast as to have NumPy or torch reorder the axes.
    return np.asarray(cv2.merge(list(pixels.cpu().numpy())), np.uint8)

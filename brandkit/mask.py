"""Where a person says that a correction belongs: a painted mask, or a box."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import MediaError

if TYPE_CHECKING:
    import torch

_BOX = re.compile(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mask:
    """Where to correct.

    Attributes:
        file: a picture, white where to correct and black where not, of the clip's size; ``None`` for all.
        box: x, y, width and height in pixels from the top left corner; ``None`` for all.
    """

    file: Path | None = None
    box: tuple[int, int, int, int] | None = None

    @property
    def painted(self) -> bool:
        """Whether its edges are a person's own; a box only says where to look."""
        return self.file is not None

    def key(self) -> str:
        """What tells it from another mask: the file's bytes, and the box.

        Raises:
            MediaError: the file cannot be read.
        """
        from brandkit import media

        painted = "" if self.file is None else media.open(self.file).source.sha256
        return f"{painted} {self.box}"

    def of(self, width: int, height: int) -> torch.Tensor:
        """How much of each pixel of a frame is within: ``float32`` ``[height, width]``, 0 to 1.

        Raises:
            MediaError: the file cannot be read, or is not of that size; the box lies outside.
        """
        import torch

        share = torch.ones((height, width))
        if self.file is not None:
            share = _painted(self.file, width, height)
        if self.box is not None:
            x, y, across, down = self.box
            if x >= width or y >= height:
                raise MediaError(
                    f"the region {x},{y},{across},{down} lies outside of the frame of {width} x {height}; "
                    "give x,y,width,height in its pixels"
                )
            inside = torch.zeros((height, width))
            inside[y : y + down, x : x + across] = 1
            share = share * inside
        return share


def parse_box(text: str) -> tuple[int, int, int, int]:
    """``x,y,width,height`` as four numbers.

    Raises:
        ValueError: it is no such text, or the box is empty.

    >>> parse_box("10,20,300,200")
    (10, 20, 300, 200)
    """
    match = _BOX.fullmatch(text.replace(" ", ""))
    if match is None or not (int(match[3]) and int(match[4])):
        raise ValueError(f"'{text}' is no region; give x,y,width,height in pixels, such as 100,80,640,360")
    return int(match[1]), int(match[2]), int(match[3]), int(match[4])


def _painted(path: Path, width: int, height: int) -> torch.Tensor:
    from brandkit import media

    clip = media.open(path, background=(0, 0, 0))
    source = clip.source
    if (source.width, source.height) != (width, height):
        raise MediaError(
            f"{path}: the mask is {source.width} x {source.height}, the clip {width} x {height}; "
            "paint it at the clip's size"
        )
    frames = next(iter(clip.batches(1)))
    codes = frames.pixels[0].float() if frames.deep is None else frames.deep[0]
    share = codes.mean(0) / 255
    if not bool((share > 0.5).any()):
        raise MediaError(f"{path}: the mask has no white, so there is nothing to correct within it")
    return share

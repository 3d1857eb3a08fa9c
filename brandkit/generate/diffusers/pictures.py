"""Pictures on their way into a model and out of it: read, fitted, outlined, cropped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from brandkit import media
from brandkit.errors import MediaError
from brandkit.media.clip import interleaved

EDGES = (100, 200)
"""Thresholds of Canny's detector, in codes, that the first ControlNets were trained with (Zhang et al. 2023,
"Adding Conditional Control to Text-to-Image Diffusion Models")."""


@dataclass(frozen=True, slots=True)
class Size:
    """What was asked for, and what a model makes of it.

    Attributes:
        width: pixels asked for.
        height: likewise.
        model_width: the next multiple of the model's grid that is not smaller.
        model_height: likewise.
    """

    width: int
    height: int
    model_width: int
    model_height: int

    @classmethod
    def on_grid(cls, width: int, height: int, grid: int) -> Size:
        """The size for a model whose sides are multiples of ``grid``.

        >>> Size.on_grid(100, 64, 16)
        Size(width=100, height=64, model_width=112, model_height=64)
        """
        return cls(width, height, -(-width // grid) * grid, -(-height // grid) * grid)

    @property
    def left(self) -> int:
        """Columns of the model's picture that are cut off at its left."""
        return (self.model_width - self.width) // 2

    @property
    def top(self) -> int:
        """Rows of the model's picture that are cut off above."""
        return (self.model_height - self.height) // 2

    def crop(self, pixels: torch.Tensor) -> torch.Tensor:
        """The middle of the model's pictures ``[..., model_height, model_width]``, in the size asked for."""
        return pixels[..., self.top : self.top + self.height, self.left : self.left + self.width]


def cut(frames: torch.Tensor, size: Size) -> tuple[torch.Tensor, tuple[str, ...]]:
    """A model's frames in the size asked for, and a note where it made them in a size of its own.

    Args:
        frames: floating point ``[T, 3, H, W]``.
        size: what was asked for; the frames should be of ``model_height`` by ``model_width``.
    """
    high, wide = frames.shape[-2:]
    if (high, wide) == (size.model_height, size.model_width):
        return size.crop(frames), ()
    scale = max(size.width / wide, size.height / high)
    sides = (max(size.height, round(high * scale)), max(size.width, round(wide * scale)))
    scaled = torch.nn.functional.interpolate(frames, sides, mode="bicubic", antialias=True)
    top, left = (sides[0] - size.height) // 2, (sides[1] - size.width) // 2
    note = f"the model makes {wide} x {high} pixels of this; they were brought to the size asked for"
    return scaled[..., top : top + size.height, left : left + size.width], (note,)


def read(path: Path) -> tuple[Image.Image, tuple[str, ...]]:
    """The first frame of a picture or a video, upright, in sRGB, and what should be known of it.

    Raises:
        MediaError: it cannot be read.
    """
    clip = media.open(path)
    for frames in clip.batches(1):
        notes = () if clip.source.kind == "image" else (f"{path}: its first frame is used",)
        return Image.fromarray(interleaved(frames.pixels[0])), notes
    raise MediaError(f"{path}: holds no frame; export it again")


def fitted(picture: Image.Image, size: Size) -> Image.Image:
    """A picture that covers the size asked for, its middle kept, and its edges drawn out to the model's size.

    What is asked for is cut out of what the model makes at the same place, so that nothing is shifted.
    """
    scale = max(size.width / picture.width, size.height / picture.height)
    wide, high = size.width / scale, size.height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    box = (left, top, left + wide, top + high)
    inner = picture.resize((size.width, size.height), Image.Resampling.LANCZOS, box=box)
    if (size.model_width, size.model_height) == (size.width, size.height):
        return inner
    right, below = size.model_width - size.width - size.left, size.model_height - size.height - size.top
    sides = ((size.top, below), (size.left, right), (0, 0))
    return Image.fromarray(np.pad(np.asarray(inner), sides, mode="edge"))


def outlines(picture: Image.Image) -> Image.Image:
    """White outlines on black, as a ControlNet for Canny's edges takes them."""
    import cv2

    grey = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2GRAY)
    return Image.fromarray(np.repeat(cv2.Canny(grey, *EDGES)[:, :, None], 3, axis=2))


def pixels(picture: Image.Image) -> torch.Tensor:
    """``uint8`` ``[3, H, W]``."""
    return torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1).contiguous()

"""Pictures that are in memory already, as a ``Clip``: what another program made and wrote to no file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import MediaError
from brandkit.media.clip import Frames, Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch
    from PIL import Image

    Pixels = torch.Tensor | npt.NDArray[np.uint8] | Image.Image
    """``uint8``, sRGB: a tensor ``[3, H, W]`` or ``[T, 3, H, W]``, an array ``[H, W, 3]`` or
    ``[T, H, W, 3]``, or a picture."""


_FINEST = 1001
"""Denominator of the rates of NTSC, such as 30000/1001."""


class InMemory:
    """A still, or a video where ``fps`` is given.

    Args:
        pixels: sRGB; of a video all frames, of a still one.
        name: what reports call it.
        fps: frames a second, of a video.

    Raises:
        MediaError: these are no pixels of a still or a video.

    >>> import numpy as np
    >>> clip = InMemory(np.zeros((48, 64, 3), np.uint8), "black")
    >>> clip.source.kind, clip.source.width, clip.source.height
    ('image', 64, 48)
    """

    def __init__(self, pixels: Pixels, name: str = "picture", fps: float | Fraction | None = None) -> None:
        frames = _frames(pixels, name)
        if fps is None and len(frames) != 1:
            raise MediaError(f"{name}: {len(frames)} frames are no still; give fps, or one picture at a time")
        rate = None if fps is None else _rate(fps, name)
        count, _, height, width = frames.shape
        digest = hashlib.sha256(f"{count} {height} {width} {rate}\n".encode())
        digest.update(frames.cpu().numpy().data)
        self.source = Source(
            path=Path(name),
            sha256=digest.hexdigest(),
            kind="image" if rate is None else "video",
            width=width,
            height=height,
            frames=count,
            fps=rate,
            duration=None if rate is None else float(count / rate),
        )
        self._frames = frames

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """As ``Clip.batches``."""
        for first in range(0, len(self._frames), size):
            part = self._frames[first : first + size].to(device)
            yield Frames(part, first, tuple(k / self.source.rate for k in range(first, first + len(part))))


def _rate(fps: float | Fraction, name: str) -> Fraction:
    try:
        rate = Fraction(fps).limit_denominator(_FINEST)
    except (ValueError, OverflowError):  # NaN, infinity
        rate = Fraction(0)
    if rate <= 0:
        raise MediaError(f"{name}: {fps} is no number of frames a second; give one above 0")
    return rate


def _frames(pixels: Pixels, name: str) -> torch.Tensor:
    """``uint8`` ``[T, 3, H, W]``, contiguous."""
    import numpy as np
    import torch
    from PIL import Image

    if isinstance(pixels, Image.Image):
        pixels = np.array(pixels.convert("RGB"))
    if not isinstance(pixels, torch.Tensor):
        pixels = torch.from_numpy(np.require(pixels, requirements=["C", "W"])).movedim(-1, -3)
    frames = pixels[None] if pixels.dim() == 3 else pixels
    if frames.dtype != torch.uint8 or frames.dim() != 4 or frames.shape[1] != 3 or 0 in frames.shape:
        said = f"{str(frames.dtype).removeprefix('torch.')} {list(pixels.shape)}"
        raise MediaError(f"{name}: {said} are no pixels; give uint8 with three channels, sRGB")
    return frames.contiguous()

"""One still picture, of any colour space and depth, as one frame of sRGB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from brandkit.media import guard, native, pillow
from brandkit.media.clip import Frames, Source
from brandkit.media.encoding import encoding_of
from brandkit.media.icc import ProfileError
from brandkit.media.native import Native

Pixels = npt.NDArray[np.uint8]
Background = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One picture in sRGB, upright and without transparency.

    Attributes:
        pixels: ``uint8`` ``[H, W, 3]``.
        deep: what ``pixels`` is rounded from, ``float32`` ``[H, W, 3]`` in codes, where the file has
            more than 8 bits a channel; else ``None``.
        notes: what was assumed or converted.
        background: what was laid under transparency, ``None`` where nothing had to be.
    """

    pixels: Pixels
    deep: npt.NDArray[np.float32] | None
    notes: tuple[str, ...]
    background: Background | None


@dataclass(frozen=True, slots=True)
class StillClip:
    """A clip of one frame, decoded when it is opened so that damage shows at once."""

    source: Source
    _decoded: Decoded = field(repr=False)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Yield the one frame."""
        yield to_frames([self._decoded], 0, (0.0,), device)


def open_still(path: Path, background: Background) -> StillClip:
    """Open the picture at ``path``; of several pages, the first.

    Raises:
        MediaError: damaged, too large, or in a form that is not display-referred.
    """
    decoded = decode(path, background)
    height, width = decoded.pixels.shape[:2]
    digest = guard.sha256([path])
    source = Source(
        path,
        digest,
        "image",
        width,
        height,
        1,
        None,
        None,
        decoded.notes,
        bits_of(decoded),
        decoded.background,
    )
    return StillClip(source, decoded)


def decode(path: Path, background: Background) -> Decoded:
    """Read one picture and convert it; raises ``MediaError`` as ``open_still``."""
    return to_srgb(path, native.read(path), background)


def to_srgb(path: Path, picture: Native, background: Background) -> Decoded:
    """Give a picture's numbers their meaning, and lay it over a background where it is transparent."""
    with pillow.errors(path):
        try:
            colour, note = picture.encoding.to_srgb(picture.colour), picture.encoding.note
        except ProfileError as error:
            # Its head was sound, or this encoding would not have been chosen.
            plain = encoding_of(picture.space, None, None)
            colour = plain.to_srgb(picture.colour)
            note = f"the embedded colour profile cannot be used ({error}): left aside"
        notes = [*picture.notes, note]
        if picture.alpha is not None:
            colour = _over(colour, picture.alpha, background)
            notes.append("transparency laid over #{:02X}{:02X}{:02X}".format(*background))
    pixels = colour if colour.dtype == np.uint8 else np.rint(colour).astype(np.uint8)
    under = None if picture.alpha is None else background
    return Decoded(pixels, None if colour.dtype == np.uint8 else colour, tuple(notes), under)


def to_frames(
    pictures: Sequence[Decoded], first: int, seconds: tuple[float, ...], device: torch.device | str
) -> Frames:
    """Pictures of one size as a batch; it is deep where one of them is."""
    pixels = _together([picture.pixels for picture in pictures]).to(device)
    if all(picture.deep is None for picture in pictures):
        return Frames(pixels, first, seconds)
    deep = [p.pixels.astype(np.float32) if p.deep is None else p.deep for p in pictures]
    return Frames(pixels, first, seconds, _together(deep).to(device))


def _together(pictures: Sequence[npt.NDArray[Any]]) -> torch.Tensor:
    """Pictures ``[H, W, 3]`` of one size as ``[T, 3, H, W]``."""
    tensors = [to_tensor(picture) for picture in pictures]
    return tensors[0] if len(tensors) == 1 else torch.cat(tensors)


def bits_of(decoded: Decoded) -> int:
    """Bits a channel of the file: 8 or 16."""
    return 8 if decoded.deep is None else 16


def to_tensor(pixels: npt.NDArray[Any]) -> torch.Tensor:
    """``[H, W, 3]`` to a contiguous ``[1, 3, H, W]`` of its own memory."""
    planes = np.empty((1, pixels.shape[2], *pixels.shape[:2]), pixels.dtype)
    cv2.split(pixels, list(planes[0]))  # some eight times as fast as to have NumPy reorder the axes
    return torch.from_numpy(planes)


def _over(colour: npt.NDArray[Any], alpha: npt.NDArray[Any], background: Background) -> npt.NDArray[Any]:
    """Composite in sRGB-encoded values, as browsers do, rounded once or, at 16 bits, not at all."""
    if colour.dtype == np.uint8:
        a = alpha.astype(np.uint32)[..., None]
        mixed = colour.astype(np.uint32) * a + np.array(background, dtype=np.uint32) * (255 - a)
        return ((mixed + 127) // 255).astype(np.uint8)
    share = (alpha / np.float32(np.iinfo(alpha.dtype).max)).astype(np.float32)[..., None]
    return colour * share + np.array(background, dtype=np.float32) * (1 - share)

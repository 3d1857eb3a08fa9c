"""Frames at the size at which time is looked at: finer detail costs flow and says nothing of light.

All checks that look at time share one reduction of a batch, which reads each pixel once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.utils.weak import WeakIdKeyDictionary

from brandkit.colour.spaces import srgb_to_linear
from brandkit.media.chroma import block_taps
from brandkit.media.coded import CodedFrames
from brandkit.media.host import on_cpu
from brandkit.temporal.reduction_kernel import PARTS, block_means, block_means_of_planes

if TYPE_CHECKING:
    from brandkit.media.clip import Frames
    from brandkit.media.ycbcr_kernel import Stored

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

LONG_SIDE = 400
"""About how long the longer side of a reduced frame is, in pixels."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A frame by blocks of ``factor`` by ``factor`` pixels.

    Attributes:
        codes: the mean of each block, ``[h, w, 3]``, 0 to 255 with fractions; of a source of more than 8
            bits at its own depth.
        light: the mean of linear light of each, ``[h, w, 3]``, 0 to 1, see ``reduced``.
    """

    codes: F32
    light: F32

    @property
    def picture(self) -> U8:
        """The frame to look at, ``[h, w, 3]``."""
        return np.asarray(cv2.convertScaleAbs(self.codes), np.uint8)


def factor(height: int, width: int) -> int:
    """How many pixels, along rows and along columns, become one; 1 for small frames.

    >>> factor(1080, 1920), factor(270, 480), factor(2, 4000)
    (5, 1, 2)
    """
    return max(1, min(round(max(height, width) / LONG_SIDE), height, width))


_known: WeakIdKeyDictionary = WeakIdKeyDictionary()
_reducing = threading.Lock()


def reduced(frames: Frames) -> tuple[Reduced, ...]:
    """A batch by blocks of pixels; computed once for as long as the batch is held by someone.

    Rows and columns at the right and lower edge that fill no block are left out. The linear light of a block
    is that of its mean code and the second term of the series about it, which holds the contrast within the
    block. It is within 0.001 of the mean of the pixels' own where they differ by 100 codes or less, and
    within 0.03 whatever they are. Of a video, the means are those of its luma and chroma, and the contrast is
    that of luma: in trials, codes were 0.1 to 0.3 from those of its pixels in the mean, up to 0.8 in 99 % of
    blocks, but up to 20 beside edges of saturated colour, where pixels leave the gamut one by one, and light
    was 0.001 to 0.002 from theirs.
    """
    with _reducing:  # of checks that ask at the same time, the others wait for the first
        found: tuple[Reduced, ...] | None = _known.get(frames)
        if found is None:
            found = _known[frames] = tuple(_reduced(frames, k) for k in range(len(frames)))
    return found


def _reduced(frames: Frames, k: int) -> Reduced:
    height, width = frames.size
    step = factor(height, width)
    codes = np.empty((height // step, width // step, 3), np.float32)
    light = np.empty_like(codes)
    stored = frames.stored(k) if isinstance(frames, CodedFrames) else None
    if stored is not None:
        _reduce_planes(stored, step, codes, light)
        return Reduced(codes, light)
    frames = on_cpu(frames)
    block_means(frames.picture(k).contiguous().numpy(), step, *_tables(), codes, light)
    if frames.deep is not None:
        mean = torch.nn.functional.avg_pool2d(frames.deep[k][None].float(), step)[0]
        codes = np.ascontiguousarray(mean.permute(1, 2, 0).numpy())
    return Reduced(codes, light)


def _reduce_planes(stored: Stored, step: int, codes: F32, light: F32) -> None:
    (height, width, w), h = stored.size, stored.planes[1].shape[0]
    down = block_taps(height, h, stored.siting.y, step)
    across = block_taps(width, w, stored.siting.x, step)
    block_means_of_planes(*stored.planes, step, down, across, stored.numbers, *_tables(), codes, light)


@cache
def _tables() -> tuple[F32, F32]:
    """Linear light by code, and half its second derivative."""
    codes = torch.arange(255 * PARTS + 1, dtype=torch.float64) / PARTS
    light = srgb_to_linear(codes / 255).numpy().astype(np.float64)
    apart = 4 * PARTS  # codes enough to step over the corner of the curve in the dark
    bent = np.zeros_like(light)
    bent[apart:-apart] = (light[2 * apart :] - 2 * light[apart:-apart] + light[: -2 * apart]) / (2 * 4**2)
    bent[:apart], bent[-apart:] = bent[apart], bent[-apart - 1]
    return light.astype(np.float32), bent.astype(np.float32)

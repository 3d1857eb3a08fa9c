"""Frames at the size at which time is looked at: finer detail costs flow and says nothing of light."""

from __future__ import annotations

import torch

LONG_SIDE = 480
"""About how long the longer side of a reduced frame is, in pixels."""


def factor(height: int, width: int) -> int:
    """How many pixels, along rows and along columns, become one; 1 for small frames.

    >>> factor(1080, 1920), factor(270, 480), factor(64, 64)
    (4, 1, 1)
    """
    return max(1, round(max(height, width) / LONG_SIDE))


def reduce(frames: torch.Tensor) -> torch.Tensor:
    """The mean of each block of ``factor`` by ``factor`` pixels, so that noise and dither average out.

    Rows and columns at the right and lower edge that fill no block are left out.

    Args:
        frames: ``[T, 3, H, W]``, codes 0 to 255, of any type.

    Returns:
        ``float32`` ``[T, 3, H // factor, W // factor]``, codes 0 to 255 with fractions.
    """
    step = factor(*frames.shape[-2:])
    return torch.nn.functional.avg_pool2d(frames.float(), step) if step > 1 else frames.float()

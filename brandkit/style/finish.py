"""A picture's finest detail, which tells grain, sharpness, compression and painted surfaces apart.

A network sees pictures too small for it. Here each is at its own size, or shrunk to the area of a square of
512 pixels, so that a still and a frame of a video are compared alike.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch

from brandkit.style.encoder import F32
from brandkit.style.resize import resized

SIDE = 512
"""Side of the square of the largest area that is looked at, in pixels."""
SAMPLES = 64
"""Rows, and columns, of the pixels that are looked at; more say no more."""
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles of the detail in luma."""
CHROMA_SHARES = (0.25, 0.5, 0.75)
SIZE = len(SHARES) + 2 * len(CHROMA_SHARES)
LEAST, USUAL = 1e-3, 1e-2
"""Detail that counts as none, a quarter of a code, and what a photograph usually has; black to white is 1."""

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_YCC = (np.stack([_LUMA, ([0, 0, 1] - _LUMA) / 1.8556, ([1, 0, 0] - _LUMA) / 1.5748]) / 255).astype(
    np.float32
)
"""ITU-R BT.709, of codes as they are to Y, Cb and Cr of 0 to 1."""


def finish(image: torch.Tensor) -> F32:
    """How strong the finest detail is: quantiles of the Laplacian's size, in luma, Cb and Cr.

    Args:
        image: ``uint8`` ``[3, H, W]``, sRGB, 0 to 255.

    Returns:
        ``float32`` ``[11]``: the natural logarithm of each, relative to ``USUAL``.
    """
    small = within(image).cpu().numpy()
    if min(small.shape[1:]) < 3:
        small = np.pad(small, ((0, 0), (1, 1), (1, 1)), mode="edge")
    height, width = small.shape[1:]
    down, across = max(1, height // SAMPLES), max(1, width // SAMPLES)

    def seen(y: int, x: int) -> npt.NDArray[np.int16]:
        return small[:, 1 + y : height - 1 + y : down, 1 + x : width - 1 + x : across].astype(np.int16)

    detail = 4 * seen(0, 0) - seen(-1, 0) - seen(1, 0) - seen(0, -1) - seen(0, 1)
    ranked = np.sort(np.abs(_YCC @ detail.reshape(3, -1).astype(np.float32)), axis=1)
    last = ranked.shape[1] - 1
    found = [
        part[round(share * last)]
        for part, shares in zip(ranked, (SHARES, CHROMA_SHARES, CHROMA_SHARES), strict=True)
        for share in shares
    ]
    return np.asarray(np.log(np.array(found) + LEAST) - math.log(USUAL), np.float32)


def within(image: torch.Tensor) -> torch.Tensor:
    """A picture ``uint8`` ``[3, H, W]`` at the size at which it is looked at; it is never enlarged."""
    height, width = image.shape[1:]
    scale = SIDE / math.sqrt(height * width)
    if scale >= 1:
        return image
    down, across = (max(1, round(side * scale)) for side in (height, width))
    return resized(image, (down, across))

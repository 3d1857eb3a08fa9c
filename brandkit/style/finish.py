"""A picture's finest detail, which tells grain, sharpness, compression and painted surfaces apart.

A network sees pictures too small for it. Here each is at its own size, or shrunk to the area of a square of
512 pixels, so that a still and a frame of a video are compared alike.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn.functional import interpolate, pad

from brandkit.style.encoder import F32

SIDE = 512
"""Side of the square of the largest area that is looked at, in pixels."""
SAMPLES = 128
"""Rows, and columns, of the pixels that are looked at; more say no more."""
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Quantiles of the detail in luma."""
CHROMA_SHARES = (0.25, 0.5, 0.75)
SIZE = len(SHARES) + 2 * len(CHROMA_SHARES)
LEAST, USUAL = 1e-3, 1e-2
"""Detail that counts as none, a quarter of a code, and what a photograph usually has; black to white is 1."""

_LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709, here of the codes as they are
_BLUE, _RED = 1.8556, 1.5748


def finish(image: torch.Tensor) -> F32:
    """How strong the finest detail is: quantiles of the Laplacian's size, in luma, Cb and Cr.

    Args:
        image: ``uint8`` ``[3, H, W]``, sRGB, 0 to 255.

    Returns:
        ``float32`` ``[11]``: the natural logarithm of each, relative to ``USUAL``.
    """
    small = within(image)
    height, width = small.shape[1:]
    if min(height, width) < 3:
        small = pad(small[None].float(), (1, 1, 1, 1), mode="replicate")[0]
        height, width = height + 2, width + 2
    down, across = max(1, height // SAMPLES), max(1, width // SAMPLES)

    def seen(y: int, x: int) -> torch.Tensor:
        return small[:, 1 + y : height - 1 + y : down, 1 + x : width - 1 + x : across].flatten(1).float()

    detail = (4 * seen(0, 0) - seen(-1, 0) - seen(1, 0) - seen(0, -1) - seen(0, 1)) / 255
    luma = (torch.tensor(_LUMA, device=detail.device)[:, None] * detail).sum(0)
    blue, red = (detail[2] - luma) / _BLUE, (detail[0] - luma) / _RED
    ranked = np.sort(torch.stack([luma, blue, red]).abs().cpu().numpy(), axis=1)
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
    size = [max(1, round(side * scale)) for side in (height, width)]
    small: torch.Tensor = interpolate(image[None], size=size, mode="bilinear", antialias=True)[0]
    return small

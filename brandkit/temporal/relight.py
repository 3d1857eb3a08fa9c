"""Frames under another light: a gain of linear light for each channel, rounded so that the mean is right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear

Gains = npt.NDArray[np.float64]

TOUCHES_WHITE = 254.5
"""The code from which a frame may hold light that was clipped."""
ROUNDING = 0.008
"""Logarithm of a gain: about half a code at the middle of the scale."""
TRIES = 24
"""Gains that are tried on either side."""


def by_table(pixels: torch.Tensor, gains: Gains) -> torch.Tensor:
    """Frames ``uint8`` ``[T, 3, H, W]`` under gains ``[T, 3]``, by a table of 256 codes a channel."""
    result = pixels.clone()
    for t, triple in enumerate(gains):
        for c, gain in enumerate(triple.tolist()):
            if gain != 1:
                plane = pixels[t, c].flatten().to(torch.int32)
                result[t, c] = _table(plane, gain).index_select(0, plane).view(pixels.shape[2:])
    return result


def _table(plane: torch.Tensor, gain: float) -> torch.Tensor:
    """256 codes for a plane of codes, such that its mean light changes by the gain *after rounding*.

    A gain of half a percent moves no code far enough to be rounded up, or many at once. So gains beside it
    are tried, up to half a code away, and that is taken which comes nearest to the mean light asked for.
    """
    counts = torch.bincount(plane, minlength=256).double()
    top = float(torch.nonzero(counts).max())
    codes = torch.arange(256, dtype=torch.float64, device=plane.device)
    wanted = counts @ srgb_to_linear(lit(codes, gain, top) / 255)
    near = torch.linspace(-ROUNDING, ROUNDING, 2 * TRIES + 1, dtype=torch.float64, device=plane.device)
    near = near[near.abs().argsort(stable=True)]  # of gains that do equally well, the one asked for
    tables = lit(codes, gain * near[:, None].exp(), top).round()
    missed = (srgb_to_linear(tables / 255) @ counts - wanted).abs()
    return tables[missed.argmin()].to(torch.uint8)


def by_curve(deep: torch.Tensor, gains: Gains) -> torch.Tensor:
    """The same for codes with fractions, ``float32``."""
    result = deep.clone()
    for t, triple in enumerate(gains):
        for c, gain in enumerate(triple.tolist()):
            if gain != 1:
                result[t, c] = lit(deep[t, c], gain, float(deep[t, c].max()))
    return result


def lit(codes: torch.Tensor, gain: float | torch.Tensor, top: float) -> torch.Tensor:
    """Codes under another light: black stays, white that may have clipped stays, and nothing clips.

    Linear light is multiplied by ``gain``. Where that would go beyond white, or where the frame touches
    white already, the upper end bends so that ``top`` lands on white: over twice the room that would be
    lost, as a straight line.

    Args:
        codes: sRGB, 0 to 255, floating point.
        gain: above 0; a tensor broadcasts against ``codes``.
        top: the highest code of the frame, 0 to 255.

    Returns:
        Codes, 0 to 255, not rounded; rising wherever ``codes`` rise.

    >>> lit(torch.tensor([0.0, 128.0, 255.0]), 0.98, 255.0).round().tolist()
    [0.0, 127.0, 255.0]
    """
    light, factor = srgb_to_linear(codes / 255), torch.as_tensor(gain, dtype=codes.dtype, device=codes.device)
    high = float(srgb_to_linear(torch.tensor(top / 255, dtype=torch.float64)))
    dimmed = (1 - factor) * (top > TOUCHES_WHITE)
    lost = torch.where(factor > 1, high - 1 / factor, dimmed).clamp_min(0)
    knee = (high - 2 * lost).clamp_min(0)
    rise = (1 - knee * factor) / (high - knee).clamp_min(1e-9)
    bent = knee * factor + (light - knee) * rise
    result = torch.where((lost > 0) & (light > knee), bent, light * factor)
    return linear_to_srgb(result.clamp(0, 1)) * 255

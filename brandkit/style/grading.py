"""How a picture is graded: which tint its shadows, midtones and highlights have, and how many hues.

A network sees colour only mixed with what is shown, and a histogram mostly says what is shown. The tint at
each lightness is what a grading sets, whatever the subject.
"""

from __future__ import annotations

import math

import torch

from brandkit.colour.spaces import srgb_to_lab

LEVELS = 8
"""Lightnesses, evenly from black to white, at which colour is looked at."""
SIZE = 3 * LEVELS
SAMPLES = 40
"""About as many rows, and columns, of pixels are looked at; more say no more."""
FEW = 1e-3
"""Share of the picture at a lightness below which its colour counts for little: the mean falls to grey."""
TINT = 10.0
"""a* or b* that weighs as much as a deviation ``e`` times the usual one."""
FLOOR, USUAL = 1.0, 6.0
"""Deviation in a* and b* below which colours count as one hue, about the threshold of sight; and what a
photograph usually has."""


def grading(batch: torch.Tensor) -> torch.Tensor:
    """The colours at each lightness, in CIELAB.

    Args:
        batch: ``uint8`` ``[N, 3, h, w]``, sRGB, 0 to 255, small.

    Returns:
        ``float32`` ``[N, 24]``: the mean a* of each lightness from black to white, then the mean b*, and then
        the logarithm of the deviation across the line of hue along which colours deviate most. That is small
        where all is of one hue, as in sepia. Tints and deviations count the same in sum.
    """
    height, width = batch.shape[2:]
    some = batch[:, :, :: max(1, height // SAMPLES), :: max(1, width // SAMPLES)]
    lightness, a, b = srgb_to_lab(some.permute(0, 2, 3, 1).flatten(1, 2)).unbind(-1)
    levels = torch.arange(LEVELS, device=batch.device)[:, None]
    near = (1 - (lightness[:, None] * ((LEVELS - 1) / 100) - levels).abs()).clamp_(min=0)
    sums = near @ torch.stack([torch.ones_like(a), a, b, a * a, b * b, a * b], -1) / a.shape[1]
    mean_a, mean_b, square_a, square_b, product = (sums[..., 1:] / (sums[..., :1] + FEW)).unbind(-1)
    in_a, in_b = square_a - mean_a**2, square_b - mean_b**2
    both = product - mean_a * mean_b
    across = (in_a + in_b) / 2 - (((in_a - in_b) / 2) ** 2 + both**2).sqrt()  # of the covariance
    spread = (across.clamp(min=0).sqrt() + FLOOR).log() - math.log(USUAL)
    tint = torch.cat([mean_a, mean_b], 1) / TINT
    return torch.cat([tint / math.sqrt(2 * LEVELS), spread / math.sqrt(LEVELS)], 1)

"""Round to 8 bits with noise, so that a gradient that was corrected shows no steps."""

from __future__ import annotations

import torch

WHOLE = 1e-3
"""Codes as near to a whole number as this are that number: a colour on its exact HEX stays there."""
_PHASES = (0.0, 1 / 3, 2 / 3)
"""By which the noise of red, green and blue is turned: where one is rounded up another is rather not, so that
less of what is added is grey grain."""


def dithered(codes: torch.Tensor) -> torch.Tensor:
    """Codes with fractions, rounded up or down at random, in the mean to what they were.

    The noise is interleaved gradient noise (Jimenez, 2014, "Next Generation Post Processing in Call of Duty:
    Advanced Warfare", SIGGRAPH courses): any 3 by 3 pixels hold nearly all of its levels, so that a half is
    half of the pixels on every small area. It stands still from frame to frame, since noise that moves reads
    as flicker and costs a codec most. A whole code, as of pixels that no correction touched and of a brand
    colour on its HEX, stays as it is.

    Args:
        codes: ``float32`` ``[T, 3, H, W]``, 0 to 255.

    Returns:
        ``uint8``, the same shape.
    """
    height, width = codes.shape[-2:]
    y = torch.arange(height, device=codes.device, dtype=torch.float64)[:, None]
    x = torch.arange(width, device=codes.device, dtype=torch.float64)
    level = torch.frac(52.9829189 * torch.frac(0.06711056 * x + 0.00583715 * y))
    noise = torch.stack([torch.frac(level + phase) for phase in _PHASES]).to(codes.dtype)
    nearest = codes.round()
    whole = (codes - nearest).abs() < WHOLE
    return torch.where(whole, nearest, (codes + noise).floor()).clamp(0, 255).to(torch.uint8)

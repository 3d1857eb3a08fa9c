"""Colours that a correction leaves alone unless it is about them: neutrals and skin."""

from __future__ import annotations

import torch

NEUTRAL = (4.0, 12.0)
"""C* up to which a colour is neutral and stays, and from which it is not and may move."""

SKIN_HUE = (30.0, 75.0)
SKIN_CHROMA = (16.0, 38.0)
SKIN_LIGHTNESS = (25.0, 90.0)
SKIN_EDGE = 8.0
"""A rough box around photographed skin in CIELAB, in degrees, C* and L*, and how softly it ends. Set on the
photographs that scikit-image ships; no standard states one."""


def smoothstep(t: torch.Tensor) -> torch.Tensor:
    """0 up to 0, 1 from 1 on, and smooth between: Hermite's cubic."""
    t = t.clamp(0, 1)
    return t * t * (3 - 2 * t)


def unprotected(lab: torch.Tensor, ends: torch.Tensor, drift: float) -> torch.Tensor:
    """1 for colours that may move, 0 for neutrals and skin, unless source or target is such itself.

    The edges are as soft as the drift asks for, since a shift that ends within less than itself folds.
    """
    free = torch.ones(len(lab), dtype=lab.dtype)
    nearest_grey = float(ends[:, 1:].norm(dim=1).min())
    if nearest_grey > NEUTRAL[1]:
        whole = min(max(NEUTRAL[1], NEUTRAL[0] + 2 * drift), nearest_grey)
        free = free * smoothstep((lab[:, 1:].norm(dim=1) - NEUTRAL[0]) / (whole - NEUTRAL[0]))
    edge = max(SKIN_EDGE, drift)
    if float(_outside_skin(ends).min()) > 0:
        free = free * smoothstep(_outside_skin(lab) / edge)
    return free


def _outside_skin(lab: torch.Tensor) -> torch.Tensor:
    """How far colours lie outside the range of skin, in degrees, C* or L*, whichever is most; 0 inside."""
    chroma = lab[:, 1:].norm(dim=1)
    hue = torch.rad2deg(torch.atan2(lab[:, 2], lab[:, 1]))
    outside = torch.zeros_like(hue)
    for value, (low, high) in ((hue, SKIN_HUE), (chroma, SKIN_CHROMA), (lab[:, 0], SKIN_LIGHTNESS)):
        outside = torch.maximum(outside, torch.maximum(low - value, value - high))
    return outside

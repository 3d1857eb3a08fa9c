"""Hue families: which colours could be a rendering of a target, and which are merely near it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.spaces import RGB_TO_XYZ, srgb_to_lab, srgb_to_linear

if TYPE_CHECKING:
    import numpy.typing as npt

    F32 = npt.NDArray[np.float32]

HUE_FAMILY_DEG = 30.0
BESIDE = 0.18
"""Distance in a* and b*, as a part of L*, within which colours are of a family in any case: the hue of a
pale colour turns fast, while in the dark, where every hue is near, it must not count."""
NEUTRAL_CHROMA = 8.0
"""C* under which a target counts as neutral: it has no hue to compare, and its family is all that is near."""
_PARTS = 16
"""Steps between two codes at which linear light is tabled."""
_COSINE = float(np.cos(np.deg2rad(HUE_FAMILY_DEG)))


def same_family(lab: torch.Tensor, target: torch.Tensor, part: torch.Tensor) -> torch.Tensor:
    """Whether colours are of the hue family of targets.

    Args:
        lab: Lab colours ``float32`` ``[N, 3]``.
        target: Lab of each one's target ``[N, 3]``.
        part: the least C* as a part of the target's, ``[N]``, 0 to 1.

    Returns:
        ``bool`` ``[N]``.
    """
    if lab.device.type != "cpu":
        return same_family_torch(lab, target, part)
    from brandkit.colour.family_kernel import of_family

    found = torch.empty(len(lab), dtype=torch.bool)
    arrays = (lab.numpy(), target.numpy(), part.numpy())
    of_family(*arrays, _COSINE, BESIDE, NEUTRAL_CHROMA, found.numpy())
    return found


def same_family_torch(lab: torch.Tensor, target: torch.Tensor, part: torch.Tensor) -> torch.Tensor:
    """``same_family`` in torch alone, for any device."""
    chroma, wanted = lab[:, 1:].norm(dim=1), target[:, 1:].norm(dim=1)
    along = (lab[:, 1:] * target[:, 1:]).sum(1)
    similar = along >= _COSINE * chroma * wanted
    beside = (lab[:, 1:] - target[:, 1:]).norm(dim=1) <= BESIDE * target[:, 0]
    chromatic = beside | (similar & (chroma >= part * wanted))
    family: torch.Tensor = chromatic | (wanted < NEUTRAL_CHROMA)
    return family


def lab_of(rgb: torch.Tensor) -> torch.Tensor:
    """``srgb_to_lab`` of colours ``[N, 3]``; of codes on the CPU by a compiled loop, within 0.0003."""
    if rgb.device.type != "cpu" or rgb.dtype != torch.uint8:
        return srgb_to_lab(rgb)
    from brandkit.colour import family_kernel

    lab = torch.empty(rgb.shape)
    light, matrix = _tables(1)
    family_kernel.lab_of(rgb.contiguous().numpy(), light, matrix, lab.numpy())
    return lab


def lab_between(codes: F32) -> F32:
    """CIELAB of sRGB codes with fractions, ``[..., 3]``, held within 0 to 255, on the CPU.

    Within 0.0005 of ``srgb_to_lab``, of a few colours thirty times as fast.
    """
    from brandkit.colour import family_kernel

    lab = np.empty(codes.shape, np.float32)
    light, matrix = _tables(_PARTS)
    flat = np.ascontiguousarray(codes, np.float32).reshape(-1, 3)
    family_kernel.lab_between(flat, light, _PARTS, matrix, lab.reshape(-1, 3))
    return lab


@cache
def _tables(parts: int) -> tuple[F32, F32]:
    """Linear light of each code and of ``parts`` steps to the next, and linear sRGB to XYZ as parts of the
    white's."""
    light = srgb_to_linear(torch.arange(255 * parts + 1, dtype=torch.float64) / (255 * parts))
    matrix = torch.tensor(RGB_TO_XYZ, dtype=torch.float64)
    relative = matrix / matrix.sum(1, keepdim=True)
    return light.float().numpy(), relative.float().numpy()

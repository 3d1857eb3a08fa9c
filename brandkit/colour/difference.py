"""CIEDE2000 in torch: broadcasting, on any device, differentiable with finite gradients."""

from __future__ import annotations

import math

import torch

POW25_7 = 25.0**7


def _sqrt(x: torch.Tensor) -> torch.Tensor:
    """Square root whose gradient at zero is zero rather than infinite; tiny negatives count as zero."""
    positive = x > 0
    return torch.where(positive, torch.where(positive, x, 1.0).sqrt(), 0.0)


def _hue(b: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    """Hue angle in degrees, 0 to 360; 0, with a gradient of zero, where the chroma is zero."""
    grey = (a == 0) & (b == 0)
    angle = torch.rad2deg(torch.atan2(b, torch.where(grey, 1.0, a)))
    return torch.where(grey, 0.0, torch.where(angle < 0, angle + 360, angle))


def ciede2000(lab1: torch.Tensor, lab2: torch.Tensor) -> torch.Tensor:
    """Colour difference CIEDE2000 with kL = kC = kH = 1.

    Args:
        lab1: CIELAB ``[..., 3]``, floating point; L* 0 to 100.
        lab2: CIELAB ``[..., 3]``; the leading axes broadcast against those of ``lab1``.

    Returns:
        The difference, 0 to about 120, in the broadcast leading shape. 1 is about what an observer
        just notices. The gradient is finite everywhere, and zero at identical colours; at exactly
        opposite hues the formula itself jumps.

    Sharma, Wu and Dalal (2005), "The CIEDE2000 Color-Difference Formula: Implementation Notes,
    Supplementary Test Data, and Mathematical Observations", Color Research and Application 30(1);
    the numbers below are theirs. https://hajim.rochester.edu/ece/sites/gsharma/ciede2000/

    >>> pair = torch.tensor([[50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485]], dtype=torch.float64)
    >>> round(ciede2000(pair[0], pair[1]).item(), 4)
    2.0425
    """
    L1, a1, b1 = lab1.unbind(-1)
    L2, a2, b2 = lab2.unbind(-1)

    C_ab = (_sqrt(a1**2 + b1**2) + _sqrt(a2**2 + b2**2)) / 2  # (2), (3)
    G = 0.5 * (1 - _sqrt(C_ab**7 / (C_ab**7 + POW25_7)))  # (4)
    a1p, a2p = (1 + G) * a1, (1 + G) * a2  # (5)
    C1p, C2p = _sqrt(a1p**2 + b1**2), _sqrt(a2p**2 + b2**2)  # (6)
    h1p, h2p = _hue(b1, a1p), _hue(b2, a2p)  # (7)

    dLp = L2 - L1  # (8)
    dCp = C2p - C1p  # (9)
    chromatic = C1p * C2p != 0
    dhp = h2p - h1p
    dhp = torch.where(dhp > 180, dhp - 360, torch.where(dhp < -180, dhp + 360, dhp))
    dhp = torch.where(chromatic, dhp, 0.0)  # (10)
    dHp = 2 * _sqrt(C1p * C2p) * torch.sin(torch.deg2rad(dhp / 2))  # (11)

    Lp = (L1 + L2) / 2  # (12)
    Cp = (C1p + C2p) / 2  # (13)
    total = h1p + h2p
    wrapped = torch.where(total < 360, total + 360, total - 360)
    hp = torch.where((h1p - h2p).abs() > 180, wrapped, total) / 2
    hp = torch.where(chromatic, hp, total)  # (14)

    T = (
        1
        - 0.17 * torch.cos(torch.deg2rad(hp - 30))
        + 0.24 * torch.cos(torch.deg2rad(2 * hp))
        + 0.32 * torch.cos(torch.deg2rad(3 * hp + 6))
        - 0.20 * torch.cos(torch.deg2rad(4 * hp - 63))
    )  # (15)
    dtheta = 30 * torch.exp(-(((hp - 275) / 25) ** 2))  # (16)
    R_C = 2 * _sqrt(Cp**7 / (Cp**7 + POW25_7))  # (17)
    S_L = 1 + 0.015 * (Lp - 50) ** 2 / torch.sqrt(20 + (Lp - 50) ** 2)  # (18)
    S_C = 1 + 0.045 * Cp  # (19)
    S_H = 1 + 0.015 * Cp * T  # (20)
    R_T = -torch.sin(2 * dtheta * (math.pi / 180)) * R_C  # (21)

    dL, dC, dH = dLp / S_L, dCp / S_C, dHp / S_H
    return _sqrt(dL**2 + dC**2 + dH**2 + R_T * dC * dH)  # (22)

"""R'G'B' of wide-gamut primaries to those of sRGB, for standard dynamic range."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

# CIE xy of R, G, B; white is D65 in all of them.
_SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_D65 = (0.3127, 0.3290)


@dataclass(frozen=True, slots=True)
class Primaries:
    """A set of primaries with D65 white: name and CIE xy of R, G, B."""

    name: str
    xy: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


# By ITU-T H.273 code: BT.2020-2 table 3 and SMPTE EG 432-1 (Display P3's). The small difference
# between BT.601's and BT.709's primaries is left alone, as in every player.
PRIMARIES = {
    9: Primaries("BT.2020", ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))),
    12: Primaries("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))),
}


def to_srgb_primaries(rgb: torch.Tensor, name: str) -> torch.Tensor:
    """Convert in linear light; what sRGB cannot hold is clipped later.

    Args:
        rgb: ``float32`` ``[3, H, W]``, 0..255, display-referred with the sRGB curve.
        name: of the primaries it is in.

    Returns:
        The same shape and curve, in the primaries of sRGB; may be below 0 or above 255.
    """
    value = (rgb / 255).clamp_(0, 1)
    # IEC 61966-2-1, both ways
    linear = torch.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = torch.einsum("ij,jhw->ihw", _matrix(name).to(rgb.device), linear)
    encoded = torch.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp_min(0.0031308) ** (1 / 2.4) - 0.055
    )
    return encoded * 255


@lru_cache
def _matrix(name: str) -> torch.Tensor:
    source = next(p for p in PRIMARIES.values() if p.name == name)
    product = np.linalg.inv(_to_xyz(_SRGB)) @ _to_xyz(source.xy)
    return torch.from_numpy(product).to(torch.float32)


def _to_xyz(xy: tuple[tuple[float, float], ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Normalised primary matrix (SMPTE RP 177-1993)."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in (*xy, _D65)]).T
    primaries, white = columns[:, :3], columns[:, 3]
    return primaries * np.linalg.solve(primaries, white)

"""R'G'B' of other primaries to those of sRGB and back, for standard dynamic range."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch

from brandkit.colour.spaces import linear_to_srgb, srgb_to_linear

XY = tuple[float, float]
D65: XY = (0.3127, 0.3290)
SRGB_XY: tuple[XY, XY, XY] = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
# Lam (1985), the cone response of the Bradford transform.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


@dataclass(frozen=True, slots=True)
class Primaries:
    """A set of primaries: name, CIE xy of R, G, B, and of white."""

    name: str
    xy: tuple[XY, XY, XY]
    white: XY = D65


# By ITU-T H.273 code: BT.2020-2 table 3 and SMPTE EG 432-1 (Display P3's). The small difference
# between BT.601's and BT.709's primaries is left alone, as in every player.
PRIMARIES = {
    9: Primaries("BT.2020", ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))),
    12: Primaries("Display P3", ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))),
}
_BY_NAME = {primaries.name: primaries for primaries in PRIMARIES.values()}


def to_srgb_primaries(rgb: torch.Tensor, name: str) -> torch.Tensor:
    """Convert in linear light; what sRGB cannot hold is clipped later.

    Args:
        rgb: ``float32`` ``[3, H, W]``, 0..255, display-referred with the sRGB curve.
        name: of the primaries it is in.

    Returns:
        The same shape and curve, in the primaries of sRGB; may be below 0 or above 255.
    """
    linear = srgb_to_linear((rgb / 255).clamp_(0, 1))
    matrix = torch.from_numpy(matrix_to_srgb(_BY_NAME[name])).to(rgb)
    return linear_to_srgb(torch.einsum("ij,jhw->ihw", matrix, linear)) * 255


@lru_cache
def matrix_to_srgb(source: Primaries) -> npt.NDArray[np.float64]:
    """The matrix ``[3, 3]`` from linear light in ``source`` to that in sRGB; another white by Bradford."""
    adapted = _adaptation(source.white, D65) @ _to_xyz(source.xy, source.white)
    matrix: npt.NDArray[np.float64] = np.linalg.inv(_to_xyz(SRGB_XY, D65)) @ adapted
    return matrix


def _adaptation(white: XY, to: XY) -> npt.NDArray[np.float64]:
    cones = [_BRADFORD @ _xyz_of(xy) for xy in (white, to)]
    matrix: npt.NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ np.diag(cones[1] / cones[0]) @ _BRADFORD
    return matrix


def _xyz_of(xy: XY) -> npt.NDArray[np.float64]:
    x, y = xy
    return np.array((x / y, 1, (1 - x - y) / y))


def _to_xyz(xy: tuple[XY, XY, XY], white: XY) -> npt.NDArray[np.float64]:
    """Normalised primary matrix (SMPTE RP 177-1993)."""
    primaries = np.stack([_xyz_of(place) for place in xy], axis=1)
    matrix: npt.NDArray[np.float64] = primaries * np.linalg.solve(primaries, _xyz_of(white))
    return matrix

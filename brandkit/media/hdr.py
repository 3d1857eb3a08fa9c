"""PQ and HLG to display-referred sRGB.

The light of a display is worked out in cd/m², and 203 of them, the reference white of graphics (ITU-R
BT.2408-7, table 1), become sRGB's white. Up to there nothing is mapped: a brand colour in a graphic keeps
its HEX. Light that is brighter than white is scaled back to it by its greatest channel, so that a
highlight keeps its hue; a curve that spared highlights (such as the knee of BT.2390) would move every
colour below them, and with them what is measured. Colours outside sRGB are clipped, as in SDR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from brandkit.colour.spaces import linear_to_srgb
from brandkit.media.gamut import Primaries, matrix_to_srgb

Transfer = Literal["PQ", "HLG"]

REFERENCE_WHITE = 203.0
"""cd/m², ITU-R BT.2408-7, table 1: diffuse white and graphics white."""

# SMPTE ST 2084 and ITU-R BT.2100-2, table 4.
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_PQ_PEAK = 10_000.0
# ITU-R BT.2100-2, table 5, on a display of 1000 cd/m².
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
_BT2020_LUMA = (0.2627, 0.6780, 0.0593)

# ITU-T H.273, transfer characteristics.
TRANSFERS: dict[int, Transfer] = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, slots=True)
class Hdr:
    """How HDR is brought to sRGB.

    Attributes:
        transfer: the curve of its signal.
        primaries: what its R, G and B are; ``None`` for those of sRGB.
    """

    transfer: Transfer
    primaries: Primaries | None

    @property
    def note(self) -> str:
        """What is done, one sentence."""
        source = "SMPTE ST 2084" if self.transfer == "PQ" else "ITU-R BT.2100, on a display of 1000 cd/m²"
        primaries = self.primaries.name if self.primaries is not None else "sRGB"
        white = f"{REFERENCE_WHITE:.0f} cd/m² (ITU-R BT.2408) taken as sRGB white"
        return (
            f"HDR, {self.transfer} ({source}), primaries {primaries}: {white}, brighter light scaled back to"
            " it, keeping its hue; what lies outside sRGB clipped"
        )

    def to_srgb(self, signal: torch.Tensor) -> torch.Tensor:
        """R'G'B' ``float32`` ``[3, ...]``, 0 to 1, to sRGB of the same shape, 0 to 1."""
        signal = signal.clamp(0, 1)
        light = pq_to_light(signal) if self.transfer == "PQ" else hlg_to_light(signal)
        linear = light / REFERENCE_WHITE
        if self.primaries is not None:
            matrix = torch.from_numpy(matrix_to_srgb(self.primaries)).to(linear)
            linear = torch.tensordot(matrix, linear, dims=1)
        linear = linear.clamp_min(0)
        return linear_to_srgb(linear / linear.amax(0, keepdim=True).clamp_min(1))


def pq_to_light(signal: torch.Tensor) -> torch.Tensor:
    """The EOTF of PQ: a signal of 0 to 1 to cd/m², 0 to 10000.

    >>> round(pq_to_light(torch.tensor(0.58, dtype=torch.float64)).item())  # BT.2408: 58 % is 203 cd/m²
    202
    """
    power = signal ** (1 / _M2)
    return _PQ_PEAK * ((power - _C1).clamp_min(0) / (_C2 - _C3 * power)) ** (1 / _M1)


def hlg_to_light(signal: torch.Tensor) -> torch.Tensor:
    """The EOTF of HLG on a display of 1000 cd/m²: R'G'B' ``[3, ...]``, 0 to 1, to cd/m².

    >>> [round(v) for v in hlg_to_light(torch.full((3,), 0.75, dtype=torch.float64)).tolist()]  # 75 %: white
    [203, 203, 203]
    """
    scene = torch.where(signal <= 0.5, signal**2 / 3, (torch.exp((signal - _C) / _A) + _B) / 12)
    weights = torch.tensor(_BT2020_LUMA, dtype=signal.dtype, device=signal.device)
    luminance = torch.tensordot(weights, scene, dims=1)
    light: torch.Tensor = _HLG_PEAK * luminance.clamp_min(1e-9) ** (_HLG_GAMMA - 1) * scene
    return light

"""Corrections to hand over: LUTs, and the brand colours that they move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from brandkit.colour.field import Demand, solve
from brandkit.colour.lut import Lut
from brandkit.colour.spaces import srgb_to_linear_triple
from brandkit.grade import Shift

from ..scenes import rgb8

NOISE = 3
FLAT = {
    "blue": (("#125CEC", "#0050FF"),),
    "red at the gamut's edge": (("#FB0206", "#FF0000"),),
    "black": (("#030204", "#000000"),),
    "white": (("#F4F6FA", "#FFFFFF"),),
    "ink": (("#181C2A", "#101820"),),
    "two swatches": (("#125CEC", "#0050FF"), ("#D9352E", "#E2231A")),
}
SHADED = ("#F05A28", "#FF4F00")


@dataclass(frozen=True)
class Correction:
    lut: Lut
    shifts: tuple[Shift, ...]

    @property
    def noise(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of each flat colour, all codes of its noise ``[K, 3]``, and the HEX that they must land on."""
        found = []
        for shift in self.shifts:
            axes = [np.arange(max(0, v - NOISE), min(255, v + NOISE) + 1) for v in rgb8(shift.source)]
            codes = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
            found.append((codes.astype(np.uint8), np.array(rgb8(shift.target), np.uint8)))
        return found


@cache
def flat(name: str, nodes: int = 33) -> Correction:
    return correction(
        [_demand(f"swatch {k}", *pair, shaded=False) for k, pair in enumerate(FLAT[name])], nodes
    )


@cache
def shaded() -> Correction:
    return correction([_demand("orange", *SHADED, shaded=True)], 33)


@cache
def graphic(source: str, target: str) -> Correction:
    """A colour without noise."""
    return correction([_demand("ink", source, target, shaded=False, noise=0)], 33)


def correction(demands: list[Demand], nodes: int) -> Correction:
    shifts = tuple(Shift(d.name, _hex(d.source), _hex(d.target), d.drift, 0.1) for d in demands)
    notes = tuple(f"{s.swatch}: {s.source} -> {s.target}" for s in shifts)
    return Correction(solve(demands, nodes, "Acme: hero.png", notes), shifts)


def _demand(name: str, source: str, target: str, *, shaded: bool, noise: int = NOISE) -> Demand:
    found = rgb8(source)
    if shaded:
        return Demand(name, rgb8(target), found, found, found, srgb_to_linear_triple(found), 2.0, 1.0)
    low, high = (tuple(min(255, max(0, v + by)) for v in found) for by in (-noise, noise))
    return Demand(name, rgb8(target), found, low, high, None, 0.0)  # type: ignore[arg-type]


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour)


def ours(lut: Lut, codes: np.ndarray) -> np.ndarray:
    """What brandkit makes of codes ``[K, 3]``."""
    return np.asarray(lut(torch.from_numpy(codes)).numpy())

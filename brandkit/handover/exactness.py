"""How far from the brand's colours a program lands that interpolates or rounds otherwise than brandkit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.lut import Lut, tetrahedral
from brandkit.colour.spaces import srgb_to_lab
from brandkit.handover.anchor import Anchor

Interpolation = Literal["tetrahedral", "trilinear"]
Rounding = Literal["rounding", "truncating"]

_FLOAT32 = 2**-20
"""Of a code: what single precision may lose of it on the way. It never makes a tool that truncates better."""


@dataclass(frozen=True, slots=True)
class Residual:
    """What one kind of program makes of an anchor.

    Attributes:
        swatch: the anchor's.
        interpolation: how it interpolates.
        rounding: how it gets to 8 bits.
        codes: greatest difference of a channel from what brandkit makes of the same colour.
        de00: greatest CIEDE2000 from it.
    """

    swatch: str
    interpolation: Interpolation
    rounding: Rounding
    codes: int
    de00: float

    @property
    def exact(self) -> bool:
        """Whether it lands on the very same codes."""
        return self.codes == 0


def residual(lut: Lut, anchors: Sequence[Anchor], nodes: torch.Tensor | None = None) -> tuple[Residual, ...]:
    """Measure what programs make of the anchors: each interpolation, with each rounding.

    Args:
        lut: as it is written.
        anchors: from ``brandkit.handover.anchors``.
        nodes: as a file holds them (``held`` of its format), ``float64`` ``[N, N, N, 3]``; ``None`` for
            the LUT's own, in full precision.
    """
    nodes = lut.written if nodes is None else nodes
    found = []
    for anchor in anchors:
        colours = anchor.colours.double() / 255
        values = {"tetrahedral": tetrahedral(nodes, colours), "trilinear": trilinear(nodes, colours)}
        for interpolation, rounding in product(_INTERPOLATIONS, _ROUNDINGS):
            codes = values[interpolation] * 255
            codes = codes.round() if rounding == "rounding" else (codes - _FLOAT32).floor()
            result = codes.clamp(0, 255).to(torch.uint8)
            found.append(Residual(anchor.swatch, interpolation, rounding, *_apart(result, anchor.results)))
    return tuple(found)


_INTERPOLATIONS: tuple[Interpolation, ...] = ("tetrahedral", "trilinear")
_ROUNDINGS: tuple[Rounding, ...] = ("rounding", "truncating")


def _apart(one: torch.Tensor, other: torch.Tensor) -> tuple[int, float]:
    codes = int((one.int() - other.int()).abs().max())
    distance = ciede2000(*(srgb_to_lab(side.double() / 255) for side in (one, other)))
    return codes, float(distance.max())


def trilinear(nodes: torch.Tensor, rgb: torch.Tensor) -> torch.Tensor:
    """Interpolate nodes ``[N, N, N, 3]`` at colours ``[K, 3]``, 0 to 1, from eight corners: ``[K, 3]``."""
    last = nodes.shape[0] - 1
    place = rgb.clamp(0, 1) * last
    low = place.floor().clamp_max(last - 1)
    part, at = place - low, low.long()
    total = torch.zeros_like(rgb)
    for corner in product((0, 1), repeat=3):
        r, g, b = (at[:, c] + step for c, step in enumerate(corner))
        weight = torch.stack([part[:, c] if step else 1 - part[:, c] for c, step in enumerate(corner)])
        total += weight.prod(0)[:, None] * nodes[r, g, b]
    return total

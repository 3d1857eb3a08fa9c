"""How far a picture's colours are from a palette's, differentiable: what palette guidance makes smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from brandkit.colour import ciede2000, srgb_to_lab
from brandkit.colour.targets import shading_curve
from brandkit.swatch import Swatch

SHARPNESS = 1.0
"""CIEDE2000 by which one swatch must be nearer than another to get e times its weight; 1 is about what an
observer just notices."""
_LEAST = 0.01
"""A weight below is none."""
_POINTS = 256


@dataclass(frozen=True, slots=True)
class Target:
    """One swatch to pull toward.

    Attributes:
        lab: of a flat one ``[1, 3]``; of a shaded one its curve under light ``[256, 3]``, evenly in L*.
        reach: CIEDE2000 from which a colour is another one.
    """

    lab: torch.Tensor
    reach: float

    def toward(self, lab: torch.Tensor) -> torch.Tensor:
        """For each Lab colour ``[N, 3]``, the place to go to, ``[N, 3]``, without a gradient.

        A flat swatch is one place. On a shaded one it is the place of the same lightness: hue and chroma are
        moved, and what light does to the surface is kept.
        """
        here = lab.detach()
        if len(self.lab) == 1:
            return self.lab.expand_as(here)
        low, high = float(self.lab[0, 0]), float(self.lab[-1, 0])
        if high <= low:
            colour = self.lab[:1].expand_as(here)
        else:
            place = ((here[:, 0] - low) / (high - low)).clamp(0, 1) * (len(self.lab) - 1)
            before = place.floor().long().clamp_max(len(self.lab) - 2)
            part = (place - before)[:, None]
            colour = self.lab[before] * (1 - part) + self.lab[before + 1] * part
        return torch.cat((here[:, :1], colour[:, 1:]), 1)


def targets(swatches: Sequence[Swatch], device: torch.device | str = "cpu") -> list[Target]:
    """The swatches of a brand as targets."""
    return [
        Target(
            shading_curve(swatch.rgb8, _POINTS).to(device)
            if swatch.finish == "shaded"
            else srgb_to_lab(torch.tensor([swatch.rgb8], dtype=torch.uint8)).to(device),
            swatch.capture,
        )
        for swatch in swatches
    ]


def shares(distances: torch.Tensor, reach: torch.Tensor) -> torch.Tensor:
    """How much each swatch pulls each colour: 0 to 1.

    A softmax over the swatches by distance, times Tukey's biweight ``(1 - (d / reach)²)²``: full at the
    swatch, smoothly none from its reach on, where a colour is another one and is left alone.

    Args:
        distances: CIEDE2000 ``[K, N]`` of each colour to each swatch.
        reach: CIEDE2000 ``[K]``.
    """
    near = (1 - (distances / reach[:, None]) ** 2).clamp_min(0) ** 2
    return torch.softmax(-distances / SHARPNESS, 0) * near


class Pulled:
    """Where a picture's colours are pulled to, and how much, found once: it stays while they move.

    Args:
        lab: ``[N, 3]``, the colours as they are.
        swatches: the palette, at least one.
    """

    def __init__(self, lab: torch.Tensor, swatches: Sequence[Swatch]) -> None:
        palette = targets(swatches, lab.device)
        with torch.no_grad():
            apart = torch.stack([ciede2000(lab, target.toward(lab)) for target in palette])
            weights = shares(apart, torch.tensor([target.reach for target in palette], device=lab.device))
        found = [(target, share > _LEAST, share) for target, share in zip(palette, weights, strict=True)]
        self._parts = [(target, near, share[near]) for target, near, share in found if bool(near.any())]
        self._weight = sum(float(share.sum()) for _, _, share in self._parts)

    def distance(self, lab: torch.Tensor) -> torch.Tensor:
        """Half the mean square of CIEDE2000, each colour with its weights; 0 where none is pulled.

        Args:
            lab: ``[N, 3]``, the same colours after they moved. The weights have no gradient: a colour should
                not get nearer by leaving the palette's reach.
        """
        total = lab.sum() * 0
        for target, near, share in self._parts:
            colours = lab[near]
            total = total + (share * ciede2000(colours, target.toward(colours)) ** 2).sum()
        return total / (2 * self._weight) if self._weight else total

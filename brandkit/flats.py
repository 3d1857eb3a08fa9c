"""The flat colours in which a swatch appears: peaks in a survey of the clip."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.flat_modes import flat_modes
from brandkit.colour.modes import Mode
from brandkit.colour.spaces import srgb_to_lab
from brandkit.even import edged, even
from brandkit.region import BULK, Candidates, Region, as_deep, found_region, quantile
from brandkit.survey import REGION_SHARE, thinned

NOISE = (0.0002, 0.9998)
"""The quantiles of a channel that bound the noise around a flat colour."""
ERRORS = 0.25
"""The share of a flat colour's pixels that compression may have moved beyond the mode's reach."""


def find_flats(candidates: Candidates) -> list[Region]:
    """The flat colours of a swatch, among the colours that may be its."""
    survey, rgb, weight = candidates.survey, candidates.rgb, candidates.weight
    target = srgb_to_lab(torch.tensor(candidates.swatch.rgb8, dtype=torch.uint8))
    shown = [thinned(pixels) for seen in candidates.sightings() if (pixels := seen.pixels) is not None]

    def anywhere(
        true: Callable[[torch.Tensor, torch.Tensor, float], bool],
    ) -> Callable[[torch.Tensor, float], bool]:
        return lambda centre, reach: any(true(pixels, centre, reach) for pixels in shown)

    regions = []
    spike = REGION_SHARE * survey.sampled
    for mode in flat_modes(rgb, weight, candidates.least, anywhere(even), anywhere(edged), spike):
        colour = as_deep(survey, mode.centre)
        lab = srgb_to_lab(colour / 255)
        own, mass = rgb[mode.members], weight[mode.members]
        apart = ciede2000(srgb_to_lab(own / 255), lab)
        low, high = _noise(rgb, weight, mode)
        regions.append(
            found_region(
                candidates,
                mode,
                rgb8=colour,
                drift=float(ciede2000(lab, target)),
                low=low,
                high=high,
                painted=True,
                body=None,
                spread=quantile(apart, mass, BULK),
                grain=0.0,
                stray=0.0,
                wander=math.inf,
            )
        )
    return regions


def _noise(rgb: torch.Tensor, weight: torch.Tensor, mode: Mode) -> tuple[torch.Tensor, torch.Tensor]:
    """Least and greatest codes of the noise around a flat colour.

    Compression errs further now and then than noise does: twice the mode's reach is looked at, unless more
    than such errors lies there.
    """
    near = (rgb - mode.centre).abs().amax(1) <= 2 * mode.reach
    if float(weight[near].sum()) > (1 + ERRORS) * mode.weight:
        near = mode.members
    own, mass = rgb[near], weight[near]
    low = torch.tensor([quantile(own[:, c], mass, NOISE[0]) for c in range(3)]).floor()
    high = torch.tensor([quantile(own[:, c], mass, NOISE[1]) for c in range(3)]).ceil()
    return low, high

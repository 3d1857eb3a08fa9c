"""A colour in which a swatch appears in a clip, whichever way it was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from brandkit.colour.demand import hex_of
from brandkit.colour.modes import Mode
from brandkit.colour.table import among
from brandkit.survey import Sighting, Survey, coherent, thinned

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.brand import Swatch

BULK = 0.7
"""The share of a region's pixels that its ``spread`` holds; the rest are edges, sheen and reflections."""


@dataclass(frozen=True, slots=True)
class Region:
    """A colour in which a swatch appears in a clip.

    Attributes:
        swatch: the swatch it belongs to.
        rgb8: the colour as rendered, 0 to 255; of a shaded surface, at its median shading.
        drift: CIEDE2000 of that colour from the swatch, or from its shading curve for a shaded one.
        share: of all the clip's pixels, 0 to 1.
        low: of a flat colour, the least codes that its noise reaches, 0 to 255.
        high: of a flat colour, the greatest.
        painted: whether the frames show that it is of one paint: a flat colour is, fur and foliage which
            merely have the hue are not.
        body: of a shaded surface, its colour in linear light, at the luminance of the swatch or, where that
            can be told, under full light; values may leave 0 to 1.
        spread: distance that holds most of its pixels: CIEDE2000 from ``rgb8``, or of a shaded surface, in
            a* and b* from ``body`` at the luminance of the swatch.
        grain: of a shaded surface, likewise, from its shading curve at each pixel's own lightness.
        reach: how far from its colour pixels belong to it: in codes of a flat colour, on each channel; of a
            shaded surface, in a* and b* at the luminance of the swatch.
        stray: of a shaded surface, how far from its shading curve noise takes them, in a* and b* at a
            pixel's own lightness.
        wander: of a painted surface under light, how far means over a square of it are from its colour, in
            a* and b* at the luminance of the swatch; infinite of what is not painted.
        members: codes, ``int32``, of the colours of the survey that belong to the region.
        sighting: the frames that show it.
    """

    swatch: Swatch
    rgb8: tuple[int, int, int]
    drift: float
    share: float
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    painted: bool
    body: tuple[float, float, float] | None
    spread: float
    grain: float
    reach: float
    stray: float
    wander: float
    members: torch.Tensor
    sighting: Sighting

    @property
    def hex(self) -> str:
        """The colour as ``#RRGGBB``."""
        return hex_of(self.rgb8)

    def lighter(self) -> Region:
        """The same for who outlives the survey: without its rows, and with the frame thinned out."""
        shown = self.sighting.pixels
        sighting = replace(self.sighting, pixels=None if shown is None else thinned(shown))
        return replace(self, members=torch.zeros(0, dtype=torch.int32), sighting=sighting)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The colours of a clip that a swatch's regions are made of.

    Attributes:
        survey: of the clip.
        k: index of the swatch.
        rows: of the survey's table, ``int64`` ``[N]``.
        weight: how many sampled pixels each has, ``[N]``, on the CPU.
        least: what a region has to have of them.
    """

    survey: Survey
    k: int
    rows: torch.Tensor
    weight: torch.Tensor
    least: float

    @property
    def swatch(self) -> Swatch:
        """The swatch whose regions they make."""
        return self.survey.brand.swatches[self.k]

    @property
    def rgb(self) -> torch.Tensor:
        """The colours, codes ``[N, 3]``, on the CPU."""
        return self.survey.colours(self.rows).cpu()

    def sightings(self) -> list[Sighting]:
        """The frames that show the swatch best, off its colour and on it, as far as there are any."""
        both = (self.survey.off[self.k], self.survey.on[self.k])
        return [seen for seen in both if seen.pixels is not None]


def found_region(
    candidates: Candidates,
    mode: Mode,
    *,
    rgb8: torch.Tensor,
    drift: float,
    low: torch.Tensor,
    high: torch.Tensor,
    painted: bool,
    body: tuple[float, float, float] | None,
    spread: float,
    grain: float,
    stray: float,
    wander: float,
) -> Region:
    """The region that a mode of a swatch's colours is; other arguments are as in ``Region``.

    Args:
        candidates: the colours among which the mode is.
        mode: the place where they crowd.
        rgb8: codes ``[3]``, not rounded yet.
    """
    survey, k = candidates.survey, candidates.k
    rows = candidates.rows[mode.members.to(candidates.rows.device)]
    off = drift > candidates.swatch.tolerance
    first, second = (survey.off[k], survey.on[k]) if off else (survey.on[k], survey.off[k])
    return Region(
        swatch=candidates.swatch,
        rgb8=_triple(rgb8.round()),
        drift=drift,
        share=mode.weight / survey.sampled,
        low=_triple(low),
        high=_triple(high),
        painted=painted,
        body=body,
        spread=spread,
        grain=grain,
        reach=mode.reach,
        stray=stray,
        wander=wander,
        members=survey.table.columns[-1][rows].cpu(),
        sighting=first if first.area else second,
    )


def as_deep(survey: Survey, colour: torch.Tensor) -> torch.Tensor:
    """A colour in codes; of an 8-bit clip rounded, so that what is said of it fits the HEX that is shown."""
    return colour.float() if survey.deep else colour.float().round()


def _triple(values: torch.Tensor) -> tuple[int, int, int]:
    r, g, b = (int(v) for v in values)
    return r, g, b


def quantile(values: torch.Tensor, weight: torch.Tensor, part: float) -> float:
    """The value below which ``part`` of the weight lies."""
    order = values.argsort()
    total = weight[order].double().cumsum(0)
    place = int(torch.searchsorted(total, part * total[-1]).clamp_max(len(order) - 1))
    return float(values[order[place]])


def region_mask(region: Region) -> npt.NDArray[np.bool_]:
    """Where a region lies in the frame that shows it best: ``[H, W]``, as large as what is kept of that."""
    if region.sighting.pixels is None:
        raise ValueError(f"no frame was seen that shows {region.swatch.name}")
    return coherent(among(region.sighting.pixels, region.members))

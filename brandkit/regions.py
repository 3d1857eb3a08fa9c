"""Which colours a swatch appears in, from a survey of the clip: what a brand manager calls its drift."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from brandkit.colour.demand import hex_of
from brandkit.colour.difference import ciede2000
from brandkit.colour.modes import Mode, flat_modes, hue_modes, of_hue
from brandkit.colour.spaces import (
    lab_to_linear,
    linear_to_lab,
    linear_to_srgb,
    luminance,
    srgb_to_lab,
    srgb_to_linear,
)
from brandkit.colour.targets import nearest_on_curve, shading_curve
from brandkit.even import even
from brandkit.painted import ONE_PAINT, Paint, paints
from brandkit.survey import Sighting, Survey, coherent, stride

if TYPE_CHECKING:
    import numpy.typing as npt

    from brandkit.brand import Swatch

NOISE = (0.0002, 0.9998)
"""The quantiles of a channel that bound the noise around a flat colour."""
ERRORS = 0.25
"""The share of a flat colour's pixels that compression may have moved beyond the mode's reach."""
BULK = 0.7
"""The share of a region's pixels that its ``spread`` holds; the rest are edges, sheen and reflections."""
_DARK = 1e-6
"""Least luminance to divide by: black is itself under any light."""
STRAY = 3.0
"""Distance in a* and b* from its shading curve, at a pixel's own lightness, up to which it may be a
surface's, where the surface itself does not say: noise weighs most in shadows."""
PAINT_LEEWAY = 1.3
PAINT_REACH, PAINT_STRAY, PAINT_WANDER = (1.5, 12.0), (1.5, 4.0), (0.5, 2.0)
"""How far pixels, and means over squares, belong to a paint: as a multiple of what holds nearly all of those
seen, since later frames may be noisier, and within these bounds."""
LEAST_PAINT = 0.3
"""Of painted surfaces, those with less than this part of the largest one's area merely have its hue."""
LEAST_PART = 0.1
"""A colour that holds less than this part of a swatch's regions is not reported beside the others."""


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
        members: ``bool``, for each colour of the survey: whether it belongs to the region.
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


def find_regions(survey: Survey) -> list[Region]:
    """The colours in which each swatch appears, swatch by swatch in the brand's order, largest first."""
    found: list[Region] = []
    if not len(survey.table):
        return found
    for k, swatch in enumerate(survey.brand.swatches):
        weight = torch.where(survey.label == k, survey.within, 0).cpu()
        rows = torch.nonzero(weight).flatten()
        if not rows.numel():
            continue
        least = LEAST_PART * float(weight.sum())
        shape = _shaded if swatch.finish == "shaded" else _flat
        found += shape(survey, k, rows, weight[rows], least)
    return found


def _flat(survey: Survey, k: int, rows: torch.Tensor, weight: torch.Tensor, least: float) -> list[Region]:
    swatch = survey.brand.swatches[k]
    rgb = survey.colours[rows].cpu()
    target = srgb_to_lab(torch.tensor(swatch.rgb8, dtype=torch.uint8))
    regions = []

    def flat(centre: torch.Tensor, reach: float) -> bool:
        frames = [seen.pixels for seen in (survey.off[k], survey.on[k]) if seen.pixels is not None]
        return any(even(_thinned(pixels), centre, reach) for pixels in frames)

    for mode in flat_modes(rgb, weight, least, flat):
        colour = _as_deep(survey, mode.centre)
        lab = srgb_to_lab(colour / 255)
        own, mass = rgb[mode.members], weight[mode.members]
        apart = ciede2000(srgb_to_lab(own / 255), lab)
        low, high = _noise(rgb, weight, mode)
        regions.append(
            _region(
                survey,
                k,
                rows,
                mode,
                rgb8=colour,
                drift=float(ciede2000(lab, target)),
                low=low,
                high=high,
                painted=True,
                body=None,
                spread=_quantile(apart, mass, BULK),
                grain=0.0,
                stray=0.0,
                wander=math.inf,
            )
        )
    return regions


def _thinned(pixels: torch.Tensor) -> torch.Tensor:
    """Those of a frame's pixels that regions are looked for in."""
    step = stride(pixels)
    return pixels[:, ::step, ::step]


def _noise(rgb: torch.Tensor, weight: torch.Tensor, mode: Mode) -> tuple[torch.Tensor, torch.Tensor]:
    """Least and greatest codes of the noise around a flat colour.

    Compression errs further now and then than noise does: twice the mode's reach is looked at, unless more
    than such errors lies there.
    """
    near = (rgb - mode.centre).abs().amax(1) <= 2 * mode.reach
    if float(weight[near].sum()) > (1 + ERRORS) * mode.weight:
        near = mode.members
    own, mass = rgb[near], weight[near]
    low = torch.tensor([_quantile(own[:, c], mass, NOISE[0]) for c in range(3)]).floor()
    high = torch.tensor([_quantile(own[:, c], mass, NOISE[1]) for c in range(3)]).ceil()
    return low, high


def _shaded(survey: Survey, k: int, rows: torch.Tensor, weight: torch.Tensor, least: float) -> list[Region]:
    swatch = survey.brand.swatches[k]
    target = srgb_to_linear(torch.tensor(swatch.rgb8, dtype=torch.float64) / 255)
    linear = srgb_to_linear(survey.colours[rows].cpu().double() / 255)
    light = luminance(linear)
    bodies = linear * (luminance(target) / light.clamp_min(_DARK))[:, None]
    ab = linear_to_lab(bodies)[:, 1:]
    seen = _paints(survey, k, float(luminance(target)))
    found: list[tuple[Mode, Paint | None]] = [(_mode_of(paint, ab, weight), paint) for paint in seen]
    found = found or [(mode, None) for mode in hue_modes(ab, weight, least)]
    return [
        _surface(survey, k, rows, weight, mode, linear, paint) for mode, paint in found if mode.weight > 0
    ]


def _paints(survey: Survey, k: int, level: float) -> list[Paint]:
    """The painted surfaces that are a swatch's in the frames that show it best, largest first."""
    seen = [
        paint
        for sighting in (survey.off[k], survey.on[k])
        if sighting.pixels is not None
        for paint in paints(_thinned(sighting.pixels), survey.lies(k, sighting.pixels), level)
    ]
    kept: list[Paint] = []
    for paint in sorted(seen, key=lambda paint: -paint.area):
        if all(float((paint.centre - other.centre).norm()) > 2 * ONE_PAINT for other in kept):
            kept.append(paint)
    return [paint for paint in kept if paint.area >= LEAST_PAINT * kept[0].area]


def _mode_of(paint: Paint, ab: torch.Tensor, weight: torch.Tensor) -> Mode:
    """The part of a cloud that a painted surface accounts for."""
    reach = _leeway(paint.reach, PAINT_REACH)
    members = of_hue(ab, paint.centre, reach) & (weight > 0)
    return Mode(paint.centre, members, float(weight[members].sum()), reach)


def _leeway(seen: float, bounds: tuple[float, float]) -> float:
    return min(max(PAINT_LEEWAY * seen, bounds[0]), bounds[1])


def _surface(
    survey: Survey,
    k: int,
    rows: torch.Tensor,
    weight: torch.Tensor,
    mode: Mode,
    linear: torch.Tensor,
    paint: Paint | None,
) -> Region:
    """One surface under light: its body colour, and how its pixels lie about it."""
    swatch = survey.brand.swatches[k]
    target = srgb_to_linear(torch.tensor(swatch.rgb8, dtype=torch.float64) / 255)
    body = lab_to_linear(torch.cat((linear_to_lab(target)[:1], mode.centre)))
    own, mass = linear[mode.members], weight[mode.members]
    light = luminance(own) / luminance(body).clamp_min(_DARK)
    median = _quantile(light.float(), mass, 0.5)
    colour = _as_deep(survey, (linear_to_srgb(body * median) * 255).clamp(0, 255))
    drift, _ = nearest_on_curve(srgb_to_lab(colour / 255)[None], shading_curve(swatch.rgb8))
    spread, grain = _scatter(own, mass, body, mode.reach) if paint is None else (paint.spread, paint.grain)
    return _region(
        survey,
        k,
        rows,
        mode,
        rgb8=colour,
        drift=float(drift),
        low=colour.round(),
        high=colour.round(),
        painted=paint is not None,
        body=(float(body[0]), float(body[1]), float(body[2])),
        spread=spread,
        grain=grain,
        wander=math.inf if paint is None else _leeway(paint.wander, PAINT_WANDER),
        stray=STRAY if paint is None else _leeway(paint.stray, PAINT_STRAY),
    )


def _scatter(own: torch.Tensor, mass: torch.Tensor, body: torch.Tensor, reach: float) -> tuple[float, float]:
    """``spread`` and ``grain`` of a surface from its pixels, linear light ``[N, 3]``, without their sheen."""
    light = (luminance(own) / luminance(body)).clamp_min(_DARK)[:, None]
    apart = (linear_to_lab(own / light) - linear_to_lab(body))[:, 1:].norm(dim=1).float()
    matte = apart <= reach  # the rest is sheen
    stray = (linear_to_lab(own) - linear_to_lab(body * light))[:, 1:].norm(dim=1).float()
    return _quantile(apart[matte], mass[matte], BULK), _quantile(stray[matte], mass[matte], BULK)


def _as_deep(survey: Survey, colour: torch.Tensor) -> torch.Tensor:
    """A colour in codes; of an 8-bit clip rounded, so that what is said of it fits the HEX that is shown."""
    return colour.float() if survey.deep else colour.float().round()


def _region(
    survey: Survey,
    k: int,
    rows: torch.Tensor,
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
    members = torch.zeros(len(survey.table), dtype=torch.bool)
    members[rows[mode.members]] = True
    off = drift > survey.brand.swatches[k].tolerance
    first, second = (survey.off[k], survey.on[k]) if off else (survey.on[k], survey.off[k])
    return Region(
        swatch=survey.brand.swatches[k],
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
        members=members,
        sighting=first if first.area else second,
    )


def _triple(values: torch.Tensor) -> tuple[int, int, int]:
    r, g, b = (int(v) for v in values)
    return r, g, b


def _quantile(values: torch.Tensor, weight: torch.Tensor, part: float) -> float:
    """The value below which ``part`` of the weight lies."""
    order = values.argsort()
    total = weight[order].double().cumsum(0)
    place = int(torch.searchsorted(total, part * total[-1]).clamp_max(len(order) - 1))
    return float(values[order[place]])


def region_mask(survey: Survey, region: Region) -> npt.NDArray[np.bool_]:
    """Where a region lies in the frame that shows it best: ``[H, W]``."""
    if region.sighting.pixels is None:
        raise ValueError(f"no frame was seen that shows {region.swatch.name}")
    ids = survey.table.index(region.sighting.pixels[None])[0].long()
    return coherent(region.members.to(ids.device)[ids].cpu().numpy())

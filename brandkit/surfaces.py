"""The surfaces under light in which a swatch appears: hues in a survey, and paint in the frames."""

from __future__ import annotations

import math

import torch

from brandkit.colour.modes import Mode, hue_modes, of_hue
from brandkit.colour.spaces import (
    lab_to_linear,
    linear_to_lab,
    linear_to_srgb,
    luminance,
    srgb_to_lab,
    srgb_to_linear,
)
from brandkit.colour.targets import nearest_on_curve, shading_curve
from brandkit.painted import ONE_PAINT, Paint, paints
from brandkit.region import BULK, Candidates, Region, as_deep, found_region, quantile
from brandkit.survey import thinned

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


def find_surfaces(candidates: Candidates) -> list[Region]:
    """The surfaces under light of a swatch, among the colours that may be its."""
    target = srgb_to_linear(torch.tensor(candidates.swatch.rgb8, dtype=torch.float64) / 255)
    linear = srgb_to_linear(candidates.rgb.double() / 255)
    light = luminance(linear)
    bodies = linear * (luminance(target) / light.clamp_min(_DARK))[:, None]
    ab, weight = linear_to_lab(bodies)[:, 1:], candidates.weight
    seen = _paints(candidates, float(luminance(target)))
    found: list[tuple[Mode, Paint | None]] = [(_mode_of(paint, ab, weight), paint) for paint in seen]
    found = found or [(mode, None) for mode in hue_modes(ab, weight, candidates.least)]
    return [_surface(candidates, mode, linear, paint) for mode, paint in found if mode.weight > 0]


def _paints(candidates: Candidates, level: float) -> list[Paint]:
    """The painted surfaces that are a swatch's in the frames that show it best, largest first."""
    seen = [
        paint
        for sighting in candidates.sightings()
        if (pixels := sighting.pixels) is not None
        for paint in paints(thinned(pixels), candidates.survey.lies(candidates.k, pixels), level)
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


def _surface(candidates: Candidates, mode: Mode, linear: torch.Tensor, paint: Paint | None) -> Region:
    """One surface under light: its body colour, and how its pixels lie about it."""
    swatch = candidates.swatch
    target = srgb_to_linear(torch.tensor(swatch.rgb8, dtype=torch.float64) / 255)
    body = lab_to_linear(torch.cat((linear_to_lab(target)[:1], mode.centre)))
    own, mass = linear[mode.members], candidates.weight[mode.members]
    light = luminance(own) / luminance(body).clamp_min(_DARK)
    median = quantile(light.float(), mass, 0.5)
    colour = as_deep(candidates.survey, (linear_to_srgb(body * median) * 255).clamp(0, 255))
    drift, _ = nearest_on_curve(srgb_to_lab(colour / 255)[None], shading_curve(swatch.rgb8))
    spread, grain = _scatter(own, mass, body, mode.reach) if paint is None else (paint.spread, paint.grain)
    return found_region(
        candidates,
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
    return quantile(apart[matte], mass[matte], BULK), quantile(stray[matte], mass[matte], BULK)

"""Which part of a shaded surface's drift is the light on it, and which its pigment."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from brandkit.brand import Swatch
from brandkit.colour.demand import hex_of
from brandkit.colour.difference import ciede2000
from brandkit.colour.illuminant import CLIPPED, NOISY, Light, adapt, cast, from_highlight, from_picture
from brandkit.colour.spaces import linear_to_lab, linear_to_srgb, luminance, srgb_to_linear
from brandkit.colour.targets import nearest_on_curve, shading_curve
from brandkit.proof.record import LightSource, LightSplit

LEAST = 0.5
"""CIEDE2000 of drift from which it is worth telling apart."""
DOUBT = (0.75, 0.3)
"""The ways to estimate the light may differ by so many CIEDE2000 of its share, or by this part of the drift
if that is more; beyond, light and pigment count as not told apart."""
_MOST_PIXELS = 200_000

Mask = npt.NDArray[np.bool_]
Told = tuple[LightSplit | None, str | None]


class Estimate:
    """The light in one frame, for the surfaces in it.

    Args:
        picture: sRGB ``[H, W, 3]``.
        outside: what is none of the brand's ``[H, W]``.
    """

    def __init__(self, picture: npt.NDArray[np.uint8], outside: Mask) -> None:
        self._picture = picture
        self._outside = outside

    @cached_property
    def _frame(self) -> Light | None:
        return from_picture(self._picture, self._outside)

    def split(self, surface: Mask, rendered: tuple[int, int, int], swatch: Swatch) -> Told:
        """Tell light from pigment.

        Args:
            surface: where it is ``[H, W]``, highlights on it included.
            rendered: its colour at its median shading.
            swatch: what it should be.

        Returns:
            Light and pigment, or ``None`` and why not.
        """
        colour = srgb_to_linear(torch.tensor(rendered, dtype=torch.float64) / 255)
        drift = _from_curve(colour, swatch)
        if drift < LEAST:
            return None, f"a drift of {drift:.2f} is too little to be told apart"
        reasons = []
        ways: tuple[tuple[LightSource, Callable[[], Light | None]], ...] = (
            ("highlight", lambda: _of_highlight(self._picture, surface, colour)),
            ("neutrals", lambda: self._frame),
        )
        for source, estimated in ways:
            light = estimated()
            if light is None:
                reasons.append(_NONE[source])
                continue
            found = _told(colour, drift, light, swatch, source)
            if found.doubt <= max(DOUBT[0], DOUBT[1] * drift):
                return found, None
            reasons.append(f"{_VAGUE[source]} differ by {found.doubt:.1f}")
        return None, "; ".join(reasons)


_NONE = {
    "highlight": "it has no sharp highlight that shows the light's colour",
    "neutrals": "too little else is in the frame to show it",
}
_VAGUE = {
    "highlight": "estimates of the light from its highlight",
    "neutrals": "estimates of the light from the rest of the frame",
}


def _told(
    colour: torch.Tensor, drift: float, light: Light, swatch: Swatch, source: LightSource
) -> LightSplit:
    neutral = under_daylight(colour, light.rgb)
    shares = [_apart(colour, under_daylight(colour, way)) for way in light.ways]
    white = linear_to_srgb(light.rgb / light.rgb.max()) * 255
    r, g, b = (int(v) for v in white.round().clamp(0, 255))
    return LightSplit(
        drift=drift,
        pigment=_from_curve(neutral, swatch),
        light=_apart(colour, neutral),
        cast=cast(light.rgb),
        white=hex_of((r, g, b)),
        source=source,
        doubt=max(shares) - min(shares),
    )


def under_daylight(colour: torch.Tensor, light: torch.Tensor) -> torch.Tensor:
    """A linear-light colour ``[3]`` as it is under daylight of a strength that keeps its luminance."""
    seen = adapt(colour, light)
    return seen * (luminance(colour) / luminance(seen).clamp_min(1e-9))


def _apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(ciede2000(linear_to_lab(one), linear_to_lab(other)))


def _from_curve(colour: torch.Tensor, swatch: Swatch) -> float:
    apart, _ = nearest_on_curve(linear_to_lab(colour)[None].float(), shading_curve(swatch.rgb8))
    return float(apart)


def _of_highlight(picture: npt.NDArray[np.uint8], inside: Mask, colour: torch.Tensor) -> Light | None:
    pixels = picture[inside]
    pixels = pixels[(pixels.max(1) < CLIPPED) & (pixels.max(1) >= NOISY)]
    pixels = pixels[:: max(1, len(pixels) // _MOST_PIXELS)]
    if not len(pixels):
        return None
    return from_highlight(srgb_to_linear(torch.from_numpy(pixels).double() / 255), colour)

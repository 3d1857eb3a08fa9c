"""Whether one colour can be read on another: contrast as WCAG 2.2 defines it, and how much a pair needs.

https://www.w3.org/TR/WCAG22/#contrast-minimum, #non-text-contrast and #dfn-contrast-ratio.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from brandkit.brand import Swatch
from brandkit.colour.spaces import srgb_to_linear

TEXT, LARGE_TEXT, GRAPHICS = 4.5, 3.0, 3.0
"""Least contrast ratio at level AA: of text and of large text (1.4.3), and of graphics (1.4.11)."""
INKS = ("foreground", "dark", "text", "body")
GROUNDS = ("background", "light", "paper")
"""Roles that text and what lies under it have; theme colours of the standard, and usual names."""
MARKS = (
    "primary",
    "secondary",
    "tertiary",
    "accent",
    "product",
    "info",
    "success",
    "warning",
    "danger",
)
"""Roles of what has to be seen on a ground, without being text."""
LOGOS = ("logo", "logotype", "wordmark")
"""Roles of what WCAG exempts from contrast, and a brand manager wants seen all the same."""

_WEIGHTS = (0.2126, 0.7152, 0.0722)
_USES = {
    "text": (TEXT, "WCAG 2.2 asks for {limit:g} : 1 for text (1.4.3)"),
    "mark": (GRAPHICS, "WCAG 2.2 asks for {limit:g} : 1 for graphics and large text (1.4.11, 1.4.3)"),
    "logo": (GRAPHICS, "WCAG 2.2 exempts logos, and asks for {limit:g} : 1 for other graphics (1.4.11)"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """How much contrast two colours need.

    Attributes:
        ratio: the least contrast ratio, 1 to 21.
        why: who asks for it and what for, as part of a sentence.
        binding: whether WCAG itself asks for it, given what the two are for.
    """

    ratio: float
    why: str
    binding: bool


def luminance(rgb8: tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1, with the weights that WCAG prints."""
    linear = srgb_to_linear(torch.tensor(rgb8, dtype=torch.float64) / 255).tolist()
    return float(sum(weight * light for weight, light in zip(_WEIGHTS, linear, strict=True)))


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio of two sRGB colours, 0 to 255: 1 to 21, in either order.

    >>> round(contrast((255, 255, 255), (118, 118, 118)), 2)
    4.54
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def is_ground(swatch: Swatch) -> bool:
    """Whether a swatch's role is to lie under others."""
    return swatch.role in GROUNDS


def need(one: Swatch, other: Swatch, *, together: bool = False) -> Need | None:
    """The contrast that two swatches need for their roles, ``None`` where they need none.

    Text on a ground needs that of text, other roles on a ground that of graphics. ``together`` says that
    the guidelines put the two side by side: whatever their roles, an edge between them has to be seen.
    """
    if is_ground(one) != is_ground(other):
        role = other.role if is_ground(one) else one.role
        for use, roles in (("text", INKS), ("mark", MARKS), ("logo", LOGOS)):
            if role in roles:
                return _need(use, binding=use != "logo")
    return _need("mark", binding=False) if together else None


def _need(use: str, *, binding: bool) -> Need:
    limit, why = _USES[use]
    return Need(limit, why.format(limit=limit), binding)

"""A look at the brand itself: what in it will be confused, cannot be read, or cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import torch

from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_lab, srgb_to_lab, srgb_to_linear

Kind = Literal["overlap", "forbidden", "contrast", "vision"]

TEXT, LARGE_TEXT = 4.5, 3.0
"""Least contrast of text and, under 1.4.11, of graphics: WCAG 2.2, success criteria 1.4.3 and 1.4.11."""
INKS = ("foreground", "dark", "text", "body")
GROUNDS = ("background", "light", "paper")
"""Roles that text and what lies under it have; theme colours of the standard, and usual names."""
MARKS = (
    "primary",
    "secondary",
    "tertiary",
    "logo",
    "accent",
    "product",
    "info",
    "success",
    "warning",
    "danger",
)
"""Roles of what has to be seen on a ground, without being text."""

DISTINCT, ALIKE = 12.0, 6.0
"""CIEDE2000 from which two colours are plainly different, and under which a viewer takes them for one when
they do not lie side by side: twice and once what the shipped brands allow a photograph to drift."""
SIMULATIONS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""Linear-light sRGB as seen without one kind of cone: Machado, Oliveira and Fernandes (2009), "A
Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0 of their tables. Of
tritanopia their model is an approximation, as they say."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a brand manager should know.

    Attributes:
        kind: ``overlap`` (two swatches a colour can pass as), ``forbidden`` (a swatch that a forbidden
            colour overlaps), ``contrast`` (WCAG) or ``vision`` (colours a viewer cannot tell apart).
        colours: names of the colours it is about.
        value: CIEDE2000, or for ``contrast`` the ratio.
        limit: what the value should be at least.
        message: a sentence for a person.
        remedy: what to do, a sentence.
    """

    kind: Kind
    colours: tuple[str, str]
    value: float
    limit: float
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, kind by kind, the worst of each kind first; ``pairs`` is how many were looked at."""

    remarks: tuple[Remark, ...]
    pairs: int


def review(brand: Brand) -> Review:
    """Look at every pair of a brand's colours."""
    found = [*_overlaps(brand), *_forbidden(brand), *_contrasts(brand), *_confusions(brand)]
    order = ("overlap", "forbidden", "contrast", "vision")
    found.sort(key=lambda remark: (order.index(remark.kind), remark.value / remark.limit))
    return Review(tuple(found), len(brand.swatches) * (len(brand.swatches) - 1) // 2)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio of two sRGB colours, 0 to 255: 1 to 21 (WCAG 2.2).

    >>> round(contrast((255, 255, 255), (118, 118, 118)), 2)
    4.54
    """
    dark, light = sorted(_luminance(rgb) for rgb in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance, with the weights that WCAG prints."""
    red, green, blue = srgb_to_linear(torch.tensor(rgb, dtype=torch.float64) / 255).tolist()
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _overlaps(brand: Brand) -> Iterator[Remark]:
    for one, other in combinations(brand.swatches, 2):
        apart, together = _apart(one, other), one.tolerance + other.tolerance
        if apart <= together:
            yield Remark(
                "overlap",
                (one.name, other.name),
                apart,
                together,
                f"{one.name} and {other.name} are {apart:.2f} CIEDE2000 apart, within their tolerances "
                f"({together:g} together): a colour between them passes as both",
                "Lower their tolerances, or make them one colour.",
            )


def _forbidden(brand: Brand) -> Iterator[Remark]:
    for swatch in brand.swatches:
        for banned in brand.forbidden:
            apart, together = _apart(swatch, banned), swatch.tolerance + banned.tolerance
            if apart <= together:
                yield Remark(
                    "forbidden",
                    (swatch.name, banned.name),
                    apart,
                    together,
                    f"{swatch.name} and the forbidden {banned.name} are {apart:.2f} CIEDE2000 apart, within "
                    f"their tolerances ({together:g} together)",
                    "Lower one of the tolerances, or no longer forbid the colour.",
                )


def _contrasts(brand: Brand) -> Iterator[Remark]:
    required = {frozenset(pair) for pair in brand.pairs.required}
    for pair in combinations(brand.swatches, 2):
        one, other = sorted(pair, key=lambda swatch: _role(swatch) == "ground")
        limit, use = _least_contrast(one, other, frozenset((one.name, other.name)) in required)
        if limit is None:
            continue
        ratio = contrast(one.rgb8, other.rgb8)
        if ratio < limit:
            yield Remark(
                "contrast",
                (one.name, other.name),
                ratio,
                limit,
                f"{one.name} on {other.name} has a contrast of {ratio:.2f} : 1; WCAG 2.2 asks for "
                f"{limit:g} : 1 {use}",
                "Use another ground for it, or make one of the two darker or lighter.",
            )


def _least_contrast(one: Swatch, other: Swatch, required: bool) -> tuple[float | None, str]:
    roles = {_role(one), _role(other)}
    if roles == {"ink", "ground"}:
        return TEXT, "for text (1.4.3)"
    if roles == {"mark", "ground"} or required:
        return LARGE_TEXT, "for graphics and large text (1.4.11, 1.4.3)"
    return None, ""


def _role(swatch: Swatch) -> str:
    for role, names in (("ink", INKS), ("ground", GROUNDS), ("mark", MARKS)):
        if swatch.role in names:
            return role
    return ""


def _confusions(brand: Brand) -> Iterator[Remark]:
    rgb = torch.tensor([swatch.rgb8 for swatch in brand.swatches], dtype=torch.float64) / 255
    plain = srgb_to_lab(rgb)
    for called, rows in SIMULATIONS.items():
        simulation = torch.tensor(rows, dtype=torch.float64)
        seen = linear_to_lab((srgb_to_linear(rgb) @ simulation.T).clamp(0, 1))
        for k, j in combinations(range(len(brand.swatches)), 2):
            before, after = float(ciede2000(plain[k], plain[j])), float(ciede2000(seen[k], seen[j]))
            if before >= DISTINCT and after < ALIKE:
                one, other = brand.swatches[k].name, brand.swatches[j].name
                yield Remark(
                    "vision",
                    (one, other),
                    after,
                    ALIKE,
                    f"with {called}, {one} and {other} are {after:.2f} CIEDE2000 apart, not {before:.2f}",
                    "Do not tell things apart by these two alone: add a shape, a word or another lightness.",
                )


def _apart(one: Swatch | Forbidden, other: Swatch | Forbidden) -> float:
    first, second = (torch.tensor(c.rgb8, dtype=torch.float64) / 255 for c in (one, other))
    return float(ciede2000(srgb_to_lab(first), srgb_to_lab(second)))

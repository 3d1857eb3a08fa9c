"""A look at the brand itself: what in it will be confused, cannot be read, or cannot be told apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

import torch

from brandkit.brand import Brand
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_lab, linear_to_srgb, srgb_to_lab, srgb_to_linear
from brandkit.colour.targets import Target, Targets
from brandkit.legibility import contrast, is_ground, need

Kind = Literal["overlap", "forbidden", "contrast", "vision", "logo"]
Severity = Literal["major", "minor"]

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

_ORDER: tuple[Kind, ...] = ("overlap", "forbidden", "contrast", "vision", "logo")
_PART = "Lower their tolerances, or make them one colour."
_UNBAN = "Lower one of the tolerances, or no longer forbid the colour."
_CONTRAST = "Use another ground for it, or make one of the two darker or lighter."
_VISION = "Do not tell things apart by these two alone: add a shape, a word or another lightness."


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a brand manager should know.

    Attributes:
        kind: ``overlap`` (two swatches a colour can pass as), ``forbidden`` (a swatch that a forbidden
            colour overlaps), ``contrast`` (WCAG), ``vision`` (colours a viewer cannot tell apart) or
            ``logo`` (a logo's file that cannot be used, or has a colour that is none of the palette).
        severity: ``major`` where a colour of the brand itself is taken for the other one, where WCAG asks
            for more, or where a file cannot be used; ``minor`` where it takes a colour between them, or
            depends on the use.
        colours: names of the swatches it is about: two, for a logo's colour the nearest one, and none
            for a file that cannot be used.
        value: CIEDE2000, or for ``contrast`` the ratio; ``None`` for a file that cannot be used.
        limit: what the value should be at least, for ``logo`` at most; ``None`` likewise.
        message: a sentence for a person.
        remedy: what to do, a sentence.
        seen: for ``vision``, both colours as that viewer sees them, ``#RRGGBB``; else ``None``.
    """

    kind: Kind
    severity: Severity
    colours: tuple[str, ...]
    value: float | None
    limit: float | None
    message: str
    remedy: str
    seen: tuple[str, str] | None = None

    @property
    def short(self) -> float:
        """By how much the value is less than it should be, as a negative number; 0 without one."""
        return 0.0 if self.value is None or self.limit is None else self.value - self.limit


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, kind by kind, the worst of each kind first; ``pairs`` is how many were looked at."""

    remarks: tuple[Remark, ...]
    pairs: int


def review(brand: Brand) -> Review:
    """Look at every pair of a brand's colours."""
    found = [*_overlaps(brand), *_contrasts(brand), *_confusions(brand)]
    found.sort(key=lambda r: (_ORDER.index(r.kind), r.severity == "minor", r.short))
    return Review(tuple(found), math.comb(len(brand.swatches), 2))


def simulated(linear: torch.Tensor, deficiency: str) -> torch.Tensor:
    """Colours as a viewer sees them who lacks one kind of cone.

    Args:
        linear: linear-light sRGB ``[..., 3]``, floating point, 0 to 1.
        deficiency: a key of ``SIMULATIONS``.

    Returns:
        Likewise, clipped to sRGB.
    """
    matrix = torch.tensor(SIMULATIONS[deficiency], dtype=linear.dtype, device=linear.device)
    return (linear @ matrix.T).clamp(0, 1)


@dataclass(frozen=True, slots=True)
class _Colour:
    """A swatch or a forbidden colour, as what others are mistaken for."""

    name: str
    called: str
    rgb8: tuple[int, int, int]
    tolerance: float
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Colours with their distances.

    Attributes:
        apart: CIEDE2000 between the HEX of one and that of the other.
        reach: CIEDE2000 from the HEX of the first to the nearest colour that the second may take on.
    """

    colours: list[_Colour]
    apart: list[list[float]]
    reach: list[list[float]]

    def excess(self, way: tuple[int, int]) -> float:
        """By how much the first lies beyond the tolerance of the second; not above 0 where it passes."""
        return self.reach[way[0]][way[1]] - self.colours[way[1]].tolerance


def _overlaps(brand: Brand) -> Iterator[Remark]:
    swatches = [_Colour(s.name, s.name, s.rgb8, s.tolerance, s.finish == "shaded") for s in brand.swatches]
    banned = [_Colour(f.name, f"the forbidden {f.name}", f.rgb8, f.tolerance) for f in brand.forbidden]
    near = _measured([*swatches, *banned])
    own = range(len(swatches))
    for k, j in combinations(own, 2):
        yield from _overlap(near, k, j, "overlap", _PART)
    for k, j in product(own, range(len(swatches), len(near.colours))):
        yield from _overlap(near, k, j, "forbidden", _UNBAN)


def _measured(colours: list[_Colour]) -> _Neighbours:
    lab = srgb_to_lab(_encoded([colour.rgb8 for colour in colours]))
    apart = _apart(lab)
    reach = apart.clone()
    for j, colour in enumerate(colours):
        if colour.shaded:
            reach[:, j] = Targets([Target(colour.rgb8, shaded=True)]).nearest_lab(lab.float()).distance
    return _Neighbours(colours, apart.tolist(), reach.tolist())


def _overlap(near: _Neighbours, k: int, j: int, kind: Kind, remedy: str) -> Iterator[Remark]:
    """What is to be said of two colours: that one passes as the other, or that one between them does."""
    names = (near.colours[k].name, near.colours[j].name)
    which, other = min(((k, j), (j, k)), key=near.excess)
    it, taken_for = near.colours[which], near.colours[other]
    inside, apart = near.reach[which][other], near.apart[k][j]
    together = it.tolerance + taken_for.tolerance
    if inside <= taken_for.tolerance:
        place = f"a shading of {taken_for.called}" if taken_for.shaded else taken_for.called
        said = (
            f"{it.called} is {inside:.2f} CIEDE2000 from {place}, within its tolerance "
            f"({taken_for.tolerance:g}): the one passes as the other"
        )
        yield Remark(kind, "major", names, inside, taken_for.tolerance, said, remedy)
    elif apart <= together:
        said = (
            f"{it.called} and {taken_for.called} are {apart:.2f} CIEDE2000 apart, within their tolerances "
            f"({together:g} together): a colour between them passes as both"
        )
        yield Remark(kind, "minor", names, apart, together, said, remedy)


def _contrasts(brand: Brand) -> Iterator[Remark]:
    required = {frozenset(pair) for pair in brand.pairs.required}
    forbidden = {frozenset(pair) for pair in brand.pairs.forbidden}
    for pair in combinations(brand.swatches, 2):
        one, other = sorted(pair, key=is_ground)
        names = frozenset((one.name, other.name))
        asked = need(one, other, together=names in required)
        if asked is None or names in forbidden:  # what must not touch need not be read on each other
            continue
        ratio = contrast(one.rgb8, other.rgb8)
        if ratio < asked.ratio:
            shown = min(round(ratio, 2), asked.ratio - 0.01)  # 4.499 must not read as the 4.5 it misses
            said = f"{one.name} on {other.name} has a contrast of {shown:.2f} : 1; {asked.why}"
            severity: Severity = "major" if asked.binding else "minor"
            yield Remark("contrast", severity, (one.name, other.name), ratio, asked.ratio, said, _CONTRAST)


def _confusions(brand: Brand) -> Iterator[Remark]:
    rgb = _encoded([swatch.rgb8 for swatch in brand.swatches])
    before = _apart(srgb_to_lab(rgb))
    for deficiency in SIMULATIONS:
        seen = simulated(srgb_to_linear(rgb), deficiency)
        after = _apart(linear_to_lab(seen))
        confused = torch.triu((before >= DISTINCT) & (after < ALIKE), diagonal=1)
        for k, j in confused.nonzero().tolist():
            one, other = brand.swatches[k].name, brand.swatches[j].name
            shown = (_hex(seen[k]), _hex(seen[j]))
            now, plain = float(after[k, j]), float(before[k, j])
            said = (
                f"with {deficiency}, {one} and {other} look like {shown[0]} and {shown[1]}: {now:.2f} "
                f"CIEDE2000 apart, not {plain:.2f}"
            )
            yield Remark("vision", "minor", (one, other), now, ALIKE, said, _VISION, shown)


def _encoded(colours: list[tuple[int, int, int]]) -> torch.Tensor:
    return torch.tensor(colours, dtype=torch.float64) / 255


def _apart(lab: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 between all pairs of Lab ``[N, 3]``: ``[N, N]``."""
    return ciede2000(lab[:, None], lab[None])


def _hex(linear: torch.Tensor) -> str:
    red, green, blue = (linear_to_srgb(linear) * 255).round().int().tolist()
    return f"#{red:02X}{green:02X}{blue:02X}"

"""Which of a brand's colours a scene wears: as the prompt says, as the guidelines ask, and by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from brandkit.brand import Brand
from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_lab, srgb_to_lab, srgb_to_linear
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Paint
from brandkit.generate.scene.parse import Wish
from brandkit.generate.scene.tokens import paint_of
from brandkit.swatch import Swatch, rgb8

APART = 18.0
"""CIEDE2000 that a thing stands off its backdrop by."""
GREY = 18.0
"""C* up to which a colour is a neutral, which makes a calm backdrop and a dull product."""
SHADES = (0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
"""Factors of light that shadows on a flat colour go through."""
MISTAKEN = 0.15
"""How much rarer a colour is whose shadow may be taken for another one."""
COVERED = 0.55
"""Of the most that a colour may cover, how much it is given: shading and chance take the rest."""
FILLED = 0.85
"""Likewise, of a colour whose proportion is stated too."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of a scene.

    Attributes:
        backdrop: of the wall and, unless ``floor`` is given, of the floor.
        floor: its own, or ``None``.
        wears: for things without a colour of their own, in turn; at least one.
        shares: how much of the picture a colour is to fill, by its HEX, where the guidelines say.
    """

    backdrop: Paint
    floor: Paint | None
    wears: tuple[Paint, ...]
    shares: dict[str, float]


@lru_cache(maxsize=1024)
def lab_of(hex_colour: str) -> torch.Tensor:
    """CIELAB of a HEX colour, ``[3]``."""
    return srgb_to_lab(torch.tensor(rgb8(hex_colour), dtype=torch.uint8))


@lru_cache(maxsize=4096)
def apart(one: str, other: str) -> float:
    """CIEDE2000 between two HEX colours."""
    return float(ciede2000(lab_of(one), lab_of(other)))


def scheme(wish: Wish, brand: Brand, lot: Lot) -> Scheme:
    """The colours of a scene.

    Colours that the prompt names without a thing change nothing where the scene has them anyway: so a request
    that is repeated with a colour's name and HEX added gives the same scene.
    """
    said = [paint for wanted in wish.things for paint in wanted.paints]
    shares = _shares(brand)
    backdrop = wish.backdrop or _backdrop(brand, lot, shares, said)
    wears = _wears(brand, lot, backdrop, said, shares)
    shown = {paint.hex for paint in (backdrop, wish.floor, *wears) if paint is not None}
    missing = [paint for paint in wish.colours if paint.hex not in shown]
    return Scheme(backdrop, wish.floor, (*missing, *wears), shares)


def _shares(brand: Brand) -> dict[str, float]:
    """What the guidelines ask for; of what they leave open, half goes to what they name."""
    shares: dict[str, float] = {}
    proportions = brand.proportions
    if proportions is not None:
        total = (1 + sum(part.share for part in proportions.parts)) / 2
        for part in proportions.parts:
            for name in part.swatches:
                shares[brand.by_name(name).hex] = part.share / total / len(part.swatches)
    for swatch in brand.swatches:
        least, most = swatch.coverage.min, swatch.coverage.max
        share = shares.get(swatch.hex)
        if most is not None:
            share = COVERED * most if share is None else min(share, FILLED * most)
        if least:
            share = max(share or 0.0, min(1.6 * least, 0.95))
        if share is not None:
            shares[swatch.hex] = share
    return shares


def _backdrop(brand: Brand, lot: Lot, shares: dict[str, float], said: Sequence[Paint]) -> Paint:
    taken = {paint.hex for paint in said}
    if brand.proportions is not None:
        return paint_of(max(brand.swatches, key=lambda swatch: shares.get(swatch.hex, 0.0)))
    free = [swatch for swatch in brand.swatches if swatch.hex not in taken] or list(brand.swatches)
    weights = [_as_backdrop(swatch, brand) / (1 + 0.15 * place) for place, swatch in enumerate(free)]
    return paint_of(lot.one("backdrop", free, weights))


def _as_backdrop(swatch: Swatch, brand: Brand) -> float:
    """How likely a swatch is to be a backdrop: a light one, or the one that is meant for it."""
    lightness, a, b = lab_of(swatch.hex).tolist()
    most = swatch.coverage.max
    if most is not None and most < 0.6:
        return 1e-6
    if swatch.hex == brand.background:
        return 3.0
    if lightness > 80:
        return 1.6
    if mistaken(swatch, brand):
        return 1e-3
    return 0.5 if lightness > 35 and (a * a + b * b) ** 0.5 > GREY else 0.06


def _wears(
    brand: Brand, lot: Lot, backdrop: Paint, said: Sequence[Paint], shares: dict[str, float]
) -> list[Paint]:
    """Colours for the things: said ones first, then those that the guidelines need, then drawn ones."""
    worn = list({paint.hex: paint for paint in said}.values())
    needed = [name for pair in brand.pairs.required for name in pair]
    needed += [swatch.name for swatch in brand.swatches if swatch.coverage.min]
    needed += [swatch.name for swatch in brand.swatches if brand.proportions and swatch.hex in shares]
    for name in dict.fromkeys(needed):
        paint = paint_of(brand.by_name(name))
        if paint.hex != backdrop.hex and all(paint.hex != other.hex for other in worn):
            worn.append(paint)
    most = 2 + int(lot.share("colours") * 2.5)
    while len(worn) < most:
        free = [s for s in brand.swatches if _goes_with(s, [backdrop, *worn], brand)]
        if brand.proportions is not None:
            free = []  # a colour without a share in the guidelines would take some of another's
        if not free:
            break
        weights = [_as_product(swatch, place, brand) for place, swatch in enumerate(free)]
        worn.append(paint_of(lot.one(f"colour {len(worn)}", free, weights)))
    return worn or [_farthest(brand, backdrop)]


def _goes_with(swatch: Swatch, worn: Sequence[Paint], brand: Brand) -> bool:
    if any({swatch.name, paint.name} == set(pair) for paint in worn for pair in brand.pairs.forbidden):
        return False
    return all(apart(swatch.hex, paint.hex) >= APART for paint in worn)


def _as_product(swatch: Swatch, place: int, brand: Brand) -> float:
    """How likely a swatch is to be a product's: an early one that is no grey."""
    _, a, b = lab_of(swatch.hex).tolist()
    lively = 1.0 if (a * a + b * b) ** 0.5 > GREY else 0.3
    role = 2.0 if swatch.role in ("product", "primary", "logo") else 1.0
    return role * lively * (MISTAKEN if mistaken(swatch, brand) else 1.0) / (1 + 0.35 * place)


def mistaken(swatch: Swatch, brand: Brand) -> bool:
    """Whether the swatch in shadow may be taken for another flat one that has gone wrong."""
    flat = tuple((other.hex, other.capture) for other in brand.swatches if other.finish == "flat")
    return _shade_meets(swatch.hex, flat)


@lru_cache(maxsize=1024)
def _shade_meets(hex_colour: str, flat: tuple[tuple[str, float], ...]) -> bool:
    others = [(code, capture) for code, capture in flat if code != hex_colour]
    if not others:
        return False
    linear = srgb_to_linear(torch.tensor(rgb8(hex_colour), dtype=torch.float64) / 255)
    shades = linear_to_lab(linear * torch.tensor(SHADES, dtype=torch.float64)[:, None])
    targets = torch.stack([lab_of(code) for code, _ in others]).double()
    captures = torch.tensor([capture for _, capture in others])
    return bool((ciede2000(shades[:, None], targets) < captures).any())


def _farthest(brand: Brand, backdrop: Paint) -> Paint:
    return paint_of(max(brand.swatches, key=lambda swatch: apart(swatch.hex, backdrop.hex)))

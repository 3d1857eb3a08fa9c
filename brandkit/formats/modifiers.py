"""Colour modifiers of Tokens Studio (https://docs.tokens.studio/manage-tokens/token-types/color).

They follow ``@tokens-studio/sd-transforms``, which makes the plugin's tokens into code: ``lighten`` and
``darken`` move each component a share of the way to the end of its space.
"""

from __future__ import annotations

import math

from brandkit.formats import css_colours
from brandkit.formats.palette import Space, Value

_SPACES: dict[str, Space] = {"srgb": "srgb", "hsl": "hsl", "lch": "lch", "p3": "display-p3"}


def modified(value: Value, kind: object, amount: float, space: object, other: Value | None) -> Value:
    """The value lightened, darkened, mixed with ``other``, or with another alpha.

    Args:
        value: the colour.
        kind: ``lighten``, ``darken``, ``mix`` or ``alpha``.
        amount: how far, 0 to 1.
        space: ``srgb``, ``hsl``, ``lch`` or ``p3``.
        other: for ``mix``.

    Raises:
        ValueError: it is none of these; the message says what.
    """
    from coloraide import Color

    inside = _SPACES.get(space) if isinstance(space, str) else None
    if inside is None:
        raise ValueError("modifier has no space that is known")
    if not 0 <= amount <= 1:
        raise ValueError("modifier has a value that is not 0 to 1")
    if value.space in ("cmyk", "gray", "hsb") or (other and other.space in ("cmyk", "gray", "hsb")):
        raise ValueError("modifier of a colour that is no colour of a screen")
    colour = Color(value.space, list(value.components), value.alpha)
    if kind == "mix" and other is not None:
        second = Color(other.space, list(other.components), other.alpha)
        return _value(colour.mix(second, amount, space=inside, premultiplied=False), inside)
    if kind == "alpha":
        return Value(value.space, value.components, amount)
    if kind not in ("lighten", "darken"):
        raise ValueError("modifier is none of lighten, darken, mix, alpha")
    parts = colour.convert(inside).coords(nans=False)
    moved = _moved(inside, parts, amount, lighter=kind == "lighten")
    return Value(inside, tuple(css_colours.tidy(part) for part in moved), value.alpha)


def _moved(space: Space, parts: list[float], amount: float, *, lighter: bool) -> list[float]:
    if space == "lch":
        lightness, chroma, hue = parts
        return [_towards(lightness, 100.0 if lighter else 0.0, amount), chroma * (1 - amount), hue]
    if space == "hsl":
        return [*parts[:2], _towards(parts[2], 1.0 if lighter else 0.0, amount)]
    return [_towards(part, 1.0 if lighter else 0.0, amount) for part in parts]


def _towards(part: float, end: float, amount: float) -> float:
    return part + (end - part) * amount


def _value(colour: object, space: Space) -> Value:
    *parts, alpha = (0.0 if math.isnan(part) else float(part) for part in colour.convert(space)[:])  # type: ignore[attr-defined]
    return Value(space, tuple(css_colours.tidy(part) for part in parts), alpha)

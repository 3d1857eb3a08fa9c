"""The colour value of design tokens (https://www.designtokens.org/tr/2025.10/color)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from brandkit.formats import css_colours
from brandkit.formats.json_tree import number
from brandkit.formats.palette import Space, Value
from brandkit.swatch import quote

_UNKNOWN = ("hsb", "cmyk", "gray")
_SPACES: dict[str, Space] = {space: space for space in get_args(Space) if space not in _UNKNOWN}
_PERCENT = ("hsl", "hwb")
_HUE = {"hsl": 0, "hwb": 0, "lch": 2, "oklch": 2}
_LIGHTEST = {"lab": 100.0, "lch": 100.0, "oklab": 1.0, "oklch": 1.0}
_RGB = ("srgb", "srgb-linear", "display-p3", "a98-rgb", "prophoto-rgb", "rec2020")
_FAR = 2.0
"""RGB beyond this is counted to 255; what lies little outside 0 to 1 is a colour of a wider gamut."""


def parse(value: object) -> Value:
    """A resolved ``$value`` of type ``color``, as object or as text; components ``none`` are 0.

    Raises:
        ValueError: it is no colour; the message says why.
    """
    if isinstance(value, str):
        colour = css_colours.parse(value)
        if colour is None:
            raise ValueError(f"{quote(value)} is no colour")
        return colour
    if not isinstance(value, Mapping):
        raise ValueError("is no colour object")
    named, listed = value.get("colorSpace"), value.get("components")
    space = _SPACES.get(named) if isinstance(named, str) else None
    if space is None:
        raise ValueError(f"has no colour space of the standard, but {quote(str(named))}")
    parts = [_component(part) for part in listed] if isinstance(listed, list) else []
    if len(parts) != 3:
        raise ValueError(f"has {len(parts)} components; {space} has 3")
    if space in _RGB and any(abs(part) > _FAR for part in parts):
        raise ValueError(f"has {space} components that are not counted 0 to 1")
    if space in _PERCENT:
        parts[1:] = [css_colours.tidy(part / 100) for part in parts[1:]]
    alpha = number(value.get("alpha", 1))
    if alpha is None or not 0 <= alpha <= 1:
        raise ValueError("has an alpha that is not 0 to 1")
    return Value(space, tuple(parts), alpha)


def has_none(value: object) -> bool:
    """Whether a component of the object is ``none``."""
    listed = value.get("components") if isinstance(value, Mapping) else None
    return isinstance(listed, list) and "none" in listed


def render(value: Value, hex_colour: str) -> dict[str, Any]:
    """``$value`` of a colour; one that the standard has no place for is given by its HEX."""
    if not _has_place(value):
        codes = bytes.fromhex(hex_colour[1:])
        value = Value("srgb", tuple(code / 255 for code in codes), value.alpha)
    parts = list(value.components)
    if value.space in _HUE:
        parts[_HUE[value.space]] %= 360
    if value.space in _PERCENT:
        parts[1:] = [css_colours.tidy(part * 100) for part in parts[1:]]
    content: dict[str, Any] = {"colorSpace": value.space, "components": [_plain(part) for part in parts]}
    if value.alpha != 1:
        content["alpha"] = _plain(value.alpha)
    return {**content, "hex": hex_colour}


def _has_place(value: Value) -> bool:
    """Whether the standard has the space, and allows components as large."""
    if value.space in _UNKNOWN:
        return False
    first, second, third = value.components
    if value.space in _LIGHTEST:
        return 0 <= first <= _LIGHTEST[value.space] and (value.space not in _HUE or second >= 0)
    shares = (second, third) if value.space in _PERCENT else value.components
    return all(0 <= part <= 1 for part in shares)


def _component(part: object) -> float:
    if part == "none":
        return 0.0
    value = number(part)
    if value is None:
        raise ValueError("has a component that is no number")
    return value


def _plain(part: float) -> int | float:
    return int(part) if part == int(part) else part

"""Colours as CSS writes them (https://www.w3.org/TR/css-color-4, and ``device-cmyk()`` of level 5)."""

from __future__ import annotations

import math
import re
from typing import get_args

from brandkit.formats.palette import Space, Value

LONGEST = 200
"""No colour is longer; bounds the work that a hostile text can make."""

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE | re.ASCII)
_BARE_HEX = re.compile(r"[0-9a-f]{6}", re.IGNORECASE | re.ASCII)
_FUNCTION = re.compile(
    r"(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|device-cmyk|color-mix|light-dark)\(", re.IGNORECASE
)
_PART = r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?%?)"
_INKS = _PART + (r"(?:\s+|\s*,\s*)" + _PART) * 3
_CMYK = re.compile(rf"device-cmyk\(\s*{_INKS}(?:\s*/\s*{_PART})?\s*\)", re.IGNORECASE | re.ASCII)
_SPACES: dict[str, Space] = {space: space for space in get_args(Space)}
_LIGHTEST = {"srgb": 1.0, "lab": 100.0, "lch": 100.0, "oklab": 1.0, "oklch": 1.0}
"""Where CSS clamps the first component of a function as it parses."""
_FUNCTIONS = ("hsl", "hwb", "lab", "lch", "oklab", "oklch")
_PERCENT = ("hsl", "hwb")
_NO_NOTATION = ("cmyk", "gray", "hsb")


def parse(text: str) -> Value | None:
    """The colour that a CSS text is; ``None`` for a text that is no colour, or has to be computed.

    Components ``none`` are 0, and what CSS clamps when it parses is clamped.

    >>> parse("rgb(0 80 255 / 50%)")
    Value(space='srgb', components=(0.0, 0.3137254901960784, 1.0), alpha=0.5)
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if text.startswith("#"):
        return parse_hex(text)
    if match := _CMYK.fullmatch(text):
        *ink, alpha = (None if part is None else _fraction(part) for part in match.groups())
        inks = tuple(_clamp(part or 0.0) for part in ink)
        return Value("cmyk", inks, 1.0 if alpha is None else _clamp(alpha))
    return _parse_function(text)


def parse_hex(text: str, *, bare: bool = False) -> Value | None:
    """The sRGB value of ``#RGB``, ``#RGBA``, ``#RRGGBB`` or ``#RRGGBBAA``; ``None`` for another text.

    Args:
        text: the colour.
        bare: whether six digits without ``#`` are a colour, too.
    """
    if not _HEX.fullmatch(text):
        return parse_hex(f"#{text}") if bare and _BARE_HEX.fullmatch(text) else None
    digits = text[1:]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, *alpha = (code / 255 for code in bytes.fromhex(digits))
    return Value("srgb", (red, green, blue), *alpha)


def is_function(text: str) -> bool:
    """Whether the text begins as one of the functions of CSS that give a colour."""
    return _FUNCTION.match(text.strip()) is not None


def notation(value: Value) -> str | None:
    """The value in CSS: HEX where that is exact, else its own function; ``None`` where CSS has none.

    >>> notation(Value("display-p3", (1.0, 0.5, 0.0)))
    'color(display-p3 1 0.5 0)'
    """
    if value.space in _NO_NOTATION:
        return None
    if value.space == "srgb" and (hex_colour := _hex(value)):
        return hex_colour
    if value.space not in _FUNCTIONS:
        return f"color({value})"
    space, first, *others = str(value).split()
    if space in _PERCENT:
        others[:2] = [percent(part) for part in value.components[1:]]
    return f"{space}({' '.join([first, *others])})"


def percent(share: float) -> str:
    """A share as percents, without the noise that multiplying by a hundred brings.

    >>> percent(0.29)
    '29%'
    """
    return f"{_number(tidy(share * 100))}%"


def tidy(value: float) -> float:
    """The value without the noise of a scaling: 0.7 for 0.7000000000000001; others stay as they are."""
    short = float(f"{value:.14g}")
    return short if len(repr(short)) < 15 else value


def _parse_function(text: str) -> Value | None:
    from coloraide import Color

    match = Color.match(text, fullmatch=True)
    if match is None:
        return None
    space = _SPACES.get(match.color.space())
    if space is None or text.lower().startswith("color(--"):
        return None
    *parts, alpha = (0.0 if math.isnan(part) else tidy(part) for part in match.color[:])
    if space in _LIGHTEST and not text.lower().startswith("color("):
        first, *others = parts
        parts = [_clamp(first, _LIGHTEST[space]), *(map(_clamp, others) if space == "srgb" else others)]
    if space in ("lch", "oklch"):
        parts[1] = max(0.0, parts[1])
    return Value(space, tuple(parts), _clamp(alpha))


def _hex(value: Value) -> str | None:
    parts = (*value.components, *(() if value.alpha == 1 else (value.alpha,)))
    codes = [round(part * 255) if -1 < part < 2 else -1 for part in parts]
    exact = all(0 <= code <= 255 and code / 255 == part for code, part in zip(codes, parts, strict=True))
    return "#" + "".join(f"{code:02X}" for code in codes) if exact else None


def _fraction(text: str) -> float:
    return tidy(float(text[:-1]) / 100) if text.endswith("%") else float(text)


def _clamp(part: float, high: float = 1.0) -> float:
    return min(high, max(0.0, part))


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
